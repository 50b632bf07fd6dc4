"""Pictures of an adjustment: the series before and after it, growth by month, the SI plot."""

from __future__ import annotations

from customhouse.adjusting import words
from customhouse.adjusting.model import Adjustment
from customhouse.period import Period
from customhouse.release import charts_seasons
from customhouse.release.charts_si import seasonal
from customhouse.release.model import Chart

KINDS = ("adjusted", "monthly", "si")
_RECENT = 37
"""Months whose growth is drawn."""


def chart(one: Adjustment, kind: str = "adjusted", language: str = "en") -> Chart:
    """A picture of one of KINDS as a specification in Vega-Lite. Raises OutputError without figures."""
    return {"adjusted": _lines, "monthly": _monthly, "si": _seasonal}[kind](one, language)


def _lines(one: Adjustment, language: str) -> Chart:
    result = one.result
    outliers = {outlier.month: outlier.kind.upper() for outlier in result.outliers}
    money = len(one.unit) == 3 and one.unit.isupper()
    return charts_seasons.adjusted(
        result.months, list(result.original.values), list(result.adjusted), list(result.trend), outliers,
        language=language, what=words.name(one, language), currency=one.unit if money else "",
        unit=words.unit_of(one, language).words,
    )


def _monthly(one: Adjustment, language: str) -> Chart:
    """Growth on the month before; January and February as one bar."""
    last = one.period.last
    bars = []
    for month in range(max(one.period.first, last - _RECENT + 1), last + 1):
        joined = month % 12 == 0 and month < last
        if month % 12 != 1 or month == one.period.first:
            period = Period(month, month + 1) if joined else Period(month, month)
            bars.append(charts_seasons.Bar(period.first, period.last, one.on_previous(period)))
    return charts_seasons.monthly(bars, language=language, about=(words.name(one, language),))


def _seasonal(one: Adjustment, language: str) -> Chart:
    """The seasonal factors beside what the trend leaves of the series, holidays and working days out."""
    result = one.result
    if result.multiplicative:
        ratios = result.seasonal * result.irregular
    else:
        ratios = result.seasonal + result.irregular
    unit = "" if result.multiplicative else words.unit_of(one, language).words
    return seasonal(
        result.months, list(ratios), list(result.seasonal), language=language,
        additive=not result.multiplicative, unit=unit, about=(words.name(one, language),),
    )
