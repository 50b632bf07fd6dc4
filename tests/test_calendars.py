"""Working days, festivals and their regressors: official calendars, R's genhol, and what must hold of all."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import MissingExtra, SeasonsError
from customhouse.period import Period, month
from customhouse.seasons import calendars
from customhouse.seasons import festivals as kept
from customhouse.seasons.calendars import days_of, is_working_day, working_days
from customhouse.seasons.festivals import FESTIVALS, dates, easter, ends, festivals
from customhouse.seasons.regressors import PARTS, Windows, candidates, holiday, leap_year, shares, trading

CASES = Path(__file__).parent / "cases"
KNOWN: dict[str, Any] = yaml.safe_load((CASES / "calendars.yaml").read_text(encoding="utf-8"))
GENHOL: list[dict[str, Any]] = yaml.safe_load((CASES / "genhol.yaml").read_text(encoding="utf-8"))
REPORTERS = ("CHN", "USA", "DEU", "GBR", "VNM", "IND", "SAU", "EU", "LKA", "EGY", "JPN")
YEAR = [(r, y, counts) for r, years in KNOWN["working_days"].items() for y, counts in years.items()]


def year(number: int, years: int = 1) -> range:
    return range(month(number, 1), month(number + years, 1))


@pytest.mark.parametrize(("reporter", "number", "counts"), YEAR, ids=[f"{r}-{y}" for r, y, _ in YEAR])
def test_working_days_of_official_calendars(reporter: str, number: int, counts: list[int]) -> None:
    found = working_days(reporter, year(number))
    assert found.counts.tolist() == counts
    assert not found.by_rule
    assert found.of(Period.of(number)) == sum(counts)


@pytest.mark.parametrize("reporter", KNOWN["days"])
def test_single_days(reporter: str) -> None:
    known = KNOWN["days"][reporter]
    assert [day for day in known["worked"] if not is_working_day(reporter, day)] == []
    assert [day for day in known["free"] if is_working_day(reporter, day)] == []


def test_the_first_quarter_of_2025_had_two_working_days_fewer() -> None:
    """As customs said of it on 14 April 2025."""
    both = [working_days("CHN", year(y)).of(Period.of(y, 1, 3)) for y in (2024, 2025)]
    assert both == [61, 59]


def test_years_that_are_not_announced_are_by_rule_and_said_so() -> None:
    reach = working_days("CHN", year(2010))
    after = reach.announced_to + 1
    assert after >= month(2027, 1) and reach.announced_from == month(2001, 1)
    later = working_days("CHN", range(after - 12, after + 12))
    assert later.by_rule == tuple(range(after, after + 12))
    assert f"{Period(after, after + 11)} by rule" in later.note
    assert "by rule" not in working_days("CHN", year(2024)).note
    early = working_days("CHN", year(1994, 2))
    assert len(early.by_rule) == 24 and "May 1995" in early.note


def test_the_law_of_2025_adds_two_days() -> None:
    """New Year's Eve of the lunar calendar and the 2nd of May, in years by rule too."""
    after = working_days("CHN", year(2024)).announced_to // 12 + 2
    [first] = dates("chinese_new_year", [after])[after]
    assert not is_working_day("CHN", first - timedelta(days=1))
    assert not is_working_day("CHN", date(after, 5, 2))


def test_what_the_package_knows_not_is_said() -> None:
    assert "weekends alone" in working_days("LKA", year(1990)).note
    assert working_days("IND", year(2050)).by_rule
    assert working_days("EGY", year(2050)).by_rule


@pytest.mark.parametrize(
    ("reporter", "months", "says"),
    [
        ("ASEAN", year(2024), "no calendar"),
        ("XXX", year(2024), "no calendar"),
        ("", year(2024), "no calendar"),
        ("CHN", year(1890), "1970 to 2100"),
        ("CHN", year(2100, 2), "1970 to 2100"),
        ("CHN", range(month(2024, 1), month(2025, 1), 3), "step 1"),
    ],
)
def test_what_has_no_calendar_is_refused(reporter: str, months: range, says: str) -> None:
    with pytest.raises(SeasonsError, match=says):
        working_days(reporter, months)


