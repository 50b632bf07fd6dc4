"""Figures that a text states in words: records, ranks, streaks, multiples, fractions, flat, double digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from customhouse.quantity import printed_step, round_step
from customhouse.reader.numerals import chinese_decimal, chinese_integer, english_decimal, number_word
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import mapping, pattern, words

Finder = Callable[[Sentence], Iterator[Number]]

_NUMBER_SIGN = re.compile(r"^no\. ?")
_LONGEST_STREAK = 400
_ORDINALS = ("o8", "o9", "o10", "o11", "o12", "o13", "o14", "o15")
_BEFORE = 12
_OVER = 50
_STREAK_SPANS = ("span", "span2", "span3", "span4", "span5")


def find(sentence: Sentence) -> list[Number]:
    """All figures in words of a sentence; where two overlap the first finder wins."""
    found: list[Number] = []
    for finder in _FINDERS[sentence.language]:
        if finder.__name__ not in sentence.triggers:
            continue
        for number in finder(sentence):
            if not any(n.start < number.end and number.start < n.end for n in found):
                found.append(number)
    return found


def _search(sentence: Sentence, name: str) -> Iterator[re.Match[str]]:
    return pattern(name).finditer(sentence.lower, sentence.start, sentence.end)


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name: text for name, text in match.groupdict().items() if text}


def _first(groups: dict[str, str], *names: str) -> str | None:
    return next((groups[name] for name in names if name in groups), None)


def _figure(span: tuple[int, int], value: float, kind: str, unit: str, measure: str | None,
            **more: object) -> Number:
    return Number(*span, value, kind, unit, step=round_step(value), measure=measure, extra=more)


def _percentage(span: tuple[int, int], value: float, **more: object) -> Number:
    return _figure(span, value, "%", "%", None, **more)


def _multiple(span: tuple[int, int], value: float) -> Number:
    return _figure(span, value, "x", "x", "multiple")


def records(sentence: Sentence) -> Iterator[Number]:
    """`record high for the same period`."""
    for match in _search(sentence, f"record_{sentence.language}"):
        yield _figure(match.span("span"), 1.0, "record", "1", "record", text=match["span"])


def ranks(sentence: Sentence) -> Iterator[Number]:
    """`second-largest importer`."""
    for match in _search(sentence, f"rank_{sentence.language}"):
        groups = _groups(match)
        name = next(k for k in groups if k.startswith("span"))
        value = _rank(groups, sentence.language)
        if value:
            noun = groups.get("noun") or groups.get("noun2", "")
            yield _figure(match.span(name), float(value), "rank", "rank", "rank", noun=noun)


def _rank(groups: dict[str, str], language: str) -> int | None:
    ordinal = _first(groups, "o", "o2", "o3", "o4", "o5", "o6", *_ORDINALS)
    if ordinal is None:
        return 1 if "sup" in groups else None
    if language == "zh" and ordinal in words("top_zh"):
        return 1
    if language == "zh" and ordinal in words("second_zh"):
        return 2
    return number_word(_NUMBER_SIGN.sub("", ordinal), language)


def streaks(sentence: Sentence) -> Iterator[Number]:
    """`eight consecutive quarters`."""
    language = sentence.language
    units = mapping("period_units" if language == "zh" else "period_units_en")
    for match in _search(sentence, f"streak_{language}"):
        groups = _groups(match)
        count = number_word(_first(groups, "n", "n2", "n3", "n4", "n5", "n6") or "", language)
        unit = _first(groups, "u", "u2", "u3", "u4", "u5", "u6", "u7") or ""
        months = units.get((unit or words("usual_unit_zh")[0]) if language == "zh" else unit.rstrip("s"))
        if count and months and count < _LONGEST_STREAK:
            span = match.span(next(name for name in _STREAK_SPANS if name in groups))
            yield _figure(span, float(count), "streak", "period", "streak", months=int(months),
                          over=_is_over(sentence, *span))


def _is_over(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a streak ended before the period that the figures are of: `after five quarters of decline`."""
    before = sentence.lower[max(sentence.start, start - _OVER):start]
    if pattern(f"streak_over_{sentence.language}").search(before):
        return True
    return sentence.language == "zh" and bool(pattern("streak_then_zh").match(sentence.lower, end))


