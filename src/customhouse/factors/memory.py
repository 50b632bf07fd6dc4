"""What was computed of statistics, kept with them: it costs seconds, and the same is asked many times."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, TypeVar
from weakref import ref

from customhouse.statistics import Remembered, Statistics

_Made = TypeVar("_Made")
_KEPT = 256
"""Results that are kept of one set of statistics; the oldest goes first."""
_results: dict[int, tuple[ref[Any], dict[Hashable, Any]]] = {}


def source(statistics: Statistics) -> Statistics:
    """The statistics that others only remember."""
    while isinstance(statistics, Remembered):
        statistics = statistics.within
    return statistics


def remembered(statistics: Statistics, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What was made under a key of these statistics before, else what `make` gives now.

    Statistics do not change: a store that was loaded into has others. What is kept goes with them.
    """
    kept = _of(source(statistics))
    if key not in kept:
        made = make()
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = made
    found: _Made = kept[key]
    return found


def reporter_of(statistics: Statistics) -> str | None:
    """Whose trade the statistics are, where they say it."""
    return getattr(source(statistics), "reporter", None)


def _of(statistics: Statistics) -> dict[Hashable, Any]:
    """What is kept of statistics, by which object they are: equal ones need not stay equal."""
    place = id(statistics)
    known = _results.get(place)
    if known is not None and known[0]() is statistics:
        return known[1]
    kept: dict[Hashable, Any] = {}
    with suppress(TypeError):  # what cannot be referred to weakly is asked anew each time
        _results[place] = ref(statistics, lambda _: _results.pop(place, None)), kept
    return kept
