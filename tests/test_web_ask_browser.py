"""The pages Ask and Compare in a browser: a question and its answer, two versions beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

import choosing
from browsing import DESKTOP, PHONE, axe
from customhouse.web.words import fill
from serving import Serving
from visits import WITHOUT_SCRIPTS, Open, fits, visiting

LANGUAGES = ("en", "zh")


@pytest.fixture
def visit(browser: Any, counter: Serving) -> Iterator[Open]:
    with visiting(browser, counter.address) as found:
        yield found


@pytest.mark.parametrize(("to", "options"), choosing.mixed(LANGUAGES, [DESKTOP, PHONE]))
def test_two_versions(visit: Open, to: str, options: dict[str, Any]) -> None:
    page = visit(f"/{to}/compare?example=1", options).page
    page.locator("#do").click()
    page.locator("#outcome", has_text=fill("compare_some", to, n=4)).wait_for()
    figure = page.locator(".body").first.locator("a.fig.different").first
    figure.click()
    card = page.locator("#card")
    card.wait_for()
    assert page.locator(".body .fig.on").count() == 2
    card.get_by_role("link").nth(1).click()
    second = page.locator(".body").nth(1).locator(".fig.on")
    assert second.count() == 1
    assert second.evaluate("e => e === document.activeElement")
    assert fits(page)
    axe(page)


@pytest.mark.parametrize(("to", "options"), choosing.mixed(LANGUAGES, [DESKTOP, PHONE]))
def test_a_question_and_its_answer(visit: Open, to: str, options: dict[str, Any]) -> None:
    page = visit(f"/{to}/ask", options).page
    page.get_by_role("link").filter(has_text="?" if to == "en" else "？").first.click()
    page.locator("#outcome").wait_for()
    page.locator(".said a.fig").nth(1).click()
    page.locator("#card .steps li").first.wait_for()
    page.keyboard.press("Escape")
    question = {"en": "What were imports by month in 2024?", "zh": "2024年各月进口是多少？"}[to]
    page.fill("#q", question)
    page.locator("#do").click()
    page.locator(".asked", has_text=question.rstrip("?？")).wait_for()
    assert page.evaluate("document.activeElement.id") == "outcome"
    assert page.locator(".answer tbody tr").count() == 12
    page.wait_for_url(re.compile(r"/ask\?.*q="))
    assert fits(page)
    axe(page)
    page.go_back()
    page.locator(".asked").wait_for()
    assert page.locator(".asked", has_text=question.rstrip("?？")).count() == 0


def test_a_question_without_scripts(browser: Any, counter: Serving) -> None:
    context = browser.new_context(**WITHOUT_SCRIPTS)
    page = context.new_page()
    page.goto(f"{counter.address}/en/ask")
    page.fill("#q", "How were exports in 2024? And <b>flurbs</b>?")
    page.locator("#do").click()
    assert "q=How+were" in page.url
    assert "flurbs" in page.locator("mark").all_inner_texts()
    page.locator(".said a.fig").first.click()
    assert page.locator("li.entry:target").is_visible()
    context.close()


@pytest.mark.parametrize("path", ["/zh/compare", "/en/ask"])
def test_forms_are_for_everyone(visit: Open, path: str) -> None:
    for scheme in ("light", "dark"):
        axe(visit(path, DESKTOP | {"color_scheme": scheme}).page)
