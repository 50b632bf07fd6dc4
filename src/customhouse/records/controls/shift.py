"""Months that are those of the release and not of the trade."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Word, doubt, spanned
from customhouse.records.controls.sheet import Bools, Floats, Ints

LAGS = (1, 2, -1, 12, -12)
SAME = 0.8
FEW = 4
JANUARY, FEBRUARY = 0, 1


def lagged(case: Case, done: Bools) -> Iterator[Doubt]:
    """A load that repeats what is known, some months later."""
    sheet = case.sheet
    if len(sheet.first) == sheet.rows:
        return
    for column, name in ((sheet.value, "values"), (sheet.growth, "growth")):
        at_once = _same(case, column, 0)
        for lag in LAGS:
            rows, share = _same(case, column, lag)
            if len(rows) >= FEW and share >= SAME and at_once[1] < 0.5 and not done[rows].any():
                cause = "release_date" if lag in (1, 2) else "month_mistaken" if lag % 12 else "year_mistaken"
                done[rows] = True
                yield doubt(
                    sheet,
                    "months_late",
                    cause,
                    "stop",
                    rows,
                    lag=float(lag),
                    share=share,
                    column=Word(f"column_{name}"),
                    same=float(len(rows)),
                    period=spanned(sheet, rows),
                )
                return


def _same(case: Case, column: Floats, lag: int) -> tuple[Ints, float]:
    """The rows of the load that equal known figures so many months earlier, and their share."""
    sheet = case.sheet
    low = int(sheet.first.min()) - 24
    span = (sheet.last - sheet.first) % 512
    key = (sheet.series * 8192 + sheet.first - low) * 512 + span
    late = (sheet.series * 8192 + sheet.first - lag - low) * 512 + span
    there = ~np.isnan(column) & (column != 0)
    if lag % 12:  # a month that has become a year to date is another figure
        there &= sheet.first == sheet.last
    new, old = np.flatnonzero(there[: sheet.rows]), np.flatnonzero(there[sheet.rows :]) + sheet.rows
    if not len(new) or not len(old):
        return new[:0], 0.0
    order = old[np.argsort(key[old])]
    at = np.minimum(np.searchsorted(key[order], late[new]), len(order) - 1)
    met = key[order][at] == late[new]
    if met.sum() < FEW:
        return new[:0], 0.0
    equal = met & (column[order][at] == column[new])
    if len(np.unique(column[new[equal]])) < FEW:
        return new[:0], 0.0
    return new[equal], float(equal.sum() / met.sum())


def combined(case: Case, done: Bools) -> Iterator[Doubt]:
    """Series that lack every February: January and February come out together in March."""
    sheet = case.sheet
    rows = np.flatnonzero((sheet.first == sheet.last)[: sheet.rows])
    month = np.unique(sheet.last[rows])
    years = np.unique(month // 12)
    lacking = []
    for year in years:
        there = {int(m) % 12 for m in month[month // 12 == year]}
        inside = month[0] <= year * 12 + FEBRUARY <= month[-1]
        if inside and FEBRUARY not in there and {JANUARY, 2} <= there:
            lacking.append(int(year))
    full = [y for y in years if FEBRUARY in {int(m) % 12 for m in month[month // 12 == y]}]
    if len(lacking) >= 2 and len(month) >= 9 * len(years) and len(lacking) >= len(full) // 2:
        some = rows[np.isin(sheet.last[rows] // 12, lacking)]
        yield doubt(
            sheet,
            "february_lacking",
            "release_date",
            "caution",
            some,
            period=spanned(sheet, rows),
            years=float(len(lacking)),
        )
