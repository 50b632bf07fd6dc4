"""A month that is left out though years to date go on without it: the next one is dated too late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.accumulation import Index
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.sheet import BALANCE, Bools, Ints, Sheet, ids

MOSTLY = 0.8
LEAST = 3
REVISED = 2e-3
"""What years to date may be revised by from one month to the next."""


def skipped(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date that are those of two months earlier and one month, with none between."""
    sheet = case.sheet
    rows = sheet.live[~np.isnan(sheet.value[sheet.live]) & (sheet.flow[sheet.live] != BALANCE)]
    year = (sheet.first[rows] % 12 == 0) & (sheet.last[rows] // 12 == sheet.first[rows] // 12)
    there = set(np.unique(sheet.last[rows]).tolist())
    low = min(there, default=0)
    key, last = ids(sheet.series[rows]), sheet.last[rows] - low
    months, years = (
        Index(key, last, rows, sheet.first[rows] == sheet.last[rows]),
        Index(key, last, rows, year),
    )
    for period in sorted(there):
        if period % 12 < 2 or period - 1 in there or period - 2 not in there:
            continue
        mine = year & (sheet.last[rows] == period) & (sheet.first[rows] < period)
        month = months.find(key[mine], period - low)
        before = years.find(key[mine], period - 2 - low)
        fit = (month >= 0) & (before >= 0)
        now = rows[mine][fit]
        if len(now) >= LEAST and _goes_on(sheet, now, month[fit], before[fit]) >= MOSTLY:
            cells = sheet.loaded(np.r_[now, month[fit]])
            if len(cells) and not done[cells].any():
                done[cells] = True
                yield doubt(
                    sheet, "month_skipped", "release_date", "stop", cells, months=1.0,
                    period=Month(period, period), other=Month(period - 1, period - 1),
                    before=Month(period - 2, period - 2),
                )  # fmt: skip


def _goes_on(sheet: Sheet, now: Ints, month: Ints, before: Ints) -> float:
    """The share of years to date that are the one before and the month."""
    off = np.abs(sheet.value[now] - sheet.value[month] - sheet.value[before])
    return float((off <= 4 * sheet.step[now] + REVISED * np.abs(sheet.value[now])).mean())
