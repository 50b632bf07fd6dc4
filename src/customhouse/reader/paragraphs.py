"""The paragraph under way: whether it is a heading, what it opens with, which period the next begins with."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.reader.scope import Scope
from customhouse.reader.walk import Walk

_HEADED = ("partner", "commodity")
_HEADING = 40
"""The characters of the longest heading."""
_OPENING = 24
"""Characters at the beginning of a paragraph within which the period stands that it opens with."""


class Paragraph:
    """What its sentences so far tell of the ones after it."""

    def __init__(self) -> None:
        self._told, self._length, self._listing = False, 0, False
        self._period: Period | None = None
        self._named: dict[str, set[str]] = {}

    def see(self, walk: Walk) -> None:
        """Takes in a sentence of the paragraph."""
        s = walk.sentence
        self._told = self._told or bool(walk.groups)
        self._listing = self._listing or bool(s.commas)
        dated = [w for w in s.whens if w.period and not (w.base or w.since)]
        if dated and self._period is None:
            opens = not self._length and dated[0].start - s.start < _OPENING
            if opens or dated[0].period != walk.scope.opened:
                walk.scope.opened = dated[0].period if opens else None
        self._period = dated[-1].period if dated else self._period
        self._length += s.end - s.start
        for mention in walk.mentions:
            if mention.dim in _HEADED and not mention.reporter:
                self._named.setdefault(mention.dim, set()).update(mention.codes)

    def close(self, scope: Scope) -> None:
        """A heading below the title gives the paragraphs up to the next its period, and the partner or good
        that is all it names."""
        if self._length and not self._told and self._length <= _HEADING and scope.main:
            scope.headed = self._period
            alone = len(self._named) == 1 and all(len(codes) == 1 for codes in self._named.values())
            alone = alone and not self._listing  # `Chips up, phones down` names a part of its parts
            scope.headed_by = {dim: min(codes) for dim, codes in self._named.items()} if alone else {}


def goes_on(scope: Scope, language: str) -> bool:
    """Whether the period told last holds for the next paragraph: in English a later one than the document's
    that is over, or a longer one that a paragraph opened with."""
    main, last, published = scope.main, scope.period, scope.calendar.published
    if main is None:
        return True
    if language == "zh" or scope.headed or last is None or published is not None and last.last > published:
        return False
    return last.last > main.last or last.months > main.months and last == scope.opened
