"""Some rows in another unit than the rest, and rows that are sums of others without a total to tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.months import effect
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

NEAR = 0.5
QUIET = 0.5
MATERIAL = 1e-5
FEW = 3
MENDED = 0.1
"""What may be left of a gap when rows are put right: smaller rows of the same kind."""
LARGE, MANY = 2, 6
"""Rows that jump by this power of ten at the least are told alone, beside so many months;"""
SLACK = 0.15
RARE = 0.02
"""Rows that no sum tells about must be at least so many of all."""


class Jumps(NamedTuple):
    """Lines that jump by a power of ten, the powers, how many jump as far by something else.

    `off` is how far each line jumps (decimal logarithm).
    """

    lines: Ints
    power: Ints
    odd: int
    off: Floats


def some_rows(case: Case, done: Bools) -> Iterator[Doubt]:
    """Rows that stand in a power of ten of what their own past lets expect, while the rest do not."""
    for panel in (case.months, case.ranges):
        for column in np.flatnonzero(panel.load).tolist():
            found = _jumps(clean(panel, done), column)
            enough = max(FEW, RARE * len(panel.line_rows(column)), 2 * found.odd)
            for power in np.unique(found.power):
                lines = found.lines[found.power == power]
                rows = panel.row[lines, column]
                rows = rows[~done[rows]]
                told = _closing(case, rows, _factor(panel, column, found, rows)) if len(rows) else rows
                rows = rows if told is None else told
                if told is not None and len(rows) == 1 and _own(case, int(rows[0])):
                    continue
                long = abs(power) >= LARGE and len(panel.neighbours(column)) >= MANY
                if len(rows) and (told is not None or len(rows) >= enough or long):
                    factor = _factor(panel, column, found, rows)
                    sure = told is not None or (long and abs(power) > LARGE)
                    yield _said(case, panel, column, rows, factor, sure=sure)
                    done[rows] = True


def _jumps(panel: Panel, column: int) -> Jumps:
    """The lines of a column that jump beside its neighbours."""
    others = panel.neighbours(column)
    if not len(others):
        return Jumps(np.zeros(0, np.int64), np.zeros(0, np.int64), 0, np.zeros(0))
    past, now = usual(panel, others[:6]), logs(panel.value[:, column])
    off = (now - past - effect(panel, column, (EXPORTS, IMPORTS, TRADE))[0]) / np.log(10)
    around = logs(panel.value[:, others[:6]]) - past[:, None]
    with np.errstate(invalid="ignore"):
        vary = np.nanmax(np.where(np.isnan(around), -1.0, np.abs(around)), axis=1) / np.log(10)
        power = np.round(off)
        big = np.exp(past) > MATERIAL * np.nansum(np.exp(past)) / 3
        fit = (np.abs(power) >= 1) & (np.abs(off - power) < NEAR / 2 + 0.05) & (vary < QUIET) & big
        odd = int(
            ((np.abs(off) > 0.6) & (np.abs(off - power) >= NEAR / 2 + 0.05) & (vary < QUIET) & big).sum()
        )
    lines = np.flatnonzero(fit)
    return Jumps(lines, power[lines].astype(np.int64), odd, off[lines])


def _factor(panel: Panel, column: int, found: Jumps, rows: Ints) -> float:
    """The multiple that rows stand in: a power of ten where they are near one."""
    far = float(np.median(found.off[np.isin(panel.row[found.lines, column], rows)]))
    return 10.0 ** (round(far) if abs(far - round(far)) < SLACK / 2 else far)


def _closing(case: Case, rows: Ints, factor: float) -> Ints | None:
    """Those rows whose wholes fail and close when they are put right; None without any whole."""
    w, sheet = case.wholes, case.sheet
    inside = np.isin(w.part, rows)
    if not inside.any():
        return None
    change = np.bincount(w.of, np.where(inside, sheet.value[w.part] * (1 - 1 / factor), 0.0), len(w.whole))
    exact = np.log10(factor) % 1 == 0
    mended = np.where(np.bincount(w.of, inside, len(w.whole)) >= 2 * FEW, MENDED, 0.0 if exact else MENDED)
    slack = w.slack + np.abs(change) * 1e-3 * (factor < 1)
    bad = (np.abs(w.off) > w.slack) & (change != 0)
    good = bad & (np.abs(w.off - change) <= np.maximum(slack, mended * np.abs(w.off)))
    told: Ints = np.intersect1d(rows, w.part[good[w.of]])
    return told if good.sum() >= 0.5 * (bad & ~np.isin(w.whole, rows)).sum() else told[:0]


def _own(case: Case, row: int) -> bool:
    """Whether a total says to the last digit what one row should be, and that is no multiple of it."""
    w = case.wholes
    exact = np.unique(w.of[(w.part == row) & w.complete[w.of]])
    exact = exact[np.abs(w.off[exact]) > w.slack[exact]]
    if not len(exact):
        return False
    stated, off = float(case.sheet.value[row]), float(w.off[exact[0]])
    if stated <= off or off == 0:
        return False
    power = np.log10(stated / (stated - off))
    return bool(abs(power - np.round(power)) > SLACK / 10)


def _said(case: Case, panel: Panel, column: int, rows: Ints, factor: float, *, sure: bool) -> Doubt:
    sheet = case.sheet
    top = rows[np.argmax(sheet.value[rows])]
    reading = read(factor, sheet.name("currency", int(top)), sheet.name("reporter", int(top)), slack=SLACK)
    if reading.cause == "power_of_ten":
        factor = 10.0**reading.power
    last = int(panel.last[column])
    return doubt(
        sheet,
        "unit_slip_rows",
        reading.cause,
        "stop" if sure or len(rows) > 4 else "caution",
        [top, *rows],
        row=Row(int(top)),
        factor=factor,
        power=float(reading.power),
        period=Month(last - int(panel.span[column]) + 1, last),
        rows=float(len(rows)),
        now_cents=float(sheet.value[top]),
        usual_cents=float(sheet.value[top] / factor),
    )
