"""The months of years that a text tells of, with their years or without, before its periods are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from customhouse.reader.numerals import month_number, number_word, quarter_number
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
    if quarter := found.get("q") or found.get("qd"):
        number = quarter_number(quarter, language)
        return (number * 3 - 2, number * 3) if number and number <= 4 else None
    if month := found.get("m") or found.get("md"):
        first, last = (month_number(word, language) for word in (month, found.get("to", month)))
    elif "until" in found:
        first, last = 1, month_number(found["until"], language)
    else:
        count = number_word(found.get("n") or found.get("qs") or "", language) or 0
        first, last = 1, count * 3 if "qs" in found else count
    return (first, last) if 0 < first <= 12 and 0 < last <= 12 else None
