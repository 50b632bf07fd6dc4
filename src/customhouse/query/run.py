"""A query to its figures: each axis unrolled, each figure measured with its derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from customhouse.factors import measure
from customhouse.measures import Missing, Request
from customhouse.model import SEASONALLY, Claim, Slice, changed
from customhouse.period import Period
from customhouse.query.answer import Answer, Row
from customhouse.query.model import TIMES, Query, dimension_of, pieces
from customhouse.query.reasons import refused
from customhouse.statistics import Known, Level, Remembered, Statistics, What, amounts

_OWN_THRESHOLD = ("record", "streak", "count")
"""Measures that a threshold is part of; of others it chooses the figures."""
_MOVES = ("contribution", "change")
"""Measures that parts are put in the order of: what moved most is often not the largest."""
_BELOW = ("deficit", "fall")
"""What is asked for as an amount and is a figure below 0."""
Totals = dict[str, Fraction | int]
_LEVELS = ("value", "quantity", "price", "count")


def run(query: Query, statistics: Statistics, growth: bool = True) -> Answer:
    """The figures of a query in the order of its axes, with the growth of levels where `growth`.

    What the statistics lack stands in its row as `Missing`, with the reason. The statistics are to be
    those of `query.as_of`. Raises QueryError for another currency, or where nothing is found along an axis.
    """
    if query.currency and query.currency != statistics.currency:
        raise refused("other_currency", there=statistics.currency, asked=query.currency)
    known = Prefetched(statistics)
    rows = tuple(row(query, ask, known, growth) for ask in asks(query, known))
    return Answer(query, _beyond(query, rows), statistics.currency)


def _beyond(query: Query, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The figures above (below) the threshold, where the measure has none of its own. Raises QueryError."""
    least, below = query.ask.threshold, query.ask.below
    if least is None or query.ask.measure in _OWN_THRESHOLD:
        return rows
    claims = ((r, r.claim) for r in rows)
    kept = tuple(r for r, c in claims if c is None or (c.value < least if below else c.value > least))
    if not kept:
        raise refused(
            "none_below" if below else "none_above", count=len(rows), least=f"{least:,.15g}")
    return kept


def row(query: Query, ask: Request, statistics: Statistics, growth: bool = True) -> Row:
    """One figure of a query, of levels with their growth where `growth`."""
    found = measure(ask, statistics)
    beside: Claim | Missing | None = None
    if growth and ask.measure in _LEVELS and ask.of is None:
        previous = query.previous or ask.terms == SEASONALLY
        base = ask.period.previous() if previous and ask.period else None
        unit = ask.unit if ask.measure != "value" else None
        of = None if ask.measure == "value" else ask.measure
        beside = measure(changed(ask, measure="growth", of=of, base=base, unit=unit), statistics)
    return Row(ask, found, beside)


def asks(query: Query, statistics: Prefetched) -> Iterator[Request]:
    """One request for each figure of a query: lists of codes outermost, then the axes in their order."""
    parts = [query.slice]
    for dimension, codes in query.each:
        parts = [changed(part, **{dimension: code}) for part in parts for code in codes]
    axes = query.by if query.time else (*query.by, "")
    for part in parts:
        ask = query.ask if part is query.slice else changed(query.ask, slice=part)
        yield from _unrolled(query, ask, axes, statistics)


def _unrolled(query: Query, ask: Request, axes: tuple[str, ...], statistics: Prefetched) -> Iterator[Request]:
    if not axes:
        yield ask
        return
    axis, rest = axes[0], axes[1:]
    if axis == "" or axis in TIMES:
        for period in query.cut():
            base = period.previous() if query.previous else query.ask.base
            yield from _unrolled(query, changed(ask, period=period, base=base), rest, statistics)
        return
    for code in _largest(query, ask, axis, statistics):
        part = changed(ask.slice, **{dimension_of(axis): code})
        yield from _unrolled(query, changed(ask, slice=part), rest, statistics)


