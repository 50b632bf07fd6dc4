"""A series as a picture: best figures as a line, intervals as bars, conflicts and gaps told apart.

The look is that of the charts of a release. Needs the extra `release`.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from customhouse.describe import fill, period_words, word
from customhouse.errors import OutputError
from customhouse.release import charts_save
from customhouse.release import charts_theme as theme
from customhouse.release.model import Chart
from customhouse.series.dates import days
from customhouse.series.model import Point, Series
from customhouse.series.words import Scale, asked

_HEIGHT = 280
_FEW = 12
"""Up to so many periods each has its name under it; more have the years."""
_COLOURS = {
    "computed": theme.EXPORTS, "stated": theme.EXPORTS, "derived": theme.TRADE, "conflict": theme.IMPORTS,
}
_SHAPES = {"computed": "circle", "stated": "diamond", "derived": "circle", "conflict": "triangle-up"}
_EARLIER = "first"
_MARGIN = 24
"""Between the first and last figures and the edges."""


def drawn(series: Series, form: str, language: str = "en") -> str | bytes:
    """The chart of a series as `svg`, `png` or a page of `html` that stands alone.

    Raises OutputError where there is nothing to draw, MissingExtra.
    """
    if all(point.value is None for point in series.points):
        raise OutputError("chart: neither texts nor statistics say anything of this; nothing to draw")
    return charts_save.drawn(chart(series, language), form)


def chart(series: Series, language: str = "en") -> Chart:
    """The specification of the chart in Vega-Lite, with its data inside."""
    scale = Scale.of(series, language)
    values = _values(series, scale)
    named = asked(series, language)
    named = named[:1].upper() + named[1:]
    about = [word(f"series_{status}", language) for status in _statuses(series)]
    view = {"width": theme.WIDTH, "height": _HEIGHT, "layer": _layers(series, language)}
    spec = theme.specification(named, (scale.unit,) if scale.unit else (), values, view)
    return Chart("series", named, _told(series, scale, about), spec)


def _told(series: Series, scale: Scale, about: list[str]) -> str:
    """What the picture shows, for those who do not see it: its first and last figures."""
    known = [point for point in series.points if point.value is not None]
    ends = [known[0], known[-1]] if len(known) > 1 else known
    said = [
        fill("colon", scale.language, what=period_words(point.period, scale.language),
             figure=scale.best(point.value or 0.0, point.interval))
        for point in ends
    ]
    return word("separator", scale.language).join([*said, *about])


def _statuses(series: Series) -> list[str]:
    there = {point.status for point in series.points}
    return [status for status in _COLOURS if status in there]


def _values(series: Series, scale: Scale) -> list[dict[str, Any]]:
    """One row a figure; `run` numbers the stretches without a gap."""
    found: list[dict[str, Any]] = []
    run = 0
    for point in series.points:
        if point.value is None:
            run += 1
            continue
        row = _place(point, scale.language) | {"run": run, "value": point.value / scale.power}
        if point.interval is not None:
            row |= {"low": point.interval.low / scale.power, "high": point.interval.high / scale.power}
        row |= {"kind": word(f"series_{point.status}", scale.language)}
        row["figure"] = scale.best(point.value, point.interval)
        if point.first is not None and point.status == "conflict":
            row[_EARLIER] = point.first.claim.value / scale.power
        found.append(row)
    return found


def _place(point: Point, language: str) -> dict[str, Any]:
    """Where on the axis of time: the middle of the period."""
    ends = days(point.period)
    return {"at": _middle(ends["period_start"], ends["period_end"]).isoformat(),
            "period": period_words(point.period, language)}


def _middle(first: date, last: date) -> date:
    return first + timedelta(days=(last - first).days // 2)


def _layers(series: Series, language: str) -> list[dict[str, Any]]:
    statuses = _statuses(series)
    names = [word(f"series_{status}", language) for status in statuses]
    legend = {"symbolOpacity": 1} if len(statuses) > 1 else None
    colour = {"field": "kind", "type": "nominal", "legend": legend,
              "scale": {"domain": names, "range": [_COLOURS[s] for s in statuses]}, "sort": names}
    shape = {"field": "kind", "type": "nominal", "legend": legend,
             "scale": {"domain": names, "range": [_SHAPES[s] for s in statuses]}, "sort": names}
    tooltip = [{"field": "period", "title": word("column_period", language)},
               {"field": "figure", "title": word("column_figure", language)},
               {"field": "kind", "title": word("column_status", language)}]
    x, y = _time(series, language), theme.amounts()
    y["scale"] = {"zero": False}
    size = 70 if len(series.points) <= 4 * _FEW else 22
    line = {"type": "line", "color": theme.LINE, "strokeWidth": 2}
    bar = {"type": "rule", "strokeWidth": 6, "opacity": 0.35, "strokeCap": "butt"}
    dot = {"type": "point", "filled": True, "size": size, "opacity": 1}
    across = line | {"strokeDash": [2, 4]}
    return [
        {"mark": across, "encoding": {"x": x, "y": y}},
        {"mark": line, "encoding": {"x": x, "y": y, "detail": {"field": "run"}}},
        {"mark": bar, "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
         "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": colour}},
        {"mark": {"type": "point", "shape": "cross", "angle": 45, "filled": True, "size": size,
                  "color": theme.UNKNOWN},
         "transform": [{"filter": f"isValid(datum.{_EARLIER})"}],
         "encoding": {"x": x, "y": y | {"field": _EARLIER}}},
        {"mark": dot, "encoding": {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": tooltip}},
    ]


def _time(series: Series, language: str) -> dict[str, Any]:
    """The axis of time: each period by its name where they are few, else the years."""
    axis: dict[str, Any] = {"title": None, "grid": False, "labelAngle": 0, "labelOverlap": True}
    ends = {"field": "at", "type": "temporal", "scale": {"padding": _MARGIN}}
    places = [_place(point, language) for point in series.points]
    if len(places) <= _FEW:
        axis |= {"values": [place["at"] for place in places], "labelExpr": _names(places)}
        axis["labelLineHeight"] = 17
        return ends | {"axis": axis}
    return ends | {"axis": axis | {"format": "%Y", "tickCount": "year"}}


def _names(places: list[dict[str, Any]]) -> str:
    """An expression that writes the period under its middle, its words under one another."""
    named = {place["at"]: str(place["period"]).split(" ") for place in places}
    return f"({json.dumps(named, ensure_ascii=False)})[timeFormat(datum.value, '%Y-%m-%d')]"
