"""What calendars do to a month, as regressors: moving holidays in three parts, working days, leap years.

A moving holiday has three windows: days before it, when people hurry or wait, the holiday itself, and days
after, while work comes back. The regressor of a window is the share of its days that fall into the month,
less the long-run mean of that share for the calendar month, so that it holds no seasonality and leaves the
level as it is. Bell and Hillmer, Modeling Time Series with Calendar Variation (JASA 78, 1983); Lin and Liu,
Modeling Lunar Calendar Holiday Effects in Taiwan (Taiwan Economic Policy Papers, 2002); Findley, Monsell
and Hou, Stock Series Holiday Regressors Generated from Flow Series Holiday Regressors (2012); the Census
Bureau's `genhol` does the same with windows of a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons.calendars import working_days
from customhouse.seasons.festivals import dates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PARTS = ("before", "during", "after")
"""The columns of a holiday."""
_LUNAR_RUN = range(1985, 2061)
LONG_RUN = {"ramadan": range(1995, 2061), "easter": range(1600, 2100)}
"""Years of the long-run means: four cycles of 19 years of the moon with the sun (1985 to 2060); for Ramadan
two of 33 years in which it goes round the year; for Easter five centuries."""
_DAYS_RUN = range(1999, 2027)
"""Years of the long-run means of working days: 28, after which dates fall on the same days of the week."""
_LONGEST = 150


@dataclass(frozen=True, slots=True, order=True)
class Windows:
    """Days before, during and after a festival.

    `during` is the first and the last day of the holiday, counted from the festival's day (0; of Ramadan
    the first day of fasting); `before` and `after` are numbers of days that end the day before it and
    begin the day after it. A window of 0 days has a column of zeros, to be left out of a regression.
    """

    before: int
    during: tuple[int, int]
    after: int

    def __post_init__(self) -> None:
        """Raises SeasonsError for days that are no windows."""
        first, last = self.during
        if min(self.before, self.after) < 0 or last < first or max(self.lengths) > _LONGEST:
            raise SeasonsError(
                f"{self.before}, {self.during}, {self.after}: no windows; give numbers of days from 0 to "
                f"{_LONGEST}, and a holiday whose last day is not before its first"
            )

    @property
    def lengths(self) -> tuple[int, int, int]:
        """Days of each window."""
        return self.before, self.during[1] - self.during[0] + 1, self.after

    @property
    def spans(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """First and last day of each window, counted from the festival's day."""
        first, last = self.during
        return (first - self.before, first - 1), self.during, (last + 1, last + self.after)

    @property
    def used(self) -> tuple[str, ...]:
        """The parts that have days."""
        return tuple(part for part, days in zip(PARTS, self.lengths, strict=True) if days)

    def __str__(self) -> str:
        return f"{self.before}/{self.during[0]}..{self.during[1]}/{self.after}"


