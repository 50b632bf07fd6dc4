"""Tables as tidy CSV: a line for each row, flow and period, with codes, names and numbers in base units."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from customhouse.release.labels import clean
from customhouse.release.model import Cell, Row, Table

_RATES = ("growth", "share", "quantity_growth", "growth_to_date")


def tidy(tables: Mapping[str, Table]) -> str:
    """One table by language as CSV (RFC 4180, lines end in `\\n`).

    Columns: the row's code, its name in each language, period, flow, then the measures with their
    units in their names (`value_cny`, `growth_percent`). What is not available is empty.
    """
    first = next(iter(tables.values()))
    measures = _measures(first)
    names = [f"{first.dimension}_{language}" for language in tables]
    key = "period" if first.dimension == "period" else first.dimension
    keys = [key, *names, *(["period"] if key != "period" else []), "flow"]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*keys, *measures.values()], lineterminator="\n", restval="")
    writer.writeheader()
    for at, row in enumerate(first.rows):
        named = zip(names, tables.values(), strict=True)
        labels = {name: clean(table.rows[at].label) for name, table in named}
        for line in _lines(first, row, measures):
            writer.writerow({key: row.code or "total", **labels, **line})
    return out.getvalue()


def _measures(table: Table) -> dict[str, str]:
    """The columns of the measures, in order, by measure."""
    found: dict[str, str] = {}
    for column in table.columns:
        if column.measure in _RATES:
            found[column.measure] = f"{column.measure}_percent"
        elif column.measure.startswith("value"):
            found[column.measure] = f"{column.measure}_{column.unit.lower()}"
        elif column.measure == "quantity":
            found["quantity"] = "quantity"
            found["quantity_unit"] = "quantity_unit"
    return found


def _lines(table: Table, row: Row, measures: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines of a row, one for each flow and period, without those that have no figure."""
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for column, cell in zip(table.columns, row.cells, strict=True):
        period = column.period or row.period
        if cell.number is None or period is None:
            continue
        line = lines.setdefault((column.flow, str(period)), {"flow": column.flow, "period": str(period)})
        line[measures[column.measure]] = _number(cell)
        if column.measure == "quantity":
            line["quantity_unit"] = cell.measured
    return list(lines.values())


def _number(cell: Cell) -> str:
    """A number in plain digits: amounts to the hundredth, others to twelve digits."""
    if cell.number is None:
        return ""
    digits = f"{cell.number:.2f}" if cell.measured else f"{cell.number:.12f}"
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
