"""Numbers, intervals and periods in words, in English and Chinese."""

from __future__ import annotations

import math

from customhouse.model import Claim, Language
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.reconcile.words import known, say, template

POINTS = ("%", "pp")
SCALED = 1e5
"""Counts below this are written out with all their digits."""


def _scale(size: float, language: Language) -> tuple[float, str]:
    """The largest scale word that leaves at least 1 before the decimal point."""
    for pair in template("scales", language).split("|"):
        power, _, word = pair.partition("=")
        if size >= float(power):
            return float(power), word
    return 1.0, ""


def _written(number: float, decimals: int, language: Language) -> str:
    """With the digits in groups where the language groups them."""
    text = f"{number:,.{max(0, min(decimals, 9))}f}"
    return text.replace(",", template("thousands", language))


def _with_unit(number: str, word: str, unit: str, language: Language) -> str:
    scaled = number + (" " if word and language == "en" else "") + word
    code = f"unit_{unit}" if known(f"unit_{unit}") else "unit_other"
    return say(code, language, number=scaled, unit=unit.replace("_", " "))


def _scaled(size: float, unit: str, language: Language) -> tuple[float, str]:
    if unit in POINTS or size < SCALED:
        return 1.0, ""
    return _scale(size, language)


def figure(claim: Claim, language: Language) -> str:
    """A claim's figure with the digits that were printed, and its bound: `over 510 billion US dollars`."""
    scale, word = _scaled(abs(claim.value), claim.unit, language)
    step = claim.step or abs(claim.value) * 1e-4 or 1.0
    decimals = _needed(step / scale)
    number = _with_unit(_written(claim.value / scale, decimals, language), word, claim.unit, language)
    return number if claim.bound == "exact" else say(claim.bound, language, figure=number)


def _needed(step: float) -> int:
    """Decimals that a step takes to print."""
    return max(0, math.ceil(-math.log10(step) - 1e-9))


def amount(value: float, unit: str, language: Language, digits: int = 2) -> str:
    """A number with as many significant digits, cut off towards zero: `3.4 billion yuan`."""
    scale, word = _scaled(abs(value), unit, language)
    size = abs(value / scale)
    decimals = digits - 1 - math.floor(math.log10(size)) if size else 0
    cut = math.trunc(value / scale * 10.0**decimals * (1 + 1e-12)) / 10.0**decimals
    text = _written(cut, decimals, language)
    return _with_unit(text.rstrip("0").rstrip(".") if "." in text else text, word, unit, language)


def spread(interval: Interval, unit: str, language: Language) -> str:
    """An interval, with the digits that tell its ends apart: `5.828 to 5.842 trillion yuan`."""
    low, high = interval.low, interval.high
    if math.isinf(low) and math.isinf(high):
        return "?"
    if math.isinf(high) or abs(high) >= 1e299:
        return say("from", language, low=amount(low, unit, language, 4))
    if math.isinf(low) or (low == 0.0 and unit not in POINTS):
        return say("to", language, high=amount(high, unit, language, 4))
    scale, word = _scaled(max(abs(low), abs(high)), unit, language)
    width = (high - low) / scale
    decimals = _needed(width / 2.0) if width > 0 else 4
    if unit in POINTS and width >= 1.0:
        decimals = 2
    ends = [_written(end / scale, decimals, language) for end in (low, high)]
    while all("." in e and e[-1] in "0." for e in ends):
        ends = [e[:-1] for e in ends]
    both = ends[0] if ends[0] == ends[1] else say("range", language, low=ends[0], high=ends[1])
    return _with_unit(both, word, unit, language)


def period(when: Period, language: Language) -> str:
    """A period by its shortest name: a year, a quarter, a month, a span of months."""
    names = template("months", language).split("|")
    year, first, last = when.year, when.first % 12, when.last % 12
    if when.first // 12 != year:
        ends = (period(Period(m, m), language) for m in (when.first, when.last))
        return say("period_long", language, first=next(ends), last=next(ends))
    if when.months == 12:
        return say("period_year", language, year=year)
    if when.months == 1:
        return say("period_month", language, year=year, month=names[first])
    if when.months == 3 and first % 3 == 0:
        return say("period_quarter", language, year=year, quarter=first // 3 + 1)
    return say("period_span", language, year=year, first=names[first], last=names[last])
