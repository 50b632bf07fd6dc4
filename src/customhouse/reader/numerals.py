"""Numerals in words: English cardinals and ordinals, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from customhouse.vocabulary import mapping, words

_DIGITS = re.compile(r"\d+")


def number_word(text: str, language: str) -> int | None:
    """`3`, `three`, `third`, `3rd`, or a Chinese numeral up to 9999, as a number."""
    text = text.strip().lower()
    if digits := _DIGITS.match(text):
        return int(digits[0])
    return chinese_integer(text) if language == "zh" else _english_numerals().get(text)


@cache
def _english_numerals() -> dict[str, int]:
    ordinals, cardinals = words("ordinals_en"), words("cardinals_en")
    found: dict[str, int] = {}
    for name in (cardinals, ordinals):
        for number, word in enumerate(name, 1):
            found.setdefault(word, number)
    return found


def month_number(word: str, language: str) -> int:
    """The number of a month by its name in English or its numeral in Chinese, 0 where that is none."""
    if language == "en":
        return words("months_en").index(word[:3]) + 1
    return number_word(word, language) or 0


def quarter_number(word: str, language: str) -> int | None:
    """`third`, `final`, `opening` or a Chinese numeral as the number of a quarter."""
    for number, name in ((4, "last_quarter_en"), (1, "first_quarter_en")):
        if word in words(name):
            return number
    return number_word(word, language)


def english_decimal(text: str) -> Decimal | None:
    """A numeral up to ninety-nine in English words, `a` or `half a`, as a number; None where it is none."""
    if text in (halves := mapping("halves_en")):
        return Decimal(halves[text])
    tens, known = mapping("tens_en"), _english_numerals()
    parts = re.split("[ -]", text)
    if parts[0] in tens:
        ones = known.get(parts[1]) if len(parts) > 1 else 0
        return None if ones is None else Decimal(tens[parts[0]]) + ones
    value = known.get(text)
    return None if value is None else Decimal(value)


@cache
def _chinese_digits() -> dict[str, int]:
    return {c: i for i, c in enumerate(words("digits_zh"))} | _integers("digits_more_zh")


@cache
def _integers(name: str) -> dict[str, int]:
    return {key: int(value) for key, value in mapping(name).items()}


def chinese_integer(text: str) -> int | None:
    """A Chinese numeral up to 9999 as a number, None where it is none."""
    digits, scales = _chinese_digits(), _integers("scales_zh")
    total, current = 0, 0
    for char in text:
        if char in scales:
            total += (current or 1) * scales[char]
            current = 0
        elif char in digits:
            current = current * 10 + digits[char]
        else:
            return None
    return total + current if text else None


def chinese_decimal(text: str) -> Decimal | None:
    """A Chinese numeral with or without decimals as a number, None where it is none."""
    whole, _, decimals = text.partition(words("point_zh")[0])
    integer = chinese_integer(whole)
    if integer is None:
        return None
    digits = "".join(str(chinese_integer(c)) for c in decimals)
    return Decimal(f"{integer}.{digits}") if digits else Decimal(integer)
