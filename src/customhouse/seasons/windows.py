"""Windows of one festival, each tried in one model, and the effect that they add up to.

What a window is worth is held near what its days can be worth: a day's trade may be lost or doubled, not
ten times lost, and a short holiday moves less trade to the days around it than a long one. That is a normal
prior with mean 0 and a standard deviation of `SPREAD` of a day's trade for each day, days being the
geometric mean of those of the window and of the holiday (ridge regression: Hoerl and Kennard, Technometrics
12, 1970). It matters where hardly any day of a window ever crosses from month to month, so that the months
say nothing of it; AICc then counts the part of a parameter that the months do tell (the trace of the
smoother: Hurvich, Simonoff and Tsai, Journal of the Royal Statistical Society B 60, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from customhouse.seasons.curve import basis
from customhouse.seasons.regarima import Whitener, aicc, profile
from customhouse.seasons.regressors import PARTS, Windows
from customhouse.seasons.shares import Shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPREAD = 0.25
"""Of a day's trade."""
_DAYS = 30.4375
_SUBSETS = tuple(subset for size in (3, 2, 1) for subset in combinations(range(3), size))
_LEAST, _MOST = 0.2, 5.0
"""A festival leaves a month between these parts of its trade; estimates outside are of no use as a start."""
_NEGLIGIBLE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """A festival's effect: `values` over the reach (logarithms or units), centred; over all months, with
    those of the long run, `uncentred`, and its factor `level` (1 where there are no logarithms).

    Its best windows with the parts that are in the model, what those are worth (months of trade, or units)
    with standard errors; `gain` is by how much AICc is lower with it than without, `weight` the Akaike
    weight of the best windows among all. Without windows where it is best left out.
    """

    festival: str
    values: Floats
    level: Floats
    uncentred: Floats
    windows: Windows | None = None
    parts: tuple[str, ...] = ()
    coefficients: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()
    gain: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The model without a festival: how it whitens, a basis of its columns, what it leaves, its AICc."""

    white: Whitener
    basis: Floats
    left: Floats
    regressors: int
    aicc: float


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """One model of a festival: the number of its windows, the parts, and what came out."""

    aicc: float
    windows: int
    parts: tuple[int, ...]
    coefficients: Floats
    errors: Floats


def nothing(shares: Shares, gain: float = 0.0) -> Effect:
    """A festival that changes nothing."""
    import numpy as np

    months = shares.values.shape[1]
    months_asked = shares.reach.stop - shares.reach.start
    return Effect(shares.festival, np.zeros(months_asked), np.ones(months), np.zeros(months), gain=gain)


def effect(
    shares: Shares, columns: Floats, ground: Ground, *, log: bool, held: bool, average: bool
) -> Effect:
    """The effect of a festival whose shares, linearized, are `columns` (windows x months x 3).

    `held`: it stays, with all parts of its windows; `average`: the mean over all windows by their weights.
    """
    import numpy as np

    tried = _try(shares, columns, ground, 1.0 if log else month_of_trade(ground), held)
    if not tried:
        return nothing(shares)
    best = min(tried, key=lambda one: one.aicc)
    gain = ground.aicc - best.aicc
    if gain <= 0 and not held and not average:
        return nothing(shares, gain)
    weights = _weights(tried, None if held else ground.aicc)
    used = [(w, one) for w, one in zip(weights, tried, strict=True) if w > _NEGLIGIBLE]
    change = np.zeros(shares.values.shape[1])
    for weight, one in used if average else [(1.0, best)]:
        change += weight * (shares.values[one.windows][:, list(one.parts)] @ one.coefficients)
    found = shaped(nothing(shares, gain), shares, change, log)
    if gain <= 0 and not held:
        return found
    return replace(
        found, windows=shares.windows[best.windows], parts=tuple(PARTS[i] for i in best.parts),
        coefficients=tuple(map(float, best.coefficients)), errors=tuple(map(float, best.errors)),
        weight=max(weights),
    )  # fmt: skip


def shaped(effect: Effect, shares: Shares, change: Floats, log: bool) -> Effect:
    """An effect that adds `change` to each month (a part of its trade with logarithms, else units)."""
    import numpy as np

    level = np.clip(1 + change, _LEAST, _MOST) if log else np.ones_like(change)
    uncentred = np.log(level) if log else change
    return replace(effect, values=shares.centred(uncentred), level=level, uncentred=uncentred)


def curved(effect: Effect, shares: Shares, directions: Floats, values: Floats) -> Effect:
    """An effect in logarithms by a curve over days; `values` are what it adds to the months of the reach,
    centred here on the long-run means of months whose other days are all alike."""
    import numpy as np

    found = shaped(effect, shares, (basis(shares.windows) @ directions) @ shares.days / _DAYS, log=True)
    calendar_month = (shares.first + np.arange(len(values))) % 12
    return replace(found, values=values - shares.usual(found.uncentred)[calendar_month])


def month_of_trade(ground: Ground) -> float:
    """Where there are no logarithms: some ten times the size of an unexplained change, as a month's trade."""
    return 50 * float((ground.left @ ground.left / len(ground.left)) ** 0.5)


