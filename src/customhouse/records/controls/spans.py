"""Figures of a year, a half or a quarter that are not the sums of their months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.links import Index
from customhouse.records.controls.sheet import FLOWS, Bools, Floats, Ints, ids

LONGEST = 12
SEVERAL = 2
"""More spans of one length than this, most of which are the sums of their months, show that all should."""
REVISED = 0.02
"""What months may be revised by where most do not fit the figure of the whole to the last digit."""


def spans(case: Case, done: Bools) -> Iterator[Doubt]:
    """Sums over months by row, where no year to date of the month before is there to judge by."""
    sheet = case.sheet
    rows = sheet.live[~np.isnan(sheet.value[sheet.live]) & (sheet.live < sheet.rows)]
    if not len(rows):
        return
    first, last, key = sheet.first[rows], sheet.last[rows], ids(sheet.series[rows])
    base = int(first.min())
    months = Index(key, last - base, rows, first == last)
    long = (last > first) & (last - first < LONGEST)
    there = {(int(one), int(other)) for one, other in zip(first[long], last[long], strict=True)}
    found: dict[int, list[tuple[Ints, Ints]]] = defaultdict(list)
    for begin, end in sorted(there):
        if (begin, end - 1) in there or (end - begin == 1 and begin % 12 == 0):
            continue
        mine = (first == begin) & (last == end)
        parts = np.stack([months.find(key[mine], month - base) for month in range(begin, end + 1)], axis=1)
        whole = (parts >= 0).all(axis=1)
        found[end - begin].append((rows[mine][whole], parts[whole]))
    for some in found.values():
        exact = _exact(case, some)
        for of, parts in some:
            yield from _of_span(case, done, of, parts, exact)


def _exact(case: Case, some: list[tuple[Ints, Ints]]) -> Bools:
    """By flow, whether most spans of one length of several are the sums of their months."""
    sheet = case.sheet
    held = np.zeros((len(FLOWS) + 1, 2))
    for whole, parts in some if len(some) > SEVERAL else ():
        off = np.abs(sheet.value[whole] - sheet.value[parts].sum(axis=1))
        fit = off <= sheet.step[whole] + sheet.step[parts].sum(axis=1)
        np.add.at(held, (sheet.flow[whole], fit.astype(int)), 1)
    found: Bools = held[:, 1] > held[:, 0]
    return found


def _of_span(case: Case, done: Bools, whole: Ints, parts: Ints, exact: Bools) -> Iterator[Doubt]:
    sheet = case.sheet
    fresh = ~(done[whole] | done[parts].any(axis=1))
    whole, parts = whole[fresh], parts[fresh]
    off = sheet.value[whole] - sheet.value[parts].sum(axis=1)
    slack = sheet.step[whole] + sheet.step[parts].sum(axis=1)
    for flow in np.unique(sheet.flow[whole]):
        mine = sheet.flow[whole] == flow
        wrong = mine & (np.abs(off) > slack)
        month = _mixed_up(sheet.value[parts[wrong]], off[wrong], slack[wrong])
        few = 2 * wrong.sum() <= mine.sum() or bool(exact[flow])
        if month is None and not few:
            wrong &= np.abs(off) > REVISED * np.abs(sheet.value[whole])
        if not wrong.any():
            continue
        cause = "span_rows_mixed_up" if month is not None else "span_figure_wrong" if few else "span_revised"
        at = month if month is not None else 0
        cells = parts[wrong, at] if month is not None else whole[wrong]
        done[cells] = True
        top = int(np.argmax(np.abs(off) * wrong))
        span, one = whole[top], int(sheet.first[parts[top, at]])
        yield doubt(
            sheet,
            "span_not_sum",
            cause,
            "caution" if cause == "span_revised" else "stop",
            [int(span), *cells],
            row=Row(int(span)),
            wrong=float(wrong.sum()),
            of=float(mine.sum()),
            period=Month(int(sheet.first[span]), int(sheet.last[span])),
            month=Month(one, one),
            stated_cents=float(sheet.value[span]),
            sum_cents=float(sheet.value[span] - off[top]),
        )


def _mixed_up(value: Floats, off: Floats, slack: Floats) -> int | None:
    """The month whose figures, each put where a sum lacks it, make all sums hold; None where none does."""
    if len(value) < 2:
        return None
    wide = float(slack.max())
    for month in range(value.shape[1]):
        now = value[:, month]
        if (np.abs(np.sort(now) - np.sort(now + off)) <= wide).all():
            return month
    return None
