"""The door: every figure of `measures`, and those that take prices, seasons or calendars to compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from customhouse.factors import days, made_of
from customhouse.factors.adjusted import Seasonally, told
from customhouse.measures import Missing, Request
from customhouse.measures import measure as measured
from customhouse.measures.request import Lacking
from customhouse.model import ADJUSTED, SEASONALLY, Claim, Derivation, changed
from customhouse.quantity import Interval
from customhouse.statistics import Statistics

Answered = Callable[[Request, Statistics], Claim | Missing]
FACTORS: Mapping[str, Answered] = {
    "price": made_of.contribution, "volume": made_of.contribution, "entry": made_of.contribution,
    "exit": made_of.contribution, "uncovered": made_of.contribution, "working_days": days.contribution,
}  # fmt: skip
"""What computes the points of growth of each factor."""


def measure(asked: Request | Claim, statistics: Statistics) -> Claim | Missing:
    """The figure that a request or a claim is about, as `measures.measure` gives it, and more.

    Contributions with a `factor` (FACTORS) are points of the growth of the slice itself, or of a `whole`
    that is named; figures in adjusted `terms` (model.ADJUSTED) are never those of unadjusted ones. Both are
    of the statistics as last revised. Where statistics or an optional part are lacking it is `Missing`.
    """
    ask = Request.of_claim(asked) if isinstance(asked, Claim) else asked
    if ask.factor is None and ask.terms not in ADJUSTED:
        return measured(ask, statistics)
    ask = changed(ask, known="latest", base_known="latest")
    if ask.slice.subject:
        return Missing("subject", f"{ask.slice.subject} is not about goods trade")
    if ask.factor is not None:
        return _of_factor(ask, statistics)
    if ask.terms == SEASONALLY:
        return _seasonal(ask, statistics)
    return _without_days(ask, statistics)


def estimated(claim: Claim) -> bool:
    """Whether a figure is an estimate: its interval says how sure it is, not what rounding leaves open."""
    return claim.factor is not None or claim.terms in ADJUSTED


def _of_factor(ask: Request, statistics: Statistics) -> Claim | Missing:
    answered = FACTORS.get(ask.factor or "")
    if answered is None:
        return Missing("factor", f"what {ask.factor} gave to growth is not in statistics of trade")
    if ask.measure != "contribution" or ask.terms in ADJUSTED:
        return Missing("measure", f"of {ask.factor} there are contributions to growth, no {ask.measure}")
    return answered(ask, statistics)


def _seasonal(ask: Request, statistics: Statistics) -> Claim | Missing:
    """A figure of the adjusted statistics, with what says so at it and at the levels that it comes from."""
    if ask.period is None:
        return Missing("period", "the period is not known")
    world = Seasonally(statistics, max(statistics.months(), default=ask.period.last))
    found = measured(changed(ask, terms=None), world)
    if isinstance(found, Missing) or not isinstance(found.origin, Derivation):
        return found
    origin = found.origin
    levels = tuple(replace(claim, terms=SEASONALLY) for claim in origin.claims)
    made = replace(origin, rule=f"{origin.rule}_{SEASONALLY}", claims=levels)
    note = "; ".join(filter(None, (found.note, _how(ask, world))))
    return replace(found, origin=made, terms=SEASONALLY, note=note)


def _how(ask: Request, world: Seasonally) -> str:
    """How the flows of a figure were adjusted, each way once."""
    flows = ("exports", "imports") if ask.slice.flow in ("trade", "balance") else (ask.slice.flow,)
    texts = []
    for flow in flows:
        try:
            texts.append(told(world.adjusted(changed(ask.slice, flow=flow))))
        except Lacking:
            continue
    return "; ".join(dict.fromkeys(texts))


def _without_days(ask: Request, statistics: Statistics) -> Claim | Missing:
    """Growth without working days, or which way it went."""
    if ask.measure == "growth" and ask.of is None:
        return days.growth_without(ask, statistics)
    if (ask.measure, ask.of) != ("direction", "growth"):
        return Missing("adjusted", f"growth alone is adjusted for working days, not {ask.measure}")
    found = days.growth_without(ask, statistics)
    return found if isinstance(found, Missing) else _sign(found)


def _sign(growth: Claim) -> Claim:
    ends = growth.interval()
    value, low, high = (float((x > 0) - (x < 0)) for x in (growth.value, ends.low, ends.high))
    assert isinstance(growth.origin, Derivation)
    origin = replace(growth.origin, rule="direction", interval=Interval(low, high))
    return replace(growth, measure="direction", of="growth", value=value, unit="1", origin=origin)
