"""Stated figures as data: levels, growth rates and shares, each with the release that it is from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from customhouse.model import DIMENSIONS, Slice
from customhouse.period import Period
from customhouse.quantity import Bound, Interval, interval
from customhouse.simulate.tables import rows

_MONTHLY, _UNIT = "customs_monthly", 1e8
"""Monthly totals, as revised, are printed in CNY 100 million."""
_FINEST = 0.1
"""A rate printed as a whole number (6%) is aimed at as if its tenths were printed (6.0%)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One stated figure. `measure` is value, growth, share or price_growth; `value` in yuan or per cent.

    `whole` is what a share is of.
    """

    source: str
    measure: str
    period: Period
    part: Slice
    whole: Slice | None
    value: float
    step: float
    bound: Bound

    @property
    def name(self) -> str:
        """A name to report it by: `customs_2025q1 growth 2025-01/2025-03 trade ASEAN 7.1`."""
        parts = (self.source, self.measure, str(self.period), *self.part.given().values(), f"{self.value:g}")
        return " ".join(parts)

    @property
    def base(self) -> Period | None:
        """The period that a growth is on."""
        return self.period.year_earlier() if self.measure in ("growth", "price_growth") else None

    @property
    def yields(self) -> bool:
        """Whether it gives way where it cannot hold beside what releases state (which came first)."""
        return self.source == _MONTHLY

    def within(self, span: Period) -> bool:
        """Whether all the months that it is about are in a span."""
        return span.contains(self.period) and (self.base is None or span.contains(self.base))

    def interval(self, aim: bool = False) -> Interval:
        """What the true figure may be: yuan, or per cent. To `aim` at, the middle of whole rates."""
        step = self.step
        if aim and self.measure != "value" and self.bound == "exact":
            step = min(step, _FINEST) or _FINEST
        return interval(self.value, step, self.bound)


@cache
def facts() -> tuple[Fact, ...]:
    """All stated figures that a simulation can be held to, then the monthly totals."""
    return tuple(_fact(row) for row in rows("facts"))


@cache
def monthly() -> tuple[Fact, ...]:
    """The published (revised) totals of single months as facts."""
    return tuple(
        Fact(_MONTHLY, "value", Period.parse(row["month"]), Slice(flow=flow), None,
             float(row[flow]) * _UNIT, _UNIT, "exact")
        for row in rows("months")
        for flow in ("trade", "exports", "imports")
    )


def _fact(row: dict[str, str]) -> Fact:
    part = Slice(**{d: row[d] for d in DIMENSIONS if row.get(d)})
    whole = None
    if row["measure"] == "share":
        whole = replace(part, **dict.fromkeys(row["whole"].split("|")))
    bound: Bound = row["bound"]  # type: ignore[assignment]
    return Fact(row["source"], row["measure"], Period.parse(row["period"]), part, whole,
                float(row["value"]), float(row["step"]), bound)
