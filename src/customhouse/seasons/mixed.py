"""Regression with airline errors of which some coefficients are random: curves of festivals and their years.

Directions of a festival's curve have mean 0 and one standard deviation a festival, years another, and what a
day off is worth has a mean and a deviation that are given. Those deviations, the moving averages and the
variance are estimated together by restricted likelihood (Patterson and Thompson, Recovery of Inter-Block
Information when Block Sizes are Unequal, Biometrika 58, 1971; Harville, Journal of the American Statistical
Association 72, 1977), with a wide prior on the logarithm of each deviation, since twenty holidays say
little of it; coefficients are then the best linear predictions (Henderson's equations), so that every one
allows for the noise of all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from customhouse.seasons.regarima import Fit, Whitener, difference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIZE, YEAR = (log(0.8), 0.8), (log(0.06), 0.5)
"""Mean and standard deviation of the logarithm of what curves are multiplied by, and of how years differ."""
_EDGE = 3.0
"""Moving averages stay within the hyperbolic tangent of this."""
_FAR = 8.0
"""How far the logarithm of the irregular's deviation may move from where it starts."""
_SIZES, _YEARS = (log(0.02), log(6.0)), (log(0.005), log(0.5))
_STEPS = 30
_FAILED = 1e10


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """`fixed` columns, `random` ones and a response over months (months x any number, months).

    `group` is by random column the number of its standard deviation among those to be estimated, of which
    there are `groups`, or -1 where it is `given`; the last of the groups is that of years.
    """

    fixed: Floats
    random: Floats
    response: Floats
    group: NDArray[np.int64]
    groups: int
    given: float

    def start(self, model: Fit) -> Floats:
        """A point to begin at: moving averages (inverse hyperbolic tangents), log of the standard deviation
        of the errors, and logs of the deviations of groups."""
        import numpy as np

        averages = np.arctanh(np.clip([model.theta, model.seasonal], -0.99, 0.99))
        deviation = 0.5 * log(max(model.variance, 1e-20))
        return np.array([*averages, deviation, *(mean for mean, _ in self._priors())])

    def likeliest(self, start: Floats) -> Floats:
        """The point of the greatest restricted likelihood with its priors."""
        import numpy as np
        from scipy.optimize import minimize

        near = (start[2] - _FAR, start[2] + _FAR)
        bounds = [(-_EDGE, _EDGE)] * 2 + [near] + [_SIZES] * (self.groups - 1) + [_YEARS]
        found = minimize(
            self._cost, start, args=(self._changes(),), method="L-BFGS-B", bounds=bounds,
            options={"maxiter": _STEPS},
        )  # fmt: skip
        return np.asarray(found.x)

    def predicted(self, point: Floats) -> Floats:
        """The coefficients of the random columns."""
        import numpy as np

        whitened = self._white(point).whitened(self._changes())
        fixed, random = self.fixed.shape[1], self.random.shape[1]
        below = np.zeros((random, whitened.shape[1]))
        below[np.arange(random), fixed + np.arange(random)] = np.exp(point[2]) / self._deviations(point)
        whole = np.vstack([whitened, below])
        coefficients: Floats = np.linalg.lstsq(whole[:, :-1], whole[:, -1], rcond=None)[0]
        return coefficients[fixed:]

    def _changes(self) -> Floats:
        import numpy as np

        return difference(np.column_stack([self.fixed, self.random, self.response]))

    def _cost(self, point: Floats, changes: Floats) -> float:
        """Minus the logarithm of the restricted likelihood and of the priors."""
        import numpy as np

        white, deviations, error = self._white(point), self._deviations(point), float(np.exp(point[2]))
        whitened = white.whitened(changes)
        products = whitened.T @ whitened
        fixed, random = self.fixed.shape[1], len(deviations)
        places = fixed + np.arange(random)
        products[places, places] += (error / deviations) ** 2
        try:
            diagonal = np.diag(np.linalg.cholesky(products))
        except np.linalg.LinAlgError:
            return _FAILED
        cost = 2 * (len(changes) - fixed) * point[2] + white.logdet + (diagonal[-1] / error) ** 2
        cost += 2 * float(np.log(diagonal[:-1]).sum()) - 2 * float(np.log(error / deviations).sum())
        beside = zip(point[3:], self._priors(), strict=True)
        return float(cost + sum(((value - mean) / spread) ** 2 for value, (mean, spread) in beside)) / 2

    def _white(self, point: Floats) -> Whitener:
        import numpy as np

        return Whitener.of(len(self.response), float(np.tanh(point[0])), float(np.tanh(point[1])))

    def _deviations(self, point: Floats) -> Floats:
        """The standard deviation of each random coefficient."""
        import numpy as np

        return np.append(np.exp(point[3:]), self.given)[self.group]

    def _priors(self) -> list[tuple[float, float]]:
        return [SIZE] * (self.groups - 1) + [YEAR]
