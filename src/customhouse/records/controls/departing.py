"""Which figure of a sum that fails is as far from its other months as the sum is off."""

from __future__ import annotations

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.panel import Panel, logs, usual
from customhouse.records.controls.sheet import Floats, Ints

NEAR = 0.2
"""By so much of the gap its distance may miss it."""
REST = 0.3
"""What all others that depart may come to, of the gap."""
FAR = 3.0
"""So many times as far as in its other months, in the middle."""
NEAREST, LEAST = 12, 4


def departing(case: Case, number: int) -> int | None:
    """The row, of the parts of a whole or its own, that alone departs by about as much; None without one."""
    w, sheet = case.wholes, case.sheet
    whole = int(w.whole[number])
    off = float(w.off[number])
    for panel in (case.months, case.ranges):
        column = np.flatnonzero((panel.row == whole).any(axis=0))
        if len(column) and len(panel.neighbours(int(column[0]))) >= LEAST:
            rows = np.r_[w.parts(number), whole]
            away = _away(panel, int(column[0]), rows) * np.r_[np.ones(len(rows) - 1), -1.0]
            found = np.flatnonzero((np.abs(away - off) <= NEAR * abs(off)) & (rows < sheet.rows))
            rest = np.abs(away).sum() - np.abs(away[found]).sum()
            return int(rows[found[0]]) if len(found) == 1 and rest <= REST * abs(off) else None
    return None


def _away(panel: Panel, column: int, rows: Ints) -> Floats:
    """How far rows are from what their other months let expect (cents), 0 where others are as far."""
    line_of = {int(row): line for line, row in enumerate(panel.row[:, column]) if row >= 0}
    lines = np.array([line_of.get(int(row), -1) for row in rows])
    near = panel.neighbours(column)[:NEAREST]
    level = usual(panel, near)[lines]
    away = logs(panel.value[lines, column]) - level
    around = np.abs(logs(panel.value[lines][:, near]) - level[:, None])
    with np.errstate(invalid="ignore"):
        vary = np.nanmedian(np.where(np.isnan(around), np.inf, around), axis=1)
        clear = (np.abs(away) > FAR * vary) & (lines >= 0)
    level_cents = np.exp(level) * panel.span[column]
    found: Floats = np.where(clear, panel.value[lines, column] * panel.span[column] - level_cents, 0.0)
    return found
