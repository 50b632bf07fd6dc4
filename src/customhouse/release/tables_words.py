"""A measured table in words: headings, labels, units, printed figures, notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from customhouse import vocabulary
from customhouse.describe import name, period_words
from customhouse.model import Claim
from customhouse.release.labels import ABSENT, DASH, label, labelled, money, row_label
from customhouse.release.model import Cell, Column, Row, Table
from customhouse.release.tables import Grid, Measured
from customhouse.release.tables_print import cell, rate, scale
from customhouse.release.tables_rows import listed

SHOWN = {"partner": 30}
"""How many single codes documents print of tables that may be long, besides the total and groups."""
_AMOUNTS = ("value", "value_to_date")
_QUANTITY_POWERS = {
    "zh": ((11, 8, 1), (7, 4, 1), (4, 4, 2)), "en": ((11, 9, 2), (7, 3, 0), (4, 3, 1)),
}  # fmt: skip
_GOODS = {"value": "goods_value", "growth": "goods_growth"}


def word(grid: Grid, language: str) -> Table:
    """The table in `en` or `zh`."""
    power, decimals = scale((abs(c.value) for c in _values(grid)), language)
    rows = tuple(_row(grid, row, power, decimals, language) for row in grid.rows)
    period = period_words(grid.period, language)
    return Table(
        grid.code,
        label(f"table_{grid.code}", language, period=period),
        label("unit_line", language, unit=money(grid.currency, power, language)),
        label(f"stub_{grid.dimension}", language),
        tuple(_groups(grid, language)),
        tuple(_headed(grid, column, language) for column in grid.columns),
        rows,
        tuple(_notes(grid, rows, language)),
        grid.dimension,
        len(rows) - _left_out(grid),
    )


def _left_out(grid: Grid) -> int:
    """How many of the smallest single codes documents leave to the files of data."""
    return max(_singles(grid) - SHOWN[grid.code], 0) if grid.code in SHOWN else 0


def _singles(grid: Grid) -> int:
    groups = {"", *listed(grid.code)}
    return sum(row.line.code not in groups for row in grid.rows)


def _values(grid: Grid) -> Iterator[Claim]:
    for row in grid.rows:
        for column, claim in zip(grid.columns, row.claims, strict=True):
            if claim is not None and column.measure in _AMOUNTS:
                yield claim


def _groups(grid: Grid, language: str) -> Iterator[tuple[str, int]]:
    """Spanning headings: flows; in tables of goods, which are of one flow, periods."""
    if grid.dimension == "commodity":
        for period, columns in groupby(grid.columns, key=lambda column: column.period):
            yield (period_words(period, language) if period else ""), len(list(columns))
        return
    for flow, columns in groupby(grid.columns, key=lambda column: column.flow):
        yield label(f"flow_{flow}", language), len(list(columns))


def _headed(grid: Grid, column: Column, language: str) -> Column:
    text = _heading(grid, column, language)
    return Column(text, column.measure, column.flow, column.period, column.unit)


def _heading(grid: Grid, column: Column, language: str) -> str:
    if grid.dimension == "commodity":
        return label(f"column_{_GOODS.get(column.measure, column.measure)}", language)
    if column.measure == "value" and column.period is not None:
        return label("column_value", language, period=period_words(column.period, language))
    if column.measure == "value":
        return label("column_in_period", language)
    return label(f"column_{column.measure}", language)


def _row(grid: Grid, row: Measured, power: int, decimals: int, language: str) -> Row:
    cells = []
    quantity = _quantity_scale(grid, row, language)
    for column, claim in zip(grid.columns, row.claims, strict=True):
        if column.measure in _AMOUNTS:
            cells.append(cell(None if claim is None else claim.value, power, decimals, grid.currency))
        elif column.measure.startswith("quantity") and not quantity[0]:
            cells.append(Cell(None, DASH))
        elif column.measure == "quantity":
            cells.append(cell(None if claim is None else claim.value, *quantity[1:]))
        elif column.measure == "unit":
            cells.append(Cell(None, quantity[0] or DASH))
        else:
            cells.append(_rate(row, column, claim))
    return Row(row.line.code, _label(grid, row, language), row.line.depth, tuple(cells), row.period)


def _rate(row: Measured, column: Column, claim: Claim | None) -> Cell:
    if column.measure == "share" and not row.line.code:
        return Cell(100.0, "100.0", 0, 1)
    return rate(None if claim is None else claim.value)


def _quantity_scale(grid: Grid, row: Measured, language: str) -> tuple[str, int, int, str]:
    """The unit of a row's quantities in words, their power, decimals and unit."""
    pairs = zip(grid.columns, row.claims, strict=True)
    found = [claim for column, claim in pairs if claim is not None and column.measure == "quantity"]
    if not found:
        return "", 0, 0, ""
    size, unit = max(abs(claim.value) for claim in found), found[0].unit
    power, decimals = next(
        ((p, d) for least, p, d in _QUANTITY_POWERS[language] if size >= 10.0**least), (0, 0)
    )
    text = label(f"scaled_{power}", language, unit=_unit_name(unit, language))
    return text, power, decimals, unit


def _unit_name(unit: str, language: str) -> str:
    """A unit of quantity as customs name it, else as texts do."""
    if labelled(f"counted_{unit}"):
        return label(f"counted_{unit}", language)
    listed = {row["code"]: row[language] for row in vocabulary.rows("quantity_units")}
    return listed.get(unit) or name(unit, language, "count")


def _label(grid: Grid, row: Measured, language: str) -> str:
    if row.period is not None:
        return period_words(row.period, language)
    if not row.line.code:
        return label("row_total", language)
    return row_label(row.line.code, language, grid.dimension)


def _notes(grid: Grid, rows: tuple[Row, ...], language: str) -> Iterator[str]:
    printed = {cell.text for row in rows for cell in row.cells}
    zeros = {cell.text for row in rows for cell in row.cells if cell.measured and cell.number}
    zeros &= {"0", "0.0", "0.00"}
    share = next((c.period for c in grid.columns if c.measure == "share"), None)
    if _left_out(grid):
        yield label("note_shown", language, n=str(SHOWN[grid.code]), m=str(_singles(grid)))
    if grid.dimension == "period":
        yield label("note_to_date", language)
    if any("growth" in column.measure for column in grid.columns):
        yield label("note_growth", language)
    if share is not None:
        yield label("note_share", language, period=period_words(share, language))
    yield label("note_goods" if grid.dimension == "commodity" else _rounding(grid), language)
    if DASH in printed:
        yield label("note_nothing", language)
    if ABSENT in printed:
        yield label("note_absent", language)
    if zeros:
        yield label("note_small", language, zero=min(zeros))


def _rounding(grid: Grid) -> str:
    overlapping = grid.dimension in ("partner", "region")
    return "note_rounding" if overlapping else "note_rounding_only"
