"""The periods and days in a question, in the reader's words and in the notation of statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache

from customhouse.errors import PeriodError
from customhouse.period import Period
from customhouse.reader import periods
from customhouse.reader.calendar import Calendar
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import rows, split

_NOTATION = re.compile(
    r"(?<![\d.-])(?P<y>(?:19|20)\d\d)(?:-(?P<a>\d\d)(?:/(?P<z>(?:19|20)\d\d)-(?P<b>\d\d))?"
    r"| ?-? ?q(?P<q>[1-4])| ?-? ?h(?P<h>[12])"
    r"|[-–—/](?P<e>(?:19|20)\d\d)|)(?![\d.]|-\d)"
)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_YEAR = re.compile(r"\d{4}")
_UNIT = re.compile(r"[^\d\s]+$")
_JOINT = re.compile(r"(\s+[^\s\d]+\s+|\s*[^\s\da-z]\s*)")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Latest(Calendar):
    """Counts from the latest month of the statistics: `this year` is its year, up to it."""

    latest: int | None = None

    def this_year(self) -> int | None:
        """The year of the latest month."""
        return None if self.latest is None else self.latest // 12

    def last_year(self) -> int | None:
        """The year before that."""
        return None if self.latest is None else self.latest // 12 - 1

    def to_date(self) -> Period | None:
        """The year of the latest month up to it."""
        return None if self.latest is None else Period(self.latest // 12 * 12, self.latest)

    def months(self, first: int, last: int, year: int | None) -> Period | None:
        """Months of a year; without one, the latest such months that the statistics have."""
        if year is None and self.latest is not None:
            year = self.latest // 12 - (last > self.latest % 12 + 1)
        return None if year is None else Period.of(year, first, last)


def calendar_of(latest: int | None) -> Latest:
    """A calendar for the latest month of the statistics, if known."""
    return Latest(published=None if latest is None else latest + 1, latest=latest)


def dated(folded: str, lower: str, calendar: Calendar) -> Iterator[tuple[int, int, str, Period | date]]:
    """Places of periods (`when`) and days (`day`) with what they are."""
    days = list(_days(lower))
    yield from days
    for match in _NOTATION.finditer(lower):
        with suppress(PeriodError):
            yield match.start(), match.end(), "when", _of_notation(match)
    for language in ("en", "zh") if _HAN.search(lower) else ("en",):
        # In capitals, so that `march` in lower case is the month.
        sentence = Sentence(folded.upper() if len(folded.upper()) == len(folded) else folded, lower,
                            0, len(lower), language, [])
        for when in periods.find(sentence, calendar, [(start, end) for start, end, *_ in days]):
            apart = _listed(lower[when.start:when.end])
            if apart:
                yield from ((when.start + a, when.start + b, "when", period) for a, b, period in apart)
            elif when.period is not None:
                yield when.start, when.end, "when", when.period


def _listed(text: str) -> list[tuple[int, int, Period]]:
    """The periods of a list, which the reader takes for a range: `March and June 2024`; empty for no list."""
    joints = [found for found in _JOINT.finditer(text) if found[1].strip() in _list_words()]
    year, unit = _YEAR.search(text), _UNIT.search(text)
    if not joints or year is None:
        return []
    starts, ends = [0, *(one.end() for one in joints)], [*(one.start() for one in joints), len(text)]
    found: list[tuple[int, int, Period]] = []
    for start, end in zip(starts, ends, strict=True):
        bare = text[start:end]
        named = _YEAR.search(bare) or year
        tried = (bare, f"{bare}{unit[0] if unit else ''}", f"{bare} {named[0]}")
        period = next((p for one in tried if (p := _alone(one, calendar_of(int(named[0]) * 12 + 11)))), None)
        if period is None:
            return []
        found.append((start, end, period))
    return found


def _alone(text: str, calendar: Calendar) -> Period | None:
    """The period that a text is, all of it."""
    found = dated(text, text, calendar)
    return next((value for start, end, _, value in found
                 if (start, end) == (0, len(text)) and isinstance(value, Period)), None)


@cache
def _list_words() -> frozenset[str]:
    listed = [row for row in rows("query_words") if row["kind"] == "list"]
    return frozenset(word for row in listed for word in (*split(row["en"]), *split(row["zh"])))


def _days(lower: str) -> Iterator[tuple[int, int, str, date]]:
    for match in _DAY.finditer(lower):
        with suppress(ValueError):
            yield match.start(), match.end(), "day", date(int(match[1]), int(match[2]), int(match[3]))


def _of_notation(match: re.Match[str]) -> Period:
    """`2025`, `2025-03`, `2025-01/2025-03`, `2025-Q1`, `2025H1`, `2023-2025`."""
    year = int(match["y"])
    if match["a"]:
        return Period.parse(match[0])
    if match["q"]:
        return Period.of(year, int(match["q"]) * 3 - 2, int(match["q"]) * 3)
    if match["h"]:
        return Period.of(year, int(match["h"]) * 6 - 5, int(match["h"]) * 6)
    if match["e"] and int(match["e"]) < year:
        raise PeriodError(f"{match[0]}: the years run backwards")
    return Period(Period.of(year).first, Period.of(int(match["e"] or year)).last)
