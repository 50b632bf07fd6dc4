"""A release as the counter keeps it: its pages, ready to be put into the frame, and all of its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

Content = str | bytes
KEPT = "\ue000"
"""Stands in addresses of a page for the query that they carry on, which each request has its own."""
_PACKED = frozenset({"docx", "png", "xlsx"})
"""Formats that do not grow smaller."""


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A release in one language: title, who published it, and the parts of its page as HTML with `KEPT`."""

    title: str
    source: str
    text: str
    beside: str
    cards: str
    notes: str

    def parts(self, kept: str) -> dict[str, Markup]:
        """The parts with addresses that carry on a query."""
        told = str(escape(kept))
        names = ("text", "beside", "cards", "notes")
        return {name: Markup(getattr(self, name).replace(KEPT, told)) for name in names}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A release in all languages, with its files packed together (`files`, a ZIP archive)."""

    stem: str
    source: str
    currency: str
    as_of: date
    published: date
    pages: Mapping[str, ReleasePage]
    files: bytes
    names: tuple[tuple[str, int], ...]
    """The files by name, with their sizes in bytes."""

    @property
    def size(self) -> int:
        """About how much memory it takes, in bytes."""
        texts = (text for page in self.pages.values() for text in (page.text, page.beside, page.cards))
        return len(self.files) + 2 * sum(map(len, texts))

    def file(self, name: str) -> bytes | None:
        """One of the files; None where there is none of this name."""
        if name not in dict(self.names):
            return None
        with zipfile.ZipFile(io.BytesIO(self.files)) as archive:
            return archive.read(name)


def packed(files: Iterable[tuple[str, Content]], day: date) -> tuple[bytes, tuple[tuple[str, int], ...]]:
    """Files as a ZIP archive, the same bytes for the same files, and their names with their sizes."""
    held, names = io.BytesIO(), []
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files:
            data = content.encode() if isinstance(content, str) else content
            about = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            about.external_attr = 0o644 << 16
            small = name.rpartition(".")[2] in _PACKED
            archive.writestr(about, data, zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED, 6)
            names.append((name, len(data)))
    return held.getvalue(), tuple(names)
