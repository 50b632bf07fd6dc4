"""The report of a ranking: its words, its tables, and the page in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from browsing import DESKTOP, PHONE, Visit, axe
from customhouse import interface
from customhouse.errors import OutputError, VocabularyError
from customhouse.model import LANGUAGES
from customhouse.targeted import charts_model, page, text, write_page
from customhouse.targeted.features import named, printed
from customhouse.targeted.words import Printer, say
from customhouse.targeting.drift import Alarm, Drift
from customhouse.targeting.estimator import Scores, Targeting
from customhouse.targeting.judging import Evaluation, evaluate
from customhouse.targeting.judging.model import MEASURES
from customhouse.targeting.simulated import declarations
from customhouse.targeting.why import Dependence, Importance

ROWS = interface.words("targeting_report")
FOLDER = Path(__file__).resolve().parents[1] / "src/customhouse/targeted"
SOURCES = "\n".join(
    one.read_text(encoding="utf-8") for one in sorted(FOLDER.iterdir()) if one.suffix in (".py", ".html")
)
HOSTILE = "<script>window.hacked = 1</script>"
FIGURE = re.compile(r"\d%|\d (?:points|\()|\d\.\d{3}")


def judged(**more: Any) -> Evaluation:
    """A ranking that is judged, with everything that a page shows; an office has a hostile name."""
    frame = declarations(5000, seed=8, trader_count=300).to_pandas()
    early, late = frame[:3000], frame[3000:].reset_index(drop=True)
    early = early[early.date < late.date.min()]
    random = np.random.default_rng(1)
    chance = np.clip(0.5 * late.fraud + 0.5 * random.random(len(late)), 0, 1).to_numpy()
    score = Scores(chance, late.duty_cny.to_numpy() + 1, chance * late.duty_cny.to_numpy(), chance)
    late["office"] = late.office.where(late.office != "5301", HOSTILE)
    return evaluate(late, score, late, past=early, samples=25, **more)


def leaking() -> Evaluation:
    """A ranking of declarations whose goods and price tell the outcome."""
    random = np.random.default_rng(4)
    goods, price = random.integers(0, 30, 3000), random.integers(0, 8, 3000)
    frame = pd.DataFrame({
        "date": [date(2024, 1, 1) + timedelta(days=int(n) // 10) for n in range(3000)],
        "trader_id": random.integers(0, 200, 3000), "hs_code": [f"8517{n:02d}" for n in goods],
        "partner": np.array(["USA", "JPN"])[random.integers(0, 2, 3000)], "value_cny": 100.0 + price,
        "fraud": (random.random((30, 8)) < 0.2)[goods, price].astype(int),
    })  # fmt: skip
    late = frame[1500:].reset_index(drop=True)
    return evaluate(late, late.fraud + random.random(1500), late, past=frame[:1500], samples=5)


def partly(by: str) -> Evaluation:
    """A ranking judged by some outcomes: `inspected` alone, or `known` by their probability."""
    frame = declarations(3000, seed=9, trader_count=200).to_pandas()
    seen = np.random.default_rng(2).random(3000) < 0.3
    frame = frame.assign(inspected=seen.astype(int))
    if by == "known":
        frame["probability"] = 0.3
    return evaluate(frame, frame.duty_cny.to_numpy(), frame, samples=5)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return judged(simulated=True)


@pytest.fixture(scope="module")
def leaked() -> Evaluation:
    return leaking()


MODEL: dict[str, Any] = {
    "importance": [Importance("trader", 0.9, 0.5, 0.4), Importance("log_unit_value_hs8_away", 0.2, 0.1, 0.1)],
    "dependence": [[
        Dependence("log_unit_value_hs8_away", None, -0.5, False, 90, 0.6, 0.2, 0.9),
        Dependence("log_unit_value_hs8_away", -0.5, 0.5, False, 90, -0.1, -0.2, 0.1),
        Dependence("log_unit_value_hs8_away", 0.5, None, False, 90, -0.2, -0.4, 0.0),
        Dependence("log_unit_value_hs8_away", None, None, True, 90, 0.1, 0.0, 0.2),
    ]],
}  # fmt: skip


def over_time() -> Any:
    """A loop of two ways, one with an alarm."""
    begin = date(2024, 1, 1)
    weeks = [
        SimpleNamespace(
            way=way, begin=begin + timedelta(days=7 * n), inspected=20, frauds=(n + 3 * place) % 11
        )
        for place, way in enumerate(("model", "never"))
        for n in range(30)
    ]
    alarm = Alarm("precision", begin + timedelta(days=100), begin + timedelta(days=60), 0.4, 0.2, 0.05)
    money = Alarm("revenue", begin + timedelta(days=120), begin + timedelta(days=60), 4000.0, 2000.0, 0.05)
    return SimpleNamespace(
        weeks=weeks, drift={"model": Drift(()), "never": Drift((alarm, money))},
        of=lambda name: [one for one in weeks if one.way == name],
    )  # fmt: skip


# ---- words


@pytest.mark.parametrize("code", ROWS)
def test_a_word_is_whole(code: str) -> None:
    row = ROWS[code]
    assert row["en"].strip() and row["zh"].strip()
    places = [set(re.findall(r"\{\w+\}", row[language])) for language in LANGUAGES]
    assert places[0] == places[1]
    assert not re.search(r"[\u4e00-\u9fff]", row["en"]) or code == "language_zh"


def test_no_word_is_unused() -> None:
    begun = set(re.findall(r"""f["'](\w+_)\{""", SOURCES))
    unused = [
        code for code in ROWS
        if not re.search(rf"""["']{re.escape(code)}["']""", SOURCES) and not code.startswith(tuple(begun))
    ]  # fmt: skip
    assert unused == []


