"""The statistical tables of a release: total trade, partners, enterprises, regimes, regions and so on.

`gather` measures them once, `word` writes them in a language. The codes are `CODES`; a table is left
out where the statistics do not have it, and so is a column without a figure. Each table has the
period and the year to date; where these are one and the same, its last month and the year to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from customhouse.measures import Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.release import tables_rows as rows_of
from customhouse.release.model import Column, Table
from customhouse.release.tables_rows import Line
from customhouse.release.tables_scan import Scans
from customhouse.statistics import Statistics

CODES = ("total", "partner", "enterprise", "regime", "region", "exports_goods", "imports_goods", "transport")
"""The tables in their order."""
MONTHS = 13
"""How many months the table of total trade goes back."""
_DIMENSIONS = {code: code for code in ("partner", "enterprise", "regime", "region", "transport")}
_TO_DATE = ("value_to_date", "growth_to_date")


@dataclass(frozen=True, slots=True)
class Measured:
    """A row of figures as claims, None where there is none; `code` is empty for the total."""

    line: Line
    period: Period | None
    claims: tuple[Claim | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table before it is worded: columns (their labels are empty) and measured rows."""

    code: str
    dimension: str
    period: Period
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[Measured, ...]


def release_tables(statistics: Statistics, period: Period, language: str) -> tuple[Table, ...]:
    """The tables of a period in one language."""
    from customhouse.release.tables_words import word

    return tuple(word(grid, language) for grid in gather(statistics, period))


def gather(statistics: Statistics, period: Period) -> tuple[Grid, ...]:
    """All tables that the statistics have of a period, measured."""
    scans = statistics if isinstance(statistics, Scans) else Scans(statistics)
    return tuple(trimmed for code in CODES if (trimmed := _trimmed(_grid(scans, code, period))).rows)


def cell(
    statistics: Statistics, column: Column, dimension: str = "", code: str = "", period: Period | None = None
) -> Claim | None:
    """The claim of a cell: of a row's code (none: the total), or of its period; None where there is none."""
    scans = statistics if isinstance(statistics, Scans) else Scans(statistics)
    if period is not None:
        return _dated(scans, period, [column]).claims[0]
    return _measured(scans, dimension, Line(code), [column]).claims[0]


