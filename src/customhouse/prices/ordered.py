"""Quantiles of many groups at once: values sorted within their groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.panel import Floats

    Whole = NDArray[np.int64]

Position = Literal["weibull", "linear"]
"""Where the quantile of a share s of n values in order lies: at s (n + 1), as in Banff, or at
1 + s (n - 1), as numpy and R have it without being asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Values in the order of their groups and sizes. Groups are numbered from 0 without a gap."""

    values: Floats
    starts: Whole
    counts: Whole

    @classmethod
    def of(cls, values: Floats, groups: Whole, count: int) -> Ordered:
        """The values of `count` groups; `groups` has the group of each value."""
        import numpy as np

        order = np.argsort(values)
        for digits in _digits(count):
            order = order[np.argsort((groups[order] >> digits).astype(np.uint16), kind="stable")]
        counts = np.bincount(groups, minlength=count).astype(np.int64)
        return cls(values[order], np.cumsum(counts) - counts, counts)

    def quantile(self, share: float, position: Position = "weibull") -> Floats:
        """A quantile of each group, NaN for a group without values."""
        import numpy as np

        place = share * (self.counts + 1) if position == "weibull" else 1 + share * (self.counts - 1)
        below = np.floor(place).astype(np.int64)
        rest = place - below
        last = np.maximum(self.counts, 1)
        lower, upper = (self._at(np.clip(one, 1, last)) for one in (below, below + 1))
        return np.asarray(np.where(upper == lower, lower, (1 - rest) * lower + rest * upper))

    def mapped(self, rising: Callable[[Floats, Whole], Floats]) -> Ordered:
        """The same after a function of the values and their groups that rises with the values."""
        import numpy as np

        groups = np.repeat(np.arange(len(self.counts)), self.counts)
        return Ordered(rising(self.values, groups), self.starts, self.counts)

    def _at(self, rank: Whole) -> Floats:
        """The value of a rank, counted from 1, in each group."""
        import numpy as np

        if not len(self.values):
            return np.full(len(rank), np.nan)
        found = self.values[np.minimum(self.starts + rank - 1, len(self.values) - 1)]
        return np.where(self.counts > 0, found, np.nan)


def dense(codes: NDArray[np.integer]) -> tuple[Whole, Whole]:
    """Codes numbered from 0 without a gap, and which code each number stands for."""
    import numpy as np

    if len(codes) and codes.min() >= 0 and codes.max() < 4 * len(codes) + 1024:
        there = np.zeros(int(codes.max()) + 1, dtype=bool)
        there[codes] = True
        number = np.cumsum(there) - 1
        return number[codes].astype(np.int64), np.flatnonzero(there)
    named, numbered = np.unique(codes, return_inverse=True)
    return numbered.astype(np.int64), named.astype(np.int64)


def _digits(count: int) -> range:
    """Where each two bytes of the numbers below `count` begin: two bytes are sorted in linear time."""
    return range(0, max(1, (count - 1).bit_length()), 16)
