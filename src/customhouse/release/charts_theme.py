"""The look of the charts: one theme, safe for colour-blind readers, legible at the width of a phone.

Colours are the blue of Okabe and Ito and, a little darker for contrast on white, their vermilion. A
chart is 480 units wide with letters of 14 to 19, so that on a phone of 360 none is smaller than 9.
"""

from __future__ import annotations

from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
FONTS = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif",
)  # fmt: skip
WIDTH = 480
INK, SOFT, LINE = "#1f2328", "#5b6169", "#dedad2"
EXPORTS, IMPORTS, TRADE = "#0072b2", "#c24e00", "#4d5761"
UP, DOWN, UNKNOWN = EXPORTS, IMPORTS, "#9aa1a9"
FLOWS = {"exports": EXPORTS, "imports": IMPORTS, "trade": TRADE}
_SIZE = 14
_SIGNED = "datum.value ? format(datum.value, '+~f') : '0'"


def specification(
    title: str, lines: tuple[str, ...], values: list[dict[str, Any]], view: dict[str, Any]
) -> dict[str, Any]:
    """A whole specification: title, what and whence below it, the data inside, and the view."""
    head = {"text": wrapped(title, 19), "subtitle": [part for line in lines for part in wrapped(line, _SIZE)]}
    return {"$schema": SCHEMA, "title": head, "data": {"values": values}, **view, "config": config()}


def config() -> dict[str, Any]:
    """The configuration that every chart has."""
    axis = {
        "labelFontSize": _SIZE, "titleFontSize": _SIZE, "labelColor": SOFT, "titleColor": SOFT,
        "gridColor": LINE, "domainColor": SOFT, "tickColor": LINE, "labelFontWeight": "normal",
        "titleFontWeight": "normal", "domain": False, "ticks": False, "labelPadding": 6,
    }
    legend = {
        "labelFontSize": _SIZE, "labelColor": INK, "title": None, "orient": "top", "direction": "horizontal",
        "offset": 4, "symbolType": "square", "symbolSize": 110, "columnPadding": 16,
    }
    return {
        "font": ", ".join(FONTS), "background": "#ffffff", "padding": 12,
        "title": {
            "anchor": "start", "frame": "bounds", "fontSize": 19, "color": INK, "fontWeight": "normal",
            "subtitleFontSize": _SIZE, "subtitleColor": SOFT, "subtitlePadding": 6, "offset": 12,
        },
        "view": {"stroke": None}, "axis": axis, "legend": legend,
        "text": {"fontSize": _SIZE, "color": INK}, "concat": {"spacing": 14},
    }


def width_of(text: str, size: float = _SIZE) -> float:
    """About how wide a text is: Chinese letters are square, others little more than half as wide."""
    return sum(size if ord(letter) > 0x2E7F else 0.56 * size for letter in text)


def wrapped(text: str, size: float, room: float = WIDTH - 40) -> list[str]:
    """A text in lines that fit the chart, broken at spaces, or between Chinese letters."""
    lines, words = [""], _words(text)
    for word in words:
        if lines[-1] and width_of(lines[-1] + word.rstrip(), size) > room:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]


def _words(text: str) -> list[str]:
    words = [""]
    for letter in text:
        wide = ord(letter) > 0x2E7F
        if wide and letter.isalnum():
            words.append(letter)
        else:
            words[-1] += letter
            if letter == " ":
                words.append("")
    return [word for word in words if word]


def months(marks: dict[str, list[str]]) -> dict[str, Any]:
    """An axis of months, with or without figures: `marks` has the lines to write under each."""
    pairs = ",".join(f"'{month}':[{','.join(map(repr, lines))}]" for month, lines in marks.items())
    axis = {
        "labelExpr": f"({{{pairs}}})[datum.value]", "labelAngle": 0, "title": None, "grid": False,
        "labelLineHeight": 17, "labelOverlap": False,
    }  # fmt: skip
    return {
        "field": "month", "type": "ordinal", "sort": None, "axis": axis,
        "scale": {"domain": list(marks), "paddingInner": 0.25, "paddingOuter": 0.15},
    }


def amounts(field: str = "value") -> dict[str, Any]:
    """An axis of amounts."""
    axis = {"format": ",~f", "tickCount": 5, "title": None, "minExtent": 50, "grid": True}
    return {"field": field, "type": "quantitative", "axis": axis}


def rates(field: str = "value", ticks: int = 5) -> dict[str, Any]:
    """An axis of growth rates, with signs."""
    axis = {"labelExpr": _SIGNED, "tickCount": ticks, "title": None, "minExtent": 50, "grid": True}
    return {"field": field, "type": "quantitative", "axis": axis}


def zero() -> dict[str, Any]:
    """A line at zero."""
    return {"mark": {"type": "rule", "color": SOFT, "strokeWidth": 1}, "encoding": {"y": {"datum": 0}}}


def coloured(names: dict[str, str]) -> dict[str, Any]:
    """Colour by the field `kind`: names in the order of the legend, with their colours."""
    scale = {"domain": list(names), "range": list(names.values())}
    return {"field": "kind", "type": "nominal", "scale": scale, "sort": list(names)}
