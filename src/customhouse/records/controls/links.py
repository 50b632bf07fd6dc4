"""Rows of a year to date, of its last month and of the year to date before it, by series and month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.sheet import Bools, Ints, Sheet, ids


def links(sheet: Sheet, back: int = 1) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Rows of a year to date, of its last month and of the year to date so many months before, by period."""
    rows = sheet.live[~np.isnan(sheet.value[sheet.live])]
    key = ids(sheet.series[rows])
    first, last = sheet.first[rows], sheet.last[rows]
    base = int(first.min()) if len(rows) else 0
    year = (first % 12 == 0) & (last // 12 == first // 12)
    months = Index(key, last - base, rows, first == last)
    years = Index(key, last - base, rows, year)
    for period in np.unique(last[year & (last > first)]):
        mine = year & (last == period) & (last > first)
        month = months.find(key[mine], int(period) - base)
        before = years.find(key[mine], int(period) - back - base)
        if (before >= 0).any():
            fit = (month >= 0) & (before >= 0)
            yield rows[mine][fit], month[fit], before[fit]


class Index:
    """Rows by series and month."""

    def __init__(self, key: Ints, month: Ints, rows: Ints, fit: Bools) -> None:
        full = key[fit] * 4096 + month[fit]
        order = np.argsort(full)
        self._full, self._rows = full[order], rows[fit][order]

    def find(self, key: Ints, month: int) -> Ints:
        """The rows of some series in a month, -1 where there is none."""
        if not len(self._full):
            return np.full(len(key), -1, np.int64)
        full = key * 4096 + month
        at = np.minimum(np.searchsorted(self._full, full), len(self._full) - 1)
        return np.where(self._full[at] == full, self._rows[at], -1)
