"""Whole months judged by their neighbours: flows swapped, figures in another unit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.bases import grown
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.panel import Panel, clean, logs, middle, usual
from customhouse.records.controls.printed import pointed
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Ints

ENOUGH = 8
"""Lines that make a profile."""
LIKE_OTHER = 0.5
"""A month whose exports are this much nearer to its neighbours' imports has them swapped."""
JUMP = 0.26
"""A month this far (natural logarithm) from its neighbours in all its lines is in another unit;"""
NEW_YEAR = 0.32
"""by so much more where January or February is on one side alone;"""
WIDE = 1.2
"""Lines that vary as much as this about a jump do not jump together."""
LONG, NEAREST = 8, 12
THOUSANDTH = -3
NEW_YEAR_REPORTER = "CHN"
ORDINARY = 0.6
"""A season alone can take a month so far: an exchange rate that is no farther from one stops nothing."""
SEVERAL, ALIKE = 3, 1.2
"""So many months in another unit stand in factors as alike as this, though exchange rates move."""
YEAR, SEASON = 12, 0.15
"""What the same month of another year is off by more than this is taken for a season."""
APART = 1.5
"""Exports this much farther from their neighbours than imports (logarithm), or nearer, are told apart."""
FEW = 0.45
"""by so much more where few lines tell."""