def _weights(tried: Sequence[_Tried], none: float | None) -> list[float]:
    """Akaike weights of models, beside one without the festival where that may be."""
    from math import exp

    lowest = min(one.aicc for one in tried)
    lowest = lowest if none is None else min(lowest, none)
    raw = [exp((lowest - one.aicc) / 2) for one in tried]
    total = sum(raw) + (0.0 if none is None else exp((lowest - none) / 2))
    return [one / total for one in raw]


def _try(shares: Shares, columns: Floats, ground: Ground, unit: float, whole: bool) -> list[_Tried]:
    """Every window with every choice of its parts (`whole`: with all that it has)."""
    import numpy as np

    windows, months, _ = columns.shape
    flat = ground.white(columns.transpose(1, 0, 2).reshape(months, -1))
    flat = (flat - ground.basis @ (ground.basis.T @ flat)).reshape(-1, windows, 3)
    grams = np.einsum("nwi,nwj->wij", flat, flat)
    sides = np.einsum("nwi,n->wi", flat, ground.left)
    lengths = np.array([w.lengths for w in shares.windows], dtype=np.float64)
    found = []
    for parts in _SUBSETS:
        there = lengths[:, list(parts)].min(axis=1) > 0
        if whole:
            there &= (lengths > 0).sum(axis=1) == len(parts)
        chosen = np.flatnonzero(there)
        if len(chosen):
            at = list(parts)
            holiday = lengths[chosen][:, 1:2]
            spread = unit * SPREAD * np.minimum(lengths[chosen][:, at], holiday) / _DAYS
            inner = grams[chosen][:, at][:, :, at]
            found += _solved(chosen, parts, inner, sides[chosen][:, at], spread, ground)
    return found


def _solved(
    chosen: NDArray[np.int64], parts: tuple[int, ...], inner: Floats, sides: Floats, spread: Floats,
    ground: Ground,
) -> list[_Tried]:  # fmt: skip
    """Models with the same parts of several windows, all at once."""
    import numpy as np

    used, rss = len(ground.left), float(ground.left @ ground.left)
    tight = np.zeros_like(inner)
    places = np.arange(len(parts))
    tight[:, places, places] = rss / used / spread**2
    inverse = np.linalg.inv(inner + tight)
    b = np.einsum("wij,wj->wi", inverse, sides)
    left = rss - 2 * np.einsum("wi,wi->w", b, sides) + np.einsum("wi,wij,wj->w", b, inner, b)
    left = np.maximum(left, 1e-12 * max(rss, 1e-300))
    told = np.einsum("wij,wji->w", inverse, inner)
    errors = np.sqrt(np.diagonal(inverse, axis1=1, axis2=2) * left[:, None] / used)
    found = []
    for at, number in enumerate(chosen):
        likelihood = profile(float(left[at]), ground.white.logdet, used)
        value = aicc(likelihood, ground.regressors + float(told[at]), used)
        if value < float("inf"):
            found.append(_Tried(value, int(number), parts, b[at], errors[at]))
    return found
