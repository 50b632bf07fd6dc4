"""A release as one HTML page that needs nothing else, runs no script and asks no network."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from customhouse import look
from customhouse.release.labels import label
from customhouse.release.layout.body import body, style, template, text_of

if TYPE_CHECKING:
    from customhouse.release.layout.write import Edition


def page(edition: Edition) -> str:
    """The page as HTML text. Words are shown, never run."""
    release, to = edition.release, edition.language
    inside = body(edition)
    rules = look.base() + style() + text_of("page.css") + _hover(inside.figures)
    text: str = template("page.html").render(
        release=release, tag=look.LANGUAGE_TAGS[to], style=Markup(rules), policy=look.policy(rules),
        label=partial(_label, to), body=inside,
        others=[(other, look.LANGUAGE_TAGS[other], edition.file("html", other)) for other in edition.others],
        downloads=[*_documents(edition), *edition.beside],
        published=release.published.isoformat(),
    )  # fmt: skip
    return text


def _label(language: str, code: str, **places: str) -> str:
    return label(code, language, **places)


def _documents(edition: Edition) -> list[str]:
    """The other files of the release in its language."""
    there = [ending for ending in ("docx", "md", "xlsx") if ending in edition.formats]
    return [edition.file(ending) for ending in there if ending != "xlsx" or edition.release.tables]


def _hover(last: int) -> str:
    """The rules by which the card of a figure shows while that is pointed at or has the focus."""
    rules = (f"body:has(#p{n}:is(:hover,:focus)) #f{n}" for n in range(1, last + 1))
    chosen = ",\n".join(rules)
    return f"@media screen {{\n{chosen} {{ display: block; z-index: 6; }}\n}}\n" if chosen else ""
