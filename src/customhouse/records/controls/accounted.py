"""Wholes that lack just the rows that were set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.sheet import BALANCE, Bools, Ints


class Accounted(NamedTuple):
    """Wholes of one kind, the one that lacks the most first, and the set-aside rows that they lack.

    `grave` says whether those rows have a code that is ended, lost or of another list, and are of no group.
    """

    wholes: Ints
    rows: tuple[int, ...]
    grave: bool


def accounted(case: Case, done: Bools) -> Iterator[Accounted]:
    """Wholes of the load of which nearly all that fall short do so by rows that were set aside.

    Where those are rows of groups or of names in no list, only wholes that should be complete are meant.
    """
    w, sheet = case.wholes, case.sheet
    short = (w.off < -w.slack) & (w.whole < sheet.rows) & ~done[w.whole] & (sheet.flow[w.whole] != BALANCE)
    if not short.any() or not case.set_aside.figures:
        return
    for kind in range(len(w.kinds)):
        mine = np.flatnonzero(short & (w.kind == kind))
        found = case.set_aside.accounts(-w.off[mine], w.slack[mine])
        if found is None:
            continue
        grave = case.set_aside.grave(found.rows, int(sheet.last[w.whole[mine[0]]]))
        numbers = mine[found.met] if grave else mine[found.met & w.complete[mine]]
        if len(numbers):
            share = w.off[numbers] / np.maximum(np.abs(sheet.value[w.whole[numbers]]), 1.0)
            yield Accounted(numbers[np.argsort(share, kind="stable")], found.rows, grave)


def put_back(case: Case, numbers: Ints) -> None:
    """Takes wholes for made up, so that no other cause is told for them."""
    case.wholes.off[numbers] = 0.0
    case.wholes.complete[numbers] = False
