"""What loads set aside: lines with what they said and why, by load, file and place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.records.parse import SEPARATOR
from customhouse.records.reasons import codes
from customhouse.records.schema import KEY
from customhouse.store import Store, StoredFile, Vintage

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is set aside: its lasting id `vintage:input:n`, what it said by column, and why.

    `place` says where in its file it stood, of a declared line once it is exported; `month` is None where
    no day tells it.
    """

    id: str
    vintage: int
    source: str
    kind: str
    month: int | None
    file: str
    place: str
    said: Mapping[str, str]
    reasons: tuple[str, ...]
    key: tuple[str, int] | None = None
    """Number and item of a declared line; None where it has none."""


def of_vintage(store: Store, vintage: Vintage) -> Iterator[Aside]:
    """All lines that a load set aside, also those that were put right later. Raises StoreError."""
    return _lines(store, vintage) if vintage.kind == "declarations" else _rows(store, vintage)


def counted(store: Store, vintage: Vintage) -> Counter[tuple[int | None, str]]:
    """The same by month and reason, without looking at what they said. Raises StoreError."""
    if vintage.kind != "declarations":
        return Counter((line.month, reason) for line in _rows(store, vintage) for reason in line.reasons)
    masks: Counter[tuple[int | None, int]] = Counter()
    for stored in (stored for stored in vintage.files if stored.part == "lines"):
        with pq.ParquetFile(store.file(stored)) as file:
            for batch in file.iter_batches(BATCH, columns=["rejected"]):
                for one in pc.value_counts(batch["rejected"]).to_pylist():
                    masks[stored.month, max(one["values"] or 0, 0)] += one["counts"]
    found: Counter[tuple[int | None, str]] = Counter()
    for (month, mask), rows in masks.items():
        found.update(dict.fromkeys(((month, reason) for reason in codes("reject", mask)), rows))
    return found


def _lines(store: Store, vintage: Vintage) -> Iterator[Aside]:
    """All rejected lines of a load of declarations, whose files never change, so that ids last."""
    seen: Counter[int] = Counter()
    columns = [text.split("\t") for text in vintage.columns]
    for stored in vintage.files:
        for row in _rejected(store, stored) if stored.part == "lines" else ():
            place = row["input"]
            seen[place] += 1
            said = (row["raw"] or "").split(SEPARATOR, len(columns[place]) - 1)
            yield Aside(
                f"{vintage.number}:{place}:{seen[place]}",
                vintage.number,
                vintage.source,
                vintage.kind,
                stored.month,
                vintage.inputs[place],
                "",
                dict(zip(columns[place], said, strict=False)),
                codes("reject", row["rejected"]),
                _key(row),
            )


def _rows(store: Store, vintage: Vintage) -> Iterator[Aside]:
    """All rows of a load of tables that were set aside."""
    number = 0
    for stored in vintage.files:
        for row in _read(store, stored) if stored.part == "quarantine" else ():
            number += 1
            yield Aside(
                f"{vintage.number}:0:{number}",
                vintage.number,
                vintage.source,
                vintage.kind,
                stored.month,
                row["file"],
                row["place"],
                json.loads(row["row"]),
                tuple(row["reasons"]),
            )


def _read(store: Store, stored: StoredFile) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(store.file(stored)) as file:
        for batch in file.iter_batches(BATCH):
            yield from batch.to_pylist()


def _rejected(store: Store, stored: StoredFile) -> Iterator[dict[str, Any]]:
    """The rejected of a file's lines, which are few: the others are passed over as columns."""
    with pq.ParquetFile(store.file(stored)) as file:
        for batch in file.iter_batches(BATCH, columns=[*KEY, "input", "rejected", "raw"]):
            yield from batch.filter(pc.greater(batch["rejected"], 0)).to_pylist()


def _key(row: Mapping[str, Any]) -> tuple[str, int] | None:
    name, line = row["declaration_id"], row["line"]
    return None if name is None or line is None else (name, line)
