"""Why something rose or fell, as far as arithmetic tells: what its parts contributed to its growth."""

from __future__ import annotations

from dataclasses import replace

from customhouse.ask.model import Wanted
from customhouse.ask.parting import dimension_of
from customhouse.ask.seeking import contributions, query_of, request
from customhouse.ask.working import FLOWS, Found, Worker, plain, slices
from customhouse.measures import Request
from customhouse.model import Claim, Slice
from customhouse.period import Period

_AXES = ("partner", "goods", "enterprise", "region")
NAMED = 3
"""How many contributions are named along each axis."""


def why(wanted: Wanted, worker: Worker) -> Found:
    """The growth, then the partners, goods and flows that pulled it its way, and one that went against it."""
    part, period = slices(wanted.query)[0], wanted.query.cut()[-1]
    wanted = replace(wanted, query=replace(wanted.query, periods=(period,), by=()))
    found = Found(query_of(wanted.query, "partner", ()))
    value, growth = worker.level(part, period)
    found.add(value, growth)
    if growth is None:
        found.groups.clear()  # a level alone explains nothing
        return found
    falling = growth.value < 0
    _told(found, wanted, falling, worker)
    if part.flow == "trade":
        _of_flows(found, part, period, worker)
    free = [axis for axis in _AXES if getattr(part, dimension_of(axis)) is None]
    for axis in [axis for axis in free if axis in _AXES[:2]] or free[:1]:
        _along(found, wanted, part, axis, period, falling, worker)
    if found.table is None:
        found.query = plain(wanted.query, part)
        found.table = worker.table(found.query)
    found.notes.append(worker.fill("ask_arithmetic"))
    return found


def _told(found: Found, wanted: Wanted, falling: bool, worker: Worker) -> None:
    """Say so where the question supposes the contrary."""
    if wanted.direction in ("up", "down") and (wanted.direction == "down") != falling:
        found.lead = worker.fill("ask_fell_not_rose" if falling else "ask_rose_not_fell")


def _of_flows(found: Found, part: Slice, period: Period, worker: Worker) -> None:
    asked = [
        Request("contribution", replace(part, flow=flow), period, whole=(("flow", "trade"),))
        for flow in FLOWS
    ]
    found.add(*(worker.ask(one) for one in asked))


def _along(
    found: Found, wanted: Wanted, part: Slice, axis: str, period: Period, falling: bool, worker: Worker
) -> None:
    """The largest contributions along an axis in the direction of the whole, and the largest against it."""
    dimension = dimension_of(axis)
    changes = contributions(part, axis, period, worker)
    ordered = sorted(changes, key=lambda code: (changes[code], code), reverse=not falling)
    same = [code for code in ordered if changes[code] and (changes[code] < 0) == falling][:NAMED]
    against = [code for code in ordered[::-1] if changes[code] and (changes[code] < 0) != falling][:1]
    codes = [*same, *against]
    claims = [worker.ask(request(part, dimension, code, period)) for code in codes]
    found.add(*claims)
    if found.table is None and any(isinstance(claim, Claim) for claim in claims):
        found.query = query_of(wanted.query, dimension, tuple(codes))
        found.table = worker.table(found.query)
