"""Values and weights, or quantities, in one another's column.

The values then stand as far below their other months as the weights stand above theirs, and the one
is what the other usually is, but for the units of the two columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, Word, doubt
from customhouse.records.controls.months import period_of
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import Bools, Floats

FAR = 1.0
"""A value is so far (logarithm) from its other months,"""
MIRROR = 0.35
"""and its weight as far the other way, within this;"""
UNITS = 0.15
"""the units of the columns differ by a power of ten (decimal logarithm)."""
STEADY = 3.0
"""So many times as far as it is in its other months."""
HALF = 0.5
"""From this share on all rows of a month changed places."""
NEAREST, LEAST = 12, 3


def measures_exchanged(case: Case, done: Bools) -> Iterator[Doubt]:
    """Rows whose value and weight, or value and quantity, changed places."""
    for name, amount in (("mass", case.sheet.mass), ("quantity", case.sheet.quantity)):
        for panel in (case.months, case.ranges):
            if panel.columns and not np.isnan(amount[: case.sheet.rows]).all():
                values = clean(panel, done)
                yield from _columns(case, values, _amounts(values, amount), name, done)


def _amounts(panel: Panel, amount: Floats) -> Panel:
    """The weights or quantities of the figures of a panel, by month on average."""
    there = (panel.row >= 0) & ~np.isnan(panel.value)
    return replace(panel, value=np.where(there, amount[np.maximum(panel.row, 0)], np.nan) / panel.span)


def _columns(case: Case, values: Panel, amounts: Panel, name: str, done: Bools) -> Iterator[Doubt]:
    sheet = case.sheet
    for column in np.flatnonzero(values.load).tolist():
        rows = values.row[_exchanged(values, amounts, column), column]
        rows = rows[rows < sheet.rows]
        if not len(rows):
            continue
        top = int(rows[np.argmax(sheet.value[rows])])
        line = int(np.flatnonzero(values.row[:, column] == top)[0])
        near = values.neighbours(column)[:NEAREST]
        done[rows] = True
        yield doubt(
            sheet,
            "measures_exchanged",
            "measure_columns",
            "stop",
            [top, *rows],
            row=Row(top),
            column=Word(f"column_{name}"),
            period=period_of(values, column),
            stated_cents=float(sheet.value[top]),
            usual_cents=float(np.exp(usual(values, near)[line]) * values.span[column]),
        )


def _exchanged(values: Panel, amounts: Panel, column: int) -> Bools:
    """Which lines of a column have the one in the place of the other."""
    near = values.neighbours(column)[:NEAREST]
    value, amount = logs(values.value), logs(amounts.value)
    told = (~np.isnan(value[:, near]) & ~np.isnan(amount[:, near])).sum(axis=1) >= LEAST
    past, weight = usual(values, near), usual(amounts, near)
    by_value, by_amount = value[:, column] - past, amount[:, column] - weight
    vary = np.full(len(past), np.inf)
    if told.any():
        vary[told] = np.nanmax(np.abs(value[told][:, near] - past[told, None]), axis=1)
    with np.errstate(invalid="ignore"):
        fit = told & (np.abs(by_value) >= np.maximum(FAR, STEADY * vary))
        fit &= np.abs(by_value + by_amount) <= MIRROR
        units = (by_value - weight + past) / np.log(10)
        fit &= np.abs(units - np.round(units)) <= UNITS
        power = np.round(np.where(fit, units, np.nan))
    found: Bools = np.zeros(len(past), bool)
    if not fit.any():
        return found
    at = float(np.nanmedian(power))
    found = np.asarray(fit & (power == at), bool)
    if found.sum() >= max(LEAST, HALF * told.sum()):  # then those that differ less in size are too
        crossed = np.abs(by_value - weight + past - at * np.log(10))
        found |= told & (crossed < np.abs(by_value)) & (crossed < MIRROR)
    return found