def multiples_en(sentence: Sentence) -> Iterator[Number]:
    """`fourfold`, `doubled`, `three times`."""
    for match in _search(sentence, "multiple_en"):
        number = _multiple_en(match)
        number.bound = _bound_word(sentence, number.start)
        yield number


def _multiple_en(match: re.Match[str]) -> Number:
    if match["w"]:
        return _multiple(match.span("w"), float(mapping("multiple_words")[match["w"]]))
    if match["n"]:
        number = _multiple(match.span("span"), _times(match["n"], "en"))
        number.extra["fold"] = True
        return number
    return _multiple((match.start("n2"), match.end()), _times(match["n2"], "en"))


def _times(text: str, language: str) -> float:
    """Digits or a numeral as a number, 0.0 where the text is neither."""
    return float(text) if text[0].isdigit() else float(number_word(text, language) or 0)


def _bound_word(sentence: Sentence, start: int) -> str:
    """The bound word right before a place."""
    word = next((w for w in sentence.words if "bound" in w.tags and 0 <= start - w.end <= 1), None)
    return word.tags["bound"] if word else "exact"


def multiples_zh(sentence: Sentence) -> Iterator[Number]:
    """Times: growth by n times is growth of n hundred per cent, n times of something is a multiple."""
    for match in _search(sentence, "multiple_zh"):
        if match["w"]:
            number = _multiple(match.span("w"), float(mapping("multiple_words_zh")[match["w"]]))
            bounds = sentence.cues(number.start, number.end, "bound")
            number.bound = bounds[0].tags["bound"] if bounds else "exact"
            yield number
        elif value := _times(match["n"] or match["n2"], "zh"):
            yield _times_zh(sentence, match, value)


def _times_zh(sentence: Sentence, match: re.Match[str], value: float) -> Number:
    span = match.span("span" if match["n"] else "span2")
    before = match[0][:span[0] - match.start()]
    if match["n"] and not before.endswith(words("to_marks_zh")):
        number = _figure(span, value * 100, "%", "%", "growth")
    else:
        number = _multiple(span, value)
    number.step = printed_step(match["n"] or match["n2"], number.value)
    number.bound = _bound_before(sentence, number.start, sentence.lower[span[0]:span[1]])
    return number


def _bound_before(sentence: Sentence, start: int, text: str = "") -> str:
    """The bound that a figure's own words or the word right before it give."""
    if any(mark in text for mark in words("over_marks_zh")):
        return "over"
    word = next((w for w in sentence.words if w.end == start and "bound" in w.tags), None)
    return word.tags["bound"] if word else "exact"


def fractions_en(sentence: Sentence) -> Iterator[Number]:
    """`three quarters`, `half`, `double-digit`."""
    for match in _search(sentence, "double_digit_en"):
        number = _percentage(match.span("span"), float(mapping("double_words")[match["d"]]))
        number.bound = "over"
        yield number
    for match in _search(sentence, "fraction_en"):
        value = _fraction_en(match)
        if value < 100:
            yield _about(sentence, _percentage(match.span("span"), value, fraction=True))


def _fraction_en(match: re.Match[str]) -> float:
    if match["h"]:
        return 50.0
    top = 1 if match["a"] == "a" else number_word(match["a"], "en") or 1
    return round(100 * top / float(mapping("fractions")[match["b"]]), 2)


def fractions_zh(sentence: Sentence) -> Iterator[Number]:
    """Tenths, `n`-ths, halves, two-digit."""
    for match in _search(sentence, "fraction_zh"):
        groups = _groups(match)
        if "d" in groups:
            yield _digits_zh(match)
        elif (value := _fraction_zh(groups)) is not None:
            number = _percentage(match.span("span"), value)
            if "p" in groups:
                number.bound = _bound_before(sentence, number.start)
                yield number
            else:
                number.extra["fraction"] = True
                yield _about(sentence, number, "c2" in groups, groups.get("h") in words("half_over"))


