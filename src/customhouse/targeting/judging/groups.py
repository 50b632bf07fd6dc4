"""A ranking judged by groups of declarations: offices, trusted traders and others, known traders and new.

All stand under the common cut: what the top of all declarations finds of each group. Beside it stands what
the top of the group's own ranking finds, as where every office has a budget of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting.judging.model import OTHERS, Group
from customhouse.targeting.judging.ranking import Rank
from customhouse.targeting.judging.resampling import Resampling, area, effective, figure

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole
    from customhouse.targeting.judging.truth import Labels

FEWEST = 50
"""Groups of fewer declarations are taken together."""
UNKNOWN = "unknown"
"""The code of declarations that do not say."""


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Groups by number: their codes, the largest first, which of each declaration, and what OTHERS are."""

    codes: tuple[str, ...]
    number: Whole
    others: tuple[str, ...]

    @classmethod
    def of(cls, values: Any, fewest: int) -> Pooled:
        """Groups of texts, "" for none; those of fewer declarations together, where there are two of them."""
        import numpy as np

        told, number, counts = np.unique(values, return_inverse=True, return_counts=True)
        names = np.array([UNKNOWN if one == "" else str(one) for one in told], dtype=object)
        small = counts < fewest
        if small.sum() < 2:
            small[:] = False
        order = np.lexsort((names.astype(str), -counts))
        kept = [place for place in order if not small[place]]
        moved = np.full(len(told), len(kept))
        moved[kept] = np.arange(len(kept))
        codes = tuple(names[kept]) + ((OTHERS,) if small.any() else ())
        return cls(codes, moved[number], tuple(sorted(names[small])))

    def pooled(self, code: str) -> tuple[str, ...]:
        """The codes that a group takes together."""
        return self.others if code == OTHERS else ()


def groups(
    by: str, values: Any, scores: Floats, labels: Labels, share: float, how: Resampling, fewest: int = FEWEST
) -> tuple[Group, ...]:
    """The groups of declarations by a text each, under the cut at a share of all."""
    found = Pooled.of(values, fewest)
    chosen = Rank.of(scores, len(labels)).chosen(share)
    size = len(found.codes)
    points = _rates(found.number, size, chosen, labels, None)
    draws = _draws(found.number, size, chosen, labels, how)
    return tuple(
        _group(by, number, found, scores, labels, chosen, share, points, draws, how.cluster)
        for number in range(size)
    )


def _group(
    by: str, number: int, found: Pooled, scores: Floats, labels: Labels, chosen: Floats, share: float,
    points: Any, draws: Any, cluster: Whole,
) -> Group:  # fmt: skip
    mine = found.number == number
    own, code = labels.only(mine), found.codes[number]
    known, fraud, money = own.weighted
    cases = (known * chosen[mine], fraud, money)
    names = ("precision", "recall", "revenue_recall")
    figures = {
        name: figure(points[number, n], draws[:, number, n], effective(one))
        for n, (name, one) in enumerate(zip(names, cases, strict=True))
    }
    top = Rank.of(scores[mine], int(mine.sum())).tops(own, [share])[0]
    rate = float(fraud.sum() / known.sum()) if known.sum() else float("nan")
    return Group(
        by, code, int(mine.sum()), int((own.weight > 0).sum()), rate, float(chosen[mine].mean()), **figures,
        own_precision=float(top[0]), own_revenue_recall=float(top[2]),
        auc=area(scores[mine], own, cluster[mine]), pooled=found.pooled(code),
    )


def _draws(number: Whole, size: int, chosen: Floats, labels: Labels, how: Resampling) -> Any:
    """Rates of the groups over bootstrap samples; only what is chosen or fraud is looked at again."""
    import numpy as np

    rows = (labels.weight > 0) & ((chosen > 0) | (labels.fraud > 0))
    part, held, told = number[rows], chosen[rows], labels.only(rows)
    draws = [_rates(part, size, held, told, counts[rows]) for counts in how.counts()]
    return np.stack(draws) if draws else np.empty((0, size, 3))


def _rates(number: Whole, size: int, chosen: Floats, labels: Labels, counts: Floats | None) -> Any:
    """Precision, recall and revenue recall: groups x 3, NaN where there is nothing."""
    import numpy as np

    known, fraud, money = (one if counts is None else counts * one for one in labels.weighted)

    def summed(values: Sequence[float] | Any) -> Any:
        return np.bincount(number, weights=values, minlength=size)

    hits, held = summed(fraud * chosen), summed(money * chosen)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([hits / summed(known * chosen), hits / summed(fraud), held / summed(money)], axis=1)
