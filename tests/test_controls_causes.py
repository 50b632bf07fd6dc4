"""Defects that look like others: what tells them apart, and what is said where nothing does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from customhouse.period import Period, month
from customhouse.records.controls import Doubt, check
from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply

Row = tuple[str, int, int, int, int]
"""A month, exports, imports, trade, balance."""
HEADLINE = """source: t
reporter: GBR
unit: GBP 1000000
decimal: .
period: {column: period}
figures: {x: {flow: exports}, m: {flow: imports}, t: {flow: trade}, b: {flow: balance}}
"""
PARTNERS = """source: t
reporter: GBR
unit: GBP 1000000
decimal: .
period: {column: period}
partner: {column: partner, values: {Total: all}}
figures: {x: {flow: exports}, m: {flow: imports}}
"""
ONE_MONTH = """source: t
reporter: GBR
flow: exports
currency: GBP
partner: {column: partner, values: {Total: all}}
figures:
  month: {unit: GBP 1000, period: 2024-11}
  year: {unit: GBP 1000, period: 2024-01/2024-11}
"""
NAMES = ("China", "Japan", "India", "France", "Italy", "Brazil")


def told(folder: Path, mapping: str, rows: list[tuple[object, ...]]) -> tuple[Doubt, ...]:
    path = folder / "t.csv"
    path.write_text("\n".join(";".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    (batch,) = apply(path, parse(mapping))
    assert not batch.set_aside
    return check(batch.table, None, date(2026, 1, 9), batch.set_aside)


def headline(change: Callable[[Row], Row]) -> list[tuple[object, ...]]:
    """Two years of months, of which 2024-09 is changed."""
    random = Random(3)
    rows: list[tuple[object, ...]] = [("period", "x", "m", "t", "b")]
    for number in range(month(2023, 1), month(2025, 1)):
        x, m = random.randint(140_000, 150_000), random.randint(118_000, 126_000)
        row = (str(Period(number, number)), x, m, x + m, x - m)
        rows.append(change(row) if row[0] == "2024-09" else row)
    return rows


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda row: row, []),
        (lambda row: (row[0], row[2], row[1], *row[3:]), [("flows_swapped", "balance_of_swapped")]),
        (lambda row: (*row[:4], -row[4]), [("figure_wrong", "sign_lost")]),
    ],
    ids=["whole", "flows swapped", "sign of the balance"],
)
def test_a_balance_of_the_wrong_sign(
    tmp_path: Path, change: Callable[[Row], Row], says: list[tuple[str, str]]
) -> None:
    found = told(tmp_path, HEADLINE, headline(change))
    assert [(one.code, one.cause) for one in found] == says
    assert all("{" not in one.en + one.zh and one.severity == "stop" for one in found)


def near(random: Random, level: int) -> int:
    return round(level * random.uniform(0.95, 1.05))


@pytest.mark.parametrize("factor", [1, 1000])
def test_a_month_in_a_smaller_unit_has_no_points_for_decimals(tmp_path: Path, factor: int) -> None:
    random = Random(4)
    level = {name: (random.randint(2000, 9000), random.randint(300, 5000)) for name in NAMES}
    rows: list[tuple[object, ...]] = [("period", "partner", "x", "m")]
    for number in range(month(2024, 1), month(2025, 1)):
        times = factor if number == month(2024, 3) else 1
        of = [(name, near(random, x), near(random, m)) for name, (x, m) in level.items()]
        of.append(("Total", sum(one[1] for one in of), sum(one[2] for one in of)))
        rows += [(str(Period(number, number)), name, f"{x * times:,}", f"{m * times:,}") for name, x, m in of]
    found = told(tmp_path, PARTNERS, rows)
    assert [(one.code, one.cause) for one in found] == ([("unit_slip", "power_of_ten")] if factor > 1 else [])


@pytest.mark.parametrize("alike", [True, False])
def test_a_month_filled_with_the_year_to_date(tmp_path: Path, alike: bool) -> None:
    random = Random(6)
    of = [(name, size := random.randint(20_000, 90_000), size * random.randint(10, 12)) for name in NAMES]
    of.append(("Total", sum(one[1] for one in of), sum(one[2] for one in of)))
    rows: list[tuple[object, ...]] = [("partner", "month", "year")]
    rows += [(name, year if alike else one, year) for name, one, year in of]
    found = told(tmp_path, ONE_MONTH, rows)
    says = [("accumulates", "month_and_year_alike")] if alike else []
    assert [(one.code, one.cause) for one in found] == says
