"""Which codes of a dimension occur in a slice at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from customhouse.cube.membership import COLUMNS, member_codes
from customhouse.cube.tableindex import FIRST
from customhouse.engine import distinct
from customhouse.errors import VocabularyError
from customhouse.model import Slice
from customhouse.statistics import What

if TYPE_CHECKING:
    from customhouse.cube.cellcube import CellCube
    from customhouse.cube.tablecube import TableCube

_ORDER = tuple(COLUMNS)
_WHATS: tuple[What, ...] = ("value", "quantity", "mass")
_SIDES = {flow: (flow, "exports", "imports") for flow in ("trade", "balance")}


def codes_in(
    cube: CellCube | TableCube, part: Slice, dimension: str, months: Sequence[int]
) -> frozenset[str]:
    """The codes that a dimension, or `flow`, has in the cells or figures of a slice in some months.

    Goods have the codes as they are recorded. Flows are those that can be asked for.
    """
    from customhouse.cube.tablecube import TableCube

    if isinstance(cube, TableCube):
        return _in_table(cube, part, dimension, months)
    rows = cube.rows
    frame = rows.chosen(part, "lines", "latest", months)
    if frame is None:
        return frozenset()
    column = COLUMNS.get(dimension, dimension)
    found = rows.collect(distinct(frame, column))[column].to_pylist()
    return frozenset(code for code in found if code is not None)


def _in_table(cube: TableCube, part: Slice, dimension: str, months: Sequence[int]) -> frozenset[str]:
    place = 1 if dimension == "flow" else FIRST + _ORDER.index(dimension)
    flows = _SIDES.get(part.flow or "", (part.flow,))
    keys = [key for what in _WHATS for key in cube.keys(what) if part.flow is None or key[1] in flows]
    for at, name in enumerate(_ORDER):
        code = getattr(part, name)
        if code is not None:
            there = frozenset(one for key in keys if (one := key[FIRST + at]) is not None)
            try:
                inside = member_codes(name, code, months[-1], there)
            except VocabularyError:
                return frozenset()
            keys = [key for key in keys if key[FIRST + at] in inside]
    return frozenset(code for key in keys if (code := key[place]) is not None)
