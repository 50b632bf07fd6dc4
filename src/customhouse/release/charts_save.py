"""A chart by itself to a file, its form by the ending: svg, png, or a page of html that stands alone."""

from __future__ import annotations

import json
from pathlib import Path

from customhouse import optional
from customhouse.errors import OutputError
from customhouse.export import save as save_whole
from customhouse.release import charts_draw as draw
from customhouse.release.model import Chart

FORMS = ("svg", "png", "html")
"""The endings of files that charts are written to."""


def drawn(chart: Chart, form: str) -> str | bytes:
    """A chart as `svg`, `png`, or a page of `html` with all that it needs inside. Raises MissingExtra."""
    if form == "html":
        return _page(chart)
    picture = draw.svg(chart)
    return draw.png(picture) if form == "png" else draw.alone([picture])[0]


def save_chart(chart: Chart, path: str | Path) -> None:
    """Write a chart, whole or not at all. Raises OutputError for another ending, MissingExtra."""
    form = Path(path).suffix.lower().lstrip(".")
    if form not in FORMS:
        endings = ", ".join(f".{one}" for one in FORMS)
        raise OutputError(f"{path}: no form of charts has this ending; name it one of {endings}")
    save_whole(drawn(chart, form), str(path))


def _page(chart: Chart) -> str:
    vl_convert = optional.module("vl_convert", "drawing charts", "release")
    return str(vl_convert.vegalite_to_html(json.dumps(chart.specification), bundle=True))
