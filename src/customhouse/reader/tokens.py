"""A sentence as tokens: words of the vocabulary, numbers with their units, periods, and figures in words.

All positions are places in the reading.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from customhouse.period import Period
from customhouse.vocabulary.lexicon import Match, Tags

LEVELS = ("money", "mass", "count")
"""Kinds of numbers that are levels, of which others tell the change or share."""


@dataclass(slots=True)
class Number:
    """A printed number with its unit. `kind` is %, pp, money, mass, count, x, time or bare.

    `signed`: whether it has a sign of its own."""

    start: int
    end: int
    value: float
    kind: str
    unit: str
    bound: str = "exact"
    step: float = 0.0
    negative: bool = False
    signed: bool = False
    compared: bool = False
    measure: str | None = None
    of: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class When:
    """A period as the text states it: what it resolves to, and whether it is a base or a start.

    `local`: of one figure alone. `aside`: of a rate told beside another, and the base of none. `explicit`:
    whether it names its month or year, and does not count from another."""

    start: int
    end: int
    period: Period | None
    base: bool = False
    since: bool = False
    vague: bool = False
    explicit_year: int | None = None
    full_year: int | None = None
    local: bool = False
    aside: bool = False
    explicit: bool = False
    unit: str = ""


@dataclass(slots=True)
class Sentence:
    """The tokens of one sentence in order, by kind, with the places where its clauses end."""

    text: str
    lower: str
    start: int
    end: int
    language: str
    words: list[Match]
    numbers: list[Number] = field(default_factory=list)
    whens: list[When] = field(default_factory=list)
    commas: list[int] = field(default_factory=list)
    strong: list[int] = field(default_factory=list)
    triggers: set[str] = field(default_factory=set)
    _kinds: dict[str, list[Match]] | None = None

    def clause(self, position: int) -> int:
        """The running number of the comma clause of a place."""
        return bisect_left(self.commas, position)

    def strong_clause(self, position: int) -> int:
        """The running number of the strong clause (semicolons, `while`) of a place."""
        return bisect_left(self.strong, position)

    def between(self, start: int, end: int) -> list[Match]:
        """The words that lie between two places."""
        return [w for w in self.words if w.start >= start and w.end <= end]

    def cues(self, start: int, end: int, *kinds: str) -> list[Match]:
        """The words of the given kinds between two places."""
        index = self._kinds
        if index is None:
            index = self._kinds = self._by_kind()
        if len(kinds) == 1:
            return [w for w in index.get(kinds[0], ()) if w.start >= start and w.end <= end]
        lists = [index[k] for k in kinds if k in index]
        if not lists:
            return []
        found = {w.start: w for words in lists for w in words if w.start >= start and w.end <= end}
        return [found[s] for s in sorted(found)]

    def _by_kind(self) -> dict[str, list[Match]]:
        index: dict[str, list[Match]] = {}
        for word in self.words:
            for kind in word.tags:
                index.setdefault(kind, []).append(word)
        return index


def code(tags: Tags, *kinds: str) -> str | None:
    """The code of the first of the kinds that a word has."""
    for kind in kinds:
        if kind in tags:
            return tags[kind]
    return None
