"""Charts of rankings side by side: gain curves, and tops with their intervals."""

from __future__ import annotations

from math import isfinite
from typing import Any

from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import HEIGHT, WIDTH
from customhouse.release.model import Chart
from customhouse.targeted.words import Printer
from customhouse.targeting.evaluation import Curve
from customhouse.targeting.judging import Evaluation
from customhouse.targeting.judging.model import Figure

BEST = "best"
PURPLE = "#7a3f8f"
LOOKS: dict[str, dict[str, Any]] = {
    "ours": {"color": theme.EXPORTS, "strokeWidth": 3},
    "declared_duty": {"color": theme.IMPORTS, "strokeWidth": 2},
    "trader_rate": {"color": PURPLE, "strokeWidth": 2, "strokeDash": [7, 3]},
    "last_year": {"color": theme.TRADE, "strokeWidth": 2, "strokeDash": [2, 3]},
    "random": {"color": theme.UNKNOWN, "strokeWidth": 1.5},
    BEST: {"color": theme.INK, "strokeWidth": 1.25, "strokeDash": [5, 4]},
}
"""How rankings look: told apart by strength and dashes, not by colour alone."""
_END = 0.30
"""Gain curves are drawn up to this share: offices inspect little."""


def about(evaluation: Evaluation, to: Printer) -> tuple[str, ...]:
    """The warnings, below the title of a chart."""
    told = [to.word(f"warn_{one}_short") for one in evaluation.warnings]
    return (f"{to.mark} {to.listed(told)}".strip(),) if told else ()


def gains(evaluation: Evaluation, to: Printer, what: str) -> Chart:
    """Gain curves of `revenue` or `fraud` of all rankings, beside the best that could be, where known."""
    measure = {"revenue": "revenue_recall", "fraud": "recall"}[what]
    lines = [(one.name, _points(one.curve, what)) for one in evaluation.rankings]
    if evaluation.best is not None:
        lines.append((BEST, _points(evaluation.best, what)))
    names = {name: to.word(f"ranking_{name}") for name, _ in lines}
    rows = [
        {"x": 100 * x, "value": 100 * y, "kind": names[name]}
        for name, points in lines for x, y in points if isfinite(y)
    ]  # fmt: skip
    title = to.word(f"chart_gains_{what}")
    under = (to.word(f"axis_gains_{what}"), *about(evaluation, to))
    view = {"width": WIDTH, "height": HEIGHT, "layer": [_line(name, names, to) for name in names]}
    text = _text(title, evaluation, to, measure)
    return Chart(f"gains_{what}", title, text, theme.specification(title, under, rows, view))


def tops(evaluation: Evaluation, to: Printer, measure: str) -> Chart:
    """`precision` or `revenue_recall` of all rankings by share, with their intervals."""
    names = {one.name: to.word(f"ranking_{one.name}") for one in evaluation.rankings}
    shares = [to.share(top.share) for top in evaluation.ours.tops]
    rows = [
        {"share": to.share(top.share), "kind": names[one.name], **whisker(getattr(top, measure))}
        for one in evaluation.rankings for top in one.tops
    ]  # fmt: skip
    title = to.word(f"chart_{measure}")
    axis = {"title": None, "labelAngle": 0, "grid": False, "labelPadding": 8}
    x = {"field": "share", "type": "ordinal", "sort": None, "axis": axis,
         "scale": {"domain": shares, "paddingInner": 0.35, "paddingOuter": 0.2}}  # fmt: skip
    beside = {"field": "kind", "sort": list(names.values())}
    y = theme.amounts("low")
    colour = theme.coloured({words: LOOKS[name]["color"] for name, words in names.items()})
    colour |= {"legend": {"columns": 3}}
    shared = {"x": x, "xOffset": beside, "color": colour}
    layers = [
        {"mark": {"type": "rule", "strokeWidth": 2.25},
         "encoding": shared | {"y": y, "y2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 46, "opacity": 1},
         "encoding": shared | {"y": theme.amounts("value")}},
    ]  # fmt: skip
    under = (to.word("axis_tops"), *about(evaluation, to))
    text = _text(title, evaluation, to, measure)
    view = {"width": WIDTH, "height": HEIGHT, "layer": layers}
    return Chart(f"tops_{measure}", title, text, theme.specification(title, under, rows, view))


def whisker(one: Figure) -> dict[str, float | None]:
    """A share and the ends of its interval in per cent; the share itself where it has none."""
    if not isfinite(one.value):
        return {"value": None, "low": None, "high": None}
    low, high = (one.low, one.high) if isfinite(one.low) else (one.value, one.value)
    return {"value": 100 * one.value, "low": 100 * low, "high": 100 * high}


def _points(curve: Curve, what: str) -> list[tuple[float, float]]:
    values = curve.revenue if what == "revenue" else curve.fraud
    points = zip(curve.inspected, values, strict=True)
    return [(float(x), float(y)) for x, y in points if x <= _END + 1e-9]


def _line(name: str, names: dict[str, str], to: Printer) -> dict[str, Any]:
    """A curve; the legend has all of them."""
    axis = {"title": None, "grid": False, "format": "~f", "tickCount": 6, "ticks": True, "tickSize": 4}
    across = {"domain": [0, 100 * _END], "nice": False}
    x = {"field": "x", "type": "quantitative", "axis": axis, "scale": across}
    y = theme.amounts() | {"scale": {"domain": [0, 100]}}
    colour = theme.coloured({words: LOOKS[other]["color"] for other, words in names.items()})
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 300, "columns": 3}
    dashes = {
        "field": "kind", "type": "nominal", "sort": list(names.values()), "legend": legend,
        "scale": {"domain": list(names.values()),
                  "range": [LOOKS[other].get("strokeDash", [1, 0]) for other in names]},
    }  # fmt: skip
    return {
        "transform": [{"filter": {"field": "kind", "equal": names[name]}}],
        "mark": {"type": "line", "clip": True, "strokeWidth": LOOKS[name]["strokeWidth"]},
        "encoding": {"x": x, "y": y, "color": colour | {"legend": legend}, "strokeDash": dashes},
    }


def _text(title: str, evaluation: Evaluation, to: Printer, measure: str) -> str:
    """The figures at the share that is looked at, in words."""
    found = []
    for one in evaluation.rankings:
        top = next(top for top in one.tops if top.share == evaluation.focus)
        figure = to.percent(getattr(top, measure).value)
        found.append(to.word("text_one", name=to.word(f"ranking_{one.name}"), figure=figure))
    share = to.share(evaluation.focus)
    return to.word("text_gains", title=title, share=share, figures=to.listed(found))