_HOLIDAYS: dict[str, tuple[tuple[int, ...], tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    "chinese_new_year": ((5, 10, 15, 20, 25), ((-1, 6),), (5, 10, 15, 20, 25)),
    "tet": ((5, 10, 15, 20, 25), ((-1, 5),), (5, 10, 15, 20)),
    "dragon_boat": ((0, 3, 7), ((0, 0), (-1, 1)), (0, 3, 7)),
    "mid_autumn": ((0, 3, 7), ((0, 0), (-1, 1)), (0, 3, 7)),
    "ramadan": ((0, 7, 14), ((0, 28),), (3, 7, 14)),
    "easter": ((0, 1, 4, 8, 15), ((-2, 1), (0, 1)), (0, 3, 8)),
    "diwali": ((0, 5, 10, 15), ((-1, 2), (0, 0)), (0, 5, 10)),
}
"""Lengths to choose from: days before, first and last day, days after. China closes for the week from New
Year's Eve; offices and the X-13 manual (easter[w]) try one day to 15 before Easter."""


def candidates(festival: str) -> tuple[Windows, ...]:
    """Windows to choose from by AICc, shorter ones first. Raises SeasonsError for another festival."""
    try:
        before, during, after = _HOLIDAYS[festival]
    except KeyError as error:
        raise SeasonsError(f"{festival!r}: no such festival; there are {', '.join(_HOLIDAYS)}") from error
    return tuple(sorted(Windows(*chosen) for chosen in product(before, during, after)))


def holiday(festival: str, windows: Windows, months: range, years: range | None = None) -> Floats:
    """The regressors before, during and after a festival: months x 3, centred on long-run means.

    `years`: those of the long-run means, `LONG_RUN` unless given. Raises SeasonsError for a festival or
    months that are not known, and MissingExtra.
    """
    import numpy as np

    found = shares(festival, windows, months)
    means = _long_run(festival, windows, years or LONG_RUN.get(festival, _LUNAR_RUN))
    return np.asarray(found - means[np.arange(months.start, months.stop) % 12])


def shares(festival: str, windows: Windows, months: range) -> Floats:
    """The share of the days before, during and after a festival in each month: months x 3, not centred."""
    import numpy as np

    _check(months)
    years = range(months.start // 12 - 1, (months.stop - 1) // 12 + 2)  # a window may begin in another year
    days = [day for found in dates(festival, years).values() for day in found]
    return np.column_stack([_share(days, span, months) for span in windows.spans])


def _share(days: Iterable[date], span: tuple[int, int], months: range) -> Floats:
    """The share of a window's days in each month, one window for each day, added up."""
    import numpy as np

    found = np.zeros(len(months), dtype=np.float64)
    first, last = span
    for day in days if last >= first else ():
        for here in (day + timedelta(days=n) for n in range(first, last + 1)):
            place = here.year * 12 + here.month - 1 - months.start
            if 0 <= place < len(months):
                found[place] += 1
    return found / max(last - first + 1, 1)


def trading(reporter: str, months: range) -> Floats:
    """Working days of a reporter less their long-run mean for the calendar month: months x 1.

    One coefficient for all working days, as `td1coef` of X-13 with the reporter's own calendar (Handbook
    on Seasonal Adjustment, Eurostat 2018, chapter 5). The 29th of February counts where it is worked, so
    that a model with this regressor wants none for leap years beside it. Raises as `working_days` does.
    """
    import numpy as np

    _check(months)
    means = _mean_days(reporter)
    counts = working_days(reporter, months).counts - means[np.arange(months.start, months.stop) % 12]
    return np.asarray(counts, dtype=np.float64).reshape(-1, 1)


def leap_year(months: range) -> Floats:
    """0.75 in a February of 29 days, -0.25 in one of 28, 0 elsewhere (`lpyear` of X-13): months x 1."""
    import numpy as np

    _check(months)
    found = [((m // 12 % 4 == 0 and m // 12 % 100 != 0) or m // 12 % 400 == 0) - 0.25 if m % 12 == 1 else 0.0
             for m in months]  # fmt: skip
    return np.array(found, dtype=np.float64).reshape(-1, 1)


@cache
def _long_run(festival: str, windows: Windows, years: range) -> Floats:
    """The mean share of each window in each calendar month: 12 x 3."""
    import numpy as np

    whole = shares(festival, windows, range(years.start * 12, years.stop * 12))
    means: Floats = whole.reshape(-1, 12, 3).mean(axis=0)
    return np.asarray(means)


@cache
def _mean_days(reporter: str) -> Floats:
    """The mean working days of each calendar month."""
    import numpy as np

    counts = working_days(reporter, range(_DAYS_RUN.start * 12, _DAYS_RUN.stop * 12)).counts
    return np.asarray(counts.reshape(-1, 12).mean(axis=0), dtype=np.float64)


def _check(months: range) -> None:
    """Raises SeasonsError for months that are not one after another."""
    if months.step != 1:
        raise SeasonsError(f"{months}: months one after another are meant; take a range with step 1")
