"""Whole months in the wrong place: names and figures a row apart, one month copied over another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, doubt
from customhouse.records.controls.months import ENOUGH, period_of
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

ALIGNED = 0.35
"""Moved rows that fit so much better than unmoved ones were misaligned."""
SAME = 0.8
DIGITS = 7.0
"""Figures of so many digits, but for the first of each, are not the same by chance."""
HALF = 0.5
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
    """Months whose figures, or those of one flow, are those of another month, loaded or known."""
    for panel in (case.months, case.ranges):
        for flow in (None, EXPORTS, IMPORTS):
            yield from _copied(case, panel, flow, done)


def _copied(case: Case, panel: Panel, flow: int | None, done: Bools) -> Iterator[Doubt]:
    for column in np.flatnonzero(panel.load):
        rows = panel.line_rows(int(column), flow)
        if not len(rows) or done[rows].mean() > 0.5:
            continue
        for other in panel.neighbours(int(column))[:24]:
            early = panel.last[other] > panel.last[column] and panel.load[other]
            same = 0 if early else _same(case, panel, flow, int(column), int(other))
            if same:
                yield _copy(case, panel, int(column), int(other), same, rows, done)
                break


def _same(case: Case, panel: Panel, flow: int | None, column: int, other: int) -> int:
    """How many figures two periods have in common, 0 where they may by chance."""
    mine = np.ones(len(panel.flow), bool) if flow is None else panel.flow == flow
    one, two = (panel.value[mine, at] * panel.span[at] for at in (column, other))
    both = (one > 0) & (two > 0)
    hit = (one == two) & both
    step = np.maximum(case.sheet.step[panel.row[mine, column]], 1.0)
    digits = float(np.maximum(np.log10(one[hit] / step[hit]) - 1, 0.0).sum())
    many = flow is None and hit.sum() >= 3 and len(np.unique(one[both])) >= 3
    share = SAME if panel.span[column] == 1 or flow is None else 1.0  # a year to date rests where no trade is
    full = both.sum() >= HALF * (one > 0).sum()
    enough = many or (full and digits >= DIGITS and len(np.unique(one[hit])) >= 2)
    return int(hit.sum()) if enough and hit.sum() >= share * both.sum() else 0


def _copy(case: Case, panel: Panel, column: int, other: int, same: int, rows: Ints, done: Bools) -> Doubt:
    apart = int(panel.last[column] - panel.last[other])
    cause = "repeated_month"
    if not panel.load[other]:
        late = panel.last[column] == case.loaded and 1 <= apart <= 2
        cause = "release_date" if late else "year_mistaken" if apart % 12 == 0 else cause
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
