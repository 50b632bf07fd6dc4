"""The items of one period as arrays, and which of them another period has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.prices.itemrows import BETWEEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from customhouse.prices.panel import Floats

    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class Side:
    """Items of a period, columns as in `itemrows.COLUMNS`: those with a price, and `lone` ones without.

    `value` is in hundredths, `quantity` in thousandths of the unit, of the items with a price, whose rows
    are `at`; both for one of `parts` periods where an average is taken. Where `impute`, what a priced item
    has without a quantity is taken to have had its unit value, but for the items `bare`: `imputed` is that
    part of `value`.
    """

    def __init__(
        self, items: pa.Table, impute: bool, parts: float = 1, bare: frozenset[str] = frozenset()
    ) -> None:
        values = numbers(items["value_cents"])
        self._bare = bare
        self._items, self.every = items, cast("NDArray[Any]", values if parts == 1 else values / parts)
        quantity = numbers(items["quantity_milli"])
        self.at, self.lone = np.flatnonzero(quantity > 0), np.flatnonzero(quantity <= 0)
        self.value, self.quantity = self.every[self.at], quantity[self.at] / parts
        self.imputed = np.zeros_like(self.value)
        if impute and len(self.lone) and len(self.at):
            self._fold()

    @property
    def total(self) -> float:
        """The value of everything, in hundredths."""
        return plain(self.every)

    @cached_property
    def all(self) -> pa.Array:
        """Every item."""
        return one_array(self._items["item"])

    @cached_property
    def names(self) -> pa.Array:
        """The items with a price."""
        return self.all if not len(self.lone) else self.all.take(pa.array(self.at))

    @cached_property
    def keys(self) -> pa.Array:
        """The same with their units."""
        return pc.binary_join_element_wise(self.names, self.column("unit", self.at), BETWEEN)

    def ranked(self, priced: Whole) -> Whole:
        """Places among the items with a price, in the order of their names and units."""
        order = pc.sort_indices(self.keys.take(pa.array(priced)))
        found: Whole = priced[order.to_numpy().astype(np.int64)]
        return found

    def column(self, name: str, rows: Whole) -> pa.Array:
        """A column of some rows."""
        return one_array(self._items[name]).take(pa.array(rows))

    def estimable(self, rows: Whole) -> Flags:
        """Whether the quantities of rows may be estimated: they have a value, and are not to stay bare."""
        found: Flags = self.every[rows] > 0
        if self._bare and len(rows):
            bare = pc.is_in(self.all.take(pa.array(rows)), value_set=pa.array(sorted(self._bare)))
            found &= ~flags(bare)
        return found

    def had_by(self, other: Side, rows: Whole) -> Flags:
        """Of some rows whether another period has the item, in whatever unit."""
        found = pc.is_in(self.all.take(pa.array(rows)), value_set=other.all)
        return flags(found)

    def _fold(self) -> None:
        """Put what has no quantity to the priced row of its item."""
        ranked = self.ranked(np.arange(len(self.at)))
        to, found = places(self.all.take(pa.array(self.lone)), self.names.take(pa.array(ranked)))
        to, found = ranked[to], found & self.estimable(self.lone)
        before = self.value.astype(np.float64)
        np.add.at(self.imputed, to[found], self.every[self.lone[found]])
        self.value = self.value + self.imputed
        self.quantity = self.quantity * (self.value / before)
        self.lone = self.lone[~found]


def strata(side: Side, rows: Whole, digits: Sequence[int]) -> list[Whole]:
    """Strata of rows, numbered from 0: the first digits of the HS code, each flow and unit apart."""
    hs8, flow, unit = (
        side.column(name, rows).dictionary_encode() for name in ("hs8", "flow", "unit")
    )
    apart = _codes(flow) * (len(unit.dictionary) + 1) + _codes(unit)
    found = []
    for count in digits:
        short = pc.utf8_slice_codeunits(hs8.dictionary, 0, count).dictionary_encode()
        goods = _codes(short)[_codes(hs8)] if len(short) else _codes(hs8)
        joined = pa.array(apart * (len(short) + 1) + goods).dictionary_encode()
        found.append(_codes(joined))
    return found


def places(wanted: pa.Array, among: pa.Array) -> tuple[Whole, Flags]:
    """Where each of some texts is among others (0 where it is not), and whether it is."""
    found = pc.index_in(wanted, value_set=among)
    return found.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64), flags(found.is_valid())


def numbers(column: pa.ChunkedArray) -> Whole:
    """A column of whole numbers, nothing as 0."""
    found: Whole = column.fill_null(0).to_numpy().astype(np.int64)
    return found


def flags(column: pa.Array) -> Flags:
    """A column of flags."""
    found: Flags = column.to_numpy(zero_copy_only=False).astype(bool)
    return found


def floats(column: NDArray[Any]) -> Floats:
    """Numbers as floats."""
    return column.astype(np.float64)


def plain(column: NDArray[Any]) -> float:
    """The sum of a column: a whole number where the column has whole numbers."""
    found: float = (column if column.dtype.kind == "i" else np.sort(column)).sum().item()
    return found


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    found = column.combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)


def _codes(encoded: pa.DictionaryArray) -> Whole:
    found: Whole = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return found
