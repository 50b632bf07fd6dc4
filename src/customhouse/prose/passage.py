"""A text with the claims that it states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from customhouse.model import Claim, Span
from customhouse.prose.numerals import canonical
from customhouse.prose.sentences import sentence
from customhouse.prose.wording import CLOSE, OPEN, joined


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and the claims that it states, in text order; their spans are offsets into it."""

    text: str
    claims: tuple[Claim, ...]


def write(claims: Sequence[Claim], language: str, doc: str = "release",
          published: str | None = None) -> Passage:
    """The claims in sentences that say each of them in full, in their canonical form.

    Years are named, so that the text means the same whenever it is `published`. Raises WordingError for a
    claim that no sentence says.
    """
    said = [canonical(claim) for claim in claims]
    return put_together([sentence(claim, language) for claim in said], said, language, doc)


def put_together(sentences: Sequence[str], claims: Sequence[Claim], language: str, doc: str) -> Passage:
    """Sentences with marked figures as one text, and the claims of the figures with their places."""
    parts = joined(sentences, language).replace(CLOSE, OPEN).split(OPEN)
    spans, at = [], 0
    for index, part in enumerate(parts):
        if index % 2:
            spans.append(Span(doc, at, at + len(part), part))
        at += len(part)
    placed = tuple(_placed(claim, span) for claim, span in zip(claims, spans, strict=True))
    return Passage("".join(parts), placed)


def _placed(claim: Claim, span: Span) -> Claim:
    """A claim at its place; the unit of a price is money alone, whatever it is for."""
    return replace(claim, origin=span, unit=claim.unit.partition("/")[0])
