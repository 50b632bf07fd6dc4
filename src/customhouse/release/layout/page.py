"""A release as one HTML page that needs nothing else, runs no script and asks no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from customhouse import describe as say
from customhouse.model import CellOrigin, Claim, Derivation
from customhouse.release.labels import label
from customhouse.release.layout.tables import headings
from customhouse.release.model import Chart, Figure, Paragraph, Release, Section, Table

if TYPE_CHECKING:
    from customhouse.release.layout.write import Edition

LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
_MOST_STEPS = 3
_FIGURE = Markup(
    '<data class="fig" id="p{0}" value="{1}" tabindex="0" aria-describedby="f{0}" title="{2}">{3}</data>'
)


@dataclass(slots=True)
class _Numbers:
    """Figures are numbered through the whole release."""

    last: int = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def page(edition: Edition) -> str:
    """The page as HTML text. Words are shown, never run."""
    release, to = edition.release, edition.language
    numbers, cards = _Numbers(), list[dict[str, Any]]()
    sections = [_section(edition, section, numbers, cards) for section in release.sections]
    rest = [_chart(edition, number, chart) for number, chart in edition.apart]
    style = _file("page.css") + _hover(numbers.last)
    text: str = _template().render(
        release=release, tag=LANGUAGE_TAGS[to], style=Markup(style), policy=_policy(style),
        label=lambda code, **places: label(code, to, **places),
        others=[(other, LANGUAGE_TAGS[other], edition.file("html", other)) for other in edition.others],
        sections=sections, rest=rest, cards=cards,
        tables=[_table(edition, number, table) for number, table in enumerate(release.tables, 1)],
        downloads=[*_documents(edition), *edition.beside],
        published=release.published.isoformat(),
    )  # fmt: skip
    return text


def _documents(edition: Edition) -> list[str]:
    """The other files of the release in its language."""
    there = [ending for ending in ("docx", "md", "xlsx") if ending in edition.formats]
    return [edition.file(ending) for ending in there if ending != "xlsx" or edition.release.tables]


def _section(
    edition: Edition, section: Section, numbers: _Numbers, cards: list[dict[str, Any]]
) -> dict[str, Any]:
    release = edition.release
    at = next((n for n, table in enumerate(release.tables, 1) if table.code == section.table), None)
    return {
        "code": section.code, "heading": section.heading, "table": at,
        "charts": [_chart(edition, number, chart) for number, chart in edition.shown_with(section)],
        "paragraphs": [_paragraph(paragraph, release, numbers, cards) for paragraph in section.paragraphs],
    }  # fmt: skip


def _paragraph(
    paragraph: Paragraph, release: Release, numbers: _Numbers, cards: list[dict[str, Any]]
) -> Markup:
    """The text with each figure marked, its claims in reach; figures of one place share a mark.

    A mark is no link: readers of web pages take paragraphs full of links for navigation.
    """
    text, parts, at = paragraph.passage.text, list[Markup](), 0
    for (start, end), figures in _places(paragraph):
        number = numbers.next()
        cards.append(_card(number, text[start:end], figures, release))
        lines = "\n".join(say.describe(figure.printed, release.language) for figure in figures)
        value = _plain(figures[0].computed.value)
        parts += [escape(text[at:start]), _FIGURE.format(number, value, lines, text[start:end])]
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


def _card(number: int, text: str, figures: list[Figure], release: Release) -> dict[str, Any]:
    """What a figure says and how it was computed."""
    to = release.language
    told = []
    for figure in figures:
        computed = label("computed", to, figure=_computed(figure.computed, to))
        told.append({"line": say.describe(figure.printed, to), "computed": computed,
                     "steps": _steps(figure.computed, to), "origin": _origin(figure.computed, to)})
    return {"number": number, "text": text, "told": told}


def _computed(claim: Claim, language: str) -> str:
    """The exact figure; a derivation to a point is written as a figure, not as an interval."""
    return say.figure(claim, language)


def _steps(claim: Claim, language: str) -> list[str]:
    if not isinstance(claim.origin, Derivation):
        return []
    return list(say.arithmetic(claim.origin.arithmetic, language))[:_MOST_STEPS]


def _origin(claim: Claim, language: str) -> str:
    """The source and vintages of the cells behind a figure."""
    origins = [claim.origin] if isinstance(claim.origin, CellOrigin) else []
    if isinstance(claim.origin, Derivation):
        origins = [c.origin for c in claim.origin.claims if isinstance(c.origin, CellOrigin)]
    if not origins:
        return ""
    vintages = sorted({number for origin in origins for number in origin.vintages})
    listed = say.word("separator", language).join(map(str, vintages))
    return say.fill("from_source", language, source=origins[0].source, vintages=listed)


def _plain(value: float) -> str:
    return f"{int(value)}" if value == int(value) else repr(value)


def _chart(edition: Edition, number: int, chart: Chart) -> dict[str, Any]:
    written = [ending for ending in ("svg", "png") if ending in edition.formats]
    files_of = [(ending.upper(), edition.picture(chart.code, ending)) for ending in written]
    drawn = Markup(edition.drawn[chart.code])
    return {"code": chart.code, "number": number, "title": chart.title, "svg": drawn, "files": files_of}


def _table(edition: Edition, number: int, table: Table) -> dict[str, Any]:
    csv = edition.table(table.code) if "csv" in edition.formats else None
    return {
        "code": table.code, "number": number, "title": table.title, "unit": table.unit, "notes": table.notes,
        "heads": headings(table), "rows": table.rows[: table.shown], "csv": csv,
        "spans": [width for _, width in table.groups],
    }  # fmt: skip


def _hover(last: int) -> str:
    """The rules by which the card of a figure shows while that is pointed at or has the focus."""
    rules = (f"body:has(#p{n}:is(:hover,:focus)) #f{n}" for n in range(1, last + 1))
    chosen = ",\n".join(rules)
    return f"@media screen {{\n{chosen} {{ display: block; z-index: 6; }}\n}}\n" if chosen else ""


def _policy(style: str) -> str:
    """A content security policy that lets this style act, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _file(name: str) -> str:
    return files("customhouse.release.layout").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.lstrip_blocks = True
    return environment.from_string(_file("page.html"))
