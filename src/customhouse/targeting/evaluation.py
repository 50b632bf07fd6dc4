"""How much fraud and revenue the top of a ranking holds, with intervals.

Precision is the share of fraud among the inspected, recall the share of all fraud that they hold, revenue
recall the share of all revenue. Declarations of one score stand in no order: the edge of the top cuts
them as a random order would on average. Intervals are percentiles over bootstrap samples of
declarations (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.intervals import Interval, wilson

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole

SHARES = (0.01, 0.02, 0.05, 0.10)
"""Shares of declarations inspected that users ask for."""
_SAMPLES_AT_ONCE = 2_000_000
"""Numbers of a bootstrap that are drawn at once."""


@dataclass(frozen=True, slots=True)
class At:
    """What inspecting the top `share` of a ranking finds: shares from 0 to 1, NaN where there is nothing.

    `best_precision` and `best_revenue_recall` are the oracle's: of the ranking by true revenue, or by
    true fraud. Intervals hold 95% of the bootstrap samples.
    """

    share: float
    inspected: int
    precision: float
    recall: float
    revenue_recall: float
    best_precision: float
    best_revenue_recall: float
    precision_interval: Interval
    revenue_recall_interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares of declarations inspected, from 0 to 1, and the shares of fraud and revenue that they hold."""

    inspected: Floats
    fraud: Floats
    revenue: Floats


def at_shares(
    scores: Any, fraud: Any, revenue: Any, shares: Sequence[float] = SHARES, samples: int = 200, seed: int = 1
) -> tuple[At, ...]:
    """The top of a ranking by scores, highest first, for some shares inspected.

    `fraud` has 0 or 1 a declaration, `revenue` what its inspection recovers, at least 0: of every
    declaration, inspected or not (of a simulation, or of a period in which all were). Raises TargetingError.
    """
    import numpy as np

    ranked = _Ranked.of(scores, fraud, revenue)
    refuse(shares, samples)
    draws = ranked.bootstrap(shares, samples, np.random.default_rng(seed))
    best = _Ranked.of(ranked.revenue, ranked.fraud, ranked.revenue)
    surest = _Ranked.of(ranked.fraud, ranked.fraud, ranked.revenue)
    found = []
    for number, share in enumerate(shares):
        precision, recall, money = ranked.top(share)
        found.append(At(
            share, ranked.count(share), precision, recall, money, surest.top(share)[0], best.top(share)[2],
            _interval(draws[:, number, 0]), _interval(draws[:, number, 1]),
        ))  # fmt: skip
    return tuple(found)


def refuse(shares: Sequence[float], samples: int) -> None:
    """Raises TargetingError for a share to inspect that is none, and for less than 0 bootstrap samples."""
    wrong = [share for share in shares if not 0 < share <= 1]
    if wrong:
        raise TargetingError(f"a share of {wrong[0]:g} to inspect: it lies above 0, up to 1")
    if samples < 0:
        raise TargetingError(f"{samples} samples: there cannot be less than 0")


def gains(scores: Any, fraud: Any, revenue: Any, points: int = 101) -> Curve:
    """The gain curve of a ranking at evenly spaced shares. Raises TargetingError."""
    import numpy as np

    ranked = _Ranked.of(scores, fraud, revenue)
    shares = np.linspace(0, 1, points)
    found = np.array([(0.0, 0.0), *(ranked.top(share)[1:] for share in shares[1:])])
    return Curve(shares, found[:, 0], found[:, 1])


