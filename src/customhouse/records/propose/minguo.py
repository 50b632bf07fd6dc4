"""Years of other calendars that name no era: 113年1月 (Minguo), R6年1月 (Japanese)."""

from __future__ import annotations

import re

from customhouse.errors import PeriodError
from customhouse.period import month
from customhouse.records import calendars, printed_periods
from customhouse.records.printed_periods import PeriodStyle
from customhouse.records.propose.look import Column, Look, is_period
from customhouse.records.propose.titled import YEAR

_SPAN = (month(1950, 1), month(2060, 12))
"""Years that trade was printed in: 39 and more, so that no month or day is taken for a year."""
_ALL = 0.9
SAID = {
    calendars.ROC: "counted from 1912",
    calendars.JAPANESE: "of Japanese eras",
    calendars.BUDDHIST: "of the Buddhist era, 543 before ours",
}
"""What a remark says of the years of a calendar."""
_HEADS = {
    calendars.ROC: re.compile(r"(?<![\d.,/-])(?:1[0-4]\d|[4-9]\d)(?= ?\u5e74)"),
    calendars.JAPANESE: re.compile(r"(?<![^\W_])[RHS]\d{1,2}(?=\u5e74|[./]\d{1,2}(?!\d)|$)"),
}
"""Years of a calendar in names of columns."""
_SURE = re.compile(r"(?<![\d.,/-])1[0-4]\d(?= ?\u5e74)")
_KANA = re.compile("[\u3041-\u30ff]")


def calendar_of(column: Column) -> str | None:
    """The calendar by which the texts of a column are periods, if they are by no other."""
    return next((name for name in _HEADS if _is_of(column, PeriodStyle(calendar=name))), None)


def _is_of(column: Column, style: PeriodStyle) -> bool:
    read = [text for text in column.distinct if _reads(text, style)]
    return bool(read) and len(read) >= _ALL * len(column.distinct) and not any(map(is_period, read))


def _reads(text: str, style: PeriodStyle) -> bool:
    if text.isdigit():
        return False
    try:
        first, last = printed_periods.parse(text, style)
    except PeriodError:
        return False
    return _SPAN[0] <= first <= last <= _SPAN[1]


def of_heads(look: Look) -> str | None:
    """The calendar of the years in the names of columns, where they name no era and are no others."""
    names = [column.name for column in look.columns]
    if any(map(YEAR.search, names)):
        return None
    if any(map(_SURE.search, names)):
        return calendars.ROC
    texts = (text for column in look.columns[:1] for text in column.distinct[:50])
    japanese = any(_KANA.search(text) for text in (*look.title, *names, *texts))
    letters = sum(bool(_HEADS[calendars.JAPANESE].search(name)) for name in names)
    return calendars.JAPANESE if japanese and letters > 1 else None


def gregorian(name: str, calendar: str | None) -> str:
    """A name of a column with its year as one of ours."""
    if calendar is None:
        return name
    return _HEADS[calendar].sub(lambda found: calendars.counted(found[0].lower(), calendar), name)
