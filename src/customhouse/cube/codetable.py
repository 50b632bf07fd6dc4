"""The sums of a slice by code and recorded flow, held as arrays: months are made as they are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from customhouse.cube.monthly import Sums
from customhouse.cube.sums import Month


class CodeTable(Mapping[tuple[str, str], Month]):
    """Sums of which row `i` is of `codes[i]`; the row of None is of cells without a code."""

    def __init__(self, codes: Sequence[str | None], sums: Sums) -> None:
        self._codes, self._sums = codes, sums
        self._rows: dict[str | None, int] | None = None

    def __getitem__(self, key: tuple[str, str]) -> Month:
        if self._rows is None:
            self._rows = {code: row for row, code in enumerate(self._codes) if code is not None}
        code, flow = key
        month = None
        if flow in self._sums.flows:
            month = self._sums.month(self._rows[code], self._sums.flows.index(flow))
        if month is None:
            raise KeyError(key)
        return month

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for row, column in zip(*map(list, self._sums.cells.nonzero()), strict=True):
            code = self._codes[row]
            if code is not None:
                yield code, self._sums.flows[column]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def amounts(self, signs: Mapping[str, int]) -> dict[str, int]:
        """The amounts of all codes whose flows come to something, in one unit; flows with their signs."""
        columns = self._sums.columns(signs)
        amounts = self._sums.signed(columns)
        there = amounts != 0
        if self._sums.units is not None:
            there &= self._sums.units[:, [place for place, _ in columns]].any(1).sum(1) <= 1
        rows = there.nonzero()[0]
        found = zip(rows.tolist(), amounts[rows].tolist(), strict=True)
        return {code: amount for row, amount in found if (code := self._codes[row]) is not None}
