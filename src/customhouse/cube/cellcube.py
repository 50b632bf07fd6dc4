"""Statistics from cells that were compiled of declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from customhouse.compiling.load import line_files
from customhouse.compiling.months import accepted_lines
from customhouse.cube.concepts import Concepts, flows, outside_special_trade
from customhouse.cube.membership import COLUMNS, Restriction, restrictions
from customhouse.engine import Engine
from customhouse.model import HOME, CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, What
from customhouse.store import Store, StoredFile, Vintage

_SUM = {"value": "value_cents", "quantity": "quantity_milli", "mass": "net_mass_g", "lines": "lines"}
_SCALE = {"value": 100, "quantity": 1000, "mass": 1000, "lines": 1}
_UNIT = {"mass": "kg", "lines": "line", "traders": "enterprise", "partners": "country"}
_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_LINE_COLUMNS = (
    "declaration_id", "line", "flow", "hs_code", "partner", "consignment", "region", "enterprise", "regime",
    "transport", "currency", "quantity_unit", "value_cents", "quantity_milli", "net_mass_g", "trader_id",
)
_Series = Mapping[int, tuple[int, int]]
"""By month: an amount in the smallest units, and how many cells it was added up from."""


class CellCube:
    """`Statistics` of one source of declarations, from the vintages that are handed in."""

    def __init__(
        self, store: Store, engine: Engine, vintages: Sequence[Vintage], currency: str | None,
        concepts: Concepts,
    ) -> None:
        self._store, self._engine, self._concepts = store, engine, concepts
        self._vintages = [v for v in vintages if v.files]
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        self._currency = currency or vintages[-1].currency
        self._series: dict[tuple[Slice, What, Known], tuple[str, _Series] | None] = {}
        self._parts: dict[tuple[Slice, str, Period, What, Known], Mapping[str, Level]] = {}
        self._distinct: dict[tuple[Slice, Period, Known], Level | None] = {}

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months with cells, in order."""
        return tuple(sorted(self._files("latest")))

    def level(self, part: Slice, period: Period, what: What = "value", known: Known = "latest") -> Level | None:
        """See `Statistics.level`."""
        covered = self._files(known)
        wanted = range(period.first, period.last + 1)
        if any(month not in covered for month in wanted) or not self._covers(part):
            return None
        if what == "partners":
            found = self.parts(part, "partner", period, "value", known)
            return self._made(len(found), what, sum(level.origin.cells for level in found.values()), wanted, known)
        if what == "traders":
            return self._traders(part, period, known)
        series = self._monthly(part, what, known)
        if series is None:
            return None
        unit, by_month = series
        amounts = [by_month.get(month, (0, 0)) for month in wanted]
        total, cells = (sum(column) for column in zip(*amounts, strict=True))
        return self._made(Fraction(total, _SCALE[what]), what, cells, wanted, known, unit)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        key = (part, dimension, period, what, known)
        if key not in self._parts:
            self._parts[key] = self._measured_parts(*key)
        return self._parts[key]

    def _measured_parts(
        self, part: Slice, dimension: str, period: Period, what: What, known: Known
    ) -> Mapping[str, Level]:
        wanted = [m for m in range(period.first, period.last + 1) if m in self._files(known)]
        frame = self._chosen(part, what, known, wanted) if wanted and what in _SUM else None
        if frame is None:
            return {}
        column = nw.col("hs8").str.slice(0, _HS[dimension]) if dimension in _HS else nw.col(dimension)
        grouped = frame.with_columns(code=column).group_by("code").agg(*_sums(what))
        return {
            row["code"] or "": self._made(
                Fraction(row["amount"], _SCALE[what]), what, row["cells"], wanted, known,
                row.get("unit") or "",
            )
            for row in self._engine.collect(grouped).to_pylist()
            if row["amount"] and row.get("unit") == row.get("other_unit")
        }

    def _monthly(self, part: Slice, what: What, known: Known) -> tuple[str, _Series] | None:
        """All months of a slice at once: one scan answers for every period."""
        key = (part, what, known)
        if key not in self._series:
            frame = self._chosen(part, what, known, sorted(self._files(known)))
            self._series[key] = None if frame is None else self._summed(frame, what)
        return self._series[key]

    def _summed(self, frame: nw.LazyFrame[Any], what: What) -> tuple[str, _Series] | None:
        found = self._engine.collect(frame.group_by("month").agg(*_sums(what))).to_pylist()
        units = {row.get(name) for row in found if row["amount"] for name in ("unit", "other_unit")}
        if len(units) > 1:  # unlike units do not add up
            return None
        return next(iter(units), "") or "", {row["month"]: (row["amount"], row["cells"]) for row in found}

    def _chosen(
        self, part: Slice, what: What, known: Known, months: Sequence[int]
    ) -> nw.LazyFrame[Any] | None:
        """The cells of a slice with `signed` flows; None where a code of it is in no list."""
        signs = flows(part.flow or "trade", self._concepts)
        narrowed = restrictions(part, months, self._codes)
        if narrowed is None:
            return None
        keep = [nw.col("flow").is_in(list(signs))]
        keep += [_any_of(runs) for runs in narrowed]
        if months != sorted(self._files(known)):
            keep.append(nw.col("month").is_in(list(months)))
        if what == "value":
            keep.append(nw.col("currency") == self.currency)
        if self._concepts.system == "special":
            keep.append(nw.col("regime").is_null() | ~nw.col("regime").is_in(list(outside_special_trade())))
        frame = self._cells(known, months).filter(reduce(and_, keep))
        minus = [flow for flow, sign in signs.items() if sign < 0]
        sign = nw.when(nw.col("flow").is_in(minus)).then(nw.lit(-1)).otherwise(nw.lit(1)) if minus else nw.lit(1)
        return frame.with_columns(signed=(nw.col(_SUM[what]) * sign).cast(nw.Int64))

    def _cells(self, known: Known, months: Sequence[int]) -> nw.LazyFrame[Any]:
        if self._concepts.partner == "consignment":
            return nw.concat([self._lines(month, known) for month in months], how="vertical")
        files = self._files(known)
        paths = [self._store.file(file) for month in months for file in files[month]]
        return self._engine.parquet(paths)

    def _lines(self, month: int, known: Known) -> nw.LazyFrame[Any]:
        """Accepted lines in the form of cells, by consignment where that is the concept."""
        vintages = self._vintages if known == "latest" else self._first(month)
        frame = accepted_lines(self._engine, line_files(self._store, vintages, month), _LINE_COLUMNS)
        by = "consignment" if self._concepts.partner == "consignment" else "partner"
        return frame.with_columns(
            month=nw.lit(month).cast(nw.Int32), hs8=nw.col("hs_code").str.slice(0, 8), lines=nw.lit(1),
            partner=nw.col(by),
        )

    def _first(self, month: int) -> list[Vintage]:
        return next(([v] for v in self._vintages if month in v.months()), [])

    def _traders(self, part: Slice, period: Period, known: Known) -> Level | None:
        """Distinct traders, from the lines: counts of cells do not add up."""
        key = (part, period, known)
        if key not in self._distinct:
            self._distinct[key] = self._counted(part, period, known)
        return self._distinct[key]

    def _counted(self, part: Slice, period: Period, known: Known) -> Level | None:
        wanted = list(range(period.first, period.last + 1))
        narrowed = restrictions(part, wanted, self._codes)
        if narrowed is None:
            return None
        lines = nw.concat([self._lines(month, known) for month in wanted], how="vertical")
        keep = [nw.col("flow").is_in(list(flows(part.flow or "trade", self._concepts))), ~nw.col("trader_id").is_null()]
        chosen = lines.filter(reduce(and_, [*keep, *(_any_of(runs) for runs in narrowed)]))
        counted = self._engine.collect(chosen.select(
            traders=nw.col("trader_id").n_unique().cast(nw.Int64), lines=nw.len().cast(nw.Int64)
        )).to_pylist()[0]
        number = counted["traders"] if counted["lines"] else 0
        return self._made(Fraction(number), "traders", counted["lines"], wanted, known)

    def _made(
        self, amount: Fraction | int, what: What, cells: int, months: Sequence[int], known: Known, unit: str = ""
    ) -> Level:
        files = self._files(known)
        numbers = sorted({self._number[file.path] for month in months for file in files.get(month, ())})
        unit = self.currency if what == "value" else _UNIT.get(what, unit)
        return Level(Fraction(amount), unit, CellOrigin(self.source, tuple(numbers), cells))

    def _covers(self, part: Slice) -> bool:
        return (part.reporter or HOME) == self.reporter and part.subject is None

    def _files(self, known: Known) -> Mapping[int, tuple[StoredFile, ...]]:
        """The cell files that stand for each month: of its last vintage, or of its first."""
        return self._latest_files if known == "latest" else self._first_files

    @cached_property
    def _latest_files(self) -> dict[int, tuple[StoredFile, ...]]:
        return self._by_month(self._vintages)

    @cached_property
    def _first_files(self) -> dict[int, tuple[StoredFile, ...]]:
        return self._by_month(self._vintages[::-1])

    def _by_month(self, vintages: Sequence[Vintage]) -> dict[int, tuple[StoredFile, ...]]:
        found: dict[int, tuple[StoredFile, ...]] = {}
        for vintage in vintages:
            for month in vintage.months():
                files = tuple(f for f in vintage.files if f.part == "cells" and f.month == month)
                found[month] = files or found.get(month, ())
        return {month: files for month, files in sorted(found.items()) if files}

    @cached_property
    def _number(self) -> dict[str, int]:
        return {file.path: vintage.number for vintage in self._vintages for file in vintage.files}

    @cached_property
    def _codes(self) -> dict[str, frozenset[str]]:
        """The codes that occur in each column of the cells."""
        frame = self._engine.parquet([self._store.file(f) for fs in self._files("latest").values() for f in fs])
        return {
            column: frozenset(
                code for code in self._engine.collect(frame.select(column).unique())[column].to_pylist() if code
            )
            for column in COLUMNS.values()
        }


def _sums(what: What) -> list[nw.Expr]:
    """The amount and the number of cells; for quantities also the units that are among them."""
    unit = nw.col("quantity_unit")
    sums = [nw.col("signed").sum().cast(nw.Int64).alias("amount"), nw.len().cast(nw.Int64).alias("cells")]
    return [*sums, unit.min().alias("unit"), unit.max().alias("other_unit")] if what == "quantity" else sums


def _any_of(runs: Sequence[Restriction]) -> nw.Expr:
    """Within one of the runs of months, one of its codes."""
    if len(runs) == 1:
        return nw.col(runs[0].column).is_in(sorted(runs[0].codes))
    return reduce(or_, (
        (nw.col("month") >= run.first) & (nw.col("month") <= run.last) & nw.col(run.column).is_in(sorted(run.codes))
        for run in runs
    ))
