"""Periods with years of the Minguo calendar, which counts from 1912: 113年1月 is January 2024."""

from __future__ import annotations

from customhouse.errors import PeriodError
from customhouse.period import month
from customhouse.records import printed_periods
from customhouse.records.printed_periods import PeriodStyle
from customhouse.records.propose.look import Column, is_period

_STYLE = PeriodStyle(calendar="roc")
_SPAN = (month(1950, 1), month(2060, 12))
"""Years that trade was printed in: 39 and more, so that no month or day is taken for a year."""
_ALL = 0.9


def is_minguo(column: Column) -> bool:
    """Whether the texts of a column are periods of that calendar, and of no other."""
    read = [text for text in column.distinct if _reads(text)]
    return bool(read) and len(read) >= _ALL * len(column.distinct) and not any(map(is_period, read))


def _reads(text: str) -> bool:
    if text.isdigit():
        return False
    try:
        first, last = printed_periods.parse(text, _STYLE)
    except PeriodError:
        return False
    return _SPAN[0] <= first <= last <= _SPAN[1]
