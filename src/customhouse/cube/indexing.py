"""Making an index of cells: put in order, and added up over ever more dimensions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import combinations, count
from typing import TYPE_CHECKING, Any

from customhouse.cube.index import CellIndex
from customhouse.cube.numbering import Reading, Rows
from customhouse.cube.picking import LEVELS, Numbered
from customhouse.cube.rollup import Axis, Rollup
from customhouse.statistics import What

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int], None]
"""Called with the steps done and how many there are."""
SMALL = ("region", "enterprise", "regime", "transport")
"""Dimensions with few codes."""
_EXACT = 2**53
"""Whole numbers below it are exact in floating point."""
_WIDEST = 2**63
_BESIDE = ("quantity_unit", "currency")
"""What is told apart in all totals, since unlike units and currencies do not add up."""


def plans() -> Iterator[tuple[tuple[str, ...], int]]:
    """The dimensions and HS digits of all totals, the finest first."""
    others = ("partner", *SMALL)
    yield ("hs8", *others), 8
    for other in others:
        yield from (((other, "hs8"), digits) for digits in (8, 4, 2))
    yield ("region", "hs8", *SMALL[1:]), 2
    yield others, 0
    yield SMALL, 0
    yield from ((pair, 0) for pair in combinations(others, 2))
    yield from ((("hs8",), digits) for digits in reversed(LEVELS))
    yield from (((other,), 0) for other in others)
    yield (), 0


def index_of(
    versions: Mapping[Hashable, Callable[[], pa.Table]], progress: Progress | None = None
) -> CellIndex:
    """An index of the cells of all versions of months; each is read when its turn comes."""
    wanted = list(plans())
    tick = _ticking(len(versions) + len(wanted), progress)
    columns, made = _read(versions, tick)
    rollups: list[Rollup] = []
    for dimensions, digits in wanted:
        source = _source(made, dimensions, digits)
        found, key = _totals(source, columns, dimensions, digits, whole=not rollups)
        made = [*made, (frozenset(dimensions), found)] if rollups else [(frozenset(dimensions), found)]
        rollups.append(_rollup(found, columns, dimensions, key))
        tick()
    return CellIndex({version: slot for slot, version in enumerate(versions)}, columns, rollups)


def _ticking(steps: int, progress: Progress | None) -> Callable[[], None]:
    """What is called at the end of each step."""
    done = count(1)
    return lambda: progress(next(done), steps) if progress else None


def _read(versions: Mapping[Hashable, Callable[[], pa.Table]], tick: Callable[[], None]) -> tuple[
    dict[str, Numbered], list[tuple[frozenset[str], Rows]]
]:
    """The codes of all columns, and all cells in no order."""
    reading = Reading()
    for read in versions.values():
        reading.take(read())
        tick()
    rows, columns = reading.done()
    for what in rows.amounts:
        rows.amounts[what] = compact(rows.place, rows.amounts[what])
    return columns, [(frozenset(rows.numbers), rows)]


def compact(place: Any, amounts: Any) -> Any:
    """Whole numbers as those of half the size, or in floating point, where that holds all sums exactly."""
    import numpy as np

    most = int(np.abs(amounts).max(initial=0))
    if most * len(amounts) < 2**31:
        return amounts.astype(np.int32)
    sums = np.zeros(int(place.max(initial=0)) + 1, dtype=np.uint64)
    for start in range(0, len(amounts), 2**20):
        part = slice(start, start + 2**20)
        np.add.at(sums, place[part], np.abs(amounts[part]).astype(np.uint64))
    exact = most < 2**42 and int(sums.max(initial=0)) < _EXACT
    return amounts.astype(np.float64) if exact else amounts


def _source(made: list[tuple[frozenset[str], Rows]], dimensions: tuple[str, ...], digits: int) -> Rows:
    """The shortest rows made so far that tell the dimensions apart."""
    fit = [rows for names, rows in made if names.issuperset(dimensions) and rows.digits >= digits]
    return min(fit, key=len)


def _totals(
    rows: Rows, columns: Mapping[str, Numbered], dimensions: tuple[str, ...], digits: int, whole: bool
) -> tuple[Rows, Any]:
    """Rows in the order of the dimensions, added up over all others unless `whole`; and their key."""
    import numpy as np

    numbers = {name: rows.numbers[name] for name in (*dimensions, *_BESIDE)}
    if digits not in (0, rows.digits):
        numbers["hs8"] = columns["hs8"].between(rows.digits, digits)[numbers["hs8"]]
    sizes = {name: columns[name].size(digits if name == "hs8" else 0) for name in numbers}
    places = int(rows.place.max(initial=0)) + 1
    key = _key(numbers, rows.place, sizes, places, dimensions, whole)
    order = key.argsort()
    key = key[order]
    edges = np.flatnonzero(key[1:] != key[:-1]) + 1 if not whole else None
    del key
    first = order if edges is None or not len(order) else order[np.append(0, edges)]
    ordered = {name: column[first] for name, column in numbers.items()}
    axes, place = _axis_key(ordered, sizes, dimensions), rows.place[first]

    def gathered(values: Any, together: Any) -> Any:
        if edges is None or not len(order):
            return values[order]
        return together.reduceat(values[order], np.append(0, edges))

    cells = None
    if not whole:
        cells = gathered(np.ones(len(order), np.int32) if rows.cells is None else rows.cells, np.add)
    amounts, known = rows.amounts, rows.known
    if whole:  # nobody else needs the rows, which take up much room
        amounts, known, rows.amounts, rows.known = rows.amounts, rows.known, {}, {}
    found: tuple[dict[What, Any], dict[What, Any]] = ({}, {})
    for what in list(amounts):
        found[0][what] = gathered(amounts.pop(what) if whole else amounts[what], np.add)
    for what in list(known):
        found[1][what] = gathered(known.pop(what) if whole else known[what], np.logical_or)
    return Rows(ordered, place, *found, cells, digits), axes


def _key(
    numbers: Mapping[str, Any], place: Any, sizes: Mapping[str, int], places: int,
    dimensions: tuple[str, ...], whole: bool,
) -> Any:
    """One number for each row by which they are ordered; rows that are added up have the same."""
    import numpy as np

    parts = [(numbers[name], sizes[name]) for name in (dimensions[:2] if whole else dimensions)]
    parts.append((place, places))
    parts += [] if whole else [(numbers[name], sizes[name]) for name in _BESIDE]
    key, width = np.zeros(len(place), dtype=np.int64), 1
    for column, size in parts:
        width *= size
        if width >= _WIDEST:  # so many codes that one number cannot hold them: number those that occur
            _, key = np.unique(key, return_inverse=True)
            width = (int(key.max(initial=0)) + 1) * size
        key *= size
        key += column
    return key


def _axis_key(numbers: Mapping[str, Any], sizes: Mapping[str, int], dimensions: tuple[str, ...]) -> Any:
    """The key of the first two dimensions."""
    import numpy as np

    if not dimensions:
        return None
    key = numbers[dimensions[0]].astype(np.int32)
    if len(dimensions) > 1:
        key = key * np.int32(sizes[dimensions[1]]) + numbers[dimensions[1]]
    return key


def _rollup(rows: Rows, columns: Mapping[str, Numbered], dimensions: tuple[str, ...], key: Any) -> Rollup:
    """Rows as they are looked up."""
    digits = {name: rows.digits if name == "hs8" else 0 for name in dimensions[:2]}
    axes = tuple(Axis(name, digits[name], columns[name].size(digits[name])) for name in dimensions[:2])
    beside = [name for name in _BESIDE if name == "quantity_unit" or len(columns[name].codes) > 1]
    kept = {name: rows.numbers[name] for name in (*dimensions[2:], *beside)}
    return Rollup(axes, key, kept, rows.place, rows.amounts, rows.known, rows.cells)
