"""The months of a row: in one column, in one each for year and month, or a month of a year said elsewhere.

The year of a month without one is that of the row above that has one (`fill: year`), the table's own
(`is`), or that of the heads of columns. Words for all months (`whole`) stand for that year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import replace

from customhouse.records import printed_periods
from customhouse.records.files import Digits
from customhouse.records.mapping import damage
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.flags import unmarked
from customhouse.records.mapping.model import Period
from customhouse.records.mapping.plan import Plan
from customhouse.records.mapping.values import months_of
from customhouse.records.mapping.year_totals import read_as

_YEAR = 12
_PART = re.compile(r"q ?(?P<quarter>[1-4])|(?P<quarter_>[1-4]) ?q|h(?P<half>[12])")
"""A quarter or half of a year, in the signs of `printed_periods.normal`."""
_Span = tuple[int, int]


class Dates:
    """Reads the months of rows, remembering the year that stands above. Why it cannot goes to `reasons`."""

    def __init__(self, period: Period | None, plan: Plan) -> None:
        self._period, self._plan = period, plan
        self._style = period.style if period else FiscalStyle()
        self._year: _Span | None = None
        self._months: _Span | None = None
        self._lost = False
        self.reasons: list[str] = []

    def notice(self, texts: Dict[str, str]) -> None:
        """Remembers the year of a row, whether it has figures or not."""
        self.reasons, self._months, self._lost = [], None, False
        if self._period and self._period.years and (text := texts["period column"].strip()):
            span = None if self._is_whole(text) or month_numbers(text) else self._read(text)
            if span:
                begin = span[0] if span[1] - span[0] == _YEAR - 1 else span[0] - span[0] % _YEAR
                self._year = (begin, begin + _YEAR - 1)

    def of_row(self, texts: Dict[str, str]) -> _Span | None:
        """The months of a row, None where its columns have them, or where they cannot be read."""
        period = self._period
        if period is None or not (period.told or period.month):
            return None
        if period.month and not period.year:
            return self._month_alone(texts["period month"].strip())
        text, style = period.constant or texts.get("period column") or "", self._style
        if period.years and (inside := self._of_year_above(text.strip())) is not None:
            return inside
        if period.year:
            text = texts["period year"].strip()
        if period.month and not self._is_whole(texts["period month"]):
            named = unmarked(texts["period month"]).strip()
            return self.months(f"{text}-{named}", replace(style, fiscal=None))
        if not period.month and self._plan.dotted and re.fullmatch(r"\s*\d{4}\.1\s*", text):
            text = f"{text.strip()}0"
        return self.months(*read_as(text, self._plan.pairs, style))

    def _month_alone(self, text: str) -> _Span | None:
        """A month of the year of the table, or of the heads of columns, which `of_head` then asks for."""
        whole = self._is_whole(text)
        self._months = None if whole else month_numbers(text)
        self._lost = not whole and self._months is None
        if self._lost:
            self._wrong(text)
            return None
        constant = self._period.constant if self._period else None
        return self.of_head(self.months(constant, self._style)) if constant else None

    def of_head(self, year: _Span | None) -> _Span | None:
        """The months of a year that a row has; the year, where a row has all of them."""
        if year is None or self._months is None:
            return None if self._lost else year
        return self.inside(year, self._months)

    def _of_year_above(self, text: str) -> _Span | None:
        """The months of a text without a year, in the year above; None where it has one."""
        numbers = month_numbers(text)
        if not numbers and not self._is_whole(text):
            return None
        if self._year is None:
            self._wrong(text)
            return None
        return self.inside(self._year, numbers) if numbers else self._year

    def inside(self, year: _Span, numbers: _Span) -> _Span | None:
        """The months of some numbers in a year, calendar or fiscal."""
        first, last = (year[0] + (number - 1 - year[0]) % _YEAR for number in numbers)
        if year[1] - year[0] != _YEAR - 1 or last < first:
            self.reasons.append("period_invalid")
            return None
        return first, last

    def months(self, text: str, style: FiscalStyle | None) -> _Span | None:
        """The months of a printed period, None where it is none."""
        found = self._read(text, style) if style else None
        if found is None:
            self._wrong(text)
        return found

    def _read(self, text: str, style: FiscalStyle | None = None) -> _Span | None:
        return months_of(text, isinstance(text, Digits), style or self._style)

    def _is_whole(self, text: str) -> bool:
        return self._period is not None and " ".join(text.split()) in self._period.whole

    def _wrong(self, text: str) -> None:
        self.reasons.append(damage.of_period(text) or "period_invalid")


def month_numbers(text: str) -> _Span | None:
    """The number of a month without a year, or those of the first and last: March, 3, Jan-Mar, Q1."""
    text = unmarked(text).strip()
    if re.fullmatch(r"0?[1-9]|1[0-2]", text):
        return int(text), int(text)
    if part := _PART.fullmatch(printed_periods.normal(text)):
        length = 3 if part["quarter"] or part["quarter_"] else 6
        number = int(part["quarter"] or part["quarter_"] or part["half"])
        return (number - 1) * length + 1, number * length
    return printed_periods.months(text)
