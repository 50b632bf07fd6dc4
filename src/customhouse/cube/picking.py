"""The codes of a column as small numbers, and the sets of codes that slices ask for as runs of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Runs = tuple[tuple[int, int], ...]
"""Numbers from the first of a pair up to, but not with, the second."""
LEVELS = (2, 4, 6, 8)
"""Digits of the HS that totals are kept for."""
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Pick:
    """The codes that count, as runs of numbers and as a table by number, for HS codes by digits.

    `digits` is the fewest digits at which no chapter, heading or code counts in part; 0 stands for
    codes that are not of the HS.
    """

    digits: int
    runs: dict[int, Runs]
    tables: dict[int, Any]


class Numbered:
    """The codes of a column in their order; the last number is that of rows that have no code."""

    def __init__(self, codes: Iterable[str], levels: Sequence[int] = (0,)) -> None:
        import numpy as np

        self.codes = tuple(sorted(codes))
        self.number = {code: number for number, code in enumerate(self.codes)}
        self.names: dict[int, tuple[str | None, ...]] = {}
        self.of: dict[int, Any] = {}
        self._starts: dict[int, Any] = {}
        self._picks: dict[tuple[frozenset[str], bool], Pick] = {}
        for digits in levels:
            short = [code[:digits] if digits else code for code in self.codes]
            other = [one != before for one, before in zip(short, [None, *short], strict=False)]
            new = np.array([*other, True])
            self.names[digits] = (*dict.fromkeys(short), None)
            self.of[digits] = np.cumsum(new) - 1
            self._starts[digits] = np.append(np.flatnonzero(new), len(self.codes) + 1)

    def __len__(self) -> int:
        return len(self.codes) + 1

    def size(self, digits: int) -> int:
        """How many numbers there are at so many digits, with that of no code."""
        return len(self.names[digits])

    def between(self, held: int, digits: int) -> Any:
        """For each number at `held` digits the number at fewer `digits`."""
        return self.of[digits][self._starts[held][:-1]]

    def pick(self, codes: frozenset[str], blank: bool) -> Pick:
        """The numbers of some codes, where `blank` also that of no code; remembered."""
        pick = self._picks.get((codes, blank))
        if pick is None:
            if len(self._picks) >= _REMEMBERED:
                self._picks.clear()
            pick = self._picks[codes, blank] = self._picked(codes, blank)
        return pick

    def _picked(self, codes: frozenset[str], blank: bool) -> Pick:
        import numpy as np

        padded = np.zeros(len(self) + 2, dtype=bool)
        there = padded[1:-1]
        there[[self.number[code] for code in codes if code in self.number]] = True
        there[-1] = blank
        edges = np.flatnonzero(padded[1:] != padded[:-1])
        runs, tables = {}, {}
        for digits, starts in self._starts.items():
            at = np.searchsorted(starts, edges)
            if (starts[at] == edges).all():
                ends = at.tolist()
                runs[digits] = tuple(zip(ends[::2], ends[1::2], strict=True))
                tables[digits] = there[starts[:-1]]
        return Pick(min(runs), runs, tables)
