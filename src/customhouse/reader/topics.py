"""What a whole document is about: the partner, good or port that its figures are of where they do not say."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

from customhouse.model import HOME
from customhouse.reader.asides import dateline
from customhouse.reader.frames import WORLD
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import ever_members, pattern
from customhouse.vocabulary.lexicon import Match
from customhouse.vocabulary.tables import rows

_LEAD = 3
"""Sentences at the beginning, one of which names the topic."""
_DIMS = ("partner", "commodity", "transport")
ANY_PORT = "port"
"""A port that is not named."""
_LARGEST = 60
"""Members of the largest bloc that a text on some of them may be about."""
_MOST = 0.5
"""The share of what a text names of a dimension that is its topic."""
_MOST_PARTNER = 0.6
"""The same of a partner: news of all trade names the one that moved it nearly as often as all others."""
_NEARLY = 0.5
"""A kind of a good is the topic before the good where so much of what is named of that is of the kind."""
_OFTEN = 0.3
"""The share of sentences with figures that name a topic."""
_TITLED = 0.2
"""The same, of a topic that the title names."""
_LEAST = 3
_HEAD = 5
"""Sentences at the beginning, the first of which to name flows names that of the text."""
_ONE_WAY = ("exports", "imports")
_MAINLY = 0.6
"""The share of the flows named that is the flow of a text."""


def topics(sentences: list[Sentence], reporter: str) -> dict[str, str]:
    """The partner, the good and the port that a text on trade is about, each where it has one.

    Its lead names it, it is most of what the text names of its kind, and much of what is told names it."""
    found = {}
    for dim in _DIMS:
        if code := _topic(sentences, dim, reporter):
            found[dim] = code
    return found


def short_names(sentences: list[Sentence], topic: str | None) -> set[str]:
    """The goods that a text on one names by the end of its name: `beans` in a text on soybeans."""
    named = [(s.lower[w.start:w.end].rstrip("s"), w.tags["commodity"])
             for s in sentences for w in s.words if "commodity" in w.tags and s.language == "en"]
    full = {text for text, code in named if code == topic}
    return {code for text, code in named if code != topic and any(
        name.endswith(text) and name != text for name in full)}


def flow_of(sentences: list[Sentence]) -> str | None:
    """The flow that a text is about: its beginning names no other, and others are told of less."""
    named = [[w.tags["flow"] for w in s.words if "flow" in w.tags] for s in sentences]
    counts = Counter(code for codes in named for code in codes)
    title = set(next((codes for codes in named[:_HEAD] if codes), ()))
    code = min(title) if len(title) == 1 else ""
    told = code in _ONE_WAY and counts[code] >= _LEAST and counts[code] >= _MAINLY * counts.total()
    return code if told else None


def names_statistics_of(sentences: list[Sentence], partner: str | None) -> bool:
    """Whether a text gives figures of the office of its partner: `Kazakh statistics`."""
    return partner is not None and any(
        partner in (w.tags.get("adjective"), w.tags.get("partner"), w.tags.get("office"))
        and pattern(f"own_statistics_{s.language}").match(s.lower, w.end) for s in sentences for w in s.words)


def _topic(sentences: list[Sentence], dim: str, reporter: str) -> str | None:
    named = [[code for word in s.words if (code := _code(s, word, dim, reporter))] for s in sentences]
    counts = Counter(code for codes in named for code in codes)
    if not counts:
        return None
    first = counts.most_common(1)[0][0]
    short = short_names(sentences, first) if dim == "commodity" else set()
    named = [[first if code in short else code for code in codes] for codes in named]
    counts = Counter(code for codes in named for code in codes)
    kinds = {code: sum(n for other, n in counts.items() if _is_kind(other, code))
             for code in counts if code != ANY_PORT}
    if not kinds:
        return None
    most = max(kinds.values())
    code = max(kinds, key=lambda code: (kinds[code] >= _NEARLY * most, counts[code], kinds[code]))
    count = kinds[code]
    if any(n > counts[code] for other, n in counts.items() if other in _members().get(code, ())):
        return None  # one of them is told of, and not the bloc
    if count < _LEAST or count < (_MOST_PARTNER if dim == "partner" else _MOST) * counts.total():
        return None
    if not any(code in codes for codes in named[:_LEAD]):
        return None
    told = [codes for s, codes in zip(sentences, named, strict=True) if _tells(s)]
    often = sum(any(_is_kind(other, code) for other in codes) for codes in told)
    titled = code in named[0] and _recurs(named, code)
    return code if often >= (_TITLED if titled else _OFTEN) * len(told) else None


def _recurs(named: list[list[str]], code: str) -> bool:
    """Whether a text is not silent on a topic for half of it: what a part tells of is not that of all."""
    places = [i for i, codes in enumerate(named) if any(_is_kind(other, code) for other in codes)]
    silent = max(after - before for before, after in pairwise([0, *places, len(named) - 1]))
    return silent <= len(named) / 2


def _is_kind(other: str, code: str) -> bool:
    """Whether a code is another or a kind of it: `steel_billet` of `steel`, Kazakhstan of Central Asia."""
    if other == ANY_PORT:
        return code in ports()
    return other == code or code in other.split("_") or code in _groups(other) or other in _members().get(
        code, ())


@cache
def _members() -> dict[str, frozenset[str]]:
    """The members that blocs ever had, but of those that are half the world."""
    return {bloc: members for bloc, members in ever_members().items() if len(members) <= _LARGEST}


@cache
def ports() -> dict[str, str]:
    """The named ports, with the province of each."""
    return {row["code"]: row["region"] for row in rows("transport") if row["kind"] == "port"}


@cache
def _groups(code: str) -> frozenset[str]:
    """The goods that a good is a kind of, by the list of goods."""
    above = _above().get(code)
    return frozenset({above} | _groups(above)) if above else frozenset()


@cache
def _above() -> dict[str, str]:
    """What each good is a kind of, blank for those of no group."""
    return {row["code"]: row["parent"] for row in rows("commodities")}


def _code(sentence: Sentence, word: Match, dim: str, reporter: str) -> str | None:
    """The code that a word names in a dimension, other than the reporter's own."""
    tags = word.tags
    code = tags.get(dim) or (tags.get("adjective") if dim == "partner" else None)
    if code in (None, reporter, HOME, WORLD) or "noise" in tags or dateline(sentence, word):
        return None
    return None if dim == "transport" and code not in ports() and code != ANY_PORT else code


def _tells(sentence: Sentence) -> bool:
    """Whether a sentence has digits: it may tell figures."""
    return any(char.isdigit() for char in sentence.lower[sentence.start:sentence.end])
