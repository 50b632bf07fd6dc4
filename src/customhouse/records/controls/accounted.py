"""Wholes that lack just the rows that were set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.sheet import BALANCE, Bools, Ints


class Accounted(NamedTuple):
    """Wholes of one kind, the one that lacks the most first, and the set-aside rows that they lack.

    `grave` says whether those rows have a code that is ended, lost or of another list, and are of no group;
    `told` whether nothing more is known than how much of the wholes they hold.
    """

    wholes: Ints
    rows: tuple[int, ...]
    grave: bool
    told: bool


def accounted(case: Case, done: Bools) -> Iterator[Accounted]:
    """Wholes of the load of which nearly all that fall short do so by rows that were set aside.

    Where those are rows of names in no list, wholes that may leave others out as well are only told, and
    where they are rows of groups not even that.
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
        sure = found.met if grave else found.met & w.complete[mine]
        told = not sure.any() and not case.set_aside.of_groups(found.rows)
        numbers = mine[found.met if told else sure]
        if len(numbers):
            share = w.off[numbers] / np.maximum(np.abs(sheet.value[w.whole[numbers]]), 1.0)
            yield Accounted(numbers[np.argsort(share, kind="stable")], found.rows, grave, told)


def put_back(case: Case, numbers: Ints) -> None:
    """Takes wholes for made up, so that no other cause is told for them."""
    case.wholes.off[numbers] = 0.0
    case.wholes.complete[numbers] = False
