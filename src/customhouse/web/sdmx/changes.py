"""What changed between two days: a query answered as known then and as known later, laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from customhouse.cube.streamed import Found
from customhouse.engine import Engine
from customhouse.period import Period
from customhouse.web.sdmx.answering import Observation, Series, Statistics, Teller, rows_of
from customhouse.web.sdmx.planning import Plan, Step

Row = tuple[Period, Found]
Side = Literal["Replace", "Delete"]


def changed(
    plan: Plan, before: Statistics, now: Statistics, engines: tuple[Engine, Engine], side: Side
) -> Iterator[Series]:
    """The series with what is new or revised since (`Replace`), or with what is gone (`Delete`)."""
    seen: set[int] = set()
    for step in plan.steps:
        for one in _of_step(step, before, now, engines, side):
            if plan.overlapping and hash(one.key) in seen:
                continue
            if plan.overlapping:
                seen.add(hash(one.key))
            yield one


def _of_step(
    step: Step, before: Statistics, now: Statistics, engines: tuple[Engine, Engine], side: Side
) -> Iterator[Series]:
    earlier, later = before.of(step), now.of(step)
    old_spans, old = rows_of(step, earlier, engines[0]) if earlier is not None else ((), iter(()))
    new_spans, new = rows_of(step, later, engines[1]) if later is not None else ((), iter(()))
    pairs = _beside(
        ((old_spans[row.period], row) for row in old), ((new_spans[row.period], row) for row in new)
    )
    tellers = (
        Teller(step, earlier, old_spans) if earlier is not None else None,
        Teller(step, later, new_spans) if later is not None else None,
    )
    for codes, some in groupby(pairs, key=_codes):
        told = tuple(_observed(some, tellers, side))
        if told:
            yield Series(step.key(codes), told)


def _codes(pair: tuple[Row | None, Row | None]) -> tuple[str | None, ...]:
    row = pair[0] or pair[1]
    return row[1].codes if row is not None else ()


def _observed(
    pairs: Iterable[tuple[Row | None, Row | None]], tellers: tuple[Teller | None, Teller | None], side: Side
) -> Iterator[Observation]:
    earlier, later = tellers
    for old, new in pairs:
        if side == "Delete" and new is None and old is not None and earlier is not None:
            gone = earlier.observation(old[1])
            yield gone._replace(value="", attributes=(None,) * len(gone.attributes))
        changed = new is not None and (old is None or _unlike(old[1], new[1]))
        if side == "Replace" and changed and new is not None and later is not None:
            yield later.observation(new[1])


def _unlike(old: Found, new: Found) -> bool:
    return (old.amount, old.unit, old.step) != (new.amount, new.unit, new.step)


def _beside(old: Iterator[Row], new: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of two streams in one order, those of the same codes and period together."""
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        at = min(_place(one) for one in (left, right) if one is not None)
        pair = (
            left if left is not None and _place(left) == at else None,
            right if right is not None and _place(right) == at else None,
        )
        yield pair
        left = next(old, None) if pair[0] is not None else left
        right = next(new, None) if pair[1] is not None else right


def _place(row: Row) -> tuple[tuple[str, ...], Period]:
    return tuple(code or "" for code in row[1].codes), row[0]
