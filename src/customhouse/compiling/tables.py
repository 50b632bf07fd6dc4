"""A load of official tables: read, checked against control totals, kept by month, and committed whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.compiling.adding import once_each
from customhouse.compiling.kept import FIGURE_KEY, last_known
from customhouse.compiling.load import Progress
from customhouse.errors import ControlFailure, EmptyFile
from customhouse.records import controls
from customhouse.records.controls import Doubt
from customhouse.records.noticed import Notice, merged
from customhouse.records.notices import told
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside
from customhouse.store import Counts, Loading, Store, StoredFile, Vintage

STORED_SCHEMA = TABLE_SCHEMA.append(pa.field("vintage", pa.int32())).append(pa.field("source", pa.string()))
ASIDE_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("place", pa.string()),
        pa.field("reasons", pa.list_(pa.string())),
        pa.field("row", pa.string()),
    ]
)
_AT_ONCE = 3_000_000
"""Figures that are checked together; more are checked month by month."""
_TOLD = 3
"""How many doubts a message has."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What to load: batches of figures, the name of their source, the day from which they are known.

    `accept` names doubts (codes of controls.csv) that would stop the load and are accepted instead.
    `adds_up`: rows with one key are parts of a figure (several outside codes are one of ours).
    """

    batches: Iterable[Batch]
    source: str
    known_on: date = field(default_factory=date.today)
    inputs: tuple[str, ...] = ()
    accept: frozenset[str] = frozenset()
    adds_up: bool = False
    resolves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a load of tables: its vintage and the doubts that did not stop it."""

    vintage: Vintage
    doubts: tuple[Doubt, ...]


def load_tables(
    store: Store, wanted: Tables, progress: Progress | None = None, language: str = "en", **patience: Any
) -> Loaded:
    """Take in, check, and commit. Raises ControlFailure where figures look valid and are not.

    Rows that could not be used are kept in quarantine with their reasons; the counts say how many
    rows came in, were used and were set aside.
    """
    tell = progress or (lambda done, of, what: None)
    with store.loading(**patience) as load:
        load.earlier(wanted.source, "table", wanted.known_on)
        with _Staged(load) as staged:
            for done, batch in enumerate(wanted.batches):
                staged.take(batch, wanted.source)
                tell(done, 0, "reading")
        if not staged.counts.taken_in:
            raise EmptyFile(
                ", ".join(wanted.inputs) or wanted.source,
                "no rows in it",
                "look whether it is the right file, or ask for other periods or codes",
            )
        paths = staged.written(wanted.adds_up)
        tell(0, 0, "checking")
        codes = told(staged.notices, staged.counts.taken_in, staged.partners)
        doubts = _doubts(store, wanted, paths, staged.aside)
        _stop(doubts, wanted, language, codes)
        doubts += codes
        files = [
            f for month, (path, rows) in paths.items() for f in load.adopt("tables", month, [path], rows)
        ]
        files += staged.quarantined(load)
        return Loaded(
            load.commit(
                Vintage(
                    load.number,
                    wanted.source,
                    "table",
                    wanted.known_on,
                    "",
                    tuple(files),
                    staged.counts,
                    dict(staged.reasons),
                    inputs=wanted.inputs,
                    resolves=wanted.resolves,
                    currency=staged.most(staged.currencies),
                    reporter=staged.most(staged.reporters),
                    doubts=tuple(doubt.en for doubt in doubts),
                )
            ),
            doubts,
        )


