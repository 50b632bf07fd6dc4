"""Quantities judged by unit values: tonnes among kilograms, thousands among pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Word, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.panel import Panel, clean, logs, middle, usual
from customhouse.records.controls.quantity_sums import beside_years, summed_up
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, Bools, Floats
from customhouse.records.controls.unit_values import in_unit, of_lines

JUMP = 1.2
FEW = 1.0
LINE = 2.0
LINES = 3
"""One flow alone is judged as a whole by so many lines."""


def quantities(case: Case, done: Bools) -> Iterator[Doubt]:
    """Quantities, or masses, that stand in a multiple of what sums, unit values and other months tell."""
    for name, column in (("quantity", case.sheet.quantity), ("mass", case.sheet.mass)):
        if np.isnan(column[: case.sheet.rows]).all():
            continue
        told = done.copy()
        yield from summed_up(case, column, name, told)
        yield from beside_years(case, column, name, told)
        for whole in (case.months, *case.ranges.chains()):
            if whole.columns:
                yield from of_lines(case, whole, column, name, told)
        for whole in (case.months, case.ranges):
            if whole.columns:
                yield from _months(case, whole, column, name, told)


def _unit_values(case: Case, panel: Panel, amount: Floats) -> Panel:
    there = panel.row >= 0
    rows = np.maximum(panel.row, 0)
    some = there & (amount[rows] > 0) & (case.sheet.value[rows] > 0)
    return replace(
        panel, value=np.where(some, case.sheet.value[rows] / np.where(some, amount[rows], 1.0), np.nan)
    )


def _months(case: Case, panel: Panel, amount: Floats, name: str, told: Bools) -> Iterator[Doubt]:
    """Months whose amounts all stand in one multiple, of both flows or of one."""
    for flow in (None, EXPORTS, IMPORTS):
        kept = clean(_unit_values(case, panel, amount), told)
        if flow is not None:
            mine = (panel.flow == flow)[:, None]
            kept = replace(kept, value=np.where(mine, kept.value, np.nan))
        for found in _of_flow(case, kept, name, 1 if flow is None else LINES):
            told[list(found.cells)] = True
            yield found


def _of_flow(case: Case, panel: Panel, name: str, least: int) -> Iterator[Doubt]:
    sheet = case.sheet
    for column in np.flatnonzero(panel.load):
        others = panel.neighbours(int(column))
        past = usual(in_unit(case, panel, int(column), name), others)
        now = logs(panel.value[:, column])
        off = past - now
        lines = int((~np.isnan(off)).sum())
        at, spread = middle(off, np.where(np.isnan(off), 0.0, 1.0))
        if lines < least or abs(at) < JUMP + FEW / lines**0.5 or abs(at) < 2 * spread:
            continue
        rows = panel.row[~np.isnan(off), column]
        factor = float(np.exp(at))
        reading = read(factor, None, None, slack=0.5)
        yield doubt(
            sheet,
            "quantity_slip",
            reading.cause if reading.cause == "power_of_ten" else "unknown_factor",
            "stop" if lines >= 3 or abs(at) > 4 else "caution",
            rows,
            factor=factor,
            spread=spread,
            power=float(reading.power),
            column=Word(f"column_{name}"),
            period=Month(int(panel.last[column] - panel.span[column] + 1), int(panel.last[column])),
        )
