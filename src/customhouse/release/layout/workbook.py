"""Tables as an Excel workbook: contents, then a sheet a table, with real numbers and their formats."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from customhouse import optional
from customhouse.describe import period_words
from customhouse.release.labels import DASH, MINUS, clean, label
from customhouse.release.layout.tables import Heading, headings
from customhouse.release.model import Cell, Release, Table

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_module = partial(optional.module, what="writing workbooks", extra="compile")
_FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
_HEAD = 4
"""The row in which the headings begin: title, unit and an empty row stand above."""
_RULE, _SOFT, _FILL = "FF5B6169", "FF5B6169", "FFF1EFEA"
_TITLE_MOST = 31


def workbook(release: Release) -> bytes:
    """The workbook as bytes. Raises MissingExtra."""
    openpyxl = _module("openpyxl")
    book: Workbook = openpyxl.Workbook()
    _named_styles(book, release.language)
    contents = book.active
    names = [_name(number, table, release.language) for number, table in enumerate(release.tables, 1)]
    for number, (name, table) in enumerate(zip(names, release.tables, strict=True), 1):
        _sheet(book.create_sheet(name), table, number, release)
    _contents(contents, release, names)
    book.properties.title, book.properties.creator = clean(release.title), clean(release.source)
    book.properties.language = "zh-CN" if release.language == "zh" else "en"
    book.properties.created = datetime(release.published.year, release.published.month, release.published.day)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(number: int, table: Table, language: str) -> str:
    return f"{number} {label(f'short_{table.code}', language)}"[:_TITLE_MOST]


def _contents(sheet: Any, release: Release, names: Sequence[str]) -> None:
    to = release.language
    linked = _module("openpyxl.worksheet.hyperlink")
    sheet.title = label("contents", to)
    period = period_words(release.period, to)
    _say(sheet, 1, 1, label("workbook_title", to, period=period), "title")
    _say(sheet, 2, 1, label("source_line", to, source=release.source), "note")
    _say(sheet, 3, 1, label("published_line", to, date=release.published.isoformat()), "note")
    for number, (name, table) in enumerate(zip(names, release.tables, strict=True), 1):
        _say(sheet, _HEAD + number, 1, label("table_number", to, n=str(number)), "plain")
        link = _say(sheet, _HEAD + number, 2, table.title)
        place = f"'{name}'!A1"
        link.hyperlink = linked.Hyperlink(ref=link.coordinate, location=place)
        link.style = "link"
    sheet.column_dimensions["A"].width = 12
    sheet.column_dimensions["B"].width = 80
    sheet.sheet_view.showGridLines = False


def _sheet(sheet: Worksheet, table: Table, number: int, release: Release) -> None:
    title = f"{label('table_number', release.language, n=str(number))}  {table.title}"
    _say(sheet, 1, 1, title, "title")
    _say(sheet, 2, 1, table.unit, "note")
    first = _HEAD + _head(sheet, table)
    for at, row in enumerate(table.rows, first):
        kind = "plain" if row.code else "total"
        _say(sheet, at, 1, row.label, f"stub{min(row.depth, 2)}" if row.depth else kind)
        for place, cell in enumerate(row.cells, 2):
            _fill(sheet, at, place, cell, kind)
    _notes(sheet, table, release, first + len(table.rows) + 1)
    _set_up(sheet, table, first)


def _head(sheet: Worksheet, table: Table) -> int:
    """Spanning headings merged over theirs; gives the number of rows."""
    rows = headings(table)
    for depth, cells in enumerate(rows):
        for heading in cells:
            _heading(sheet, heading, _HEAD + depth)
    return len(rows)


def _heading(sheet: Worksheet, heading: Heading, row: int) -> None:
    last_row, last = row + heading.rows - 1, heading.first + heading.columns
    for at in range(row, last_row + 1):
        for column in range(heading.first + 1, last + 1):
            _dress(sheet.cell(at, column), "head")
    _say(sheet, row, heading.first + 1, heading.text)
    if heading.rows * heading.columns > 1:
        sheet.merge_cells(start_row=row, end_row=last_row, start_column=heading.first + 1, end_column=last)


def _fill(sheet: Worksheet, row: int, column: int, cell: Cell, kind: str) -> None:
    """A number in the unit of its table; what is no number as it prints."""
    if cell.number is None:
        _say(sheet, row, column, cell.text, f"{kind}_text")
        return
    place = sheet.cell(row, column, cell.number / 10**cell.power)
    _dress(place, f"{kind}_{cell.decimals}" + ("_amount" if cell.measured else ""))


def _notes(sheet: Worksheet, table: Table, release: Release, row: int) -> None:
    words = [*table.notes]
    if release.source:
        words.append(label("source_line", release.language, source=release.source))
    for at, note in enumerate(words):
        _say(sheet, row + at, 1, note, "note")


def _set_up(sheet: Worksheet, table: Table, first: int) -> None:
    """Frozen headings and stub, widths; it prints sideways, as wide as the page, headings on each."""
    letter = _module("openpyxl.utils").get_column_letter
    sheet.freeze_panes = f"B{first}"
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = _stub_width(table)
    for at, column in enumerate(table.columns, 2):
        sheet.column_dimensions[letter(at)].width = 20 if column.measure == "unit" else 12.5
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    properties = _module("openpyxl.worksheet.properties")
    sheet.sheet_properties.pageSetUpPr = properties.PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"1:{first - 1}"
    footer: Any = sheet.oddFooter
    footer.center.text, footer.left.text = "&P / &N", "&A"


def _stub_width(table: Table) -> float:
    wide = max(sum(2 if ord(c) > 0x2E7F else 1 for c in row.label) + 2 * row.depth for row in table.rows)
    return min(max(wide + 2, 14), 46)


def _say(sheet: Any, row: int, column: int, words: str, style: str | None = None) -> Any:
    """Words into a cell, never taken for a formula; what a workbook cannot hold is left out."""
    cell = sheet.cell(row, column)
    cell.value = clean(words)
    cell.data_type = "s"
    if style:
        _dress(cell, style)
    return cell


def _dress(cell: Any, style: str) -> None:
    """Give a cell a named style; the first cell that had it is copied, since to look it up takes long."""
    book = cell.parent.parent
    known = book.__dict__.setdefault("dressed", {})
    if style not in known:
        cell.style = style
        known[style] = cell._style
    cell._style = copy(known[style])


def _named_styles(book: Workbook, language: str) -> None:
    for style in _styles(language):
        book.add_named_style(style)


def _styles(language: str) -> Iterator[Any]:
    """The styles of all cells: words, headings, notes, and numbers to 0, 1 or 2 decimals."""
    of = _module("openpyxl.styles")
    name = _FONTS[language]

    def styled(code: str, size: float = 10, *, bold: bool = False, colour: Any = None, **more: Any) -> Any:
        font = of.Font(name=name, size=size, bold=bold, color=colour)
        return of.NamedStyle(code, font=font, **more)

    left, right = of.Alignment(horizontal="left", vertical="center"), of.Alignment(horizontal="right")
    middle = of.Alignment(horizontal="center", vertical="center", wrap_text=True)
    line = of.Side(style="thin", color=_RULE)
    yield styled("title", 13, bold=True)
    yield styled("note", 9, colour=_SOFT)
    yield styled("link", colour="FF0563C1")
    edges, fill = of.Border(top=line, bottom=line), of.PatternFill("solid", fgColor=_FILL)
    yield styled("head", bold=True, alignment=middle, border=edges, fill=fill)
    for depth in (1, 2):
        yield styled(f"stub{depth}", alignment=of.Alignment(horizontal="left", indent=2 * depth))
    for kind, bold in (("plain", False), ("total", True)):
        yield styled(kind, bold=bold, alignment=left)
        yield styled(f"{kind}_text", bold=bold, alignment=right)
        for decimals in range(3):
            digits = "#,##0" + ("." + "0" * decimals if decimals else "")
            below = f'{digits};"{MINUS}"{digits}'
            formats = {"": below, "_amount": f'{below};"{DASH}"'}
            for end, form in formats.items():
                yield styled(f"{kind}_{decimals}{end}", bold=bold, alignment=right, number_format=form)
