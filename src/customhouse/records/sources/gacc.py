"""China customs' monthly tables as published: workbooks, pages and delimited texts, in English and Chinese.

The title gives the month, a line the unit, the header the flow and whether a column is the month or the
year to date. Growth stands in columns of its own or in a second line under each row. Rows of continents
and blocs have the group's code. Imports are CIF, exports FOB. Rows of goods are by name, or by chapter of
the HS; sections, and goods by other lists, are set aside. A quantity in a unit that no list has keeps the
unit as it is printed (`gacc:...`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from customhouse.errors import CustomhouseError, MappingError
from customhouse.model import HOME
from customhouse.period import Period
from customhouse.records import numerals, printed_units
from customhouse.records.sources import gacc_words as words
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.gacc_header import ColumnHead, Head, head_of, is_dash, is_figure
from customhouse.records.sources.grids import Grid, grids
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside

_LOOK_ROWS = 40
_LARGEST_LOOK = 64 * 1024 * 1024
_LARGEST = 9_000_000_000_000_000_000
_AMOUNTS = frozenset({"value", "quantity", "growth"})
_NIL = numerals.Numeral(Decimal(0), Decimal(1))
_NO_UNIT = frozenset({"gacc:?", *(f"gacc:{dash}" for dash in "-\u2013\u2014\u2015")})
_BASIS = {"imports": "CIF", "exports": "FOB"}


def matches(path: Path) -> bool:
    """Whether a table in the file has a title with a month, and rows whose names are known."""
    try:
        if path.stat().st_size > _LARGEST_LOOK:
            return False
        return any(_is_ours(grid) for grid in grids(path, _LOOK_ROWS))
    except (CustomhouseError, OSError):
        return False


def _is_ours(grid: Grid) -> bool:
    head = head_of(grid)
    if head is None or head.months is None or not any(c.flow for c in head.columns):
        return False
    names = [n for n in (_name(row, head) for row in grid.rows[head.start:head.start + 30]) if n]
    if words.by_other_list(_said(head)):
        return bool(names)
    names = [n for n in names if not words.is_section(n)]
    known = sum(any(words.member(d, name)[0] for d in words.ROW_DIMENSIONS) for name in names)
    return bool(names) and known * 2 >= len(set(names))


def _said(head: Head) -> list[str]:
    """The title, and what stands over the names."""
    return [head.title, *(column.text for column in head.columns[:1])]


def read(path: Path, options: Options) -> Iterator[Batch]:
    """A batch for each table of a file.

    Raises InputError; MappingError where there is no such table, or it does not say its month or unit.
    """
    found = False
    for grid in grids(path):
        if head := head_of(grid):
            found = True
            yield _Reading(path, grid, head, options).batch()
    if not found:
        wrong = "no table with a title, a header of exports or imports, and rows of figures"
        raise MappingError(str(path), wrong, "give a mapping for this file")


def _name(row: list[str], head: Head) -> str:
    at = next((i for i, column in enumerate(head.columns) if column.role == "name"), 0)
    return row[at].strip() if at < len(row) else ""


class _Reading:
    """One table on its way to a batch."""

    def __init__(self, path: Path, grid: Grid, head: Head, options: Options) -> None:
        self.file, self.grid, self.head = str(path), grid, head
        self.months = self._period(options)
        self.currency, self.scale = self._unit(options)
        self.other_list = words.by_other_list(_said(head))
        self.dimension = words.dimension_of([_name(row, head) for row in grid.rows[head.start:]])
        self.figures: list[dict[str, Any]] = []
        self.of: list[dict[str, Any]] = []
        self.aside: list[SetAside] = []
        self.rows_in = 0

    def _fail(self, wrong: str, remedy: str) -> MappingError:
        return MappingError(f"{self.file}, {self.grid.place}{self.head.title[:80]!r}", wrong, remedy)

    def _period(self, options: Options) -> tuple[int, int]:
        if options.period:
            period = Period.parse(options.period)
            return period.first, period.last
        if self.head.months is None:
            raise self._fail("no month in the title of the table", "give the period")
        return self.head.months

    def _unit(self, options: Options) -> tuple[str, Decimal]:
        unit = printed_units.parse(options.unit, lenient=True) if options.unit else self.head.unit
        currency = unit.code if unit and unit.kind == "money" else words.currency_in(self.head.title)
        if unit is None or currency is None:
            raise self._fail("no line with the unit and currency of its values", "give the unit: USD 1,000")
        return currency, unit.scale

    def batch(self) -> Batch:
        """All rows of the table: figures, growth under them, and what could not be used."""
        before: tuple[str, int, int] | None = None
        for at in range(self.head.start, len(self.grid.rows)):
            row = self.grid.rows[at]
            if not any(cell.strip() for cell in row):
                continue
            self.rows_in += 1
            name = _name(row, self.head)
            if before and name in ("", before[0]) and self._growth_row(row, name, *before[1:]):
                before = None
                continue
            begun = len(self.figures)
            reasons = self._row(row, name, at)
            if reasons:
                self.aside.append(SetAside(self.file, self.grid.place_of(at), reasons, self._cells(row)))
            before = (name, begun, len(self.figures))
        table = pa.Table.from_pylist(self.figures, schema=TABLE_SCHEMA)
        return Batch(table, tuple(self.aside), self.rows_in, self.rows_in - len(self.aside))

    def _cells(self, row: list[str]) -> dict[str, str]:
        heads = [column.text for column in self.head.columns]
        found: dict[str, str] = {}
        for at, cell in enumerate(row):
            name = heads[at] if at < len(heads) and heads[at] else f"column {at + 1}"
            if cell.strip():
                found[name if name not in found else f"{name} #{at + 1}"] = cell
        return found

    def _row(self, row: list[str], name: str, at: int) -> tuple[str, ...]:
        """The figures of a row; the reasons where it has none that can be used."""
        if not any(is_figure(cell) for i, cell in enumerate(row) if self._role(i) in _AMOUNTS):
            return ("note_row",) if words.is_note(name) else ("no_figure",)
        if self.other_list and not words.is_total(name):
            return ("other_classification",)
        dimension = self.dimension or "partner"
        if dimension == "hs" and words.is_section(name):
            return ("group_row",)
        known, code = words.member(dimension, name)
        if not known:
            return ("name_unknown",)
        found, reasons = self._figures(row)
        if reasons or not found:
            return tuple(dict.fromkeys(reasons)) or ("no_figure",)
        common = {"reporter": HOME, "file": self.file, "place": self.grid.place_of(at), dimension: code}
        self.of += [of for of, _ in found]
        self.figures += [{**dict.fromkeys(TABLE_SCHEMA.names), **common, **figure} for _, figure in found]
        return ()

    def _role(self, at: int) -> str:
        return self.head.columns[at].role if at < len(self.head.columns) else "none"

    def _figures(self, row: list[str]) -> tuple[list[tuple[dict[str, Any], dict[str, Any]]], list[str]]:
        """The figures of a row by what they are of, with their quantity and growth; reasons against it."""
        found: dict[tuple[object, ...], tuple[dict[str, Any], dict[str, Any]]] = {}
        reasons: list[str] = []
        unit = self._quantity_unit(row)
        for column, cell in zip(self.head.columns, row, strict=False):
            if column.role not in _AMOUNTS or not cell.strip():
                continue
            figure = self._amount(column, cell, unit)
            if figure is None:
                reasons += [] if numerals.is_empty(cell) else [f"{column.role}_invalid"]
            elif column.flow is None:
                reasons.append("flow_unknown")
            else:
                of = self._of(column)
                found.setdefault(tuple(of.items()), (of, dict(of)))[1].update(figure)
        kept = [pair for pair in found.values() if set(pair[1]) & {"value_cents", "quantity_milli"}
                or pair[1].get("growth_percent") is not None]
        return kept, reasons

    def _of(self, column: ColumnHead) -> dict[str, Any]:
        first, last = self._window(column)
        return {"flow": column.flow, "first_month": first, "last_month": last,
                "basis": _BASIS.get(column.flow or ""), **dict(column.members)}

    def _window(self, column: ColumnHead) -> tuple[int, int]:
        """The months of a column: its own numbers in the year of the title, or the title's."""
        first, last = self.months
        year = last // 12 * 12
        if column.window:
            return year + column.window.first - 1, year + column.window.last - 1
        return (year, last) if column.to_date else (last if column.to_date is False else first, last)

    def _quantity_unit(self, row: list[str]) -> printed_units.Unit:
        """The unit of a row's quantities; one that no list has stands as it is printed."""
        at = next((i for i, column in enumerate(self.head.columns) if column.role == "unit"), None)
        cell = row[at].strip() if at is not None and at < len(row) else ""
        unit = words.quantity_unit(cell) if cell else None
        return unit or printed_units.Unit("quantity", f"gacc:{cell or '?'}", printed_units.ONE)

    def _amount(
        self, column: ColumnHead, cell: str, unit: printed_units.Unit
    ) -> dict[str, Any] | None:
        """What a cell adds to its figure; None where it is no number."""
        number = _NIL if is_dash(cell) else numerals.parse(cell, percent=True)
        if number is None:
            return None
        if column.role == "growth":
            return {"growth_percent": None if is_dash(cell) else float(number.value)}
        if column.role == "value":
            return self._value(cell, number)
        if is_dash(cell) and unit.code in _NO_UNIT:
            return {}
        amount = _whole(number.value * unit.scale * 1000)
        return None if amount is None else {"quantity_milli": amount, "quantity_unit": unit.code}

    def _value(self, cell: str, number: numerals.Numeral) -> dict[str, Any] | None:
        cents = _whole(number.value * self.scale * 100)
        step = _whole(number.step * self.scale * 100)
        if cents is None or step is None:
            return None
        return {"value_cents": cents, "step_cents": max(step, 1), "currency": self.currency,
                "printed": cell.strip()}

    def _growth_row(self, row: list[str], name: str, begun: int, ended: int) -> bool:
        """A second line of growth under a row: its percentages go to the figures above it."""
        pairs = zip(self.head.columns, row, strict=False)
        cells = [(column, cell) for column, cell in pairs if column.role in ("value", "quantity")]
        if not all(is_figure(cell) or not cell.strip() for _, cell in cells) or not any(c for _, c in cells):
            return False
        for column, cell in cells:
            number = numerals.parse(cell, percent=True)
            if column.role == "value" and number is not None and not is_dash(cell):
                self._grown(column, float(number.value), begun, ended)
        return True

    def _grown(self, column: ColumnHead, percent: float, begun: int, ended: int) -> None:
        wanted = self._of(column)
        for of, figure in zip(self.of[begun:ended], self.figures[begun:ended], strict=True):
            if of == wanted:
                figure["growth_percent"] = percent


def _whole(number: Decimal) -> int | None:
    """A number as a whole one, None beyond 64 bits."""
    whole = int(number.to_integral_value("ROUND_HALF_EVEN"))
    return whole if abs(whole) <= _LARGEST else None


SOURCE = Source("gacc", "China customs, monthly tables", matches, read)
