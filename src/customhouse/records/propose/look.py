"""What a table looks like: its title, the rows of column names, its columns with what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from customhouse.errors import PeriodError
from customhouse.records import files, numerals
from customhouse.records.files import Row
from customhouse.records.mapping import fiscal
from customhouse.records.mapping.flags import unflagged, unmarked
from customhouse.records.mapping.plan import bare, joined
from customhouse.records.numerals import Sniffed, sniff
from customhouse.records.parse import YEARS
from customhouse.records.propose import words

LOOKED_AT = 100_000
"""Rows of a table that are looked at."""
_HEAD = 40
_WIDE = 3
"""In tables of so many columns rows with one cell are notes."""
_EITHER = (numerals.Marks(), numerals.Marks(",", "."))
BUDDHIST = (2500, 2600)
"""Years of the Buddhist era; those of ours are 543 less."""
_MOST_NAMES = 3
"""Rows of names at most, such as flows over years over months."""


@dataclass
class Column:
    """A column: its name and its cells, row by row."""

    at: int
    name: str
    cells: list[str]

    @cached_property
    def filled(self) -> list[str]:
        """The cells that have something in them."""
        return [cell for cell in self.cells if cell.strip()]

    @cached_property
    def distinct(self) -> list[str]:
        """The different texts, spaces folded, in order."""
        return list(dict.fromkeys(" ".join(cell.split()) for cell in self.filled))

    @cached_property
    def sniffed(self) -> Sniffed:
        """What the values say of their marks."""
        return sniff([unflagged(cell) for cell in self.filled if not isinstance(cell, files.Digits)])

    @cached_property
    def numbers(self) -> float:
        """The share of cells with a number among those that do not stand for `no figure`."""
        some = [cell for cell in self.filled if not numerals.is_empty(cell)]
        found = self.sniffed.marks
        read = sum(
            isinstance(cell, files.Digits)
            or any(numerals.parse(unflagged(cell), marks, True) for marks in ((found,) if found else _EITHER))
            for cell in some
        )
        return read / len(some) if some else 0.0

    @cached_property
    def periods(self) -> float:
        """The share of different texts that are periods."""
        return sum(map(is_period, self.distinct)) / len(self.distinct) if self.distinct else 0.0


@dataclass
class Look:
    """A table as it looks: sheet, what stands above the names, rows of names, columns."""

    path: Path
    sheet: str | None
    title: list[str]
    header: tuple[int, ...]
    columns: list[Column]
    rows: int
    whole: bool = True
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What stands below the names in rows of one cell."""
    headings: list[str] = field(default_factory=list)
    """The year that stands alone in the row above each row, empty where none does."""


