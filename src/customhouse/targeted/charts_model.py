"""Charts of what the model looks at, and of how its finds change over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from customhouse import interface
from customhouse.release import charts_theme as theme
from customhouse.release.charts_axis import HEIGHT, WIDTH
from customhouse.release.model import Chart
from customhouse.targeted.charts import PURPLE
from customhouse.targeted.features import named, printed
from customhouse.targeted.words import Printer
from customhouse.targeting.listing import EPOCH, date_of

if TYPE_CHECKING:
    from customhouse.targeting.loop import Run
    from customhouse.targeting.watched import Watched
    from customhouse.targeting.why import Dependence, Importance

_REASONS = "targeting_reasons"
_MOST, _ROW, _BIN, _ROOM = 12, 28, 22, 190
_PERIODS, _SHORT = 4, 18
_COLOURS = (theme.EXPORTS, theme.IMPORTS, PURPLE, theme.TRADE, theme.UNKNOWN, theme.INK)
_DASHES: tuple[list[int], ...] = ([1, 0], [1, 0], [7, 3], [2, 3], [1, 0], [5, 4])
_MARKS = 7
_MINUS = "\N{MINUS SIGN}"
Row = dict[str, Any]


def topic(name: str, to: Printer) -> str:
    """A topic, or a feature, in words."""
    row = interface.words(_REASONS).get(f"topic_{name}")
    return row[to.language] if row else named(name, to)


def importance(found: Sequence[Importance], to: Printer, about: tuple[str, ...] = ()) -> Chart | None:
    """What adds most to the score, the weightiest first; None where nothing is known.

    Here and below `about` are the warnings that stand under the title.
    """
    rows = [
        {"name": topic(one.name, to), "value": float(one.score)}
        for one in found[:_MOST] if isfinite(one.score)
    ]  # fmt: skip
    if not rows:
        return None
    down = {"title": None, "grid": False, "labelLimit": _ROOM, "minExtent": _ROOM}
    y = {"field": "name", "type": "ordinal", "sort": [row["name"] for row in rows], "axis": down,
         "scale": {"paddingInner": 0.35}}  # fmt: skip
    x = {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 5, "format": "~f"}}
    view = {
        "width": WIDTH + 40 - _ROOM, "height": {"step": _ROW},
        "mark": {"type": "bar", "color": theme.EXPORTS}, "encoding": {"x": x, "y": y},
    }  # fmt: skip
    title = to.word("chart_importance")
    figures = to.listed(
        to.word("text_one", name=str(row["name"]), figure=f"{row['value']:.2f}") for row in rows
    )
    told = to.word("text_rows", title=title, figures=figures)
    spec = theme.specification(title, (to.word("axis_importance"), *about), rows, view)
    return Chart("importance", title, told, spec)


def dependence(
    found: Sequence[Dependence], to: Printer, number: int = 1, about: tuple[str, ...] = ()
) -> Chart | None:
    """What a feature adds to the score by its value, a row a bin: the mean, and the middle half."""
    if len(found) < 2:
        return None
    names = [_range(one, to) for one in found]
    rows: list[Row] = [
        {"name": name, "value": one.mean, "low": one.lower, "high": one.upper}
        for name, one in zip(names, found, strict=True)
    ]
    down = {"title": None, "grid": False, "labelLimit": _ROOM, "minExtent": _ROOM}
    y = {"field": "name", "type": "ordinal", "sort": names, "axis": down}
    across = {"title": None, "grid": True, "tickCount": 5, "labelExpr": theme.rates()["axis"]["labelExpr"]}
    x = {"field": "value", "type": "quantitative", "axis": across}
    blue = {"color": theme.EXPORTS}
    layers = [
        {"mark": {"type": "rule", "color": theme.SOFT}, "encoding": {"x": {"datum": 0}}},
        {"mark": {"type": "rule", "strokeWidth": 2.25, **blue},
         "encoding": {"y": y, "x": x | {"field": "low"}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, **blue},
         "encoding": {"y": y, "x": x}},
    ]  # fmt: skip
    title = to.word("chart_dependence", feature=topic(found[0].feature, to))
    told = _from_least_to_most(found, names, title, to)
    view = {"width": WIDTH + 40 - _ROOM, "height": {"step": _BIN}, "layer": layers}
    spec = theme.specification(title, (to.word("axis_dependence"), *about), rows, view)
    return Chart(f"dependence_{number}", title, told, spec)


def _from_least_to_most(found: Sequence[Dependence], names: Sequence[str], title: str, to: Printer) -> str:
    """A dependence in words: what the least and the largest values add; no value is neither."""
    bins = [place for place, one in enumerate(found) if not one.missing]
    first, last = (bins[0], bins[-1]) if len(bins) > 1 else (0, len(found) - 1)
    means = {"low": _signed(found[first].mean), "high": _signed(found[last].mean)}
    return to.word("text_dependence", title=title, first=names[first], last=names[last], **means)


def drift(run: Run | Watched, to: Printer, about: tuple[str, ...] = ()) -> Chart | None:
    """The precision of each way of targeting over time, with its alarms; None without two periods."""
    ways = list(dict.fromkeys(week.way for week in run.weeks))[: len(_COLOURS)]
    rows = [row for name in ways for row in _pooled(run, name)]
    rings = _alarms(run, ways, rows)
    for row in (*rows, *rings):
        row["kind"] = to.way(row["kind"])
    names = [to.way(name) for name in ways]
    days = sorted({row["x"] for row in rows})
    if len(days) < 2:
        return None
    x, y = _time(days), theme.amounts()
    colour = theme.coloured(dict(zip(names, _COLOURS, strict=False)))
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 300, "labelLimit": WIDTH,
              "columns": 2 if max(map(len, names)) > _SHORT else 3}  # fmt: skip
    dashes = {"field": "kind", "type": "nominal", "sort": names, "legend": legend,
              "scale": {"domain": names, "range": list(_DASHES[: len(names)])}}  # fmt: skip
    layers: list[Row] = [
        {"mark": {"type": "line", "strokeWidth": 2},
         "encoding": {"x": x, "y": y, "color": colour | {"legend": legend}, "strokeDash": dashes}},
    ]  # fmt: skip
    if rings:
        layers.append({
            "data": {"values": rings}, "encoding": {"x": x, "y": y, "color": colour | {"legend": legend}},
            "mark": {"type": "point", "size": 130, "filled": False, "strokeWidth": 2},
        })  # fmt: skip
    return _told(run, names, rows, layers, to, about)


def _told(
    run: Run | Watched, names: list[str], rows: list[Row], layers: list[Row], to: Printer,
    about: tuple[str, ...],
) -> Chart:
    title = to.word("chart_drift")
    last = {row["kind"]: row["value"] for row in rows if row["value"] is not None}
    figures = to.listed(
        to.word("text_one", name=name, figure=to.percent(last[name] / 100)) for name in names if name in last
    )
    first, end = run.weeks[0].begin, max(week.begin for week in run.weeks)
    text = to.word("text_drift", title=title, first=str(first), last=str(end), figures=figures)
    view = {"width": WIDTH, "height": HEIGHT, "layer": layers}
    spec = theme.specification(title, (to.word("axis_drift"), *about), rows, view)
    return Chart("drift", title, text, spec)


def _pooled(run: Run | Watched, name: str) -> list[Row]:
    """The precision of the latest periods, at each."""
    weeks, found = run.of(name), []
    for end in range(1, len(weeks) + 1):
        latest = weeks[max(0, end - _PERIODS) : end]
        inspected = sum(week.inspected for week in latest)
        value = 100 * sum(week.frauds for week in latest) / inspected if inspected else None
        found.append({"x": (latest[-1].begin - EPOCH).days, "value": value, "kind": name})
    return found


def _alarms(run: Run | Watched, names: list[str], rows: list[Row]) -> list[Row]:
    """Where alarms were raised, on the line of their way."""
    found = []
    for name in names:
        line = [row for row in rows if row["kind"] == name and row["value"] is not None]
        for alarm in run.drift[name].alarms if name in run.drift and line else ():
            raised = (alarm.raised - EPOCH).days
            near = min(line, key=lambda row: abs(int(row["x"]) - raised))
            found.append({"x": raised, "value": near["value"], "kind": name})
    return found


def _time(days: list[int]) -> dict[str, Any]:
    """An axis of days since 1970 with some months named."""
    first, last = (date_of(number) for number in (days[0], days[-1]))
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    apart = next((n for n in (1, 2, 3, 6, 12, 24) if len(months) <= n * _MARKS), 60)
    named = [date(month // 12, month % 12 + 1, 1) for month in months if month % 12 % apart == 0]
    told = ",".join(f"'{(day - EPOCH).days}':'{day:%Y-%m}'" for day in named)
    axis = {
        "values": [(day - EPOCH).days for day in named], "labelExpr": f"({{{told}}})[datum.value]",
        "title": None, "grid": False, "ticks": True, "tickSize": 4,
    }  # fmt: skip
    across = {"domain": [days[0], days[-1]], "nice": False, "zero": False}
    return {"field": "x", "type": "quantitative", "axis": axis, "scale": across}


def _range(one: Dependence, to: Printer) -> str:
    """The values of a bin in words."""
    if one.missing:
        return to.word("no_value")
    low, high = ("" if end is None else printed(one.feature, end) for end in (one.low, one.high))
    if one.low is None or one.high is None:
        return to.word("value_below" if one.low is None else "value_above", n=low or high)
    return to.word("to", low=low, high=high)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", _MINUS)
