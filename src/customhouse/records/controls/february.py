"""A February that holds January as well, though January stands by itself too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.panel import Panel, logs
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, Bools

STEADY = 0.12
"""Lines whose months vary by no more (logarithm) tell what a February can be."""
MONTHS = 4
HIGH = np.log(1.5)
"""A February as high as this against other months is none;"""
LOW, MUCH = np.log(0.55), np.log(1.15)
"""what is left of it without January must be one."""
APART = 0.35
MOSTLY = 0.9


def two_months(case: Case, done: Bools) -> Iterator[Doubt]:
    """Februaries that are January and February in all lines that are steady otherwise."""
    panel = case.months
    for column in np.flatnonzero(panel.load & (panel.last % 12 == 1)):
        rows = panel.line_rows(int(column))
        if done[rows].mean() > 0.3 or not _both(panel, int(column)):
            continue
        done[rows] = True
        month = int(panel.last[column])
        yield doubt(
            case.sheet, "accumulates", "two_months_together", "stop", rows,
            period=Month(month, month), months=2.0,
        )  # fmt: skip


def _both(panel: Panel, column: int) -> bool:
    january = np.flatnonzero(panel.last == panel.last[column] - 1)
    others = panel.neighbours(column)
    others = others[panel.last[others] % 12 > 1]
    if not len(january) or len(others) < MONTHS:
        return False
    value = panel.value[:, others]
    lines = np.isin(panel.flow, (EXPORTS, IMPORTS)) & ((value > 0).sum(axis=1) >= MONTHS)
    lines &= (panel.value[:, column] > 0) & (panel.value[:, january[0]] > 0)
    usual = np.nanmedian(logs(value[lines]), axis=1)
    steady = np.nanmedian(np.abs(logs(value[lines]) - usual[:, None]), axis=1) <= STEADY
    now, before = panel.value[lines, column][steady], panel.value[lines, january[0]][steady]
    at, rest = np.log(now) - usual[steady], logs(now - before) - usual[steady]
    hit = (at > HIGH) & (rest > LOW) & (rest < MUCH) & (np.abs(np.log(before) - usual[steady]) < APART)
    flows = panel.flow[lines][steady][hit]
    return bool(len(hit) and hit.mean() >= MOSTLY and {EXPORTS, IMPORTS} <= set(flows.tolist()))
