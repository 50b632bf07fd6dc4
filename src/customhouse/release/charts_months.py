"""Charts of months: columns of trade with its growth, lines of growth, columns of the balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from customhouse import describe
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.release.model import Chart
from customhouse.release.tables_print import printed

if TYPE_CHECKING:
    from customhouse.release.charts import Setting

Series = Mapping[int, Claim]
Layer = dict[str, Any]
_MANY = 12
_APART = 18.0
_HEIGHT, _LOW = 200, 90


def trend(setting: Setting, flows: Mapping[str, Series], total: Series, growth: Series) -> Chart:
    """Columns of exports and imports, with the growth of both together below where there is one."""
    to, months = setting.language, _all(total)
    shown = flows if all(flows.values()) else {setting.flow: total}
    kinds = {label(f"flow_{flow}", to): theme.FLOWS[flow] for flow in shown}
    rows = [
        {"month": _code(m), "value": setting.scaled(claim), "kind": label(f"flow_{flow}", to), "order": at}
        for at, (flow, series) in enumerate(shown.items()) for m, claim in series.items()
    ]  # fmt: skip
    x = theme.months(_marks(months, to))
    above = _columns(setting, x, kinds, total)
    view = above if len(growth) < 2 else {"vconcat": [_bare(above), _grown(growth, x, to)]}
    places = _span(months, setting) | {"value": setting.amount(total[months[-1]])}
    if months[-1] in growth:
        places["growth"] = _percent(growth[months[-1]])
        text = label("chart_trend_grown", to, **places, flow=setting.traded)
    else:
        text = label("chart_trend_text", to, **places, flow=setting.traded)
    about = label("axis_span", to, unit=setting.unit, **_ends(months, to))
    return _chart(setting, "trend", rows, view, text, about)


def _columns(setting: Setting, x: dict[str, Any], kinds: dict[str, str], total: Series) -> dict[str, Any]:
    """Columns on one another, with the figure of the last."""
    last = max(total)
    end = {"month": _code(last), "value": setting.scaled(total[last]), "text": setting.digits(total[last])}
    colour = theme.coloured(kinds)
    return {
        "height": _HEIGHT, "width": theme.WIDTH - 92, "encoding": {"x": x, "y": theme.amounts()},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": colour, "order": {"field": "order"}}},
            {"data": {"values": [end]}, "mark": {"type": "text", "dy": -8},
             "encoding": {"text": {"field": "text"}}},
        ],
    }  # fmt: skip


def _bare(above: dict[str, Any]) -> dict[str, Any]:
    """Without labels under the months: those of the panel below serve both."""
    encoding = above["encoding"]
    x = encoding["x"] | {"axis": {"labels": False, "title": None, "grid": False}}
    return above | {"encoding": encoding | {"x": x}}


def _grown(growth: Series, x: dict[str, Any], language: str) -> dict[str, Any]:
    rows = [{"month": _code(m), "growth": _value(growth, m)} for m in _all(growth)]
    y = theme.rates("growth", 3)
    head = {"text": label("axis_grown_percent", language), "fontSize": 14, "color": theme.SOFT, "offset": 4}
    points = {"filled": True, "size": 40, "color": theme.TRADE}
    line = {"type": "line", "color": theme.TRADE, "strokeWidth": 2, "point": points}
    rate = growth[max(growth)].value
    last = [{"month": _code(max(growth)), "growth": rate, "text": _signed(rate)}]
    mark = {"type": "text", "dy": -11 if rate >= 0 else 13}
    layers: list[dict[str, Any]] = [
        {"mark": line, "encoding": {"x": x, "y": y}},
        {"data": {"values": last}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "text"}}},
    ]
    size = {"height": _LOW, "width": theme.WIDTH - 92}
    return {**size, "title": head, "data": {"values": rows}, "layer": [theme.zero(), *layers]}


def growth(setting: Setting, flows: Mapping[str, Series]) -> Chart:
    """A line a flow, named at its end."""
    to = setting.language
    months = _all(frozenset().union(*flows.values()))
    rows = [
        {"month": _code(m), "value": _value(series, m), "kind": label(f"flow_{flow}", to)}
        for flow, series in flows.items() for m in months
    ]  # fmt: skip
    ends = _end_labels(flows, to)
    room = max(theme.width_of(end["text"]) for end in ends)
    kinds = {label(f"flow_{flow}", to): theme.FLOWS[flow] for flow in flows}
    colour = theme.coloured(kinds) | {"legend": None}
    x, y = theme.months(_marks(months, to)), theme.rates()
    x["scale"] = {"type": "point", "padding": 0.3, "domain": x["scale"]["domain"]}
    view = {
        "height": 230, "width": theme.WIDTH - 92 - room,
        "layer": [
            theme.zero(),
            {"mark": {"type": "line", "strokeWidth": 2.5, "point": {"filled": True, "size": 45}},
             "encoding": {"x": x, "y": y, "color": colour}},
            *(_ended(end, x, y, colour) for end in ends),
        ],
    }  # fmt: skip
    text = label("chart_growth_text", to, **_ends(months, to),
                 **{flow: _percent(series[max(series)]) for flow, series in flows.items()})
    about = label("axis_span", to, unit=label("axis_percent", to), **_ends(months, to))
    return _chart(setting, "growth", rows, view, text, about)


def _ended(end: Layer, x: Layer, y: Layer, colour: Layer) -> Layer:
    return {
        "data": {"values": [end]},
        "mark": {"type": "text", "align": "left", "dx": 9, "dy": end["dy"]},
        "encoding": {"x": x, "y": y, "color": colour, "text": {"field": "text"}},
    }


def _end_labels(flows: Mapping[str, Series], language: str) -> list[dict[str, Any]]:
    """What is written at the ends of lines, moved apart where they would lie on one another."""
    every = [claim.value for series in flows.values() for claim in series.values()]
    scale = 230 / max(max(*every, 0.0) - min(*every, 0.0), 1.0)
    found = []
    for flow, series in flows.items():
        last = max(series)
        name = label(f"flow_{flow}", language)
        end: Layer = {"month": _code(last), "value": series[last].value, "kind": name, "dy": 0.0}
        found.append(end | {"text": f"{name} {_percent(series[last])}"})
    found.sort(key=lambda end: -end["value"])
    for above, below in pairwise(found):
        lack = _APART - (above["value"] - below["value"]) * scale
        if lack > 0:
            above["dy"], below["dy"] = -lack / 2, lack / 2
    return found


def balance(setting: Setting, series: Series) -> Chart:
    """Columns above and below zero; the last has its figure."""
    to, months = setting.language, _all(series)
    kinds = {label("surplus", to): theme.UP, label("deficit", to): theme.DOWN}
    names = list(kinds)
    rows = [
        {"month": _code(m), "value": setting.scaled(c), "kind": names[c.value < 0],
         "text": setting.digits(c) if m == months[-1] else ""}
        for m, c in series.items()
    ]  # fmt: skip
    signs = {row["kind"] for row in rows}
    colour = theme.coloured({name: colour for name, colour in kinds.items() if name in signs})
    encoding = {"x": theme.months(_marks(months, to)), "y": theme.amounts()}
    below = series[months[-1]].value < 0
    view = {
        "height": 230, "width": theme.WIDTH - 92,
        "layer": [
            {"mark": {"type": "bar"}, "encoding": encoding | {"color": colour}},
            theme.zero(),
            {"mark": {"type": "text", "dy": 12 if below else -9},
             "encoding": encoding | {"text": {"field": "text"}}},
        ],
    }  # fmt: skip
    text = label("chart_balance_text", to, **_span(months, setting),
                 value=setting.amount(series[months[-1]]))
    about = label("axis_span", to, unit=setting.unit, **_ends(months, to))
    return _chart(setting, "balance", rows, view, text, about)


def _chart(
    setting: Setting, code: str, rows: list[dict[str, Any]], view: dict[str, Any], text: str, about: str
) -> Chart:
    title = label(f"chart_{code}", setting.language, flow=setting.traded)
    return Chart(code, title, text, theme.specification(title, setting.lines(about), rows, view))


def _all(months: Iterable[int]) -> list[int]:
    """From the first to the last, those without a figure too: they leave a gap."""
    found = sorted(months)
    return list(range(found[0], found[-1] + 1))


def _value(series: Series, month: int) -> float | None:
    """The figure of a month; none breaks a line."""
    return series[month].value if month in series else None


def _code(month: int) -> str:
    return str(Period(month, month))


def _month(month: int, language: str) -> str:
    return describe.period_words(Period(month, month), language)


def _ends(months: Sequence[int], language: str) -> dict[str, str]:
    return {"first": _month(months[0], language), "last": _month(months[-1], language)}


def _span(months: Sequence[int], setting: Setting) -> dict[str, str]:
    return _ends(months, setting.language) | {"unit": setting.unit}


def _percent(claim: Claim) -> str:
    return f"{_signed(claim.value)}%"


def _signed(rate: float) -> str:
    text = printed(rate, 0, 1)
    return f"+{text}" if rate > 0 and text != "0.0" else text


def _marks(months: Sequence[int], language: str) -> dict[str, list[str]]:
    """What stands under a month: its name (of many the first of quarters and the last), then a new year."""
    marks: dict[str, list[str]] = {}
    year, last = None, months[-1]
    for month in months:
        quarterly = (month % 3 == 0 and last - month > 1) or month == last
        named = len(months) <= _MANY or quarterly
        name = label("axis_month", language, m=describe.word(f"month_{month % 12 + 1}", language))
        lines = [name if named else ""]
        if month // 12 != year and named:
            year = month // 12
            lines.append(label("axis_year", language, y=str(year)))
        marks[_code(month)] = lines
    return marks
