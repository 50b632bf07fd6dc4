"""The charts of a release: valid by themselves, true to the measures, with letters that show anywhere."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import layout_material as material
from customhouse import vocabulary
from customhouse.measures import Request, measure
from customhouse.model import Claim, Slice
from customhouse.release import charts, charts_draw, charts_theme
from customhouse.release.layout import write, write_release
from customhouse.release.model import Chart

LANGUAGES = ("zh", "en")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("vl_convert")
    found = tmp_path_factory.mktemp("charts") / "out"
    write_release(material.releases(), found, ("svg", "png"))
    return found


ALL_CHARTS = [chart for to in LANGUAGES for chart in material.release(to).charts]  # type: ignore[arg-type]


def test_every_chart_is_there() -> None:
    assert [chart.code for chart in ALL_CHARTS] == [*charts.CODES, *charts.CODES]


@pytest.mark.parametrize("chart", ALL_CHARTS, ids=lambda chart: chart.code)
def test_specifications_are_vega_lite_and_stand_alone(chart: Chart) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    core = pytest.importorskip("altair.vegalite.v6.schema.core")
    schema = core.load_schema()
    jsonschema.Draft7Validator(schema).validate(chart.specification)
    text = json.dumps(chart.specification)
    assert '"url"' not in text and json.loads(text) == chart.specification


def test_charts_show_what_measures_say() -> None:
    chart = next(c for c in material.release("en").charts if c.code == "partner")
    rows = {row["name"]: row["value"] for row in chart.specification["data"]["values"]}
    for name, code in (("ASEAN", "ASEAN"), ("United States", "USA"), ("Nigeria", "NGA")):
        found = measure(
            Request("value", Slice(flow="trade", partner=code), material.PERIOD), material.statistics()
        )
        assert isinstance(found, Claim) and rows[name] == pytest.approx(found.value / 1e9)
    assert "Vietnam" not in rows and list(rows.values()) == sorted(rows.values(), reverse=True)
    enterprises = next(c for c in material.release("en").charts if c.code == "contribution_enterprise")
    whole = measure(Request("growth", Slice(flow="trade"), material.PERIOD), material.statistics())
    points = sum(row["value"] for row in enterprises.specification["data"]["values"])
    assert isinstance(whole, Claim) and points == pytest.approx(whole.value)


def test_charts_of_what_there_is_not() -> None:
    statistics = replace(material.statistics(), cells=())
    assert charts.release_charts(statistics, material.PERIOD, "en") == ()


def shape(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_svg_keeps_text_as_text_and_says_what_it_shows(folder: Path, language: str) -> None:
    for chart in material.release(language).charts:  # type: ignore[arg-type]
        root = ET.parse(folder / f"charts/2025-Q1.{chart.code}.{language}.svg").getroot()
        assert root.get("role") == "img"
        assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (chart.title, chart.text)
        words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        assert chart.title.replace(" ", "") in words.replace(" ", "")
        assert {element.get("style") for element in root.iter()} == {None}


def test_svg_files_carry_every_letter_that_they_show(folder: Path) -> None:
    fonts = pytest.importorskip("fontTools.ttLib")
    for path in sorted((folder / "charts").glob("*.svg")):
        text = path.read_text("utf-8")
        data = re.search(r"base64,([^)]+)\)", text)
        assert data
        there = fonts.TTFont(io.BytesIO(base64.b64decode(data[1]))).getBestCmap()
        words = {letter for node in shape(text).iter(f"{SVG}text") for letter in "".join(node.itertext())}
        assert words and {ord(letter) for letter in words} <= set(there), path.name


def test_the_font_has_all_letters_of_the_vocabulary() -> None:
    pytest.importorskip("fontTools")
    for table in (
        "release_labels",
        "partners",
        "enterprises",
        "regimes",
        "regions",
        "transport",
        "commodities",
    ):
        assert charts_draw.missing(row[to] for row in vocabulary.rows(table) for to in LANGUAGES) == ""


def ink(text: str, marks: Callable[[bytes], Any]) -> Any:
    """The pixels of a text drawn by itself."""
    spec = {
        "$schema": charts_theme.SCHEMA, "data": {"values": [{"text": text}]}, "width": 100, "height": 40,
        "mark": {"type": "text", "fontSize": 30}, "encoding": {"text": {"field": "text"}},
        "config": {"font": charts_theme.FONTS[0], "view": {"stroke": None}},
    }  # fmt: skip
    return marks(charts_draw.png(charts_draw.svg(Chart("probe", "", "", spec))))


def test_chinese_letters_are_drawn_and_are_no_boxes() -> None:
    """Each letter has ink of its own; letters without a glyph would all be the same box, or blank."""
    image = pytest.importorskip("PIL.Image")

    def pixels(data: bytes) -> bytes:
        return bytes(image.open(io.BytesIO(data)).convert("L").tobytes())

    box, blank = ink("\ue000", pixels), ink(" ", pixels)
    drawn = {letter: ink(letter, pixels) for letter in "出进口增长东盟欧美国贸易差额企业"}
    assert len({*drawn.values(), box, blank}) == len(drawn) + len({box, blank})
    dark = {letter: sum(value < 128 for value in found) for letter, found in drawn.items()}
    assert min(dark.values()) > 100


def test_pictures_are_as_wide_as_told(folder: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    for path in (folder / "charts").glob("*.png"):
        width, height = image.open(path).size
        assert 820 <= width <= 1060 and 300 <= height <= 1300, path.name


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["INK", "SOFT", "EXPORTS", "IMPORTS", "TRADE"])
def test_colours_of_words_stand_out(name: str) -> None:
    assert 1.05 / (luminance(getattr(charts_theme, name)) + 0.05) >= 4.5


def test_pages_turn_every_colour_of_charts_in_the_dark(folder: Path) -> None:
    """A colour that the page's style does not know would stay as it is on a dark ground."""
    style = (Path(write.__file__).parent / "body.css").read_text("utf-8")
    used = set()
    for path in (folder / "charts").glob("*.svg"):
        used |= set(re.findall(r'((?:fill|stroke)="#[0-9a-f]+")', path.read_text("utf-8")))
    assert used and {f"[{one}]" for one in used} <= set(re.findall(r"\[(?:fill|stroke)=\"#\w+\"\]", style))


