"""The page about growth in a browser: charts, the form without a reload, a phone, keys, no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from browsing import DESKTOP, PHONE, Visit, axe
from serving import Serving

pytest.importorskip("fastapi")
PATH = "/growth?source=declarations&period=2025-Q1"
DARK = {**PHONE, "color_scheme": "dark"}
PLAIN = {**DESKTOP, "java_script_enabled": False}


@pytest.fixture
def visit(browser: Any, counter: Serving, request: pytest.FixtureRequest) -> Iterator[Visit]:
    to, options = getattr(request, "param", ("en", DESKTOP))
    made = Visit(browser, f"{counter.address}/{to}{PATH}", options)
    yield made
    made.close()


def drawn(page: Any) -> None:
    """Wait until everything is worked out and drawn."""
    page.locator("#factors").wait_for(timeout=60_000)
    page.locator("#season .lacking").wait_for(timeout=60_000)
    for one in ("factors", "indices"):
        page.wait_for_selector(f"#chart-{one} .hits_marks path", state="attached")


@pytest.mark.parametrize("visit", [("en", DESKTOP), ("zh", DARK)], indirect=True)
def test_charts_are_drawn_and_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    page = visit.page
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    wide = "all => all.filter(s => s.getBoundingClientRect().right > innerWidth).length"
    assert page.eval_on_selector_all(".picture svg", wide) == 0
    bars = page.locator("#chart-factors .mark-rect.role-mark path[fill]:not([opacity='0'])")
    assert bars.count() == page.locator("#factors tbody tr").count()
    axe(page)


def test_another_flow_comes_without_a_reload_and_has_an_address(visit: Visit) -> None:
    page = visit.page
    drawn(page)
    page.evaluate("window.kept = true")
    before = page.locator("#factors").inner_text()
    page.locator("#f-flow").select_option("exports")
    page.locator("#options button.main").click()
    page.wait_for_url("**flow=exports**")
    page.locator("#result-title", has_text="exports").wait_for()
    drawn(page)
    assert page.evaluate("window.kept") and page.locator("#factors").inner_text() != before
    shown = page.locator("#factors").inner_text()
    page.reload()
    drawn(page)
    assert page.locator("#factors").inner_text() == shown


def test_the_keyboard_walks_along_the_waterfall(visit: Visit) -> None:
    page, tip = visit.page, visit.page.locator(".charttip")
    drawn(page)
    page.keyboard.press("Tab")
    page.locator("#chart-factors .picture").focus()
    names = page.locator("#chart-factors tbody th").all_text_contents()
    seen = [tip.inner_text().split("\n")[0]]
    for key in ("ArrowDown", "End", "Home"):
        page.keyboard.press(key)
        seen.append(tip.inner_text().split("\n")[0])
    assert seen == [names[0], names[1], names[-1], names[0]]
    page.keyboard.press("Escape")
    assert not tip.is_visible()


@pytest.mark.parametrize("visit", [("zh", PLAIN)], indirect=True)
def test_without_scripts_there_are_pictures_tables_and_the_form(visit: Visit) -> None:
    page = visit.page
    page.locator("#factors").wait_for(timeout=60_000)
    picture = page.locator("#chart-factors .drawn")
    picture.scroll_into_view_if_needed()
    picture.wait_for(state="visible")
    assert page.request.get(picture.evaluate("e => e.src")).ok
    page.locator("#f-period").fill("2025-03")
    page.locator("#options button.main").click()
    page.wait_for_url("**period=2025-03**")
    page.locator("#factors").wait_for(timeout=60_000)
