"""Months that lack in a series of months: mistyped years, months left out that years to date count."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.links import links
from customhouse.records.controls.sheet import BALANCE, TRADE, Bools, Ints

YEAR = 12
LONG = 8
"""So many months of a run show that it is meant to be complete."""
RUN = 10
FULL = 0.9
"""A longer run that has this share of its months lacks the others."""
NEW_YEAR = (0, 1)
"""January and February come out together in some places."""
LINES, MOSTLY = 3, 0.8
LOW, HIGH = 0.3, 3.0
"""What a year to date counts between two others is a month if it is within these multiples of one."""


def strays(case: Case, done: Bools) -> Iterator[Doubt]:
    """A month that stands alone, years away, where just the same month lacks in a run of all others."""
    sheet = case.sheet
    single = sheet.first[: sheet.rows] == sheet.last[: sheet.rows]
    found: dict[tuple[int, int], list[Ints]] = {}
    for flow in range(BALANCE + 1):
        rows = np.flatnonzero(single & (sheet.flow[: sheet.rows] == flow))
        pair = _stray(np.unique(sheet.last[rows]))
        if pair is not None:
            found.setdefault(pair, []).append(rows[sheet.last[rows] == pair[0]])
    for (stray, lacking), parts in found.items():
        rows = np.concatenate(parts)
        done[rows] = True
        yield doubt(
            sheet, "month_stray", "year_mistyped", "stop", rows,
            period=Month(stray, stray), other=Month(lacking, lacking),
        )  # fmt: skip


def _stray(months: Ints) -> tuple[int, int] | None:
    """The first or the last of some months, alone, and the month of its name that the rest lack."""
    for stray, rest in ((months[:1], months[1:]), (months[-1:], months[:-1])):
        if len(rest) < LONG or abs(int(stray[0]) - rest).min() < 2:
            continue
        lacking = np.setdiff1d(np.arange(rest[0], rest[-1] + 1), rest)
        if len(lacking) == 1 and (lacking[0] - stray[0]) % YEAR == 0:
            return int(stray[0]), int(lacking[0])
    return None


def counted(case: Case, done: Bools) -> Iterator[Doubt]:
    """A month of which there is no row, though the years to date about it count it."""
    sheet = case.sheet
    live = sheet.live[~np.isnan(sheet.value[sheet.live])]
    there = np.unique(sheet.last[live])
    single = np.unique(sheet.last[live[sheet.first[live] == sheet.last[live]]])
    if len(single) < LONG:
        return
    for year, month, before in links(sheet, 2):
        period = int(sheet.last[year[0]]) if len(year) else 0
        if period % YEAR <= NEW_YEAR[-1] + 1 or period - 1 in there:
            continue
        flows = sheet.flow[year] <= TRADE
        year, month, before = year[flows], month[flows], before[flows]
        rest = sheet.value[year] - sheet.value[month] - sheet.value[before]
        usual = np.maximum(sheet.value[month], 1.0)
        fit = (rest > LOW * usual) & (rest < HIGH * usual)
        cells = sheet.loaded(np.r_[year, month])
        if len(year) < LINES or fit.mean() < MOSTLY or not len(cells) or done[cells].all():
            continue
        top = int(np.argmax(sheet.value[year]))
        why = "month_set_aside" if period - 1 in case.set_aside.months else "month_left_out"
        yield doubt(
            sheet, "month_uncounted", why, "stop", [int(year[top]), *cells],
            period=Month(period, period), other=Month(period - 1, period - 1),
            before=Month(period - 2, period - 2), rest_cents=float(rest[top]),
        )  # fmt: skip


def holes(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months that lack within a long series of months that is otherwise complete."""
    sheet = case.sheet
    live = sheet.live
    mine = np.flatnonzero(sheet.first[: sheet.rows] == sheet.last[: sheet.rows])
    own = np.unique(sheet.last[mine])
    there = np.unique(np.r_[sheet.last[live], own])
    if len(own) < RUN or done[mine].mean() > FULL:
        return
    lacking = np.setdiff1d(np.arange(own[0], own[-1] + 1), there)
    lacking = lacking[~np.isin(lacking, list(case.set_aside.months))]  # told as set aside
    told = [int(month) for month in lacking if month % YEAR not in NEW_YEAR]
    if not told or len(own) < FULL * (own[-1] - own[0] + 1):
        return
    beside = mine[np.isin(sheet.last[mine], [told[0] - 1, told[0] + 1])]
    yield doubt(
        sheet, "month_lacking", "month_left_out", "caution", beside,
        period=Month(told[0], told[0]), other=Month(told[0], told[0]),
        run=Month(int(own[0]), int(own[-1])), months=float(len(told)),
    )  # fmt: skip
