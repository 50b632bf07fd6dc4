"""Charts of parts: bars of levels coloured by growth, bars of contributions to growth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse import describe
from customhouse.model import Claim
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.release.model import Chart
from customhouse.release.tables_print import printed

if TYPE_CHECKING:
    from customhouse.release.charts import Setting

_STEP = 27
_GAP = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part by name, its figure, and its growth where there is one."""

    name: str
    claim: Claim
    growth: Claim | None


def levels(setting: Setting, code: str, parts: Sequence[Part]) -> Chart:
    """Bars of levels, the largest first, coloured by whether they grew; each has its figure and growth."""
    to = setting.language
    kinds = {
        label("legend_up", to): theme.UP, label("legend_down", to): theme.DOWN,
        label("legend_unknown", to): theme.UNKNOWN,
    }  # fmt: skip
    names = list(kinds)
    rows = [
        {"name": part.name, "value": setting.scaled(part.claim), "kind": names[_kind(part)],
         "text": _labelled(setting, part)}
        for part in parts
    ]  # fmt: skip
    there = {row["kind"] for row in rows}
    shown = {name: colour for name, colour in kinds.items() if name in there}
    if there == {names[2]}:
        shown = {names[2]: theme.TRADE}
    period = describe.period_words(setting.period, to)
    first = parts[0]
    text = label("chart_partner_text", to, flow=setting.traded, period=period, unit=setting.unit,
                 name=first.name, value=setting.amount(first.claim))
    about = label("axis_period", to, unit=setting.unit, period=period)
    return _chart(setting, code, rows, _bars(rows, shown), text, about)


def contributions(setting: Setting, dimension: str, parts: Sequence[Part]) -> Chart:
    """Bars of contributions to the growth of trade, from the largest to the smallest."""
    to, code = setting.language, f"contribution_{dimension}"
    kinds = {label("legend_adds", to): theme.UP, label("legend_takes", to): theme.DOWN}
    names = list(kinds)
    rows = [
        {"name": part.name, "value": part.claim.value, "kind": names[part.claim.value < 0],
         "text": _signed(part.claim.value, 2)}
        for part in parts
    ]  # fmt: skip
    there = {row["kind"] for row in rows}
    shown = {name: colour for name, colour in kinds.items() if name in there}
    period = describe.period_words(setting.period, to)
    largest = max(parts, key=lambda part: abs(part.claim.value))
    text = label("chart_contribution_text", to, flow=setting.traded, period=period, name=largest.name,
                 value=_signed(largest.claim.value, 2))
    about = label("axis_period", to, unit=label("axis_points", to, flow=setting.traded), period=period)
    return _chart(setting, code, rows, _bars(rows, shown), text, about)


def _kind(part: Part) -> int:
    if part.growth is None:
        return 2
    return 0 if part.growth.value >= 0 else 1


def _labelled(setting: Setting, part: Part) -> str:
    amount = setting.digits(part.claim)
    if part.growth is None:
        return amount
    return label("bar_grown", setting.language, n=amount, growth=_signed(part.growth.value, 1))


def _signed(number: float, decimals: int) -> str:
    text = printed(number, 0, decimals)
    return f"+{text}" if number > 0 and text.strip("0.") else text


def _bars(rows: list[dict[str, Any]], kinds: dict[str, str]) -> dict[str, Any]:
    """Horizontal bars with their figures at the ends; the scale leaves room for these."""
    names = max(theme.width_of(row["name"]) for row in rows) + 14
    figures = max(theme.width_of(row["text"]) for row in rows) + 2 * _GAP
    width = max(theme.WIDTH - 24 - names, 200)
    y = {"field": "name", "type": "nominal", "sort": None, "axis": {
        "title": None, "labelColor": theme.INK, "labelLimit": 220, "grid": False,
    }}  # fmt: skip
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {
        "domain": _domain([row["value"] for row in rows], figures / width), "nice": False, "zero": True,
    }}  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "bar"}, "encoding": {"color": theme.coloured(kinds) | _legend(kinds)}},
        *(_figures(sign) for sign in (">=", "<")),
    ]
    if any(row["value"] < 0 for row in rows):
        rule = {"type": "rule", "color": theme.SOFT, "strokeWidth": 1}
        ends = {"y": {"value": 0}, "y2": {"value": "height"}}
        layers.append({"mark": rule, "encoding": {"x": {"datum": 0}, **ends}})
    for layer in layers[:3]:
        layer["encoding"] = {"x": x, "y": y} | layer.get("encoding", {})
    return {"width": width, "height": _STEP * len(rows), "layer": layers}


def _legend(kinds: dict[str, str]) -> dict[str, Any]:
    """No legend where there is nothing to tell apart."""
    return {} if len(kinds) > 1 else {"legend": None}


def _figures(sign: str) -> dict[str, Any]:
    """The figures right of bars that go to the right, left of the others."""
    right = sign == ">="
    return {
        "transform": [{"filter": f"datum.value {sign} 0"}],
        "mark": {"type": "text", "align": "left" if right else "right", "dx": _GAP if right else -_GAP},
        "encoding": {"text": {"field": "text"}},
    }


def _domain(values: list[float], room: float) -> list[float]:
    """From the smallest to the largest, wide enough that a share `room` of the width is left at used ends."""
    low, high = min(*values, 0.0), max(*values, 0.0)
    sides = (low < 0) + (high > 0)
    span = (high - low) / max(1 - sides * room, 0.2) or 1.0
    return [low - span * room if low < 0 else 0.0, high + span * room if high > 0 else 0.0]


def _chart(
    setting: Setting, code: str, rows: list[dict[str, Any]], view: dict[str, Any], text: str, about: str
) -> Chart:
    head = label(f"chart_{code}", setting.language, flow=setting.traded)
    return Chart(code, head, text, theme.specification(head, setting.lines(about), rows, view))
