"""Quantities and values of single lines judged by their unit values in other months.

A unit value far from its line's other months tells that the quantity or the value is wrong: the one
that departs as far from its own other months, while the other stands where it usually does. Where
both move, as in an odd consignment of a small line, the table is right.

Of 1,000 drawn right tables (3 to 60 lines, 5 to 18 months, unit values that vary by 3 to 100 per cent,
quantities by 10 to 150, seasons) these bounds stop 1 in 300, and 1 in 60 of those in which every
twentieth figure is an odd consignment at up to a fiftieth of the quantity and a multiple of the price.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Field, Row, Word, doubt
from customhouse.records.controls.factors import read
from customhouse.records.controls.months import period_of
from customhouse.records.controls.panel import Panel, clean, logs, usual
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints, ids

FAR = 1.95
"""A unit value is off by a factor of seven: ten, less what it moves by itself (natural logarithm),"""
STEADY = 3.0
"""and by so many times as much as in its line's other months;"""
OWN = 2.0
"""the figure that departs, by so many times as much as in its own other months,"""
STILL = 0.3
"""while the other moves by no more than this share of it."""
CALM_PRICE, CALM = 0.5, 0.8
"""Lines whose unit values and other figures never moved more than this (logarithm) show a factor of ten;"""
LARGE, MANY = 4.0, 3
"""any line shows one so large (logarithm), or so many lines together."""
NEAREST, LEAST, SPARE = 12, 4, 6
"""Other months that are looked at, those needed, and those of which the farthest may be wrong too."""
FINE = 30.0
"""An amount of fewer steps than this makes no unit value."""
NEAR = 0.12
"""A factor so near a power of ten (decimal logarithm) is one of another unit."""
ODD, SOME, RATE = 1.5, 3, 0.005
"""So many unit values so far from their lines' (logarithm), of the other months, are odd consignments."""
SMALL = 2e-3
"""Lines below this share of their flow stop nothing: among thousands some do move as far,"""
SHARE = 0.1
"""unless this share of all lines do together."""


class Distance(NamedTuple):
    """How far lines are from their other months (natural logarithm), and how far those are at most."""

    off: Floats
    vary: Floats


def of_lines(case: Case, panel: Panel, amount: Floats, name: str, done: Bools) -> Iterator[Doubt]:
    """Figures of single lines whose quantity (or mass) or value alone departs; marks them in `done`."""
    step = _step(amount[: case.sheet.rows])
    for column in np.flatnonzero(panel.load).tolist():
        values = clean(panel, done)
        amounts = in_unit(case, amounts_of(values, amount), column, name)
        odd = _odd(values, amounts, column)
        for own, off in _departing(values, amounts, column, FINE * step):
            for lines, power in _groups(panel, off):
                large = abs(float(np.median(off[lines]))) > LARGE
                small = _small(values, column, lines)
                if small and not large:
                    continue
                found = panel.row[lines, column]
                done[found] = True
                if odd and not _exact(float(np.median(off[lines])), power):
                    continue
                sure = not small and (large or not odd)
                yield _said(case, panel, column, found, off[lines], power, name if own else "", sure)


def amounts_of(panel: Panel, amount: Floats) -> Panel:
    """The weights or quantities of the figures of a panel, by month on average, NaN where there is none."""
    there = (panel.row >= 0) & ~np.isnan(panel.value)
    found = np.where(there, amount[np.maximum(panel.row, 0)], np.nan) / panel.span
    return replace(panel, value=np.where(found > 0, found, np.nan))


def in_unit(case: Case, panel: Panel, column: int, name: str) -> Panel:
    """The panel without what is counted in another unit than that of a column."""
    if name != "quantity":
        return panel
    unit = case.sheet.code["quantity_unit"][np.maximum(panel.row, 0)]
    return replace(panel, value=np.where(unit == unit[:, column][:, None], panel.value, np.nan))


def _step(amount: Floats) -> float:
    """The power of ten that all amounts are multiples of."""
    found = amount[amount > 0]
    size = 1.0
    while len(found) and size < 1e12 and not np.mod(found, size * 10).any():
        size *= 10
    return size


