"""Codes that want a word: ended, of another list, or lost; counted as rows are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from customhouse.vocabulary import codes

UNKNOWN = "unknown"
"""The note of a text that is in no list."""
WITHHELD = "withheld"
"""The note of a cell whose figure is not published."""
MISSING = "missing"
"""The note of a cell without a code."""
NAMED = "named"
"""The note of a code beside the name of another partner."""
TITLE = "title"
"""The note of a sheet whose title names another month than its name (in `beside`)."""
_TOLD = frozenset({"obsolete", "not_yet_valid", "renamed", "homograph"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A partner code as it stands in a table, in a system of codes, with what it is read as and the note.

    Also what stands in a column of another `dimension` and is in no list (the note `unknown`). `beside` is
    the name that stands beside a code which is not read, or is read as another.
    """

    system: str
    text: str
    code: str | None
    note: str
    dimension: str = "partner"
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """How often a reading occurs, from which month to which, and where first (`file: place`)."""

    reading: Reading
    rows: int
    first: int
    last: int
    place: str


@lru_cache(maxsize=100_000)
def reading(systems: tuple[str, ...], text: str, first: int, last: int) -> Reading | None:
    """What wants saying of a partner code in the first of some systems that has it; None where nothing does.

    A code that is valid in the first or in the last month of a period is valid in the period.
    """
    text = text.strip()
    known = [system for system in systems if system in codes.SYSTEMS]
    if not text:
        return Reading(known[0], "", None, MISSING) if known else None
    found = _reading(known, text, last)
    if found is None or first == last:
        return found
    early = _reading(known, text, first)
    return found if early is not None and early.note == found.note else None


def _reading(known: list[str], text: str, month: int) -> Reading | None:
    for system in known:
        found = codes.resolve(system, "partner", text, month)
        if found.note != "unknown" and (found.code or len(known) == 1 or found.note == "obsolete"):
            return Reading(system, text.upper(), found.code, found.note) if found.note in _TOLD else None
    return None


def merged(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """One notice a reading, with all of its rows."""
    found: dict[Reading, Notice] = {}
    for one in notices:
        known = found.get(one.reading)
        found[one.reading] = one if known is None else _both(known, one)
    return tuple(found.values())


def _both(a: Notice, b: Notice) -> Notice:
    return Notice(a.reading, a.rows + b.rows, min(a.first, b.first), max(a.last, b.last), a.place)
