"""Accepted lines of a month -> its cells."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from customhouse.records.schema import CELL_KEYS, CELL_SCHEMA


def cells(records: nw.LazyFrame[Any], month: int, vintage: int, source: str) -> nw.LazyFrame[Any]:
    """The finest cells of one month, columns as in `CELL_SCHEMA`.

    `records` has the columns of `RECORD_SCHEMA`. Sums are of whole numbers, so that neither order
    nor threads can change them; amounts that no line has stay null.
    """
    col = nw.col
    named = records.with_columns(hs8=col("hs_code").str.slice(0, 8))
    nobody = col("trader_id").is_null().cast(nw.Int64).max()
    grouped = named.group_by(*CELL_KEYS).agg(
        *(_total(name) for name in ("value_cents", "quantity_milli", "supplementary_milli", "net_mass_g")),
        nw.len().cast(nw.Int64).alias("lines"),
        (col("trader_id").n_unique().cast(nw.Int64) - nobody).alias("traders"),
    )
    return grouped.with_columns(
        month=nw.lit(month).cast(nw.Int32), vintage=nw.lit(vintage).cast(nw.Int32), source=nw.lit(source),
    ).select(*CELL_SCHEMA.names)


def _total(name: str) -> nw.Expr:
    return nw.col(name).sum().cast(nw.Int64).alias(name)
