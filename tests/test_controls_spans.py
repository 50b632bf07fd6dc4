"""Years, halves and quarters beside their months: rows of a month mixed up, one figure wrong, all revised."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_tables import Line, line, numbered, table
from customhouse.period import month
from customhouse.records.controls import Doubt, check

PARTNERS = ["USA", "JPN", "KOR", "DEU", "VNM", "AUS", "GBR", "IND"]
JANUARY = month(2024, 1)


def rows(seed: int, months: int = 12, flow: str = "exports") -> list[Line]:
    """Partners in a year, a half or a quarter, with figures of the whole that are the sums of the months."""
    random, found = Random(seed), []
    for at, partner in enumerate(PARTNERS):
        level = 10_000 * 1.6**at
        values = [round(level * random.uniform(0.8, 1.25)) for _ in range(months)]
        for n, value in enumerate(values):
            found.append(line(flow, JANUARY + n, value=value, unit=1000, partner=partner))
        last = JANUARY + months - 1
        found.append(line(flow, JANUARY, last, sum(values), unit=1000, partner=partner))
    return found


def told(lines: list[Line]) -> list[Doubt]:
    found = check(table(numbered(lines)), None, date(2025, 6, 1))
    return [one for one in found if one.code == "span_not_sum"]


def changed(lines: list[Line], partner: str, at: int, value: int) -> list[Line]:
    return [
        row | {"value_cents": value}
        if (row["partner"], row["first_month"], row["last_month"]) == (partner, JANUARY + at, JANUARY + at)
        else row
        for row in lines
    ]


def value_of(lines: list[Line], partner: str, at: int) -> int:
    return next(
        row["value_cents"] for row in lines
        if (row["partner"], row["first_month"], row["last_month"]) == (partner, JANUARY + at, JANUARY + at)
    )  # fmt: skip


def with_years(lines: list[Line], factor: float) -> list[Line]:
    """Figures of more than a month in a multiple."""
    return [
        row | {"value_cents": round(row["value_cents"] * factor)}
        if row["last_month"] > row["first_month"]
        else row
        for row in lines
    ]


@pytest.mark.parametrize("months", [3, 6, 12])
@given(seed=st.integers(0, 999))
def test_sums_that_hold_are_not_doubted(months: int, seed: int) -> None:
    assert told(rows(seed, months)) == []


@pytest.mark.parametrize("months", [3, 6, 12])
@given(seed=st.integers(0, 999), data=st.data())
def test_rows_mixed_up_in_a_month_are_told_with_it(months: int, seed: int, data: st.DataObject) -> None:
    lines = rows(seed, months)
    at = data.draw(st.integers(0, months - 1))
    mixed = data.draw(st.permutations(PARTNERS).filter(lambda order: order != PARTNERS))
    moved = lines
    for partner, other in zip(PARTNERS, mixed, strict=True):
        moved = changed(moved, partner, at, value_of(lines, other, at))
    (doubt,) = told(moved)
    assert (doubt.cause, doubt.severity) == ("span_rows_mixed_up", "stop")
    assert f"2024-{at + 1:02} stand in one another's place" in doubt.en and f"2024-{at + 1:02}" in doubt.zh
    assert doubt.evidence["wrong"] == sum(a != b for a, b in zip(PARTNERS, mixed, strict=True))


def test_one_figure_that_is_wrong_stops(seed: int = 7) -> None:
    lines = rows(seed)
    (doubt,) = told(changed(lines, "KOR", 4, value_of(lines, "KOR", 4) + 5_000_000))
    assert (doubt.cause, doubt.severity, doubt.evidence["wrong"]) == ("span_figure_wrong", "stop", 1.0)
    assert "Korea" in doubt.en


def test_a_year_that_was_revised_throughout_is_a_caution() -> None:
    (doubt,) = told(with_years(rows(3), 1.04))
    assert (doubt.cause, doubt.severity) == ("span_revised", "caution")
    assert told(with_years(rows(3), 1.004)) == []


def test_years_to_date_are_left_to_those_of_the_month_before() -> None:
    """Where each month has its year to date, what does not fit is told there."""
    lines = rows(5)
    for partner in PARTNERS:
        total = 0
        for at in range(11):
            total += value_of(lines, partner, at)
            lines.append(line("exports", JANUARY, JANUARY + at, total / 100_000, unit=1000, partner=partner))
    lines = [row for row in lines if row["first_month"] != row["last_month"] or row["last_month"] > JANUARY]
    assert told(changed(lines, "KOR", 4, value_of(lines, "KOR", 4) + 5_000_000)) == []