def test_a_word_that_is_lacking() -> None:
    with pytest.raises(VocabularyError, match="add the row"):
        say("nothing", "en")


# ---- tables and sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_say_what_the_evaluation_has(found: Evaluation, language: str) -> None:
    tables = {table.code: table for table in text(found, language)}
    assert list(tables) == [
        "summary", "tops", "differences", "calibration", "amounts", "office", "trusted", "seen", "fairness",
        "data",
    ]  # fmt: skip
    for table in tables.values():
        assert all(len(row) == len(table.heads) or not table.heads for row in table.rows)
        assert table.warnings and "{" not in repr((table.title, table.heads, table.rows, table.notes))
    top = found.ours.tops[2]
    row = tables["tops"].rows[2]
    assert row[1] == "5%" and row[2] == f"{top.inspected:,}"
    for cell, measure in zip(row[3:6], MEASURES, strict=True):
        one = getattr(top, measure)
        assert cell.startswith(f"{100 * one.value:.1f}%")
        assert f"{100 * one.low:.1f}–{100 * one.high:.1f}" in cell
    first = tables["summary"].rows[0][0]
    assert all(f"{100 * getattr(top, measure).value:.1f}%" in first for measure in MEASURES)
    lines = "\n".join(row[0] for row in tables["summary"].rows)
    assert found.calibration is not None
    expected = sum(one.count * one.expected for one in found.calibration.revenue)
    for amount in (expected, found.data.revenue_cny.value):
        assert interface.number(float(f"{amount:.3g}"), language) in lines
    holding = sum(one.holds for one in found.differences)
    assert len(tables["differences"].strong) == holding > 0


