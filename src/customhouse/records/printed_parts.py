"""Parts of a year that tables say in words, as the months that they are: 1. Halbjahr, I-IX, 9M, T1 2024.

What was not understood of a text beside a year is told, so that no part of a year is taken for all of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from customhouse.records.numerals import fold
from customhouse.vocabulary.tables import rows, split

_Months = tuple[int, int]
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_ROMAN |= {"VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12}
_YEAR = r"(?:19|20)\d{2}(?!\d)"
_R = r"(?<![^\W_])(?-i:XI{0,2}|IX|IV|VI{0,3}|III|II|V|I)(?![^\W_])"
"""A Roman numeral in capitals: `i` and `v` are words."""
_D = r"(?<!\d)(?<!\d[.,])(?:0?[1-9]|1[0-2])(?!\d)"
_S = r"[\s.-]{0,2}"
_DASH = r"\s?[-\u2010-\u2014~\uff5e]\s?"


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of the words that stand in a part of a year."""

    quarter: str
    quarters: str
    half: str
    months: str
    first: str
    ordinal: str
    nth: str
    count: str
    link: str


@cache
def _forms(kind: str, *codes: str) -> tuple[str, ...]:
    found = (
        form
        for row in rows("period_words")
        if row["kind"] == kind and (not codes or row["code"] in codes)
        for name in ("en_forms", "zh_forms", "other_forms")
        for form in split(row[name])
    )
    return tuple(sorted({*found}, key=lambda form: (-len(form), form)))


@cache
def either(kind: str, *codes: str) -> str:
    """A pattern for any word of a kind; one of letters that have capitals stands alone."""
    return rf"(?:{'|'.join(map(_alone, _forms(kind, *codes)))})"


def _alone(form: str) -> str:
    start = r"(?<![^\W\d_])" if form[0].lower() != form[0].upper() else ""
    end = r"(?![^\W\d_])" if form[-1].lower() != form[-1].upper() else ""
    return start + re.escape(form) + end


@cache
def _words() -> _Words:
    suffix = rf"(?:{'|'.join(re.escape(form) for form in _forms('suffix'))})(?![^\W\d_])"
    return _Words(
        either("part", "quarter"),
        either("part", "quarters"),
        either("part", "half"),
        either("part", "months"),
        rf"(?:{either('part', 'first')}|{either('ordinal', '1')})",
        rf"(?:{_D}{suffix}|{_R}|{either('ordinal')})",
        rf"(?:{_D}(?:{suffix})?|{_R}|{either('ordinal')}|{either('cardinal')})",
        rf"(?:{_D}|{either('cardinal')})",
        rf"(?:{_DASH}|\s?{either('part', 'between')}\s?)",
    )


def _number(text: str) -> int:
    """The number that digits with the ending of an ordinal, a Roman numeral or a word say."""
    if digits := re.match(r"\d+", text):
        return int(digits[0])
    return _ROMAN.get(text.strip(" .").upper()) or _values()[text.lower()]


@cache
def _values() -> dict[str, int]:
    return {
        form: int(row["code"])
        for row in rows("period_words")
        if row["kind"] in ("ordinal", "cardinal")
        for name in ("en_forms", "zh_forms", "other_forms")
        for form in split(row[name])
    }


def _steps(size: int, first: int, last: int) -> _Months | None:
    """The months of the parts of so many months from the first to the last."""
    months = (first - 1) * size + 1, last * size
    return months if 1 <= months[0] <= months[1] <= 12 else None


def _quarters(match: re.Match[str]) -> _Months | None:
    return _steps(3, _number(match["a"]), _number(match["b"]))


def _first_quarters(match: re.Match[str]) -> _Months | None:
    return _steps(3, 1, _number(match["a"]))


def _first_months(match: re.Match[str]) -> _Months | None:
    return None if _is_last(match) else _steps(1, 1, _number(match["a"]))


def _quarter(match: re.Match[str]) -> _Months | None:
    return _steps(3, _number(match["a"]), _number(match["a"]))


def _half(match: re.Match[str]) -> _Months | None:
    return _steps(6, _number(match["a"]), _number(match["a"]))


def _lettered(match: re.Match[str]) -> _Months | None:
    size = next(n for n in (3, 6) if (match["l"] or match["k"]).lower() in _forms("letter", str(n)))
    first = int(match["a"] or match["c"])
    return _steps(size, first, int(match["b"] or first))


def _ranged(match: re.Match[str]) -> _Months | None:
    return _steps(1, _number(match["a"]), _number(match["b"]))


def _is_last(match: re.Match[str]) -> bool:
    """Whether a number of months is of the last ones: before it stands a word that says so."""
    before = match.string[: match.start()]
    return re.search(rf"(?:{either('part', 'last')}|[-\u2010-\u2014~])\s*$", before, re.I) is not None


