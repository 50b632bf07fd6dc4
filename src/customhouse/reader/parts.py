"""The months of years that a text tells of, with their years or without, before its periods are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from customhouse.reader.numerals import number_word
from customhouse.vocabulary import pattern, words

_BEFORE, _FAR = 32, 72
"""Characters before months that may say of which year they are, and that they are to come."""
_AMBIGUOUS = ("may", "mar")
"""Months whose names are other words too."""


class Part(NamedTuple):
    """Months of a year, None where the text does not name it; `base` where others are set against them."""

    start: int
    end: int
    first: int
    last: int
    year: int | None
    base: bool


def parts(lower: str) -> list[Part]:
    """The months, quarters, halves and first months of years that a text tells of, in text order.

    Days are left out, months of years told by `last` or `next`, and those of which something is expected."""
    return sorted(p for p in (*_english(lower), *_chinese(lower)) if p.year or not _to_come(lower, p))


def _to_come(lower: str, part: Part) -> bool:
    """Whether what is told of months is only expected."""
    before = lower[max(0, part.start - _FAR):part.start]
    return any(pattern(f"part_to_come_{language}").search(before)
               or pattern(f"part_coming_{language}").match(lower, part.end) for language in ("en", "zh"))


def _english(lower: str) -> Iterator[Part]:
    for match in pattern("part_en").finditer(lower):
        before = lower[max(0, match.start() - _BEFORE):match.start()]
        span = _span({name: text for name, text in match.groupdict().items() if text}, "en")
        if span is None or match["m"] and not _is_month(lower, match["m"], before, match.end()):
            continue
        year = pattern("part_year_en").match(lower, match.end())
        told_else = pattern("part_of_other_en").match(lower, match.end())
        if not year and (told_else or pattern("part_other_before_en").search(before)):
            continue
        base = pattern("part_is_base_en").search(before) or (
            not match["to"] and pattern("part_from_en").search(before))
        yield Part(match.start(), match.end(), *span, int(year["y"]) if year else None, bool(base))


def _is_month(lower: str, name: str, before: str, end: int) -> bool:
    """Whether a month's name is neither another word nor part of a day."""
    if pattern("part_day_en").match(lower, end) or pattern("part_day_before_en").search(before):
        return False
    return not name.startswith(_AMBIGUOUS) or bool(pattern("part_month_before_en").search(before))


def _chinese(lower: str) -> Iterator[Part]:
    for match in pattern("part_zh").finditer(lower):
        before = lower[max(0, match.start() - _BEFORE):match.start()]
        span = _span({name: text for name, text in match.groupdict().items() if text}, "zh")
        if span is None or pattern("part_other_before_zh").search(before):
            continue
        year = pattern("part_year_zh").search(before)
        base = pattern("part_is_base_zh").search(before[:year.start()] if year else before)
        same = pattern("year_is_base_zh").match(lower, match.start() - 1) if year else None
        yield Part(match.start(), match.end(), *span, int(year["y"]) if year else None, bool(base or same))


def _span(found: dict[str, str], language: str) -> tuple[int, int] | None:
    """The first and the last month that a match names, None where it names none."""
    if "h" in found:
        return (1, 6) if found["h"] in words("first_halves") else (7, 12)
    if number := next((_number(found[name], language) for name in ("q", "qd") if name in found), None):
        return (number * 3 - 2, number * 3) if number <= 4 else None
    if "until" in found or "m" in found:
        last = _month(found.get("until") or found.get("to") or found["m"], language)
        first = 1 if "until" in found else _month(found["m"], language)
        return (first, last) if first and last else None
    if "md" in found:
        last = _month(found["md"], language)
        return (last, last) if last else None
    count = next((_number(found[name], language) for name in ("n", "qs") if name in found), None) or 0
    last = count * 3 if "qs" in found else count
    return (1, last) if 0 < last <= 12 else None


def _number(text: str, language: str) -> int | None:
    if text in words("last_quarter_en"):
        return 4
    return 1 if text in words("first_quarter_en") else number_word(text, language)


def _month(text: str, language: str) -> int | None:
    if language == "en":
        return words("months_en").index(text[:3]) + 1 if text[:3] in words("months_en") else None
    number = number_word(text, language)
    return number if number and number <= 12 else None
