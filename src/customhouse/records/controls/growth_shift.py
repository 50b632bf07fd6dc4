"""Growth that belongs elsewhere: to a neighbouring month, the year to date, the other flow or another row.

Rates that can be worked out from the figures of a year earlier are compared with those printed. Where
they fit the figures of another place within rounding, and not their own, that is where they come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.bases import implied_by_known
from customhouse.records.controls.case import Case, taken
from customhouse.records.controls.doubt import Doubt
from customhouse.records.controls.growth import denied
from customhouse.records.controls.sheet import EXPORTS, IMPORTS, TRADE, Bools, Floats, Ints, Sheet, ids

ROUNDED = 0.1
"""What rounding leaves open, in points."""
LEAST, FIT, UNFIT = 4, 0.8, 0.2
"""So many rates, of which this share fit elsewhere, and no more than that where they stand."""
SIZE = 50
CROWD = 60
OTHER = {EXPORTS: IMPORTS, IMPORTS: EXPORTS}


class Judged(NamedTuple):
    """Rows with a printed rate and what the figures make of it."""

    rows: Ints
    printed: Floats
    own: Floats


def elsewhere(case: Case, done: Bools, said: Bools) -> Iterator[Doubt]:
    """Rates of another place; `said` are rows whose growth needs no other judge then."""
    sheet = case.sheet
    implied = implied_by_known(case, np.arange(len(sheet.first)), SIZE)
    judged = _judged(case, implied, done)
    if len(judged.rows) < LEAST:
        return
    found: dict[str, list[Ints]] = defaultdict(list)
    for some in _groups(sheet, judged, said):
        cause, rows = _source(sheet, some, implied)
        if cause:
            found[cause].append(rows)
            said[_kindred(sheet, rows)] = True
    for some in _groups(sheet, judged, said):
        for rows in _exchanged(sheet, some):
            found["growth_of_other_row"].append(rows)
            said[rows] = True
    for cause, parts in _named(sheet, found).items():
        yield denied(case, np.concatenate(parts), cause)


def _judged(case: Case, implied: Floats, done: Bools) -> Judged:
    sheet = case.sheet
    growth, flow = sheet.growth[: sheet.rows], sheet.flow[: sheet.rows]
    fit = ~np.isnan(growth) & (flow <= TRADE) & ~done[: sheet.rows] & ~np.isnan(implied[: sheet.rows])
    rows = np.flatnonzero(fit)
    return Judged(rows, growth[rows], implied[rows])


def _groups(sheet: Sheet, judged: Judged, said: Bools) -> Iterator[Judged]:
    """Rates by kind of period, then by flow, then by flow and year, less those that are told by then."""
    kind, flow, year = _kind(sheet)[judged.rows], sheet.flow[judged.rows], sheet.last[judged.rows] // 12
    for group in (ids(kind), ids(kind, flow), ids(kind, flow, year)):
        for number in np.unique(group):
            mine = (group == number) & ~said[judged.rows]
            if mine.sum() >= LEAST:
                yield Judged(*(column[mine] for column in judged))


def _kind(sheet: Sheet) -> Ints:
    """Months, years to date, and all else."""
    since = (sheet.first % 12 == 0) & (sheet.first // 12 == sheet.last // 12)
    found: Ints = np.where(sheet.first == sheet.last, 0, np.where(since, 1, 2)).astype(np.int64)
    return found


def _source(sheet: Sheet, some: Judged, implied: Floats) -> tuple[str, Ints]:
    """Where the rates of a group come from and the rows that tell; no cause where it is not told."""
    best, cause, rows = FIT, "", some.rows
    for name, there in _sources(sheet, some.rows).items():
        elsewhere_ = taken(implied, there)
        apart = np.abs(elsewhere_ - some.own) > 2 * ROUNDED
        if apart.sum() < LEAST or _near(some.own, some.printed)[apart].mean() > UNFIT:
            continue
        share = float(_near(elsewhere_, some.printed)[apart].mean())
        if share >= best and not (cause and share == best):
            best, cause, rows = share, name, some.rows[apart]
    return cause, rows


def _near(should: Floats, printed: Floats) -> Bools:
    found: Bools = np.abs(should - printed) <= ROUNDED
    return found


def _sources(sheet: Sheet, rows: Ints) -> Mapping[str, Ints]:
    """The rows of other places that rates may come from, -1 where there are none."""
    first, last, item, flow = (column[rows] for column in (sheet.first, sheet.last, sheet.item, sheet.flow))
    find = Places(sheet)
    month = first == last
    start = last - last % 12
    other = np.where(flow == EXPORTS, IMPORTS, np.where(flow == IMPORTS, EXPORTS, -1))
    return {
        "growth_of_month_before": find.rows(item, flow, np.where(month, first - 1, first), last - 1),
        "growth_of_month_after": find.rows(item, flow, np.where(month, first + 1, first), last + 1),
        "growth_month_and_year_swapped": find.rows(item, flow, np.where(month, start, last), last),
        "growth_of_other_flow": find.rows(item, other, first, last),
    }


class Places:
    """Rows by item, flow and period."""

    def __init__(self, sheet: Sheet) -> None:
        live = sheet.live
        self._low = int(sheet.first.min()) - 12
        key = self._key(sheet.item[live], sheet.flow[live], sheet.first[live], sheet.last[live])
        order = np.argsort(key)
        self._full, self._rows = key[order], live[order]

    def rows(self, item: Ints, flow: Ints, first: Ints, last: Ints) -> Ints:
        """The row of each, -1 where there is none."""
        wanted = self._key(item, flow, first, last)
        at = np.minimum(np.searchsorted(self._full, wanted), len(self._full) - 1)
        there = (self._full[at] == wanted) & (flow >= 0) & (last >= first)
        return np.where(there, self._rows[at], -1)

    def _key(self, item: Ints, flow: Ints, first: Ints, last: Ints) -> Ints:
        found: Ints = ((item * 8 + flow) * 8192 + first - self._low) * 64 + (last - first) % 64
        return found


def _exchanged(sheet: Sheet, some: Judged) -> Iterator[Ints]:
    """Pairs of items each of which has the rates of the other."""
    own = _near(some.own, some.printed)
    items: dict[int, dict[tuple[int, int], int]] = {}
    for item in np.unique(sheet.item[some.rows]):
        at = np.flatnonzero(sheet.item[some.rows] == item)
        if len(at) >= LEAST and own[at].mean() <= UNFIT:
            rows = some.rows[at]
            periods = zip(sheet.first[rows].tolist(), sheet.last[rows].tolist(), strict=True)
            items[int(item)] = dict(zip(periods, at.tolist(), strict=True))
    if len(items) > CROWD:
        return
    numbers = list(items)
    for here, one in enumerate(numbers):
        for other in numbers[here + 1 :]:
            both = sorted(items[one].keys() & items[other].keys())
            a, b = (np.array([items[n][key] for key in both], np.int64) for n in (one, other))
            if len(both) < LEAST:
                continue
            crossed = _near(some.own[b], some.printed[a]), _near(some.own[a], some.printed[b])
            if min(side.mean() for side in crossed) >= FIT:
                yield some.rows[np.r_[a, b]]


def _kindred(sheet: Sheet, rows: Ints) -> Ints:
    """All rows of the load in the flows and kinds of period of some."""
    kind, mine = _kind(sheet), np.arange(sheet.rows)
    pairs = {(int(sheet.flow[row]), int(kind[row])) for row in rows}
    fit = np.zeros(sheet.rows, bool)
    for flow, of in pairs:
        fit |= (sheet.flow[mine] == flow) & (kind[mine] == of)
    return np.flatnonzero(fit)


def _named(sheet: Sheet, found: dict[str, list[Ints]]) -> dict[str, list[Ints]]:
    """Growth of the other flow in exports as in imports: the two columns are exchanged."""
    if "growth_of_other_flow" in found:
        flows = sheet.flow[np.concatenate(found["growth_of_other_flow"])]
        if set(flows.tolist()) >= set(OTHER):
            found["flows_exchanged"] = found.pop("growth_of_other_flow")
    return found
