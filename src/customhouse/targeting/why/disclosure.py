"""What may be shown of other traders, and how it is rounded.

What a trader declared itself is shown to say why its declaration was selected. Of other traders nothing is
shown but figures over several of them, by the rules of the ESSnet's Handbook on Statistical Disclosure
Control (Hundepool and others, 2nd edition, 2024, https://sdctools.github.io/HandbookSDC):

- a figure stands on at least `fewest` other traders (minimum frequency rule, section 4.2.1);
- none of them has more than `share` of the declarations (dominance rule), and what is left without the two
  largest is at least `rest` of the largest, so that the second largest cannot tell the largest (the
  p% rule, recommended there); where one has more, only so many of its latest count that both rules hold;
- counts below `cell` are not told, neither of found nor of clean ones, only that there are fewer (small
  cells and group attribute disclosure, section 5.2);
- counts, medians and rates are rounded, so that the figures of two days do not tell the declaration that
  lies between them (differencing, section 5.2; rounding, section 5.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags

_SMALL = 0.03
"""From this share on hundredths are told, below it thousandths."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be shown of other traders: see the top of the file. Raises TargetingError for weaker rules."""

    fewest: int = 5
    share: float = 0.5
    rest: float = 0.1
    cell: int = 3

    def __post_init__(self) -> None:
        shares = 1 / self.fewest <= self.share < 1 if self.fewest >= 3 else False
        if not shares or not 0 < self.rest <= 1 or self.cell < 1:
            raise TargetingError(f"{self}: three traders at least, a share and a rest between 0 and 1")

    def shown(self, traders: Codes) -> Flags | None:
        """Of which declarations, in the order of time, a figure may be shown, by the trader of each.

        All where no trader has too many of them, else the latest of those that have; None where there are
        too few traders.
        """
        import numpy as np

        counts = np.unique(traders, return_counts=True)[1]
        if len(counts) < self.fewest:
            return None
        most = self._most(np.sort(counts))
        if most >= counts.max():
            return np.ones(len(traders), bool)
        place = np.unique(traders, return_inverse=True)[1]
        order = np.argsort(place, kind="stable")
        later = np.repeat(np.cumsum(counts), counts) - np.arange(len(place))
        found = np.empty(len(place), bool)
        found[order] = later <= most
        return found

    def _most(self, counts: Codes) -> int:
        """How many declarations of a trader may count at most, for both rules to hold; one always may."""
        import numpy as np

        low, high = 1, int(counts[-1])
        while low < high:
            middle = (low + high + 1) // 2
            cut = np.minimum(counts, middle)
            total, first, second = int(cut.sum()), int(cut[-1]), int(cut[-2])
            holds = first <= self.share * total and total - first - second >= self.rest * first
            low, high = (middle, high) if holds else (low, middle - 1)
        return low


def about(count: int) -> int:
    """A count as it may be shown of others: to fives, from 100 on to two digits."""
    return max(5, 5 * round(count / 5)) if count < 100 else int(float(f"{count:.1e}"))


@dataclass(frozen=True, slots=True)
class Rate:
    """How many declarations were inspected, and how many of them found wrong."""

    inspected: int
    frauds: int

    @property
    def rate(self) -> float:
        """The share that was found wrong, to hundredths; to thousandths where it is small."""
        found = self.frauds / self.inspected
        return round(found, 2 if found >= _SMALL else 3)


@dataclass(frozen=True, slots=True)
class Typical:
    """How many declarations there are, the median of an amount among them, the share of smaller ones."""

    count: int
    median: float
    below: float

    def rounded(self, digits: int) -> Typical:
        """As it may be shown of others: a count as `about`, the median to digits, a share to hundredths.

        Of less than 100 the share is told to twentieths, away from the end.
        """
        step = 0.01 if self.count >= 100 else 0.05
        low = self.below < 0.5
        steps = (self.below if low else 1 - self.below) / step
        share = max(step, math.ceil(round(steps, 9)) * step)
        return Typical(about(self.count), float(f"{self.median:.{digits - 1}e}"), share if low else 1 - share)
