"""Files of lines to be corrected: CSV, XLSX and Parquet out, any table of the same columns in again."""

from __future__ import annotations

import csv
import os
import re
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from customhouse import optional
from customhouse.errors import MappingError, OutputError
from customhouse.records import files

ID = "quarantine_id"
ACTION = "quarantine_action"
OURS = (ID, "quarantine_source", "quarantine_file", "quarantine_place", "quarantine_reasons", ACTION)
"""The columns before the original ones: which line it is, where it comes from, why, what to do with it."""
DROP = "drop"
"""In `ACTION`: the line is given up. Blank: it is loaded as it stands now."""
_LARGEST_SHEET = 1_048_575
_LONGEST_CELL = 32_000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML has no character for, and what would be read as one written so (ISO/IEC 29500-1, 22.9.2.19)."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before those that it would."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table of text whole or not at all, in the format of its name. Raises OutputError."""
    kind = path.suffix.lower()
    if kind not in _WRITERS:
        raise OutputError(f"{path}: no format of that name; end it in .csv, .xlsx or .parquet")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no such folder; make it first")
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex}{kind}")
    try:
        _WRITERS[kind](draft, names, rows)
        os.replace(draft, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):  # where nothing can be written nothing can be taken away either
            draft.unlink(missing_ok=True)


def read(path: Path) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The original columns of a corrected file, and its rows by column, ours too. Raises InputError.

    Raises MappingError where the ids are not there or an action is none.
    """
    rows: list[dict[str, str]] = []
    columns: tuple[str, ...] = ()
    bare = unguarded if files.kind(path) != "parquet" else str
    for batch in files.arrow_batches(path):
        columns = tuple(batch.schema.names)
        if ID not in columns:
            break
        rows.extend({name: bare(cell or "") for name, cell in row.items()} for row in batch.to_pylist())
    if ID not in columns:
        raise MappingError(
            str(path), f"no column {ID}", "correct a file that customhouse quarantine --export wrote"
        )
    for row in rows:
        action = row.setdefault(ACTION, "").strip().lower()
        if action not in ("", DROP):
            raise MappingError(
                str(path), f"{row[ID]}: {action!r} is no action", f"say {DROP}, or leave it blank"
            )
        row[ACTION] = action
    return tuple(name for name in columns if name not in OURS), rows


def _csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with open(path, "w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows([guarded(cell) for cell in row] for row in rows)


def _xlsx(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    openpyxl = optional.module("openpyxl", "Writing XLSX", "compile")
    if len(rows) > _LARGEST_SHEET:
        raise OutputError(
            f"{path}: a sheet has room for {_LARGEST_SHEET:,} lines, not {len(rows):,}; write CSV"
        )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("quarantine")
    sheet.freeze_panes = "B2"

    def cell(text: str) -> Any:
        if len(text) > _LONGEST_CELL:
            raise OutputError(f"{path}: a cell has room for {_LONGEST_CELL:,} characters; write CSV")
        fit = _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", guarded(text))
        made = openpyxl.cell.WriteOnlyCell(sheet, fit)
        made.data_type, made.number_format = "s", "@"  # text, which keeps its leading zeros
        return made

    for row in (names, *rows):
        sheet.append([cell(text) for text in row])
    book.save(path)


def _parquet(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    table = pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], names=list(names))
    pq.write_table(table, path)


_WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
