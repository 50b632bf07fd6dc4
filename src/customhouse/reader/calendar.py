"""What relative periods count from: the date of the text, the year last named, the period in view."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.errors import PeriodError
from customhouse.period import Period, month

MINGUO = 1911
"""What is added to a year of the calendar that Taiwan's offices count by."""


@dataclass(slots=True)
class Calendar:
    """The month of the text, the year last named, the current period; `fixed` keeps the year.

    `own`: the year that an undated text calls its own."""

    published: int | None = None
    year: int | None = None
    current: Period | None = None
    fixed: bool = False
    own: int | None = None

    def months(self, first: int, last: int, year: int | None) -> Period | None:
        """Months of a year; without one, the latest such months that the text could know."""
        try:
            if year is None:
                year = self._infer(first, last)
            return None if year is None else Period.of(year, first, last)
        except PeriodError:
            return None

    def _infer(self, first: int, last: int) -> int | None:
        """The year of months: the latest that are over or, of a later quarter or half, have begun."""
        if self.published is None:
            return self.year
        year, current = self.published // 12, self.published % 12 + 1
        begun = 1 < first < last and first <= current
        return year if begun or last <= current else year - 1

    @property
    def undated(self) -> bool:
        """Whether the text names years and none of them tells its own."""
        return self.fixed and self.year is None

    def this_year(self) -> int | None:
        """The year of the text."""
        return (self.own or self.year) if self.published is None else self.published // 12

    def year_in_view(self) -> int | None:
        """The year of the current period; without one months are the latest that the text could know."""
        return self.current.year if self.current else None

    def last_year(self) -> int | None:
        """The year before that of the text; without a date or a year of its own it is unknown."""
        if self.published is None:
            return self.own and self.own - 1
        return self.published // 12 - 1

    def full_year(self) -> Period | None:
        """The whole year in view: the current period's, or the last that the text can know whole."""
        return Period.of(self.current.year) if self.current else self.months(1, 12, None)

    def to_date(self) -> Period | None:
        """The complete months of the year of the text, or the current period where it is of that year."""
        if self.published is None:
            return self.current if self.current and self.current.year == self.this_year() else None
        year = self.published // 12
        if self.current and self.current.year == year and self.current.first == month(year, 1):
            return self.current
        return Period(year * 12, max(self.published - 1, year * 12))
