"""Charts of what growth is made of and of seasons: true to their numbers, valid, told in words, saved."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from math import fsum, inf, isfinite, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import customhouse
from customhouse.errors import OutputError
from customhouse.factors import measure
from customhouse.measures import Request
from customhouse.model import Claim, Slice
from customhouse.period import Period, month
from customhouse.release import (
    charts_axis,
    charts_draw,
    charts_factors,
    charts_save,
    charts_seasons,
    charts_si,
)
from customhouse.release import layout as release_layout
from customhouse.release.charts import release_charts
from customhouse.release.charts_factors import Part
from customhouse.release.model import Chart

LANGUAGES = ("en", "zh")
FACTORS = {"price": -2.62, "volume": -1.31, "entry": 1.02, "exit": -0.4, "uncovered": 0.33}
FIRST = month(2018, 1)
SERIES = [1e9 * (100 + at + (40 if at % 12 == 2 else 0)) for at in range(84)]
AFTER = [1e9 * (100 + at) for at in range(84)]
MONTHS = range(FIRST, FIRST + 84)
POINTS = st.floats(-50, 50).map(lambda n: round(n, 4))


@cache
def schema() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    core = pytest.importorskip("altair.vegalite.v6.schema.core")
    return jsonschema.Draft7Validator(core.load_schema())


def every(language: str) -> list[Chart]:
    """One of each kind."""
    ratios, factors = ([a / b for a, b in zip(SERIES, AFTER, strict=True)] for _ in range(2))
    bars = [charts_seasons.Bar(m, m, 1.5 - m % 5) for m in MONTHS[-12:] if m % 12 > 1]
    return [
        charts_factors.waterfall(charts_factors.parts_of(FACTORS, -2.05), language),
        charts_seasons.adjusted(MONTHS, SERIES, AFTER, AFTER, {FIRST + 40: "AO"}, language=language, what="x",
                                currency="CNY"),
        charts_seasons.adjusted(MONTHS[-9:], SERIES[-9:], AFTER[-9:], language=language, unit="kg"),
        charts_si.seasonal(MONTHS, ratios, factors, language=language),
        charts_seasons.monthly([*bars, charts_seasons.Bar(month(2024, 1), month(2024, 2), -1.2)],
                               language=language),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_specifications_are_vega_lite_and_their_letters_and_colours_are_known(language: str) -> None:
    pytest.importorskip("vl_convert")
    styles = (Path(release_layout.__file__).parent / "body.css").read_text("utf-8")
    for chart in every(language):
        schema().validate(chart.specification)
        assert '"url"' not in json.dumps(chart.specification)
        drawn = charts_draw.svg(chart)
        assert charts_draw.missing([re.sub("<[^>]+>", "", drawn)]).strip() == ""
        assert chart.text and "{" not in chart.text + chart.title
        for colour in set(re.findall(r'(?:fill|stroke)="#[0-9a-f]+"', drawn)):
            assert f"[{colour}]" in styles, (chart.code, colour)


@given(st.lists(POINTS, min_size=1, max_size=7))
def test_bars_go_from_one_running_total_to_the_next_and_end_at_growth(points: list[float]) -> None:
    made = charts_factors.steps([Part(f"x{n}", one) for n, one in enumerate(points)], "en")
    assert made[0].start == 0.0
    assert all(after.start == before.end for before, after in pairwise(made[:-1]))
    assert [step.end - step.start for step in made] == pytest.approx([*points, fsum(points)], abs=1e-9)
    assert made[-1].total and made[-1].start == 0.0 and made[-1].end == made[-2].end
    low, high = charts_factors.domain(made, 0.1)
    assert low <= min(step.end for step in made) and max(step.end for step in made) <= high and low < high


@given(POINTS, st.fixed_dictionaries({}, optional=dict.fromkeys(FACTORS, POINTS)))
def test_working_days_are_part_of_volume_so_that_the_sum_stays(days: float, points: dict[str, float]) -> None:
    apart, plain = charts_factors.parts_of(points, days), charts_factors.parts_of(points)
    assert fsum(p.points for p in apart) == pytest.approx(fsum(points.values()), abs=1e-9)
    assert fsum(p.points for p in plain) == pytest.approx(fsum(points.values()), abs=1e-9)
    named = [part.code for part in apart]
    assert ("working_days" in named) == ("volume" in points) and not {"volume"} & set(named)
    assert [part.code for part in plain] == [
        code for code in FACTORS if code in points and (points[code] or code in ("price", "volume"))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_waterfall_says_every_part_with_its_sign(language: str) -> None:
    chart = every(language)[0]
    rows = chart.specification["data"]["values"]
    assert [row["text"] for row in rows] == ["−2.62", "+0.74", "−2.05", "+1.02", "−0.40", "+0.33", "−2.98"]
    for row in rows[:-1]:
        assert f"{row['name']}{' ' if language == 'en' else ''}{row['text']}" in chart.text
    assert chart.text.rstrip(".。").endswith("−2.98")
    assert len({row["kind"] for row in rows}) == 3


@pytest.mark.parametrize("parts", [[], [Part("price", nan)], [Part("price", 1.0), Part("volume", inf)]])
def test_what_is_no_number_of_points_is_refused(parts: list[Part]) -> None:
    with pytest.raises(OutputError, match="waterfall"):
        charts_factors.waterfall(parts, "en")


def test_gaps_stay_gaps_and_months_without_figures_at_the_ends_are_left_out() -> None:
    original = [nan, *SERIES[1:40], nan, *SERIES[41:83], nan]
    after = [nan, *AFTER[1:83], nan]
    chart = charts_seasons.adjusted(MONTHS, original, after, language="en", currency="CNY")
    rows = [row for row in chart.specification["data"]["values"] if row["kind"] == "unadjusted"]
    assert [row["month"] for row in rows] == list(MONTHS[1:83])
    assert [row["month"] for row in rows if row["value"] is None] == [MONTHS[40]]
    assert rows[0]["value"] == pytest.approx(SERIES[1] / 1e9)
    assert "Nov 2024: unadjusted 182.00 billion yuan, adjusted 182.00 billion yuan." in chart.text


@pytest.mark.parametrize(
    ("months", "figures", "said"),
    [
        (MONTHS, SERIES[1:], "each month needs one"), ([1, 2, 4], [1.0, 2.0, 3.0], "leave one out"),
        ([1, 2, 3], [nan, 1.0, nan], "fewer than two"), ([], [], "fewer than two"),
    ],
)  # fmt: skip
def test_series_that_cannot_be_drawn_are_refused(months: Any, figures: list[float], said: str) -> None:
    with pytest.raises(OutputError, match=said):
        charts_seasons.adjusted(months, figures, figures, language="en")
    with pytest.raises(OutputError, match=said):
        charts_si.seasonal(months, figures, figures, language="zh")


def test_the_si_plot_has_a_panel_for_each_calendar_month() -> None:
    factors = [1.0 + (m % 12) / 100 for m in MONTHS]
    ratios = [one * (1.01 if m % 24 < 12 else 0.99) for m, one in zip(MONTHS, factors, strict=True)]
    made = charts_si.panels(MONTHS, ratios, factors)
    assert made.means == pytest.approx({m: 100.0 + m for m in range(12)})
    assert (made.lowest, made.highest, made.middle) == (0, 11, 100.0)
    for row in made.rows:
        assert row["panel"] <= row["x"] <= row["panel"] + 1
        assert row["ratio"] == pytest.approx(ratios[row["month"] - FIRST] * 100)
    chart = charts_si.seasonal(MONTHS, ratios, factors, language="en")
    assert "highest in Dec (111.0) and lowest in Jan (100.0)" in chart.text
    with pytest.raises(OutputError, match="no month has a seasonal factor"):
        charts_si.seasonal(MONTHS, ratios, [nan] * 84, language="en")


def test_january_and_february_may_be_one_bar() -> None:
    two = charts_seasons.Bar(month(2025, 1), month(2025, 2), -3.25)
    bars = [two, charts_seasons.Bar(month(2024, 12), month(2024, 12), 2.0),
            charts_seasons.Bar(month(2024, 11), month(2024, 11), nan)]  # fmt: skip
    chart = charts_seasons.monthly(bars, language="en")
    rows = chart.specification["data"]["values"]
    assert [(row["from"] + 0.4, row["to"] - 0.4, row["value"]) for row in rows] == [
        (month(2024, 12), month(2024, 12), 2.0), (month(2025, 1), month(2025, 2), -3.25),
    ]  # fmt: skip
    assert chart.text.endswith("Jan–Feb 2025: −3.3%.")
    with pytest.raises(OutputError, match="no month"):
        charts_seasons.monthly(bars[2:], language="en")


@given(st.integers(0, 30_000), st.integers(2, 700))
def test_an_axis_of_months_names_some_and_never_too_many(first: int, span: int) -> None:
    marks = charts_axis.marks(range(first, first + span), "en")
    assert len(marks) <= 12 and all(first <= m < first + span for m in marks)
    assert marks or span < 13
    if span <= 12:
        assert list(marks) == list(range(first, first + span))


@pytest.mark.parametrize("form", charts_save.FORMS)
def test_a_chart_is_saved_by_its_ending(form: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    path = tmp_path / f"chart.{form}"
    charts_save.save_chart(every("zh")[0], path)
    data = path.read_bytes()
    assert {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE html>"}[form] in data[:400]
    assert (b"font-face" in data) == (form == "svg") or form == "html"


def test_another_ending_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.svg, \.png, \.html"):
        charts_save.save_chart(every("en")[0], tmp_path / "chart.pdf")
    assert list(tmp_path.iterdir()) == []


def test_units_keep_digits_and_say_what_is_absent() -> None:
    unit = charts_axis.Unit.of([2.5e11, nan], "en", "CNY")
    assert (unit.told(2.5e11, "en"), unit.digits(nan), unit.scaled(nan)) == ("250.00 billion yuan", "…", None)
    assert charts_axis.Unit.of([0.5], "en").digits(0.5) == "0.500"
    assert isfinite(charts_axis.Unit.of([], "zh", "CNY").scaled(1.0) or nan)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_shows_what_growth_is_made_of_as_measured(small_store: Path, language: str) -> None:
    quarter = Period(month(2025, 1), month(2025, 3))
    with customhouse.open_store(small_store) as desk:
        statistics = desk.statistics(source="declarations")
        made = {one.code: one for one in release_charts(statistics, quarter, language)}
        for flow in ("imports", "exports"):
            part = Slice(flow=flow)
            growth = measure(Request("growth", part, quarter), statistics)
            price = measure(Request("contribution", part, quarter, factor="price"), statistics)
            assert isinstance(growth, Claim) and isinstance(price, Claim)
            if "grade D" in (price.note or ""):
                assert f"factors_{flow}" not in made
                continue
            rows = made[f"factors_{flow}"].specification["data"]["values"]
            assert rows[0]["value"] == pytest.approx(price.value, abs=1e-9)
            assert fsum(row["value"] for row in rows[:-1]) == pytest.approx(growth.value, abs=1e-9)
            assert rows[-1]["value"] == pytest.approx(growth.value, abs=1e-9)
    assert "adjusted" not in made  # fifteen months have no season
    assert any(code.startswith("factors_") for code in made)
