"""Single growth rates that are wrong: ten times too large, a fraction, another sign, beyond what can be.

A rate is wrong where the figures deny it, those of a year earlier or those that other rates imply, and
one slip in it alone mends that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.bases import POINTS, implied_by_known, places_of, year_earlier
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.growth import SCALES, denied, growth
from customhouse.records.controls.growth_shift import elsewhere
from customhouse.records.controls.growth_sums import (
    ALL_GONE,
    CLEAR,
    SIZE,
    SLIPS,
    Wrong,
    month_for_year,
    of_flows,
    of_parts,
    unmet,
)
from customhouse.records.controls.sheet import TRADE, Bools, Floats

WHOLE, WHOLE_OFF = 100.0, 0.3
"""A whole's share of itself in per cent, and what rounding leaves open."""
OFTEN = 0.25
SIGNS = 20
"""So many rates without one below zero have lost their signs, where they do not fit."""
COLUMN = {"sign_turned": "signs_lost"}
"""What a slip is called where a column has it."""
UNEXPLAINED = "growth_unexplained"
FEW = 3
WIDE = 0.03
ALIKE, ROUNDED = 0.25, 0.1
EXACT = 0.5
"""Where so many rates agree to the last digit, all should."""


def growths(case: Case, done: Bools) -> Iterator[Doubt]:
    """Growth that the figures deny: whole columns of it, then rates that are wrong by themselves."""
    said = np.zeros(len(case.sheet.growth), bool)
    yield from elsewhere(case, done, said)
    for column in growth(case, done | said):
        said[list(column.cells)] = True
        yield column
    implied = _implied(case, done)
    found: dict[int, Wrong] = {}
    for check in (_impossible, _shares, _of_known):
        for one in check(case, implied):
            found.setdefault(one.row, one)
    sums = [*of_flows(case, implied), *of_parts(case, implied)]
    yield from month_for_year(case, sums, said)
    wrong = [one.wrong for one in sums if one.times > CLEAR and not said[one.rows].any()]
    many = len(wrong) > max(FEW, OFTEN * len(sums))  # where many sums fail, none tells of a single rate
    if many:
        wrong = [] if len(found) > FEW else _in_common(case, wrong)
    for one in wrong:
        if one.cause:
            found.setdefault(one.row, one)
    told = [one for one in found.values() if not (done[one.row] or said[one.row])]
    yield from _told(case, told)
    if not many:
        yield from unmet(case, sums, said | done | np.isin(np.arange(len(said)), list(found)))


def _implied(case: Case, done: Bools) -> Floats:
    """The growth that figures make, NaN where the figure or that of a year earlier is explained already."""
    rows = np.arange(case.sheet.rows)
    base = year_earlier(case, rows)
    spoilt = done[rows] | (base >= 0) & done[base]
    found: Floats = np.where(spoilt, np.nan, implied_by_known(case, rows, SIZE))
    return found


def _in_common(case: Case, wrong: list[Wrong]) -> list[Wrong]:
    """What most of those have that tell of a slip; that they are wrong, where they do not agree."""
    causes = Counter(one.cause for one in wrong if one.cause)
    cause, count = causes.most_common(1)[0] if causes else ("", 0)
    if count > len(wrong) / 2:
        return [one for one in wrong if one.cause == cause]
    rates = case.sheet.growth[~np.isnan(case.sheet.growth)]
    cause = "sign_turned" if len(rates) >= SIGNS and (rates >= 0).all() else UNEXPLAINED
    return [one._replace(cause=cause) for one in wrong]


