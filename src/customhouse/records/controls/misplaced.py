"""Whole months in the wrong place: names and figures a row apart, one month copied over another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, doubt
from customhouse.records.controls.months import ENOUGH, period_of
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats

ALIGNED = 0.35
"""Moved rows that fit so much better than unmoved ones were misaligned."""
SAME = 0.8
LINES = 11
"""So many rows tell whether they are a row apart."""


def shifted(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose figures fit their neighbours when moved up or down by a row."""
    for panel in (case.months, case.ranges):
        yield from _shifted(case, panel, done)


def _shifted(case: Case, panel: Panel, done: Bools) -> Iterator[Doubt]:
    for column in np.flatnonzero(panel.load):
        for flow in (TRADE, EXPORTS, IMPORTS):
            lines = np.flatnonzero((panel.flow == flow) & (panel.row[:, column] >= 0))
            if len(lines) < LINES or done[panel.row[lines, column]].mean() > 0.5:
                continue
            lines = lines[np.argsort(panel.row[lines, column])]
            past = usual(clean(panel, done), panel.neighbours(int(column)))[lines]
            now = logs(panel.value[lines, column])
            apart = {by: _apart(now, past, by) for by in (0, 1, -1)}
            best = min(apart, key=lambda by: apart[by])
            if best and apart[best] < ALIGNED * apart[0]:
                rows = panel.row[lines, column]
                yield doubt(
                    case.sheet,
                    "rows_shifted",
                    "names_misaligned",
                    "stop",
                    rows,
                    rows=float(best),
                    period=period_of(panel, int(column)),
                    near=apart[best],
                    far=apart[0],
                )
                done[rows] = True


def _apart(now: Floats, past: Floats, by: int) -> float:
    """The usual distance of a profile from another that is moved by some rows, in units of its logarithm."""
    moved = np.roll(now, -by)
    if by:
        moved[-by if by < 0 else len(moved) - by :][: abs(by)] = np.nan
    off = moved - past
    some = off[~np.isnan(off)]
    return float(np.median(np.abs(some - np.median(some)))) if len(some) >= ENOUGH else np.inf


def copied(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose figures are those of another month of the load or of what is known."""
    for panel in (case.months, case.ranges):
        total = panel.value * panel.span
        for column in np.flatnonzero(panel.load):
            if done[panel.line_rows(int(column))].mean() > 0.5:
                continue
            for other in panel.neighbours(int(column))[:24]:
                one, two = total[:, column], total[:, other]
                both = (one > 0) & (two > 0)
                same = int((one == two)[both].sum())
                early = panel.last[other] > panel.last[column] and panel.load[other]
                if early or same < max(3, SAME * both.sum()) or len(np.unique(one[both])) < 3:
                    continue
                yield _copy(case, panel, int(column), int(other), same, done)
                break


def _copy(case: Case, panel: Panel, column: int, other: int, same: int, done: Bools) -> Doubt:
    apart = int(panel.last[column] - panel.last[other])
    cause = "repeated_month"
    if not panel.load[other]:
        late = panel.last[column] == case.loaded and 1 <= apart <= 2
        cause = "release_date" if late else "year_mistaken" if apart % 12 == 0 else cause
    rows = panel.line_rows(column)
    done[rows] = True
    return doubt(
        case.sheet,
        "month_repeats",
        cause,
        "stop",
        rows,
        period=period_of(panel, column),
        other=period_of(panel, other),
        same=float(same),
    )
