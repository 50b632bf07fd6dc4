"""Numbers of a sentence with scale, unit, counted noun and bound: `over 510 billion US dollars`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from customhouse.quantity import printed_step
from customhouse.reader.periods import chinese_integer, dates
from customhouse.reader.tokens import Number, Sentence, code
from customhouse.vocabulary import entries, mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

_NUMERAL = re.compile(r"(?<!\d)(?<!\d[.,])(?:\d{1,3}(?:,\d{2,3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?= (?:million|billion|thousand|tonnes|tons))|\d+(?:[.,]\d+)?)")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_LETTERS = re.compile(r"[a-z][a-z-]*")
_GAP = re.compile(r"[ -]?(?:\d?[ ])?")
_MAX_NOUN_WORDS = 3
_LONGEST = 20
_SPACES = " \t"


@cache
def _scales() -> dict[str, float]:
    return {e.code: float(e.row["scale"]) for e in entries("units") if e.kind == "scale"}


class _Scanner:
    """Looks at the words around a numeral of one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.lower = sentence.lower
        self.starting = {w.start: w for w in sentence.words}
        self.ending = {w.end: w for w in sentence.words}

    def at(self, position: int, *kinds: str) -> Match | None:
        """The word of one of the kinds that begins here, after at most one space or hyphen."""
        for skip in (0, 1):
            if skip and (position >= self.sentence.end or self.lower[position] not in " -"):
                return None
            word = self.starting.get(position + skip)
            if word:
                return word if not word.tags.keys().isdisjoint(kinds) else None
        return None

    def before(self, position: int, *kinds: str) -> Match | None:
        """The word of one of the kinds that ends here, before at most one space."""
        for skip in (0, 1):
            if skip and (position <= self.sentence.start or self.lower[position - 1] not in _SPACES):
                return None
            word = self.ending.get(position - skip)
            if word:
                return word if not word.tags.keys().isdisjoint(kinds) else None
        return None


def find(sentence: Sentence) -> list[Number]:
    """The numbers in digits of a sentence, without those that only name something."""
    scanner = _Scanner(sentence)
    taken = [(w.start, w.end) for w in sentence.whens]
    taken += dates(sentence.lower, sentence.start, sentence.end, sentence.language)
    found = []
    taken = taken or [(0, 0)]
    for match in _NUMERAL.finditer(sentence.lower, sentence.start, sentence.end):
        if any(s < match.end() and match.start() < e for s, e in taken) or _names(scanner, match):
            continue
        if len(match[0]) > _LONGEST:
            continue
        number = _number(scanner, match.start(), match.end(), _value(match[0]))
        if not _qualifies(scanner, number):
            found.append(number)
    return found


def _qualifies(scanner: _Scanner, number: Number) -> bool:
    """Whether a number only says which things are meant: countries with trade above 10 billion; a quoted name."""
    lower = scanner.lower
    if scanner.sentence.language == "zh":
        quoted = number.start and lower[number.start - 1] == '"' and lower[number.end:number.end + 1] == '"'
        named = scanner.before(number.start, "partner")
        if number.unit == "country" and (named and named.tags["partner"] != "WLD" or lower[
                max(0, number.start - 2):number.start].endswith(words("others_zh"))):
            return True
        if number.unit == "item" and pattern("not_items_zh").match(lower, number.end - 1):
            return True
        if number.kind == "money" and _rate(lower, number):
            return True
        return bool(quoted) or number.kind == "money" and bool(pattern("attributive_zh").match(lower, number.end))
    return False


def _rate(lower: str, number: Number) -> bool:
    """Whether an amount is part of an exchange rate in brackets."""
    near = lower[max(0, number.start - 14):number.end + 4]
    return bool(pattern("exchange_zh").search(near))


def _noun_unit(scanner: _Scanner, number: Number) -> str | None:
    """What a bare classifier counts: the counted noun before it in its clause."""
    text = scanner.lower[number.start:number.end].lstrip("0123456789.,")
    if not text.endswith(words("generic_classifiers")) or len(text) > 3:
        return None
    begin = max(scanner.sentence.start, number.start - 30)
    clause = re.split("[\uff0c\u3002\uff1b;]", scanner.lower[begin:number.start])[-1]
    places = [(clause.rfind(noun), code) for noun, code in mapping("nouns_zh").items() if noun in clause]
    return max(places)[1] if places else None


def _value(literal: str) -> Decimal:
    if _DECIMAL_COMMA.fullmatch(literal):
        return Decimal(literal.replace(",", "."))
    return Decimal(literal.replace(",", "").replace(" ", ""))


def _names(scanner: _Scanner, match: re.Match[str]) -> bool:
    """Whether a numeral only names something: inside a word, an ordinal, an article, a time of day."""
    lower, start, end = scanner.lower, match.start(), match.end()
    if start and (lower[start - 1] in "#/" or lower[start - 1] == words("ordinal_mark_zh")[0]):
        return True
    if start and lower[start - 1].isascii() and lower[start - 1].isalpha() and not scanner.before(start, "prefix", "money"):
        return True
    if any(w.start < end and start < w.end for w in scanner.sentence.between(start - 12, end + 12)):
        return True
    if pattern("not_number_after").match(lower, end):
        return True
    tail = lower[end:end + 1]
    if tail.isascii() and tail.isalpha() and not scanner.at(end, "scale", "unit", "mass", "times", "money"):
        return True
    return bool(pattern("not_number_en").search(lower[max(0, start - 14):start]))


