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

    from customhouse.targeting.history import Flags, Floats, History, Whole

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


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The moments of a history in order, worked out once for all keys: ranks of rows among them.

    `start` is the rank at which the window of each row begins, 0 without a window.
    """

    history: History
    declared: Whole
    finished: Whole
    start: Whole
    moments: int

    @classmethod
    def of(cls, history: History, window: int | None = None) -> Clock:
        """With `window` only what happened in so long before a declaration counts. Raises TargetingError."""
        import numpy as np

        if window is not None and window <= 0:
            raise TargetingError(f"a window of {window}: it has to be above 0")
        moments = np.unique(np.concatenate([history.declared, history.finished[history.inspected]]))
        declared, finished = (np.searchsorted(moments, at) for at in (history.declared, history.finished))
        start = np.zeros(len(history), np.int64)
        if window is not None:
            start = np.searchsorted(moments, history.declared - window)
        return cls(history, declared, finished, start, len(moments) + 1)


def past(codes: Codes, clock: Clock) -> Past:
    """The past of each row's key.

    `codes` are whole numbers, a key each; below 0 is a key that is missing, of which nothing is known.
    Raises TargetingError for codes that are not one a declaration.
    """
    import numpy as np

    history = clock.history
    asked, begin = _asked(codes, clock)
    there = codes >= 0
    lodged = _Events.of(there, begin + clock.declared)
    known = _Events.of(there & history.inspected, begin + clock.finished)
    sums = [
        known.sums(values, asked)
        for values in (history.fraud[known.order].astype(np.int64), history.revenue_cents[known.order])
    ]
    return Past(
        lodged.sums(None, asked), known.sums(None, asked), sums[0], sums[1],
        _since(lodged, asked, history.declared),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Peers:
    """What earlier declarations of the same key had: their number, the mean of a quantity, its spread.

    `mean` and `spread` (the standard deviation) are NaN with less than one and two of them.
    """

    count: Whole
    mean: Floats
    spread: Floats


def peers(codes: Codes, values: Floats, clock: Clock) -> Peers:
    """The earlier declarations of each row's key, inspected or not; rows whose value is NaN are no peers."""
    import numpy as np

    asked, begin = _asked(codes, clock)
    there = (codes >= 0) & np.isfinite(values)
    lodged = _Events.of(there, begin + clock.declared)
    middle = float(np.mean(values[there])) if there.any() else 0.0  # sums of what is small stay exact
    moved = values[lodged.order] - middle
    count = lodged.sums(None, asked)
    total, squares = (lodged.sums(column, asked) for column in (moved, moved**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, total / count, np.nan)
        variance = (squares - count * mean**2) / (count - 1)
        spread = np.where(count > 1, np.sqrt(np.maximum(variance, 0)), np.nan)
    return Peers(count, mean + middle, spread)


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
class _Asked:
    """Rows in the order of key and moment, and their places there: of the key, the window, the moment."""

    rows: Whole
    key: Whole
    early: Whole
    late: Whole

    def back(self, values: Any) -> Any:
        """Values in the order asked, in that of the rows."""
        import numpy as np

        found = np.empty_like(values)
        found[self.rows] = values
        return found


def _asked(codes: Codes, clock: Clock) -> tuple[_Asked, Whole]:
    """The rows in the order of key and moment, in which places are found fast, and each row's key."""
    import numpy as np

    if codes.shape != clock.declared.shape:
        raise TargetingError(f"keys have the shape {codes.shape}, declarations {clock.declared.shape}")
    begin = codes.astype(np.int64) * clock.moments
    order = np.argsort(begin + clock.declared, kind="stable")
    places = (begin, begin + clock.start, begin + clock.declared)
    return _Asked(order, *(one[order] for one in places)), begin


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Events by key and moment: their places in that order, and the rows that they are of."""

    places: Whole
    order: Whole

    @classmethod
    def of(cls, chosen: Flags, places: Whole) -> _Events:
        import numpy as np

        rows = np.flatnonzero(chosen)
        order = rows[np.argsort(places[rows], kind="stable")]
        return cls(places[order], order)

    def sums(self, values: Any, asked: _Asked) -> Any:
        """The sum of values (the number of events) from each early place up to each late one, left out."""
        import numpy as np

        first, last = (np.searchsorted(self.places, places) for places in (asked.early, asked.late))
        if values is None:
            return np.asarray(asked.back(last - first))
        running = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])
        return np.asarray(asked.back(running[last] - running[first]))


def _since(lodged: _Events, asked: _Asked, declared: Whole) -> Whole:
    """How long before its moment the key of each row was last declared; -1 where never."""
    import numpy as np

    if not len(lodged.order):
        return np.full(len(declared), -1, np.int64)
    last = np.searchsorted(lodged.places, asked.late) - 1
    before = (last >= 0) & (lodged.places[np.maximum(last, 0)] >= asked.key)
    gone = declared[asked.rows] - declared[lodged.order[np.maximum(last, 0)]]
    return np.asarray(asked.back(np.where(before, gone, -1)))
