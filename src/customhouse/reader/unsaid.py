"""Units that a text leaves out: `up to 9.5 billion yuan from 9.1 billion`, an amount in a headline."""

from __future__ import annotations

from customhouse.reader.numbers import SCALE
from customhouse.reader.scope import Scope
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import mapping, pattern, words

_CARRIED = ("money", "mass")
_PLAIN = 10
"""The least plain number that may be an amount without its unit."""
_TRADED = ("enterprise", "partner", "regime", "commodity")
"""Kinds of words that name a part of trade, of which an amount is where flows are the talk."""
_HIGHEST = 200
"""The highest plain number that may be a rate without its unit."""
_OTHER = ("subject", "index", "price")
"""Kinds of words that name what is no rate."""
_LEAST = {"en": 1e6, "zh": 1e8}
"""The least scale that a number needs to be an amount whose unit was said before, by language."""


def settle(sentence: Sentence, scope: Scope) -> None:
    """Gives numbers that have a scale and no unit that of the amount before them.

    The first of a sentence that names a flow takes the currency that the text last used; a Chinese
    text that has used none means its own country's."""
    last: Number | None = None
    for at, number in enumerate(sentence.numbers):
        if number.kind in _CARRIED:
            last = number
            if number.kind == "money":
                scope.money = number.unit
        elif (high := _high_end(sentence, at)) is not None:
            number.kind, number.unit = high.kind, high.unit
            if number.extra[SCALE] == 1:
                number.value *= high.extra[SCALE]
        elif found := _said_before(sentence, at, last, scope):
            number.kind, number.unit = found


def _said_before(sentence: Sentence, at: int, last: Number | None, scope: Scope) -> tuple[str, str] | None:
    """The kind and unit of a number that stands without its unit, None where it has none."""
    number = sentence.numbers[at]
    if _is_amount(sentence, number) and not _listed(sentence, at):
        if last is not None:
            return last.kind, last.unit
        money = _usual(sentence, number, scope)
        return ("money", money) if money else None
    if last is not None and _led_to(sentence, number):
        return last.kind, last.unit
    return ("%", "%") if _rate_again(sentence, at) else None


def _is_amount(sentence: Sentence, number: Number) -> bool:
    """Whether a number has no unit, a large scale, and nothing after it that it could count."""
    if number.kind != "bare" or number.extra.get(SCALE, 1) < _LEAST[sentence.language]:
        return False
    return bool(pattern(f"unit_left_out_{sentence.language}").match(sentence.lower, number.end))


def _high_end(sentence: Sentence, at: int) -> Number | None:
    """The high end of a range whose low end stands without its unit: `9 to 10 million tonnes`."""
    number, after = sentence.numbers[at], next(iter(sentence.numbers[at + 1:]), None)
    if number.kind != "bare" or after is None or after.kind not in _CARRIED:
        return None
    if sentence.lower[number.end:after.start].strip() not in words("range_marks"):
        return None
    scale = after.extra.get(SCALE, 1)
    if number.extra.get(SCALE, 1) == 1:
        within = scale >= _LEAST[sentence.language] and number.value < after.value / scale
    else:
        within = number.value < after.value
    return after if within else None


def _led_to(sentence: Sentence, number: Number) -> bool:
    """Whether a plain English number is what an amount before it led to: `down from 180 in 2024`."""
    if number.kind != "bare" or number.value < _PLAIN or sentence.language != "en":
        return False
    before = sentence.lower[max(sentence.start, number.start - 24):number.start]
    return bool(pattern("led_to_en").search(before)
                and pattern("unit_left_out_en").match(sentence.lower, number.end))


def _rate_again(sentence: Sentence, at: int) -> bool:
    """Whether a plain English number goes on with the rates before it: `up 21.8 percent, imports up 25.1`."""
    number, before, lower = sentence.numbers[at], sentence.numbers[:at], sentence.lower
    if number.kind != "bare" or sentence.language != "en" or number.value > _HIGHEST:
        return False
    rate = next((n for n in reversed(before) if n.kind == "%"), None)
    if rate is None or number.value == int(number.value) or _in_list(sentence, at):
        return False
    if sentence.cues(rate.end, number.start, *_OTHER):
        return False
    if pattern("level_before_en").search(lower, rate.end, number.start):
        return False
    if rate is not before[-1] and not pattern("move_before_en").search(lower, rate.end, number.start):
        return False
    return bool(pattern("unit_left_out_en").match(lower, number.end))


def _in_list(sentence: Sentence, at: int) -> bool:
    """Whether another number of a list follows a number: its unit is said there."""
    if at + 1 == len(sentence.numbers):
        return False
    number, after = sentence.numbers[at:at + 2]
    gap = pattern(f"list_gap_{sentence.language}")
    return bool(gap.fullmatch(sentence.lower, number.end, after.start))


def _listed(sentence: Sentence, at: int) -> bool:
    """Whether a number stands in a list whose last has a unit, which is that of all."""
    while _in_list(sentence, at):
        at += 1
        if sentence.numbers[at].kind != "bare":
            return sentence.numbers[at].kind in _CARRIED
    return False


def _usual(sentence: Sentence, number: Number, scope: Scope) -> str | None:
    """The currency that amounts of trade are in where a sentence does not say it."""
    told = [n for n in sentence.numbers if n.kind == "%"] if sentence.language == "zh" else []
    if not told and not sentence.cues(sentence.start, number.start, "flow", *_TRADED):
        return None
    if not sentence.cues(sentence.start, number.start, "flow") and scope.flow is None:
        return None
    return scope.money or (mapping("own_money").get(scope.reporter) if sentence.language == "zh" else None)
