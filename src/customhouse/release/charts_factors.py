"""What growth is made of, as a waterfall: bars from one running total to the next, and growth at the end.

The order and the signs are those of the parts that are given; growth is their sum, so that no picture can
show a total that its parts do not make.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Any

from customhouse.errors import OutputError
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label, labelled
from customhouse.release.model import Chart
from customhouse.release.tables_print import printed

DECIMALS = 2
"""Points of growth print to hundredths, as contributions do."""
_STEP, _GAP, _BAR = 34, 6, 0.3
_TOTAL = "total"
ORDER = ("price", "volume", "entry", "exit", "turnover", "uncovered")
"""Factors in the order of a waterfall."""
VOLUME_APART = "volume_apart"
"""Volume without what working days did to it."""
_LEAST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A part of growth in percentage points.

    `code` is price, volume, entry, exit, working_days, uncovered or another of `name`.
    """

    code: str
    points: float
    name: str = ""

    def named(self, language: str) -> str:
        """What the part is called."""
        code = f"part_{self.code}"
        return self.name or (label(code, language) if labelled(code) else self.code)


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of the waterfall, from one running total to the next, with what it prints."""

    code: str
    name: str
    start: float
    end: float
    points: float
    text: str

    @property
    def total(self) -> bool:
        """Whether it is growth itself."""
        return self.code == _TOTAL


def parts_of(points: Mapping[Any, float], days: float | None = None) -> list[Part]:
    """Parts of growth in the order of a waterfall, from points by factor as `prices.contributions` has them.

    `days` are the points of working days: they are taken out of volume, which they are part of, so that
    the sum stays. Factors of nothing are left out, but prices and volumes.
    """
    found = {code: points[code] for code in ORDER if code in points and (points[code] or code in ORDER[:2])}
    found |= {code: more for code, more in points.items() if code not in ORDER}
    if days is None or "volume" not in found:
        return [Part(code, more) for code, more in found.items()]
    made: list[Part] = []
    for code, more in found.items():
        made += [Part(VOLUME_APART, more - days), Part("working_days", days)] if code == "volume" else \
            [Part(code, more)]
    return made


def steps(parts: Sequence[Part], language: str) -> tuple[Step, ...]:
    """The bars of parts in their order, then growth from zero. Raises OutputError."""
    if not parts:
        raise OutputError("waterfall: no parts of growth are given; nothing to draw")
    if wrong := [part.code for part in parts if not isfinite(part.points)]:
        raise OutputError(f"waterfall: {', '.join(wrong)}: no number of points; leave it out and say so")
    points = [part.points for part in parts]
    ends = [fsum(points[: n + 1]) for n in range(len(points))]
    starts = [0.0, *ends[:-1]]
    made = [
        Step(part.code, part.named(language), start, end, part.points, signed(part.points))
        for part, start, end in zip(parts, starts, ends, strict=True)
    ]
    whole = ends[-1]
    return (*made, Step(_TOTAL, label("part_total", language), 0.0, whole, whole, signed(whole)))


def signed(points: float, decimals: int = DECIMALS) -> str:
    """Points as they print, with their sign."""
    text = printed(points, 0, decimals)
    return f"+{text}" if points > 0 and text.strip("0.") else text


def waterfall(
    parts: Sequence[Part], language: str, title: str = "", about: Sequence[str] = (), code: str = "factors"
) -> Chart:
    """The waterfall of parts of growth; `about` are lines below the title. Raises OutputError.

    The last bar is growth, the sum of the parts; leave nothing out that belongs to it.
    """
    made = steps(parts, language)
    kinds = kinds_of(made, language)
    names = {step.code: kind for step, kind in zip(made, kinds, strict=True)}
    rows = [
        {"at": at, "name": step.name, "start": step.start, "end": step.end, "value": step.points,
         "kind": kind, "text": step.text}
        for at, (step, kind) in enumerate(zip(made, kinds, strict=True))
    ]  # fmt: skip
    colours = {kind: colour for kind, colour in colours_of(language).items() if kind in names.values()}
    head = title or label("chart_factors", language)
    lines = tuple(about) or (label("axis_growth_points", language),)
    spec = theme.specification(head, lines, rows, _view(made, colours))
    return Chart(code, head, told(made, language, head), spec)


def kinds_of(made: Sequence[Step], language: str) -> list[str]:
    """What each bar does, in words of the legend."""
    adds, takes, whole = colours_of(language)
    return [whole if step.total else takes if step.points < 0 else adds for step in made]


def colours_of(language: str) -> dict[str, str]:
    """The colours of what adds to growth, of what takes from it, and of growth."""
    return {
        label("legend_adds", language): theme.UP, label("legend_takes", language): theme.DOWN,
        label("legend_growth", language): theme.TRADE,
    }  # fmt: skip


def told(made: Sequence[Step], language: str, title: str) -> str:
    """What the picture shows, for those who do not see it: every part."""
    *parts, whole = made
    listed = label("list_gap", language).join(
        label("chart_factors_part", language, name=step.name, n=step.text) for step in parts
    )
    return label("chart_factors_text", language, title=title, parts=listed, total=whole.text)


def domain(made: Sequence[Step], room: float) -> list[float]:
    """From the lowest to the highest running total, with a share `room` of the width left for figures."""
    ends = [end for step in made for end in (step.start, step.end)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    sides = (low < 0) + (high > 0)
    span = (high - low) / max(1 - sides * room, 0.2) or 1.0
    return [low - span * room if low < 0 else 0.0, high + span * room if high > 0 or low == 0 else 0.0]


def links(made: Sequence[Step]) -> list[dict[str, Any]]:
    """The lines from the end of each bar to the next: where they stand, and between which rows."""
    return [{"at": at, "x": step.end} for at, step in enumerate(made[:-1])]


def _view(made: Sequence[Step], colours: dict[str, str]) -> dict[str, Any]:
    """Rows from above downwards, names left of them, figures beyond the ends of the bars."""
    names = max(theme.width_of(step.name) for step in made) + 14
    figures = max(theme.width_of(step.text) for step in made) + 2 * _GAP
    width = max(theme.WIDTH - 24 - names, _LEAST)
    axis = {
        "values": [at + 0.5 for at in range(len(made))], "title": None, "grid": False, "labelLimit": 240,
        "labelColor": theme.INK, "labelOverlap": False,
        "labelExpr": f"({json.dumps([step.name for step in made], ensure_ascii=False)})[floor(datum.value)]",
    }  # fmt: skip
    rows = {"domain": [0, len(made)], "reverse": True, "nice": False, "zero": False}
    y = {"field": "y", "type": "quantitative", "axis": axis, "scale": rows}
    across = {"domain": domain(made, figures / width), "nice": False, "zero": True}
    x = {"type": "quantitative", "axis": None, "scale": across}
    layers = [
        _zero(x), _linked(made, x, y), _bars(x, y, colours), *(_figures(x, y, sign) for sign in (">=", "<")),
    ]  # fmt: skip
    return {"width": width, "height": _STEP * len(made), "layer": layers}


def _bars(x: dict[str, Any], y: dict[str, Any], colours: dict[str, str]) -> dict[str, Any]:
    colour = theme.coloured(colours) | ({} if len(colours) > 1 else {"legend": None})
    return {
        "transform": [{"calculate": f"datum.at + 0.5 - {_BAR}", "as": "y"},
                      {"calculate": f"datum.at + 0.5 + {_BAR}", "as": "y2"}],
        "mark": {"type": "rect"},
        "encoding": {"x": x | {"field": "start"}, "x2": {"field": "end"}, "y": y, "y2": {"field": "y2"},
                     "color": colour},
    }  # fmt: skip


def _figures(x: dict[str, Any], y: dict[str, Any], sign: str) -> dict[str, Any]:
    """Figures right of bars that go to the right, left of the others."""
    right = sign == ">="
    mark = {"type": "text", "align": "left" if right else "right", "dx": _GAP if right else -_GAP}
    return {
        "transform": [{"filter": f"datum.value {sign} 0"}, {"calculate": "datum.at + 0.5", "as": "y"}],
        "mark": mark,
        "encoding": {"x": x | {"field": "end"}, "y": y, "text": {"field": "text"}},
    }


def _linked(made: Sequence[Step], x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {"x": link["x"], "y": link["at"] + 0.5 + _BAR, "y2": link["at"] + 1.5 - _BAR} for link in links(made)
    ]
    return {
        "data": {"values": rows}, "mark": {"type": "rule", "color": theme.SOFT, "strokeWidth": 1},
        "encoding": {"x": x | {"field": "x"}, "y": y, "y2": {"field": "y2"}},
    }  # fmt: skip


def _zero(x: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "rule", "color": theme.LINE, "strokeWidth": 1}
    ends = {"y": {"value": 0}, "y2": {"value": "height"}}
    return {"mark": mark, "encoding": {"x": x | {"datum": 0}, **ends}}
