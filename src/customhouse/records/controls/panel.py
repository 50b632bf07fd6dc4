"""Series by month: lines (an item in a flow) against periods, to judge a period by its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from customhouse.records.controls.sheet import Bools, Floats, Ints, Sheet, ids

MOST = 4_000_000
"""Cells of a panel; beyond that its largest lines stand for all."""
WINDOW = 14
"""Months within which another month is a neighbour."""
YEAR, YEARS = 12, 2
"""Quarters and halves have those of the same place in so many years before and after for neighbours too."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """`value[line, column]` by month on average, NaN where absent; `row` is where it stands, -1 if nowhere.

    Column j covers `span[j]` months up to `last[j]`; `load[j]` says whether the load brought it.
    Columns of one `chain[j]` are judged beside one another: below YEAR those that begin in the same
    month (years to date), from YEAR on those of one length (quarters, halves).
    """

    last: Ints
    span: Ints
    chain: Ints
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

    def chains(self) -> Iterator[Panel]:
        """The panel of each chain by itself, its columns one after another in time."""
        for chain in np.unique(self.chain):
            mine = self.chain == chain
            last, span, load = self.last[mine], self.span[mine], self.load[mine]
            value, row = self.value[:, mine], self.row[:, mine]
            yield Panel(last, span, self.chain[mine], load, self.item, self.flow, value, row)

    def neighbours(self, column: int, *, known: bool | None = None) -> Ints:
        """The columns near one, nearest first; only known ones, only loaded ones, or both."""
        apart = np.abs(self.last - self.last[column])
        again = (self.chain >= YEAR) & (apart % YEAR == 0) & (apart <= YEAR * YEARS)
        fit = ((apart <= WINDOW) | again) & (apart > 0) & (self.chain == self.chain[column])
        if known is not None:
            fit &= self.load != known
        found = np.flatnonzero(fit)
        return found[np.argsort(apart[found], kind="stable")]


def months(sheet: Sheet) -> Panel:
    """Single months."""
    rows = sheet.live[sheet.first[sheet.live] == sheet.last[sheet.live]]
    return _panel(sheet, rows, np.zeros(len(rows), np.int64))


def ranges(sheet: Sheet) -> Panel:
    """Years to date from January on or another month, and spans of one length: quarters, halves, years.

    The length of a span is its chain where a reporter has spans of that length that begin in several
    months; else the month that it begins with.
    """
    rows = sheet.live
    length = sheet.last[rows] - sheet.first[rows] + 1
    begin = sheet.first[rows] % YEAR
    group = ids(sheet.code["reporter"][rows], length)
    begins = np.unique(np.stack([group, begin], axis=1), axis=0)[:, 0] if len(rows) else group
    chain = np.where(np.bincount(begins, minlength=1)[group] > 1, YEAR + length, begin)
    long = (length > 1) & (length <= YEAR)
    fit = long | ((length == 1) & (begin == 0)) & (long & (chain == 0)).any()
    chain = np.where(length == 1, 0, chain)
    return _panel(sheet, rows[fit], chain[fit])


def _panel(sheet: Sheet, rows: Ints, chain: Ints) -> Panel:
    there = ~np.isnan(sheet.value[rows])
    rows, chain = rows[there], chain[there]
    if not len(rows):
        none = np.zeros(0, np.int64)
        empty = np.zeros((0, 0))
        return Panel(none, none, none, none.astype(bool), none, none, empty, empty.astype(np.int64))
    periods, column = np.unique(
        np.stack([chain, sheet.last[rows], sheet.first[rows]], axis=1), axis=0, return_inverse=True
    )
    column = column.reshape(-1)
    chain, last, span = periods[:, 0], periods[:, 1], periods[:, 1] - periods[:, 2] + 1
    keys, line = np.unique(sheet.series[rows], return_inverse=True)
    if len(keys) * len(last) > MOST:
        rows, line, column, keys = _largest(sheet, rows, line, column, MOST // len(last))
    place = np.full((len(keys), len(last)), -1, np.int64)
    place[line, column] = rows
    at = np.zeros(len(keys), np.int64)
    at[line] = rows
    value = np.where(place >= 0, sheet.value[place], np.nan) / span
    mine = (place >= 0) & (place < sheet.rows)
    load = 2 * mine.sum(axis=0) >= (place >= 0).sum(axis=0)
    return Panel(last, span, chain, load, sheet.item[at], sheet.flow[at], value, place)


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


def apart(panels: Iterable[Panel], row: int, values: Floats) -> Floats | None:
    """How far (logarithm) figures in a row's place are from its other periods; None where it is in none."""
    for panel in panels:
        line, column = np.nonzero(panel.row == row)
        if len(line):
            past = usual(panel, panel.neighbours(int(column[0])))[line[0]]
            found: Floats = np.abs(logs(values / panel.span[column[0]]) - past)
            return found
    return None
