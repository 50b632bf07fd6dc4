"""The overview in a browser: charts to point at or walk along, on any screen, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import choosing
from browsing import DESKTOP, PHONE, Visit, axe

pytest.importorskip("fastapi")

DARK = {**DESKTOP, "color_scheme": "dark"}
PLAIN = {**DESKTOP, "java_script_enabled": False}


@pytest.fixture
def visit(browser: Any, counter: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    path, options = getattr(request, "param", ("/en/?source=declarations&period=2025-Q1", DESKTOP))
    made = Visit(browser, counter.address + path, options)
    yield made
    made.close()


def drawn(visit: Visit) -> list[str]:
    """The charts that are drawn once all are."""
    found: list[str] = visit.page.eval_on_selector_all("figure.chart", "all => all.map(one => one.id)")
    for one in found:
        visit.page.wait_for_selector(f"#{one} .hits_marks path", state="attached")
    return found


@pytest.mark.parametrize("visit", choosing.some(
    [(f"/{to}/?source={source}", options) for to, source, screens in (
        ("en", "declarations", (DESKTOP, PHONE)), ("en", "table", (PHONE, DESKTOP)),
        ("zh", "declarations", (PHONE, DESKTOP)), ("zh", "table", (DESKTOP, PHONE)),
    ) for options in screens], 2,
), indirect=True)  # fmt: skip
def test_every_chart_is_drawn_and_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    assert len(drawn(visit)) >= 4
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    wide = "all => all.filter(s => s.getBoundingClientRect().right > innerWidth).length"
    assert visit.page.eval_on_selector_all(".picture svg", wide) == 0
    axe(visit.page)


@pytest.mark.parametrize("visit", [("/zh/?source=declarations", DARK)], indirect=True)
def test_dark_screens_have_light_marks(visit: Visit) -> None:
    drawn(visit)
    colour = "e => getComputedStyle(e).fill"
    assert visit.page.eval_on_selector("#chart-partner .mark-text text", colour) == "rgb(230, 227, 220)"
    visit.page.emulate_media(color_scheme="light")
    assert visit.page.eval_on_selector("#chart-partner .mark-text text", colour) == "rgb(31, 35, 40)"
    visit.page.emulate_media(color_scheme="dark")
    axe(visit.page)


def test_pointing_at_a_chart_tells_its_figures(visit: Visit) -> None:
    drawn(visit)
    tip, page = visit.page.locator(".charttip"), visit.page
    assert not tip.is_visible()
    page.locator("#chart-levels .hits_marks path").last.hover()
    text = tip.inner_text()
    assert text.startswith("Mar 2025") and "Exports" in text and "Imports" in text and "%" in text
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")


def test_the_keyboard_walks_along_a_chart(visit: Visit) -> None:
    drawn(visit)
    page, tip = visit.page, visit.page.locator(".charttip")
    page.keyboard.press("Tab")
    page.locator("#chart-partner .picture").focus()
    names = page.locator("#chart-partner tbody th").all_text_contents()
    seen = [tip.inner_text().split("\n")[0]]
    for key in ("ArrowDown", "ArrowDown", "End", "Home"):
        page.keyboard.press(key)
        seen.append(tip.inner_text().split("\n")[0])
    assert seen == [names[0], names[1], names[2], names[-1], names[0]]
    assert page.locator("#chart-partner .said").text_content().startswith(names[0])
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("ArrowDown")
    href = page.locator("#chart-partner tbody th a").nth(1).get_attribute("href")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(href)
    visit.troubles.clear()  # whatever the other page says is not this one's


def test_a_chart_follows_its_place(visit: Visit) -> None:
    drawn(visit)
    frame = visit.page.locator("#chart-levels .picture svg")
    before = frame.get_attribute("width")
    visit.page.set_viewport_size({"width": 600, "height": 800})
    visit.page.wait_for_selector(f"#chart-levels .picture svg:not([width='{before}'])")
    assert 400 < float(frame.get_attribute("width")) < 600
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_chart_put_in_place_later_is_drawn_and_one_that_breaks_opens_its_table(visit: Visit) -> None:
    drawn(visit)
    visit.page.evaluate("""() => {
        const one = document.getElementById("chart-partner"), other = one.cloneNode(true);
        other.id = "chart-again"; other.dataset.spec = "spec-again";
        other.querySelector("script").id = "spec-again"; other.querySelector(".picture").replaceChildren();
        const broken = other.cloneNode(true);
        broken.id = "chart-broken"; broken.dataset.spec = "spec-broken";
        broken.querySelector("script").id = "spec-broken";
        broken.querySelector("script").textContent = "{}";
        one.replaceWith(other, broken);
    }""")
    visit.page.wait_for_selector("#chart-again .hits_marks path")
    visit.page.wait_for_selector("#chart-broken.broken details[open] td")
    assert visit.page.locator("#chart-broken .failed").is_visible()
    assert not visit.page.locator("#chart-broken .picture").is_visible()


@pytest.mark.parametrize("visit", [("/zh/?source=table&period=2025-Q1", PLAIN)], indirect=True)
def test_without_scripts_there_are_pictures_and_tables(visit: Visit) -> None:
    pytest.importorskip("vl_convert")
    page = visit.page
    assert page.locator(".drawn").count() == page.locator("figure.chart").count() >= 4
    page.locator("#chart-partner .drawn").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.locator("#chart-partner .drawn").bounding_box()["height"] > 100
    (shown,) = [r for r in visit.requests if "chart.svg" in r][:1]
    assert page.request.get(shown).headers["content-type"] == "image/svg+xml"
    page.locator("#chart-partner summary").click()
    assert page.locator("#chart-partner tbody tr").first.is_visible()
    assert not page.locator("#chart-partner .picture").is_visible()
    page.locator("select[name=period]").select_option("2024-Q4")
    page.locator("form.choose button").click()
    assert "2024年四季度" in page.locator("h1").inner_text()


def test_paper_has_charts_and_no_forms(visit: Visit) -> None:
    drawn(visit)
    visit.page.emulate_media(media="print")
    assert not visit.page.locator("form.choose").is_visible()
    assert visit.page.locator("#chart-levels svg").first.is_visible()
    assert visit.page.locator(".charttip").count() == 1 and not visit.page.locator(".charttip").is_visible()
