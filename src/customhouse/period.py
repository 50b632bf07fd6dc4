"""Periods as inclusive ranges of months, and the arithmetic that releases do with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from customhouse.errors import PeriodError

_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")


def month(year: int, number: int) -> int:
    """The running number of a month: `year * 12 + number - 1`, for `number` in 1 to 12."""
    if not (1 <= number <= 12 and 1 <= year <= 9999):
        raise PeriodError(f"{year}-{number}: no such month; months are 1 to 12 of a year from 1 to 9999")
    return year * 12 + number - 1


def parse_month(text: str) -> int:
    """`2025-03` or `2025-03-14` as a running month number. Raises PeriodError."""
    match = _MONTH.fullmatch(text.strip())
    if not match:
        raise PeriodError(f"{text!r}: not a month or day; write it as 2025-03 or 2025-03-14")
    return month(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Months `first` to `last`, both included, as running month numbers."""

    first: int
    last: int

    @classmethod
    def of(cls, year: int, first: int = 1, last: int = 12) -> Period:
        """Months `first` to `last` of one year."""
        return cls(month(year, first), month(year, last))

    @classmethod
    def parse(cls, text: str) -> Period:
        """`2025-03` or `2025-01/2025-03`. Raises PeriodError."""
        first, _, last = text.partition("/")
        period = cls(parse_month(first), parse_month(last or first))
        if period.last < period.first:
            raise PeriodError(f"{text!r}: the period ends before it begins; swap its two months")
        return period

    @property
    def months(self) -> int:
        """How many months the period has."""
        return self.last - self.first + 1

    @property
    def year(self) -> int:
        """The year of its last month."""
        return self.last // 12

    def shift(self, months: int) -> Period:
        """The period so many months later (earlier where negative)."""
        return Period(self.first + months, self.last + months)

    def year_earlier(self) -> Period:
        """The same months one year earlier."""
        return self.shift(-12)

    def previous(self) -> Period:
        """The period of the same length that ends just before this one."""
        return self.shift(-self.months)

    def contains(self, other: Period) -> bool:
        """Whether all months of `other` are in this period."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a month."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        start, end = (f"{m // 12:04}-{m % 12 + 1:02}" for m in (self.first, self.last))
        return start if self.first == self.last else f"{start}/{end}"


def stretches(months: Iterable[int]) -> tuple[Period, ...]:
    """Months as stretches without a gap, in order."""
    found: list[Period] = []
    for one in sorted(set(months)):
        if found and found[-1].last == one - 1:
            found[-1] = Period(found[-1].first, one)
        else:
            found.append(Period(one, one))
    return tuple(found)
