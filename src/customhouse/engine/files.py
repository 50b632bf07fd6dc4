"""What engines share: how parts of a table are found, and what went wrong with files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from customhouse.errors import BrokenFile, UnreadableFile

Codec = Literal["zstd", "snappy"]
BATCH = 20_000
"""Rows of a stream that come at a time."""


def parts(folder: Path, column: str) -> dict[str, list[Path]]:
    """The files that were written apart by a column, by its values; null is ""."""
    found: dict[str, list[Path]] = {}
    for part in sorted(folder.glob(f"{column}=*")):
        value = part.name.partition("=")[2]
        found["" if value == "__HIVE_DEFAULT_PARTITION__" else value] = sorted(part.glob("*.parquet"))
    return found


def line(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split())[:300]


def unreadable(paths: Iterable[Path], error: BaseException) -> UnreadableFile | BrokenFile:
    """Which of the files is the cause, and how."""
    for path in paths:
        if not path.exists():
            return UnreadableFile(str(path), "no such file", "look at the name")
        if not os.access(path, os.R_OK):
            return UnreadableFile(str(path), "not permitted", "ask for the right to read it")
    place = next((str(path) for path in paths if str(path) in str(error)), str(next(iter(paths), "")))
    return BrokenFile(place, f"not a whole file of its kind ({line(error)})", "fetch it again")