def is_period(text: str) -> bool:
    """Whether a text can be read as a period of its own; 6543 is a figure, and no year that trade was in."""
    try:
        first, _ = fiscal.parse(text)
    except PeriodError as error:
        if (bare := unmarked(text)) != text:
            return is_period(bare)
        return "fiscal" in str(error) or "day or month" in str(error)
    return any(begin <= first // 12 <= end for begin, end in (YEARS, BUDDHIST))


def look(path: Path, sheet: str | None) -> Look:
    """A look at one table. Raises InputError."""
    rows: list[Row] = []
    for row in files.rows(path, sheet):
        if any(cell.strip() for cell in row.cells):
            rows.append(row)
        if len(rows) > LOOKED_AT:
            break
    head = _header(rows)
    names, body = _split(rows, head)
    cells = [[row.cells[at] if at < len(row.cells) else "" for row in body] for at in range(len(names))]
    columns = [Column(at, name, cells[at]) for at, name in enumerate(names)]
    before = rows[: head[0]] if head else []
    title = [" ".join(cell.split()) for row in before for cell in row.cells if cell.strip()]
    numbers = tuple(rows[at].number for at in head) or (0,)
    return Look(
        path,
        sheet,
        title,
        numbers,
        [c for c in columns if c.name or c.filled],
        len(body),
        len(rows) <= LOOKED_AT,
        notes=_notes(rows, head),
        headings=[*_headings(rows[head[-1] + 1 :] if head else rows, body)],
    )


def _headings(below: list[Row], body: list[Row]) -> Iterator[str]:
    kept, year = {row.number for row in body}, ""
    for row in below:
        if row.number in kept:
            yield year
            year = ""
        elif _filled(row) == 1 and is_period(text := "".join(row.cells).strip()):
            year = text


def _notes(rows: list[Row], head: list[int]) -> list[str]:
    below = rows[head[-1] + 1 :] if head else rows
    return [
        " ".join(cell.split()) for row in below if _filled(row) == 1 for cell in row.cells if cell.strip()
    ]


def _split(rows: list[Row], head: list[int]) -> tuple[list[str], list[Row]]:
    if not head:
        width = max((len(row.cells) for row in rows), default=0)
        return [str(number) for number in range(1, width + 1)], rows
    names = joined([rows[at].cells for at in head])
    notes = sum(map(bool, names)) >= _WIDE
    heads = {bare(rows[at].cells) for at in head}
    body = [row for row in rows[head[-1] + 1 :] if bare(row.cells) not in heads]
    return names, [row for row in body if not notes or _filled(row) > 1]


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _is_figure(cell: str) -> bool:
    """Whether a cell is a number that could be a figure: years and months as names of columns are none."""
    if not cell.strip() or numerals.is_empty(cell):
        return False
    bare = unflagged(cell)
    number = isinstance(cell, files.Digits) or any(numerals.parse(bare, marks) for marks in _EITHER)
    return number and not (is_period(bare) and len(bare.strip()) >= 4)


def _header(rows: list[Row]) -> list[int]:
    """Which rows have the names of columns: those before the first full row with figures."""
    sample = rows[: _HEAD * 2]
    widths = [_filled(row) for row in sample]
    typical = max(set(widths), key=lambda w: (widths.count(w), w), default=0)
    first = next(
        (
            at
            for at, row in enumerate(sample)
            if any(map(_is_figure, row.cells))
            and widths[at] >= max(2, typical / 2)
            and not (_are_months(row) and (not row.cells[0].strip() or max(widths[:at], default=0) <= 2))
        ),
        None,
    )
    if first is None:
        return [0] if len(rows) > 1 else []
    at = first - 1
    while at >= 0 and widths[at] < max(2, typical / 2):
        at -= 1
    if at < 0:
        return []
    found = [at]
    while at and len(found) < _MOST_NAMES and _continues(sample[at - 1], sample[at]):
        if len(found) > 1 and not _spans(sample[at - 1]):
            break
        at -= 1
        found.insert(0, at)
    return found


def _spans(row: Row) -> bool:
    """Whether a row has names over several columns, flows, measures or periods, and is no line of a title."""
    return sum(bool(_over(cell)) for cell in row.cells[1:]) >= 2


def _over(cell: str) -> bool:
    said = words.says("flow", cell) or words.says("measure", cell)
    return bool(cell.strip()) and (said is not None or is_period(cell))


def _are_months(row: Row) -> bool:
    """Whether the numbers of a row are months one after another, once or several times over."""
    texts = [cell.strip() for cell in row.cells if cell.strip()]
    numbers = [int(text) for text in texts if text.isdigit() and len(text) <= 2]
    steps = [b - a for a, b in pairwise(numbers)]
    rising = all(step == 1 or b == numbers[0] for step, b in zip(steps, numbers[1:], strict=True))
    few = len(texts) - len(numbers) <= 2
    return len(numbers) >= 3 and few and rising and numbers[0] == 1 and max(numbers) <= 12


def _continues(upper: Row, lower: Row) -> bool:
    """Whether a row above the names has names over several of them."""
    names = [cell.strip() for cell in lower.cells if cell.strip()]
    gaps = [at for at, cell in enumerate(lower.cells) if not cell.strip() and at < len(upper.cells)]
    spans = sum(bool(cell.strip()) for cell in upper.cells) >= 2
    return (
        spans
        and (len(set(names)) < len(names) or any(upper.cells[at].strip() for at in gaps))
        and (not any(map(_is_figure, upper.cells)) or _are_months(upper))
    )
