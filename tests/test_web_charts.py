"""Charts of the pages: true to their claims, valid, legible in any colours; the libraries as they came."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import customhouse
import running
from customhouse import web
from customhouse.desk import Desk
from customhouse.measures import Request
from customhouse.model import CellOrigin, Claim, Slice
from customhouse.period import Period, month
from customhouse.query.table import formatted
from customhouse.release import charts_theme as theme
from customhouse.release.labels import label
from customhouse.web import charts, pictures
from customhouse.web.charts_views import PALETTE
from customhouse.web.problems import Problem

pytest.importorskip("fastapi")

STATIC = Path(web.__file__).parent / "static"
VENDOR = STATIC / "vendor"
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "web_charts.yaml").read_text("utf-8"))
MARCH = Period.of(2025, 3, 3)
ORIGIN = CellOrigin("test", (1,), 1)


def claim(value: float, unit: str = "CNY", measure: str = "value", period: Period = MARCH) -> Claim:
    return Claim(measure, value, unit, ORIGIN, slice=Slice(flow="exports"), period=period)


def rate(value: float, period: Period = MARCH) -> Claim:
    return claim(value, "%", "growth", period)


# The libraries


def versions() -> dict[str, Any]:
    return json.loads((VENDOR / "versions.json").read_text("utf-8"))


def test_vendored_files_are_those_that_were_checked() -> None:
    told = {one["file"]: one["sha256"] for one in versions()["files"]}
    there = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in VENDOR.iterdir()}
    assert {name: there.get(name) for name in told} == told
    assert there.keys() - told.keys() == {"versions.json", "LICENSES.txt"}


def test_every_library_comes_with_its_licence_and_its_sum() -> None:
    text = (VENDOR / "LICENSES.txt").read_text("utf-8")
    parts = {part.split("\n")[0]: part for part in text.split("=" * 78 + "\n")}
    for one in versions()["packages"]:
        part = parts[f"{one['name']} {one['version']} ({one['licence']})"]
        assert re.search("copyright|permission to use|zero-clause", part, re.IGNORECASE), one["name"]
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", one["integrity"])
        assert one["file"] in {file["file"] for file in versions()["files"]}
    assert "://" not in (VENDOR / "versions.json").read_text("utf-8")


def test_own_scripts_evaluate_nothing_and_charts_write_no_markup() -> None:
    for script in STATIC.glob("*.js"):
        assert not re.search(r"\beval\(|new Function|document\.write", script.read_text("utf-8")), script.name
    assert not re.search("(inner|outer)HTML|insertAdjacentHTML", (STATIC / "charts.js").read_text("utf-8"))


def test_every_colour_has_one_for_dark_screens() -> None:
    css = (STATIC / "charts.css").read_text("utf-8")
    marks = {*PALETTE, *theme.FLOWS.values(), theme.UP, theme.DOWN, theme.UNKNOWN}
    for colour in {*marks, theme.INK, theme.SOFT}:
        assert f'.chart [fill="{colour}"] {{ fill: var(--' in css, colour
    for colour in {*PALETTE, theme.LINE, theme.SOFT}:
        assert f'.chart [stroke="{colour}"] {{ stroke: var(--' in css, colour


# What they show


def test_lines_have_the_exact_figures_and_leave_gaps() -> None:
    months = [Period(m, m) for m in range(month(2024, 1), month(2024, 7))]
    values = [None, 2.5e9, 3e9, None, 4.123456789e9, None]
    marks = [charts.Mark("A", value and claim(value, period=when), period=when)  # type: ignore[arg-type]
             for when, value in zip(months, values, strict=True)]  # fmt: skip
    chart = charts.over_time("one", "Title", marks, "en")
    assert chart is not None
    rows = chart.specification["data"]["values"]
    assert [(row["period"], row["value"]) for row in rows] == [
        ("2024-02", 2.5), ("2024-03", 3.0), ("2024-04", None), ("2024-05", 4.123456789),
    ]  # fmt: skip
    assert chart.note == "billion yuan, Feb 2024 to May 2024"
    assert [[cell.text for cell in row] for row in chart.rows] == [
        ["Feb 2024", "2.50"], ["Mar 2024", "3.00"], ["Apr 2024", "…"], ["May 2024", "4.12"],
    ]  # fmt: skip
    assert chart.text == "Title, billion yuan, Feb 2024 to May 2024. May 2024: A 4.12 billion yuan."


def test_a_line_needs_two_periods_and_bars_need_one() -> None:
    marks = [charts.Mark("A", claim(1.0)), charts.Mark("B", claim(1.0))]
    assert charts.over_time("x", "T", marks, "en") is None
    assert charts.ranked("x", "T", [], "en") is None
    assert charts.contributions("x", "T", [charts.Mark("A", None, period=MARCH)], "zh") is None
    assert charts.shares("x", "T", {"All": [charts.Mark("A", claim(0.0))]}, "en") is None


def test_bars_are_coloured_by_growth_and_say_it() -> None:
    marks = [
        charts.Mark("Up", claim(3e8), rate(4.25), "/en/query?partner=USA"),
        charts.Mark("Down", claim(2e8), rate(-1.0)), charts.Mark("New", claim(1e8)),
    ]  # fmt: skip
    chart = charts.ranked("x", "Partners", marks, "en")
    assert chart is not None
    rows = chart.specification["data"]["values"]
    assert [(row["value"], row["kind"], row["text"], row.get("address")) for row in rows] == [
        (300.0, "up on a year earlier", "300.0 (+4.3%)", "/en/query?partner=USA"),
        (200.0, "down", "200.0 (−1.0%)", None), (100.0, "no base", "100.0", None),
    ]  # fmt: skip
    assert rows[0]["tip"] == "Up\nMar 2025\t300.0 million yuan\non a year earlier\t+4.3%"
    assert chart.legend == (
        (theme.UP, "up on a year earlier"), (theme.DOWN, "down"), (theme.UNKNOWN, "no base")
    )  # fmt: skip
    assert [cell.text for cell in chart.rows[0]] == ["Up", "300.0", "+4.3"]
    assert chart.rows[0][0].address == "/en/query?partner=USA"


def test_growth_on_another_period_says_which() -> None:
    before = Claim("growth", 7.0, "%", ORIGIN, period=MARCH, base=MARCH.previous())
    chart = charts.ranked("x", "T", [charts.Mark("A", claim(3e8), before)], "en")
    assert chart is not None
    assert chart.text.endswith("A, 300.0 million yuan (+7.0% on Feb 2025).")


def test_segments_fill_their_bar() -> None:
    groups = {
        "Exports": [charts.Mark("Private", claim(6e9)), charts.Mark("State", claim(3.5e9)),
                    charts.Mark("O", claim(5e8))],
        "Imports": [charts.Mark("Private", claim(1e9)), charts.Mark("State", claim(3e9))],
    }  # fmt: skip
    chart = charts.shares("x", "Kinds", groups, "en")
    assert chart is not None
    rows = chart.specification["data"]["values"]
    assert [(row["at"], row["low"], round(row["high"], 9), row["text"]) for row in rows] == [
        (0, 0.0, 60.0, "60.0%"), (0, 60.0, 95.0, "35.0%"), (0, 95.0, 100.0, "5.0%"),
        (1, 0.0, 25.0, "25.0%"), (1, 25.0, 100.0, "75.0%"),
    ]  # fmt: skip
    assert chart.heads == ("Of", "What", "billion yuan", "share, %")
    assert chart.text == "Kinds, share, Mar 2025. Exports: Private 60.0%, State 35.0%, O 5.0%."


SIZES = st.floats(1, 1e15) | st.floats(-1e15, -1)


@given(st.lists(SIZES, min_size=1, max_size=12), st.sampled_from(["en", "zh"]),
       st.sampled_from(["CNY", "t", "%", "enterprise"]))  # fmt: skip
def test_what_is_drawn_is_what_is_claimed(values: list[float], language: str, unit: str) -> None:
    marks = [charts.Mark(f"n{at}", claim(value, unit)) for at, value in enumerate(values)]
    chart = charts.contributions("x", "T", marks, language)
    assert chart is not None
    rows = chart.specification["data"]["values"]
    power = round(values[0] / rows[0]["value"])
    assert [row["value"] * power for row in rows] == pytest.approx(values, rel=1e-12)
    domain = chart.specification["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] <= min(row["value"] for row in rows) and max(row["value"] for row in rows) <= domain[1]
    if unit != "%":
        exponent = len(str(power)) - 1
        shown = [row[1].text for row in chart.rows]
        decimals = len(shown[0].partition(".")[2])
        assert shown == [formatted(claim(value, unit), exponent, decimals) for value in values]


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with customhouse.open_store(small_store) as found:
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["question"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_has_the_chart_that_suits_it(desk: Desk, case: dict[str, Any], language: str) -> None:
    answer = desk.query(case["question"], source="declarations")
    chart = charts.of_answer(answer, language)
    if case["kind"] == "none":
        assert chart is None
        return
    assert chart is not None
    schema().validate(chart.specification)
    rows = chart.specification["data"]["values"]
    names = {row["kind"] if case["kind"] == "lines" else row["name"] for row in rows}
    assert len(names) == case["parts"]
    if case["kind"] == "lines":
        assert len({row["period"] for row in rows}) == case["periods"] == len(chart.rows)
    drawn = {round(row["value"], 9) for row in rows if row["value"] is not None}
    exact = {row.claim.value for row in answer if row.claim}
    powers = [10**n for n in range(13) if drawn <= {round(value / 10**n, 9) for value in exact}]
    assert len(powers) == 1
    signs = {label("legend_adds", language), label("legend_takes", language)}
    assert ({row["kind"] for row in rows} <= signs) == (case["kind"] == "sided")


@cache
def schema() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    core = pytest.importorskip("altair.vegalite.v6.schema.core")
    return jsonschema.Draft7Validator(core.load_schema())


# In pages, and as pictures


@given(st.text(max_size=40))
def test_no_name_ends_the_script_that_it_stands_in(name: str) -> None:
    chart = charts.ranked("x", "T", [charts.Mark(f"</script><!--{name}", claim(1e9))], "en")
    assert chart is not None
    text = str(chart.json)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == chart.specification


def test_a_picture_is_drawn_once(app_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    chart = charts.ranked("x", "T", [charts.Mark("<b>美国</b>", claim(1.5e9), rate(2.0))], "zh")
    assert chart is not None
    found = app_client.get(chart.picture)
    assert (found.status_code, found.headers["content-type"]) == (200, "image/svg+xml")
    assert "&lt;b&gt;美国" in found.text and "15.00（+2.0%）" in found.text and "<b>" not in found.text
    monkeypatch.setattr(pictures, "_drawn", lambda texts: pytest.fail("drawn twice"))
    assert app_client.get(chart.picture).text == found.text
    assert app_client.get("/en/chart.svg?key=" + "0" * 32).status_code == 404


def test_those_that_wait_are_drawn_together_and_one_that_fails_stops_no_other() -> None:
    pytest.importorskip("vl_convert")
    good = [charts.ranked(f"x{at}", "T", [charts.Mark("A", claim(1e9 + at))], "en") for at in range(3)]
    keys = [pictures.keep(str(chart.json)) for chart in good if chart]
    bad = pictures.keep('{"mark": "no such mark", "config": {}}')

    async def asked() -> list[str | None]:
        return await asyncio.gather(*map(pictures.drawn, [keys[0], bad, *keys[1:]]))

    first, none, *rest = running.run(asked())
    assert none is None and all(found and found.startswith("<svg") for found in (first, *rest))


def test_a_drawing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(pictures, "SECONDS", 0.001)
    chart = charts.ranked("x", "T", [charts.Mark("slow", claim(7e9))], "en")
    assert chart is not None
    with pytest.raises(Problem, match="took longer"):
        running.run(pictures.drawn(pictures.keep(str(chart.json))))


def test_only_the_last_are_kept() -> None:
    last: pictures.Last[int] = pictures.Last(2)
    for at, key in enumerate("abca"):
        last.put(key, at)
    assert [last.get(key) for key in "abc"] == [3, None, 2]


def test_requests_without_an_answer_stand_as_gaps(desk: Desk) -> None:
    answer = desk.query("growth of exports by month 2024-12 to 2025-03", source="declarations")
    assert [row.claim is None for row in answer] == [True, False, False, False]
    assert isinstance(answer.figures[0].ask, Request)
    chart = charts.of_answer(answer, "en", "code", "Title")
    assert chart is not None and (chart.code, chart.title, len(chart.rows)) == ("code", "Title", 3)
