"""Long files as chunks of text columns: CSV through Arrow, JSON through a stream; bounded memory for both."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import IO, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from customhouse.errors import BrokenFile, EmptyFile
from customhouse.records.sources.files import HEAD_BYTES, encoding_of, head, opened
from customhouse.records.table import SetAside

_BLOCK_BYTES = 8 * 1024 * 1024
_READ_BYTES = 1024 * 1024
_DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a file as text columns. `columns` goes by simplified names, `printed` has the file's own.

    An empty text is a missing value. `broken` are rows whose shape does not fit the header.
    """

    file: str
    columns: Mapping[str, Any]
    printed: dict[str, str]
    places: Any
    size: int
    broken: tuple[SetAside, ...] = ()


def simple(name: str) -> str:
    """A column name without case, spaces and marks: `partner2Code` and `partner_2_code` are the same."""
    return re.sub(r"[\W_]+", "", name).casefold()


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a delimited text: its names, its delimiter, the text's encoding."""

    names: tuple[str, ...]
    delimiter: str
    encoding: str

    @property
    def simple(self) -> frozenset[str]:
        """The simplified names."""
        return frozenset(map(simple, self.names))


def header_of(start: bytes) -> Header:
    """The header of a delimited text by its first bytes; no names where there is no line."""
    encoding = encoding_of(start)
    text = start.decode(encoding, errors="replace").lstrip("\ufeff")
    line = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        names = []
    return Header(tuple(name.strip() for name in names), delimiter, encoding)


@dataclass(slots=True)
class _Misfits:
    """Rows with more or fewer cells than the header; called by Arrow's parser."""

    file: str
    rows: list[SetAside] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)

    def __call__(self, row: Any) -> Literal["skip"]:
        self.numbers.add(row.number)
        if row.text.strip():
            kept = {"line": row.text, "cells": str(row.actual_columns)}
            self.rows.append(SetAside(self.file, f"line {row.number}", ("row_shape",), kept))
        return "skip"

    def taken(self) -> tuple[SetAside, ...]:
        """The misfits since the last call."""
        rows, self.rows = self.rows, []
        return tuple(rows)


