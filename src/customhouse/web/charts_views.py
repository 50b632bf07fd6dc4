"""The views of the counter's charts in Vega-Lite: figures over time, bars one below another, shares.

Each is as wide as its place, carries its data, and has a mark without colour over each row or period
(`hits`), whose tooltip says what stands there; scripts let the keyboard walk along these. A tip is
lines of text, the first its heading, the others with a tab between what is named and its figure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from customhouse.describe import period_words
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.web.words import fill, word

PALETTE = (theme.EXPORTS, theme.IMPORTS, "#1f8a65", "#a8478b", "#94700c", theme.TRADE)
"""Colours of series that are told apart by nothing else; charts.css has them for dark screens too."""
HITS = "hits"
CLEAR = {"type": "rect", "color": theme.INK, "opacity": 0}
"""The mark of what is pointed at."""
_TIP = {"field": "tip", "type": "nominal"}
HEIGHT = 230
_ROW, _BAR = 40, 9
_INSIDE = "(datum.high - datum.low) * width / 100 < 42 ? '' : datum.text"
"""A segment has its figure inside where that fits."""
_WIDE, _NARROW = 13, 5
_BREAK = 430
"""The width in pixels from which on an axis has `_WIDE` labels, below it `_NARROW`."""
_STRIDES = (1, 3, 6, 12, 24, 60, 120, 240)
Rows = Sequence[Mapping[str, Any]]
View = dict[str, Any]


def specification(rows: Rows, view: View) -> dict[str, Any]:
    """A whole specification; titles and legends stand beside it in the page."""
    size = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    config = theme.config() | {"background": "transparent", "padding": {"top": 6, "bottom": 2}}
    return {"$schema": theme.SCHEMA, "data": {"values": list(rows)}, **size, **view, "config": config}


def over_time(
    rows: Rows, hits: Rows, periods: Sequence[Period], colours: Mapping[str, str],
    language: str, *, rates: bool = False, columns: bool = False,
) -> View:  # fmt: skip
    """Lines, or columns, one a series; `rows` have period, value and kind, `hits` period and tip."""
    x, y = _times(periods, language), theme.rates() if rates else theme.amounts()
    y["axis"] = y["axis"] | {"minExtent": 34}
    encoding = {"x": x, "y": y, "color": theme.coloured(dict(colours)) | {"legend": None}}
    point = {"filled": True, "size": 26 if len(periods) > 2 * _WIDE else 42}
    mark = {"type": "bar"} if columns else {"type": "line", "strokeWidth": 2.25, "point": point}
    below = any((row["value"] or 0) < 0 for row in rows)
    layers = [
        *([theme.zero()] if below or rates else []),
        {"mark": mark, "encoding": encoding},
        _over(hits, x),
    ]  # fmt: skip
    return {"height": HEIGHT, "layer": layers}


def styled(
    rows: Rows, hits: Rows, periods: Sequence[Period], colours: Mapping[str, str], language: str, *,
    rates: bool = False, columns: bool = False, styles: Mapping[str, Mapping[str, Any]] | None = None,
    ringed: Rows = (),
) -> View:  # fmt: skip
    """As `over_time`, with a look of its own for each line and rings around figures that are marked.

    The axis of figures need not begin at zero, but for columns.
    """
    x, y = _times(periods, language), theme.rates() if rates else theme.amounts()
    y |= {"axis": y["axis"] | {"minExtent": 34}, "scale": {"zero": columns}}
    colour = theme.coloured(dict(colours)) | {"legend": None}
    layers: list[View] = [theme.zero()] if rates else []
    for kind in colours:
        mark = {"type": "bar"} if columns else {"type": "line", "strokeWidth": 2.25}
        one = {"transform": [{"filter": {"field": "kind", "equal": kind}}]}
        layers.append(one | {"mark": mark | dict((styles or {}).get(kind, {})),
                             "encoding": {"x": x, "y": y, "color": colour}})  # fmt: skip
    if ringed:
        ring = {"type": "point", "size": 110, "filled": False, "strokeWidth": 1.75, "color": theme.INK}
        text = {"type": "text", "dy": -14, "fontSize": 12}
        data = {"data": {"values": list(ringed)}}
        layers.append(data | {"mark": ring, "encoding": {"x": x, "y": y}})
        layers.append(data | {"mark": text, "encoding": {"x": x, "y": y, "text": {"field": "text"}}})
    layers.append(_over(hits, x))
    return {"height": HEIGHT, "layer": layers}


def _over(hits: Rows, x: View) -> View:
    """Something to point at over each period."""
    data = {"values": list(hits)}
    return {"name": HITS, "data": data, "mark": CLEAR, "encoding": {"x": x, "tooltip": _TIP}}


def bars(rows: Rows, colours: Mapping[str, str]) -> View:
    """Bars under names, figures at the right end; `rows` have at, name, value, kind, text, tip."""
    y = {"field": "at", "type": "ordinal", "axis": None, "sort": None,
         "scale": {"paddingInner": 0, "paddingOuter": 0}}  # fmt: skip
    values = [row["value"] for row in rows]
    low, high = min(0.0, *values), max(0.0, *values)
    scale = {"domain": [low, high if high > low else low + 1.0], "nice": False}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": scale}
    colour = theme.coloured(dict(colours)) | {"legend": None}
    figures = max(theme.width_of(row["text"]) for row in rows) + 12
    name = {"type": "text", "align": "left", "yOffset": -9, "limit": {"expr": f"width - {figures:.0f}"}}
    layers: list[View] = [
        _row_hits(y),
        {"mark": {"type": "bar", "height": _BAR, "yOffset": 8, "cornerRadiusEnd": 2},
         "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": name, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}},
        {"mark": {"type": "text", "align": "right", "yOffset": -9},
         "encoding": {"x": {"value": "width"}, "y": y, "text": {"field": "text"}}},
    ]  # fmt: skip
    if low < 0:
        zero = {"type": "tick", "color": theme.SOFT, "thickness": 1, "size": 2 * _BAR, "yOffset": 8}
        layers.append({"mark": zero, "encoding": {"x": {"datum": 0}, "y": y}})
    return {"height": _ROW * len(rows), "layer": layers}


def shares(rows: Rows, whole: int, colours: Mapping[str, str]) -> View:
    """One bar a row, parted into segments; `rows` have at, name, kind, low, middle, high, text, tip."""
    y = {"field": "at", "type": "ordinal", "axis": None, "sort": None,
         "scale": {"paddingInner": 0, "paddingOuter": 0}}  # fmt: skip
    scale = {"domain": [0, 100], "nice": False}
    x = {"field": "low", "type": "quantitative", "axis": None, "scale": scale}
    ends = {"x": x, "x2": {"field": "high"}, "y": y}
    colour = theme.coloured(dict(colours)) | {"legend": None}
    named = {"transform": [{"filter": "datum.low === 0"}], "encoding": {
        "x": {"value": 0}, "y": y, "text": {"field": "name"}}}  # fmt: skip
    inside = {"field": "middle", "type": "quantitative", "axis": None, "scale": scale}
    figure = {"type": "text", "yOffset": 9, "color": "#ffffff", "fontSize": 13, "text": {"expr": _INSIDE}}
    layers: list[View] = [
        {"mark": {"type": "bar", "height": 20, "yOffset": 9, "stroke": "#ffffff", "strokeWidth": 1},
         "encoding": ends | {"color": colour}},
        {"mark": {"type": "text", "align": "left", "yOffset": -12}, **named},
        {"mark": figure, "encoding": {"x": inside, "y": y}},
        {"name": HITS, "mark": CLEAR, "encoding": ends | {"tooltip": _TIP}},
    ]  # fmt: skip
    return {"height": (_ROW + 10) * whole, "layer": layers}


def _row_hits(y: View) -> View:
    """Something to point at over the whole width of each row."""
    width = {"x": {"value": 0}, "x2": {"value": "width"}, "y": y, "tooltip": _TIP}
    return {"name": HITS, "mark": CLEAR, "encoding": width}


def _times(periods: Sequence[Period], language: str) -> View:
    """An axis of periods, in order; it names as many as there is room for, and years where they begin."""
    wide, narrow = (json.dumps(_marks(periods, language, most), ensure_ascii=False)
                    for most in (_WIDE, _NARROW))  # fmt: skip
    axis = {
        "labelExpr": f"width < {_BREAK} ? ({narrow})[datum.value] : ({wide})[datum.value]", "labelAngle": 0,
        "title": None, "grid": False, "labelLineHeight": 17, "labelOverlap": False,
    }  # fmt: skip
    scale = {"type": "band", "domain": [str(p) for p in periods], "paddingInner": 0.2, "paddingOuter": 0.1}
    return {"field": "period", "type": "ordinal", "sort": None, "axis": axis, "scale": scale}


def _marks(periods: Sequence[Period], language: str, most: int) -> dict[str, list[str]]:
    """What stands under a period, line by line: its name within the year, then the year where that is new."""
    named = _named(periods, most)
    marks: dict[str, list[str]] = {}
    year = None
    for period in periods:
        lines = _lines(period, language) if period in named else [""]
        if period in named and period.year != year and period.months != 12:
            year = period.year
            lines = [*lines, label("axis_year", language, y=str(year))]
        marks[str(period)] = lines
    return marks


def _named(periods: Sequence[Period], most: int) -> frozenset[Period]:
    """At most so many periods, evenly apart: of many those that begin quarters, halves or years."""
    for stride in _STRIDES:
        found = [p for p in periods if _place(p) % stride == 0]
        if found and len(found) <= most:
            return frozenset(found)
    apart = -(-len(periods) // most)
    return frozenset(periods[::apart])


def _place(period: Period) -> int:
    """The month that a period is known by: its first, its last where it counts from January."""
    return period.last if period.first % 12 == 0 and period.months % 3 else period.first


def _lines(period: Period, language: str) -> list[str]:
    first = period.first % 12
    month = word(f"month_{period.last % 12 + 1}", language)
    if period.months == 12 and not first:
        return [label("axis_year", language, y=str(period.year))]
    if period.months == 1:
        return [label("axis_month", language, m=month)]
    if period.months == 3 and first % 3 == 0:
        return [word(f"chart_quarter_{first // 3 + 1}", language)]
    if period.months == 6 and first % 6 == 0:
        return [word(f"chart_half_{first // 6 + 1}", language)]
    if not first and period.year == period.first // 12:
        return [fill("chart_to_month", language, m=month)]
    return [period_words(period, language)]
