"""A month that is left out though years to date go on without it: the next one is dated too late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.accumulation import links
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.sheet import BALANCE, Bools

MOSTLY = 0.8
LEAST = 3
REVISED = 2e-3
"""What years to date may be revised by from one month to the next."""


def skipped(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date that are those of two months earlier and one month, with none between."""
    sheet = case.sheet
    there = np.unique(sheet.last[sheet.live[~np.isnan(sheet.value[sheet.live])]])
    for year, month, before in links(sheet, 2):
        period = int(sheet.last[year[0]]) if len(year) else 0
        if period % 12 < 2 or period - 1 in there:
            continue
        flows = sheet.flow[year] != BALANCE
        year, month, before = year[flows], month[flows], before[flows]
        off = np.abs(sheet.value[year] - sheet.value[month] - sheet.value[before])
        goes_on = off <= 4 * sheet.step[year] + REVISED * np.abs(sheet.value[year])
        cells = sheet.loaded(np.r_[year, month])
        if len(year) < LEAST or goes_on.mean() < MOSTLY or not len(cells) or done[cells].any():
            continue
        done[cells] = True
        yield doubt(
            sheet, "month_skipped", "release_date", "stop", cells, months=1.0,
            period=Month(period, period), other=Month(period - 1, period - 1),
            before=Month(period - 2, period - 2),
        )  # fmt: skip
