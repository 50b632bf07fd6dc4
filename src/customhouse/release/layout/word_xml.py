"""Parts of Word documents as their XML (ECMA-376, part 1, WordprocessingML): tables, fonts, page numbers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from customhouse.release.labels import clean
from customhouse.release.layout.tables import Heading, headings
from customhouse.release.model import Row, Table

_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NS = f'xmlns:w="{_SPACE}"'
PAGE_NUMBER = f'<w:fldSimple {_NS} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
"""A field with the number of the page."""
_WIDE = 15100
"""Twentieths of a point between the margins of a page on its side."""
_HALF_POINTS = 14
_MOST = 2900


def fonts(style: Any, latin: str, chinese: str, language: str) -> None:
    """The fonts of a style for Latin and for Chinese letters, and its language."""
    style.font.name = latin
    properties = style.element.get_or_add_rPr()
    found = properties.find(f"{{{_SPACE}}}rFonts")
    for name in [name for name in found.attrib if "heme" in name]:  # a theme's font would stand before ours
        del found.attrib[name]
    for script, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        found.set(f"{{{_SPACE}}}{script}", font)
    spoken = properties.find(f"{{{_SPACE}}}lang")
    if spoken is None:
        spoken = properties.makeelement(f"{{{_SPACE}}}lang", {})
        properties.append(spoken)
    spoken.set(f"{{{_SPACE}}}val", language)
    spoken.set(f"{{{_SPACE}}}eastAsia", "zh-CN")


def table(found: Table) -> str:
    """A table as wide as the page: headings on every page, rows that do not break, numbers to the right."""
    widths = _widths(found)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join((*_heads(found, widths), *_rows(found, widths)))
    return (
        f'<w:tbl {_NS}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>'
        '<w:top w:val="single" w:sz="8" w:color="5B6169"/>'
        '<w:bottom w:val="single" w:sz="8" w:color="5B6169"/>'
        '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/>'
        '<w:right w:w="40" w:type="dxa"/></w:tblCellMar><w:tblLook w:firstRow="1" w:firstColumn="1"/>'
        f'<w:tblCaption w:val="{_shown(found.title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _widths(found: Table) -> list[int]:
    """The stub as wide as its longest label, up to a bound; the columns share the rest."""
    longest = max(sum(2 if ord(c) > 0x2E7F else 1 for c in row.label) for row in found.rows)
    stub = min(max(85 * longest + 150, 1300), _MOST)
    each = min((_WIDE - stub) // len(found.columns), 1500)
    return [stub, *(each for _ in found.columns)]


def _heads(found: Table, widths: list[int]) -> Iterator[str]:
    """Rows of headings; in each, the places that a heading of the row above reaches down into are marked."""
    rows = headings(found)
    for depth, cells in enumerate(rows):
        merged = [h for above in rows[:depth] for h in above if h.rows > 1]
        ordered = sorted([*cells, *merged], key=lambda heading: heading.first)
        inside = "".join(_head(heading, widths, heading in merged) for heading in ordered)
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{inside}</w:tr>"


def _head(heading: Heading, widths: list[int], covered: bool) -> str:
    width = sum(widths[heading.first : heading.first + heading.columns])
    span = f'<w:gridSpan w:val="{heading.columns}"/>' if heading.columns > 1 else ""
    merge = "<w:vMerge/>" if covered else '<w:vMerge w:val="restart"/>' if heading.rows > 1 else ""
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}'
        '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:color="5B6169"/></w:tcBorders>'
        '<w:shd w:val="clear" w:color="auto" w:fill="F1EFEA"/><w:vAlign w:val="center"/>'
    )
    return _cell(properties, "" if covered else heading.text, "center", bold=True)


def _rows(found: Table, widths: list[int]) -> Iterator[str]:
    for row in found.rows[: found.shown]:
        bold = not row.code
        cells = [_stub(row, widths[0], bold)]
        for cell, width in zip(row.cells, widths[1:], strict=True):
            cells.append(_cell(f'<w:tcW w:w="{width}" w:type="dxa"/>', cell.text, "right", bold=bold))
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _stub(row: Row, width: int, bold: bool) -> str:
    return _cell(f'<w:tcW w:w="{width}" w:type="dxa"/>', row.label, "left", bold=bold, indent=160 * row.depth)


def _cell(properties: str, words: str, side: str, bold: bool = False, indent: int = 0) -> str:
    weight = "<w:b/>" if bold else ""
    left = f'<w:ind w:left="{indent}"/>' if indent else ""
    return (
        f'<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr><w:spacing w:before="10" w:after="10" w:line="240"'
        f' w:lineRule="auto"/>{left}<w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{weight}'
        f'<w:sz w:val="{_HALF_POINTS}"/></w:rPr><w:t xml:space="preserve">{_shown(words)}</w:t></w:r></w:p>'
        "</w:tc>"
    )


def _shown(words: str) -> str:
    return escape(clean(words))
