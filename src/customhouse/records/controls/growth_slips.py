"""Single growth rates that are wrong: ten times too large, a fraction, another sign, beyond what can be.

A rate is wrong where the figures deny it, those of a year earlier or those that other rates imply, and
one slip in it alone mends that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.bases import POINTS, base_of, implied_by_known, places_of, year_earlier
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.growth import SCALES, denied, growth
from customhouse.records.controls.growth_shift import elsewhere
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

SLIPS = {**SCALES, "sign_turned": -1.0}
"""What a printed rate is multiplied by to undo a slip."""
WHOLE, WHOLE_OFF = 100.0, 0.3
"""A whole's share of itself in per cent, and what rounding leaves open."""
OFTEN = 0.25
SIGNS = 20
"""So many rates without one below zero have lost their signs, where they do not fit."""
COLUMN = {"sign_turned": "signs_lost"}
"""What a slip is called where a column has it."""
UNEXPLAINED = "growth_unexplained"
ALL_GONE = -100.0
CLEAR = 10.0
"""A gap of so many times what rounding leaves open is no rounding."""
FEW = 3
SIZE = 50
"""Figures of fewer steps than this imply too little."""
WIDE = 0.03
ALIKE, ROUNDED = 0.25, 0.1
EXACT = 0.5
"""Where so many rates agree to the last digit, all should."""


class Wrong(NamedTuple):
    """A rate that is wrong, by its row, why, and what it should be in per cent."""

    row: int
    cause: str
    should: float


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
    sums = [*_of_flows(case, implied), *_of_parts(case, implied)]
    wrong = [one for one in sums if one is not None]
    many = len(wrong) > max(FEW, OFTEN * len(sums))  # where many sums fail, none tells of a single rate
    if many:
        wrong = [] if len(found) > FEW else _in_common(case, wrong)
    for one in wrong:
        if one.cause:
            found.setdefault(one.row, one)
    yield from _told(case, [one for one in found.values() if not (done[one.row] or said[one.row])])


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


def _of_flows(case: Case, implied: Floats) -> Iterator[Wrong | None]:
    """The base of trade that growth implies is that of exports and imports."""
    sheet, rows = case.sheet, case.flows[:, : TRADE + 1]
    rows = rows[(rows >= 0).all(axis=1) & (rows < sheet.rows).all(axis=1)]
    rate, value, step = sheet.growth[rows], sheet.value[rows], sheet.step[rows]
    full = ~np.isnan(rate + value).any(axis=1) & (value > SIZE * step).all(axis=1)
    rows, rate, value, step = rows[full], rate[full], value[full], step[full]
    weight = np.zeros(TRADE + 1)
    weight[[EXPORTS, IMPORTS]], weight[TRADE] = 1.0, -1.0
    for at in range(len(rows)):
        yield _mended(case, implied, rows[at], value[at], rate[at], weight, float(2 * step[at].sum()))


def _of_parts(case: Case, implied: Floats) -> Iterator[Wrong | None]:
    """The base of a whole that growth implies is the sum of those of its parts."""
    w, sheet = case.wholes, case.sheet
    count = np.bincount(w.of, minlength=len(w.whole)) if len(w.of) else np.zeros(len(w.whole))
    sound = w.complete & (np.abs(w.off) <= w.slack) & (w.whole < sheet.rows) & (count >= FEW)
    for number in np.flatnonzero(sound & ~np.isnan(sheet.growth[w.whole])):
        rows = np.r_[w.parts(int(number)), w.whole[number]]
        rate, value = sheet.growth[rows], sheet.value[rows]
        if np.isnan(rate[value > SIZE * sheet.step[rows]]).any():
            continue
        weight = np.r_[np.ones(len(rows) - 1), -1.0]
        slack = float(w.slack[number] + np.abs(value[np.isnan(rate)]).sum())
        yield _mended(case, implied, rows, value, np.nan_to_num(rate), weight, slack)


def _mended(
    case: Case, implied: Floats, rows: Ints, value: Floats, rate: Floats, weight: Floats, room: float
) -> Wrong | None:
    """The one rate whose slip, undone, lets the implied bases add up; without a cause if none or several do.

    None where they add up as they stand.
    """
    places = places_of(case.sheet.growth[rows])
    base, slack = base_of(value, rate), _slack(value, rate, places)
    off = float((weight * base).sum())
    if np.isnan(off) or abs(off) <= CLEAR * (room + float(slack.sum())):
        return None
    found = []
    mine = rows < case.sheet.rows
    untold = mine & np.isnan(implied[np.where(mine, rows, 0)])  # the others a known figure judges
    for cause, factor in SLIPS.items():
        undone = rate * factor
        wide = 1.5 * (room + slack.sum() - slack + _slack(value, undone, places) * max(factor, 1.0))
        fit = np.abs(off + weight * (base_of(value, undone) - base)) <= wide
        fit &= (undone > ALL_GONE) & (rate != 0) & untold
        found += [Wrong(int(rows[at]), cause, float(undone[at])) for at in np.flatnonzero(fit)]
    return found[0] if len(found) == 1 else Wrong(int(rows[-1]), "", np.nan)


def _slack(value: Floats, rate: Floats, places: int) -> Floats:
    """How far the last printed digit of growth lets a base vary."""
    ratio = np.maximum(1 + rate / 100, 0.02)
    found: Floats = np.abs(value) * 10.0**-places / 200 / ratio**2
    return found


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
