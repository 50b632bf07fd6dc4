"""Periods as SDMX writes them, and the periods of each frequency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from customhouse.errors import PeriodError
from customhouse.period import Period, month

LENGTHS = {"M": 1, "Q": 3, "S": 6, "A": 12}
"""Frequencies by the months of a period; `_O` is cumulated from January."""
CUMULATED = "_O"
_YEAR = re.compile(r"(?a)(\d{4})(?:-A1)?")
_PART = re.compile(r"(?a)(\d{4})-(?:(Q)([1-4])|([SH])([12])|(M)?(0[1-9]|1[0-2]))")
_DAY = re.compile(r"(?a)(\d{4})-(\d{2})-(\d{2})(?:T[0-9:.]*(?:Z|[+-]\d{2}:?\d{2})?)?")
_RANGE = re.compile(r"(?a)(\d{4})-(\d{2})-\d{2}(?:T[0-9:.]*Z?)?/P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?")


def print_period(period: Period) -> str:
    """A month, quarter, half or year; any other run of months as a range: 2024-01-01/P5M."""
    year, first = divmod(period.first, 12)
    if period.months == 1:
        return f"{year:04}-{first + 1:02}"
    if period.months == 12 and first == 0:
        return f"{year:04}"
    for letter, size in (("Q", 3), ("S", 6)):
        if period.months == size and first % size == 0:
            return f"{year:04}-{letter}{first // size + 1}"
    return f"{year:04}-{first + 1:02}-01/P{period.months}M"


def parse_period(text: str) -> Period:
    """A year, half, quarter, month, day (its month) or range of months. Raises PeriodError."""
    if match := _YEAR.fullmatch(text):
        return Period.of(int(match[1]))
    if match := _PART.fullmatch(text):
        return _part(match)
    if match := _RANGE.fullmatch(text):
        months = 12 * int(match[3] or 0) + int(match[4] or 0)
        if months:
            first = month(int(match[1]), int(match[2]))
            return Period(first, first + months - 1)
    if match := _DAY.fullmatch(text):
        only = month(int(match[1]), int(match[2]))
        return Period(only, only)
    short = text if len(text) <= 40 else f"{text[:37]}..."
    raise PeriodError(f"{short!r}: no period; write it as 2024, 2024-S1, 2024-Q1, 2024-03 or 2024-01-01/P5M")


def _part(match: re.Match[str]) -> Period:
    year = int(match[1])
    if match[2]:
        quarter = int(match[3])
        return Period.of(year, 3 * quarter - 2, 3 * quarter)
    if match[4]:
        half = int(match[5])
        return Period.of(year, 6 * half - 5, 6 * half)
    return Period.of(year, int(match[7]), int(match[7]))


def periods(frequency: str, months: Sequence[int], whole: bool) -> tuple[Period, ...]:
    """The periods of a frequency that have any of these months; `whole`: those that have all of theirs."""
    there = frozenset(months)
    if frequency == CUMULATED:
        found: Iterable[Period] = (Period(m // 12 * 12, m) for m in sorted(there))
    else:
        size = LENGTHS[frequency]
        found = (Period(m, m + size - 1) for m in sorted({m // size * size for m in there}))
    return whole_months(tuple(found), months) if whole else tuple(found)


def whole_months(spans: Sequence[Period], months: Iterable[int]) -> tuple[Period, ...]:
    """The periods of which all months are there."""
    there = frozenset(months)
    return tuple(p for p in spans if there.issuperset(range(p.first, p.last + 1)))
