"""Sheets named after months whose titles name another month than their name does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from customhouse.errors import PeriodError
from customhouse.records import files, printed_periods
from customhouse.records.coding import NAMES
from customhouse.records.mapping.model import Mapping, Table
from customhouse.records.mapping.values import months_of
from customhouse.records.noticed import TITLE, Notice, Reading

_YEAR, _MONTH = r"(?P<year>(?<!\d)(?:19|20)\d{2})(?!\d)", r"(?P<month>\d{1,2})"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (  # in the signs of `printed_periods.normal`
        rf"{_YEAR} ?y ?{_MONTH} ?m(?! ?\d)",
        rf"(?<!\d)(?<!\d )M{_MONTH}(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR}[-/., ]*M{_MONTH}(?! ?\d)",
    )
)
LEAST = 2
"""So many sheets, and more than differ, have the month of their name in their title."""
_Sheet = tuple[str, str, int, int]
"""Its name, its title, the month of the name and that of the title."""


def unlike(path: Path, mapping: Mapping) -> dict[str, Notice]:
    """A notice for each sheet that is taken as one month and whose title names another, by its name.

    Titles that name the month of a release do so in all sheets: those of most have to name their own.
    """
    named = [table for table in mapping.tables if table.layout.sheet and _month(table.layout.sheet)]
    if len(named) <= LEAST or files.kind(path) != "excel":
        return {}
    there = set(files.sheets(path))
    told = [found for table in named if table.layout.sheet in there and (found := _of(path, table))]
    differ = [found for found in told if found[2] != found[3]]
    if len(told) - len(differ) < max(LEAST, len(differ) + 1):
        return {}
    return {name: _notice(path, name, title, month) for name, title, month, _ in differ}


def _of(path: Path, table: Table) -> _Sheet | None:
    """What a sheet's name and title say; None where they say nothing, or the mapping says neither of it."""
    sheet, period = table.layout.sheet or "", table.period
    own = _month(sheet)
    titles = dict(_titles(path, table))
    if own is None or len(titles) != 1 or period is None or period.constant is None:
        return None
    ((month, title),) = titles.items()
    if months_of(period.constant, False, period.style) not in ((own, own), (month, month)):
        return None
    return sheet, title, own, month


def _titles(path: Path, table: Table) -> Iterator[tuple[int, str]]:
    """Each month that stands above the names of the columns, with the text that it stands in."""
    layout = table.layout
    for row in files.rows(path, layout.sheet, layout.encoding, layout.delimiter, layout.items):
        if row.number >= min(layout.header):
            return
        for text in row.cells:
            plain = printed_periods.normal(text)
            for match in (match for pattern in _NAMED for match in pattern.finditer(plain)):
                if (span := printed_periods.span(match)) and span[0] == span[1]:
                    yield span[0], " ".join(text.split())


def _month(text: str) -> int | None:
    """The one month that a name of a sheet is."""
    try:
        first, last = printed_periods.parse(text)
    except PeriodError:
        return None
    return first if first == last else None


def _notice(path: Path, sheet: str, title: str, month: int) -> Notice:
    reading = Reading(NAMES, title, None, TITLE, "", sheet)
    return Notice(reading, 1, month, month, f"{path.name}: sheet {sheet}")
