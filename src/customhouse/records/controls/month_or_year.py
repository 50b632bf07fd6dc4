"""Exports and imports swapped in the month and not in the year to date beside it, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.months import swapped
from customhouse.records.controls.panel import YEAR, clean, logs
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, Bools, Ints, ids

ITEMS = 5
"""With so many items the flows of a month and of its year to date have profiles,"""
APART = 0.15
"""where exports and imports differ by so much (logarithm, in the middle)."""
NEARER = 0.4
"""Crossed, the month is so much nearer to its year to date than as it stands."""


def crossed(case: Case, done: Bools) -> Iterator[Doubt]:
    """Periods whose exports fit the imports of their year to date, item by item, and imports the exports."""
    sheet = case.sheet
    groups = case.flows[:, [EXPORTS, IMPORTS]]
    groups = groups[(groups >= 0).all(axis=1) & ~done[groups].any(axis=1)]
    first, last = sheet.first[groups[:, 0]], sheet.last[groups[:, 0]]
    for end in np.unique(last[(first == last) & (groups[:, 0] < sheet.rows)]):
        year = (first < last) & (first % YEAR == 0)
        months, years = (groups[(last == end) & fit] for fit in (first == last, year))
        pairs = _paired(case, months, years)
        near, far = _distances(case, pairs)
        if len(pairs) >= ITEMS and near < NEARER * far and far > APART:
            rows = pairs[:, :2].ravel()
            done[rows] = True
            yield doubt(
                sheet, "flows_swapped", "profile_of_other_flow_of_year", "stop", rows,
                row=Row(int(rows[0])), period=spanned(sheet, rows), near=near, far=far,
            )  # fmt: skip


def swapped_rest(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months whose flows are swapped, judged without the figures that are explained already."""
    yield from swapped(
        replace(case, months=clean(case.months, done), ranges=clean(case.ranges, done)), done
    )


def _paired(case: Case, months: Ints, years: Ints) -> Ints:
    """Exports and imports of a month, then those of the year to date, of one item."""
    key = ids(case.sheet.item[np.r_[months[:, 0], years[:, 0]]])
    _, one, other = np.intersect1d(key[: len(months)], key[len(months) :], return_indices=True)
    return np.concatenate([months[one], years[other]], axis=1)


def _distances(case: Case, pairs: Ints) -> tuple[float, float]:
    """How far the ratios of exports to imports are from those of the year, crossed and as they are."""
    size = logs(taken(case.sheet.value, pairs))
    month, year = size[:, 0] - size[:, 1], size[:, 2] - size[:, 3]
    some = ~np.isnan(month + year)
    if not some.any():
        return np.inf, 0.0
    return float(np.median(np.abs(month + year)[some])), float(np.median(np.abs(month - year)[some]))
