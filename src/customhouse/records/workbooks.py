"""Workbooks (XLSX, XLSB, XLS, ODS) as rows of text; what a sheet holds as a number is marked as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound, ZipError

from customhouse.errors import BrokenFile, EmptyFile, MappingError
from customhouse.records import unpacking
from customhouse.records.jsonrows import Digits

LONGEST_CELL = 1 << 17


def _open(path: Path) -> tuple[CalamineWorkbook, IO[bytes]]:
    source = unpacking.unpacked(path)
    head = source.read(4)
    source.seek(0)
    if head.startswith(b"PK"):
        unpacking.check_workbook(source, str(path))
    try:
        return CalamineWorkbook.from_filelike(source), source
    except PasswordError as error:
        raise BrokenFile(str(path), "protected by a password", "save it without one") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise BrokenFile(
            str(path), f"no workbook that can be read ({error})", "open and save it again"
        ) from error


def sheets(path: Path) -> list[str]:
    """The names of the sheets of a workbook, in order. Raises InputError."""
    workbook, source = _open(path)
    with source:
        return list(workbook.sheet_names)


def chosen(path: Path, wanted: str | None) -> list[str]:
    """The sheets that are meant: all, the one of that name, or those that a /pattern/ matches."""
    names = sheets(path)
    if wanted is None:
        return names
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        found = [name for name in names if re.search(wanted[1:-1], name)]
    else:
        found = [name for name in names if name.strip() == wanted.strip()]
    if not found:
        raise MappingError(str(path), f"no sheet {wanted!r}", f"it has {', '.join(names)}")
    return found


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of one sheet with their numbers in it, counted from 1. Raises InputError."""
    workbook, source = _open(path)
    with source:
        try:
            found = workbook.get_sheet_by_name(sheet)
        except WorksheetNotFound as error:
            raise MappingError(str(path), f"no sheet {sheet!r}", "name one that it has") from error
        except (CalamineError, ValueError) as error:
            raise BrokenFile(
                f"{path}, sheet {sheet}", f"cannot be read ({error})", "save it again"
            ) from error
        if not found.height:
            raise EmptyFile(f"{path}, sheet {sheet}", "there is nothing in the sheet", "name another sheet")
        for number, row in enumerate(found.iter_rows(), 1):
            place = f"{path}, sheet {sheet}, row {number}"
            yield number, [cell(value, place) for value in row]


def cell(value: Any, place: str) -> str:
    """A cell as text: dates as ISO 8601 has them, numbers with the 15 digits that a sheet keeps."""
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise BrokenFile(
                place, "a cell of more than 131,072 characters", "look whether it is a table at all"
            )
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return digits(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def digits(value: float) -> Digits:
    """A number as its digits: 15 of them, as sheets show, so that 0.1 + 0.2 is 0.3."""
    if isinstance(value, int) or value == int(value) and abs(value) < 1e15:
        return Digits(int(value))
    return Digits(f"{value:.15g}")
