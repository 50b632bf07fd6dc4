"""Words that were read as one and are more, or that say together what none says alone.

`exports and imports` are two flows, not their sum; `rare earth exports` are goods and a flow; `between A and
B` is a range of periods, the trade of two countries, or what a gap is of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from customhouse.query.pairs import dashed, paired
from customhouse.query.reasons import refused
from customhouse.query.token import Token
from customhouse.vocabulary import lexicon, rows, split
from customhouse.vocabulary.lexicon import fold

_ONE_WAY = {"exports", "imports"}
_ENDING = ("commodity", "regime")
"""Kinds whose names may end with the word of a flow."""
_COUNTRIES = ("partner", "home", "adjective")
_GAPS = ("gap", "gap_of_growth")


def reread(found: Sequence[Token], lower: str) -> list[Token]:
    """The tokens of a question with such words read anew. Raises QueryError."""
    apart = [one for token in dashed(list(found), lower) for one in _apart(token)]
    return _gaps(_between(apart, lower))


def flow_in(token: Token) -> list[Token]:
    """The flow that the name of a good or regime ends with: `rare earth exports`."""
    text = token.text
    ends = [n for n in range(1, len(text)) if not text[n].isascii() or text[n - 1] == " "]
    ended = next(((n, flow) for n in ends if (flow := lexicon().tags(text[n:]).get("flow"))), None)
    if ended is None or ended[1] not in _ONE_WAY:
        return []
    return [Token(token.start + ended[0], token.end, "flow", ended[1], text[ended[0]:])]


def _apart(token: Token) -> list[Token]:
    if token.kind in _ENDING and (flow := flow_in(token)):
        return [replace(token, end=flow[0].start, text=token.text[:flow[0].start - token.start]), *flow]
    if (token.kind, token.code) == ("flow", "trade") and token.text not in _words("flow", "trade"):
        return _two_flows(token)
    return [token]


def _two_flows(token: Token) -> list[Token]:
    """`exports and imports` as a list of both, where a word of lists stands between them."""
    for joint in _words("list", "list"):
        first, mark, second = token.text.partition(f" {joint} " if joint.isascii() else joint)
        flows = [lexicon().tags(side).get("flow", "") for side in (first, second)] if mark else []
        if set(flows) == _ONE_WAY:
            at, after = token.start + len(first), token.end - len(second)
            return [Token(token.start, at, "flow", flows[0], first), Token(at, after, "list", "list", mark),
                    Token(after, token.end, "flow", flows[1], second)]
    return [token]


def _between(found: list[Token], lower: str) -> list[Token]:
    """`between A and B`, by what A and B are."""
    at = next((n for n, t in enumerate(found) if t.kind == "between"), None)
    if at is None:
        return found
    joint = next((n for n in range(at + 2, len(found) - 1) if found[n].kind == "list"), None)
    if joint is None:
        raise refused("between", word=found[at].text)
    one, other = found[joint - 1], _after(found, joint)
    if one.kind == other.kind == "when":
        since, to = replace(found[at], kind="from"), replace(found[joint], kind="range")
        # A gap between two periods is a change.
        gaps = [t for t in found[:at] if (t.kind, t.code) == ("measure", "gap")]
        before = [replace(t, code="change") if t in gaps else t for t in found[:at]]
        return [*before, since, *found[at + 1:joint], to, *found[joint + 1:]]
    if any(t.kind == "measure" and t.code in _GAPS for t in found[:at]):
        return [*found[:at], replace(found[at], kind="filler"), *found[at + 1:]]
    countries = [t for t in found[at + 1:joint] if t.kind != "filler"]
    if countries == [one] and one.kind in _COUNTRIES and other.kind in _COUNTRIES:
        start = found[at].start
        pair = replace(paired(one, other, lower), start=start, text=lower[start:other.end])
        return [*found[:at], pair, *found[found.index(other) + 1:]]
    raise refused("between", word=found[at].text)


def _after(found: list[Token], at: int) -> Token:
    return next((t for t in found[at + 1:] if t.kind != "filler"), found[at])


def _gaps(found: list[Token]) -> list[Token]:
    """A gap of A and B is one against the other, of growth; of exports and imports it is the balance."""
    gap = next((t for t in found if t.kind == "measure" and t.code in _GAPS), None)
    joints = [n for n, t in enumerate(found) if t.kind == "list" and 0 < n < len(found) - 1]
    sided = [n for n in joints if found[n - 1].kind != "when" and _after(found, n).kind != "when"]
    if gap is None or not sided or any(t.kind == "against" for t in found):
        return found
    if len(sided) > 1:
        raise refused("gap_of_many", word=gap.text)
    at = sided[0]
    if gap.code == "gap" and not any(t.code == "growth" for t in found):
        if {found[at - 1].code, _after(found, at).code} != _ONE_WAY:
            raise refused("gap_of_values", word=gap.text)
        flow = replace(gap, kind="flow", code="balance")
        both = (found[at - 1], found[at], _after(found, at))
        return [flow if t is gap else replace(t, kind="filler") if t in both else t for t in found]
    return [replace(t, kind="against", code="against") if n == at else t for n, t in enumerate(found)]


@cache
def _words(kind: str, code: str) -> tuple[str, ...]:
    """The forms of a word of questions in both languages, as they are compared."""
    named = (row for row in rows("query_words") if (row["kind"], row["code"]) == (kind, code))
    return tuple(fold(form).lower() for row in named for form in (*split(row["en"]), *split(row["zh"])))
