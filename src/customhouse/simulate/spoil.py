"""Defects planted in simulated declarations, so that it can be seen whether they are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.simulate.tables import rows

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

PLANTED = pa.schema([
    ("file", pa.string()), ("declaration_id", pa.string()), ("line", pa.int32()), ("defect", pa.string()),
    ("column", pa.string()), ("reason", pa.string()),
])
"""What was planted where. `reason` is the code of the rule that should find it, empty where none does."""


def spoil(table: Any, share: float, file: str, rng: np.random.Generator) -> tuple[Any, Any]:
    """A table of declarations with about a share of its lines spoilt, and what was planted (`PLANTED`).

    Every kind of defect is as likely. Lines that are repeated come at the end.
    """
    kinds = rows("defects")
    spoilt = rng.random(len(table)) < share
    which = np.where(spoilt, rng.integers(0, len(kinds), len(table)), -1)
    planted = _planted(table, which, file)
    repeats = []
    for number, kind in enumerate(kinds):
        mask = which == number
        if kind["action"] == "repeat":
            repeats.append(_repeated(table, mask, kind))
        elif mask.any():
            table = _replaced(table, mask, kind)
    return pa.concat_tables([table, *repeats]).combine_chunks(), planted


def _planted(table: Any, which: Ints, file: str) -> Any:
    at = np.flatnonzero(which >= 0)
    kinds = [rows("defects")[number] for number in which[at]]
    told = {name: [kind[name] for kind in kinds] for name in ("defect", "column", "reason")}
    columns = {"file": [file] * len(at), "line": table["line"].take(at), **told}
    columns["declaration_id"] = table["declaration_id"].cast(pa.string()).take(at)
    return pa.table({name: columns[name] for name in PLANTED.names}, schema=PLANTED)


def _repeated(table: Any, mask: Bools, kind: dict[str, str]) -> Any:
    """The lines once more, with another value where the defect says so."""
    again = table.filter(pa.array(mask))
    if not kind["column"] or not len(again):
        return again
    more = pa.scalar(int(kind["with"]), again[kind["column"]].type)
    return _with(again, kind["column"], pc.add(again[kind["column"]], more).cast(again[kind["column"]].type))


def _replaced(table: Any, mask: Bools, kind: dict[str, str]) -> Any:
    """The table with one column changed where the mask says."""
    name = kind["column"]
    column = table[name].combine_chunks()
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    part = plain.filter(pa.array(mask))
    spoilt = _ACTIONS[kind["action"]](part, kind["with"]).cast(plain.type)
    return _with(table, name, pc.replace_with_mask(plain, pa.array(mask), spoilt))


def _with(table: Any, name: str, column: Any) -> Any:
    kind = table.schema.field(name).type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    return table.set_column(table.schema.get_field_index(name), name, column)


def _set(part: Any, word: str) -> Any:
    return pa.repeat(pa.scalar(word, part.type), len(part))


def _blank(part: Any, _: str) -> Any:
    return pa.nulls(len(part), part.type)


def _negate(part: Any, _: str) -> Any:
    return pc.negate(part)


def _divide(part: Any, divisor: str) -> Any:
    """Quotients to the last place of the column, and at least one unit of it."""
    divided = pc.divide(part.cast(pa.float64()), int(divisor))
    return pc.max_element_wise(pc.round(divided, part.type.scale), 10.0**-part.type.scale)


def _later(part: Any, days: str) -> Any:
    return pc.add(part.cast(pa.int32()), pa.scalar(int(days), pa.int32())).cast(pa.date32())


def _swap(part: Any, words: str) -> Any:
    one, other = words.split("|")
    return pc.if_else(pc.equal(part, one), other, one)


_ACTIONS: dict[str, Callable[[Any, str], Any]] = {
    "set": _set, "blank": _blank, "negate": _negate, "divide": _divide, "later": _later, "swap": _swap,
}
