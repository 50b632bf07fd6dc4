"""Answers that are yes or no: the claim that was put is computed, and so is what stands against it."""

from __future__ import annotations

import math
from dataclasses import replace

from customhouse.ask.levels import figure, overview
from customhouse.ask.model import Refused, Wanted
from customhouse.ask.parting import axis_of
from customhouse.ask.seeking import which
from customhouse.ask.working import FLOWS, Found, Worker, by_flow, plain, slices, whole_of
from customhouse.measures import Request
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query import Query, Row

_EXACT = 1e-9
_SIGNED = ("growth", "change", "share_change")


def truth(wanted: Wanted, worker: Worker) -> Found:
    """Whether it grew, exceeded, was the largest, was in surplus; else whether there was any."""
    found = _judged(wanted, worker)
    if found.truth is not None:
        found.lead = worker.fill("ask_yes" if found.truth else "ask_no")
    elif any(_rounded(claim) for group in found.groups for claim in group):
        found.lead = worker.fill("ask_open")
    return found


def _rounded(claim: Claim) -> bool:
    """Whether rounding in the tables leaves a figure open."""
    ends = claim.interval()
    return math.isfinite(ends.high) and ends.high - ends.low > _EXACT * max(abs(ends.low), abs(ends.high))


def _judged(wanted: Wanted, worker: Worker) -> Found:
    ask = wanted.query.ask
    if ask.threshold is not None:
        return _threshold(wanted, worker)
    if wanted.balance:
        return _widened(wanted, worker) if wanted.direction else _balance(wanted, worker)
    if wanted.relation and len(_rows(wanted)) == 2:
        return _exceeds(wanted, worker)
    if wanted.order in ("fastest", "fallen") and wanted.query.slice.narrowing():
        return _grew_most(wanted, worker)
    if wanted.order is not None and wanted.query.slice.narrowing():
        return _place(wanted, worker)
    if wanted.relation and not wanted.direction:
        return figure(wanted, worker)
    if wanted.direction or ask.measure in _SIGNED:
        return _moved(wanted, worker)
    if ask.measure != "value":
        return figure(wanted, worker)
    found = overview(wanted, worker)
    first = found.groups[0][0] if found.groups else None
    if first is not None and first.measure == "value" and first.slice == wanted.query.slice:
        found.truth = first.value > 0
    return found


def _rows(wanted: Wanted) -> list[tuple[Slice, Period]]:
    return [(part, period) for part in slices(wanted.query) for period in wanted.query.cut()]


def _threshold(wanted: Wanted, worker: Worker) -> Found:
    """Whether a figure is above a number."""
    ask = wanted.query.ask
    asked = replace(wanted.query, ask=replace(ask, threshold=None, below=False))
    found = figure(replace(wanted, query=asked), worker)
    claim = _first(found, ask.measure)
    if claim is not None and ask.threshold is not None:
        ends = claim.interval()
        least = ask.threshold
        above = True if ends.low > least else False if ends.high <= least else None
        found.truth = above if not ask.below else None if above is None else not above
    return found


def _first(found: Found, name: str) -> Claim | None:
    return next((c for group in found.groups for c in group if c.measure == name), None)


def _balance(wanted: Wanted, worker: Worker) -> Found:
    """Whether exports exceed imports; both and the balance are told."""
    query = plain(wanted.query)
    found = Found(by_flow(query, (*FLOWS, "balance")))
    part, period = _rows(wanted)[0]
    balance = worker.claim("value", replace(part, flow="balance"), period)
    found.add(balance)
    for flow in FLOWS:
        found.add(*worker.level(replace(part, flow=flow), period))
    sign = _sign(balance)
    if sign is not None:
        found.truth = sign == (-1 if wanted.balance == "deficit" else 1)
    found.table = worker.table(found.query)
    return found


def _widened(wanted: Wanted, worker: Worker) -> Found:
    """Whether a surplus or deficit became larger than a year earlier."""
    part, period = _rows(wanted)[0]
    part = replace(part, flow="balance")
    query = replace(plain(wanted.query, part), periods=(period.year_earlier(), period))
    found = Found(query, table=worker.table(query))
    now, before = (worker.claim("value", part, one) for one in (period, period.year_earlier()))
    change = worker.claim("change", part, period)
    found.add(now)
    found.add(before)
    found.add(change)
    sign, moved = _sign(now), _sign(change)
    if sign and moved is not None:
        found.truth = (sign * moved > 0) == (wanted.direction == "up")
    return found


