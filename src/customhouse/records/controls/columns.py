"""Exports + imports = trade and exports - imports = balance, where they fail for a whole column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.measures import measures_exchanged
from customhouse.records.controls.one_line import one_line
from customhouse.records.controls.panel import logs, middle
from customhouse.records.controls.points import scattered
from customhouse.records.controls.sheet import BALANCE, EXPORTS, FLOWS, IMPORTS, TRADE, Bools, Floats, Ints

MOST = 0.6
"""The share of rows that must fail for it to be the column's fault and not a row's."""
EXACT = 0.9
TIGHT = 0.03
LARGEST = 2.0
"""So many times the average a row may weigh."""
LEAST = 0.01
"""A column that is off by less than this factor (logarithm) is in no other unit, but rounded."""


class Block(NamedTuple):
    """Rows by flow of one period (or of all, where they are few), and the values in them."""

    rows: Ints
    value: Floats
    slack: Floats


def columns(case: Case, done: Bools) -> Iterator[Doubt]:
    """Columns swapped, in another unit, or with a balance for a total, and what has to be told before."""
    yield from scattered(case, done)
    yield from measures_exchanged(case, done)
    for block in _blocks(case, done):
        exports, imports, trade, balance = block.value.T
        for found in (
            *_total(case, block, exports, imports, trade),
            *_balance(case, block, exports, imports, balance),
        ):
            done[list(found.cells)] = True
            yield found
    yield from one_line(case, done)


def _blocks(case: Case, done: Bools) -> Iterator[Block]:
    sheet = case.sheet
    groups = case.flows
    head = groups.max(axis=1)
    mine = (groups < sheet.rows).all(axis=1) & (head >= 0)
    mine &= ~done[np.maximum(groups, 0)].any(axis=1)
    span = (sheet.last - sheet.first)[head] * 100_000 + sheet.last[head]
    for number in np.unique(span[mine]):
        rows = groups[mine & (span == number)]
        if len(rows) >= 3:
            yield _block(case, rows)
    rows = groups[mine]
    sparse = len(rows) < 3 * len(np.unique(span[mine]))
    if len(rows) and sparse:
        for long in (False, True):
            some = rows[(sheet.last > sheet.first)[rows.max(axis=1)] == long]
            if len(some):
                yield _block(case, some)


def _block(case: Case, rows: Ints) -> Block:
    step = np.nansum(taken(case.sheet.step, rows), axis=1)
    return Block(rows, taken(case.sheet.value, rows), np.maximum(step, 1.0))


def _total(case: Case, block: Block, exports: Floats, imports: Floats, trade: Floats) -> Iterator[Doubt]:
    off = trade - exports - imports
    there = ~np.isnan(off) & (np.abs(trade) + np.abs(exports) > 0)
    bad = there & (np.abs(off) > block.slack)
    if bad.sum() < 2 or bad.sum() < MOST * (there & (exports != 0) & (imports != 0)).sum():
        return
    readings = [
        ("total_and_exports_swapped", EXPORTS, exports - trade - imports),
        ("total_and_imports_swapped", IMPORTS, imports - trade - exports),
        ("balance_for_total", TRADE, trade - exports + imports),
    ]
    for cause, flow, gap in readings[2:] if (trade < 0).any() else readings:  # no flow is below zero
        if np.mean(np.abs(gap[bad]) <= block.slack[bad]) >= EXACT and not np.all(exports[bad] == 0):
            two = {TRADE, flow}
            yield _said(case, block, bad, "flow_identity", cause, two, off)
            return
    yield from _factor(case, block, bad, (exports, imports, trade), off)


def _factor(
    case: Case, block: Block, bad: Bools, value: tuple[Floats, Floats, Floats], off: Floats
) -> Iterator[Doubt]:
    """A column that is a constant multiple of what the other two make it."""
    exports, imports, trade = value
    wanted = {EXPORTS: trade - imports, IMPORTS: trade - exports, TRADE: exports + imports}
    found = []
    for flow, should in wanted.items():
        fit = bad & (np.abs(should) > 20 * block.slack) & (np.abs(value[flow]) > 20 * block.slack)
        at, spread = middle(
            logs(np.where(fit, value[flow] / np.where(fit, should, 1), np.nan)), _even(np.abs(should), fit)
        )
        many = fit.sum() >= 0.5 * bad.sum() and not np.isnan(spread)
        found.append((spread if many else np.inf, flow, at))
    spread, flow, at = min(found)
    if not spread <= TIGHT or abs(at) < max(5 * spread, LEAST):
        return
    sheet, row = case.sheet, int(block.rows[bad].max())
    factor = float(np.exp(at))
    reading = read(factor, sheet.name("currency", row), sheet.name("reporter", row), slack=0.02 + 2 * spread)
    yield _said(case, block, bad, "unit_slip", reading.cause, {flow}, off, factor=factor)


def _even(size: Floats, fit: Bools) -> Floats:
    """Weights by size in which no row, such as a total of all others, outweighs the rest."""
    most = LARGEST * float(np.sum(size[fit])) / max(int(fit.sum()), 1)
    found: Floats = np.where(fit, np.minimum(size, most), 0.0)
    return found


def _balance(case: Case, block: Block, exports: Floats, imports: Floats, balance: Floats) -> Iterator[Doubt]:
    off = balance - exports + imports
    bad = ~np.isnan(off) & (np.abs(off) > 2 * block.slack)
    if not bad.any() or bad.sum() < MOST * (~np.isnan(off)).sum():
        return
    turned = np.abs(balance + exports - imports) <= 2 * block.slack
    if turned[bad].mean() >= EXACT:
        yield _said(case, block, bad, "flows_swapped", "balance_turned", {EXPORTS, IMPORTS}, off)


def _said(
    case: Case, block: Block, bad: Bools, code: str, cause: str, flows: set[int], off: Floats, **more: float
) -> Doubt:
    sheet = case.sheet
    cells = block.rows[bad][:, sorted(flows)].ravel()
    cells = cells[cells >= 0]
    worst = int(np.argmax(np.where(bad, np.abs(off), -1)))
    row = int(block.rows[worst][sorted(flows)[0]])
    names = {FLOWS[flow]: float(block.value[worst, flow]) for flow in range(BALANCE + 1)}
    figures = {f"{name}_cents": value for name, value in names.items() if not np.isnan(value)}
    period = Month(int(sheet.first[row]), int(sheet.last[row]))
    return doubt(
        sheet,
        code,
        cause,
        "stop",
        [row, *cells],
        period=period,
        fails=float(bad.sum()),
        off_cents=float(off[worst]),
        **figures,
        **more,
    )
