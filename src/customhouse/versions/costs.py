"""How far two claims are apart, and which pairs of claims are worth a look."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from customhouse.versions.meaning import Said, aspects
from customhouse.versions.model import Aspect

ALONE = 1.3
"""What it costs to leave a claim without its like; pairs that are farther apart are none."""
_COSTS = {
    "measure": 0.9, "value": 0.75, "bound": 0.25, "unit": 0.7, "base": 0.5, "whole": 0.3, "against": 0.3,
    "status": 0.4, "terms": 0.3, "factor": 0.6, "threshold": 0.3,
}
_DIMENSION, _FURTHER = 1.15, 0.4
"""The first dimension (or the period) that differs, and each further one. Another slice is farther than
another number: of two figures that have changed places, the numbers have."""
_SLIPS = {"magnitude": 0.5, "sign": 0.5, "rounded": 0.1, "unnumbered": 0.75}
_TELLING = 0.7
"""A figure of three digits or more is seldom the same by chance: differences beside it count less."""
_MANY_DIGITS = 100.0
_ALIKE = 0.3
"""Figures that lie farther apart, as a part of their size, are not rounded from one another."""
_WORDLESS = ("record", "rank", "direction", "streak")
"""Measures whose numbers are small and say little."""
_ORDER = 0.3
_FAR = 12
"""The number of claims over which the guide of order rises to its full weight."""
_CLOSE = ("what", "way", "part")
_WINDOW = 6
"""How many claims of a block are looked at on either side of where one is expected."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where claims that both versions have stand: the places in the one and, beside them, in the other."""

    first: Sequence[int]
    second: Sequence[int]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Anchors:
        """From pairs of places."""
        ordered = sorted(pairs)
        return cls([a for a, _ in ordered], [b for _, b in ordered])

    def turned(self) -> Anchors:
        """From the second version to the first."""
        return Anchors.of(zip(self.second, self.first, strict=True))

    def expected(self, place: int) -> tuple[int, ...]:
        """Where a claim of the first version should stand in the second: after or before its neighbours."""
        at = bisect_left(self.first, place)
        after = [self.second[at - 1] + place - self.first[at - 1]] if at else []
        before = [self.second[at] - (self.first[at] - place)] if at < len(self.first) else []
        return (*after, *before) or (place,)


def cost(one: Said, other: Said, anchors: Anchors) -> float:
    """0 for two claims that say the same in the same place, up to ALONE for a pair that is none."""
    if _apart(one, other):
        return ALONE
    found = aspects(one, other)
    elsewhere = sum(aspect.field not in _COSTS for aspect in found)
    number = sum(_of(aspect) for aspect in found if aspect.field == "value")
    total = sum(_of(aspect) for aspect in found if aspect.field in _COSTS and aspect.field != "value")
    total += _DIMENSION + _FURTHER * (elsewhere - 1) if elsewhere else 0.0
    if number < _ALIKE and _telling(one):
        total *= _TELLING
    total += number
    off = min(abs(place - other.index) for place in anchors.expected(one.index))
    return total + _ORDER * min(off, _FAR) / _FAR


def _apart(one: Said, other: Said) -> bool:
    """Whether neither the number nor what it is said of is the same: such claims are no versions of one."""
    if one.slice == other.slice and (one.period == other.period or not (one.period and other.period)):
        return False
    return abs(one.value - other.value) > _ALIKE * max(abs(one.value), abs(other.value))


def _of(aspect: Aspect) -> float:
    if aspect.field == "value" and aspect.slip in _SLIPS:
        return _SLIPS[aspect.slip]
    return _COSTS[aspect.field]


def _telling(one: Said) -> bool:
    if one.what[0] in _WORDLESS or not one.value:
        return False
    return abs(one.value) >= one.zeros * _MANY_DIGITS


class Blocks:
    """The claims of a version by what they share with others, so that only likely pairs are compared."""

    def __init__(self, claims: Sequence[Said]) -> None:
        self.claims = claims
        self._blocks: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        self._places: dict[tuple[object, ...], list[int]] = {}
        for number, one in enumerate(claims):
            for key in _keys(one):
                self._blocks[key].append(number)

    def near(self, one: Said, expected: Iterable[int], close: bool = False) -> set[int]:
        """The claims that may be another version of one, nearest to the places where it is expected.

        With `close` only those of the same slice and period.
        """
        found: set[int] = set()
        places = tuple(expected)
        for key in _keys(one):
            block = self._blocks.get(key)
            if block is None or close and key[0] not in _CLOSE:
                continue
            for place in places if len(block) > 2 * _WINDOW else places[:1]:
                at = bisect_left(self._of(key, block), place)
                low = max(0, at - _WINDOW) if len(block) > 2 * _WINDOW else 0
                found.update(block[low:low + 2 * _WINDOW])
        return found

    def _of(self, key: tuple[object, ...], block: list[int]) -> list[int]:
        """The places of a block's claims in their text, in order."""
        known = self._places.get(key)
        if known is None:
            known = self._places[key] = [self.claims[number].index for number in block]
        return known


def _keys(one: Said) -> Iterator[tuple[object, ...]]:
    """What another version of a claim may share with it: all but its number, or its number, or less."""
    flow = dict(one.slice).get("flow")
    yield "what", one.what, one.slice, one.period
    yield "way", one.slice, one.period, one.what[0] in ("direction", "growth", "change", "value")
    yield "number", one.value, one.unit
    yield "digits", f"{abs(one.value):.2e}"[:4], one.unit, one.what
    yield "part", one.what, one.slice
    yield "time", one.what, flow, one.period
    yield "measure", one.what
