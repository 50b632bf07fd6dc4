"""What a model sees of a declaration: itself, the past of its keys, and how it stands among its peers.

For each key the number of declarations and of inspections before, the smoothed rate of fraud with the
standard deviation of its posterior (what is new is uncertain, not average), the smoothed revenue of an
inspection, and how long ago the last declaration was; of traders also the last quarter alone, and what their
frauds were like that are known. For price and mass the distance from the mean of earlier declarations of like
goods, in logarithms and in spreads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.coding import COLUMNS, Coders
from customhouse.targeting.columns import Texts, numbers_of
from customhouse.targeting.finds import KEY, FindsMemory
from customhouse.targeting.peers import PRICE_AWAY, PeerMemory
from customhouse.targeting.profiles import Clock, Ledger, smoothed

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Floats, History, Whole

_AT_ONCE = 100_000
"""Rows whose features are computed at once, so that memory holds little beside the table itself."""
STRENGTH = 8.0
"""Cases that a smoothed rate is drawn to the overall rate by."""
PRIOR = 0.05
"""The rate of fraud that is thought of before anything is known."""
RECENT_DAYS = 90
RECENT = ("trader", "declarant", "hs8_origin", "trader_hs4")
"""Keys whose last quarter is looked at by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A number for each row and name; NaN where there is none."""

    names: tuple[str, ...]
    values: Floats

    def column(self, name: str) -> Floats:
        """The feature of that name of each row."""
        return self.values[:, self.names.index(name)]


def rising(names: Sequence[str]) -> list[bool]:
    """Which features say what past inspections found: more of it never makes fraud less likely."""
    return [name.endswith(("_rate", "_revenue")) and name != "duty_rate" for name in names]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What a past says of any declaration after it, or within it. See `of`."""

    coders: Coders
    ledgers: Mapping[str, Ledger]
    peers: PeerMemory
    finds: FindsMemory | None
    overall: Ledger
    day: int

    @classmethod
    def of(cls, frame: Any, history: History, day: int = 1, keys: Sequence[str] = ()) -> Memory:
        """The memory of declarations (a narwhals frame) with what inspections found of them.

        `day` is how many units of the history's clock a day has, `keys` names further columns to keep
        profiles of. Raises TargetingError.
        """
        return cls.learnt(frame, history, slice(0, 0), day, keys)[0]

    @classmethod
    def learnt(
        cls, frame: Any, history: History, rows: Any, day: int = 1, keys: Sequence[str] = ()
    ) -> tuple[Memory, Features]:
        """The memory of declarations, and the features of some of them (numbers of rows) to learn from."""
        if len(frame) != len(history):
            raise TargetingError(f"{len(frame)} declarations and {len(history)} outcomes; give one each")
        coders = Coders.of(frame, keys)
        codes, amounts = coders.codes(frame), amounts_of(frame)
        memory = cls.coded(coders, codes, amounts, history, day)
        mine, ours = ({name: one[rows] for name, one in of.items()} for of in (codes, amounts))
        del codes, amounts
        return memory, memory.features_of(mine, ours, history.declared[rows])

    @classmethod
    def coded(
        cls, coders: Coders, codes: Mapping[str, Codes], amounts: Mapping[str, Floats], history: History,
        day: int = 1,
    ) -> Memory:  # fmt: skip
        """The same of declarations that are numbers already: codes of each key, and their amounts."""
        import numpy as np

        clock = Clock.of(history)
        ledgers = {name: Ledger.of(one, history, clock) for name, one in codes.items()}
        peers = PeerMemory.of(codes, amounts, history, ledgers, clock)
        overall = Ledger.of(np.zeros(len(history), np.int64), history, clock)
        return cls(coders, ledgers, peers, _finds(codes, amounts, history, peers), overall, day)

    def features(self, frame: Any, declared: Whole) -> Features:
        """The features of declarations at their moments, of the past's own rows or of later ones."""
        return self.features_of(self.coders.codes(frame), amounts_of(frame), declared)

    def features_of(
        self, codes: Mapping[str, Codes], amounts: Mapping[str, Floats], declared: Whole
    ) -> Features:
        """The same of declarations that are numbers already, coded by the coders of the past."""
        import numpy as np

        names: tuple[str, ...] = ()
        table = np.empty((0, 0))
        for start in range(0, max(1, len(declared)), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            mine = {name: one[rows] for name, one in codes.items()}
            found = self._block(mine, {name: one[rows] for name, one in amounts.items()}, declared[rows])
            if not start:
                names, table = tuple(found), np.empty((len(declared), len(found)))
            _fill(table[rows], list(found.values()))
        return Features(names, table)

    def _block(
        self, codes: Mapping[str, Codes], amounts: Mapping[str, Floats], declared: Whole
    ) -> dict[str, Any]:
        """The features of some rows by name."""
        import numpy as np

        rate, money = self._overall(declared)
        found = dict(amounts)
        for name, ledger in self.ledgers.items():
            found |= _profiled(name, ledger, codes[name], declared, rate, money)
            if name in RECENT:
                window = ledger.past(codes[name], declared, RECENT_DAYS * self.day)
                found[f"{name}_recent_rate"] = smoothed(window.frauds, window.inspections, rate, STRENGTH)
                found[f"{name}_recent_inspections"] = np.log1p(window.inspections)
        found |= self.peers.features(codes, amounts, declared)
        return found | (self.finds.features(codes[KEY], found, declared) if self.finds else {})

    def _overall(self, declared: Whole) -> tuple[Floats, Floats]:
        """The rate of fraud of all inspections before each moment, and what one recovered, in cents."""
        import numpy as np

        all_of_it = self.overall.past(np.zeros(len(declared), np.int64), declared)
        rate = smoothed(all_of_it.frauds, all_of_it.inspections, PRIOR, STRENGTH)
        return rate, smoothed(all_of_it.revenue_cents, all_of_it.inspections, 0.0, STRENGTH)


def _finds(
    codes: Mapping[str, Codes], amounts: Mapping[str, Floats], history: History, peers: PeerMemory
) -> FindsMemory | None:
    """What is remembered of frauds; None where no column tells traders."""
    import numpy as np

    if KEY not in codes:
        return None
    rows = np.flatnonzero(history.fraud)
    mine = {name: one[rows] for name, one in codes.items()}
    ours = {name: one[rows] for name, one in amounts.items()}
    away = peers.price_away(mine, ours, history.declared[rows])
    return FindsMemory.of(mine[KEY], ours | {PRICE_AWAY: away}, history.finished[rows])


def _fill(table: Floats, columns: list[Any]) -> None:
    """Write columns into a table of rows, a few rows at a time, which a cache holds: ten times as fast."""
    import numpy as np

    for start in range(0, len(table), 1000):
        rows = slice(start, start + 1000)
        table[rows] = np.array([one[rows] for one in columns]).T


def _profiled(
    name: str, ledger: Ledger, codes: Codes, declared: Whole, rate: Floats, money: Floats
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


def amounts_of(frame: Any) -> dict[str, Any]:
    """Amounts of each declaration in logarithms, NaN where they are missing, 0 or less, infinite."""
    import numpy as np

    value, mass, duty = (numbers_of(frame, name) for name in ("value_cny", "net_mass_kg", "duty_cny"))
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = [np.log(np.where((one > 0) & np.isfinite(one), one, np.nan)) for one in (value, mass, duty)]
    return {
        "log_value": logs[0], "log_net_mass": logs[1], "log_duty": logs[2],
        "log_unit_value": logs[0] - logs[1], "duty_rate": numbers_of(frame, "duty_rate"),
        "aeo": numbers_of(frame, "aeo"), "direct": _direct(frame),
    }  # fmt: skip


def _direct(frame: Any) -> Any:
    """1 where goods came straight from their origin, 0 where by another country, NaN where it is not told."""
    import numpy as np

    if not {COLUMNS["origin"], COLUMNS["consignment"]} <= set(frame.columns):
        return np.full(len(frame), np.nan)
    origin, through = (Texts.of(frame[COLUMNS[name]]).rows() for name in ("origin", "consignment"))
    return np.where((origin == "") | (through == ""), np.nan, (origin == through).astype(float))
