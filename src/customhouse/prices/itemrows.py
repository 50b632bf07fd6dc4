"""Items of a month out of the store's cells (or lines): value and quantity, in one unit each.

An item is what one price is taken for: flow x partner x HS8 x regime x transport, in one unit of
quantity and one currency; finer by region or enterprise where that is asked for. Its unit value is
value over quantity (Export and Import Price Index Manual, IMF 2009, chapter 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from customhouse.errors import PriceError

ITEM = ("flow", "partner", "hs8", "regime", "transport")
FINER = ("region", "enterprise")
"""What items can be told apart by besides."""
BETWEEN = "|"
"""Stands between the codes of an item; no code has it."""
COLUMNS = ("month_number", "item", "flow", "hs8", "unit", "value_cents", "quantity_milli")
_QUANTITIES = (("quantity_milli", "quantity_unit"), ("supplementary_milli", "supplementary_unit"))
_MASS, _MASS_UNIT = "net_mass_g", "kg"


def items(cells: nw.LazyFrame[Any], finer: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """The items of cells, columns as in `COLUMNS`.

    The quantity of a cell is the one in its own unit, else the supplementary one, else its net mass: the
    first that is above 0. What has none, or no value above 0, has the unit "" and the quantity 0: its
    value counts, but there is no price. Sums are of whole numbers. Raises PriceError.
    """
    wrong = [name for name in finer if name not in FINER]
    if wrong:
        raise PriceError(f"{wrong[0]!r}: items cannot be told apart by this; there are {', '.join(FINER)}")
    keys, there = (*ITEM, *finer), set(cells.collect_schema().names())
    usable = _usable(there)
    told = [(nw.col(amount) > 0) & ~nw.col(unit).is_null() for amount, unit in usable]
    priced = nw.col("value_cents") > 0
    unit: nw.Expr = nw.lit("")
    quantity: nw.Expr = nw.lit(0).cast(nw.Int64)
    if _MASS in there:
        unit = nw.when(priced & (nw.col(_MASS) > 0)).then(nw.lit(_MASS_UNIT)).otherwise(unit)
        quantity = nw.when(priced & (nw.col(_MASS) > 0)).then(nw.col(_MASS)).otherwise(quantity)
    for (amount, of), known in reversed(list(zip(usable, told, strict=True))):
        unit = nw.when(priced & known).then(nw.col(of)).otherwise(unit)
        quantity = nw.when(priced & known).then(nw.col(amount)).otherwise(quantity)
    rows = cells.select("month_number", *keys, "value_cents", unit=unit, quantity=quantity)
    summed = rows.group_by("month_number", *keys, "unit").agg(
        nw.col("value_cents").sum().cast(nw.Int64), nw.col("quantity").sum().cast(nw.Int64),
    )
    named = nw.concat_str(*(_text(name) for name in keys), separator=BETWEEN)
    return summed.select(
        nw.col("month_number").cast(nw.Int32), named.alias("item"), "flow", _text("hs8"), "unit",
        "value_cents", quantity_milli=nw.col("quantity"),
    )


def _usable(there: set[str]) -> list[tuple[str, str]]:
    """The quantities that the cells have with their units, the one to take first first."""
    return [(amount, unit) for amount, unit in _QUANTITIES if amount in there and unit in there]


def _text(name: str) -> nw.Expr:
    """A code as text, nothing as ""."""
    return nw.when(nw.col(name).is_null()).then(nw.lit("")).otherwise(nw.col(name)).alias(name)
