"""The figures of a load beside those already known, as NumPy columns: what all checks look at.

Rows 0 to `rows` are the load, in the order of its file; known figures follow. A known figure of
the same cell as one of the load is left out of `live` and kept in `earlier` instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.records.table import TABLE_DIMENSIONS, TABLE_SCHEMA

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FLOWS = ("exports", "imports", "trade", "balance", "re_exports", "re_imports")
EXPORTS, IMPORTS, TRADE, BALANCE = range(4)
WORLD = "WLD"
_CODED = ("reporter", *TABLE_DIMENSIONS, "currency", "basis", "quantity_unit")
_FLOW = {flow: number for number, flow in enumerate(FLOWS)}


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Columns of the load and of what is known. Money in cents as floats, NaN where there is none.

    `code[d]` numbers the codes `names[d]` of a dimension, -1 for null. `item` numbers what a figure
    is of (reporter, currency, all dimensions), `series` the same with the flow.
    """

    table: pa.Table
    rows: int
    first: Ints
    last: Ints
    flow: Ints
    code: Mapping[str, Ints]
    names: Mapping[str, tuple[str, ...]]
    item: Ints
    series: Ints
    value: Floats
    step: Floats
    growth: Floats
    quantity: Floats
    mass: Floats
    live: Ints
    twice: tuple[Ints, Ints]
    earlier: tuple[Ints, Ints]

    @classmethod
    def of(cls, load: pa.Table, known: pa.Table | None) -> Sheet:
        """The sheet of two tables in TABLE_SCHEMA."""
        parts = [load.select(TABLE_SCHEMA.names).cast(TABLE_SCHEMA)]
        if known is not None and known.num_rows:
            parts.append(known.select(TABLE_SCHEMA.names).cast(TABLE_SCHEMA))
        table = pa.concat_tables(parts).combine_chunks()
        found = {name: coded(table[name]) for name in _CODED}
        code = {name: numbers for name, (numbers, _) in found.items()}
        _world_is_null(code, found["partner"][1])
        first, last = _ints(table["first_month"]), _ints(table["last_month"])
        flow = np.array([_FLOW.get(f, len(FLOWS)) for f in table["flow"].to_pylist()], np.int64)
        item = ids(*(code[name] for name in ("reporter", *TABLE_DIMENSIONS, "currency")))
        series = ids(item, flow)
        value, printed, growth, quantity, mass = (_floats(table[name]) for name in _NUMBERS)
        live, twice, earlier = _cells(ids(series, first, last), value, load.num_rows)
        step = _steps(value, printed, coded(table["file"])[0])
        names = {name: codes for name, (_, codes) in found.items()}
        amounts = (value, step, growth, quantity, mass)
        return cls(
            table, load.num_rows, first, last, flow, code, names, item, series, *amounts, live, twice, earlier
        )

    def text(self, column: str, row: int) -> str | None:
        """The text of a column in a row."""
        found: str | None = self.table[column][int(row)].as_py()
        return found

    def name(self, dimension: str, row: int) -> str | None:
        """The code of a dimension in a row, None where it is all of it."""
        number = int(self.code[dimension][row])
        return None if number < 0 else self.names[dimension][number]

    def loaded(self, rows: Ints) -> Ints:
        """Those of some rows that belong to the load."""
        return rows[rows < self.rows]


_NUMBERS = ("value_cents", "step_cents", "growth_percent", "quantity_milli", "net_mass_g")


def ids(*columns: Ints) -> Ints:
    """One number for each distinct combination of the values of some columns (-1 and above)."""
    out = np.zeros(len(columns[0]) if columns else 0, np.int64)
    for column in columns:
        if not len(column):
            return out
        low = int(column.min())
        width = int(column.max()) - low + 1
        if width > 1:
            if width * (int(out.max()) + 1) > 2**61:
                out = np.unique(out, return_inverse=True)[1].astype(np.int64)
            out = out * width + (column - low)
    return np.unique(out, return_inverse=True)[1].astype(np.int64)


def coded(column: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """A column of text as numbers, -1 for null, and the texts that they stand for."""
    whole = pc.dictionary_encode(column).combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # an empty table
        return np.zeros(0, np.int64), ()
    numbers = pc.fill_null(whole.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers, tuple(whole.dictionary.to_pylist())


def _floats(column: pa.ChunkedArray) -> Floats:
    found: Floats = pc.cast(column, pa.float64(), safe=False).to_numpy().astype(np.float64)
    return found


def _ints(column: pa.ChunkedArray) -> Ints:
    found: Ints = column.to_numpy().astype(np.int64)
    return found


def _world_is_null(code: dict[str, Ints], partners: tuple[str, ...]) -> None:
    """The world as a partner is the same as no partner."""
    if WORLD in partners:
        code["partner"] = np.where(code["partner"] == partners.index(WORLD), -1, code["partner"])


def _steps(value: Floats, printed: Floats, file: Ints) -> Floats:
    """The printed steps; where a file has none, the power of ten that all its values are multiples of."""
    step = printed.copy()
    for number in np.unique(file[np.isnan(step)]) if len(file) else ():
        rows = (file == number) & np.isnan(step)
        found = np.abs(value[rows & ~np.isnan(value)])
        size = 1.0
        while len(found) > 2 and size < 1e12 and not np.any(np.mod(found, size * 10)):
            size *= 10
        step[rows] = size
    return np.maximum(step, 0.0)


def _cells(key: Ints, value: Floats, rows: int) -> tuple[Ints, tuple[Ints, Ints], tuple[Ints, Ints]]:
    """One row for each cell (of two the larger), pairs of rows of one cell, and pairs with earlier ones."""
    order = np.lexsort((-np.nan_to_num(np.abs(value), nan=-1.0), np.arange(len(key)) >= rows, key))
    if not len(order):
        return order, (order, order), (order, order)
    head = np.r_[True, key[order][1:] != key[order][:-1]]
    lead = order[head][np.cumsum(head) - 1]
    spare = ~head
    within = spare & ((lead >= rows) == (order >= rows)) & (order < rows)
    before = spare & (lead < rows) & (order >= rows)
    return np.sort(order[head]), (lead[within], order[within]), (lead[before], order[before])
