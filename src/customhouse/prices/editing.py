"""Which unit value relatives are outliers, stratum by stratum, on arrays of a million items.

Hidiroglou and Berthelot (1986, Survey Methodology 12, pages 73 to 83) transform relatives r with the
median m so that rises and falls count alike, weight them by size, and bound them by quartiles:

    s = 1 - m / r where r < m, else r / m - 1        E = s * size ** exponent
    low  = median(E) - width * max(median(E) - Q1(E), |least * median(E)|)
    high = median(E) + width * max(Q3(E) - median(E), |least * median(E)|)

Parameters as Statistics Canada documents them for Banff, the successor of its Generalized Edit and
Imputation System: exponent 0 and least distance 0.05 by default, at least 10 observations recommended
(procedure guide "Outlier Detection"), quantiles at s (n + 1) (functional description, appendix A). It has
no default width; its tutorial excludes at 4 and imputes at 7, which is what `width` and `extreme` are.

Tukey (1977, Exploratory Data Analysis) puts fences so many interquartile distances outside of the
quartiles, here of the logarithms of the relatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Literal, get_args

from customhouse.errors import PriceError
from customhouse.prices.ordered import Ordered, Position, dense

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.panel import Floats

    Codes = NDArray[np.integer]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Outliers = Literal["hidiroglou_berthelot", "tukey", "none"]

REASONS = ("kept", "low", "high", "dispersed", "unjudged", "absent")
"""What a verdict's number means: 0 kept; 1 and 2 outliers below and above; 3 in a stratum set aside for
its dispersion; 4 kept, too few items to judge by; 5 no relative (missing, zero, negative or infinite)."""

_NO_SPREAD = 1e-9
"""Distances this small, in units of the relative, are rounding: the stratum has no spread there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How relatives are edited. Raises PriceError for what cannot be.

    `exponent`, `least`, `width`, `extreme`: of Hidiroglou and Berthelot (U, A, C, and C of what is extreme).
    `fence`: Tukey's, in interquartile distances; 3 are his outer fences. `minimum`: how many relatives a
    stratum needs to be judged by. `widest`: a stratum is set aside whole where the third quartile of its
    relatives is more than so many times the first: its goods are too unlike to have one price. Where a
    side has no spread at all (more than a quarter of the relatives are the median), its distance is
    `least` of the median relative, as Banff has it for current data.
    """

    method: Outliers = "hidiroglou_berthelot"
    exponent: float = 0.0
    least: float = 0.05
    width: float = 4.0
    extreme: float = 7.0
    fence: float = 3.0
    minimum: int = 10
    widest: float = 3.0
    quantile: Position = "weibull"

    def __post_init__(self) -> None:
        for name, there in (("method", get_args(Outliers)), ("quantile", get_args(Position))):
            if getattr(self, name) not in there:
                raise PriceError(f"{getattr(self, name)!r}: no such {name}; there are {', '.join(there)}")
        if not 0 <= self.exponent <= 1:
            raise PriceError(f"an exponent of {self.exponent:g}: it lies between 0 and 1")
        for name in ("least", "width", "extreme", "fence"):
            if not (isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise PriceError(f"{name} is {getattr(self, name):g}: it has to be above 0 and finite")
        if self.minimum < 3:
            raise PriceError(f"a minimum of {self.minimum}: quartiles need 3 relatives, better 10")
        if not self.widest > 1:
            raise PriceError(f"widest is {self.widest:g}: a quartile is at least once the other; take more")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A verdict for each item, in the order of the arrays: see REASONS.

    `low` and `high` bound the relative (NaN where not judged); `extreme` tells outliers that are far out;
    `level` is the strata (0 the finest) that it was judged in, -1 for none, `stratum` its code there.
    """

    reason: NDArray[np.uint8]
    low: Floats
    high: Floats
    extreme: Flags
    level: NDArray[np.int8]
    stratum: Whole

    @property
    def kept(self) -> Flags:
        """Items whose relative may enter an index: kept and unjudged."""
        import numpy as np

        return np.asarray((self.reason == 0) | (self.reason == 4))

    def counts(self) -> Mapping[str, int]:
        """How many items each reason has."""
        import numpy as np

        found = np.bincount(self.reason, minlength=len(REASONS))
        return dict(zip(REASONS, map(int, found), strict=True))


