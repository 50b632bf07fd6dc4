"""The words around a group of numbers, as the rules for its measure look at them."""

from __future__ import annotations

from customhouse.reader.drafts import Draft
from customhouse.reader.frames import Frame
from customhouse.reader.groups import Group
from customhouse.reader.owners import partner_before
from customhouse.reader.scope import Scope
from customhouse.reader.senses import Sense
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_BOUND_REACH = 24
_COUNTED = ("count", "quantity")


class Context:
    """A group of numbers in its sentence; the words about it stand between `begin` and `limit`."""

    __slots__ = ("begin", "drafts", "frame", "group", "last", "limit", "near", "number", "scope", "sentence")

    def __init__(self, sentence: Sentence, group: Group, begin: int, limit: int, frame: Frame,
                 drafts: list[Draft], scope: Scope) -> None:
        self.sentence, self.group, self.begin, self.limit = sentence, group, begin, limit
        self.frame, self.drafts, self.scope = frame, drafts, scope
        self.number: Number = group.numbers[0]
        commas = [p for p in sentence.commas if begin <= p < group.start]
        self.near = max([begin, *commas[-1:]])
        self.last: Sense | None = drafts[-1].sense if drafts else None

    @property
    def english(self) -> bool:
        """Whether the sentence is in English."""
        return self.sentence.language == "en"

    @property
    def previous(self) -> Draft | None:
        """The figure before this one in the sentence."""
        return self.drafts[-1] if self.drafts else None

    # --- words ----------------------------------------------------------------------------

    def before(self, *kinds: str, wide: bool = False) -> Match | None:
        """The nearest word of the kinds before the number, in its comma clause or since the last number."""
        found = self.sentence.cues(self.begin if wide else self.near, self.group.start, *kinds)
        return found[-1] if found else None

    def after(self, *kinds: str, reach: int = 40) -> Match | None:
        """The nearest word of the kinds after the number, in its clause."""
        end = self.group.end
        found = self.sentence.cues(end, min(self.limit, end + reach), *kinds)
        return found[0] if found else None

    def since(self, position: int, *kinds: str) -> bool:
        """Whether a word of the kinds stands between a place and the number."""
        return bool(self.sentence.cues(position, self.group.start, *kinds))

    def text(self, word: Match) -> str:
        """A word as it is written, in lower case."""
        return self.sentence.lower[word.start:word.end]

    def lead(self, begin: int, reach: int) -> str:
        """At most `reach` characters of text before the number and its bound word, none before `begin`."""
        text = self.sentence.lower[max(begin, self.group.start - reach):self.group.start]
        return self.strip_bound(text)

    def strip_bound(self, before: str) -> str:
        """Text that ends at the number, without the bound word of its own clause at its end."""
        begin = max([self.group.start - _BOUND_REACH,
                     *[p for p in self.sentence.commas if p < self.group.start][-1:]])
        word = self.sentence.cues(begin, self.group.start, "bound")
        return before[:len(before) - (self.group.start - word[-1].start)] if word else before

    def clause_start(self, position: int) -> int:
        """Where the comma clause of a place begins."""
        commas = [p for p in self.sentence.commas if p < position]
        return max([self.sentence.start, *commas[-1:]])

    def followed(self, name: str) -> bool:
        """Whether a named pattern holds right after the number."""
        return bool(pattern(name).match(self.sentence.lower, self.group.end))

    def gap_to(self, follows: Match) -> str:
        """The text between the number and a word after it."""
        return self.sentence.lower[self.group.end:follows.start].strip(" -")

    def adjacent(self, follows: Match) -> bool:
        """Whether a word stands right after the number, or with an adjective between."""
        between = self.gap_to(follows)
        return not between or between in words("growth_adjectives")

    def by(self, move: Match) -> bool:
        """Whether a number is the size of a move, not the level that it led to."""
        between = self.strip_bound(self.sentence.lower[move.end:self.group.start]).strip()
        if self.sentence.language == "zh":
            close = not between or between in words("by_words_zh")
            return close and not self.text(move).endswith(words("to_marks_zh"))
        return not between or between in words("by_words_en")

    def to(self) -> bool:
        """Whether a number is the level that a move led to: `rose to 30`."""
        start = self.sentence.start
        if self.number.kind in ("%", "money", "mass") and pattern("move_of_en").search(self.lead(start, 30)):
            return False
        return bool(pattern(f"to_{self.sentence.language}").search(self.lead(start, 24)))

    # --- what the figure is of ------------------------------------------------------------

    def of(self) -> str | None:
        """Price, quantity or count where the words since the last number say that it is about one."""
        word = self.before("price", "volume", "number", wide=True)
        if word is None:
            return "price" if self._price_goes_on() else None
        if "price" in word.tags:
            return None if word.start < self.near and self.since(word.end, "flow") else "price"
        if "number" not in word.tags:
            return "quantity"
        if self.sentence.language == "zh" and not self._traders() and not self._named_traders(word):
            return "quantity"
        return "count"

    def _price_goes_on(self) -> bool:
        last = self.previous
        priced = last and "price" in (last.sense.measure, last.sense.of)
        return bool(last and priced and not self.since(last.number.end, "flow"))

    def _traders(self) -> bool:
        return self.since(self.sentence.start, "enterprise", "count")

    def _named_traders(self, word: Match) -> bool:
        """Whether a Chinese word for a number says itself that traders are counted."""
        return self.text(word).startswith(words("traders_zh"))

    def counting(self) -> bool:
        """Whether the figures before in this sentence counted something."""
        return any("count" in (d.sense.measure, d.sense.of) for d in self.drafts[-2:])

    def growth_of(self) -> str | None:
        """What a growth rate or multiple is of, None for value."""
        return self.of() or self._count_of() or self._of_level_before()

    def _of_level_before(self) -> str | None:
        """What the level of the sentence before was, where it goes on: `That was 22.8% more than in 2023`."""
        level, s = self.scope.level, self.sentence
        if self.previous or level not in _COUNTED or not self.english:
            return None
        return level if pattern("that_was_en").match(s.lower, s.start) else None

    def _count_of(self) -> str | None:
        """Growth after a count, with no flow named since, is growth of the count."""
        if self.english and (self._mass_ahead() or self._in_volume()):
            return "quantity"
        if self.english and self.followed("in_value_en"):
            return None
        if self.english and self.followed("in_volume_en"):
            return "quantity"
        return self.counted_before()

    def _in_volume(self) -> bool:
        """Whether a rate goes on with the terms of the one before: `in volume terms a rose 7% and b 5%`."""
        last, s = self.previous, self.sentence
        if last is None or (last.sense.measure, last.sense.of) != ("growth", "quantity"):
            return False
        if any(last.number.end <= p < self.group.start for p in s.strong):
            return False
        return bool(pattern("volume_terms_en").search(s.lower, s.start, last.number.start))

    def _mass_ahead(self) -> bool:
        """Whether the next number is a mass to which this one belongs: `up 3% to 5 tonnes`."""
        end = self.group.end
        ahead = next((n for n in self.sentence.numbers if n.start >= end), None)
        if not ahead or ahead.kind != "mass" or ahead.start >= min(end + 60, self.limit + 30):
            return False
        return not self.sentence.cues(end, ahead.start, "flow", "commodity")

    def counted_before(self) -> str | None:
        """Count or quantity where the figure before was one and nothing else has been named since."""
        last = self.previous
        if not last:
            return None
        begin = max(last.number.end, self.near)
        if self.since(begin, "commodity", "partner") or self.since(last.number.end, "region"):
            return None
        sense = last.sense
        partners = sense.measure == "count" and last.number.unit == "country"
        if partners and partner_before(self.sentence, last.number.start):
            return None  # of `trade with 47 countries`, not of their number
        if sense.measure in _COUNTED and not self.since(begin, "flow"):
            return sense.measure
        if sense.of in _COUNTED and sense.measure in ("growth", "share", "record"):
            return None if self.since(last.number.end, "flow") else sense.of
        return None

    def sharing(self) -> bool:
        """Whether shares are the talk: the last figure was one, or the text goes on about one."""
        if self.last:
            return self.last.measure in ("share", "share_change") or self.last.of == "share"
        begin = self.sentence.start
        return self.scope.share and not self.since(begin, "flow") and self.since(begin, "anaphor", "share")
