"""Rankings side by side: their tops with intervals, and by how much ours is better, over the same samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from customhouse.targeting.evaluation import Curve
from customhouse.targeting.judging.model import MEASURES, Difference, Figure, Judged, Top
from customhouse.targeting.judging.ranking import Rank
from customhouse.targeting.judging.resampling import (
    FEWEST,
    Resampling,
    area,
    effective,
    figure,
    measured,
    percentiles,
)

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats
    from customhouse.targeting.judging.truth import Labels


def compared(
    scores: Mapping[str, Floats], labels: Labels, shares: Sequence[float], how: Resampling
) -> tuple[tuple[Judged, ...], tuple[Difference, ...]]:
    """The rankings of scores by name, and of the first less each other. Raises TargetingError."""
    import numpy as np

    size = len(labels)
    ranks = {name: Rank.of(one, size) for name, one in scores.items()}
    points, draws = measured(list(ranks.values()), labels, shares, how)
    cases = np.array([[_cases(rank, labels, share) for share in shares] for rank in ranks.values()])
    best = _best(labels, shares)
    judged = tuple(
        Judged(name, area(scores[name], labels, how.cluster),
               _tops(rank, labels, shares, points[n], draws[:, n], cases[n], best), rank.curve(labels))
        for n, (name, rank) in enumerate(ranks.items())
    )  # fmt: skip
    return judged, tuple(_differences(list(ranks), shares, points, draws, cases))


def _cases(rank: Rank, labels: Labels, share: float) -> list[float]:
    """Effective cases of precision, recall and revenue recall."""
    known, fraud, money = labels.weighted
    return [effective(one) for one in (known * rank.chosen(share), fraud, money)]


def _best(labels: Labels, shares: Sequence[float]) -> Any:
    """What the best rankings reach, shares x 3; NaN where outcomes are known in part."""
    import numpy as np

    if labels.basis != "all":
        return np.full((len(shares), 3), np.nan)
    best = [Rank.of(one, len(labels)).tops(labels, shares) for one in (labels.fraud, labels.revenue)]
    surest, richest = best
    return np.column_stack([surest[:, :2], richest[:, 2]])


def _tops(
    rank: Rank, labels: Labels, shares: Sequence[float], points: Any, draws: Any, cases: Any, best: Any
) -> tuple[Top, ...]:
    found = []
    for n, share in enumerate(shares):
        figures: list[Figure] = [figure(points[n, m], draws[:, n, m], cases[n, m]) for m in range(3)]
        known = int(((labels.weight > 0) & (rank.chosen(share) > 0)).sum())
        reached = [float(one) for one in best[n]]
        found.append(Top(
            share, rank.count(share), known, figures[0], figures[1], figures[2],
            reached[0], reached[1], reached[2],
        ))  # fmt: skip
    return tuple(found)


def _differences(
    names: Sequence[str], shares: Sequence[float], points: Any, draws: Any, cases: Any
) -> list[Difference]:
    """Intervals are none where cases are too few, or a few amounts are most of the revenue."""
    import numpy as np

    found = []
    for b, name in enumerate(names[1:], 1):
        for n, share in enumerate(shares):
            for m, measure in enumerate(MEASURES):
                enough = min(cases[0, n, m], cases[b, n, m]) >= FEWEST
                apart = draws[:, 0, n, m] - draws[:, b, n, m] if enough else np.empty(0)
                told = percentiles(float(points[0, n, m] - points[b, n, m]), apart)
                found.append(Difference(name, share, measure, told.value, told.low, told.high))
    return found


def best_curve(labels: Labels) -> Curve | None:
    """The gains of the best rankings: by true fraud, and by true revenue; None for outcomes known in part."""
    if labels.basis != "all":
        return None
    surest, richest = (Rank.of(one, len(labels)).curve(labels) for one in (labels.fraud, labels.revenue))
    return Curve(surest.inspected, surest.fraud, richest.revenue)
