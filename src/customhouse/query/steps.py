"""What each kind of token adds to a question; a step returns the place of the token after."""

from __future__ import annotations

from collections.abc import Callable

from customhouse.query import pairs, places, times
from customhouse.query.model import AXES, PARTS, TIMES
from customhouse.query.reasons import refused
from customhouse.query.said import Said
from customhouse.query.tokens import Token, peek

Step = Callable[[Said, list[Token], int], int]
_SIDED = ("surplus", "deficit")
"""Balances above and below 0."""
_UNORDERED = ("growth", "growth_fall", "price", "multiple", "share_change")
"""Measures that codes are not put in the order of."""


def _pass(said: Said, found: list[Token], at: int) -> int:
    return at + 1


def _measure(said: Said, found: list[Token], at: int) -> int:
    token = found[at]
    code = token.code.removesuffix("_of_growth")
    if code.endswith("_fall"):
        code = code.removesuffix("_fall")
        _side(said, "fall", token)
    if code.startswith("record"):
        code, _, how = code.partition("_")
        for name, value in (("below", True), ("window", "all")):
            if {"below": "low", "window": "ever"}[name] in how:
                said.put(name, value, token.text)
    said.measure(code, token.start)
    return at + 1


def _side(said: Said, code: str, token: Token) -> None:
    """What a word expects: a deficit, a surplus or a fall, of which one alone can be meant."""
    if said.single.setdefault("side", code) != code:
        raise refused("many_sides", word=token.text)


def _count(said: Said, found: list[Token], at: int) -> int:
    said.measure("count", found[at].start)
    unit, _, flow = found[at].code.partition("+")
    said.put("unit", unit, found[at].text)
    if flow:  # exporters are enterprises of exports
        said.mention("flow", [flow], found[at].start)
    if found[at].kind == "count_growing":
        said.put("counted", "growth", found[at].text)
    return at + 1


def _compound(said: Said, found: list[Token], at: int) -> int:
    measure, flow = found[at].code.split("+")
    said.measure(measure, found[at].start)
    said.mention("flow", [flow], found[at].start)
    return at + 1


def _flow(said: Said, found: list[Token], at: int) -> int:
    token = found[at]
    if token.code in _SIDED:
        _side(said, token.code, token)
    said.mention("flow", ["balance" if token.code in _SIDED else token.code], token.start)
    return at + 1


def _by(said: Said, found: list[Token], at: int) -> int:
    """`by month`, `by month and partner`; before a code it is a preposition: `by rail`."""
    last = at
    for place in range(at + 1, len(found)):
        kind = found[place].kind
        if kind in ("dimension", "ytd"):
            said.axis("ytd" if kind == "ytd" else found[place].code)
            last = place
        elif kind not in ("list", "by", "filler"):
            break
    if last == at:
        after = peek(found, at + 1, "filler", "flow")
        ordered = any(t.kind in ("top", "bottom") for t in found)
        if after is not None and after.kind == "measure" and after.code in _UNORDERED and ordered:
            raise refused("order_by_growth", word=after.text)
        after = peek(found, at + 1, "filler")
        if after is not None and after.kind in ("flow", "compound") and ordered:
            return at + 1
        if after is None or after.kind not in ("transport", "regime", "enterprise", "region", "measure"):
            words = after.text if after else "the end"
            raise refused("by_before", word=found[at].text, after=words, axes=", ".join(AXES))
    return last + 1


def _every(said: Said, found: list[Token], at: int) -> int:
    said.axis(found[at].code)
    return at + 1


def _top(said: Said, found: list[Token], at: int) -> int:
    """`top 10 partners`."""
    token = found[at]
    after = peek(found, at + 1, "filler", "flow")
    _not_of_growth(found, at)
    along = after is not None and after.kind == "dimension" and after.code not in TIMES
    plural = along and after is not None and _plural(after)
    if token.carries is not None or not (plural or _cut_up(found)):  # `largest markets` are all, in order
        number = token.carries or 1
        said.put("top", -number if token.kind == "bottom" else number, token.text)
    if after is None or not along:
        return at + 1
    said.axis(after.code)
    place = found.index(after)
    for between in found[at + 1:place]:
        if between.kind == "flow":
            _flow(said, [between], 0)
    return place + 1


def _not_of_growth(found: list[Token], at: int) -> None:
    """Refuse an order by growth or prices: codes stand in that of their value, or of what they changed."""
    before = next((t for t in reversed(found[:at]) if t.kind != "filler"), None)
    for token in (before, peek(found, at + 1, "filler", "flow", "dimension")):
        if token is not None and token.kind == "measure" and token.code in _UNORDERED:
            raise refused("order_by_growth", word=token.text)


