"""Periods as tables print them, in running month numbers: 2024-01, 2001.01, Jan-2019, 2075/76.

A fiscal year is named after the year that it begins in (2018/19, or 2018 where a mapping gives its first
month). The Bikram Sambat year of Nepal begins in mid-April, its fiscal year in mid-July; each month is
counted under the Gregorian month of its first day, so that 2075/76 is July 2018 to June 2019.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from customhouse.errors import PeriodError
from customhouse.period import month
from customhouse.records import calendars
from customhouse.records.jsonrows import Digits
from customhouse.records.numerals import fold
from customhouse.records.printed_parts import as_months, either
from customhouse.vocabulary.tables import rows, split

_BS_YEARS, _BS_MONTHS, _BS_FISCAL = 57, 3, 4
_YEAR = r"(?P<year>\d{4})"
_SHORT = r"(?P<year>\d{4}|\d{2})"
_MONTH = r"(?P<month>\d{1,2})"
_END = r"(?P<to>\d{1,2})"
_WORDS = (  # M1 is January, in whatever language it was written; y, m, q stand for the marks of both
    rf"{_YEAR}[-/. ]{_MONTH}",
    rf"{_YEAR}[- ]?[yM] ?{_MONTH}m?",
    rf"{_YEAR}(?P<month>\d{{2}})",
    rf"{_YEAR}[- ]?m{_MONTH}",
    rf"{_YEAR}([-/.])(?P<month>\d{{1,2}})\2\d{{1,2}}(?:[T ].*)?",
    rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    rf"{_YEAR}y{_MONTH}m\d{{1,2}}.?",
    rf"{_YEAR}y{_MONTH}m?-{_END}m",
    rf"{_YEAR}-{_MONTH}/(?P<until>\d{{4}})-{_END}",
    rf"{_YEAR}[-/. ]?(?:q|Q){'(?P<quarter>[1-4])'}",
    rf"(?:q|Q)(?P<quarter>[1-4])[-/. ]*{_YEAR}",
    rf"{_YEAR}y(?P<quarter>[1-4])q",
    rf"{_YEAR}y1-(?P<quarters>[1-4])q",
    rf"{_YEAR}y?-?[hHsS](?P<half>[12])",
    rf"M{_MONTH}[-/., ]*{_SHORT}",
    rf"{_YEAR}[-/. ]*M{_MONTH}\.?",
    rf"\d{{1,2}}[-/. ]*M{_MONTH}[-/., ]*{_SHORT}",
    rf"M{_MONTH}\.? ?[-/] ?M{_END}[-/., ]*{_YEAR}",
    rf"{_YEAR}y?[-/., (]*M{_MONTH}\.? ?[-/] ?M{_END}\.?[ )]*",
    rf"{_MONTH}[-/.]{_YEAR}",
    rf"{_YEAR}y?",
)
_FISCAL = re.compile(r"(?:f ?)?(?P<year>\d{4})(?:[-/. ]+(?P<next>\d{2,4}))?")
_MONTHS = re.compile(r"M(\d{1,2})\.?(?: ?- ?M(\d{1,2})\.?)?|(?:(\d{1,2})m?-)?(\d{1,2})m")
"""A month, or a month to a month, in the signs of `normal`."""
_WORDY = re.compile(r"[^\W\d_]|\d-\d{1,2}[/.]|/\d{1,2}-")
"""What parts of years are told by."""
_LONGEST = 200
"""No longer text is looked through for parts of years."""
_SOME = 2024
"""A year that stands for any."""
_PART = re.compile(rf"M(\d{{1,2}})-M(\d{{1,2}}) +{_SOME}")
_SHORTER = 60
"""No longer text is a period and nothing else."""
_DAY = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<year>\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class PeriodStyle:
    """How periods are printed: a pattern with groups year, month, quarter, to; the order of dates (dmy, mdy);
    the first month of fiscal years; the calendar: `bs`, or `roc`, `japanese`, `buddhist`, in which 2024 is
    113, R6, 2567."""

    pattern: re.Pattern[str] | None = None
    order: str = ""
    fiscal: int | None = None
    calendar: str = ""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _WORDS))


@cache
def _marks() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Words of months and marks of years, with what stands for them; longest first."""
    found: dict[str, str] = {}
    names = {"year": "y", "month": "m", "quarter": "q", "to": "-", "fiscal": "f", "ordinal": ""}
    names |= {"first": "1-", "first_half": "h1", "second_half": "h2"}
    for row in rows("headers"):
        forms = (*split(row["en_forms"]), *split(row["zh_forms"]), *split(row["other_forms"]))
        if row["kind"] == "month":
            found |= dict.fromkeys(forms, f"M{row['code']}")
        elif row["kind"] == "year_mark":
            found |= dict.fromkeys(forms, names[row["code"]])
    ordered = sorted(found.items(), key=lambda pair: -len(pair[0]))
    return tuple((form, _whole(form), mark) for form, mark in ordered)


