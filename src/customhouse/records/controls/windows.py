"""Months that hold several: a year to date, a half or a quarter where one month should stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.months import effect, threshold
from customhouse.records.controls.panel import Panel, clean, logs, middle, usual
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats

FLOWS = (EXPORTS, IMPORTS, TRADE)
NOISE = 0.35
"""How far one month may be from what its neighbours let expect (logarithm); of a sum it is so much less."""
ROUNDED = 0.01
LEAST = 0.5
"""The share of a window's other months that must be there."""
EVEN = 0.7
"""How far the other months may be from the usual (logarithm): the Chinese New Year takes one by a half."""
NEAREST = 6


class Window(NamedTuple):
    """So many months up to one, and what they are called."""

    months: int
    cause: str


def summed(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose figures are the sum of the months of a window that ends with them."""
    for column in np.flatnonzero(case.months.load):
        rows = case.months.line_rows(int(column))
        if done[rows].mean() > 0.3:
            continue
        panel = clean(case.months, done)
        window = window_of(panel, int(column))
        if window is not None:
            month = int(panel.last[column])
            done[rows] = True
            yield doubt(
                case.sheet,
                "accumulates",
                window.cause,
                "stop",
                rows,
                period=Month(month, month),
                window=Month(month - window.months + 1, month),
                months=float(window.months),
                factor=float(np.exp(effect(panel, int(column), FLOWS)[0])),
            )


def _windows(month: int) -> Iterator[Window]:
    """The windows that official figures come in, by the month (0 to 11) that they end with."""
    if month >= 1:
        yield Window(month + 1, "year_to_date_for_month")
    if month in (5, 8, 11):
        yield Window(3, "quarter_for_month")
    if month == 11:
        yield Window(6, "half_for_month")


def window_of(panel: Panel, column: int) -> Window | None:
    """The window that a month's figures are the sum of; none where they are those of a month."""
    at, spread, lines = effect(panel, column, FLOWS)
    if not lines or at <= threshold(panel, column, lines, up=True):
        return None
    found = []
    for window in _windows(int(panel.last[column]) % 12):
        off, wide = _off(panel, column, window.months)
        near = NOISE / window.months + ROUNDED
        if abs(off) <= near and wide <= max(spread, near):
            found.append((abs(off) / near, window))
    return min(found)[1] if found else None


def _off(panel: Panel, column: int, months: int) -> tuple[float, float]:
    """How far figures are from what a window should come to (logarithm), and how lines vary about it."""
    line = np.isin(panel.flow, FLOWS)
    past = _past(panel, column, months)[line]
    each = usual(panel, panel.neighbours(column)[:NEAREST])[line]
    if past.shape[1] < LEAST * (months - 1) or not _even(past, each):
        return np.inf, np.inf
    whole = _filled(past, np.exp(each), months)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = logs(panel.value[line, column]) - logs(whole)
    return middle(away, np.where(np.isnan(away), 0.0, np.sqrt(np.nan_to_num(whole))))


def _past(panel: Panel, column: int, months: int) -> Floats:
    """The figures of those other months of a window that are there, NaN where a line has none."""
    wanted = panel.last[column] - np.arange(1, months)
    found: Floats = panel.value[:, np.searchsorted(panel.last, wanted[np.isin(wanted, panel.last)])]
    return found


def _even(past: Floats, each: Floats) -> bool:
    """Whether the other months stand where months usually do: else one of them may be the wrong one."""
    away = logs(past) - each[:, None]
    weight = np.nan_to_num(np.exp(each / 2))
    return all(abs(middle(column, weight)[0]) < EVEN for column in away.T)


def _filled(past: Floats, each: Floats, months: int) -> Floats:
    """Sums over a window; the month itself and those that are not there are as the others are."""
    given = ~np.isnan(past)
    whole: Floats = np.where(given, past, 0.0).sum(axis=1) + each * (months - given.sum(axis=1))
    return whole


__all__ = ["Window", "summed", "window_of"]
