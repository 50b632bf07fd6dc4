"""The charts of docs/january-february.md: python scripts/draw_january_february.py [docs/images].

Runs the Python of the page, on the data beside the repository, and draws what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from pathlib import Path
from typing import Any

import vl_convert

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "january-february.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COLOURS = {"January": "#0b6e99", "February": "#c8553d", "both": "#8a8a8a"}
PARTS = {"before": "#0b6e99", "during": "#8a8a8a", "after": "#c8553d"}


def main() -> None:
    """Run the page and write its charts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = run()
    charts = {"growth": growth(found), "sizes": sizes(found), "explained": explained(found)}
    for name, chart in charts.items():
        place = folder / f"january-february-{name}.svg"
        place.write_text(vl_convert.vegalite_to_svg(json.dumps(chart)) + "\n", encoding="utf-8")
        print(place.name)


def run() -> dict[str, Any]:
    """What the page's Python leaves behind; it looks for the data beside the repository."""
    os.chdir(ROOT)
    found: dict[str, Any] = {"__name__": "__main__"}
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        exec(compile(block, PAGE.name, "exec"), found)
    return found


def growth(found: dict[str, Any]) -> dict[str, Any]:
    """Growth of each month in the years that have both, and of the two together in all."""
    month, printed, values = found["month"], found["printed"], found["values"]
    rows = []
    for year in found["ALONE"]:
        first, second = month(year, 1), month(year, 2)
        sums = [values[first - n] + values[second - n] for n in (0, 12)]
        rows += [point(year, "January", printed[first]), point(year, "February", printed[second])]
        rows.append(point(year, "both", 100 * (sums[0] / sums[1] - 1)))
    rows += [point(year, "both", printed[month(year, 2)]) for year in range(2020, 2027)]
    dots = {"type": "point", "filled": True, "size": 55}
    marks = [
        {"mark": {"type": "line", "strokeWidth": 2}, "transform": [{"filter": "datum.name == 'both'"}]},
        {"mark": dots, "transform": [{"filter": "datum.name != 'both'"}]},
    ]
    return chart(rows, "growth on a year earlier, per cent", COLOURS, marks)


def sizes(found: dict[str, Any]) -> dict[str, Any]:
    """What each window does to a month that holds all of it."""
    chosen, coefficients, np = found["chosen"], found["fit"].coefficients, found["np"]
    rows = [
        point(year, part, 100 * float(np.expm1(size)))
        for year in range(2000, 2027)
        for part, size in chosen.sizes(found["month"](year, 2), coefficients).items()
    ]
    return chart(rows, "change of the month, per cent", PARTS, [{"mark": {"type": "line", "strokeWidth": 2}}])


def explained(found: dict[str, Any]) -> dict[str, Any]:
    """Errors of both months, with coefficients of all years and with those without the year."""
    rows = [
        point(year, name, float(error)) | {"how": how}
        for how, errors in (("coefficients of all years", found["explained"]),
                            ("without the year and the next", found["left_out"]))
        for year, both in zip(found["ALONE"], errors, strict=True)
        for name, error in zip(("January", "February"), both, strict=True)
    ]  # fmt: skip
    rules = [
        {"mark": {"type": "rule", "color": "#555555", "strokeDash": [4, 3]}, "encoding": {
            "y": {"datum": points}, "x": None, "color": None}}
        for points in (-3, 3)
    ]  # fmt: skip
    bars = {"mark": {"type": "bar", "width": 8}, "encoding": {
        "xOffset": {"field": "name", "sort": ["January", "February"]}}}
    made = chart(rows, "published less expected, points", COLOURS, [*rules, bars])
    layer = {"layer": made.pop("layer"), "encoding": made.pop("encoding"), "width": 660, "height": 170}
    made.pop("width"), made.pop("height")
    return made | {"facet": {"row": {"field": "how", "title": None}}, "spec": layer}


def point(year: int, name: str, value: float) -> dict[str, Any]:
    """A row of a chart."""
    return {"year": year, "name": name, "value": round(value, 2)}


def chart(
    rows: list[dict[str, Any]], title: str, colours: dict[str, str], layers: list[dict[str, Any]]
) -> dict[str, Any]:
    """A Vega-Lite chart of years, in the colours of its names."""
    axis, legend = {"labelAngle": 0, "labelOverlap": True}, {"title": None, "orient": "top"}
    names = [name for name in colours if any(row["name"] == name for row in rows)]
    scale = {"domain": names, "range": [colours[name] for name in names]}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white",
        "width": 660, "height": 260, "data": {"values": rows}, "layer": layers,
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": axis},
            "y": {"field": "value", "type": "quantitative", "title": title},
            "color": {"field": "name", "type": "nominal", "scale": scale, "legend": legend},
        },
        "config": {
            "font": "sans-serif", "view": {"stroke": None}, "axis": {"grid": True, "gridColor": "#eeeeee"},
        },
    }  # fmt: skip


if __name__ == "__main__":
    main()
