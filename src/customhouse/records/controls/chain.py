"""Years to date less those of the month before: single figures, and months, that they deny.

Where most years to date of a table are those before and the month to the last digit, the few that are
not tell which figure is wrong: one year to date that is too high leaves the next too low by as much, a
month that is wrong leaves the next alone, and two months that changed places close each other's gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.bases import POINTS, implied_by_known
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt, spanned
from customhouse.records.controls.mistyped import mistyped
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, Sheet

LEAST, EXACT = 5, 0.8
"""So many years to date, and this share of them, must hold to the last digit."""
CROWD = 400
ODD = 0.3
"""More than this share of the figures of a period that fail have more in common than a slip each."""
REVISED = 0.01
"""What a month may be revised by without the next year to date showing it."""
FEW = 5
MOSTLY = 0.9
SHARP = 2
"""A figure that so many other sums deny is told by them."""


class Links(NamedTuple):
    """Rows of years to date, of their months and of the years to date before, by last month.

    What is off, and what may be.
    """

    last: Ints
    year: Ints
    month: Ints
    before: Ints
    off: Floats
    slack: Floats


def chain(case: Case, done: Bools) -> Iterator[Doubt]:
    """Months that changed places, that hold years to date, and single figures that the chain denies."""
    links = _links(case.sheet, done)
    bad = np.abs(links.off) > links.slack
    if len(bad) < LEAST or not bad.any() or bad.mean() > 1 - EXACT or bad.sum() > CROWD:
        return
    yield from _exchanged(case, links, bad, done)
    yield from _equal(case, links, bad, done)
    yield from _single(case, links, bad, done)


def pairs(sheet: Sheet) -> tuple[Ints, Ints, Ints]:
    """Rows of years to date (beyond January), of their last months and of the years to date before.

    -1 where there is none.
    """
    rows = sheet.live[~np.isnan(sheet.value[sheet.live]) & (sheet.flow[sheet.live] <= TRADE)]
    first, last = sheet.first[rows], sheet.last[rows]
    key = sheet.series[rows] * 8192 + last - (int(last.min()) - 1 if len(rows) else 0)
    since = (first % 12 == 0) & (last // 12 == first // 12)
    year = since & (last > first)
    found = rows[year], _at(key, rows, first == last, key[year]), _at(key, rows, since, key[year] - 1)
    return found


def _at(key: Ints, rows: Ints, fit: Bools, wanted: Ints) -> Ints:
    """The rows that fit and have the keys that are wanted, -1 where none has."""
    order = np.flatnonzero(fit)[np.argsort(key[fit], kind="stable")]
    if not len(order):
        return np.full(len(wanted), -1, np.int64)
    at = order[np.minimum(np.searchsorted(key[order], wanted), len(order) - 1)]
    return np.where(key[at] == wanted, rows[at], -1)


def _links(sheet: Sheet, done: Bools) -> Links:
    year, month, before = pairs(sheet)
    rows = np.stack([year, month, before], axis=1)
    rows = rows[(rows >= 0).all(axis=1)]
    rows = rows[~done[rows].any(axis=1)]
    off = sheet.value[rows] @ np.array([1.0, -1.0, -1.0])
    slack = np.maximum(sheet.step[rows].sum(axis=1), 2.0)
    return Links(sheet.last[rows[:, 0]], rows[:, 0], rows[:, 1], rows[:, 2], off, slack)


def _exchanged(case: Case, links: Links, bad: Bools, done: Bools) -> Iterator[Doubt]:
    """Months of a series whose figures close one another's gaps."""
    sheet, value = case.sheet, case.sheet.value
    series: dict[int, list[int]] = defaultdict(list)
    for number in np.flatnonzero(bad):
        series[int(sheet.series[links.year[number]])].append(int(number))
    found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for mine in series.values():
        for at, one in enumerate(mine):
            for other in mine[at + 1 :]:
                a, b = links.month[one], links.month[other]
                near = max(links.slack[one], links.slack[other])
                gaps = value[a] + links.off[one] - value[b], value[b] + links.off[other] - value[a]
                if max(abs(gap) for gap in gaps) <= near:
                    low, high = sorted((one, other), key=lambda n: int(links.last[n]))
                    months = int(links.last[low]), int(links.last[high])
                    found[months].append((low, high))
    for some in found.values():
        numbers = np.array(some)
        rows = links.month[numbers]
        bad[numbers.ravel()] = False
        _explained(case, rows.ravel(), done)
        top = rows[np.argmax(value[rows].max(axis=1))]
        if len(sheet.loaded(rows.ravel())):
            yield doubt(
                sheet, "figures_exchanged", "months_exchanged", "stop", [*top, *rows.ravel()],
                row=Row(int(top[0])), other=Row(int(top[1])), period=spanned(sheet, rows.ravel()),
                mended=float(numbers.size), stated_cents=float(value[top[0]]),
                other_cents=float(value[top[1]]),
            )  # fmt: skip


