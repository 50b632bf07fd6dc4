"""Files of declarations and of outcomes as typed columns under our names, rows in the order of the files.

The fields of `records.schema.DECLARATION` are read as for statistics (`records.parse`), and those of
`TARGETING` beside them. Nothing is judged here: what is no number, day or flag is told apart from what is
blank, so that `intake` can set the row aside or flag it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import MappingError, TargetingError
from customhouse.records import mapping
from customhouse.records.mapping import applying
from customhouse.records.mapping.model import Layout, Source
from customhouse.records.parse import Intake
from customhouse.records.schema import ADDED, FIELDS, REQUIRED
from customhouse.targeting.columns import frame_of
from customhouse.targeting.intake import kinds, lacking
from customhouse.targeting.intake.raw import PLAIN, RAGGED, found, lined, plain, raw

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FILE", "OUTCOMES", "RAGGED", "ROW", "WRONG", "Columns", "added", "found", "framed", "raw", "tables",
    "typed",
]  # fmt: skip

ROW, FILE = "row_", "file_"
WRONG = "wrong_"
"""Before the name of a field: the text of its cell where that is no value of its kind, else null."""
_ALONE = {"line": "1", "flow": "imports"}
"""What a file means that has no such column."""
_MONEY = ("value", "net_mass_kg")
_READ = (*_MONEY, "date", "line")
"""Fields of declarations of which is told what could not be read."""
OUTCOMES = ("inspected", "fraud", "revenue", "revenue_cny", "finished")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file are which fields: by a mapping, or by their own names."""

    intake: Intake = field(default_factory=Intake)
    added: Mapping[str, Source] = field(default_factory=dict)
    layout: Layout = PLAIN

    @classmethod
    def of(cls, wanted: str | Path | None) -> Columns:
        """By the mapping of that name or file; without one by their own names. Raises MappingError."""
        if wanted is None:
            return cls()
        found = mapping.load(wanted)
        return cls(applying.intake(found), applying.added(found), found.layout)


def tables(paths: Iterable[str | Path], columns: Columns, keys: Sequence[str] = ()) -> Iterator[pa.Table]:
    """Declarations, a table a file. `keys` name further columns to keep, as text.

    Raises InputError for a file that cannot be read, MappingError for a column that is lacking.
    """
    for number, path in enumerate(found(paths)):
        yield typed(lined(path, columns.layout), columns, str(path), number, keys)


def typed(
    table: pa.Table, columns: Columns, place: str, number: int = 0, keys: Sequence[str] = ()
) -> pa.Table:
    """A table of declarations as typed columns: fields, `wrong_` texts, `row_`, `file_`, and `ragged_`.

    Amounts are numbers (`value` in its currency, `net_mass_kg`), NaN where there is none. Only fields
    that the table has are there, but for those that no declaration lacks. Raises MappingError.
    """
    import numpy as np
    import pyarrow as pa

    ragged = {RAGGED: table[RAGGED]} if RAGGED in table.column_names else {}
    table = table.drop_columns(list(ragged))
    intake = _completed(columns.intake, columns.added, table.column_names, place)
    made, wrong = _declared(table, intake, place)
    for name in ADDED:
        if (column := added(name, columns.added, table, place)) is not None:
            made[name], unread = kinds.converted(name, column)
            wrong[WRONG + name] = kinds.unread(column, unread)
    for key in keys:
        if key not in made:
            if key not in table.column_names:
                raise MappingError(place, f"no column {key!r} to keep profiles of", _has(table))
            made[key] = kinds.text(table[key])
    size = table.num_rows
    return pa.table(made | wrong | ragged | {ROW: np.arange(1, size + 1), FILE: np.full(size, number)})


