"""Runs of characters on pages, in the order in which people read them.

A page is cut at a gutter where, between elements that cross it, lines stand on both sides and
fill their sides as prose does; a table does not. The parts are cut again, so that three columns
are two cuts. Rows that repeat at the edge of pages are running heads and go; so do rows of tables
and raised note marks, which would otherwise stick to the number before them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_GUTTER = 0.5
"""Font sizes between the end of a column and the beginning of the next, at least."""
_LONG = 6.0
"""Font sizes: what is longer is prose and no cell of a table."""
_WORD_GAP = 2.0
_FEWEST = 3
_COVERED = 5
"""A gutter parts at least one in so many rows."""
_CELL_GAP = 1.5
_DIGITS = re.compile(r"\d+")
_FOLIO = re.compile(
    r"\W*(?:[Pp]age\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*|\W*\u7b2c\s*\d{1,4}\s*\u9875.{0,12}"
)
_NUMBER = re.compile(r"[-+\u2212]?[\d.,\s]*\d[%\d]*|[-\u2014\u2013\u2026.*]+")
_NOTE_MARK = re.compile(r"[\d,*\u2020\u2021()\[\]\u2460-\u2473]{1,5}")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters on one base line (y downwards) from x0 to x1; lengths in points."""

    x0: float
    x1: float
    base: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column; `left` and `right` are the edges of the column."""

    x0: float
    x1: float
    base: float
    size: float
    text: str
    left: float
    right: float


Block = tuple[Line, ...]


def ordered(pages: Sequence[Sequence[Run]]) -> list[Block]:
    """Blocks of lines in reading order: a block is a column, or what stands between columns."""
    bodies = without_running_heads([_normal_runs(page) for page in pages])
    blocks = (_block(part) for page in bodies for part in columns(page))
    return [block for block in blocks if block]


def _normal_runs(page: Iterable[Run]) -> list[Run]:
    return [run for run in page if run.text.strip() and run.size > 0]


def without_running_heads(pages: list[list[Run]]) -> list[list[Run]]:
    """The pages without the rows at their edges that other pages repeat, page numbers apart."""
    tops = _repeated([_rows(page) for page in pages])
    bottoms = _repeated([_rows(page)[::-1] for page in pages])
    bodies = []
    for page in pages:
        rows = _peel(_peel(_rows(page), tops)[::-1], bottoms)
        if len(rows) > 1 and _FOLIO.fullmatch(_row_text(rows[0])):
            rows = rows[1:]
        bodies.append([run for row in rows for run in row])
    return bodies


def _repeated(pages: list[list[list[Run]]]) -> frozenset[tuple[str, int]]:
    """Keys of rows among the outer three of at least two pages and a quarter of all."""
    seen = Counter(key for rows in pages for key in {_key(row) for row in rows[:3]})
    least = max(2, len(pages) / 4)
    return frozenset(key for key, times in seen.items() if times >= least)


def _peel(rows: list[list[Run]], repeated: frozenset[tuple[str, int]]) -> list[list[Run]]:
    """The rows from the first that is not repeated."""
    keep = next((i for i, row in enumerate(rows[:3]) if _key(row) not in repeated), 3)
    return rows[keep:]


def _key(row: list[Run]) -> tuple[str, int]:
    """What a row says, numbers apart, and where it stands."""
    return _DIGITS.sub("#", _row_text(row)), round(row[0].base / 3)


def _row_text(row: list[Run]) -> str:
    return " ".join(run.text.strip() for run in row)


def _rows(page: Iterable[Run]) -> list[list[Run]]:
    """Runs on one base line (half a size apart at most), from top to bottom, each from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(page, key=lambda run: run.base):
        if rows and run.base - rows[-1][0].base < 0.5 * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def columns(runs: list[Run], depth: int = 5) -> list[list[Run]]:
    """The runs of a page, parted into columns and what crosses them, in reading order."""
    cut = _best_gutter(runs) if depth else None
    if cut is None:
        return [runs] if runs else []
    parts: list[list[Run]] = []
    full: list[Run] = []
    for crossing, zone in _zones(runs, cut):
        left, right = _sides(zone, cut)
        if crossing or not (_is_prose(left) and _is_prose(right)):
            full += zone
        else:
            parts += [*columns(full, depth - 1), *columns(left, depth - 1), *columns(right, depth - 1)]
            full = []
    return parts + columns(full, depth - 1)


