"""Files of declarations taken in: opened by the engine where it can, else read with care; by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customhouse.compiling.months import Scan
from customhouse.engine import Engine, distinct
from customhouse.errors import (
    BrokenFile,
    EmptyFile,
    EngineError,
    InputError,
    MappingError,
    OutputError,
    RaggedFile,
)
from customhouse.records import delimited, files, unpacking, workbooks
from customhouse.records.filled import filled
from customhouse.records.mapping import Layout
from customhouse.records.parse import Intake, column_of, month_of
from customhouse.records.schema import BEYOND, DECLARATION, REQUIRED
from customhouse.store import Loading

_FEW = 2
_PLAIN = Layout()


@dataclass(frozen=True, slots=True)
class Input:
    """A file taken in: its place among the inputs, its columns, how to scan each of its months."""

    number: int
    path: Path
    columns: tuple[str, ...]
    months: Mapping[int | None, Scan]
    filled: frozenset[str] = frozenset()

    def cancels(self, intake: Intake) -> bool:
        """Whether its lines tell their function, so that some may cancel others."""
        return "function" in intake.constants or column_of("function", intake, self.columns) is not None


@dataclass(frozen=True, slots=True)
class Takes:
    """Where files are taken in: how their columns become fields, up to which day, and by which engine."""

    intake: Intake
    today: date
    engine: Engine
    load: Loading
    layout: Layout = field(default_factory=Layout)

    def take_in(self, path: Path, number: int) -> Input:
        """A file with its months told apart: one of few months is filtered, others are split once."""
        kind = files.kind(path)
        if kind == "parquet" and unpacking.magic(path) == "parquet":
            return self._of(path, number, self._local(path, number))
        if kind == "delimited" and self.layout == _PLAIN:
            try:
                return self._by_engine(path, number)
            except (EngineError, OutputError, InputError):
                pass  # the careful reader copes, or says where it is wrong
        return self._of(path, number, self._as_parquet(path, number))

    def _by_engine(self, path: Path, number: int) -> Input:
        """A text file as the engine reads it. Raises EngineError, OutputError, InputError."""
        encoding, delimiter = _written(path)
        self._check_names(path, next(delimited.rows(path, encoding, delimiter))[1])
        frame = self.engine.csv(path, delimiter)
        split = self._parts(frame, path, f"csv-{number}")
        there = sum(pq.read_metadata(one).num_rows for found in split.values() for one in found)
        if there + 1 != delimited.lines(path):  # a cell of several lines may be one that is not closed
            raise BrokenFile(str(path), "cells of several lines", "read it with care")
        return Input(number, path, tuple(frame.collect_schema()), _scans(split))

    def _of(self, path: Path, number: int, scanned: Path) -> Input:
        """A file, of which `scanned` is itself or what was made of it."""
        frame = self.engine.parquet([scanned])
        columns = tuple(frame.collect_schema())
        try:
            return Input(number, path, columns, self._months(frame, path, number, scanned), filled(path))
        except EngineError as error:
            raise BrokenFile(str(path), f"cannot be read through ({error})", "fetch it again") from error

    def _months(
        self, frame: nw.LazyFrame[Any], path: Path, number: int, scanned: Path
    ) -> Mapping[int | None, Scan]:
        month = month_of(frame, self.intake, str(path), self.today)
        found = self.engine.collect(distinct(frame.select(month_=month), "month_"))["month_"].to_pylist()
        if len(found) > _FEW:
            return _scans(self._parts(frame, path, f"split-{number}"))
        if len(found) == 1:
            return {found[0]: partial(_scanned, [scanned])}

        def of(one: int | None, engine: Engine) -> nw.LazyFrame[Any]:
            return engine.parquet([scanned]).filter(month.is_null() if one is None else month == one)

        return {one: partial(of, one) for one in found}

    def _parts(self, frame: nw.LazyFrame[Any], path: Path, folder: str) -> Mapping[str, Sequence[Path]]:
        """The lines of a file by month, as files."""
        dated = frame.with_columns(month_=month_of(frame, self.intake, str(path), self.today))
        return self.engine.split(dated, "month_", self.load.staging / folder)

    def _check_names(self, path: Path, names: Sequence[str]) -> None:
        """Raises MappingError where two columns have a name that a field is read from."""
        often = Counter(" ".join(name.split()).lower() for name in names)
        for one in DECLARATION:
            name = self.intake.columns.get(one.name, one.name)
            if often[name.lower()] > 1:
                wrong = f"{often[name.lower()]} columns are called {name!r}, which {one.name} is read from"
                raise MappingError(str(path), wrong, "rename those that are not meant")

    def _as_parquet(self, path: Path, number: int) -> Path:
        """A file that no engine reads, as Parquet with every column as text."""
        staged = self.load.staging / f"input-{number}.parquet"
        try:
            _write(self._batches(path, "refused"), staged, path)
        except RaggedFile:
            _write(self._batches(path, "kept"), staged, path)
        return staged

    def _batches(self, path: Path, beyond: Any) -> Iterator[pa.RecordBatch]:
        """What the sheets of a file have, blank where one has not the columns of another."""
        one = self.layout
        header, sheets = max(one.header), self._sheets(path)
        names: dict[str, None] = {}
        for sheet in sheets:
            head = _head(path, sheet, one)
            self._check_names(path, head)
            names |= dict.fromkeys(name for cell in head if (name := " ".join(cell.split())))
        more = [BEYOND] if beyond == "kept" else []
        schema = pa.schema([(name, pa.string()) for name in (*names, *more)])
        for sheet in sheets:
            for batch in files.arrow_batches(path, None, sheet, header, one.encoding, one.delimiter, beyond):
                yield _alike(batch, schema)

    def _sheets(self, path: Path) -> Sequence[str | None]:
        return sheets(path, self.intake, self.layout) if files.kind(path) == "excel" else [None]

    def _local(self, path: Path, number: int) -> Path:
        """A Parquet file whose times, where they have a zone, are those of its clocks: their day is meant."""
        try:
            table = pq.ParquetFile(path)
            times = [one for one in table.schema_arrow if pa.types.is_timestamp(one.type)]
            zoned = [one.name for one in times if one.type.tz]
            if not zoned:
                return path
            staged = self.load.staging / f"input-{number}.parquet"
            _write((_unzoned(batch, zoned) for batch in table.iter_batches()), staged, path)
        except (pa.ArrowException, OSError):
            return path  # whoever reads it through says what is wrong
        return staged


def sheets(path: Path, intake: Intake, layout: Layout) -> list[str]:
    """The sheets of a workbook to read: those that the layout means, else all that have the columns of
    declarations, else the first."""
    named = workbooks.chosen(path, layout.sheet)
    if layout.sheet:
        return named
    return [sheet for sheet in named if _tells(_head(path, sheet, layout), intake)] or named[:1]


def unread(path: Path, intake: Intake, layout: Layout) -> list[str]:
    """The sheets of a workbook that are left out though there is something in them."""
    if files.kind(path) != "excel" or layout.sheet:
        return []
    read = sheets(path, intake, layout)
    others = (sheet for sheet in workbooks.sheets(path) if sheet not in read)
    return [sheet for sheet in others if _head(path, sheet, Layout())]


def _tells(names: Sequence[str], intake: Intake) -> bool:
    """Whether names of columns are those that declarations cannot do without."""
    known = [" ".join(name.split()) for name in names]
    return all(column_of(name, intake, known) or name in intake.constants for name in REQUIRED)


def _head(path: Path, sheet: str | None, layout: Layout) -> list[str]:
    """The names of the columns as they stand."""
    found = files.rows(path, sheet, layout.encoding, layout.delimiter)
    try:
        return next((row.cells for row in found if row.number >= max(layout.header)), [])
    except EmptyFile:
        return []


def _write(batches: Iterator[pa.RecordBatch], staged: Path, path: Path) -> None:
    """Batches as one Parquet file. Raises EmptyFile."""
    first = next(batches, None)
    if first is None:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    with pq.ParquetWriter(staged, first.schema, compression="snappy") as writer:
        for batch in chain([first], batches):
            writer.write_batch(batch)


def _alike(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The columns of a schema; blank are those that are not there."""
    if batch.schema == schema:
        return batch
    found = batch.schema.names
    columns = [
        batch.column(one.name) if one.name in found else pa.nulls(batch.num_rows, one.type) for one in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _unzoned(batch: pa.RecordBatch, zoned: Sequence[str]) -> pa.RecordBatch:
    for name in zoned:
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, name, pc.local_timestamp(batch.column(at)))
    return batch


def _scans(parts: Mapping[str, Sequence[Path]]) -> Mapping[int | None, Scan]:
    return {int(text) if text else None: partial(_scanned, found) for text, found in parts.items()}


def _scanned(paths: Sequence[Path], engine: Engine) -> nw.LazyFrame[Any]:
    return engine.parquet(paths)


def _written(path: Path) -> tuple[str, str]:
    """Encoding and delimiter of a file in UTF-8. Raises BrokenFile for others, which no engine reads."""
    encoding = delimited.encoding_of(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        raise BrokenFile(str(path), f"text in {encoding}", "save it as UTF-8")
    return encoding, delimited.delimiter_of(delimited.sample_of(path, encoding))
