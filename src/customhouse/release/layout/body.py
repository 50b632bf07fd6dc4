"""The inside of a release's page: paragraphs with their figures marked, charts, tables, what the figures say.

The page of a file and a page of the counter put it into frames of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from customhouse import describe as say
from customhouse.model import CellOrigin, Claim, Derivation
from customhouse.query.table import unit_words
from customhouse.release.labels import label
from customhouse.release.layout.tables import headings
from customhouse.release.model import Chart, Column, Figure, Paragraph, Release, Row, Section, Table

if TYPE_CHECKING:
    from customhouse.release.layout.write import Edition

_MOST_STEPS = 3
_POINTED = Markup(
    '<data class="fig" id="p{0}" value="{1}" tabindex="0" aria-describedby="f{0}" title="{2}">{3}</data>'
)
_LINKED = Markup('<a class="fig" id="p{0}" href="#f{0}"><data value="{1}">{3}</data></a>')


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page does for the body that is put into it.

    `address` says where a file of the release is had. With `ask`, which says where the question of a
    figure is answered, figures are links to what they say, and that has more in it and is opened and
    closed; without it a figure tells its claim where it is pointed at or has the focus. `row` says
    where the statistics of a row of a table are asked for.
    """

    address: Callable[[str], str] = str
    ask: Callable[[Figure], str | None] | None = None
    row: Callable[[Table, Row], str | None] | None = None


