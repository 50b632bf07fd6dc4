"""The published figures and the weights that simulated trade is drawn from: one CSV file a table."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """All rows of one CSV file of the simulation, in order. What the files hold is told in their README."""
    text = (files("customhouse.simulate") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def covered(ranges: str, codes: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """Which HS codes are in ranges as `84-85+9001`, where a prefix stands for all codes under it."""
    found = np.zeros(len(codes), np.bool_)
    for first, last, length in _ends(ranges):
        start = codes.astype(f"U{length}")
        found |= (first <= start) & (start <= last)
    return found


@cache
def _ends(ranges: str) -> tuple[tuple[str, str, int], ...]:
    """The first and the last prefix of each range, and how long they are."""
    parts = (part.partition("-") for part in ranges.split("+"))
    return tuple((first, last or first, len(first)) for first, _, last in parts)