def _number(scanner: _Scanner, start: int, end: int, literal: Decimal) -> Number:
    """A number from its numeral: what stands after and before it gives scale, unit and bound."""
    scale, position, post = _scale(scanner, end)
    kind, unit, position, factor = _unit(scanner, position)
    if not post and kind != "bare":
        post = _post_bound(scanner, position)
    elif post and (late := _post_bound(scanner, position)):
        post = post or late
    begin, money = _prefix(scanner, start)
    if money and kind in ("bare", "money"):
        kind, unit = "money", (unit if kind == "money" else money)
        if kind == "money":
            start = begin
    else:
        begin = start
    value = float(literal * Decimal(repr(scale)) * Decimal(repr(factor)))
    number = Number(start, position, value, kind, unit)
    number.negative = _negative(scanner, begin) or begin < number.end and "-" in scanner.lower[begin:begin + 5]
    number.start -= _sign_length(scanner, begin)
    number.step = printed_step(str(literal), value)
    number.bound = post or _bound(scanner, begin)
    if scanner.sentence.language == "zh" and kind in ("count", "bare"):
        number.unit = _noun_unit(scanner, number) or number.unit
    return number


def _sign_length(scanner: _Scanner, start: int) -> int:
    """How many characters of a sign or of `minus` stand before the number."""
    lower = scanner.lower
    if start and lower[start - 1] in "+-" and (start < 2 or not lower[start - 2].isalnum()):
        return 1
    match = pattern("minus_en").search(lower[max(scanner.sentence.start, start - 12):start])
    return len(match[0]) if match else 0


def _scale(scanner: _Scanner, end: int) -> tuple[float, int, str | None]:
    scale, position, post = 1.0, end, None
    for _ in range(3):
        word = scanner.at(position, "scale", "boundpost")
        if not word:
            break
        if "boundpost" in word.tags and "scale" not in word.tags:
            ahead = scanner.at(word.end, "scale", "money", "count", "mass", "unit", "commodity", "enterprise")
            if not ahead or ahead.start != word.end:
                break
            post, position = word.tags["boundpost"], word.end
            continue
        scale *= _scales()[word.tags["scale"]]
        position = word.end
    return scale, position, post


_UNIT_KINDS = {"unit": "unit", "money": "money", "mass": "mass", "times": "x", "time": "time", "tenth": "%"}


def _unit(scanner: _Scanner, position: int) -> tuple[str, str, int, float]:
    """The kind, unit, end and factor of what is counted or measured."""
    if scanner.lower[position:position + 1] == "%":
        return _percent(scanner, position + 1)
    if scanner.lower[position:position + 2] == " %":
        return _percent(scanner, position + 2)
    word = scanner.at(position, "unit", "money", "mass", "times", "tenth", "count", "time")
    if word:
        return _unit_word(scanner, word)
    counted = _counted(scanner, position)
    if counted is None and (goods := _goods(scanner, position)):
        return "count", goods[0], goods[1], 1.0
    if counted:
        return "count", counted[0], counted[1], 1.0
    return "bare", "1", position, 1.0


def _percent(scanner: _Scanner, position: int) -> tuple[str, str, int, float]:
    word = scanner.starting.get(position)
    if word and word.tags.get("unit") == "pp":
        return "pp", "pp", word.end, 1.0
    return "%", "%", position, 1.0


def _unit_word(scanner: _Scanner, word: Match) -> tuple[str, str, int, float]:
    tags = word.tags
    if "unit" in tags:
        unit = tags["unit"]
        return ("pp", "pp", word.end, 0.01) if unit == "bp" else (unit, unit, word.end, 1.0)
    if "money" in tags and "count" not in tags:
        return "money", tags["money"], _longer(scanner, word), 1.0
    if "count" in tags:
        return "count", tags["count"], _noun_end(scanner, word), 1.0
    if "mass" in tags:
        return "mass", tags["mass"], word.end, 1.0
    if "tenth" in tags:
        return "%", "%", word.end, 10.0
    kind = "x" if "times" in tags else "time"
    return kind, code(tags, "times", "time") or "1", word.end, 1.0


def _longer(scanner: _Scanner, word: Match) -> int:
    """The end of a currency that goes on in a second word."""
    more = scanner.at(word.end, "money", "prefix")
    return more.end if more and more.start == word.end else word.end


def _noun_end(scanner: _Scanner, word: Match) -> int:
    """The end of a Chinese counted noun after its measure word (`家` + `企业`)."""
    more = scanner.starting.get(word.end)
    return more.end if more and "count" in more.tags else word.end