def judge(
    strata: Codes | Sequence[Codes], base: Floats, current: Floats, weights: Floats | None = None,
    rule: Rule | None = None, basis: Flags | None = None,
) -> Judged:  # fmt: skip
    """The verdict on the relative current / base of each item.

    `strata`: whole numbers an item, one array or several, finest first: an item is judged in the first
    that has `rule.minimum` relatives, among all relatives of that stratum. `weights`: the size of an item
    for the exponent (value in money); without them the larger of the two unit values, as H and B have it.
    `basis`: the items that others are judged by, all without it; those with an estimated price are not.
    Raises PriceError for arrays that do not fit together.
    """
    import numpy as np

    rule = rule or Rule()
    levels = [strata] if isinstance(strata, np.ndarray) else list(strata)
    base, current = np.asarray(base, dtype=np.float64), np.asarray(current, dtype=np.float64)
    _fitting(levels, base, current, weights, basis)
    verdict = _blank(len(base))
    there = _positive(base) & _positive(current)
    verdict.reason[~there] = 5
    if rule.method == "none":
        verdict.reason[there] = 0
        return verdict
    rows = np.flatnonzero(there)
    relative = current[rows] / base[rows]
    size = np.maximum(base, current)[rows] if weights is None else np.asarray(weights, dtype=np.float64)[rows]
    if rule.exponent and not _positive(size).all():
        raise PriceError("a weight is no number above 0; give each item with a price its value")
    told = np.ones(len(rows), dtype=bool) if basis is None else basis[rows]
    waiting = np.ones(len(rows), dtype=bool)
    for level, codes in enumerate(levels):
        if not waiting.any():
            break
        _judge_level(verdict, rows, relative, size, codes[rows], level, waiting, told, rule)
    return verdict


def _fitting(levels: Sequence[Codes], base: Floats, current: Floats, *others: Floats | Flags | None) -> None:
    lengths = {len(one) for one in (*levels, base, current, *others) if one is not None}
    if base.ndim != 1 or len(lengths) > 1 or not levels:
        told = f"strata, unit values and weights have the lengths {sorted(lengths)}"
        raise PriceError(f"{told}: they need one number an item")
    if any(one.dtype.kind not in "iu" for one in levels):
        raise PriceError("strata are no whole numbers; number them from 0, for instance by numpy.unique")


def _blank(items: int) -> Judged:
    import numpy as np

    return Judged(
        np.full(items, 4, np.uint8), np.full(items, np.nan), np.full(items, np.nan), np.zeros(items, bool),
        np.full(items, -1, np.int8), np.full(items, -1, np.int64),
    )  # fmt: skip


def _positive(values: Floats) -> Flags:
    import numpy as np

    return (values > 0) & np.isfinite(values)


def _judge_level(
    verdict: Judged, rows: Whole, relative: Floats, size: Floats, codes: Codes, level: int, waiting: Flags,
    told: Flags, rule: Rule,
) -> None:  # fmt: skip
    """Judge what waits and has enough relatives beside it; it waits no longer."""
    import numpy as np

    group, named = dense(codes)
    enough = np.bincount(group[told], minlength=len(named)) >= rule.minimum
    asked = np.zeros(len(named), dtype=bool)
    asked[group[waiting]] = True
    beside = (enough & asked)[group]
    if not beside.any():
        return
    group, chosen = dense(group[beside])
    r, mine = relative[beside], waiting[beside]
    low, high, far, wide = _bounds(r, size[beside], group, len(chosen), told[beside], rule)
    reason = np.where(r < low, 1, np.where(r > high, 2, 0)).astype(np.uint8)
    reason[wide] = 3
    at = rows[beside][mine]
    verdict.reason[at], verdict.low[at], verdict.high[at] = reason[mine], low[mine], high[mine]
    verdict.extreme[at] = (far & (reason != 3))[mine]
    verdict.level[at], verdict.stratum[at] = level, named[chosen][group][mine]
    waiting[beside] = False


