"""January and February as one: Chinese New Year lies in either, so that together they compare between years.

The customs of China publish the two months together for that reason. Adjusted figures of the two are added up
as others are; their growth is on the two months before, November and December.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.period import Period
from customhouse.seasons.adjusted import Adjusted

if TYPE_CHECKING:
    from customhouse.seasons.monthly import Floats


@dataclass(frozen=True, slots=True)
class TwoMonths:
    """January and February of a year as one; NaN where a month is missing.

    `growth` is that of the original figures on a year earlier in per cent, `adjusted_growth` that of the
    adjusted ones on the two months before.
    """

    year: int
    original: float
    adjusted: float
    growth: float
    adjusted_growth: float

    @property
    def period(self) -> Period:
        """The two months."""
        return Period.of(self.year, 1, 2)


def january_february(result: Adjusted) -> tuple[TwoMonths, ...]:
    """January and February as one, of every year whose two months the series spans."""
    months = result.months
    if not len(months):
        return ()
    years = range(-(-months[0] // 12), (months[-1] - 1) // 12 + 1)
    return tuple(_two(result, year) for year in years)


def summed(values: Floats, first: int, period: Period) -> float:
    """The sum over a period of values by month from `first` on, NaN where one is missing."""
    at, end = period.first - first, period.last - first + 1
    return math.fsum(values[at:end]) if at >= 0 and end <= len(values) else math.nan


def percent(now: float, base: float) -> float:
    """Growth on a base in per cent, NaN where the base is not above 0 or what grew from it is below."""
    return 100 * (now / base - 1) if base > 0 and now >= 0 else math.nan


def _two(result: Adjusted, year: int) -> TwoMonths:
    period, first = Period.of(year, 1, 2), result.months[0]
    original, earlier = (summed(result.original.values, first, p) for p in (period, period.year_earlier()))
    adjusted, before = (summed(result.adjusted, first, p) for p in (period, period.previous()))
    return TwoMonths(year, original, adjusted, percent(original, earlier), percent(adjusted, before))
