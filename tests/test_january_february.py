"""The page on January and February: its code runs on the official figures and gives what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from customhouse.period import Period
from customhouse.seasons.coefficient import day_coefficient
from customhouse.seasons.days import working_day_effect
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "january-february.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(page: str) -> dict[str, Any]:
    """What the page's code leaves behind, run in the repository beside the data."""
    if not (ROOT.parent / "shared").is_dir():
        pytest.skip("the folder ../shared is not beside the repository")
    names: dict[str, Any] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for block in BLOCK.findall(page):
            exec(compile(block, PAGE.name, "exec"), names)
    return names


def test_the_months_are_explained_as_often_as_the_page_says(page: str, found: dict[str, Any]) -> None:
    january, february = found["within"](found["explained"])
    assert (january, february) == (19, 18)
    assert min(january, february) >= 0.9 * len(found["ALONE"])
    assert "**19 years of 20** and February in\n**18 of 20**" in page
    assert found["within"](found["left_out"]) == [14, 10]
    assert "**14 and 10** of 20" in page


def test_the_rows_of_the_table_are_what_the_code_gives(page: str, found: dict[str, Any]) -> None:
    for name, how in (("working days and drift, no holiday", "none"),
                      ("the holiday with the same effect in all years", "the same"),
                      ("the holiday with an effect that changes", "changing")):  # fmt: skip
        errors, fit = found["missed"][how], found["fits"][how]
        (january, february), (one, other) = found["within"](errors), abs(errors).mean(axis=0)
        assert f"| {name} | {january} of 20 | {february} of 20 | {one:.1f} and {other:.1f} |" in page
        assert f"{fit.aicc:,.0f}" in page


def test_the_holiday_is_as_the_page_says(found: dict[str, Any]) -> None:
    chosen, fit = found["chosen"], found["fit"]
    assert (chosen.windows, chosen.powers) == (Windows(5, (-1, 6), 15), 2)
    in_2015 = {p: np.expm1(s) for p, s in chosen.sizes(found["month"](2015, 2), fit.coefficients).items()}
    assert (round(100 * in_2015["before"]), round(100 * in_2015["after"])) == (14, -24)
    day = len(fit.coefficients) - 4
    assert (round(100 * fit.coefficients[day], 1), round(100 * fit.errors[day], 1)) == (1.3, 0.2)


def test_pairs_of_the_source_are_pairs(found: dict[str, Any]) -> None:
    """What the source prints for February is the growth of both months from 2020 on, and not before."""
    month, printed, values = found["month"], found["printed"], found["values"]
    for year in (2017, 2018, 2019):
        both = [sum(values[month(y, k)] for k in (1, 2)) for y in (year, year - 1)]
        assert abs(100 * (both[0] / both[1] - 1) - printed[month(year, 2)]) > 3
    published = {2020: -17.2, 2021: 60.6, 2022: 16.3, 2023: -6.8, 2024: 7.1, 2025: 2.3}  # press releases
    assert {y: printed[month(y, 2)] for y in published} == published


def test_a_working_day_of_exports_is_as_the_explanation_says(found: dict[str, Any]) -> None:
    """Levels chained from growth, 1999 to 2019; those of a calendar month are in a unit of their own."""
    month, printed = found["month"], found["printed"]
    levels = {month(1999, k): 1.0 for k in range(1, 13)}
    for m in range(month(2000, 1), month(2020, 1)):
        levels[m] = levels[m - 12] * (1 + printed[m] / 100)
    day = day_coefficient("CHN", Monthly.of(levels))
    assert (round(100 * day.value, 1), round(100 * day.error, 2)) == (1.5, 0.25)
    effect = working_day_effect(Period.parse("2025-01/2025-03"), growth=6.9, series=Monthly.of(levels))
    assert (round(effect.points, 1), effect.more, effect.method) == (-1.1, -2, "regression")
    text = (ROOT / "docs" / "explanation.md").read_text(encoding="utf-8")
    assert "rose by 1.5% for each working day more in a month (standard error 0.25)" in text
