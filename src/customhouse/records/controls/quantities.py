"""Quantities judged by unit values: tonnes among kilograms, thousands among pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Word, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.panel import Panel, clean, logs, middle, usual
from customhouse.records.controls.sheet import Bools, Floats

JUMP = 1.2
FEW = 1.0
LINE = 2.0


def quantities(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose quantities, or masses, all stand in a multiple of what unit values let expect."""
    for name, column in (("quantity", case.sheet.quantity), ("mass", case.sheet.mass)):
        for whole in (case.months, case.ranges):
            if whole.columns:
                yield from _months(case, clean(_unit_values(case, whole, column), done), name)


def _unit_values(case: Case, panel: Panel, amount: Floats) -> Panel:
    there = panel.row >= 0
    rows = np.maximum(panel.row, 0)
    some = there & (amount[rows] > 0) & (case.sheet.value[rows] > 0)
    return replace(
        panel, value=np.where(some, case.sheet.value[rows] / np.where(some, amount[rows], 1.0), np.nan)
    )


def _months(case: Case, panel: Panel, name: str) -> Iterator[Doubt]:
    sheet = case.sheet
    for column in np.flatnonzero(panel.load):
        others = panel.neighbours(int(column))
        past, now = usual(panel, others), logs(panel.value[:, column])
        off = past - now
        lines = int((~np.isnan(off)).sum())
        at, spread = middle(off, np.where(np.isnan(off), 0.0, 1.0))
        if lines < 1 or abs(at) < JUMP + FEW / lines**0.5 or abs(at) < 2 * spread:
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
