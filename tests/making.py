"""Files for tests, made by code: PDFs in columns with running heads, Word documents, web pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

CONTENT_TYPES = "[Content_Types].xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

ENGLISH = [
    "Trade in goods in the first quarter",
    "Exports of machinery grew by 4.5% to 812.3 billion yuan, while imports of the same goods fell slightly. "
    "Private enterprises carried most of the increase, and their share rose to 57.4% of the total value.",
    "Shipments to neighbouring economies were 6.2% higher year-on-year. Foreign-invested enterprises "
    "recorded a third consecutive quarter of growth, as orders for electronics recovered considerably.",
    "Imports of crude materials were nearly unchanged in volume, but lower prices took 3.1 percentage points "
    "off their value. Agricultural products, on the other hand, were both dearer and more plentiful.",
]
CHINESE = [
    "一季度货物贸易概况",
    "今年头三个月，某口岸出口机电产品八千一百亿元，增长4.5%，同类商品进口略有下降。民营企业承担了大部分增量，"
    "占总值的比重升至57.4%，比去年同期提高两个百分点以上，成为稳定外贸的主要力量。",
    "对周边经济体的出口同比增长6.2%。外商投资企业连续三个季度保持增长，电子元件订单明显恢复，"
    "带动零部件进口回升，企业信心随之改善，新签合同数量也多于上年。",
    "原材料进口数量基本持平，价格下跌使其金额减少3.1个百分点。农产品则量价齐升，"
    "水果和水产品的增幅都在一成以上，冷链运输能力的扩大起了很大作用。",
]


def pdf(
    paragraphs: Sequence[str],
    *,
    columns: int = 1,
    chinese: bool = False,
    indent: bool = True,
    table: Sequence[Sequence[str]] = (),
    password: str = "",
    height: float = 400,
) -> bytes:
    """A PDF: a heading across the page, then text in columns, with running heads and page numbers."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.platypus import BaseDocTemplate, FrameBreak, NextPageTemplate, Paragraph, Table

    out = io.BytesIO()
    heading, body = _styles(_font(chinese), chinese, indent)
    document = BaseDocTemplate(
        out, pagesize=(595, height), encrypt=StandardEncryption(password, canPrint=0) if password else None
    )
    document.addPageTemplates(_templates(columns, height, _font(chinese)))
    story = [Paragraph(paragraphs[0], heading), FrameBreak(), NextPageTemplate("rest")]
    story += [Paragraph(text, body) for text in paragraphs[1:]]
    if table:
        story.insert(4, Table([list(row) for row in table]))
    document.build(story)
    return out.getvalue()


def _font(chinese: bool) -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    if chinese:
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light" if chinese else "Helvetica"


def _styles(font: str, chinese: bool, indent: bool) -> tuple[object, object]:
    from reportlab.lib.styles import ParagraphStyle

    wrap = "CJK" if chinese else None
    body = ParagraphStyle(
        "body",
        fontName=font,
        fontSize=10,
        leading=14,
        alignment=4,
        wordWrap=wrap,
        firstLineIndent=20 if indent else 0,
        spaceAfter=0 if indent else 8,
    )
    return ParagraphStyle("heading", fontName=font, fontSize=16, leading=20, wordWrap=wrap), body


def _templates(columns: int, height: float, font: str) -> list[object]:
    from reportlab.platypus import Frame, PageTemplate

    def decorate(canvas: object, document: object) -> None:
        canvas.setFont(font, 8)  # type: ignore[attr-defined]
        canvas.drawString(60, height - 30, "Monthly bulletin 2025")  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 25, f"- {document.page} -")  # type: ignore[attr-defined]

    width = (475 - 20 * (columns - 1)) / columns
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}

    def frames(top: float) -> list[Frame]:
        return [Frame(60 + i * (width + 20), 50, width, top - 50, **bare) for i in range(columns)]

    title = Frame(60, height - 80, 475, 30, id="title", **bare)
    return [
        PageTemplate("first", [title, *frames(height - 90)], onPage=decorate),
        PageTemplate("rest", frames(height - 50), onPage=decorate),
    ]


def picture_pdf() -> bytes:
    """A PDF with lines but no text, as a scanner makes it."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(100, 100, 200, 200)
    canvas.save()
    return out.getvalue()


def docx(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document: a heading, paragraphs, and a table after the first of them."""
    from docx import Document

    document = Document()
    document.add_heading(paragraphs[0], level=1)
    for number, text in enumerate(paragraphs[1:]):
        document.add_paragraph(text)
        if table and number == 0:
            grid = document.add_table(rows=len(table), cols=len(table[0]))
            for row, cells in zip(grid.rows, table, strict=True):
                for cell, value in zip(row.cells, cells, strict=True):
                    cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def raw_docx(body: str, part: str = "word/document.xml") -> bytes:
    """A Word document with the given XML inside its body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, "<Types/>")
        archive.writestr(part, f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def html(paragraphs: Sequence[str], head: str = "", title: str = "h1") -> str:
    """A web page with navigation, a heading, paragraphs, a table and a footer around them."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs[1:])
    return (
        f"<!DOCTYPE html><html><head><title>{paragraphs[0]} | Site</title>{head}</head><body>"
        "<nav><ul><li><a href='/a'>Home page</a></li><li><a href='/b'>Contact us</a></li></ul></nav>"
        f"<article><{title}>{paragraphs[0]}</{title}>{text}"
        "<table><tr><td>Partner</td><td>99887.7</td></tr></table></article>"
        "<footer>Copyright 2019, all rights of the Site</footer></body></html>"
    )


def put(folder: Path, name: str, content: bytes | str) -> str:
    """Write a file and give its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)
