"""The earlier declarations behind a profile, as far as they may be shown (`disclosure`).

All is as it was known when the declaration was lodged, in the `YEAR` days before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.targeting.listing import shown
from customhouse.targeting.why.disclosure import Disclosure, Rate, Typical, about

if TYPE_CHECKING:
    from customhouse.targeting.features import Memory
    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.profiles import Clock

YEAR = 365
"""Days before a declaration that figures are of."""
AMOUNTS = {
    "price": "log_unit_value", "weight": "log_net_mass", "value": "log_value", "duty": "duty_rate",
}  # fmt: skip
"""What is compared: yuan a kilogram, kilograms, yuan, a rate; and the feature that it is kept as."""
LATEST = 10_000
"""Where more are comparable, these many of the latest are looked at."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier declaration of the same trader: id, day (2025-03-31), yuan a kilogram, outcome.

    `unit_value` is None where there is none, `fraud` where no inspection was finished by then, and
    `declaration_id` is empty where the past was given without.
    """

    declaration_id: str
    day: str
    unit_value: float | None
    fraud: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Comparable:
    """The past that a model learnt from, to be asked for what is comparable to a declaration. See `of`."""

    memory: Memory
    disclosure: Disclosure
    traders: Whole
    declared: Whole
    finished: Whole
    fraud: Flags
    amounts: dict[str, Floats]
    overalls: dict[int, Rate | None]

    @classmethod
    def of(cls, memory: Memory, disclosure: Disclosure | None = None) -> Comparable:
        """The past of a fitted model's memory."""
        import numpy as np

        overall = memory.overall
        size = len(overall.declared)
        declared, finished = np.zeros(size, np.int64), np.full(size, np.iinfo(np.int64).max)
        fraud = np.zeros(size, bool)
        declared[overall.lodged.order] = overall.declared
        finished[overall.known.order] = overall.clock.moment(overall.known.places)
        fraud[overall.known.order] = np.diff(overall.frauds) > 0
        amounts = {what: _amounts(memory, column, size) for what, column in AMOUNTS.items()}
        rules = disclosure or Disclosure()
        return cls(memory, rules, _codes(memory, "trader", size), declared, finished, fraud, amounts, {})

    def record(self, key: str, code: int, moment: int, days: int | None = YEAR) -> Rate:
        """What inspections of a key's declarations found that were finished in so many days before.

        Of a trader's own keys alone; what several share is asked of `others`.
        """
        rows = self._known(key, code, moment, days)
        return Rate(len(rows), int(self.fraud[rows].sum()))

    def declarations(self, key: str, code: int, moment: int) -> int:
        """How many declarations of a key were lodged before."""
        return len(self._lodged(key, code, moment, None))

    def few(self, found: Rate) -> bool:
        """Whether so few were found wrong, or clean, that the rate may not be shown, but only a bound."""
        return min(found.frauds, found.inspected - found.frauds) < self.disclosure.cell

    def others(self, key: str, code: int, moment: int, trader: int) -> Rate | None:
        """What inspections found in a key's declarations by other traders; None where it may not be shown."""
        rows = self._known(key, code, moment, YEAR)
        return self._rate(rows[self.traders[rows] != trader])

    def overall(self, moment: int) -> Rate | None:
        """What all inspections found; None where it may not be shown."""
        if moment not in self.overalls:
            import numpy as np

            ledger = self.memory.overall
            first, last = _ends(ledger.clock, ledger.known.places, 0, moment, YEAR * self.memory.day)
            self.overalls[moment] = self._rate(np.asarray(ledger.known.order[first:last][-LATEST:]))
        return self.overalls[moment]

    def uninspected(self, key: str, code: int, moment: int, trader: int) -> int | None:
        """How many declarations other traders lodged, where no outcome of any is known; None otherwise."""
        rows = self._lodged(key, code, moment, YEAR)[-LATEST:]
        rows = rows[self.traders[rows] != trader]
        if (self.finished[rows] < moment).any():
            return None
        shown = self._shown(rows)
        return None if shown is None else about(len(shown))

    def typical(
        self, what: str, key: str, code: int, moment: int, mine: float, trader: int
    ) -> Typical | None:
        """An amount (of AMOUNTS) of a key's declarations by others; None where it may not be shown."""
        import numpy as np

        rows = self._lodged(key, code, moment, YEAR)[-LATEST:]
        rows = rows[(self.traders[rows] != trader) & np.isfinite(self.amounts[what][rows])]
        shown = self._shown(rows)
        found = None if shown is None else self._typical(what, shown, mine)
        return None if found is None else found.rounded(3 if what == "duty" else 2)

    def own(self, what: str, key: str, code: int, moment: int, mine: float) -> Typical | None:
        """The same of the trader's own declarations; None where it has no earlier ones."""
        return self._typical(what, self._lodged(key, code, moment, None), mine)

    def earlier(
        self, code: int, moment: int, most: int, ids: Sequence[str] | None = None
    ) -> tuple[Earlier, ...]:
        """A trader's own latest declarations before a moment, the latest first."""
        if code < 0 or "trader" not in self.memory.ledgers:
            return ()
        rows = self._lodged("trader", code, moment, None)[::-1][:most]
        return tuple(self._told(int(row), moment, ids) for row in rows)

    def _told(self, row: int, moment: int, ids: Sequence[str] | None) -> Earlier:
        import numpy as np

        price = float(self.amounts["price"][row])
        known = bool(self.finished[row] < moment)
        return Earlier(
            "" if ids is None else str(ids[row]), shown(int(self.declared[row]) // self.memory.day),
            price if np.isfinite(price) else None, bool(self.fraud[row]) if known else None,
        )  # fmt: skip

    def _rate(self, rows: Whole) -> Rate | None:
        shown = self._shown(rows)
        return None if shown is None else Rate(len(shown), int(self.fraud[shown].sum()))

    def _shown(self, rows: Whole) -> Whole | None:
        """Those of other traders' declarations that a figure may be made of."""
        found = self.disclosure.shown(self.traders[rows])
        return None if found is None else rows[found]

    def _typical(self, what: str, rows: Whole, mine: float) -> Typical | None:
        import numpy as np

        found = self.amounts[what][rows]
        found = found[np.isfinite(found)]
        if not len(found):
            return None
        below = float((found < mine).sum() + (found == mine).sum() / 2) / len(found)
        return Typical(len(found), float(np.median(found)), below)

    def _lodged(self, key: str, code: int, moment: int, days: int | None) -> Whole:
        ledger = self.memory.ledgers[key]
        window = None if days is None else days * self.memory.day
        first, last = _ends(ledger.clock, ledger.lodged.places, code, moment, window)
        return ledger.lodged.order[first:last]

    def _known(self, key: str, code: int, moment: int, days: int | None) -> Whole:
        ledger = self.memory.ledgers[key]
        window = None if days is None else days * self.memory.day
        first, last = _ends(ledger.clock, ledger.known.places, code, moment, window)
        return ledger.known.order[first:last][-LATEST:]


def _ends(clock: Clock, places: Whole, code: int, moment: int, window: int | None) -> tuple[int, int]:
    """Where the events of a key before a moment begin and end, among all in order."""
    import numpy as np

    first = 0 if window is None else int(clock.rank(np.array([moment - window]))[0])
    ranks = np.array([first, int(clock.rank(np.array([moment]))[0])])
    early, late = np.searchsorted(places, clock.place(np.array([code, code]), ranks))
    return (int(early), int(late)) if code >= 0 else (0, 0)


def _codes(memory: Memory, key: str, size: int) -> Whole:
    """The code of a key for each row of the past, -1 where it is missing."""
    import numpy as np

    found = np.full(size, -1)
    if key in memory.ledgers:
        ledger = memory.ledgers[key]
        found[ledger.lodged.order] = ledger.clock.key(ledger.lodged.places)
    return found


def _amounts(memory: Memory, column: str, size: int) -> Floats:
    """The amount of each row of the past as any ledger of peers has it; NaN where none has."""
    import numpy as np

    found = np.full(size, np.nan)
    for (what, _), ledger in memory.peers.compared.items():
        if what == column:
            found[ledger.lodged.order] = np.diff(ledger.total) + ledger.middle
    return np.exp(found) if column.startswith("log_") else found