def _declared(table: pa.Table, intake: Intake, place: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of `DECLARATION` that a table has, and what could not be read of some."""
    columns = {name: intake.columns.get(name, name) for name in FIELDS}
    there = {name for name, column in columns.items() if column in table.column_names}
    table = kinds.coded(table, [columns[name] for name in FIELDS if FIELDS[name].kind == "text"])
    parsed = kinds.fields(kinds.dated(table, columns["date"]), intake, place)
    made = {name: parsed[name] for name in FIELDS if name in there | set(intake.constants) | {"currency"}}
    for name, scale in (("value", 100), ("net_mass_kg", 1000), ("quantity", 1000)):
        if name in made:
            made[name] = _amounts(made[name], scale)
    made |= {name: kinds.text(made[name]) for name in made if FIELDS[name].kind == "text"}
    given = {name: table[columns[name]] for name in _READ if name in there}
    return made, {WRONG + name: kinds.unread(column, _unread(name, column, made[name]))
                  for name, column in given.items()}  # fmt: skip


def _unread(name: str, column: Any, made: Any) -> Any:
    """Where a column has something that was not read; numbers below 0 were."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    none = np.isnan(made) if name in _MONEY else pc.is_null(made).to_numpy(zero_copy_only=False)
    if not none.any():
        return none
    part, there = column.filter(pa.array(none)), none.copy()
    part = pc.if_else(pc.is_nan(part), None, part) if pa.types.is_floating(part.type) else part
    there[none] = pc.is_valid(kinds.text(part)).to_numpy(zero_copy_only=False)
    if name in _MONEY:
        with np.errstate(invalid="ignore"):
            there[none] &= ~(kinds.numbers(part)[0] <= 0)
    return there


def _completed(
    intake: Intake, added: Mapping[str, Source], names: Sequence[str], place: str
) -> Intake:
    """The intake with what a file means that leaves it out. Raises MappingError for all that it lacks."""
    columns, constants = dict(intake.columns), dict(intake.constants)
    for name, meant in _ALONE.items():
        if columns.get(name, name) not in names:
            constants.setdefault(name, meant)
    wanted = {name: [columns.get(name, name)] for name in REQUIRED if name not in constants}
    yuan = str(added["value_cny"].column) if "value_cny" in added else "value_cny"
    if "value" in wanted:
        wanted["value"].append(yuan)
    lacking.refuse(place, names, wanted)
    if columns.get("value", "value") not in names and "value" not in constants:
        columns["value"], constants["currency"] = yuan, "CNY"
        columns["currency"] = ""
    return replace(intake, columns=columns, constants=constants)


def added(name: str, given: Mapping[str, Source], table: pa.Table, place: str) -> Any:
    """The column of a field that targeting alone reads, with its values put in our words; None without.

    Raises MappingError for a column that a mapping names and the table lacks.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    source = given.get(name, Source(column=name))
    if source.constant is not None:
        return pa.chunked_array([pa.array([source.constant] * table.num_rows, pa.string())])
    if source.column not in table.column_names:
        if name in given:
            raise MappingError(place, f"no column {source.column!r} for {name}", _has(table))
        return None
    column = table[source.column]
    if not source.values:
        return column
    text = kinds.text(column)
    place = pc.index_in(text, value_set=pa.array(list(source.values), pa.string()))
    ours = pc.take(pa.array(list(source.values.values()), pa.string()), place)
    return pc.coalesce(ours, text)


def _has(table: pa.Table) -> str:
    return f"it has {', '.join(table.column_names)}"


def _amounts(whole: Any, scale: int) -> Any:
    """Whole numbers of `records.parse` as numbers, NaN where there is none; below 0 stands for that too."""
    import numpy as np

    given = whole.cast("float64").to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        return np.where(given < 0, np.nan, given / scale)


def framed(table: Any) -> pa.Table:
    """A DataFrame of any kind, or an Arrow table, as an Arrow table. Raises TargetingError."""
    import pyarrow as pa

    frame = frame_of(table)
    try:
        found = frame.to_arrow()
    except (TypeError, pa.ArrowException) as error:
        raise TargetingError(f"{type(table).__name__}: no table; give a DataFrame of declarations") from error
    return plain(found)
