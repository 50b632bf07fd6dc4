"""Files as they stand: which are meant, their columns as text, and the rows that do not fit the heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import BrokenFile, EmptyFile, InputError
from customhouse.records import delimited, files, unpacking
from customhouse.records.mapping.model import Layout

if TYPE_CHECKING:
    import pyarrow as pa

PLAIN = Layout()
RAGGED = "ragged_"
"""The line of a row with other fields than the heading, null for all others; no such column where none is."""


def found(paths: Iterable[str | Path]) -> list[Path]:
    """The files that are meant. Raises UnreadableFile; InputError for a store, which has no lines to read."""
    named = [str(path) for path in paths]
    for path in named:
        if (Path(path) / "store.json").is_file():
            raise InputError(path, "a store of statistics, not a file of declarations",
                             "name the files that were loaded into it")  # fmt: skip
    return files.find(named)


def raw(path: Path, layout: Layout = PLAIN) -> pa.Table:
    """A file as it stands: a column each, rows in order. Raises InputError, for ragged rows too."""
    import pyarrow.compute as pc

    table = lined(path, layout)
    if RAGGED in table.column_names:
        count, first = pc.count(table[RAGGED]).as_py(), pc.min(table[RAGGED]).as_py()
        rows = "1 row has" if count == 1 else f"{count} rows have"
        raise BrokenFile(f"{path}, line {first}", f"{rows} more or fewer fields than the heading",
                         "put a text that has the delimiter in it in quotation marks")  # fmt: skip
    return table


def lined(path: Path, layout: Layout = PLAIN) -> pa.Table:
    """The same with the ragged rows in their places, told by the column `RAGGED`. Raises InputError."""
    import numpy as np
    import pyarrow as pa

    table, ragged = _read(path, layout)
    if not table.num_rows:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    table = plain(table.rename_columns([" ".join(name.split()) for name in table.column_names]))
    if not ragged:
        return table
    at = np.zeros(table.num_rows, dtype=np.int64)
    at[list(ragged)] = list(ragged.values())
    return table.append_column(RAGGED, pa.array(at, mask=at == 0))


def plain(table: pa.Table) -> pa.Table:
    """A table whose columns have no dictionaries."""
    import pyarrow as pa

    for place, one in enumerate(table.schema):
        if pa.types.is_dictionary(one.type):
            table = table.set_column(place, one.name, table[one.name].cast(one.type.value_type))
    return table


def _read(path: Path, layout: Layout) -> tuple[pa.Table, dict[int, int]]:
    """The table of a file, and the lines of its ragged rows by their places in it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = files.kind(path)
    if kind == "parquet":
        with unpacking.unpacked(path) as source:
            try:
                return pq.read_table(source), {}
            except (pa.ArrowException, OSError) as error:
                wrong = f"no Parquet file that can be read ({error})"
                raise InputError(str(path), wrong, "fetch it again") from error
    if kind == "delimited" and layout == PLAIN and (fast := _fast(path)) is not None:
        return fast, {}
    table = pa.Table.from_batches(_batches(path, layout))
    return table, _ragged(path, max(layout.header)) if kind == "delimited" else {}


def _batches(path: Path, layout: Layout) -> list[Any]:
    batches = list(files.arrow_batches(path, sheet=layout.sheet, header=max(layout.header)))
    if not batches:
        raise EmptyFile(str(path), "no lines in it", "look whether it is the right file")
    return batches


def _ragged(path: Path, header: int) -> dict[int, int]:
    """The lines of rows with more or fewer fields than the heading, by their places among the rows.

    A delimiter at the end of every row is none; at the end of some it may be a field that has shifted.
    """
    rows = _filled(path, header)
    _, heading = next(rows)
    width = len(heading)
    while not heading[width - 1].strip():
        width -= 1
    odd: dict[int, tuple[int, int, bool]] = {}
    sizes: set[int] = set()
    for place, (line, cells) in enumerate(rows):
        sizes.add(len(cells))
        if len(cells) != len(heading):
            odd[place] = (line, len(cells), any(one.strip() for one in cells[len(heading) :]))
    ended = sizes == {len(heading) + 1}
    return {place: line for place, (line, size, more) in odd.items()
            if size < width or more or (size > len(heading) and not ended)}  # fmt: skip


def _filled(path: Path, header: int) -> Iterator[tuple[int, list[str]]]:
    """The rows from the heading on that are not blank, as `files.arrow_batches` takes them, with lines."""
    return ((row.number, row.cells) for row in files.rows(path)
            if row.number >= header and any(cell.strip() for cell in row.cells))  # fmt: skip


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
