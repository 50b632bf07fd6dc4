"""Quarters and halves that hold another length of time: the half, the year to date, a month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.bases import grown
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.months import ENOUGH, JUMP, effect, period_of
from customhouse.records.controls.panel import YEAR, Panel, clean, logs, middle, usual
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints

FLOWS = (EXPORTS, IMPORTS, TRADE)
NOISE = 0.35
"""How far one span may be from what its neighbours let expect (logarithm); of a sum it is so much less."""
ROUNDED = 0.01
SHORT = 0.3
"""How far a month may be from its share of a quarter (logarithm)."""
CALM, OTHERS = 3.0, 3
"""So many times as far as other spans usually are from their neighbours, of which there must be some."""
RISE, STEP, STEADY = 0.35, 0.3, 0.97
"""How far a year's last span, and each step to it, may be from those of sums; how often they rise."""
NEARER = 0.05
NEAREST = 6


class Held(NamedTuple):
    """How many months a span's figures are of, the cause, and by how much they miss them (logarithm)."""

    months: int
    cause: str
    off: float


def lengths(case: Case, done: Bools) -> Iterator[Doubt]:
    """Equal parts of a year whose figures are of more of the year, or of less, than they are given for."""
    for panel in case.ranges.chains():
        if panel.chain[0] > YEAR and panel.span[0] < YEAR and YEAR % panel.span[0] == 0:
            yield from _cumulated(case, panel, done)
            for flows in (FLOWS, (EXPORTS,), (IMPORTS,)):
                yield from _single(case, panel, flows, done)


def _cumulated(case: Case, panel: Panel, done: Bools) -> Iterator[Doubt]:
    """Years, calendar or fiscal ones, through which figures rise as sums do."""
    size = int(panel.span[0])
    for start in np.unique((panel.last + 1 - size) % YEAR):
        year = (panel.last - start) // YEAR
        found = [np.flatnonzero((year == one) & panel.load) for one in np.unique(year)]
        rising = [columns for columns in found if _rises(clean(panel, done), columns, int(start))]
        full = 1 if YEAR // size > 2 else 2  # a half that is twice another may be a season, once
        for columns in rising if len(rising) >= full else ():
            late = columns[(panel.last[columns] - start) % YEAR >= size]
            rows = np.concatenate([panel.line_rows(int(column)) for column in late])
            if grown(case, rows):
                continue
            done[rows] = True
            first, last = period_of(panel, int(late[0])).first, int(panel.last[late[-1]])
            whole = Month(int(panel.last[columns[0]]) - size + 1, last)
            held = Held(last - whole.first + 1, "year_to_date_for_span", 0.0)
            yield _said(case, rows, held, Month(first, last), whole)


def _rises(panel: Panel, columns: Ints, start: int) -> bool:
    """Whether the figures of a year's spans are those of the year up to each."""
    parts = YEAR // int(panel.span[0])
    if len(columns) < min(parts, 3):
        return False
    value = panel.value[:, columns]
    value = value[(panel.flow != BALANCE) & (value > 0).all(axis=1)]
    if len(value) < (ENOUGH if parts <= 2 else 2):
        return False
    months = ((panel.last[columns] - start) % YEAR + 1).astype(np.float64)
    off = np.diff(np.log(value), axis=1) - np.diff(np.log(months))
    steady = (np.diff(value, axis=1) >= 0).mean() >= STEADY
    middle_ = np.abs(np.median(off, axis=0)).max() <= STEP
    return bool(steady and middle_ and abs(float(np.median(off.sum(axis=1)))) <= RISE)


def _single(case: Case, panel: Panel, flows: tuple[int, ...], done: Bools) -> Iterator[Doubt]:
    for column in np.flatnonzero(panel.load):
        kept = clean(panel, done)
        rows = kept.row[np.isin(kept.flow, flows), column]
        rows = rows[rows >= 0]
        if not len(rows) or done[rows].mean() > 0.3 or grown(case, rows):
            continue
        held = _held(case, kept, int(column), flows)
        if held is not None:
            last = int(panel.last[column])
            done[rows] = True
            yield _said(case, rows, held, period_of(panel, int(column)), Month(last - held.months + 1, last))


def _held(case: Case, panel: Panel, column: int, flows: tuple[int, ...]) -> Held | None:
    """What a span's figures are of where they are not of the span."""
    at, spread, lines = effect(panel, column, flows)
    if lines < (2 if len(flows) > 1 else ENOUGH) or abs(at) <= max(JUMP, _calm(panel, column, flows)):
        return None
    found = list(_longer(panel, column, flows, spread) if at > 0 else _shorter(panel, column, at, spread))
    best = min(found, key=lambda one: one.off, default=None)
    row = int(panel.line_rows(column)[0])
    names = (case.sheet.name(what, row) for what in ("currency", "reporter"))
    other = read(float(np.exp(at)), *names, slack=SHORT)
    told = other.cause != "unknown_factor" and best is not None and other.off + NEARER < best.off
    return None if told else best


def _calm(panel: Panel, column: int, flows: tuple[int, ...]) -> float:
    """How far a span must be from its neighbours to stand out from the others of its chain."""
    there = (~np.isnan(panel.value[np.isin(panel.flow, flows)])).any(axis=0)
    others = [int(one) for one in np.flatnonzero(there) if one != column]
    if len(others) < OTHERS:
        return np.inf
    return CALM * float(np.median([abs(effect(panel, one, flows, without=column)[0]) for one in others]))


def _longer(panel: Panel, column: int, flows: tuple[int, ...], spread: float) -> Iterator[Held]:
    size, last = int(panel.span[column]), int(panel.last[column])
    starts = np.unique((panel.last + 1 - panel.span) % YEAR)
    for parts in range(2, YEAR // size + 1):
        off, wide = _off(panel, column, flows, parts)
        near = NOISE / parts + ROUNDED
        if abs(off) <= near and wide <= max(spread, near):
            begin = (last + 1 - parts * size) % YEAR
            whole = begin == 0 or (parts == YEAR // size and begin in starts)
            yield Held(parts * size, "year_to_date_for_span" if whole else "longer_for_span", abs(off))


def _off(panel: Panel, column: int, flows: tuple[int, ...], parts: int) -> tuple[float, float]:
    """How far figures are from the sum of so many spans up to theirs (logarithm), how lines vary about it."""
    line = np.isin(panel.flow, flows)
    each = np.exp(usual(panel, panel.neighbours(column)[:NEAREST])[line])
    before = panel.last[column] - panel.span[column] * np.arange(1, parts)
    past = panel.value[line][:, np.isin(panel.last, before)]
    given = ~np.isnan(past)
    whole: Floats = np.where(given, past, 0.0).sum(axis=1) + each * (parts - given.sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = logs(panel.value[line, column]) - logs(whole)
    return middle(away, np.where(np.isnan(away), 0.0, np.sqrt(np.nan_to_num(whole))))


def _shorter(panel: Panel, column: int, at: float, spread: float) -> Iterator[Held]:
    size = int(panel.span[column])
    for months in (1, 3):
        off = abs(at - np.log(months / size))
        if months < size and size % months == 0 and off <= SHORT / months**0.5 and spread <= SHORT:
            yield Held(months, "month_for_span" if months == 1 else "quarter_for_half", float(off))


def _said(case: Case, rows: Ints, held: Held, period: Month, window: Month) -> Doubt:
    return doubt(
        case.sheet,
        "accumulates",
        held.cause,
        "stop",
        rows,
        period=period,
        window=window,
        months=float(held.months),
    )
