"""Columns as they are read: text, numbers, flags, days, and where a cell holds something that is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from customhouse.records.parse import Intake, parse
from customhouse.records.schema import ADDED, DECLARATION
from customhouse.targeting import written
from customhouse.vocabulary.tables import rows, split

if TYPE_CHECKING:
    import pyarrow as pa

_ORDER = "order_"
_EXACT = 2.0**53
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = r"^[-+]?([0-9]{1,40}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?$"


def text(column: Any) -> Any:
    """A column as text without blanks around it; null where nothing is there.

    Whole numbers are written without a fraction, also where a missing value made floats of them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, None)
        whole = pc.all(pc.equal(column, pc.round(column))).as_py() is not False
        largest = pc.max(pc.abs(column)).as_py() or 0
        column = column.cast(pa.int64()) if whole and largest < _EXACT else column
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def numbers(column: Any) -> tuple[Any, Any]:
    """A column as numbers, NaN where it has none, and where that is because it is no number."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_null(column.type):
        return np.full(len(column), np.nan), np.zeros(len(column), bool)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if not _numeric(column.type):
        said = text(column)
        fits = pc.match_substring_regex(said, _NUMBER)
        column = pc.if_else(pc.fill_null(fits, False), said, None).cast(pa.float64())
        wrong = pc.fill_null(pc.invert(fits), False).to_numpy(zero_copy_only=False)
    else:
        wrong = np.zeros(len(column), bool)
    found = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    infinite = np.isinf(found)
    return np.where(infinite, np.nan, found), wrong | infinite


def _numeric(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def unread(column: Any, wrong: Any) -> Any:
    """The texts of a column where they could not be read, null elsewhere."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not wrong.any():
        return pa.nulls(len(column), pa.string())
    return pc.if_else(pa.array(wrong), column.cast(pa.string()), None)


def coded(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """A table with columns of codes that came as binary numbers as texts."""
    import pyarrow as pa

    for name in names:
        if name in table.column_names and pa.types.is_floating(table[name].type):
            table = table.set_column(table.schema.get_field_index(name), name, text(table[name]))
    return table


def dated(table: pa.Table, name: str) -> pa.Table:
    """A table with the days of a column of texts written as 2025-03-31; what is no day stays as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in table.column_names or not _textual(table[name].type):
        return table
    column = table[name]
    values = [one for one in pc.unique(column).to_pylist() if one and not _ISO.fullmatch(one)]
    read = {one: day.isoformat() for one in values if (day := written.day(one)) is not None}
    if not read:
        return table
    place = pc.index_in(column, value_set=pa.array(list(read), column.type))
    ours = pc.take(pa.array(list(read.values()), column.type), place)
    return table.set_column(table.schema.get_field_index(name), name, pc.coalesce(ours, column))


def _textual(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def flags(column: Any) -> tuple[Any, Any]:
    """A column of yes and no as 1 and 0, NaN where it has neither, and where that is because it says else."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_null(column.type) or pa.types.is_boolean(column.type) or _numeric(column.type):
        found, wrong = numbers(column)
        odd = ~np.isnan(found) & (found != 0) & (found != 1)
        return np.where(odd, np.nan, found), wrong | odd
    lower = pc.utf8_lower(text(column))
    words = flag_words()
    place = pc.index_in(lower, value_set=pa.array(list(words), pa.string()))
    said = pc.take(pa.array(list(words.values()), pa.float64()), place)
    found = said.to_numpy(zero_copy_only=False)
    return found, np.isnan(found) & pc.is_valid(lower).to_numpy(zero_copy_only=False)


@cache
def flag_words() -> Mapping[str, float]:
    """Words for yes and no in both languages, in small letters, as 1 and 0."""
    said = {row["code"]: [*split(row["en"]), *split(row["zh"])] for row in rows("targeting_words")
            if row["code"] in ("flag_yes", "flag_no")}  # fmt: skip
    return {one.lower(): float(code == "flag_yes") for code, forms in said.items() for one in forms}


def texts(column: Any) -> tuple[Any, Any]:
    """A column as text; nothing is wrong in it."""
    import numpy as np

    return text(column), np.zeros(len(column), bool)


def days(column: Any) -> tuple[Any, Any]:
    """A column as days, null where it has none, and where that is because it is no day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    there = column.cast(pa.string()) if pa.types.is_null(kind) else column
    constants = {"declaration_id": "0", "line": "1", "flow": "imports", "hs_code": "0", "partner": "0",
                 "value": "0"}  # fmt: skip
    told = dated(pa.table({"date": there}), "date")
    made = fields(told, Intake(constants=constants), "finished")["date"]
    blank = pc.is_null(text(column) if _textual(kind) else column)
    wrong = pc.and_(pc.is_null(made), pc.invert(blank))
    return made, wrong.to_numpy(zero_copy_only=False)


def fields(table: pa.Table, intake: Intake, place: str) -> pa.Table:
    """The fields of declarations as `records.parse` has them, rows in their order. Raises MappingError."""
    import numpy as np
    import pyarrow.compute as pc

    from customhouse.engine import open_engine

    engine = open_engine()
    try:
        ordered = table.append_column(_ORDER, [np.arange(table.num_rows)])
        parsed = parse(engine.arrow(ordered), intake, place)
        *_, order = parsed.collect_schema().names()  # columns as they were stand last, this one after all
        found = engine.collect(parsed.select(*(field.name for field in DECLARATION), order))
    finally:
        engine.close()
    return found.take(pc.sort_indices(found[order])).drop_columns([order])


def converted(name: str, column: Any) -> tuple[Any, Any]:
    """A column as the kind of its field, and where it has something that is none of that kind."""
    return _KINDS[ADDED[name].kind](column)


_KINDS = {"number": numbers, "flag": flags, "text": texts, "date": days}
