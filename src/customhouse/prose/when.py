"""Periods in sentences: `in the first quarter of 2025`, `compared with the first quarter of 2024`."""

from __future__ import annotations

from functools import cache

from customhouse.period import Period
from customhouse.prose.wording import counted, fill

_FULL_MONTHS = {"en": "month_name_{}", "zh": "month_{}"}


@cache
def dated(period: Period | None, language: str) -> str:
    """A period as it opens a sentence: `in March 2025`; none at all is `at present`."""
    return fill("when_none", language) if period is None else _said("when", period, language)


@cache
def spanned(period: Period, language: str) -> str:
    """A period as a noun: `March 2025`."""
    return _said("span", period, language)


def _said(kind: str, period: Period, language: str) -> str:
    (year, first), (end_year, last) = (divmod(m, 12) for m in (period.first, period.last))
    form, places = _form(first, last, year != end_year)
    places = {key: fill(code, language) for key, code in places.items()}
    return fill(f"{kind}_{form}", language, y=str(year), z=str(end_year), m=_month(first, language),
                n=counted(last + 1, language) if form == "first" else _month(last, language), **places)


def _month(number: int, language: str) -> str:
    return fill(f"month_{number + 1}", language)


def _form(first: int, last: int, years: bool) -> tuple[str, dict[str, str]]:
    """The form that suits, and the codes of its ordinals; months count from 0."""
    length = last - first + 1
    if years:
        return ("years" if first == 0 and last == 11 else "span"), {}
    if length == 12:
        return "year", {}
    if length == 1:
        return "month", {}
    if length == 3 and first % 3 == 0:
        return "quarter", {"q": f"quarter_{first // 3 + 1}"}
    if length == 6 and first % 6 == 0:
        return "half", {"q": f"half_{first // 6 + 1}"}
    if first == 0:
        return ("three_quarters" if length == 9 else "first"), {}
    return "months", {}
