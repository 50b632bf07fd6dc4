"""Rows that follow one another in another unit, told by one month alone: every flow misses what they make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Doubt, Month, Row, doubt
from customhouse.records.controls.factors import POWERS
from customhouse.records.controls.parts import failing, why_of
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints

MOST = 800
SHORT = 2
EXACT = 5e-3
"""What rounding may leave open of a gap that a run closes."""
TOLD = ("group_among_parts", "row_twice", "row_too_many", "code_read_as_missing")


def row_runs(case: Case, done: Bools) -> Iterator[Doubt]:
    """Runs of rows whose change of unit closes the sums of two flows or more."""
    w, sheet = case.wholes, case.sheet
    bad = failing(case, done)
    bad = bad[(w.whole[bad] < sheet.rows) & (sheet.flow[w.whole[bad]] != BALANCE)]
    group = np.stack([w.kind[bad], sheet.first[w.whole[bad]], sheet.last[w.whole[bad]]], axis=1)
    for key in np.unique(group, axis=0):
        some = bad[(group == key).all(axis=1)]
        if len(np.unique(sheet.flow[w.whole[some]])) < 2 or len(some) > BALANCE:
            continue
        if any(why_of(case, int(number)).cause in TOLD for number in some):
            continue
        found = _run(case, some)
        if found is not None:
            yield _said(case, some, *found)
            done[found[0]] = True


def _run(case: Case, numbers: Ints) -> tuple[Ints, int] | None:
    """The rows of a run and the power of ten they stand at, the shortest run if there are several."""
    w, sheet = case.wholes, case.sheet
    dimension = w.kinds[int(w.kind[numbers[0]])].dimension
    codes = sheet.code[dimension]
    parts = [w.parts(int(n)) for n in numbers]
    order = list(dict.fromkeys(codes[np.sort(np.concatenate(parts))].tolist()))
    if len(order) > MOST:
        return None
    place = {code: at for at, code in enumerate(order)}
    best: tuple[int, int, int] | None = None
    for power in POWERS:
        fit = np.triu(np.ones((len(order) + 1, len(order) + 1), bool), SHORT)
        for number, rows in zip(numbers, parts, strict=True):
            value = np.zeros(len(order))
            value[[place[c] for c in codes[rows].tolist()]] = sheet.value[rows]
            fit &= _closes(
                value, float(w.off[number]), float(w.slack[number]), power, float(sheet.step[rows].max())
            )
        for start, end in np.argwhere(fit)[:1]:
            if best is None or end - start < best[1] - best[0]:
                best = int(start), int(end), power
    if best is None:
        return None
    chosen = set(order[best[0] : best[1]])
    return np.array([r for rows in parts for r in rows.tolist() if codes[r] in chosen], np.int64), best[2]


def _closes(value: Floats, off: float, slack: float, power: int, step: float) -> Bools:
    """Which runs, from the first index up to the second, close a gap when divided by a power of ten."""
    sums = np.r_[0.0, np.cumsum(value)]
    change = np.subtract.outer(sums, sums).T * (1 - 10.0**-power)
    length = np.abs(np.subtract.outer(np.arange(len(sums)), np.arange(len(sums))))
    room = slack + step * 10.0 ** max(-power, 0) * np.sqrt(length)
    fit: Bools = (np.abs(change - off) <= room) & (room <= EXACT * abs(off))
    return fit


def _said(case: Case, numbers: Ints, rows: Ints, power: int) -> Doubt:
    sheet = case.sheet
    top = int(rows[np.argmax(sheet.value[rows])])
    whole = int(case.wholes.whole[numbers[0]])
    return doubt(
        sheet,
        "unit_slip_rows",
        "power_of_ten",
        "stop",
        [top, *rows],
        row=Row(top),
        factor=10.0**power,
        power=float(power),
        rows=float(len(rows)),
        period=Month(int(sheet.first[whole]), int(sheet.last[whole])),
        now_cents=float(sheet.value[top]),
        usual_cents=float(sheet.value[top]) / 10.0**power,
    )
