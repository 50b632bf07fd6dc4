"""A release's page in a browser: desk, phone, dark, print; figures tell their claims; nothing in it acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import choosing
import layout_material as material
from browsing import DESKTOP, PHONE, Visit
from customhouse.describe import describe
from customhouse.release.layout import write_release

pytest.importorskip("vl_convert")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("pages")
    write_release(material.releases(), root / "plain")
    write_release(material.releases(hostile=True), root / "hostile", ("html",))
    return {name: root / name for name in ("plain", "hostile")}


@pytest.fixture
def visit(browser: Any, folders: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Visit]:
    where, language, options = getattr(request, "param", ("plain", "en", DESKTOP))
    made = Visit(browser, (folders[where] / f"2025-Q1.{language}.html").as_uri(), options)
    yield made
    made.close()


def told(visit: Visit) -> list[str]:
    return [card.inner_text() for card in visit.page.locator(".card:visible").all()]


@pytest.mark.parametrize("visit", [("plain", "en", DESKTOP), ("plain", "zh", DESKTOP)], indirect=True)
def test_pointing_at_a_figure_tells_its_claim(visit: Visit) -> None:
    assert told(visit) == []
    visit.page.locator("data").nth(1).hover()
    language = "zh" if visit.page.evaluate("document.documentElement.lang") == "zh-Hans" else "en"
    figure = material.release(language).sections[0].paragraphs[0].figures[1]
    assert [text.split("\n")[0] for text in told(visit)] == [describe(figure.printed, language)]
    assert "<b>bold</b>" in told(visit)[0]
    visit.page.mouse.move(2, 2)
    assert told(visit) == []


def test_the_keyboard_reaches_figures_in_their_order(visit: Visit) -> None:
    visit.page.locator("data").first.focus()
    seen = []
    for _ in range(3):
        seen.append(visit.page.evaluate("document.activeElement.textContent"))
        assert len(told(visit)) == 1
        visit.page.keyboard.press("Tab")
        while visit.page.evaluate("!['DATA', 'BODY'].includes(document.activeElement.tagName)"):
            visit.page.keyboard.press("Tab")
    assert seen == ["10.3 trillion yuan", "1.3%", "6.13 trillion yuan"]
    assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize(
    "visit", choosing.some([("plain", "en", PHONE), ("plain", "zh", PHONE)], 2), indirect=True
)
def test_a_phone_shows_all_without_sideways_scroll(visit: Visit) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.page.locator("data").first.tap()
    box = visit.page.locator(".card:visible").bounding_box()
    assert (box["x"], box["width"]) == (0, 360) and box["y"] + box["height"] == pytest.approx(740, abs=1)
    for picture in visit.page.locator(".picture svg").all():
        found = picture.bounding_box()
        assert found["x"] >= 0 and found["x"] + found["width"] <= 360
    scroller = visit.page.locator(".scroll").nth(1)
    assert scroller.evaluate("e => e.scrollWidth > e.clientWidth")
    scroller.evaluate("e => { e.scrollLeft = 200 }")
    stub = visit.page.locator("#t2 tbody th").first.bounding_box()
    assert stub["x"] == pytest.approx(scroller.bounding_box()["x"], abs=1)


@pytest.mark.parametrize(
    "visit", choosing.some([("plain", "zh", PHONE), ("plain", "en", PHONE)], 2), indirect=True
)
def test_letters_of_charts_can_be_read_on_a_phone(visit: Visit) -> None:
    heights = visit.page.evaluate("""() => [...document.querySelectorAll('.picture text')]
        .filter(t => t.textContent.trim()).map(t => {
            const svg = t.ownerSVGElement;
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return parseFloat(t.getAttribute('font-size')) * scale; })""")
    assert len(heights) > 50 and min(heights) >= 9


@pytest.mark.parametrize("visit", [("plain", "zh", DESKTOP | {"color_scheme": "dark"})], indirect=True)
def test_dark_pages_have_dark_pictures(visit: Visit) -> None:
    colours = visit.page.evaluate("""() => {
        const ground = document.querySelector('.picture svg > rect');
        return [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(ground).fill];
    }""")
    for colour in colours:
        assert max(map(int, colour[4:-1].split(","))) < 60
    words = visit.page.evaluate("getComputedStyle(document.querySelector('.picture text')).fill")
    assert min(map(int, words[4:-1].split(","))) > 140


def test_words_of_charts_do_not_lie_on_one_another(visit: Visit) -> None:
    lying = visit.page.evaluate("""() => [...document.querySelectorAll('.picture svg')].map(svg => {
        const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim())
            .map(t => [t.textContent, t.getBoundingClientRect()]);
        const frame = svg.getBoundingClientRect();
        const out = ([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1;
        const outside = boxes.filter(out).map(b => b[0]);
        const over = [];
        boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 4) over.push(one + ' / ' + other); }));
        return [...outside, ...over]; })""")
    assert [found for found in lying if found] == []


def test_print_leaves_out_what_only_works_on_a_screen(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    for name in (".masthead", ".cards", ".see", ".downloads", ".files"):
        assert not any(found.is_visible() for found in visit.page.locator(name).all()), name
    assert visit.page.locator("table").first.is_visible()
    assert visit.page.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= 1300)")


@pytest.mark.parametrize("visit", [("hostile", "en", DESKTOP), ("hostile", "zh", DESKTOP)], indirect=True)
def test_names_with_markup_do_not_run(visit: Visit) -> None:
    assert visit.page.evaluate("window.hacked") is None
    assert "<script>window.hacked" in str(visit.page.locator("h1").text_content())
    assert visit.page.locator("img, script, iframe").count() == 0


def test_policy_stops_whatever_might_slip_in(visit: Visit) -> None:
    ran = visit.page.evaluate("""async () => {
        const script = document.createElement("script");
        script.textContent = "window.hacked = 4"; document.body.append(script);
        const sent = await fetch("https://example.invalid/").then(() => true, () => false);
        return [window.hacked === undefined, sent];
    }""")
    assert ran == [True, False]
    visit.troubles.clear()
    visit.requests.clear()


def test_languages_lead_to_one_another(visit: Visit) -> None:
    visit.page.locator(".languages a").click()
    assert visit.page.evaluate("document.documentElement.lang") == "zh-Hans"
    visit.page.locator(".languages a").click()
    assert visit.page.evaluate("document.documentElement.lang") == "en"
