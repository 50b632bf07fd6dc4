"""The pages of releases: which there are, each with its figures opened, its files, and made once for all."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import choosing
import serving
from browsing import DESKTOP, PHONE, Visit, axe
from customhouse.desk import open_store
from customhouse.period import Period, month
from customhouse.release.layout import period_of, stem
from customhouse.web.making import Makings
from customhouse.web.problems import Problem
from customhouse.web.released import periods, years

pytest.importorskip("vl_convert")
PERIOD = "2025-Q1"
CELL = {"measure": "value", "flow": "exports", "dimension": "partner", "code": "USA",
        "period": "2025-01/2025-03", "source": "declarations"}  # fmt: skip
DARK = DESKTOP | {"color_scheme": "dark"}
NO_SCRIPTS = DESKTOP | {"java_script_enabled": False}


def got(client: TestClient, address: str, **options: Any) -> Any:
    """An answer; a release is waited for."""
    for _ in range(90):
        answer = client.get(address, **options)
        if answer.status_code != 202:
            return answer
    raise AssertionError(f"{address}: still being made")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Do it in a thread of its own: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def bundle(app_client: TestClient) -> zipfile.ZipFile:
    answer = app_client.get(f"/en/releases/{PERIOD}/{PERIOD}.zip?source=declarations")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize(("language", "title"), [("en", "first quarter of 2025"), ("zh", "一季度")])
def test_a_release_in_each_language(app_client: TestClient, language: str, title: str) -> None:
    answer = got(app_client, f"/{language}/releases/{PERIOD}?source=declarations")
    assert answer.status_code == 200
    assert title in re.search("<h1>(.*?)</h1>", answer.text)[1]  # type: ignore[index]
    figures = re.findall(r'<a class="fig" id="p(\d+)" href="#f(\d+)">', answer.text)
    assert len(figures) > 30 and all(a == b for a, b in figures)
    cards = re.findall(r'<div class="card" id="f(\d+)"', answer.text)
    assert cards == [number for number, _ in figures]
    assert answer.text.count('<figure class="chart"') >= 5
    assert answer.text.count("<table data-dimension") >= 5
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="', answer.text)


def test_questions_of_figures_give_the_figures(app_client: TestClient, small_store: Path) -> None:
    page = got(app_client, f"/en/releases/{PERIOD}?source=declarations").text
    links = re.findall(r'class="ask"><a href="\.\./query\?q=([^&"]*)&amp;source=declarations"', page)
    assert len(links) > 20
    from urllib.parse import unquote_plus

    with open_store(small_store) as desk:
        for link in links[::9]:
            assert desk.query(unquote_plus(link), source="declarations").claims


def test_the_files_verify(bundle: zipfile.ZipFile, small_store: Path, tmp_path: Path) -> None:
    names = set(bundle.namelist())
    assert {f"{PERIOD}.{to}.{of}" for to in ("en", "zh") for of in ("html", "docx", "md", "xlsx")} < names
    bundle.extractall(tmp_path)
    with open_store(small_store) as desk:
        assert desk.verify(tmp_path) == []
    path = tmp_path / "figures.json"
    found = json.loads(path.read_text("utf-8"))
    found["figures"][0]["computed"]["value"] += 1e9
    path.write_text(json.dumps(found), "utf-8")
    with open_store(small_store) as desk:
        assert {failure.code for failure in desk.verify(tmp_path)} == {"changed"}


@pytest.mark.parametrize(
    ("name", "kind", "how"),
    [
        (f"{PERIOD}.en.html", "text/html; charset=utf-8", "attachment"),
        (f"{PERIOD}.zh.md", "text/markdown; charset=utf-8", "attachment"),
        ("figures.json", "application/json", "attachment"),
        (f"charts/{PERIOD}.balance.en.svg", "image/svg+xml", "inline"),
        (f"charts/{PERIOD}.balance.zh.png", "image/png", "inline"),
        (f"tables/{PERIOD}.total.csv", "text/csv; charset=utf-8", "attachment"),
    ],
)
def test_a_file_by_itself(
    app_client: TestClient, bundle: zipfile.ZipFile, name: str, kind: str, how: str
) -> None:
    answer = app_client.get(f"/en/releases/{PERIOD}/{name}?source=declarations")
    assert answer.content == bundle.read(name)
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith(f'{how}; filename="{name.rpartition("/")[2]}"')
    again = app_client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/en/releases/2031-Q1", "/en/releases/2023-Q1", "/en/releases/soon", "/zh/releases/2025-13",
        f"/en/releases/{PERIOD}?source=nobody", f"/en/releases/{PERIOD}?as_of=2001-01-01",
        f"/en/releases/{PERIOD}?currency=XXX", f"/en/releases/{PERIOD}/nothing.docx",
        f"/en/releases/{PERIOD}/../figures.json/x",
    ],
)  # fmt: skip
def test_what_there_is_not(app_client: TestClient, path: str) -> None:
    answer = got(app_client, path)
    assert answer.status_code in (404, 422)
    assert "/tmp" not in answer.text


def test_no_day_is_no_page(app_client: TestClient) -> None:
    assert app_client.get("/en/releases?as_of=soon").status_code == 422


def test_the_list_has_the_periods_of_each_source(app_client: TestClient) -> None:
    page = app_client.get("/en/releases?source=table").text
    for name in ("2025-Q1", "2024", "2024-H2", "2023-Q4", "2023-04"):
        assert f'href="/en/releases/{name}?source=table"' in page
    assert "/en/releases/2023-H1?" not in page and "/en/releases/2023?" not in page
    declared = app_client.get("/en/releases?source=declarations").text
    assert "/en/releases/2023-Q4?" not in declared
    assert 'href="/zh/releases?source=declarations"' in declared


def test_as_of_a_day_before_the_revision(app_client: TestClient) -> None:
    address = f"/en/releases/{PERIOD}?source=declarations"
    later, before = got(app_client, address).text, got(app_client, f"{address}&as_of=2025-05-01").text
    assert "as known on 2025-05-14" in later and "as known on 2025-04-14" in before
    assert re.findall("<data[^>]*>(.*?)</data>", later) != re.findall("<data[^>]*>(.*?)</data>", before)
    assert "as_of=2025-05-01" in before


def test_a_cell_of_a_table_says_its_claim(app_client: TestClient) -> None:
    told = CELL | {"measure": "growth"}
    answer = app_client.get(f"/en/releases/{PERIOD}/claim", params=told)
    assert answer.status_code == 200
    assert "growth of exports to United States, 2025 Q1" in answer.text
    assert "vintage" in answer.text and 'class="ask"' in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "unit"}, {"flow": "<script>"}, {"dimension": "trader_id", "code": "X"}, {"period": ""},
        {"code": "x" * 100}, {"period": "1000-01/2999-12"}, {"period": "soon"}, {"code": "NOWHERE"},
    ],
)  # fmt: skip
def test_cells_that_are_none(app_client: TestClient, wrong: dict[str, str]) -> None:
    answer = app_client.get(f"/en/releases/{PERIOD}/claim", params=CELL | wrong)
    assert answer.status_code in (404, 422)
    assert "<script>" not in answer.text


@given(st.integers(1900, 2100), st.integers(1, 12), st.integers(1, 40))
def test_periods_and_their_names(year: int, first: int, length: int) -> None:
    period = Period(month(year, first), month(year, first) + length - 1)
    assert period_of(stem(period)) == period


@given(st.text(max_size=16))
def test_other_names_are_no_period(name: str) -> None:
    period = period_of(name)
    assert period is None or stem(period) == name


@given(st.sets(st.integers(month(2020, 1), month(2024, 12))))
def test_periods_have_all_their_months(months: set[int]) -> None:
    found = list(periods(sorted(months)))
    assert len(found) == len(set(found))
    assert all(set(range(p.first, p.last + 1)) <= months for p in found)
    assert {p.first for p in found if p.months == 1} == months
    assert [p.last for p in found] == sorted((p.last for p in found), reverse=True)
    assert sorted(p for year in years(found) for _, some in year.periods for p in some) == sorted(found)


def test_two_who_ask_at_once_wait_for_one_making() -> None:
    made = []

    async def both() -> None:
        kept: Makings[str] = Makings(10, len, at_once=1)
        go = asyncio.Event()

        async def make() -> str:
            made.append(1)
            await go.wait()
            return "result"

        assert await kept.made("a", make, wait=0) is None
        waiting = [asyncio.create_task(kept.made("a", make)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await kept.made("b", make)
        assert refused.value.code == "busy"
        waiting[0].cancel()  # who goes away does not end it for the other
        go.set()
        assert await waiting[1] == "result"
        assert kept.get("a") == "result"

    run(both())
    assert made == [1]


def test_what_was_made_is_kept_within_bounds() -> None:
    async def several() -> None:
        kept: Makings[str] = Makings(10, len)

        async def of(text: str) -> str:
            return text

        for name in "abc":
            await kept.made(name, lambda name=name: of(name * 4))  # type: ignore[misc]
        assert (kept.get("a"), kept.get("b"), kept.get("c")) == (None, "bbbb", "cccc")
        assert await kept.made("long", lambda: of("x" * 11)) == "x" * 11
        assert kept.get("long") is None
        assert kept.held == 8

    run(several())


def test_a_failure_is_told_again_before_the_work_is_tried_anew() -> None:
    tries = []

    async def twice() -> None:
        kept: Makings[str] = Makings(10, len)

        async def fail() -> str:
            tries.append(1)
            await asyncio.sleep(0.01)
            raise Problem(422, "no")

        assert await kept.made("a", fail, wait=0) is None
        for _ in range(2):
            with pytest.raises(Problem):
                await kept.made("a", fail)

    run(twice())
    assert tries == [1]


@pytest.fixture
def visit(browser: Any, counter: serving.Serving, request: pytest.FixtureRequest) -> Iterator[Visit]:
    language, options = getattr(request, "param", ("en", DESKTOP))
    made = Visit(browser, f"{counter.address}/{language}/releases/{PERIOD}?source=declarations", options)
    made.page.locator("article .fig").first.wait_for(timeout=60_000)  # past the page that waits
    yield made
    made.close()


def shown(visit: Visit) -> list[str]:
    return [card.inner_text() for card in visit.page.locator(".release .card:visible").all()]


@pytest.mark.parametrize("visit", choosing.some([("en", DESKTOP), ("zh", DESKTOP)], 2), indirect=True)
def test_a_figure_opens_its_claim_by_keyboard(visit: Visit) -> None:
    page = visit.page
    figure = page.locator("article .fig").nth(2)
    figure.focus()
    assert shown(visit) == []
    page.keyboard.press("Enter")
    (told,) = shown(visit)
    assert "2025" in told and "declarations" in told
    assert page.evaluate("location.hash") == "#f3"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "close"
    page.keyboard.press("Tab")
    assert "/query?q=" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Escape")
    assert shown(visit) == []
    assert page.evaluate("document.activeElement.id") == "p3"
    assert page.evaluate("location.hash") == ""


def test_pointing_shows_and_choosing_keeps(visit: Visit) -> None:
    page = visit.page
    page.locator("article .fig").first.hover()
    page.locator("#f1").wait_for()
    page.mouse.move(2, 200)
    page.locator("#f1").wait_for(state="hidden")
    page.locator("article .fig").first.click()
    page.mouse.move(2, 200)
    page.wait_for_timeout(400)
    assert len(shown(visit)) == 1
    page.locator("h1").click()
    assert shown(visit) == []


def test_a_figure_can_be_linked(browser: Any, counter: serving.Serving, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{counter.address}/en/releases/{PERIOD}?source=declarations#f20")
    page.reload()
    assert len(shown(visit)) == 1
    assert page.locator("#p20").evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_cells_of_tables_open_their_claims(visit: Visit) -> None:
    page = visit.page
    cell = page.locator("#t2 tbody tr:not(.total) td").first
    cell.click()
    page.locator(".release > .card.shown").wait_for()
    assert "vintage" in shown(visit)[0]
    page.keyboard.press("Escape")
    first = page.locator("#t2 tbody td").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".release > .card.shown").wait_for()
    second = page.locator("#t2 tbody tr:nth-child(2) td").first
    assert page.locator("#t2 td.on").inner_text() == second.inner_text()


@pytest.mark.parametrize("visit", [("en", NO_SCRIPTS)], indirect=True)
def test_without_scripts_a_figure_leads_to_its_claim(visit: Visit) -> None:
    page = visit.page
    page.locator("article .fig").nth(1).click()
    assert page.url.endswith("#f2")
    assert len(page.locator(".card:visible").all()) == 1
    page.locator(".card:visible .close").click()
    assert len(page.locator(".card:visible").all()) == 0
    with page.expect_download() as download:
        page.locator("ul.downloads a", has_text="Markdown").click()
    assert Path(download.value.path()).read_text("utf-8").startswith("# ")
    page.evaluate = lambda *_: None


@pytest.mark.parametrize("visit", choosing.some([("zh", PHONE), ("en", PHONE)], 2), indirect=True)
def test_a_phone_shows_all_without_sideways_scroll(visit: Visit) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.page.locator("article .fig").first.tap()
    box = visit.page.locator(".card:visible").bounding_box()
    assert box["x"] == 0 and box["width"] == 360
    assert box["y"] + box["height"] == pytest.approx(740, abs=1)


@pytest.mark.parametrize(("language", "options"), [("en", DARK), ("zh", PHONE)])
def test_nothing_keeps_anybody_out(
    browser: Any, counter: serving.Serving, language: str, options: dict[str, Any]
) -> None:
    """The release of a small table, which has all parts of a page."""
    visit = Visit(browser, f"{counter.address}/{language}/releases/2025-03?source={serving.TABLE}", options)
    visit.page.locator("article .fig").first.wait_for(timeout=60_000)
    visit.page.locator("article .fig").first.click()
    axe(visit.page)
    visit.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_keeps_nobody_out(browser: Any, counter: serving.Serving, language: str) -> None:
    visit = Visit(browser, f"{counter.address}/{language}/releases?source=declarations", PHONE)
    axe(visit.page)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.page.locator(f".year a[href*='/{PERIOD}?']").click()
    visit.page.locator("article .fig").first.wait_for(timeout=60_000)
    visit.close()


def test_languages_lead_to_one_another(visit: Visit) -> None:
    visit.page.locator(".along a[hreflang=zh-Hans]").click()
    visit.page.locator("article .fig").first.wait_for()
    assert visit.page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert "source=declarations" in visit.page.url


def test_print_is_the_release_alone(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    for name in ("header.site", ".along", ".cards", ".see", "ul.downloads", ".hint"):
        assert not any(found.is_visible() for found in visit.page.locator(name).all()), name
    assert visit.page.locator("table").first.is_visible()
