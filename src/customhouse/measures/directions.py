"""Which way trade went: the sign of a balance, or of the difference between a level and its base."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from customhouse.measures.figures import Figure, minus, shown, steps, terms
from customhouse.measures.levels import level
from customhouse.measures.rates import both
from customhouse.measures.request import Lacking, Request
from customhouse.statistics import Statistics


def direction(ask: Request, statistics: Statistics) -> Figure:
    """1 for a surplus or a rise, -1 for a deficit or a fall, 0 where neither; the base is a year earlier.

    The sign is that of the level of a balance, or with `of` growth that of the level less its base,
    for balances too: a deficit that widens is a fall. Where the rounding of table cells leaves open
    which sign it is, the figure lies between both. Raises Lacking.
    """
    if ask.metric == "growth":
        now, base = both(replace(ask, of=None, unit=None), statistics)
        return _sign(minus(now, base, now.unit, "direction"))
    if ask.metric != "value" or ask.slice.flow != "balance":
        raise Lacking("measure", "only a balance or growth has a direction")
    found = level(replace(ask.about("value"), unit=None), statistics)
    return _sign(replace(found, text=""))


def _sign(figure: Figure) -> Figure:
    """The sign of a figure, with what its ends leave open."""
    value, low, high = (Fraction(_of(end)) for end in (figure.value, figure.low, figure.top))
    mark = "=" if value == 0 else ">" if value > 0 else "<"
    text = steps(figure.text, f"{terms(figure)} {mark} {shown(Fraction(0))}")
    return replace(figure, value=value, low=low, high=high, unit="1", rule="direction", text=text)


def _of(number: Fraction) -> int:
    return (number > 0) - (number < 0)
