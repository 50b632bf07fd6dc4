"""Quantities of months beside those of the year: sums put into a month, months above their year to date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, Word, doubt
from customhouse.records.controls.panel import YEAR, logs
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints

LINES, SHARE = 2, 0.8
"""So many lines, and this share of all, are sums in a month that holds the year to date,"""
EVEN_SUM = 0.4
"""and a sum is this near to so many average months (logarithm)."""
OVER, TWICE = 1.2, 2.0
"""A month above its year to date by so much is no late correction; of one line alone, twice as much."""
FAR = 2.0
"""A quantity's share of the year is this far (logarithm) from the value's share,"""
EVEN = 0.7
"""while the value's share is this near to that of an even month (logarithm):"""
LARGE = 4.0
"""it is another unit's if it is so far (logarithm),"""
NEAR, CALM, MOST = 0.12, 0.5, 0.6
"""or near a power of ten (decimal logarithm) where the others, so many, are no farther apart than CALM."""
ALONE = 5
"""Fewer lines than this do not show how far shares differ."""
FINE = 30.0
"""A value of fewer printed steps than this has no share, nor a quantity of fewer units."""
UNIT = 1000.0


def summed_up(case: Case, amount: Floats, name: str, done: Bools) -> Iterator[Doubt]:
    """Months whose amounts are the sums of the year up to them while the values are those of the month."""
    panel = case.months
    amounts = _at(panel.row, amount)
    for column in np.flatnonzero(panel.load & (panel.last % YEAR > 1)).tolist():
        month, months = int(panel.last[column]), int(panel.last[column]) % YEAR + 1
        year = np.flatnonzero((panel.last // YEAR == month // YEAR) & (panel.last < month))
        if len(year) != months - 1:
            continue
        level = np.where(panel.flow < BALANCE, amounts[:, year].mean(axis=1), np.nan)
        times = logs(amounts[:, column]) - logs(level)
        value = np.abs(logs(panel.value[:, column]) - logs(panel.value[:, year].mean(axis=1)))
        there = ~np.isnan(times) & ~np.isnan(value)
        with np.errstate(invalid="ignore"):
            hit = (np.abs(times - np.log(months)) < EVEN_SUM) & (value < np.log(months) / 2)
            hit &= amounts[:, column] > amounts[:, year].sum(axis=1) * (1 + 1 / (2 * months))
        flows = [flow for flow in np.unique(panel.flow) if _most(hit, there & (panel.flow == flow))]
        hit &= np.isin(panel.flow, flows)
        if hit.any():
            rows = panel.row[hit, column]
            done[rows] = True
            yield doubt(
                case.sheet, "quantity_slip", "year_to_date_for_month", "stop", rows,
                column=Word(f"column_{name}"), period=Month(month, month), months=float(months),
                factor=float(np.exp(np.median(times[hit]))),
            )  # fmt: skip


def beside_years(case: Case, amount: Floats, name: str, done: Bools) -> Iterator[Doubt]:
    """Months above their year to date, or with another share of its quantity than of its value."""
    for pairs in _pairs(case):
        pairs = pairs[~done[pairs].any(axis=1)]
        month, year = pairs.T
        some = (amount[month] > 0) & (amount[year] > 0) & (pairs < case.sheet.rows).any(axis=1)
        unit = case.sheet.code["quantity_unit"]
        some &= (unit[month] == unit[year]) | (name == "mass")
        month, year = month[some], year[some]
        over = amount[month] > OVER * amount[year]
        over &= ~(case.sheet.value[month] > case.sheet.value[year])
        off = _unlike(case, month, year, amount)
        for cause, fit in (("month_above_year", over), ("share_of_year", ~over & ~np.isnan(off))):
            if fit.any():
                order = np.argsort(-np.abs(logs(amount[month[fit]] / amount[year[fit]])), kind="stable")
                rows = month[fit][order], year[fit][order]
                done[np.concatenate(rows)] = True
                yield _said(case, cause, name, amount, *rows)


def _most(hit: Bools, mine: Bools) -> bool:
    """Whether most of some lines are hit."""
    return bool((hit & mine).sum() >= max(LINES, SHARE * mine.sum()))


def _at(rows: Ints, amount: Floats) -> Floats:
    found: Floats = np.where(rows >= 0, amount[np.maximum(rows, 0)], np.nan)
    return found


def _pairs(case: Case) -> Iterator[Ints]:
    """For each year to date, the rows of its last month and of itself, side by side."""
    months, years = case.months, case.ranges
    lines = {key: n for n, key in enumerate(zip(months.item.tolist(), months.flow.tolist(), strict=True))}
    keys = zip(years.item.tolist(), years.flow.tolist(), strict=True)
    at = np.array([lines.get(key, -1) for key in keys], np.int64)
    for column in np.flatnonzero((years.span > 1) & (years.chain == 0)):
        other = np.flatnonzero(months.last == years.last[column])
        if len(other):
            pair = np.stack([months.row[at, other[0]], years.row[:, column]], axis=1)
            yield pair[(at >= 0) & (pair >= 0).all(axis=1) & (years.flow != BALANCE)]


def _unlike(case: Case, month: Ints, year: Ints, amount: Floats) -> Floats:
    """How far the shares of quantity and value in the year differ (logarithm), NaN where that is usual."""
    value = case.sheet.value
    months = (case.sheet.last - case.sheet.first)[year] + 1
    of_value, of_amount = logs(value[month] / value[year]), logs(amount[month] / amount[year])
    off = of_amount - of_value
    told = ~np.isnan(off)
    found = np.full(len(off), np.nan)
    if told.sum() < ALONE:
        return found
    with np.errstate(invalid="ignore"):
        even = (np.abs(of_value + np.log(months)) < EVEN) & (np.abs(of_amount + np.log(months)) > EVEN)
        big = (value[month] > FINE * case.sheet.step[month]) & (amount[year] > FINE * months * UNIT)
        rest = np.abs(off[told & (np.abs(off) < FAR)])
        calm = len(rest) >= MOST * told.sum() and rest.max() <= CALM
        tens = np.abs(off / np.log(10) - np.round(off / np.log(10))) <= NEAR
        fit = told & even & big & (np.abs(off) > FAR) & ((np.abs(off) > LARGE) | (tens & calm))
    found[fit] = off[fit]
    return found


def _said(case: Case, cause: str, name: str, amount: Floats, month: Ints, year: Ints) -> Doubt:
    sheet, row = case.sheet, int(month[0])
    unit = sheet.name("quantity_unit", row) if name == "quantity" else "kg"
    now, whole = (float(amount[one[0]]) / 1000 for one in (month, year))
    times = amount[month] / amount[year]
    off = logs(times) - logs(sheet.value[month] / sheet.value[year])
    grave = cause != "month_above_year" or len(month) >= LINES or times[0] > TWICE
    return doubt(
        sheet, "quantity_of_year", cause, "stop" if grave else "caution",
        [row, *month, *year], row=Row(row), other=Row(int(year[0])), column=Word(f"column_{name}"),
        unit=unit or "", now=now, whole=whole, rows=float(len(month)), factor=float(np.exp(off[0])),
        period=Month(int(sheet.first[row]), int(sheet.last[row])),
    )  # fmt: skip
