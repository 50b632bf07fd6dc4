"""Figures in one another's place: exports and imports of one item, all figures of two items or of two months.

What fails must hold once they change places, and what holds must go on holding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.accumulation import links
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Row, doubt, spanned
from customhouse.records.controls.exchanged_months import BEST, TRIED, of_two_months
from customhouse.records.controls.sheet import BALANCE, EXPORTS, IMPORTS, Bools, Ints, ids
from customhouse.records.controls.slips import CROWD, REVISED, System, identities

TOLD = 2
"""So many identities that fail must hold again."""
CLEAR = 5.0
"""Years to date that fail by so many times their slack are looked at; those that fail by less may go on."""


class Exchange(NamedTuple):
    """Rows that change places with one another, and how many identities hold again when they do."""

    one: Ints
    other: Ints
    mended: int


def exchanged(case: Case, done: Bools) -> Iterator[Doubt]:
    """Items whose exports and imports, or months, and pairs of items whose figures, changed places."""
    yield from _in_place(case, done)
    yield from throughout(case, done)


def _in_place(case: Case, done: Bools) -> Iterator[Doubt]:
    system = _in_order(identities(case, done))
    bad = np.abs(system.off) > system.slack
    if not bad.any() or bad.sum() > CROWD:
        return
    for code, cause, pairs in (
        ("flows_swapped", "flows_of_one_swapped", _flows(case, system, bad)),
        ("figures_exchanged", "rows_exchanged", _items(case, system, bad)),
        ("figures_exchanged", "months_exchanged", of_two_months(case, system, bad)),
    ):
        for found in _held(case, system, bad, pairs):
            rows = case.sheet.loaded(np.r_[found.one, found.other])
            if done[rows].any() or _mended(case, system, bad, found.one, found.other) < TOLD:
                continue
            done[rows] = True
            bad[system.of[np.isin(system.row, rows)]] = False
            yield _said(case, code, cause, found, rows)


def throughout(case: Case, done: Bools) -> Iterator[Doubt]:
    """Items whose exports and imports changed places in all months, so that no sum ever held.

    Sums that were not known to be of all parts close to the last digit in both flows once they are put back.
    """
    w = case.wholes
    if w.complete.all():
        return
    open_ = replace(case, wholes=replace(w, complete=np.ones(len(w.complete), bool)))
    system = _in_order(identities(open_, done))
    bad = np.abs(system.off) > system.slack
    found: dict[int, list[Exchange]] = defaultdict(list)
    for one in _held(open_, system, bad, _opposite(open_, system, bad)) if bad.sum() <= CROWD else ():
        found[int(case.sheet.item[one.one[0]])].append(one)
    for some in found.values():
        rows = case.sheet.loaded(np.concatenate([np.r_[one.one, one.other] for one in some]))
        whole = Exchange(
            np.concatenate([one.one for one in some]),
            np.concatenate([one.other for one in some]),
            sum(one.mended for one in some),
        )
        if not done[rows].any() and _mended(open_, system, bad, whole.one, whole.other) >= TOLD:
            done[rows] = True
            bad[system.of[np.isin(system.row, rows)]] = False
            yield _said(case, "flows_swapped", "flows_of_one_swapped", whole, rows)


def _opposite(case: Case, system: System, bad: Bools) -> Iterator[tuple[Ints, Ints]]:
    """Exports and imports by whose difference sums of one flow are too large, and of the other too small."""
    sums = bad & system.sharp & (np.bincount(system.of, minlength=len(bad)) > BALANCE)
    use = sums[system.of] & (system.weight > 0)
    off = np.zeros(len(case.sheet.value))
    off[system.row[use]] = system.off[system.of[use]]
    slack = np.zeros(len(off))
    slack[system.row[use]] = system.slack[system.of[use]]
    value = case.sheet.value
    for one, other in _flows(case, system, bad):
        apart = value[one] - value[other]
        near = np.abs(off[one] - apart) <= slack[one]
        if (near & (np.abs(off[other] + apart) <= slack[other]) & (apart != 0)).all():
            yield one, other


def _in_order(system: System) -> System:
    """The same identities with their entries in the order of rows."""
    order = np.argsort(system.row, kind="stable")
    return system._replace(of=system.of[order], row=system.row[order], weight=system.weight[order])


def _held(case: Case, system: System, bad: Bools, pairs: Iterator[tuple[Ints, Ints]]) -> list[Exchange]:
    """Those exchanges that mend what fails, the best first."""
    tried = (Exchange(one, other, _mended(case, system, bad, one, other)) for one, other in pairs)
    found = [one for one in tried if one.mended >= TOLD]
    return sorted(found, key=lambda one: -one.mended)


def _mended(case: Case, system: System, bad: Bools, one: Ints, other: Ints) -> int:
    """How many identities hold again when rows change places; 0 where any of theirs fails then."""
    value = case.sheet.value
    entry, at = _entries(system, np.r_[one, other])
    now, new = value[np.r_[one, other]][at], value[np.r_[other, one]][at]
    change = system.weight[entry] * (new - now)
    touched, of = np.unique(system.of[entry], return_inverse=True)
    off = system.off[touched] + np.bincount(of, change, len(touched))
    moved = REVISED * np.bincount(of, np.abs(new), len(touched))
    room = np.where(system.sharp[touched], system.slack[touched], CLEAR * (system.slack[touched] + moved))
    if (np.abs(off) > room).any():
        return 0
    clear = np.abs(system.off[touched]) > CLEAR * system.slack[touched]
    return int((bad[touched] & clear).sum())


def _entries(system: System, rows: Ints) -> tuple[Ints, Ints]:
    """Where rows enter identities, and which of the rows each entry is of. Entries stand in order of rows."""
    low, high = np.searchsorted(system.row, rows), np.searchsorted(system.row, rows, "right")
    at = np.repeat(np.arange(len(rows)), high - low)
    entry: Ints = np.arange(len(at)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[at]
    return entry, at


def _flows(case: Case, system: System, bad: Bools) -> Iterator[tuple[Ints, Ints]]:
    """Exports and imports of one item in one period, or in all periods that end with one month."""
    sheet, groups = case.sheet, case.flows[:, [EXPORTS, IMPORTS]]
    groups = groups[(groups >= 0).all(axis=1) & (groups < sheet.rows).all(axis=1)]
    wrong = np.bincount(system.row, bad[system.of], len(sheet.value))
    groups = groups[(wrong[groups] > 0).all(axis=1)]
    key = ids(sheet.item[groups[:, 0]], sheet.last[groups[:, 0]])
    for number in np.unique(key):
        yield from _together_and_apart(case, groups[key == number])


def _together_and_apart(case: Case, pairs: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of rows that end with one month together, then each length of period alone."""
    yield pairs[:, 0], pairs[:, 1]
    first = case.sheet.first[pairs[:, 0]]
    starts = np.unique(first)
    for start in starts if len(starts) > 1 else ():
        yield pairs[first == start, 0], pairs[first == start, 1]