def _told(case: Case, found: list[Wrong]) -> Iterator[Doubt]:
    """Rates that are wrong by the same slip are one doubt where they are many, else one each."""
    alike: dict[str, list[Wrong]] = defaultdict(list)
    for one in found:
        alike[one.cause].append(one)
    for cause in SCALES if len(alike[UNEXPLAINED]) > FEW else ():
        if len(alike[cause]) <= OFTEN * len(alike[UNEXPLAINED]):  # among many, a few fit by chance
            alike[UNEXPLAINED] += alike.pop(cause, [])
    for cause, some in alike.items():
        if len(some) > FEW:
            yield denied(case, np.array([one.row for one in some]), COLUMN.get(cause, cause))
        else:
            yield from (_said(case, one) for one in some)


def _impossible(case: Case, implied: Floats) -> Iterator[Wrong]:
    """No value can fall by more than all of it."""
    sheet = case.sheet
    rows = np.flatnonzero((sheet.growth[: sheet.rows] < ALL_GONE) & (sheet.flow[: sheet.rows] <= TRADE))
    for row in rows:
        rate = float(sheet.growth[row])
        fits = [cause for cause in ("ten_times", "hundred_times") if rate * SLIPS[cause] > ALL_GONE]
        if np.isnan(implied[row]):
            cause = fits[0] if fits else UNEXPLAINED
            yield Wrong(int(row), cause, rate * SLIPS.get(cause, np.nan))


def _shares(case: Case, implied: Floats) -> Iterator[Wrong]:
    """Rates of parts that add up to a hundred, which is that of the whole: shares, and no growth."""
    w, growth = case.wholes, case.sheet.growth
    for number in np.flatnonzero(np.abs(growth[w.whole] - WHOLE) < WHOLE_OFF):
        parts = w.parts(int(number))
        if len(parts) >= FEW and abs(np.nansum(growth[parts]) - WHOLE) < WHOLE_OFF * np.sqrt(len(parts)):
            rows = case.sheet.loaded(np.r_[w.whole[number], parts])
            yield from (
                Wrong(int(row), "share_for_growth", np.nan) for row in rows if growth[row] == growth[row]
            )


def _of_known(case: Case, implied: Floats) -> Iterator[Wrong]:
    """Growth is that on the figure of a year earlier."""
    growth = case.sheet.growth[: case.sheet.rows]
    near = POINTS + WIDE * np.abs(implied)
    off = np.abs(growth - implied)
    judged = ~np.isnan(off)
    exact = judged.any() and (off[judged] <= ROUNDED).mean() >= EXACT  # the base was not revised since
    if exact:
        near = np.full(len(off), 2 * ROUNDED)
    places = places_of(growth)
    for row in np.flatnonzero(off > CLEAR * near):
        rate, should = float(growth[row]), float(implied[row])
        room = {cause: float(near[row]) for cause in SLIPS}
        if exact:
            room |= {one: _rounding(case, int(row), should, by, places) for one, by in SCALES.items()}
        fits = [cause for cause, factor in SLIPS.items() if _fits(rate * factor, should, room[cause])]
        yield Wrong(int(row), fits[0] if len(fits) == 1 else UNEXPLAINED, should)


def _rounding(case: Case, row: int, should: float, factor: float, places: int) -> float:
    """What the last digit of a rate leaves open once a slip is undone, and that of its figure."""
    last = 0.6 * 10.0**-places * max(factor, 1.0)
    return last + (100 + abs(should)) * float(case.sheet.step[row] / abs(case.sheet.value[row]))


def _fits(rate: float, should: float, near: float) -> bool:
    """Whether a rate is what it should be, as near as its size lets tell."""
    return abs(rate - should) <= min(near, ALIKE * abs(should) + ROUNDED)


def _said(case: Case, wrong: Wrong) -> Doubt:
    sheet, row = case.sheet, wrong.row
    return doubt(
        sheet,
        "growth_wrong",
        wrong.cause,
        "caution" if wrong.cause == UNEXPLAINED else "stop",
        [row],
        row=Row(row),
        period=Month(int(sheet.first[row]), int(sheet.last[row])),
        stated_percent=float(sheet.growth[row]),
        should_percent=wrong.should,
    )
