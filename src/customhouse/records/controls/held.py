"""What rows that were set aside held: a whole period of the table, or a large share of a printed total."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from customhouse.period import Period
from customhouse.records import reasons
from customhouse.records.controls.case import Case
from customhouse.records.controls.doubt import Amount, Doubt, Row, Word, doubt, spanned, word
from customhouse.records.controls.sheet import BALANCE, FLOWS, Bools, Ints
from customhouse.records.table import TABLE_DIMENSIONS, Held
from customhouse.vocabulary.tables import name

LARGE = 0.02
"""Rows that hold so much of a total are told;"""
MOST = 0.5
"""more than this of it is most of the table."""
SHOWN = 4
"""How many periods are named."""
WHY = "{reasons}"
"""Where the reasons are to stand, which each language has its own words for."""
_KEY = ("reporter", *TABLE_DIMENSIONS, "currency")


class _Share(NamedTuple):
    """A whole, what set-aside rows hold of it (cents), and the numbers of those rows."""

    number: int
    cents: float
    rows: tuple[int, ...]


def periods_lost(case: Case, done: Bools) -> Iterator[Doubt]:
    """Periods of which all rows were set aside, of one flow or of all, while others were taken in."""
    sheet = case.sheet
    columns = (column[: sheet.rows].tolist() for column in (sheet.flow, sheet.first, sheet.last))
    there = set(zip(*columns, strict=True))
    flows = {flow for flow, _, _ in there}
    lost: dict[tuple[int, int], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for at, row in enumerate(case.set_aside.rows):
        for one in row.held:
            flow = FLOWS.index(one.flow) if one.flow in FLOWS else len(FLOWS)
            if flow in flows and (flow, one.first_month, one.last_month) not in there:
                lost[one.first_month, one.last_month][flow].add(at)
    by_flows: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for period, rows in sorted(lost.items()):
        by_flows[tuple(FLOWS[flow] for flow in sorted(rows) if flow < len(FLOWS))].append(period)
    for names, periods in by_flows.items():
        of = {at for period in periods for some in lost[period].values() for at in some}
        yield _lost(case, names, periods, sorted(of))


def _lost(case: Case, flows: Sequence[str], periods: Sequence[tuple[int, int]], rows: Sequence[int]) -> Doubt:
    named = ", ".join(str(Period(*one)) for one in periods[:SHOWN]) + (" …" if len(periods) > SHOWN else "")
    found = doubt(
        case.sheet,
        "period_set_aside",
        "reasons_of_rows",
        "caution",
        (),
        periods=named,
        flows="{flows}",
        reasons=WHY,
        rows=float(len(rows)),
        place=case.set_aside.place(rows[0]),
    )
    return _worded(case, found, rows, flows)


def large_shares(case: Case, done: Bools) -> Iterator[Doubt]:
    """Totals that lack at least what rows set aside for one code hold, where that is a large share."""
    by_kind: dict[int, list[_Share]] = defaultdict(list)
    for one in _shares(case, done):
        by_kind[int(case.wholes.kind[one.number])].append(one)
    for some in by_kind.values():
        if max(_part(case, one) for one in some) >= LARGE:
            yield _large(case, sorted(some, key=lambda one: -_part(case, one)))


def _shares(case: Case, done: Bools) -> Iterator[_Share]:
    w, sheet = case.wholes, case.sheet
    held: dict[tuple[object, ...], dict[int, float]] = defaultdict(dict)
    for at, row in enumerate(case.set_aside.rows):
        for one in row.held:
            if len(one.lost) == 1 and one.value_cents:
                held[_key_of(one)][at] = held[_key_of(one)].get(at, 0.0) + one.value_cents
    if not held:
        return
    mine = (w.whole < sheet.rows) & ~done[w.whole] & (sheet.flow[w.whole] < BALANCE) & (w.off < -w.slack)
    for number in np.flatnonzero(mine).tolist():
        kind, whole = w.kinds[int(w.kind[number])], int(w.whole[number])
        if kind.whole is not None or kind.level == "continents":
            continue
        codes = tuple(sheet.name(name_, whole) for name_ in _KEY)
        when = int(sheet.first[whole]), int(sheet.last[whole])
        key = (kind.dimension, int(sheet.flow[whole]), *when, *codes)
        if key in held:
            cents = sum(held[key].values())
            if cents <= -float(w.off[number]) + float(w.slack[number]):
                yield _Share(number, cents, tuple(held[key]))


def _key_of(one: Held) -> tuple[object, ...]:
    """The whole that a figure would be a part of."""
    flow = FLOWS.index(one.flow) if one.flow in FLOWS else -1
    codes = (None if key in one.lost else one.codes.get(key) for key in _KEY)
    return one.lost[0], flow, one.first_month, one.last_month, *codes


def _part(case: Case, one: _Share) -> float:
    return one.cents / max(abs(float(case.sheet.value[case.wholes.whole[one.number]])), 1.0)


def _large(case: Case, some: Sequence[_Share]) -> Doubt:
    w, sheet = case.wholes, case.sheet
    first, least = some[0], some[-1]
    whole = int(w.whole[first.number])
    cells: Ints = w.whole[np.array([one.number for one in some], np.int64)]
    rows = sorted({row for one in some for row in one.rows})
    rest = case.set_aside.of_the_rest(rows)
    found = doubt(
        sheet,
        "rows_set_aside",
        "reasons_of_rows",
        "stop" if _part(case, first) > MOST and not rest else "caution",
        [whole, *cells.tolist()],
        what=Row(whole),
        kind=Word(f"of_{w.kinds[int(w.kind[first.number])].level}"),
        period=spanned(sheet, cells),
        least=Amount(100 * _part(case, least), "percent"),
        most=Amount(100 * _part(case, first), "percent"),
        held_cents=first.cents,
        printed_cents=float(sheet.value[whole]),
        sum_cents=float(w.sum[first.number]),
        fails=float(len(some)),
        rows=float(len(rows)),
        place=case.set_aside.place(rows[0]),
        reasons=WHY,
    )
    return _worded(case, found, rows)


def _worded(case: Case, found: Doubt, rows: Iterable[int], flows: Sequence[str] = ()) -> Doubt:
    """A doubt with the reasons of its rows, and its flows, in the words of each language."""
    counted = Counter(code for at in rows for code in case.set_aside.rows[at].reasons)
    said = {}
    for language, text in (("en", found.en), ("zh", found.zh)):
        some = (reasons.words(code, language) for code, _ in counted.most_common(2))
        why = word("semicolon", language).join(some)
        of = word("comma", language).join(name(flow, language, "flow") for flow in flows)
        said[language] = text.replace(WHY, why).replace("{flows}", of)
    return replace(found, en=said["en"], zh=said["zh"])
