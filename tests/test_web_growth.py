"""The page about growth and its API: the same figures in both, what is lacking flagged, all in time."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from math import exp, sin
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import customhouse
import serving
from customhouse.cli import app
from customhouse.desk import Loading
from customhouse.errors import MissingExtra
from customhouse.model import Slice
from customhouse.period import Period, month
from customhouse.prices.linking import By
from customhouse.release.charts_factors import signed
from customhouse.statistics import Concepts
from customhouse.web import growing as shared
from customhouse.web.api import growth as api
from customhouse.web.app import make_app
from customhouse.web.growth_model import Days, Decomposed, Indexed, Note, Prices, Season, Told, Wanted
from customhouse.web.held import open_held
from customhouse.web.jobs import growing
from customhouse.web.pages import growth as page_of
from customhouse.web.pages.growth_shown import prices_shown, season_shown
from customhouse.web.settings import Settings
from pages import seen

pytest.importorskip("fastapi")
LANGUAGES = ("en", "zh")
MARCH = Period(month(2025, 3), month(2025, 3))
QUARTER = "source=declarations&period=2025-Q1"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait until everything is there."""
    monkeypatch.setattr(page_of, "WAIT_S", 60.0)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A store with six years of an official table, and no goods."""
    folder = tmp_path_factory.mktemp("years")
    table = folder / "table.csv"
    first = month(2019, 1)
    rows = [
        f"A:B(1.0),M,CHN,WLD,{letter},_T,{m // 12}-{m % 12 + 1:02},{size * exp((m - first) / 120):.0f},USD,6"
        for m in range(first, month(2024, 12) + 1)
        for letter, size in (("X", 240_000 + 25_000 * sin(m % 12)), ("M", 200_000 + 20_000 * sin(m % 12 + 2)))
    ]
    table.write_text("\n".join([serving.HEAD, *rows]) + "\n", encoding="utf-8")
    with customhouse.open_store(folder / "store", create=True) as desk:
        desk.load([table], Loading(source="table", known_on=date(2025, 1, 20)))
    made = make_app(folder / "store", Settings(per_minute=0, working=2))
    with TestClient(made, raise_server_exceptions=False) as client:
        yield client


def rows(client: TestClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/prices?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def cells(text: str, table: str) -> list[list[str]]:
    """The cells of a table of a page."""
    inside = text.split(f'id="{table}"')[1].split("</table>")[0].split("<tbody>")[1]
    lines = re.findall(r"<tr.*?</tr>", inside, re.DOTALL)
    return [
        [html.unescape(re.sub(r"<small>.*?</small>|<[^>]+>", "", cell))
         for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)] for line in lines
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_figures_of_the_api_and_they_add_up(app_client: TestClient, language: str) -> None:
    answer = app_client.get(f"/{language}/growth?{QUARTER}&flow=imports")
    assert answer.status_code == 200
    taken = seen(answer)
    assert {"prices", "season", "chart-factors", "chart-indices"} <= set(taken.ids)
    whole = rows(app_client, f"{QUARTER}&flow=imports")[-1]
    assert whole["period"] == "2025-01/2025-03" and whole["base"] == "2024-01/2024-03"
    factors = dict(cells(answer.text, "factors"))
    assert {signed(whole[f"{name}_points"]) for name in ("price", "entry", "exit")} <= set(factors.values())
    shown = [float(text.replace("−", "-").rstrip("%")) for text in factors.values()]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.1)
    index = cells(answer.text, "indices")
    assert len(index) == 15
    march = rows(app_client, "source=declarations&period=2025-03&flow=imports")[0]
    told = [index[0][at] for at in (1, 2, 5)]
    assert told == [f"{march['price']:.1f}", f"{march['volume']:.1f}", march["grade"]]


def test_the_permanent_link_gives_the_same_and_the_calls_ask_for_it(app_client: TestClient) -> None:
    page = app_client.get(f"/en/growth?{QUARTER}&flow=exports&partner=USA&indices=month").text
    link = html.unescape(re.search(r'id="permanent" readonly value="([^"]+)"', page)[1])  # type: ignore[index]
    asked = parse_qs(urlsplit(link).query)
    assert asked == {
        "flow": ["exports"], "partner": ["USA"], "period": ["2025-Q1"], "source": ["declarations"],
        "indices": ["month"], "as_of": ["2025-05-14"],
    }  # fmt: skip
    again = app_client.get(link).text
    for table in ("factors", "indices"):
        assert cells(again, table) == cells(page, table)
    commands = [html.unescape(text) for text in re.findall(r'id="cli-\d">([^<]+)', page)]
    assert [shlex.split(text)[1:3] for text in commands] == [
        ["prices", "STORE"], ["prices", "STORE"], ["adjust", "STORE"],
    ]
    assert "--by month" in commands[1] and "--partner USA" in commands[2]
    for text in re.findall(r'id="api-\d">([^<]+)', page):
        address = shlex.split(html.unescape(text))[1]
        assert app_client.get(address).status_code == 200, address
    for text in re.findall(r'<a class="chip" download href="([^"]+format=csv[^"]*)"', page):
        table = list(csv.DictReader(io.StringIO(app_client.get(html.unescape(text)).text)))
        assert table and all(None not in row.values() for row in table)


def test_the_commands_of_the_page_give_its_figures(app_client: TestClient, small_store: Path) -> None:
    page = app_client.get(f"/en/growth?{QUARTER}&flow=imports").text
    commands = [shlex.split(html.unescape(text)) for text in re.findall(r'id="cli-\d">([^<]+)', page)]
    found = []
    for command in commands[:2]:
        arguments = [str(small_store) if one == "STORE" else one for one in command[1:]]
        told = CliRunner().invoke(app, [*arguments, "--json"])
        assert told.exit_code == 0, told.output
        found.append(json.loads(told.stdout)["rows"])
    factors, index = dict(cells(page, "factors")), cells(page, "indices")
    assert factors["Prices"] == signed(found[0][-1]["price_points"])
    march = next(row for row in found[1] if row["period"] == "2025-03")
    assert f"{march['price']:.1f}" == index[0][1]
    special = app_client.get(f"/en/growth?{QUARTER}&system=special").text
    assert 'id="cli-1"' not in special and "system=special" in special


@pytest.mark.parametrize("language", LANGUAGES)
def test_years_of_months_are_adjusted(years: TestClient, language: str) -> None:
    pytest.importorskip("scipy")
    page = years.get(f"/{language}/growth?flow=exports")
    taken = seen(page)
    assert page.status_code == 200 and {"chart-adjusted", "chart-monthly", "chart-si"} <= set(taken.ids)
    found = years.get("/api/v1/adjusted?flow=exports").json()
    assert found["method"] in ("x13", "stl") and found["lacking"] == [] and len(found["months"]) == 72
    for row in found["months"]:
        after, season = row["adjusted"], row["seasonal"]
        whole = after * season if found["multiplicative"] else after + season
        assert whole == pytest.approx(row["original"], rel=0.05)
    assert [one["period"] for one in found["january_february"]][-1] == "2024-01/2024-02"
    table = csv.DictReader(io.StringIO(years.get("/api/v1/adjusted?flow=exports&format=csv").text))
    assert [row["month"] for row in table] == [row["month"] for row in found["months"]]


def test_what_is_lacking_is_said(app_client: TestClient, years: TestClient) -> None:
    short = app_client.get(f"/zh/growth?{QUARTER}").text
    assert "36" in short and "15" in short and "chart-adjusted" not in short
    told = app_client.get("/api/v1/adjusted?source=declarations").json()
    assert told["method"] is None and [one["code"] for one in told["lacking"]] == ["season_too_short"]
    assert [row["adjusted"] for row in told["months"]] == [None] * 15
    bare = years.get("/en/growth?flow=exports&period=2024-12").text
    assert "no goods by HS code" in bare and 'id="factors"' not in bare and 'id="indices"' not in bare
    assert years.get("/api/v1/prices?period=2024-12").status_code == 422
    base = app_client.get("/en/growth?source=declarations&period=2024-02").text
    assert "the statistics lack 2023-02" in base


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("flow=balance", "flow"), ("partner=USA,JPN", "partner"), ("period=2024,2025", "period"),
        ("partner=Atlantis", "Atlantis"), ("indices=lunar", "indices"), ("source=nobody", "nobody"),
        ("period=soon", "soon"), ("as_of=tomorrow", "tomorrow"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_the_form(
    app_client: TestClient, query: str, said: str
) -> None:
    answer = app_client.get(f"/en/growth?{query}")
    assert answer.status_code == 422
    assert said in html.unescape(answer.text.split('role="alert"')[1]) and 'id="f-partner"' in answer.text
    part = app_client.get(f"/en/growth?{query}", headers={"HX-Request": "true"})
    assert part.status_code == 422 and "<html" not in part.text and 'role="alert"' in part.text


@pytest.mark.parametrize(
    "query", ["period=2024,2025", "flow=exports,imports", "by=lunar", "period=2001/2024"]
)
def test_the_api_refuses_more_than_one_slice_and_period(app_client: TestClient, query: str) -> None:
    answer = app_client.get(f"/api/v1/prices?source=declarations&{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_page_does_not_wait_and_its_parts_come_by_themselves(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of, "WAIT_S", 0.0)
    query = f"{QUARTER}&flow=exports&partner=JPN"
    first = app_client.get(f"/en/growth?{query}")
    assert (first.status_code, first.headers["retry-after"]) == (202, "2")
    polls = [html.unescape(one) for one in re.findall(r'class="waiting"[^>]*hx-get="([^"]+)"', first.text)]
    assert {parse_qs(urlsplit(one).query)["part"][0] for one in polls} == {"prices", "season"}
    assert "noscript><meta http-equiv=\"refresh\"" in first.text
    monkeypatch.setattr(page_of, "WAIT_S", 60.0)
    for one in polls:
        part = app_client.get(one, headers={"HX-Request": "true"})
        assert part.status_code == 200 and part.headers["hx-push-url"] == "false"
        assert part.text.lstrip().startswith("<section id=") and "waiting" not in part.text
    assert app_client.get(f"/en/growth?{query}").status_code == 200


def test_work_that_takes_too_long_ends_and_says_so(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PATIENCE", 0.0001)
    query = f"{QUARTER}&flow=trade&partner=KOR"
    page = app_client.get(f"/en/growth?{query}")
    assert page.status_code == 503 and "retry-after" in page.headers
    assert any(said in page.text for said in ("took longer", "are waiting")) and 'id="permanent"' in page.text
    answer = app_client.get(f"/api/v1/prices?{query}")
    assert answer.status_code == 503 and answer.json()["code"] in ("timed_out", "busy")


def wanted(**changed: Any) -> Wanted:
    told = {"part": Slice(flow="imports"), "period": MARCH, "source": "declarations",
            "as_of": date(2025, 5, 14), "currency": None, "concepts": Concepts()}  # fmt: skip
    return Wanted(**(told | changed))


def test_without_a_calendar_growth_is_taken_apart_all_the_same(
    small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise MissingExtra("working days of China", "seasons")

    monkeypatch.setattr("customhouse.factors.days.working_day_effect", none)
    with open_held(small_store) as desk:
        found = growing.growth_prices(desk, wanted())
    assert found.decomposed and isinstance(found.decomposed.days, Note)
    assert sum(dict(found.decomposed.points).values()) == pytest.approx(found.decomposed.growth, abs=1e-9)
    for language in LANGUAGES:
        made = prices_shown(found, language).made
        assert made and len(made.factors) == len([p for _, p in found.decomposed.points if p])
        assert "seasons" in made.notes[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_charts_of_what_was_found(language: str) -> None:
    days = Days(-1.5, 21, 22, "regression", 1.0, 0.25, "")
    points = (("price", 2.0), ("volume", -3.0), ("entry", 0.0), ("exit", 0.0), ("uncovered", 0.5))
    made = Decomposed(MARCH, MARCH.year_earlier(), -0.5, points, 0.8, 0.1, "B", days)
    none = Indexed(month(2025, 2), MARCH, None, None, None, None, "", "why")
    index = Indexed(month(2025, 3), MARCH, 102.0, 97.0, 98.94, 0.8, "B", "")
    shown = prices_shown(Prices("CNY", "CHN", made, (none, index), "year", "fisher", ()), language)
    assert shown.made and [one.points for one in shown.made.factors] == ["+2.00", "−1.50", "−1.50", "+0.50"]
    assert "0.25" in shown.made.notes[-1] and "{" not in " ".join([*shown.made.notes, shown.made.headline])
    assert shown.index is None and shown.months[0][1:] == ("102.0", "97.0", "98.9", "80.0%", "B")
    assert set(shown.months[1][1:]) == {"…"}
    months = range(month(2022, 1), month(2025, 1))
    series = tuple(100.0 + m % 12 for m in months)
    words = tuple(Told(to, (f"note {to}",), ("a", "b"), (("M1", "0.3"),)) for to in LANGUAGES)
    season = Season(
        "CNY", "CHN", months[0], series, series, series, (1.0,) * 36, (1.01,) * 36, (None, *series[1:]),
        ((months[0], 2.5),), ((months[5], "AO"),), True, "x13", "(0 1 1)(0 1 1)", told=words,
    )  # fmt: skip
    told = season_shown(season, language)
    assert [chart.code for chart in told.charts] == ["adjusted", "monthly", "si"]
    assert told.notes == (f"note {language}",) and told.diagnostics == (("M1", "0.3"),)
    first = told.charts[1].rows[0]
    assert [cell.text for cell in first][1] == "+2.5"


def test_the_api_offers_every_base_of_indices() -> None:
    assert get_args(By) == api.BASES


@pytest.mark.parametrize("address", ["/api/v1/prices", "/api/v1/adjusted"])
def test_answers_have_tags(app_client: TestClient, address: str) -> None:
    query = f"{address}?source=declarations&flow=imports"
    first = app_client.get(query)
    kept = app_client.get(query, headers={"If-None-Match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
