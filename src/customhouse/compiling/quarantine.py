"""The door of the quarantine: what was set aside and why, out to a file to be corrected, and in again.

A line that was set aside is open until a later load puts it right: by a corrected line that names it
(`resubmit`), by a later load of the source that declares the same item in that month or replaces the
month, or, for rows of an official table, by a later load of the same file. What is still wrong with a
corrected line is set aside again, under its new load.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.compiling import corrections
from customhouse.compiling.aside import BATCH, Aside, of_vintage
from customhouse.compiling.load import Declarations, load_declarations
from customhouse.compiling.places import told
from customhouse.engine import Engine
from customhouse.errors import InputError
from customhouse.records.parse import Intake
from customhouse.records.reasons import words
from customhouse.records.schema import KEY
from customhouse.store import Store, Vintage


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
        found = [line for line in of_vintage(store, vintage) if line.id not in resolved]
        again = _again(store, vintage, vintages, found)
        for line in found:
            if (line.month, line.key) not in again and not _superseded(line, vintage, vintages):
                yield line


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


def _again(
    store: Store, vintage: Vintage, vintages: Iterable[Vintage], lines: Sequence[Aside]
) -> set[tuple[int | None, tuple[str, int] | None]]:
    """Months and keys of the lines that a later load of the source declares again, right or wrong."""
    wanted = {(line.month, line.key) for line in lines if line.key is not None and line.month is not None}
    found = set[tuple[int | None, tuple[str, int] | None]]()
    for month in {month for month, _ in wanted}:
        names = pa.array({key[0] for at, key in wanted if at == month and key}, pa.string())
        for later in vintages:
            files = later.files if later.source == vintage.source and later.number > vintage.number else ()
            for stored in (one for one in files if one.part == "lines" and one.month == month):
                with pq.ParquetFile(store.file(stored)) as file:
                    for batch in file.iter_batches(BATCH, columns=list(KEY)):
                        same = batch.filter(pc.is_in(batch["declaration_id"], names)).to_pylist()
                        found |= {(month, (row["declaration_id"], row["line"])) for row in same}
    return found & wanted
