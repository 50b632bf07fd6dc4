"""Rows that were set aside, as the public may see them: in order, from a place on, without names."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from customhouse.records.parse import SEPARATOR
from customhouse.records.reasons import codes
from customhouse.records.schema import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.store import Store, StoredFile, Vintage

_BATCH = 4_000
_NAMING = frozenset({"declaration_id", "line", "trader_id"})
"""Fields of a declaration that lead to who declared it."""
_SHOWN = frozenset(FIELDS) - _NAMING


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is open: its lasting id, where it stood, why it was set aside, and what it said."""

    id: str
    vintage: int
    source: str
    month: int | None
    file: str
    place: str
    reasons: tuple[str, ...]
    said: Mapping[str, str]


def open_rows(
    store: Store,
    loads: Sequence[Vintage],
    reason: str | None,
    start: Sequence[int],
    limit: int,
    seconds: float,
) -> tuple[list[Row], tuple[int, int] | None]:
    """Open rows from a place on (a load, a row of it), and the place of the next; None where there is none.

    Fewer than `limit` where looking for them takes long. Raises StoreError.
    """
    vintages = store.vintages()
    resolved = {line for vintage in vintages for line in vintage.resolves}
    until, found = time.monotonic() + seconds, list[Row]()
    for at in range(start[0], len(loads)):
        later = [v for v in vintages if v.source == loads[at].source and v.number > loads[at].number]
        first = start[1] if at == start[0] else 0
        for number, row in _rows(store, loads[at], first):
            if len(found) == limit or (number > first and time.monotonic() > until):
                return found, (at, number)
            if row.id in resolved or _superseded(row, loads[at], later) or reason not in (None, *row.reasons):
                continue
            found.append(row)
    return found, None


def _superseded(row: Row, load: Vintage, later: Sequence[Vintage]) -> bool:
    """Whether a later load stands in the place of the row's own."""
    if load.kind == "table":
        return any(row.file in {PurePath(name).name for name in v.inputs} for v in later)
    return row.month is not None and any(v.replaces and row.month in v.months() for v in later)


def _rows(store: Store, load: Vintage, first: int) -> Iterator[tuple[int, Row]]:
    """The rows of a load that were set aside, from a number on, in the order that gives them their ids."""
    if not load.counts.quarantined:
        return
    yield from _lines(store, load, first) if load.kind == "declarations" else _of_tables(store, load, first)


def _lines(store: Store, load: Vintage, first: int) -> Iterator[tuple[int, Row]]:
    seen: Counter[int] = Counter()
    columns = [text.split("\t") for text in load.columns]
    shown, number = _public_columns(load), 0
    for stored in load.files:
        for batch in _rejected(store.file(stored)) if stored.part == "lines" else ():
            inputs: list[int] = batch["input"].to_pylist()
            if number + len(inputs) <= first:
                seen.update(inputs)
                number += len(inputs)
                continue
            for place, rejected, raw in zip(
                inputs, batch["rejected"].to_pylist(), batch["raw"].to_pylist(), strict=True
            ):
                seen[place] += 1
                values = (raw or "").split(SEPARATOR, len(columns[place]) - 1)
                told = zip(columns[place], values, strict=False)
                said = {shown[name]: one for name, one in told if name in shown}
                if number >= first:
                    yield number, Row(
                        f"{load.number}:{place}:{seen[place]}", load.number, load.source, stored.month,
                        PurePath(load.inputs[place]).name, "", codes("reject", rejected), said,
                    )  # fmt: skip
                number += 1


def _public_columns(load: Vintage) -> dict[str, str]:
    """The columns of a load's files that may be shown, each with the field that it is."""
    named: Mapping[str, str] = load.intake.get("columns") or {}
    return {named.get(field, field): field for field in _SHOWN}


def _rejected(path: Path) -> Iterator[pa.RecordBatch]:
    """The rejected lines of a file, some at a time; groups of rows without any are passed over."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        at = file.schema_arrow.names.index("rejected")
        for number in range(file.num_row_groups):
            told = file.metadata.row_group(number).column(at).statistics
            if told is not None and told.has_min_max and told.max <= 0:
                continue
            for batch in file.iter_batches(
                _BATCH, row_groups=[number], columns=["input", "rejected", "raw"]
            ):
                yield batch.filter(pc.greater(batch["rejected"], 0))


def _of_tables(store: Store, load: Vintage, first: int) -> Iterator[tuple[int, Row]]:
    """Rows of official tables, which were public before."""
    import pyarrow.parquet as pq

    number = 0
    for stored in load.files:
        if stored.part != "quarantine":
            continue
        with pq.ParquetFile(store.file(stored)) as file:
            for row in (row for batch in file.iter_batches(_BATCH) for row in batch.to_pylist()):
                if number >= first:
                    yield number, _of_table(load, stored, number + 1, row)
                number += 1


def _of_table(load: Vintage, stored: StoredFile, number: int, row: Mapping[str, Any]) -> Row:
    said = {name: str(one) for name, one in json.loads(row["row"]).items()}
    file, reasons = PurePath(row["file"]).name, tuple(row["reasons"])
    return Row(
        f"{load.number}:0:{number}", load.number, load.source, stored.month, file, row["place"], reasons, said
    )
