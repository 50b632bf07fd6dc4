"""Why a question is refused or a figure is not there, in either language (`query_reasons.csv`)."""

from __future__ import annotations

from customhouse.describe import fill, period_words
from customhouse.errors import QueryError
from customhouse.interface import name, say, word, words
from customhouse.measures import Missing, Request
from customhouse.model import DIMENSIONS, LANGUAGES
from customhouse.period import Period, stretches
from customhouse.vocabulary import phrase

_STOP = ".\u3002"
"""What ends a sentence, which a reason inside another is not."""


def refused(code: str, /, **places: object) -> QueryError:
    """The refusal of a code, with its words in both languages.

    `codes` and `home` are partners; `measure`, `of` and `axis` are codes that have words in Chinese.
    """
    en, zh = (say("query_reasons", code, language, **{
        place: _said(place, value, language) for place, value in places.items()}) for language in LANGUAGES)
    return QueryError(en, zh)


def _said(place: str, value: object, language: str) -> str:
    if place == "codes" and isinstance(value, (tuple, list)):
        return phrase("list_separator", language).join(name(code, language, "partner") for code in value)
    if place == "home":
        return name(str(value), language, "partner")
    if language == "en":
        return str(value)
    if isinstance(value, Period):
        return period_words(value, language)
    text = str(value)
    if place in ("measure", "of"):
        return name(text, language, "measure")
    return word(text, language) if place == "axis" and text in DIMENSIONS else text


def missing(found: Missing, ask: Request, language: str) -> str:
    """Why a figure is not there: in English as measured, in Chinese by its kind."""
    if language == "en":
        return found.reason
    if found.months:
        lacking = (period_words(period, language) for period in stretches(found.months))
        months = phrase("list_separator", language).join(lacking)
        return fill("months_lacking", language, months=months).rstrip(_STOP)
    code = f"missing_{found.code}"
    what = name(ask.of or ask.measure, language, "measure")
    there = code if code in words("query_reasons") else "missing_other"
    return say("query_reasons", there, language, what=what)