def auc(scores: Any, fraud: Any) -> float:
    """The probability that a fraud scores higher than a clean one, half for ties; NaN for one class.

    The statistic of Mann and Whitney over the number of pairs (Hanley and McNeil, Radiology 143, 1982).
    """
    import numpy as np

    ranked = _Ranked.of(scores, fraud, np.zeros(len(np.asarray(fraud))))
    frauds = float(ranked.fraud.sum())
    clean = len(ranked.fraud) - frauds
    if not frauds or not clean:
        return float("nan")
    _, group, counts = np.unique(ranked.scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of each score, from 1
    return float((middle[group][ranked.fraud > 0].sum() - frauds * (frauds + 1) / 2) / (frauds * clean))


@dataclass(frozen=True, slots=True)
class Bin:
    """Declarations of like probability: the mean of what was predicted, and what came, with its interval."""

    count: int
    predicted: float
    observed: float
    interval: Interval


def calibration(probability: Any, fraud: Any, bins: int = 10) -> tuple[Bin, ...]:
    """Predicted beside observed rates, in bins of as many declarations each; equal predictions stay together.

    Intervals of 95% are Wilson's. Raises TargetingError.
    """
    import numpy as np

    ranked = _Ranked.of(probability, fraud, np.zeros(len(np.asarray(fraud))))
    if (ranked.scores < 0).any() or (ranked.scores > 1).any():
        raise TargetingError("a probability lies outside of 0 to 1; calibrate probabilities, not scores")
    edges = np.unique(np.quantile(ranked.scores, np.linspace(0, 1, bins + 1)[1:-1]))
    group = np.searchsorted(edges, ranked.scores, side="left")
    found = []
    for number in np.unique(group):
        mine = group == number
        count, observed = int(mine.sum()), float(ranked.fraud[mine].mean())
        found.append(Bin(count, float(ranked.scores[mine].mean()), observed, wilson(observed, count)))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Declarations from the highest score down; `ends` is where each group of one score ends."""

    scores: Floats
    fraud: Floats
    revenue: Floats
    ends: Whole

    @classmethod
    def of(cls, scores: Any, fraud: Any, revenue: Any) -> _Ranked:
        import numpy as np

        columns = [np.asarray(one, dtype=np.float64) for one in (scores, fraud, revenue)]
        if len({one.shape for one in columns}) > 1 or columns[0].ndim != 1 or not len(columns[0]):
            shapes = [one.shape for one in columns]
            raise TargetingError(f"scores, fraud and revenue have the shapes {shapes}; give one a row")
        if not all(np.isfinite(one).all() for one in columns):
            raise TargetingError("a score, an outcome or a revenue is missing or infinite; leave the row out")
        if not np.isin(columns[1], (0, 1)).all() or (columns[2] < 0).any():
            raise TargetingError("fraud is 0 or 1, and revenue is at least 0, of every declaration")
        order = np.argsort(-columns[0], kind="stable")
        ranked, frauds, money = (one[order] for one in columns)
        ends = np.append(np.flatnonzero(np.diff(ranked)) + 1, len(order))
        return cls(ranked, frauds, money, ends)

    def count(self, share: float) -> int:
        """How many are inspected of a share: at least one."""
        return max(1, round(share * len(self.scores)))

    def top(self, share: float) -> tuple[float, float, float]:
        """Precision, recall and revenue recall of a share."""
        import numpy as np

        held = self._held(np.ones((1, len(self.scores))), np.array([self.count(share)]))
        return tuple(float(one) for one in held[0, 0])  # type: ignore[return-value]

    def bootstrap(self, shares: Sequence[float], samples: int, random: Any) -> Any:
        """Precision and revenue recall of shares, samples x shares x 2."""
        import numpy as np

        size, found = len(self.scores), []
        tops = np.array([self.count(share) for share in shares])
        at_once = max(1, _SAMPLES_AT_ONCE // size)
        for start in range(0, samples, at_once):
            number = min(at_once, samples - start)
            drawn = [np.bincount(random.integers(0, size, size), minlength=size) for _ in range(number)]
            found.append(self._held(np.stack(drawn).astype(np.float64), tops)[:, :, (0, 2)])
        return np.concatenate(found) if found else np.empty((0, len(shares), 2))

    def _held(self, weights: Floats, tops: Whole) -> Any:
        """Precision, recall and revenue recall of tops: samples of declarations' weights x tops x 3."""
        import numpy as np

        ends = np.concatenate([[0], self.ends])
        sums = [_running(weights * values)[:, ends] for values in (1.0, self.fraud, self.revenue)]
        found = np.empty((len(weights), len(tops), 3))
        for sample in range(len(weights)):
            fraud, revenue = (np.interp(tops, sums[0][sample], one[sample]) for one in sums[1:])
            with np.errstate(invalid="ignore", divide="ignore"):
                found[sample] = np.stack(
                    [fraud / tops, fraud / sums[1][sample, -1], revenue / sums[2][sample, -1]], axis=1
                )
        return found


def _running(values: Floats) -> Floats:
    import numpy as np

    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _interval(draws: Floats) -> Interval:
    import numpy as np

    if not len(draws) or np.isnan(draws).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(draws, (0.025, 0.975))
    return float(low), float(high)
