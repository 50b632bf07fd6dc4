"""Quantities that are missing, estimated from what is alike, flagged and logged.

An item that was traded without a usable quantity has a value and no price. Its quantity is estimated as
value over a price, the price moved as those of what is alike (class mean imputation of the Export and
Import Price Index Manual, IMF 2009, chapter 8). In this order:

    own        the unit value of the rest of the item in the same month
    relative   the item's own unit value a year earlier, times the median relative of its stratum
    median     the median unit value of its stratum in the month

A stratum needs `minimum` unit values or relatives; finer strata go first. What has none keeps no quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from customhouse.period import Period
from customhouse.prices.edits import Edit, Edits
from customhouse.prices.ordered import Ordered, dense
from customhouse.prices.trade import Column, Trade

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.editing import Codes
    from customhouse.prices.panel import Floats

WAYS = ("", "own", "relative", "median")
"""How a quantity was estimated; the first is that it was not."""
MINIMUM = 3
_YEAR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """The quantity of each item after imputing (NaN where there is still none), how it was estimated (a
    place in WAYS), and the strata (0 the finest) whose prices it rests on, -1 for none.
    """

    quantity: Floats
    way: NDArray[np.uint8]
    level: NDArray[np.int8]


def quantities(
    strata: Sequence[Codes], now: Column, base: Column | None = None, minimum: int = MINIMUM
) -> Imputed:
    """Estimate the quantities that are missing among the items of a month; `base` is a year earlier.

    `now.quantity` is NaN where it is missing; where it is of a part of the value alone, it is scaled up.
    """
    import numpy as np

    partial = (now.priced > 0) & (now.value > now.priced)
    own = now.quantity * np.where(partial, now.value / np.where(partial, now.priced, 1.0), 1.0)
    found = Imputed(own, partial.astype(np.uint8), np.full(len(own), -1, np.int8))
    if base is not None:
        relative = now.price / base.price
        _fill(found, strata, now.value, relative, base.price, WAYS.index("relative"), minimum)
    _fill(found, strata, now.value, now.price, np.ones(len(own)), WAYS.index("median"), minimum)
    return found


def impute(trade: Trade, minimum: int = MINIMUM) -> Trade:
    """The trade with its missing quantities estimated, each one logged in its `edits`."""
    priced, quantity, imputed = (one.copy() for one in trade.estimates)
    edits: list[Edit] = []
    for at, month in enumerate(trade.months):
        base = trade.column(Period(month - _YEAR, month - _YEAR)) if at >= _YEAR else None
        now = trade.column(Period(month, month))
        found = quantities(trade.strata, now, base, minimum)
        here = found.way > 0
        imputed[here, at] = (now.value - now.priced)[here]
        priced[here, at], quantity[here, at] = now.value[here], found.quantity[here]
        edits += _logged(trade, now, found, month)
    return replace(trade, priced=priced, quantity=quantity, imputed=imputed,
                   edits=trade.edits + Edits(edits), before=trade)  # fmt: skip


def _fill(
    found: Imputed, strata: Sequence[Codes], value: Floats, known: Floats, times: Floats, way: int,
    minimum: int,
) -> None:  # fmt: skip
    """Put value over (the median of what is known in the stratum x `times`) where no quantity is."""
    import numpy as np

    there = known == known
    for level, codes in enumerate(strata):
        lacking = np.isnan(found.quantity) & (value > 0) & (times > 0)
        if not lacking.any() or not there.any():
            return
        group, named = dense(codes)
        ordered = Ordered.of(known[there], group[there], len(named))
        middle = np.where(ordered.counts >= minimum, ordered.quantile(0.5), np.nan)[group] * times
        able = lacking & (middle > 0)
        found.quantity[able] = value[able] / middle[able]
        found.way[able], found.level[able] = way, level


def _logged(trade: Trade, now: Column, found: Imputed, month: int) -> list[Edit]:
    import numpy as np

    edits = []
    for row in map(int, np.flatnonzero(found.way)):
        level = int(found.level[row])
        stratum = trade.stratum(level, int(trade.strata[level][row])) if level >= 0 else ""
        edits.append(Edit(
            trade.items[row], Period(month, month), None, "quantity", "imputing", WAYS[found.way[row]],
            stratum, old=float(now.quantity[row]), new=float(found.quantity[row]),
            value=float(now.value[row] - now.priced[row]),
        ))  # fmt: skip
    return edits
