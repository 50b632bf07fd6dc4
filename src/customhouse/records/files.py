"""Finding the files that were named, telling their kinds apart, and opening them as rows of text cells.

Whatever the kind (delimited text in any common encoding, XLSX, XLSB, XLS, ODS, JSON, Parquet, any of
them packed), a row is text with its place. A cell that the file keeps as a number is a `Digits`, text
like all others, but known to be written with a decimal point and to have lost its leading zeros.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.errors import (
    BrokenFile,
    EmptyFile,
    MappingError,
    RaggedFile,
    UnreadableFile,
    UnsupportedFile,
)
from customhouse.records import delimited, jsonrows, unpacking, workbooks
from customhouse.records.jsonrows import Digits
from customhouse.records.schema import BEYOND

__all__ = ["Digits", "Kind", "Row", "arrow_batches", "find", "kind", "rows", "sheets"]

Kind = Literal["delimited", "excel", "json", "parquet"]
_KINDS: dict[str, Kind] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".txt": "delimited",
    ".dat": "delimited",
    ".psv": "delimited",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row as text, and where it stands: `line 17`, `sheet Imports, row 20`, `item 3`."""

    place: str
    number: int
    cells: list[str]


def find(paths: Sequence[str]) -> list[Path]:
    """The files that are meant: files, all tables in and under folders, globs; in order, each once.

    A `.txt` in a folder is taken for a note; name it where it is a table.

    Raises UnreadableFile where a name leads to nothing.
    """
    found: dict[Path, None] = {}
    for text in paths:
        for path in _meant(text):
            found.setdefault(path)
    return list(found)


def _meant(text: str) -> list[Path]:
    path = Path(text)
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_table(p.relative_to(path)))
        if not inside:
            raise UnreadableFile(text, "no table in the folder", "name the files, or another folder")
        return inside
    if path.exists():
        return [path]
    matches = sorted(Path(name) for name in glob.glob(text, recursive=True) if os.path.isfile(name))
    if not matches:
        wrong = "no file matches" if glob.has_magic(text) else "no such file"
        raise UnreadableFile(text, wrong, "check the name")
    return matches


