"""What sources of one period agree on: the meet of their intervals, the best figure in it, what most say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce

from customhouse.quantity import Interval
from customhouse.series.model import Mode, Source
from customhouse.series.sourcing import when

_SAME = 1e-9
"""Relative; ends that differ by less touch."""


def agree(one: Source, other: Source) -> bool:
    """Whether two sources may be of one figure, whichever way each was rounded."""
    return meet((one, other), "either") is not None


def meet(sources: Iterable[Source], mode: Mode) -> Interval | None:
    """What all sources allow under a mode of rounding; None where that is nothing."""
    ends = [source.ends[mode] for source in sources]
    if None in ends:
        return None
    met = reduce(Interval.meet, filter(None, ends))
    slack = _SAME * max(abs(met.low), abs(met.high))
    if not met.empty:
        return met
    if met.low - met.high > slack or met.open_low or met.open_high:
        return None
    return Interval(met.high, met.low)


def best(interval: Interval, sources: Sequence[Source], mode: Mode) -> float:
    """The most precise source's figure where it lies in the interval, else the middle."""
    exact = [s for s in sources if s.kind != "derived" and s.claim.bound == "exact"]
    exact.sort(key=lambda s: (s.kind != "table", width(s.ends[mode])))
    for source in exact[:1]:
        if source.claim.value in interval or interval.low == interval.high == source.claim.value:
            return source.claim.value
    if not math.isfinite(interval.high) or not math.isfinite(interval.low):
        return interval.low if math.isfinite(interval.low) else interval.high
    middle = (interval.low + interval.high) / 2
    short = float(f"{middle:.7g}")
    return short if short in interval else middle


def width(ends: Interval | None) -> float:
    """How wide an interval is."""
    return math.inf if ends is None else ends.high - ends.low


def most(sources: Sequence[Source], latest_first: bool) -> tuple[Interval, list[Source]]:
    """What the most sources agree on; the latest, where they are as many or a revision explains the rest."""
    late = sorted(sources, key=when, reverse=True)
    found: list[tuple[Interval, list[Source]]] = []
    for anchor in late:
        agreeing, met = [anchor], anchor.interval
        for other in late:
            both = meet((*agreeing, other), "half_up")
            if other is not anchor and both is not None:
                agreeing, met = [*agreeing, other], both
        found.append((met, agreeing))
    return found[0] if latest_first else max(found, key=lambda f: len(f[1]))
