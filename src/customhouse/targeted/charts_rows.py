"""Charts of bins and groups: calibration, groups and origins with their intervals, a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import HEIGHT, WIDTH
from customhouse.release.model import Chart
from customhouse.targeted.charts import about, whisker
from customhouse.targeted.summary import money
from customhouse.targeted.words import Printer
from customhouse.targeting.judging import Evaluation
from customhouse.targeting.judging.model import Fair, Figure

_ROW = 34
_MOST = 20
"""Rows that are drawn; the table has all."""
_ROOM = 150
"""The width that names of rows have."""


def calibration(evaluation: Evaluation, to: Printer) -> Chart | None:
    """Observed rates of fraud by predicted ones, with intervals, beside the line where both are alike."""
    if evaluation.calibration is None:
        return None
    bins = evaluation.calibration.rates
    rows = [{"x": 100 * one.predicted, **whisker(Figure(one.observed, *one.interval))} for one in bins]
    title, last = to.word("chart_calibration"), bins[-1]
    across = {"title": None, "grid": False, "format": "~f", "tickCount": 6, "ticks": True, "tickSize": 4}
    x = {"field": "x", "type": "quantitative", "axis": across, "scale": {"zero": True}}
    y, blue = theme.amounts(), {"color": theme.EXPORTS}
    end = max(max(row["x"] or 0, row["high"] or 0) for row in rows)
    layers = [
        {"data": {"values": [{"x": 0, "value": 0}, {"x": end, "value": end}]},
         "mark": {"type": "line", "color": theme.SOFT, "strokeDash": [5, 4], "strokeWidth": 1.25},
         "encoding": {"x": x, "y": y}},
        {"mark": {"type": "rule", "strokeWidth": 2.25, **blue},
         "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, **blue},
         "encoding": {"x": x, "y": y}},
    ]  # fmt: skip
    text = to.word("text_calibration", title=title, predicted=to.percent(last.predicted),
                   observed=to.percent(last.observed))  # fmt: skip
    under = (to.word("axis_calibration"), *about(evaluation, to))
    view = {"width": WIDTH, "height": HEIGHT, "layer": layers}
    return Chart("calibration", title, text, theme.specification(title, under, rows, view))


def groups(evaluation: Evaluation, to: Printer) -> Chart | None:
    """Precision, and the share of revenue or else of fraud, of each group under the common cut."""
    if not evaluation.groups:
        return None
    kinds = ("precision", "revenue_recall" if money(evaluation) else "recall")
    rows = {
        to.group(one.by, one.code, len(one.pooled)): {kind: getattr(one, kind) for kind in kinds}
        for one in evaluation.groups
    }
    under = to.word("axis_groups", share=to.share(evaluation.focus))
    return _dots("groups", rows, kinds, under, evaluation, to)


def fairness(evaluation: Evaluation, to: Printer) -> Chart | None:
    """How often declarations of each origin, and clean ones, are selected; a line for all origins."""
    found = evaluation.fairness
    if found is None:
        return None
    kinds = ("selected", "false_positive")
    rows = {
        to.group("origin", one.code, len(one.pooled)): {kind: _figure(getattr(one, kind)) for kind in kinds}
        for one in found.origins[:_MOST]
    }
    return _dots("fairness", rows, kinds, to.word("axis_fairness"), evaluation, to, found.whole.selected.rate)


def _dots(
    code: str, rows: Mapping[str, Mapping[str, Figure]], kinds: Sequence[str], under: str,
    evaluation: Evaluation, to: Printer, line: float | None = None,
) -> Chart:  # fmt: skip
    """A row a name with a dot and an interval for each kind."""
    names = {kind: to.word(f"legend_{kind}") for kind in kinds}
    values = [
        {"name": name, "kind": names[kind], **whisker(one)}
        for name, by in rows.items() for kind, one in by.items()
    ]  # fmt: skip
    title = to.word(f"chart_{code}")
    layers = _layers(list(rows), list(names.values()))
    if line is not None:
        layers.insert(0, {"data": {"values": [{"at": 100 * line}]},
                          "mark": {"type": "rule", "color": theme.SOFT, "strokeDash": [5, 4]},
                          "encoding": {"x": {"field": "at", "type": "quantitative"}}})  # fmt: skip
    view = {"width": WIDTH + 40 - _ROOM, "height": {"step": _ROW, "for": "position"}, "layer": layers}
    about_first = to.word("text_kind", title=title, kind=names[kinds[0]])
    told = to.word("text_rows", title=about_first, figures=_told(rows, kinds[0], to))
    spec = theme.specification(title, (under, *about(evaluation, to)), values, view)
    return Chart(code, title, told, spec)


def _layers(rows: list[str], kinds: list[str]) -> list[dict[str, Any]]:
    down = {"title": None, "grid": False, "labelLimit": _ROOM, "minExtent": _ROOM, "labelPadding": 8}
    y = {"field": "name", "type": "ordinal", "sort": rows, "axis": down,
         "scale": {"paddingInner": 0.3, "paddingOuter": 0.2}}  # fmt: skip
    across = {"title": None, "grid": True, "format": "~f", "tickCount": 5}
    x = {"field": "low", "type": "quantitative", "axis": across, "scale": {"zero": True}}
    colour = theme.coloured(dict(zip(kinds, (theme.EXPORTS, theme.IMPORTS), strict=True)))
    shapes = {"field": "kind", "type": "nominal", "sort": kinds,
              "scale": {"domain": kinds, "range": ["circle", "diamond"]}}  # fmt: skip
    shared = {"y": y, "yOffset": {"field": "kind", "sort": kinds}, "color": colour}
    return [
        {"mark": {"type": "rule", "strokeWidth": 2.25},
         "encoding": shared | {"x": x, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
         "encoding": shared | {"x": x | {"field": "value"}, "shape": shapes}},
    ]  # fmt: skip


def _told(rows: Mapping[str, Mapping[str, Figure]], kind: str, to: Printer) -> str:
    """The first figures in words."""
    told = [
        to.word("text_one", name=name, figure=to.percent(by[kind].value))
        for name, by in rows.items() if isfinite(by[kind].value)
    ]  # fmt: skip
    return to.listed(told[:_MOST])


def _figure(one: Fair) -> Figure:
    return Figure(one.rate, one.low, one.high)
