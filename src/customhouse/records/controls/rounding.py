"""Periods of a flow whose figures all end in noughts where those of others do not: how coarse they are."""

from __future__ import annotations

import numpy as np

from customhouse.records.controls.sheet import Floats, Ints, Sheet, ids

MANY, LARGE = 10, 10
"""So many figures of so many printed steps show that none has a last digit by chance."""
MOST = 9


def rounded(sheet: Sheet) -> Ints:
    """By how many digits each row is coarser than it is printed, 0 where it is not."""
    found = np.zeros(len(sheet.value), np.int64)
    rows = sheet.live[~np.isnan(sheet.value[sheet.live])]
    if not len(rows):
        return found
    steps = np.round(np.abs(sheet.value[rows]) / np.maximum(sheet.step[rows], 1.0))
    block = ids(sheet.flow[rows], sheet.first[rows], sheet.last[rows])
    large = steps >= LARGE
    digits = np.full(int(block.max()) + 1, MOST)
    np.minimum.at(digits, block[large], _noughts(steps[large]))
    told = np.bincount(block[large], minlength=len(digits)) >= MANY
    if (digits[told] > 0).all():
        return found
    found[rows] = np.where(told, digits, 0)[block]
    return found


def _noughts(steps: Floats) -> Ints:
    """How many noughts each number ends in."""
    found = np.zeros(len(steps), np.int64)
    for digits in range(1, MOST + 1):
        found[np.mod(steps, 10.0**digits) == 0] = digits
    return found
