"""Single growth rates that are wrong: ten times too large, a fraction, another sign, beyond what can be.

A rate is wrong where the figures deny it, those of a year earlier or those that other rates imply, and
one slip in it alone mends that.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.growth import POINTS, SCALES, base_of, growth, places_of, year_earlier
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

SLIPS = {**SCALES, "sign_turned": -1.0}
"""What a printed rate is multiplied by to undo a slip."""
ALL_GONE = -100.0
CLEAR = 10.0
"""A gap of so many times what rounding leaves open is no rounding."""
FEW = 3
SIZE = 50
"""Figures of fewer steps than this imply too little."""
WIDE = 0.03


def growths(case: Case, done: Bools) -> Iterator[Doubt]:
    """Growth that the figures deny: whole columns of it, then rates that are wrong by themselves."""
    said = np.zeros(len(case.sheet.growth), bool)
    for one in growth(case, done):
        said[list(one.cells)] = True
        yield one
    for check in (_impossible, _of_flows, _of_parts, _of_known):
        for row, cause, should in check(case):
            if not (done[row] or said[row]):
                said[row] = True
                yield _said(case, row, cause, should)


def _impossible(case: Case) -> Iterator[tuple[int, str, float]]:
    """No value can fall by more than all of it."""
    sheet = case.sheet
    rows = np.flatnonzero((sheet.growth[: sheet.rows] < ALL_GONE) & (sheet.flow[: sheet.rows] <= TRADE))
    for row in rows:
        rate = float(sheet.growth[row])
        fits = [cause for cause in ("ten_times", "hundred_times") if rate * SLIPS[cause] > ALL_GONE]
        cause = fits[0] if fits else "growth_unexplained"
        yield int(row), cause, rate * SLIPS.get(cause, np.nan)


def _of_flows(case: Case) -> Iterator[tuple[int, str, float]]:
    """The base of trade that growth implies is that of exports and imports."""
    sheet, rows = case.sheet, case.flows[:, : TRADE + 1]
    rows = rows[(rows >= 0).all(axis=1) & (rows < sheet.rows).all(axis=1)]
    rate, value, step = sheet.growth[rows], sheet.value[rows], sheet.step[rows]
    full = ~np.isnan(rate + value).any(axis=1) & (value > SIZE * step).all(axis=1)
    rows, rate, value, step = rows[full], rate[full], value[full], step[full]
    weight = np.zeros(TRADE + 1)
    weight[[EXPORTS, IMPORTS]], weight[TRADE] = 1.0, -1.0
    for at in range(len(rows)):
        yield from _mended(case, rows[at], value[at], rate[at], weight, float(2 * step[at].sum()))


def _of_parts(case: Case) -> Iterator[tuple[int, str, float]]:
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
        yield from _mended(case, rows, value, np.nan_to_num(rate), weight, slack)


def _mended(
    case: Case, rows: Ints, value: Floats, rate: Floats, weight: Floats, room: float
) -> Iterator[tuple[int, str, float]]:
    """The one rate whose slip, undone, lets the implied bases add up; none where none or several do."""
    places = places_of(case.sheet.growth[rows])
    base, slack = base_of(value, rate), _slack(value, rate, places)
    off = float((weight * base).sum())
    if np.isnan(off) or abs(off) <= CLEAR * (room + float(slack.sum())):
        return
    found = []
    for cause, factor in SLIPS.items():
        undone = rate * factor
        wide = 1.5 * (room + slack.sum() - slack + _slack(value, undone, places) * max(factor, 1.0))
        fit = np.abs(off + weight * (base_of(value, undone) - base)) <= wide
        fit &= (undone > ALL_GONE) & (rate != 0) & (rows < case.sheet.rows)
        found += [(int(rows[at]), cause, float(undone[at])) for at in np.flatnonzero(fit)]
    if len(found) == 1:
        yield found[0]


def _slack(value: Floats, rate: Floats, places: int) -> Floats:
    """How far the last printed digit of growth lets a base vary."""
    ratio = np.maximum(1 + rate / 100, 0.02)
    found: Floats = np.abs(value) * 10.0**-places / 200 / ratio**2
    return found


def _of_known(case: Case) -> Iterator[tuple[int, str, float]]:
    """Growth is that of the figure of a year earlier."""
    sheet = case.sheet
    rows = np.flatnonzero(~np.isnan(sheet.growth[: sheet.rows] + sheet.value[: sheet.rows]))
    base = taken(sheet.value, year_earlier(case, rows))
    for row, before in zip(rows, base, strict=True):
        if not before > SIZE * sheet.step[row]:
            continue
        implied, rate = 100 * (float(sheet.value[row]) / float(before) - 1), float(sheet.growth[row])
        near = POINTS + WIDE * abs(implied)
        if abs(rate - implied) <= CLEAR * near:
            continue
        fits = [cause for cause, factor in SLIPS.items() if abs(rate * factor - implied) <= near]
        if len(fits) == 1:
            yield int(row), fits[0], rate * SLIPS[fits[0]]


def _said(case: Case, row: int, cause: str, should: float) -> Doubt:
    sheet = case.sheet
    return doubt(
        sheet,
        "growth_wrong",
        cause,
        "stop",
        [row],
        row=Row(row),
        period=Month(int(sheet.first[row]), int(sheet.last[row])),
        stated_percent=float(sheet.growth[row]),
        should_percent=should,
    )
