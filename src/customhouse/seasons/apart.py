"""Growth published for several months together, and what it says of each of them.

China's customs publishes January and February together since 2020. The growth of months together is that of
their sums, so that it is a mean of the growth of each, weighted by their values a year earlier. What a
regression expects of each month, given all that was published, tells them apart; the weighted mean of
logarithms is brought to the growth of the sums by linearising anew until nothing changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.period import Period
from customhouse.seasons.rates import Fit, Observed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TURNS = 60
_SAME = 1e-6
"""Logarithms closer than this are the same: a ten-thousandth of a point of growth."""


@dataclass(frozen=True, eq=False)
class Rates:
    """Growth on a year earlier as published, in per cent: of a month, or of several months together.

    `levels`: values of some months (in any unit), by which months of one period are weighed; values of other
    years follow from them by growth. One year's values of the months that come together are enough.
    """

    growth: Mapping[Period, float]
    levels: Mapping[int, float]

    def __post_init__(self) -> None:
        """Raises SeasonsError for growth that no value can have, and for periods that overlap."""
        for period, rate in self.growth.items():
            if not (math.isfinite(rate) and rate > -100):
                raise SeasonsError(f"{period}: growth of {rate:g}%; leave it out, or correct it")
        for one, other in pairwise(self.periods):
            if one.overlaps(other):
                raise SeasonsError(f"{one} and {other} have a month in common; keep one of the two")

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in order of time."""
        return tuple(sorted(self.growth))

    @cached_property
    def months(self) -> range:
        """From the first month of the first period to the last month of the last."""
        if not self.growth:
            raise SeasonsError("no growth was given; give that of 60 months or more")
        return range(self.periods[0].first, self.periods[-1].last + 1)

    def observed(self, expected: Floats | None = None) -> Observed:
        """The observations as weighted means of months; `expected`: logarithms of the growth of each month,
        about which sums are linearised. Raises SeasonsError where no level says how months are weighed."""
        import numpy as np

        log = np.zeros(len(self.months)) if expected is None else expected
        values = _Levels(self, log)
        mixing = np.zeros((len(self.periods), len(self.months)))
        seen = np.array([math.log1p(self.growth[p] / 100) for p in self.periods])
        for row, period in enumerate(self.periods):
            here = slice(period.first - self.months.start, period.last + 1 - self.months.start)
            if period.months == 1:
                mixing[row, here] = 1.0
                continue
            grown = values.before(period) * np.exp(log[here])
            mixing[row, here] = grown / grown.sum()
            seen[row] += mixing[row, here] @ log[here] - math.log(grown.sum())
        return Observed.of(seen, mixing)


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """What a regression on published growth expects of each month.

    `growth`: per cent, a number a month, which the growth of months together agrees with; `fit` and
    `observed` are the regression and the observations that it was made on.
    """

    months: range
    growth: Floats
    fit: Fit
    observed: Observed

    def at(self, month: int) -> float:
        """The growth of a month. Raises SeasonsError for one outside."""
        if month not in self.months:
            raise SeasonsError(f"{Period(month, month)}: not among the months from {Period(*self._ends)}")
        return float(self.growth[month - self.months.start])

    @property
    def _ends(self) -> tuple[int, int]:
        return self.months[0], self.months[-1]


def told_apart(
    rates: Rates, regressors: Floats, ma: tuple[float, float] | None = None, known: Fit | None = None
) -> Apart:
    """The growth of each month, from growth as published and regressors.

    `regressors` are changes on a year earlier, a row for each of `rates.months`. `ma` fixes theta and Theta;
    `known` takes all coefficients from another fit. Raises SeasonsError as `Observed.fit` does, and
    MissingExtra.
    """
    import numpy as np

    log, fit, before = np.zeros(len(rates.months)), known, math.inf
    for _ in range(_TURNS):
        observed = rates.observed(log)
        if known is not None:
            fit = observed.given(regressors, known)
        else:
            fit = observed.fit(regressors, fit.ma if fit else ma)
        moved = observed.expected(regressors, fit)
        step = float(np.abs(moved - log).max())
        if step < _SAME:
            return Apart(rates.months, 100 * np.expm1(moved), fit, observed)
        log = moved if step < before / 2 else (moved + log) / 2  # half steps do not swing
        before = step
    raise SeasonsError("the growth of months together cannot be told apart; its values do not settle")


class _Levels:
    """Values of months, followed from those given by growth, forwards and backwards."""

    def __init__(self, rates: Rates, log: Floats) -> None:
        self._rates = rates
        self._log = {m: float(log[m - rates.months.start]) for m in rates.months}
        self._log |= {p.first: math.log1p(r / 100) for p, r in rates.growth.items() if p.months == 1}

    def before(self, period: Period) -> Floats:
        """Values a year before each month of a period, as shares of their sum. Raises SeasonsError."""
        import numpy as np

        values = np.array([self._value(m - 12) for m in range(period.first, period.last + 1)])
        return np.asarray(values / values.sum())

    def _value(self, month: int) -> float:
        """The value of a month, from the nearest year that has one."""
        given = self._rates.levels
        years = [m for m in given if (m - month) % 12 == 0 and given[m] > 0]
        if not years:
            raise SeasonsError(
                f"{Period(month, month)}: no value of this calendar month in any year; give one, so that "
                "months published together can be weighed"
            )
        known = min(years, key=lambda m: abs(m - month))
        steps = range(known + 12, month + 1, 12) if known < month else range(month + 12, known + 1, 12)
        grown = math.fsum(self._log.get(m, 0.0) for m in steps)
        return float(given[known]) * math.exp(grown if known < month else -grown)
