"""Growth of parts against that of their whole: rates that what they imply of a year earlier denies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from control_tables import Line, line, numbered, table
from customhouse.records.controls import Doubt, check
from customhouse.vocabulary.tables import entries

SIZES = {"CHN": 9000, "USA": 8000, "DEU": 3500, "JPN": 2100, "KOR": 1900, "IND": 1400, "GBR": 1200}
RATES = {"CHN": 4.3, "USA": 5.6, "DEU": 3.1, "JPN": 10.5, "KOR": 6.1, "IND": 12.4, "GBR": -7.2}
SPANS = {"month": ("2024-11", None, 1.0), "year": ("2024-01", "2024-11", 10.7)}
Change = Callable[[float], float]


def made(parts: float = 1.0) -> list[Line]:
    """A month and a year to date of exports by partner, with the total and the growth of each."""
    lines = []
    for number, (first, last, size) in enumerate(SPANS.values()):
        moved = [round(rate + number * (n % 3 - 1.7), 1) for n, rate in enumerate(RATES.values())]
        rates = dict(zip(RATES, moved, strict=True))
        values = {code: round(value * size * 997.3) for code, value in SIZES.items()}
        base = sum(values[code] / (1 + rate / 100) for code, rate in rates.items()) * parts
        total = sum(values.values())
        lines.append(line("exports", first, last, total, growth_percent=round(100 * (total / base - 1), 1)))
        for code, value in values.items():
            lines.append(line("exports", first, last, value, partner=code, growth_percent=rates[code]))
    return numbered([row | {"reporter": "VNM", "currency": "USD"} for row in lines])


def told(lines: list[Line]) -> tuple[Doubt, ...]:
    return check(table(lines), None, date(2025, 1, 20))


def changed(lines: list[Line], code: str | None, last: bool, change: Change) -> list[Line]:
    def fits(row: Line) -> bool:
        return row["partner"] == code and (row["first_month"] == row["last_month"]) != last

    return [row | {"growth_percent": change(row["growth_percent"])} if fits(row) else row for row in lines]


def exchanged(lines: list[Line], codes: set[str | None]) -> list[Line]:
    """The growth of the month and of the year to date of some partners in one another's place."""
    half = len(lines) // 2
    pairs = zip(lines[:half], lines[half:], strict=True)
    out: list[list[Line]] = [[], []]
    for pair in pairs:
        rates = [row["growth_percent"] for row in pair]
        rates = rates[::-1] if pair[0]["partner"] in codes else rates
        for side, row, rate in zip(out, pair, rates, strict=True):
            side.append(row | {"growth_percent": rate})
    return [*out[0], *out[1]]


def test_right_rates_are_left_alone() -> None:
    assert told(made()) == ()


@pytest.mark.parametrize("code", ["CHN", "USA", "JPN", "GBR", "IND"])
@pytest.mark.parametrize("change", [lambda rate: 10 * rate, lambda rate: -rate], ids=["ten_times", "sign"])
@pytest.mark.parametrize("year", [False, True], ids=["month", "year"])
def test_a_slip_in_the_rate_of_one_partner_stops(code: str, change: Change, year: bool) -> None:
    doubts = told(changed(made(), code, year, change))
    assert {one.code for one in doubts} <= {"growth_sum", "growth_wrong", "growth_denied"}
    assert [one.severity for one in doubts] == ["stop"]
    lines = made()
    named = {lines[row]["partner"] for row in doubts[0].cells}
    assert code in named


def test_candidates_are_named_with_what_they_may_have_been() -> None:
    (one,) = told(changed(made(), "KOR", False, lambda rate: -rate))
    assert one.code == "growth_sum"
    assert "Korea, 2024-11 (-6.1% for 6.1%?)" in one.en
    assert "韩国" in one.zh
    assert one.evidence["off_cents"] > one.evidence["room_cents"]


def test_growth_of_month_and_year_to_date_in_one_anothers_columns() -> None:
    doubts = told(exchanged(made(), {None, *SIZES}))
    assert [(one.cause, one.severity) for one in doubts] == []  # of all rows alike: each sum holds
    doubts = told(exchanged(made(), set(SIZES)))
    assert [(one.cause, one.severity) for one in doubts] == [("growth_month_and_year_swapped", "stop")]


def test_a_digit_that_no_slip_explains_is_told_by_the_sum() -> None:
    doubts = told(changed(made(), "USA", True, lambda rate: rate + 30))
    assert [(one.code, one.severity) for one in doubts] == [("growth_sum", "stop")]


def test_bases_that_were_revised_a_little_are_left_alone() -> None:
    assert told(made(1.0005)) == ()


def test_partners_of_the_cases_are_in_the_list() -> None:
    assert set(SIZES) <= {entry.code for entry in entries("partners")}