def test_long_titles_are_broken() -> None:
    assert charts_theme.wrapped("word " * 40, 14)[0].count("word") > 5
    assert all(charts_theme.width_of(line, 14) <= 440 for line in charts_theme.wrapped("贸易" * 60, 14))
    assert "".join(charts_theme.wrapped("贸易" * 60, 14)) == "贸易" * 60


def test_statistics_of_one_flow_have_charts_of_it() -> None:
    cells = tuple(cell for cell in material.statistics().cells if cell.flow == "imports")
    found = charts.release_charts(replace(material.statistics(), cells=cells), material.PERIOD, "en")
    assert [chart.code for chart in found] == [
        "trend",
        "partner",
        "contribution_partner",
        "contribution_enterprise",
    ]
    assert found[0].title == "Imports by month" and found[1].title == "Imports by partner"


def test_months_without_figures_leave_a_gap() -> None:
    gone = 2025 * 12 + 1
    cells = tuple(cell for cell in material.statistics().cells if cell.month != gone)
    made = charts.release_charts(replace(material.statistics(), cells=cells), material.PERIOD, "en")
    growth = next(chart for chart in made if chart.code == "growth")
    rows = growth.specification["data"]["values"]
    assert [row["value"] for row in rows if row["month"] == "2025-02"] == [None, None]
    lines = re.findall(r'mark-line.*? d="(M[^"]+)"', charts_draw.svg(growth))
    whole = next(chart for chart in material.release("en").charts if chart.code == "growth")
    joined = re.findall(r'mark-line.*? d="(M[^"]+)"', charts_draw.svg(whole))
    assert len(lines) == len(joined) == 2
    assert all("L" not in line for line in lines) and all(line.count("L") == 2 for line in joined)
