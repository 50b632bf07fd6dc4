"""The one period that a running text says: a title, a name of a column, of a sheet or of a file.

A year is all of it only where nothing beside it speaks of a part; what was not understood there is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from customhouse.period import Period
from customhouse.records import printed_periods
from customhouse.records.printed_parts import either, number, unread
from customhouse.records.propose import words
from customhouse.records.propose.beside_years import beside
from customhouse.records.propose.labels import label_in
from customhouse.records.propose.look import is_period
from customhouse.records.propose.published import undated

_PIECES = re.compile("[(),;:\uff08\uff09\uff0c\u3001\uff1b\uff1a]")
_YEAR = r"(?P<year>(?<!\d)(?:19|20)\d{2})(?!\d)"
_MONTH = r"(?P<month>\d{1,2})"
_END = r"(?P<to>\d{1,2})"
_EN = "[-\u2010-\u2014]"
_INSIDE = tuple(
    re.compile(pattern)
    for pattern in (  # in the signs of `printed_periods.normal`; the widest first
        rf"{_YEAR} ?y ?{_MONTH} ?m? ?{_EN} ?{_END} ?m",
        rf"{_YEAR} ?y ?1-(?P<quarters>[1-4]) ?q",
        rf"{_YEAR} ?y ?(?P<quarter>[1-4]) ?q",
        rf"{_YEAR}[-/., ]*y?[-/., ]*q ?(?P<quarter>[1-4])(?!\d)",
        rf"(?<![^\W_])q ?(?P<quarter>[1-4])(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR} ?y? ?[hH](?P<half>[12])(?!\d)",
        rf"{_YEAR} ?y ?{_MONTH} ?m(?! ?\d)",
        rf"M{_MONTH}(?!\d)\.? ?(?:{_EN}|/) ?M{_END}(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR}y?[-/., (]*M{_MONTH}(?!\d)\.? ?(?:{_EN}|/) ?M{_END}(?!\d)",
        rf"(?<!\d)(?<!\d )M{_MONTH}(?!\d)[-/., ]*{_YEAR}",
        rf"{_YEAR}[-/., ]*M{_MONTH}(?! ?\d)",
    )
)
_DAYS = re.compile(
    r"(?:19|20)\d{2} ?y ?\d{1,2} ?m ?\d{1,2}|\d{1,2}\.? ?M\d{1,2}(?!\d)[-/., ]*(?:19|20)\d{2}"
    r"|M\d{1,2}(?!\d) \d{1,2},? (?:19|20)\d{2}|(?:19|20)\d{2}[-/., ]*M\d{1,2} \d{1,2}(?!\d)"
)
"""Dates with a day: when a table was published, not what it is of."""
_NUMBER = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/._]?(0[1-9]|1[0-2])(?![^\W_])")
"""A month as numbers, such as a name of a file has."""
_QUARTER = re.compile(r"(?<![^\W\d_])q(?![^\W\d_])")
_RANGE = re.compile(rf"(?<!\d)(?<!\d )M{_MONTH}\.? ?(?:{_EN}|/) ?M{_END}(?!\d)")
_ACROSS = re.compile(rf"(?<!\d)(?<!\d )M{_MONTH}\.? ?{_EN} ?M{_END}(?!\d)[/., ]*{_YEAR}(?! ?[-/] ?\d)")
_WRAPPED = re.compile(rf"M{_MONTH}\.? ?{_EN} ?M{_END}(?!\d)")
_OPEN = re.compile(r"M\d{1,2}\.? ?- ?[^\W\d]+[ ,]{0,2}(?:19|20)\d{2}|[^\W\d]-M\d|M\d{1,2}\.?-(?!M)[^\W\d]")
"""A month to what is none that is known."""
_SOME = 2024
"""A year that stands for a fiscal one."""
_STARS = " *\u2020\u2021"


@dataclass(frozen=True, slots=True)
class Said:
    """A period as a mapping writes it, None where a text has none or several; what was not understood."""

    period: str | None = None
    unread: str = ""


_NOTHING = Said()


def constant_in(text: str) -> str | None:
    """The one period that a text has in it, as a mapping writes it; None where it has none or several."""
    return said(text).period


def said(text: str) -> Said:
    """The one period that a text has in it, or what stands beside its year that was not understood."""
    text = undated(text)
    if found := lasting(text):
        return found
    if over := across(text):
        return Said(over)
    period = _constant_in(text)
    if period is None:
        return _NOTHING
    if bits := [*_unread(text, period)]:
        return Said(None, ", ".join(dict.fromkeys(bits)))
    if re.fullmatch(r"\d{4}", period) and _behind(period).search(printed_periods.normal(text)):
        return Said(None, text.partition(period)[2].strip(" ,.;:"))
    return Said(_to_date(text, period))


def _behind(year: str) -> re.Pattern[str]:
    """A month not far behind a year, with words between that were not understood."""
    return re.compile(rf"(?<!\d){year}(?!\d)[^\dM]{{1,12}}M\d{{1,2}}(?!\d)")


def lasting(text: str) -> Said | None:
    """So many months, a quarter, a half or a year that end in a month: `nine months ended September 2024`."""
    if behind := _year_behind().fullmatch(text.strip()):
        span = printed_periods.maybe(_constant_in(behind["rest"]))
        return Said(str(Period(span[1] - 11, span[1]))) if span and span[0] == span[1] else None
    found = _ended().search(text)
    if found is None:
        return None
    rest = found["rest"].strip(_STARS)
    span = printed_periods.maybe(_constant_in(rest) or _of_a_day(rest) or (rest if is_period(rest) else None))
    if span is None or span[0] != span[1]:
        return None
    if found["number"] is None and found["to"]:
        return Said(None, found[0][: found.start("rest") - found.start()].strip() + " ...")
    months = (
        number(found["number"]) if found["number"] else 3 if found["quarter"] else 6 if found["half"] else 12
    )
    return Said(str(Period(span[1] - months + 1, span[1])))


@cache
def _ended() -> re.Pattern[str]:
    part = {name: either("part", name) for name in ("months", "quarter", "half", "year", "ended", "until")}
    count = rf"(?P<number>\d{{1,2}}|{either('cardinal')})[\s-]{part['months']}"
    length = rf"(?:{count}|(?P<quarter>{part['quarter']})|(?P<half>{part['half']})|{part['year']})"
    period = rf"(?:\s{either('part', 'period')})?"
    year = either("part", "year_ended")
    ended = rf"{length}{period}\s(?:{part['ended']}|(?P<to>{part['until']}))"
    return re.compile(rf"(?:{ended}|{year})\s(?P<rest>.*)", re.I)


@cache
def _year_behind() -> re.Pattern[str]:
    """A month and its year before the word for a year, which ends in that month: `June 2024 year`."""
    return re.compile(rf"(?P<rest>.*\d{{4}}) {either('part', 'year')}", re.I)


def _of_a_day(text: str) -> str | None:
    """The month of a day that a text begins with: `30 June 2024`."""
    plain = printed_periods.normal(text)
    found = re.match(rf"(?:\d{{1,2}}\.? ?)?M{_MONTH}(?!\d)(?: \d{{1,2}},)?[-/., ]*{_YEAR}", plain)
    return str(Period(*span)) if found and (span := printed_periods.span(found)) else None


def across(text: str) -> str | None:
    """The months up to one of a year that begin in the year before it: `Apr-Mar 2024`."""
    plain = printed_periods.normal(text)
    spans = {(int(m["month"]), int(m["to"]), int(m["year"])) for m in _ACROSS.finditer(plain)}
    if len(spans) != 1:
        return None
    first, last, year = spans.pop()
    return f"{year - 1}-{first:02}/{year}-{last:02}" if 1 <= last < first <= 12 else None


def _constant_in(text: str) -> str | None:
    if fiscal := label_in(text):
        return fiscal
    pieces = [text, *_PIECES.split(text)]
    whole = [piece.strip() for piece in pieces if re.search(r"\d{4}", piece) and _known(piece)]
    if monthly := next((piece for piece in whole if not is_year(piece)), None):
        return monthly
    plain = _DAYS.sub(" ", printed_periods.spoken(text))
    if inside := {*_inside(plain)}:
        return str(Period(*inside.pop())) if len(inside) == 1 else None
    if number := _NUMBER.search(text):
        return "-".join(number.groups())
    years = {*re.findall(r"(?<![\d/])(?:19|20)\d{2}(?![\d/])", plain)}
    if len(years) != 1 or _QUARTER.search(plain):
        return None
    return of_year(years.pop(), months_of(text))


def months_of(text: str) -> set[tuple[int, int]]:
    """The months that a text says apart from a year, in a part of its own or from one to another."""
    pieces = [text, *_PIECES.split(text)]
    alone = {span for piece in pieces if (span := printed_periods.months(piece.strip(_STARS)))}
    if alone:
        return alone
    found = _RANGE.finditer(_DAYS.sub(" ", printed_periods.spoken(text)))
    spans = {(int(match["month"]), int(match["to"])) for match in found}
    return {(first, last) for first, last in spans if 1 <= first < last <= 12}


def of_year(year: str, months: set[tuple[int, int]]) -> str:
    """The months of a year that stand apart from it: `2025, March`; else the year."""
    if len(months) != 1:
        return year
    january = printed_periods.parse(year)[0]
    first, last = months.pop()
    return str(Period(january + first - 1, january + last - 1))


def _to_date(text: str, period: str) -> str:
    """January to a month, where a text says that it accumulates: `cumulative to September 2024`."""
    span = printed_periods.maybe(period)
    if span is None or span[0] != span[1] or words.says("months", text) != "year_to_date":
        return period
    return str(Period(span[0] - span[0] % 12, span[0]))


def _unread(text: str, period: str) -> Iterator[str]:
    """What stands beside the year or the month of a text that may make another period of it."""
    whole = is_year(period)
    span = printed_periods.maybe(period)
    if whole or span is None or span[0] == span[1]:
        yield from unread(text)
    if span is None and not _has_months(period) and _part_of(text.replace(period, f" {_SOME} ")):
        yield text.strip()
    if not whole or any(map(str.isalpha, period)):
        return
    found = _WRAPPED.search(printed_periods.normal(text))
    if found and int(found["month"]) > int(found["to"]):
        yield text.strip()
    if found := _OPEN.search(printed_periods.spoken(text)):
        yield found[0] if found[0].isascii() and "M" not in found[0] else text.strip()
    if re.fullmatch(r"\d{4}", period):
        yield from beside(text)


def _has_months(period: str) -> bool:
    return "M" in printed_periods.normal(period)


def _part_of(text: str) -> bool:
    """Whether a text speaks of a part of its year, understood or not."""
    one = said(text)
    return bool(one.unread) or (one.period is not None and not is_year(one.period))


def _inside(plain: str) -> Iterator[tuple[int, int]]:
    """The months that a text speaks of with their year."""
    for pattern in _INSIDE:
        for match in pattern.finditer(plain):
            if span := printed_periods.span(match):
                yield span
        plain = pattern.sub(" ", plain)


def is_year(text: str) -> bool:
    """Whether a period is twelve months."""
    span = printed_periods.maybe(text)
    return span is not None and span[1] - span[0] == 11


def _known(text: str) -> bool:
    return is_period(text) and printed_periods.maybe(text) is not None


__all__ = ["Said", "across", "constant_in", "is_year", "lasting", "months_of", "of_year", "said"]
