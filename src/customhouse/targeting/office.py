"""An office of the learning loop: what it has declared to it, whom it inspects, and what it knows by when.

The truth of all declarations is held apart and given out of what was inspected alone, when its outcome is
known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.history import NEVER
from customhouse.targeting.stream import Stream

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.ranking import Chosen
    from customhouse.targeting.selection import Selection

TRUTH = ("fraud", "revenue_cny", "scheme")
"""Columns of the truth, which nobody that targets may see; `scheme` is there in simulations alone."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Declarations in the order of time, as numbers where the loop needs them, and the truth apart."""

    frame: Any
    day: Whole
    trader: Whole
    accredited: Flags
    duty: Floats
    fraud: Flags
    revenue: Floats
    scheme: Any
    stream: Stream

    @classmethod
    def of(cls, declarations: Any) -> World:
        """From a DataFrame in the schema, with the truth of all rows. Raises TargetingError."""
        import numpy as np

        from customhouse.targeting.columns import Texts, numbers_of
        from customhouse.targeting.estimator import framed

        frame, day = framed(declarations)
        for name in (*TRUTH[:2], "declaration_id", "trader_id", "office", "duty_cny"):
            if name not in frame.columns:
                raise TargetingError(f"the column {name} is lacking; a loop needs it, the truth of every row")
        if len(frame) and (np.diff(day) < 0).any():
            raise TargetingError("declarations are not in the order of their dates; sort them first")
        fraud, revenue, duty = (numbers_of(frame, name) for name in (*TRUTH[:2], "duty_cny"))
        if not np.isin(fraud, (0, 1)).all() or not (np.isfinite(revenue) & (revenue >= 0)).all():
            raise TargetingError("a loop needs the truth of every row: fraud 0 or 1, revenue_cny at least 0")
        trader = Texts.of(frame["trader_id"]).places.astype(np.int64) + 1
        told = Texts.of(frame["scheme"]).rows() if "scheme" in frame.columns else np.full(len(frame), "fraud")
        seen = frame.drop([name for name in TRUTH if name in frame.columns])
        return cls(
            seen, day, trader, numbers_of(frame, "aeo") == 1, np.nan_to_num(duty), fraud == 1, revenue,
            np.where(fraud == 1, told, ""), Stream.of(seen, day),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.day)


class Office:
    """What one way of targeting did and knows: arrays with an entry for each declaration of the world."""

    def __init__(self, world: World, delay_days: int) -> None:
        import numpy as np

        size = len(world)
        self._world, self._delay = world, delay_days
        self.inspected = np.zeros(size, bool)
        self.basis = np.zeros(size, np.int8)
        self.probability = np.zeros(size)
        self.drawn = np.zeros(size, bool)
        self.selections: list[Selection] = []
        self.finished = np.full(size, NEVER)

    def record(self, rows: slice, chosen: Chosen) -> None:
        """Keep what was decided of rows."""
        import numpy as np

        self.inspected[rows], self.basis[rows] = chosen.inspected, chosen.basis
        self.probability[rows], self.drawn[rows] = chosen.probability, chosen.drawn
        if chosen.selection is not None:
            self.selections.append(chosen.selection)
        self.finished[rows] = np.where(chosen.inspected, self._world.day[rows] + self._delay, NEVER)

    def known(self, today: int, upto: int) -> Flags:
        """Which of the first `upto` declarations have an outcome that is known before `today`."""
        return self.finished[:upto] < today

    def outcomes(self, today: int, upto: int) -> tuple[Floats, Floats]:
        """What is known of the first `upto` declarations: fraud, NaN where it is not, and revenue in yuan."""
        import numpy as np

        known = self.known(today, upto)
        fraud = np.where(known, self._world.fraud[:upto], np.nan)
        return fraud, np.where(known, self._world.revenue[:upto], 0.0)
