"""Sums that miss the same: a figure that all of them share is wrong, though which one they do not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.sheet import Ints

FEW = 0.5
"""Rows that are more than this share of the largest sum's parts narrow nothing down."""


def shared(case: Case, numbers: Iterable[int]) -> Mapping[int, tuple[int, Ints]]:
    """For wholes that miss the same as others: the first of them, and the rows that they have in common."""
    left = list(numbers)
    found: dict[int, tuple[int, Ints]] = {}
    while left:
        head = left.pop(0)
        alike = [n for n in left if _same(case, head, n)]
        rows = _common(case, [head, *alike]) if alike else np.zeros(0, np.int64)
        if len(rows):
            found |= dict.fromkeys((head, *alike), (head, rows))
            left = [n for n in left if n not in alike]
    return found


def _same(case: Case, one: int, other: int) -> bool:
    """Whether two wholes of one flow and period miss the same."""
    w, sheet = case.wholes, case.sheet
    a, b = w.whole[one], w.whole[other]
    alike = all(column[a] == column[b] for column in (sheet.flow, sheet.first, sheet.last))
    off, room = abs(float(w.off[one] - w.off[other])), float(w.slack[one] + w.slack[other])
    return alike and off <= room < abs(float(w.off[one]))


def _common(case: Case, numbers: list[int]) -> Ints:
    """The parts that wholes share and that are no smaller than what is too much, the largest first."""
    w, value = case.wholes, case.sheet.value
    parts = [w.parts(number) for number in numbers]
    rows = parts[0]
    for more in parts[1:]:
        rows = np.intersect1d(rows, more)
    rows = rows[(rows < case.sheet.rows) & (value[rows] >= float(w.off[numbers[0]]))]
    few = len(rows) <= FEW * max(len(some) for some in parts)
    found: Ints = rows[np.argsort(-value[rows], kind="stable")] if few else rows[:0]
    return found
