"""Statistics from cells that were compiled of declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, reduce
from operator import and_
from typing import Any

import narwhals as nw

from customhouse.compiling.cells import cells
from customhouse.compiling.load import line_files
from customhouse.compiling.months import accepted_lines
from customhouse.cube.concepts import flows, outside_special_trade
from customhouse.cube.membership import any_of, restrictions
from customhouse.cube.sums import NOTHING, Month, sums, together
from customhouse.engine import Engine, distinct
from customhouse.model import CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Concepts, Known, Level, What
from customhouse.store import Store, StoredFile, Vintage
from customhouse.vocabulary import codes

_SUM = {"value": "value_cents", "quantity": "quantity_milli", "mass": "net_mass_g", "lines": "lines"}
_SCALE = {"value": 100, "quantity": 1000, "mass": 1000, "lines": 1, "traders": 1}
_UNIT = {"mass": "kg", "lines": "line", "traders": "enterprise", "partners": "country"}
_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_LINE_COLUMNS = (
    "declaration_id",
    "line",
    "flow",
    "hs_code",
    "partner",
    "consignment",
    "region",
    "enterprise",
    "regime",
    "transport",
    "currency",
    "quantity_unit",
    "value_cents",
    "quantity_milli",
    "net_mass_g",
    "trader_id",
)


class CellCube:
    """`Statistics` of one source of declarations, from the vintages that are handed in."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        vintages: Sequence[Vintage],
        currency: str | None,
        concepts: Concepts,
    ) -> None:
        self._store, self._engine, self._concepts = store, engine, concepts
        self._vintages = [v for v in vintages if v.files]
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        """Whose trade is meant where a slice does not say."""
        self._currency = currency or vintages[-1].currency
        self._series: dict[tuple[Slice, What, Known], Mapping[tuple[int, str], Month] | None] = {}
        self._parts: dict[tuple[Slice, str, Period, What, Known], Mapping[tuple[str, str], Month]] = {}
        self._distinct: dict[tuple[Slice, Period, Known], Level | None] = {}

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months with cells, in order."""
        return tuple(sorted(self._files("latest")))

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """See `Statistics.level`."""
        wanted = range(period.first, period.last + 1)
        if not self._covers(part, wanted, known):
            return None
        if what == "partners":
            found = self.parts(part, "partner", period, "value", known)
            return self._made(
                len(found), what, sum(level.origin.cells for level in found.values()), wanted, known
            )
        if what == "traders":
            return self._traders(part, period, known)
        series = self._monthly(part, what, known)
        if series is None:
            return None
        months = [series.get(month, NOTHING) for month in wanted]
        units = frozenset[str]().union(*(month.units for month in months))
        if len(units) > 1 or any(month.amount is None for month in months):
            return None  # unlike units do not add up, and what is not known is not 0
        total, cells = (
            sum(column) for column in zip(*((m.amount or 0, m.cells) for m in months), strict=True)
        )
        return self._made(Fraction(total, _SCALE[what]), what, cells, wanted, known, next(iter(units), ""))

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        wanted = range(period.first, period.last + 1)
        if not self._covers(part, wanted, known) or what == "partners":
            return {}
        made = {}
        for code, month in self._by_code(part, dimension, period, what, known).items():
            if month.amount and len(month.units) <= 1:
                amount, unit = Fraction(month.amount, _SCALE.get(what, 1)), next(iter(month.units), "")
                made[code] = self._made(amount, what, month.cells, wanted, known, unit)
        return made

    def _by_code(
        self, part: Slice, dimension: str, period: Period, what: What, known: Known
    ) -> dict[str, Month]:
        """A slice by the codes of a dimension; one scan answers for every flow (traders have no sums)."""
        flow = part.flow or "trade"
        key = (part if what == "traders" else replace(part, flow=None), dimension, period, what, known)
        if key not in self._parts:
            self._parts[key] = self._coded(
                replace(key[0], flow=flow if what == "traders" else None), *key[1:]
            )
        signs = {"": 1} if what == "traders" else flows(flow, self._concepts)
        found: dict[str, list[tuple[int, Month]]] = {}
        for (code, recorded), month in self._parts[key].items():
            if recorded in signs:
                found.setdefault(code, []).append((signs[recorded], month))
        return {code: together(months) for code, months in found.items()}

    def _coded(
        self, part: Slice, dimension: str, period: Period, what: What, known: Known
    ) -> Mapping[tuple[str, str], Month]:
        frame = self._chosen(part, what, known, range(period.first, period.last + 1))
        if frame is None:
            return {}
        column = nw.col("hs8").str.slice(0, _HS[dimension]) if dimension in _HS else nw.col(dimension)
        coded = frame.with_columns(code=column).filter(~nw.col("code").is_null())
        by = ("code",) if what == "traders" else ("code", "flow")
        rows = self._engine.collect(coded.group_by(*by).agg(*sums(what))).to_pylist()
        return {(row["code"], row.get("flow", "")): _month(row) for row in rows}

    def _monthly(self, part: Slice, what: What, known: Known) -> Mapping[int, Month] | None:
        """All months of a slice: one scan answers for every period and every flow."""
        key = (replace(part, flow=None), what, known)
        if key not in self._series:
            frame = self._chosen(key[0], what, known, sorted(self._files(known)))
            self._series[key] = None if frame is None else self._summed(frame, what)
        by_flow = self._series[key]
        if by_flow is None:
            return None
        signs = flows(part.flow or "trade", self._concepts)
        months: dict[int, list[tuple[int, Month]]] = {}
        for (month, flow), found in by_flow.items():
            if flow in signs:
                months.setdefault(month, []).append((signs[flow], found))
        return {month: together(found) for month, found in months.items()}

    def _summed(self, frame: nw.LazyFrame[Any], what: What) -> Mapping[tuple[int, str], Month]:
        found = self._engine.collect(frame.group_by("month_number", "flow").agg(*sums(what))).to_pylist()
        return {(row["month_number"], row["flow"]): _month(row) for row in found}

    def _chosen(
        self, part: Slice, what: What, known: Known, months: Sequence[int]
    ) -> nw.LazyFrame[Any] | None:
        """The cells of a slice with `signed` amounts (its lines, for traders); None for a code in no list.

        A slice without a flow has the cells of all flows, as they are.
        """
        narrowed = restrictions(part, months, self._codes)
        if narrowed is None:
            return None
        signs = flows(part.flow, self._concepts) if part.flow else {}
        keep = [any_of(runs) for runs in narrowed]
        if signs:
            keep.append(nw.col("flow").is_in(list(signs)))
        if what == "value":
            keep.append(nw.col("currency") == self.currency)
        if self._concepts.system == "special":
            keep.append(nw.col("regime").is_null() | ~nw.col("regime").is_in(list(outside_special_trade())))
        if what == "traders":
            lines = nw.concat([self._lines(month, known) for month in months], how="vertical")
            return lines.filter(reduce(and_, [*keep, ~nw.col("trader_id").is_null()]))
        frame = self._cells(known, months)
        frame = frame.filter(reduce(and_, keep)) if keep else frame
        minus = [flow for flow, sign in signs.items() if sign < 0]
        sign = (
            nw.when(nw.col("flow").is_in(minus)).then(nw.lit(-1)).otherwise(nw.lit(1)) if minus else nw.lit(1)
        )
        return frame.with_columns(signed=(nw.col(_SUM[what]) * sign).cast(nw.Int64))

    def _cells(self, known: Known, months: Sequence[int]) -> nw.LazyFrame[Any]:
        if self._concepts.partner == "consignment":
            return nw.concat([self._lines(month, known) for month in months], how="vertical")
        files = self._files(known)
        late = [month for month in months if known == "latest" and self._late(month)]
        paths = [self._store.file(file) for month in months if month not in late for file in files[month]]
        frames = [self._engine.parquet(paths)] if paths else []
        for month in late:
            lines = accepted_lines(self._engine, line_files(self._store, self._vintages, month))
            frames.append(cells(lines, month, self._last(month).number, self.source))
        return nw.concat(frames, how="vertical") if len(frames) > 1 else frames[0]

    def _late(self, month: int) -> bool:
        """Whether a load came in later than the one that stands last by the day it was known.

        The cells of the last one do not have its lines, so that they are compiled as they are asked for.
        """
        last = self._last(month)
        return not last.replaces and any(
            v.number > last.number and month in v.months() for v in self._vintages
        )

    def _last(self, month: int) -> Vintage:
        return next(v for v in reversed(self._vintages) if month in v.months())

    def _lines(self, month: int, known: Known) -> nw.LazyFrame[Any]:
        """Accepted lines in the form of cells, by consignment where that is the concept."""
        vintages = self._vintages if known == "latest" else self._first(month)
        frame = accepted_lines(self._engine, line_files(self._store, vintages, month), _LINE_COLUMNS)
        by = "consignment" if self._concepts.partner == "consignment" else "partner"
        return frame.with_columns(
            month_number=nw.lit(month).cast(nw.Int32),
            hs8=nw.col("hs_code").str.slice(0, 8),
            lines=nw.lit(1),
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
        wanted = range(period.first, period.last + 1)
        chosen = self._chosen(replace(part, flow=part.flow or "trade"), "traders", known, wanted)
        if chosen is None:
            return None
        counted = self._engine.collect(chosen.select(*sums("traders"))).to_pylist()[0]
        number = counted["amount"] if counted["cells"] else 0
        return self._made(number, "traders", counted["cells"], wanted, known)

    def _made(
        self,
        amount: Fraction | int,
        what: What,
        cells: int,
        months: Sequence[int],
        known: Known,
        unit: str = "",
    ) -> Level:
        files = self._files(known)
        numbers = sorted({self._number[file.path] for month in months for file in files.get(month, ())})
        unit = self.currency if what == "value" else _UNIT.get(what, unit)
        return Level(Fraction(amount), unit, CellOrigin(self.source, tuple(numbers), cells))

    def _covers(self, part: Slice, months: Sequence[int], known: Known) -> bool:
        covered = self._files(known)
        mine = (part.reporter or self.reporter) == self._vintages[-1].reporter and part.subject is None
        return mine and all(month in covered for month in months)

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

    def _codes(self, column: str) -> frozenset[str]:
        """The codes that a column of the cells can have."""
        return self._goods if column == "hs8" else codes.single(column)

    @cached_property
    def _goods(self) -> frozenset[str]:
        """The HS codes of all cells, of every vintage."""
        paths = [self._store.file(f) for v in self._vintages for f in v.files if f.part == "cells"]
        found = self._engine.collect(distinct(self._engine.parquet(paths), "hs8"))
        return frozenset(found["hs8"].to_pylist()) - {None}


def _month(row: dict[str, Any]) -> Month:
    """A row of sums."""
    units = frozenset(unit for name in ("unit", "other_unit") if (unit := row.get(name)) is not None)
    return Month(row["amount"] if row.get("known", 1) else None, row["cells"], units)
