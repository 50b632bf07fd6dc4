"""Charts of seasonal adjustment: the series before and after it with its trend, and growth by month.

All take plain numbers by month, NaN where there is none, which leaves a gap. Months are running numbers
(`customhouse.period`), one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from customhouse import describe
from customhouse.errors import OutputError
from customhouse.period import Period
from customhouse.release import charts_axis as axis
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import Numbers, Unit
from customhouse.release.labels import label
from customhouse.release.model import Chart

LINES = ("original", "adjusted", "trend")
COLOURS = dict(zip(LINES, (theme.UNKNOWN, theme.EXPORTS, theme.IMPORTS), strict=True))
STYLES: dict[str, dict[str, Any]] = {
    "original": {"strokeWidth": 1.5}, "adjusted": {"strokeWidth": 2.5},
    "trend": {"strokeWidth": 1.75, "strokeDash": [5, 4]},
}  # fmt: skip
"""How lines look: told apart by their strength and dashes, not by colour alone."""
_LOW = 220


@dataclass(frozen=True, slots=True)
class Bar:
    """Growth of the months from `first` to `last`: one month, or January and February as one; in per cent."""

    first: int
    last: int
    growth: float


def adjusted(
    months: Sequence[int], original: Numbers, after: Numbers, trend: Numbers | None = None,
    outliers: Mapping[int, str] | None = None, *, language: str, what: str = "", currency: str = "",
    unit: str = "", title: str = "", about: Sequence[str] = (), code: str = "adjusted",
) -> Chart:  # fmt: skip
    """The series as it is, adjusted, and its trend; `outliers` by month with their kind (AO, LS, TC).

    `what` is the series in words, for the title. Amounts in a `currency` print in the power of ten that suits
    them, other numbers as they are, in `unit`. Raises OutputError where there is nothing to draw.
    """
    lines = {"original": original, "adjusted": after} | ({} if trend is None else {"trend": trend})
    axis.fits(months, *lines.values())
    there = axis.shown(months, original, after)
    measured = Unit.of(original, language, currency, unit)
    rows = rows_of(lines, months, there, measured, language)
    rings = outlying(months, original, measured, outliers or {})
    name = label("chart_adjusted", language, what=what) if what else label("chart_adjusted_plain", language)
    ends, last, head = axis.ends(there, language), there[-1] - months[0], title or name
    text = label("chart_adjusted_text", language, title=head, span=measured.span(ends, language), **ends,
                 original=measured.told(original[last], language),
                 adjusted=measured.told(after[last], language))  # fmt: skip
    if rings:
        text += label("chart_adjusted_outliers", language, n=str(len(rings)))
    view = _lines(axis.months_axis(there, language), tuple(lines), rings, language)
    under = (measured.span(ends, language), *about)
    return Chart(code, head, text, theme.specification(head, under, rows, view))


def monthly(
    bars: Sequence[Bar], *, language: str, title: str = "", about: Sequence[str] = (), code: str = "monthly"
) -> Chart:
    """Growth on the month before, of adjusted figures; a bar of two months is as wide as both.

    Raises OutputError where there is nothing to draw.
    """
    there = sorted((bar for bar in bars if isfinite(bar.growth)), key=lambda bar: bar.first)
    if not there:
        raise OutputError("growth by month: no month has a figure; nothing to draw")
    names = (label("legend_rises", language), label("legend_falls", language))
    rows = [
        {"from": bar.first - 0.4, "to": bar.last + 0.4, "value": bar.growth, "kind": names[bar.growth < 0]}
        for bar in there
    ]  # fmt: skip
    end, ends = there[-1], axis.ends((there[0].first, there[-1].last), language)
    head = title or label("chart_monthly", language)
    last = describe.period_words(Period(end.first, end.last), language)
    text = label("chart_monthly_text", language, title=head, growth=f"{axis.rate(end.growth)}%",
                 first=ends["first"], last=last)  # fmt: skip
    x = axis.months_axis(range(there[0].first, end.last + 1), language)
    view = _columns(x, end, dict(zip(names, (theme.UP, theme.DOWN), strict=True)))
    under = label("axis_monthly", language, **ends)
    return Chart(code, head, text, theme.specification(head, (under, *about), rows, view))


def rows_of(
    lines: Mapping[str, Numbers], months: Sequence[int], shown: range, unit: Unit, language: str
) -> list[dict[str, Any]]:
    """The figures of the lines in the unit, a row a line and month."""
    return [
        {"month": month, "value": unit.scaled(number), "kind": label(f"line_{line}", language)}
        for line, numbers in lines.items() for month, number in zip(months, numbers, strict=True)
        if month in shown
    ]  # fmt: skip


def outlying(
    months: Sequence[int], original: Numbers, unit: Unit, outliers: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Where outliers stand: those of months that have a figure."""
    values = {month: number for month, number in zip(months, original, strict=True) if isfinite(number)}
    return [
        {"month": month, "value": unit.scaled(values[month]), "text": kind}
        for month, kind in sorted(outliers.items()) if month in values
    ]  # fmt: skip


def drawn_lines(
    x: dict[str, Any], y: dict[str, Any], lines: Sequence[str], language: str, legend: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """A layer a line, in its style."""
    colour = theme.coloured({label(f"line_{line}", language): COLOURS[line] for line in lines})
    return [
        {"transform": [{"filter": {"field": "kind", "equal": label(f"line_{line}", language)}}],
         "mark": {"type": "line", **STYLES[line]},
         "encoding": {"x": x, "y": y, "color": colour | {"legend": legend}}}
        for line in lines
    ]  # fmt: skip


def ringed(x: dict[str, Any], y: dict[str, Any], outliers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rings around outliers, with their kind above."""
    if not outliers:
        return []
    ring = {"type": "point", "size": 110, "filled": False, "strokeWidth": 1.75, "color": theme.INK}
    kind = {"type": "text", "dy": -14, "fontSize": 12}
    data = {"values": outliers}
    return [
        {"data": data, "mark": ring, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": kind, "encoding": {"x": x, "y": y, "text": {"field": "text"}}},
    ]


def _lines(
    x: dict[str, Any], lines: Sequence[str], outliers: list[dict[str, Any]], language: str
) -> dict[str, Any]:
    y = theme.amounts() | {"scale": {"zero": False}}
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 300}
    layers = [*drawn_lines(x, y, lines, language, legend), *ringed(x, y, outliers)]
    return {"width": axis.WIDTH, "height": axis.HEIGHT, "layer": layers}


def _columns(x: dict[str, Any], end: Bar, colours: dict[str, str]) -> dict[str, Any]:
    """Bars above and below zero; the last has its figure."""
    y = theme.rates()
    last = {"at": (end.first + end.last) / 2, "value": end.growth, "text": axis.rate(end.growth)}
    ends = {"x": x | {"field": "from"}, "x2": {"field": "to"}, "y": y, "y2": {"datum": 0}}
    text = {"x": x | {"field": "at"}, "y": y, "text": {"field": "text"}}
    layers = [
        {"mark": {"type": "rect"}, "encoding": ends | {"color": theme.coloured(colours)}},
        theme.zero(),
        {"data": {"values": [last]}, "mark": {"type": "text", "dy": 12 if end.growth < 0 else -9},
         "encoding": text},
    ]  # fmt: skip
    return {"width": axis.WIDTH, "height": _LOW, "layer": layers}
