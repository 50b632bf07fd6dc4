"""Lines that cancel others: of their own load, or of an earlier one."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pyarrow as pa

from customhouse.engine import Engine
from customhouse.records.reasons import bits
from customhouse.records.schema import CANCELLED, KEY

_KEY = list(KEY)


def keys(lines: nw.LazyFrame[Any], engine: Engine) -> pa.Table:
    """The keys that some line cancels, each once."""
    return engine.collect(lines.filter(nw.col("rejected") == CANCELLED).select(*KEY).unique(_KEY))


def marked(
    lines: nw.LazyFrame[Any], cancelled: pa.Table, earlier: nw.LazyFrame[Any] | None, engine: Engine
) -> nw.LazyFrame[Any]:
    """The lines, the cancelled ones of them marked; what cancels nothing is rejected.

    `earlier` has the keys of the lines that loads before left standing: of those it is the earlier line
    that is cancelled, and one of this load is declared anew.
    """
    names = lines.collect_schema().names()
    verdict = nw.col("rejected")
    good, others = lines.filter(verdict == 0), lines.filter(verdict > 0)
    stood = _among(earlier, cancelled, engine)
    here = engine.arrow(others_than(cancelled, stood))
    there = pa.concat_tables([_among(good, cancelled, engine), stood])
    known = engine.arrow(there.group_by(_KEY).aggregate([]).combine_chunks())
    cancelling = lines.filter(verdict == CANCELLED)
    wrong = {"rejected": bits("reject")["nothing_to_cancel"], "flags": 0}
    nothing = {name: nw.lit(value).cast(nw.Int64) for name, value in wrong.items()}
    parts = [
        others,
        good.join(here, on=_KEY, how="anti"),
        good.join(here, on=_KEY, how="semi").with_columns(rejected=nw.lit(CANCELLED).cast(nw.Int64)),
        cancelling.join(known, on=_KEY, how="semi").with_columns(raw=nw.lit(None).cast(nw.String)),
        cancelling.join(known, on=_KEY, how="anti").with_columns(**nothing),
    ]
    return nw.concat([part.select(*names) for part in parts], how="vertical")


def others_than(table: pa.Table, keys: pa.Table) -> pa.Table:
    """The rows of a table whose key is none of some."""
    return table.join(keys, keys=_KEY, join_type="left anti").combine_chunks() if keys.num_rows else table


def _among(lines: nw.LazyFrame[Any] | None, cancelled: pa.Table, engine: Engine) -> pa.Table:
    """The keys of some lines that are cancelled, each once."""
    if lines is None:
        return cancelled.slice(0, 0)
    found = lines.join(engine.arrow(cancelled), on=_KEY, how="semi").select(*KEY).unique(_KEY)
    return engine.collect(found)
