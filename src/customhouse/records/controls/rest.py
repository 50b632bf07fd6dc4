"""Parts with a row of the rest among them that fall short of their whole in nearly every sum.

Sums are held to the last digit where parts make up most wholes (`wholes`, `parts`); where the same row
is missing throughout, none is made up, and only the row of the rest says that all were meant to be there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Amount, Doubt, Row, Word, doubt
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints
from customhouse.records.controls.wholes import Kind, groups, within

REST: Mapping[str, frozenset[str]] = {
    "partner": frozenset({"AREAS_NES"}),
    "enterprise": frozenset({"other"}),
    "regime": frozenset({"other"}),
    "transport": frozenset({"other"}),
}
"""Codes of all that a table does not name."""
SMALL = 0.01
"""A row of the rest below this share of most wholes is one of countries unknown, and proves nothing;"""
HALF = 0.5
"""what falls short by more than this has other parts left out on purpose."""
LEAST, MOSTLY = 2, 0.8
"""So many sums with a rest, and such a share of them all, fall short where a row is missing."""
NEAR = 1e-3
"""Rows of groups that are as near as this, of the whole, to what parts lack make it up,"""
MANY = 8
"""tried in all combinations for so many groups."""
_NOT_TOLD = ("partner", "basis", "quantity_unit")


def without_a_row(case: Case, done: Bools) -> Iterator[Doubt]:
    """Wholes whose parts, with a rest among them, lack something in nearly every period and flow."""
    w, sheet = case.wholes, case.sheet
    open_ = (w.whole < sheet.rows) & ~w.complete & ~done[w.whole] & (sheet.flow[w.whole] != BALANCE)
    for number, kind in enumerate(w.kinds):
        if kind.whole is not None or kind.level == "continents" or kind.dimension not in REST:
            continue
        share = _rest(case, kind.dimension)
        mine = np.flatnonzero(open_ & (w.kind == number) & (share > 0))
        if len(mine) < LEAST or float(np.median(share[mine])) < SMALL:
            continue
        gap = -w.off[mine] / np.maximum(np.abs(sheet.value[w.whole[mine]]), 1.0)
        short = mine[(-w.off[mine] > w.slack[mine]) & (gap < HALF)]
        if len(short) < max(LEAST, MOSTLY * len(mine)) or _made_up(case, kind, short):
            continue
        yield _said(case, kind, short, len(mine))


def _rest(case: Case, dimension: str) -> Floats:
    """For each whole which share of it is a row of the rest among its parts; 0 without one."""
    w, sheet = case.wholes, case.sheet
    codes = [at for at, name in enumerate(sheet.names[dimension]) if name in REST[dimension]]
    mine = np.isin(sheet.code[dimension][w.part], codes)
    found = np.bincount(w.of, np.where(mine, np.abs(sheet.value[w.part]), 0.0), len(w.whole))
    share: Floats = found / np.maximum(np.abs(sheet.value[w.whole]), 1.0)
    return share


def _made_up(case: Case, kind: Kind, short: Ints) -> bool:
    """Whether rows of groups, or rows that were set aside, make up what the parts lack."""
    w = case.wholes
    if case.set_aside.figures and case.set_aside.accounts(-w.off[short], w.slack[short]) is not None:
        return True
    if kind.dimension != "partner":
        return False
    beyond = _beyond(case, short)
    names = sorted(beyond)
    size = np.abs(case.sheet.value[w.whole[short]])
    for count in range(1, len(names) + 1 if len(names) <= MANY else 3):
        for some in combinations(names, count):
            left = -w.off[short] - sum(beyond[name] for name in some)
            if np.mean(np.abs(left) <= w.slack[short] + NEAR * size) >= MOSTLY:
                return True
    return False


def _beyond(case: Case, short: Ints) -> dict[str, Floats]:
    """What rows of groups hold beyond their members among the parts, for each whole, by group."""
    w, sheet = case.wholes, case.sheet
    found: dict[str, Floats] = defaultdict(lambda: np.zeros(len(short)))
    beside = _group_rows(case)
    for at, number in enumerate(short.tolist() if beside else ()):
        whole = int(w.whole[number])
        rows = beside.get(_where(case, whole), ())
        members = _values(case, w.parts(number)) if rows else {}
        for row in rows:
            name = sheet.name("partner", row) or ""
            inside = within(name, int(sheet.last[whole]))
            found[name][at] = float(sheet.value[row]) - sum(
                value for code, value in members.items() if code in inside
            )
    return dict(found)


def _values(case: Case, rows: Ints) -> dict[str, float]:
    sheet = case.sheet
    return {sheet.name("partner", int(row)) or "": float(sheet.value[row]) for row in rows}


def _group_rows(case: Case) -> dict[tuple[int, ...], list[int]]:
    """Rows of groups of partners, by the flow, the period and the other dimensions that they stand in."""
    sheet = case.sheet
    codes = [at for at, name in enumerate(sheet.names["partner"]) if name in groups()]
    live = sheet.live[np.isin(sheet.code["partner"][sheet.live], codes)]
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row in live[~np.isnan(sheet.value[live])].tolist():
        found[_where(case, row)].append(row)
    return found


def _where(case: Case, row: int) -> tuple[int, ...]:
    """The flow, the period and the other dimensions of a row."""
    sheet = case.sheet
    columns = (column for name, column in sheet.code.items() if name not in _NOT_TOLD)
    return tuple(int(column[row]) for column in (sheet.flow, sheet.first, sheet.last, *columns))


def _said(case: Case, kind: Kind, short: Ints, of: int) -> Doubt:
    w, sheet = case.wholes, case.sheet
    size = np.maximum(np.abs(sheet.value[w.whole[short]]), 1.0)
    share = -100 * w.off[short] / size
    first = int(short[np.argmax(-w.off[short])])
    at = int(w.whole[first])
    return doubt(
        sheet,
        "rest_falls_short",
        "set_aside" if case.set_aside.unread else "row_nowhere",
        "caution",
        [at, *w.whole[short].tolist()],
        what=Row(at),
        kind=Word(f"of_{kind.level}"),
        parts=float(len(w.parts(first))),
        sum_cents=float(w.sum[first]),
        printed_cents=float(sheet.value[at]),
        off_cents=float(w.off[first]),
        share_percent=float(-100 * w.off[first] / max(abs(float(sheet.value[at])), 1.0)),
        least=Amount(float(share.min()), "percent"),
        most=Amount(float(share.max()), "percent"),
        fails=float(len(short)),
        sums=float(of),
        set_aside=float(case.set_aside.unread),
    )
