"""Rows of a year's total among its months, held against the months."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customhouse.cli import app

MAPPING = (
    "source: t\nreporter: USA\nunit: USD 1000000\nperiod: {column: period}\n"
    "figures: {exports: {flow: exports}}\n"
)
YEARS = (2022, 2023, 2024)


def written(total: str, *, months: int = 12, wrong: dict[str, int] | None = None) -> str:
    """Three years of months with a total under each; `wrong` is added to the figures of some texts."""
    lines = ["period,exports"]
    for year in YEARS:
        values = {f"{year}-{n:02}": 100_000 + 777 * n + year for n in range(1, months + 1)}
        values[total.format(year=year)] = sum(values.values())
        lines += [f"{text},{value + (wrong or {}).get(text, 0)}" for text, value in values.items()]
    return "\n".join(lines) + "\n"


def loaded(folder: Path, text: str) -> tuple[int, str, int]:
    """The exit, what was said, and how many rows were set aside."""
    path, mapping = folder / "t.csv", folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    wanted = ["load", str(path), "--map", str(mapping), "--into", str(folder / "s"), "--json"]
    done = CliRunner().invoke(app, wanted, prog_name="customhouse")
    if done.exit_code == 1:
        return 1, done.output, 0
    return done.exit_code, done.output, json.dumps(json.loads(done.stdout)).count("period_invalid")


TOTALS = ("TOTAL {year}", "{year} Total", "{year}年合计", "Total: {year}", "Gesamt {year}")


@pytest.mark.parametrize("total", TOTALS)
def test_totals_of_years_are_read_and_held_against_their_months(tmp_path: Path, total: str) -> None:
    right, wrong, month = (tmp_path / name for name in ("right", "wrong", "month"))
    for folder in (right, wrong, month):
        folder.mkdir()
    code, said, aside = loaded(right, written(total))
    assert (code, aside) == (0, 0), said
    code, said, _ = loaded(wrong, written(total, wrong={total.format(year=2023): 130_000}))
    assert code == 1 and "span_not_sum" in said
    code, said, _ = loaded(month, written(total, wrong={"2023-05": -9_000}))
    assert code == 1 and "span_not_sum" in said


def test_a_total_of_some_months_is_not_taken_for_a_year(tmp_path: Path) -> None:
    code, _, aside = loaded(tmp_path, written("TOTAL {year}", months=9))
    assert code != 1
    assert aside
