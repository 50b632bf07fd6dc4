"""What a numeral counts or measures: the scale and unit after it, the currency before it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from customhouse.reader.scanner import Scanner
from customhouse.reader.tokens import code
from customhouse.vocabulary import entries, mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

_LETTERS = re.compile(r"[a-z][a-z-]*")
_CLAUSE = re.compile("[\uff0c\u3002\uff1b;]")
_MAX_SCALES = 3
_DIGITS_OF_MILLIONS = 3
_MAX_NOUN_WORDS = 3
_NOUN_REACH = 30
_SIGNS = {"$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "YEN"}
_UNCOUNTED = {"noise", "up", "down", "bound", "share", "flow", "scale", "money", "yoy", "mom"}


class Unit(NamedTuple):
    """The kind and code of a unit, where it ends, and what the numeral is to be multiplied by."""

    kind: str
    code: str
    end: int
    factor: float = 1.0


@cache
def _scales() -> dict[str, float]:
    return {e.code: float(e.row["scale"]) for e in entries("units") if e.kind == "scale"}


def scale_after(scanner: Scanner, end: int) -> tuple[float, int, str | None]:
    """The scale after a numeral, where it ends, and a bound word inside it."""
    scale, position, bound = 1.0, end, None
    for _ in range(_MAX_SCALES):
        word = scanner.at(position, "scale", "boundpost")
        if not word:
            letter = mapping("glued_scales").get(_glued(scanner, position)) if position == end else None
            return (float(letter), position + 1, None) if letter else (scale, position, bound)
        if "scale" in word.tags:
            scale *= _scales()[word.tags["scale"]]
        elif _unit_follows(scanner, word.end):
            bound = word.tags["boundpost"]
        else:
            break
        position = word.end
    return scale, position, bound


def _glued(scanner: Scanner, position: int) -> str:
    """The letter right behind a numeral with a currency sign before it or a unit behind the letter."""
    lower = scanner.lower
    after = lower[position + 1:position + 2]
    if after.isascii() and after.isalnum():
        return ""
    first = position
    while first and (lower[first - 1].isdigit() or lower[first - 1] in ".,"):
        first -= 1
    counted = scanner.at(position + 1, "money", "mass", "count")
    return lower[position:position + 1] if counted or lower[first - 1:first] in _SIGNS else ""


def _unit_follows(scanner: Scanner, position: int) -> bool:
    ahead = scanner.at(position, "scale", "money", "count", "mass", "unit", "commodity", "enterprise")
    return ahead is not None and ahead.start == position


def unit_after(scanner: Scanner, position: int) -> Unit:
    """What stands after a numeral and its scale: a unit, a counted noun, goods, or nothing (`bare`)."""
    if glued := _glued_mass(scanner, position):
        return glued
    for sign in ("%", " %"):
        if scanner.lower.startswith(sign, position):
            return _percent(scanner, position + len(sign))
    word = scanner.at(position, "unit", "money", "mass", "times", "tenth", "count", "time")
    if word:
        return _unit_word(scanner, word)
    counted = _counted(scanner, position) or _goods(scanner, position)
    return counted or Unit("bare", "1", position)


def _glued_mass(scanner: Scanner, position: int) -> Unit | None:
    """Millions or thousands of tonnes right behind a numeral below a thousand: `10.3Mt`, `446kt`."""
    found = pattern("glued_mass_en").match(scanner.lower, position)
    if found is None or not scanner.lower[position - 1:position].isdigit():
        return None
    whole = pattern("whole_part").search(scanner.lower[max(0, position - 12):position])
    if whole is None or len(whole[1]) > _DIGITS_OF_MILLIONS:
        return None
    return Unit("mass", "t", found.end(), float(mapping("glued_masses")[found[0]]))


def _percent(scanner: Scanner, position: int) -> Unit:
    word = scanner.starting.get(position)
    if word and word.tags.get("unit") == "pp":
        return Unit("pp", "pp", word.end)
    return Unit("%", "%", position)


def _unit_word(scanner: Scanner, word: Match) -> Unit:
    tags, end = word.tags, word.end
    if "unit" in tags:
        unit = tags["unit"]
        return Unit("pp", "pp", end, 0.01) if unit == "bp" else Unit(unit, unit, end)
    if "count" in tags:
        return Unit("count", tags["count"], _noun_end(scanner, word))
    if "money" in tags:
        return Unit("money", tags["money"], _currency_end(scanner, word))
    if "mass" in tags:
        return Unit("mass", tags["mass"], end)
    if "tenth" in tags:
        return Unit("%", "%", end, 10.0)
    return Unit("x" if "times" in tags else "time", code(tags, "times", "time") or "1", end)


def _currency_end(scanner: Scanner, word: Match) -> int:
    """The end of a currency that goes on in a second word."""
    more = scanner.at(word.end, "money", "prefix")
    return more.end if more and more.start == word.end else word.end


def _noun_end(scanner: Scanner, word: Match) -> int:
    """The end of a Chinese counted noun after its measure word."""
    more = scanner.starting.get(word.end)
    return more.end if more and "count" in more.tags else word.end


def _counted(scanner: Scanner, position: int) -> Unit | None:
    """The counted noun within a few words: `86 official representatives`."""
    if scanner.sentence.language != "en":
        return None
    for _ in range(_MAX_NOUN_WORDS + 1):
        if scanner.lower[position:position + 1] not in (" ", "-"):
            return None
        position += 1
        word = scanner.starting.get(position)
        if word and (found := _count_code(word) or _last_noun(scanner, word)):
            return Unit("count", found, word.end)
        plain = _LETTERS.match(scanner.lower, position)
        if not plain or plain[0] in words("noun_stops_en") or word and word.tags.keys() & _UNCOUNTED:
            return None
        position = word.end if word else plain.end()
    return None


def _count_code(word: Match) -> str | None:
    if "count" in word.tags:
        return word.tags["count"]
    return "enterprise" if "enterprise" in word.tags else None


def _last_noun(scanner: Scanner, word: Match) -> str | None:
    """What the last noun of a longer name counts: `47 African countries`, `4,680 China-Europe trains`."""
    return mapping("last_nouns_en").get(scanner.lower[word.start:word.end].rpartition(" ")[2])


def _goods(scanner: Scanner, position: int) -> Unit | None:
    """Goods counted by the piece: `1.2 million electric vehicles`; the unit is the last word, singular."""
    word = scanner.at(position, "commodity") if scanner.sentence.language == "en" else None
    if not word or word.start != position + 1:
        return None
    last = scanner.lower[word.start:word.end].split()[-1]
    if not last.endswith("s") or last in words("mass_goods_en"):
        return None
    return Unit("count", _singular(last), word.end)


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural[:-2] if plural.endswith("ses") else plural[:-1]


def noun_before(scanner: Scanner, start: int, end: int) -> str | None:
    """What a bare classifier counts: the counted noun before the number in its clause."""
    text = scanner.lower[start:end].lstrip("0123456789.,")
    plain = next((c for c in words("generic_classifiers") if text.endswith(c)), None)
    if plain is None or not pattern("scales_only_zh").fullmatch(text[:-len(plain)]):
        return None
    clause = _CLAUSE.split(scanner.lower[max(scanner.sentence.start, start - _NOUN_REACH):start])[-1]
    places = [(clause.rfind(noun), unit) for noun, unit in mapping("nouns_zh").items() if noun in clause]
    return max(places)[1] if places else None


def currency_before(scanner: Scanner, start: int) -> tuple[int, str | None]:
    """The start and code of a currency that stands before a numeral and its sign."""
    lower = scanner.lower
    if start > 1 and lower[start - 1] in "+-" and lower[start - 2] in _SIGNS:
        start -= 1
    word = scanner.before(start, "prefix", "money")
    if word and (money := code(word.tags, "prefix", "money")):
        return word.start, _currency(scanner, money)
    if start and lower[start - 1] in _SIGNS:
        return start - 1, _currency(scanner, _SIGNS[lower[start - 1]])
    return start, None


def _currency(scanner: Scanner, money: str) -> str:
    """A bare yen sign means the yen where the sentence is about Japan, else the yuan."""
    if money != "YEN":
        return money
    japan = any("JPN" in w.tags.values() or w.tags.get("money") == "JPY" for w in scanner.sentence.words)
    return "JPY" if japan else "CNY"
