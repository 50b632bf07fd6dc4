"""What measures ask of statistics: levels of slices in periods, exact, with their origin.

`cube.Cube` answers from a store; tests answer from a dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol, runtime_checkable

from customhouse.model import CellOrigin, Slice
from customhouse.period import Period

What = Literal["value", "quantity", "mass", "lines", "traders", "partners"]
"""A money value; a quantity in its own unit; net mass; lines; distinct traders; distinct partners."""
Known = Literal["latest", "first"]
"""As last revised up to the day asked for, or as first published."""


@dataclass(frozen=True, slots=True)
class Concepts:
    """Which trade counts, whose partner is meant, and whether returned goods are among it.

    `system`: general trade counts all goods that enter or leave the territory, special trade not
    those in warehouses and free zones (IMTS 2010, chapter II). `partner`: origin and last known
    destination, or consignment (chapter VI). `returned`: re-exports and re-imports are part of
    exports and imports, or left out of them to be asked for alone (chapter I).
    """

    system: Literal["general", "special"] = "general"
    partner: Literal["origin", "consignment"] = "origin"
    returned: Literal["included", "apart"] = "included"


@dataclass(frozen=True, slots=True)
class Level:
    """An exact amount in base units (yuan, dollars, kilograms, pieces, enterprises) and its origin.

    `step` is the unit of the last digit that an official table printed, 0 where the amount is exact.
    `inside` is the number of table cells that were rounded separately and then added.
    """

    amount: Fraction
    unit: str
    origin: CellOrigin
    step: Fraction = Fraction(0)
    inside: int = 1


class Statistics(Protocol):
    """Levels from one source, known on one day."""

    @property
    def currency(self) -> str:
        """The currency of values that are asked for without another."""
        ...

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months that the statistics have, in order."""
        ...

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """The level of a slice in a period; None where a month of it or the slice is not in the statistics.

        `flow` is exports, imports, trade (their sum) or balance (exports less imports). Codes may be
        groups, several joined with `+`, or `!USA` for all but one; groups are dated month by month.
        A slice that the statistics cover but that had no trade is a level of 0.
        """
        ...

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """The levels of the single (ungrouped) codes of a dimension inside a slice, those with trade alone.

        `dimension` is partner, hs2, hs4, hs6, hs8, enterprise, region, regime or transport.
        """
        ...


def amounts(parts: Mapping[str, Level]) -> Mapping[str, Fraction | int]:
    """The amounts of parts, in proportion: all in one unit, which statistics may choose (`HasAmounts`)."""
    return parts.amounts() if isinstance(parts, HasAmounts) else {
        code: level.amount for code, level in parts.items()
    }


@runtime_checkable
class HasAmounts(Protocol):
    """Parts that tell their amounts without making levels of them."""

    def amounts(self) -> Mapping[str, int]:
        """The amount of each code, a whole number of the smallest unit."""
        ...


class Remembered:
    """Statistics that remember what they were asked. `Statistics` themselves, to be built upon."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._levels: dict[tuple[Slice, Period, What, Known], Level | None] = {}
        self._parts: dict[tuple[Slice, str, Period, What, Known], Mapping[str, Level]] = {}
        self._months: tuple[int, ...] | None = None
        self._currency: str | None = None

    @property
    def within(self) -> Statistics:
        """The statistics that are remembered."""
        return self._statistics

    @property
    def currency(self) -> str:
        """See `Statistics.currency`."""
        if self._currency is None:
            self._currency = self._statistics.currency
        return self._currency

    def months(self) -> tuple[int, ...]:
        """See `Statistics.months`."""
        if self._months is None:
            self._months = self._statistics.months()
        return self._months

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """See `Statistics.level`."""
        key = (part, period, what, known)
        if key not in self._levels:
            self._levels[key] = self._asked(part, period, what, known)
        return self._levels[key]

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        key = (part, dimension, period, what, known)
        if key not in self._parts:
            self._parts[key] = self._statistics.parts(part, dimension, period, what, known)
        return self._parts[key]

    def printed_growth(self, part: Slice, period: Period, known: Known = "latest") -> Level | None:
        """The growth on a year earlier that a table prints without an amount, in per cent."""
        tell = getattr(self._statistics, "printed_growth", None)
        return None if tell is None else tell(part, period, known)

    def untold(self, part: Slice, period: Period) -> str | None:
        """The dimension of a slice that statistics of declarations do not tell apart so finely."""
        tell = getattr(self._statistics, "untold", None)
        return None if tell is None else tell(part, period)

    def _asked(self, part: Slice, period: Period, what: What, known: Known) -> Level | None:
        """A level that is not remembered."""
        return self._statistics.level(part, period, what, known)
