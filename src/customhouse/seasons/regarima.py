"""Regression with airline errors by exact likelihood: what windows of holidays are screened with.

The model is that of X-13 with `arima{model=(0 1 1)(0 1 1)}`: y = X b + z with
(1 - B)(1 - B^12) z = (1 - t B)(1 - T B^12) a, in logarithms or not. After differencing the errors are a
moving average of order 13, whose covariance matrix has 14 bands: its Cholesky factor whitens a column in some
14 n operations, so that hundreds of regressors can be tried in the time of one run of X-13. Likelihood and
AICc are those of the X-13ARIMA-SEATS Reference Manual (section 5.5), equal to the program's own
(tests/test_seasons_regarima.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOST = 13
"""Months that differencing takes from the beginning."""
PARAMETERS = 3
"""Beside the regression: two of the moving average and the variance."""
EDGE = 0.999


@dataclass(frozen=True, slots=True, eq=False)
class Whitener:
    """The factor of the covariance matrix of the differenced errors, for months of one number."""

    band: Floats
    logdet: float

    @classmethod
    def of(cls, months: int, theta: float, seasonal: float) -> Whitener:
        """For moving averages `theta` and `seasonal`; `months` counts those before differencing."""
        import numpy as np
        from scipy.linalg.lapack import dpbtrf

        lags = autocovariance(theta, seasonal)
        lower, _ = dpbtrf(np.repeat(lags[:, None], months - LOST, axis=1), lower=1)
        return cls(lower, 2 * float(np.log(lower[0]).sum()))

    def __call__(self, columns: Floats) -> Floats:
        """Columns (months x k) differenced and whitened: (months - 13) x k."""
        return self.whitened(difference(columns))

    def whitened(self, changes: Floats) -> Floats:
        """Differenced columns ((months - 13) x k) whitened."""
        from scipy.linalg.lapack import dtbtrs

        solved: Floats = dtbtrs(self.band, changes, uplo="L")[0]
        return solved


def autocovariance(theta: float, seasonal: float) -> Floats:
    """Of (1 - theta B)(1 - seasonal B^12) a at lags 0 to 13, in units of the variance of a."""
    import numpy as np

    first, twelfth = 1 + theta * theta, 1 + seasonal * seasonal
    found = np.zeros(LOST + 1)
    found[[0, 1, 12]] = first * twelfth, -theta * twelfth, -seasonal * first
    found[[11, 13]] = theta * seasonal
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model. `loglik` is of the data as modelled; add the Jacobian of a transformation by hand."""

    theta: float
    seasonal: float
    coefficients: Floats
    errors: Floats
    variance: float
    loglik: float
    used: int
    """Months that the likelihood counts: all but the first 13."""

    @property
    def aicc(self) -> float:
        """Akaike's criterion with Hurvich and Tsai's correction, as X-13 counts it."""
        return aicc(self.loglik, len(self.coefficients), self.used)


def difference(columns: Floats) -> Floats:
    """Columns (months x k) after one seasonal and one ordinary difference."""
    yearly = columns[12:] - columns[:-12]
    out: Floats = yearly[1:] - yearly[:-1]
    return out


def aicc(loglik: float, regressors: float, used: int) -> float:
    """AICc of a model with so many regressors over so many months; infinite where those are too few."""
    count = regressors + PARAMETERS
    if used <= count + 1:
        return float("inf")
    return -2 * loglik + 2 * count / (1 - (count + 1) / used)


def profile(rss: float, logdet: float, used: int) -> float:
    """The log-likelihood at the best variance, from the sum of squares of whitened residuals."""
    return -0.5 * (used * (log(2 * pi) + 1 + log(max(rss, 1e-300) / used)) + logdet)


def fit(y: Floats, x: Floats, start: tuple[float, float] = (0.4, 0.6)) -> Fit:
    """The model of `y` (months) on `x` (months x k, of full rank once differenced) by maximum likelihood."""
    import numpy as np
    from scipy.optimize import minimize

    changes = difference(np.column_stack([x, y]))
    bounds, options = [(-EDGE, EDGE)] * 2, {"ftol": 1e-10, "gtol": 1e-6}

    def cost(point: Floats) -> float:
        white = Whitener.of(len(y), float(point[0]), float(point[1]))
        both = white.whitened(changes)
        return -profile(_last_square(both.T @ both), white.logdet, len(changes)) / len(changes)

    best = minimize(cost, start, method="L-BFGS-B", bounds=bounds, options=options)
    return at(y, x, float(best.x[0]), float(best.x[1]))


def _last_square(gram: Floats) -> float:
    """The sum of squares that is left of the last column when the others are regressed out, from products."""
    import numpy as np

    try:
        return float(np.linalg.cholesky(gram)[-1, -1]) ** 2
    except np.linalg.LinAlgError:
        side = gram[:-1, -1]
        return max(float(gram[-1, -1] - side @ np.linalg.pinv(gram[:-1, :-1]) @ side), 1e-300)


def at(y: Floats, x: Floats, theta: float, seasonal: float) -> Fit:
    """The model with given moving averages, the regression by generalized least squares."""
    import numpy as np

    white = Whitener.of(len(y), theta, seasonal)
    both = white(np.column_stack([x, y]))
    left, right = both[:, :-1], both[:, -1]
    used = len(right)
    inverse = np.linalg.pinv(left.T @ left) if left.shape[1] else np.empty((0, 0))
    coefficients = inverse @ (left.T @ right)
    residuals = right - left @ coefficients
    rss = float(residuals @ residuals)
    variance = rss / used
    errors = np.sqrt(np.maximum(np.diag(inverse), 0) * variance)
    return Fit(theta, seasonal, coefficients, errors, variance, profile(rss, white.logdet, used), used)
