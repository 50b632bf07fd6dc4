"""Days in a text: the month that a text is dated, and the places of days, which are no figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from customhouse.period import month, parse_month
from customhouse.reader.calendar import MINGUO
from customhouse.reader.undated import year_of_day
from customhouse.vocabulary import pattern, words

_DATES = {"en": "DATE", "zh": "DATEZH"}
_NUMERIC = re.compile(
    r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d")
_DMY = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b")
_HEAD = 2500
_FOOT = 400
_BEFORE = 40
_DATELINE = 600
"""Characters at the beginning of a text within which a day without a year is likely its own."""


class _Day(NamedTuple):
    """A date: its place, its month, its day of the month and its year where it states them."""

    start: int
    end: int
    month: int
    day: int | None
    year: int | None


def parse_published(text: str | None) -> int | None:
    """`2025-04` or `2025-04-14` as a month; None stays None. Raises PeriodError."""
    return None if text is None else parse_month(text)


def date_of(lower: str) -> int | None:
    """The month of a text as it states it, None where it does not.

    A full date near the beginning or the end counts first; a day and month without a year take the year
    that the weekday and the years of the text tell.
    """
    head = lower[:_HEAD]
    full = _full_dates(head) or _full_dates(lower[-_FOOT:])
    if full:
        return full[0]
    if byline := pattern("month_line_en").search(head[:_DATELINE]):
        return month(int(byline["year"]), words("months_en").index(byline["month"][:3]) + 1)
    found = next((day for day in _days(head[:_DATELINE]) if day.year is None), None)
    year = found and year_of_day(lower, found.month, found.day, found.end)
    return month(year, found.month) if found and year else None


def dates(lower: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """The places of days (`April 14, 2025`): they are no figures and no periods."""
    found = [m.span() for m in pattern(_DATES[language]).finditer(lower, start, end)]
    return found + [m.span() for m in _NUMERIC.finditer(lower, start, end)]


def _full_dates(text: str) -> list[int]:
    """The months of the dates with a year, in text order."""
    found = [(day.start, month(day.year, day.month)) for day in _days(text) if day.year is not None]
    for match in _DMY.finditer(text):
        first, second = int(match[1]), int(match[2])
        number = second if second <= 12 else first
        if 1 <= number <= 12:
            found.append((match.start(), month(int(match[3]), number)))
    return [m for _, m in sorted(found)]


def _days(text: str) -> Iterator[_Day]:
    """The dates in words, English ones first."""
    for language, name in _DATES.items():
        for match in pattern(name).finditer(text):
            groups = match.groupdict()
            number = _month_number(groups, language)
            if 1 <= number <= 12 and not _is_event(text, match, language):
                day = groups.get("dd") or groups.get("ed") or groups.get("id")
                yield _Day(*match.span(), number, int(day) if day else None, _stated_year(groups))


def _is_event(text: str, match: re.Match[str], language: str) -> bool:
    """Whether something began or ended on a day: `took effect on Jan 1, 2022`."""
    if language == "zh":
        return bool(pattern("date_of_event_zh").match(text, match.end()))
    return bool(pattern("date_of_event_en").search(text[max(0, match.start() - _BEFORE):match.start()]))


def _stated_year(groups: dict[str, str | None]) -> int | None:
    year = groups.get("dy") or groups.get("ey") or groups.get("iy")
    if year:
        return int(year)
    minguo = groups.get("droc")
    return int(minguo) + MINGUO if minguo else None


def _month_number(groups: dict[str, str | None], language: str) -> int:
    name = groups.get("dm") or groups.get("em")
    if language == "en" and name:
        return words("months_en").index(name[:3]) + 1
    return int(groups.get("dm") or groups.get("im") or 0)
