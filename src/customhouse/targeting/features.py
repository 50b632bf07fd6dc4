"""What a model sees of a declaration: itself, the past of its keys, and how it stands among its peers.

For each key the number of declarations and of inspections before, the smoothed rate of fraud with the
standard deviation of its posterior (what is new is uncertain, not average), the smoothed revenue of an
inspection, and how long ago the last declaration was; of traders also the last quarter alone. For price and
mass the distance from the mean of earlier declarations of like goods, in logarithms and in spreads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.coding import Coders
from customhouse.targeting.profiles import Clock, Ledger, PeerLedger, smoothed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Floats, History, Whole

STRENGTH = 8.0
"""Cases that a smoothed rate is drawn to the overall rate by."""
RECENT_DAYS = 90
RECENT = ("trader", "declarant", "hs8_origin", "trader_hs4")
"""Keys whose last quarter is looked at by itself."""
PRICED = ("hs8_origin", "hs8", "hs6", "trader_hs8")
"""Keys whose earlier declarations a unit value is compared with."""
WEIGHED = ("trader", "trader_hs8", "hs8")
"""Keys whose earlier declarations a net mass is compared with."""
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A number for each row and name; NaN where there is none."""

    names: tuple[str, ...]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What a past says of any declaration after it, or within it. See `of`."""

    coders: Coders
    ledgers: Mapping[str, Ledger]
    prices: Mapping[str, PeerLedger]
    masses: Mapping[str, PeerLedger]
    overall: Ledger
    day: int

    @classmethod
    def of(cls, frame: Any, history: History, day: int = 1) -> Memory:
        """The memory of declarations (a narwhals frame) with what inspections found of them.

        `day` is how many units of the history's clock a day has. Raises TargetingError.
        """
        import numpy as np

        if len(frame) != len(history):
            raise TargetingError(f"{len(frame)} declarations and {len(history)} outcomes; give one each")
        coders, clock = Coders.of(frame), Clock.of(history)
        codes, amounts = coders.codes(frame), _amounts(frame)
        ledgers = {name: Ledger.of(one, history, clock) for name, one in codes.items()}
        prices, masses = (
            {key: PeerLedger.of(codes[key], amounts[what], history, clock) for key in keys if key in codes}
            for what, keys in (("log_unit_value", PRICED), ("log_net_mass", WEIGHED))
        )
        overall = Ledger.of(np.zeros(len(history), np.int64), history, clock)
        return cls(coders, ledgers, prices, masses, overall, day)

    def features(self, frame: Any, declared: Whole) -> Features:
        """The features of declarations at their moments, of the past's own rows or of later ones."""
        import numpy as np

        codes, amounts = self.coders.codes(frame), _amounts(frame)
        rate, money = self._overall(declared)
        found = dict(amounts)
        for name, ledger in self.ledgers.items():
            found |= _profiled(name, ledger, codes[name], declared, rate, money)
            if name in RECENT:
                window = ledger.past(codes[name], declared, RECENT_DAYS * self.day)
                found[f"{name}_recent_rate"] = smoothed(window.frauds, window.inspections, rate, STRENGTH)
        for what, ledgers in (("log_unit_value", self.prices), ("log_net_mass", self.masses)):
            for name, peer in ledgers.items():
                found |= _beside(f"{what}_{name}", peer, codes[name], declared, amounts[what])
        table = np.stack([np.asarray(one, dtype=np.float32) for one in found.values()], axis=1)
        return Features(tuple(found), table)

    def _overall(self, declared: Whole) -> tuple[Floats, Floats]:
        """The rate of fraud of all inspections before each moment, and what one recovered, in cents."""
        import numpy as np

        all_of_it = self.overall.past(np.zeros(len(declared), np.int64), declared)
        rate = smoothed(all_of_it.frauds, all_of_it.inspections, 0.05, STRENGTH)
        return rate, smoothed(all_of_it.revenue_cents, all_of_it.inspections, 0.0, STRENGTH)


def _profiled(
    name: str, ledger: Ledger, codes: Whole, declared: Whole, rate: Floats, money: Floats
) -> dict[str, Any]:
    import numpy as np

    past = ledger.past(codes, declared)
    mean = smoothed(past.frauds, past.inspections, rate, STRENGTH)
    return {
        f"{name}_declarations": np.log1p(past.declarations),
        f"{name}_inspections": np.log1p(past.inspections),
        f"{name}_rate": mean,
        f"{name}_unsure": np.sqrt(mean * (1 - mean) / (past.inspections + STRENGTH + 1)),
        f"{name}_revenue": np.log1p(smoothed(past.revenue_cents, past.inspections, money, STRENGTH)),
        f"{name}_since": np.log1p(np.where(past.since < 0, np.nan, past.since)),
    }


def _beside(name: str, ledger: PeerLedger, codes: Whole, declared: Whole, mine: Floats) -> dict[str, Any]:
    import numpy as np

    peers = ledger.peers(codes, declared)
    away = mine - peers.mean
    return {
        f"{name}_away": away, f"{name}_spreads": away / np.maximum(peers.spread, _LEAST_SPREAD),
    }  # fmt: skip


def _amounts(frame: Any) -> dict[str, Any]:
    """Amounts of each declaration in logarithms, NaN where they are missing, 0 or less, infinite."""
    import numpy as np

    value, mass, duty = (_numbers(frame, name) for name in ("value_cny", "net_mass_kg", "duty_cny"))
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = [np.log(np.where((one > 0) & np.isfinite(one), one, np.nan)) for one in (value, mass, duty)]
    return {
        "log_value": logs[0], "log_net_mass": logs[1], "log_duty": logs[2],
        "log_unit_value": logs[0] - logs[1], "duty_rate": _numbers(frame, "duty_rate"),
        "aeo": _numbers(frame, "aeo"),
    }  # fmt: skip


def _numbers(frame: Any, name: str) -> Any:
    """A column of numbers; NaN where it is lacking, or where a value is none."""
    import numpy as np

    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    try:
        return np.array([np.nan if one is None else float(one) for one in frame[name].to_list()])
    except (TypeError, ValueError) as error:
        raise TargetingError(f"{name}: not a number ({error}); mend the column or leave it out") from error