def _equal(case: Case, links: Links, bad: Bools, done: Bools) -> Iterator[Doubt]:
    """Months that are the years to date beside them, and years to date that are the months."""
    sheet, value = case.sheet, case.sheet.value
    following = _following(links)
    equal = value[links.month] == value[links.year]
    same = bad & equal & (value[links.before] > links.slack) & ~_all_of(links, equal)
    alone = (following < 0) | ~bad[following]
    fits = alone & (value[links.year] > value[links.before])
    for cause, fit, cells in (
        ("year_to_date_for_month", same & fits, links.month),
        ("month_for_year_to_date", same & ~fits, links.year),
    ):
        for last in np.unique(links.last[fit]):
            mine = np.flatnonzero(fit & (links.last == last))
            rows = cells[mine]
            bad[mine] = False
            bad[following[mine][following[mine] >= 0]] = False
            _explained(case, rows, done)
            _settled(links, mine, done)
            if len(sheet.loaded(rows)):
                yield doubt(
                    sheet, "accumulates", cause, "stop", rows,
                    period=Month(int(sheet.first[rows[0]]), int(last)), months=float(last % 12 + 1),
                )  # fmt: skip


def _all_of(links: Links, fit: Bools) -> Bools:
    """Whether what is true of a link is true of nearly all of its period: then the period tells it."""
    _, at = np.unique(links.last, return_inverse=True)
    count = np.bincount(at)
    found: Bools = ((np.bincount(at, fit) > MOSTLY * count) & (count > 1))[at]
    return found


def _settled(links: Links, numbers: Ints, done: Bools) -> None:
    """Of few years to date of a period, those that a wrong figure enters are no measure of the others."""
    for number in numbers:
        if (links.last == links.last[number]).sum() <= FEW:
            done[[links.year[number], links.month[number]]] = True


def _following(links: Links) -> Ints:
    """The number of the link that starts from each one's year to date, -1 where there is none."""
    if not len(links.year):
        return np.zeros(0, np.int64)
    place = np.full(int(max(links.year.max(), links.before.max())) + 1, -1, np.int64)
    place[links.before] = np.arange(len(links.before))
    return place[links.year]


def _single(case: Case, links: Links, bad: Bools, done: Bools) -> Iterator[Doubt]:
    """Figures that are wrong by themselves."""
    sheet, following = case.sheet, _following(links)
    turned = bad & (following >= 0) & bad[following]
    turned &= np.abs(links.off + links.off[following]) <= links.slack + links.slack[following]
    heads = bad.copy()
    heads[following[turned]] = False  # what a wrong year to date leaves the next
    denied = _denied(case)
    for number in np.flatnonzero(heads):
        period = links.last == links.last[number]
        others = np.flatnonzero(heads & period & (np.arange(len(heads)) != number))
        if len(others) and len(others) + 1 > ODD * period.sum() or _cancel(links, int(number), others):
            continue
        row = _wrong(case, links, int(number), following, turned[number])
        if row is None or denied[row] >= SHARP:
            continue
        _explained(case, np.array([row]), done)
        _settled(links, np.array([number, *following[[number]][turned[[number]]]]), done)
        if row < sheet.rows:
            wrong = float(links.off[number]) * (1 if row == links.year[number] else -1)
            slack, sums = float(links.slack[number]), (2 if turned[number] else 1) + int(denied[row])
            yield _said(case, row, wrong, slack, sums)


