"""Working days as claims: the points of growth that they account for, and growth without them.

The figures are those of `seasons.days`: by regression where the statistics have enough years, else in
proportion to days, which says too much, so that the true figure lies between nothing and it.
"""

from __future__ import annotations

from dataclasses import replace

from customhouse.errors import MissingExtra, SeasonsError
from customhouse.factors.made_of import share_of_whole
from customhouse.factors.memory import remembered, reporter_of
from customhouse.factors.monthly import monthly
from customhouse.measures import Missing, Request
from customhouse.measures import measure as measured
from customhouse.model import BY_DAYS, HOME, Claim, Derivation, Slice, changed
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.seasons.days import DaysEffect, working_day_effect
from customhouse.statistics import Statistics

_FACTOR = "working_days"
_LONG = 72
"""Months from which on a regression is tried."""


def contribution(ask: Request, statistics: Statistics) -> Claim | Missing:
    """The points of growth due to working days, with how they were computed in the note."""
    growth = _growth(ask, statistics)
    if isinstance(growth, Missing):
        return growth
    effect = _effect(ask, growth, statistics)
    if isinstance(effect, Missing):
        return effect
    share = share_of_whole(ask, growth, statistics)
    if isinstance(share, Missing):
        return share
    at = effect.interval
    origin = _derived(_FACTOR, growth, Interval(at.low * share, at.high * share), effect.arithmetic)
    return Claim(
        "contribution", effect.points * share, "pp", origin, slice=ask.slice, period=ask.period,
        base=ask.base, whole=ask.whole, factor=_FACTOR, terms=ask.terms, note=effect.note or None,
    )


def growth_without(ask: Request, statistics: Statistics) -> Claim | Missing:
    """Growth less the points that working days account for."""
    growth = _growth(ask, statistics)
    effect = growth if isinstance(growth, Missing) else _effect(ask, growth, statistics)
    if isinstance(growth, Missing) or isinstance(effect, Missing):
        return growth if isinstance(growth, Missing) else effect  # type: ignore[return-value]
    at = effect.interval
    value = growth.value - effect.points
    ends = growth.interval()
    arithmetic = f"{growth.value:.6f} - ({effect.points:.6f}) = {value:.6f}%; {effect.arithmetic}"
    origin = _derived(BY_DAYS, growth, Interval(ends.low - at.high, ends.high - at.low), arithmetic)
    return replace(growth, value=value, origin=origin, terms=ask.terms, base=ask.base,
                   note=effect.note or None)


def _growth(ask: Request, statistics: Statistics) -> Claim | Missing:
    """The growth that days are part of."""
    if ask.slice.flow == "balance":
        return Missing("flow", "a balance has no working days of its own; ask for exports, imports or trade")
    terms = None if ask.terms == BY_DAYS else ask.terms
    plain = changed(ask, measure="growth", of=None, whole=None, factor=None, terms=terms)
    return measured(plain, statistics)


def _effect(ask: Request, growth: Claim, statistics: Statistics) -> DaysEffect | Missing:
    assert ask.period is not None
    return days_effect(ask.slice, ask.period, ask.base, growth.value, statistics)


def days_effect(
    part: Slice, period: Period, base: Period | None, growth: float, statistics: Statistics
) -> DaysEffect | Missing:
    """What working days did to the growth of a slice, in per cent, or why that cannot be told.

    Remembered with the statistics. The base is the same months a year earlier where it is None.
    """
    key = (_FACTOR, part, period, base, growth)
    return remembered(statistics, key, lambda: _computed(part, period, base, growth, statistics))


def _computed(
    part: Slice, period: Period, base: Period | None, growth: float, statistics: Statistics
) -> DaysEffect | Missing:
    reporter = part.reporter or reporter_of(statistics) or HOME
    known = len(statistics.months()) >= _LONG
    found = monthly(part, statistics, period.last) if known else None
    series = None if found is None or isinstance(found, Missing) or found.joined else found.series
    try:
        return working_day_effect(period, reporter=reporter, growth=growth, series=series, base=base)
    except (SeasonsError, MissingExtra) as error:
        return Missing("factor", str(error))


def _derived(rule: str, growth: Claim, interval: Interval, arithmetic: str) -> Derivation:
    assert isinstance(growth.origin, Derivation)
    return Derivation(rule, growth.origin.claims, interval, arithmetic)