ALONE = Frame()
"""A page in a file of its own, beside the other files."""


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of a page as HTML, and how many figures are marked (`p1`, ...; what they say: `f1`, ...)."""

    text: Markup
    beside: Markup
    cards: Markup
    notes: Markup
    figures: int


@dataclass(slots=True)
class _Marking:
    """Figures are numbered through the whole release."""

    release: Release
    frame: Frame
    cards: list[dict[str, Any]]


def body(edition: Edition, frame: Frame = ALONE) -> Body:
    """The inside of a page. Words are shown, never run."""
    release = edition.release
    marking = _Marking(release, frame, [])
    sections = [_section(edition, section, marking) for section in release.sections]
    given = {
        "release": release, "frame": frame, "sections": sections, "cards": marking.cards,
        "label": partial(_label, release.language),
        "rest": [_chart(edition, number, chart, frame) for number, chart in edition.apart],
        "tables": [_table(edition, number, table, frame) for number, table in enumerate(release.tables, 1)],
    }  # fmt: skip
    module = template("body.html").make_module(given)
    made = (module.text(), module.beside(), module.told(), module.notes())
    parts = (Markup(str(part).strip()) for part in made)
    text, beside, cards, notes = parts
    return Body(text, beside, cards, notes, len(marking.cards))


def claim_card(claim: Claim, language: str, ask: str | None = None) -> Markup:
    """What one figure says, as the body of a page has it; `ask` is where the question is answered."""
    given = {"label": partial(_label, language)}
    module = template("body.html").make_module(given)
    return Markup(str(module.claim(told_of(claim, language) | {"ask": ask})).strip())


def template(name: str) -> Any:
    """A template of this folder."""
    return _environment().get_template(name)


def style() -> str:
    """The rules for what is inside."""
    return text_of("body.css")


@cache
def text_of(name: str) -> str:
    """A file of this folder."""
    return files("customhouse.release.layout").joinpath(name).read_text(encoding="utf-8")


def _label(language: str, code: str, **places: str) -> str:
    return label(code, language, **places)


def _section(edition: Edition, section: Section, marking: _Marking) -> dict[str, Any]:
    release = edition.release
    at = next((n for n, table in enumerate(release.tables, 1) if table.code == section.table), None)
    shown = edition.shown_with(section)
    return {
        "code": section.code, "heading": section.heading, "table": at,
        "charts": [_chart(edition, number, chart, marking.frame) for number, chart in shown],
        "paragraphs": [_paragraph(paragraph, marking) for paragraph in section.paragraphs],
    }  # fmt: skip


def _paragraph(paragraph: Paragraph, marking: _Marking) -> Markup:
    """The text with each figure marked, its claims in reach; figures of one place share a mark.

    In a file a mark is no link: readers of web pages take paragraphs full of links for navigation.
    """
    text, parts, at = paragraph.passage.text, list[Markup](), 0
    language = marking.release.language
    mark = _POINTED if marking.frame.ask is None else _LINKED
    for (start, end), figures in _places(paragraph):
        number = len(marking.cards) + 1
        marking.cards.append(_card(number, text[start:end], figures, marking))
        lines = "\n".join(say.describe(figure.printed, language) for figure in figures)
        value = _plain(figures[0].computed.value)
        parts += [escape(text[at:start]), mark.format(number, value, lines, text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _places(paragraph: Paragraph) -> Iterator[tuple[tuple[int, int], list[Figure]]]:
    """Where figures stand, in order, with those that overlap taken together."""
    places: list[tuple[tuple[int, int], list[Figure]]] = []
    spanned = [(figure.printed.span, figure) for figure in paragraph.figures]
    ordered = sorted(((span.start, span.end, at) for at, (span, _) in enumerate(spanned) if span))
    for start, end, at in ordered:
        figure = paragraph.figures[at]
        if places and start < places[-1][0][1]:
            (first, last), figures = places[-1]
            places[-1] = (first, max(last, end)), [*figures, figure]
        else:
            places.append(((start, end), [figure]))
    yield from places


def _card(number: int, text: str, figures: list[Figure], marking: _Marking) -> dict[str, Any]:
    """What a figure says and how it was computed."""
    to, ask = marking.release.language, marking.frame.ask
    told = [
        told_of(figure.computed, to, None if ask else _MOST_STEPS)
        | {"line": say.describe(figure.printed, to), "ask": ask(figure) if ask else None}
        for figure in figures
    ]
    return {"number": number, "text": text, "told": told}


def told_of(claim: Claim, language: str, steps: int | None = None) -> dict[str, Any]:
    """How a figure was computed: exactly, by which steps (so many at most), from which cells and vintages."""
    return {
        "line": say.describe(claim, language), "ask": None,
        "computed": label("computed", language, figure=say.figure(claim, language)),
        "steps": _steps(claim, language)[:steps], "origin": _origin(claim, language),
        "levels": [_level(level, language) for level in _levels(claim)],
    }  # fmt: skip


def _steps(claim: Claim, language: str) -> list[str]:
    if not isinstance(claim.origin, Derivation):
        return []
    return list(say.arithmetic(claim.origin.arithmetic, language))


def _levels(claim: Claim) -> list[Claim]:
    """The figures of the statistics that one rests on: itself, where it is none that was derived."""
    return list(claim.origin.claims) if isinstance(claim.origin, Derivation) else [claim]


def _level(level: Claim, language: str) -> dict[str, Any]:
    cells = level.origin if isinstance(level.origin, CellOrigin) else None
    return {
        "line": say.topic(level, language), "exact": _exact(level.value),
        "unit": unit_words(level.unit, 0, language), "cells": _cells(cells, language) if cells else "",
    }  # fmt: skip


def _cells(origin: CellOrigin, language: str) -> str:
    """How many cells, of which loads."""
    loads = say.word("separator", language).join(map(str, origin.vintages))
    return label("cells_of_loads", language, n=f"{origin.cells:,}", loads=loads)


def _origin(claim: Claim, language: str) -> str:
    """The source and vintages of the cells behind a figure."""
    origins = [c.origin for c in _levels(claim) if isinstance(c.origin, CellOrigin)]
    if not origins:
        return ""
    vintages = sorted({number for origin in origins for number in origin.vintages})
    listed = say.word("separator", language).join(map(str, vintages))
    return say.fill("from_source", language, source=origins[0].source, vintages=listed)


def _plain(value: float) -> str:
    return f"{int(value)}" if value == int(value) else repr(value)


def _exact(value: float) -> str:
    """All digits, in groups of three."""
    digits = f"{value:,.2f}"
    return digits.rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def _chart(edition: Edition, number: int, chart: Chart, frame: Frame) -> dict[str, Any]:
    written = [ending for ending in ("svg", "png") if ending in edition.formats]
    files_of = [(ending.upper(), frame.address(edition.picture(chart.code, ending))) for ending in written]
    drawn = Markup(edition.drawn[chart.code])
    return {"code": chart.code, "number": number, "title": chart.title, "svg": drawn, "files": files_of}


def _table(edition: Edition, number: int, table: Table, frame: Frame) -> dict[str, Any]:
    csv = frame.address(edition.table(table.code)) if "csv" in edition.formats else None
    rows = table.rows[: table.shown]
    return {
        "code": table.code, "number": number, "title": table.title, "unit": table.unit, "notes": table.notes,
        "heads": headings(table), "rows": rows, "csv": csv, "spans": [width for _, width in table.groups],
        "links": [frame.row(table, row) if frame.row else None for row in rows],
        "dimension": table.dimension, "columns": json.dumps([_column(column) for column in table.columns]),
    }  # fmt: skip


def _column(column: Column) -> list[str]:
    """What the cells of a column measure, for a script."""
    return [column.measure, column.flow, str(column.period or "")]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(text_of), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return made
