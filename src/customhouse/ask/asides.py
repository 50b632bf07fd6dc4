"""Clauses that ask nothing: what they say is passed over, by name, and remembered as what was said before."""

from __future__ import annotations

from customhouse.ask.sentences import clauses, topical
from customhouse.ask.words import means, unknown
from customhouse.query.tokens import Token

_ASKING_WORDS = ("hole", "which", "order", "relation", "counted", "aux", "start", "share")
_BINDING = (
    "except",
    "except_after",
    "above",
    "against",
    "as_of",
    "known",
    "base_known",
    "unit",
    "currency",
    "by",
)
"""Kinds that change what is asked: a clause with one of them is never passed over."""

_Place = tuple[int, int]


def without_asides(text: str, found: list[Token]) -> tuple[list[Token], list[Token], list[str], list[str]]:
    """The tokens of what asks and of clauses that are passed over, those clauses, words not understood.

    A clause is passed over before `could you tell us`; and one that holds words which are not understood, or
    of which there are no statistics, where it does not ask but names no trade or states something of it.
    """
    strange = [*unknown(text, found), *_bare_numbers(found)]
    places = clauses(text)
    start = next((t.start for t in found if means(t, "start")), 0)
    asking = next((first for first, last in places if _asks(_inside(found, first, last))), 0)
    dropped = []
    for first, last in places:
        inside, among = _inside(found, first, last), _among(strange, first, last)
        odd = bool(among) or any(means(t, "outside") for t in inside)
        if not _binds(inside) and (last <= start or odd and _idle(inside, last <= asking and bool(among))):
            dropped.append((first, last, odd))
    if len(dropped) == len(places):
        dropped = []
    gone = [(first, last) for first, last, _ in dropped]
    kept = [t for t in found if not _within(t.start, gone)]
    before = [t for t in found if _within(t.start, gone)]
    lost = [text[a:b] for a, b in strange if not _within(a, gone)]
    told = [text[a:b].strip(" ,\uff0c:\uff1a\u2014") for a, b, odd in dropped if odd]
    return kept, before, told, lost


def _binds(inside: list[Token]) -> bool:
    """Whether a clause changes what is asked: `excluding the US`, `above 5%`."""
    return any(t.kind in _BINDING for t in inside) and topical(tuple(inside))


def _idle(inside: list[Token], stated: bool) -> bool:
    """Whether a clause asks nothing: it names no trade, or states something of it before the question."""
    moved = any(t.kind == "flow" for t in inside) and any(means(t, "direction") for t in inside)
    return not _asks(inside) and (not topical(tuple(inside)) or (stated and moved))


def _asks(inside: list[Token]) -> bool:
    return any(means(t, *_ASKING_WORDS) and not means(t, "pass") for t in inside)


def _inside(found: list[Token], first: int, last: int) -> list[Token]:
    return [t for t in found if first <= t.start < last]


def _among(strange: list[_Place], first: int, last: int) -> list[_Place]:
    return [place for place in strange if first <= place[0] < last]


def _within(at: int, places: list[_Place]) -> bool:
    return any(first <= at < last for first, last in places)


def _bare_numbers(found: list[Token]) -> list[_Place]:
    """Numbers that stand after no `over` or the like."""
    numbers = [n for n, t in enumerate(found) if t.kind in ("number", "amount")]
    return [(found[n].start, found[n].end) for n in numbers if not _bounded(found, n)]


def _bounded(found: list[Token], at: int) -> bool:
    """Whether a number stands after `over` or the like."""
    return at > 0 and (found[at - 1].kind == "above" or means(found[at - 1], "relation"))
