"""Where things stand in a sentence: its mentions, its lists of numbers, and the stretches set apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from customhouse.reader.frames import Mention, mentions
from customhouse.reader.groups import Group, groups_of
from customhouse.reader.scope import Scope
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import pattern


@dataclass(slots=True)
class Zone:
    """A stretch that names a whole, a thing compared with or an aside, not what the sentence is about."""

    start: int
    end: int
    kind: str

    def holds(self, position: int) -> bool:
        """Whether a place lies in the stretch."""
        return self.start <= position < self.end


def _join_lists(sentence: Sentence, mentions: list[Mention]) -> None:
    """Commas within a list of names or within a name end no clause."""
    if sentence.language == "en" and sentence.commas:
        lists = [m for m in mentions if m.dim != "flow"]
        sentence.commas = [p for p in sentence.commas if not any(m.start <= p < m.end for m in lists)]


class Layout:
    """A sentence with the places of its mentions, groups of numbers and zones."""

    def __init__(self, sentence: Sentence, scope: Scope) -> None:
        self.sentence = sentence
        self.mentions = mentions(sentence, scope.reporter)
        _join_lists(sentence, self.mentions)
        self.groups = groups_of(sentence)
        self.zones: list[Zone] = []
        self._starts = [g.start for g in self.groups]
        self._ends = [g.end for g in self.groups]
        self._previous: dict[int, int] = {}

    def zoned(self, position: int) -> bool:
        """Whether a place lies in any zone."""
        return any(zone.holds(position) for zone in self.zones)

    def previous_end(self, group: Group) -> int:
        """Where the words before a group begin: after the last group or strong boundary."""
        known = self._previous.get(group.start)
        if known is None:
            ended = bisect_right(self._ends, group.start)
            strong = bisect_right(self.sentence.strong, group.start)
            known = max(self.sentence.start, self._ends[ended - 1] if ended else 0,
                        self.sentence.strong[strong - 1] if strong else 0)
            self._previous[group.start] = known
        return known

    def next_group(self, position: int) -> int:
        """Where the next group of numbers begins, or the sentence's end."""
        index = bisect_left(self._starts, position)
        return self._starts[index] if index < len(self._starts) else self.sentence.end

    def at(self, position: int) -> Group:
        """The group of numbers that begins at a place."""
        return self.groups[bisect_left(self._starts, position)]

    def stop(self, position: int) -> int:
        """The next comma, strong boundary or number."""
        stop = self.sentence.end
        for places in (self.sentence.commas, self.sentence.strong, self._starts):
            index = bisect_left(places, position)
            if index < len(places) and places[index] < stop:
                stop = places[index]
        return stop

    def bound_for(self, position: int) -> Mention | None:
        """Whom what ends at a place comes from or goes to: `four-fifths of which came from Brazil`."""
        s = self.sentence
        first = next((m for m in self.mentions if m.start >= position), None)
        if first is None or first.dim != "partner":
            return None
        told = pattern(f"bound_for_{s.language}").fullmatch(s.lower, position, first.start)
        return first if told else None

    def clause_start(self, position: int) -> int:
        """Where the comma clause of a place begins."""
        index = bisect_left(self.sentence.commas, position)
        return max(self.sentence.start, self.sentence.commas[index - 1]) if index else self.sentence.start
