"""An answer as an Excel workbook: the figures as a statistical table, all columns with codes behind it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from customhouse import optional

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_module = partial(optional.module, what="writing workbooks", extra="compile")
Value = str | float | int | None
_FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
_GREY, _FILL = "FF5B6169", "FFF1EFEA"
_HEAD_ROW = 5
_WIDEST = 42
_STAMP = (1980, 1, 1, 0, 0, 0)
_UNWRITTEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the sheets.

    `above` are the lines between title and table, `below` the notes. A heading has its unit under it, and
    a column its number format (empty: words). `data` is the second sheet, its first row the headings.
    """

    title: str
    names: tuple[str, str]
    above: tuple[str, ...]
    headings: tuple[str, ...]
    units: tuple[str, ...]
    formats: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    below: tuple[str, ...]
    data: tuple[tuple[Value, ...], ...]
    language: str


def workbook(desk: HeldDesk, sheet: Sheet) -> bytes:
    """The workbook as bytes, the same for the same sheet. Raises MissingExtra."""
    openpyxl = _module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    style = _Styles(sheet.language)
    _table(book.create_sheet(sheet.names[0]), sheet, style)
    _data(book.create_sheet(sheet.names[1]), sheet.data, style)
    book.properties.title = _clean(sheet.title)
    book.properties.creator = "customhouse"
    book.properties.language = "zh-CN" if sheet.language == "zh" else "en"
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _table(page: Any, sheet: Sheet, style: _Styles) -> None:
    letter = _module("openpyxl.utils").get_column_letter
    page.freeze_panes = f"B{_HEAD_ROW + 2}"
    page.sheet_view.showGridLines = False
    page.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = _module("openpyxl.worksheet.properties").PageSetupProperties(
        fitToPage=True
    )
    for at, width in enumerate(_widths([sheet.headings, sheet.units, *sheet.rows]), 1):
        page.column_dimensions[letter(at)].width = width
    page.append([style.cell(page, sheet.title, "title")])
    lines = [*sheet.above, "", "", ""][: _HEAD_ROW - 2]
    for line in lines:
        page.append([style.cell(page, line, "note")])
    page.append([style.cell(page, one, "head") for one in sheet.headings])
    page.append([style.cell(page, one, "unit") for one in sheet.units])
    for row in sheet.rows:
        page.append(
            [style.cell(page, one, "plain", form) for one, form in zip(row, sheet.formats, strict=True)]
        )
    page.append([])
    for line in sheet.below:
        page.append([style.cell(page, line, "note")])


def _data(page: Any, rows: Sequence[Sequence[Value]], style: _Styles) -> None:
    page.freeze_panes = "A2"
    letter = _module("openpyxl.utils").get_column_letter
    for at, width in enumerate(_widths(rows), 1):
        page.column_dimensions[letter(at)].width = width
    for number, row in enumerate(rows):
        page.append([style.cell(page, one, "plain" if number else "head") for one in row])


def _widths(rows: Sequence[Sequence[Value]]) -> list[float]:
    """How wide columns are, from their first rows."""
    sample = rows[:200]
    wide = [max(map(_width, column)) + 2 for column in zip(*sample, strict=True)] if sample else []
    return [min(max(one, 10), _WIDEST) for one in wide]


def _width(one: Value) -> int:
    text = f"{one:,.2f}" if isinstance(one, float) else "" if one is None else str(one)
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


class _Styles:
    """Cells with their looks."""

    def __init__(self, language: str) -> None:
        of = _module("openpyxl.styles")
        self._cell = _module("openpyxl.cell").WriteOnlyCell
        name, line = _FONTS[language], of.Side(style="thin", color=_GREY)
        self._fonts = {
            "title": of.Font(name=name, size=13, bold=True), "note": of.Font(name=name, size=9, color=_GREY),
            "head": of.Font(name=name, size=10, bold=True), "unit": of.Font(name=name, size=9, color=_GREY),
            "plain": of.Font(name=name, size=10),
        }  # fmt: skip
        self._fill = of.PatternFill("solid", fgColor=_FILL)
        self._edges = {"head": of.Border(top=line), "unit": of.Border(bottom=line)}
        self._middle = of.Alignment(horizontal="center", vertical="center", wrap_text=True)

    def cell(self, page: Any, one: Value, kind: str, form: str = "") -> Any:
        """A cell; words are never taken for a formula."""
        cell = self._cell(page, value=_clean(one) if isinstance(one, str) else one)
        if isinstance(one, str):
            cell.data_type = "s"
        cell.font = self._fonts[kind]
        if kind in self._edges:
            cell.fill, cell.border, cell.alignment = self._fill, self._edges[kind], self._middle
        if form and not isinstance(one, str):
            cell.number_format = form
        return cell


def _clean(text: str) -> str:
    """Without what a workbook cannot hold."""
    return _UNWRITTEN.sub("", text)[:32_000]


def _undated(data: bytes) -> bytes:
    """The same workbook without the time at which it was made, so that the same answer has the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