def _counted(scanner: _Scanner, position: int) -> tuple[str, int] | None:
    """The counted noun within a few words: `86 official representatives`."""
    if scanner.sentence.language != "en":
        return None
    stops = words("noun_stops_en")
    for _ in range(_MAX_NOUN_WORDS + 1):
        if scanner.lower[position:position + 1] not in (" ", "-"):
            return None
        position += 1
        word = scanner.starting.get(position)
        if word and (found := _count_code(word)):
            return found, word.end
        plain = _LETTERS.match(scanner.lower, position)
        if not plain or plain[0] in stops or (word and word.tags.keys() & _UNCOUNTED):
            return None
        position = word.end if word else plain.end()
    return None


def _goods(scanner: _Scanner, position: int) -> tuple[str, int] | None:
    """Goods counted by the piece: `1.2 million electric vehicles`; the unit is the last word, singular."""
    word = scanner.at(position, "commodity") if scanner.sentence.language == "en" else None
    if not word or word.start != position + 1:
        return None
    last = scanner.lower[word.start:word.end].split()[-1]
    if not last.endswith("s") or last in words("mass_goods_en"):
        return None
    return last[:-3] + "y" if last.endswith("ies") else last[:-2] if last.endswith("ses") else last[:-1], word.end


_UNCOUNTED = {"noise", "up", "down", "bound", "share", "flow", "scale", "money", "yoy", "mom"}


def _count_code(word: Match) -> str | None:
    if "count" in word.tags:
        return word.tags["count"]
    return "enterprise" if "enterprise" in word.tags else None


def _prefix(scanner: _Scanner, start: int) -> tuple[int, str | None]:
    """The start and code of a currency that stands before the numeral."""
    lower = scanner.lower
    if start > 1 and lower[start - 1] in "+-" and lower[start - 2] in "$\u20ac\u00a3\u00a5":
        start -= 1
    word = scanner.before(start, "prefix", "money")
    if word and (money := code(word.tags, "prefix", "money")):
        return word.start, (yen_or_yuan(scanner) if money == "YEN" else money)
    if start and lower[start - 1] in "$\u20ac\u00a3\u00a5":
        codes = {"$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "YEN"}
        money = codes[lower[start - 1]]
        return start - 1, (yen_or_yuan(scanner) if money == "YEN" else money)
    return start, None


def yen_or_yuan(scanner: _Scanner) -> str:
    """What a bare yen sign means: the yen where the sentence is about Japan, else the yuan."""
    japan = any("JPN" in w.tags.values() or w.tags.get("money") == "JPY" for w in scanner.sentence.words)
    return "JPY" if japan else "CNY"


def _negative(scanner: _Scanner, start: int) -> bool:
    lower = scanner.lower
    if start and lower[start - 1] == "-" and (start < 2 or not lower[start - 2].isalnum()):
        return True
    before = lower[max(scanner.sentence.start, start - 12):start]
    return bool(pattern("minus_en").search(before)) or before.endswith(words("minus_zh"))


def _bound(scanner: _Scanner, start: int) -> str:
    """The bound word right before the number (and its currency)."""
    word = scanner.before(start, "bound")
    if not word and start and scanner.lower[start - 1] in "-+":
        word = scanner.before(start - 1, "bound")
    if not word and scanner.sentence.language == "zh":
        particle = start and scanner.lower[start - 1] in words("verb_particles_zh")
        move = scanner.ending.get(start) or scanner.ending.get(start - bool(particle))
        if move and move.tags.keys() & {"up", "down"}:
            word = scanner.before(move.start, "bound")
    return word.tags["bound"] if word else "exact"


def _post_bound(scanner: _Scanner, position: int) -> str | None:
    """The bound word right after the number and its unit."""
    word = scanner.at(position, "boundpost")
    return word.tags["boundpost"] if word else None


def chinese(sentence: Sentence) -> list[Number]:
    """Numbers in Chinese numerals that have a scale or unit."""
    scanner, found = _Scanner(sentence), []
    for match in pattern("numeral_zh").finditer(sentence.lower, sentence.start, sentence.end):
        if match.start() and sentence.lower[match.start() - 1] in words("ordinal_mark_zh"):
            continue
        literal, scale = _chinese_value(match["span"])
        if literal is None:
            continue
        number = _number(scanner, match.start(), match.end(), literal * scale)
        if number.kind not in ("bare", "time", "tenth") and not _qualifies(scanner, number):
            number.step = printed_step("", number.value)
            found.append(number)
    return found


def _chinese_value(text: str) -> tuple[Decimal | None, Decimal]:
    scale = Decimal(1)
    while text and text[-1] in mapping("big_scales_zh"):
        scale *= Decimal(mapping("big_scales_zh")[text[-1]])
        text = text[:-1]
    whole, point, decimals = text.partition(words("point_zh")[0])
    integer = chinese_integer(whole) if whole else 1
    if integer is None:
        return None, scale
    if not point:
        return Decimal(integer), scale
    digits = "".join(str(chinese_integer(c)) for c in decimals)
    return Decimal(f"{integer}.{digits}"), scale
