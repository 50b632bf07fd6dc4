"""Figures beside other names in one month: a column of names, or of figures, that was sorted alone.

Line by line they are far from their other months, up and down; put in order they are what is usual.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt
from customhouse.records.controls.months import period_of
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

FAR, STEADY = 0.15, 3.0
"""A line departs by so much (logarithm), and by so many times as much as in its other months."""
LEAST, SHARE = 4, 0.3
"""So many lines depart, and this share of all,"""
UP = 2
"""so many of them up and so many down,"""
MIDDLE = 0.3
"""by this in the middle (logarithm);"""
IN_ORDER, RUN, RUN_SHARE = 0.5, 6, 0.6
"""Half of that is enough where so many figures, of this share of all rows, stand in order of size."""
ORDERED, WORST = 0.28, 0.45
"""in order they are no farther from the usual than this share of it, the worst than that much."""
NEAREST, MONTHS, SPARE = 12, 3, 6


def permuted(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose figures stand beside other names, of all flows or of one."""
    for panel in (case.months, *case.ranges.chains()):
        for column in np.flatnonzero(panel.load).tolist():
            kept = clean(panel, done)
            near = kept.neighbours(column)[:NEAREST]
            if len(near) < MONTHS:
                continue
            found = [_lines(kept, column, near, flow) for flow in (EXPORTS, IMPORTS, TRADE)]
            lines = np.concatenate(found)
            if len(lines):
                rows = panel.row[lines, column]
                done[rows] = True
                yield _said(case, panel, column, lines, usual(kept, near))


def _lines(panel: Panel, column: int, near: Ints, flow: int) -> Ints:
    """The lines of a flow whose figures changed places; none where they did not."""
    none = np.zeros(0, np.int64)
    past, now = usual(panel, near), logs(panel.value[:, column])
    vary = _vary(logs(panel.value[:, near]) - past[:, None])
    told = np.flatnonzero((panel.flow == flow) & ~np.isnan(past + now + vary))
    if len(told) < LEAST:
        return none
    away = now - past
    away = away - float(away[told].mean())  # what all have in common, which no order changes
    enough = IN_ORDER if _in_order(now[told[np.argsort(panel.row[told, column])]]) else 1.0
    lines = told[np.abs(away[told]) > np.maximum(FAR, STEADY * vary[told] * enough)]
    moved = np.abs(away[lines])
    if len(lines) < max(LEAST, SHARE * len(told)) or float(np.median(moved)) < MIDDLE * enough:
        return none
    if min((away[lines] > 0).sum(), (away[lines] < 0).sum()) < UP:
        return none
    apart = np.abs(np.sort((past + away)[lines]) - np.sort(past[lines]))
    fits = apart.mean() <= ORDERED * moved.mean() / enough and apart.max() <= WORST
    return lines if fits and not _coarse(past[lines], moved) else none


def _in_order(now: Floats) -> bool:
    """Whether most figures, one row after another, stand in order of size."""
    longest = 0
    for falls in (np.diff(now) <= 0, np.diff(now) >= 0):
        ends = np.flatnonzero(np.r_[True, ~falls, True])
        longest = max(longest, int(np.diff(ends).max()))
    return longest >= max(RUN, RUN_SHARE * len(now))


def _vary(around: Floats) -> Floats:
    """How far each line's other months are from their middle at most, but for one of many."""
    size = np.sort(np.abs(around), axis=1)
    count = (~np.isnan(size)).sum(axis=1)
    last = np.maximum(count - np.where(count >= SPARE, 2, 1), 0)
    found: Floats = np.where(count >= MONTHS, size[np.arange(len(size)), last], np.nan)
    return found


def _coarse(past: Floats, moved: Floats) -> bool:
    """Whether lines are so alike in size that any figures would fit in order."""
    return bool(np.ptp(past) < float(np.median(moved)))


def _said(case: Case, panel: Panel, column: int, lines: Ints, past: Floats) -> Doubt:
    sheet = case.sheet
    away = np.abs(logs(panel.value[lines, column]) - past[lines])
    top = int(lines[np.argmax(away)])
    row = int(panel.row[top, column])
    return doubt(
        sheet,
        "rows_permuted",
        "sorted_alone",
        "stop",
        [row, *panel.row[lines, column]],
        row=Row(row),
        period=period_of(panel, column),
        stated_cents=float(sheet.value[row]),
        usual_cents=float(np.exp(past[top]) * panel.span[column]),
    )
