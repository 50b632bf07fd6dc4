"""A ranking, and what its tops hold of outcomes that are known of all declarations, or of some with weights.

Declarations of one score stand in no order: the edge of a top cuts them as a random order would on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.evaluation import Curve

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole
    from customhouse.targeting.judging.truth import Labels

_ROOM = 1.25
"""How much further than the widest top a ranking is first looked at in a bootstrap sample."""


@dataclass(frozen=True, slots=True, eq=False)
class Rank:
    """Declarations from the highest score down; `ends` is where each group of one score ends."""

    order: Whole
    ends: Whole

    @classmethod
    def of(cls, scores: Any, size: int) -> Rank:
        """The ranking by scores, one a declaration. Raises TargetingError."""
        import numpy as np

        found = np.asarray(scores, dtype=np.float64)
        if found.shape != (size,):
            raise TargetingError(f"scores: the shape {found.shape} for {size} declarations; give one each")
        if not np.isfinite(found).all():
            missing = int((~np.isfinite(found)).sum())
            raise TargetingError(f"{missing} scores are missing or infinite; every declaration needs one")
        order = np.argsort(-found, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(found[order])) + 1, size)
        return cls(order, ends)

    def __len__(self) -> int:
        return len(self.order)

    def count(self, share: float) -> int:
        """How many a share of the declarations is: at least one."""
        return max(1, round(share * len(self)))

    def chosen(self, share: float) -> Floats:
        """The chance of each declaration to be among the top: 1, 0, or a part for those at the edge."""
        import numpy as np

        starts, count = np.concatenate([[0], self.ends[:-1]]), self.count(share)
        part = np.clip((count - starts) / (self.ends - starts), 0, 1)
        found = np.empty(len(self))
        found[self.order] = np.repeat(part, self.ends - starts)
        return found

    def tops(self, labels: Labels, shares: Sequence[float], counts: Floats | None = None) -> Any:
        """Precision, recall and revenue recall of shares: shares x 3; NaN where there is nothing.

        `counts` is how often a bootstrap sample has each declaration; the top is then of the sample.
        """
        import numpy as np

        wanted = np.array([self.count(share) for share in shares]) / len(self)
        drawn = np.ones(len(self)) if counts is None else counts
        known, fraud, money = (drawn * one for one in labels.weighted)
        held = self._held((drawn, known, fraud, money), wanted * drawn.sum())
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.stack([held[1] / held[0], held[1] / fraud.sum(), held[2] / money.sum()], axis=1)

    def curve(self, labels: Labels, points: int = 201) -> Curve:
        """The gain curve at evenly spaced shares."""
        import numpy as np

        shares = np.linspace(0, 1, points)
        columns = (np.ones(len(self)), *labels.weighted)
        held = self._held(columns, shares * len(self))
        with np.errstate(invalid="ignore", divide="ignore"):
            return Curve(shares, held[1] / columns[2].sum(), held[2] / columns[3].sum())

    def _held(self, columns: Sequence[Floats], tops: Floats) -> tuple[Floats, Floats, Floats]:
        """Known outcomes, frauds and revenue of tops: those many declarations as the first column counts."""
        import numpy as np

        size, most = len(self), float(tops.max())
        part = min(size, int(_ROOM * most * size / columns[0].sum()) + 100)
        while True:
            last = int(np.searchsorted(self.ends, part)) + 1
            ends = self.ends[:last]
            part = int(ends[-1])
            index = self.order[:part]
            place = _sums(columns[0][index], ends)
            if part == size or place[-1] >= most:
                break
            part = size
        first, second, third = (np.interp(tops, place, _sums(one[index], ends)) for one in columns[1:])
        return first, second, third


def _sums(values: Floats, ends: Whole) -> Floats:
    """Sums from the top down to the end of each group, from 0."""
    import numpy as np

    running = np.cumsum(values)
    return np.concatenate([[0.0], running[ends - 1]])
