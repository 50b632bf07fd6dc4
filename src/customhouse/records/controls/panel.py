"""Series by month: lines (an item in a flow) against periods, to judge a month by its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from customhouse.records.controls.sheet import Bools, Floats, Ints, Sheet

MOST = 4_000_000
"""Cells of a panel; beyond that its largest lines stand for all."""
WINDOW = 14
"""Months within which another month is a neighbour."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """`value[line, column]` by month on average, NaN where absent; `row` is where it stands, -1 if nowhere.

    Column j covers `span[j]` months up to `last[j]`; `load[j]` says whether the load brought it.
    """

    last: Ints
    span: Ints
    load: Bools
    item: Ints
    flow: Ints
    value: Floats
    row: Ints

    @property
    def columns(self) -> int:
        """How many periods there are."""
        return len(self.last)

    def line_rows(self, column: int, flow: int | None = None) -> Ints:
        """The rows of the sheet that a column (of one flow) holds."""
        rows = self.row[:, column] if flow is None else self.row[self.flow == flow, column]
        return rows[rows >= 0]

    def neighbours(self, column: int, *, known: bool | None = None) -> Ints:
        """The columns near one, nearest first; only known ones, only loaded ones, or both."""
        apart = np.abs(self.last - self.last[column])
        fit = (apart <= WINDOW) & (apart > 0)
        if known is not None:
            fit &= self.load != known
        found = np.flatnonzero(fit)
        return found[np.argsort(apart[found], kind="stable")]


def months(sheet: Sheet) -> Panel:
    """Single months."""
    return _panel(sheet, sheet.live[sheet.first[sheet.live] == sheet.last[sheet.live]])


def ranges(sheet: Sheet) -> Panel:
    """From January on: years to date and whole years."""
    rows = sheet.live
    fit = (sheet.first[rows] % 12 == 0) & (sheet.first[rows] // 12 == sheet.last[rows] // 12)
    long = fit & (sheet.last[rows] > sheet.first[rows])
    return _panel(sheet, rows[fit] if long.any() else rows[:0])


def _panel(sheet: Sheet, rows: Ints) -> Panel:
    rows = rows[~np.isnan(sheet.value[rows])]
    if not len(rows):
        none = np.zeros(0, np.int64)
        empty = np.zeros((0, 0))
        return Panel(none, none, none.astype(bool), none, none, empty, empty.astype(np.int64))
    last, column = np.unique(sheet.last[rows], return_inverse=True)
    keys, line = np.unique(sheet.series[rows], return_inverse=True)
    if len(keys) * len(last) > MOST:
        rows, line, column, keys = _largest(sheet, rows, line, column, MOST // len(last))
    place = np.full((len(keys), len(last)), -1, np.int64)
    place[line, column] = rows
    at = np.zeros(len(keys), np.int64)
    at[line] = rows
    span = np.ones(len(last), np.int64)
    np.maximum.at(span, column, sheet.last[rows] - sheet.first[rows] + 1)
    value = np.where(place >= 0, sheet.value[place], np.nan) / span
    mine = (place >= 0) & (place < sheet.rows)
    load = 2 * mine.sum(axis=0) >= (place >= 0).sum(axis=0)
    return Panel(last, span, load, sheet.item[at], sheet.flow[at], value, place)


def _largest(sheet: Sheet, rows: Ints, line: Ints, column: Ints, most: int) -> tuple[Ints, Ints, Ints, Ints]:
    size = np.bincount(line, np.abs(sheet.value[rows]))
    kept = np.zeros(len(size), bool)
    kept[np.argsort(-size)[:most]] = True
    fit = kept[line]
    keys, again = np.unique(line[fit], return_inverse=True)
    return rows[fit], again, column[fit], keys


def clean(panel: Panel, done: Bools) -> Panel:
    """The panel without the figures that are explained already."""
    spoilt = (panel.row >= 0) & done[panel.row] if panel.row.size else panel.row < 0
    return replace(panel, value=np.where(spoilt, np.nan, panel.value))


def logs(value: Floats) -> Floats:
    """Natural logarithms, NaN where a value is absent or not above zero."""
    return np.log(np.where(value > 0, value, np.nan))


def middle(value: Floats, weight: Floats) -> tuple[float, float]:
    """The weighted median of the values that are there, and the weighted median distance from it."""
    fit = ~np.isnan(value) & (weight > 0)
    if not fit.any():
        return np.nan, np.nan
    at = _median(value[fit], weight[fit])
    return at, _median(np.abs(value[fit] - at), weight[fit])


def _median(value: Floats, weight: Floats) -> float:
    order = np.argsort(value)
    mass = np.cumsum(weight[order])
    return float(value[order][np.searchsorted(mass, mass[-1] / 2)])


def usual(panel: Panel, columns: Ints) -> Floats:
    """Each line's median logarithm over some columns, NaN where it has none."""
    if not len(columns):
        return np.full(len(panel.item), np.nan)
    found = np.sort(logs(panel.value[:, columns]), axis=1)
    count = (~np.isnan(found)).sum(axis=1)
    line = np.arange(len(found))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(columns) - 1)
    between: Floats = (found[line, low] + found[line, high]) / 2
    return between
