"""A file of figures and its mapping -> rows of `TABLE_SCHEMA`; every row of the file is used or set aside.

Reasons for which a row is set aside: `period_invalid`; `<dimension>_missing` and `<dimension>_unknown`;
`group_unknown` (a row of a group that the vocabulary does not have); `value_invalid`, `value_out_of_range`,
`quantity_invalid`, `mass_invalid`, `growth_invalid`; `unit_unknown`, `multiplier_invalid` (a cell of a
column of scale that cannot be read), `currency_missing`; `no_figures`; `repeated_header`; `left_out`, with
what the mapping says under the key `because`; and what a spreadsheet did to a cell (`damage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from customhouse.errors import MappingError
from customhouse.records import files, workbooks
from customhouse.records.files import Digits, Row
from customhouse.records.mapping import titles
from customhouse.records.mapping.cells import Cells
from customhouse.records.mapping.flags import unflagged
from customhouse.records.mapping.mixed import mixed
from customhouse.records.mapping.model import Layout, Mapping, Source, Table
from customhouse.records.mapping.plan import Plan, bind, joined
from customhouse.records.mapping.refused import Refused
from customhouse.records.noticed import Notice, Reading, merged
from customhouse.records.numerals import Marks, Sniffer
from customhouse.records.parse import Intake
from customhouse.records.schema import ADDED, FIELDS
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside

_CELLS = 50_000


def apply(path: Path, mapping: Mapping) -> Iterator[Batch]:
    """The cells of a file, in batches of some tens of thousands. Raises InputError.

    A figure for the year to date becomes a cell of its months; imports from the reporter itself are
    given as `re_imports` too. Files are read twice: first for the marks of numbers.
    """
    if mapping.kind != "table":
        raise MappingError(
            mapping.place or mapping.name,
            "is for declarations, not for tables of figures",
            "use `intake`, or another mapping",
        )
    titled = titles.unlike(path, mapping)
    for table in mapping.tables:
        for sheet in sheets(path, table.layout):
            yield from _apply(path, sheet, table, titled.get(sheet or ""))


def sheets(path: Path, layout: Layout) -> list[str | None]:
    """The sheets that a layout means; None alone for a file that has none. Raises MappingError."""
    if files.kind(path) != "excel":
        return [None]
    found: list[str | None] = [*workbooks.chosen(path, layout.sheet)]
    return found if layout.sheet else found[:1]


def _apply(path: Path, sheet: str | None, table: Table, title: Notice | None) -> Iterator[Batch]:
    plan = survey(path, sheet, table)
    cells = Cells(plan)
    output = _Output(path.name, title)
    for row in data(path, sheet, table.layout):
        try:
            output.use(cells.of(row), row)
        except Refused as refused:
            said = plan.said(row, refused.why)
            output.aside.append(SetAside(path.name, row.place, refused.reasons, said, refused.held))
        for found in cells.noticed:
            output.notice(*found, row)
        if len(output.rows) >= _CELLS or len(output.aside) >= _CELLS:
            yield output.batch()
    if output.rows or output.aside or not output.flushed:
        yield output.batch()


class _Output:
    """Cells and rows set aside, until they make a batch."""

    def __init__(self, file: str, title: Notice | None) -> None:
        self._file, self.rows, self.aside = file, list[dict[str, Any]](), list[SetAside]()
        self._used, self.flushed = 0, False
        self._notices = [title] if title else []

    def use(self, cells: list[dict[str, Any]], row: Row) -> None:
        self._used += 1
        for cell in cells:
            cell["file"], cell["place"] = self._file, row.place
        self.rows += cells

    def notice(self, found: Reading, first: int, last: int, row: Row) -> None:
        """Counts a row whose code wants a word."""
        self._notices.append(Notice(found, 1, first, last, f"{self._file}: {row.place}"))

    def batch(self) -> Batch:
        batch = Batch(
            pa.Table.from_pylist(self.rows, TABLE_SCHEMA),
            tuple(self.aside),
            self._used + len(self.aside),
            self._used,
            merged(self._notices),
        )
        self.rows, self.aside, self._used, self.flushed = [], [], 0, True
        self._notices = []
        return batch


def data(path: Path, sheet: str | None, layout: Layout) -> Iterator[Row]:
    """The rows of data of a table: after the names, before `until`, none that is blank."""
    for row in _rows(path, sheet, layout):
        if row.number < layout.start or row.number in layout.header:
            continue
        if layout.until and any(layout.until.fullmatch(" ".join(cell.split())) for cell in row.cells):
            return
        if any(cell and not cell.isspace() for cell in row.cells):
            yield row


def _rows(path: Path, sheet: str | None, layout: Layout) -> Iterator[Row]:
    return files.rows(path, sheet, layout.encoding, layout.delimiter, layout.items)


def names(path: Path, sheet: str | None, layout: Layout) -> list[str]:
    """The names of the columns, several rows joined. Raises MappingError where there are none."""
    above: dict[int, list[str]] = {}
    width = 0
    for row in _rows(path, sheet, layout):
        if row.number in layout.header:
            above[row.number] = row.cells
        width = max(width, len(row.cells))
        if row.number >= max(layout.header) and (above or layout.header == (0,)):
            break
    if layout.header == (0,):
        return [str(number) for number in range(1, width + 1)]
    if len(above) < len(layout.header):
        place = f"{path}, sheet {sheet}" if sheet else str(path)
        raise MappingError(place, f"no row {max(layout.header)} with names of columns", "correct `header`")
    return joined([above[number] for number in sorted(above)])


def survey(path: Path, sheet: str | None, table: Table) -> Plan:
    """Where each part of a table stands, and the marks that its numbers have. Raises MappingError.

    Marks that a mapping leaves open are asked of all values of a column; a column that does not tell
    takes those of the others, and one that could be read in two ways stops the file.
    """
    place = f"{path}, sheet {sheet}" if sheet else str(path)
    plan = bind(table, names(path, sheet, table.layout), place)
    sniffers = {column.at: Sniffer() for column in plan.figures}
    for row in data(path, sheet, table.layout):
        plan.notice_period(row)
        for at, sniffer in sniffers.items():
            if at < len(row.cells) and not isinstance(row.cells[at], Digits) and row.cells[at]:
                sniffer.add(unflagged(row.cells[at]))
    again = partial(data, path, sheet, table.layout)
    _settle(plan, sniffers, again, table.layout.delimiter == ";", place)
    return plan


def _settle(
    plan: Plan, sniffers: dict[int, Sniffer], again: Callable[[], Iterator[Row]], semicolons: bool, place: str
) -> None:
    found = {at: sniffer.result() for at, sniffer in sniffers.items()}
    certain = {
        result.marks
        for at, result in found.items()
        if not result.ambiguous and any(sniffers[at].votes.values())
    }
    for column in plan.figures:
        result = found[column.at]
        if column.figure.marks is not None:
            column.marks = column.figure.marks
        elif result.ambiguous:
            column.marks = _borrowed(certain, result.marks, semicolons)
            if column.marks is None:
                told = mixed(again(), column.at) or (
                    f"the decimal mark cannot be told: {'; '.join(result.evidence)}",
                    "say `decimal: .` or `decimal: ,` in the mapping",
                )
                raise MappingError(f"{place}, column {column.name!r}", *told)
        else:
            column.marks = result.marks or Marks()
        column.whole = result.whole


def _borrowed(certain: set[Marks | None], guess: Marks | None, semicolons: bool) -> Marks | None:
    if guess is None:
        return None
    if len(certain) == 1:
        return next(iter(certain))
    return guess if guess.thousands == "," and not semicolons and not certain else None


def added(mapping: Mapping) -> dict[str, Source]:
    """Where the fields of a mapping of declarations come from that targeting alone reads."""
    return {name: source for name, source in mapping.fields.items() if name in ADDED}


def intake(mapping: Mapping) -> Intake:
    """How declarations of a file become fields: a mapping of `kind: declarations` for `records.parse`."""
    if mapping.kind != "declarations":
        raise MappingError(
            mapping.place or mapping.name,
            "is for tables of figures, not for declarations",
            "use `apply`, or another mapping",
        )
    given = {name: source for name, source in mapping.fields.items() if name in FIELDS}
    constants = {name: source.constant for name, source in given.items() if source.constant is not None}
    more: dict[str, str] = {}
    if (reporter := mapping.fields.get("reporter")) and (reporter.constant or reporter.column):
        more["reporter"] = str(reporter.constant or reporter.column)
    if "currency" in constants:
        more["currency"] = constants["currency"]
    return Intake(
        columns={name: source.column for name, source in given.items() if source.column is not None},
        constants=constants,
        systems={name: source.codes[0] for name, source in given.items() if source.codes},
        values={name: source.values for name, source in given.items() if source.values},
        **more,
    )
