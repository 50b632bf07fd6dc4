"""How a declaration stands among its peers of the past: like goods, the same trader, the same origin.

Unit value, mass, value and rate of duty are compared with the mean of earlier declarations of a key, in
logarithms and in standard deviations. Beside that the unit value is compared with what its goods, trader and
origin together let expect: the mean at each depth of the code is drawn towards the mean one depth above, so
that a code with few declarations leans on its neighbours, and what trader and origin usually add to it is
taken off. Means are shrunk as those of a normal distribution with known variance ratio (Gelman and others,
Bayesian Data Analysis, 3rd edition, section 5.4): (sum + s above) / (count + s).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting.profiles import Clock, Ledger, PeerLedger

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Floats, History, Whole

    Keyed = Mapping[str, Codes]

COMPARED: Mapping[str, tuple[str, ...]] = {
    "log_unit_value": ("hs8_origin", "hs8", "hs6", "trader_hs8", "trader"),
    "log_net_mass": ("trader", "trader_hs8", "hs8"),
    "log_value": ("trader", "trader_hs4"),
    "duty_rate": ("hs8", "hs6", "hs4", "trader", "trader_hs4"),
}
"""Quantities, and the keys whose earlier declarations they are compared with."""
DEPTHS = ("hs2", "hs4", "hs6", "hs8")
ADDED = ("trader", "origin")
"""What adds to the usual unit value of goods."""
SHRINK = 4.0
"""Declarations that a shrunk mean leans on the mean above by."""
PRICE_AWAY = "log_unit_value_expected_away"
"""The feature that says how far a unit value is from what its goods let expect."""
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class PeerMemory:
    """The quantities of a past by key, and what unit values were beside what was expected of them."""

    compared: Mapping[tuple[str, str], PeerLedger]
    depths: Mapping[str, PeerLedger]
    added: Mapping[str, PeerLedger]
    left: PeerLedger

    @classmethod
    def of(
        cls, codes: Keyed, amounts: Mapping[str, Floats], history: History, ledgers: Mapping[str, Ledger],
        clock: Clock,
    ) -> PeerMemory:  # fmt: skip
        """The peers of a past: the codes of its keys, its quantities, and the ledgers of its keys."""
        import numpy as np

        def ledger(key: str, values: Floats) -> PeerLedger:
            return PeerLedger.of(codes[key], values, history, clock, ledgers[key])

        compared = {
            (what, key): ledger(key, amounts[what])
            for what, keys in COMPARED.items() for key in keys if key in codes
        }  # fmt: skip
        price = amounts["log_unit_value"]
        every = np.zeros(len(price), np.int64)
        depths = {"": PeerLedger.of(every, price, history, clock)}
        depths |= {key: compared.get(("log_unit_value", key)) or ledger(key, price)
                   for key in DEPTHS if key in codes}  # fmt: skip
        away = price - _expected(depths, codes, history.declared)
        added = {key: ledger(key, away) for key in ADDED if key in codes}
        left = away - _usual(added, codes, history.declared)
        return cls(compared, depths, added, PeerLedger.of(every, left, history, clock))

    def features(self, codes: Keyed, amounts: Mapping[str, Floats], declared: Whole) -> dict[str, Floats]:
        """How declarations stand, at their moments: differences in logarithms, and in spreads."""
        found: dict[str, Floats] = {}
        for (what, key), ledger in self.compared.items():
            peers = ledger.peers(codes[key], declared)
            away = amounts[what] - peers.mean
            found[f"{what}_{key}_away"] = away
            if what != "duty_rate":
                found[f"{what}_{key}_spreads"] = away / _floor(peers.spread)
        away = self.price_away(codes, amounts, declared)
        left = away - _usual(self.added, codes, declared)
        return found | {PRICE_AWAY: away, "log_unit_value_usual_away": left}

    def price_away(self, codes: Keyed, amounts: Mapping[str, Floats], declared: Whole) -> Floats:
        """How far unit values are, in logarithms, from what their goods let expect at their moments."""
        away: Floats = amounts["log_unit_value"] - _expected(self.depths, codes, declared)
        return away


def _expected(depths: Mapping[str, PeerLedger], codes: Keyed, declared: Whole) -> Floats:
    """The unit value that goods let expect: shrunk means, one depth after the other."""
    import numpy as np

    every = np.zeros(len(declared), np.int64)
    mean: Any = np.nan
    for key, ledger in depths.items():
        peers = ledger.peers(codes[key] if key else every, declared)
        mean = _shrunk(peers.mean, peers.count, mean) if key else peers.mean
    return np.asarray(mean, dtype=np.float64)


def _usual(added: Mapping[str, PeerLedger], codes: Keyed, declared: Whole) -> Floats:
    """What trader and origin usually add, nothing for new ones."""
    import numpy as np

    total = np.zeros(len(declared))
    for key, ledger in added.items():
        peers = ledger.peers(codes[key], declared)
        total += _shrunk(peers.mean, peers.count, 0.0)
    return total


def _shrunk(mean: Floats, count: Whole, above: Any) -> Any:
    import numpy as np

    return (np.where(count > 0, mean, 0.0) * count + SHRINK * above) / (count + SHRINK)


def _floor(spread: Floats) -> Any:
    import numpy as np

    return np.maximum(spread, _LEAST_SPREAD)
