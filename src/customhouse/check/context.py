"""What stands around a figure: its sentence, and the claims of that sentence and of those beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from customhouse.check.model import Comparison
from customhouse.model import Document

_END = re.compile(
    r"[\u3002\uff01\uff1f!?][\"'\u201d\u2019)\uff09\u300d]*|\.[\"'\u201d\u2019)]*(?=\s+[\"'\u201c(]*[A-Z\u4e00-\u9fff])"
    r"|\n\s*\n|\n(?=\s*[#\-*|])"
)
_BLIND = 120
"""How far on either side a sentence is supposed to reach where the text is not at hand, in characters."""
_AROUND = 2
"""How many sentences on either side stand around one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: the words of its sentence (empty where the text is not at hand), and the
    numbers of the comparisons in that sentence and around it, without its own."""

    sentence: str
    near: tuple[int, ...]
    around: tuple[int, ...]


class Surroundings:
    """The places of all figures that were checked, worked out when they are asked for."""

    def __init__(self, found: Sequence[Comparison], documents: Sequence[Document]) -> None:
        self._texts = {document.name: document.text for document in documents}
        self._cuts = {name: sentence_starts(text) for name, text in self._texts.items()}
        self._of: dict[str, list[tuple[int, int]]] = {}
        self._found = found
        for number, one in enumerate(found):
            if one.read.span:
                self._of.setdefault(one.read.span.doc, []).append((one.read.span.start, number))
        for starts in self._of.values():
            starts.sort()

    def place(self, number: int) -> Place:
        """The place of one figure."""
        span = self._found[number].read.span
        if span is None:
            return Place("", (), ())
        text, cuts = self._texts.get(span.doc), self._cuts.get(span.doc)
        if text is None or cuts is None:
            near = self._within(span.doc, span.start - _BLIND, span.end + _BLIND, number)
            wide = self._within(span.doc, span.start - 4 * _BLIND, span.end + 4 * _BLIND, number)
            return Place("", near, wide)
        at = bisect_right(cuts, span.start) - 1
        low, high = max(0, at - _AROUND), min(len(cuts) - 1, at + 1 + _AROUND)
        near = self._within(span.doc, cuts[at], cuts[at + 1], number)
        return Place(text[cuts[at]:cuts[at + 1]], near,
                     self._within(span.doc, cuts[low], cuts[high], number))

    def _within(self, doc: str, start: int, end: int, but: int) -> tuple[int, ...]:
        starts = self._of[doc]
        first, last = bisect_left(starts, (start, -1)), bisect_left(starts, (end, -1))
        return tuple(number for _, number in starts[first:last] if number != but)


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin, in code points, and one past its end."""
    ends = (match.end() for match in _END.finditer(text))
    return [*dict.fromkeys((0, *ends)), len(text) + 1]
