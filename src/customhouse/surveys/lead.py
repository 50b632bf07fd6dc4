"""By how many months one series leads another: cross-correlation at each lag, and turning points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from customhouse.errors import SurveyError
from customhouse.surveys.cycles import Turn, turns
from customhouse.surveys.model import Line

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats

MOST = 12
"""Months by which a lead is looked for."""
_LEAST = 24


@dataclass(frozen=True, slots=True)
class Correlation:
    """The correlation of a series with another `lag` months later, its standard error, months compared."""

    lag: int
    value: float
    standard_error: float
    months: int


@dataclass(frozen=True, slots=True)
class Lead:
    """How a series leads a reference: above 0 it turns first.

    `turns` pairs each turning point of the reference with that of the series; `missed` have none,
    `extra` are of the series alone.
    """

    correlations: tuple[Correlation, ...]
    turns: tuple[tuple[Turn, Turn], ...]
    missed: tuple[Turn, ...]
    extra: tuple[Turn, ...]

    @property
    def best(self) -> Correlation:
        """The lag with the highest correlation."""
        return max(self.correlations, key=lambda one: one.value)

    @property
    def months(self) -> int:
        """The lead by cross-correlation, in months."""
        return self.best.lag

    @property
    def turning(self) -> float | None:
        """The median lead at turning points, in months; None where none were met."""
        leads = [theirs.month - ours.month for theirs, ours in self.turns]
        return float(median(leads)) if leads else None


def lead(series: Line, reference: Line, most: int = MOST) -> Lead:
    """How a series leads a reference, by up to `most` months either way. Raises SurveyError.

    Turning points are those of the series as they are handed in: of cycles, not of raw months.
    """
    if not 0 <= most <= 60:
        raise SurveyError(f"a lead of up to {most} months: say 0 to 60")
    found = tuple(one for lag in range(-most, most + 1) if (one := correlation(series, reference, lag)))
    if not found:
        raise SurveyError(
            f"{series.name} and {reference.name}: fewer than {_LEAST} months in common that change; "
            "give longer series"
        )
    return Lead(found, *_matched(turns(reference), turns(series), series.months, most))


def correlation(series: Line, reference: Line, lag: int) -> Correlation | None:
    """The correlation of a series in a month with the reference `lag` months later; None with too few."""
    import numpy as np

    later = Line(reference.name, reference.first - lag, reference.values)
    x, y = series.values, later.over(series.months)
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < _LEAST or not (np.ptp(x) and np.ptp(y)):
        return None
    value = float(np.corrcoef(x, y)[0, 1])
    return Correlation(lag, value, _error(x, y), len(x))


def _error(x: Floats, y: Floats) -> float:
    """The standard error of a correlation of two series that have nothing to do with one another.

    Smooth series agree by chance more easily, so that each counts for fewer months (Bartlett 1955; Box,
    Jenkins and Reinsel, Time Series Analysis, section on cross-correlation): var r is the sum of the
    products of their autocorrelations, over n; here with the weights of Bartlett's window.
    """
    import numpy as np

    n = len(x)
    reach = n // 3
    one, other = _autocorrelations(x, reach), _autocorrelations(y, reach)
    window = 1 - np.arange(1, reach + 1) / (reach + 1)
    whole = 1 + 2 * float((window * one * other).sum())
    return float(np.sqrt(max(whole, 1.0) / n))


def _autocorrelations(x: Floats, reach: int) -> Floats:
    import numpy as np

    around = x - x.mean()
    sums = np.array([(around[k:] * around[:-k]).sum() for k in range(1, reach + 1)], dtype=np.float64)
    found: Floats = sums / (around**2).sum()
    return found


def _matched(
    theirs: Sequence[Turn], ours: Sequence[Turn], months: range, most: int
) -> tuple[tuple[tuple[Turn, Turn], ...], tuple[Turn, ...], tuple[Turn, ...]]:
    """Each turning point of the reference with the nearest of its kind, no further than `most` months."""
    pairs: list[tuple[Turn, Turn]] = []
    for turn in theirs:
        near = [one for one in ours if one.kind == turn.kind and abs(one.month - turn.month) <= most]
        near = [one for one in near if all(one is not used for _, used in pairs)]
        if near:
            pairs.append((turn, min(near, key=lambda one: abs(one.month - turn.month))))
    met = {id(turn) for pair in pairs for turn in pair}
    missed = tuple(turn for turn in theirs if id(turn) not in met and turn.month in months)
    return tuple(pairs), missed, tuple(one for one in ours if id(one) not in met)
