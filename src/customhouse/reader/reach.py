"""How far the words after a number belong to it, and what they add: `a 7% rise in trade with ASEAN`."""

from __future__ import annotations

import re

from customhouse.reader.frames import DIMS, Mention
from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout
from customhouse.reader.senses import Sense
from customhouse.reader.walk import Walk
from customhouse.vocabulary import mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

_TRAILED_ZH = ("count", "share", "quantity", "streak", "rank")
"""Measures whose numbers stand before what they are of, in Chinese."""
_TRADERS = {"count": "were_traders_en", "share": "of_them_traders_en"}
"""What tells of which kind the traders are that a figure counts."""
_NAMING = frozenset({*DIMS, "adjective"})
_TRADE = _NAMING | {"flow", "home", "count", "subject", "same", "anaphor"}
_MOVES = frozenset({"up", "down", "yoy", "mom", "overall", "price"})
_PLAIN = re.compile(r"[a-z][a-z-]*")


def absorb(walk: Walk, group: Group, limit: int, meaning: Sense) -> None:
    """Takes what follows the numbers and belongs to them into the frame."""
    s = walk.sentence
    if s.language == "zh" and not meaning.absorbs and meaning.measure not in _TRAILED_ZH:
        return
    _take_traders(walk, group, meaning)
    end = _reach(walk, group, min(limit, s.end))
    if meaning.measure == "share" and (bound := walk.bound_for(group.end)):
        end = max(end, bound.end)
    for mention in walk.mentions:
        inside = group.end <= mention.start < end and not walk.zoned(mention.start)
        if inside and (_right_behind(walk, group, mention) or not _settled(walk, mention, meaning)):
            walk.see(mention)
            walk.cursor = max(walk.cursor, mention.end)
    for word in s.cues(group.end, end, "subject"):
        if not any(z.kind == "against" and z.holds(word.start) for z in walk.zones):
            walk.see_subject(word)


def _take_traders(walk: Walk, group: Group, meaning: Sense) -> None:
    """Takes in of which kind so many traders are: `523,000 were private`, `90% of them were private`."""
    name = _TRADERS.get(meaning.measure) if walk.sentence.language == "en" else None
    if name and (told := pattern(name).match(walk.sentence.lower, group.end)):
        walk.frame.dims["enterprise"] = [mapping("traders_en")[told["who"]]]
        walk.fresh.add("enterprise")


def _right_behind(walk: Walk, group: Group, mention: Mention) -> bool:
    """Whether an amount's partner stands right behind it: `with neighbours, 70 billion with Korea`."""
    s = walk.sentence
    if s.language != "en" or mention.dim != "partner" or group.numbers[0].kind != "money":
        return False
    return bool(pattern("direct_partner_en").fullmatch(s.lower, group.end, mention.start))


def _settled(walk: Walk, mention: Mention, meaning: Sense) -> bool:
    """Whether a number has its member of a dimension already, so that one after it is another's."""
    if mention.dim == "flow" or mention.dim not in walk.named_since:
        return False
    if meaning.absorbs or meaning.measure in ("share", "count"):
        return False
    return walk.frame.dims.get(mention.dim) is not None


def _reach(walk: Walk, group: Group, stop: int) -> int:
    """The end of what belongs to a group of numbers, at most `stop`."""
    if walk.sentence.language == "zh":
        end = _list_end_zh(walk, group.end, stop)
    else:
        end = _NounPhrase(walk, group.end, stop).end()
    if group.numbers[0].kind == "count" and "flow" not in walk.named_since:
        return _counted_flow(walk, end, stop)
    return end


def _list_end_zh(walk: Walk, start: int, stop: int) -> int:
    """The mark of lists behind a number where another number follows: what stands behind it is that one's."""
    mark = walk.sentence.lower.find(words("list_mark_zh")[0], start, stop)
    ahead = mark >= 0 and any(mark < g.start <= stop for g in walk.groups)
    return mark if ahead else stop


def _counted_flow(walk: Walk, end: int, stop: int) -> int:
    """A count of traders takes in the flow that its verb names: `firms recorded import activity`."""
    for mention in walk.mentions:
        if end <= mention.start < stop and mention.dim == "flow" and not walk.zoned(mention.start):
            return mention.end
    return end


class _NounPhrase:
    """The noun phrase and its prepositions after a number in English."""

    def __init__(self, layout: Layout, start: int, stop: int) -> None:
        s = layout.sentence
        self.lower, self.start, self.stop = s.lower, start, stop
        self.groups = layout.groups
        self.words = {w.start: w for w in s.words if start <= w.start < stop}
        self.whens = {w.start: w.end for w in s.whens if start <= w.start < stop}
        self.named = False

    def end(self) -> int:
        """Where the phrase ends."""
        position: int = self.start
        while position < self.stop:
            after = self._step(position)
            if after is None:
                break
            position = after
        return position

    def _step(self, position: int) -> int | None:
        """Where the next part of the phrase ends, or None where the phrase does."""
        if self.lower[position] in " \n":
            return position + 1
        known = self._bracket(position) or self.whens.get(position)
        if known:
            return known
        word = self.words.get(position)
        if word and not word.tags.keys().isdisjoint(_TRADE):
            self.named = not word.tags.keys().isdisjoint(_NAMING)
            return word.end
        return self._glue(position, word)

    def _bracket(self, position: int) -> int | None:
        """The end of a bracket with a number in it."""
        close = self.lower.find(")", position, self.stop) if self.lower[position] == "(" else -1
        return close + 1 if any(position < g.start < close for g in self.groups) else None

    def _glue(self, position: int, word: Match | None) -> int | None:
        """A preposition or conjunction: `and` goes on only within a list of names."""
        match = pattern("reached_by_en").match(self.lower, position)
        if match is None:
            self.named = False
            return self._plain(position, word)
        if not self.named and match[0] in words("conjunctions"):
            return None
        self.named = self.named and match[0] in words("list_glue_en")
        return self._plain(position, word) if word and "whereas" in word.tags else match.end()

    def _plain(self, position: int, word: Match | None) -> int | None:
        """A word for a move, or one that the vocabulary does not know, near the number."""
        if word:
            near = position - self.start < 30
            return word.end if near and not word.tags.keys().isdisjoint(_MOVES) else None
        match = _PLAIN.match(self.lower, position)
        near = position - self.start < 60
        return match.end() if match and near and match[0] not in words("noun_stops_en") else None
