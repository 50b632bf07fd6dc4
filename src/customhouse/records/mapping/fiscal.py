"""Fiscal years as tables print them: 2023-24, FY2024, FY 2023-24 (April-March), 2023/24 (P).

Two years are the year that begins in the first of them. One year alone (FY2024) is the fiscal year that
ends in it, or with `named: begin` the one that begins in it. Where nothing says the first month, a fiscal
year is refused and never taken for a calendar year or a month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from customhouse.errors import PeriodError
from customhouse.records import printed_periods
from customhouse.records.calendars import COUNTED
from customhouse.records.files import Digits
from customhouse.records.mapping.flags import unflagged
from customhouse.records.numerals import fold
from customhouse.records.printed_periods import PeriodStyle

_SPAN = r"M(?P<{0}a>\d{{1,2}}) ?- ?M(?P<{0}b>\d{{1,2}})"
_LABEL = re.compile(
    rf"(?:[(\[]?{_SPAN.format('x')}[)\]]?[ ,:]*)?(?P<mark>f[ -]?'?)?(?P<year>\d{{4}}|\d{{2}})"
    rf"(?: ?(?P<sep>[-/]) ?(?P<next>\d{{2,4}}))?(?P<behind> ?f)?(?:[ ,:]*[(\[]?{_SPAN.format('y')}[)\]]?)?"
)
"""A fiscal year in the signs of `printed_periods.normal`, with the months that it says it has."""
_LETTER = re.compile(r"f[ -]?'?\d", re.I)
_BEHIND = re.compile(r"\s*[-/\u2010-\u2014]\s*(\d{2,4})(?!\d)")
_DIGITS = re.compile(r"\d\d")
_BARE = re.compile(r"[0-9/.,-]+")
_LONGEST = 60
_YEAR = 12


@dataclass(frozen=True, slots=True)
class FiscalStyle(PeriodStyle):
    """How periods are printed, and after which of its two years a fiscal year is named."""

    named: Literal["begin", "end"] = "end"


_PLAIN = FiscalStyle()


@dataclass(frozen=True, slots=True)
class Label:
    """A printed fiscal year, or what could be one: its year, or the first of two, and the months it says."""

    year: int
    pair: bool
    marked: bool
    sep: str = ""
    span: tuple[int, int] | None = None
    monthly: bool = False
    """Whether it could be a month too: 2011-12."""

    @property
    def sure(self) -> bool:
        """Whether it can be nothing but a fiscal year."""
        return self.marked or (self.pair and not self.monthly)


def label(text: str) -> Label | None:
    """The fiscal year, or the bare year, that a text is; None where it is neither."""
    if len(text) > _LONGEST or _LETTER.match(text) or not _DIGITS.search(text):
        return None
    found = _LABEL.fullmatch(text if _BARE.fullmatch(text) else printed_periods.normal(unflagged(text)))
    if found is None:
        return None
    marked, following = bool(found["mark"] or found["behind"]), found["next"]
    year = _century(found["year"])
    if (following and not _follows(year, following)) or (len(found["year"]) == 2 and not marked):
        return None
    edges = (found["xa"] or found["ya"], found["xb"] or found["yb"])
    span = (int(edges[0]), int(edges[1])) if edges[0] else None
    month = len(following or "") == 2 and 1 <= int(following) <= _YEAR
    monthly = month and not marked and not span
    return Label(year, bool(following), marked, found["sep"] or "", span, monthly)


def parse(text: str, style: FiscalStyle = _PLAIN) -> tuple[int, int]:
    """The first and last month of a period, fiscal or not. Raises PeriodError where it is none."""
    if style.pattern:
        return _by_pattern(text, style)
    found = None if style.calendar in COUNTED else label(text)
    if found is None or (found.span and not found.pair and not found.marked):
        return printed_periods.parse(text, style)
    first = style.fiscal or (None if style.calendar else _stated(found))
    known = first or style.calendar == "bs"
    if not found.sure and not (known and (found.pair or style.fiscal)):
        return printed_periods.parse(text, style)
    if not known:
        raise _unknown(text)
    return _part(text, found, _months(_begins(found, style, first), style, first))


def _months(year: int, style: FiscalStyle, first: int | None) -> tuple[int, int]:
    """The months of the fiscal year that begins in a year."""
    plain = PeriodStyle(None, style.order, first, style.calendar)
    return printed_periods.parse(f"{year}/{(year + 1) % 100:02}", plain)


def _begins(found: Label, style: FiscalStyle, first: int | None) -> int:
    """The year in which a fiscal year begins."""
    return found.year - (not found.pair and first != 1 and style.named == "end")


def _stated(found: Label) -> int | None:
    """The first month of fiscal years, where a text says all the months of its own."""
    if found.span is None or (found.span[1] - found.span[0]) % _YEAR != _YEAR - 1:
        return None
    return found.span[0]


def _part(text: str, found: Label, whole: tuple[int, int]) -> tuple[int, int]:
    """The months of a fiscal year that a text says it has; all of them where it says none."""
    if found.span is None:
        return whole
    first, last = ((number - 1 - whole[0]) % _YEAR for number in found.span)
    if last < first:
        raise PeriodError(f"{text!r}: its months are not in the order of the fiscal year; correct `fiscal`")
    return whole[0] + first, whole[0] + last


def _by_pattern(text: str, style: FiscalStyle) -> tuple[int, int]:
    """A period by a pattern; a year that it takes alone out of 2023-24 or FY2024 is a fiscal one."""
    match = style.pattern.fullmatch(text.strip()) if style.pattern else None
    groups = {key for key, value in match.groupdict().items() if value} if match else set()
    if match is None or groups != {"year"} or style.calendar or not match["year"].isdigit():
        return printed_periods.parse(text, style)
    pair = "/" in joined(match)
    if pair and style.fiscal is None:
        raise _unknown(text)
    if style.fiscal is None:
        return printed_periods.parse(text, style)
    year = Label(_century(match["year"]), pair, not pair)
    return _months(_begins(year, style, style.fiscal), style, style.fiscal)


def joined(match: re.Match[str]) -> str:
    """The year of a match, as 2023/24 where the next year stands behind it."""
    year, behind = match["year"], _BEHIND.match(match.string, match.end("year"))
    return f"{year}/{behind[1]}" if behind and _follows(_century(year), behind[1]) else year


def _unknown(text: str) -> PeriodError:
    return PeriodError(f"{text!r}: a fiscal year whose first month is not known; say `fiscal` in the mapping")


def _follows(year: int, following: str) -> bool:
    return int(following) in ((year + 1) % 100, (year + 1) % 1000, year + 1)


def _century(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


_PAIR = re.compile(r"\d{4} ?(?P<sep>[-/]) ?(?P<next>\d{1,2})")


@dataclass(slots=True)
class Pairs:
    """What a column, or the heads of a table, say of 2011-12: a fiscal year beside 2012-13 or 2010-11, a
    month beside 2011-05."""

    years: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)
    either: set[int] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def notice(self, text: str) -> None:
        """Takes one text into account."""
        if text in self.seen:
            return
        self.seen.add(text)
        found = label(text)
        if found and found.pair and found.sure:
            self.years.add(found.sep)
        elif found and found.monthly:
            self.either.add(found.year)
        elif found is None and (match := _PAIR.fullmatch(fold(text))) and int(match["next"]) <= _YEAR:
            self.months.add(match["sep"])

    def style(self, text: str, style: FiscalStyle) -> FiscalStyle | None:
        """The style that a text is read in; None where it may be a fiscal year or a month."""
        if not (self.years or self.months or len(self.either) > 1) or isinstance(text, Digits):
            return style
        found = label(text)
        if found is None or not found.monthly or style.pattern or style.calendar:
            return style
        if found.sep in self.years:
            return style if style.fiscal and found.sep not in self.months else None
        if found.sep in self.months:
            return replace(style, fiscal=None)
        return style if style.fiscal or len(self.either) < 2 else None
