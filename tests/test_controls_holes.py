"""Months that lack: files that end too early, mistyped years, months left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from control_tables import Line, line, numbered, table
from customhouse.period import parse_month
from customhouse.records.controls import Doubt, check

CODES = ("CHN", "USA", "DEU", "JPN", "KOR", "IND", "GBR", "FRA")
ALL = tuple(range(1, 13))


def month(number: int, year: int = 2024, *, total_last: bool = True) -> list[Line]:
    """Exports and imports of a month by partner, with the total."""
    lines = []
    for flow, size in (("exports", 1.0), ("imports", 0.8)):
        values = {
            code: round(1e5 * size / (at + 2) * (1 + 0.01 * ((number * (2 * at + 3) + len(flow) * at) % 13)))
            for at, code in enumerate(CODES)
        }
        own = [line(flow, f"{year}-{number:02}", None, one, partner=code) for code, one in values.items()]
        total = [line(flow, f"{year}-{number:02}", None, sum(values.values()))]
        lines.append(own + total if total_last else total + own)
    return [row for pair in zip(*lines, strict=True) for row in pair]


def series(months: tuple[int, ...] = ALL, *, total_last: bool = True) -> list[Line]:
    return [row for number in months for row in month(number, total_last=total_last)]


def dated(lines: list[Line], now: str, then: str) -> list[Line]:
    """A month of some lines under another one's name."""
    new, old = parse_month(then), parse_month(now)
    return [
        row | {"first_month": new, "last_month": new} if row["last_month"] == old else row for row in lines
    ]


def cumulated(lines: list[Line]) -> list[Line]:
    """Lines with the year to date of each beside it."""
    sums: dict[tuple[str, str | None], int] = {}
    out = []
    for row in lines:
        key = row["flow"], row["partner"]
        sums[key] = sums.get(key, 0) + row["value_cents"]
        begin = row["last_month"] - row["last_month"] % 12
        since = [row | {"first_month": begin, "value_cents": sums[key]}] if begin < row["last_month"] else []
        out += [row, *since]
    return out


def told(lines: list[Line]) -> tuple[Doubt, ...]:
    own = [row | {"reporter": "CHE", "currency": "CHF"} for row in lines]
    return check(table(numbered(own)), None, date(2025, 6, 1))


def codes(lines: list[Line]) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in told(lines)]


@pytest.mark.parametrize("kept", [2, 8, 14])
@pytest.mark.parametrize("totals", [True, False])
def test_a_file_cut_in_its_last_month(kept: int, totals: bool) -> None:
    lines = [row for row in series() if totals or row["partner"]]
    assert codes(lines) == []
    one = next(one for one in told(lines[: kept - 16 - 2 * totals]) if one.code == "file_cut")
    assert one.severity == "stop"
    assert one.cause == ("cut_with_total" if totals else "cut_short")
    assert one.evidence["lines"] == kept / 2


def test_a_total_above_its_rows_tells_of_those_cut_off() -> None:
    lines = series(total_last=False)
    assert codes(lines) == []
    assert {code for code, severity in codes(lines[:-8]) if severity == "stop"} == {"parts_do_not_sum"}


def test_partners_without_trade_in_the_last_month_are_no_cut() -> None:
    lines = [
        row | {"value_cents": row["value_cents"] // 1000} if row["partner"] == "FRA" else row
        for row in series()
    ]
    total = {(row["flow"], row["last_month"]): 0 for row in lines}
    lines = [row for row in lines if not (row["partner"] == "FRA" and row["last_month"] % 12 == 11)]
    for row in lines:
        total[row["flow"], row["last_month"]] += row["value_cents"] if row["partner"] else 0
    lines = [
        row if row["partner"] else row | {"value_cents": total[row["flow"], row["last_month"]]}
        for row in lines
    ]
    assert codes(lines) == []


def test_partners_that_differ_from_month_to_month_are_no_cut() -> None:
    lines = [row for row in series() if row["partner"] != CODES[row["last_month"] % 8]]
    assert "file_cut" not in [code for code, _ in codes(lines)]


@pytest.mark.parametrize(("now", "then"), [("2024-06", "2014-06"), ("2024-10", "2023-10")])
def test_a_mistyped_year(now: str, then: str) -> None:
    doubts = told(dated(series(), now, then))
    assert [(one.code, one.cause, one.severity) for one in doubts if one.severity == "stop"] == [
        ("month_stray", "year_mistyped", "stop")
    ]
    assert now in doubts[0].en
    assert now in doubts[0].zh


@pytest.mark.parametrize(
    "months",
    [
        pytest.param(lambda: [*month(10, 2023), *month(9), *month(10)], id="year_earlier"),
        pytest.param(lambda: [*month(12, 2022), *series()], id="a_year_and_one_month_of_old"),
        pytest.param(lambda: [*month(6, 2023), *series(tuple(n for n in ALL if n not in (3, 6)))], id="two"),
    ],
)
def test_months_apart_that_are_no_mistyped_year(months: Callable[[], list[Line]]) -> None:
    assert "month_stray" not in [code for code, _ in codes(months())]


def test_a_month_left_out_that_years_to_date_count() -> None:
    lines = cumulated(series())
    assert codes(lines) == []
    may = parse_month("2024-05")
    doubts = told([row for row in lines if row["last_month"] != may])
    one = next(one for one in doubts if one.code == "month_uncounted")
    assert (one.severity, one.cause) == ("stop", "month_left_out")
    assert "2024-05" in one.en


def test_a_hole_in_a_long_series_is_told() -> None:
    months = tuple(n for n in ALL if n != 5)
    assert codes(series(months)) == [("month_lacking", "caution")]
    assert codes(series(ALL[1:])) == []
    assert codes(series(ALL[:2] + ALL[3:6])) == []


def test_january_and_february_that_come_out_together_are_no_hole() -> None:
    assert codes(series(tuple(n for n in ALL if n != 2))) == []
