"""Two digits next to one another that were exchanged in a total, not in one of its parts."""

from __future__ import annotations

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt
from customhouse.records.controls.panel import apart

SHARP = 300
"""A gap that is so many times its slack is met by no exchange of digits by chance."""

AWAY = 0.1
"""A figure that would get so much farther from its other months (logarithm) was not another."""


def transposed(case: Case, number: int) -> bool:
    """Whether a whole would be what its parts sum to with two digits exchanged, and no part would mend it."""
    w, value, step = case.wholes, case.sheet.value, case.sheet.step
    off, slack, whole = float(w.off[number]), float(w.slack[number]), int(w.whole[number])
    if whole >= case.sheet.rows or abs(off) <= SHARP * slack:
        return False
    changes = [(whole, off), *((int(row), -off) for row in w.parts(number))]
    mend = [(row, by) for row, by in changes if _swaps(float(value[row]), by, float(step[row]), slack)]
    likely = [row for row, by in mend if not _farther(case, row, float(value[row]) + by)]
    return likely == [whole]


def _farther(case: Case, row: int, should: float) -> bool:
    """Whether a figure would be clearly farther from its other months if it were another."""
    if should <= 0:
        return True
    both = apart((case.months, case.ranges), row, np.array([float(case.sheet.value[row]), should]))
    return both is not None and bool(both[1] > both[0] + AWAY)


def _swaps(stated: float, change: float, step: float, slack: float) -> bool:
    """Whether a figure changes by so much when two digits next to one another change places."""
    digits = f"{abs(round(stated / max(step, 1.0)))}"
    place = np.arange(len(digits) - 1)[::-1]
    one = np.array([int(digit) for digit in digits])
    moved = 9.0 * (one[1:] - one[:-1]) * 10.0**place * max(step, 1.0) * np.sign(stated)
    return bool((np.abs(moved - change) <= slack).any())


def said(case: Case, number: int) -> Doubt:
    """The doubt about a total whose digits were exchanged."""
    w, sheet = case.wholes, case.sheet
    whole = int(w.whole[number])
    stated, off = float(sheet.value[whole]), float(w.off[number])
    return doubt(
        sheet,
        "figure_wrong",
        "digits_swapped",
        "stop",
        [whole],
        row=Row(whole),
        stated_cents=stated,
        should_cents=stated + off,
        off_cents=-off,
        identities=1.0,
        factor=abs(stated) / max(abs(stated + off), 1.0),
    )
