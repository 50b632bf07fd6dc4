"""Which files of a source stand for each month: those of its last vintage, or of its first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from customhouse.statistics import Known
from customhouse.store import StoredFile, Vintage


class Standing:
    """The vintages of one source with cells, in the order in which they revise one another."""

    def __init__(self, vintages: Sequence[Vintage]) -> None:
        self.source = vintages[-1].source
        self.vintages = [v for v in vintages if v.files]
        self._by_known: dict[Known, dict[int, frozenset[int]]] = {}
        self._asked: dict[tuple[Sequence[int], Known], tuple[int, ...]] = {}

    def files(self, known: Known) -> Mapping[int, tuple[StoredFile, ...]]:
        """The cell files that stand for each month: of its last vintage, or of its first."""
        return self._latest if known == "latest" else self._first

    def version(self, known: Known) -> Known:
        """The version asked for, or the latest where all months have one vintage and so one version."""
        return "latest" if self._unrevised else known

    def late(self, month: int) -> bool:
        """Whether a load came in later than the one that stands last by the day it was known.

        The cells of the last one do not have its lines, so that they are compiled as they are asked for.
        """
        last = self.last(month)
        return not last.replaces and any(
            v.number > last.number and month in v.months() for v in self.vintages
        )

    def last(self, month: int) -> Vintage:
        """The vintage that stands last for a month."""
        return next(v for v in reversed(self.vintages) if month in v.months())

    def first(self, month: int) -> list[Vintage]:
        """The vintage that a month was first published in, alone."""
        return next(([v] for v in self.vintages if month in v.months()), [])

    def numbers(self, months: Sequence[int], known: Known) -> tuple[int, ...]:
        """The numbers of the vintages that months stand in, worked out once."""
        asked = (months, known) if isinstance(months, range) else (tuple(months), known)
        if asked not in self._asked:
            by_month = self._numbers(known)
            numbers = frozenset[int]().union(*(by_month.get(month, ()) for month in months))
            self._asked[asked] = tuple(sorted(numbers))
        return self._asked[asked]

    def _numbers(self, known: Known) -> Mapping[int, frozenset[int]]:
        if known not in self._by_known:
            self._by_known[known] = {
                month: frozenset(self._number[file.path] for file in files)
                for month, files in self.files(known).items()
            }
        return self._by_known[known]

    @property
    def cells(self) -> tuple[StoredFile, ...]:
        """The cell files of all vintages."""
        return tuple(file for v in self.vintages for file in v.files if file.part == "cells")

    @property
    def lines(self) -> int:
        """How many lines all loads took in."""
        return sum(v.counts.taken_in for v in self.vintages)

    @cached_property
    def _unrevised(self) -> bool:
        months = [month for v in self.vintages for month in v.months()]
        return len(months) == len(set(months))

    @cached_property
    def _latest(self) -> dict[int, tuple[StoredFile, ...]]:
        return _by_month(self.vintages)

    @cached_property
    def _first(self) -> dict[int, tuple[StoredFile, ...]]:
        return _by_month(self.vintages[::-1])

    @cached_property
    def _number(self) -> dict[str, int]:
        return {file.path: vintage.number for vintage in self.vintages for file in vintage.files}


def _by_month(vintages: Sequence[Vintage]) -> dict[int, tuple[StoredFile, ...]]:
    found: dict[int, tuple[StoredFile, ...]] = {}
    for vintage in vintages:
        for month in vintage.months():
            files = tuple(f for f in vintage.files if f.part == "cells" and f.month == month)
            found[month] = files or found.get(month, ())
    return {month: files for month, files in sorted(found.items()) if files}
