"""Months one under another of which the last has only the first rows: the file just ends there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.sheet import TRADE, Bools, Ints, coded
from customhouse.records.controls.wholes import NESTED

OTHERS = 3
"""So many other months, all with the same rows, show what a month has."""
LINES = 4
PART = 0.05
"""Rows that are this part of a month at the least are no small partners without trade."""


class Cut(NamedTuple):
    """The rows of a month that ends too early, and rows of another month that it has none like."""

    rows: Ints
    missing: Ints


def cut_short(case: Case, done: Bools) -> Iterator[Doubt]:
    """Files that end within a month: the rows that all other months have are missing from there on."""
    sheet = case.sheet
    file = coded(sheet.table["file"])[0][: sheet.rows]
    for number in np.unique(file):
        found = [
            cut
            for flow in range(TRADE + 1)
            if (cut := _cut(case, np.flatnonzero((file == number) & (sheet.flow[: sheet.rows] == flow))))
        ]
        if not found:
            continue
        cut = found[0]
        row, total = int(cut.rows[-1]), _totals(case, cut.missing)
        first = int(total[0] if len(total) else cut.missing[0])
        yield doubt(
            sheet,
            "file_cut",
            "cut_with_total" if len(total) else "cut_short",
            "stop",
            np.concatenate([one.rows[::-1] for one in found]),
            row=Row(row),
            other=Row(first),
            period=Month(int(sheet.first[row]), int(sheet.last[row])),
            lines=float(len(cut.rows)),
            usual=float(len(cut.rows) + len(cut.missing)),
        )


def _cut(case: Case, rows: Ints) -> Cut | None:
    """Whether the last of several months, each a block of the same rows, ends before the others do."""
    sheet = case.sheet
    rows = rows[sheet.first[rows] == sheet.last[rows]]
    if not len(rows):
        return None
    blocks = np.split(rows, np.flatnonzero(np.diff(sheet.last[rows])) + 1)
    months = [int(sheet.last[block[0]]) for block in blocks]
    if len(blocks) <= OTHERS or len(set(months)) < len(months):
        return None
    usual, last = [sheet.series[block] for block in blocks[:-1]], sheet.series[blocks[-1]]
    if len(usual[0]) < LINES or any(set(one.tolist()) != set(usual[0].tolist()) for one in usual):
        return None
    before = blocks[-2]
    missing = before[~np.isin(sheet.series[before], last)]
    if not len(missing) or not np.isin(last, usual[0]).all():
        return None
    if len(_totals(case, before)) and not len(_totals(case, missing)):
        return None  # the total that is there tells of them
    ends = len(_totals(case, missing)) > 0 and all(len(_totals(case, block[-1:])) for block in blocks[:-1])
    follow = np.array_equal(last, usual[-1][: len(last)]) and all(
        np.array_equal(one, usual[0]) for one in usual
    )
    value = np.nan_to_num(np.abs(sheet.value[before]))
    large = value[np.isin(before, missing)].sum() >= PART * value.sum()
    return Cut(blocks[-1], missing) if (ends or follow) and large else None


def _totals(case: Case, rows: Ints) -> Ints:
    """Those of some rows that are of all partners, regions or whatever the others are one of."""
    sheet = case.sheet
    told = [d for d in ("partner", "hs", *NESTED) if (sheet.code[d][: sheet.rows] >= 0).any()]
    fit = np.ones(len(rows), bool)
    for dimension in told:
        fit &= sheet.code[dimension][rows] < 0
    return rows[fit] if told else rows[:0]
