"""Lines that stand more than once: identical copies are left out but one, unlike ones all set aside.

Duplicates are few or none, so that each step first asks which keys they have and does no more
where there are none.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.engine import Engine
from customhouse.records.reasons import bits
from customhouse.records.schema import KEY, RECORD_COLUMNS

_CONTENT = tuple(name for name in RECORD_COLUMNS if name not in (*KEY, "flags"))
_KEY = list(KEY)


def repeated(accepted: nw.LazyFrame[Any], engine: Engine) -> pa.Table:
    """The keys that stand more than once, with `kinds`, the number of unlike lines that have it."""
    often = accepted.group_by(*KEY).agg(nw.len().alias("there")).filter(nw.col("there") > 1)
    found = engine.collect(often.select(*KEY))
    if found.num_rows == 0:
        return found.append_column("kinds", pa.nulls(0, pa.int64()))
    among = accepted.join(engine.arrow(found), on=_KEY, how="semi")
    kinds = among.group_by(*RECORD_COLUMNS).agg(nw.len().alias("there"))
    return engine.collect(kinds.group_by(*KEY).agg(nw.len().cast(nw.Int64).alias("kinds")))


def stored_already(accepted: nw.LazyFrame[Any], stored: nw.LazyFrame[Any], engine: Engine) -> pa.Table:
    """The keys that the store has, with `same`: whether with the same content (else they are amended)."""
    theirs = stored.select(*KEY, *(nw.col(name).alias(f"{name}_stored") for name in _CONTENT))
    both = accepted.join(theirs, on=_KEY, how="inner")
    same = nw.all_horizontal(*(_equal(name) for name in _CONTENT), ignore_nulls=False)
    return engine.collect(both.select(*KEY, same=same))


def marked(
    lines: nw.LazyFrame[Any], raw: nw.LazyFrame[Any], again: pa.Table, stored: pa.Table, engine: Engine
) -> nw.LazyFrame[Any]:
    """The lines with every copy too many rejected: one of identical ones stays, none of unlike ones.

    `raw` has KEY, `input` and `raw` of every accepted line, for the rejected to keep what they said; `again`
    and `stored` are what `repeated` and `stored_already` found.
    """
    names = lines.collect_schema().names()
    good = nw.col("rejected") == 0
    unlike = again.filter(pc.greater(again["kinds"], 1)).select(_KEY)
    same = _beyond(stored.filter(stored["same"]).select(_KEY), unlike)
    alike = _beyond(again.filter(pc.equal(again["kinds"], 1)).select(_KEY), same)
    touched = engine.arrow(pa.concat_tables([same, alike, unlike]).combine_chunks())
    accepted = lines.filter(good)
    kept = accepted.join(engine.arrow(alike), on=_KEY, how="semi").unique(list(KEY))
    parts = [lines.filter(~good), accepted.join(touched, on=_KEY, how="anti"), kept]
    copies = ((same, "duplicate", 0), (alike, "duplicate", 1), (unlike, "conflicting_duplicate", 0))
    for keys, code, first in copies:
        if keys.num_rows:
            parts.append(_rejected(raw, keys, code, first, names, lines, engine))
    return nw.concat([part.select(*names) for part in parts], how="vertical")


def _rejected(
    raw: nw.LazyFrame[Any],
    keys: pa.Table,
    code: str,
    first: int,
    names: list[str],
    lines: nw.LazyFrame[Any],
    engine: Engine,
) -> nw.LazyFrame[Any]:
    """The copies of some keys as rejected lines, from the `first`-th on."""
    found = raw.join(engine.arrow(keys), on=_KEY, how="semi")
    running = nw.col("one").cum_sum().over(*KEY, order_by=["input", "raw"])
    numbered = found.with_columns(one=nw.lit(1)).with_columns(copy=running).filter(nw.col("copy") > first)
    schema = lines.collect_schema()
    blank = {name: nw.lit(None).cast(schema[name]) for name in names}
    there = {
        "declaration_id": nw.col("declaration_id"),
        "line": nw.col("line").cast(nw.Int32),
        "input": nw.col("input"),
        "raw": nw.col("raw"),
        "flags": nw.lit(0).cast(nw.Int64),
        "rejected": nw.lit(bits("reject")[code]).cast(nw.Int64),
    }
    return numbered.select(**(blank | there))


def _beyond(keys: pa.Table, others: pa.Table) -> pa.Table:
    return keys.join(others, keys=_KEY, join_type="left anti") if others.num_rows else keys


def _equal(name: str) -> nw.Expr:
    ours, theirs = nw.col(name), nw.col(f"{name}_stored")
    return (ours.is_null() & theirs.is_null()) | (ours == theirs).fill_null(False)
