"""How risky a trader, a good or an origin was by the moment of each declaration.

A profile counts what was known strictly before: declarations lodged earlier, inspections finished
earlier. So no row sees its own outcome or a later one, and no fold is needed. All rows are counted in one
ordered pass: events stand in the order of key and moment, sums run along them, and each row takes the
difference of two places that a binary search finds. The events of a past that was learnt from are kept
(`Ledger`), so that new declarations are asked for alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags, Floats, History, Whole


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
class Peers:
    """What earlier declarations of the same key had: their number, the mean of a quantity, its spread.

    `mean` and `spread` (the standard deviation) are NaN with less than one and two of them.
    """

    count: Whole
    mean: Floats
    spread: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The moments of a history in order, each once: worked out once for all keys."""

    moments: Whole
    declared: Whole
    finished: Whole

    @classmethod
    def of(cls, history: History) -> Clock:
        """The moments of declarations and of outcomes, and the ranks of the history's rows among them."""
        import numpy as np

        moments = np.unique(np.concatenate([history.declared, history.finished[history.inspected]]))
        return cls(moments, *(np.searchsorted(moments, at) for at in (history.declared, history.finished)))

    def rank(self, at: Whole) -> Whole:
        """How many moments lie before each."""
        import numpy as np

        return np.asarray(np.searchsorted(self.moments, at))

    def place(self, codes: Codes, rank: Whole) -> Whole:
        """Where ranks of keys stand on one line: all of a key together, in the order of time."""
        import numpy as np

        return np.asarray(codes.astype(np.int64) * (len(self.moments) + 1) + rank)

    def moment(self, place: Whole) -> Whole:
        """The moment of a place that `place` gave for one of these moments."""
        return self.moments[place % (len(self.moments) + 1)]

    def key(self, place: Whole) -> Whole:
        """The code of the key of a place."""
        return place // (len(self.moments) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The events of a history by key, to be asked of any moment. See `of`."""

    clock: Clock
    lodged: _Events
    known: _Events
    frauds: Whole
    revenue_cents: Whole

    @classmethod
    def of(cls, codes: Codes, history: History, clock: Clock | None = None) -> Ledger:
        """The ledger of one key.

        `codes` are whole numbers, a key each; below 0 is a key that is missing, of which nothing is known.
        `clock` is that of the history, where several keys share it. Raises TargetingError for codes that
        are not one a declaration.
        """
        import numpy as np

        if codes.shape != history.declared.shape:
            raise TargetingError(f"keys have the shape {codes.shape}, declarations {history.declared.shape}")
        clock, there = clock or Clock.of(history), codes >= 0
        lodged = _Events.of(there, clock.place(codes, clock.declared))
        known = _Events.of(there & history.inspected, clock.place(codes, clock.finished))
        frauds, money = (_running(one[known.order]) for one in (history.fraud, history.revenue_cents))
        return cls(clock, lodged, known, frauds.astype(np.int32), money)

    @property
    def declared(self) -> Whole:
        """When the declarations were lodged, in the order of key and moment."""
        return self.clock.moment(self.lodged.places)

    def past(self, codes: Codes, declared: Whole, window: int | None = None) -> Past:
        """The past of keys at moments, of the history's own rows or of others, as far as the history goes.

        With `window` only what happened in so long before a moment counts. Raises TargetingError.
        """
        asked = _Asked.of(self.clock, codes, declared, window)
        (since, until), (first, last) = self.lodged.ends(asked), self.known.ends(asked)
        frauds, money = (asked.back(one[last] - one[first]) for one in (self.frauds, self.revenue_cents))
        return Past(
            asked.back(until - since), asked.back(last - first), frauds, money,
            self._since(asked, until - 1, declared),
        )  # fmt: skip

    def _since(self, asked: _Asked, last: Whole, declared: Whole) -> Whole:
        """How long before the moments the declarations at places `last` were, -1 for those of other keys."""
        import numpy as np

        at = np.maximum(last, 0)
        if not len(self.lodged.places):
            return np.full(len(declared), -1)
        before = (last >= 0) & (self.lodged.places[at] >= asked.key)
        gone = declared[asked.rows] - self.clock.moment(self.lodged.places[at])
        return np.asarray(asked.back(np.where(before, gone, -1)))


