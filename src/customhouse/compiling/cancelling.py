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

    `earlier` has the keys of the lines that loads before left standing.
    """
    names = lines.collect_schema().names()
    gone, verdict = engine.arrow(cancelled), nw.col("rejected")
    good, others = lines.filter(verdict == 0), lines.filter(verdict > 0)
    there = [one.join(gone, on=_KEY, how="semi").select(*KEY) for one in (good, earlier) if one is not None]
    known = engine.arrow(engine.collect(nw.concat(there, how="vertical").unique(_KEY)))
    cancelling = lines.filter(verdict == CANCELLED)
    wrong = {"rejected": bits("reject")["nothing_to_cancel"], "flags": 0}
    nothing = {name: nw.lit(value).cast(nw.Int64) for name, value in wrong.items()}
    parts = [
        others,
        good.join(gone, on=_KEY, how="anti"),
        good.join(gone, on=_KEY, how="semi").with_columns(rejected=nw.lit(CANCELLED).cast(nw.Int64)),
        cancelling.join(known, on=_KEY, how="semi").with_columns(raw=nw.lit(None).cast(nw.String)),
        cancelling.join(known, on=_KEY, how="anti").with_columns(**nothing),
    ]
    return nw.concat([part.select(*names) for part in parts], how="vertical")
