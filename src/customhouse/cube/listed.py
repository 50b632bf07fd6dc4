"""The cells behind a slice, one by one, in an order that lasts, a batch at a time.

Cells of a month stand in files that never change, so that they are read straight from them, in their order.
Only where no file has them as they are asked for (a load that came in late, partners by consignment) they
are compiled first, a month at a time, and put in order. Figures of official tables are few and listed alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from customhouse import groups
from customhouse.compiling.cells import cells
from customhouse.compiling.kept import accepted_lines, last_known, line_files
from customhouse.cube.concepts import flows, outside_special_trade
from customhouse.cube.standing import Standing
from customhouse.errors import QueryError, VocabularyError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import Concepts, Known
from customhouse.vocabulary import codes

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.engine import Engine
    from customhouse.store import Store, Vintage

BATCH = 10_000
_KEYS = ("flow", "partner", "hs", "region", "enterprise", "regime", "transport", "currency", "basis")
_AMOUNTS = {
    "value": ("value_cents", 100), "quantity": ("quantity_milli", 1000),
    "supplementary_quantity": ("supplementary_milli", 1000), "net_mass_kg": ("net_mass_g", 1000),
    "step": ("step_cents", 100),
}  # fmt: skip
"""Amounts in units, and the column of whole numbers that each comes from."""
CELL_COLUMNS = (
    "period", *_KEYS, "value", "quantity", "quantity_unit", "supplementary_quantity", "supplementary_unit",
    "net_mass_kg", "lines", "traders", "vintage",
)  # fmt: skip
"""Of cells compiled of declarations."""
TABLE_COLUMNS = (
    "period", "reporter", *_KEYS[:3], "commodity", *_KEYS[3:], "value", "step", "quantity", "quantity_unit",
    "net_mass_kg", "growth_percent", "printed", "file", "place", "vintage",
)  # fmt: skip
"""Of figures of official tables."""
_DIMENSIONS = ("partner", "commodity", "enterprise", "region", "regime", "transport")
_USUAL = Concepts()
_Holds = Callable[[str | None], bool]
_Rule = Mapping[str, _Holds]
"""What the values of columns must be; all of them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Cells with the columns of the listing, maybe none; `rows` are their places in the step.

    The listing goes on at any of them, or at `end`, which is behind all that was looked at.
    """

    step: int
    rows: Sequence[int]
    end: int
    cells: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows that are read in one go: files, or what is compiled; and the rules by which they are kept."""

    paths: tuple[Path, ...]
    made: Callable[[], pa.Table] | None
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Cells to be listed. `compiled`: some of them by the engine, and so in the thread that it is used in."""

    columns: tuple[str, ...]
    steps: tuple[_Step, ...]
    compiled: bool = False

    def batches(self, step: int = 0, row: int = 0, size: int = BATCH) -> Iterator[Batch]:
        """The cells from a place on, so many rows of a file at a time."""
        for at in range(step, len(self.steps)):
            yield from self._step(at, row if at == step else 0, size)

    def _step(self, at: int, start: int, size: int) -> Iterator[Batch]:
        step = self.steps[at]
        for first, raw in _raw(step, start, size):
            rows = [first + place for place in _kept(raw, step.rules) if first + place >= start]
            shaped = _shaped(raw, [row - first for row in rows], self.columns)
            yield Batch(at, rows, first + raw.num_rows, shaped)


def listing(
    store: Store,
    engine: Engine,
    vintages: Sequence[Vintage],
    parts: Sequence[Slice],
    periods: Sequence[Period],
    known: Known = "latest",
    concepts: Concepts = _USUAL,
    currency: str | None = None,
) -> Listing:
    """The cells of any of `parts` in `periods`, from the vintages of one source.

    Raises QueryError for a code that is in no list.
    """
    wanted = sorted({month for period in periods for month in range(period.first, period.last + 1)})
    if vintages[-1].kind != "declarations":
        return _of_tables(store, vintages, parts, periods, known, currency)
    standing, steps, compiled = Standing(vintages), [], False
    files = standing.files(known)
    mine = [part for part in parts if part.reporter in (None, vintages[-1].reporter) and part.subject is None]
    for month in wanted if mine else ():
        if month not in files:
            continue
        rules = tuple(_rule(part, month, concepts, currency) for part in mine)
        late = known == "latest" and standing.late(month)
        if late or concepts.partner == "consignment":
            compiled = True
            steps.append(
                _Step((), partial(_compiled, store, engine, standing, month, known, concepts), rules)
            )
        else:
            paths = tuple(store.file(file) for file in files[month])
            steps.append(_Step(paths, None, rules))
    return Listing(CELL_COLUMNS, tuple(steps), compiled)


def _compiled(
    store: Store, engine: Engine, standing: Standing, month: int, known: Known, concepts: Concepts
) -> pa.Table:
    """The cells of a month that no file has, in the order of all that they are about."""
    vintages = standing.vintages if known == "latest" else standing.first(month)
    lines: nw.LazyFrame[Any] = accepted_lines(engine, line_files(store, vintages, month))
    if concepts.partner == "consignment":
        lines = lines.with_columns(partner=nw.col("consignment"))
    table = engine.collect(cells(lines, month, vintages[-1].number, standing.source))
    return table.sort_by([(name, "ascending") for name in table.column_names])


def _of_tables(
    store: Store, vintages: Sequence[Vintage], parts: Sequence[Slice], periods: Sequence[Period],
    known: Known, currency: str | None,
) -> Listing:  # fmt: skip
    """The printed figures of months within the periods, of the slices and of their members."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = [store.file(file) for v in vintages for file in v.files if file.part == "tables"]
    if not paths:
        return Listing(TABLE_COLUMNS, ())
    everything = pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths])
    figures = last_known(everything, [v.number for v in vintages], first=known == "first")
    inside = [
        any(period.first <= first and last <= period.last for period in periods)
        for first, last in zip(
            figures["first_month"].to_pylist(), figures["last_month"].to_pylist(), strict=True
        )
    ]
    month = max(period.last for period in periods)
    rules = tuple(_table_rule(part, month, vintages[-1].reporter, currency) for part in parts)
    return Listing(TABLE_COLUMNS, (_Step((), partial(figures.filter, pa.array(inside)), rules),))


