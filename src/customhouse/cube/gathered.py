"""All cells of a source in memory, where there are not too many: then no slice needs a scan of its own.

Checking a text asks for hundreds of slices, and a query for each costs more than its arithmetic. One
query brings the columns here, codes as small numbers; a slice is then a look-up of its codes and a sum of
whole numbers. What it gives is, to the last unit, what the query would give (tests/test_check_gathered.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from customhouse.cube.membership import Restriction
from customhouse.cube.sums import Month
from customhouse.statistics import What

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 3_000_000
"""Cells that are held at the most: some 60 bytes each."""
_REMEMBERED = 64 * 2**20
"""Bytes for which rows have which codes."""
AMOUNTS: Mapping[What, str] = {
    "value": "value_cents", "quantity": "quantity_milli", "mass": "net_mass_g", "lines": "lines"
}
CODED = ("flow", "currency", "quantity_unit", "hs8", "partner", "enterprise", "region", "regime", "transport")
COLUMNS = ("month_number", *CODED, *AMOUNTS.values())
LINES = ("month_number", *CODED, "trader_id")
"""Columns of lines, to count who trades."""


class Gathered:
    """Cells as columns of whole numbers; the code of row `i` in column `c` is `codes[c][column[c][i]]`."""

    def __init__(self, cells: pa.Table) -> None:
        self._codes: dict[str, list[str | None]] = {}
        self._column: dict[str, Any] = {}
        self._rows: dict[tuple[str, frozenset[str], bool], Any] = {}
        there = set(cells.column_names)
        for name in (*CODED, "trader_id"):
            if name in there:
                self._codes[name], self._column[name] = encoded(cells[name])
        self._month = _whole(cells["month_number"].combine_chunks(), "int32")
        self._amount = {what: numbers(cells[name]) for what, name in AMOUNTS.items() if name in there}

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies that values are in."""
        return frozenset(code for code in self._codes["currency"] if code)

    def codes(self, column: str) -> frozenset[str]:
        """The codes that a column has."""
        return frozenset(code for code in self._codes[column] if code is not None)

    def by_month(
        self, narrowed: Sequence[Sequence[Restriction]], keep: Mapping[str, frozenset[str]], what: What
    ) -> Mapping[tuple[int, str], Month]:
        """The sums of the chosen cells by month and flow."""
        chosen = self._chosen(narrowed, keep, None)
        first = int(self._month.min(initial=0)) if len(self._month) else 0
        found = self._summed(chosen, self._month - first, int(self._month.max(initial=0)) - first + 1, what)
        return {(at + first, flow): one for (at, flow), one in found.items()}

    def by_code(
        self,
        narrowed: Sequence[Sequence[Restriction]],
        keep: Mapping[str, frozenset[str]],
        what: What,
        months: tuple[int, int],
        column: str,
        digits: int | None,
    ) -> Mapping[tuple[str, str], Month]:
        """The same by the codes of a column (of so many digits) and flow, over months from first to last."""
        import numpy as np

        names = [code if code is None or digits is None else code[:digits] for code in self._codes[column]]
        short = [name for name in dict.fromkeys(names) if name is not None]
        places = {name: place for place, name in enumerate(short)}
        of_code = np.array([places.get(name or "", -1) for name in names], dtype=np.int64)
        at = of_code[self._column[column]]
        chosen = self._chosen(narrowed, keep, months) & (at >= 0)
        found = self._summed(chosen, at, len(short), what)
        return {(short[place], flow): one for (place, flow), one in found.items()}

    def distinct(
        self,
        narrowed: Sequence[Sequence[Restriction]],
        keep: Mapping[str, frozenset[str]],
        months: tuple[int, int],
        column: str,
    ) -> tuple[int, int]:
        """How many codes a column has in the chosen rows that have one, and how many rows those are."""
        import numpy as np

        none = len(self._codes[column]) - 1
        found = self._column[column][self._chosen(narrowed, keep, months)]
        found = found[found != none]
        return len(np.unique(found)), len(found)

    def _chosen(
        self,
        narrowed: Sequence[Sequence[Restriction]],
        keep: Mapping[str, frozenset[str]],
        months: tuple[int, int] | None,
    ) -> Any:
        import numpy as np

        chosen = np.ones(len(self._month), dtype=bool)
        if months is not None:
            chosen &= (self._month >= months[0]) & (self._month <= months[1])
        for column, codes in keep.items():
            chosen &= self._among(column, codes, False)
        for runs in narrowed:
            if len(runs) == 1:
                chosen &= self._among(runs[0].column, runs[0].codes, runs[0].blank)
                continue
            any_of = np.zeros(len(self._month), dtype=bool)
            for run in runs:
                inside = (self._month >= run.first) & (self._month <= run.last)
                any_of |= inside & self._among(run.column, run.codes, run.blank)
            chosen &= any_of
        return chosen

    def _among(self, column: str, codes: frozenset[str], blank: bool) -> Any:
        import numpy as np

        key = (column, codes, blank)
        rows = self._rows.get(key)
        if rows is None:
            told = [blank if code is None else code in codes for code in self._codes[column]]
            rows = np.array(told, dtype=bool)[self._column[column]]
            if (len(self._rows) + 1) * len(rows) <= _REMEMBERED:
                self._rows[key] = rows
        return rows

    def _summed(self, chosen: Any, at: Any, size: int, what: What) -> dict[tuple[int, str], Month]:
        """Sums by place and flow: exact, as whole numbers."""
        import numpy as np

        rows = np.flatnonzero(chosen)
        flows = self._codes["flow"]
        key = at[rows].astype(np.int64) * len(flows) + self._column["flow"][rows]
        numbers, known = self._amount[what]
        amounts = np.zeros(size * len(flows), dtype=np.int64)
        np.add.at(amounts, key, numbers[rows])
        cells = np.bincount(key, minlength=size * len(flows))
        told = cells if known is None else np.bincount(key[known[rows]], minlength=size * len(flows))
        units = self._units(rows, key, known) if what == "quantity" else {}
        return {
            (place // len(flows), flows[place % len(flows)] or ""):
                Month(int(amounts[place]) if told[place] else None, int(cells[place]),
                      units.get(place, frozenset()))
            for place in map(int, np.flatnonzero(cells))
        }

    def _units(self, rows: Any, key: Any, known: Any) -> dict[int, frozenset[str]]:
        """The units of the quantities that are told, by place."""
        import numpy as np

        told = np.ones(len(rows), dtype=bool) if known is None else known[rows]
        names = self._codes["quantity_unit"]
        pairs = np.unique(key[told] * len(names) + self._column["quantity_unit"][rows][told])
        found: dict[int, set[str]] = {}
        for place, unit in (divmod(int(pair), len(names)) for pair in pairs):
            if (name := names[unit]) is not None:
                found.setdefault(place, set()).add(name)
        return {place: frozenset(units) for place, units in found.items()}


def encoded(column: pa.ChunkedArray) -> tuple[list[str | None], Any]:
    """The codes of a column, and for each row the place of its code; no code is the last of them."""
    import numpy as np

    array = column.combine_chunks().dictionary_encode(null_encoding="encode")
    if hasattr(array, "combine_chunks"):
        array = array.combine_chunks()
    told: list[str | None] = array.dictionary.to_pylist()
    codes = [code for code in told if code is not None]
    places = {code: place for place, code in enumerate(codes)}
    moved = [len(codes) if code is None else places[code] for code in told]
    return [*codes, None], np.array(moved, dtype=np.int32)[_whole(array.indices, "int32")]


def numbers(column: pa.ChunkedArray) -> tuple[Any, Any]:
    """The numbers of a column with 0 for none, and which there are (None where all are)."""
    import numpy as np

    array = column.combine_chunks()
    numbers = _whole(array, "int64")
    if not array.null_count:
        return numbers, None
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], dtype=np.uint8), bitorder="little")
    known = bits[array.offset : array.offset + len(array)].astype(bool)
    return np.where(known, numbers, 0), known


def _whole(array: pa.Array, kind: str) -> Any:
    """The whole numbers of an array as they lie in memory: Arrow's `to_numpy` would load pandas."""
    import numpy as np

    data = array.buffers()[1]
    if data is None or not len(array):
        return np.zeros(0, dtype=kind)
    return np.frombuffer(data, dtype=kind, count=array.offset + len(array))[array.offset :]
