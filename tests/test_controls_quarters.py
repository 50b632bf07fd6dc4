"""Quarters, halves and fiscal years judged beside one another: seasons are no defect, defects are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from choosing import tries
from control_tables import Line, line, table
from customhouse.period import month
from customhouse.records.controls import Doubt, check

CASES = yaml.safe_load(
    Path(__file__).with_name("cases").joinpath("controls_quarters.yaml").read_text("utf-8")
)
DAY = date(2026, 6, 9)
NAMES = ("USA", "JPN", "KOR", "DEU", "VNM", "MYS", "THA", "IND", "BRA", "MEX", "FRA", "GBR")
FLOWS = ("exports", "imports")
FIRST, UNIT = month(2020, 1), 10_000
QUIET = (0.94, 1.0, 1.01, 1.05)
STRONG = (0.8, 1.0, 1.02, 1.2)
Key = tuple[str, str | None, int]
"""A flow, a partner (None for all) and the number of a span."""


def levels(
    seed: int, length: int, partners: int, season: tuple[float, ...], noise: float = 0.05
) -> dict[Key, int]:
    """Figures of spans one after another through the years, with totals; exports are the larger."""
    random, found = Random(seed), {}
    names = NAMES[:partners] or ("",)
    for flow in FLOWS:
        size = {name: 10 ** random.uniform(5, 6.3) * (1.5 if flow == "exports" else 1) for name in names}
        for number in range((3 if length < 12 else 5) * 12 // length):
            quarters = [(number * length + at) // 3 % 4 for at in range(0, length, 3)]
            level = sum(season[one] for one in quarters) * 1.005 ** (number * length)
            each = {name: round(size[name] * level * random.uniform(1 - noise, 1 + noise)) for name in names}
            found |= {(flow, name, number): value for name, value in each.items() if name}
            found[flow, None, number] = sum(each.values())
    return found


def lines(
    value: dict[Key, int], length: int, start: int, *, growth: bool = False, last: int | None = None
) -> list[Line]:
    found = []
    for at, ((flow, name, number), now) in enumerate(value.items()):
        if last is not None and number > last:
            continue
        first, base = FIRST + start + number * length, value.get((flow, name, number - 12 // length))
        rate = round(100 * (now / base - 1), 1) if growth and base else None
        more = {"partner": name, "growth_percent": rate, "place": f"line {at + 2}"}
        found.append(line(flow, first, first + length - 1, now, unit=UNIT, **more))
    return found


def damaged(value: dict[Key, int], damage: str, at: int, parts: int) -> dict[Key, int]:
    """The figures with one span (or all) in another unit, swapped or of another length of time."""
    fewer = at // parts * parts
    factor = {"times_10": 10, "times_1000": 1000, "by_10": 0.1, "in_dollars": 1 / 7.1}
    factor |= {"month": 1 / 3, "exports_of_month": 1 / 3, "quarter": 1 / 2}
    begin = {"to_date": fewer, "half": at - 1, "year_to_date": at - parts + 1}

    def now(flow: str, name: str | None, number: int) -> int:
        def to(start: int) -> int:
            return sum(value[flow, name, one] for one in range(start, number + 1))

        if damage == "all_to_date":
            return to(number // parts * parts)
        if number != at or (damage == "exports_of_month" and flow == "imports"):
            return value[flow, name, number]
        if damage == "swapped":
            return value["imports" if flow == "exports" else "exports", name, number]
        return to(begin[damage]) if damage in begin else round(value[flow, name, number] * factor[damage])

    return {key: now(*key) for key in value}


def told(found: list[Line], known: list[Line] | None = None) -> tuple[Doubt, ...]:
    return check(table(found), table(known) if known else None, DAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(str(one) for one in case.values()))
@pytest.mark.parametrize("seed", [1, 2, 4])
def test_defects_of_a_span_are_told_with_it(case: dict[str, Any], seed: int) -> None:
    length, start, parts = case["length"], case.get("start", 0), 12 // case["length"]
    value = levels(seed, length, case.get("partners", 12), QUIET)
    at = case["year"] * parts + case["part"]
    now = damaged(value, case["damage"], at, parts)
    found = told(lines(now, length, start, last=at if case.get("last") else None))
    assert found
    assert {(one.code, one.cause, one.severity) for one in found} == {(case["code"], case["cause"], "stop")}
    first = FIRST + start + at * length
    cells = {row for one in found for row in one.cells}
    place = lines(now, length, start, last=at if case.get("last") else None)
    meant = {place[row]["first_month"] for row in cells}
    assert meant == {first} if case["damage"] != "all_to_date" else first not in meant


@pytest.mark.parametrize("length", [3, 6, 12])
@pytest.mark.parametrize("start", [0, 3])
@pytest.mark.parametrize("partners", [0, 3, 12])
@tries(6)
@given(
    seed=st.integers(0, 9999),
    season=st.sampled_from([QUIET, STRONG, STRONG[::-1]]),
    growth=st.booleans(),
    last=st.integers(1, 36),
)
def test_seasons_and_growth_are_no_defect(
    length: int, start: int, partners: int, seed: int, season: tuple[float, ...], growth: bool, last: int
) -> None:
    value = levels(seed, length, partners, season, 0.1)
    assert told(lines(value, length, start, growth=growth, last=last)) == ()


@given(seed=st.integers(0, 9999), season=st.sampled_from([QUIET, STRONG]))
def test_a_quarter_is_judged_by_the_quarters_that_are_known(seed: int, season: tuple[float, ...]) -> None:
    value = levels(seed, 3, 12, season)
    every = lines(damaged(value, "times_10", 9, 4), 3, 0)
    new = FIRST + 9 * 3
    known = [row for row in every if row["first_month"] < new]
    one = told([row for row in every if row["first_month"] == new], known)
    assert [(doubt.code, doubt.cause, doubt.severity) for doubt in one] == [
        ("unit_slip", "power_of_ten", "stop")
    ]
    right = [row for row in lines(value, 3, 0) if row["first_month"] == new]
    assert told(right, known) == ()


def test_a_shock_that_its_growth_agrees_with_is_no_other_length() -> None:
    value = {key: now // (3 if key[2] == 9 else 1) for key, now in levels(4, 3, 12, QUIET).items()}
    assert told(lines(value, 3, 0, growth=True)) == ()


def test_one_quarter_rounded_is_noted_and_its_sums_are_judged_still() -> None:
    value = levels(5, 3, 12, QUIET)
    coarse = {key: round(now, -3) if key[2] == 5 else now for key, now in value.items()}
    found = told(lines(coarse, 3, 0))
    assert [(one.code, one.severity) for one in found] == [("digits_lost", "caution")]
    high = {key: round(now * 1.15, -3) if key[1:] == (None, 5) else now for key, now in coarse.items()}
    assert "stop" in {one.severity for one in told(lines(high, 3, 0))}
