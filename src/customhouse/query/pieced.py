"""Periods that are written in pieces: `2024年 3月`, `Sept. 2024`, `Q1 of 2023 and 2024`.

A year that stands apart from its months belongs to them, and months in a list share the year of the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from customhouse.period import Period
from customhouse.query.dates import calendar_of, dated
from customhouse.query.token import Token
from customhouse.vocabulary import rows, split

_YEAR = re.compile(r"\d{4}")
_ENDS = re.compile(r"[a-z].*\D\d{4}$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_APART = re.compile(r"[\s.,，、;；]*")
_JOINTS = ("list", "range", "to")


def pieced(found: Sequence[Token], lower: str) -> list[Token]:
    """The tokens with pieces of periods put together, and years given to months that have none."""
    whole = _merged(found, lower)
    for at in range(1, len(whole)):
        before = _joined(whole, at, lower)
        if before is not None:
            _same_months(whole, before, at)
    _from_the_right(whole, lower)
    _years(whole, lower)
    return whole


def _merged(found: Sequence[Token], lower: str) -> list[Token]:
    result: list[Token] = []
    for token in found:
        last = result[-1] if result else None
        period = None
        if last is not None and last.kind == token.kind == "when":
            gap = lower[last.end:token.start]
            if _bare(last) and _yearless(token, last) and not gap.strip(" ,，"):
                period = _in_year(token, last)
            elif _bare(token) and _yearless(last, token) and _APART.fullmatch(gap):
                period = _in_year(last, token)
        if last is not None and period is not None:
            result[-1] = replace(last, end=token.end, text=lower[last.start:token.end], carries=period)
        else:
            result.append(token)
    return result


def _joined(found: Sequence[Token], at: int, lower: str) -> int | None:
    """The place of the period that a list or range joins to the one at a place, before it."""
    if found[at].kind != "when":
        return None
    if found[at - 1].kind == "when":
        gap = lower[found[at - 1].end:found[at].start].strip()
        return at - 1 if gap and _APART.fullmatch(gap) else None
    met = found[at - 1].kind in _JOINTS and at > 1 and found[at - 2].kind == "when"
    return at - 2 if met else None


def _same_months(found: list[Token], before: int, at: int) -> None:
    """`Q1 of 2023 and 2024`: a year after months of another is of the same months."""
    earlier, token = found[before], found[at]
    if found[at - 1].kind in ("range", "to") or not _bare(token):
        return
    if _ENDS.search(earlier.text) and earlier.carries.months < 12:
        found[at] = replace(token, text=f"{earlier.text} {token.text}", carries=_in_year(earlier, token))


def _from_the_right(found: list[Token], lower: str) -> None:
    """In Chinese the months stand after the last year of a list: 2023、2024年上半年."""
    for at in range(len(found) - 1, 1, -1):
        token, earlier = found[at], found[at - 2]
        listed = found[at - 1].kind == "list" and token.kind == earlier.kind == "when"
        if listed and _bare(earlier) and _HAN.search(token.text) and token.carries.months < 12 and (
            _YEAR.match(token.text)
        ):
            found[at - 2] = replace(earlier, carries=_in_year(token, earlier))


def _years(found: list[Token], lower: str) -> None:
    """Months without a year take that of the list: the one before in Chinese, after in English, else any."""
    for at, token in enumerate(found):
        if token.kind != "when" or _YEAR.search(token.text):
            continue
        earlier, later = (next((t for t in side if _YEAR.search(t.text)), None)
                          for side in (_before(found, at, lower), _after(found, at, lower)))
        dated_one = earlier or later if _HAN.search(token.text) else later or earlier
        if dated_one is not None and _yearless(token, dated_one):
            found[at] = replace(token, carries=_in_year(token, dated_one))


def _before(found: Sequence[Token], at: int, lower: str) -> Iterator[Token]:
    place = _joined(found, at, lower) if at else None
    while place is not None:
        yield found[place]
        place = _joined(found, place, lower) if place else None


def _after(found: Sequence[Token], at: int, lower: str) -> Iterator[Token]:
    for place in range(at + 1, len(found)):
        if found[place].kind == "when":
            if _joined(found, place, lower) is None:
                return
            yield found[place]
        elif found[place].kind not in _JOINTS:
            return


def _bare(token: Token) -> bool:
    """Whether a period is a year alone."""
    text = token.text.removesuffix(_year_word())
    return token.kind == "when" and bool(_YEAR.fullmatch(text)) and token.carries.months == 12


def _in_year(token: Token, other: Token) -> Period:
    """The months of one period in the year of another."""
    period: Period = token.carries
    return period.shift((other.carries.first // 12 - period.first // 12) * 12)


def _yearless(token: Token, other: Token) -> bool:
    """Whether a period is months or a part of a year, to which a year may be added."""
    period: Period = token.carries
    if _YEAR.search(token.text) or period.months >= 12 or period.first // 12 != period.year:
        return False
    return _takes_year(token.text, other.carries.first // 12)


@lru_cache(maxsize=1024)
def _takes_year(text: str, year: int) -> bool:
    whole = f"{year}{_year_word()}{text}" if _HAN.search(text) else f"{text} {year}"
    found = dated(whole, whole, calendar_of(None))
    return any((start, end, kind) == (0, len(whole), "when") for start, end, kind, _ in found)


@lru_cache(maxsize=1)
def _year_word() -> str:
    """What stands behind the number of a year in Chinese."""
    return next(split(row["zh"])[0] for row in rows("query_words")
                if (row["kind"], row["code"]) == ("dimension", "year"))
