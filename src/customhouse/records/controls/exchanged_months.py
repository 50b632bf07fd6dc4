"""Figures of one item that stand in one another's months: which may have changed places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.sheet import Bools, Ints, ids
from customhouse.records.controls.slips import System

TRIED = 40
"""So many sums that fail are looked at for what may have changed places,"""
BEST = 20
"""and so many such pairs are tried, those that most sums speak for."""
Spans = tuple[int, int, int, int, int]
"""An item, the first and last month of a period, and those of another."""


def of_two_months(case: Case, system: System, bad: Bools) -> Iterator[tuple[Ints, Ints]]:
    """Rows of one item in two periods of one length, of all flows together and of each alone."""
    votes = Counter(_closing(case, system, bad))
    for spans, _ in votes.most_common(BEST):
        pairs = _paired(case, spans)
        yield pairs[:, 0], pairs[:, 1]
        for one in pairs if len(pairs) > 1 else ():
            yield one[:1], one[1:]


def _closing(case: Case, system: System, bad: Bools) -> Iterator[Spans]:
    """Pairs of which one's figure closes a sum of the other's that fails, where both are in such sums."""
    sheet, value = case.sheet, case.sheet.value
    failing = np.flatnonzero(bad & system.sharp)
    among = np.unique(system.row[(bad & system.sharp)[system.of]])
    among = among[(among < sheet.rows) & ~np.isnan(value[among])]
    series = ids(sheet.item[among], sheet.flow[among], sheet.last[among] - sheet.first[among])
    for number in failing[np.argsort(-np.abs(system.off[failing]))][:TRIED]:
        entry = np.flatnonzero((system.of == number) & np.isin(system.row, among))
        mine = np.searchsorted(among, system.row[entry])
        wanted = value[among[mine]] - system.off[number] / system.weight[entry]
        near = np.abs(np.subtract.outer(wanted, value[among])) <= system.slack[number]
        near &= series[mine][:, None] == series
        for at, other in np.argwhere(near):
            yield _spans(case, int(among[mine[at]]), int(among[other]))


def _spans(case: Case, one: int, other: int) -> Spans:
    sheet = case.sheet
    low, high = sorted((int(sheet.first[row]), int(sheet.last[row])) for row in (one, other))
    return int(sheet.item[one]), *low, *high


def _paired(case: Case, spans: Spans) -> Ints:
    """The rows of an item in two periods, side by side by flow."""
    sheet, (item, *months) = case.sheet, spans
    mine = sheet.live[(sheet.item[sheet.live] == item) & (sheet.live < sheet.rows)]
    mine = mine[~np.isnan(sheet.value[mine])]
    there = [
        {int(sheet.flow[row]): int(row) for row in mine if (sheet.first[row], sheet.last[row]) == span}
        for span in (tuple(months[:2]), tuple(months[2:]))
    ]
    both = sorted(there[0].keys() & there[1].keys())
    return np.array([[there[0][flow], there[1][flow]] for flow in both], np.int64).reshape(-1, 2)
