"""Totals that are not what they are made of: groups counted with their members, flows that do not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Code, Doubt, Row, Word, doubt
from customhouse.records.controls.sheet import BALANCE, Bools, Ints
from customhouse.records.controls.slips import flow_rows

SMALL = 1e-3
"""What is off by less than this share is a caution."""


def twofold(case: Case, done: Bools) -> Iterator[Doubt]:
    """Totals of partners that are met only where a group is added to its own members."""
    found: dict[tuple[str, ...], list[tuple[int, Ints]]] = defaultdict(list)
    there = _beside(case, done)
    rest = _with_rest(case, there)
    for total, groups in there.items():
        rows = _closing(case, total, np.array(groups, np.int64))
        rows = rest.get(total, rows) if not len(rows) else rows
        if len(rows):
            codes = tuple(sorted(case.sheet.name("partner", int(row)) or "" for row in rows))
            found[codes].append((total, rows))
    for codes, some in found.items():
        yield _said(case, codes, some)
        done[case.wholes.whole[[total for total, _ in some]]] = True


def _beside(case: Case, done: Bools) -> dict[int, list[int]]:
    """Totals of the load above what partners sum to, with the rows of groups whose members are there."""
    w, sheet = case.wholes, case.sheet
    partner = np.array([kind.dimension == "partner" for kind in w.kinds], bool)
    world = np.array([kind.whole is None and kind.level == "partners" for kind in w.kinds], bool) & partner
    bloc = np.array([kind.whole is not None for kind in w.kinds], bool) & partner
    found: dict[int, list[int]] = defaultdict(list)
    if not world.any() or not bloc.any():
        return found
    total_of = np.full(len(sheet.value), -1)
    mine = world[w.kind[w.of]]
    total_of[w.part[mine]] = w.of[mine]
    short = (w.off < -w.slack) & (w.whole < sheet.rows) & ~done[w.whole] & (sheet.flow[w.whole] != BALANCE)
    for number in np.flatnonzero(bloc[w.kind]):
        members = w.parts(int(number))
        totals = total_of[members[sheet.value[members] != 0]]
        if len(totals) and totals[0] >= 0 and short[totals[0]]:
            found[int(totals[0])].append(int(w.whole[number]))
    return found


def _closing(case: Case, total: int, groups: Ints) -> Ints:
    """The group, or all groups, that make up what partners lack; none where they do not."""
    w, sheet = case.wholes, case.sheet
    value, step = sheet.value[groups], sheet.step[groups]
    alone = np.flatnonzero(np.abs(w.off[total] + value) <= w.slack[total] + step)
    if len(alone):
        return groups[alone[:1]]
    every = abs(w.off[total] + value.sum()) <= w.slack[total] + step.sum()
    return groups if every else groups[:0]


def _with_rest(case: Case, there: Mapping[int, list[int]]) -> dict[int, Ints]:
    """Totals that partners, one and the same group and rows that were set aside make up, with that group."""
    w, sheet = case.wholes, case.sheet
    found: dict[int, Ints] = {}
    by_code: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    for total, groups in there.items():
        for row in groups:
            by_code[sheet.name("partner", row)].append((total, row))
    for pairs in by_code.values() if case.set_aside.figures else ():
        totals, rows = np.array(pairs, np.int64).T
        gaps = -w.off[totals] - sheet.value[rows]
        account = case.set_aside.accounts(gaps, w.slack[totals] + sheet.step[rows])
        if account is not None:
            met = account.met
            found |= {int(t): rows[met][i : i + 1] for i, t in enumerate(totals[met]) if int(t) not in found}
    return found


def _said(case: Case, codes: tuple[str, ...], some: list[tuple[int, Ints]]) -> Doubt:
    w, sheet = case.wholes, case.sheet
    some = sorted(some, key=lambda one: float(w.off[one[0]]))
    total, groups = some[0]
    off, printed = float(w.off[total]), float(sheet.value[w.whole[total]])
    rows = [int(row) for number, mine in some for row in (w.whole[number], *mine)]
    return doubt(
        sheet, "parts_do_not_sum", "group_in_total", "stop", rows,
        parts=float(len(w.parts(total))), what=Row(int(w.whole[total])), row=Row(int(groups[0])),
        kind=Word("of_partners"), code=Code("partner", codes[0]), sum_cents=float(w.sum[total]),
        printed_cents=printed, off_cents=off, share_percent=100 * abs(off) / max(abs(printed), 1.0),
        fails=float(len(some)),
    )  # fmt: skip


def flows(case: Case, done: Bools) -> Iterator[Doubt]:
    """Trade that is not exports and imports, and balances that are not exports less imports."""
    sheet = case.sheet
    for rows, weights, slack, _ in flow_rows(case):
        value = sheet.value[rows]
        printed, off = value[:, 0], -(value @ weights)
        wrong = (np.abs(off) > slack) & ~done[rows].any(axis=1)
        share = np.abs(off) / np.maximum(np.abs(value[:, 1:]).sum(axis=1), 1.0)
        order = np.flatnonzero(wrong)[np.argsort(-share[wrong], kind="stable")]
        if len(order):
            at = int(order[0])
            yield doubt(
                sheet, "parts_do_not_sum", "flow_wrong", "stop" if share[at] > SMALL else "caution",
                [int(row) for row in rows[order].ravel()], parts=2.0, what=Row(int(rows[at, 0])),
                row=Row(int(rows[at, 0])), kind=Word("of_flows"), sum_cents=float(printed[at] + off[at]),
                printed_cents=float(printed[at]), off_cents=float(off[at]),
                share_percent=100 * abs(float(off[at])) / max(abs(float(printed[at])), 1.0),
                fails=float(len(order)),
            )  # fmt: skip
