"""Where items of a slice and period come from: cells of declarations, or official tables by HS code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from customhouse.cube import CellCube, TableCube
from customhouse.cube.membership import member_codes
from customhouse.engine import Engine
from customhouse.errors import VocabularyError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.prices.itemrows import BETWEEN
from customhouse.prices.staging import SCHEMA, Staged
from customhouse.statistics import Remembered, Statistics
from customhouse.vocabulary import codes

if TYPE_CHECKING:
    import narwhals as nw

_FLOWS = {"trade": ("exports", "imports")}
_NARROWER = ("enterprise", "region", "regime", "transport")
_SHORTEST = 4
"""Digits of an HS code below which a quantity is of goods too unlike to have a price."""

Keyed = tuple[tuple[str | None, ...], str, str]
"""The key of a table without its flow, the flow, the item."""


class Source(Protocol):
    """Items and totals of slices; months are running numbers."""

    def items(self, part: Slice, period: Period) -> pa.Table:
        """The items of a slice in a period, columns as in `itemrows.COLUMNS`."""
        ...

    def total(self, part: Slice, period: Period) -> int | None:
        """The value of all of a slice, in hundredths; None where its items are all of it."""
        ...

    def prepare(self, part: Slice, months: Sequence[int]) -> None:
        """Say which months will be asked for."""
        ...

    def whole(self, part: Slice, period: Period) -> bool:
        """Whether a period can be had as one alone, since its months cannot be told apart."""
        ...


def source_of(statistics: Statistics, finer: Sequence[str] = ()) -> Source | None:
    """The items behind statistics; None where they have none."""
    while isinstance(statistics, Remembered):
        statistics = statistics.within
    if isinstance(statistics, CellCube):
        return Cells(statistics, finer)
    return Tables(statistics) if isinstance(statistics, TableCube) else None


class Cells:
    """Items of cells that were compiled of declarations."""

    def __init__(self, cube: CellCube, finer: Sequence[str]) -> None:
        self._cube, self._finer = cube, finer
        self._staged: dict[Slice, Staged] = {}

    def items(self, part: Slice, period: Period) -> pa.Table:
        """See `Source`."""
        return self._of(part).over(period.first, period.last)

    def total(self, part: Slice, period: Period) -> int | None:
        """See `Source`."""
        return None

    def prepare(self, part: Slice, months: Sequence[int]) -> None:
        """See `Source`."""
        self._of(part).prepare(months)

    def whole(self, part: Slice, period: Period) -> bool:
        """See `Source`."""
        return False

    def _of(self, part: Slice) -> Staged:
        if part not in self._staged:
            self._staged[part] = self._stage(part)
        return self._staged[part]

    def _stage(self, part: Slice) -> Staged:
        rows = self._cube.rows

        def scan(engine: Engine, months: Sequence[int]) -> nw.LazyFrame[Any]:
            found = rows.beside(engine).chosen(part, "value", "latest", months)
            if found is None:
                raise VocabularyError(f"{part.given()}: a code of these is in no list")
            return found

        return Staged(scan, self._cube.sizes(), self._cube.engine, self._finer)


class Tables:
    """Items of official tables: HS codes of the digits that hold the most value, by partner where told."""

    def __init__(self, cube: TableCube) -> None:
        self._cube = cube
        self._held: dict[tuple[Slice, Period], pa.Table] = {}

    def items(self, part: Slice, period: Period) -> pa.Table:
        """See `Source`."""
        if (part, period) not in self._held:
            digits: dict[int, list[tuple[object, ...]]] = {}
            for key, flow, item in self._keys(part, period):
                if row := self._row(key, flow, item, period):
                    digits.setdefault(len(str(key[2])), []).append(row)
            rows = max(digits.values(), key=lambda found: sum(int(str(row[5])) for row in found), default=[])
            columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
            self._held[part, period] = pa.table([list(column) for column in columns], schema=SCHEMA)
        return self._held[part, period]

    def total(self, part: Slice, period: Period) -> int | None:
        """See `Source`."""
        found = self._cube.level(part, period, "value")
        return 0 if found is None else int(found.amount * 100)

    def prepare(self, part: Slice, months: Sequence[int]) -> None:
        """See `Source`."""

    def whole(self, part: Slice, period: Period) -> bool:
        """See `Source`."""
        months = range(period.first, period.last + 1)
        return any(self._cube.level(part, Period(m, m), "value") is None for m in months)

    def _keys(self, part: Slice, period: Period) -> list[Keyed]:
        """What the tables have of a slice by HS code: by single partner where they tell them apart."""
        reporter, flow = part.reporter or self._cube.reporter, part.flow or "trade"
        narrowed = tuple(getattr(part, name) for name in _NARROWER)
        inside = [
            key for key in self._goods
            if key[0] == reporter and key[1] in _FLOWS.get(flow, (flow,)) and tuple(key[4:]) == narrowed
        ]
        goods = _members("commodity", part.commodity, period, {str(key[3]) for key in inside})
        inside = [key for key in inside if key[3] in goods]
        single = codes.single("partner")
        partners = _members("partner", part.partner, period, {str(k[2]) for k in inside if k[2] in single})
        parted = [key for key in inside if key[2] in partners]
        chosen = parted or [key for key in inside if key[2] == part.partner]
        return [((key[0], *key[2:]), str(key[1]), BETWEEN.join((str(key[1]), key[2] or "", str(key[3]))))
                for key in chosen]  # fmt: skip

    @cached_property
    def _goods(self) -> list[tuple[str | None, ...]]:
        return [
            key for key in self._cube.keys("value")
            if (good := key[3] or "").isdigit() and len(good) >= _SHORTEST
        ]

    def _row(
        self, key: tuple[str | None, ...], flow: str, item: str, period: Period
    ) -> tuple[object, ...] | None:
        """The item of a key in a period: its own quantity, else its net mass."""
        value = self._cube.figure(key, flow, period, "value")
        if value is None or not value.amount:
            return None
        unit, quantity = "", 0
        for what in ("quantity", "mass") if value.amount > 0 else ():
            found = self._cube.figure(key, flow, period, "quantity" if what == "quantity" else "mass")
            if found is not None and found.amount > 0:
                unit, quantity = ("kg" if what == "mass" else found.unit or "unit"), found.amount
                break
        return period.last, item, flow, key[2], unit, value.amount, quantity


def _members(dimension: str, code: str | None, period: Period, there: set[str]) -> frozenset[str]:
    if code is None:
        return frozenset(there)
    try:
        return member_codes(dimension, code, period.last, there)
    except VocabularyError:
        return frozenset()
