"""The effect of a festival as a smooth curve over days, and how it differs from year to year.

Windows say that all days in them are worth the same. Trade falls and returns by and by, so that a smooth
curve errs less: what day d from the festival adds to a day's trade is a Gaussian process with length scales
of a third and half of the longest windows before the holiday and from it on, a jump where it begins, a level
of its own while it lasts, some more that lingers and is gone by and by over the longest window after it
(goods that arrive late have the one without the other), and nothing beyond the windows that are tried
(Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, chapter 2). A month has the sum over
its days. In the regression that is a ridge penalty on the leading eigenvectors of the covariance matrix.

In year y the effect is (1 + a_y) times that curve, a_y with mean 0 and a standard deviation that is
averaged over by likelihood: the prediction of a_y takes of a year's deviation what its noise allows
(calendar effects that change by random coefficients: Harvey, Forecasting, Structural Time Series Models
and the Kalman Filter, 1989, chapter 6).
"""

from __future__ import annotations

from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from customhouse.seasons.regarima import Whitener
from customhouse.seasons.regressors import Windows
from customhouse.seasons.shares import BEYOND, Shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BEFORE, _DURING, _AFTER = 0.15, 0.3, 0.2
"""Standard deviations of what a day adds, of a day's trade: before the holiday, while it lasts, after it."""
_LINGERING, _LEFT = 0.2, 0.8
"""The standard deviation of what a holiday adds to its days and leaves to those after it, and the part that
is left on the first of these."""
_LONG = 14
"""Days of a holiday whose days before and after are changed as much; those of shorter ones are less."""
_SPREADS = (0.05, 0.1)
"""Standard deviations of a_y to average over: no two years are quite alike."""
_SIZES = (0.0, 0.15, 0.3, 0.6, 1.0)
"""What these are multiplied by: averaged over by likelihood, 0 for a festival without effect."""
_DAYS = 30.4375
_KEPT = 1e-5


@lru_cache(maxsize=32)
def basis(windows: tuple[Windows, ...]) -> Floats:
    """Directions of the process over days (offsets x directions), each with variance 1."""
    import numpy as np

    first, last = min(w.during[0] for w in windows), max(w.during[1] for w in windows)
    before, after = max(w.before for w in windows), max(w.after for w in windows)
    low, high = first - before, last + after
    days = np.arange(low - BEYOND, high + BEYOND + 1, dtype=np.float64)
    apart = days[:, None] - days[None, :]
    early, holiday = days < first, (days >= first) & (days <= last)
    covariance = np.zeros_like(apart)
    short = min((last - first + 1) / _LONG, 1.0)
    for size, scale, where in ((_BEFORE * short, before / 3, early), (_AFTER * short, after / 2, ~early)):
        near = np.exp(-0.5 * (apart / max(scale, 2.0)) ** 2)
        covariance += size**2 * near * np.outer(where, where)
    fading = np.clip(1 - (days - last) / max(after, 1), 0.0, 1.0)
    lingers = holiday + _LEFT * np.where(days > last, fading, 0.0)
    covariance += _LINGERING**2 * np.outer(lingers, lingers) + _DURING**2 * np.outer(holiday, holiday)
    width = max((high - low) / 28, 1.0)
    fade = 1 / (1 + np.exp((low - days) / width)) / (1 + np.exp((days - high) / width))
    values, vectors = np.linalg.eigh(covariance * np.outer(fade, fade))
    kept = values > _KEPT * values.max()
    found: Floats = vectors[:, kept] * np.sqrt(values[kept])
    return found


def directions(shares: Shares, unit: float = 1.0) -> Floats:
    """What each direction adds to a month, of a month's trade (or of `unit`): months x directions."""
    found: Floats = shares.days.T @ basis(shares.windows) * (unit / _DAYS)
    return found


def weighed(columns: Floats, left: Floats, regressors: int, spreads: tuple[float, ...] = _SIZES) -> Floats:
    """Coefficients with mean 0 and a standard deviation from `spreads`, averaged by restricted likelihood.

    `columns` and `left` are whitened and freed of the other regressors, of which there are so many.
    """
    import numpy as np

    values, vectors = np.linalg.eigh(columns.T @ columns)
    values, turned = np.maximum(values, 0.0), vectors.T @ (columns.T @ left)
    free, rss = max(len(left) - regressors, 1), float(left @ left)
    likelihoods, found = [], []
    for spread in spreads:
        variance = rss / free
        for _ in range(20):
            inner = rss - float((turned**2 / (values + variance / max(spread, 1e-9) ** 2)).sum())
            before, variance = variance, max(inner, 1e-12 * rss) / free
            if abs(variance - before) < 1e-6 * before:
                break
        ratio = spread * spread / variance
        likelihoods.append(-0.5 * (free * log(variance) + float(np.log1p(values * ratio).sum())))
        found.append(vectors @ (turned * ratio / (1 + values * ratio)))
    weights = np.exp(np.array(likelihoods) - max(likelihoods))
    mean: Floats = np.einsum("s,sk->k", weights / weights.sum(), np.array(found))
    return mean


def by_year(effect: Floats, months: range) -> Floats:
    """An effect by month (not centred) cut into years, where it is smallest: months x years."""
    import numpy as np

    numbers = np.arange(months.start, months.stop)
    size = np.bincount(numbers % 12, np.abs(effect), minlength=12)
    quiet = int(np.argmin(size + np.roll(size, -1)))
    year = (numbers - quiet - 1) // 12
    columns = np.where(year[:, None] == np.unique(year)[None, :], effect[:, None], 0.0)
    kept: Floats = columns[:, np.abs(columns).max(axis=0) > 0]
    return kept


def deviations(effect: Floats, months: range, white: Whitener, basis: Floats, left: Floats) -> Floats:
    """By how much an effect of each month differs from its mean over years, as far as noise allows to say."""
    import numpy as np

    columns = by_year(effect, months)
    if not columns.shape[1]:
        return np.zeros_like(effect)
    whitened = white(columns)
    whitened = whitened - basis @ (basis.T @ whitened)
    found: Floats = columns @ weighed(whitened, left, basis.shape[1], _SPREADS)
    return found
