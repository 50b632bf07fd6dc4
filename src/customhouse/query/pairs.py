"""Two countries named in one word, whose trade with each other is asked for: `US-China`, `Sino-Japanese`.

In Chinese two short names stand side by side. A pair carries the codes that each side may have: some short
names are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from customhouse.query.reasons import refused
from customhouse.query.said import Said
from customhouse.query.token import Token
from customhouse.vocabulary import codes, entries, lexicon, pattern, rows, split, words
from customhouse.vocabulary.lexicon import fold

_COUNTRIES = ("partner", "home", "adjective")
_DASH = re.compile(r"\s?[-–—/]\s?")
_HOME = "CHN"
_TWO = 2
"""A short name with the word before it, as the vocabulary finds it."""


def pairs(lower: str) -> Iterator[Token]:
    """The pairs of short Chinese names right before words of trade."""
    for match in _pattern().finditer(lower):
        sides = (_shorts()[match["one"]], _shorts()[match["other"]])
        text = match["pair"]
        own = (_HOME,) in sides
        after = lower[match.start() - 1:match.start()] in words("short_before_zh")
        if text in _phrases():
            continue
        named = lexicon().tags(text).get("partner")
        if named is not None:
            if not own or after or named not in codes.single("partner"):
                continue
            sides = (*sides[:1], (*sides[1], named))
        single = all(code in codes.single("partner") for side in sides for code in side)
        if (own and not after) or (single and text[0] not in words("not_partner_short")):
            yield Token(match.start(), match.start() + len(text), "pair", "", text, sides)


def dashed(found: list[Token], lower: str) -> list[Token]:
    """`China–US`, `Sino-Japanese` as one pair."""
    result: list[Token] = []
    for token in found:
        last = result[-1] if result else None
        if last is not None and last.kind in _COUNTRIES and token.kind in _COUNTRIES and (
            _DASH.fullmatch(lower[last.end:token.start])
        ):
            result[-1] = paired(last, token, lower)
        else:
            result.append(token)
    return result


def paired(one: Token, other: Token, lower: str) -> Token:
    """Two countries as a pair."""
    return Token(one.start, other.end, "pair", "", lower[one.start:other.end], ((one.code,), (other.code,)))


def aimed(token: Token) -> bool:
    """Whether a short name was read with the preposition before it."""
    text = token.text
    prepositions = set(words("short_before_zh")) - set(words("home_shorts_zh"))
    return token.kind == "partner" and len(text) == _TWO and text[0] in prepositions


def check_short(token: Token, named: list[Token]) -> None:
    """Refuse a short name that several partners share (Australia, Macao), where none is named in full."""
    text = token.text
    if len(text) != _TWO or text[0] not in words("short_before_zh") or token.kind != "partner":
        return
    shared = _shorts().get(text[1], ())
    full = {t.code for t in named if t is not token}
    if len(shared) > 1 and not full & set(shared) and not lexicon().tags(text):
        raise refused("shared_short", word=text[1], codes=shared)


def step(said: Said, found: list[Token], at: int) -> int:
    """Trade of a pair is that with the other one; of two others after a preposition, one by one."""
    token = found[at]
    sides: tuple[tuple[str, ...], ...] = token.carries
    many = next((side for side in sides if len(side) > 1), None)
    if many is not None:
        raise refused("shared_short", word=token.text, codes=many)
    named = [side[0] for side in sides]
    to = any(place == token.start for _, place in said.marks) or _beside(said, found, at)
    if said.home in named and not to and named[0] != named[1]:
        flow = next((t for t in found[at + 1:at + 2] if t.kind in ("flow", "compound")), None)
        if flow is not None and not flow.code.endswith("trade") and named[0] != said.home:
            raise refused("pair_one_way", word=token.text, flow=flow.text)
        said.mention("partner", [code for code in named if code != said.home], token.start)
    elif to and said.home not in named:
        said.mention("partner", named, token.start)
    else:
        raise refused("pair_of_others", word=token.text, home=said.home)
    return at + 1


def _beside(said: Said, found: list[Token], at: int) -> bool:
    """Whether the pair stands after `with`, or after whose trade it is and `and`."""
    if not at or found[at - 1].kind != "list":
        return False
    before = found[at - 2] if at > 1 else None
    return before is None or before.kind in ("when", "filler") or before.code == said.home


@cache
def _phrases() -> frozenset[str]:
    """Partners that questions have a word of their own for."""
    named = (row for row in rows("query_words") if row["kind"] == "partner")
    return frozenset(form for row in named for form in split(row["zh"]))


@cache
def _shorts() -> dict[str, tuple[str, ...]]:
    """Short Chinese names with the codes that each may be."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries("partners"):
        for short in entry.more("zh_short"):
            found[fold(short)] = (*found.get(fold(short), ()), entry.code)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    one = "|".join(map(re.escape, _shorts()))
    both = [form for row in rows("query_words") if (row["kind"], row["code"]) == ("filler", "pair")
            for form in split(row["zh"])]
    flows = [form for entry in entries("flows") for form in entry.forms("zh")]
    after = "|".join(map(re.escape, map(fold, (*both, *flows))))
    ahead = f"(?=(?P<pair>(?P<one>{one})(?P<other>{one}))(?:{after}|{pattern('short_after_zh').pattern}))"
    return re.compile(ahead)
