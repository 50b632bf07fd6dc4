"""Statistics that are asked for the many slices of a table by few scans: all codes of a dimension at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import lcm

from customhouse.cube import CellCube
from customhouse.errors import VocabularyError
from customhouse.groups import Members, members
from customhouse.model import CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, Remembered, Statistics, What

_SUMMED: tuple[What, ...] = ("value", "quantity", "mass")
_FLOWS = frozenset({"exports", "imports", "trade", "balance"})
_AXIS = {"commodity": "hs8"}
_OPEN = ("partner", "commodity")
"""Dimensions of which no list is short: what does not occur had no trade."""


class Scans(Remembered):
    """`Statistics` that remember, and take codes and groups of cells from one scan a dimension and period.

    Cells are what adds up exactly; official tables, which may print a total that differs from the sum
    of what they list, are asked for each slice.
    """

    def __init__(self, statistics: Statistics) -> None:
        super().__init__(statistics)
        self._cells = statistics if isinstance(statistics, CellCube) else None
        self._goods: dict[Members, tuple[str, ...]] = {}

    def _asked(self, part: Slice, period: Period, what: What, known: Known) -> Level | None:
        found = self._summed(part, period, what, known)
        return found[0] if found else super()._asked(part, period, what, known)

    def _summed(self, part: Slice, period: Period, what: What, known: Known) -> list[Level | None]:
        """The sum over the codes that a slice of one dimension takes in; empty where it must be asked for."""
        narrowing = part.narrowing()
        if self._cells is None or len(narrowing) != 1 or what not in _SUMMED or part.subject:
            return []
        if part.flow not in _FLOWS or (part.flow == "balance" and what != "value"):
            return []
        dimension = narrowing[0]
        inside = _members(dimension, str(getattr(part, dimension)), period)
        if inside is None:
            return []
        around, axis = replace(part, **{dimension: None}), _AXIS.get(dimension, dimension)
        levels = self.parts(around, axis, period, what, known)
        chosen = [levels[code] for code in self._among(inside, levels)]
        if not chosen:
            return self._nothing(dimension, what, levels)
        if len({level.unit for level in chosen}) > 1:
            return [None]  # unlike units do not add up
        if what != "value":
            lines = self.parts(around, axis, period, "lines", known)
            if len(chosen) < len(self._among(inside, lines)):
                return []  # what is not known of one of them is not 0
        return [_added(chosen) if len(chosen) > 1 else chosen[0]]

    def _among(self, inside: Members, there: Mapping[str, Level]) -> list[str]:
        """The codes that are inside, of those that occur; which goods are inside is worked out once."""
        if not inside.prefixes or self._cells is None:
            return [code for code in inside.codes if code in there]
        if inside not in self._goods:
            yes, no = inside.prefixes, inside.but_not
            codes = (c for c in self._cells.goods if c.startswith(yes) and not c.startswith(no))
            self._goods[inside] = tuple(sorted(codes))
        return [code for code in self._goods[inside] if code in there]

    def _nothing(self, dimension: str, what: What, levels: Mapping[str, Level]) -> list[Level | None]:
        """A partner or good that months with cells do not have was not traded."""
        if dimension not in _OPEN or what != "value" or not levels:
            return []
        any_level = next(iter(levels.values()))
        return [replace(any_level, amount=Fraction(0), origin=replace(any_level.origin, cells=0))]


@cache
def _members(dimension: str, code: str, period: Period) -> Members | None:
    """What a code takes in all through a period; None where that changes, or is said by what it is not."""
    try:
        first, last = (members(dimension, code, month) for month in (period.first, period.last))
    except VocabularyError:
        return None
    if first != last or first.complement or (dimension == "commodity" and not first.prefixes):
        return None
    return first


def _added(levels: list[Level]) -> Level:
    vintages = sorted(frozenset().union(*(level.origin.vintages for level in levels)))
    cells = sum(level.origin.cells for level in levels)
    origin = CellOrigin(levels[0].origin.source, tuple(vintages), cells)
    least = lcm(*{level.amount.denominator for level in levels})
    total = sum(level.amount.numerator * (least // level.amount.denominator) for level in levels)
    return Level(Fraction(total, least), levels[0].unit, origin)
