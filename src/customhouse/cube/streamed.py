"""Many figures of a slice at once: by the codes of several dimensions and by periods, as a stream of rows.

Measures ask for one level after another and remember them. Whoever hands out a whole table has too
many to remember: here they come from the engine in order, a batch at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

from customhouse.cube.membership import COLUMNS
from customhouse.cube.sums import sums
from customhouse.cube.tableindex import FIRST, Key
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import What
from customhouse.vocabulary import codes

if TYPE_CHECKING:
    import narwhals as nw

    from customhouse.cube.cellcube import CellCube
    from customhouse.cube.cellrows import CellRows
    from customhouse.cube.tablecube import TableCube
    from customhouse.engine import Engine

SCALE = {"value": 100, "quantity": 1000, "mass": 1000, "lines": 1, "traders": 1}
"""How many of the smallest units one is, in which amounts are counted."""
ADDED = ("value", "quantity", "mass", "lines")
"""What can be added up over cells."""
_DIGITS = (2, 4, 6, 8)
_ORDER = ("partner", "commodity", "enterprise", "region", "regime", "transport")


@dataclass(frozen=True, slots=True)
class Cut:
    """A dimension by its single codes: all of them, or those that are named; goods by so many digits."""

    dimension: str
    codes: frozenset[str] | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stream is to have: an amount of a slice by codes and periods.

    The slice has its flow, and nothing in the dimensions that are cut. The periods are in order and of
    one length, or all begin in the same month of a year.
    """

    part: Slice
    cuts: tuple[Cut, ...]
    periods: tuple[Period, ...]
    what: What


class Found(NamedTuple):
    """A figure: its codes in the order of the cuts (None: not broken down), its period, its amount.

    The amount is in the smallest units (`SCALE`), `step` the unit of the last printed digit. `vintage` is
    that of a table's figure; cells have those of their months. `implied`: told by a growth printed later.
    """

    codes: tuple[str | None, ...]
    period: int
    amount: int
    unit: str
    inside: int
    step: int = 0
    vintage: int | None = None
    implied: bool = False


def streamed(cube: CellCube | TableCube, wanted: Wanted, engine: Engine) -> Iterator[Found]:
    """The figures in the order of their codes and then by period; `engine` runs nothing else meanwhile."""
    from customhouse.cube.tablecube import TableCube

    return of_table(cube, wanted) if isinstance(cube, TableCube) else of_cells(cube.rows, wanted, engine)


def of_cells(rows: CellRows, wanted: Wanted, engine: Engine) -> Iterator[Found]:
    """The figures of cells, where there is any cell.

    What no line tells, or only in unlike units, is not among them.
    """
    months = sorted({month for period in wanted.periods for month in range(period.first, period.last + 1)})
    frame = rows.beside(engine).chosen(wanted.part, wanted.what, "latest", months) if months else None
    if frame is None:
        return
    frame, names = _coded(frame, wanted.cuts)
    frame, places = _in_periods(frame, wanted.periods, engine)
    summed = _summed(frame, names, wanted.what, wanted.periods).sort(*names, "period")
    for batch in engine.batches(summed):
        columns = [batch.column(name).to_pylist() for name in (*names, "period", "amount", "cells", "unit")]
        for *coded, period, amount, cells, unit in zip(*columns, strict=True):
            yield Found(tuple(coded), places[period], amount, unit or "", cells)


def _coded(frame: nw.LazyFrame[Any], cuts: Sequence[Cut]) -> tuple[nw.LazyFrame[Any], list[str]]:
    """The rows that have the codes of the cuts, with each in a column `code_0`, `code_1`, ..."""
    import narwhals as nw

    names, keep, coded = [], [], {}
    for at, cut in enumerate(cuts):
        column = nw.col(COLUMNS[cut.dimension])
        name = f"code_{at}"
        coded[name] = column if cut.digits is None else column.str.slice(0, cut.digits)
        names.append(name)
        keep.append(~nw.col(name).is_null())
        if cut.codes is not None:
            keep.append(nw.col(name).is_in(sorted(cut.codes)))
        if cut.digits is not None:
            keep.append(nw.col(name).str.len_chars() == cut.digits)
    return (frame.with_columns(**coded).filter(reduce(and_, keep)) if cuts else frame), names


