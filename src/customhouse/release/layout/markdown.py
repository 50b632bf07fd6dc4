"""A release as Markdown: the text that reads back, then links to the charts, and the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from customhouse.release.compose import body
from customhouse.release.labels import label
from customhouse.release.model import Release, Row, Table

if TYPE_CHECKING:
    from customhouse.release.layout.write import Edition

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def text(edition: Edition) -> str:
    """The whole file. Charts are linked as PNG where those are written, else as SVG."""
    release = edition.release
    return "\n\n".join(["\n".join(_parts(edition)).rstrip("\n"), *_after(edition, release)]) + "\n"


def _parts(edition: Edition) -> Iterator[str]:
    yield body(edition.release).text


def _after(edition: Edition, release: Release) -> Iterator[str]:
    to = release.language
    ending = next((ending for ending in ("png", "svg") if ending in edition.formats), None)
    if release.charts and ending:
        yield f"## {label('charts_heading', to)}"
        for chart in edition.charts:
            yield f"![{escaped(chart.title)}]({edition.picture(chart.code, ending)})"
    if release.tables:
        yield f"## {label('tables_heading', to)}"
    for number, table in enumerate(release.tables, 1):
        yield f"### {label('table_number', to, n=str(number))} {escaped(table.title)}"
        yield escaped(table.unit)
        yield "\n".join(_pipes(table))
        yield "\n".join(f"- {escaped(note)}" for note in table.notes)
    if release.notes:
        yield f"## {label('notes_heading', to)}"
        yield "\n".join(f"- {escaped(note)}" for note in release.notes)
    if release.source:
        yield escaped(label("source_line", to, source=release.source))


def escaped(words: str) -> str:
    """Words that are shown as they are, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


def _pipes(table: Table) -> Iterator[str]:
    """A pipe table; spanning headings are written before each of theirs."""
    spans = [name for name, width in table.groups for _ in range(width)]
    heads = [f"{span} {column.label}".strip() for span, column in zip(spans, table.columns, strict=True)]
    yield _line([table.stub, *heads])
    yield _line([":--", *("--:" for _ in heads)], plain=True)
    yield from (_line([_named(row), *(cell.text for cell in row.cells)]) for row in table.rows[: table.shown])


def _named(row: Row) -> str:
    return "\N{EM SPACE}" * row.depth + row.label


def _line(cells: list[str], plain: bool = False) -> str:
    return f"| {' | '.join(cell if plain else _cell(cell) for cell in cells)} |"


def _cell(words: str) -> str:
    indent = len(words) - len(words.lstrip("\N{EM SPACE}"))
    return "\N{EM SPACE}" * indent + escaped(words)
