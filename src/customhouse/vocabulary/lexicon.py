"""Finding the words of the vocabulary in a text: all lists at once, leftmost and longest.

A text is matched after folding, which keeps its length: full-width letters and digits become
ASCII, traditional characters simplified ones, English lower case. English words match whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind
from opencc import OpenCC

from customhouse.vocabulary.patterns import pattern, words
from customhouse.vocabulary.tables import DIMENSION_LISTS, Entry, all_entries, entries

Tags = dict[str, str]
"""What a form may be: kind -> code. The first is the likeliest."""

_STOPS = (0xFF0C, 0xFF1B, 0xFF1A, 0xFF01, 0xFF1F)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code not in _STOPS}
_WIDE |= {0x3000: 0x20, 0xA0: 0x20, 0x2009: 0x20, 0x202F: 0x20, 0x2018: 0x27, 0x2019: 0x27, 0x2212: 0x2D}
_WIDE |= {0x201C: 0x22, 0x201D: 0x22, 0x130: 0x69, 0xFFE5: 0xA5, 0xFFE0: 0xA2, 0x2011: 0x2D, 0x00AD: 0x20}
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_ACRONYM = re.compile(r"[A-Z&]{2,5}")
_PLURAL_KINDS = {"partner", "commodity", "enterprise", "transport", "regime"}
_CUE = 2
"""Characters of the Chinese words for shares and comparisons that may run into a name."""
_LONGEST = 60
"""Characters beyond a match in which a longer form that begins inside it may end."""
_SIMPLIFIED: dict[int, str] = {}


@cache
def _simplifier() -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def fold(text: str) -> str:
    """The text with full-width forms and traditional characters folded; same length, case kept."""
    text = text.translate(_WIDE)
    new = {code for c in _CJK.findall(text) if (code := ord(c)) not in _SIMPLIFIED}
    if new:
        simplify = _simplifier()
        for char in map(chr, new):
            simple = simplify(char)
            _SIMPLIFIED[ord(char)] = simple if len(simple) == 1 else char
    return text.translate(_SIMPLIFIED) if _SIMPLIFIED and _CJK.search(text) else text


class Match(NamedTuple):
    """A form found in a text, from `start` to `end`, and what it may be."""

    start: int
    end: int
    tags: Tags


def plural(form: str) -> str:
    """The regular English plural of a form's last word."""
    if re.search(r"(?:[sxz]|ch|sh)$", form):
        return form + "es"
    if re.search(r"[^aeiou]y$", form):
        return form[:-1] + "ies"
    return form + "s"


