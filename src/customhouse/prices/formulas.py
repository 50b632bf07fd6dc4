"""Bilateral index numbers over the items that two periods have in common.

Formulas as in the Consumer Price Index Manual (IMF and others, 2020, chapter 8) and the Export and
Import Price Index Manual (IMF 2009, chapters 16 to 18). With p0, p1, q0, q1 of each item and s0, s1 its
shares of value:

    Laspeyres   sum(p1 q0) / sum(p0 q0)
    Paasche     sum(p1 q1) / sum(p0 q1)
    Fisher      sqrt(Laspeyres * Paasche)
    Tornqvist   prod((p1 / p0) ** ((s0 + s1) / 2))
    Walsh       sum(p1 sqrt(q0 q1)) / sum(p0 sqrt(q0 q1))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from math import sqrt
from operator import mul
from typing import TYPE_CHECKING, Literal

from customhouse.errors import PriceError
from customhouse.prices.panel import Panel

if TYPE_CHECKING:
    from customhouse.prices.panel import Floats

Formula = Literal["laspeyres", "paasche", "fisher", "tornqvist", "walsh"]


def bilateral(p0: Floats, p1: Floats, q0: Floats, q1: Floats, formula: Formula = "fisher") -> float:
    """The price index of one period on another, 1 where no price changed.

    Arrays of one length, above 0. With prices and quantities exchanged it is the quantity index.
    Raises PriceError for a formula that is none, or where no item is in both periods.
    """
    if formula not in FORMULAS:
        raise PriceError(f"{formula!r}: no such formula; there are {', '.join(FORMULAS)}")
    if not len(p0):
        raise PriceError("no item is in both periods; take coarser items or other periods")
    return FORMULAS[formula](p0, p1, q0, q1)


def direct(panel: Panel, formula: Formula = "fisher", base: int = 0) -> list[float]:
    """The index of each period on one base. Raises PriceError."""
    return [bilateral(*panel.between(base, period), formula) for period in range(panel.periods)]


def chained(panel: Panel, formula: Formula = "fisher") -> list[float]:
    """The index of each period on the first, over the links from period to period. Raises PriceError."""
    links = [bilateral(*panel.between(t - 1, t), formula) for t in range(1, panel.periods)]
    return list(accumulate([1.0, *links], mul))


def _laspeyres(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    return float((p1 @ q0) / (p0 @ q0))


def _paasche(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    return float((p1 @ q1) / (p0 @ q1))


def _fisher(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    return sqrt(_laspeyres(p0, p1, q0, q1) * _paasche(p0, p1, q0, q1))


def _tornqvist(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    import numpy as np

    v0, v1 = p0 * q0, p1 * q1
    weights = (v0 / v0.sum() + v1 / v1.sum()) / 2
    return float(np.exp(weights @ np.log(p1 / p0)))


def _walsh(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    import numpy as np

    middle = np.sqrt(q0 * q1)
    return float((p1 @ middle) / (p0 @ middle))


FORMULAS: Mapping[str, Callable[[Floats, Floats, Floats, Floats], float]] = {
    "laspeyres": _laspeyres, "paasche": _paasche, "fisher": _fisher, "tornqvist": _tornqvist, "walsh": _walsh,
}  # fmt: skip
"""The formulas by name."""