def windows(period: Period) -> tuple[Period, ...]:
    """The stretches of months that a table has side by side."""
    if period.first // 12 != period.last // 12:
        return (period,)
    to_date = Period(period.last // 12 * 12, period.last)
    first = Period(period.last, period.last) if period == to_date else period
    return (first,) if first == to_date else (first, to_date)


def _grid(scans: Scans, code: str, period: Period) -> Grid:
    if code == "total":
        return _total(scans, period)
    if code in _DIMENSIONS:
        dimension = _DIMENSIONS[code]
        columns = tuple(_columns(rows_of.flows(scans, period), windows(period), scans.currency))
        lines = rows_of.lines(scans, dimension, windows(period)[-1])
    else:
        dimension, flow = "commodity", code.partition("_")[0]
        columns = tuple(_goods_columns(flow, windows(period), scans.currency))
        lines = rows_of.goods(scans, flow, windows(period)[-1])
    measured = (_measured(scans, dimension, line, columns) for line in lines)
    return Grid(code, dimension, period, scans.currency, columns, tuple(measured))


def _columns(flows: Sequence[str], stretches: Sequence[Period], currency: str) -> Iterator[Column]:
    for flow in flows:
        for stretch in stretches:
            yield Column("", "value", flow, stretch, currency)
            yield Column("", "growth", flow, stretch, "%")
        yield Column("", "share", flow, stretches[-1], "%")


def _goods_columns(flow: str, stretches: Sequence[Period], currency: str) -> Iterator[Column]:
    yield Column("", "unit", flow, None, "")
    measured = (("quantity", ""), ("quantity_growth", "%"), ("value", currency), ("growth", "%"))
    for stretch in stretches:
        yield from (Column("", measure, flow, stretch, unit) for measure, unit in measured)
    yield Column("", "share", flow, stretches[-1], "%")


def _measured(scans: Scans, dimension: str, line: Line, columns: Sequence[Column]) -> Measured:
    narrowed = {dimension: line.code} if line.code else {}
    claims = [
        _claim(scans, Slice(flow=column.flow, **narrowed), column, column.period) for column in columns
    ]
    return Measured(line, None, tuple(claims))


def _claim(scans: Scans, part: Slice, column: Column, period: Period | None) -> Claim | None:
    if period is None:
        return None
    kind, whole = column.measure, not part.narrowing()
    if kind == "share" and whole:
        return None
    if kind.startswith("quantity"):
        return _quantity(scans, part, kind, period)
    found = measure(Request(kind, part, period), scans)
    return found if isinstance(found, Claim) else None


def _quantity(scans: Scans, part: Slice, kind: str, period: Period) -> Claim | None:
    """The quantity where all goods of the slice are counted in one unit, and its growth."""
    if part.commodity is None or scans.level(part, period, "quantity") is None:
        return None
    ask = Request("quantity", part, period)
    if kind == "quantity_growth":
        ask = Request("growth", part, period, of="quantity")
    found = measure(ask, scans)
    return found if isinstance(found, Claim) else None


def _total(scans: Scans, period: Period) -> Grid:
    """Total trade of the period, then month by month, the last first."""
    columns, flows = [], rows_of.flows(scans, period)
    for flow in (*flows, "balance") if len(flows) > 1 else flows:
        columns.append(Column("", "value", flow, None, scans.currency))
        columns.append(Column("", "growth", flow, None, "%"))
        columns.append(Column("", "value_to_date", flow, None, scans.currency))
        columns.append(Column("", "growth_to_date", flow, None, "%"))
    columns = [c for c in columns if not (c.flow == "balance" and c.measure.startswith("growth"))]
    months = [Period(last, last) for last in range(period.last, period.last - MONTHS, -1)]
    stretches = months if period.months == 1 else [period, *months]
    dated = (_dated(scans, stretch, columns) for stretch in stretches)
    rows = tuple(row for row in dated if any(map(_is_value, row.claims, columns)))
    return Grid("total", "period", period, scans.currency, tuple(columns), rows)


def _is_value(claim: Claim | None, column: Column) -> bool:
    return claim is not None and column.measure == "value"


def _dated(scans: Scans, period: Period, columns: Sequence[Column]) -> Measured:
    to_date = Period(period.last // 12 * 12, period.last)
    claims = []
    for column in columns:
        stretch = to_date if column.measure in _TO_DATE else period
        plain = replace(column, measure=column.measure.removesuffix("_to_date"))
        claims.append(_claim(scans, Slice(flow=column.flow), plain, stretch))
    return Measured(Line(str(period)), period, tuple(claims))


def _trimmed(grid: Grid) -> Grid:
    """Without rows that have no figure and columns that have none; a unit stands where a quantity does."""
    rows = [row for row in grid.rows if any(row.claims)]
    keep = [any(row.claims[at] for row in rows) for at in range(len(grid.columns))]
    quantities = any(k and c.measure == "quantity" for k, c in zip(keep, grid.columns, strict=True))
    keep = [k or (quantities and c.measure == "unit") for k, c in zip(keep, grid.columns, strict=True)]
    columns = tuple(column for column, kept in zip(grid.columns, keep, strict=True) if kept)
    if not any(column.measure.startswith("value") for column in columns) or _total_alone(rows):
        return replace(grid, rows=())
    cut = (tuple(c for c, kept in zip(row.claims, keep, strict=True) if kept) for row in rows)
    measured = tuple(replace(row, claims=claims) for row, claims in zip(rows, cut, strict=True))
    return replace(grid, columns=columns, rows=measured)


def _total_alone(rows: Sequence[Measured]) -> bool:
    return not any(row.line.code for row in rows)
