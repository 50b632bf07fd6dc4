"""A question as tokens: every character belongs to one, or the question is refused.

Words of questions are data (`query_words.csv`); codes and their words are those that the reader reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from customhouse.errors import QueryError
from customhouse.model import DIMENSIONS
from customhouse.query.dates import dated
from customhouse.query.pairs import pairs
from customhouse.query.pieced import pieced
from customhouse.query.reasons import refused
from customhouse.query.reread import reread
from customhouse.query.token import Token as Token
from customhouse.reader.calendar import Calendar
from customhouse.reader.numerals import number_word
from customhouse.vocabulary import entries, lexicon, rows, split
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import DIMENSION_LISTS, all_entries

KINDS = (*DIMENSIONS[1:-1], "flow")
"""The kinds of the vocabulary's words that a question is made of, the likeliest first."""
MAX_LENGTH = 2000
_NEAR = 0.8
"""How alike a known word is to one that is not understood, so that it may be meant."""
STEPLESS = ("except_after", "since_after", "range", "sum", "between")
"""Kinds of words that make sense only beside others."""
_RANKS = {"each_of": 0, "ytd": 0, "latest": 0, "last": 0, "filler": 4, "home": 4, "dimension": 4}
"""Which kind of phrase comes first where two have one place; periods and codes have 1, others 2."""
_NUMBER = r"(?P<n>\d{1,4}|[a-z]{3,8}|[\u4e00-\u9fff]{1,3})"
_HS = re.compile(r"(?<![\d.])\d{4}(?:\d{2}){0,3}(?![\d.])|(?<![\d.])\d{2}(?![\d.])")
_CODE = re.compile(r"(?<![\w-])!?[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9]+)*(?![\w-])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LOST = re.compile(r"[\u3400-\u9fff]+|[\w.%'’/-]+|[^\s\w]")
_SPACES = re.compile(r"\s+|\S", re.DOTALL)
_PART = re.compile(r"[a-z0-9_]")
_SILENT = re.compile(r"[\s,，;；.。?？!！:：\"“”'‘’()（）]+")


@dataclass(frozen=True, slots=True)
class _Form:
    """A phrase of questions as it is compared: folded, in lower case; `{n}` stands for a number."""

    text: str
    kind: str
    code: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The phrase with any white space in place of a space."""
        return re.compile(_source(self.text))


def tokens(text: str, calendar: Calendar) -> list[Token]:
    """The tokens of a question in order. Raises QueryError for what belongs to none."""
    if len(text) > MAX_LENGTH:
        raise refused("too_long", length=len(text), most=MAX_LENGTH)
    lower = fold(text).lower()
    taken = reread(scan(text, calendar, pairs(lower)), lower)
    for start, end in lost(text, taken):
        raise not_understood(text[start:end])
    bare = next((t for t in taken if t.kind == "number" and not _carried(taken, t)), None)
    if bare is not None:
        raise refused("bare_number", word=bare.text)
    return taken


def scan(text: str, calendar: Calendar, more: Iterable[Token] = ()) -> list[Token]:
    """The tokens of a text in order, the longest first; of two in one place one of `more` stays."""
    folded = fold(text)
    lower = folded.lower()
    candidates = [*((-1, token) for token in more), *_candidates(folded, lower, calendar)]
    found = sorted(candidates, key=lambda ranked: (ranked[1].start, -ranked[1].end, ranked[0]))
    taken: list[Token] = []
    for _, token in found:
        if not taken or token.start >= taken[-1].end:
            taken.append(token)
    return pieced(_with_codes(_without_dashes(taken), lower), lower)


def lost(text: str, taken: list[Token]) -> Iterator[tuple[int, int]]:
    """The places of words and signs that belong to no token."""
    rest = list(fold(text).lower())
    for token in taken:
        rest[token.start:token.end] = " " * (token.end - token.start)
    for match in _LOST.finditer("".join(rest)):
        if not _SILENT.fullmatch(match[0]):
            yield match.start(), match.end()


def _candidates(folded: str, lower: str, calendar: Calendar) -> Iterator[tuple[int, Token]]:
    """All tokens that a text may have, with their rank where two have the same place."""
    for start, end, kind, value in dated(folded, lower, calendar):
        yield 1, Token(start, end, kind, "", lower[start:end], value)
    yield from ((_RANKS.get(token.kind, 2), token) for token in _phrases(lower))
    for word in lexicon().find(folded, lower):
        named = next((kind for kind in KINDS if kind in word.tags), None)
        if named is not None:
            yield 3, Token(word.start, word.end, named, word.tags[named], lower[word.start:word.end])
        elif "adjective" in word.tags:
            code = word.tags["adjective"]
            yield 5, Token(word.start, word.end, "adjective", code, lower[word.start:word.end])
    yield from ((1, token) for token in _codes(folded))
    for match in _amount().finditer(lower):
        yield 6, _number(match)


def _number(match: re.Match[str]) -> Token:
    """A number with its scale word and unit where it has one."""
    scale = next((entry.code for entry in entries("units") if entry.kind == "scale" and match["scale"]
                  and match["scale"] in map(str.lower, (*entry.forms("en"), *entry.forms("zh")))), "1")
    value = float(match["number"].replace(",", "")) * float(scale)
    plain = not match["scale"] and not match["unit"]
    return Token(match.start(), match.end(), "number" if plain else "amount", "", match[0], value)


@cache
def _amount() -> re.Pattern[str]:
    """A number, perhaps with a scale word and a unit."""
    kinds: dict[str, list[str]] = {"scale": [], "money": ["%"]}
    for entry in entries("units"):
        if entry.kind in kinds:
            kinds[entry.kind] += [fold(form).lower() for form in (*entry.forms("en"), *entry.forms("zh"))]
    scale, unit = ("|".join(sorted(map(re.escape, forms), key=len, reverse=True)) for forms in kinds.values())
    number = r"(?<![\d.-])(?P<number>\d(?:[\d,]*\d)?(?:\.\d+)?)(?![\d-])"
    return re.compile(rf"{number}(?:\s*(?P<scale>{scale})(?![a-z]))?(?:\s*(?P<unit>{unit})(?![a-z]))?")


def _phrases(lower: str) -> Iterator[Token]:
    """The phrases of questions in a text: all fixed ones at once, then those with a number in them."""
    machine, held = _machine()
    places = [match.start() for match in _SPACES.finditer(lower)]
    plain = _SPACES.sub(lambda match: " " if match[0].isspace() else match[0], lower)
    for index, first, last in machine.find_matches_as_indexes(plain, overlapping=True):
        start, end = places[first], places[last - 1] + 1
        if _whole(plain, first, last):
            for form in held[index]:
                yield Token(start, end, form.kind, form.code, lower[start:end])
    for form, pattern in _numbered():
        for match in pattern.finditer(lower):
            carries = number_word(match["n"], "zh" if _HAN.search(match["n"]) else "en")
            if carries:
                yield Token(match.start(), match.end(), form.kind, form.code, match[0], carries)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether an English phrase neither begins nor ends within a word."""
    return not (_PART.match(text[start]) and _PART.match(text[start - 1:start])
                or _PART.match(text[end - 1]) and _PART.match(text[end:end + 1]))


@cache
def _machine() -> tuple[AhoCorasick, list[tuple[_Form, ...]]]:
    """All phrases without a number, and what each of them is."""
    held: dict[str, tuple[_Form, ...]] = {}
    for form in forms():
        if "{n}" not in form.text:
            held[form.text] = (*held.get(form.text, ()), form)
    return AhoCorasick(list(held), matchkind=MatchKind.Standard), list(held.values())


@cache
def _numbered() -> tuple[tuple[_Form, re.Pattern[str]], ...]:
    return tuple((form, form.pattern) for form in forms() if "{n}" in form.text)


def _codes(folded: str) -> Iterator[Token]:
    """Codes themselves: `VNM`, `CN-GD`, `crude_oil`, `!USA`. A word of lower case has an underscore."""
    for match in _CODE.finditer(folded):
        code = match[0].removeprefix("!")
        if (code.isupper() and len(code) > 2) or "_" in code or code != match[0]:
            for dimension in dimensions_of(code)[:1]:
                yield Token(match.start(), match.end(), dimension, match[0], match[0])


def dimensions_of(code: str) -> tuple[str, ...]:
    """The dimensions that a code is of; `other` is of several."""
    return _all_codes().get(code, ())


def _without_dashes(found: list[Token]) -> list[Token]:
    """Dashes count only between two periods: `2025-13` is no range."""
    def between(at: int) -> bool:
        return 0 < at < len(found) - 1 and found[at - 1].kind == found[at + 1].kind == "when"

    return [t for at, t in enumerate(found) if t.kind != "range" or t.text[0].isalnum() or between(at)]


def is_range(text: str) -> bool:
    """Whether a period is written as one from this to that."""
    found = (form.pattern.search(text) for form in forms() if form.kind in ("range", "to", "list"))
    return any(match and match[0].isalnum() for match in found)


def _with_codes(found: list[Token], lower: str) -> list[Token]:
    """HS codes after `HS` and in the list that it begins, and bare ones of six digits or more."""
    result: list[Token] = []
    for token in found:
        listed = result and (result[-1].kind == "hs" or _continues(result))
        bounded = bool(result) and result[-1].kind == "above"
        if token.kind in ("number", "when") and not bounded and _HS.fullmatch(lower[token.start:token.end]):
            text = lower[token.start:token.end]
            if listed or (len(text) >= 6 and token.kind == "number"):
                result.append(Token(token.start, token.end, "commodity", text, text))
                continue
        result.append(token)
    return result


def _continues(result: list[Token]) -> bool:
    """Whether the last tokens are an HS code and a mark of lists."""
    marked = result[-1].kind in ("list", "sum")
    return marked and len(result) > 1 and result[-2].kind == "commodity" and result[-2].code.isdigit()


def _carried(taken: list[Token], token: Token) -> bool:
    """Whether a number stands after `above` or `below`."""
    at = taken.index(token)
    return at > 0 and taken[at - 1].kind == "above"


def peek(found: list[Token], at: int, *passed: str) -> Token | None:
    """The next token that is of none of the kinds passed over."""
    return next((t for t in found[at:] if t.kind not in passed), None)


def not_understood(word: str) -> QueryError:
    """The refusal of a word, with the nearest one that is known."""
    if fold(word).lower() in known():
        return misplaced(word)
    near = get_close_matches(fold(word).lower(), known(), 1, _NEAR)
    return refused("did_you_mean", word=word, near=near[0]) if near else refused("not_understood", word=word)


def misplaced(word: str) -> QueryError:
    """The refusal of a word that is known but makes no sense in its place."""
    return refused("misplaced", word=word)


@cache
def known() -> tuple[str, ...]:
    """All words that a question may have."""
    words = [form for row in rows("query_words") for form in (*split(row["en"]), *split(row["zh"]))
             if "{n}" not in form]
    words += [form for entry in all_entries() if entry.kind in KINDS
              for form in (*entry.forms("en"), *entry.forms("zh"))]
    return tuple(dict.fromkeys(fold(word).lower() for word in words))


@cache
def forms() -> tuple[_Form, ...]:
    """The phrases of questions."""
    return tuple(
        _Form(fold(form).lower(), row["kind"], row["code"])
        for row in rows("query_words") for form in (*split(row["en"]), *split(row["zh"]))
    )


def _source(form: str) -> str:
    """A form as a pattern: English matches whole words, a space any number of spaces."""
    pattern = re.escape(form).replace(r"\ ", r"\s+").replace(r"\{n\}", rf"\s*{_NUMBER}\s*")
    if form[0].isascii() and form[0].isalnum():
        pattern = rf"(?<![a-z0-9_]){pattern}"
    if form[-1].isascii() and form[-1].isalnum():
        pattern = rf"{pattern}(?![a-z0-9_])"
    return pattern


@cache
def _all_codes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table, dimension in DIMENSION_LISTS.items():
        for entry in entries(table):
            found[entry.code] = (*found.get(entry.code, ()), dimension)
    return found
