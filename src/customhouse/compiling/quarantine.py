"""The door of the quarantine: what was set aside and why, out to a file to be corrected, and in again.

A line that was set aside is open until a later load puts it right: by a corrected line that names it
(`resubmit`), by a load that replaces its month, or, for rows of an official table, by a later load of
the same file. What is still wrong with a corrected line is set aside again, under its new load.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.compiling import corrections
from customhouse.compiling.load import Declarations, load_declarations
from customhouse.compiling.places import told
from customhouse.engine import Engine
from customhouse.errors import InputError
from customhouse.records.parse import SEPARATOR, Intake
from customhouse.records.reasons import codes, words
from customhouse.store import Store, StoredFile, Vintage

_BATCH = 20_000


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


@dataclass(frozen=True, slots=True)
class Summary:
    """How many open lines of a load and month have a reason; a line with two reasons counts for both."""

    vintage: int
    source: str
    month: int | None
    reason: str
    rows: int


def quarantined(store: Store, engine: Engine | None = None) -> Iterator[Aside]:
    """The open lines, by load, file and place. Raises StoreError."""
    vintages = store.vintages()
    resolved = {line for vintage in vintages for line in vintage.resolves}
    for vintage in sorted(vintages, key=lambda v: v.number):
        for line in of_vintage(store, vintage):
            if line.id not in resolved and not _superseded(line, vintage, vintages):
                yield line


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
            for batch in file.iter_batches(_BATCH, columns=["rejected"]):
                for one in pc.value_counts(batch["rejected"]).to_pylist():
                    masks[stored.month, max(one["values"] or 0, 0)] += one["counts"]
    found: Counter[tuple[int | None, str]] = Counter()
    for (month, mask), rows in masks.items():
        found.update(dict.fromkeys(((month, reason) for reason in codes("reject", mask)), rows))
    return found


def summary(store: Store, engine: Engine | None = None) -> tuple[Summary, ...]:
    """Open lines by load, month and reason. Raises StoreError."""
    found = Counter(
        (line.vintage, line.source, line.month, reason)
        for line in quarantined(store, engine)
        for reason in line.reasons
    )
    ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][2] or 0, item[0][3]))
    return tuple(Summary(*key, rows) for key, rows in ordered)


def export(store: Store, engine: Engine | None, path: Path, language: str = "en") -> int:
    """Write the open lines to a CSV, XLSX or Parquet file to be corrected; how many. Raises OutputError.

    The columns are the original ones after those of `corrections.OURS`: the id, which must stay,
    the reasons in words, and an empty one in which `drop` gives a line up. Cells that a spreadsheet
    would take for formulas are guarded, which `resubmit` undoes.
    """
    lines = list(quarantined(store, engine))
    places = told((line.vintage, line.file, line.place, line.said) for line in lines)
    names = list(dict.fromkeys(name for line in lines for name in line.said))
    table = [
        (
            line.id,
            line.source,
            line.file,
            place,
            " | ".join(words(code, language) for code in line.reasons),
            "",
            *(line.said.get(name, "") for name in names),
        )
        for line, place in zip(lines, places, strict=True)
    ]
    corrections.write(path, (*corrections.OURS, *names), table)
    return len(lines)


def resubmit(store: Store, engine: Engine, path: Path, known_on: date | None = None) -> Vintage:
    """Load corrected lines under the source and the intake of the lines that they correct.

    They no longer count as open then; lines that the file leaves out stay open. `known_on` is the day from
    which they are known; today, unless told. Raises InputError where an id is not open, stands twice, lines
    of unlike loads or of a table are among them, or where they would be known before what they correct.
    """
    columns, given = corrections.read(path)
    wanted = [row[corrections.ID] for row in given]
    among = _among(store, engine, path, wanted)
    vintage = _of_one_load(store, path, among)
    kept = [
        [row.get(name, "") for name in columns]
        for row in given
        if row[corrections.ACTION] != corrections.DROP
    ]
    known_on = known_on or max(date.today(), vintage.known_on)
    if known_on < vintage.known_on:
        wrong = f"the lines that it corrects are known since {vintage.known_on}, not since {known_on}"
        raise InputError(str(path), wrong, f"give --known-on {vintage.known_on} or later")
    if not kept:
        return _given_up(store, vintage, known_on, tuple(wanted), path)
    with tempfile.TemporaryDirectory(prefix="customhouse-") as folder:
        staged = Path(folder) / "corrected.parquet"
        arrays = [
            pa.array([value or None for value in column], pa.string()) for column in zip(*kept, strict=True)
        ]
        pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), staged)
        return load_declarations(
            store,
            Declarations(
                [staged],
                vintage.source,
                Intake(**vintage.intake),
                known_on,
                resolves=tuple(wanted),
                names=(str(path),),
            ),
            engine,
        )


def _given_up(store: Store, vintage: Vintage, known_on: date, ids: tuple[str, ...], path: Path) -> Vintage:
    """A load of no lines, that closes some."""
    with store.loading() as load:
        load.unresolved(ids)
        return load.commit(
            replace(
                vintage,
                known_on=known_on,
                files=(),
                counts=type(vintage.counts)(),
                reasons={},
                inputs=(str(path),),
                columns=(),
                replaces=False,
                resolves=ids,
                doubts=(),
            )
        )


def _among(store: Store, engine: Engine, path: Path, wanted: Sequence[str]) -> list[Aside]:
    """The open lines of some ids. Raises InputError for ids that are none, and for those given twice."""
    twice = next((one for one, times in Counter(wanted).items() if times > 1), None)
    if twice is not None:
        raise InputError(str(path), f"{twice} stands twice", f"keep one line for each {corrections.ID}")
    ids = set(wanted)
    found = {line.id: line for line in quarantined(store, engine) if line.id in ids}
    for one in wanted:
        if one not in found:
            by = next((v.number for v in store.vintages() if one in v.resolves), None)
            wrong = f"was put right by load {by}" if by else "is no open line of the quarantine"
            raise InputError(
                str(path),
                f"{one or 'a line without an id'} {wrong}",
                "leave it out; load new lines with: customhouse load",
            )
    return list(found.values())


def _of_one_load(store: Store, path: Path, lines: Iterable[Aside]) -> Vintage:
    """The load that the lines come from, or one of several alike. Raises InputError."""
    numbers = {line.vintage for line in lines}
    vintages = [v for v in store.vintages() if v.number in numbers]
    table = next((v for v in vintages if v.kind == "table"), None)
    if table is not None:
        raise InputError(
            str(path),
            f"rows of an official table ({table.source}) are among the lines",
            "correct them in their own file and load that again",
        )
    unlike = {(v.source, json.dumps(v.intake, sort_keys=True, default=str)) for v in vintages}
    if len(unlike) > 1:
        raise InputError(
            str(path),
            f"lines of {len(unlike)} sources or mappings are among them "
            f"({', '.join(sorted({v.source for v in vintages}))})",
            "put each into a file of its own",
        )
    if not vintages:
        raise InputError(str(path), "no lines in it", "keep the lines that were corrected")
    return max(vintages, key=lambda v: v.number)


def _superseded(line: Aside, vintage: Vintage, vintages: Iterable[Vintage]) -> bool:
    """Whether a later load of the source stands in the place of the line's own."""
    later = (v for v in vintages if v.source == vintage.source and v.number > vintage.number)
    if vintage.kind == "table":
        return any(Path(line.file).name in {Path(name).name for name in v.inputs} for v in later)
    return line.month is not None and any(v.replaces and line.month in v.months() for v in later)


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
        for batch in file.iter_batches(_BATCH):
            yield from batch.to_pylist()


def _rejected(store: Store, stored: StoredFile) -> Iterator[dict[str, Any]]:
    """The rejected of a file's lines, which are few: the others are passed over as columns."""
    with pq.ParquetFile(store.file(stored)) as file:
        for batch in file.iter_batches(_BATCH, columns=["input", "rejected", "raw"]):
            yield from batch.filter(pc.greater(batch["rejected"], 0)).to_pylist()
