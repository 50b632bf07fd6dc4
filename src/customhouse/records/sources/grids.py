"""Published tables as grids of text cells: HTML pages, workbooks and delimited texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

from customhouse.errors import EmptyFile
from customhouse.records import delimited, unpacking, workbooks
from customhouse.records.sources.files import encoding_of, head, opened

_LARGEST_PAGE = 64 * 1024 * 1024
_LARGEST_SPAN = 200
_CELLS = 4_000_000
_WIDEST = 1000
_BREAKS = frozenset({"p", "div", "br", "h1", "h2", "h3", "h4", "li", "title", "tr", "table"})
_UNSEEN = frozenset({"script", "style", "noscript"})


@dataclass(slots=True)
class Grid:
    """A table's rows of cells, the number of each row in its file, and the lines of text before it."""

    place: str
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    before: list[str] = field(default_factory=list)

    def place_of(self, row: int) -> str:
        """Where a row stands: `sheet Imports, row 20` or `row 20`."""
        return f"{self.place}row {self.numbers[row]}"


def is_page(start: bytes) -> bool:
    """Whether a file begins as an HTML page does."""
    text = start[:4096].lower()
    return b"<html" in text or b"<!doctype html" in text or b"<table" in start.lower() or b"<div" in text


def grids(path: Path, first: int | None = None) -> Iterator[Grid]:
    """All tables of a file, whatever its kind; of a delimited text the `first` rows. Raises InputError."""
    kind = unpacking.magic(path)
    if kind == "excel" or (kind == "zip" and unpacking.is_workbook(path)):
        yield from _sheets(path)
    elif is_page(head(path)):
        yield from _tables(path)
    else:
        yield _delimited(path, first)


def _sheets(path: Path) -> Iterator[Grid]:
    for name in workbooks.sheets(path):
        grid = Grid(f"sheet {name}, ")
        try:
            for number, cells in workbooks.rows(path, name):
                grid.rows.append([str(cell) for cell in cells])
                grid.numbers.append(number)
        except EmptyFile:
            continue
        yield grid


def _delimited(path: Path, first: int | None) -> Grid:
    grid = Grid("")
    for number, cells in islice(delimited.rows(path), first):
        grid.rows.append(list(cells))
        grid.numbers.append(number)
    return grid


def _tables(path: Path) -> Iterator[Grid]:
    with opened(path) as stream:
        body = stream.read(_LARGEST_PAGE)
    parser = _Page()
    parser.feed(body.decode(_charset(body), errors="replace"))
    parser.close()
    yield from (grid for grid in parser.found if grid.rows)


def _charset(body: bytes) -> str:
    """UTF-8 where it fits; else what the page is likeliest in."""
    return encoding_of(body[:200_000])


class _Page(HTMLParser):
    """Tables of a page, each apart even where one lies in another; spans are spread over their cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Grid] = []
        self._open: list[_Table] = []
        self._lines: list[str] = [""]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins tables, rows and cells."""
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self._lines.append("")
        if tag == "table":
            before = [" ".join(line.split()) for line in self._lines[-200:]]
            self._open.append(_Table(Grid("", before=[line for line in before if line][-30:])))
        elif self._open and tag == "tr":
            self._open[-1].row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].cell(dict(attrs))
        elif self._open and tag == "br":
            self._open[-1].text(" ")

    def handle_endtag(self, tag: str) -> None:
        """Ends tables."""
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag == "table" and self._open:
            self.found.append(self._open.pop().done())

    def handle_data(self, data: str) -> None:
        """Text of the page or of a cell."""
        if self._unseen:
            return
        if self._open:
            self._open[-1].text(data)
        self._lines[-1] += data

    def close(self) -> None:
        """Ends tables that the page left open."""
        super().close()
        while self._open:
            self.found.append(self._open.pop().done())


class _Table:
    """One table while it is read. A cell's text is a list that all places of its span share."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._rows: list[dict[int, list[str]]] = []
        self._reach: dict[int, tuple[int, list[str]]] = {}
        self._cell: list[str] | None = None
        self._size = 0

    def row(self) -> None:
        """A new row: it has the cells that reach down into it."""
        self._cell = None
        row = {at: cell for at, (_, cell) in self._reach.items()}
        self._reach = {at: (left - 1, cell) for at, (left, cell) in self._reach.items() if left > 1}
        self._rows.append(row)

    def cell(self, attrs: dict[str, str | None]) -> None:
        """A new cell, in the first place that is free."""
        if not self._rows:
            self.row()
        row, self._cell = self._rows[-1], []
        if len(row) >= _WIDEST:
            return
        wide, high = _span(attrs.get("colspan")), _span(attrs.get("rowspan"))
        at = next(place for place in range(len(row) + 1) if place not in row)
        for place in range(at, at + wide):
            if place not in row and self._size < _CELLS:
                row[place] = self._cell
                self._size += 1
                if high > 1:
                    self._reach[place] = (high - 1, self._cell)

    def text(self, data: str) -> None:
        """Text in the cell that is open."""
        if self._cell is not None:
            self._cell.append(data)

    def done(self) -> Grid:
        """The table as a grid."""
        for number, row in enumerate(self._rows, 1):
            cells = [row.get(place, []) for place in range(max(row, default=-1) + 1)]
            self._grid.rows.append([" ".join("".join(cell).split()) for cell in cells])
            self._grid.numbers.append(number)
        return self._grid


def _span(text: str | None) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() else 1
    return min(max(number, 1), _LARGEST_SPAN)
