"""Regression of year-on-year growth whose errors are those of an airline model.

Where a series of logarithms follows the model (0 1 1)(0 1 1) of Box and Jenkins (Time Series Analysis,
1976, chapter 9), its growth on a year earlier is a random walk whose steps are a moving average:
(1 - B) y_t = (1 - theta B)(1 - Theta B^12) e_t. The level where the walk starts is left open. Observations
may be of several months together, and months may be missing: each observation is a weighted mean of
months. Coefficients are generalised least squares, theta and Theta maximise the likelihood of the
observations less their common level (Harville, Biometrika 61, 1974). `regarima` (X-13) does more for whole
series of levels; here growth alone is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from customhouse import optional
from customhouse.errors import SeasonsError
from customhouse.seasons.regarima import autocovariance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

USUAL = (0.4, 0.6)
"""Theta and Theta to begin with, near those of most monthly trade series."""
_EDGE = 0.98
_FEWEST = 8
_REACH = 14
"""Lags of the moving average at which steps go together: 0 to 13."""
_module = partial(optional.module, what="a regression with correlated errors", extra="seasons")


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients of the regressors, their covariance, and how well the model fits.

    `sigma` is the standard deviation of a step's error, `ma` theta and Theta, `aicc` the corrected
    criterion of Akaike (smaller is better, among fits of the same observations). `effects` is what the
    regressors say of each observation, `rest` what is left of it with the open level still in it.
    """

    coefficients: Floats
    covariance: Floats
    sigma: float
    ma: tuple[float, float]
    aicc: float
    effects: Floats
    rest: Floats

    @property
    def errors(self) -> Floats:
        """The standard errors of the coefficients."""
        import numpy as np

        return np.asarray(np.sqrt(np.diag(self.covariance)))


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Observations of growth (logarithms), in order of time, and the months that each is a mean of.

    `mixing` has a row an observation and a column a month, its weights, which add up to 1. `lags` says how
    the changes from one observation to the next go together at each lag of the steps (banded, by LAPACK's
    lower form): 14 x bands x changes.
    """

    growth: Floats
    mixing: Floats
    lags: Floats

    @classmethod
    def of(cls, growth: Floats, mixing: Floats | None = None) -> Observed:
        """Observations, one a month unless `mixing` says otherwise. Raises SeasonsError."""
        import numpy as np

        mixing = np.eye(len(growth)) if mixing is None else mixing
        if len(growth) != len(mixing) or len(growth) < _FEWEST:
            raise SeasonsError(
                f"{len(growth)} observations of growth with {len(mixing)} rows of weights; give a row each, "
                f"and {_FEWEST} observations at least"
            )
        if not (np.isfinite(growth).all() and np.allclose(mixing.sum(axis=1), 1)):
            raise SeasonsError("an observation is missing or infinite, or its weights do not add up to 1")
        if (np.diff((mixing != 0).argmax(axis=1)) < 0).any():
            raise SeasonsError("observations are not in order of time; sort them by their first month")
        return cls(np.asarray(growth, dtype=np.float64), mixing, _lags(mixing))

    def fit(self, regressors: Floats, ma: tuple[float, float] | None = None) -> Fit:
        """The regression on regressors (a row a month); `ma` fixes theta and Theta.

        Raises SeasonsError where the observations do not tell the coefficients apart, and MissingExtra.
        """
        import numpy as np

        if len(regressors) != self.mixing.shape[1] or not np.isfinite(regressors).all():
            raise SeasonsError(
                f"{len(regressors)} rows of regressors; give {self.mixing.shape[1]}, with no number missing"
            )
        design = self.mixing @ regressors
        changes = np.diff(design, axis=0)
        if len(changes) <= design.shape[1] + 3 or np.linalg.matrix_rank(changes) < design.shape[1]:
            raise SeasonsError(
                f"{len(self.growth)} observations do not tell {design.shape[1]} regressors apart; give more "
                "months, or leave out a regressor that never changes"
            )
        return self._fitted(design, self._likeliest(design) if ma is None else ma)

    def given(self, regressors: Floats, fit: Fit) -> Fit:
        """A fit of other observations, on these: its coefficients, with the effects and the rest of these."""
        effects = self.mixing @ regressors @ fit.coefficients
        return replace(fit, effects=effects, rest=self.growth - effects)

    def expected(self, regressors: Floats, fit: Fit, wanted: Floats | None = None) -> Floats:
        """What a fit expects of growth in each month, given all observations.

        `wanted` has a row a figure and a column a month, its weights, in place of the months. The best
        linear prediction (Goldberger, JASA 57, 1962); an observation is expected to be what it is.
        """
        import numpy as np

        linear, covariance = _module("scipy.linalg"), autocovariance(*fit.ma)
        root = linear.cholesky_banded(np.tensordot(covariance, self.lags, 1), lower=True)
        solved = linear.cho_solve_banded((root, True), np.diff(fit.rest))
        of_each = self.mixing.T @ -np.diff(solved, prepend=0.0, append=0.0)  # changes, as months' levels
        steps = np.convolve(np.cumsum(of_each[::-1])[::-1], np.append(covariance[:0:-1], covariance), "same")
        walk = np.cumsum(steps)
        moved = (walk if wanted is None else wanted @ walk) - self.mixing[0] @ walk
        effects = regressors @ fit.coefficients
        return np.asarray(fit.rest[0] + moved + (effects if wanted is None else wanted @ effects))

    def _likeliest(self, design: Floats) -> tuple[float, float]:
        """Theta and Theta of the highest likelihood."""
        minimize = _module("scipy.optimize").minimize

        def cost(point: Floats) -> float:
            return self._fitted(design, (float(point[0]), float(point[1]))).aicc

        bounds = [(-_EDGE, _EDGE)] * 2
        found = minimize(cost, list(USUAL), method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
        return float(found.x[0]), float(found.x[1])

    def _fitted(self, design: Floats, ma: tuple[float, float]) -> Fit:
        """The regression with given theta and Theta."""
        import numpy as np

        linear = _module("scipy.linalg")
        x, y = np.diff(design, axis=0), np.diff(self.growth)
        root = linear.cholesky_banded(np.tensordot(autocovariance(*ma), self.lags, 1), lower=True)
        scaled = linear.cho_solve_banded((root, True), np.column_stack([x, y]))
        inverse = np.linalg.inv(x.T @ scaled[:, :-1])
        beta = inverse @ (x.T @ scaled[:, -1])
        n, k = x.shape
        variance = max(float(y @ scaled[:, -1] - (x.T @ scaled[:, -1]) @ beta) / n, np.finfo(float).tiny)
        minus_twice = n * (np.log(2 * np.pi * variance) + 1) + 2 * np.log(root[0]).sum()
        free = k + 3  # the coefficients, theta, Theta and the variance
        aicc = float(minus_twice + 2 * free * n / max(n - free - 1, 1))
        covariance = variance * n / max(n - k, 1) * inverse
        effects = design @ beta
        return Fit(beta, covariance, variance**0.5, ma, aicc, effects, self.growth - effects)


def _passed(weights: Floats) -> Floats:
    """How much of each month's step is in a weighted mean of months: of those up to the month itself all."""
    import numpy as np

    return np.asarray(np.cumsum(weights[:, ::-1], axis=1)[:, ::-1])


