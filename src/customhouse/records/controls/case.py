"""What every check is handed: the sheet, its panels, and which rows make up which figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from customhouse.period import month
from customhouse.records.controls.aside import Aside
from customhouse.records.controls.panel import Panel, months, ranges
from customhouse.records.controls.rounding import rounded
from customhouse.records.controls.sheet import BALANCE, FLOWS, Floats, Ints, Sheet, ids
from customhouse.records.controls.wholes import Wholes, wholes
from customhouse.records.table import SetAside


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A load to be judged.

    `flows[g]` has the rows of exports, imports, trade and balance of one item in one period, -1
    where there is none. The figures that were `rounded` by so many digits have a step as much coarser,
    so that sums of them are judged by what rounding leaves open.
    """

    sheet: Sheet
    loaded: int
    set_aside: Aside
    months: Panel
    ranges: Panel
    flows: Ints
    wholes: Wholes
    rounded: Ints

    @classmethod
    def of(cls, sheet: Sheet, loaded_on: date, set_aside: Sequence[SetAside]) -> Case:
        """All that the checks share, worked out once."""
        day = month(loaded_on.year, loaded_on.month)
        digits = rounded(sheet)
        coarse = np.where(digits > 0, np.maximum(sheet.step, 1.0) * 10.0**digits, sheet.step)
        sheet = replace(sheet, step=coarse)
        panels = months(sheet), ranges(sheet)
        sums = _shortened(wholes(sheet), sheet, digits)
        return cls(sheet, day, Aside(set_aside), *panels, by_flow(sheet), sums, digits)


def _shortened(sums: Wholes, sheet: Sheet, digits: Ints) -> Wholes:
    """Sums with room for digits that were cut off: what parts lose by that adds up."""
    lost = np.where(digits > 0, sheet.step / 2, 0.0)
    return replace(sums, slack=sums.slack + np.bincount(sums.of, lost[sums.part], len(sums.whole)))


def by_flow(sheet: Sheet) -> Ints:
    """The rows of each item and period by flow, -1 where a flow is not there."""
    rows = sheet.live[sheet.flow[sheet.live] <= BALANCE]
    group = ids(sheet.item[rows], sheet.first[rows], sheet.last[rows])
    found = np.full((int(group.max()) + 1 if len(group) else 0, BALANCE + 1), -1, np.int64)
    found[group, sheet.flow[rows]] = rows
    return found


def taken(column: Floats, rows: Ints) -> Floats:
    """A column at some rows, NaN where a row is -1."""
    return np.where(rows >= 0, column[rows], np.nan) if len(column) else np.full(rows.shape, np.nan)


__all__ = ["FLOWS", "Case", "by_flow", "taken"]