def _cancel(links: Links, number: int, others: Ints) -> bool:
    """Whether another figure of the period is off by as much the other way: the two changed places."""
    return bool((np.abs(links.off[others] + links.off[number]) <= links.slack[others]).any())


def _wrong(case: Case, links: Links, number: int, following: Ints, turned: bool) -> int | None:
    """The row that is wrong: the year to date, the month, or none that can be told."""
    year, month = int(links.year[number]), int(links.month[number])
    if turned:
        return year
    if abs(links.off[number]) <= REVISED * abs(case.sheet.value[month]):
        return None
    if following[number] >= 0:
        return month
    growth, value = case.sheet.growth[[month, year]], case.sheet.value[[month, year]]
    now = implied_by_known(case, np.array([month, year]))
    put = value + links.off[number] * np.array([1, -1])
    new = 100 * ((1 + now / 100) * put / value - 1)
    mended = (np.abs(growth - new) < POINTS / 3) & (np.abs(growth - now) > np.abs(growth - new) * 2)
    return (month, year)[int(np.argmax(mended))] if mended.sum() == 1 else None


def _denied(case: Case) -> Ints:
    """How many sums of flows and of parts that fail each row enters."""
    w, sheet = case.wholes, case.sheet
    found = np.zeros(len(sheet.value), np.int64)
    fails = w.complete & (np.abs(w.off) > w.slack)
    np.add.at(found, w.whole[fails], 1)
    np.add.at(found, w.part[fails[w.of]], 1)
    for rows, holds in _of_flows(sheet, case.flows):
        np.add.at(found, rows[~holds].ravel(), 1)
    return found


def _of_flows(sheet: Sheet, groups: Ints) -> Iterator[tuple[Ints, Bools]]:
    """Exports, imports and what is made of them (trade, then balance), and whether it is their sum."""
    for flow, sign in ((TRADE, 1.0), (BALANCE, -1.0)):
        rows = groups[:, [EXPORTS, IMPORTS, flow]]
        rows = rows[(rows >= 0).all(axis=1)]
        off = np.abs(sheet.value[rows] @ np.array([1.0, sign, -1.0]))
        yield rows, np.asarray(~(off > np.maximum(sheet.step[rows].sum(axis=1), 2.0)), bool)


def _explained(case: Case, rows: Ints, done: Bools) -> None:
    """Rows are explained, and so are trade and balance that were made of them."""
    done[rows] = True
    sheet = case.sheet
    of = case.flows[np.isin(case.flows[:, [EXPORTS, IMPORTS]], rows[rows >= 0]).any(axis=1)]
    for made, holds in _of_flows(sheet, of):
        done[made[holds & ~np.isnan(sheet.value[made]).any(axis=1), 2]] = True


def _said(case: Case, row: int, wrong: float, slack: float, sums: int) -> Doubt:
    stated = float(case.sheet.value[row])
    should = stated - wrong
    cause = mistyped(stated, should, slack, max(float(case.sheet.step[row]), 1.0))
    return doubt(
        case.sheet, "figure_wrong", cause, "stop", [row],
        row=Row(row), stated_cents=stated, should_cents=should, off_cents=wrong,
        identities=float(sums), factor=abs(stated) / max(abs(should), 1.0),
    )  # fmt: skip
