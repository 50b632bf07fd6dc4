"""What the loads of a store kept: the lines of a month, and table figures as last known.

Apart from loading, so that asking a store does not bring along all that loading needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.engine import Engine
from customhouse.records.schema import KEY, RECORD_COLUMNS
from customhouse.records.table import TABLE_SCHEMA
from customhouse.store import Store, Vintage

FIGURE_KEY = tuple(TABLE_SCHEMA.names[:13])
"""What tells one figure of a table from another: reporter, months, flow, dimensions, currency, basis."""


def line_files(store: Store, vintages: Sequence[Vintage], month: int | None) -> list[list[Path]]:
    """The line files of a month that count, one list a load, oldest first: from the last that replaces on."""
    loads: list[list[Path]] = []
    for vintage in vintages:
        found = [store.file(f) for f in vintage.files if f.part == "lines" and f.month == month]
        if found and vintage.replaces:
            loads = []
        if found and month is not None:
            loads.append(found)
    return loads


def accepted_lines(
    engine: Engine, loads: Sequence[Sequence[Path]], columns: Sequence[str] = RECORD_COLUMNS
) -> nw.LazyFrame[Any]:
    """The accepted lines of a month, of several loads, oldest first: later ones replace or cancel earlier."""
    there = [engine.parquet(paths) for paths in loads if paths]
    if len(there) == 1:
        return there[0].filter(nw.col("rejected") == 0).select(*columns)
    frames = [frame.filter(nw.col("rejected") <= 0).select(*columns, "rejected") for frame in there]
    numbered = nw.concat(
        [frame.with_columns(load_order=nw.lit(n)) for n, frame in enumerate(frames)], how="vertical"
    )
    last = numbered.group_by(*KEY).agg(nw.col("load_order").max().alias("last_order"))
    joined = numbered.join(last, on=list(KEY), how="inner")
    last_word = (nw.col("load_order") == nw.col("last_order")) & (nw.col("rejected") == 0)
    return joined.filter(last_word).select(*columns)


def last_known(figures: pa.Table, order: Sequence[int], first: bool = False) -> pa.Table:
    """Of each figure the row of the last vintage in `order` (of the first, where `first`).

    Rows with a value and rows with a growth alone are figures of their own.
    """
    if not figures.num_rows:
        return figures
    texts = [pc.fill_null(pc.cast(figures[name], pa.string()), "") for name in FIGURE_KEY]
    texts.append(pc.cast(pc.is_null(figures["value_cents"]), pa.string()))
    joined = pc.binary_join_element_wise(*texts, "\x1f").combine_chunks().dictionary_encode()
    codes = joined.indices.to_numpy()
    place = np.full(max(order) + 1, -1)
    place[list(order)] = np.arange(len(order))
    ranks = place[figures["vintage"].to_numpy()]
    by_rank = np.argsort(-ranks if first else ranks, kind="stable")
    chosen = np.empty(len(joined.dictionary), dtype=np.int64)
    chosen[codes[by_rank]] = by_rank  # of several rows of a figure the last one stays
    return figures.take(pa.array(np.sort(chosen)))
