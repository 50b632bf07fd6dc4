"""Known figures that a load would replace all together, by others: those of another month or year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, doubt, spanned
from customhouse.records.controls.panel import logs
from customhouse.records.controls.sheet import Bools, ids

LEAST = 8
NEARLY_ALL = 0.8
FAR, VERY_FAR = 0.04, 0.08
"""Revisions that are larger in the middle (logarithm) are doubted, or stopped."""


def replaced(case: Case, done: Bools) -> Iterator[Doubt]:
    """Periods of which nearly all known figures change, by more than revisions do."""
    sheet = case.sheet
    rows, before = sheet.earlier
    fresh = ~done[rows]
    rows, before = rows[fresh], before[fresh]
    change = np.abs(logs(sheet.value[rows]) - logs(sheet.value[before]))
    rows, change = rows[~np.isnan(change)], change[~np.isnan(change)]
    if not len(rows):
        return
    period = ids(sheet.first[rows], sheet.last[rows])
    far = [
        period == number
        for number in np.unique(period)
        if (period == number).sum() >= LEAST
        and (change[period == number] > 0).mean() >= NEARLY_ALL
        and np.median(change[period == number]) > FAR
    ]
    if far:
        mine = np.any(far, axis=0)
        cells, middle = rows[mine], float(np.median(change[mine]))
        done[cells] = True
        yield doubt(
            sheet,
            "figures_replaced",
            "period_mistaken",
            "stop" if middle > VERY_FAR else "caution",
            cells,
            period=spanned(sheet, cells),
            change_percent=100 * float(np.expm1(middle)),
        )
