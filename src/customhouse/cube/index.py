"""Cells of any number in memory, ready for slices: no slice needs a scan of all of them.

The cells are kept whole, in the order of goods and partners, and added up over the dimensions that a
slice seldom narrows (`rollup`). A slice takes the one with the fewest rows to look at, finds its codes in it
as runs of rows, and adds these up by month and flow. What it gives is, to the last unit, what a query of
the engine would give (tests/test_cube_index.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customhouse.cube.coded import Recorded
from customhouse.cube.codetable import CodeTable
from customhouse.cube.membership import Restriction
from customhouse.cube.monthly import FlowTable, Sums
from customhouse.cube.picking import Numbered, Pick
from customhouse.cube.rollup import Rollup
from customhouse.statistics import What

_TABLE = 400_000
"""Numbers of a table of codes by month and flow, up to which it is kept for other periods."""
_TABLES = 64


@dataclass(frozen=True, slots=True)
class Slots:
    """Where the months of one version of statistics stand: by month from `first` on, -1 for none."""

    first: int
    places: Any
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be added up: the restrictions of a slice, an amount, the currency of values."""

    narrowed: Sequence[Sequence[Restriction]]
    what: What
    currency: str


class CellIndex:
    """Every version of every month of a source; made by `indexing.index_of`."""

    def __init__(
        self, slots: Mapping[Hashable, int], columns: Mapping[str, Numbered], rollups: Sequence[Rollup]
    ) -> None:
        self._slots, self._columns = slots, columns
        self._rollups = sorted(rollups, key=len)
        self._flows = columns["flow"].codes
        self._currencies, self._units = columns["currency"], columns["quantity_unit"].codes
        self.goods = frozenset(columns["hs8"].codes)
        """The HS codes that it has."""
        self._for: dict[tuple[frozenset[str], int], tuple[Rollup, ...]] = {}

    def __len__(self) -> int:
        """How many cells it has."""
        return max(len(rollup) for rollup in self._rollups)

    def bytes(self) -> int:
        """What it takes in memory."""
        return sum(rollup.bytes() for rollup in self._rollups)

    def slots(self, versions: Mapping[int, Hashable]) -> Slots | None:
        """Where the versions of months stand; None where one of them is not in the index."""
        import numpy as np

        if not versions or any(version not in self._slots for version in versions.values()):
            return None
        first = min(versions)
        places = np.full(max(versions) - first + 1, -1, dtype=np.int64)
        for month, version in versions.items():
            places[month - first] = self._slots[version]
        return Slots(first, places, tuple(sorted(versions)))

    def currencies(self, slots: Slots) -> frozenset[str]:
        """The currencies that there are values in."""
        import numpy as np

        rollup = self._rollups[0]
        there = np.isin(rollup.place // len(self._flows), slots.places)
        column = rollup.columns.get("currency")
        numbers = [0] if column is None else np.unique(column[there]).tolist()
        codes = self._currencies.codes
        return frozenset(codes[number] for number in numbers if number < len(codes))

    def by_month(self, asked: Asked, slots: Slots) -> FlowTable:
        """The sums of a slice by month and recorded flow."""
        import numpy as np

        stretches = list(self._stretches(asked.narrowed, slots.months[0], slots.months[-1]))
        tables = []
        for first, last, picks in stretches:
            places = slots.places[first - slots.first : last + 1 - slots.first]
            tables.append([None if table is None else table[places] for table in self._summed(asked, picks)])
        found = [
            None if tables[0][at] is None else tables[0][at] if len(tables) == 1
            else np.concatenate([table[at] for table in tables])
            for at in range(4)
        ]
        return FlowTable(slots.first, Sums(self._flows, self._units, *found))

    def by_code(
        self, asked: Asked, slots: Slots, months: tuple[int, int], column: str, digits: int
    ) -> Recorded:
        """The sums of a slice by the codes of a column (of so many HS digits) and recorded flow."""
        tables = []
        for first, last, picks in self._stretches(asked.narrowed, *months):
            places = slots.places[first - slots.first : last + 1 - slots.first]
            tables.append(self._coded(asked, picks, places, column, digits))
        total = [None if one[0] is None else sum(one[1:], one[0]) for one in zip(*tables, strict=True)]
        return CodeTable(self._columns[column].names[digits], Sums(self._flows, self._units, *total))

    def _stretches(
        self, narrowed: Sequence[Sequence[Restriction]], first: int, last: int
    ) -> list[tuple[int, int, dict[str, Pick]]]:
        """Runs of months throughout which the same codes count."""
        starts = sorted({run.first for runs in narrowed for run in runs if first < run.first <= last})
        ends = [start - 1 for start in starts]
        return [
            (start, end, self._picks(narrowed, start))
            for start, end in zip([first, *starts], [*ends, last], strict=True)
        ]

    def _picks(self, narrowed: Sequence[Sequence[Restriction]], month: int) -> dict[str, Pick]:
        import numpy as np

        picks: dict[str, Pick] = {}
        for runs in narrowed:
            run = next(run for run in reversed(runs) if run.first <= month or run is runs[0])
            pick = self._columns[run.column].pick(run.codes, run.blank)
            if run.column in picks:  # special trade beside a regime that is asked for
                both = np.flatnonzero(picks[run.column].tables[0] & pick.tables[0])
                names = self._columns[run.column].names[0]
                codes = frozenset(name for at in both if (name := names[at]) is not None)
                pick = self._columns[run.column].pick(codes, len(names) - 1 in both)
            picks[run.column] = pick
        return picks

    def _rollup(self, picks: Mapping[str, Pick], column: str | None = None, digits: int = 0) -> Rollup:
        """The one with the fewest rows to look at, of those that tell apart what is asked for."""
        goods = picks.get("hs8")
        needed = frozenset(picks) | ({column} if column else frozenset())
        finest = max(goods.digits if goods else 0, digits)
        choice = self._for.get((needed, finest))
        if choice is None:
            shortest: dict[tuple[str, ...], Rollup] = {}
            for rollup in self._rollups:
                if rollup.tells(needed, finest):  # of one order the shortest
                    shortest.setdefault(tuple(axis.column for axis in rollup.axes), rollup)
            choice = self._for[needed, finest] = tuple(shortest.values())
        if len(choice) == 1 or not picks:
            return choice[0]
        return min(choice, key=lambda rollup: rollup.cost(picks))

    def _chosen(self, asked: Asked, rollup: Rollup, picks: Mapping[str, Pick]) -> Any:
        """The rows of a slice, values in one currency."""
        if asked.what == "value" and "currency" in rollup.columns:
            codes = frozenset({asked.currency})
            picks = {**picks, "currency": self._currencies.pick(codes, False)}
        elif asked.what == "value" and asked.currency not in self._currencies.number:
            return slice(0, 0)
        return rollup.rows(picks)

    def _summed(self, asked: Asked, picks: Mapping[str, Pick]) -> list[Any]:
        """Amounts, cells, known amounts and units by slot and flow; a last slot has nothing."""
        import numpy as np

        rollup = self._rollup(picks)
        rows = self._chosen(asked, rollup, picks)
        at = rollup.place[rows].astype(np.int64)
        return self._added(asked.what, rollup, rows, at, len(self._slots) + 1)

    def _coded(
        self, asked: Asked, picks: Mapping[str, Pick], places: Any, column: str, digits: int
    ) -> list[Any]:
        """The same by code and flow, over the slots at `places`."""
        import numpy as np

        rollup = self._rollup(picks, column, digits)
        rows = self._chosen(asked, rollup, picks)
        wanted = np.zeros((len(self._slots) + 1) * len(self._flows), dtype=bool)
        wanted.reshape(-1, len(self._flows))[places] = True
        wanted.reshape(-1, len(self._flows))[-1] = False
        inside = wanted[rollup.place[rows]]
        rows = rows[inside] if not isinstance(rows, slice) else np.flatnonzero(inside) + rows.start
        at = self._numbers(rollup, rows, column, digits) * np.int64(len(self._flows))
        at += rollup.place[rows] % len(self._flows)
        return self._added(asked.what, rollup, rows, at, self._columns[column].size(digits))

    def _numbers(self, rollup: Rollup, rows: Any, column: str, digits: int) -> Any:
        """The numbers of codes of so many digits."""
        numbers, held = rollup.column(column, rows), rollup.digits(column)
        if held == digits:
            return numbers
        between = self._columns[column].between(held, digits)
        return between[numbers]

    def _added(self, what: What, rollup: Rollup, rows: Any, at: Any, size: int) -> list[Any]:
        """Sums at `at`, as a table with a column for each flow."""
        import numpy as np

        width = len(self._flows)
        known = rollup.known.get(what)
        cells = np.bincount(at, None if rollup.cells is None else rollup.cells[rows], size * width)
        told = None if known is None else np.bincount(at, known[rows], size * width).reshape(size, width)
        amounts = added(rollup.amounts[what][rows], at, size * width).reshape(size, width)
        units = None
        if what == "quantity":
            names = len(self._units) + 1
            place = at * names + rollup.columns["quantity_unit"][rows]
            there = np.bincount(place, None if known is None else known[rows], size * width * names)
            units = there.reshape(size, width, names)[:, :, :-1] > 0
        return [amounts, cells.astype(np.int64).reshape(size, width), told, units]


def added(numbers: Any, at: Any, size: int) -> Any:
    """Whole numbers added up by place, exactly: in floating point only where that cannot round."""
    import numpy as np

    if numbers.dtype != np.int64:
        return np.bincount(at, numbers, size).astype(np.int64)
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, at, numbers)
    return found
