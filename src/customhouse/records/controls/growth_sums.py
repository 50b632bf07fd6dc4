"""Growth of parts and of their whole: what it implies of a year earlier must add up as the figures do.

Rounding leaves so much open and no more. Where a sum is not met, a slip in one rate that mends it is
looked for; where several would, they are told as candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from customhouse.model import LANGUAGES
from customhouse.records.controls.bases import base_of, places_of
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, about, doubt, word
from customhouse.records.controls.growth import SCALES, denied
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

SLIPS = {**SCALES, "sign_turned": -1.0}
"""What a printed rate is multiplied by to undo a slip."""
ALL_GONE = -100.0
CLEAR = 10.0
"""A gap of so many times what rounding leaves open is no rounding, whatever the other sums do."""
SURE = 2.0
"""The same where other sums of the load hold,"""
HOLDS = 1.5
"""within so many times what rounding leaves open."""
FEW = 3
SIZE = 50
"""Figures of fewer steps than this imply too little."""
SPREAD, LEAST = 4.0, 5.0
"""A rate that is farther from the middle than so many times the usual distance, or points, is not likely."""
SHOWN = 4
NAMES = "{names}"
"""Where the candidates are to stand, which each language has its own words for."""


class Wrong(NamedTuple):
    """A rate that is wrong, by its row, why, and what it should be in per cent."""

    row: int
    cause: str
    should: float


class Sum(NamedTuple):
    """Rows of which the last is the whole, by how far (cents) what they imply is off, and the room for it.

    `fits` are the slips of single rates each of which, undone, lets it hold; `whole` says whether the rows
    are parts and their whole (else flows of one item).
    """

    rows: Ints
    off: float
    room: float
    fits: tuple[Wrong, ...]
    whole: bool

    @property
    def times(self) -> float:
        """How many times the room it is off."""
        return abs(self.off) / self.room

    @property
    def wrong(self) -> Wrong:
        """The one slip that mends it, one without a cause where none or several do."""
        return self.fits[0] if len(self.fits) == 1 else Wrong(int(self.rows[-1]), "", np.nan)


def of_flows(case: Case, implied: Floats) -> Iterator[Sum]:
    """The base of trade that growth implies is that of exports and imports."""
    sheet, rows = case.sheet, case.flows[:, : TRADE + 1]
    rows = rows[(rows >= 0).all(axis=1) & (rows < sheet.rows).all(axis=1)]
    rate, value, step = sheet.growth[rows], sheet.value[rows], sheet.step[rows]
    full = ~np.isnan(rate + value).any(axis=1) & (value > SIZE * step).all(axis=1)
    weight = np.zeros(TRADE + 1)
    weight[[EXPORTS, IMPORTS]], weight[TRADE] = 1.0, -1.0
    for at in np.flatnonzero(full):
        found = _judged(case, implied, rows[at], rate[at], weight, float(2 * step[at].sum()))
        if found is not None:
            yield found


def of_parts(case: Case, implied: Floats) -> Iterator[Sum]:
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
        room = float(w.slack[number] + np.abs(value[np.isnan(rate)]).sum())
        found = _judged(case, implied, rows, np.nan_to_num(rate), weight, room)
        if found is not None:
            yield found._replace(whole=True)


def _judged(
    case: Case, implied: Floats, rows: Ints, rate: Floats, weight: Floats, room: float
) -> Sum | None:
    """A sum with the slips that mend it; None where a rate takes all away."""
    value = case.sheet.value[rows]
    places = places_of(case.sheet.growth[rows])
    slack = _slack(value, rate, places)
    off = float((weight * base_of(value, rate)).sum())
    wide = room + float(slack.sum())
    if np.isnan(off):
        return None
    fits: list[Wrong] = []
    for cause, factor in SLIPS.items() if abs(off) > SURE * wide else ():
        undone = rate * factor
        loose = HOLDS * (wide - slack + _slack(value, undone, places) * max(factor, 1.0))
        fit = np.abs(off + weight * (base_of(value, undone) - base_of(value, rate))) <= loose
        fit &= (undone > ALL_GONE) & (rate != 0) & _untold(case, rows, implied)
        fits += [Wrong(int(rows[at]), cause, float(undone[at])) for at in np.flatnonzero(fit)]
    return Sum(rows, off, wide, _likely(rate, fits, places), False)


def _untold(case: Case, rows: Ints, implied: Floats) -> Bools:
    """Which rates of the load no known figure of a year earlier judges."""
    mine = rows < case.sheet.rows
    found: Bools = mine & np.isnan(implied[np.where(mine, rows, 0)])
    return found


def _likely(rate: Floats, fits: list[Wrong], places: int) -> tuple[Wrong, ...]:
    """Of several slips those that leave rates that can be printed and that are not far from all others."""
    middle = float(np.median(rate))
    far = max(SPREAD * float(np.median(np.abs(rate - middle))), LEAST)
    printed = [one for one in fits if abs(one.should - round(one.should, places)) < 1e-9]
    fits = printed or fits
    near = [one for one in fits if abs(one.should - middle) <= far]
    return tuple(near or fits)


def _slack(value: Floats, rate: Floats, places: int) -> Floats:
    """How far the last printed digit of growth lets a base vary."""
    ratio = np.maximum(1 + rate / 100, 0.02)
    found: Floats = np.abs(value) * 10.0**-places / 200 / ratio**2
    return found


def month_for_year(case: Case, sums: Sequence[Sum], said: Bools) -> Iterator[Doubt]:
    """Growth of a month and of the year to date in one another's place, of all rows or of one.

    Marks the rows of `said` that it explains.
    """
    sheet = case.sheet
    wholes = [one for one in sums if one.whole and not said[one.rows].any()]
    ends: dict[tuple[int, int], list[Sum]] = defaultdict(list)
    for one in wholes:
        ends[int(sheet.series[one.rows[-1]]), int(sheet.last[one.rows[-1]])].append(one)
    for pair in ends.values():
        if len(pair) != 2 or max(one.times for one in pair) <= SURE:
            continue
        one, other = pair
        same = dict(zip(sheet.series[other.rows].tolist(), other.rows.tolist(), strict=True))
        partner = np.array([same.get(int(series), -1) for series in sheet.series[one.rows]], np.int64)
        if (partner < 0).any() or len(same) != len(one.rows):
            continue
        mended = _exchanged(case, one, other, partner)
        if len(mended):
            rows = np.r_[one.rows[mended], partner[mended]]
            said[np.r_[one.rows, other.rows]] = True
            yield denied(case, rows, "growth_month_and_year_swapped")


def _exchanged(case: Case, one: Sum, other: Sum, partner: Ints) -> Ints:
    """The places whose rates, exchanged with those of the other sum, let both hold: all, or the only one."""
    rate, again = (np.nan_to_num(case.sheet.growth[rows]) for rows in (one.rows, partner))
    every = np.arange(len(one.rows))
    tried = [every, *(np.array([at]) for at in every if rate[at] != again[at])]
    found = []
    for some in tried:
        crossed, back = rate.copy(), again.copy()
        crossed[some], back[some] = again[some], rate[some]
        if _holds(case, one.rows, crossed, one.room) and _holds(case, partner, back, other.room):
            found.append(some)
    if found and len(found[0]) == len(every):
        return every
    alone = len(found) == 1 and min(one.times, other.times) > HOLDS
    return found[0] if alone else every[:0]


def _holds(case: Case, rows: Ints, rate: Floats, room: float) -> bool:
    base = base_of(case.sheet.value[rows], rate)
    return bool(abs(base[:-1].sum() - base[-1]) <= HOLDS * room)


def unmet(case: Case, sums: Sequence[Sum], said: Bools) -> Iterator[Doubt]:
    """Sums that no slip alone explains: by how much they are off, and the rates that may be wrong.

    `said` are rows whose growth is told already.
    """
    some = [one for one in sums if one.whole]
    hold = np.array([one.times <= HOLDS for one in some], bool)
    peers = bool(hold.any() and hold.mean() >= 0.5)
    for one in sorted(some, key=lambda one: -one.times):
        if one.times <= (SURE if peers else CLEAR) or said[one.rows].any():
            continue
        said[one.rows] = True
        yield _said(case, one, grave=peers or bool(one.fits))


def _said(case: Case, one: Sum, *, grave: bool) -> Doubt:
    sheet, row = case.sheet, int(one.rows[-1])
    rate = float(sheet.growth[row])
    base = float(base_of(sheet.value[row : row + 1], sheet.growth[row : row + 1])[0])
    found = doubt(
        sheet,
        "growth_sum",
        "growth_one_of" if one.fits else "growth_of_one_wrong",
        "stop" if grave else "caution",
        dict.fromkeys([*(wrong.row for wrong in one.fits), row]),
        row=Row(row),
        period=Month(int(sheet.first[row]), int(sheet.last[row])),
        parts=float(len(one.rows) - 1),
        stated_percent=rate,
        base_cents=base,
        sum_cents=base + one.off,
        off_cents=abs(one.off),
        room_cents=one.room,
        names=NAMES,
    )
    en, zh = (_names(case, one.fits, language) for language in LANGUAGES)
    return replace(found, en=found.en.replace(NAMES, en), zh=found.zh.replace(NAMES, zh))


def _names(case: Case, fits: Sequence[Wrong], language: str) -> str:
    """The candidates in words, each with what is printed and what it may have been."""
    sheet = case.sheet
    told = (
        word("growth_candidate", language).format(
            row=about(sheet, one.row, language),
            stated=f"{sheet.growth[one.row]:.4g}",
            should=f"{one.should:.4g}",
        )
        for one in fits[:SHOWN]
    )
    return word("semicolon", language).join(told)