def swapped(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose exports have the profile of the neighbours' imports and the other way round."""
    for panel in (case.months, case.ranges):
        exports, imports = _pairs(panel)
        if not len(exports):
            continue
        for column in np.flatnonzero(panel.load):
            if done[panel.line_rows(int(column))].mean() > 0.5:
                continue
            near, unit = _measures(panel, int(column), exports, imports)
            if near is not None and near < LIKE_OTHER * unit:
                yield _swap(case, panel, int(column), exports, imports, near, unit)
                rows = panel.row[np.r_[exports, imports], column]
                done[rows[rows >= 0]] = True


def _pairs(panel: Panel) -> tuple[Ints, Ints]:
    """Lines of exports and of imports of the same items."""
    lines = {flow: np.flatnonzero(panel.flow == flow) for flow in (EXPORTS, IMPORTS)}
    _, left, right = np.intersect1d(
        panel.item[lines[EXPORTS]], panel.item[lines[IMPORTS]], return_indices=True
    )
    return lines[EXPORTS][left], lines[IMPORTS][right]


def _measures(panel: Panel, column: int, exports: Ints, imports: Ints) -> tuple[float | None, float]:
    """How far a month's profile is from its neighbours' with flows crossed, and as they are."""
    known = panel.neighbours(column, known=True)
    others = known if len(known) else panel.neighbours(column)
    if not len(others):
        return None, 0.0
    now = logs(panel.value[:, column])
    past = usual(panel, others)
    straight = now[exports] - past[exports], now[imports] - past[imports]
    crossed = now[exports] - past[imports], now[imports] - past[exports]
    both = ~np.isnan(straight[0] + straight[1] + crossed[0] + crossed[1])
    apart = float(np.median(np.abs(past[exports] - past[imports])[both])) if both.any() else 0.0
    if both.sum() < ENOUGH:
        return _few(panel, column, others, exports, imports, both)
    weight = np.where(both, np.exp((past[exports] + past[imports]) / 4), 0.0)
    level = middle((straight[0] + straight[1]) / 2, weight)[0]  # the same whether they are swapped or not
    sizes = [sum(middle(np.abs(side - level), weight)[0] for side in pair) for pair in (straight, crossed)]
    return (sizes[1], sizes[0]) if apart > 0.1 else (None, 0.0)


def _few(
    panel: Panel, column: int, others: Ints, exports: Ints, imports: Ints, both: Bools
) -> tuple[float | None, float]:
    """With few items: the ratio of exports to imports turned over, against how it usually varies."""
    if len(others) < 3 or not both.any():
        return None, 0.0
    ratio = logs(panel.value[exports[both]]) - logs(panel.value[imports[both]])
    at = np.nanmedian(ratio[:, others], axis=1)
    vary = 1.5 * np.nanmedian(np.abs(ratio[:, others] - at[:, None]), axis=1) + 0.02
    clear = np.abs(at) > 3 * vary
    if not clear.any():
        return None, 0.0
    now = ratio[clear, column]
    return float(np.max(np.abs(now + at[clear]))), float(np.min(np.abs(now - at[clear])))


def _swap(
    case: Case, panel: Panel, column: int, exports: Ints, imports: Ints, near: float, far: float
) -> Doubt:
    rows = panel.row[np.r_[exports, imports], column]
    rows = rows[rows >= 0]
    top = rows[np.argmax(case.sheet.value[rows])]
    return doubt(
        case.sheet,
        "flows_swapped",
        "profile_of_other_flow",
        "stop",
        [top, *rows],
        period=period_of(panel, column),
        near=near,
        far=far,
    )


def period_of(panel: Panel, column: int) -> Month:
    """The period of a column."""
    return Month(int(panel.last[column] - panel.span[column] + 1), int(panel.last[column]))


def units(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose figures all stand in the same multiple of what their neighbours let expect.

    One slip has one factor: months that unlike factors near one would explain have only gone up and down.
    """
    found = list(_units(case, done))
    near = [one for one in found if one.cause == "currency_and_unit" and _ordinary(one.evidence["factor"])]
    factors = [one.evidence["factor"] for one in near]
    unlike = len(near) >= SEVERAL and max(factors) > min(factors) * ALIKE
    for one in found:
        yield replace(one, severity="caution") if unlike and one in near else one


def _ordinary(factor: float) -> bool:
    """Whether a season alone could take a month as far."""
    return abs(math.log(factor)) < ORDINARY


def _units(case: Case, done: Bools) -> Iterator[Doubt]:
    for panel in (case.months, case.ranges):
        for flows in ((EXPORTS, IMPORTS, TRADE), (EXPORTS,), (IMPORTS,)):
            for column in _farthest(clean(panel, done), flows):
                rows = panel.line_rows(column)
                if done[rows].mean() > 0.3 or len(flows) > 1 and _apart(clean(panel, done), column):
                    continue
                kept = clean(panel, done)
                at, spread, lines = effect(kept, column, flows)
                at -= _season(kept, column, flows)
                wide = max(threshold(kept, column, lines, up=at > 0), WIDE * spread)
                far = abs(at) > wide or abs(at) > max(JUMP, _habit(panel, column, flows, lines, abs(at)))
                if far and not grown(case, rows):
                    yield _unit(case, panel, column, flows, at, spread)
                    done[rows] = True


def _apart(panel: Panel, column: int) -> bool:
    """Whether exports and imports of a period stand so far from one another that one of them is at issue."""
    (exports, _, out), (imports, _, inward) = (effect(panel, column, (one,)) for one in (EXPORTS, IMPORTS))
    return bool(out and inward and abs(exports - imports) > APART)


def _farthest(panel: Panel, flows: tuple[int, ...]) -> list[int]:
    """The columns of the load, those that are farthest from their neighbours first."""
    columns = [int(column) for column in np.flatnonzero(panel.load)]
    return sorted(columns, key=lambda column: -abs(effect(panel, column, flows)[0]))


def _season(panel: Panel, column: int, flows: tuple[int, ...]) -> float:
    """How far the same month of another year is from its neighbours (logarithm), 0 where that is little."""
    if panel.span[column] > 1:
        return 0.0
    same = np.flatnonzero(np.abs(panel.last - panel.last[column]) == YEAR)
    found = [effect(panel, int(other), flows, without=column)[0] for other in same]
    usual_ = min(found, key=abs, default=0.0)
    return usual_ if abs(usual_) > SEASON else 0.0


def effect(
    panel: Panel, column: int, flows: tuple[int, ...], *, without: int = -1
) -> tuple[float, float, int]:
    """The logarithm of the multiple that a column stands in, how its lines vary, how many there are.

    The column `without` is no neighbour.
    Where the load agrees within itself, it is judged by what is known; else each month by all others.
    """
    line = np.isin(panel.flow, flows)
    best = 0.0, 0.0, 0
    for others in (panel.neighbours(column), panel.neighbours(column, known=True)):
        others = others[others != without]
        if not len(others) or not line.any():
            continue
        past = usual(panel, others[:12])[line]
        now = logs(panel.value[line, column])
        at, spread = middle(now - past, np.where(np.isnan(past), 0, np.exp(past / 2)))
        count = int((~np.isnan(now - past)).sum())
        if not np.isnan(at) and abs(at) > abs(best[0]):
            best = at, spread, count
    return best


def threshold(panel: Panel, column: int, lines: int, *, up: bool) -> float:
    """How far a month may be above or below its neighbours without a doubt: the New Year only lowers."""
    others = panel.neighbours(column)
    others = others[~np.isnan(panel.value[:, others]).all(axis=0)]
    winter = panel.last % 12 <= 1
    share = 0.5 if len(others) > 2 else 0.4  # of two, one is enough
    low = len(others) > 0 and winter[others].mean() > share if up else winter[column]
    few = FEW / max(lines, 1) ** 0.5 if lines < 30 else 0.0
    short = 0.15 if panel.span[column] > 1 or len(others) < 2 else 0.0
    return JUMP + (NEW_YEAR if low and panel.span[column] == 1 else 0.0) + few + short


def _habit(panel: Panel, column: int, flows: tuple[int, ...], lines: int, at: float) -> float:
    """With few lines over many months: well beyond what any other month does."""
    others = [int(c) for c in panel.neighbours(column)[:NEAREST] if panel.last[c] % 12 > 1]
    if (
        at <= JUMP
        or lines >= 30
        or len(others) < LONG
        or panel.span[column] > 1
        or panel.last[column] % 12 <= 1
    ):
        return np.inf
    return (3 if lines < ENOUGH else 2) * max(abs(effect(panel, c, flows)[0]) for c in others)


def _unit(case: Case, panel: Panel, column: int, flows: tuple[int, ...], at: float, spread: float) -> Doubt:
    rows = panel.row[np.isin(panel.flow, flows), column]
    rows = rows[rows >= 0]
    sheet, top = case.sheet, rows[np.argmax(case.sheet.value[rows])]
    factor = float(np.exp(at))
    period = period_of(panel, column)
    if _late_trough(case, panel, column, at):
        cells = [top, *rows]
        return doubt(sheet, "trough_late", "release_date", "stop", cells, period=period, factor=factor)
    if _together(panel, column, at):
        cells = [top, *rows]
        return doubt(
            sheet, "unit_slip", "two_months_together", "caution", cells, period=period, factor=factor
        )
    reading = read(factor, sheet.name("currency", top), sheet.name("reporter", top), slack=0.22 + spread / 4)
    cause = "thousands_points" if reading.power == THOUSANDTH and pointed(case, rows) else reading.cause
    ordinary = reading.cause == "currency" and _ordinary(factor)
    firm = abs(at) > 1.5 or not (ordinary or reading.cause == "unknown_factor")
    return doubt(
        sheet,
        "unit_slip",
        cause,
        "stop" if firm else "caution",
        [top, *rows],
        period=period,
        factor=factor,
        spread=spread,
        power=float(reading.power),
        now_cents=float(sheet.value[top]),
        usual_cents=float(sheet.value[top] / factor),
    )


def _late_trough(case: Case, panel: Panel, column: int, at: float) -> bool:
    """Whether a month after February is as low as that of the Chinese New Year, and no earlier one is."""
    month = int(panel.last[column]) % 12
    before = panel.neighbours(column)
    before = before[
        (panel.last[before] // 12 == panel.last[column] // 12) & (panel.last[before] < panel.last[column])
    ]
    home = case.sheet.name("reporter", int(panel.line_rows(column)[0])) == NEW_YEAR_REPORTER
    if not (home and panel.span[column] == 1 and month in (2, 3) and -0.6 < at < 0 and len(before)):
        return False
    return all(effect(panel, int(b), (EXPORTS, IMPORTS, TRADE))[0] > at / 2 for b in before)


def _together(panel: Panel, column: int, at: float) -> bool:
    """Whether a February without a January is as high as two months."""
    month = panel.last[column]
    return bool(
        month % 12 == 1 and panel.span[column] == 1 and month - 1 not in panel.last and 0.3 < at < 0.9
    )
