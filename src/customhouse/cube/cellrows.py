"""The cells of one source of declarations: sums by month, by code, and distinct traders.

The first few slices that are asked for are queried one by one; then all cells are brought into memory,
where there are not too many (see `gathered`), and sums are taken there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from customhouse.compiling.cells import cells
from customhouse.compiling.kept import accepted_lines, line_files
from customhouse.cube.concepts import flows, outside_special_trade
from customhouse.cube.gathered import AMOUNTS, COLUMNS, LINES, MOST, Gathered
from customhouse.cube.index import Asked, CellIndex, Slots
from customhouse.cube.membership import Restriction, any_of, restrictions, untold
from customhouse.cube.monthly import FlowTable
from customhouse.cube.standing import Standing
from customhouse.cube.sums import LINE_COLUMNS, Month, month_of, sums
from customhouse.engine import Engine, distinct
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Concepts, Known, What
from customhouse.store import Store, StoredFile
from customhouse.vocabulary import codes

if TYPE_CHECKING:
    import pyarrow as pa

_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_FEW = 6
"""Scans for single slices before all cells are brought into memory."""


class CellRows:
    """What stands in the cells, and in the lines behind them, in one currency and by some concepts."""

    def __init__(
        self, store: Store, engine: Engine, standing: Standing, currency: str, concepts: Concepts
    ) -> None:
        self._store, self._engine, self._concepts = store, engine, concepts
        self._standing, self._currency, self._source = standing, currency, standing.source
        self._held: dict[Known, Gathered] = {}
        self._there: dict[str, bool] = {}
        self._occurring: dict[str, frozenset[str]] = {}
        self._held_lines: dict[Known, Gathered] = {}
        self._scans = self._line_scans = 0
        self._index: CellIndex | None = None
        self._slots: dict[Known, Slots | None] = {}

    def hold(self, index: CellIndex) -> None:
        """Answer from an index from now on, as far as it has the cells."""
        if index is not self._index:
            self._index, self._slots = index, {}

    def versions(self, engine: Engine) -> dict[Hashable, Callable[[], pa.Table]]:
        """What tells each version of a month from all others, and how to read its cells with an engine."""
        beside = CellRows(self._store, engine, self._standing, self._currency, Concepts())
        asked: tuple[Known, ...] = ("latest", "first")
        return {
            version: partial(beside.month, month, known)
            for known in asked for month, version in self._versions(known).items()
        }

    def month(self, month: int, known: Known) -> pa.Table:
        """The cells of a month."""
        return self._engine.collect(self._cells(known, [month]).select(*COLUMNS))

    def _versions(self, known: Known) -> dict[int, Hashable]:
        late = {month for month in self._files(known) if known == "latest" and self._standing.late(month)}
        return {
            month: (month, tuple(v.number for v in self._standing.vintages if month in v.months()))
            if month in late else (month, tuple(file.path for file in files))
            for month, files in self._files(known).items()
        }

    def _indexed(self, known: Known) -> Slots | None:
        """Where the months stand in the index; None where there is none, or not of these cells."""
        if self._index is None or self._concepts.partner != "origin":
            return None
        known = self._standing.version(known)
        if known not in self._slots:
            self._slots[known] = self._index.slots(self._versions(known))
        return self._slots[known]

    def _asked(self, part: Slice, what: What, months: Sequence[int]) -> Asked | None:
        narrowed = self._narrowed(part, months)
        return None if narrowed is None else Asked(narrowed, what, self._currency)

    def beside(self, engine: Engine) -> CellRows:
        """The same cells on another engine, for a stream of them."""
        other = copy.copy(self)
        other._engine = engine
        return other

    def chosen(
        self, part: Slice, what: What, known: Known, months: Sequence[int]
    ) -> nw.LazyFrame[Any] | None:
        """The cells of a slice with `signed` amounts (its lines, for traders); None for a code in no list."""
        return self._chosen(part, what, known, months)

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Run a frame of `chosen`."""
        return self._engine.collect(frame)

    def has(self, column: str) -> bool:
        """Whether any cell has a code in a column."""
        return self._any(column, ~nw.col(column).is_null())

    def records(self, column: str, code: str) -> bool:
        """Whether any cell has a code in a column."""
        return self._any(f"{column} {code}", nw.col(column) == code)

    def _any(self, what: str, there: nw.Expr) -> bool:
        if what not in self._there:
            paths = [self._store.file(file) for file in self._standing.cells]
            told = self._engine.parquet(paths).filter(there).head(1).select("flow")
            self._there[what] = self._engine.collect(told).num_rows > 0
        return self._there[what]

    def currencies(self) -> frozenset[str]:
        """The currencies that the cells have values in."""
        slots = self._indexed("latest")
        if self._index is not None and slots is not None:
            return self._index.currencies(slots)
        held = self._in_memory("latest", at_once=True)
        if held is not None:
            return held.currencies
        frame = distinct(self._cells("latest", sorted(self._files("latest"))), "currency")
        return frozenset(self._engine.collect(frame)["currency"].to_pylist()) - {None}

    def by_month(
        self, part: Slice, what: What, known: Known
    ) -> Mapping[tuple[int, str], Month] | FlowTable | None:
        """The sums of a slice without a flow by month and recorded flow; None for a code in no list."""
        slots = self._indexed(known)
        if self._index is not None and slots is not None:
            asked = self._asked(part, what, slots.months)
            return None if asked is None else self._index.by_month(asked, slots)
        months, held = sorted(self._files(known)), self._in_memory(known)
        if held is not None:
            narrowed = self._narrowed(part, months)
            return None if narrowed is None else held.by_month(narrowed, self._kept(what), what)
        frame = self._chosen(part, what, known, months)
        if frame is None:
            return None
        found = self._engine.collect(frame.group_by("month_number", "flow").agg(*sums(what))).to_pylist()
        return {(row["month_number"], row["flow"]): month_of(row) for row in found}

    def by_code(
        self, part: Slice, dimension: str, period: Period, what: What, known: Known
    ) -> Mapping[tuple[str, str], Month]:
        """The sums of a slice by the codes of a dimension and recorded flow."""
        name, digits = ("hs8", _HS[dimension]) if dimension in _HS else (dimension, None)
        slots = None if what == "traders" else self._indexed(known)
        if self._index is not None and slots is not None:
            asked = self._asked(part, what, range(period.first, period.last + 1))
            ends = (period.first, period.last)
            return {} if asked is None else self._index.by_code(asked, slots, ends, name, digits or 0)
        held = None if what == "traders" else self._in_memory(known)
        if held is not None:
            narrowed = self._narrowed(part, range(period.first, period.last + 1))
            ends, kept = (period.first, period.last), self._kept(what)
            return {} if narrowed is None else held.by_code(narrowed, kept, what, ends, name, digits)
        frame = self._chosen(part, what, known, range(period.first, period.last + 1))
        if frame is None:
            return {}
        column = nw.col(name) if digits is None else nw.col(name).str.slice(0, digits)
        coded = frame.with_columns(code=column).filter(~nw.col("code").is_null())
        by = ("code",) if what == "traders" else ("code", "flow")
        rows = self._engine.collect(coded.group_by(*by).agg(*sums(what))).to_pylist()
        return {(row["code"], row.get("flow", "")): month_of(row) for row in rows}

    def traders(self, part: Slice, period: Period, known: Known) -> tuple[int, int] | None:
        """Distinct traders of a slice, and their lines: counts of cells do not add up."""
        wanted, flow = range(period.first, period.last + 1), part.flow or "trade"
        held = self._lines_in_memory(known)
        if held is not None:
            narrowed = self._narrowed(part, wanted)
            if narrowed is None:
                return None
            keep = {"flow": frozenset(flows(flow, self._concepts))}
            return held.distinct(narrowed, keep, (period.first, period.last), "trader_id")
        chosen = self._chosen(replace(part, flow=flow), "traders", known, wanted)
        if chosen is None:
            return None
        counted = self._engine.collect(chosen.select(*sums("traders"))).to_pylist()[0]
        return (counted["amount"] if counted["cells"] else 0), counted["cells"]

    def _in_memory(self, known: Known, at_once: bool = False) -> Gathered | None:
        """All cells, from the scan on that shows that many slices are asked for; None for too many cells."""
        known = self._standing.version(known)
        if known not in self._held:
            self._scans += 1
            rows = sum(file.rows for files in self._files(known).values() for file in files)
            if rows > MOST or self._concepts.partner != "origin" or self._scans < _FEW and not at_once:
                return None
            frame = self._cells(known, sorted(self._files(known))).select(*COLUMNS)
            self._held[known] = Gathered(self._engine.collect(frame))
        return self._held[known]

    def _lines_in_memory(self, known: Known) -> Gathered | None:
        """All lines, as `_in_memory` has all cells, from the scan on that shows that many are asked for."""
        known = self._standing.version(known)
        if known not in self._held_lines:
            self._line_scans += 1
            if self._standing.lines > MOST or self._line_scans < _FEW:
                return None
            lines = [self._lines(month, known) for month in sorted(self._files(known))]
            frame = nw.concat(lines, how="vertical").select(*LINES)
            self._held_lines[known] = Gathered(self._engine.collect(frame))
        return self._held_lines[known]

    def _narrowed(self, part: Slice, months: Sequence[int]) -> list[Sequence[Restriction]] | None:
        """What the dimensions of a slice and the concepts leave; None for a code in no list."""
        found = restrictions(part, months, self._codes)
        if found is not None and self._concepts.system == "special":
            inside = codes.single("regime") - outside_special_trade()
            found.append([Restriction("regime", months[0], months[-1], inside, blank=True)])
        return found

    def _kept(self, what: What) -> dict[str, frozenset[str]]:
        return {"currency": frozenset({self._currency})} if what == "value" else {}

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
            keep.append(nw.col("currency") == self._currency)
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
        return frame.with_columns(signed=(nw.col(AMOUNTS[what]) * sign).cast(nw.Int64))

    def _cells(self, known: Known, months: Sequence[int]) -> nw.LazyFrame[Any]:
        if self._concepts.partner == "consignment":
            return nw.concat([self._lines(month, known) for month in months], how="vertical")
        files = self._files(known)
        late = [month for month in months if known == "latest" and self._standing.late(month)]
        paths = [self._store.file(file) for month in months if month not in late for file in files[month]]
        frames = [self._engine.parquet(paths)] if paths else []
        for month in late:
            lines = accepted_lines(self._engine, line_files(self._store, self._standing.vintages, month))
            frames.append(cells(lines, month, self._standing.last(month).number, self._source))
        return nw.concat(frames, how="vertical") if len(frames) > 1 else frames[0]

    def _lines(self, month: int, known: Known) -> nw.LazyFrame[Any]:
        """Accepted lines in the form of cells, by consignment where that is the concept."""
        vintages = self._standing.vintages if known == "latest" else self._standing.first(month)
        frame = accepted_lines(self._engine, line_files(self._store, vintages, month), LINE_COLUMNS)
        by = "consignment" if self._concepts.partner == "consignment" else "partner"
        return frame.with_columns(
            month_number=nw.lit(month).cast(nw.Int32),
            hs8=nw.col("hs_code").str.slice(0, 8),
            lines=nw.lit(1),
            partner=nw.col(by),
        )

    def _files(self, known: Known) -> Mapping[int, tuple[StoredFile, ...]]:
        """The cell files that stand for each month."""
        return self._standing.files(known)

    def _codes(self, column: str) -> frozenset[str]:
        """The codes that a column can have: all partners, of other dimensions those that occur at all.

        A mode of transport that no line has in any month is not told apart; a partner had no trade.
        """
        if column == "hs8":
            return self.goods
        if column == "partner":
            return codes.single(column)
        return self._in_cells(column)

    def _in_cells(self, column: str) -> frozenset[str]:
        """The codes of a column in all cells."""
        if column not in self._occurring:
            paths = [self._store.file(file) for file in self._standing.cells]
            found = self._engine.collect(distinct(self._engine.parquet(paths), column))
            self._occurring[column] = frozenset(found[column].to_pylist()) - {None}
        return self._occurring[column]

    def untold(self, part: Slice, month: int) -> str | None:
        """The dimension of a slice whose code no line has in any month, nor one inside it."""
        return untold(part, month, self._codes)

    @property
    def goods(self) -> frozenset[str]:
        """The HS codes of all cells, of every vintage that can be asked for."""
        if self._index is not None and self._indexed("latest") is not None:
            return self._index.goods
        return self._in_cells("hs8")