class _Staged:
    """Figures on their way in, a Parquet file a month, and the rows set aside."""

    def __init__(self, load: Loading) -> None:
        self.load = load
        self.counts = Counts()
        self.reasons: Counter[str] = Counter()
        self.currencies: Counter[str] = Counter()
        self.reporters: Counter[str] = Counter()
        self.partners: set[str] = set()
        self.aside: list[SetAside] = []
        self.notices: tuple[Notice, ...] = ()
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._rows: Counter[int] = Counter()

    def take(self, batch: Batch, source: str) -> None:
        """Write the figures of a batch under their months."""
        self.counts += Counts(batch.rows_in, batch.rows_used, 0, len(batch.set_aside))
        self.aside.extend(batch.set_aside)
        self.notices = merged((*self.notices, *batch.notices))
        self.reasons.update(reason for row in batch.set_aside for reason in row.reasons)
        table = batch.table
        self.partners.update(filter(None, pc.unique(table["partner"]).to_pylist()))
        for name, counter in (("currency", self.currencies), ("reporter", self.reporters)):
            for pair in pc.value_counts(table[name]).to_pylist():
                if pair["values"] is not None:
                    counter[pair["values"]] += pair["counts"]
        for month in pc.unique(table["last_month"]).to_pylist():
            self._write(month, table.filter(pc.equal(table["last_month"], month)), source)

    def _write(self, month: int, part: pa.Table, source: str) -> None:
        rows = part.num_rows
        part = part.append_column("vintage", pa.array([self.load.number] * rows, pa.int32()))
        part = part.append_column("source", pa.array([source] * rows, pa.string())).cast(STORED_SCHEMA)
        if month not in self._writers:
            path = self.load.staging / f"table-{month}.parquet"
            self._writers[month] = pq.ParquetWriter(path, STORED_SCHEMA, compression="zstd")
        self._writers[month].write_table(part)
        self._rows[month] += rows

    def __enter__(self) -> _Staged:
        return self

    def __exit__(self, *error: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def written(self, adds_up: bool) -> dict[int, tuple[Path, int]]:
        """The written file of each month, and its rows, each figure in one row where it can be told."""
        found = {}
        for month in sorted(self._writers):
            path = self.load.staging / f"table-{month}.parquet"
            whole = pq.read_table(path, partitioning=None)
            once = once_each(whole, FIGURE_KEY, adds_up)
            self._rows[month] = once.num_rows
            if once.num_rows < whole.num_rows:
                pq.write_table(once, path, compression="zstd")
            found[month] = (path, self._rows[month])
        return found

    def quarantined(self, load: Loading) -> tuple[StoredFile, ...]:
        """The rows set aside, as a file of the store; none where there are none."""
        if not self.aside:
            return ()
        rows = [
            {
                "file": row.file,
                "place": row.place,
                "reasons": list(row.reasons),
                "row": json.dumps(dict(row.row), ensure_ascii=False),
            }
            for row in self.aside
        ]
        path = load.staging / "aside.parquet"
        pq.write_table(pa.Table.from_pylist(rows, ASIDE_SCHEMA), path, compression="zstd")
        return load.adopt("quarantine", None, [path], len(rows))

    def most(self, counter: Counter[str]) -> str:
        """What most figures have; "" where none has any."""
        return counter.most_common(1)[0][0] if counter else ""


def known_figures(store: Store, source: str, as_of: date | None = None) -> pa.Table:
    """The figures of a source as last known: of each figure the latest vintage. Columns: `TABLE_SCHEMA`."""
    vintages = [v for v in store.vintages(as_of) if v.source == source and v.kind == "table"]
    paths = [store.file(f) for v in vintages for f in v.files if f.part == "tables"]
    if not paths:
        return TABLE_SCHEMA.empty_table()
    everything = pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths])
    return last_known(everything, [v.number for v in vintages]).select(TABLE_SCHEMA.names)


def _doubts(
    store: Store, wanted: Tables, paths: dict[int, tuple[Path, int]], aside: Sequence[SetAside]
) -> tuple[Doubt, ...]:
    known = known_figures(store, wanted.source)
    tables = [pq.read_table(path, columns=TABLE_SCHEMA.names) for path, _ in paths.values()]
    if sum(rows for _, rows in paths.values()) <= _AT_ONCE and tables:
        tables = [pa.concat_tables(tables)]
    return tuple(doubt for table in tables for doubt in controls.check(table, known, wanted.known_on, aside))


def _stop(doubts: Sequence[Doubt], wanted: Tables, language: str, beside: Sequence[Doubt]) -> None:
    """Raises ControlFailure where a doubt stops the load, or one of those told `beside` them."""
    stops = [d for d in (*beside, *doubts) if d.severity == "stop" and d.code not in wanted.accept]
    beside = [d for d in beside if d not in stops]
    if stops:
        shown = [d.en if language == "en" else d.zh for d in stops[:_TOLD]]
        if len(stops) > _TOLD:
            shown.append(controls.word("and_more", language).format(count=len(stops) - _TOLD))
        shown += [d.en if language == "en" else d.zh for d in beside[:_TOLD]]
        words = " ".join(shown).rstrip(".\u3002")
        codes = ",".join(sorted({d.code for d in stops}))
        raise ControlFailure(
            ", ".join(wanted.inputs) or wanted.source,
            words,
            f"mend the file, or accept it as it is with --accept {codes}",
        )
