"""The door: any measure of the claim format, computed from statistics, as a claim with its derivation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

from customhouse.measures.directions import direction
from customhouse.measures.figures import Figure, Measured
from customhouse.measures.levels import level
from customhouse.measures.ordering import count, rank
from customhouse.measures.parts import contribution, gap, share, share_change
from customhouse.measures.rates import change, growth, multiple
from customhouse.measures.request import Lacking, Missing, Request
from customhouse.measures.runs import record, streak
from customhouse.model import ADJUSTED, Claim, Derivation, changed
from customhouse.quantity import Interval
from customhouse.statistics import Statistics

_OF_NOTHING = frozenset({"value", "quantity", "price"})


def figure(ask: Request, statistics: Statistics) -> Figure:
    """The exact figure of a request. Raises Lacking."""
    if ask.slice.subject:
        raise Lacking("subject", f"{ask.slice.subject} is not about goods trade")
    if ask.terms in ADJUSTED:
        raise Lacking("adjusted", f"{ask.terms.replace('_', ' ')} figures are not those of levels as told")
    function = MEASURES.get(ask.measure)
    if function is None:
        raise Lacking("measure", f"{ask.measure} cannot be computed from trade cells")
    return function(ask, statistics)


MEASURES: Mapping[str, Measured] = {
    "value": level, "quantity": level, "price": level, "count": count,
    "growth": growth, "change": change, "multiple": multiple,
    "share": share, "share_change": share_change, "gap": gap, "contribution": contribution,
    "direction": direction, "rank": rank,
    "streak": partial(streak, metric=figure), "record": partial(record, metric=figure),
}
"""The function of each measure: request and statistics to an exact figure, raising Lacking."""


def measure(asked: Request | Claim, statistics: Statistics) -> Claim | Missing:
    """The figure that a request or a claim read from a text is about, recomputed from statistics.

    The claim has a `Derivation` with the level claims of the cells, the arithmetic and the interval
    that the rounding of table cells leaves; where the statistics lack something it is `Missing`.
    """
    ask = Request.of_claim(asked) if isinstance(asked, Claim) else asked
    try:
        return _claim(ask, figure(ask, statistics))
    except Lacking as lacking:
        return lacking.missing


def year_to_date(asked: Request, statistics: Statistics) -> Claim | Missing:
    """The measure from January to the last month of the period asked for."""
    return measure(asked.to_date(), statistics)


def _claim(ask: Request, found: Figure) -> Claim:
    low = float(found.low)
    interval = Interval(low, math.inf if found.high is None else float(found.high))
    origin = Derivation(found.rule, found.claims, interval, found.text)
    notes = [found.note, "on the base as first published" if ask.base_known == "first" else None]
    of = None if ask.of == "value" or ask.measure in _OF_NOTHING else ask.of
    return Claim(
        ask.measure, float(found.value), found.unit, origin, of=of, slice=ask.slice,
        period=found.period or ask.period, base=found.base or ask.base, whole=ask.whole, against=ask.against,
        threshold=found.threshold if found.threshold is not None else ask.threshold,
        terms=ask.terms, note="; ".join(filter(None, notes)) or None,
    )


def revised(asked: Request, statistics: Statistics) -> tuple[Claim | Missing, Claim | Missing]:
    """The measure on the base as first published, and on the base as revised."""
    first = measure(changed(asked, base_known="first"), statistics)
    return first, measure(changed(asked, base_known="latest"), statistics)