class Lexicon:
    """All forms of the vocabulary, ready to be found in a folded text."""

    def __init__(self) -> None:
        self._lower: dict[str, Tags] = {}
        self._acronyms: dict[str, Tags] = {}
        for entry in all_entries():
            for form in (*entry.forms("en"), *entry.forms("zh")):
                self._add(form, entry.kind, entry.code)
        for entry in all_entries():
            self._add_plurals(entry)
        self._adjectives()
        self._shorts()
        self._region_shorts = {
            fold(short): entry.code for entry in entries("regions") for short in entry.more("zh_short")}
        self._after = self._tails()
        self._machine, self._forms = _machine(self._lower)
        self._capital_machine, self._capitals = _machine(self._acronyms)

    def _add_plurals(self, entry: Entry) -> None:
        """Regular plurals come after all forms that stand in a list: Americas is no plural of America."""
        if entry.kind in _PLURAL_KINDS:
            for form in (*entry.forms("en"), *entry.forms("zh")):
                if form[-1:].isascii():
                    self._add(plural(form), entry.kind, entry.code)

    def _adjectives(self) -> None:
        for table in DIMENSION_LISTS:
            for entry in entries(table):
                for form in entry.more("en_adjectives"):
                    self._add(form, "adjective", entry.code)

    def _add(self, form: str, kind: str, code: str) -> None:
        folded = fold(form)
        if _ACRONYM.fullmatch(folded):
            self._acronyms.setdefault(folded, {}).setdefault(kind, code)
        else:
            self._lower.setdefault(folded.lower(), {}).setdefault(kind, code)

    def _shorts(self) -> None:
        """One-character names of partners count only after a preposition and before words of trade."""
        self._partner_shorts: dict[str, list[str]] = {}
        for entry in entries("partners"):
            for short in entry.more("zh_short"):
                self._partner_shorts.setdefault(fold(short), []).append(entry.code)
        shorts = "|".join(sorted(self._partner_shorts, key=len, reverse=True))
        before = "|".join(words("short_before_zh"))
        after = pattern("short_after_zh").pattern
        self._short = re.compile(f"(?P<before>{before})(?P<short>{shorts})(?={after})")

    def _tails(self) -> dict[str, tuple[str, ...]]:
        """By the first character of Chinese names of partners, what follows it in them."""
        tails: dict[str, list[str]] = {}
        for entry in entries("partners"):
            for form in map(fold, entry.forms("zh")):
                if len(form) > _CUE and not form[0].isascii():
                    tails.setdefault(form[0], []).append(form[1:].lower())
        return {first: tuple(sorted(more, key=len, reverse=True)) for first, more in tails.items()}

    def _give_way(self, found: list[Match], lower: str) -> list[Match]:
        """A Chinese cue gives way to a partner whose name begins with its last character."""
        kept: list[Match] = []
        for match in found:
            tails = self._after.get(lower[match.end - 1]) if match.end - match.start == _CUE else None
            if tails and lower.startswith(tails, match.end) and "partner" not in match.tags:
                tail = next(t for t in tails if lower.startswith(t, match.end))
                for start, end in ((match.start, match.end - 1), (match.end - 1, match.end + len(tail))):
                    if tags := self._lower.get(lower[start:end]):
                        kept.append(Match(start, end, tags))
            elif not kept or match.start >= kept[-1].end:
                kept.append(match)
        return kept

    def _short_matches(self, lower: str, full: list[Match]) -> list[Match]:
        """Short names; one that several partners share is that partner's whose full name the text has."""
        found, ends = [], {m.start: m.end for m in full}
        named = {m.tags["partner"] for m in full}
        for match in self._short.finditer(lower):
            if ends.get(match.start("short"), 0) > match.end("short"):
                continue
            codes = self._partner_shorts[match["short"]]
            code = next((code for code in codes if code in named), codes[-1])
            negated = match["before"] in words("not_partner_short")
            found.append(Match(match.start(), match.end(), {"partner": f"!{code}" if negated else code}))
        return found

    def tags(self, form: str) -> Tags:
        """What one form may be; empty where it is in no list."""
        folded = fold(form)
        return self._acronyms.get(folded) or self._lower.get(folded.lower(), {})

    def find(self, folded: str, lower: str) -> list[Match]:
        """Every form in a text given folded and folded to lower case, in order, none overlapping."""
        found = self._give_way(_matches(self._machine, self._forms, lower), lower)
        more = _matches(self._capital_machine, self._capitals, folded)
        for match in pattern("shares_in_region_zh").finditer(lower):
            more += [Match(at, at + 1, {"region": self._region_shorts[lower[at]]})
                     for at in range(match.start(), match.end()) if lower[at] in self._region_shorts]
        more += self._short_matches(lower, [m for m in found if "partner" in m.tags])
        return _merge(found, more) if more else found


def _machine(forms: dict[str, Tags]) -> tuple[AhoCorasick, list[Tags]]:
    return AhoCorasick(list(forms), matchkind=MatchKind.LeftmostLongest), list(forms.values())


def _matches(machine: AhoCorasick, tags: list[Tags], text: str) -> list[Match]:
    found: list[Match] = []
    hidden: list[Match] = []
    for index, start, end in machine.find_matches_as_indexes(text):
        if _whole(text, start, end):
            found.append(Match(start, end, tags[index]))
        elif " " in text[start:end]:
            hidden += _hidden(machine, tags, text, start, end)
    return _merge(found, hidden) if hidden else found


def _hidden(machine: AhoCorasick, tags: list[Tags], text: str, start: int, end: int) -> Iterator[Match]:
    """Whole forms that begin inside a match which is none: `national` under `the nation`."""
    for begin, stop in ((start, end - 1), (start + 1, end + _LONGEST)):
        for index, first, last in machine.find_matches_as_indexes(text[begin:stop]):
            if begin + first < end and _whole(text, begin + first, begin + last):
                yield Match(begin + first, begin + last, tags[index])


def _whole(text: str, start: int, end: int) -> bool:
    """Whether an English form neither begins nor ends within a word or number."""
    first, last = text[start], text[end - 1]
    if start and first.isascii() and first.isalnum() and _joins(text[start - 1], first):
        return False
    return not (end < len(text) and last.isascii() and last.isalnum() and _joins(text[end], last))


def _joins(outside: str, inside: str) -> bool:
    """Whether a character outside continues the word or number inside."""
    return outside.isascii() and (outside.isalpha() if inside.isalpha() else outside.isdigit())


def _merge(found: list[Match], capitals: list[Match]) -> list[Match]:
    """Both lists in order; of two that overlap the longer stays."""
    merged: list[Match] = []
    for match in sorted(found + capitals, key=lambda m: (m.start, m.start - m.end)):
        if merged and match.start < merged[-1].end:
            if match.end - match.start > merged[-1].end - merged[-1].start:
                merged[-1] = match
            continue
        merged.append(match)
    return merged


@cache
def lexicon() -> Lexicon:
    """The one lexicon, built on first use."""
    return Lexicon()
