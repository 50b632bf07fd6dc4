"""Declarations for tests: lines, files of them, and what became of them in a store."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.compiling.load import Declarations, load_declarations
from customhouse.engine import Engine
from customhouse.records.parse import Intake
from customhouse.records.reasons import codes
from customhouse.records.schema import BEYOND, DECLARATION
from customhouse.store import Store, Vintage

Line = dict[str, Any]
TODAY = date(2025, 4, 10)
TYPES = {"text": pa.string(), "integer": pa.int64(), "date": pa.date32(), "amount": pa.float64()}
EVERY = pa.schema([pa.field(f.name, TYPES[f.kind]) for f in DECLARATION])
TYPED = EVERY.remove(EVERY.get_field_index("function"))
"""Without what few files have; lines that tell it bring it along."""
BASE: Line = {
    "declaration_id": "D1",
    "line": 1,
    "date": date(2025, 3, 14),
    "flow": "exports",
    "hs_code": "85171300",
    "partner": "USA",
    "region": "CN-GD",
    "enterprise": "private",
    "trader_id": "T1",
    "regime": "general",
    "transport": "water",
    "value": 1000,
    "currency": "CNY",
    "basis": "FOB",
    "quantity": 10,
    "quantity_unit": "unit",
    "net_mass_kg": 5,
}


def declared(declaration: str, line: int = 1, **more: Any) -> Line:
    """A line that is in order, with some fields otherwise; None leaves one blank."""
    return BASE | {"declaration_id": declaration, "line": line} | more


def parquet(path: Path, lines: Iterable[Line], schema: pa.Schema | None = None) -> Path:
    """The lines as a typed Parquet file."""
    rows = [dict(line) for line in lines]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema or _told(rows)), path)
    return path


def delimited(
    path: Path,
    lines: Iterable[Line],
    names: Sequence[str] | None = None,
    end: str = "\n",
    quoted: bool = False,
) -> Path:
    """The lines as CSV, every field of the schema a column."""
    lines = list(lines)
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    with open(path, "w", encoding="utf-8", newline="") as handle:
        named = names or _told(lines).names
        writer = csv.DictWriter(
            handle, named, lineterminator=end, restval="", extrasaction="ignore", quoting=quoting
        )
        writer.writeheader()
        writer.writerows({k: "" if v is None else v for k, v in line.items()} for line in lines)
    return path


def _told(lines: Sequence[Line]) -> pa.Schema:
    schema = EVERY if any(line.get("function") for line in lines) else TYPED
    beyond = any(line.get(BEYOND) for line in lines)
    return schema.append(pa.field(BEYOND, pa.string())) if beyond else schema


def load(store: Store, engine: Engine, *paths: Path, **more: Any) -> Vintage:
    """Load some files as one load, known on `TODAY` unless said otherwise."""
    return load_declarations(store, Declarations(paths, **({"known_on": TODAY} | more)), engine)


def lines_of(store: Store, vintage: Vintage) -> list[Line]:
    """Every line that a load keeps, with its `reasons` and `flags` by name."""
    import pyarrow.compute as pc

    found = []
    suspects = {
        (row["declaration_id"], row["line"], row["rule"])
        for stored in vintage.files
        if stored.part == "flags"
        for row in pq.read_table(store.file(stored), partitioning=None).to_pylist()
    }
    for stored in vintage.files:
        if stored.part == "lines":
            table = pq.read_table(store.file(stored), partitioning=None)
            assert pc.all(pc.is_valid(table["rejected"])).as_py() in (True, None)
            for row in table.to_pylist():
                more = {
                    rule
                    for one, line, rule in suspects
                    if (one, line) == (row["declaration_id"], row["line"])
                }
                found.append(
                    row
                    | {
                        "reasons": set(codes("reject", max(row["rejected"], 0))),
                        "flagged": set(codes("flag", row.pop("flags")))
                        | (set() if row["rejected"] > 0 else more),
                    }
                )
    return found


def counted(vintage: Vintage, rows_in: int) -> None:
    """The counts of a load reconcile."""
    counts = vintage.counts
    assert counts.taken_in == rows_in == counts.accepted + counts.quarantined
    assert counts.flagged <= counts.accepted
    assert sum(f.rows for f in vintage.files if f.part == "lines") == rows_in


def intake(**more: Mapping[str, Any]) -> Intake:
    """How a source's columns become fields."""
    return Intake(**more)  # type: ignore[arg-type]
