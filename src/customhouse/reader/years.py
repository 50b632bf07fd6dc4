"""The year of a text that does not say it: by the weekday of its day, and by the years that it names."""

from __future__ import annotations

import datetime
import re
from collections import Counter

from customhouse.reader.calendar import MINGUO
from customhouse.vocabulary import mapping, pattern

_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d%.,]\d|\d)")
_FAR = 140
_NEAR, _CLOSE = 48, 24
"""Characters before a year that may say what of it is meant, and which part of it."""
_AUTUMN = 9
"""The last month in which what is expected is of the year itself and not yet of the next."""
_PART, _WHOLE, _BASE, _PLANNED, _BEGUN = "part", "whole", "base", "planned", "begun"
_MONTHS = "months"
"""That months of the year are a base: `compared with October 2024`."""


def named_years(lower: str) -> Counter[int]:
    """How often a text names each year."""
    named = Counter(int(year) for year in _YEAR.findall(lower))
    named += Counter(2000 + int(m["year"]) for m in pattern("short_year").finditer(lower))
    return named + Counter(int(year) + MINGUO for year in pattern("minguo_year_zh").findall(lower))


def latest(lower: str) -> tuple[int | None, bool]:
    """The latest year that a text names, other than as one to come or as one since when something is so;
    where it only tells what is expected of years the latest of those, and True."""
    named = named_years(lower) - Counter(int(m[1]) for m in _YEAR.finditer(lower) if _since(lower, m))
    told = named - Counter(int(m[1]) for m in _YEAR.finditer(lower) if _to_come(lower, m))
    return max(told or named, default=None), not told


def _since(lower: str, match: re.Match[str]) -> bool:
    """Whether something is told to have been so since a year."""
    before = lower[max(0, match.start() - _CLOSE):match.start()]
    return bool(pattern("since_year").search(before) or pattern("since_year_zh").match(lower, match.end()))


def _to_come(lower: str, match: re.Match[str]) -> bool:
    """Whether a year stands behind words for what is aimed at or expected."""
    before = lower[max(0, match.start() - _FAR):match.start()]
    return bool(pattern("year_to_come").search(before)
                or pattern("year_to_come_zh").match(lower, match.end())
                or pattern("year_to_come_en").match(lower, match.end()))


def likely_year(lower: str) -> tuple[int | None, int | None]:
    """The year that the months of an undated text are of, and the one that it calls its own.

    The first is the latest that it names, or the next where that is but a base or comes after its months.
    Its own is the next where it speaks of one, and the latest is over as a whole; the latest where a part
    before its end is told."""
    year, expected = latest(lower)
    if year is None:
        return None, None
    if expected:
        return year, year  # what is expected of a year is mostly told within it
    uses = _uses(lower, year) or {_PART}
    if uses == {_BASE} or _MONTHS in uses and _PART not in uses:
        return year + 1, year + 1
    if uses == {_PLANNED} and pattern("own_year").search(lower):
        return year, year
    ended = _PART not in uses and pattern("own_year").search(lower)
    coming = any(int(m[1]) == year + 1 for m in _YEAR.finditer(lower))  # left out above: it is to come
    if ended and not coming:
        return year + (1 if _opens_with_own(lower, year) else 0), year + 1
    if uses == {_WHOLE} and pattern("last_year_told").search(lower):
        return year, year + 1
    return year, year if _BEGUN in uses else None


def _opens_with_own(lower: str, year: int) -> bool:
    """Whether a text names months without a year before it names the year that is over: they are its own."""
    first = pattern("bare_part").search(lower)
    named = lower.find(str(year))
    return first is not None and first.start() < named


def year_of_day(lower: str, number: int, day: int | None, at: int) -> int | None:
    """The year of a day of a month that stands without one at a place in a text, None where nothing tells.

    The weekday that the text reports from is that of its day. Else a text that names the latest year only as
    a base, or as a whole that is over, is of the next."""
    year, expected = latest(lower)
    if year is None:
        return None
    weekdays = _weekdays(lower, at)
    if day is not None and weekdays:
        fitting = [y for y in (year + 1, year, year - 1) if _weekday(y, number, day) == weekdays[0]]
        if len(fitting) == 1:
            return fitting[0]
    if expected:
        return year if number <= _AUTUMN else year - 1
    uses = _uses(lower, year)
    return year if not uses or uses & {_PART, _PLANNED} else year + 1


def _weekday(year: int, number: int, day: int) -> int | None:
    try:
        return datetime.date(year, number, day).weekday()
    except ValueError:
        return None


def _weekdays(lower: str, at: int) -> list[int]:
    """The weekdays that a text names after a place, Monday is 0; `last Friday` is none of them."""
    known = mapping("weekdays")
    return [int(known[m["day"]]) for m in pattern("weekday").finditer(lower, at)]


def _uses(lower: str, year: int) -> set[str]:
    """What of a year a text speaks of: a part, the whole, what is planned, or a base of others."""
    found: set[str] = set()
    bare = _first_months(lower)
    for match in re.finditer(rf"(?<![\d.,]){year}(?![\d%.,]\d|\d)", lower):
        before, after = lower[max(0, match.start() - _NEAR):match.start()], lower[match.end():match.end() + 8]
        if pattern("date_in_year").search(before) or pattern("year_in_date").match(after):
            continue
        same = pattern("year_is_base_zh").match(after)
        if same or (told := pattern("year_is_base").search(before)):
            found.add(_BASE)
            if same or told and pattern("months_of_base").search(told[0]):
                found.add(_MONTHS)
        elif part := pattern("part_of_year").search(before) or pattern("part_of_year_zh").match(after):
            month = part.groupdict().get("month") or part.groupdict().get("monthzh")
            base = month and bare.get(month[:3], match.start()) < match.start()
            found |= {_BASE, _MONTHS} if base else {_PART}
            if not base and not pattern("year_end").search(before[-_CLOSE:] + after):
                found.add(_BEGUN)
        elif pattern("year_planned").search(before):
            found.add(_PLANNED)
        else:
            found.add(_WHOLE)
    return found


def _first_months(lower: str) -> dict[str, int]:
    """Where each month is first named without a year, below the title."""
    places: dict[str, int] = {}
    for match in pattern("bare_month").finditer(lower, lower.find("\n") + 1):
        places.setdefault((match["month"] or match["monthzh"])[:3], match.start())
    return places