_Read = Callable[[re.Match[str]], _Months | None]


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], _Read], ...]:
    """Parts that are said with a word for what they are, the longest first."""
    w = _words()
    any_quarter, a, b = f"(?:{w.quarters}|{w.quarter})", f"(?P<a>{w.nth})", f"(?P<b>{w.nth})"
    count = f"(?P<a>{w.count})"
    found: tuple[tuple[str, _Read], ...] = (
        (rf"{a}\.?{w.link}{b}{_S}{any_quarter}", _quarters),
        (rf"{any_quarter}{_S}{a}{w.link}(?:{any_quarter}{_S})?{b}", _quarters),
        (rf"{w.first}{_S}{count}{_S}{any_quarter}", _first_quarters),
        (rf"{count}{_S}{w.first}{_S}{any_quarter}", _first_quarters),
        (rf"{w.first}{_S}{count}{_S}{w.months}", _first_months),
        (rf"{count}{_S}{w.first}{_S}{w.months}", _first_months),
        (rf"{count}{_S}{w.months}{_S}{w.first}", _first_months),
        (rf"{a}{_S}{w.quarter}", _quarter),
        (rf"(?P<a>{w.ordinal}){_S}{w.quarters}", _quarter),
        (rf"{a}{_S}{w.half}", _half),
        (rf"{w.quarter}{_S}{a}", _quarter),
        (rf"{w.half}{_S}{a}", _half),
    )
    return tuple((re.compile(pattern, re.I), read) for pattern, read in found)


@cache
def _beside() -> tuple[tuple[re.Pattern[str], _Read], ...]:
    """Parts that only a year beside them tells from other signs: 9M, T1, I-IX, 01-09/."""
    w = _words()
    gap = rf"[\s./,(\u2019'-]{{0,3}}(?:{either('part', 'filler')}\s?)?"
    size = "|".join(re.escape(form) for form in (*_forms("letter", "3"), *_forms("letter", "6")))
    month = "|".join(re.escape(form) for form in _forms("letter", "1"))
    letters = (
        rf"(?:(?<![^\W_])|(?<=\d{{4}}))(?:(?P<l>{size})\.?(?P<a>[1-4])(?:{_DASH}(?:{size})?\.?(?P<b>[1-4]))?"
        rf"|(?<!\d)(?P<c>[1-4])(?P<k>{size})\.?)(?![^\W\d_])"
    )
    shapes: tuple[tuple[str, _Read], ...] = (
        (letters, _lettered),
        (rf"(?<![^\W_-])(?P<a>{_D})(?:{month})\.?(?![^\W\d_])", _first_months),
        (rf"(?P<a>{_R})\.?{_DASH}(?P<b>{_R})", _ranged),
        (rf"(?P<a>{w.count}){_S}{w.months}", _first_months),
    )
    found = [(rf"{shape}(?={gap}{_YEAR})", read) for shape, read in shapes]
    found += [(rf"(?P<year>(?<!\d){_YEAR}{gap}){shape}", read) for shape, read in shapes]
    numbers = rf"(?P<a>{_D}){_DASH}(?P<b>{_D})"
    found += [(rf"(?<![\d./-]){numbers}(?=\s?[/.]\s?{_YEAR})", _ranged)]
    found += [(rf"(?P<year>(?<!\d){_YEAR}\s?/\s?){numbers}(?![-/.]\d)", _ranged)]
    return tuple((re.compile(pattern, re.I), read) for pattern, read in found)


@lru_cache(maxsize=10_000)
def as_months(text: str) -> str:
    """A text whose parts of years are told as months: `January-June 2023` of `1. Halbjahr 2023`."""
    text = unicodedata.normalize("NFC", fold(text))
    lower = text.lower()
    worded = any(form in lower for form in _forms("part", "quarter", "quarters", "half", "months"))
    dated = re.search(_YEAR, text) is not None
    for pattern, read in (*(_phrases() if worded else ()), *(_beside() if dated else ())):
        text = pattern.sub(partial(_told, read), text)
    return text


def _told(read: _Read, match: re.Match[str]) -> str:
    months = read(match)
    if months is None:
        return match[0]
    names = _names()
    first, last = months
    told = names[first] if first == last else f"{names[first]}-{names[last]}"
    return f"{(match.groupdict().get('year') or '')[:4]} {told} "


@cache
def _names() -> dict[int, str]:
    months = (row for row in rows("headers") if row["kind"] == "month")
    return {int(row["code"]): split(row["en_forms"])[0] for row in months}


def unread(text: str) -> Iterator[str]:
    """What a text has of parts of a year that `as_months` understood nothing of."""
    text = as_months(text)
    w = _words()
    named = rf"{w.quarter}|{w.quarters}|{w.half}"
    counted = rf"(?:{w.nth}|{either('part', 'last')}){_S}{w.months}"
    for pattern in (named, counted, either("part", "partial")):
        for match in re.finditer(pattern, text, re.I):
            if match[0][-1].isascii() or match[0][-1].lower() != match[0][-1].upper():
                yield match[0]


def number(text: str) -> int:
    """The number of months that digits or a word say."""
    return _number(text)
