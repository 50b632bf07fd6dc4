"""Measures of a part beside its whole: share, change of share, contribution, gap."""

from __future__ import annotations

from dataclasses import replace

from customhouse.groups import counted_back, counted_through
from customhouse.measures.figures import Figure, minus, percent, ratio
from customhouse.measures.levels import LEVELS, level, period_of
from customhouse.measures.rates import base_of, both, change, earlier, growth
from customhouse.measures.request import Lacking, Request
from customhouse.model import Dims, Slice
from customhouse.statistics import Statistics


def share(ask: Request, statistics: Statistics) -> Figure:
    """Part of the whole in per cent; of `change`, the part's change in that of the whole.

    The latter is the contribution to the change in per cent, where the whole changed at all.
    """
    of = ask.metric
    if of == "change":
        part, whole = (change(replace(ask, measure="change", of=None, slice=s), statistics)
                       for s in (ask.slice, whole_of(ask)))
    elif of in LEVELS and of != "price":
        part, whole = (level(replace(ask.about(of), slice=s), statistics) for s in (ask.slice, whole_of(ask)))
    else:
        raise Lacking("measure", f"share of {of} is no measure")
    if part.unit != whole.unit:
        raise Lacking("unit", f"the part is in {part.unit}, the whole in {whole.unit}")
    if of != "change" and whole.value < 0:
        raise Lacking("base", f"the whole of {ask.period} is negative")
    return percent(ratio(part, whole, "%", "share", f"the whole of {ask.period} is 0"), "share")


def share_change(ask: Request, statistics: Statistics) -> Figure:
    """Change of a share on the base in percentage points."""
    period = period_of(ask)
    through = counted_through(ask.slice, period)
    now = share(replace(ask, measure="share", base=None, slice=through), statistics)
    base = earlier(ask)
    before = replace(ask, measure="share", base=None, period=base, known=ask.base_known,
                      slice=counted_back(ask.slice, base, period))
    return minus(now, share(before, statistics), "pp", "share_change")


def contribution(ask: Request, statistics: Statistics) -> Figure:
    """Points that a part adds to the growth of the whole: change of the part / base of the whole x 100."""
    if ask.factor:
        raise Lacking("factor", f"the contribution of {ask.factor} is no part that cells have")
    base_of(ask)
    part = change(replace(ask, measure="change", of=None, whole=None), statistics)
    _, base = both(replace(ask, measure="growth", of=None, slice=whole_of(ask)), statistics)
    if base.value < 0:
        raise Lacking("base", f"the base of the whole of {ask.period} is negative")
    zero = f"the base of the whole of {ask.period} is 0"
    return percent(ratio(part, base, "pp", "contribution", zero), "contribution", unit="pp")


def gap(ask: Request, statistics: Statistics) -> Figure:
    """Difference between the growth (or share) of two slices in one period, in percentage points."""
    one, other = ask.slice, against_of(ask)
    if ask.metric in ("share", "share_change"):
        asks = [replace(ask, measure="share", of=None, slice=s) for s in (one, other)]
        figures = [share(a, statistics) for a in asks]
    else:
        of = None if ask.metric == "growth" else ask.of
        figures = [growth(replace(ask, measure="growth", of=of, slice=s), statistics) for s in (one, other)]
    return minus(figures[0], figures[1], "pp", "gap")


def whole_of(ask: Request) -> Slice:
    """The slice that a part is of. Raises Lacking where nothing tells it."""
    return _widened(ask, ask.whole, "whole")


def against_of(ask: Request) -> Slice:
    """The slice that a gap is measured against. Raises Lacking where nothing tells it."""
    return _widened(ask, ask.against, "against")


def default_whole(part: Slice) -> Dims | None:
    """What is dropped where nothing is said: the one narrowing dimension, or the flow; None if unclear."""
    narrowing = part.narrowing()
    if len(narrowing) == 1:
        return ((narrowing[0], None),)
    if not narrowing and part.flow in ("exports", "imports"):
        return (("flow", "trade"),)
    return None


def _widened(ask: Request, dims: Dims | None, name: str) -> Slice:
    dims = dims or default_whole(ask.slice)
    if dims is None:
        given = ", ".join(ask.slice.narrowing()) or "nothing"
        raise Lacking(name, f"`{name}` does not say which of these the whole drops: {given}")
    found = ask.slice.widen(dims)
    if found == ask.slice:
        raise Lacking(name, f"`{name}` is the slice itself")
    return found
