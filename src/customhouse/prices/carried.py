"""Matched items as arrays, and items that lack a quantity in one of two periods: its price is estimated.

The price of the other period is carried over by the median relative of its stratum (see `imputing`), so
that what lacks a quantity counts as if its price had changed as prices of like goods did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from customhouse.prices.imputing import WAYS, quantities
from customhouse.prices.matched import Sums, of_matched
from customhouse.prices.sides import Side, floats, places, strata
from customhouse.prices.trade import Column

if TYPE_CHECKING:
    from customhouse.prices.panel import Floats
    from customhouse.prices.sides import Flags, Whole

EDIT_SCHEMA = pa.schema(
    [("item", pa.string()), ("unit", pa.string()), ("reason", pa.string()), ("relative", pa.float64()),
     ("low", pa.float64()), ("high", pa.float64()), ("value_base", pa.float64()), ("value", pa.float64())]
)  # fmt: skip
"""An edit: the item, the reason, the relative, the fences of its stratum, money of both periods."""
IMPUTED = {way: f"imputed_{way}" for way in WAYS if way}
"""The reasons of what was estimated; all others are of relatives that do not count."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Rows of a base and of a period in the same item and unit; values in hundredths, quantities."""

    of0: Whole
    of1: Whole
    v0: Floats
    v1: Floats
    q0: Floats
    q1: Floats

    @classmethod
    def of(cls, base: Side, now: Side, of0: Whole, of1: Whole) -> Matched:
        """The arrays of rows."""
        return cls(of0, of1, floats(base.value[of0]), floats(now.value[of1]),
                   base.quantity[of0], now.quantity[of1])  # fmt: skip

    @property
    def relative(self) -> Floats:
        """The price of the period over that of the base."""
        return self.v1 / self.q1 * (self.q0 / self.v0)

    def where(self, some: Flags) -> Matched:
        """Some of the rows."""
        return Matched(self.of0[some], self.of1[some], self.v0[some], self.v1[some], self.q0[some],
                       self.q1[some])  # fmt: skip

    def turned(self) -> Matched:
        """The period as base of its base."""
        return Matched(self.of1, self.of0, self.v1, self.v0, self.q1, self.q0)


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Items of `side` without a quantity that `other` has a price of: `lone` rows of the one, places
    `single` among the priced ones of the other, the arrays (the other as base), how they were estimated.
    """

    other: Side
    lone: Whole
    single: Whole
    arrays: Matched
    ways: Any

    def sums(self, of_base: bool) -> Sums:
        """What they add; `of_base`: the base lacked the quantities."""
        arrays = self.arrays.turned() if of_base else self.arrays
        found = of_matched(arrays.v0, arrays.v1, arrays.q0, arrays.q1)
        total = float(self.arrays.v1.sum())
        both = (total, 0.0) if of_base else (0.0, total)
        return Sums(imputed0=both[0], imputed1=both[1], pairs=len(self.lone), **found)

    def log(self, of_base: bool) -> pa.Table:
        """The log of them."""
        arrays = self.arrays.turned() if of_base else self.arrays
        nothing = np.full(len(self.lone), np.nan)
        return logged(self.other, self.other.at[self.single], self.ways, arrays, nothing, nothing)


def lacking(side: Side, other: Side, single: Whole, known: Matched, digits: Sequence[int]) -> Carried:
    """Estimate what a side lacks of the `single` priced items of the other; `known` has other as base."""
    single = other.ranked(single) if len(side.lone) else single
    at, there = places(side.all.take(pa.array(side.lone)), other.names.take(pa.array(single)))
    there &= side.estimable(side.lone)
    lone, to = side.lone[there], single[at[there]]
    count = len(known.v0)
    value, before = floats(side.every[lone]), Matched.of(other, other, to, to)
    zero, none = np.zeros(len(lone)), np.full(len(lone), np.nan)
    rest = np.zeros(count + len(lone))
    now = Column(
        np.concatenate([known.v1, value]), np.concatenate([known.v1, zero]), np.concatenate([known.q1, none]),
        rest,
    )  # fmt: skip
    v0, q0 = np.concatenate([known.v0, before.v0]), np.concatenate([known.q0, before.q0])
    levels = strata(other, other.at[np.concatenate([known.of0, to])], digits)
    found = quantities(levels, now, Column(v0, v0, q0, rest))
    quantity, ways = found.quantity[count:], found.way[count:]
    able = ways > 0
    arrays = Matched(to, lone, before.v0, value, before.q0, quantity).where(able)
    reasons = np.array([IMPUTED.get(WAYS[way]) for way in ways[able]], dtype=object)
    return Carried(other, lone[able], to[able], arrays, reasons)


def logged(side: Side, rows: Whole, reasons: Any, arrays: Matched, low: Floats, high: Floats) -> pa.Table:
    """Rows of the log, columns as in `EDIT_SCHEMA`; `rows` are those of a side."""
    columns = [
        side.column("item", rows), side.column("unit", rows), pa.array(reasons, pa.string()),
        pa.array(arrays.relative), pa.array(low), pa.array(high),
        pa.array(arrays.v0 / 100), pa.array(arrays.v1 / 100),
    ]  # fmt: skip
    return pa.table(columns, schema=EDIT_SCHEMA)
