"""What is added up of the cells of a slice, and how the flows of a month come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from customhouse.statistics import What


@dataclass(frozen=True, slots=True)
class Month:
    """A slice in a month: an amount in the smallest units (None: no line tells it), its cells, its units."""

    amount: int | None = 0
    cells: int = 0
    units: frozenset[str] = frozenset()


NOTHING = Month()
LINE_COLUMNS = (
    "declaration_id",
    "line",
    "flow",
    "hs_code",
    "partner",
    "consignment",
    "region",
    "enterprise",
    "regime",
    "transport",
    "currency",
    "quantity_unit",
    "value_cents",
    "quantity_milli",
    "net_mass_g",
    "trader_id",
)
"""What lines need to stand for cells."""


def together(found: Sequence[tuple[int, Month]]) -> Month:
    """Flows added up, each with its sign; unknown where none is known."""
    if len(found) == 1 and found[0][0] == 1:
        return found[0][1]
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


def month_of(row: dict[str, Any]) -> Month:
    """A row of sums."""
    units = frozenset(unit for name in ("unit", "other_unit") if (unit := row.get(name)) is not None)
    return Month(row["amount"] if row.get("known", 1) else None, row["cells"], units)
