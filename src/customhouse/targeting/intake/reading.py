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

from customhouse.errors import EmptyFile, InputError, MappingError, TargetingError
from customhouse.records import delimited, files, mapping, unpacking
from customhouse.records.mapping import applying
from customhouse.records.mapping.model import Layout, Source
from customhouse.records.parse import Intake
from customhouse.records.schema import ADDED, FIELDS
from customhouse.targeting.columns import frame_of
from customhouse.targeting.intake import kinds

if TYPE_CHECKING:
    import pyarrow as pa

ROW, FILE = "row_", "file_"
WRONG = "wrong_"
"""Before the name of a field: whether its cell has something that is no value of its kind."""
_ALONE = {"line": "1", "flow": "imports"}
"""What a file means that has no such column."""
_VALUE = ("value", "value_cny")
_PLAIN = Layout()
OUTCOMES = ("inspected", "fraud", "revenue", "revenue_cny", "finished")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file are which fields: by a mapping, or by their own names."""

    intake: Intake = field(default_factory=Intake)
    added: Mapping[str, Source] = field(default_factory=dict)
    layout: Layout = _PLAIN

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
        yield typed(raw(path, columns.layout), columns, str(path), number, keys)


def found(paths: Iterable[str | Path]) -> list[Path]:
    """The files that are meant. Raises UnreadableFile; InputError for a store, which has no lines to read."""
    named = [str(path) for path in paths]
    for path in named:
        if (Path(path) / "store.json").is_file():
            raise InputError(path, "a store of statistics, not a file of declarations",
                             "name the files that were loaded into it")  # fmt: skip
    return files.find(named)


def raw(path: Path, layout: Layout = _PLAIN) -> pa.Table:
    """A file as it stands: a column each, rows in order. Raises InputError."""
    table = _read(path, layout)
    if not table.num_rows:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    return plain(table.rename_columns([" ".join(name.split()) for name in table.column_names]))


def plain(table: pa.Table) -> pa.Table:
    """A table whose columns have no dictionaries."""
    import pyarrow as pa

    for place, one in enumerate(table.schema):
        if pa.types.is_dictionary(one.type):
            table = table.set_column(place, one.name, table[one.name].cast(one.type.value_type))
    return table


def _read(path: Path, layout: Layout) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = files.kind(path)
    if kind == "parquet":
        with unpacking.unpacked(path) as source:
            try:
                return pq.read_table(source)
            except (pa.ArrowException, OSError) as error:
                wrong = f"no Parquet file that can be read ({error})"
                raise InputError(str(path), wrong, "fetch it again") from error
    if kind == "delimited" and layout == _PLAIN and (fast := _fast(path)) is not None:
        return fast
    return pa.Table.from_batches(_batches(path, layout))


def _batches(path: Path, layout: Layout) -> list[Any]:
    batches = list(files.arrow_batches(path, sheet=layout.sheet, header=max(layout.header)))
    if not batches:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    return batches


def _fast(path: Path) -> pa.Table | None:
    """A plain CSV file, all columns as text; None where the careful reader has to look at it."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    if unpacking.magic(path) is not None or delimited.encoding_of(path) not in ("utf-8", "utf-8-sig"):
        return None
    delimiter = delimited.delimiter_of(delimited.sample_of(path, "utf-8"))
    try:
        with pacsv.open_csv(path, parse_options=pacsv.ParseOptions(delimiter=delimiter)) as head:
            names = head.schema.names
        if len(set(names)) < len(names) or not all(name.strip() for name in names):
            return None
        return pacsv.read_csv(
            path, parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True,
                null_values=[""], quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except (pa.ArrowException, OSError):
        return None


def typed(
    table: pa.Table, columns: Columns, place: str, number: int = 0, keys: Sequence[str] = ()
) -> pa.Table:
    """A table of declarations as typed columns: fields, `wrong_` flags of numbers, `row_`, `file_`.

    Amounts are numbers (`value` in its currency, `net_mass_kg`), NaN where there is none. Only fields
    that the table has are there, but for those that no declaration lacks. Raises MappingError.
    """
    import numpy as np
    import pyarrow as pa

    intake = _completed(columns.intake, columns.added, table.column_names, place)
    parsed = kinds.fields(table, intake, place)
    there = {name for name in FIELDS if intake.columns.get(name, name) in table.column_names}
    there |= set(intake.constants)
    made = {name: parsed[name] for name in FIELDS if name in there | {"currency"}}
    wrong: dict[str, Any] = {}
    for name, scale in (("value", 100), ("net_mass_kg", 1000), ("quantity", 1000)):
        if name in made:
            made[name], wrong[WRONG + name] = _amounts(made[name], scale)
    for name in ADDED:
        if (column := added(name, columns.added, table)) is not None:
            made[name], wrong[WRONG + name] = kinds.converted(name, column)
    for key in keys:
        if key not in made:
            if key not in table.column_names:
                raise MappingError(place, f"no column {key!r} to keep profiles of", _has(table))
            made[key] = kinds.text(table[key])
    size = table.num_rows
    return pa.table(made | wrong | {ROW: np.arange(1, size + 1), FILE: np.full(size, number)})


def _completed(
    intake: Intake, added: Mapping[str, Source], names: Sequence[str], place: str
) -> Intake:
    """The intake with what a file means that leaves it out. Raises MappingError where no value is there."""
    columns, constants = dict(intake.columns), dict(intake.constants)
    for name, meant in _ALONE.items():
        if columns.get(name, name) not in names:
            constants.setdefault(name, meant)
    if columns.get("value", "value") not in names and "value" not in constants:
        yuan = added["value_cny"].column if "value_cny" in added else "value_cny"
        if yuan not in names:
            raise MappingError(place, f"no column for value (looked for {' and '.join(_VALUE)})",
                               f"name it in a mapping, with --map; it has {', '.join(names)}")  # fmt: skip
        columns["value"], constants["currency"] = str(yuan), "CNY"
        columns["currency"] = ""
    return replace(intake, columns=columns, constants=constants)


def added(name: str, given: Mapping[str, Source], table: pa.Table) -> Any:
    """The column of a field that targeting alone reads, with its values put in our words; None without."""
    import pyarrow as pa
    import pyarrow.compute as pc

    source = given.get(name, Source(column=name))
    if source.constant is not None:
        return pa.chunked_array([pa.array([source.constant] * table.num_rows, pa.string())])
    if source.column not in table.column_names:
        if name in given:
            raise MappingError("mapping", f"no column {source.column!r} for {name}", _has(table))
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


def _amounts(whole: Any, scale: int) -> tuple[Any, Any]:
    """Whole numbers of `records.parse` as numbers; below 0 stands for what is none."""
    import numpy as np

    given = whole.cast("float64").to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        wrong = given < 0
    return np.where(wrong, np.nan, given / scale), wrong


def framed(table: Any) -> pa.Table:
    """A DataFrame of any kind, or an Arrow table, as an Arrow table. Raises TargetingError."""
    import pyarrow as pa

    frame = frame_of(table)
    try:
        found = frame.to_arrow()
    except (TypeError, pa.ArrowException) as error:
        raise TargetingError(f"{type(table).__name__}: no table; give a DataFrame of declarations") from error
    return plain(found)
