"""Slips between figures: two of one list have changed places, or yuan and dollars have."""

from __future__ import annotations

import math
from dataclasses import replace

from customhouse.check import money
from customhouse.check.comparing import holds
from customhouse.check.judging import allowed
from customhouse.check.model import Comparison, Verdict
from customhouse.check.slips.case import Case, Tries, Try
from customhouse.measures.levels import CURRENCIES
from customhouse.model import Claim


def swapped(case: Case) -> Tries:
    """Two figures of one list or split have changed places, so that both are wrong and both come right."""
    for others, mass in ((case.near, 1.0), (case.around, 0.5)):
        for other in others:
            if _exchangeable(case.read, other):
                same = other.read.measure == case.read.measure
                yield from _exchanged(case, other, mass if same else 0.5 * mass)


def _exchangeable(read: Claim, other: Comparison) -> bool:
    return (other.verdict is Verdict.CONTRADICTED and other.read.unit == read.unit
            and other.read.value != read.value)


def _exchanged(case: Case, other: Comparison, share: float) -> Tries:
    """With the other's figure, and the other with this one: signs go along, or stay with their words."""
    for stays in (True, False):
        mine, theirs = _with(case.read, other.read, stays), _with(other.read, case.read, stays)
        if holds(theirs, case.figures) is not None:
            yield Try(mine, share)
            return


def _with(read: Claim, other: Claim, sign_stays: bool) -> Claim:
    value = math.copysign(other.value, read.value) if sign_stays else other.value
    return replace(read, value=value, step=other.step, bound=other.bound)


def currency(case: Case) -> Tries:
    """Yuan for dollars or the reverse: by the statistics in the other, or by an exchange rate."""
    read = case.read
    if read.measure not in ("value", "change") or read.unit not in CURRENCIES or read.period is None:
        return
    for other in ("CNY", "USD"):
        if other != read.unit:
            moved = replace(read, unit=other)
            there = next((found for world in case.worlds if (found := holds(moved, world))), None)
            if there is not None:
                yield Try(moved, 1.0, there)
            else:
                yield from _at_a_rate(case, moved)


def _at_a_rate(case: Case, moved: Claim) -> Tries:
    """The amount that the statistics have, in the other currency at the text's own rate or the year's."""
    if moved.period is None or case.computed.unit == moved.unit:
        return
    at = _of_text(case, moved) or money.rate(case.computed.unit, moved.unit, moved.period)
    if at is None:
        return
    there = money.converted(case.computed, moved.unit, at)
    if not allowed(moved, "half_up").meet(there.interval()).empty:
        yield Try(moved, 0.6, there, at.value, at.source)


def _of_text(case: Case, moved: Claim) -> money.Rate | None:
    """The rate that the text itself supposes, where it has one amount in both currencies."""
    amounts = [one.read for one in (*case.near, *case.around) if one.read.measure == "value"]
    for one in amounts:
        for other in amounts:
            same = (one.slice, one.period) == (other.slice, other.period)
            if same and (one.unit, other.unit) == (case.computed.unit, moved.unit) and one.value:
                return money.Rate(other.value / one.value, "")
    return None
