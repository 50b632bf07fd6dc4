"""Working days of a reporter by month, from its official calendar where there is one.

Counted as statistics offices count them: days of the working week less public holidays, and for China
plus the weekends on which a notice of the State Council has people work (make-up days). China's years
come from the notices themselves: from 2004 as the package `chinesecalendar` has them, from 2001 as
`holidays` has them. Other years, and other reporters, follow the law: the statutory holidays of the
year and the days in lieu of those that fall on a weekend, by `holidays`. Holidays of parts of a country do
not count, save that those of England are taken for the United Kingdom.

The EU and the euro area have no calendar in common. They are taken by the days on which T2 (formerly
TARGET), the payment system of their central banks, is open: holidays of all members alone count. A bloc
other than these has no calendar; take that of its largest member.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from customhouse import optional
from customhouse.errors import SeasonsError
from customhouse.period import Period, month
from customhouse.vocabulary.tables import rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

YEARS = range(1970, 2101)
"""Years that calendars are kept for."""
_HOME = "CHN"
_T2 = ("EU", "EA")
_NOTICES_FROM = 2001
"""The first year whose notice `holidays` was checked against."""
_PARTS = {"GBR": "ENG"}
"""The part of a country whose holidays are taken, where hardly any are of the whole country."""
_ENGLISH = "en_US"
_ESTIMATED = "estimated)"
"""What ends the name of a holiday whose date `holidays` computes until it is announced."""
_WEEK_OF_FIVE_DAYS = month(1995, 5)


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Working days of consecutive months, and how they are known.

    `counts`: a number a month, from `first` on. Months from `announced_from` to `announced_to` (running
    months) are of the official calendar; those before and after are by rule, which `note` says.
    """

    reporter: str
    first: int
    counts: NDArray[np.int64]
    announced_from: int
    announced_to: int
    note: str

    @property
    def months(self) -> range:
        """The running numbers of its months."""
        return range(self.first, self.first + len(self.counts))

    @property
    def by_rule(self) -> tuple[int, ...]:
        """The months that the official calendar does not reach."""
        return tuple(m for m in self.months if not self.announced_from <= m <= self.announced_to)

    def of(self, period: Period) -> int:
        """Working days of a period. Raises SeasonsError where a month of it was not asked for."""
        if not self.first <= period.first <= period.last < self.first + len(self.counts):
            there = f"{Period(self.first, self.first + len(self.counts) - 1)}" if len(self.counts) else "none"
            raise SeasonsError(f"{period}: no working days counted; there are those of {there}")
        return int(self.counts[period.first - self.first : period.last - self.first + 1].sum())


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Which days are worked, and from what month to what month that was announced."""

    works: Callable[[date], bool]
    announced_from: int
    announced_to: int
    source: str


def working_days(reporter: str, months: range) -> Days:
    """Working days of a reporter (ISO 3166 alpha-3, EU or EA) in consecutive running months.

    Raises SeasonsError for a reporter without a calendar and for years out of 1970 to 2100, and
    MissingExtra.
    """
    import numpy as np

    _check(months)
    calendar = _calendar(reporter)
    counts = np.array([_count(reporter, m) for m in months], dtype=np.int64)
    first = months.start if len(months) else 0
    note = _note(reporter, calendar, months)
    return Days(reporter, first, counts, calendar.announced_from, calendar.announced_to, note)


def is_working_day(reporter: str, day: date) -> bool:
    """Whether a day is worked. Raises SeasonsError and MissingExtra as `working_days` does."""
    _check(range(month(day.year, day.month), month(day.year, day.month) + 1))
    return _calendar(reporter).works(day)


def days_of(month_number: int) -> list[date]:
    """The days of a running month."""
    first = date(month_number // 12, month_number % 12 + 1, 1)
    last = date((month_number + 1) // 12, (month_number + 1) % 12 + 1, 1)
    return [first + timedelta(days=n) for n in range((last - first).days)]


@cache
def _count(reporter: str, month_number: int) -> int:
    works = _calendar(reporter).works
    return sum(works(day) for day in days_of(month_number))


def _check(months: range) -> None:
    """Raises SeasonsError for months that are not consecutive or that no calendar is kept for."""
    if months.step != 1:
        raise SeasonsError(f"{months}: months one after another are meant; take a range with step 1")
    if len(months) and not (YEARS.start <= months[0] // 12 and months[-1] // 12 < YEARS.stop):
        raise SeasonsError(
            f"{Period(months[0], months[-1])}: calendars are kept for {YEARS.start} to {YEARS.stop - 1}; "
            "take months within"
        )


@cache
def _calendar(reporter: str) -> _Calendar:
    """The calendar of a reporter. Raises SeasonsError and MissingExtra."""
    return _of_china() if reporter == _HOME else _by_law(reporter)


def _of_china() -> _Calendar:
    """Notices of the State Council where there is one for the year, the law elsewhere."""
    constants = optional.module("chinese_calendar", "China's official calendar", "seasons").constants
    free, made_up = frozenset(constants.holidays), frozenset(constants.workdays)
    noticed = range(min(free).year, max(free).year + 1)
    law = _law_of(_HOME)

    def works(day: date) -> bool:
        if day.year not in noticed:
            return bool(law.is_working_day(day))
        if day.weekday() < 5:
            return day not in free
        return day in made_up or bool(law.is_working_day(day))  # one of 2005 is in `holidays` alone

    first, last = month(min(_NOTICES_FROM, noticed.start), 1), month(noticed.stop - 1, 12)
    return _Calendar(works, first, last, "notices of the State Council")


def _by_law(reporter: str) -> _Calendar:
    law = _law_of(reporter)
    known = _years_of(law)
    estimated = {day.year for day, name in law.items() if _ESTIMATED in name}
    certain = [year for year in known if year not in estimated]
    runs = [year for year in certain if year - 1 not in certain]
    first, last = (runs[-1], certain[-1]) if certain else (known.start, known.start - 1)
    source = "days on which T2 is open" if reporter in _T2 else "public holidays by law"
    return _Calendar(lambda day: bool(law.is_working_day(day)), month(first, 1), month(last, 12), source)


def _years_of(law: Any) -> range:
    """The years that a calendar of `holidays` has holidays for."""
    first, last = (int(getattr(law, name, None) or end) for name, end in (
        ("start_year", YEARS.start), ("end_year", YEARS.stop - 1)
    ))
    return range(max(YEARS.start, first), min(YEARS.stop - 1, last) + 1)


def law_of(reporter: str) -> Any:
    """The public holidays of a reporter, `{date: name}`, with its weekend. Raises as `working_days` does."""
    return _law_of(reporter)


@cache
def _law_of(reporter: str) -> Any:
    holidays = optional.module("holidays", "a calendar of public holidays", "seasons")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of years without data, which `announced_from` says
        try:
            if reporter in _T2:
                return holidays.financial_holidays("XECB", years=YEARS)
            code = _alpha2(reporter)
            english = _ENGLISH in holidays.list_localized_countries().get(code, ())
            part, language = _PARTS.get(reporter), _ENGLISH if english else None
            return holidays.country_holidays(code, subdiv=part, years=YEARS, language=language)
        except NotImplementedError as error:
            raise _without(reporter) from error


def _alpha2(reporter: str) -> str:
    """The ISO 3166 alpha-2 code of a reporter. Raises SeasonsError."""
    for row in rows("partners"):
        if row["code"] == reporter and row["iso2"]:
            return row["iso2"]
    raise _without(reporter)


def _without(reporter: str) -> SeasonsError:
    return SeasonsError(
        f"{reporter!r}: no calendar of working days; give an economy by its ISO 3166 alpha-3 code, EU or EA, "
        "and of another bloc its largest member"
    )


def _note(reporter: str, calendar: _Calendar, months: range) -> str:
    """Where the days of these months come from, in words."""
    reach = range(calendar.announced_from, calendar.announced_to + 1)
    parts = [f"{reporter}: {calendar.source}"]
    for span in (range(months.start, min(months.stop, reach.start)),
                 range(max(months.start, reach.stop), months.stop)):  # fmt: skip
        if len(span):
            parts.append(
                f"{Period(span[0], span[-1])} by rule, not announced or not known for certain: statutory "
                "holidays as computed, days in lieu of them, no make-up days"
            )
    known = _years_of(_law_of(reporter))
    if any(m // 12 not in known for m in (*months[:1], *months[-1:])):
        parts.append(f"public holidays are known from {known[0]} to {known[-1]}, beyond them weekends alone")
    if reporter == _HOME and len(months) and months[0] < _WEEK_OF_FIVE_DAYS:
        parts.append("before May 1995 people worked on Saturdays too, which is not counted")
    return "; ".join(parts)
