"""How risky a trader, a good or an origin was by the moment of each declaration.

A profile counts what was known strictly before: declarations lodged earlier, inspections finished
earlier. So no row sees its own outcome or a later one, and no fold is needed. All rows are counted in one
ordered pass: events stand in the order of key and moment, sums run along them, and each row takes the
difference of two places that a binary search finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Floats, History, Whole

    Codes = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was known of the key of each row when it was declared.

    `declarations` were lodged before, `inspections` finished before; `frauds` and `revenue_cents` are
    what those found. `since` is how long ago the key's last declaration was, -1 for a new key.
    """

    declarations: Whole
    inspections: Whole
    frauds: Whole
    revenue_cents: Whole
    since: Whole


def past(codes: Codes, history: History, window: int | None = None) -> Past:
    """The past of each row's key.

    `codes` are whole numbers, a key each; below 0 is a key that is missing, of which nothing is known.
    With `window` only what happened in so long before the declaration counts. Raises TargetingError.
    """
    import numpy as np

    if codes.shape != history.declared.shape:
        raise TargetingError(f"keys have the shape {codes.shape}, declarations {history.declared.shape}")
    if window is not None and window <= 0:
        raise TargetingError(f"a window of {window}: it has to be above 0")
    there = codes >= 0
    line = _Line.of(codes, history, window)
    lodged = _Events.of(line, there, codes, history.declared)
    known = _Events.of(line, there & history.inspected, codes, history.finished)
    early, late = line.from_, line.until
    found = known.order
    frauds = known.sums(history.fraud[found].astype(np.int64), early, late)
    revenue = known.sums(history.revenue_cents[found], early, late)
    since = _since(lodged, history.declared, line.begin, late)
    return Past(
        lodged.sums(None, early, late), known.sums(None, early, late), frauds, revenue,
        np.asarray(np.where(there, since, -1)),
    )  # fmt: skip


def smoothed(part: Whole | Floats, whole: Whole | Floats, prior: Floats | float, strength: float) -> Floats:
    """A rate drawn towards `prior` as by `strength` cases: (part + strength prior) / (whole + strength).

    The mean of the posterior of a beta (rates) or gamma (amounts) prior; Micci-Barreca (2001, SIGKDD
    Explorations 3) does so for categories with many values. Raises TargetingError for a strength of 0.
    """
    import numpy as np

    if not strength > 0:
        raise TargetingError(f"a strength of {strength:g}: it has to be above 0")
    return np.asarray((part + strength * np.asarray(prior)) / (whole + strength), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Keys and moments on one line of whole numbers: all of a key together, in the order of time.

    `begin`, `from_` and `until` are the places of each row's key, of the start of its window, and of its
    moment.
    """

    moments: Whole
    begin: Whole
    from_: Whole
    until: Whole

    @classmethod
    def of(cls, codes: Codes, history: History, window: int | None) -> _Line:
        import numpy as np

        events = np.concatenate([history.declared, history.finished[history.inspected]])
        moments = np.unique(events)
        begin = codes.astype(np.int64) * (len(moments) + 1)
        until = begin + np.searchsorted(moments, history.declared)
        if window is None:
            return cls(moments, begin, begin, until)
        return cls(moments, begin, begin + np.searchsorted(moments, history.declared - window), until)

    def place(self, codes: Codes, at: Whole) -> Whole:
        """Where moments of keys stand."""
        import numpy as np

        return np.asarray(
            codes.astype(np.int64) * (len(self.moments) + 1) + np.searchsorted(self.moments, at)
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Events in their order: their places on the line, and the rows that they are of."""

    places: Whole
    order: Whole

    @classmethod
    def of(cls, line: _Line, chosen: Any, codes: Codes, at: Whole) -> _Events:
        import numpy as np

        rows = np.flatnonzero(chosen)
        places = line.place(codes[rows], at[rows])
        order = np.argsort(places, kind="stable")
        return cls(places[order], rows[order])

    def sums(self, values: Whole | None, early: Whole, late: Whole) -> Whole:
        """The sum of values (the number of events) from each early place up to each late one, left out."""
        import numpy as np

        first, last = (np.searchsorted(self.places, places) for places in (early, late))
        if values is None:
            return np.asarray(last - first)
        running = np.concatenate([[0], np.cumsum(values)])
        return np.asarray(running[last] - running[first])


def _since(lodged: _Events, declared: Whole, begin: Whole, late: Whole) -> Whole:
    """How long before its moment the key of each row was last declared; -1 where never."""
    import numpy as np

    if not len(lodged.order):
        return np.full(len(declared), -1, np.int64)
    last = np.searchsorted(lodged.places, late) - 1
    before = (last >= 0) & (lodged.places[np.maximum(last, 0)] >= begin)
    return np.asarray(np.where(before, declared - declared[lodged.order[np.maximum(last, 0)]], -1))
