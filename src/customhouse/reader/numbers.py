"""Numbers of a sentence with scale, unit, counted noun and bound: `over 510 billion US dollars`."""

from __future__ import annotations

import re
from decimal import Decimal

from customhouse.quantity import printed_step
from customhouse.reader.dates import dates
from customhouse.reader.numerals import chinese_decimal, english_decimal
from customhouse.reader.scanner import Scanner
from customhouse.reader.tokens import Number, Sentence
from customhouse.reader.units import currency_before, noun_before, scale_after, unit_after
from customhouse.vocabulary import mapping, pattern, words

_NUMERAL = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:\d{1,3}(?:,\d{2,3})+(?!\d)(?:\.\d+)?"
    r"|\d{1,3}(?: \d{3}){1,6}(?= (?:million|billion|thousand|tonnes|tons))|\d+(?:[.,]\d+)?)"
)
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
SCALE = "scale"
"""Names what a number without a unit is multiplied by."""
_LONGEST = 20
_SIGN_REACH = 12
_NAME_REACH = 14
_MEASURED = ("%", "pp", "money", "mass")
"""Kinds of units that make figures of numerals in words; things counted have rules of their own."""


def find(sentence: Sentence) -> list[Number]:
    """The numbers in digits of a sentence, without those that only name something."""
    scanner, found = Scanner(sentence), []
    taken = [(w.start, w.end) for w in sentence.whens]
    taken += dates(sentence.lower, sentence.start, sentence.end, sentence.language)
    for match in _NUMERAL.finditer(sentence.lower, sentence.start, sentence.end):
        start, end = match.span()
        if end - start > _LONGEST or any(s < end and start < e for s, e in taken):
            continue
        if _names(scanner, start, end):
            continue
        number = _number(scanner, start, end, _value(match[0]))
        if not _qualifies(scanner, number):
            found.append(number)
    return found


def chinese(sentence: Sentence) -> list[Number]:
    """Numbers in Chinese numerals that have a scale or unit."""
    scanner, found = Scanner(sentence), []
    for match in pattern("numeral_zh").finditer(sentence.lower, sentence.start, sentence.end):
        if match.start() and sentence.lower[match.start() - 1] in words("ordinal_mark_zh"):
            continue
        literal = _chinese_value(match["span"])
        if literal is None:
            continue
        number = _number(scanner, match.start(), match.end(), literal)
        if number.kind not in ("bare", "time") and not _qualifies(scanner, number):
            number.step = printed_step("", number.value)
            found.append(number)
    return found


def english(sentence: Sentence) -> list[Number]:
    """Numbers in English words that have a scale, or a unit other than a thing counted: `nine percent`."""
    scanner, found = Scanner(sentence), []
    for match in pattern("numeral_en").finditer(sentence.lower, sentence.start, sentence.end):
        start, end = match.span("span")
        whole = scanner.starting.get(start)  # `ten billion` is a scale, `a tonne` a price
        literal = Decimal(1) if whole and "scale" in whole.tags else english_decimal(match["span"])
        if literal is None:
            continue
        number = _number(scanner, start, start if literal == 1 and whole else end, literal)
        if number.kind in _MEASURED:
            number.step = printed_step("", number.value)
            found.append(number)
    return found


# --- values ---------------------------------------------------------------------------------


def _value(literal: str) -> Decimal:
    if _DECIMAL_COMMA.fullmatch(literal):
        return Decimal(literal.replace(",", "."))
    return Decimal(literal.replace(",", "").replace(" ", ""))


def _chinese_value(text: str) -> Decimal | None:
    """A Chinese numeral with its large scales; a scale alone is one of it."""
    scales, scale = mapping("big_scales_zh"), Decimal(1)
    while text and text[-1] in scales:
        scale *= Decimal(scales[text[-1]])
        text = text[:-1]
    literal = chinese_decimal(text) if text else Decimal(1)
    return None if literal is None else literal * scale


def _number(scanner: Scanner, start: int, end: int, literal: Decimal) -> Number:
    """A number from its numeral: what stands after and before it gives scale, unit and bound."""
    scale, position, bound = scale_after(scanner, end)
    kind, unit, position, factor = unit_after(scanner, position)
    if not bound and kind != "bare":
        bound = _bound_after(scanner, position)
    begin, money = currency_before(scanner, start)
    if money and kind in ("bare", "money"):
        kind, unit, start = "money", unit if kind == "money" else money, begin
    value = float(literal * Decimal(repr(scale)) * Decimal(repr(factor)))
    number = Number(start - _sign_length(scanner, start), position, value, kind, unit)
    number.negative = _negative(scanner, start)
    number.signed = number.negative or _signed(scanner.lower, start, "+")
    number.step = printed_step(str(literal), value)
    number.bound = bound or _bound_before(scanner, start)
    number.extra[SCALE] = scale
    if scanner.sentence.language == "zh" and kind in ("count", "bare"):
        number.unit = noun_before(scanner, number.start, position) or unit
    return number


