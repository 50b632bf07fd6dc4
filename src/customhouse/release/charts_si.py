"""The SI plot: what is left of a series without its trend, and its seasonal factors, by calendar month.

Twelve panels side by side on one scale, the years of a month from left to right. Dots near their line say
that the season is steady; a line that rises or falls, that it changes; dots far off, that much is irregular
(X-13ARIMA-SEATS reference manual, table D8; Cleveland, Devlin and Terpenning 1982).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Any

from customhouse.errors import OutputError
from customhouse.release import charts_axis as axis
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import Numbers, Unit
from customhouse.release.labels import label
from customhouse.release.model import Chart
from customhouse.release.tables_print import printed

_SLOT = 0.84
"""The part of a calendar month's place that its years take."""
Layer = dict[str, Any]
KINDS = {"ratio": theme.UNKNOWN, "factor": theme.EXPORTS, "mean": theme.IMPORTS}


@dataclass(frozen=True, slots=True)
class Panels:
    """The figures of an SI plot: a row a month of the series, the mean factor of calendar months (0 to 11).

    `middle` is where the season neither adds nor takes.
    """

    rows: list[dict[str, Any]]
    means: dict[int, float]
    middle: float

    @property
    def highest(self) -> int:
        """The calendar month with the highest mean factor."""
        return max(self.means, key=lambda month: self.means[month])

    @property
    def lowest(self) -> int:
        """The calendar month with the lowest."""
        return min(self.means, key=lambda month: self.means[month])


def seasonal(
    months: Sequence[int], ratios: Numbers, factors: Numbers, *, language: str, additive: bool = False,
    unit: str = "", currency: str = "", title: str = "", about: Sequence[str] = (), code: str = "si",
) -> Chart:  # fmt: skip
    """Seasonal factors by calendar month, a panel each.

    `ratios` are what is left of the series once its trend is taken out (season and irregular), `factors`
    the seasonal part of it: 1 where it changes nothing, or 0 with `additive`, when they are amounts in a
    `currency` or another `unit`. Raises OutputError.
    """
    axis.fits(months, ratios, factors)
    there = axis.shown(months, ratios, factors)
    measured = Unit.of(ratios, language, currency if additive else "", unit)
    made = panels(months, ratios, factors, measured if additive else None)
    head, ends = title or label("chart_si", language), axis.ends(there, language)
    kind = "axis_from_trend" if additive else "axis_percent_trend"
    under = label(kind, language, unit=measured.words, **ends)
    view = {"width": axis.WIDTH, "height": axis.HEIGHT, "layer": layers(made, language)}
    spec = theme.specification(head, (under.strip(), *about), made.rows, view)
    return Chart(code, head, told(made, head, ends, language), spec)


def panels(months: Sequence[int], ratios: Numbers, factors: Numbers, additive: Unit | None = None) -> Panels:
    """The figures by calendar month, in per cent or, with `additive`, in that unit.

    Raises OutputError without factors.
    """
    size = 100.0 if additive is None else 10.0**-additive.power
    first, years = months[0] // 12, months[-1] // 12 - months[0] // 12
    rows, known = list[dict[str, Any]](), dict[int, list[float]]()
    for month, ratio, factor in zip(months, ratios, factors, strict=True):
        place = (month // 12 - first) / years if years else 0.5
        rows.append({
            "panel": month % 12, "month": month, "x": month % 12 + (1 - _SLOT) / 2 + _SLOT * place,
            "ratio": _number(ratio, size), "factor": _number(factor, size),
        })  # fmt: skip
        if isfinite(factor):
            known.setdefault(month % 12, []).append(factor * size)
    if not known:
        raise OutputError("SI plot: no month has a seasonal factor; nothing to draw")
    means = {month: fsum(known[month]) / len(known[month]) for month in sorted(known)}
    return Panels(rows, means, 100.0 if additive is None else 0.0)


def told(made: Panels, title: str, ends: Mapping[str, str], language: str) -> str:
    """What the picture shows, for those who do not see it."""
    high, low = made.highest, made.lowest
    return label(
        "chart_si_text", language, title=title, **ends, high=axis.calendar(high, language),
        most=printed(made.means[high], 0, 1), low=axis.calendar(low, language),
        least=printed(made.means[low], 0, 1),
    )  # fmt: skip


def layers(made: Panels, language: str, legend: bool = True) -> list[dict[str, Any]]:
    """Walls between the panels, dots, lines of factors and their means."""
    x, y = _calendar(language), theme.amounts("ratio") | {"scale": {"zero": False}}
    colours = {label(f"line_{kind}", language): colour for kind, colour in KINDS.items()}
    dots, lines, middle = (_coloured(name, colours, legend) for name in colours)
    means = [{"x": month, "x2": month + 1, "mean": mean} for month, mean in made.means.items()]
    return [
        {"data": {"values": [{"x": at} for at in range(1, 12)]},
         "mark": {"type": "rule", "color": theme.LINE}, "encoding": {"x": x}},
        {"mark": {"type": "rule", "color": theme.SOFT}, "encoding": {"y": {"datum": made.middle}}},
        dots({"type": "point", "filled": True, "size": 22, "opacity": 1}, {"x": x, "y": y}),
        {"data": {"values": means}} | middle(
            {"type": "rule", "strokeWidth": 1.5}, {"x": x, "x2": {"field": "x2"}, "y": y | {"field": "mean"}}
        ),
        lines({"type": "line", "strokeWidth": 2.25},
              {"x": x, "y": y | {"field": "factor"}, "detail": {"field": "panel"}}),
    ]  # fmt: skip


def _coloured(name: str, colours: dict[str, str], legend: bool) -> Callable[[Layer, Layer], Layer]:
    """What makes a layer that the legend calls `name`."""
    colour = theme.coloured(colours) | ({} if legend else {"legend": None})
    named = [{"calculate": json.dumps(name, ensure_ascii=False), "as": "kind"}]
    return lambda mark, encoding: {
        "transform": named, "mark": mark, "encoding": encoding | {"color": colour},
    }  # fmt: skip


def _calendar(language: str) -> dict[str, Any]:
    names = json.dumps([axis.calendar(month, language) for month in range(12)], ensure_ascii=False)
    under = {
        "values": [month + 0.5 for month in range(12)], "labelExpr": f"({names})[floor(datum.value)]",
        "title": None, "grid": False, "labelOverlap": False, "labelAngle": 0,
    }  # fmt: skip
    across = {"domain": [0, 12], "nice": False, "zero": False}
    return {"field": "x", "type": "quantitative", "axis": under, "scale": across}


def _number(number: float, size: float) -> float | None:
    return number * size if isfinite(number) else None