@pytest.mark.parametrize("missing", ["chinese_calendar", "holidays", "holidays.calendars"])
def test_without_the_packages_the_extra_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = (calendars._calendar, calendars._law_of, calendars._count, kept._finder)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match="seasons"):
        working_days("CHN", year(2024)) if missing != "holidays.calendars" else dates("tet", [2024])
    for cache in caches:
        cache.cache_clear()


def test_no_months_no_days() -> None:
    none = working_days("CHN", range(0))
    assert none.counts.tolist() == [] and none.by_rule == ()
    with pytest.raises(SeasonsError, match="no working days counted"):
        none.of(Period.of(2024))


@given(st.sampled_from(REPORTERS), st.integers(month(1990, 1), month(2060, 12)), st.integers(1, 30))
def test_days_add_up_over_any_cut(reporter: str, first: int, length: int) -> None:
    whole = working_days(reporter, range(first, first + length))
    single = [int(working_days(reporter, range(m, m + 1)).counts[0]) for m in whole.months]
    assert whole.counts.tolist() == single
    assert whole.of(Period(first, first + length - 1)) == sum(single)
    assert all(10 <= n <= len(days_of(m)) for n, m in zip(single, whole.months, strict=True))


@pytest.mark.parametrize("festival", FESTIVALS)
def test_festivals_are_when_they_were(festival: str) -> None:
    known: list[date] = KNOWN["festivals"][festival]
    assert [dates(festival, [day.year])[day.year] for day in known] == [(day,) for day in known]


def test_ramadan_moves_through_the_year_and_ends_before_the_feast() -> None:
    assert {y: ends("ramadan", [y])[y] for y in KNOWN["ends_of_ramadan"]} == {
        y: (day,) for y, day in KNOWN["ends_of_ramadan"].items()
    }
    found = dates("ramadan", range(1990, 2061))
    assert [y for y, days in found.items() if len(days) == 2] == [1997, 2030]
    began = [day for days in found.values() for day in days]
    assert {(b - a).days for a, b in pairwise(began)} == {354, 355}
    last = [day for days in ends("ramadan", range(1990, 2061)).values() for day in days]
    assert {(b - a).days for a, b in zip(began, last, strict=True)} == {28, 29}


@pytest.mark.parametrize("festival", [f for f in FESTIVALS if f != "ramadan"])
def test_every_year_has_its_festival_within_its_month(festival: str) -> None:
    found = dates(festival, range(1990, 2061))
    assert all(len(days) == 1 and days[0].year == y for y, days in found.items())
    of_year = [(day.month, day.day) for [day] in found.values()]
    assert (max(of_year)[0] - min(of_year)[0]) <= 1  # each moves within two months


def test_easter_is_what_dateutil_says() -> None:
    other = pytest.importorskip("dateutil.easter")
    assert [easter(y) for y in range(1583, 2500)] == [other.easter(y) for y in range(1583, 2500)]


@pytest.mark.parametrize("reporter", KNOWN["kept"])
def test_festivals_that_a_reporter_keeps(reporter: str) -> None:
    assert list(festivals(reporter)) == KNOWN["kept"][reporter]


def test_unknown_festivals_and_years_are_refused() -> None:
    with pytest.raises(SeasonsError, match="no such festival"):
        dates("christmas", [2024])
    with pytest.raises(SeasonsError, match="known from 1902 to 2099"):
        dates("chinese_new_year", [2200])
    with pytest.raises(SeasonsError, match="no such festival"):
        candidates("christmas")


def of_span(first: int, last: int) -> Windows:
    return Windows(0, (first, last), 0)


