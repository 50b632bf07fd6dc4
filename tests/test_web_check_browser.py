"""The page Check in a browser: from a pasted text to its verdicts, by pointer and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import choosing
from browsing import DESKTOP, PHONE, axe
from customhouse.describe import word as told
from customhouse.web.words import word
from serving import Serving
from visits import WITHOUT_SCRIPTS, Open, fits, visiting

LANGUAGES = ("en", "zh")
TEXT = {
    "en": "Exports were 1 yuan in 2024.\n\nIn 2024, imports of <b>nothing</b> fell and exports rose 999%.\n",
    "zh": "2024年，我国出口1元。\n\n2024年，出口增长999%，<b>其中</b>进口增长888%。\n",
}


@pytest.fixture
def visit(browser: Any, counter: Serving) -> Iterator[Open]:
    with visiting(browser, counter.address) as found:
        yield found


def load_example(page: Any, to: str) -> str:
    """A click on the example, and the text that it puts into the field."""
    page.get_by_role("link", name=word("check_example", to)).click()
    page.locator("#text", has_text="1").wait_for(state="attached")
    return str(page.locator("#text").input_value())


@pytest.mark.parametrize("to", choosing.some(LANGUAGES, 2))
def test_from_a_text_to_the_verdict_of_a_figure(visit: Open, to: str) -> None:
    page = visit(f"/{to}/check").page
    text = load_example(page, to)
    assert len(text) > 200
    page.get_by_role("button", name=word("check_do", to), exact=True).click()
    page.locator("#outcome").wait_for()
    assert page.evaluate("document.activeElement.id") == "outcome"
    assert page.locator(".body").text_content().strip() == text.strip()
    wrong = page.locator(".body a.fig.contradicted")
    assert wrong.count() == 3
    wrong.first.click()
    card = page.locator("#card")
    card.get_by_text(told("verdict_is_contradicted", to), exact=True).wait_for()
    assert card.locator(".reason").inner_text().startswith(told("verdict_why", to).split("{")[0])
    assert card.locator(".steps li").count() >= 3
    link = card.get_by_role("link", name=word("check_query", to))
    assert f"/{to}/query?" in link.get_attribute("href")
    axe(page)
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('contradicted')")


def test_each_verdict_has_its_own_line_and_the_wrong_ones_a_sign(visit: Open) -> None:
    page = visit("/en/check").page
    load_example(page, "en")
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    styles, signs = set(), []
    for verdict in ("holds", "contradicted", "off_by_rounding"):
        figure = page.locator(f".body .fig.{verdict}").first
        styles.add(figure.evaluate("e => getComputedStyle(e).textDecorationStyle"))
        signs.append(figure.evaluate("e => getComputedStyle(e, '::after').content"))
    assert len(styles) == 3
    assert signs[0] == "none" and all("none" not in sign for sign in signs[1:])


def test_by_keyboard_alone(visit: Open) -> None:
    page = visit("/en/check").page
    page.locator("#text").focus()
    page.keyboard.type("In 2024, exports rose 999% and imports rose 888%.")
    page.locator("#do").focus()
    page.keyboard.press("Enter")
    page.locator("#outcome").wait_for()
    stops = []
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent || document.activeElement.value"))
        if "999%" in stops:
            break
    assert "999%" in stops
    page.keyboard.press("Enter")
    page.locator("#card", has_text="999%").wait_for()
    assert page.evaluate("document.activeElement.id") == "card"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "999%"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "888%"
    page.keyboard.press("Enter")
    page.locator("#card", has_text="888%").wait_for()


def test_what_is_not_chosen_stands_as_plain_text(visit: Open) -> None:
    page = visit("/en/check").page
    load_example(page, "en")
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    holds = page.locator(".body a.fig.holds").first
    page.locator(".show.holds input").uncheck()
    assert holds.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    assert holds.evaluate("e => e.tabIndex") == -1
    assert not page.locator(".group.holds").is_visible()
    holds.click()
    assert not page.locator("#card").is_visible()
    page.locator(".show.holds input").check()
    assert holds.evaluate("e => e.tabIndex") == 0
    holds.click()
    page.locator("#card .verdict.holds").first.wait_for()


@pytest.mark.parametrize("to", choosing.some(reversed(LANGUAGES), 2))
def test_a_file_that_is_uploaded(visit: Open, tmp_path: Path, to: str) -> None:
    path = tmp_path / "note.md"
    path.write_text(TEXT[to], encoding="utf-8")
    page = visit(f"/{to}/check").page
    page.locator("input[type=file]").set_input_files(path)
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    assert page.locator(".result .note").first.inner_text().startswith("note")
    assert page.locator(".body b").count() == 0
    assert "<b>" in page.locator(".body").inner_text()


@pytest.mark.parametrize("to", choosing.some(reversed(LANGUAGES), 2))
def test_on_a_phone_nothing_scrolls_sideways(visit: Open, to: str) -> None:
    page = visit(f"/{to}/check", PHONE).page
    assert fits(page)
    load_example(page, to)
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    assert fits(page)
    figure = page.locator(".body a.fig.contradicted").nth(1)
    figure.click()
    card = page.locator("#card").bounding_box()
    assert (card["x"], round(card["width"])) == (0, 360)
    assert figure.bounding_box()["y"] < card["y"]
    assert fits(page)
    axe(page)


@pytest.mark.parametrize("to", choosing.some(LANGUAGES, 2))
def test_without_scripts(visit: Open, browser: Any, counter: Serving, to: str) -> None:
    context = browser.new_context(**WITHOUT_SCRIPTS)
    page = context.new_page()
    page.goto(f"{counter.address}/{to}/check")
    page.get_by_role("link", name=word("check_example", to)).click()
    text = page.locator("#text").input_value()
    assert text
    page.locator("#do").click()
    assert page.url == f"{counter.address}/{to}/check"
    figure = page.locator(".body a.fig.holds").first
    figure.click()
    entry = page.locator("li.entry:target")
    assert entry.is_visible()  # in a group that was closed
    entry.locator("a").first.click()
    assert page.locator(".body .fig:target").inner_text() == figure.inner_text()
    assert page.locator("#text").input_value() == text
    context.close()


@pytest.mark.parametrize("path", ["/en/check", "/zh/compare"])
def test_what_is_wrong_is_told_in_place(visit: Open, path: str) -> None:
    opened = visit(path)
    page, to = opened.page, path[1:3]
    page.locator("#do").click()
    page.locator("#result .error", has_text=word("check_refused", to)).wait_for()
    assert page.evaluate("document.activeElement.classList.contains('error')")
    opened.troubles = [one for one in opened.troubles if "422" not in one]  # the browser's own note of it


def test_a_server_that_is_gone_is_told(visit: Open) -> None:
    opened = visit("/en/check")
    page = opened.page
    page.route("**/en/check", lambda route: route.abort())
    page.fill("#text", "exports rose 5%")
    page.locator("#do").click()
    page.locator(".busy", has_text=word("check_lost", "en")).wait_for()
    opened.troubles.clear()


def test_a_limit_of_the_server_is_told_in_its_own_words(visit: Open) -> None:
    opened = visit("/en/check")
    page = opened.page
    problem = '{"type": "about:blank", "title": "Too many", "status": 429, "detail": "Later <b>please</b>."}'
    page.route("**/en/check", lambda route: route.fulfill(status=429, body=problem))
    page.fill("#text", "exports rose 5%")
    page.locator("#do").click()
    page.locator("#result .error", has_text="Later <b>please</b>.").wait_for()
    opened.troubles.clear()


@pytest.mark.parametrize("path", ["/en/check", "/zh/check"])
def test_forms_are_for_everyone(visit: Open, path: str) -> None:
    for scheme in ("light", "dark"):
        axe(visit(path, DESKTOP | {"color_scheme": scheme}).page)


def test_dark_and_on_paper(visit: Open) -> None:
    page = visit("/en/check", DESKTOP | {"color_scheme": "dark"}).page
    load_example(page, "en")
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    axe(page)
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    assert page.locator(".body").is_visible()


def test_a_text_goes_along_into_the_other_language(visit: Open) -> None:
    page = visit("/en/check").page
    page.fill("#text", TEXT["en"])
    page.locator("a.tongue").click()
    page.locator("#outcome").wait_for()
    assert page.url.endswith("/zh/check")
    assert page.locator("#text").input_value() == TEXT["en"]
    page.fill("#text", "")
    page.locator("a.tongue").click()
    page.get_by_role("heading", name=word("check_title", "en")).wait_for()
    assert page.locator("#outcome").count() == 0


def test_an_example_that_there_is_not_leaves_the_text(visit: Open) -> None:
    opened = visit("/en/check")
    page = opened.page
    page.fill("#text", "my own text")
    body = '{"detail": "Not now."}'
    page.route("**/en/check?example=1", lambda route: route.fulfill(status=503, body=body))
    page.get_by_role("link", name=word("check_example", "en")).click()
    page.locator(".busy", has_text="Not now.").wait_for()
    assert page.locator("#text").input_value() == "my own text"
    opened.troubles.clear()


def test_that_it_is_at_work_is_told(visit: Open) -> None:
    page = visit("/zh/check").page
    page.evaluate(
        "() => { window.said = []; const told = document.querySelector('.busy'), look = { childList: true };"
        " new MutationObserver(() => window.said.push(told.textContent)).observe(told, look); }"
    )
    page.fill("#text", "出口增长5%。")
    page.locator("#do").click()
    page.locator("#outcome").wait_for()
    assert page.evaluate("window.said") == [word("check_busy", "zh"), ""]
    assert not page.locator("#do").is_disabled()
