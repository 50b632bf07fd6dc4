"""Where claims stand in their documents: the line, and the sentence around the figure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from customhouse.model import Claim, Document
from customhouse.reader.text import Block, Reading, reading, sentences


@dataclass(frozen=True, slots=True)
class Place:
    """A document, its line from 1 (0 where there is no text), the sentence, and where in it a claim is."""

    doc: str
    line: int
    start: int
    sentence: str
    offset: int


class Places:
    """Finds the places of claims in some documents, each read once and only when it is asked for."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._texts = {document.name: document.text for document in documents}
        self._known: dict[str, _Sentences] = {}

    def of(self, claim: Claim) -> Place | None:
        """The place of a claim that was read from a text."""
        span = claim.span
        if span is None:
            return None
        text = self._texts.get(span.doc)
        if text is None:
            return Place(span.doc, 0, span.start, span.text, 0)
        known = self._known.get(span.doc)
        if known is None:
            known = self._known[span.doc] = _Sentences(text)
        start, end = known.around(span.start, span.end)
        return Place(span.doc, known.line(span.start), span.start, text[start:end], span.start - start)


class _Sentences:
    """The sentences of a text, as places in it."""

    def __init__(self, text: str) -> None:
        seen = reading(text)
        self._lines = [at for at, character in enumerate(text) if character == "\n"]
        self._spans = [_raw(seen, place) for block in seen.blocks for place in sentences(seen.text, block)]
        self._starts = [start for start, _ in self._spans]

    def line(self, position: int) -> int:
        """The number of the line of a place."""
        return bisect_left(self._lines, position) + 1

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The sentence of a figure, a further one where the figure runs into it."""
        at = bisect_right(self._starts, start) - 1
        if at < 0:
            return start, end
        last = max(at, bisect_right(self._starts, max(start, end - 1)) - 1)
        return min(self._starts[at], start), max(self._spans[last][1], end)


def _raw(seen: Reading, place: tuple[int, int]) -> tuple[int, int]:
    """A sentence as a place in the raw text, without the blanks around it."""
    start, end = place
    while start < end - 1 and seen.text[start].isspace():
        start += 1
    while end - 1 > start and seen.text[end - 1].isspace():
        end -= 1
    return seen.raw(start, end)


def languages(document: Document) -> list[tuple[int, str]]:
    """Where in a document each block begins, and the language that it is in."""
    seen = reading(document.text)
    return [(_begin(seen, block), block.language) for block in seen.blocks]


def _begin(seen: Reading, block: Block) -> int:
    return seen.raw(block.start, block.start + 1)[0]