@pytest.mark.parametrize("case", GENHOL, ids=[f"{c['festival']}{c['span']}" for c in GENHOL])
def test_regressors_equal_those_of_genhol(case: dict[str, Any]) -> None:
    windows, whole = of_span(*case["span"]), range(1985, 2061)
    every = year(1985, 76)
    found = holiday(case["festival"], windows, every, whole)[:, 1]
    plain = shares(case["festival"], windows, every)[:, 1]
    assert np.sum(found**2) == pytest.approx(case["squares"], abs=1e-9)
    assert np.sum(plain**2) == pytest.approx(case["plain_squares"], abs=1e-9)
    seven = holiday(case["festival"], windows, year(2019, 7), whole)[:, 1]
    assert np.abs(seven - np.ravel(case["values"])).max() < 1e-9


@given(
    st.sampled_from(FESTIVALS), st.integers(0, 30), st.integers(-5, 3), st.integers(1, 12),
    st.integers(0, 30), st.integers(1990, 2050),
)
def test_a_window_s_days_fall_somewhere_once(
    festival: str, before: int, first: int, length: int, after: int, number: int
) -> None:
    windows = Windows(before, (first, first + length - 1), after)
    months = year(number - 1, 3)
    found = shares(festival, windows, months)
    assert found.shape == (36, 3) and (found >= 0).all()
    if festival != "ramadan":  # one a year; those of the years before and after may reach in
        middle = shares(festival, windows, year(number))
        assert np.array_equal(middle, found[12:24])
    total = dict(zip(PARTS, windows.lengths, strict=True))
    for column, part in enumerate(PARTS):
        if part not in windows.used:
            assert total[part] == 0 and not found[:, column].any()
    spans = [s for s, days in zip(windows.spans, windows.lengths, strict=True) if days]
    assert [b[0] - a[1] for a, b in pairwise(spans)] == [1] * (len(spans) - 1)


@pytest.mark.parametrize(
    ("festival", "first", "years"), [("chinese_new_year", 1985, 76), ("easter", 1600, 500)]
)
def test_regressors_are_centred_in_each_calendar_month(festival: str, first: int, years: int) -> None:
    found = holiday(festival, candidates(festival)[-1], year(first, years))
    assert np.abs(found.reshape(-1, 12, 3).mean(axis=0)).max() < 1e-12


def test_longer_stretches_do_not_change_a_month() -> None:
    windows = Windows(10, (-1, 6), 15)
    one = holiday("chinese_new_year", windows, year(2024))
    assert np.array_equal(one, holiday("chinese_new_year", windows, year(2000, 30))[24 * 12 : 25 * 12])
    assert np.array_equal(trading("CHN", year(2024)), trading("CHN", year(2000, 30))[24 * 12 : 25 * 12])


def test_working_days_are_centred_over_28_years() -> None:
    for reporter in REPORTERS:
        assert np.abs(trading(reporter, year(1999, 28)).reshape(28, 12).mean(axis=0)).max() < 1e-12


def test_leap_years() -> None:
    found = leap_year(year(1999, 102)).reshape(-1, 12)
    assert found[1, 1] == 0.75 and found[101, 1] == -0.25 and found[5, 1] == 0.75 and found[4, 1] == -0.25
    assert not found[:, [0, *range(2, 12)]].any()


@pytest.mark.parametrize("wrong", [(-1, (0, 1), 0), (0, (2, 1), 0), (0, (0, 1), -3), (200, (0, 1), 0)])
def test_windows_that_are_none_are_refused(wrong: Any) -> None:
    with pytest.raises(SeasonsError, match="no windows"):
        Windows(*wrong)


@pytest.mark.parametrize("festival", FESTIVALS)
def test_candidates_are_there_once_each(festival: str) -> None:
    found = candidates(festival)
    assert len(set(found)) == len(found) >= 9
    assert all(holiday(festival, windows, year(2024)).shape == (12, 3) for windows in found)
