"""Rows of a wide table that stand one column off: each figure in the month before or after its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.panel import Panel
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints

LEAST, SHARE = 4, 0.8
"""So many sums, and this share of those that the line's months fail in, hold once it is moved."""
CLEAR = 4.0
"""What a sum misses is so many times what rounding leaves open."""


def moved(case: Case, done: Bools) -> Iterator[Doubt]:
    """Lines whose figures, moved by a month, close the sums that fail in their months."""
    missed = _missed(case)
    panel = case.months
    off = np.where(panel.row >= 0, missed[np.maximum(panel.row, 0)], np.nan)
    for line in np.flatnonzero((~np.isnan(off)).sum(axis=1) >= LEAST).tolist():
        rows = panel.row[line, panel.row[line] >= 0]
        if done[rows].any() or (rows >= case.sheet.rows).any():
            continue
        for by in (1, -1):
            hit, of = _closed(case, panel, off, line, by)
            if hit >= max(LEAST, SHARE * of):
                done[rows] = True
                done[_sums(case, rows)] = True
                yield doubt(
                    case.sheet, "row_moved", "one_column_off", "stop", rows, row=Row(int(rows[0])),
                    period=spanned(case.sheet, rows), columns=float(by), mended=float(hit),
                )  # fmt: skip
                break


def _missed(case: Case) -> Floats:
    """By what the sum that a row is a part of misses its total; NaN where it holds, or there are several."""
    w, sheet = case.wholes, case.sheet
    found = np.full(len(sheet.value), np.nan)
    if not len(w.whole):
        return found
    clear = (np.abs(w.off) > CLEAR * w.slack) & (sheet.flow[w.whole] != BALANCE)
    part = clear[w.of]
    found[w.part[part]] = w.off[w.of[part]]
    return found


def _closed(case: Case, panel: Panel, off: Floats, line: int, by: int) -> tuple[int, int]:
    """How many failing sums of a line close with its figure so many months before, and how many fail."""
    last = panel.last
    at = np.searchsorted(last, last - by)
    there = (at < len(last)) & (last[np.minimum(at, len(last) - 1)] == last - by)
    value = panel.value[line] * panel.span
    moved_in = np.where(there, value[np.minimum(at, len(last) - 1)], np.nan)
    slack = 12 * case.sheet.step[np.maximum(panel.row[line], 0)]
    tried = ~np.isnan(off[line]) & ~np.isnan(moved_in) & (moved_in != value)
    hit = np.abs(value - off[line] - moved_in) <= slack
    return int((hit & tried).sum()), int(tried.sum())


def _sums(case: Case, rows: Ints) -> Ints:
    """The totals of the sums that rows enter."""
    w = case.wholes
    found: Ints = np.unique(w.whole[w.of[np.isin(w.part, rows)]])
    return found
