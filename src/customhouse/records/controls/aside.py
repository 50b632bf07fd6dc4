"""Rows that were set aside, and whether they are what a sum lacks."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from customhouse.records import coding
from customhouse.records.controls.sheet import Bools, Floats
from customhouse.records.numerals import parse
from customhouse.records.other_lists import LISTS
from customhouse.records.table import SetAside
from customhouse.vocabulary import codes

NARROW = 0.2
"""A gap that is not known better than this could be anything."""
CENTS = 2
"""Powers of ten between the units that tables print and cents, at the least,"""
LARGEST = 12
"""and at the most."""
LEAST, MOSTLY = 2, 0.8
"""So many gaps, and so large a share of them, are made up where set-aside rows account for them."""
LUCK = 0.01
"""What comes about by chance more often than this accounts for nothing."""
KEYS = 3
"""Rows are added up by the texts of so many columns at the most,"""
WORK = 300_000
"""unless there are too many rows, times columns times ways to add them up."""
FIGURE = 0.5
"""A cell with so many digits of its characters may be a figure that cannot be read."""
_CODED = ("obsolete", "not_yet_valid", "code_turned_date", "code_turned_power", "code_turned_number")
_REST = "rest"
_NO_CODE, _UNKNOWN = "_missing", "_unknown"
_OF_GROUPS = "group_unknown"
_CODE = re.compile(r"[A-Z]{2,3}")


class Account(NamedTuple):
    """Which gaps set-aside rows make up, and the numbers of those rows."""

    met: Bools
    rows: tuple[int, ...]


class _Sums(NamedTuple):
    """Figures of set-aside rows and sums of them, in order of size, with the rows of each."""

    value: Floats
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Aside:
    """The rows of the files of a load that could not be used."""

    rows: Sequence[SetAside]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _figures(self) -> Sequence[Mapping[str, float]]:
        """The figures above 0 of each row by column; read when first asked for."""
        return [dict(_read(row.row)) for row in self.rows]

    @cached_property
    def figures(self) -> frozenset[float]:
        """The figures above 0 in them, and what each column of them comes to."""
        columns: dict[str, list[float]] = defaultdict(list)
        for row in self._figures:
            for name, number in row.items():
                columns[name].append(number)
        return frozenset(one for some in columns.values() for one in (*some, sum(some)))

    @cached_property
    def unread(self) -> int:
        """How many rows may hold figures: those with one, with one that cannot be read, or not kept."""
        pairs = zip(self.rows, self._figures, strict=True)
        return sum(bool(found) or not row.row or any(map(_dense, row.row.values())) for row, found in pairs)

    @cached_property
    def months(self) -> frozenset[int]:
        """The single months of figures in them."""
        held = (one for row in self.rows for one in row.held)
        return frozenset(one.last_month for one in held if one.first_month == one.last_month)

    def makes_up(self, gap: float, slack: float) -> bool | None:
        """Whether a row, or a column of all of them, comes to a gap (cents); None without a figure.

        The unit of their figures is not known, only that it is a power of ten of the currency.
        """
        return any(_fits(one, gap, slack) for one in self.figures) if self.figures else None

    def accounts(self, gaps: Floats, slack: Floats) -> Account | None:
        """What makes up nearly all of some gaps (cents), in one unit; None where nothing does."""
        value, rows = self._sums
        sharp = (gaps > 0) & (slack < NARROW * np.maximum(gaps, 1.0))
        if not len(value) or sharp.sum() < max(LEAST, MOSTLY * len(gaps)):
            return None
        best, nearest = np.zeros(len(gaps), bool), np.zeros(len(gaps), np.int64)
        for power in range(CENTS, LARGEST + 1):
            at = _nearest(value, gaps / 10.0**power)
            hit = sharp & (np.abs(value[at] * 10.0**power - gaps) <= slack)
            if hit.sum() > best.sum():
                best, nearest = hit, at
        ways = len(value) * float(np.median(slack[sharp] / gaps[sharp]))
        lucky = (LARGEST - CENTS + 1) * min(1.0, ways) ** int(best.sum())
        if best.sum() < max(LEAST, MOSTLY * len(gaps)) or lucky > LUCK:
            return None
        return Account(best, tuple(sorted({row for at in nearest[best] for row in rows[int(at)]})))

    def grave(self, numbers: Sequence[int], month: int) -> bool:
        """Whether rows were set aside for a code that is ended, lost or of another list, and for no group.

        `month` is one for which codes are asked.
        """
        return any(_grave(self.rows[number], month) for number in numbers)

    def of_groups(self, numbers: Sequence[int]) -> bool:
        """Whether some of the rows were set aside as rows of groups."""
        return any(_OF_GROUPS in self.rows[number].reasons for number in numbers)

    def of_the_rest(self, numbers: Sequence[int]) -> bool:
        """Whether one of the rows calls itself the rest of all others, which wants a word in a mapping."""
        texts = (text for number in numbers for text in self.rows[number].row.values())
        return any(coding.row_word(text) == _REST for text in texts)

    def place(self, number: int) -> str:
        """Where a row stands."""
        return f"{self.rows[number].file}: {self.rows[number].place}"

    @cached_property
    def _sums(self) -> _Sums:
        found: dict[float, tuple[int, ...]] = {}
        for some in self._together():
            columns: dict[str, float] = defaultdict(float)
            for number in some:
                for name, one in self._figures[number].items():
                    columns[name] += one
            for total in columns.values():
                found.setdefault(total, tuple(some))
        value = np.array(sorted(found), np.float64)
        return _Sums(value, tuple(found[one] for one in value.tolist()))

    def _together(self) -> Iterator[list[int]]:
        """Rows alone, then those with the same texts in a few columns, then all."""
        numbers = [number for number, found in enumerate(self._figures) if found]
        yield from ([number] for number in numbers)
        names = self._keys(numbers)
        ways = [key for size in range(1, KEYS + 1) for key in combinations(names, size)]
        for key in ways if len(numbers) * len(ways) <= WORK else ():
            groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
            for number in numbers:
                groups[tuple(self.rows[number].row.get(name, "") for name in key)].append(number)
            yield from (some for some in groups.values() if 1 < len(some) < len(numbers))
        yield numbers

    def _keys(self, numbers: Sequence[int]) -> list[str]:
        """Columns in which some rows have the same text and not all have."""
        texts: dict[str, list[str]] = defaultdict(list)
        for number in numbers:
            for name, text in self.rows[number].row.items():
                texts[name].append(text)
        return [name for name, some in texts.items() if 1 < len(set(some)) < len(some)]


def _read(row: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for name, text in row.items():
        numeral = parse(text)
        if numeral is not None and numeral.value > 0:
            yield name, float(numeral.value)


def _dense(text: str) -> bool:
    """Whether a cell is mostly digits."""
    return sum(map(str.isdigit, text)) > FIGURE * len(text)


def _nearest(value: Floats, wanted: Floats) -> np.typing.NDArray[np.int64]:
    """For each number wanted, which of some sorted ones is the nearest."""
    high = np.clip(np.searchsorted(value, wanted), 1, max(len(value) - 1, 1))
    high = np.minimum(high, len(value) - 1)
    low = np.maximum(high - 1, 0)
    found = np.where(np.abs(value[low] - wanted) <= np.abs(value[high] - wanted), low, high)
    return found.astype(np.int64)


def _grave(row: SetAside, month: int) -> bool:
    if _OF_GROUPS in row.reasons:
        return False
    if any(reason in _CODED or reason.endswith(_NO_CODE) for reason in row.reasons):
        return True
    unknown = any(reason.endswith(_UNKNOWN) for reason in row.reasons)
    return unknown and any(_of_a_partner(text.strip(), month) for text in row.row.values())


def _of_a_partner(text: str, month: int) -> bool:
    """Whether a text is written as a code is, and is one of a partner in some list."""
    if not _CODE.fullmatch(text):
        return False
    known = codes.single("partner")
    return any(codes.resolve(system, "partner", text, month).code in known for system in LISTS)


def _fits(number: float, gap: float, slack: float) -> bool:
    power = round(math.log10(gap / number)) if gap > 0 else -1
    near = abs(number * 10.0**power - gap) <= slack
    return CENTS <= power <= LARGEST and near and slack < gap * NARROW
