"""What is added up of the cells of a slice, and how the flows of a month come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw

from customhouse.statistics import What


@dataclass(frozen=True, slots=True)
class Month:
    """A slice in a month: an amount in the smallest units (None: no line tells it), its cells, its units."""

    amount: int | None = 0
    cells: int = 0
    units: frozenset[str] = frozenset()


NOTHING = Month()


def together(found: Sequence[tuple[int, Month]]) -> Month:
    """Flows added up, each with its sign; unknown where none is known."""
    known = [sign * one.amount for sign, one in found if one.amount is not None]
    units = frozenset[str]().union(*(one.units for _, one in found))
    return Month(sum(known) if known else None, sum(one.cells for _, one in found), units)


def sums(what: What) -> list[nw.Expr]:
    """The amount and the number of cells; for quantities also the units that are among them."""
    cells = nw.len().cast(nw.Int64).alias("cells")
    if what == "traders":
        return [nw.col("trader_id").n_unique().cast(nw.Int64).alias("amount"), cells]
    signed = nw.col("signed")
    unit = nw.when(~signed.is_null()).then(nw.col("quantity_unit"))
    found = [signed.sum().cast(nw.Int64).alias("amount"), signed.count().cast(nw.Int64).alias("known"), cells]
    return [*found, unit.min().alias("unit"), unit.max().alias("other_unit")] if what == "quantity" else found
