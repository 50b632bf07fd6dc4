"""The words of questions in plain language: what asks, what is passed over, what no statistics have.

They are data (`question_words.csv`) beside those of the query language, whose tokens they join. A form
may have several meanings, by kind: `countries` are an axis and something counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from customhouse.query.dates import Latest
from customhouse.query.reread import flow_in
from customhouse.query.tokens import Token, lost, scan
from customhouse.vocabulary import lexicon, rows, split
from customhouse.vocabulary.lexicon import fold

ASKING = "asking"
"""The kind of a token whose meanings are in `carries`."""
PLAIN = ("measure", "flow", "list", "base", "latest", "ytd", "commodity", "since", "since_after")
"""Kinds of `question_words.csv` that are further words for what the query language has."""
Meanings = Mapping[str, str]
"""Kind to code."""


def tokens(text: str, calendar: Latest) -> list[Token]:
    """The tokens of a text, those of the query language among them; what belongs to none has none."""
    found = scan(text, calendar, _heard(fold(text)))
    again = [
        _moved(token, a)
        for a, b in lost(text, found)
        for token in scan(text[a:b], calendar, _heard(fold(text[a:b])))
    ]
    found = sorted((*found, *again), key=lambda token: token.start)
    return [one for token in found for one in _apart(token, calendar)]


def _apart(token: Token, calendar: Latest) -> list[Token]:
    """What was read as one and is more: two periods in a list (`February and March`), a place."""
    if token.kind == "top":  # `second largest` is one place, not two
        meanings = _meanings().get(token.text.strip())
        return [token if meanings is None else replace(token, kind=ASKING, code="", carries=meanings)]
    if token.kind == "commodity":
        return [token, *flow_in(token)]
    if token.kind != "when":
        return [token]
    for listed in _lists():
        first, joint, second = token.text.partition(listed)
        sides = [scan(side, calendar) for side in (first, second)] if joint else []
        if all([t.kind for t in side] == ["when"] for side in sides) and sides:
            at = token.start + len(first)
            return [
                _moved(sides[0][0], token.start),
                Token(at, at + len(listed), "list", "list", listed),
                _moved(sides[1][0], at + len(listed)),
            ]
    return [token]


@cache
def _lists() -> tuple[str, ...]:
    """The words that stand between the members of a list."""
    listed = [row for row in rows("query_words") if row["kind"] == "list"]
    return tuple(form for row in listed for form in (*split(row["en"]), *split(row["zh"])))


def _moved(token: Token, by: int) -> Token:
    return replace(token, start=token.start + by, end=token.end + by)


def unknown(text: str, found: list[Token]) -> list[tuple[int, int]]:
    """The places of words that belong to no token; signs alone are none."""
    return [(a, b) for a, b in lost(text, found) if any(c.isalnum() for c in text[a:b])]


def meaning(token: Token, kind: str) -> str | None:
    """What a token means as a word of a kind, if anything."""
    return token.carries.get(kind) if token.kind == ASKING else None


def means(token: Token, *kinds: str) -> bool:
    """Whether a token is a word of one of the kinds."""
    return token.kind == ASKING and any(kind in token.carries for kind in kinds)


def home_named(text: str) -> bool:
    """Whether China's own trade is named: `China's`, `Chinese`."""
    folded = fold(text)
    return any("home" in match.tags for match in lexicon().find(folded, folded.lower()))


def _heard(folded: str) -> Iterator[Token]:
    """The words of questions in a text; `US` in capitals is none of them."""
    machine, forms, meanings = _machine()
    lower = folded.lower()
    for index, start, end in machine.find_matches_as_indexes(lower, overlapping=True):
        named = folded[start:end].isupper() and "partner" in lexicon().tags(folded[start:end])
        if _whole(lower, start, end) and not named:
            found = meanings[index]
            kinds = [kind for kind in PLAIN if kind in found]
            if len(kinds) == len(found) == 1:
                yield Token(start, end, kinds[0], found[kinds[0]], forms[index])
            else:
                yield Token(start, end, ASKING, "", forms[index], found)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether an English form neither begins nor ends within a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joined(before, text[start]) or _joined(after, text[end - 1]))


def _joined(outside: str, inside: str) -> bool:
    return outside.isascii() and outside.isalnum() and inside.isascii() and inside.isalnum()


@cache
def _meanings() -> dict[str, Meanings]:
    """What each form means."""
    found: dict[str, dict[str, str]] = {}
    for row in rows("question_words"):
        for form in (*split(row["en"]), *split(row["zh"])):
            found.setdefault(fold(form).lower(), {})[row["kind"]] = row["code"]
    return dict(found)


@cache
def _machine() -> tuple[AhoCorasick, list[str], list[Meanings]]:
    found = _meanings()
    return AhoCorasick(list(found), matchkind=MatchKind.Standard), list(found), list(found.values())
