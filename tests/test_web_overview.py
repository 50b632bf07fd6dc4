"""The overview of a period: its figures are those of queries, it says what they rest on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import customhouse
from customhouse.desk import Desk
from customhouse.measures import Missing
from customhouse.model import CellOrigin, Claim, Slice
from customhouse.period import Period
from customhouse.query import parse, run
from customhouse.release.labels import label
from customhouse.web.charts_model import Scale
from customhouse.web.pages.overview_figures import Compared, Headline
from customhouse.web.pages.overview_words import tile
from customhouse.web.words import fill, word

pytest.importorskip("fastapi")
html = pytest.importorskip("lxml.html")

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with customhouse.open_store(small_store) as found:
        yield found


def opened(client: Any, address: str) -> Any:
    found = client.get(address)
    assert found.status_code == 200, found.text
    return html.fromstring(found.text)


def chart(page: Any, code: str) -> dict[str, Any]:
    """The specification of a chart on the page."""
    return json.loads(page.get_element_by_id(f"spec-{code}").text)


def says(node: Any) -> str:
    return " ".join(node.text_content().split())


# Its figures


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("period", ["2025-03", "2025-Q1", "2024", "2024-H2"])
def test_headlines_are_those_of_queries(app_client: Any, desk: Desk, language: str, period: str) -> None:
    page = opened(app_client, f"/{language}/?source=declarations&period={period}")
    for flow in ("trade", "exports", "imports", "balance"):
        (found,) = desk.query(f"{flow} {period}", source="declarations").figures
        assert found.claim
        card = page.find_class(f"flow-{flow}")[0]
        assert says(card.find("h3")) == label(f"flow_{flow}", language)
        amount = Scale.of([found.claim], language).amount(found.claim)
        assert says(card.find_class("big")[0]) == amount
        if flow == "balance" or isinstance(found.growth, Missing):
            continue
        assert found.growth
        rate = f"{abs(found.growth.value):.1f}%"
        kind = "up" if found.growth.value > 0 else "down"
        assert says(card.find_class("rate")[0]).endswith(fill(f"overview_growth_{kind}", language, n=rate))


def test_a_month_has_its_year_to_date_beside_it(app_client: Any, desk: Desk) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2025-03")
    claim = desk.query("exports 2025-01/2025-03", source="declarations").claims[0]
    card = page.find_class("flow-exports")[0]
    assert [says(one) for one in card.find_class("when")] == ["Mar 2025", "2025 Q1"]
    assert says(card.find_class("next")[0]) == Scale.of([claim], "en").amount(claim)
    quarter = opened(app_client, "/en/?source=declarations&period=2025-Q1")
    assert not quarter.find_class("next")


AXES = {"partner": "by partner", "hs2": "by hs2", "region": "by region"}


@pytest.mark.parametrize("flow", ["trade", "imports"])
@pytest.mark.parametrize("code", AXES)
def test_bars_are_those_of_queries(app_client: Any, desk: Desk, code: str, flow: str) -> None:
    page = opened(app_client, f"/en/?source=declarations&period=2025-Q1&flow={flow}")
    answer = desk.query(f"{flow} top 11 {AXES[code]} 2025-Q1".replace("by ", ""), source="declarations")
    dimension = "commodity" if code == "hs2" else code
    rows = [row for row in answer if getattr(row.ask.slice, dimension) != "other"][:10]
    spec = chart(page, code)["data"]["values"]
    exact = [row.claim.value for row in rows if row.claim]
    scale = exact[0] / spec[0]["value"]
    assert [row["value"] * scale for row in spec] == pytest.approx(exact, rel=1e-12)
    links = [parse_qs(urlsplit(row["address"]).query) for row in spec]
    option = "hs" if code == "hs2" else code
    assert [one[option] for one in links] == [[getattr(row.ask.slice, dimension)] for row in rows]


@pytest.mark.parametrize("code", ["moved-partner", "moved-hs2"])
def test_what_changed_most_is_what_contributed_most(app_client: Any, desk: Desk, code: str) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2025-Q1")
    axis = {"moved-partner": "partner", "moved-hs2": "hs2"}[code]
    answer = desk.query("contribution to growth of trade 2025-Q1", source="declarations", by=axis)
    every = sorted((claim.value for claim in answer.claims), reverse=True)
    shown = [row["value"] for row in chart(page, code)["data"]["values"]]
    assert shown[:6] == every[:6] and shown == sorted(shown, reverse=True)
    # What vanished since a year earlier is in no query by part, yet took from growth.
    assert shown[-1] <= every[-1]


@pytest.mark.parametrize("period", ["2025-03", "2024"])
def test_every_link_leads_to_the_figure_that_has_it(app_client: Any, desk: Desk, period: str) -> None:
    page = opened(app_client, f"/en/?source=declarations&period={period}")
    asked = 0
    for spec in page.xpath("//script[@type='application/json']"):
        for row in json.loads(spec.text)["data"]["values"]:
            if "address" in row:
                figure = follow(desk, row["address"])
                digits = Scale.of([figure], "en", spread=True).digits(figure)
                assert row["tip"].split("\t")[1][:3] == digits[:3]
                asked += 1
    assert asked > 40


def follow(desk: Desk, address: str) -> Claim:
    """The figure that a link to a query asks for."""
    options: dict[str, Any] = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    source = options.pop("source")
    answer = run(parse("", options), desk.statistics(source=source))
    (claim,) = answer.claims
    return claim


def test_the_months_of_the_series_are_those_of_queries(app_client: Any, desk: Desk) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2025-Q1")
    answer = desk.query("exports, imports by month 2024-01 to 2025-03", source="declarations")
    exact = {(str(row.claim.period), row.claim.slice.flow): row.claim.value for row in answer if row.claim}
    rows = chart(page, "levels")["data"]["values"]
    scale = exact["2024-01", "exports"] / rows[0]["value"]
    assert len(rows) == len(exact) == 30
    for row in rows:
        flow = "exports" if row["kind"] == "Exports" else "imports"
        assert row["value"] * scale == pytest.approx(exact[row["period"], flow], rel=1e-12)
    grown = {row["period"] for row in chart(page, "growth")["data"]["values"]}
    assert grown == {"2025-01", "2025-02", "2025-03"}


# What they rest on


def test_revisions_are_told_and_days_are_kept(app_client: Any, desk: Desk) -> None:
    revised = opened(app_client, "/en/?source=declarations&period=2025-02")
    first = desk.query("exports 2025-02", source="declarations", as_of=date(2025, 4, 14)).claims[0]
    told = fill("overview_first", "en", first=Scale.of([first], "en").amount(first))
    assert told in says(revised.find_class("flow-exports")[0])
    assert "14\xa0May\xa02025" in revised.text_content()
    before = opened(app_client, "/en/?source=declarations&period=2025-02&as_of=2025-04-30")
    big = before.find_class("flow-exports")[0].find_class("big")[0]
    assert says(big) == Scale.of([first], "en").amount(first)
    assert "First published" not in before.text_content()
    assert "as_of=2025-04-30" in big.find("a").get("href")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_base_that_was_revised_says_so(language: str) -> None:
    now, then = Period.of(2025, 3, 3), Period.of(2024, 3, 3)

    def claim(value: float, period: Period = now, measure: str = "value", unit: str = "CNY") -> Claim:
        part = Slice(flow="exports")
        return Claim(measure, value, unit, CellOrigin("s", (1,), 1), slice=part, period=period)

    base, first, rate = claim(2e9, then), claim(1.9e9, then), claim(5.0, measure="growth", unit="%")
    whole = Compared(claim(2.1e9), rate, base, None, first, date(2025, 2, 18))
    (line,) = tile(Headline("exports", whole, None), language, lambda **_: "/x").lines
    assert Scale.of([base], language).amount(base) in line.compared
    assert Scale.of([first], language).amount(first) in line.compared
    same = replace(whole, base_first=None)
    (line,) = tile(Headline("exports", same, None), language, lambda **_: "/x").lines
    assert Scale.of([first], language).amount(first) not in line.compared
    for growth, way in ((0.04, ""), (-0.04, ""), (0.06, "up"), (-0.06, "down")):
        other = replace(whole, growth=claim(growth, measure="growth", unit="%"))
        assert tile(Headline("exports", other, None), language, lambda **_: "/x").lines[0].way == way
    alone = replace(whole, growth=None, base=None, base_first=None)
    (line,) = tile(Headline("exports", alone, None), language, lambda **_: "/x").lines
    assert (line.growth, line.way) == ("", "")
    when = {"en": "Mar 2024", "zh": "2024年3月"}[language]
    assert line.compared == fill("overview_no_base", language, base=when)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_leaves_out_what_it_lacks_and_says_so(app_client: Any, language: str) -> None:
    page = opened(app_client, f"/{language}/?source=table&period=2025-03")
    told = says(page.find_class("lacking")[0])
    for axis in ("hs2", "enterprise", "regime", "region", "transport"):
        assert word(f"overview_by_{axis}", language) in told
    codes = {figure.get("id") for figure in page.xpath("//figure")}
    assert {"chart-levels", "chart-growth", "chart-partner", "chart-moved-partner"} <= codes
    assert not codes & {"chart-hs2", "chart-goods", "chart-region", "chart-enterprise"}


def test_without_a_base_nothing_is_said_to_have_changed(app_client: Any) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2024-05")
    assert page.find_class("unbased") and not page.xpath("//*[@id='moved']")
    assert all("no figure of May 2023" in says(card) for card in page.find_class("tiles")[0])


# Which period, of what


def test_without_a_period_it_is_the_last_month_of_the_first_source(app_client: Any) -> None:
    page = opened(app_client, "/en/")
    assert says(page.find(".//h1")) == "Trade in Mar 2025"
    assert page.xpath("//option[@selected]/@value | //option[@selected][not(@value)]/text()") == [
        "2025-03", "declarations"]  # fmt: skip


def test_the_choice_has_the_periods_that_are_there(app_client: Any) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2024-Q4")
    values = page.xpath("//select[@name='period']//option/@value")
    assert {"2024", "2024-H1", "2024-Q1", "2025-Q1", "2025-03"} <= set(values)
    assert not {"2025", "2025-H1", "2025-Q2", "2023"} & set(values)
    assert page.xpath("//a[@rel='prev']/@href")[0].endswith("period=2024-Q3")
    assert page.xpath("//a[@rel='next']/@href")[0].endswith("period=2025-Q1")
    first = opened(app_client, "/en/?source=declarations&period=2024")
    assert not first.xpath("//a[@rel='prev' or @rel='next']")


def test_what_is_chosen_goes_along(app_client: Any) -> None:
    chosen = "source=declarations&period=2025-Q1&flow=exports&system=special&as_of=2025-06-01"
    page = opened(app_client, f"/en/?{chosen}")
    hidden = {one.get("name"): one.get("value") for one in page.xpath("//form//input[@type='hidden']")}
    assert hidden == {"flow": "exports", "system": "special"}
    for address in page.xpath("//a[@rel='prev']/@href") + page.xpath("//figure//td/a/@href"):
        assert "system=special" in address and "as_of=2025-06-01" in address
    (release,) = page.xpath("//a[contains(@class, 'main')]/@href")
    assert urlsplit(release).path == "/en/releases/2025-Q1"
    assert page.xpath("//a[@aria-current='true']")[0].text == "Exports"


def test_concepts_change_the_figures_as_they_change_queries(app_client: Any, desk: Desk) -> None:
    from customhouse.statistics import Concepts

    page = opened(app_client, "/en/?source=declarations&period=2025-Q1&system=special&returned=apart")
    concepts = Concepts("special", "origin", "apart")
    claim = desk.query("imports 2025-Q1", source="declarations", concepts=concepts).claims[0]
    usual = desk.query("imports 2025-Q1", source="declarations").claims[0]
    shown = says(page.find_class("flow-imports")[0].find_class("big")[0])
    assert claim.value != usual.value and shown == Scale.of([claim], "en").amount(claim)


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("period=never", 422, "2025-Q1"), ("period=2025-Q1,2025-Q2", 422, "one"),
        ("period=<b>x</b>", 422, "&lt;b&gt;"),
        ("flow=sideways", 422, "trade, exports, imports"), ("system=odd", 422, "general"),
        ("as_of=tomorrow", 422, "2025-03-14"), ("source=nobody", 404, "declarations"),
        ("as_of=1999-01-01", 404, "none"), ("source=table&system=special", 422, "concept"),
        ("period=" + "9" * 5000, 422, "period"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told(app_client: Any, asked: str, status: int, told: str) -> None:
    found = app_client.get(f"/en/?{asked}")
    assert (found.status_code, told in found.text, "<b>x" in found.text) == (status, True, False)


def test_a_period_that_is_not_there_gives_way_to_the_last(app_client: Any) -> None:
    page = opened(app_client, "/en/?source=declarations&period=2019-Q1")
    assert says(page.find(".//h1")) == "Trade in Mar 2025"
    assert "no figures of 2019 Q1" in says(page.find_class("error")[0])
