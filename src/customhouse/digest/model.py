"""A digest of one article: a part in each language, and the figures that they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from customhouse.check import Comparison
from customhouse.model import Claim, Language
from customhouse.prose import Passage


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a part: the claim as it stands there, the article's own, and what statistics say of it."""

    told: Claim
    stated: Claim
    verdict: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A digest in one language: its title, paragraphs of sentences, tags, and their figures in text order.

    `own_title` tells whether the title is the article's own. The spans of the figures are places in the
    paragraph that each stands in.
    """

    language: Language
    title: str
    own_title: bool
    paragraphs: tuple[Passage, ...]
    tags: tuple[str, ...]
    figures: tuple[tuple[Figure, ...], ...]

    @property
    def text(self) -> str:
        """The paragraphs, one after the other."""
        return "\n\n".join(passage.text for passage in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest with the article's name, its day or month, its address, and the parts by language."""

    name: str
    published: str | None
    source: str
    parts: tuple[Part, ...]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: each part with its text, each figure with the article's claim and its verdict."""
        return {
            "name": self.name, "date": self.published, "source": self.source,
            "parts": [_part(part) for part in self.parts],
        }


def _part(part: Part) -> dict[str, Any]:
    figures = [figure for passage in part.figures for figure in passage]
    return {
        "language": part.language, "title": part.title, "tags": list(part.tags), "text": part.text,
        "figures": [_figure(figure) for figure in figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    span = figure.told.span
    row: dict[str, Any] = {"text": span.text if span else "", "claim": figure.stated.to_dict()}
    if figure.verdict is not None:
        row["verdict"] = figure.verdict.verdict.value
    return row
