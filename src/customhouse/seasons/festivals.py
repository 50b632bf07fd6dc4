"""Festivals that move between months: when they are, and which ones a reporter keeps.

Dates of the Chinese, Vietnamese, Islamic and Hindu calendars come from the tables of the package
`holidays` (MIT licence), which follow official announcements where there are any. Easter is computed by
the rule of the Gregorian calendar. Ramadan begins a day earlier or later where the new moon is looked
for: the dates are those of the Umm al-Qura calendar and its announcements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from customhouse import optional
from customhouse.errors import SeasonsError
from customhouse.seasons.calendars import law_of

FESTIVALS = ("chinese_new_year", "dragon_boat", "mid_autumn", "ramadan", "easter", "tet", "diwali")
_LUNAR = range(1902, 2100)
_KNOWN = {"easter": range(1583, 4100), "ramadan": range(1926, 2099), "diwali": _LUNAR}
"""Years for which the dates are known, where they are not those of the calendars of the moon."""
_ASKED = range(2010, 2025)
"""Years by whose public holidays it is told which festivals a reporter keeps."""


def dates(festival: str, years: Iterable[int]) -> dict[int, tuple[date, ...]]:
    """The first day of a festival in each year: one, of Ramadan at times two.

    `chinese_new_year` and `tet` are the first day of the year, `ramadan` the first day of fasting,
    `easter` the Sunday, `diwali` the day of Lakshmi Puja. Raises SeasonsError for another festival or
    years for which it is not known (none from 1930 to 2098), and MissingExtra.
    """
    find = _finder(festival)
    found = {}
    for year in years:
        if year not in _KNOWN.get(festival, _LUNAR):
            first, last = (known := _KNOWN.get(festival, _LUNAR))[0], known[-1]
            raise SeasonsError(f"{festival} {year}: known from {first} to {last}; take years within")
        found[year] = tuple(day for day in find(year) if day.year == year)
    return found


def ends(festival: str, years: Iterable[int]) -> dict[int, tuple[date, ...]]:
    """The last day of a festival, for each that begins in the year: of Ramadan the day before Eid al-Fitr,
    of the others the day itself. Raises as `dates` does."""
    began = dates(festival, years)
    if festival != "ramadan":
        return began
    return {year: tuple(_last_of_ramadan(day) for day in days) for year, days in began.items()}


@cache
def festivals(reporter: str) -> tuple[str, ...]:
    """The festivals that a reporter has public holidays for: those that may show in its statistics.

    Told by its calendar of 2010 to 2024. Raises SeasonsError for a reporter without one, and MissingExtra.
    """
    law = law_of(reporter)
    kept = [f for f in FESTIVALS if _kept(law, f)]
    if reporter == "VNM":
        kept.remove("chinese_new_year")
    elif "tet" in kept:
        kept.remove("tet")
    return tuple(kept)


def _kept(law: Any, festival: str) -> bool:
    """Whether in most years a day of a festival is a public holiday (of Ramadan: the feast at its end)."""
    last = ends(festival, _ASKED)
    offsets = {"easter": (-2, 1), "ramadan": (1, 2), "mid_autumn": (0, 1)}.get(festival, (0,))
    free = sum(any(day + timedelta(days=n) in law for n in offsets) for days in last.values() for day in days)
    return free > len(_ASKED) / 2


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian calendar (Meeus, Astronomical Algorithms, 1991, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ll = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * ll) // 433
    n = (h + ll - 7 * m + 90) // 25
    return date(year, n, (h + ll - 7 * m + 33 * n + 19) % 32)


@cache
def _finder(festival: str) -> Callable[[int], tuple[date, ...]]:
    """What gives the days of a festival in a year. Raises SeasonsError and MissingExtra."""
    if festival not in FESTIVALS:
        raise SeasonsError(f"{festival!r}: no such festival; there are {', '.join(FESTIVALS)}")
    if festival == "easter":
        return lambda year: (easter(year),)
    of = optional.module("holidays.calendars", "the dates of festivals", "seasons")
    moon, months = of.chinese._ChineseLunisolar(), of.islamic._IslamicLunar()
    hindus = of.hindu._HinduLunisolar()
    finders: dict[str, Callable[[int], Any]] = {
        "chinese_new_year": moon.lunar_new_year_date,
        "dragon_boat": moon.dragon_boat_date,
        "mid_autumn": moon.mid_autumn_date,
        "tet": lambda year: moon.lunar_new_year_date(year, of.chinese.VIETNAMESE_CALENDAR),
        "diwali": lambda year: next(
            found for found in (hindus.diwali_india_date(year), hindus.diwali_date(year)) if found[0]
        ),
        "ramadan": months.ramadan_beginning_dates,
    }
    return lambda year: _days(finders[festival](year))


def _days(found: Any) -> tuple[date, ...]:
    """The days of what the package answers: `(day, estimated)`, or several of them."""
    pairs = [found] if isinstance(found, tuple) else list(found)
    return tuple(sorted(day for day, _ in pairs))


@cache
def _last_of_ramadan(first: date) -> date:
    """The day before the feast that ends it, 29 or 30 days later."""
    from holidays.calendars import islamic

    months = islamic._IslamicLunar()
    feasts = [day for year in (first.year, first.year + 1) for day in _days(months.eid_al_fitr_dates(year))]
    return min(day for day in feasts if day > first) - timedelta(days=1)
