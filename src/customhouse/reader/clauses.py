"""The clauses of a sentence, as the search for words of direction sees them: what in them is understood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from customhouse.model import HOME
from customhouse.reader.frames import DIMS
from customhouse.reader.layout import Layout
from customhouse.reader.scope import Scope
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import pattern
from customhouse.vocabulary.lexicon import Match

_NAMING = frozenset({*DIMS, "adjective", "flow", "home", "overall", "all", "same", "anaphor", "terms",
                     "yoy", "mom", "qoq", "combined", "among", "respectively", "status", "whereas"})
"""What a word may be that stands between the beginning of a clause and what is said of its flow."""
_OTHER = ("noise", "subject", "share", "price", "number", "volume", "speed", "slow", "office", "index")
"""What no such word may be besides: it has a size of its own that may rise and fall."""
_WORD = re.compile(r"[a-z]+(?:['\u2019]s)?|['\u2019]s?|[^\sa-z'\u2019,.;:()*]+")


@dataclass(frozen=True, slots=True)
class Turn:
    """A word of direction: its place, what it is of (`value` for a balance, else `growth`), and its sign."""

    start: int
    end: int
    of: str
    sign: int
    head: int
    """Where the words begin that must be understood before it ends."""
    stop: int = 0
    """Where the words that go with it end, such as `trend`."""
    mutual: bool = False
    """Whether it is said of the trade between two sides, which only names of both make a slice."""


class Clauses(Layout):
    """A sentence as the finders look at it: its mentions, its clauses, and what is understood of them."""

    def __init__(self, sentence: Sentence, scope: Scope) -> None:
        super().__init__(sentence, scope)
        self.reporter = scope.reporter
        plain = [w for w in sentence.words if names(w) and self._placed(w)]
        times = [(w.start, w.end) for w in sentence.whens]
        self.named = sorted(times + [(w.start, w.end) for w in plain])
        """The names and times of the sentence, as places in order."""
        self.told = sorted(times + [(w.start, w.end) for w in plain if "status" not in w.tags])
        """The same without words that tell of a forecast or a target."""
        self._mentioned = [(m.start, m.end) for m in self.mentions if m.dim != "flow"]
        self._asides = self._find_asides()
        self._apart = [p for p in sentence.commas if not self._listed(p)]
        self._ends = sorted(n.end for n in sentence.numbers)
        flows = sentence.cues(sentence.start, sentence.end, "flow")
        self._flows = [w for w in flows if "noise" not in w.tags]
        self._flow_starts = [w.start for w in self._flows]

    def phrase_start(self, position: int) -> int:
        """Where the phrase of a word begins: after the last comma, number or word that reports."""
        s = self.sentence
        at = bisect_right(self._ends, position)
        begin = max(self.clause_of(position), self._ends[at - 1] if at else s.start)
        reports = pattern(f"direction_boundary_{s.language}").finditer(s.lower, begin, position)
        return max((m.end() for m in reports if not self.mentioned(m.start())), default=begin)

    def clause_of(self, position: int) -> int:
        """Where the comma clause of a place begins; commas of a list do not end one."""
        s, at = self.sentence, bisect_left(self._apart, position)
        return self._apart[at - 1] + (not s.lower[self._apart[at - 1]].isalpha()) if at else s.start

    def clause_end(self, position: int) -> int:
        """Where it ends."""
        at = bisect_left(self._apart, position)
        return self._apart[at] if at < len(self._apart) else self.sentence.end

    def mentioned(self, position: int) -> bool:
        """Whether a place lies in the name of a part of trade, such as that of a mode."""
        at = bisect_right(self._mentioned, (position, self.sentence.end + 1)) - 1
        return at >= 0 and self._mentioned[at][0] <= position < self._mentioned[at][1]

    def within(self, position: int) -> bool:
        """Whether a place lies in a name or a time."""
        at = bisect_right(self.told, (position, self.sentence.end + 1)) - 1
        return at >= 0 and self.told[at][0] <= position < self.told[at][1]

    def _listed(self, position: int) -> bool:
        """Whether a comma stands within a list of names, or beside a word such as `, however,`."""
        return any(m.start < position < m.end for m in self.mentions) or position in self._asides

    def _find_asides(self) -> set[int]:
        """The commas around words that only link sentences."""
        s = self.sentence
        found = pattern(f"direction_aside_{s.language}").finditer(s.lower, s.start, s.end)
        return {at for m in found for at in range(m.start(), m.end())}

    def _placed(self, word: Match) -> bool:
        """Whether a word such as `American` has told whose trade it is, if it can be nothing else."""
        if word.tags.keys() != {"adjective"}:
            return True
        own = word.tags["adjective"] in (HOME, self.reporter)
        return own or any(m.start <= word.start < m.end for m in self.mentions)

    def flows(self, start: int, end: int) -> list[Match]:
        """The flows named between two places."""
        first = bisect_left(self._flow_starts, start)
        return [w for w in self._flows[first:bisect_left(self._flow_starts, end)] if w.end <= end]

    def understood(self, start: int, end: int) -> bool:
        """Whether all words between two places are known to name trade, a time or nothing at all."""
        s, rest, position = self.sentence, [], start
        for first, last in self.named[bisect_left(self.named, (start, 0)):bisect_left(self.named, (end, 0))]:
            if last > end:
                continue
            rest.append(s.lower[position:first] if first > position else "")
            position = max(position, last)
        rest.append(s.lower[position:end])
        glue = pattern(f"direction_phrase_{s.language}")
        if s.language == "zh":
            return all(glue.fullmatch(piece) for piece in rest)
        return all(glue.fullmatch(word) for piece in rest for word in _WORD.findall(piece))


def names(word: Match) -> bool:
    """Whether a word names a part of trade or points to one, and can be nothing else that has a size."""
    return not word.tags.keys().isdisjoint(_NAMING) and word.tags.keys().isdisjoint(_OTHER)


def ends(sentence: Sentence, position: int) -> int:
    """Where what a word of direction says ends: at the next comma, or where something else begins."""
    at = bisect_left(sentence.commas, position)
    stop = sentence.commas[at] if at < len(sentence.commas) else sentence.end
    if sentence.language == "zh":
        return stop
    cut = pattern("direction_ends_en").search(sentence.lower, position, stop)
    return cut.start() if cut else stop