def _cut_up(found: list[Token]) -> bool:
    """Whether one row for each part is asked for: `by partner`."""
    after = (peek(found, at + 1, "filler") for at, t in enumerate(found) if t.kind == "by")
    return any(t is not None and t.kind == "dimension" and t.code in PARTS for t in after)


def _plural(token: Token) -> bool:
    """Whether an English word stands for several."""
    return token.text.isascii() and token.text.endswith("s")


def _dimension(said: Said, found: list[Token], at: int) -> int:
    """A dimension by itself says nothing, but before what it is ordered by: `partners with the largest`."""
    token = found[at]
    after = peek(found, at + 1, "filler")
    if after is not None and after.kind in ("top", "bottom") and token.code not in TIMES:
        said.axis(token.code)
        at = found.index(after)
        _not_of_growth(found, at)
        if after.carries is None and _plural(token):
            return at + 1
        number = after.carries or 1
        said.put("top", -number if after.kind == "bottom" else number, after.text)
        return at + 1
    raise refused("bare_dimension", word=token.text)


def _each_of(said: Said, found: list[Token], at: int) -> int:
    """`东盟各国`: one row for each country."""
    said.axis(found[at].code)
    return at + 1


def _together(said: Said, found: list[Token], at: int) -> int:
    said.together = True
    return at + 1


def _against(said: Said, found: list[Token], at: int) -> int:
    """`compared with 2023` gives the base; `against the whole` what a gap is measured against."""
    after = peek(found, at + 1, "filler")
    if after is not None and after.kind == "when":
        said.put("base", after.carries, after.text)
        return found.index(after) + 1
    said.marks.append(("against", found[at].start))
    return at + 1


def _known(said: Said, found: list[Token], at: int) -> int:
    said.put(found[at].kind, found[at].code, found[at].text)
    return at + 1


def _factor(said: Said, found: list[Token], at: int) -> int:
    """`price contribution`: points of growth that prices gave."""
    said.measure("contribution", found[at].start)
    said.put("factor", found[at].code, found[at].text)
    return at + 1


def _above(said: Said, found: list[Token], at: int) -> int:
    """A threshold with its scale word and currency."""
    token = found[at]
    after = found[at + 1] if at + 1 < len(found) else None
    if after is None or after.kind not in ("amount", "number", "when"):
        raise refused("which_number", word=token.text)
    if after.kind == "when" and not after.text.isdigit():
        raise refused("number_before", word=token.text, after=after.text)
    said.put("threshold", float(after.text) if after.kind == "when" else after.carries, after.text)
    if token.code == "below":
        said.put("below", True, token.text)
    return at + 2


def _window(said: Said, found: list[Token], at: int) -> int:
    said.put("window", found[at].code, found[at].text)
    return at + 1


def _hs(said: Said, found: list[Token], at: int) -> int:
    after = peek(found, at + 1, "filler")
    if after is None or after.kind != "commodity" or not after.code.isdigit():
        raise refused("hs_after", word=found[at].text)
    return at + 1


def _points(said: Said, found: list[Token], at: int) -> int:
    """`how many percentage points`: of contributions, gaps and changes of shares."""
    said.put("points", found[at].text, found[at].text)
    return at + 1


def _unit(said: Said, found: list[Token], at: int) -> int:
    said.put("unit", found[at].code, found[at].text)
    return at + 1


STEPS: dict[str, Step] = {
    "measure": _measure, "count": _count, "count_growing": _count, "compound": _compound, "flow": _flow,
    "by": _by, "every": _every, "top": _top, "bottom": _top, "base_on": times.base_on,
    "dimension": _dimension, "together": _together, "each_of": _each_of,
    "when": times.when, "since": times.since, "from": times.from_period, "to": places.direction,
    "latest": times.latest, "last": times.latest, "ytd": times.to_date, "base": times.base,
    **dict.fromkeys(("partner", "commodity", "enterprise", "region", "regime", "transport"), places.code),
    "adjective": places.adjective, "home": places.home, "except": places.all_but, "all": places.all_of,
    "whole": places.whole,
    "known": _known, "base_known": _known, "currency": _known, "as_of": times.as_of, "day": times.day,
    "against": _against, "factor": _factor, "terms": _known, "above": _above, "window": _window, "hs": _hs,
    "unit": _unit, "pair": pairs.step, "points": _points,
    **dict.fromkeys(("filler", "list", "possessive"), _pass),
}
"""The step of each kind of token."""