def _rule(part: Slice, month: int, concepts: Concepts, currency: str | None) -> _Rule:
    """What cells of a slice have in their columns in a month."""
    rule: dict[str, _Holds] = {"flow": frozenset(flows(part.flow or "trade", concepts)).__contains__}
    for dimension in _DIMENSIONS:
        code = getattr(part, dimension)
        if code is not None:
            rule["hs8" if dimension == "commodity" else dimension] = _holds(dimension, code, month)
    if currency is not None:
        rule["currency"] = currency.__eq__
    if concepts.system == "special":
        among, out = rule.get("regime"), outside_special_trade()
        rule["regime"] = lambda one: one not in out and (among is None or among(one))
    return rule


def _table_rule(part: Slice, month: int, reporter: str, currency: str | None) -> _Rule:
    """The same of printed figures, which can be of groups as well as of their members."""
    flow = part.flow or "trade"
    rule: dict[str, _Holds] = {
        "flow": frozenset((flow, *flows(flow, _USUAL))).__contains__,
        "reporter": (part.reporter or reporter).__eq__,
    }
    for dimension in _DIMENSIONS:
        code = getattr(part, dimension)
        if code is not None:
            rule["goods" if dimension == "commodity" else dimension] = _printed(dimension, code, month)
    if currency is not None:
        rule["currency"] = (None, currency).__contains__
    return rule


def _holds(dimension: str, code: str, month: int) -> _Holds:
    """Whether a value of a column belongs to a code. Raises QueryError for a code that is in no list."""
    try:
        found = groups.members(dimension, code, month)
    except VocabularyError as error:
        raise QueryError(str(error)) from error
    return lambda one: found.complement if one is None else found.holds(one)


def _printed(dimension: str, code: str, month: int) -> _Holds:
    holds, single = _holds(dimension, code, month), codes.single(dimension)
    turned = code.startswith("!")
    return lambda one: (
        one == code or (one is not None and holds(one) and (not turned or one in single or one.isdigit()))
    )


def _raw(step: _Step, start: int, size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows of a step as they lie, from about a row on, each batch with the number of its first row."""
    import pyarrow.parquet as pq

    if step.made is not None:
        table, first = step.made(), start
        for batch in table.slice(start).to_batches(max_chunksize=size):
            yield first, batch
            first += batch.num_rows
        return
    before = 0
    for path in step.paths:
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                rows = file.metadata.row_group(number).num_rows
                if before + rows > start:
                    first = before
                    for batch in file.iter_batches(size, row_groups=[number]):
                        if first + batch.num_rows > start:
                            yield first, batch
                        first += batch.num_rows
                before += rows


def _kept(raw: pa.RecordBatch, rules: Sequence[_Rule]) -> list[int]:
    """The rows that one of the rules lets through."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded: dict[str, tuple[list[str | None], pa.Array]] = {}
    chosen = None
    for rule in rules:
        mine = None
        for column, holds in rule.items():
            if column not in encoded:
                encoded[column] = _encoded(raw, column)
            told, places = encoded[column]
            fits = pa.array([bool(holds(one)) for one in told], pa.bool_()).take(places)
            mine = fits if mine is None else pc.and_(mine, fits)
        chosen = mine if chosen is None else pc.or_(chosen, mine)
    found: list[int] = [] if chosen is None else pc.indices_nonzero(chosen).to_pylist()
    return found


def _encoded(raw: pa.RecordBatch, column: str) -> tuple[list[str | None], pa.Array]:
    """The values of a column, and for each row the place of its value."""
    import pyarrow.compute as pc

    values = pc.coalesce(raw["hs"], raw["commodity"]) if column == "goods" else raw[column]
    coded = values.dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), coded.indices


def _shaped(raw: pa.RecordBatch, rows: Sequence[int], columns: Sequence[str]) -> pa.RecordBatch:
    """The rows with the columns of the listing: amounts in units, months written out."""
    import pyarrow as pa

    taken = raw.take(pa.array(rows, pa.int64()))
    return pa.RecordBatch.from_arrays([_column(taken, name) for name in columns], names=list(columns))


def _column(taken: pa.RecordBatch, name: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name == "period":
        return pa.array(_periods(taken), pa.string())
    if name in _AMOUNTS:
        column, unit = _AMOUNTS[name]
        return pc.divide(taken[column].cast(pa.float64()), float(unit))
    return taken["hs8" if name == "hs" and "hs8" in taken.schema.names else name]


def _periods(taken: pa.RecordBatch) -> list[str]:
    if "month_number" in taken.schema.names:
        return [str(Period(month, month)) for month in taken["month_number"].to_pylist()]
    spans = zip(taken["first_month"].to_pylist(), taken["last_month"].to_pylist(), strict=True)
    return [str(Period(*span)) for span in spans]
