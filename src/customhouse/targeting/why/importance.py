"""What matters over many declarations, and how contributions go with values.

Both are figures over many traders: `importance` over all rows, `dependence` over bins of a feature's values
with several traders in each, whose ends are rounded, the outer ones open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from customhouse.errors import TargetingError
from customhouse.targeting.why.disclosure import Disclosure
from customhouse.targeting.why.topics import Topics

if TYPE_CHECKING:
    from customhouse.targeting.features import Features
    from customhouse.targeting.history import Floats
    from customhouse.targeting.why.contributions import Contributions

By = Literal["topic", "feature"]


@dataclass(frozen=True, slots=True)
class Importance:
    """A feature or topic, and the mean size of what it adds: to log(score), to log odds, to log yuan.

    `revenue` is None for a model that learnt no revenue.
    """

    name: str
    score: float
    probability: float
    revenue: float | None


@dataclass(frozen=True, slots=True)
class Dependence:
    """A bin of a feature's values, and what the feature adds to log(score) there.

    `low` and `high` are its ends, None where it is open, both None for rows without a value (`missing`).
    `mean`, `lower` and `upper` are the mean and the quartiles of contributions of its `rows`.
    """

    feature: str
    low: float | None
    high: float | None
    missing: bool
    rows: int
    mean: float
    lower: float
    upper: float


def importance(found: Contributions, keys: Iterable[str] = (), by: By = "topic") -> tuple[Importance, ...]:
    """Topics or features, the weightiest for the score first.

    `keys` are those that profiles are kept of (`model.memory_.ledgers`), which topics are told by. Raises
    TargetingError where there is no row.
    """
    import numpy as np

    if by not in get_args(By):
        raise TargetingError(f"{by!r}: importance is by {' or '.join(get_args(By))}")
    if not len(found.values):
        raise TargetingError("no declarations to tell from what matters; give some")
    topics = Topics.of(found.names, keys)
    names = topics.distinct if by == "topic" else found.names

    def size(values: Floats) -> Floats:
        return np.asarray(np.abs(topics.sums(values) if by == "topic" else values).mean(axis=0))

    score, odds = size(found.values), size(found.probability.values)
    money = None if found.revenue is None else size(found.revenue.values)
    told = [
        Importance(name, float(score[n]), float(odds[n]), None if money is None else float(money[n]))
        for n, name in enumerate(names)
    ]
    return tuple(sorted(told, key=lambda one: (-one.score, one.name)))


def dependence(
    found: Contributions, features: Features, traders: Any, feature: str, bins: int = 20,
    disclosure: Disclosure | None = None,
) -> tuple[Dependence, ...]:  # fmt: skip
    """What a feature adds against its values, in bins of about as many rows, in the order of values.

    `traders` are the trader of each row (texts or numbers). Neighbouring bins with too few of them, or with
    one that prevails, are made one; what cannot be shown even so is left out. Raises TargetingError.
    """
    import numpy as np

    if feature not in found.names or bins < 1:
        raise TargetingError(f"{feature!r} in {bins} bins: no feature of the model, or less than one bin")
    place, rules = found.names.index(feature), disclosure or Disclosure()
    values, added = features.column(feature).astype(np.float64), found.values[:, place]
    codes = np.unique(np.asarray(traders, dtype=np.str_), return_inverse=True)[1]
    if codes.shape != values.shape or len(added) != len(values):
        raise TargetingError(f"{len(codes)} traders and {len(values)} rows; give the trader of each row")
    ends = _ends(values, codes, bins, rules)
    there, told = np.searchsorted(ends, values, side="right"), []
    for number in range(len(ends) + 1):
        rows = (there == number) & np.isfinite(values)
        low, high = (ends[at] if 0 <= at < len(ends) else None for at in (number - 1, number))
        told.append(_bin(feature, low, high, added[rows]) if _safe(codes[rows], rules) else None)
    lacking = ~np.isfinite(values)
    told.append(_bin(feature, None, None, added[lacking], True) if _safe(codes[lacking], rules) else None)
    return tuple(one for one in told if one is not None)


def _ends(values: Floats, codes: Any, bins: int, rules: Disclosure) -> list[float]:
    """Where bins end: quantiles to three digits, those left out that would part too few traders."""
    import numpy as np

    known = np.isfinite(values)
    if not known.any():
        return []
    cuts = np.quantile(values[known], np.arange(1, bins) / bins)
    kept: list[float] = []
    for cut in sorted({float(f"{one:.2e}") for one in cuts}):
        before = known & (values < cut) & (values >= (kept[-1] if kept else -np.inf))
        if _safe(codes[before], rules) and _safe(codes[known & (values >= cut)], rules):
            kept.append(cut)
    return kept


def _safe(traders: Any, rules: Disclosure) -> bool:
    """Whether several traders stand behind a bin, none of whom prevails."""
    shown = rules.shown(traders)
    return shown is not None and bool(shown.all())


def _bin(
    feature: str, low: float | None, high: float | None, added: Floats, missing: bool = False
) -> Dependence:
    import numpy as np

    lower, upper = np.quantile(added, (0.25, 0.75))
    return Dependence(
        feature, low, high, missing, len(added), float(added.mean()), float(lower), float(upper)
    )