# --- signs and bounds -------------------------------------------------------------------------


def _before(scanner: Scanner, start: int) -> str:
    return scanner.lower[max(scanner.sentence.start, start - _SIGN_REACH):start]


def _signed(lower: str, start: int, signs: str) -> bool:
    """Whether one of the signs stands before a place, and no word or number before it.

    A Chinese word may: it needs no space."""
    if not start or lower[start - 1] not in signs:
        return False
    last = lower[start - 2:start - 1]
    return not last.isalnum() or (not last.isascii() and not pattern("never_before_sign_zh").match(last))


def _sign_length(scanner: Scanner, start: int) -> int:
    """How many characters of a sign or of `minus` stand before the number."""
    if _signed(scanner.lower, start, "+-"):
        return 1
    match = pattern("minus_en").search(_before(scanner, start))
    return len(match[0]) if match else 0


def _negative(scanner: Scanner, start: int) -> bool:
    """Whether a number is below zero: `-5`, `minus 5`, `$-5`."""
    if _signed(scanner.lower, start, "-") or pattern("minus_behind_currency").match(scanner.lower, start):
        return True
    before = _before(scanner, start)
    return bool(pattern("minus_en").search(before)) or before.endswith(words("minus_zh"))


def _bound_before(scanner: Scanner, start: int) -> str:
    """The bound word right before the number (and its currency), or before the Chinese verb before it."""
    lower = scanner.lower
    word = scanner.before(start, "bound")
    if not word and start and lower[start - 1] in "-+":
        word = scanner.before(start - 1, "bound")
    if not word and scanner.sentence.language == "zh":
        particle = start and lower[start - 1] in words("verb_particles_zh")
        move = scanner.ending.get(start) or scanner.ending.get(start - bool(particle))
        if move and move.tags.keys() & {"up", "down"}:
            word = scanner.before(move.start, "bound")
    return word.tags["bound"] if word else "exact"


def _bound_after(scanner: Scanner, position: int) -> str | None:
    """The bound word right after the number and its unit."""
    word = scanner.at(position, "boundpost")
    return word.tags["boundpost"] if word else None


# --- numbers that are no figures ----------------------------------------------------------------


def _names(scanner: Scanner, start: int, end: int) -> bool:
    """Whether a numeral only names something: inside a word, an ordinal, an article, a time of day."""
    lower = scanner.lower
    return (
        _marked(scanner, start)
        or any(w.start < end and start < w.end for w in scanner.sentence.between(start - 12, end + 12))
        or bool(pattern("not_number_after").match(lower, end))
        or _goes_on(scanner, end)
        or bool(pattern("not_number_en").search(lower[max(0, start - _NAME_REACH):start]))
    )


def _marked(scanner: Scanner, start: int) -> bool:
    """Whether a mark of ordinals or a letter stands right before, other than a currency."""
    if not start:
        return False
    last = scanner.lower[start - 1]
    if last in "#/" or last == words("ordinal_mark_zh")[0]:
        return True
    return last.isascii() and last.isalpha() and not scanner.before(start, "prefix", "money")


def _goes_on(scanner: Scanner, end: int) -> bool:
    """Whether a letter stands right after, other than a scale or unit."""
    tail = scanner.lower[end:end + 1]
    if not tail.isascii() or not tail.isalpha() or scale_after(scanner, end)[1] > end:
        return False
    if unit_after(scanner, end).kind == "mass":
        return False
    return scanner.at(end, "scale", "unit", "mass", "times", "money") is None


def _qualifies(scanner: Scanner, number: Number) -> bool:
    """Whether a Chinese number only says which things are meant: countries with trade above 10 billion."""
    if scanner.sentence.language != "zh":
        return False
    lower = scanner.lower
    if number.kind == "money":
        near = lower[max(0, number.start - 14):number.end + 4]
        if pattern("exchange_zh").search(near) or pattern("attributive_zh").match(lower, number.end):
            return True
    if number.unit == "country" and _of_a_group(scanner, number):
        return True
    if number.unit == "item" and pattern("not_items_zh").match(lower, number.end - 1):
        return True
    return bool(number.start) and lower[number.start - 1] == '"' and lower[number.end:number.end + 1] == '"'


def _of_a_group(scanner: Scanner, number: Number) -> bool:
    """Whether a count of countries belongs to the name of their group, or says `others`."""
    named = scanner.before(number.start, "partner")
    if named and named.tags["partner"] != "WLD":
        return True
    return scanner.lower[max(0, number.start - 2):number.start].endswith(words("others_zh"))