def _departing(values: Panel, amounts: Panel, column: int, fine: float) -> Iterator[tuple[bool, Floats]]:
    """How far each line departs in its amount, then in its value; NaN where it does not."""
    near = values.neighbours(column)
    near = near[(~np.isnan(values.value[:, near] * amounts.value[:, near])).any(axis=0)][:NEAREST]
    if len(near) < LEAST:
        return
    both = logs(values.value) + 0 * logs(amounts.value), logs(amounts.value) + 0 * logs(values.value)
    value, own = (_distance(one, near, column) for one in both)
    price = _distance(both[0] - both[1], near, column)
    room = np.log(fine / values.span[column])
    with np.errstate(invalid="ignore"):
        usual_amount = usual(replace(amounts, value=np.exp(both[1])), near)
        far = (np.abs(price.off) > np.maximum(FAR, STEADY * price.vary)) & (usual_amount > room)
        far &= (values.flow < BALANCE) & (values.row[:, column] >= 0)
        for is_amount, one, other in ((True, own, value), (False, value, own)):
            fit = far & (np.abs(one.off) > np.maximum(FAR * (1 - STILL), OWN * one.vary))
            fit &= np.abs(other.off) <= STILL * np.abs(price.off)
            calm = (price.vary <= CALM_PRICE) & (other.vary <= CALM)
            fit &= calm | (np.abs(price.off) > LARGE) | (_alike(values, one.off, fit) >= MANY)
            if fit.any():
                yield is_amount, np.where(fit, one.off, np.nan)


def _odd(values: Panel, amounts: Panel, column: int) -> bool:
    """Whether unit values of a table's other months are as far off now and then."""
    price = np.delete(logs(values.value) - logs(amounts.value), column, axis=1)
    told = (~np.isnan(price)).sum(axis=1) >= LEAST
    if not told.any():
        return False
    away = np.abs(price[told] - np.nanmedian(price[told], axis=1)[:, None])
    far = int((away > ODD).sum())
    return far >= SOME and far > RATE * int((~np.isnan(away)).sum())


def _distance(size: Floats, near: Ints, column: int) -> Distance:
    """How far the logarithms of a column are from those of others, line by line; NaN where few tell."""
    some = np.sort(size[:, near], axis=1)
    count = (~np.isnan(some)).sum(axis=1)
    line = np.arange(len(some))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(near) - 1)
    past = np.where(count >= LEAST, (some[line, low] + some[line, high]) / 2, np.nan)
    around = np.sort(np.abs(some - past[:, None]), axis=1)
    farthest = np.maximum(count - np.where(count >= SPARE, 2, 1), 0)
    return Distance(size[:, column] - past, around[line, farthest])


def _groups(panel: Panel, off: Floats) -> Iterator[tuple[Ints, int]]:
    """Lines of one flow that depart by about the same power of ten."""
    power = np.round(off / np.log(10))
    for flow in np.unique(panel.flow[~np.isnan(off)]):
        for size in np.unique(power[(panel.flow == flow) & ~np.isnan(off)]):
            yield np.flatnonzero((panel.flow == flow) & (power == size)), int(size)


def _alike(values: Panel, off: Floats, fit: Bools) -> Ints:
    """With how many lines of its flow each line that is meant departs by the same power of ten."""
    power = np.where(fit, np.round(off / np.log(10)), 0).astype(np.int64)
    key = ids(values.flow, power)
    found: Ints = np.bincount(key, fit, len(key))[key].astype(np.int64)
    return found


def _small(values: Panel, column: int, lines: Ints) -> bool:
    """Whether lines are so few and so small beside the others of their flow that they stop nothing."""
    mine = (values.flow == values.flow[lines[0]]) & ~np.isnan(values.value[:, column])
    level = np.nan_to_num(np.exp(usual(values, values.neighbours(column)[:NEAREST])))
    few = len(lines) < max(MANY, SHARE * mine.sum())
    return bool(few and level[lines].max() < SMALL * level[mine].sum())


def _exact(off: float, power: int) -> bool:
    """Whether a distance (natural logarithm) is near a power of ten."""
    return power != 0 and abs(off / np.log(10) - power) <= NEAR


def _said(
    case: Case, panel: Panel, column: int, rows: Ints, off: Floats, power: int, name: str, sure: bool
) -> Doubt:
    """The doubt about amounts (`name` says which) or, without a name, about values."""
    sheet, at = case.sheet, float(np.median(off))
    exact = _exact(at, power)
    factor = 10.0**power if exact else float(np.exp(at))
    top = int(rows[np.argmax(sheet.value[rows])])
    reading = read(factor, None, None, slack=0.01)
    firm = (sure and exact) or len(rows) >= max(MANY, SHARE * len(panel.line_rows(column)))
    common: dict[str, Field] = {
        "row": Row(top), "period": period_of(panel, column), "factor": factor,
        "power": float(reading.power), "rows": float(len(rows)),
    }  # fmt: skip
    if name:
        spread = float(np.median(np.abs(off - at)))
        more: dict[str, Field] = {"column": Word(f"column_{name}"), "spread": spread}
    else:
        more = {"now_cents": float(sheet.value[top]), "usual_cents": float(sheet.value[top] / factor)}
    code = "quantity_slip" if name else "unit_slip_rows"
    return doubt(
        sheet, code, reading.cause, "stop" if firm else "caution", [top, *rows], **common, **more
    )