def _largest(query: Query, ask: Request, axis: str, statistics: Prefetched) -> list[str]:
    """The codes along an axis, the largest over all periods first; equals in the order of codes."""
    what: What = "quantity" if "quantity" in (ask.measure, ask.of) else "value"
    periods = query.periods
    if query.time:
        step = "month" if query.time == "ytd" else query.time
        periods = tuple(piece for period in periods for piece in pieces(period, step))
    totals = _totals(ask.slice, axis, periods, what, ask.known, statistics)
    if not totals and what == "quantity":
        totals = _totals(ask.slice, axis, periods, "mass", ask.known, statistics)
    if not totals:
        asked = ", ".join(map(str, query.periods))
        raise refused("no_codes", axis=axis, asked=asked)
    if query.ask.measure in _MOVES or (query.ask.measure, query.ask.of) == ("share", "change"):
        totals = _moved(query, ask, axis, totals, statistics)
    rated = (query.ask.measure, query.ask.of) == ("share", "change")
    signed = query.ask.measure in _MOVES or ask.slice.flow == "balance" or rated
    turned = -1 if query.side in _BELOW and signed else 1
    if query.top and query.side:
        totals = _on_side(query, axis, totals, turned)
    size = (lambda one: one * turned) if signed else abs
    ordered = sorted(totals, key=lambda code: (-size(totals[code]), code))
    return ordered[query.top:][::-1] if (query.top or 0) < 0 else ordered[:query.top]


def _on_side(query: Query, axis: str, totals: Totals, sign: int) -> Totals:
    """The codes with a deficit, surplus or fall, where the largest are asked for. Raises QueryError."""
    kept = {code: total for code, total in totals.items() if total * sign > 0}
    if not kept:
        raise refused(f"none_{query.side}", axis=axis)
    return kept


def _moved(query: Query, ask: Request, axis: str, totals: Totals,
           statistics: Prefetched) -> Totals:
    """What each code moved over all periods; those that none of the figures is known of come last."""
    first, last = min(p.first for p in query.periods), max(p.last for p in query.periods)
    found: Totals = {}
    for period in query.periods if len(query.periods) > 1 else (Period(first, last),):
        base = period.previous() if query.previous and not query.time else query.ask.base
        for code in totals:
            part = changed(ask.slice, **{dimension_of(axis): code})
            figure = measure(changed(ask, slice=part, period=period, base=base), statistics)
            if isinstance(figure, Claim):
                found[code] = found.get(code, 0) + Fraction(figure.value)
    return found | {code: min(found.values(), default=0) for code in totals if code not in found}


def _totals(part: Slice, axis: str, periods: tuple[Period, ...], what: What, known: Known,
            statistics: Prefetched) -> Totals:
    """The amounts of all codes along an axis over periods, in proportion."""
    totals: Totals = {}
    for period in periods:
        for code, amount in amounts(statistics.parts(part, axis, period, what, known)).items():
            totals[code] = totals.get(code, 0) + amount
    return totals


class Prefetched(Remembered):
    """Statistics that remember: along an axis, all parts of a period are asked for at once."""

    def __init__(self, statistics: Statistics) -> None:
        super().__init__(statistics)
        self._axes: set[str] = set()
        self._wholes: dict[tuple[str, Slice], Slice] = {}

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """The level, from the parts along an axis where the code is one of them."""
        for axis in self._axes:
            code = getattr(part, dimension_of(axis))
            if code is None or (axis.startswith("hs") and len(code) != int(axis[2:])):
                continue
            around = self._around(part, axis)
            if around is not None:
                found = super().parts(around, axis, period, what, known).get(code)
                if found is not None:
                    return found
        return super().level(part, period, what, known)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """The parts along an axis; from now on levels along it come from the parts of their period."""
        self._axes.add(dimension)
        around = changed(part, **{dimension_of(dimension): None})
        self._wholes.setdefault((dimension, around), part)
        return super().parts(part, dimension, period, what, known)

    def _around(self, part: Slice, axis: str) -> Slice | None:
        """The slice whose parts were asked for before and in which the code may be."""
        return self._wholes.get((axis, changed(part, **{dimension_of(axis): None})))
