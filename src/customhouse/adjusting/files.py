"""Series out of tables of any format that `records.files` reads: side by side, or one figure a row.

Months are read in any form that official tables print; a row for January and February together stands in
February. Numbers are read in the marks of their column. Columns that cannot be read are set aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from customhouse.describe import words as words_of
from customhouse.errors import BrokenFile, EmptyFile, PeriodError, SeasonsError, UnreadableFile
from customhouse.model import LANGUAGES
from customhouse.records import files, numerals, printed_periods
from customhouse.seasons.batch import Failure
from customhouse.seasons.frames import MONTH, SERIES, VALUE
from customhouse.seasons.monthly import Monthly
from customhouse.vocabulary.tables import split

_ROLES = (MONTH, SERIES, VALUE)


@dataclass(frozen=True, slots=True)
class Column:
    """A series by month; `joined` are the months whose figure is that of the month before as well."""

    series: Monthly
    joined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The series of a file in their order, and those that could not be read."""

    columns: tuple[Column, ...]
    failures: tuple[Failure, ...]


def read(path: str | Path) -> Table:
    """The series of a file. Raises InputError for one that cannot be read or has no months."""
    place = Path(path)
    if not place.is_file():
        raise UnreadableFile(str(path), "no such file", "name a store, or a table with a column of months")
    rows = [row.cells for row in files.rows(place) if any(cell.strip() for cell in row.cells)]
    if len(rows) < 2:
        raise EmptyFile(str(path), "no rows under a line of headings", "give months and at least one series")
    heads = [cell.strip() for cell in rows[0]]
    body = [[*row, *[""] * (len(heads) - len(row))] for row in rows[1:]]
    roles = _roles(heads)
    if roles.keys() >= {SERIES, VALUE}:
        cells = _long(roles, body)
    else:
        cells = _wide(heads, roles.get(MONTH, 0), body, str(path))
    _check(next(iter(cells.values()), []), str(path))
    return _table(cells)


def _roles(heads: Sequence[str]) -> dict[str, int]:
    """Where the columns of months, names and values are, by their headings."""
    forms = {
        numerals.fold(form).lower(): role for role in _ROLES
        for language in LANGUAGES for form in split(words_of("adjust_words")[f"head_{role}"][language])
    }  # fmt: skip
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        role = forms.get(numerals.fold(head).lower())
        if role:
            found.setdefault(role, place)
    return found


def _wide(
    heads: Sequence[str], month: int, body: Sequence[Sequence[str]], path: str
) -> dict[str, list[tuple[str, str]]]:
    """Months and cells by the heading of their column. Raises BrokenFile for two of a name."""
    named = {place: head or f"column {place + 1}" for place, head in enumerate(heads) if place != month}
    twice = next((name for name, n in Counter(named.values()).items() if n > 1), None)
    if twice is not None or not named:
        wrong = f"two columns are called {twice!r}" if named else "one column alone"
        raise BrokenFile(path, wrong, "give a column of months and a column of its own name for each series")
    return {name: [(row[month], row[place]) for row in body] for place, name in named.items()}


def _long(roles: Mapping[str, int], body: Sequence[Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in body:
        found.setdefault(row[roles[SERIES]].strip(), []).append((row[roles.get(MONTH, 0)], row[roles[VALUE]]))
    return found


def _check(pairs: Sequence[tuple[str, str]], path: str) -> None:
    """Raises BrokenFile where a column of months begins with no month."""
    try:
        printed_periods.parse(pairs[0][0] if pairs else "")
    except PeriodError as error:
        wrong = f"{pairs[0][0] if pairs else ''!r} in the column of months is no month"
        raise BrokenFile(path, wrong, "give months such as 2025-03 in the first column") from error


def _table(cells: Mapping[str, Sequence[tuple[str, str]]]) -> Table:
    columns: list[Column] = []
    failures: list[Failure] = []
    for name, pairs in cells.items():
        try:
            columns.append(_column(name, pairs))
        except (SeasonsError, PeriodError) as error:
            text = str(error)
            failures.append(Failure(name, text if text.startswith(name) else f"{name}: {text}"))
    return Table(tuple(columns), tuple(failures))


def _column(name: str, pairs: Sequence[tuple[str, str]]) -> Column:
    """One series. Raises SeasonsError, PeriodError."""
    marks = numerals.sniff([cell for _, cell in pairs if not numerals.is_empty(cell)]).marks
    if marks is None:
        raise SeasonsError(f"{name}: its numbers have '.' and ',' both as decimal marks; write them alike")
    found: dict[int, float | None] = {}
    joined: dict[int, float | None] = {}
    for text, cell in pairs:
        first, last = printed_periods.parse(text)
        if first != last and (first % 12, last - first) != (0, 1):
            raise SeasonsError(f"{name}: {text!r} is no month, nor January and February together")
        there = found if first == last else joined
        if last in there:
            raise SeasonsError(f"{name}: {text!r} is there twice; keep one of the two")
        there[last] = _number(name, text, cell, marks)
    alone = {m: v for m, v in joined.items() if found.get(m) is None and found.get(m - 1) is None}
    return Column(Monthly.of({**found, **alone}, name=name), tuple(alone))


def _number(name: str, text: str, cell: str, marks: numerals.Marks) -> float | None:
    if numerals.is_empty(cell):
        return None
    number = numerals.parse(cell, marks)
    if number is None:
        raise SeasonsError(f"{name}: {cell!r} of {text} is no number; correct it, or leave the cell empty")
    return float(number.value)