def _best_gutter(runs: list[Run]) -> float | None:
    """Where the column right of the gutter begins that has most lines on both sides, if enough."""
    starts = Counter(round(run.x0) for run in runs)
    often = [x for x, n in starts.items() if n + starts[x - 1] + starts[x + 1] >= _FEWEST]
    scores = {x: _score(runs, float(x)) for x in often}
    best = max(scores, key=lambda x: (scores[x], -x), default=0)
    parted, rows = scores.get(best, (0, 0))
    return float(best) if parted and rows * _COVERED >= len(_rows(runs)) else None


def _score(runs: list[Run], cut: float) -> tuple[int, int]:
    """How many lines stand beside lines of the other side, and how many rows a gutter parts in all."""
    parted = rows = 0
    for crossing, zone in _zones(runs, cut):
        left, right = _sides(zone, cut)
        if not crossing and _is_prose(left) and _is_prose(right):
            parted += min(len(_rows(left)), len(_rows(right)))
            rows += len(_rows(zone))
    return parted, rows


def _zones(runs: list[Run], cut: float) -> list[tuple[bool, list[Run]]]:
    """From top to bottom: runs that cross the gutter, runs that do not, and so on."""
    zones: list[tuple[bool, list[Run]]] = []
    for run in sorted(runs, key=lambda run: run.base):
        crossing = run.x0 < cut - 1.5 and run.x1 > cut - _GUTTER * run.size
        if not zones or zones[-1][0] != crossing:
            zones.append((crossing, []))
        zones[-1][1].append(run)
    return zones


def _sides(zone: list[Run], cut: float) -> tuple[list[Run], list[Run]]:
    left = [run for run in zone if run.x0 < cut - 1.5]
    return left, [run for run in zone if run.x0 >= cut - 1.5]


def _is_prose(side: list[Run]) -> bool:
    """Whether most of the text stands in long stretches without numbers alone, as in no table."""
    rows = _rows(side)
    numbers = sum(1 for run in side if _NUMBER.fullmatch(run.text))
    if len(rows) < _FEWEST or numbers * 3 > len(side):
        return False
    widths = [(x1 - x0, row[0].size) for row in rows for x0, x1 in _stretches(row)]
    long = sum(width for width, size in widths if width > _LONG * size)
    return 2 * long > sum(width for width, _ in widths)


def _stretches(row: list[Run]) -> list[tuple[float, float]]:
    """The parts of a row that no gap parts which is wider than justified lines have."""
    found = [(row[0].x0, row[0].x1)]
    for run in row[1:]:
        if run.x0 - found[-1][1] < _WORD_GAP * run.size:
            found[-1] = (found[-1][0], max(run.x1, found[-1][1]))
        else:
            found.append((run.x0, run.x1))
    return found


def _block(runs: list[Run]) -> Block:
    """The lines of one part."""
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    rows = [_without_notes(row) for row in _rows(runs)]
    tabular = [_is_tabular(row) for row in rows]
    kept = [row for i, row in enumerate(rows) if row and not _in_table(tabular, i)]
    return tuple(_line(row, left, right) for row in kept)


def _without_notes(row: list[Run]) -> list[Run]:
    """The row without small raised marks."""
    size = max(run.size for run in row)
    base = max((run.base for run in row if run.size == size), default=0.0)
    raised = [run.size < 0.8 * size and run.base < base - 0.15 * size for run in row]
    return [run for run, up in zip(row, raised, strict=True) if not (up and _NOTE_MARK.fullmatch(run.text))]


def _cells(row: list[Run]) -> list[str]:
    cells: list[str] = []
    for i, run in enumerate(row):
        if i and run.x0 - row[i - 1].x1 < _CELL_GAP * run.size:
            cells[-1] += " " + run.text
        else:
            cells.append(run.text)
    return cells


def _is_tabular(row: list[Run]) -> bool:
    """Two cells or more, at least half of them numbers."""
    cells = _cells(row)
    numbers = sum(1 for cell in cells if _NUMBER.fullmatch(cell.strip()))
    return len(cells) > 1 and numbers * 2 >= len(cells)


def _in_table(tabular: list[bool], i: int) -> bool:
    return tabular[i] and any(tabular[max(0, i - 1) : i] + tabular[i + 1 : i + 2])


def _line(row: list[Run], left: float, right: float) -> Line:
    text = row[0].text
    for before, run in pairwise(row):
        apart = run.x0 - before.x1 > 0.15 * run.size and not (is_wide(text[-1]) and is_wide(run.text[0]))
        text += (" " if apart else "") + run.text
    main = max(row, key=lambda run: len(run.text))
    return Line(row[0].x0, max(run.x1 for run in row), main.base, main.size, text, left, right)


def is_wide(char: str) -> bool:
    """Whether a character is set on a full square and parted from the next by no space."""
    return bool(_WIDE.match(char))
