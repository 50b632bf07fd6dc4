"""A release as a Word document: real headings, tables and pictures, fonts for Chinese, numbered pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from customhouse import optional
from customhouse.release.labels import clean, label
from customhouse.release.layout import word_xml as xml
from customhouse.release.model import Chart, Section

if TYPE_CHECKING:
    from customhouse.release.layout.write import Edition

_module = partial(optional.module, what="writing Word documents", extra="release")
_FONTS = {
    "en": ("Cambria", "SimSun", "Calibri", "SimHei"), "zh": ("Times New Roman", "SimSun", "Arial", "SimHei"),
}  # fmt: skip
"""Fonts of text, for Latin and Chinese letters, and of headings."""
_SIZES = {"Title": 20, "Heading 1": 15, "Heading 2": 11.5, "Subtitle": 10, "Caption": 9}
_TAGS = {"en": "en-GB", "zh": "zh-CN"}
_LATIN = {"en": "en-GB", "zh": "en-US"}
"""Whose spelling the Latin words of a document have; its Chinese is always simplified."""
_PICTURE_CM = 14.0
_SIDE_CM = (29.7, 21.0)


def document(edition: Edition) -> bytes:
    """The document as bytes. Raises MissingExtra."""
    return _Writer(edition).written()


class _Writer:
    """One document on its way."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.release, self.to = edition, edition.release, edition.language
        self.document = _module("docx").Document()
        self.shared = _module("docx.shared")
        self.named: dict[str, str] = {}

    def written(self) -> bytes:
        """The whole document."""
        self._styles()
        self._properties()
        self._page(self.document.sections[0], wide=False)
        self._heading(self.release.title, 0)
        about = filter(None, (self.release.published.isoformat(), self.release.source))
        self._paragraph(" · ".join(about), "Subtitle")
        for section in self.release.sections:
            self._section(section)
        self._charts()
        self._notes()
        self._tables()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _section(self, section: Section) -> None:
        if section.heading:
            self._heading(section.heading, 1)
        for paragraph in section.paragraphs:
            self._paragraph(paragraph.passage.text)
        for number, chart in self.edition.shown_with(section):
            self._chart(number, chart)

    def _charts(self) -> None:
        """The charts that no section shows."""
        if self.edition.apart:
            self._heading(label("charts_heading", self.to), 1)
        for number, chart in self.edition.apart:
            self._chart(number, chart)

    def _chart(self, number: int, chart: Chart) -> None:
        picture = io.BytesIO(self.edition.pictures[chart.code])
        width = self.shared.Cm(_PICTURE_CM)
        shape = self.document.add_picture(picture, width=width)
        about = shape._inline.docPr
        about.set("descr", clean(chart.text))
        about.set("title", clean(chart.title))
        frame = self.document.paragraphs[-1]
        frame.alignment, frame.paragraph_format.keep_with_next = 1, True
        caption = f"{label('chart_number', self.to, n=str(number))}  {chart.title}"
        self._paragraph(caption, "Caption").alignment = 1

    def _tables(self) -> None:
        """Tables on pages that lie on their side."""
        if not self.release.tables:
            return
        self._page(self.document.add_section(), wide=True)
        self._heading(label("tables_heading", self.to), 1)
        parse = _module("docx.oxml").parse_xml
        body = self.document.element.body
        for number, table in enumerate(self.release.tables, 1):
            title = f"{label('table_number', self.to, n=str(number))}  {table.title}"
            self._heading(title, 2).paragraph_format.page_break_before = number > 1
            self._paragraph(table.unit, "Table note").paragraph_format.keep_with_next = True
            body.insert(len(body) - 1, parse(xml.table(table)))
            for note in table.notes:
                self._paragraph(note, "Table note")
            if self.release.source:
                self._paragraph(label("source_line", self.to, source=self.release.source), "Table note")

    def _notes(self) -> None:
        if self.release.notes:
            self._heading(label("notes_heading", self.to), 1)
        for note in self.release.notes:
            self._paragraph(note, "List Bullet")

    def _heading(self, words: str, level: int) -> Any:
        return self._paragraph(words, f"Heading {level}" if level else "Title")

    def _paragraph(self, words: str, style: str | None = None) -> Any:
        paragraph = self.document.add_paragraph(clean(words))
        if style:
            paragraph._p.style = self._style(style)
        return paragraph

    def _style(self, name: str) -> str:
        """The code of a style; python-docx, which looks through all styles each time, is asked once."""
        if name not in self.named:
            self.named[name] = self.document.styles[name].style_id
        return self.named[name]

    def _page(self, section: Any, wide: bool) -> None:
        """A4 with margins, on its side where `wide`, the page's number at the foot."""
        cm = self.shared.Cm
        long, short = map(cm, _SIDE_CM)
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.orientation = _module("docx.enum.section").WD_ORIENT(int(wide))
        section.left_margin = section.right_margin = cm(1.5 if wide else 2.8)
        section.top_margin = section.bottom_margin = cm(1.8 if wide else 2.5)
        footer = section.footer
        if wide:
            footer.is_linked_to_previous = True
            return
        line = footer.paragraphs[0]
        line.alignment = 1
        line._p.append(_module("docx.oxml").parse_xml(xml.PAGE_NUMBER))

    def _styles(self) -> None:
        """Fonts for both scripts; a style for the words around tables."""
        latin, chinese, head, chinese_head = _FONTS[self.to]
        styles, points = self.document.styles, self.shared.Pt
        ink = self.shared.RGBColor(0x1F, 0x23, 0x28)
        xml.fonts(styles["Normal"], latin, chinese, _LATIN[self.to])
        styles["Normal"].font.size = points(11)
        styles["Normal"].paragraph_format.space_after = points(8)
        styles["Normal"].paragraph_format.line_spacing = 1.35
        for name, size in _SIZES.items():
            style = styles[name]
            xml.fonts(style, head, chinese_head, _LATIN[self.to])
            style.font.size, style.font.color.rgb, style.font.italic = points(size), ink, False
        note = styles.add_style("Table note", 1)
        note.base_style = styles["Normal"]
        note.font.size = points(8)
        note.paragraph_format.space_after, note.paragraph_format.line_spacing = points(1), 1.1

    def _properties(self) -> None:
        about = self.document.core_properties
        about.title, about.author = clean(self.release.title), clean(self.release.source)
        about.language, about.comments = _TAGS[self.to], ""
        day = self.release.published
        about.created = about.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)
