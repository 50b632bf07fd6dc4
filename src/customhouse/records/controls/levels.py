"""Runs of months in another unit: series that jump and stay there, or come back some months later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.panel import YEAR, Panel, clean, logs, middle, usual
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, Bools, Floats, Ints

JUMP = 1.5
"""All lines together jump so far (natural logarithm) from one month to the next only in another unit,"""
CALM = 3.0
"""and so many times as far as they usually do;"""
USUAL = 0.75
"""the share of steps that are no farther than is usual."""
LEAST, MOST = 4, 4
"""So many steps show what is usual; of so many one at the most, or two in all, is a jump."""
NEAREST = 6
SLACK = 0.22
"""How far a season may take a run from a factor's reading (logarithm)."""


def stepped(case: Case, done: Bools) -> Iterator[Doubt]:
    """Two months or more in a row that stand in the same multiple of those before or after."""
    yield from _stepped(case, (case.months, *case.ranges.chains()), done)


def stepped_years(case: Case, done: Bools) -> Iterator[Doubt]:
    """Years to date of two months or more in a row that do, whose months would be blamed for it else."""
    years = [one for one in case.ranges.chains() if (one.chain < YEAR).all()]
    yield from _stepped(case, years, done, clear=True)


def _stepped(
    case: Case, panels: Iterable[Panel], done: Bools, *, clear: bool = False
) -> Iterator[Doubt]:
    """Runs in another unit; of those that must be `clear`, such as are off by a power of ten."""
    for panel in panels:
        for part in _parts(clean(panel, done)):
            run, level = _runs(part)
            base = _beside_months(case, part, run)
            base = base if base.any() else _base(part, run, level)
            for number in np.unique(run[~base[run]]) if len(run) else ():
                mine = np.flatnonzero(run == number)
                if len(mine) >= 2 and part.load[mine].all():
                    found = _said(case, part, mine, np.flatnonzero(base[run]))
                    if found.cause == "power_of_ten" or not clear:
                        done[list(found.cells)] = True
                        yield found


def _parts(panel: Panel) -> list[Panel]:
    """All flows together where exports and imports jump together or not at all, else each by itself."""
    each = [_only(panel, flow) for flow in (EXPORTS, IMPORTS) if (panel.flow == flow).any()]
    runs = [_runs(one)[0] for one in each]
    alike = all(np.array_equal(runs[0], other) for other in runs[1:])
    return [panel] if alike else each


def _only(panel: Panel, flow: int) -> Panel:
    return replace(panel, value=np.where((panel.flow == flow)[:, None], panel.value, np.nan))


def _steps(panel: Panel) -> Floats:
    """How far all lines together go from each period to the next (logarithm), 0 where none tells."""
    value = logs(np.where((panel.flow != BALANCE)[:, None], panel.value, np.nan))
    found = np.zeros(max(panel.columns - 1, 0))
    for column in range(len(found)):
        away = value[:, column + 1] - value[:, column]
        weight = np.exp((value[:, column + 1] + value[:, column]) / 4)
        at = middle(away, np.nan_to_num(weight))[0]
        found[column] = 0.0 if np.isnan(at) else at
    return found


def _runs(panel: Panel) -> tuple[Ints, Floats]:
    """The run that each period is in, and the level of each run; none where nothing jumps, or too much."""
    steps = _steps(panel)
    size = np.abs(steps)
    none = np.zeros(0, np.int64), np.zeros(0)
    if len(steps) < LEAST:
        return none
    jumps = size > max(JUMP, CALM * float(np.quantile(size, USUAL)))
    if not jumps.any() or jumps.sum() > max(2, len(steps) // MOST):
        return none
    return np.r_[0, np.cumsum(jumps)].astype(np.int64), np.r_[0.0, np.cumsum(steps[jumps])]


def _base(panel: Panel, run: Ints, level: Floats) -> Bools:
    """Which runs stand at the level to judge by: that of what is known, or that of most months."""
    weight = np.bincount(run, np.where(panel.load, 1.0, 1e6), len(level))
    alike = np.abs(np.subtract.outer(level, level)) < JUMP / 2
    found: Bools = alike[int(np.argmax(alike @ weight))] if len(level) else np.zeros(0, bool)
    return found


def _beside_months(case: Case, panel: Panel, run: Ints) -> Bools:
    """Which runs of years to date stand where the months beside them do; none for months themselves."""
    months = case.months
    if not len(run) or (panel.span == 1).all() or not months.columns:
        return np.zeros(int(run.max()) + 1 if len(run) else 0, bool)
    lines = {key: n for n, key in enumerate(zip(months.item.tolist(), months.flow.tolist(), strict=True))}
    keys = zip(panel.item.tolist(), panel.flow.tolist(), strict=True)
    at = np.array([lines.get(key, -1) for key in keys], np.int64)
    level = np.where(at >= 0, usual(months, np.arange(months.columns))[at], np.nan)
    away = logs(panel.value) - level[:, None]
    weight = np.nan_to_num(np.exp(level / 2))
    size = np.array([middle(away[:, run == number].ravel(), np.repeat(weight, (run == number).sum()))[0]
                     for number in range(int(run.max()) + 1)])  # fmt: skip
    found: Bools = np.abs(np.nan_to_num(size, nan=np.inf)) < JUMP / 2
    return found


def _said(case: Case, panel: Panel, mine: Ints, others: Ints) -> Doubt:
    near = others[np.argsort(np.abs(np.subtract.outer(others, mine)).min(axis=1), kind="stable")][:NEAREST]
    past = usual(panel, near)
    at, spread = middle(usual(panel, mine) - past, np.nan_to_num(np.exp(past / 2)))
    there = (panel.row[:, mine] >= 0) & ~np.isnan(panel.value[:, mine])
    rows = panel.row[:, mine].T[there.T]
    sheet, top = case.sheet, int(rows[np.argmax(case.sheet.value[rows])])
    factor = float(np.exp(at))
    reading = read(factor, sheet.name("currency", top), sheet.name("reporter", top), slack=SLACK + spread / 4)
    first = int(panel.last[mine[0]] - panel.span[mine[0]] + 1)
    return doubt(
        sheet,
        "unit_slip",
        reading.cause,
        "caution" if reading.cause == "unknown_factor" else "stop",
        [top, *rows],
        period=Month(first, int(panel.last[mine[-1]])),
        factor=factor,
        spread=spread,
        power=float(reading.power),
        months=float(len(mine)),
        now_cents=float(sheet.value[top]),
        usual_cents=float(sheet.value[top] / factor),
    )
