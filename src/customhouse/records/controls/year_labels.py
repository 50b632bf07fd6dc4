"""Years to date that tell which month a column is of: labels that are late, heads that were swapped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.chain import pairs
from customhouse.records.controls.doubt import Doubt, Month, doubt, spanned
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Ints, Sheet

MOSTLY = 0.9
FEW = 4
LATE = (1, 2)
"""The months (January is 0) in which years to date begin where a release month stands for the month."""


def labels(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date that begin in February or March, and columns of months and years to date swapped."""
    yield from _late(case, done)
    yield from _heads(case, done)


def _late(case: Case, done: Bools) -> Iterator[Doubt]:
    """Labels that are all late by as much: years to date run on into January and begin anew after it."""
    sheet = case.sheet
    year, month, _ = pairs(sheet)
    if not _run_on(sheet):
        return
    for late in LATE:
        mine = (sheet.last[year] % 12 == late) & (month >= 0)
        equal = sheet.value[year[mine]] == sheet.value[month[mine]]
        if equal.sum() < 2 or equal.mean() < MOSTLY or done[year[mine]].mean() > 0.5:
            continue
        rows = np.r_[sheet.loaded(year[mine]), np.arange(sheet.rows)]
        done[: sheet.rows] = True
        begin = int(sheet.last[year[mine]].max())
        yield doubt(
            sheet, "year_begins_late", "release_date", "stop", rows,
            period=spanned(sheet, rows), month=Month(begin, begin), late=float(late),
        )  # fmt: skip
        return


def _run_on(sheet: Sheet) -> bool:
    """Whether the year to date of January is that of December and January."""
    lead, spare = sheet.twice
    mine = (sheet.first[lead] == sheet.last[lead]) & (sheet.last[lead] % 12 == 0)
    mine &= (sheet.flow[lead] <= TRADE) & (sheet.value[lead] != sheet.value[spare])
    lead, spare = lead[mine], spare[mine]
    rows = sheet.live[(sheet.last[sheet.live] % 12 == 11) & (sheet.first[sheet.live] % 12 == 0)]
    december = {(int(sheet.series[row]), int(sheet.last[row])): float(sheet.value[row]) for row in rows}
    held = []
    for one, other in zip(lead, spare, strict=True):
        past = december.get((int(sheet.series[one]), int(sheet.last[one]) - 1))
        if past is not None:
            off = abs(past + sheet.value[other] - sheet.value[one])
            held.append(off <= max(3 * sheet.step[one], 2.0))
    return len(held) > 0 and float(np.mean(held)) >= MOSTLY


def _heads(case: Case, done: Bools) -> Iterator[Doubt]:
    """Flows of several whose months are above their years to date all over."""
    sheet = case.sheet
    year, month, _ = pairs(sheet)
    fit = (month >= 0) & (np.minimum(year, month) < sheet.rows) & ~done[year]
    year, month = year[fit], month[fit]
    one, whole = sheet.value[month], sheet.value[year]
    some = (one > 0) & (whole > 0)
    flows = [flow for flow in (EXPORTS, IMPORTS, TRADE) if _above(sheet, year, one > whole, some, flow)]
    rows = np.flatnonzero(np.isin(sheet.flow[: sheet.rows], flows))
    if len(rows) and (one > whole)[some].mean() <= MOSTLY:  # where all are, each period tells it
        mine = np.isin(sheet.flow[year], flows)
        done[rows] = True
        yield doubt(
            sheet, "accumulates", "month_and_year_swapped", "stop", np.r_[month[mine], year[mine]],
            period=spanned(sheet, year[mine]), months=12.0,
        )  # fmt: skip


def _above(sheet: Sheet, year: Ints, over: Bools, some: Bools, flow: int) -> bool:
    mine = some & (sheet.flow[year] == flow)
    enough = mine.sum() >= FEW and len(np.unique(sheet.last[year[mine]])) > 1
    return bool(enough and over[mine].mean() > MOSTLY)
