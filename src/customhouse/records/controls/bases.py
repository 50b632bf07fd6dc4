"""Growth and the figures of a year earlier: what one makes of the other."""

from __future__ import annotations

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.sheet import Floats, Ints

POINTS = 1.5
"""Growth may be off by so many points: bases are revised."""
FEW, FIT = 3, 0.7


def places_of(growth: Floats) -> int:
    """The decimals that growth is printed with."""
    some = growth[~np.isnan(growth)]
    for places in range(6):
        near = np.abs(some * 10**places - np.round(some * 10**places)) < 1e-6 * 10**places
        if near.mean() >= 0.99 if len(some) else True:
            return places
    return 6


def base_of(value: Floats, growth: Floats) -> Floats:
    """What growth in per cent makes of the figures a year earlier, NaN where it takes nearly all away."""
    ratio = 1 + growth / 100
    return np.where(ratio > 0.005, value / np.where(ratio > 0.005, ratio, 1), np.nan)


def year_earlier(case: Case, rows: Ints) -> Ints:
    """The rows of the same series twelve months before, -1 where there are none."""
    sheet = case.sheet
    live = sheet.live
    low = int(sheet.first.min()) - 12

    def key(of: Ints, back: int) -> Ints:
        span = (sheet.last - sheet.first)[of] % 64
        return (sheet.series[of] * 8192 + sheet.first[of] - back - low) * 64 + span

    known = key(live, 0)
    order = np.argsort(known)
    wanted = key(np.maximum(rows, 0), 12)
    at = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    found: Ints = np.where((known[order][at] == wanted) & (rows >= 0), live[order][at], -1)
    return found


def implied_by_known(case: Case, rows: Ints, steps: int = 0) -> Floats:
    """The growth (per cent) that known figures of a year earlier make, NaN where there is none.

    A figure of no more than so many printed `steps` tells too little.
    """
    value, step = taken(case.sheet.value, rows), taken(case.sheet.step, rows)
    base = taken(case.sheet.value, year_earlier(case, rows))
    base = np.where(base > steps * step, base, np.nan)
    found: Floats = 100 * (value / base - 1)
    return found


def grown(case: Case, rows: Ints) -> bool:
    """Whether the growth that is printed beside figures leads from those of a year earlier to them."""
    sheet = case.sheet
    rows = sheet.loaded(rows)
    off = np.abs(sheet.growth[rows] - implied_by_known(case, rows))
    told = ~np.isnan(off)
    return bool(told.sum() >= FEW and (off[told] <= POINTS).mean() >= FIT)
