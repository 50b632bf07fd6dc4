"""The waterfall of growth and the SI plot for pages: as those of a release, with tips and a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from customhouse.describe import period_words
from customhouse.describe import word as plain_word
from customhouse.period import Period
from customhouse.release import charts_factors as factors
from customhouse.release import charts_si as si
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import Unit, calendar, ends, fits, shown
from customhouse.release.charts_factors import Part
from customhouse.release.labels import label
from customhouse.release.tables_print import printed
from customhouse.web import charts_views as views
from customhouse.web.charts_model import Cell, Chart
from customhouse.web.words import word

_ROW = 40
_BAR = (0.56, 0.84)
"""Where a bar lies within its row, below its name."""
_TEXT = 0.3
_TIP = {"field": "tip", "type": "nominal"}
_NARROW = 430


def waterfall(code: str, title: str, parts: Sequence[Part], language: str, note: str = "") -> Chart:
    """Parts of growth from one running total to the next, then growth. Raises OutputError."""
    made = factors.steps(parts, language)
    kinds = factors.kinds_of(made, language)
    rows = [
        {"at": at, "y": at + _BAR[0], "y2": at + _BAR[1], "middle": at + _TEXT, "start": step.start,
         "end": step.end, "name": step.name, "kind": kind, "text": step.text, "tip": _tip(step, language)}
        for at, (step, kind) in enumerate(zip(made, kinds, strict=True))
    ]  # fmt: skip
    colours = {kind: one for kind, one in factors.colours_of(language).items() if kind in kinds}
    view = _view(rows, made, colours)
    table = tuple((Cell(step.name), Cell(step.text), Cell(factors.signed(step.end))) for step in made)
    heads = (word("chart_part", language), word("growth_points", language), word("growth_running", language))
    legend = tuple((colour, kind) for kind, colour in colours.items())
    told = factors.told(made, language, title)
    under = note or label("axis_growth_points", language)
    return Chart(code, title, under, told, views.specification(rows, view), legend, heads, table, language)


def _tip(step: factors.Step, language: str) -> str:
    lines = [step.name, f"{word('growth_points', language)}\t{step.text}"]
    if not step.total:
        lines.append(f"{word('growth_running', language)}\t{factors.signed(step.end)}")
    return "\n".join(lines)


def _view(
    rows: list[dict[str, Any]], made: Sequence[factors.Step], colours: dict[str, str]
) -> dict[str, Any]:
    y = {"field": "y", "type": "quantitative", "axis": None,
         "scale": {"domain": [0, len(made)], "reverse": True, "nice": False, "zero": False}}  # fmt: skip
    x = {"type": "quantitative", "axis": None, "scale": {"domain": factors.domain(made, 0.0), "nice": False}}
    links = [{"x": step["x"], "y": step["at"] + _BAR[1], "y2": step["at"] + 1 + _BAR[0]}
             for step in factors.links(made)]  # fmt: skip
    figures = max(theme.width_of(row["text"]) for row in rows) + 12
    name = {"type": "text", "align": "left", "limit": {"expr": f"width - {figures:.0f}"}}
    middle = {"y": y | {"field": "middle"}}
    colour = theme.coloured(colours) | {"legend": None}
    layers = [
        {"name": views.HITS, "transform": [{"calculate": "datum.at + 1", "as": "below"}], "mark": views.CLEAR,
         "encoding": {"x": {"value": 0}, "x2": {"value": "width"}, "y": y | {"field": "at"},
                      "y2": {"field": "below"}, "tooltip": _TIP}},
        {"mark": {"type": "rule", "color": theme.LINE},
         "encoding": {"x": x | {"datum": 0}, "y": {"value": 0}, "y2": {"value": "height"}}},
        {"data": {"values": links}, "mark": {"type": "rule", "color": theme.SOFT},
         "encoding": {"x": x | {"field": "x"}, "y": y, "y2": {"field": "y2"}}},
        {"mark": {"type": "rect"}, "encoding": {"x": x | {"field": "start"}, "x2": {"field": "end"}, "y": y,
                                                "y2": {"field": "y2"}, "color": colour}},
        *_lettered(name, {"x": {"value": 0}, "text": {"field": "name"}, **middle}),
        *_lettered({"type": "text", "align": "right"},
                   {"x": {"value": "width"}, "text": {"field": "text"}, **middle}),
    ]  # fmt: skip
    return {"height": _ROW * len(made), "layer": layers}


def _lettered(mark: dict[str, Any], encoding: dict[str, Any]) -> list[dict[str, Any]]:
    """Words with a margin of the ground around their letters, so that lines do not run through them."""
    halo = {"stroke": "#ffffff", "strokeWidth": 5, "strokeJoin": "round", "color": "#ffffff", "aria": False}
    return [{"mark": mark | halo, "encoding": encoding}, {"mark": mark, "encoding": encoding}]


def seasonal(
    code: str, title: str, months: Sequence[int], ratios: Sequence[float], factors_: Sequence[float],
    language: str, additive: str = "",
) -> Chart:  # fmt: skip
    """Seasonal factors by calendar month, with the SI ratios of each year. Raises OutputError.

    `additive` is the currency of amounts; without it they are factors around 1.
    """
    fits(months, ratios, factors_)
    there = ends(shown(months, ratios, factors_), language)
    unit = Unit.of(ratios, language, additive) if additive else None
    made = si.panels(months, ratios, factors_, unit)
    kind = "axis_from_trend" if unit else "axis_percent_trend"
    under = label(kind, language, unit=unit.words if unit else "", **there)
    layers = si.layers(made, language, legend=False)
    x = layers[2]["encoding"]["x"]
    x["axis"]["labelExpr"] = _labels(language)
    hits = [_month_hit(made, month, language) for month in made.means]
    layers.append({
        "name": views.HITS, "data": {"values": hits}, "mark": views.CLEAR,
        "encoding": {"x": x | {"field": "left"}, "x2": {"field": "right"}, "tooltip": _TIP},
    })  # fmt: skip
    spec = views.specification(made.rows, {"height": views.HEIGHT, "layer": layers})
    legend = tuple((colour, label(f"line_{kind}", language)) for kind, colour in si.KINDS.items())
    return Chart(code, title, under, si.told(made, title, there, language), spec, legend,
                 *_table(made, language), language)  # fmt: skip


def _labels(language: str) -> str:
    """Names of calendar months; every second where there is little room."""
    names = json.dumps([calendar(month, language) for month in range(12)], ensure_ascii=False)
    short = f"width < {_NARROW} && floor(datum.value) % 2 ? '' : "
    return f"{short}({names})[floor(datum.value)]"


def _month_hit(made: si.Panels, month: int, language: str) -> dict[str, Any]:
    """What a calendar month says: its mean factor, those of its first and last year."""
    there = [row for row in made.rows if row["panel"] == month and row["factor"] is not None]
    ends = dict.fromkeys((there[0]["month"], there[-1]["month"]))
    lines = [calendar(month, language), f"{label('line_mean', language)}\t{printed(made.means[month], 0, 1)}"]
    lines += [
        f"{period_words(Period(row['month'], row['month']), language)}\t{printed(row['factor'], 0, 1)}"
        for row in there if row["month"] in ends
    ]  # fmt: skip
    return {"left": month, "right": month + 1, "tip": "\n".join(lines)}


def _table(made: si.Panels, language: str) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A row a month of the series: its ratio and its factor."""
    heads = (plain_word("period", language), label("line_ratio", language), label("line_factor", language))
    return heads, tuple(
        (Cell(period_words(Period(row["month"], row["month"]), language)), _digits(row["ratio"], language),
         _digits(row["factor"], language))
        for row in made.rows
    )  # fmt: skip


def _digits(number: float | None, language: str) -> Cell:
    return Cell(word("chart_dots", language) if number is None else printed(number, 0, 1))