def _items(case: Case, system: System, bad: Bools) -> Iterator[tuple[Ints, Ints]]:
    """The figures of two items in the periods that end with one month."""
    votes = Counter((*_apart(case, system, bad), *_unchained(case)))
    for (one, other, last), _ in votes.most_common(BEST):
        pairs = _paired(case, one, other, last)
        if (case.sheet.value[pairs] != 0).all(axis=1).sum() > 1:  # one figure alone may be counted elsewhere
            yield from _together_and_apart(case, pairs)


def _apart(case: Case, system: System, bad: Bools) -> Iterator[tuple[int, int, int]]:
    """Items of which one is in a sum that fails and would close it with the other's figure."""
    sheet, value = case.sheet, case.sheet.value
    live = sheet.live[~np.isnan(value[sheet.live]) & (sheet.live < sheet.rows)]
    failing = np.flatnonzero(bad & system.sharp)
    for number in failing[np.argsort(-np.abs(system.off[failing]))][:TRIED]:
        entries = np.flatnonzero(system.of == number)
        parts = system.row[entries[system.weight[entries] > 0]]
        if len(entries) <= BALANCE or not len(parts):
            continue
        head = parts[0]
        same = (sheet.flow[live] == sheet.flow[head]) & (sheet.last[live] == sheet.last[head])
        outside = np.setdiff1d(live[same & (sheet.first[live] == sheet.first[head])], system.row[entries])
        away = np.subtract.outer(value[outside], value[parts]) + system.off[number]
        for there, here in np.argwhere(np.abs(away) <= system.slack[number]):
            yield _key(case, int(parts[here]), int(outside[there]))


def _unchained(case: Case) -> Iterator[tuple[int, int, int]]:
    """Items whose years to date fail, and hold with the month, the year to date or both of the other."""
    sheet, value = case.sheet, case.sheet.value
    for year, month, before in links(sheet):
        now, one, past = value[year], value[month], value[before]
        wide = 4 * sheet.step[year] + 1e-3 * np.abs(now)
        odd = np.flatnonzero((np.abs(now - one - past) > CLEAR * wide) & (year < sheet.rows))
        for left, right in ((now - one, past), (now - past, one), (one + past, now)):
            near = np.abs(np.subtract.outer(left[odd], right[odd])) <= wide[odd][:, None]
            near &= near.T & (sheet.flow[year[odd]][:, None] == sheet.flow[year[odd]])
            for a, b in np.argwhere(np.triu(near, 1)):
                yield _key(case, int(year[odd[a]]), int(year[odd[b]]))


def _key(case: Case, row: int, other: int) -> tuple[int, int, int]:
    low, high = sorted((int(case.sheet.item[row]), int(case.sheet.item[other])))
    return low, high, int(case.sheet.last[row])


def _paired(case: Case, one: int, other: int, last: int) -> Ints:
    """The rows of two items in the periods that end with one month, side by side by flow and start."""
    sheet = case.sheet
    mine = sheet.live[(sheet.last[sheet.live] == last) & (sheet.live < sheet.rows)]
    mine = mine[~np.isnan(sheet.value[mine])]
    place: list[dict[tuple[int, int], int]] = [
        {(int(sheet.flow[row]), int(sheet.first[row])): int(row) for row in mine[sheet.item[mine] == item]}
        for item in (one, other)
    ]
    both = sorted(set(place[0]) & set(place[1]))
    return np.array([[place[0][key], place[1][key]] for key in both], np.int64).reshape(-1, 2)


def _said(case: Case, code: str, cause: str, found: Exchange, rows: Ints) -> Doubt:
    sheet = case.sheet
    top = int(np.argmax(np.abs(sheet.value[found.one])))
    one, other = int(found.one[top]), int(found.other[top])
    return doubt(
        sheet,
        code,
        cause,
        "stop",
        [one, other, *rows],
        row=Row(one),
        other=Row(other),
        period=spanned(sheet, np.r_[found.one, found.other]),
        mended=float(found.mended),
        stated_cents=float(sheet.value[one]),
        other_cents=float(sheet.value[other]),
    )
