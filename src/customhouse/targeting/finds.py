"""What inspections found of a trader before: at which prices, rates of duty and routes its frauds were.

A habit has a kind. Whoever declared too little before is suspected at a low price, and whoever was found
with a false origin at the rate of duty that it spares, not at any price. So each declaration is set beside
the mean of the frauds of its trader that were known before it; of traders without any there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.targeting.history import History
from customhouse.targeting.peers import PRICE_AWAY
from customhouse.targeting.profiles import Clock, PeerLedger

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Floats, Whole

KEY = "trader"
COMPARED: Mapping[str, str] = {"price": PRICE_AWAY, "duty": "duty_rate", "route": "direct"}
"""What frauds are compared by, and the feature that has it."""
_DECIMALS = 6
"""Sums over other frauds differ in their last digits, and nothing that is known later may show."""


@dataclass(frozen=True, slots=True, eq=False)
class FindsMemory:
    """What the frauds of a past were like, by trader and from the moment on that they were known."""

    ledgers: Mapping[str, PeerLedger]

    @classmethod
    def of(cls, traders: Codes, columns: Mapping[str, Floats], finished: Whole) -> FindsMemory:
        """The memory of frauds alone: the trader of each, its features, and when its inspection ended."""
        import numpy as np

        known = History.of(finished, *np.zeros((2, len(finished)), bool))
        clock = Clock.of(known)
        ledger = {name: PeerLedger.of(traders, columns[one], known, clock) for name, one in COMPARED.items()}
        return cls(ledger)

    def features(self, traders: Codes, columns: Mapping[str, Floats], declared: Whole) -> dict[str, Floats]:
        """What the frauds of declarations' traders were like, and how far off each declaration is."""
        import numpy as np

        found: dict[str, Floats] = {}
        for name, ledger in self.ledgers.items():
            mean = np.round(ledger.peers(traders, declared).mean, _DECIMALS)
            found[f"{KEY}_finds_{name}"] = mean
            found[f"{KEY}_finds_{name}_away"] = columns[COMPARED[name]] - mean
        return found
