"""Features of a long run of declarations whose outcomes become known bit by bit, in little time.

What declarations themselves say of those after them (how many, when, at which price) does not depend on
whom one inspects: it is worked out once for all rows at their moments. What inspections say is asked of a
memory of the inspected alone, and of one of the frauds among them. Together they are what `features.Memory`
of all would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from customhouse.targeting.coding import Coders
from customhouse.targeting.features import Features, Memory, amounts_of
from customhouse.targeting.finds import COMPARED, KEY, FindsMemory
from customhouse.targeting.history import History
from customhouse.targeting.labels import CENTS

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags, Floats, Whole

    Rows = Any

OF_OUTCOMES = ("_inspections", "_rate", "_unsure", "_revenue")
"""How the names of features end that depend on what inspections found."""
_DECIMALS = 4
"""Of what is fixed: sums over more declarations differ in their last digits, and nothing later may show."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Declarations in the order of time as numbers, and what is fixed of their features. See `of`."""

    coders: Coders
    codes: Mapping[str, Codes]
    amounts: Mapping[str, Floats]
    day: Whole
    fixed: Features
    moving: Whole

    @classmethod
    def of(cls, frame: Any, day: Whole) -> Stream:
        """The stream of a narwhals frame and the day of each row. Raises TargetingError."""
        import numpy as np

        coders, amounts = Coders.of(frame), amounts_of(frame)
        codes = coders.codes(frame)
        none = History.of(day, np.zeros(len(day), bool), np.zeros(len(day)))
        fixed = Memory.coded(coders, codes, amounts, none).features_of(codes, amounts, day)
        fixed = Features(fixed.names, np.round(fixed.values, _DECIMALS))
        moving = np.flatnonzero([name.endswith(OF_OUTCOMES) for name in fixed.names])
        return cls(coders, codes, amounts, day, fixed, moving)

    def past(self, fraud: Floats, revenue: Floats, delay_days: int) -> Outcomes:
        """What is known by now of the first rows: `fraud` (NaN where it is not) and `revenue` in yuan."""
        import numpy as np

        rows = np.flatnonzero(~np.isnan(fraud))
        cents = np.round(revenue[rows] * CENTS).astype(np.int64)
        history = History.of(self.day[rows], np.ones(len(rows), bool), fraud[rows], cents, delay=delay_days)
        memory = replace(Memory.coded(self.coders, *self.part(rows), history), finds=None)
        # Frauds are set beside the prices of all declarations, which the memory of the inspected has not.
        frauds = rows[history.fraud]
        finds = FindsMemory.of(self.codes[KEY][frauds], self.compared(frauds), self.day[frauds] + delay_days)
        return Outcomes(self, rows, memory, finds, history.fraud, revenue[rows])

    def part(self, rows: Rows) -> tuple[dict[str, Any], dict[str, Any]]:
        """The codes and amounts of some rows."""
        codes = {name: one[rows] for name, one in self.codes.items()}
        return codes, {name: one[rows] for name, one in self.amounts.items()}

    def compared(self, rows: Rows) -> dict[str, Any]:
        """What frauds are compared by, of some rows."""
        return {name: self.fixed.column(name)[rows] for name in COMPARED.values()}


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The inspected rows whose outcomes are known, and a memory of them."""

    stream: Stream
    rows: Whole
    memory: Memory
    finds: FindsMemory
    fraud: Flags
    revenue: Floats

    def features(self, rows: Rows) -> Features:
        """The features of rows (a slice, or their numbers) at their moments."""
        stream = self.stream
        values = stream.fixed.values[rows].copy()
        found = self.memory.features_of(*stream.part(rows), stream.day[rows])
        values[:, stream.moving] = found.values[:, stream.moving]
        like = self.finds.features(stream.codes[KEY][rows], stream.compared(rows), stream.day[rows])
        for name, column in like.items():
            values[:, stream.fixed.names.index(name)] = column
        return Features(stream.fixed.names, values)

    def known(self) -> Features:
        """The features of the inspected rows themselves, to learn from."""
        return self.features(self.rows)
