"""Cells that a spreadsheet damaged: what happened, as a code of reasons.csv. Nothing is put right here.

Errors of formulas are words of headers.csv (`damage`). A code that became a day, a power of ten or a
fraction could have been several codes; so could a date that became a number of days, by the file's epoch.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from customhouse.records import coding, numerals
from customhouse.records.numerals import Marks

_NARROW = re.compile(r"#{2,}")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY = re.compile(rf"\d{{1,4}}-{_MONTH}|{_MONTH}-\d{{1,4}}|\d{{1,2}}-{_MONTH}-\d{{2,4}}", re.I)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?")
_HEADINGS = range(2001, 2010)
"""Years that are headings of the HS as well: 2008-11-10 may be a code."""
_POWER = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_FRACTION = re.compile(r"\d+\.0")
_SERIAL = re.compile(r"\d{5}(?:\.0)?")
_DAYS = range(32_874, 73_051)
"""Days from the end of 1899, as spreadsheets count them: 1990 to 2099."""


def of_any(text: str) -> str | None:
    """What any cell may have suffered; None where it is whole."""
    text = text.strip()
    if text[:1] != "#":
        return None
    return "column_narrow" if _NARROW.fullmatch(text) else _errors().get(text.upper())


def of_code(dimension: str, text: str) -> str | None:
    """What happened to a code, of which no list has the text that is left."""
    text = text.strip()
    if found := of_any(text):
        return found
    if _POWER.fullmatch(text):
        return "code_turned_power"
    if _FRACTION.fullmatch(text):
        return "code_turned_number"
    if dimension != "hs":
        return None
    if _DAY.fullmatch(text) or _is_day(text):
        return "code_turned_date"
    digits = re.sub(r"[.\s-]", "", numerals.fold(text))
    return "code_zero_lost" if digits.isdecimal() and len(digits) < 10 and len(digits) % 2 else None


def misleading(text: str) -> bool:
    """Whether a damaged HS code reads as another one: 1.0 is no chapter 10, a day no code of eight digits."""
    return bool(_FRACTION.fullmatch(text.strip())) or _is_day(text)


def of_period(text: str) -> str | None:
    """What happened to a period that cannot be read."""
    text = text.strip()
    if _SERIAL.fullmatch(text) and int(text[:5]) in _DAYS:
        return "date_turned_number"
    return of_any(text)


def of_figure(text: str, marks: Marks, percent: bool) -> str | None:
    """What happened to a figure that is no number by the marks of its column."""
    if found := of_any(text):
        return found
    other = Marks(marks.thousands, marks.decimal)
    turned = marks.thousands and numerals.parse(text, other, percent) is not None
    return "marks_of_others" if turned else None


def _is_day(text: str) -> bool:
    match = _DATE.fullmatch(text.strip())
    if not match or (int(match[1]) in _HEADINGS and " " not in text.strip()):
        return False
    try:
        date(*map(int, match.groups()))
    except ValueError:
        return False
    return int(match[1]) >= 1900


@cache
def _errors() -> dict[str, str]:
    return {form.upper(): code for form, code in coding.header_forms("damage")}