def _digits_zh(match: re.Match[str]) -> Number:
    """`two-digit growth` is at least ten per cent; a word for all is a hundred."""
    least = mapping("digits_word_zh").get(match["d"])
    number = _percentage(match.span("span"), float(least or 100))
    number.bound = "over" if least else "exact"
    return number


def _fraction_zh(groups: dict[str, str]) -> float | None:
    """The per cent of a fraction, None where its numerals are none."""
    if "p" in groups:
        return _decimal(groups["p"])
    if "b" in groups:
        below, above = chinese_integer(groups["b"]), _decimal(groups.get("a", ""))
        return round(100 * above / below, 2) if below and above else None
    return 50.0 if "h" in groups else _tenths(groups.get("c", ""), groups.get("c2"))


def _tenths(tens: str, unit: str | None) -> float:
    value = float(tens) if tens.isdigit() else float(chinese_integer(tens) or 0)
    if unit:
        value += 0.5 if unit in words("tenth_half") else (chinese_integer(unit) or 0) / 10
    return round(value * 10, 2)


def _decimal(text: str) -> float | None:
    value = chinese_decimal(text)
    return None if value is None else float(value)


def _about(sentence: Sentence, number: Number, exact: bool = False, over: bool = False) -> Number:
    """A fraction in words is about that much, unless it is exact or a bound word says otherwise."""
    before = (w.tags["bound"] for w in sentence.words if "bound" in w.tags and 0 <= number.start - w.end <= 1)
    after = (w.tags["boundpost"] for w in sentence.words if "boundpost" in w.tags and w.start == number.end)
    stated = "over" if over else next(before, None) or next(after, None)
    number.bound = stated or ("exact" if exact else "about")
    return number


def flats(sentence: Sentence) -> Iterator[Number]:
    """`remained basically flat`: growth of about nothing."""
    for match in _search(sentence, f"flat_{sentence.language}"):
        number = _figure(match.span("span"), 0.0, "%", "%", "growth", flat=True)
        number.step, number.bound = 1.0, "about"
        yield number


def ratios(sentence: Sentence) -> Iterator[Number]:
    """`4 of every 10`: a share by number."""
    for match in _search(sentence, f"ratio_{sentence.language}"):
        part, whole = (number_word(match[g], sentence.language) for g in ("a", "b"))
        if part and whole and part <= whole:
            number = _figure(match.span("span"), round(100 * part / whole, 2), "%", "%", "share", ratio=True)
            number.of, number.bound = "quantity", _bound_word(sentence, number.start)
            number.bound = "about" if number.bound == "exact" else number.bound
            yield number


def worded_counts(sentence: Sentence) -> Iterator[Number]:
    """`three intelligent platforms`, `two fewer working days`."""
    for match in _search(sentence, "worded_count_en"):
        value = number_word(match["n"], "en") or int(
            mapping("more_cardinals_en").get(match["n"]) or english_decimal(match["n"]) or 0)
        before = sentence.lower[max(sentence.start, match.start() - _BEFORE):match.start()].rstrip()
        if value and not before.endswith(words("not_counted_en")):
            yield _worded_count(match, value)


def _worded_count(match: re.Match[str], value: int) -> Number:
    noun, span = match["noun"], match.span("span")
    if not noun.endswith(words("days_en")):
        return _figure(span, float(value), "count", _singular(noun), None)
    number = _figure(span, float(value), "count", "day", None, days=True)
    number.negative = words("fewer_en")[0] in noun
    return number


def _singular(noun: str) -> str:
    last = noun.split()[-1]
    known = mapping("singulars_en")
    return known.get(last) or (last[:-3] + "y" if last.endswith("ies") else last.rstrip("s"))


_FINDERS: dict[str, tuple[Finder, ...]] = {
    "en": (streaks, records, ranks, multiples_en, fractions_en, flats, ratios, worded_counts),
    "zh": (ratios, streaks, records, ranks, multiples_zh, fractions_zh, flats),
}