def _bounds(
    r: Floats, size: Floats, group: Whole, count: int, told: Flags, rule: Rule
) -> tuple[Floats, Floats, Flags, Flags]:
    """Bounds of each relative, which are extreme, and which lie in a stratum that is too dispersed."""
    import numpy as np

    ordered = Ordered.of(*_those(told, r, group), count)
    first, middle, third = (ordered.quantile(share, rule.quantile) for share in (0.25, 0.5, 0.75))
    wide = (third > rule.widest * first)[group]
    if rule.method == "tukey":
        found = [_tukey(first, third, rule, times)[group] for times in (-1, 1, -2, 2)]
    else:
        found = _hidiroglou_berthelot(r, size, group, told, ordered, middle, rule)
    low, high, lowest, highest = found
    return low, high, np.asarray((r < lowest) | (r > highest)), wide


def _those(told: Flags, values: Floats, group: Whole) -> tuple[Floats, Whole]:
    """The values that others are judged by, with their groups."""
    return (values, group) if told.all() else (values[told], group[told])


def _tukey(first: Floats, third: Floats, rule: Rule, times: int) -> Floats:
    """A fence of each stratum, below it where `times` is negative; twice as far out lies what is extreme."""
    import numpy as np

    distance = np.maximum(np.log(third / first), rule.least)
    start = first if times < 0 else third
    return np.asarray(start * np.exp(times * rule.fence * distance))


def _hidiroglou_berthelot(
    r: Floats, size: Floats, group: Whole, told: Flags, ordered: Ordered, middle: Floats, rule: Rule
) -> list[Floats]:
    """The bounds of what is kept and of what is not extreme, for each relative."""
    import numpy as np

    scale = size**rule.exponent if rule.exponent else np.ones(1)
    if rule.exponent:
        effect = _transformed(r, middle[group]) * scale
        effects = Ordered.of(*_those(told, effect, group), len(middle))
    else:  # sizes play no part: the order is that of the relatives
        effects = ordered.mapped(lambda values, groups: _transformed(values, middle[groups]))
    first, centre, third = (effects.quantile(share, rule.quantile) for share in (0.25, 0.5, 0.75))
    least = np.abs(rule.least * centre)
    lower, upper = (np.maximum(one, least) for one in (centre - first, third - centre))
    return [
        _bound(centre, sign * width, lower if sign < 0 else upper, middle, group, scale, rule)
        for width in (rule.width, rule.extreme) for sign in (-1, 1)
    ]


def _bound(
    centre: Floats, times: float, distance: Floats, middle: Floats, group: Whole, scale: Floats, rule: Rule
) -> Floats:
    """The relative so many distances from the centre of the effects, for the size of each item."""
    import numpy as np

    if len(scale) == 1:  # one bound a stratum
        plain = np.where(distance <= _NO_SPREAD, times * rule.least, centre + times * distance)
        return _relative(plain, middle)[group]
    plain = (centre + times * distance)[group] / scale
    none = distance[group] <= _NO_SPREAD * scale
    return _relative(np.where(none, times * rule.least, plain), middle[group])


def _transformed(r: Floats, middle: Floats) -> Floats:
    """A rise of r on the median, or the fall that is as large: 0 at the median."""
    import numpy as np

    return np.asarray(np.where(r < middle, 1 - middle / r, r / middle - 1))


def _relative(s: Floats, middle: Floats) -> Floats:
    """The relative whose transform is s; the transform rises with it, so that bounds of one are of both."""
    import numpy as np

    below = np.minimum(s, 0)
    return np.asarray(np.where(s < 0, middle / (1 - below), middle * (1 + s)))
