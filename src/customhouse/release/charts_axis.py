"""What charts of long series share: an axis of months by their numbers, units, and what cannot be drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from customhouse import describe
from customhouse.errors import OutputError
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.labels import ABSENT, label, money
from customhouse.release.tables_print import printed, scale

Numbers = Sequence[float]
"""Figures by month, NaN where there is none."""
WIDTH, HEIGHT = theme.WIDTH - 92, 250
_FEWEST = 2
_QUARTERS, _EACH = 30, 12
"""Up to so many months the first of each quarter is named, or each month; of more, the years."""
_YEARS = 9
"""So many years are named; of more every second, fifth or tenth."""
_STRIDES = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Unit:
    """What numbers are printed in: a power of ten, decimals, and the unit in words."""

    power: int
    decimals: int
    words: str

    @classmethod
    def of(cls, numbers: Numbers, language: str, currency: str = "", unit: str = "") -> Unit:
        """Of amounts in a currency the power that suits them; other numbers print as they are."""
        known = [abs(number) for number in numbers if isfinite(number)]
        if currency:
            power, decimals = scale(known, language)
            return cls(power, decimals, money(currency, power, language))
        return cls(0, 1 if max(known, default=0.0) >= 10 else 3, unit)

    def scaled(self, number: float) -> float | None:
        """A number in the unit; None where there is none."""
        return number / 10.0**self.power if isfinite(number) else None

    def digits(self, number: float) -> str:
        """A number as it prints, without its unit."""
        return printed(number, self.power, self.decimals) if isfinite(number) else ABSENT

    def told(self, number: float, language: str) -> str:
        """A number as it prints, with its unit."""
        return label("amount", language, n=self.digits(number), unit=self.words).strip()

    def span(self, ends: Mapping[str, str], language: str) -> str:
        """The unit, and from when to when."""
        return label("axis_span" if self.words else "axis_span_only", language, unit=self.words, **ends)


def fits(months: Sequence[int], *lines: Numbers) -> None:
    """Raises OutputError where there is not one figure a month, or months do not go on by one."""
    for numbers in lines:
        if len(months) != len(numbers):
            raise OutputError(f"chart: {len(months)} months and {len(numbers)} figures; each month needs one")
    if any(later - earlier != 1 for earlier, later in pairwise(months)):
        raise OutputError("chart: months leave one out; give every month, NaN for one without a figure")


def shown(months: Sequence[int], *lines: Numbers) -> range:
    """From the first month that has a figure to the last. Raises OutputError where there are not two."""
    there = [month for month, *of in zip(months, *lines, strict=True) if any(map(isfinite, of))]
    if len(there) < _FEWEST:
        raise OutputError("chart: fewer than two months have a figure; nothing to draw")
    return range(there[0], there[-1] + 1)


def ends(months: Sequence[int], language: str) -> dict[str, str]:
    """The first and the last month in words."""
    named = [describe.period_words(Period(month, month), language) for month in (months[0], months[-1])]
    return {"first": named[0], "last": named[1]}


def calendar(month: int, language: str) -> str:
    """A calendar month (0 to 11) as it stands under an axis."""
    return label("axis_month", language, m=describe.word(f"month_{month + 1}", language))


def rate(number: float) -> str:
    """A rate to one decimal with its sign."""
    text = printed(number, 0, 1)
    return f"+{text}" if number > 0 and text != "0.0" else text


def marks(months: Sequence[int], language: str) -> dict[int, list[str]]:
    """What stands under an axis of months, line by line: each month, the first of quarters, or years."""
    first, last = months[0], months[-1]
    span = last - first + 1
    if span > _QUARTERS:
        return _years(first, last, language)
    named = [m for m in range(first, last + 1) if span <= _EACH or m % 3 == 0]
    found: dict[int, list[str]] = {}
    year = None
    for month in named:
        found[month] = [calendar(month % 12, language)]
        if month // 12 != year:
            year = month // 12
            found[month].append(label("axis_year", language, y=str(year)))
    return found


def _years(first: int, last: int, language: str) -> dict[int, list[str]]:
    januaries = [month for month in range(first, last + 1) if month % 12 == 0]
    apart = next((n for n in _STRIDES if len(januaries) <= n * _YEARS), 1000)
    return {m: [label("axis_year", language, y=str(m // 12))] for m in januaries if m // 12 % apart == 0}


def months_axis(months: Sequence[int], language: str) -> dict[str, Any]:
    """An axis of time that knows months by their numbers, so that a bar may span two."""
    under = marks(months, language)
    named = json.dumps({str(month): lines for month, lines in under.items()}, ensure_ascii=False)
    axis = {
        "values": list(under), "labelExpr": f"({named})[datum.value]", "labelAngle": 0, "title": None,
        "grid": False, "ticks": True, "tickSize": 4, "labelLineHeight": 17, "labelOverlap": False,
    }  # fmt: skip
    across = {"domain": [months[0] - 0.6, months[-1] + 0.6], "nice": False, "zero": False}
    return {"field": "month", "type": "quantitative", "axis": axis, "scale": across}
