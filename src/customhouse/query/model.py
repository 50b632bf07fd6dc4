"""A question put exactly: which figure, of which slices, in which periods, along which axes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from customhouse.measures import Request
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.query.reasons import refused

TIMES = {"month": 1, "quarter": 3, "half": 6, "year": 12, "ytd": 1}
"""Axes of time with the months of one step."""
PARTS = ("partner", "hs2", "hs4", "hs6", "hs8", "enterprise", "region", "regime", "transport")
"""Axes of parts of trade."""
AXES = (*TIMES, *PARTS)


def dimension_of(axis: str) -> str:
    """The dimension of the slice that an axis of parts runs over."""
    return "commodity" if axis.startswith("hs") else axis


@dataclass(frozen=True, slots=True)
class Query:
    """A question: `ask` without the parts that vary, and what varies.

    `each` has the codes of a dimension that stand in a list: one series each. `periods` are asked for
    one by one and cut up by an axis of time in `by`. `top` keeps the largest parts by value (quantity,
    where quantities are asked for) over all periods, below 0 as many of the smallest; of balances,
    contributions and changes the largest are those furthest above 0. `previous` compares each period with
    the one before. `as_of` is the day whose statistics are to be opened; `currency` must be
    theirs. `base_said`: the question says that the base is to be the revised one.
    `side` is what the words expect: a `deficit` (balances below 0 come first), a `surplus`, or a `fall`
    (changes below 0 come first).
    """

    ask: Request
    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()
    each: tuple[tuple[str, tuple[str, ...]], ...] = ()
    top: int | None = None
    previous: bool = False
    currency: str | None = None
    as_of: date | None = None
    base_said: bool = False
    side: str | None = None

    @property
    def slice(self) -> Slice:
        """The slice that all figures are of."""
        return self.ask.slice

    @property
    def time(self) -> str | None:
        """The axis of time."""
        return next((axis for axis in self.by if axis in TIMES), None)

    def cut(self) -> tuple[Period, ...]:
        """The single periods. Raises QueryError where a period is not made up of whole quarters or so."""
        axis = self.time
        if axis is None:
            return self.periods
        return tuple(piece for period in self.periods for piece in pieces(period, axis))


def pieces(period: Period, axis: str) -> tuple[Period, ...]:
    """A period in months, quarters, halves or years, or cumulated from January to each of its months."""
    step = TIMES[axis]
    if axis == "ytd":
        return tuple(Period(m // 12 * 12, m) for m in range(period.first, period.last + 1))
    if period.first % step or (period.last + 1) % step:
        raise refused("not_whole", period=period, axis=axis)
    return tuple(Period(m, m + step - 1) for m in range(period.first, period.last + 1, step))
