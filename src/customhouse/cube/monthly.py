"""Sums of a slice month by month: any period is a difference of two running totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from customhouse.cube.sums import Month, together

_NO_UNITS = frozenset[str]()


class Monthly:
    """The months of a slice's flow from one month on without a gap; months beyond have no trade."""

    __slots__ = ("_amounts", "_cells", "_first", "_units", "_unknown")

    def __init__(
        self, first: int, amounts: list[int], cells: list[int], unknown: list[int] | None,
        units: list[frozenset[str]] | None,
    ) -> None:
        self._first, self._units = first, units
        self._amounts = tuple(accumulate(amounts, initial=0))
        self._cells = tuple(accumulate(cells, initial=0))
        self._unknown = None if unknown is None else tuple(accumulate(unknown, initial=0))

    @classmethod
    def of(cls, months: Mapping[int, Month]) -> Monthly:
        """Put together of single months."""
        first, last = min(months, default=0), max(months, default=-1)
        found = [months.get(month) or Month() for month in range(first, last + 1)]
        return cls(
            first, [one.amount or 0 for one in found], [one.cells for one in found],
            [int(one.amount is None) for one in found], [one.units for one in found],
        )

    def over(self, first: int, last: int) -> Month:
        """All months from first to last; the amount is None where that of a month is not known."""
        most = len(self._amounts) - 1
        start = min(max(first - self._first, 0), most)
        end = min(max(last + 1 - self._first, start), most)
        cells = self._cells[end] - self._cells[start]
        units = _NO_UNITS if self._units is None else _NO_UNITS.union(*self._units[start:end])
        if self._unknown is not None and self._unknown[end] != self._unknown[start]:
            return Month(None, cells, units)
        return Month(self._amounts[end] - self._amounts[start], cells, units)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts and numbers of cells in rows, with a column for each recorded flow.

    `told` counts the amounts that are known (None: all are); `units` tells along a third axis, in the
    order of `names`, which units quantities are in.
    """

    flows: tuple[str, ...]
    names: tuple[str, ...]
    amounts: Any
    cells: Any
    told: Any = None
    units: Any = None

    def month(self, row: int, column: int) -> Month | None:
        """What a row has in a flow; None where it has no cells."""
        cells = int(self.cells[row, column])
        if not cells:
            return None
        units = _NO_UNITS if self.units is None else self.named(self.units[row, column])
        known = self.told is None or self.told[row, column]
        return Month(int(self.amounts[row, column]) if known else None, cells, units)

    def columns(self, signs: Mapping[str, int]) -> list[tuple[int, int]]:
        """The columns of the flows that count, each with its sign."""
        return [(place, signs[flow]) for place, flow in enumerate(self.flows) if flow in signs]

    def signed(self, columns: list[tuple[int, int]]) -> Any:
        """The amounts of some flows added up, each with its sign."""
        amounts = self.amounts[:, :0].sum(1)
        for place, sign in columns:
            amounts = amounts + sign * self.amounts[:, place]
        return amounts

    def named(self, there: Any) -> frozenset[str]:
        """The units that are there."""
        return frozenset(self.names[place] for place in there.nonzero()[0])


@dataclass(frozen=True, slots=True)
class FlowTable:
    """The sums of a slice by month, from month `first` on."""

    first: int
    sums: Sums

    def signed(self, signs: Mapping[str, int]) -> Monthly:
        """The months of a flow that is put together of recorded ones, each with its sign."""
        columns = self.sums.columns(signs)
        chosen, unknown, units = [place for place, _ in columns], None, None
        cells = self.sums.cells[:, chosen].sum(1)
        if self.sums.told is not None:
            told = self.sums.told[:, chosen].sum(1)
            unknown = ((cells > 0) & (told == 0)).astype(int).tolist()
        if self.sums.units is not None:
            there = self.sums.units[:, chosen].any(1)
            rows = [row.tobytes() for row in there]
            named = {row: self.sums.named(one) for row, one in zip(rows, there, strict=True)}
            units = [named[row] for row in rows]
        return Monthly(self.first, self.sums.signed(columns).tolist(), cells.tolist(), unknown, units)

    def months(self) -> dict[tuple[int, str], Month]:
        """The same by month and recorded flow."""
        found = {}
        for row, column in zip(*map(list, self.sums.cells.nonzero()), strict=True):
            month = self.sums.month(row, column)
            if month is not None:
                found[self.first + int(row), self.sums.flows[column]] = month
        return found


def monthly(
    by_flow: Mapping[tuple[int, str], Month] | FlowTable, signs: Mapping[str, int]
) -> Monthly:
    """The months of a flow, put together of the flows that are recorded."""
    if isinstance(by_flow, FlowTable):
        return by_flow.signed(signs)
    months: dict[int, list[tuple[int, Month]]] = {}
    for (month, flow), found in by_flow.items():
        if flow in signs:
            months.setdefault(month, []).append((signs[flow], found))
    return Monthly.of({month: together(found) for month, found in months.items()})
