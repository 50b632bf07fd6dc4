"""Events of known years that a text speaks of: sessions, fairs, plans, anniversaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import floor

from customhouse.reader.numerals import number_word
from customhouse.reader.years import TO_COME, Named
from customhouse.vocabulary import pattern, rows

_NEAR = 160
"""Characters before and after words for years gone by within which the event stands that they count from."""
_BESIDE = 16
"""The same for `ten years ago`, which seldom is of a year named."""
_AGO = ("years_ago_told_en", "years_ago_told_zh", "years_later_zh")
_GONE_BY = ("years_since_en", "anniversary_en", "year_of_age_en", "average_over_en", "years_since_zh",
            "average_over_zh", *_AGO)
_FIRST = "year_of_age_en"
"""In its third year is two years after."""


def event_years(lower: str) -> set[int]:
    """The years in which the numbered sessions, fairs and plans fall that a text names."""
    return {year for found, row in _found(lower, "edition") if (year := _edition(found, row))}


def _edition(found: re.Match[str], row: dict[str, str]) -> int | None:
    """The year of an edition: that of a known one, and `step` years for each number more."""
    groups, language = found.groupdict(), "zh" if row["name"].endswith("_zh") else "en"
    number = number_word(groups["n"], language)
    session = number_word(groups["s"], language) if groups.get("s") else 1
    if not number or not session:
        return None
    return int(row["year"]) + floor((number - int(row["number"])) * float(row["step"])) + session - 1


def years_gone_by(lower: str, named: Iterable[Named]) -> set[int]:
    """The years that a text is of by what it says to be so many years ago: `twenty years after 2001`.

    `named`: the years that it names."""
    past = [(n.start, n.year) for n in named if n.use not in TO_COME]
    past += [(m.start(), int(row["year"])) for m, row in _found(lower, "past")]
    found: set[int] = set()
    for name in _GONE_BY:
        for match in pattern(name).finditer(lower):
            groups = match.groupdict()
            count = number_word(groups["n"] or groups.get("n2") or "", name[-2:])
            year = _nearest(past, match, _BESIDE if name in _AGO else _NEAR)
            if count and year:
                found.add(year + count - (name == _FIRST))
    return found


def _nearest(past: list[tuple[int, int]], match: re.Match[str], reach: int) -> int | None:
    """The year named nearest to words for years gone by, or that of an event."""
    near = [at for at in past if abs(at[0] - match.start()) < reach]
    return min(near, key=lambda at: abs(at[0] - match.start()), default=(0, None))[1]


def _found(lower: str, kind: str) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    for row, compiled in _events(kind):
        for match in compiled.finditer(lower):
            yield match, row


@cache
def _events(kind: str) -> tuple[tuple[dict[str, str], re.Pattern[str]], ...]:
    """The events of a kind with their patterns, compiled."""
    return tuple((row, re.compile(row["pattern"])) for row in rows("events") if row["kind"] == kind)
