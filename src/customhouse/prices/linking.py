"""Rows of index series, and how single comparisons are linked to them, whatever the rows are made of.

Links and averages as in the Export and Import Price Index Manual (IMF 2009), chapters 9 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import nan
from typing import Literal

from customhouse.period import Period
from customhouse.prices.formulas import Formula
from customhouse.prices.matched import Sums, logs
from customhouse.prices.multilateral import rolled

By = Literal["year", "average", "month", "chain", "chain_year"]
YEAR = 12
WINDOW = 13
"""Months of the window of GEKS: a year and the month that closes it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A period beside its base: indices with the base as 100, `level` in money, growth and points of it.

    `price`, `volume` and `value` are NaN, and `lacking` says why, where they cannot be had. `coverage`,
    `imputed` and `dispersion` are as in `Sums`, of the last link where indices are linked; `grade` is A
    to D. `points` are empty where indices are linked. `geks` is the price index free of chain drift.
    """

    period: Period
    base: Period
    price: float = nan
    volume: float = nan
    value: float = nan
    level: float = nan
    coverage: float = nan
    imputed: float = nan
    dispersion: float = nan
    grade: str = ""
    pairs: int = 0
    aside: int = 0
    points: Mapping[str, float] = field(default_factory=dict)
    geks: float = nan
    lacking: str = ""

    @property
    def growth(self) -> float:
        """Growth of the value on the base in per cent."""
        return self.value - 100


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of trade of a period: the price index of exports over that of imports, bases as 100."""

    period: Period
    base: Period
    exports: float
    imports: float

    @property
    def terms(self) -> float:
        """The price index of exports in per cent of that of imports."""
        return 100 * self.exports / self.imports


def year_before(month: int) -> Period:
    """The calendar year before that of a month."""
    first = month // YEAR * YEAR - YEAR
    return Period(first, first + YEAR - 1)


def months_of(period: Period) -> list[Period]:
    """The months of a period."""
    return [Period(month, month) for month in range(period.first, period.last + 1)]


def chained(months: Sequence[Period], level: float, link: Callable[[Period, Period], Row]) -> tuple[Row, ...]:
    """Months linked with months before, the first of `level` is 100; a link that is lacking breaks the chain.

    `link` gives a month on the month before.
    """
    rows = [Row(months[0], months[0], 100.0, 100.0, 100.0, level)]
    for before, month in pairwise(months):
        rows.append(_linked(rows[-1], link(month, before)))
    return tuple(rows)


def _linked(before: Row, link: Row) -> Row:
    price, value = before.price * link.price / 100, before.value * link.value / 100
    lacking = link.lacking or (before.lacking and f"no link to {before.period}: {before.lacking}")
    return replace(link, base=before.base, price=price, value=value, volume=_over(value, price), points={},
                   lacking=lacking)  # fmt: skip


def by_years(months: Sequence[Period], row: Callable[[Period, Period, bool], Row]) -> tuple[Row, ...]:
    """Months on last year's average, years linked by their averages: that of the year before is 100.

    `row` gives a period on a base, and whether both are averages.
    """
    start = year = year_before(months[0].first)
    rows, price, value = [], 100.0, 100.0
    for month in months:
        last = year_before(month.first)
        while year.first < last.first:
            link = row(year.shift(YEAR), year, True)
            price, value, year = price * link.price / 100, value * link.value / 100, year.shift(YEAR)
        found = row(month, last, False)
        prices, values = price * found.price / 100, value * found.value / 100
        rows.append(replace(found, base=start, price=prices, value=values, points={},
                            volume=_over(values, prices)))  # fmt: skip
    return tuple(rows)


def _over(value: float, price: float) -> float:
    return 100 * value / price if price else nan


def windowed(months: Sequence[Period], window: int = WINDOW) -> list[tuple[Period, Period]]:
    """Each two months that share a window, the later one first: what GEKS compares."""
    return [
        (months[b], months[a]) for a in range(len(months)) for b in range(a + 1, min(a + window, len(months)))
    ]


def geks(
    months: Sequence[Period], formula: Formula, sums: Callable[[Period, Period], Sums], window: int = WINDOW
) -> list[float]:
    """The index of each month on the first by GEKS over a rolling window, 100 in the first month.

    `sums` gives those of a month on an earlier one.
    """
    first = months[0].first
    found = {
        (then.first - first, now.first - first): logs(sums(now, then).price(formula))
        for now, then in windowed(months, window)
    }
    return [100 * index for index in rolled(found, len(months), window)]


def terms_of_trade(exports: tuple[Row, ...], imports: tuple[Row, ...]) -> tuple[Terms, ...]:
    """The price index of exports over that of imports, where both have one on the same base."""
    back = {(row.period, row.base): row for row in imports if row.pairs}
    return tuple(
        Terms(row.period, row.base, row.price, back[row.period, row.base].price)
        for row in exports if row.pairs and (row.period, row.base) in back
    )  # fmt: skip