def _lags(mixing: Floats) -> Floats:
    """How changes between observations go together at each lag of the monthly steps."""
    import numpy as np

    passed = np.diff(_passed(mixing), axis=0)
    passed[np.abs(passed) < 1e-12] = 0.0
    there = passed != 0
    months = passed.shape[1]
    first = there.argmax(axis=1)
    last = months - 1 - there[:, ::-1].argmax(axis=1)
    changes, longest = len(passed), int((last - first).max()) + 1
    bands = int((np.searchsorted(first, last + _REACH) - np.arange(changes)).max())
    wide = np.pad(passed, ((0, 0), (_REACH, _REACH + longest)))
    own = np.take_along_axis(wide, (first + _REACH)[:, None] + np.arange(longest), axis=1)
    found = np.zeros((_REACH, bands, changes))
    around = first[:, None] + 1 + np.arange(longest + 2 * _REACH - 2)  # from lag -13 to lag 13
    for band in range(bands):
        rows = changes - band
        near = np.take_along_axis(wide[band:], around[:rows], axis=1)
        moved = np.lib.stride_tricks.sliding_window_view(near, longest, axis=1)
        both = np.einsum("isl,il->si", moved, own[:rows])
        found[0, band, :rows] = both[_REACH - 1]
        found[1:, band, :rows] = both[_REACH:] + both[_REACH - 2 :: -1]
    return found
