"""The sentences of a text, and which of them ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from customhouse.ask.words import means, tokens
from customhouse.model import HOME
from customhouse.query.dates import Latest
from customhouse.query.tokens import Token

_SPACE = re.compile(r"\s+")
_END = re.compile(r"[?？!！。]+[\"'”’）)]*|(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bNo)\.[\"'”’)]*(?=\s|$)|[;；]|\n")
_MARKS = "?？"
_CLAUSE = re.compile(r"[,，:：—]|\s-\s")
_ASKS = ("hole", "which", "order", "outside")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its tokens, and whether it asks."""

    text: str
    tokens: tuple[Token, ...]
    asks: bool


def sentences(text: str, calendar: Latest) -> list[Sentence]:
    """The sentences of a text in order. Where none asks, the last one with words of trade does."""
    found = [_sentence(part, calendar) for part in _parts(text)]
    if found and not any(one.asks for one in found):
        at = next((n for n in range(len(found) - 1, -1, -1) if topical(found[n].tokens)), len(found) - 1)
        found[at] = Sentence(found[at].text, found[at].tokens, True)
    return found


def topical(found: tuple[Token, ...]) -> bool:
    """Whether a token says what trade is meant: flow, partner, goods, traders or measure."""
    kinds = (
        "flow",
        "partner",
        "commodity",
        "enterprise",
        "region",
        "regime",
        "transport",
        "compound",
        "measure",
        "count",
        "adjective",
    )
    return any(t.kind in kinds for t in found)


def clauses(text: str) -> list[tuple[int, int]]:
    """The places of the clauses of a sentence, cut at commas and the like."""
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    return list(pairwise(cuts))


def twofold(text: str, found: tuple[Token, ...]) -> list[str]:
    """`Exports to A and imports from B grew how much` as a question of each; any other text as it is."""
    for joint in (t for t in found if t.kind == "list"):
        sides = [t for t in found if t.end <= joint.start], [t for t in found if t.start >= joint.end]
        pairs = [[t for t in side if t.kind in ("flow", "partner") and t.code != HOME] for side in sides]
        kinds = [sorted(t.kind for t in pair) for pair in pairs]
        if kinds == [["flow", "partner"]] * 2 and _differ(*pairs):
            first, second = (
                min(t.start for t in _led(side, pair)) for side, pair in zip(sides, pairs, strict=True)
            )
            end = max(t.end for t in pairs[1])
            parted = (text[: joint.start] + text[end:], text[:first] + text[second:])
            return [_SPACE.sub(" ", one) for one in parted]
    return [text]


def _led(side: list[Token], pair: list[Token]) -> list[Token]:
    """A flow and its partner with the preposition before them."""
    before = [t for t in side if t.kind in ("to", "from") and t.end <= min(p.start for p in pair)]
    return [*pair, *before[-1:]]


def _differ(one: list[Token], other: list[Token]) -> bool:
    """Whether both the flows and the partners differ."""
    return not {(t.kind, t.code) for t in one} & {(t.kind, t.code) for t in other}


def questions(sentence: Sentence) -> list[tuple[int, int]]:
    """Where the questions of a sentence stand: cut before each further clause that asks for itself."""
    starts = [0]
    first = next((n for n, t in enumerate(sentence.tokens) if not _passed(t)), 0)
    holes = [
        n
        for n, t in enumerate(sentence.tokens)
        if means(t, "hole", "which") or (n == first and means(t, "aux"))
    ]
    for n in holes[1:]:
        cut = None if _of_each(sentence, n) else _boundary(sentence, n)
        earlier = (sentence.tokens[hole].start for hole in holes)
        if cut is not None and any(starts[-1] <= start < cut for start in earlier):
            starts.append(cut)
    return list(zip(starts, [*starts[1:], len(sentence.text)], strict=True))


def _passed(token: Token) -> bool:
    return token.kind in ("filler", "list") or means(token, "pass") and not means(token, "aux")


def _of_each(sentence: Sentence, at: int) -> bool:
    """Whether a word asks something of each that was asked for before: `and how fast did each grow`."""
    after = sentence.tokens[at : at + 4]
    return any(means(t, "each") for t in (*sentence.tokens[max(at - 1, 0) : at], *after))


def _boundary(sentence: Sentence, at: int) -> int | None:
    """Where the clause of a word that asks begins, if an earlier clause is before it."""
    start = sentence.tokens[at].start
    commas = [m.end() for m in _CLAUSE.finditer(sentence.text) if m.end() <= start]
    if commas and sentence.text.isascii() and not _leads(sentence, commas[-1], at):
        commas = []  # in English a question begins with the word that asks
    joints = [t.end for t in sentence.tokens[:at] if t.kind == "list"]
    near = [end for end in joints if not sentence.text[end:start].strip()]
    return max((*commas[-1:], *near), default=None) if commas or near else None


def _leads(sentence: Sentence, clause: int, at: int) -> bool:
    """Whether before a word that asks its clause has idle words alone."""
    before = [t for t in sentence.tokens[:at] if t.start >= clause]
    return all(means(t, "pass", "aux") or t.kind in ("filler", "list") for t in before)


def _sentence(text: str, calendar: Latest) -> Sentence:
    found = tuple(tokens(text, calendar))
    first = next((t for t in found if not (means(t, "pass") or t.kind in ("filler", "list"))), None)
    opens = first is not None and means(first, "hole", "which", "aux", "start")
    started = any(means(t, "start") for t in found) and not any(means(t, "about") for t in found)
    asks = text.rstrip("\"'”’）)").endswith(tuple(_MARKS)) or opens or started
    return Sentence(text, found, asks)


def _parts(text: str) -> list[str]:
    """The text cut at the ends of sentences, with white space as single spaces."""
    parts, start = [], 0
    for end in _END.finditer(text):
        parts.append(text[start : end.end()])
        start = end.end()
    parts.append(text[start:])
    cleaned = (_SPACE.sub(" ", part).strip() for part in parts)
    return [part for part in cleaned if any(c.isalnum() for c in part)]
