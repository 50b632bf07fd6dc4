"""Claims out: JSON lines, CSV, Arrow, pandas, Polars and Parquet, written whole or not at all.

All tables have one schema: the fields of the claim format in its order, then `low` and `high`,
the interval that the printed figure allows; frames add the days `period_start` and `period_end`.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from calendar import monthrange
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from customhouse import optional
from customhouse.errors import OutputError
from customhouse.model import DIMENSIONS, Claim
from customhouse.period import Period

COLUMNS: Mapping[str, str] = {
    "doc": "string", "start": "int64", "end": "int64", "text": "string",
    "measure": "string", "of": "string", "value": "float64", "unit": "string", "bound": "string",
    **dict.fromkeys((*DIMENSIONS, "place", "subject", "period", "base", "whole", "against"), "string"),
    "threshold": "float64", "factor": "string", "status": "string", "terms": "string", "note": "string",
    "low": "float64", "high": "float64",
}  # fmt: skip
"""Columns of every table with their types; `whole` and `against` are JSON objects as text."""

FRAME_COLUMNS: Mapping[str, str] = {**COLUMNS, "period_start": "date32", "period_end": "date32"}
"""Columns of frames: first and last day of the period besides."""

STDOUT = "-"


def to_jsonl(claims: Iterable[Claim]) -> str:
    """The claim format: one JSON object a line, text as it is."""
    return "".join(json.dumps(claim.to_dict(), ensure_ascii=False) + "\n" for claim in claims)


def to_csv(claims: Iterable[Claim]) -> str:
    """A header row and one row a claim (RFC 4180, lines end in `\\n`); what is not set is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(claim) for claim in claims)
    return out.getvalue()


def to_arrow(claims: Iterable[Claim]) -> Any:
    """A `pyarrow.Table` with FRAME_COLUMNS, also for no claims. Raises MissingExtra."""
    pa = optional.module("pyarrow", "writing Arrow tables")
    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in FRAME_COLUMNS.items()])
    return pa.Table.from_pylist([_frame_row(claim) for claim in claims], schema=schema)


def to_pandas(claims: Iterable[Claim]) -> Any:
    """A `pandas.DataFrame` with FRAME_COLUMNS in Arrow types, so without NaN. Raises MissingExtra."""
    return optional.to_pandas(to_arrow(claims))


def to_polars(claims: Iterable[Claim]) -> Any:
    """A `polars.DataFrame` with FRAME_COLUMNS. Raises MissingExtra."""
    return optional.to_polars(to_arrow(claims))


def write_parquet(claims: Iterable[Claim], path: str) -> None:
    """Write claims as a Parquet file, whole or not at all. Raises MissingExtra, OutputError."""
    write_table(to_arrow(claims), path)


def write_table(table: Any, path: str) -> None:
    """Write an Arrow table as a Parquet file, whole or not at all. Raises MissingExtra, OutputError."""
    parquet = optional.module("pyarrow.parquet", "writing Parquet")
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    save(buffer.getvalue(), path)


def save(content: str | bytes, path: str) -> None:
    """Write text (as UTF-8) or bytes to a file, or to standard output for `-`.

    The file appears whole or stays what it was: the content goes to a temporary file beside it,
    to the disk, and then takes its name. Raises OutputError.
    """
    try:
        data = content.encode() if isinstance(content, str) else content
        if path == STDOUT:
            _print(data)
        elif os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            _write_through(data, path)
        else:
            _replace(data, os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise _output_error(path, error) from error


def _print(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _write_through(data: bytes, path: str) -> None:
    """To a device or pipe, which cannot be replaced."""
    with open(path, "wb") as file:
        file.write(data)


def _replace(data: bytes, path: str) -> None:
    folder, name = os.path.split(path)
    if os.path.isdir(path):
        raise IsADirectoryError(None, "it is a folder")
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync(folder)


def _mode(path: str) -> int:
    """The permissions of the file that is there, or those that a new one would get."""
    with suppress(OSError):
        return os.stat(path).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync(folder: str) -> None:
    """Make the new name last; not every system can do that for a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _output_error(path: str, error: Exception) -> OutputError:
    place = "standard output" if path == STDOUT else "".join(c if c.isprintable() else "\ufffd" for c in path)
    folder = os.path.dirname(path) or "."
    if path != STDOUT and "\0" not in path and not os.path.isdir(folder):
        return OutputError(f"{place}: its folder does not exist; make it first")
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"{place}: cannot be written ({reason}); choose another file or free the place")


def _row(claim: Claim) -> dict[str, Any]:
    """A claim under the names of COLUMNS; None or absent where it is not set."""
    row = claim.to_dict()
    for name in ("whole", "against"):
        if name in row:
            row[name] = json.dumps(row[name], ensure_ascii=False, sort_keys=True)
    allowed = claim.interval()
    # Twelve digits: more than any figure prints, fewer than binary fractions leave behind.
    return row | {"low": float(f"{allowed.low:.12g}"), "high": float(f"{allowed.high:.12g}")}


def _frame_row(claim: Claim) -> dict[str, Any]:
    row = _row(claim)
    floats = {name: float(row[name]) for name in ("value", "threshold") if name in row}
    return row | floats | _days(claim.period)


def _days(period: Period | None) -> dict[str, date]:
    if period is None:
        return {}
    (year, month), (last_year, last_month) = divmod(period.first, 12), divmod(period.last, 12)
    last_day = monthrange(last_year, last_month + 1)[1]
    return {"period_start": date(year, month + 1, 1), "period_end": date(last_year, last_month + 1, last_day)}
