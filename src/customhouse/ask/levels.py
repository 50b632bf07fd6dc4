"""Answers that are figures: how something was, how much of it, one beside another, period by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from customhouse.ask.model import Wanted
from customhouse.ask.working import FLOWS, Found, Worker, each_flow, plain, slices, whole_of
from customhouse.measures import Request
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query import Query, Row
from customhouse.query.model import TIMES

_LEAST = 0.05
"""A change smaller than that prints as 0."""
_SAID = 8
"""The most rows of a table that are also said in prose."""
_MOVED = ("growth", "change", "share_change")


def overview(wanted: Wanted, worker: Worker) -> Found:
    """How something was: its level, growth, share and rank; of all trade also both ways and the balance."""
    found = Found(each_flow(plain(wanted.query)))
    for part in slices(wanted.query):
        for period in wanted.query.cut():
            _overviewed(found, part, period, worker)
    found.table = worker.table(found.query)
    nothing(found, worker)
    return found


def _overviewed(found: Found, part: Slice, period: Period, worker: Worker) -> None:
    level = worker.level(part, period)
    if level[0] is not None and not level[0].value and part.flow != "balance":
        found.add(level[0])
        return
    placed = worker.place(part, period) if part.narrowing() else []
    found.add(*level, *placed)
    if part.flow != "trade":
        return
    for flow in FLOWS:
        found.add(*worker.level(replace(part, flow=flow), period))
    if set(part.narrowing()) <= {"partner"}:
        found.add(worker.claim("value", replace(part, flow="balance"), period))


def figure(wanted: Wanted, worker: Worker) -> Found:
    """How much: the measure that was asked for, with what belongs beside it."""
    query = wanted.query
    found = Found(query, table=worker.table(query))
    rows = found.table.figures if found.table else ()
    for row in rows[:_SAID]:
        found.add(*_beside(row, worker))
    _collect(rows, worker)
    told_otherwise(found, wanted.direction, rows, worker)
    nothing(found, worker)
    if len(rows) > _SAID:
        found.notes.append(worker.fill("ask_more_in_table", n=str(len(rows) - _SAID)))
    return found


def told_otherwise(found: Found, direction: str | None, rows: Iterable[Row], worker: Worker) -> None:
    """Say so where a question supposes a rise and there was a fall, or the other way round."""
    moved = [row.claim for row in rows if row.claim is not None and row.ask.measure in _MOVED]
    if len(moved) == 1 and direction in ("up", "down") and moved[0].value:
        falling = moved[0].value < 0
        if falling != (direction == "down"):
            found.lead = worker.fill("ask_fell_not_rose" if falling else "ask_rose_not_fell")


def nothing(found: Found, worker: Worker) -> None:
    """Say so where there was no such trade at all."""
    first = found.groups[0][0] if found.groups else None
    if first is not None and first.measure == "value" and not first.value:
        found.notes.append(worker.fill("ask_none"))


def _collect(rows: Iterable[Row], worker: Worker) -> None:
    """Remember what is missing of the figures asked for."""
    worker.missing += [(row.ask, row.found) for row in rows if not isinstance(row.found, Claim)]


def _beside(row: Row, worker: Worker) -> list[Claim | None]:
    """A figure with its growth; with growth the level; with a share its change."""
    ask, period = row.ask, row.ask.period
    growth = row.growth if isinstance(row.growth, Claim) else None
    if row.claim is None or period is None:
        return [row.claim]
    if ask.measure == "growth" and ask.base is None and ask.of != "growth":
        level = replace(ask, measure=ask.of or "value", of=None, base=None, base_known="latest")
        return [worker.ask(level), row.claim]
    if ask.measure == "share" and ask.metric == "value":
        return [row.claim, _moving(worker.ask(replace(ask, measure="share_change")))]
    if ask.measure == "share_change":
        return [worker.ask(replace(ask, measure="share", base=None)), row.claim]
    if ask.measure == "count" and ask.of is None:
        if ask.unit != "enterprise":
            return [row.claim]
        return [row.claim, _moving(worker.ask(replace(ask, measure="change", of="count", whole=None)))]
    if ask.measure == "price":
        return [row.claim, _moving(growth)]
    return [row.claim, growth if ask.slice.flow != "balance" else None]


def _moving(claim: Claim | None) -> Claim | None:
    """A change beside a figure, unless it prints as none."""
    return claim if claim is not None and abs(claim.value) >= _LEAST else None


def series(wanted: Wanted, worker: Worker) -> Found:
    """Period by period: the latest, the highest and the lowest in prose, all in the table."""
    query = wanted.query if wanted.query.time else _stepped(wanted.query)
    if wanted.query.ask.measure == "growth" and wanted.direction:
        query = plain(query, by=query.by)
    found = Found(query, table=worker.table(query))
    rows = found.table.figures if found.table else ()
    for part in slices(query):
        mine = [row for row in rows if row.ask.slice == part and row.claim is not None]
        if mine:
            ends = [mine[-1], max(mine, key=_value), min(mine, key=_value)]
            for row in dict.fromkeys(ends):
                found.add(row.claim, row.growth if isinstance(row.growth, Claim) else None)
            if len(mine) > 1:
                found.notes.append(worker.fill("ask_series_said"))
    _collect(rows, worker)
    return found


def _value(row: Row) -> float:
    return row.claim.value if row.claim else 0.0


def _stepped(query: Query) -> Query:
    """By month; by quarter or year where that would be more than two years of rows."""
    period = query.periods[-1]
    if len(query.periods) == 1 and period.months == 1:
        period = Period(period.last - 11, period.last)
    for axis in ("month", "quarter", "year"):
        step = TIMES[axis]
        even = period.first % step == 0 and (period.last + 1) % step == 0
        if even and period.months // step <= 24:
            return replace(query, periods=(period,), by=(axis, *query.by))
    return replace(query, periods=(Period(period.last - 23, period.last),), by=("month", *query.by))


def compare(wanted: Wanted, worker: Worker) -> Found:
    """Two or more things beside each other, the larger first."""
    query = wanted.query
    if query.ask.measure not in ("value", "quantity", "price", "count", "share", "growth"):
        return figure(wanted, worker)
    grown = query.ask.measure == "growth" and query.ask.base is None
    of = query.ask.of or "value" if grown else query.ask.measure
    shown = plain(query, measure=of) if grown else query
    found = Found(shown, table=worker.table(shown))
    rows = list(found.table.figures if found.table else ())
    if len({row.ask.period for row in rows}) == 1:
        rows.sort(key=_growth if grown else _value, reverse=True)
    for row in rows[:_SAID]:
        found.add(*_beside(row, worker))
    _collect(rows, worker)
    if {row.ask.slice.flow for row in rows} == set(FLOWS) and of == "value" and not grown:
        for part, period in dict.fromkeys((replace(r.ask.slice, flow="balance"), r.ask.period) for r in rows):
            found.add(worker.claim("value", part, period) if period else None)
    if grown and len(rows) == 2:
        found.add(_gap(rows, worker))
    return found


def _growth(row: Row) -> float:
    return row.growth.value if isinstance(row.growth, Claim) else 0.0


def _gap(rows: list[Row], worker: Worker) -> Claim | None:
    """By how much the growth of the first exceeds that of the second."""
    one, other = (row.ask.slice for row in rows)
    dims = tuple(
        (d, c) for d in sorted({*one.given(), *other.given()}) if (c := getattr(other, d)) != getattr(one, d)
    )
    period = rows[0].ask.period
    return worker.claim("gap", one, period, against=dims) if dims and period else None


def count(wanted: Wanted, worker: Worker) -> Found:
    """How many traders, countries or provinces."""
    return figure(wanted, worker)


def shared(part: Slice, period: Period) -> Request:
    """The share of a slice in the whole that it is a part of."""
    return Request("share", part, period, whole=whole_of(part))
