"""The head of a China customs table: its title, period, unit, and what each column has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from customhouse.records import numerals, printed_units
from customhouse.records.sources import gacc_words as words
from customhouse.records.sources.grids import Grid

_DASHES = frozenset("-\u2014\u2013\u2015")
_MOST_HEADER_ROWS = 25


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """What a column has: a role (name, unit, value, quantity, growth, none), its flow, months and members."""

    role: str
    flow: str | None = None
    window: words.Window | None = None
    to_date: bool | None = None
    members: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A table's head. `start` is the row where figures begin."""

    title: str
    months: tuple[int, int] | None
    unit: printed_units.Unit | None
    start: int
    columns: tuple[ColumnHead, ...] = field(default=())


def is_dash(text: str) -> bool:
    """Whether a cell has a dash for nothing."""
    return bool(text.strip()) and all(char in _DASHES for char in numerals.fold(text))


def is_figure(text: str) -> bool:
    """Whether a cell has a number or a dash."""
    return is_dash(text) or numerals.parse(text, percent=True) is not None


def head_of(grid: Grid) -> Head | None:
    """The head of a grid, None where it has none that a table of China customs has."""
    start = _start(grid)
    if start is None:
        return None
    above = grid.rows[:start]
    wide = (i for i, row in enumerate(above) if len({c for c in row if c}) > 1 and not _is_unit(row))
    top = next(wide, start)
    lines = [*grid.before, *(" ".join(dict.fromkeys(c for c in row if c)) for row in above[:top])]
    title = _title(lines)
    unit = words.unit_in([*reversed(lines), *(" ".join(dict.fromkeys(row)) for row in above[top:])])
    columns = _columns([row for row in above[top:] if not _is_unit(row)], words.flow_of_title(title))
    if not any(column.role in ("value", "quantity") for column in columns):
        return None
    return Head(title, words.period_in(title), unit, start, columns)


def _start(grid: Grid) -> int | None:
    """The first row of figures: it has a name of its own, figures after it, and a header above it."""
    seen: set[str] = set()
    flows = False
    for number, row in enumerate(grid.rows[:_MOST_HEADER_ROWS]):
        name = next((cell for cell in row if cell.strip()), "")
        figures = [cell for cell in row if is_figure(cell)]
        own = bool(name) and not is_figure(name) and name not in seen and not words.period_in(name)
        if flows and own and figures and len(figures) * 2 >= len([c for c in row if c.strip()]) - 1:
            return number
        seen.add(name)
        found = {kind for cell in dict.fromkeys(row) for kind, _ in words.words_in(cell)[0]}
        flows = flows or bool(found & {"flow", "measure"}) or words.flow_of_title(name) is not None
    return None


def _is_unit(row: list[str]) -> bool:
    """Whether a row has the unit line alone."""
    texts = list(dict.fromkeys(cell for cell in row if cell.strip()))
    return 0 < len(texts) <= 2 and words.unit_in([" ".join(texts)]) is not None


def _title(lines: list[str]) -> str:
    """The line nearest to the table that names a period; else all lines."""
    return next((line for line in reversed(lines) if words.period_in(line)), " ".join(lines[-3:]))


def _columns(header: list[list[str]], flow: str | None) -> tuple[ColumnHead, ...]:
    width = max((len(row) for row in header), default=0)
    filled = [_filled(row, width, row is header[-1]) for row in header]
    texts = [list(dict.fromkeys(row[at] for row in filled if row[at])) for at in range(width)]
    columns = [_column(text, at == 0) for at, text in enumerate(texts)]
    some = any(column.flow in ("exports", "imports") for column in columns)
    counts = Counter(dimension for column in columns for dimension, _ in column.members)
    best = counts.most_common(1)[0][0] if counts else ""
    return tuple(_completed(column, some, flow, best) for column in columns)


def _filled(row: list[str], width: int, last: bool) -> list[str]:
    """A header row whose wide cells stand in the first of their columns alone, spread out."""
    row = [cell.strip() for cell in row] + [""] * (width - len(row))
    if last:
        return row
    for at in range(2, width):
        row[at] = row[at] or row[at - 1]
    return row


def _column(texts: list[str], first: bool) -> ColumnHead:
    """One column from the texts above it, outermost first."""
    head = ColumnHead("name" if first else "none", text=" / ".join(texts))
    measures: set[str] = set()
    for text in texts:
        window, rest = words.window_in(text)
        found, left = words.words_in(rest)
        head = replace(head, window=window or head.window)
        for kind, code in found:
            head = _with(head, kind, code)
            measures |= {code} if kind == "measure" else set()
        if left and not first:
            head = replace(head, members=(*head.members, *words.labels(text if not found else left)))
    return head if first or head.role == "unit" else replace(head, role=_role(head, measures))


def _with(head: ColumnHead, kind: str, code: str) -> ColumnHead:
    if kind == "flow":
        return replace(head, flow=code)
    if kind == "window":
        return replace(head, to_date=code == "year_to_date")
    if kind == "column" and code in ("unit", "name"):
        return replace(head, role=code if head.role == "none" else head.role)
    if kind == "total":
        return replace(head, role="value" if head.role == "none" else head.role)
    return head


def _role(head: ColumnHead, measures: set[str]) -> str:
    if "growth" in measures:
        return "growth"
    if "quantity" in measures:
        return "quantity"
    said = measures or head.flow or head.window or head.members or head.to_date is not None
    return "value" if said or head.role == "value" else head.role


def _completed(column: ColumnHead, some: bool, flow: str | None, dimension: str) -> ColumnHead:
    """A column of figures without a flow has the title's, or that of all trade beside exports and imports.

    Its member is the one of the dimension that the columns share.
    """
    column = replace(column, members=tuple(m for m in column.members if m[0] == dimension)[:1])
    if column.role in ("value", "quantity", "growth") and column.flow is None:
        return replace(column, flow="trade" if some else flow)
    return column
