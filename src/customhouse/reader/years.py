"""The years that a text names, and what it says of each: its months, the whole, a base, what is to come."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from customhouse.reader.calendar import MINGUO
from customhouse.vocabulary import pattern

_YEAR = re.compile(r"(?<![\d.,])(?P<year>(?:19|20)\d\d)(?![\d%.,]\d|\d)")
_FAR, _NEAR = 140, 48
"""Characters before a year that may say that it is to come, and what else is meant of it."""
_CENTURY = 2000


class Use(Enum):
    """What a text says of a year that it names."""

    PART = "months of it"
    CURRENT = "it is not over"
    OPENING = "it opens a sentence as what something has been so since"
    WHOLE = "all of it"
    BASE = "others are set against it"
    SINCE = "something has been so since"
    EVENT = "a fair or the like is named by it"
    DATE = "a day of it"
    PLANNED = "what shall be within it"
    EXPECTED = "what is forecast for it"
    GOAL = "what is aimed at by then"
    TARGET = "what is aimed at within it"


TO_COME = frozenset({Use.EXPECTED, Use.GOAL, Use.TARGET})
"""What is said of years that may not have begun."""


class Named(NamedTuple):
    """A year where a text names it."""

    start: int
    year: int
    use: Use


def named_years(lower: str) -> list[Named]:
    """The years that a text names, in text order, with what it says of each."""
    found = [Named(m.start(), int(m["year"]), _use(lower, m)) for m in _YEAR.finditer(lower)]
    short, minguo = pattern("short_year").finditer(lower), pattern("minguo_year_zh").finditer(lower)
    found += [Named(m.start(), _CENTURY + int(m["year"]), Use.PART) for m in short]
    found += [Named(m.start(), MINGUO + int(m[1]), Use.PART) for m in minguo]
    return sorted(found, key=lambda named: named.start)


def names_years(lower: str) -> bool:
    """Whether a text names years at all: one that does not may be a passage of a dated text."""
    return any(found.search(lower) for found in (_YEAR, pattern("short_year"), pattern("minguo_year_zh")))


def _use(lower: str, match: re.Match[str]) -> Use:
    """What is said of a year; the first that holds."""
    start, end = match.span()
    far, before = lower[max(0, start - _FAR):start], lower[max(0, start - _NEAR):start]
    for use, ahead, name_before, after in _RULES:
        if name_before and pattern(name_before).search(far if ahead else before):
            over = use in TO_COME and pattern("year_told_en").match(lower, end)
            return Use.WHOLE if over else use
        if after and pattern(after).match(lower, end):
            return use
    return Use.WHOLE


_RULES: tuple[tuple[Use, bool, str | None, str | None], ...] = (
    (Use.DATE, False, "date_in_year", "year_in_date"),
    (Use.SINCE, False, "since_year", None),
    (Use.OPENING, False, None, "year_goes_on_zh"),
    (Use.SINCE, False, None, "since_year_zh"),
    (Use.TARGET, True, "year_target", "year_target_zh"),
    (Use.GOAL, False, "year_aimed_at", "year_aimed_at_zh"),
    (Use.EXPECTED, True, "year_to_come", "year_to_come_zh"),
    (Use.EXPECTED, True, None, "year_to_come_en"),
    (Use.BASE, False, "year_is_base", "year_is_base_zh"),
    (Use.PART, False, "part_of_year", "part_of_year_zh"),
    (Use.PLANNED, False, "year_planned", None),
    (Use.EVENT, False, None, "event_year_zh"),
    (Use.EVENT, False, None, "event_year_en"),
    (Use.CURRENT, False, None, "year_goes_on_en"),
)
"""What a year is named for: the use, whether words far before it count, the words before and after it."""