@dataclass(frozen=True, slots=True, eq=False)
class PeerLedger:
    """A quantity of the declarations of a history by key, inspected or not. See `of`."""

    clock: Clock
    lodged: _Events
    middle: float
    total: Floats
    squares: Floats

    @classmethod
    def of(
        cls, codes: Codes, values: Floats, history: History, clock: Clock | None = None,
        ledger: Ledger | None = None,
    ) -> PeerLedger:  # fmt: skip
        """The ledger of a quantity; rows whose value is NaN are no peers.

        `ledger` is that of the same key, whose order serves where every row has a value. Raises
        TargetingError.
        """
        import numpy as np

        if not codes.shape == values.shape == history.declared.shape:
            shapes = (codes.shape, values.shape, history.declared.shape)
            raise TargetingError(f"keys, values and declarations have the shapes {shapes}")
        clock, there = clock or Clock.of(history), (codes >= 0) & np.isfinite(values)
        whole = ledger is not None and len(ledger.lodged.places) == int(there.sum())
        lodged = ledger.lodged if whole and ledger else _Events.of(there, clock.place(codes, clock.declared))
        middle = float(np.mean(values[there])) if there.any() else 0.0  # sums of what is small stay exact
        moved = values[lodged.order] - middle
        return cls(clock, lodged, middle, _running(moved), _running(moved**2))

    def peers(self, codes: Codes, declared: Whole, window: int | None = None) -> Peers:
        """What the earlier declarations of keys had, at moments; as `Ledger.past`."""
        import numpy as np

        asked = _Asked.of(self.clock, codes, declared, window)
        first, last = self.lodged.ends(asked)
        count = asked.back(last - first)
        total, squares = (asked.back(one[last] - one[first]) for one in (self.total, self.squares))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(count > 0, total / count, np.nan)
            variance = (squares - count * mean**2) / (count - 1)
            spread = np.where(count > 1, np.sqrt(np.maximum(variance, 0)), np.nan)
        return Peers(count, mean + self.middle, spread)


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
    """Rows in the order of key and moment, found fast so; their places: of key, of window, of moment."""

    rows: Whole
    key: Whole
    early: Whole
    late: Whole

    @classmethod
    def of(cls, clock: Clock, codes: Codes, declared: Whole, window: int | None) -> _Asked:
        import numpy as np

        if codes.shape != declared.shape:
            raise TargetingError(f"keys have the shape {codes.shape}, moments {declared.shape}")
        if window is not None and window <= 0:
            raise TargetingError(f"a window of {window}: it has to be above 0")
        none = np.zeros(len(declared), np.int64)
        late = clock.place(codes, clock.rank(declared))
        early = clock.place(codes, none if window is None else clock.rank(declared - window))
        order = np.argsort(late, kind="stable")
        return cls(order, clock.place(codes, none)[order], early[order], late[order])

    def back(self, values: Any) -> Any:
        """Values in the order asked, in that of the rows."""
        import numpy as np

        found = np.empty_like(values)
        found[self.rows] = values
        return found


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
        return cls(places[order], order.astype(np.int32))

    def ends(self, asked: _Asked) -> tuple[Whole, Whole]:
        """Where the events of each early place begin, and where those of each late one do."""
        import numpy as np

        return np.searchsorted(self.places, asked.early), np.searchsorted(self.places, asked.late)


def _running(values: Any) -> Any:
    """Sums up to each event, from 0: whole numbers of whole numbers."""
    import numpy as np

    kind = np.int64 if values.dtype.kind in "bi" else np.float64
    return np.concatenate([np.zeros(1, kind), np.cumsum(values, dtype=kind)])
