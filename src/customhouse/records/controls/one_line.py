"""One line of a table that stands in the same multiple throughout, as a total in another unit does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.factors import read
from customhouse.records.controls.panel import logs, usual
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, ids

PERIODS = 3
"""In so many periods a multiple is the line's and none of a single figure;"""
MOST = 0.6
"""the share of periods in which it must fail."""
SAME = 2e-3
"""How far (logarithm) the multiples of a line may lie apart,"""
LEAST = 0.01
"""and how large they are at the least."""
PARTS = 3
ABOVE = 3.0
"""A part so many times its total is no revision."""
CLEAR = 1000
"""A sum of fewer printed steps tells no power of ten."""


class Multiple(NamedTuple):
    """Rows of one line, what they should be, and the multiple of it that they are (logarithm)."""

    rows: Ints
    should: Floats
    at: float


def one_line(case: Case, done: Bools) -> Iterator[Doubt]:
    """Lines that other flows, or totals that their parts, show to stand in one multiple throughout."""
    for found in _by_flows(case, done):
        yield _said(case, found, done)
    for found in (*_by_parts(case, done), *_above_whole(case, done)):
        yield _said(case, found, done)


def _by_flows(case: Case, done: Bools) -> Iterator[Multiple]:
    """Lines of exports, imports or trade that the other two deny in most of their periods."""
    sheet = case.sheet
    groups = case.flows[:, [EXPORTS, IMPORTS, TRADE]]
    groups = groups[((groups >= 0) & (groups < sheet.rows)).all(axis=1)]
    groups = groups[~done[groups].any(axis=1) & ~np.isnan(sheet.value[groups]).any(axis=1)]
    if not len(groups) or len(np.unique(sheet.item[groups[:, 0]])) < PARTS:
        return
    long = (sheet.last > sheet.first)[groups[:, 0]].astype(np.int64)
    key = ids(sheet.item[groups[:, 0]], long)
    exports, imports, trade = sheet.value[groups].T
    slack = np.maximum(sheet.step[groups].sum(axis=1), 1.0)
    bad = np.abs(trade - exports - imports) > slack
    for number in np.flatnonzero(np.bincount(key, bad) >= PERIODS):
        line = key == number
        if bad[line].mean() >= MOST and (found := _multiple(case, groups[line & bad])) is not None:
            yield found


def _multiple(case: Case, groups: Ints) -> Multiple | None:
    """The flow of a line that is a constant multiple of what the other two make it."""
    exports, imports, trade = case.sheet.value[groups].T
    best: tuple[float, Multiple] | None = None
    wanted = (trade - imports, trade - exports, exports + imports)
    for flow, should in enumerate(wanted):
        away = logs(case.sheet.value[groups[:, flow]]) - logs(should)
        at = float(np.median(away))
        apart = float(np.quantile(np.abs(away - at), 0.75))
        if apart <= SAME and abs(at) >= LEAST and (best is None or apart < best[0]):
            best = apart, Multiple(groups[:, flow], should, at)
    return best[1] if best else None


def _by_parts(case: Case, done: Bools) -> Iterator[Multiple]:
    """Totals that are a power of ten of what their parts sum to, to the last digit."""
    w, sheet = case.wholes, case.sheet
    if not len(w.whole):
        return
    value = sheet.value[w.whole]
    count = np.bincount(w.of, minlength=len(w.whole))
    spoilt = np.bincount(w.of, done[w.part], len(w.whole)) > 0
    fit = (w.whole < sheet.rows) & ~w.complete & ~spoilt & ~done[w.whole] & (count >= PARTS)
    fit &= (sheet.flow[w.whole] != BALANCE) & (w.sum > CLEAR * sheet.step[w.whole])
    power = np.round((np.nan_to_num(logs(value)) - np.nan_to_num(logs(w.sum))) / np.log(10))
    scaled = w.sum * 10.0**power
    fit &= (power != 0) & (np.abs(value - scaled) <= np.maximum(w.slack, w.slack * 10.0**power))
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in np.flatnonzero(fit & (w.slack * 10.0**power * CLEAR < np.abs(value))):
        if not _parts_jump(case, int(number), float(power[number])):
            lines[int(sheet.series[w.whole[number]]), int(power[number])].append(int(number))
    for (_, size), some in lines.items():
        yield Multiple(w.whole[some], w.sum[some], size * float(np.log(10)))


def _above_whole(case: Case, done: Bools) -> Iterator[Multiple]:
    """Parts above their totals in most periods, and the least power of ten that puts them below."""
    w, sheet = case.wholes, case.sheet
    if not len(w.whole):
        return
    whole = sheet.value[w.whole][w.of]
    fit = (whole > CLEAR * sheet.step[w.part]) & (np.bincount(w.of)[w.of] > PARTS)
    fit &= (w.part < sheet.rows) & ~done[w.part] & (sheet.flow[w.part] != BALANCE) & (whole > 0)
    above = fit & (sheet.value[w.part] > ABOVE * whole)
    room = np.where(above, whole - (w.sum[w.of] - sheet.value[w.part]), np.nan)
    for series in np.unique(sheet.series[w.part[above]]):
        mine = above & (sheet.series[w.part] == series)
        rows = np.unique(w.part[mine])
        of = np.unique(w.part[fit & (sheet.series[w.part] == series)])
        times = sheet.value[w.part[mine]] / np.where(room > 0, room, np.nan)[mine]
        if np.isnan(times).all():
            continue
        power = float(np.ceil(np.nanmedian(np.log10(times))))
        if len(rows) >= PERIODS and len(rows) >= MOST * len(of) and power > 0:
            yield Multiple(rows, sheet.value[rows] / 10.0**power, float(power * np.log(10)))


def _parts_jump(case: Case, number: int, power: float) -> bool:
    """Whether it is the parts that stand so far from their other periods, the other way."""
    whole = int(case.wholes.whole[number])
    for panel in (case.months, case.ranges):
        lines, columns = np.nonzero(np.isin(panel.row, case.wholes.parts(number)))
        if len(columns) and case.sheet.last[whole] == panel.last[columns[0]]:
            past = usual(panel, panel.neighbours(int(columns[0])))[lines]
            away = (logs(panel.value[lines, columns]) - past) / np.log(10)
            return not np.isnan(away).all() and abs(float(np.nanmedian(away)) + power) < 0.5
    return False


def _confirmed(case: Case, found: Multiple) -> bool:
    """Whether the parts of these totals sum to what they should be, or near it."""
    w = case.wholes
    at = np.isin(w.whole, found.rows)
    if not at.any():
        return False
    away = logs(case.sheet.value[w.whole[at]]) - logs(w.sum[at])
    return bool(not np.isnan(away).all() and abs(float(np.nanmedian(away)) - found.at) <= LEAST)


def _said(case: Case, found: Multiple, done: Bools) -> Doubt:
    sheet, row = case.sheet, int(found.rows[0])
    factor = float(np.exp(found.at))
    reading = read(factor, sheet.name("currency", row), sheet.name("reporter", row), slack=SAME)
    cause = reading.cause
    if cause == "currency_and_unit":  # rates move from month to month
        cause = "unknown_factor"
    if _confirmed(case, found) and cause != "currency":
        cause = "total_alone"
    done[found.rows] = True
    return doubt(
        sheet,
        "unit_slip_rows",
        cause,
        "stop",
        found.rows,
        row=Row(row),
        factor=factor,
        power=float(reading.power),
        rows=float(len(found.rows)),
        period=spanned(sheet, found.rows),
        now_cents=float(sheet.value[row]),
        usual_cents=float(found.should[0]),
    )