def test_the_summary_calls_no_difference_what_may_be_chance(found: Evaluation) -> None:
    def said(low: float, high: float) -> str:
        middle = (low + high) / 2
        changed = [
            replace(one, value=middle, low=low, high=high) if one.baseline == "declared_duty" else one
            for one in found.differences
        ]
        lines = text(replace(found, differences=tuple(changed)), "en")[0].rows
        return next(row[0] for row in lines if "declared duty" in row[0])

    assert "better by more than chance" in said(0.1, 0.2)
    assert "worse by more than chance" in said(-0.2, -0.1)
    assert "not to be told apart" in said(-0.1, 0.2)
    assert "not tested" in said(float("nan"), float("nan"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_leaky_data_is_marked(leaked: Evaluation, language: str) -> None:
    assert leaked.warnings == ("leakage",)
    mark = say("mark", language)
    plain = (say("col_share", language), say("col_of_value", language))
    for table in text(leaked, language):
        assert any(mark in line for line in table.warnings)
        for row in table.rows if table.code not in ("data", "summary") else ():
            for head, cell in list(zip(table.heads, row, strict=True))[1:]:
                if FIGURE.search(cell) and head not in plain:
                    assert mark in cell, (table.code, head, cell)
    for line in text(leaked, language)[0].rows:
        shares = re.findall(r"\d%.", re.sub(r"(top|最前的|前) ?5%", "", line[0]))
        assert shares == [] or all(one.endswith(mark) for one in shares), line


def test_without_revenue_nothing_is_said_of_it(leaked: Evaluation, files: dict[str, Path]) -> None:
    for table in text(leaked, "en"):
        assert "revenue" not in " ".join(table.heads) and "n/a" not in " ".join(map(" ".join, table.rows[:5]))
    assert "gains-revenue" not in files["leak.en.html"].read_text("utf-8")


def test_figures_known_in_part_are_called_estimates() -> None:
    known, inspected = partly("known"), partly("inspected")
    told, alone = ({table.code: table for table in text(one, "en")} for one in (known, inspected))
    assert "estimated" in told["summary"].rows[0][0]
    assert "Known outcomes" in told["tops"].heads and "Precision, of the best" not in told["tops"].heads
    assert any("one over its" in note or "one over their" in note for note in told["tops"].notes)
    assert alone["summary"].rows[0][0].startswith("Of the inspected declarations")
    assert "say nothing of the others" in alone["summary"].warnings[0]
    short = say("warn_inspected_short", "en")
    assert all(short in table.warnings for code, table in alone.items() if code != "summary")
    assert told["found"].rows[0][0] == "Any"


@pytest.mark.parametrize(("feature", "value", "words", "shown"), [
    ("log_value", np.log(9604.0), "value (yuan)", "9,600"),
    ("duty_rate", 0.065, "rate of duty", "6.5%"),
    ("trader_hs4_recent_inspections", np.log1p(12), "inspections in 90 days (trader and HS heading)", "12"),
    ("origin_revenue", np.log1p(123450.0), "yuan recovered by an inspection (origin)", "1,230"),
    ("log_unit_value_hs8_origin_away", np.log(0.5),
     "price (yuan a kilogram), times the usual (8-digit HS code and origin)", "0.5"),
    ("log_net_mass_trader_spreads", -1.5,
     "net mass (kg), distance from the usual, in spreads (trader)", "\N{MINUS SIGN}1.5"),
    ("duty_rate_hs8_away", -0.02, "rate of duty, over the usual (8-digit HS code)", "\N{MINUS SIGN}2%"),
    ("log_unit_value_usual_away", 0.0,
     "price (yuan a kilogram), times the usual (earlier prices of its kind)", "1"),
    ("trader_finds_price", np.log(0.4), "price of frauds found, times the usual (trader)", "0.4"),
    ("trader_finds_price_away", np.log(2.5), "price, times that of frauds found (trader)", "2.5"),
    ("trader_finds_duty", 0.05, "rate of duty of frauds found (trader)", "5%"),
    ("warehouse_rate", 0.125, "rate of fraud found (warehouse)", "12.5%"),
    ("something", 2.5, "something", "2.5"),
])  # fmt: skip
def test_a_feature_is_told_as_people_count(feature: str, value: float, words: str, shown: str) -> None:
    assert named(feature, Printer("en")) == words
    assert printed(feature, float(value)) == shown
    assert "{" not in named(feature, Printer("zh"))


def test_every_feature_of_a_model_has_words() -> None:
    frame = declarations(400, seed=3, trader_count=40).to_pandas()
    model = Targeting(iterations=2).fit(frame, frame.fraud, revenue=frame.revenue_cny)
    for feature in model.features(frame).names:
        for language in LANGUAGES:
            assert feature not in named(feature, Printer(language)) or feature == "aeo"


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_origins_depart_is_said_in_words(found: Evaluation, language: str) -> None:
    fairness = found.fairness
    assert fairness is not None

    def said(departing: int) -> str:
        origins = tuple(
            replace(one, selected=replace(one.selected, adjusted=0.01 if n < departing else 0.5))
            for n, one in enumerate(fairness.origins)
        )
        return text(replace(found, fairness=replace(fairness, origins=origins)), language)[0].rows[-1][0]

    lines = [said(number) for number in (0, 1, 2)]
    assert len(set(lines)) == 3
    if language == "en":
        for line, words in zip(lines, ("none is", "one is", "2 are"), strict=True):
            assert f"{words} selected" in line
    alone = replace(found, fairness=replace(fairness, origins=fairness.origins[:1]))
    assert text(alone, language)[0].rows[-1][0] == say("sum_fairness_one", language)


def test_columns_that_leak_are_told_in_words(leaked: Evaluation) -> None:
    told = " ".join([*text(leaked, "en")[0].warnings, *text(leaked, "en")[-1].rows[-1]])
    assert leaked.leak is not None and not any(one in told for one in leaked.leak.columns if "_" in one)
    both = Printer("zh").columns(("partner", "berth"))
    assert both == say('column_partner', 'zh') + say('listing', 'zh') + 'berth'


def test_ways_of_targeting_are_told_in_words() -> None:
    assert Printer("en").way("frozen") == "model, never learnt again"
    assert Printer("en").way("ours") == "ours"


def test_a_dependence_is_told_from_the_least_to_the_largest_value() -> None:
    bins = MODEL["dependence"][0]
    chart = charts_model.dependence(bins, Printer("en"))
    assert chart is not None
    assert "+0.60 for values of below 0.607" in chart.text
    assert "\u22120.20 for values of 1.65 and more" in chart.text
    assert say("no_value", "en") not in chart.text
    chart = charts_model.dependence(bins[2:], Printer("en"))
    assert chart is not None and say("no_value", "en") in chart.text


# ---- the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_all(found: Evaluation, files: dict[str, Path], language: str) -> None:
    whole = files[f"whole.{language}.html"].read_text("utf-8")
    for table in text(found, language)[1:]:
        assert table.title in whole
    for code in (
        "gains-revenue", "gains-fraud", "tops-precision", "tops-revenue-recall", "calibration", "groups",
        "fairness", "importance", "dependence-1", "drift",
    ):  # fmt: skip
        assert f'id="chart-{code}"' in whole
    assert say("warn_simulated", language) in whole
    assert whole.count(say("warn_simulated_short", language)) > 15
    assert say("table_drift", language) in whole
    assert HOSTILE not in whole
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+|http-equiv", "", whole)


def test_what_is_absent_is_listed(leaked: Evaluation, files: dict[str, Path]) -> None:
    whole = files["leak.en.html"].read_text("utf-8")
    for absent in leaked.absent:
        assert say(f"what_{absent.what}", "en") in whole and say(f"absent_{absent.what}", "en") in whole


def test_files_are_whole_and_linked(found: Evaluation, files: dict[str, Path], tmp_path: Path) -> None:
    english, chinese = (files[f"leak.{one}.html"].read_text("utf-8") for one in LANGUAGES)
    assert 'href="leak.zh.html"' in english and 'href="leak.en.html"' in chinese
    assert "Week 7 &amp; 8" in english and 'lang="zh-Hans"' in chinese
    (one,) = write_page(found, tmp_path / "zh.html", "zh")
    alone = one.read_text("utf-8")
    assert alone.startswith("<!doctype html>") and 'class="languages"' not in alone
    with pytest.raises(OutputError, match="name it .html"):
        write_page(found, tmp_path / "report.pdf")
    for wrong in (page, text):
        with pytest.raises(OutputError, match="choose en or zh"):
            wrong(found, "fr")


@pytest.fixture(scope="module")
def files(
    found: Evaluation, leaked: Evaluation, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    pages = [
        *write_page(found, folder / "whole.html", run=over_time(), **MODEL),
        *write_page(leaked, folder / "leak.html", title="Week 7 & 8"),
    ]
    return {one.name: one for one in pages}


@pytest.fixture
def visit(browser: Any, files: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Visit]:
    name, options = request.param
    made = Visit(browser, files[name].as_uri(), options)
    yield made
    made.close()


DARK = {"color_scheme": "dark"}


@pytest.mark.parametrize(
    "visit",
    [("whole.en.html", PHONE), ("whole.zh.html", PHONE | DARK), ("leak.en.html", DESKTOP | DARK),
     ("leak.zh.html", DESKTOP)],
    indirect=True,
)  # fmt: skip
def test_it_is_read_on_any_screen_and_by_ear(visit: Visit) -> None:
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    for picture in visit.page.locator(".picture svg").all():
        box = picture.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert visit.page.locator("script").count() == 0
    axe(visit.page)


@pytest.mark.parametrize(
    "visit", [("whole.en.html", DESKTOP | DARK), ("whole.en.html", DESKTOP)], indirect=True
)
def test_charts_take_the_colours_of_the_page(visit: Visit) -> None:
    """The background of every picture is the sheet, and no line of a curve has its own."""
    everyone = (
        "([where, name]) => [...document.querySelectorAll(where)].map(e => getComputedStyle(e)[name])"
    )
    fills = visit.page.evaluate(everyone, ['.picture svg > rect[fill="#ffffff"]', "fill"])
    assert fills and set(fills) == set(visit.page.evaluate(everyone, [".picture", "backgroundColor"]))
    purple = visit.page.evaluate(everyone, ['.picture [stroke="#7a3f8f"]', "stroke"])
    visit.page.evaluate("document.querySelector('h1').style.color = 'var(--share)'")
    assert purple and set(purple) == set(visit.page.evaluate(everyone, ["h1", "color"]))


@pytest.mark.parametrize("visit", [("whole.en.html", DESKTOP)], indirect=True)
def test_the_other_language_is_a_click_away(visit: Visit) -> None:
    visit.page.locator(".languages a").click()
    assert visit.page.locator("h1").inner_text() == say("title", "zh")