class _Utf8(io.RawIOBase):
    """A text in whatever encoding as UTF-8. Bytes that do not fit it raise UnicodeDecodeError."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream, self._left = stream, b""
        self._decode = codecs.getincrementaldecoder(encoding)().decode

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        while not self._left:
            piece = self._stream.read(_READ_BYTES)
            self._left = self._decode(piece, not piece).encode("utf-8")
            if not piece:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def csv_chunks(path: Path, rows: int) -> Iterator[Chunk]:
    """Chunks of about `rows` rows of a delimited text with a header, compressed or not.

    Raises UnreadableFile, EmptyFile and BrokenFile.
    """
    start = head(path)
    header = header_of(start)
    if not header.names or not any(header.names):
        raise EmptyFile(str(path), "no header line", "check how it was made")
    names = _unlike((*header.names, "") if _one_more(start, header) else header.names)
    misfits = _Misfits(str(path))
    with opened(path) as stream:
        try:
            text = io.BufferedReader(_Utf8(stream, header.encoding), _BLOCK_BYTES)
            reader = _open_csv(text, header, names, misfits)
            yield from _numbered(path, names, _gathered(reader, rows), misfits)
        except pa.ArrowInvalid as error:
            raise BrokenFile(str(path), f"no readable table ({_said(error)})", "check the file") from error


def _one_more(start: bytes, header: Header) -> bool:
    """Whether every row ends with a delimiter that the header does not end with."""
    text = start.decode(header.encoding, errors="replace").lstrip("\ufeff")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=header.delimiter))[1:]
    except csv.Error:
        return False
    whole = [row for row in (rows if len(start) < HEAD_BYTES else rows[:-1]) if any(row)]
    return bool(whole) and all(len(row) == len(header.names) + 1 and not row[-1] for row in whole)


def _said(error: Exception) -> str:
    """What the parser says, in our words where its own are of its insides."""
    if "straddling" in str(error):
        return f"a quotation mark without its end, or a line of more than {_BLOCK_BYTES >> 20} MiB"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _open_csv(stream: Any, header: Header, names: list[str], misfits: _Misfits) -> Any:
    return pacsv.open_csv(
        stream,
        read_options=pacsv.ReadOptions(
            block_size=_BLOCK_BYTES, column_names=names, skip_rows_after_names=1, use_threads=False),
        parse_options=pacsv.ParseOptions(
            delimiter=header.delimiter, newlines_in_values=True, ignore_empty_lines=False,
            invalid_row_handler=misfits),
        convert_options=pacsv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False),
    )


def _unlike(names: Iterable[str]) -> list[str]:
    """Names made unlike one another, so that no column hides another."""
    seen: dict[str, int] = {}
    unlike = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unlike.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return unlike


def _gathered(reader: Any, rows: int) -> Iterator[pa.Table]:
    """Record batches put together to tables of about `rows` rows."""
    waiting: list[Any] = []
    for batch in reader:
        for start in range(0, batch.num_rows, rows):
            waiting.append(batch.slice(start, rows))
            if sum(part.num_rows for part in waiting) >= rows:
                yield pa.Table.from_batches(waiting)
                waiting = []
    yield pa.Table.from_batches(waiting, reader.schema)


def _numbered(path: Path, names: list[str], tables: Iterable[pa.Table], misfits: _Misfits) -> Iterator[Chunk]:
    """Chunks with the line of every row; lines of misfits and blank lines are left out of the count."""
    printed = {simple(name): name for name in reversed(names)}
    lines = (line for line in count(2) if line not in misfits.numbers)
    for table in tables:
        places = pa.array([f"line {line}" for line in islice(lines, table.num_rows)], pa.string())
        full = _not_blank(table)
        if full is not None:
            table, places = table.filter(full), places.filter(full)
        columns = {key: table.column(name).combine_chunks() for key, name in printed.items()}
        yield Chunk(str(path), columns, printed, places, table.num_rows, misfits.taken())


def _not_blank(table: pa.Table) -> Any:
    """Which rows have any cell; None where all have."""
    blank: Any = pc.equal(table.column(0), "")
    for column in table.columns[1:]:
        if not pc.any(blank).as_py():
            return None
        blank = pc.and_(blank, pc.equal(column, ""))
    return pc.invert(blank).combine_chunks()


def dict_chunks(path: Path, items: Iterable[Any], rows: int, what: str = "item") -> Iterator[Chunk]:
    """Chunks of objects (dictionaries of plain values) in the order that they come."""
    kept: list[tuple[int, dict[str, Any]]] = []
    broken: list[SetAside] = []
    number = 0
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            kept.append((number, item))
        else:
            shown = {"item": _text(item)[:500]}
            broken.append(SetAside(str(path), f"{what} {number}", ("row_shape",), shown))
        if len(kept) + len(broken) >= rows:
            yield _of_dicts(path, kept, broken, what)
            kept, broken = [], []
    if kept or broken or not number:
        yield _of_dicts(path, kept, broken, what)


def _of_dicts(path: Path, kept: list[tuple[int, dict[str, Any]]], broken: list[SetAside], what: str) -> Chunk:
    printed: dict[str, str] = {}
    for _, item in kept:
        for name in item:
            printed.setdefault(simple(name), name)
    rows = [{simple(name): _text(value) for name, value in item.items()} for _, item in kept]
    columns = {key: pa.array([row.get(key, "") for row in rows], pa.string()) for key in printed}
    places = pa.array([f"{what} {number}" for number, _ in kept], pa.string())
    return Chunk(str(path), columns, printed, places, len(kept), tuple(broken))


def _text(value: Any) -> str:
    """A JSON value as the text that a table would have; lone surrogates are replaced."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
