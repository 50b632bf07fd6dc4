"""What the words for places, goods and traders add to a question."""

from __future__ import annotations

from customhouse.errors import QueryError
from customhouse.model import HOME
from customhouse.query.said import Mention, Said
from customhouse.query.tokens import Token, peek

_PASSED = ("filler", "to", "from", "list")

def direction(said: Said, found: list[Token], at: int) -> int:
    """Exports go to a partner, imports come from one; the other way round is refused."""
    after = peek(found, at + 1, "filler", "except")
    kind = found[at].kind if found[at].text.isascii() or found[at].kind == "from" else "toward"
    if after is not None and after.kind == "partner":
        said.marks.append((kind, after.start))
    if after is not None and after.kind == "flow":
        said.marks.append(("moved", after.start))
    return at + 1


def code(said: Said, found: list[Token], at: int) -> int:
    """A code with the list that it begins: one series each, or together where `+` joins them."""
    token = found[at]
    if token.kind == "partner" and token.code == HOME and not _aimed(said, token):
        return at + 1
    after = found[at + 1] if at + 1 < len(found) else None
    if token.kind == "partner" and after is not None and after.kind == "possessive":
        owned = peek(found, at + 2, "filler")
        if owned is not None and owned.kind in ("flow", "compound"):
            said.put("reporter", token.code, token.text)
            return at + 2
    mention, at = _listed(said, found, at)
    if at < len(found) and found[at].kind == "except_after":
        mention.codes = [f"!{code.removeprefix('!')}" for code in mention.codes]
        at += 1
    return at


def _aimed(said: Said, token: Token) -> bool:
    return any(place == token.start for _, place in said.marks)


def _listed(said: Said, found: list[Token], at: int) -> tuple[Mention, int]:
    """The codes of one dimension from here on, as far as a comma, `and` or `+` joins them."""
    token = found[at]
    codes, joined, at = [token.code], False, at + 1
    while at < len(found):
        after = peek(found, at, "hs", "filler", "list", "sum")
        if after is None or after.kind != token.kind or after.code == HOME:
            break
        joined = joined or any(between.kind == "sum" for between in found[at:found.index(after)])
        codes.append(after.code)
        at = found.index(after) + 1
    return said.mention(token.kind, codes, token.start, joined), at


def adjective(said: Said, found: list[Token], at: int) -> int:
    """`Korean exports` is refused: Korea may be the partner or the reporter."""
    token = found[at]
    if token.code == HOME:
        return at + 1
    raise QueryError(f"{token.text!r} may be the partner or the reporter; write `to`, `from` or `with` and "
                     "the country")


def all_but(said: Said, found: list[Token], at: int) -> int:
    """`excluding the United States`: all but what follows."""
    after = peek(found, at + 1, *_PASSED)
    if after is None or after.kind not in ("partner", "commodity", "region", "enterprise"):
        raise QueryError(f"{found[at].text!r}: name what is left out, a partner or a good")
    place = found.index(after)
    if after.code == HOME:
        said.marks.append(("to", after.start))
    mention, place = _listed(said, found, place)
    mention.codes = ["!" + "+".join(sorted(mention.codes))]
    return place + (place < len(found) and found[place].kind == "except_after")


def all_of(said: Said, found: list[Token], at: int) -> int:
    """`all enterprises` widens the whole."""
    said.widened.append(found[at].code)
    said.marks.append(("all", found[at].start))
    return at + 1


def whole(said: Said, found: list[Token], at: int) -> int:
    """A word between part and whole; before a period it is none."""
    after = peek(found, at + 1, "filler")
    if after is None or after.kind not in ("when", "latest", "last", "ytd"):
        said.marks.append((found[at].code, found[at].start))
    return at + 1
