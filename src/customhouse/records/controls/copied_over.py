"""Exports and imports that are the same figure though the printed total or balance says that they are not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.panel import apart
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, ids

LONG = 1000
"""Figures of so many printed steps are not the same by chance."""


def copied_over(case: Case, done: Bools) -> Iterator[Doubt]:
    """Rows whose exports are their imports to the last digit, and whose total or balance denies it."""
    sheet, groups = case.sheet, case.flows
    fit = ((groups >= 0) & (groups < sheet.rows))[:, [EXPORTS, IMPORTS]].all(axis=1)
    groups = groups[fit]
    groups = groups[~((groups >= 0) & done[np.maximum(groups, 0)]).any(axis=1)]
    value = taken(sheet.value, groups)
    slack = np.maximum(np.nansum(taken(sheet.step, groups), axis=1), 2.0)
    one, two, total, balance = value.T
    same = (one == two) & (one > LONG * taken(sheet.step, groups[:, EXPORTS]))
    by_total, by_balance = total - one - two, balance - one + two
    told = same & ((np.abs(by_total) > slack) | (np.abs(by_balance) > slack))
    told &= ~((np.abs(by_total) <= slack) | (np.abs(by_balance) <= slack))
    span = ids(sheet.first[groups[:, EXPORTS]], sheet.last[groups[:, EXPORTS]])
    for number in np.unique(span[told]):
        yield _said(case, groups[told & (span == number)], done)


def _said(case: Case, groups: Ints, done: Bools) -> Doubt:
    """The flow that was copied over is the one whose right figure is nearer to its other periods."""
    sheet = case.sheet
    value = taken(sheet.value, groups[:1])[0]
    should = np.array([_right(value, EXPORTS), _right(value, IMPORTS)])
    sure = [flow for flow in (EXPORTS, IMPORTS) if _agree(value, flow, case, groups[0])]
    away = [_away(case, int(groups[0, flow]), float(should[flow])) for flow in (EXPORTS, IMPORTS)]
    flow = sure[0] if len(sure) == 1 else int(np.argmin(away))
    cells = groups[:, [EXPORTS, IMPORTS]].ravel()
    done[cells] = True
    row = int(groups[0, flow])
    return doubt(
        sheet,
        "flows_equal",
        "copied_over",
        "stop",
        [row, *cells],
        same=float(len(groups)),
        row=Row(row),
        period=spanned(sheet, cells),
        stated_cents=float(value[flow]),
        should_cents=float(should[flow]),
    )


def _right(value: Floats, flow: int) -> float:
    """What the total, or else the balance, makes of one flow when the other is right."""
    other = float(value[IMPORTS if flow == EXPORTS else EXPORTS])
    if not np.isnan(value[TRADE]):
        return float(value[TRADE]) - other
    return other + float(value[BALANCE]) * (1 if flow == EXPORTS else -1)


def _agree(value: Floats, flow: int, case: Case, group: Ints) -> bool:
    """Whether total and balance make the same figure of one flow."""
    other = float(value[IMPORTS if flow == EXPORTS else EXPORTS])
    by_balance = other + float(value[BALANCE]) * (1 if flow == EXPORTS else -1)
    slack = 2 * float(np.nansum(taken(case.sheet.step, group)))
    return abs(float(value[TRADE]) - other - by_balance) <= slack


def _away(case: Case, row: int, should: float) -> float:
    away = apart((case.months, case.ranges), row, np.array([should])) if should > 0 else None
    return np.inf if away is None or np.isnan(away[0]) else float(away[0])
