"""The words of the vocabulary right before and right after a place in a sentence."""

from __future__ import annotations

from customhouse.reader.tokens import Sentence
from customhouse.vocabulary.lexicon import Match

_SPACES = " \t"


class Scanner:
    """Looks at the words around the numerals of one sentence."""

    __slots__ = ("ending", "lower", "sentence", "starting")

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.lower = sentence.lower
        self.starting = {w.start: w for w in sentence.words}
        self.ending = {w.end: w for w in sentence.words}

    def at(self, position: int, *kinds: str) -> Match | None:
        """The word of one of the kinds that begins here, after at most one space or hyphen."""
        word = self.starting.get(position)
        if not word:
            if position >= self.sentence.end or self.lower[position] not in " -":
                return None
            word = self.starting.get(position + 1)
        return word if word and not word.tags.keys().isdisjoint(kinds) else None

    def before(self, position: int, *kinds: str) -> Match | None:
        """The word of one of the kinds that ends here, before at most one space."""
        word = self.ending.get(position)
        if not word:
            if position <= self.sentence.start or self.lower[position - 1] not in _SPACES:
                return None
            word = self.ending.get(position - 1)
        return word if word and not word.tags.keys().isdisjoint(kinds) else None