def _whole(form: str) -> re.Pattern[str]:
    edge = r"(?![^\W\d_])" if _is_cased(form[-1]) else ""
    start = r"(?<![^\W\d_])" if _is_cased(form[0]) else ""
    return re.compile(f"{start}{re.escape(form)}{edge}")


def _is_cased(char: str) -> bool:
    """Whether a sign is a letter of a script that parts its words with spaces."""
    return char.lower() != char.upper()


@cache
def _digits() -> tuple[dict[int, str], str]:
    """Chinese digits and the sign of ten."""
    found = {
        ord(form): row["code"]
        for row in rows("headers")
        if row["kind"] == "digit"
        for form in split(row["zh_forms"])
    }
    return found, next(row["zh_forms"] for row in rows("headers") if row["kind"] == "ten")


def normal(text: str) -> str:
    """A period with digits of ASCII, and signs for the words of months, years and quarters."""
    text = " ".join(fold(text).lower().split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        digits, ten = _digits()
        text = text.translate(digits)
        text = re.sub(rf"(\d?){ten}(\d?)", lambda m: f"{m[1] or 1}{m[2] or 0}", text)
    text = calendars.named(text)
    for form, pattern, mark in _marks():
        if form in text:
            text = pattern.sub(mark, text)
    return _between().sub(r"\1-", text) if "M" in text else text


@cache
def _between() -> re.Pattern[str]:
    """A word that means `to` where it stands between two months, whatever it means elsewhere."""
    return re.compile(rf"(M\d{{1,2}}\.?) ?{either('part', 'between')} ?(?=M\d)")


def spoken(text: str) -> str:
    """A period as `normal` has it, in which halves, quarters and first months are told as months."""
    return normal(as_months(text) if len(text) <= _LONGEST else text)


def is_month(text: str) -> bool:
    """Whether a text is the name of a month, without a year."""
    return re.fullmatch(r"M\d{1,2}\.?", normal(text)) is not None


def months(text: str) -> tuple[int, int] | None:
    """The month, or the first and last month, that a text names without a year: `Jan-Mar`, `1-4月`."""
    found = _MONTHS.fullmatch(spoken(text.strip().rstrip(".")).strip())
    if found is None:
        return None
    numbers = [int(number) for number in found.groups() if number]
    first, last = numbers[0], numbers[-1]
    return (first, last) if 1 <= first <= last <= 12 else None


def part(text: str) -> tuple[int, int] | None:
    """The months of a quarter, a half or first months of a year that is not named: `Q1`, `2. Halbjahr`."""
    found = _PART.fullmatch(spoken(f"{text} {_SOME}").strip())
    return (int(found[1]), int(found[2])) if found and not re.search(r"\d{4}", text) else None


def span(match: re.Match[str]) -> tuple[int, int] | None:
    """The months that a match of year and month, to, quarter, quarters or half says; None for no such."""
    try:
        return _of(match, match[0], PeriodStyle())
    except PeriodError:
        return None


def parse(text: str, style: PeriodStyle = PeriodStyle()) -> tuple[int, int]:
    """The first and last month of a period. Raises PeriodError where it is none."""
    if isinstance(text, Digits) and re.fullmatch(r"\d{4}\.1", text):
        text = f"{text}0"  # a number 2024.10 lost its zero; January is 2024.01
    found = style.pattern.fullmatch(text.strip()) if style.pattern else None
    if style.pattern:
        return _of(found, text, style)
    plain = (spoken(text) if _is_worded(text) else normal(text)).strip()
    plain = calendars.counted(plain, style.calendar)
    match = _FISCAL.fullmatch(plain) if style.fiscal or style.calendar == "bs" else None
    if match and (fiscal := _fiscal(match, style)):
        return fiscal
    if match := _DAY.fullmatch(plain):
        return _day(match, text, style)
    found = next((m for pattern in _patterns() if (m := pattern.fullmatch(plain))), None)
    if found is None and (bare := _unmarked(text)) != text:
        return parse(bare, style)
    if found is None or int(found.groupdict().get("month") or 1) > 12:
        match = _FISCAL.fullmatch(plain)
        if match and match["next"] and _follows(int(match["year"]), int(match["next"])):
            raise PeriodError(
                f"{text!r}: a fiscal year whose first month is not known; say `fiscal` in the mapping"
            )
    return _of(found, text, style)


def maybe(text: str | None) -> tuple[int, int] | None:
    """The first and last month of a period, None where a text is missing or is none that `parse` reads."""
    try:
        return parse(text) if text else None
    except PeriodError:
        return None


def _is_worded(text: str) -> bool:
    """Whether a text may be a part of a year in words: it is short, and has a year beside letters."""
    return len(text) <= _SHORTER and bool(_WORDY.search(text) and re.search(r"\d{4}", text))


def _unmarked(text: str) -> str:
    """A period without the mark in brackets behind it that says how it was come by: `2023年度(p)`."""
    return _flag().sub("", text)


@cache
def _flag() -> re.Pattern[str]:
    forms = (form for row in rows("headers") if row["kind"] == "flag" for form in split(row["en_forms"]))
    marks = "|".join(re.escape(form) for form in forms if len(form) > 1 and not form[-1].isalnum())
    return re.compile(rf"\s*(?:{marks})\s*$", re.I)


def _of(match: re.Match[str] | None, text: str, style: PeriodStyle) -> tuple[int, int]:
    if match is None:
        raise PeriodError(f"{text!r}: no period that can be read; write 2024-01, or give a `pattern`")
    groups = {name: int(value) for name, value in match.groupdict().items() if value and value.isdigit()}
    if "year" not in groups:
        raise PeriodError(f"{text!r}: no year in it")
    year = _century(groups["year"])
    if "quarter" in groups:
        first, last = groups["quarter"] * 3 - 2, groups["quarter"] * 3
    elif "quarters" in groups:
        first, last = 1, groups["quarters"] * 3
    elif "half" in groups:
        first, last = groups["half"] * 6 - 5, groups["half"] * 6
    elif "month" in groups:
        first, last = groups["month"], groups.get("to", groups["month"])
    else:
        return whole_year(year, style)
    until = groups.get("until", year)
    if (until, last) < (year, first):
        raise PeriodError(f"{text!r}: the period ends before it begins")
    return _month(year, first, style), _month(until, last, style)


def whole_year(year: int, style: PeriodStyle) -> tuple[int, int]:
    """The months of a calendar year, or of the fiscal year that begins in it."""
    first = _month(year, style.fiscal or 1, style)
    return first, first + 11


def _fiscal(match: re.Match[str], style: PeriodStyle) -> tuple[int, int] | None:
    """A fiscal year; None where the second number is no next year, so that it must be a month."""
    year, following = int(match["year"]), match["next"]
    if following and not _follows(year, int(following)):
        return None
    fiscal = style.fiscal or (_BS_FISCAL if following else 1)
    first = _month(year, fiscal, style)
    return first, first + 11


def _follows(year: int, following: int) -> bool:
    return following in ((year + 1) % 100, (year + 1) % 1000, year + 1)


def _day(match: re.Match[str], text: str, style: PeriodStyle) -> tuple[int, int]:
    """The month of a date whose year comes last. Raises PeriodError where it may be either number."""
    a, b, year = int(match["a"]), int(match["b"]), _century(int(match["year"]))
    if style.order not in ("dmy", "mdy") and a <= 12 and b <= 12 and a != b:
        raise PeriodError(f"{text!r}: day or month first? say `dates: dmy` or `dates: mdy` in the mapping")
    number = b if style.order == "dmy" or (not style.order and a > 12) else a
    found = _month(year, number, style)
    return found, found


def _century(year: int) -> int:
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _month(year: int, number: int, style: PeriodStyle) -> int:
    if style.calendar == "bs":
        return month(year - _BS_YEARS, 1) + number - 1 + _BS_MONTHS if 1 <= number <= 12 else month(year, 13)
    return month(year, number)
