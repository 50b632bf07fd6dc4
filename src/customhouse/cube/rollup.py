"""Cells added up over all dimensions but a few, in an order in which codes of a slice are runs of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customhouse.cube.picking import Pick, Runs
from customhouse.statistics import What

_MOST_RUNS = 4096
"""Runs of rows that are looked up one by one; where there would be more, rows are passed through."""
_RUN = 50
"""Rows that can be looked at while one run is found."""
_ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension that rows are in the order of: its column, HS digits (0 for others), how many numbers."""

    column: str
    digits: int
    size: int


@dataclass(slots=True)
class Rollup:
    """Rows by month and flow (`place`), the `axes` that they are ordered by, and further `columns`.

    `key` is the number on the first axis times the size of the second plus the number on it. `cells`
    counts the cells behind a row (None: one each), `known` tells which amounts are known (None: all).
    """

    axes: tuple[Axis, ...]
    key: Any
    columns: Mapping[str, Any]
    place: Any
    amounts: Mapping[What, Any]
    known: Mapping[What, Any]
    cells: Any = None
    _starts: Any = field(default=None)

    def __post_init__(self) -> None:
        import numpy as np

        if self.axes:
            width = self.axes[1].size if len(self.axes) > 1 else 1
            self._starts = np.searchsorted(self.key, np.arange(self.axes[0].size + 1) * width)

    def __len__(self) -> int:
        return len(self.place)

    def bytes(self) -> int:
        """What it takes in memory."""
        arrays = [self.place, self.key, self.cells, *self.columns.values(), *self.amounts.values(),
                  *self.known.values()]
        return sum(array.nbytes for array in arrays if array is not None)

    def tells(self, columns: frozenset[str], digits: int) -> bool:
        """Whether it tells apart the codes of these columns, goods at so many HS digits."""
        held = {axis.column: axis.digits for axis in self.axes}
        return all(name in held or name in self.columns for name in columns) and held.get("hs8", 0) >= digits

    def cost(self, picks: Mapping[str, Pick]) -> float:
        """About what a slice takes: rows to look at, and runs of them to find."""
        named = [picks.get(axis.column) for axis in self.axes]
        if not any(named):
            return len(self.place)
        first, starts = self.axes[0], self._starts
        runs = named[0].runs[first.digits] if named[0] else ((0, first.size),)
        rows = sum(int(starts[end] - starts[start]) for start, end in runs)
        if len(named) == 1 or named[1] is None:
            return rows
        inner = named[1].runs[self.axes[1].digits]
        looked_up = sum(end - start for start, end in runs) * len(inner)
        if looked_up > _MOST_RUNS:
            return 2 * rows
        return _RUN * looked_up + rows * sum(end - start for start, end in inner) / self.axes[1].size

    def rows(self, picks: Mapping[str, Pick]) -> Any:
        """The rows of a slice: a stretch of them, or their numbers."""
        ranges, done = self._ranges(picks)
        rows = _joined(ranges)
        for column, pick in picks.items():
            if column not in done:
                inside = pick.tables[self.digits(column)][self.column(column, rows)]
                rows = _numbers(rows, inside)
        return rows

    def column(self, column: str, rows: Any = _ALL) -> Any:
        """The numbers of a column in some rows, on an axis those of its digits."""
        if column in self.columns:
            return self.columns[column][rows]
        if column == self.axes[0].column:
            return self.key[rows] // self.axes[1].size if len(self.axes) > 1 else self.key[rows]
        return self.key[rows] % self.axes[1].size

    def digits(self, column: str) -> int:
        """Of how many HS digits the numbers of a column are."""
        return next((axis.digits for axis in self.axes if axis.column == column), 0)

    def _ranges(self, picks: Mapping[str, Pick]) -> tuple[Any, set[str]]:
        """Runs of rows in which the codes on the axes are, and the columns that they settle."""
        import numpy as np

        named = [picks.get(axis.column) for axis in self.axes]
        if not any(named):
            return [(0, len(self.place))], set()
        first = self.axes[0]
        runs: Runs = named[0].runs[first.digits] if named[0] else ((0, first.size),)
        inner = named[1].runs[self.axes[1].digits] if len(named) > 1 and named[1] else None
        if inner is None:
            starts = self._starts
            return [(int(starts[a]), int(starts[b])) for a, b in runs], {first.column}
        if sum(b - a for a, b in runs) * len(inner) > _MOST_RUNS:
            starts = self._starts
            return [(int(starts[a]), int(starts[b])) for a, b in runs], {first.column} if named[0] else set()
        width = self.axes[1].size
        outer = np.concatenate([np.zeros(0, int), *(np.arange(a * width, b * width, width) for a, b in runs)])
        ends = (outer[:, None] + np.array(inner, dtype=np.int64).reshape(1, -1)).ravel()
        found = np.searchsorted(self.key, ends.astype(self.key.dtype)).reshape(-1, 2)
        return found[found[:, 0] < found[:, 1]], {axis.column for axis in self.axes}


def _joined(ranges: Any) -> Any:
    """Runs of rows as one stretch, where it is one, else as the numbers of the rows."""
    import numpy as np

    if len(ranges) == 1:
        return slice(int(ranges[0][0]), int(ranges[0][1]))
    if not len(ranges):
        return slice(0, 0)
    bounds = np.asarray(ranges)
    lengths = bounds[:, 1] - bounds[:, 0]
    if (bounds[1:, 0] == bounds[:-1, 1]).all():
        return slice(int(bounds[0, 0]), int(bounds[-1, 1]))
    ends = lengths.cumsum()
    return np.arange(ends[-1]) + np.repeat(bounds[:, 0] - (ends - lengths), lengths)


def _numbers(rows: Any, inside: Any) -> Any:
    """The rows that are inside."""
    import numpy as np

    if isinstance(rows, slice):
        return np.flatnonzero(inside) + rows.start
    return rows[inside]
