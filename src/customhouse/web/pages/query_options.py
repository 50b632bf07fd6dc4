"""A question as options: what the form shows, and what addresses and calls say."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from customhouse.errors import CustomhouseError
from customhouse.model import Dims
from customhouse.period import Period
from customhouse.query import Query, describe, parse

_DIMENSIONS = ("flow", "partner", "commodity", "enterprise", "region", "regime", "transport")
_STEPS = {3: "Q", 6: "H"}


def options_of(query: Query, plainly: bool = False) -> dict[str, str]:
    """The options that put the question again, by their names.

    What options cannot say (a count of those that grew) is `q`, the question in words; `plainly`
    gives the options all the same.
    """
    told = _told(query)
    return told if plainly or _means(told, query) else _in_words(query, told)


def pretty(period: Period) -> str:
    """A period as people write it: 2024, 2025-Q1, 2025-H1, 2025-03, 2024-04/2025-03."""
    year, first = divmod(period.first, 12)
    if period.first // 12 == period.last // 12:
        if period.months == 12:
            return f"{year:04}"
        if period.months in _STEPS and first % period.months == 0:
            return f"{year:04}-{_STEPS[period.months]}{first // period.months + 1}"
    return str(period)


def _in_words(query: Query, told: dict[str, str]) -> dict[str, str]:
    words = {"q": describe(query, "en")}
    return words if _means(words, query) else told


@lru_cache(maxsize=512)
def _again(told: tuple[tuple[str, str], ...]) -> Query | None:
    options: dict[str, object] = dict(told)
    text = str(options.pop("q", ""))
    with suppress(CustomhouseError):
        return parse(text, options)
    return None


def _means(told: dict[str, str], query: Query) -> bool:
    return _again(tuple(told.items())) == query


def _told(query: Query) -> dict[str, str]:
    ask = query.ask
    found: dict[str, str | None] = {"measure": ",".join(filter(None, (ask.measure, ask.of)))}
    found |= _slice(query)
    found |= {
        "period": ",".join(map(pretty, query.periods)), "by": ",".join(query.by),
        "top": str(query.top) if query.top else None,
        "base": "previous" if query.previous else str(ask.base) if ask.base else None,
        "known": _unless(ask.known, "latest"), "base_known": _unless(ask.base_known, "latest"),
        "whole": _dims(ask.whole), "against": _dims(ask.against),
        "threshold": None if ask.threshold is None else f"{ask.threshold:.15g}",
        "below": "true" if ask.below else None, "unit": ask.unit, "window": _unless(ask.window, "same"),
        "factor": ask.factor, "terms": ask.terms,
        "currency": query.currency, "as_of": query.as_of.isoformat() if query.as_of else None,
    }  # fmt: skip
    return {name: text for name, text in found.items() if text}


def _slice(query: Query) -> dict[str, str | None]:
    codes = {d: (c,) for d, c in query.slice.given().items() if d != "reporter"} | dict(query.each)
    found: dict[str, str | None] = {}
    for dimension in _DIMENSIONS:
        many = codes.get(dimension, ())
        goods = dimension == "commodity" and many and all(code.isdigit() for code in many)
        found["hs" if goods else dimension] = ",".join(many)
    return found | {"reporter": query.slice.reporter}


def _dims(dims: Dims | None) -> str | None:
    return ",".join(f"{name}={code}" if code else name for name, code in dims or ()) or None


def _unless(chosen: str, usual: str) -> str | None:
    return None if chosen == usual else chosen
