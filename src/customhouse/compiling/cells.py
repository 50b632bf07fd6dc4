"""Accepted lines of a month -> its cells."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from customhouse.records.schema import CELL_KEYS, CELL_SCHEMA

_AMOUNTS = ("quantity_milli", "supplementary_milli", "net_mass_g")


def cells(records: nw.LazyFrame[Any], month: int, vintage: int, source: str) -> nw.LazyFrame[Any]:
    """The finest cells of one month, columns as in `CELL_SCHEMA`; `records` has those of `RECORD_SCHEMA`."""
    return told(summed(records), month, vintage, source)


def told(sums: nw.LazyFrame[Any], month: int, vintage: int, source: str) -> nw.LazyFrame[Any]:
    """What `summed` made as cells that tell their month, vintage and source."""
    same = {"month_number": nw.lit(month).cast(nw.Int32), "vintage": nw.lit(vintage).cast(nw.Int32)}
    same["source"] = nw.lit(source)
    return sums.select(*(same[name].alias(name) if name in same else name for name in CELL_SCHEMA.names))


def summed(records: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Lines summed by what cells are about.

    Sums are of whole numbers, so that neither order nor threads can change them; amounts that no line
    has stay null. Lines are summed by trader first: traders are then counted without keeping sets of them.
    """
    named = records.select(
        *(key for key in CELL_KEYS if key != "hs8"), "trader_id", "value_cents", *_AMOUNTS,
        hs8=nw.col("hs_code").str.slice(0, 8),
    )
    traded = named.group_by(*CELL_KEYS, "trader_id").agg(
        _sum("value_cents"), *map(_total, _AMOUNTS), nw.len().cast(nw.Int64).alias("lines")
    )
    traders = nw.col("trader_id").count().cast(nw.Int64).alias("traders")
    return traded.group_by(*CELL_KEYS).agg(
        _sum("value_cents"), *map(_total, _AMOUNTS), _sum("lines"), traders
    )


def _sum(name: str) -> nw.Expr:
    return nw.col(name).sum().cast(nw.Int64).alias(name)


def _total(name: str) -> nw.Expr:
    """A sum of what may be missing on any line."""
    amount = nw.col(name)
    return nw.when(amount.count() > 0).then(amount.sum()).cast(nw.Int64).alias(name)
