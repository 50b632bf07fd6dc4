"""Price, volume, entry and exit as claims: points of growth of a slice, or of a whole that it is part of.

The figures are those of `prices.contributions`. What the interval allows: entry and exit follow from the
cells; price and volume rest on the goods with usable quantities, and may be off by what the rest grew, and
by as much of themselves as the share of the rest.
"""

from __future__ import annotations

from customhouse.factors.memory import remembered
from customhouse.measures import Missing, Request
from customhouse.measures import measure as measured
from customhouse.model import Claim, Derivation, changed
from customhouse.prices.contributions import Contributions, contributions
from customhouse.quantity import Interval
from customhouse.statistics import Statistics

RULE = "price_and_volume"
_ESTIMATED = ("price", "volume")


def contribution(ask: Request, statistics: Statistics) -> Claim | Missing:
    """The points of growth that one factor gave, with the grade of the figures in the note."""
    growth = measured(changed(ask, measure="growth", of=None, whole=None, factor=None), statistics)
    if isinstance(growth, Missing):
        return growth
    made = made_of(ask, statistics)
    if isinstance(made, Missing):
        return made
    share = share_of_whole(ask, growth, statistics)
    if isinstance(share, Missing):
        return share
    return _claim(ask, made, growth, share)


def made_of(ask: Request, statistics: Statistics) -> Contributions | Missing:
    """All factors of the growth of a slice, computed once."""
    part, period, base = ask.slice, ask.period, ask.base
    if period is None:
        return Missing("period", "the period is not known")
    if base == period.year_earlier():
        base = None
    key = ("made_of", part, period, base)
    return remembered(statistics, key, lambda: contributions(statistics, part, period, base))


def share_of_whole(ask: Request, growth: Claim, statistics: Statistics) -> float | Missing:
    """What the base of a slice is of that of the whole: points of its growth times this are points of it."""
    if not ask.whole:
        return 1.0
    whole = ask.slice.widen(ask.whole)
    found = measured(Request("growth", whole, ask.period, base=ask.base, terms=ask.terms), statistics)
    if isinstance(found, Missing):
        return found
    base, all_of_it = (base_level(claim) for claim in (growth, found))
    return base / all_of_it


def base_level(growth: Claim) -> float:
    """The level that growth is on: of the claims that it derives from, that of the other period."""
    assert isinstance(growth.origin, Derivation)
    return next(c.value for c in reversed(growth.origin.claims) if c.period != growth.period)


def _claim(ask: Request, made: Contributions, growth: Claim, share: float) -> Claim:
    factor = ask.factor or ""
    value = made.points[factor] * share  # type: ignore[index]
    assert isinstance(growth.origin, Derivation)
    origin = Derivation(
        f"{RULE}_{factor}", growth.origin.claims, _interval(made, factor, share), _arithmetic(made, share)
    )
    return Claim(
        "contribution", value, "pp", origin, slice=ask.slice, period=ask.period, base=ask.base,
        whole=ask.whole, factor=factor, terms=ask.terms, note=_note(made),
    )


def _interval(made: Contributions, factor: str, share: float) -> Interval:
    value = made.points[factor]  # type: ignore[index]
    reach = 0.0
    if factor in _ESTIMATED:
        reach = abs(made.points["uncovered"]) + abs(value) * (1 - made.coverage)
    return Interval((value - reach) * share, (value + reach) * share)


def _arithmetic(made: Contributions, share: float) -> str:
    """The factors that add up to growth, in words."""
    told = " ".join(f"{name} {points:+.6f}" for name, points in made.points.items())
    text = f"points of growth on {made.base}: {told} = {made.growth:.6f}%"
    return text if share == 1.0 else f"{text}; times {share:.6f}, the part in the base of the whole"


def _note(made: Contributions) -> str:
    """How far the figures can be trusted."""
    text = f"grade {made.grade}: prices of {100 * made.coverage:.0f}% of the value"
    return f"{text}, {100 * made.imputed:.0f}% by estimated quantities" if made.imputed >= 0.005 else text