def _in_periods(
    frame: nw.LazyFrame[Any], periods: Sequence[Period], engine: Engine
) -> tuple[nw.LazyFrame[Any], dict[int, int]]:
    """The rows with the number of their period, and its place; once for each period that they are in."""
    import narwhals as nw
    import pyarrow as pa

    size = periods[0].months
    if all(period.months == size and period.first % size == 0 for period in periods):
        number = (nw.col("month_number") // size).cast(nw.Int32)
        return frame.with_columns(period=number), {p.first // size: at for at, p in enumerate(periods)}
    pairs = [(m, at) for at, period in enumerate(periods) for m in range(period.first, period.last + 1)]
    table = pa.table({
        "month_number": pa.array([month for month, _ in pairs], pa.int32()),
        "period": pa.array([at for _, at in pairs], pa.int32()),
    })
    joined = frame.join(engine.arrow(table), on="month_number", how="inner")
    return joined, {at: at for at in range(len(periods))}


def _summed(
    frame: nw.LazyFrame[Any], names: list[str], what: What, periods: Sequence[Period]
) -> nw.LazyFrame[Any]:
    """The sums by code and period; a period is known where each of its months with cells is."""
    import narwhals as nw

    if what in ("value", "lines", "traders"):
        return frame.group_by(*names, "period").agg(*sums(what)).with_columns(unit=nw.lit(""))
    monthly = frame.group_by(*names, "period", "month_number").agg(*sums(what))
    if what == "mass":
        monthly = monthly.with_columns(unit=nw.lit(""), other_unit=nw.lit(""))
    unknown = (nw.col("known") == 0).cast(nw.Int64)
    found = monthly.with_columns(unknown=unknown).group_by(*names, "period").agg(
        *(nw.col(name).sum().cast(nw.Int64).alias(name) for name in ("amount", "cells", "unknown")),
        nw.col("unit").min().alias("unit"), nw.col("other_unit").max().alias("other_unit"),
    )  # fmt: skip
    alike = nw.col("unit").is_null() | (nw.col("unit") == nw.col("other_unit"))
    return found.filter((nw.col("unknown") == 0) & alike)


def of_table(cube: TableCube, wanted: Wanted) -> Iterator[Found]:
    """The figures of a table, at the levels that it has.

    Of a dimension that is cut by all its codes the finest are taken: where the table does not break
    trade down any further, the code is None.
    """
    flow = wanted.part.flow or "trade"
    base = cube.key_of(wanted.part)
    for codes_of in _combinations(cube, wanted):
        key = list(base)
        for cut, code in zip(wanted.cuts, codes_of, strict=True):
            key[1 + _ORDER.index(cut.dimension)] = code
        for at, period in enumerate(wanted.periods):
            figure = cube.figure(tuple(key), flow, period, wanted.what)
            if figure is not None:
                told = (figure.unit, figure.inside, figure.step, figure.vintage, figure.implied)
                yield Found(codes_of, at, figure.amount, *told)


def _combinations(cube: TableCube, wanted: Wanted) -> list[tuple[str | None, ...]]:
    """The codes that stand together in the keys of a table, in order."""
    if not wanted.cuts:
        return [()]
    reporter = cube.key_of(wanted.part)[0]
    found: set[tuple[str | None, ...]] = set()
    for key in cube.keys(wanted.what):
        if key[0] == reporter and (one := _codes_in(key, wanted.cuts)) is not None:
            found.add(one)
    return sorted(_finest(found, wanted.cuts), key=lambda one: tuple(code or "" for code in one))


def _codes_in(key: Key, cuts: Iterable[Cut]) -> tuple[str | None, ...] | None:
    """The codes that a key has in the cuts; None where it is in none of them."""
    found: list[str | None] = []
    for cut in cuts:
        code = key[FIRST + _ORDER.index(cut.dimension)]
        if code is not None and cut.digits is not None:
            code = code[: cut.digits] if code.isdigit() and len(code) >= cut.digits else ""
        named = cut.codes is not None or cut.digits is not None
        if (code is None and named) or (code is not None and not _single(cut, code)):
            return None
        found.append(code)
    return tuple(found)


def _single(cut: Cut, code: str) -> bool:
    if cut.codes is not None:
        return code in cut.codes
    return cut.dimension == "commodity" or code in codes.single(cut.dimension)


def _finest(found: set[tuple[str | None, ...]], cuts: Sequence[Cut]) -> Iterator[tuple[str | None, ...]]:
    """The combinations that no other one breaks down further; HS codes are wholes of longer ones."""
    broken = {wider for one in found for wider in _wider(one, cuts)}
    return (one for one in found if one not in broken)


def _wider(one: tuple[str | None, ...], cuts: Sequence[Cut]) -> Iterator[tuple[str | None, ...]]:
    """Every other combination that one is a part of, in the dimensions that are cut by all their codes."""
    choices = [_wholes(code, cut) for code, cut in zip(one, cuts, strict=True)]
    return (wider for wider in product(*choices) if wider != one)


def _wholes(code: str | None, cut: Cut) -> list[str | None]:
    """A code, and what it is a part of."""
    if code is None or cut.codes is not None or cut.digits is not None:
        return [code]
    goods = cut.dimension == "commodity" and code.isdigit()
    return [code, None, *((code[:size] for size in _DIGITS if size < len(code)) if goods else ())]
