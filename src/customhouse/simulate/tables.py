"""The published figures and the weights that simulated trade is drawn from: one CSV file a table."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """All rows of one CSV file of the simulation, in order. What the files hold is told in their README."""
    text = (files("customhouse.simulate") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def covers(ranges: str, code: str) -> bool:
    """Whether an HS code is in ranges as `84-85+9001`, where a prefix stands for all codes under it."""
    for part in ranges.split("+"):
        first, _, last = part.partition("-")
        if first <= code[: len(first)] <= (last or first):
            return True
    return False