def _sign(claim: Claim | None) -> int | None:
    """1, 0 or -1 where rounding leaves no doubt."""
    if claim is None:
        return None
    ends = claim.interval()
    if ends.low > 0:
        return 1
    if ends.high < 0:
        return -1
    return 0 if ends.low == ends.high else None


def _exceeds(wanted: Wanted, worker: Worker) -> Found:
    """Whether the first of two exceeds the second, in level or, where growth is named, in growth."""
    flows = dict(wanted.query.each).get("flow", ())
    if set(flows) == set(FLOWS) and wanted.query.ask.measure == "value" and len(wanted.query.each) == 1:
        order = "surplus" if (flows[0] == "exports") == (wanted.relation == "exceed") else "deficit"
        return _balance(replace(wanted, balance=order, query=_without_flows(wanted)), worker)
    name = wanted.query.ask.measure
    shown = plain(wanted.query) if name == "growth" else wanted.query
    found = Found(shown, table=worker.table(shown))
    values = []
    for row in found.table.figures if found.table else ():
        claim = row.claim if name != "growth" else row.growth
        found.add(row.claim, row.growth if isinstance(row.growth, Claim) else None)
        values.append(claim if isinstance(claim, Claim) else None)
    found.truth = _more(values, wanted.relation == "exceed")
    return found


def _without_flows(wanted: Wanted) -> Query:
    query = wanted.query
    return replace(query, each=(), ask=replace(query.ask, slice=replace(query.slice, flow="balance")))


def _more(values: list[Claim | None], exceed: bool) -> bool | None:
    if len(values) != 2 or values[0] is None or values[1] is None:
        return None
    one, other = values[0].interval(), values[1].interval()
    if one.low > other.high:
        return exceed
    if one.high < other.low:
        return not exceed
    return False if one == other else None


def rank(wanted: Wanted, worker: Worker) -> Found:
    """Which place a partner or region has, beside the first ones."""
    found = _place(wanted, worker)
    found.truth = None
    return found


def _place(wanted: Wanted, worker: Worker) -> Found:
    """Whether a partner or region is at a place; who is there, where it is not."""
    part, period = _rows(wanted)[0]
    dims = whole_of(part)
    single = wanted.axis == "country"
    ranked = worker.rank(part, period, not single)
    if dims is None or ranked is None:
        raise Refused(worker.fill("ask_no_rank"))
    around = replace(
        wanted,
        hole="which",
        query=plain(wanted.query, part.widen(dims), ()),
        axis="country" if single else axis_of(part, dims[0][0], period.last),
    )
    leaders = which(replace(around, place=1, order="largest"), worker)
    found = Found(leaders.query, table=leaders.table)
    found.add(*worker.level(part, period), ranked)
    found.truth = ranked.value == wanted.place
    at = wanted.place - 1 if wanted.place <= len(leaders.groups) else 0
    if ranked.value != wanted.place:
        found.add(*leaders.groups[at][:2])
    found.notes += leaders.notes
    return found


def _grew_most(wanted: Wanted, worker: Worker) -> Found:
    """Whether a slice grew or fell the most among the largest."""
    part, period = _rows(wanted)[0]
    dims = whole_of(part)
    if dims is None:
        raise Refused(worker.fill("ask_no_rank"))
    around = replace(
        wanted, query=plain(wanted.query, part.widen(dims), ()), axis=axis_of(part, dims[0][0], period.last)
    )
    leaders = which(around, worker)
    found = Found(leaders.query, table=leaders.table, notes=leaders.notes)
    first = leaders.groups[wanted.place - 1][0].slice if len(leaders.groups) >= wanted.place else None
    found.truth = None if first is None else first == part
    found.add(*worker.level(part, period))
    if not found.truth and leaders.groups:
        found.add(*leaders.groups[0][:2])
    return found


def _moved(wanted: Wanted, worker: Worker) -> Found:
    """Whether a figure rose or fell."""
    query = wanted.query
    if query.ask.measure not in _SIGNED:
        query = replace(query, ask=Request("growth", query.slice, of=_of(query.ask)))
    found = figure(replace(wanted, query=query), worker)
    signs = [_sign(row.claim) for row in _shown(found)]
    if signs and None not in signs:
        wanted_sign = {"down": -1, "flat": 0}.get(wanted.direction or "up", 1)
        found.truth, found.lead = all(sign == wanted_sign for sign in signs), ""
    return found


def _shown(found: Found) -> tuple[Row, ...]:
    return found.table.figures if found.table else ()


def _of(ask: Request) -> str | None:
    return ask.measure if ask.measure in ("quantity", "price", "count") else None
