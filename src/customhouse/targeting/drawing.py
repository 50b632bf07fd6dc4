"""Random draws with their probabilities, and the true rates that they estimate.

Draws are made before anything is targeted, stratum by stratum, each declaration with a probability that
is kept. What the drawn ones show is weighted by one over it (Horvitz and Thompson, Journal of the American
Statistical Association 47, 1952), so that rates of all declarations are estimated without bias however
the rest is chosen. Draws from what targeting left over are not of all declarations, and are biased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags, Floats, Whole


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Which declarations were drawn, and with what probability each could have been; `seed` repeats it."""

    chosen: Flags
    probability: Floats
    seed: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over all declarations as draws estimate it, its standard error, and how many were drawn."""

    mean: float
    error: float
    drawn: int

    @property
    def interval(self) -> tuple[float, float]:
        """What holds the truth in 95% of draws, by the normal distribution."""
        return self.mean - 1.96 * self.error, self.mean + 1.96 * self.error


def draw(
    strata: Codes, budget: int | Mapping[int, int], seed: int, least: int = 0, keys: Floats | None = None
) -> Draw:
    """Draw declarations at random: `budget` in all, in proportion to the strata, or so many of each stratum.

    `strata` are whole numbers from 0, one a declaration. A stratum has at least `least` draws, where it has
    as many declarations. Within a stratum each has the same probability. `keys` are uniform numbers of the
    declarations, the lowest drawn first, in place of those of the seed. Raises TargetingError.
    """
    import numpy as np

    if not len(strata) or (strata < 0).any():
        raise TargetingError("strata: a number from 0 for each declaration, and one declaration at least")
    sizes = np.bincount(strata)
    random = np.random.default_rng(seed)
    wanted = _shared(sizes, budget, random) if isinstance(budget, int) else _named(sizes, budget)
    wanted[0] = np.minimum(np.maximum(wanted[0], np.minimum(least, sizes)), sizes)
    order = np.lexsort((random.random(len(strata)) if keys is None else keys, strata))
    place = np.empty(len(strata), np.int64)
    place[order] = np.arange(len(strata)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    expected = np.maximum(wanted[1], np.minimum(least, sizes) / np.maximum(sizes, 1))
    return Draw(place < wanted[0][strata], np.minimum(expected, 1.0)[strata], seed)


def estimate(values: Any, drawn: Draw, strata: Codes) -> Estimate:
    """The mean of values over all declarations, from those that were drawn.

    `values` are looked at where drawn alone: 0 or 1 for a rate of fraud, money for revenue. The error is
    that of simple random draws within strata (Cochran, Sampling Techniques, 1977, section 5.6), with
    strata of a single draw taken together. Raises TargetingError where a stratum could not be drawn from.
    """
    import numpy as np

    found = np.asarray(values, dtype=np.float64)
    if found.shape != drawn.chosen.shape:
        raise TargetingError(f"values have the shape {found.shape}, draws {drawn.chosen.shape}")
    if (drawn.probability <= 0).any():
        raise TargetingError("a declaration could not be drawn; give every stratum a share of the draws")
    at = drawn.chosen
    total = float((found[at] / drawn.probability[at]).sum())
    size = len(found)
    sizes, counts = np.bincount(strata), np.bincount(strata[at], minlength=int(strata.max()) + 1)
    means = _over(np.bincount(strata[at], weights=found[at], minlength=len(sizes)), counts)
    apart = np.bincount(strata[at], weights=(found[at] - means[strata[at]]) ** 2, minlength=len(sizes))
    pooled = float(apart.sum()) / max(1, int((counts - 1).clip(0).sum()))
    spread = np.where(counts > 1, _over(apart, counts - 1), pooled)
    variance = _over(sizes**2 * (1 - _over(counts, sizes)) * spread, counts).sum() / size**2
    return Estimate(total / size, float(variance) ** 0.5, int(at.sum()))


def _over(part: Any, whole: Any) -> Any:
    import numpy as np

    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _shared(sizes: Whole, budget: int, random: Any) -> list[Any]:
    """Draws of each stratum in proportion, the rest by systematic chance; the probability of a member."""
    import numpy as np

    if budget < 0:
        raise TargetingError(f"a budget of {budget} draws: there cannot be less than 0")
    exact = sizes * min(1.0, budget / sizes.sum())
    edges = np.floor(np.concatenate([[0], np.cumsum(exact)]) + random.random())
    return [np.diff(edges).astype(np.int64), np.where(sizes > 0, exact / np.maximum(sizes, 1), 0)]


def _named(sizes: Whole, budget: Mapping[int, int]) -> list[Any]:
    import numpy as np

    lacking = [number for number in np.flatnonzero(sizes) if number not in budget]
    if lacking or any(count < 0 for count in budget.values()):
        raise TargetingError(f"the budget says nothing, or less than 0, of stratum {lacking[:1] or budget}")
    wanted = np.array([min(budget.get(number, 0), size) for number, size in enumerate(sizes)], np.int64)
    return [wanted, wanted / np.maximum(sizes, 1)]
