"""Figures that a text states in words: records, ranks, streaks, multiples, fractions, flat, double digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from customhouse.quantity import printed_step, round_step
from customhouse.reader.periods import chinese_integer, number_word
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import mapping, pattern, words

Finder = Callable[[Sentence], Iterator[Number]]


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


def _word(span: tuple[int, int], value: float, kind: str, unit: str, measure: str | None, **more: object) -> Number:
    number = Number(span[0], span[1], value, kind, unit, step=round_step(value), measure=measure)
    number.extra.update(more)
    return number


def records(sentence: Sentence) -> Iterator[Number]:
    """`record high for the same period`."""
    for match in _search(sentence, f"record_{sentence.language}"):
        yield _word(match.span("span"), 1.0, "record", "1", "record", text=match["span"])


def ranks(sentence: Sentence) -> Iterator[Number]:
    """`second-largest importer`."""
    for match in _search(sentence, f"rank_{sentence.language}"):
        groups = {k: v for k, v in match.groupdict().items() if v}
        name = next(k for k in groups if k.startswith("span"))
        value = _rank(groups, sentence.language)
        if value:
            yield _word(match.span(name), float(value), "rank", "rank", "rank", noun=groups.get("noun", ""))


def _rank(groups: dict[str, str], language: str) -> int | None:
    ordinal = next((groups[k] for k in ("o", "o2", "o3", "o4", "o5") if k in groups), None)
    if ordinal is None:
        return 1 if "sup" in groups else None
    if language == "zh" and ordinal in words("top_zh"):
        return 1
    return number_word(re.sub(r"^no\. ?", "", ordinal), language)


def streaks(sentence: Sentence) -> Iterator[Number]:
    """`eight consecutive quarters`."""
    language = sentence.language
    units = mapping("period_units" if language == "zh" else "period_units_en")
    for match in _search(sentence, f"streak_{language}"):
        groups = {k: v for k, v in match.groupdict().items() if v}
        count = number_word(groups.get("n") or groups.get("n2") or groups.get("n3") or "", language)
        unit = groups.get("u") or groups.get("u2") or groups.get("u3") or groups.get("u4") or ""
        months = units.get(unit if language == "zh" else unit.rstrip("s"))
        if count and months and count < 400:
            yield _word(match.span("span"), float(count), "streak", "period", "streak", months=int(months))


def multiples_en(sentence: Sentence) -> Iterator[Number]:
    """`fourfold`, `doubled`, `three times`."""
    for match in _search(sentence, "multiple_en"):
        groups = match.groupdict()
        if groups["w"]:
            number = _word(match.span("w"), float(mapping("multiple_words")[groups["w"]]), "x", "x", "multiple")
            yield _bounded(number, _bound_word(sentence, number.start))
            continue
        text = groups["n"] or groups["n2"]
        value = float(text) if text[0].isdigit() else float(number_word(text, "en") or 0)
        span = match.span("span") if groups["n"] else (match.start("n2"), match.end())
        number = _word(span, value, "x", "x", "multiple")
        yield _bounded(number, _bound_word(sentence, number.start))


def _bound_word(sentence: Sentence, start: int) -> str:
    """The bound word right before a place."""
    word = next((w for w in sentence.words if "bound" in w.tags and 0 <= start - w.end <= 1), None)
    return word.tags["bound"] if word else "exact"


def multiples_zh(sentence: Sentence) -> Iterator[Number]:
    """Times: growth by n times is growth of n hundred per cent, n times of something is a multiple."""
    for match in _search(sentence, "multiple_zh"):
        groups = match.groupdict()
        if groups["w"]:
            yield _word(match.span("w"), float(mapping("multiple_words_zh")[groups["w"]]), "x", "x", "multiple")
            continue
        text = groups["n"] or groups["n2"]
        value = float(text) if text[0].isdigit() else float(chinese_integer(text) or 0)
        if not value:
            continue
        name = "span" if groups["n"] else "span2"
        grows = groups["n"] and not match[0][:match.start("span") - match.start()].endswith(words("to_marks_zh"))
        if grows:
            number = _word(match.span(name), value * 100, "%", "%", "growth")
            number.step = printed_step(text, number.value)
        else:
            number = _word(match.span(name), value, "x", "x", "multiple")
            number.step = printed_step(text, value)
        number.bound = _bound_before(sentence, number.start, match[name])
        yield number


def _bound_before(sentence: Sentence, start: int, text: str) -> str:
    if any(mark in text for mark in words("over_marks_zh")):
        return "over"
    word = next((w for w in sentence.words if w.end == start and "bound" in w.tags), None)
    return word.tags["bound"] if word else "exact"


def fractions_en(sentence: Sentence) -> Iterator[Number]:
    """`three quarters`, `half`, `double-digit`."""
    for match in _search(sentence, "double_digit_en"):
        yield _bounded(_word(match.span("span"), float(mapping("double_words")[match["d"]]), "%", "%", None), "over")
    for match in _search(sentence, "fraction_en"):
        if match["h"]:
            value = 50.0
        else:
            top = 1 if match["a"] == "a" else number_word(match["a"], "en") or 1
            value = round(100 * top / float(mapping("fractions")[match["b"]]), 2)
        if value < 100:
            yield _about(sentence, _word(match.span("span"), value, "%", "%", None, fraction=True))


def fractions_zh(sentence: Sentence) -> Iterator[Number]:
    """Tenths, `n`-ths, halves, two-digit."""
    for match in _search(sentence, "fraction_zh"):
        groups = match.groupdict()
        if groups["d"]:
            number = _word(match.span("span"), float(mapping("digits_word_zh").get(groups["d"], 100)), "%", "%", None)
            yield _bounded(number, "over") if number.value < 100 or groups["d"] in mapping("digits_word_zh") else number
        elif (value := _fraction_value(groups)) is not None:
            number = _word(match.span("span"), value, "%", "%", None)
            if groups["p"]:
                number.bound = _bound_before(sentence, number.start, "")
                yield number
            else:
                number.extra["fraction"] = True
                exact = bool(groups["c2"]) and groups["c2"] not in words("tenth_half")
                yield _about(sentence, number, exact or bool(groups["c2"]), over=groups["h"] in words("half_over"))


def _fraction_value(groups: dict[str, str | None]) -> float | None:
    if groups["p"]:
        return _decimal(groups["p"])
    if groups["b"]:
        below, above = chinese_integer(groups["b"]), _decimal(groups["a"] or "")
        return round(100 * above / below, 2) if below and above else None
    if groups["h"]:
        return 50.0
    tens = groups["c"] or ""
    value = float(tens) if tens.isdigit() else float(chinese_integer(tens) or 0)
    unit = groups["c2"]
    if unit:
        value += 0.5 if unit in words("tenth_half") else (chinese_integer(unit) or 0) / 10
    return round(value * 10, 2)


def _decimal(text: str) -> float | None:
    whole, _, decimals = text.partition(words("point_zh")[0])
    integer = chinese_integer(whole)
    if integer is None:
        return None
    return float(f"{integer}.{''.join(str(chinese_integer(c)) for c in decimals)}") if decimals else float(integer)


def _bounded(number: Number, bound: str) -> Number:
    number.bound = bound
    return number


def _about(sentence: Sentence, number: Number, exact: bool = False, over: bool = False) -> Number:
    """A fraction in words is about that much, unless a bound word says otherwise."""
    word = next((w for w in sentence.words if "bound" in w.tags and 0 <= number.start - w.end <= 1), None)
    post = next((w for w in sentence.words if "boundpost" in w.tags and w.start == number.end), None)
    if over or word or post:
        number.bound = "over" if over else (word.tags["bound"] if word else post.tags["boundpost"] if post else "about")
    else:
        number.bound = "exact" if exact else "about"
    return number


def flats(sentence: Sentence) -> Iterator[Number]:
    """`remained basically flat`: growth of about nothing."""
    for match in _search(sentence, f"flat_{sentence.language}"):
        number = _word(match.span("span"), 0.0, "%", "%", "growth", flat=True)
        number.step, number.bound = 1.0, "about"
        yield number


def ratios(sentence: Sentence) -> Iterator[Number]:
    """`4 of every 10`: a share by number."""
    for match in _search(sentence, f"ratio_{sentence.language}"):
        part, whole = (number_word(match[g], sentence.language) for g in ("a", "b"))
        if part and whole and part <= whole:
            number = _word(match.span("span"), round(100 * part / whole, 2), "%", "%", "share", ratio=True)
            number.of, number.bound = "quantity", "about"
            yield number


def worded_counts(sentence: Sentence) -> Iterator[Number]:
    """`three intelligent platforms`, `two fewer working days`."""
    for match in _search(sentence, "worded_count_en"):
        value = number_word(match["n"], "en") or int(mapping("more_cardinals_en").get(match["n"], 0))
        days = match["noun"].endswith(words("days_en"))
        code = "day" if days else _singular(match["noun"])
        if value:
            number = _word(match.span("span"), float(value), "count", code, None)
            before = sentence.lower[max(sentence.start, match.start() - 12):match.start()]
            if before.rstrip().endswith(words("not_counted_en")):
                continue
            if days:
                number.extra["days"] = True
                number.negative = words("fewer_en")[0] in match["noun"]
            yield number


def _singular(noun: str) -> str:
    last = noun.split()[-1]
    known = mapping("singulars_en")
    return known.get(last) or (last[:-3] + "y" if last.endswith("ies") else last.rstrip("s"))


_FINDERS: dict[str, tuple[Finder, ...]] = {
    "en": (streaks, records, ranks, multiples_en, fractions_en, flats, ratios, worded_counts),
    "zh": (ratios, streaks, records, ranks, multiples_zh, fractions_zh, flats),
}
