"""The levels of a slice by code, made as they are looked up: there are thousands of goods, few are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from customhouse.cube.codetable import CodeTable
from customhouse.cube.sums import Month, together
from customhouse.statistics import Level

Recorded = Mapping[tuple[str, str], Month]
"""Sums by code and recorded flow."""


class Coded(Mapping[str, Level]):
    """Codes with trade and their levels; `signs` has the recorded flows that count, each with its sign."""

    def __init__(self, recorded: Recorded, signs: Mapping[str, int], made: Callable[[Month], Level]) -> None:
        self._recorded, self._signs, self._made = recorded, tuple(signs.items()), made
        self._months: dict[str, Month | None] = {}
        self._levels: dict[str, Level] = {}
        self._codes: tuple[str, ...] | None = None

    def __getitem__(self, code: str) -> Level:
        if code not in self._levels:
            month = self._month(code)
            if month is None:
                raise KeyError(code)
            self._levels[code] = self._made(month)
        return self._levels[code]

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._month(code) is not None

    def __iter__(self) -> Iterator[str]:
        if self._codes is None:
            codes = dict.fromkeys(code for code, _ in self._recorded)
            self._codes = tuple(code for code in codes if self._month(code) is not None)
        return iter(self._codes)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def amounts(self) -> Mapping[str, int]:
        """The amount of each code in the smallest unit."""
        if isinstance(self._recorded, CodeTable):
            return self._recorded.amounts(dict(self._signs))
        return {code: month.amount or 0 for code in self if (month := self._month(code)) is not None}

    def _month(self, code: str) -> Month | None:
        """What the flows of a code come to; None where that is nothing or unlike units."""
        if code not in self._months:
            found = [(sign, month) for flow, sign in self._signs
                     if (month := self._recorded.get((code, flow))) is not None]
            month = together(found) if found else None
            self._months[code] = month if month and month.amount and len(month.units) <= 1 else None
        return self._months[code]