def _is_table(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if any(part.startswith((".", "~$")) for part in path.parts):
        return False
    return bool(suffixes) and suffixes[-1] != ".txt" and (suffixes[-1] in _KINDS or suffixes[-1] in _PACKED)


def kind(path: Path) -> Kind:
    """What a file is, by its first bytes and then by its name. Raises InputError where it is no table."""
    magic = unpacking.magic(path)
    if magic in ("parquet", "excel"):
        return "parquet" if magic == "parquet" else "excel"
    if magic == "zip" and unpacking.is_workbook(path):
        return "excel"
    name = unpacking.inner_name(path)
    found = _KINDS.get(Path(name).suffix.lower())
    if found in (None, "excel", "delimited"):
        return _text_kind(path, found)
    return found


def _text_kind(path: Path, named: Kind | None) -> Kind:
    """The kind of a file whose name does not say it, or may not be believed."""
    with unpacking.stream(path) as stream:
        head = stream.read(1024)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "excel"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise UnsupportedFile(
            str(path),
            "a web page or XML, whatever its name says",
            "open it in a spreadsheet and save it as XLSX or CSV",
        )
    if named is None and head.lstrip()[:1] in (b"[", b"{"):
        return "json"
    if named == "excel":  # exports of databases are often delimited text under the name of a workbook
        delimited.encoding_of(path)
    return "delimited"


def sheets(path: Path) -> list[str]:
    """The names of the sheets of a workbook; nothing for other files."""
    return workbooks.sheets(path) if kind(path) == "excel" else []


def rows(
    path: Path,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    items: str | None = None,
) -> Iterator[Row]:
    """The rows of a file in order, in bounded memory; blank rows too. Raises InputError, also on the way.

    `sheet` is a name or /pattern/ (the first sheet where left out); `items` the member of a JSON
    envelope that has the array. JSON and Parquet give the names of their columns as the first row.
    """
    what = kind(path)
    if what == "excel":
        for name in workbooks.chosen(path, sheet) if sheet else workbooks.sheets(path)[:1]:
            for number, cells in workbooks.rows(path, name):
                yield Row(f"sheet {name}, row {number}", number, cells)
        return
    if sheet is not None:
        raise MappingError(str(path), f"no workbook, so that it has no sheet {sheet!r}", "leave `sheet` out")
    if what == "delimited":
        for number, cells in delimited.rows(path, encoding, delimiter):
            yield Row(f"line {number}", number, cells)
    else:
        for number, cells in jsonrows.rows(path, items) if what == "json" else _parquet(path):
            yield Row(f"item {number}", number + 1, cells)


def _parquet(path: Path, columns: Sequence[str] | None = None) -> Iterator[tuple[int, list[str]]]:
    with unpacking.unpacked(path) as source:
        try:
            table = pq.ParquetFile(source)
            names = list(columns or table.schema_arrow.names)
            yield 0, names
            number = 0
            for batch in table.iter_batches(_BATCH, columns=names):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield number, [_cell(value) for value in values]
        except (pa.ArrowException, OSError) as error:
            raise BrokenFile(
                str(path), f"no Parquet file that can be read ({error})", "fetch it again"
            ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return Digits(f"{value:f}")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return (
        workbooks.digits(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else str(value)
    )


def arrow_batches(
    path: Path,
    columns: Sequence[str] | None = None,
    sheet: str | None = None,
    header: int = 1,
    encoding: str | None = None,
    delimiter: str | None = None,
    beyond: Literal["left out", "refused", "kept"] = "left out",
) -> Iterator[pa.RecordBatch]:
    """A table in a format that an engine does not read itself, as batches of text columns; blank is null.

    `header` is the row of the column names; `columns` picks some of them. Blank rows are left out. Cells
    `beyond` the last name are left out, refused (RaggedFile), or kept in a last column `BEYOND`.
    Raises MappingError for a column that is not there, and InputError on the way.
    """
    names: list[str] = []
    at: list[int] = []
    pending: list[list[str]] = []
    width = 0
    for row in rows(path, sheet, encoding, delimiter):
        if row.number < header:
            continue
        if not names:
            names, at = _picked(path, row.cells, columns)
            width = len(row.cells)
            names, at = ([*names, BEYOND], [*at, width]) if beyond == "kept" else (names, at)
        elif any(cell.strip() for cell in row.cells):
            pending.append(row.cells if beyond == "left out" else _within(path, row, width, beyond))
            if len(pending) == _BATCH:
                yield _batch(names, at, pending)
                pending = []
    if not names:
        raise EmptyFile(str(path), f"there is no row {header}", "say which row has the names of the columns")
    if pending:
        yield _batch(names, at, pending)


def _within(path: Path, row: Row, width: int, beyond: str) -> list[str]:
    """The cells of a row, those beyond the names of columns as one. Raises RaggedFile where none may be."""
    if not any(cell.strip() for cell in row.cells[width:]):
        return row.cells
    if beyond == "refused":
        wrong = f"a row of {len(row.cells)} cells below {width} names of columns"
        raise RaggedFile(f"{path}, {row.place}", wrong, "look for a mark within a value, such as 1,234.50")
    return [*row.cells[:width], ",".join(row.cells[width:])]


def _picked(path: Path, cells: list[str], columns: Sequence[str] | None) -> tuple[list[str], list[int]]:
    known: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell.strip():
            known.setdefault(" ".join(cell.split()), index)
    wanted = list(known if columns is None else columns)
    lost = [name for name in wanted if name not in known]
    if lost:
        raise MappingError(str(path), f"no column {lost[0]!r}", f"it has {', '.join(known)}")
    return wanted, [known[name] for name in wanted]


def _batch(names: list[str], at: list[int], pending: list[list[str]]) -> pa.RecordBatch:
    arrays = [
        pa.array(
            [(cells[index].strip() or None) if index < len(cells) else None for cells in pending], pa.string()
        )
        for index in at
    ]
    return pa.RecordBatch.from_arrays(arrays, names=names)
