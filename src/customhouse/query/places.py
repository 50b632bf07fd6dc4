"""What the words for places, goods and traders add to a question."""

from __future__ import annotations

from customhouse.query import pairs
from customhouse.query.reasons import refused
from customhouse.query.said import Mention, Said
from customhouse.query.tokens import Token, peek
from customhouse.vocabulary import codes

_TWO = 2
_MUTUAL = ("trade", "balance", "surplus", "deficit")
_PASSED = ("filler", "to", "from", "list")


def direction(said: Said, found: list[Token], at: int) -> int:
    """Exports go to a partner, imports come from one; the other way round is refused."""
    after = peek(found, at + 1, "filler", "except")
    kind = found[at].kind if found[at].text.isascii() or found[at].kind == "from" else "toward"
    if after is not None and after.kind in ("partner", "pair"):
        said.marks.append((kind, after.start))
    if after is not None and after.kind == "flow":
        said.marks.append(("moved", after.start))
    return at + 1


def code(said: Said, found: list[Token], at: int) -> int:
    """A code with the list that it begins: one series each, or together where `+` joins them."""
    token = found[at]
    after = found[at + 1] if at + 1 < len(found) else None
    if token.kind == "partner" and token.code == said.home and not _aimed(said, token):
        return at + 1 + (after is not None and after.kind == "possessive")
    if token.kind == "partner" and _before_flow(said, found, at):
        _reported(said, token)
        return at + 1
    if token.kind == "partner" and after is not None and after.kind == "possessive":
        owned = peek(found, at + 2, "filler")
        if owned is not None and owned.kind in ("flow", "compound"):
            said.put("reporter", token.code, token.text)
            return at + 2
    pairs.check_short(token, found)
    mention, at = _listed(said, found, at)
    _check_between(said, found, mention, at)
    if at < len(found) and found[at].kind == "except_after":
        mention.codes = [f"!{code.removeprefix('!')}" for code in mention.codes]
        at += 1
    return at


def _before_flow(said: Said, found: list[Token], at: int) -> bool:
    """`US exports`, `exports of Germany`: a country that may be the partner or whose trade it is."""
    token = found[at]
    asked = said.reporters is not None and token.text.isascii() and not _aimed(said, token)
    if not asked or token.code not in codes.single("partner"):
        return False
    before = [t.kind for t in found[:at] if t.kind != "filler"][-2:]
    alone = any(t.kind in ("flow", "compound") and t.text.isascii() for t in found[at + 1:at + 2])
    first = not before or before[-1] not in ("list", "sum", "except", "against", "partner", "whole")
    of = any((t.kind, t.code) == ("whole", "of") for t in found[:at][-2:])
    owned = before[-2:] in (["flow", "whole"], ["compound", "whole"]) and of
    return bool(alone and first) or owned


def _reported(said: Said, token: Token) -> None:
    """The country as the reporter, where the statistics have it. Raises QueryError."""
    if token.code not in (said.reporters or ()):
        raise refused("partner_or_reporter", word=token.text)
    said.put("reporter", token.code, token.text)


def _aimed(said: Said, token: Token) -> bool:
    """Whether a preposition stands before a country, or within a short name."""
    return any(place == token.start for _, place in said.marks) or pairs.aimed(token)


def _check_between(said: Said, found: list[Token], mention: Mention, at: int) -> None:
    """Refuse trade of two countries in Chinese, which may be theirs with each other."""
    first = next(n for n, t in enumerate(found) if t.start == mention.at)
    joint, flow = found[at - 2], found[at] if at < len(found) else None
    mutual = flow is not None and flow.code in _MUTUAL and not flow.text.isascii()
    two = len(mention.codes) == at - first - 1 == _TWO and joint.kind == "list" and joint.text.isalpha()
    led = first > 0 and found[first - 1].kind == "list" or _aimed(said, found[first])
    if two and mutual and not led and found[first].kind == "partner":
        raise refused("with_or_between", codes=tuple(mention.codes))


def _listed(said: Said, found: list[Token], at: int) -> tuple[Mention, int]:
    """The codes of one dimension from here on, as far as a comma, `and` or `+` joins them."""
    token = found[at]
    codes, joined, at = [token.code], False, at + 1
    while at < len(found):
        after = peek(found, at, "hs", "filler", "list", "sum")
        if after is None or after.kind != token.kind or after.code == said.home:
            break
        joined = joined or any(between.kind == "sum" for between in found[at:found.index(after)])
        codes.append(after.code)
        at = found.index(after) + 1
    return said.mention(token.kind, codes, token.start, joined), at


def home(said: Said, found: list[Token], at: int) -> int:
    """`China's` says nothing in China's own statistics; in others it is the reporter."""
    if found[at].code != said.home:
        _reported(said, found[at])
    return at + 1


def adjective(said: Said, found: list[Token], at: int) -> int:
    """`Korean exports` is refused: Korea may be the partner or the reporter."""
    token = found[at]
    if token.code != said.home:
        _reported(said, token)
    return at + 1


def all_but(said: Said, found: list[Token], at: int) -> int:
    """`excluding the United States`: all but what follows."""
    after = peek(found, at + 1, *_PASSED)
    if after is None or after.kind not in ("partner", "commodity", "region", "enterprise"):
        raise refused("left_out", word=found[at].text)
    place = found.index(after)
    if after.code == said.home:
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
    multiple = any((t.kind, t.code) == ("measure", "multiple") for t in found[:at])
    if after is not None and after.kind == "when" and found[at].code == "of" and multiple and any(
        t.kind == "when" for t in found[found.index(after) + 1:]
    ):
        said.put("base", after.carries, after.text)
        return found.index(after) + 1
    if after is None or after.kind not in ("when", "latest", "last", "ytd"):
        said.marks.append((found[at].code, found[at].start))
    return at + 1
