"""The Query page in a browser: from nothing to a download, by keyboard, without scripts, on a phone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import choosing
from browsing import DESKTOP, PHONE, Visit, axe
from customhouse.web.words import fill, word
from serving import Serving

LANGUAGES = ("en", "zh")
Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Any, counter: Serving) -> Iterator[Open]:
    """Opens pages of the server; all of them must have stayed silent at the end."""
    made: list[Visit] = []

    def open_(path: str, options: dict[str, Any] = DESKTOP) -> Visit:
        made.append(Visit(browser, counter.address + path, options))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def exact(page: Any, kind: str = "row") -> list[list[str]]:
    """The exact figures in the lines of the table."""
    found = page.locator(f"#answer tr.{kind}").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('data')].map(one => one.value))"
    )
    return [list(line) for line in found]


def settle(page: Any, title: str) -> None:
    """Wait until the result says what was asked for."""
    page.locator("#result-title", has_text=title).wait_for()


def fits(page: Any) -> bool:
    """Whether the page does not scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def hears(page: Any) -> None:
    """Wait until what was put in place hears what is done to it."""
    page.locator("html:not(:has(.htmx-request, .htmx-settling))").wait_for()


def download(page: Any, form: str, folder: Path) -> Path:
    """A file from the links above the table."""
    with page.expect_download() as waiting:
        page.locator(".taking").first.get_by_role("link", name=form, exact=True).click()
    path = folder / str(waiting.value.suggested_filename)
    waiting.value.save_as(path)
    return path


@pytest.mark.parametrize("to", LANGUAGES)
def test_from_nothing_to_a_downloaded_table(visit: Open, tmp_path: Path, to: str) -> None:
    page = visit(f"/{to}/query").page
    assert page.locator("#answer tr.row").count() == 12
    page.locator("#q").fill(word("query_example_1", to))
    page.locator(".words").get_by_role("button", name=word("query_show", to)).click()
    page.locator(".became").wait_for()
    assert page.locator("#f-partner").input_value() == "ASEAN"
    assert page.locator("#f-by").input_value() == "month"
    figures = exact(page)
    assert len(figures) == 12
    table = list(csv.DictReader(io.StringIO(download(page, "CSV", tmp_path).read_text("utf-8-sig"))))
    assert [float(row["value"]) for row in table] == [float(line[0]) for line in figures]
    import openpyxl

    book = openpyxl.load_workbook(download(page, "XLSX", tmp_path), read_only=True)
    heads, *rows = book.worksheets[-1].iter_rows(values_only=True)
    values = [row[heads.index("value")] for row in rows]
    assert values == [float(line[0]) for line in figures]


@pytest.mark.parametrize("to", choosing.some(LANGUAGES, 2))
def test_choosing_by_keyboard_puts_the_result_in_place(visit: Open, to: str) -> None:
    page = visit(f"/{to}/query").page
    page.evaluate("window.same = true")
    page.locator("#f-flow").focus()
    page.locator("#f-flow").select_option("trade")
    page.locator("#f-period").fill("2024-01/2025-03")
    page.locator("#browse-goods > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#list-goods li").first.wait_for()
    page.locator("#search-goods").focus()
    page.keyboard.type("85")
    page.locator('#list-goods a[data-code="84"]').wait_for(state="detached")
    hears(page)
    page.locator("#list-goods summary").first.focus()
    page.keyboard.press("Enter")
    below = page.locator("#list-goods .below a[data-code^='85']").first
    below.wait_for()
    code = below.get_attribute("data-code")
    assert len(code) == 4
    below.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**hs={code}*")
    settle(page, code)
    assert page.evaluate("window.same") is True
    assert page.locator("#f-hs").input_value() == code
    assert code in page.locator("#query-status").text_content()
    page.locator("#f-top").focus()
    page.locator("#f-by-parts").select_option("partner")
    page.locator("#f-by").select_option("")
    page.locator("#f-top").fill("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**top=3*")
    assert 1 <= page.locator("#answer tr.row").count() <= 3
    assert page.locator("#answer tr.total").count() == 1
    page.locator("#chart-answer-0 svg, #chart-answer-0 canvas").first.wait_for()
    page.go_back()
    settle(page, code)
    assert "top=3" not in page.url


@pytest.mark.parametrize("to", choosing.some(reversed(LANGUAGES), 2))
def test_searching_partners_and_choosing_one(visit: Open, to: str) -> None:
    page = visit(f"/{to}/query?flow=exports&period=2024").page
    page.locator("#browse-partner > summary").click()
    page.locator("#search-partner").fill("viet")
    page.locator('#list-partner a[data-code="VNM"]').click()
    page.wait_for_url("**partner=VNM*")
    page.locator("#search-partner").fill("japan")
    page.locator('#list-partner a[data-code="JPN"]').click()
    page.wait_for_url("**partner=VNM%2CJPN*")
    assert page.locator("#answer tr.row").count() == 2
    page.locator("#search-partner").fill("asean")
    page.locator("#list-partner details").nth(1).wait_for(state="detached")
    hears(page)
    page.locator("#list-partner details summary").click()
    page.locator('#list-partner .below a[data-code="VNM"]').wait_for()
    assert "1995" in page.locator("#list-partner .below").inner_text()


def test_a_late_whole_list_does_not_replace_what_was_searched(visit: Open) -> None:
    """A visitor who types before the list has come keeps the lines that the words found."""
    page = visit("/en/query?flow=exports&period=2024").page
    held: list[Any] = []

    def hold(one: Any) -> None:
        if "search=" in one.request.url:
            one.continue_()
        else:
            held.append(one)

    page.route("**/query/tree?*", hold)
    page.locator("#browse-partner > summary").click()
    page.locator("#search-partner").fill("viet")
    page.locator('#list-partner a[data-code="VNM"]').wait_for()
    assert held
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    hears(page)
    assert page.locator("#list-partner > * details").count() == 0
    page.locator('#list-partner a[data-code="VNM"]').wait_for()


def test_a_figure_opens_its_derivation_and_closes_again(visit: Open) -> None:
    page = visit("/en/query?flow=exports&by=month&period=2025-Q1&source=declarations").page
    link = page.locator("#answer tr.row td a").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open] .big").wait_for()
    inside = page.locator("dialog[open]").inner_text()
    assert "Arithmetic" in inside and "Cells" in inside and "2025-0" in inside
    axe(page)
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="hidden")
    assert link.evaluate("one => one === document.activeElement")


def test_the_permanent_link_reopened_gives_the_same(visit: Open) -> None:
    page = visit("/en/query?flow=exports,imports&by=quarter&period=2024&source=declarations").page
    figures, address = exact(page), page.locator("#permanent").input_value()
    again = visit(address[address.index("/", 8) :]).page
    assert exact(again) == figures
    assert again.locator("#permanent").input_value() == address
    assert "as_of=" in address


def test_copying_a_call(visit: Open) -> None:
    one = visit(
        "/en/query?flow=exports&period=2024", DESKTOP | {"permissions": ["clipboard-read", "clipboard-write"]}
    )
    one.page.locator('button[data-copy="cli-1"]').click()
    one.page.locator('button[data-copy="cli-1"].done').wait_for()
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("customhouse query STORE --flow exports")


@pytest.mark.parametrize("to", choosing.some(LANGUAGES, 2))
def test_without_scripts(visit: Open, to: str) -> None:
    page = visit(f"/{to}/query", DESKTOP | {"java_script_enabled": False}).page
    page.locator("#f-flow").select_option("exports")
    page.locator("#f-period").fill("2024")
    page.locator("#options").get_by_role("button", name=word("query_show", to)).click()
    page.wait_for_url("**/query?measure=value&flow=exports&period=2024&by=month&source=declarations")
    page.locator("#browse-goods > summary").click()
    page.locator("#list-goods > a").click()
    page.get_by_text(fill("query_tree_below", to, n="85")).locator("xpath=ancestor::details/summary").click()
    page.get_by_role("link", name=fill("query_tree_below", to, n="85")).click()
    page.locator("#search").fill("85")
    page.get_by_role("button", name=word("query_search", to)).click()
    page.locator('a.choose[data-code="85"]').click()
    assert "hs=85" in page.url and "flow=exports" in page.url and page.locator("#answer tr.row").count() == 12
    page.locator("#answer tr.row td a").first.click()
    assert page.locator(".big").count() == 1 and "/query/figure" in page.url


@pytest.mark.parametrize("looks", choosing.some([("zh", "light"), ("en", "dark")], 2))
def test_on_a_phone(visit: Open, looks: tuple[str, str]) -> None:
    to, scheme = looks
    asked = "flow=exports,imports&by=month,partner&top=2&period=2024-Q1"
    asked += "&measure=value&measure=share&measure=quantity"
    page = visit(f"/{to}/query?{asked}", PHONE | {"color_scheme": scheme}).page
    assert fits(page)
    page.locator("#choices > summary").tap()
    page.locator("#browse-partner > summary").tap()
    page.locator("#list-partner li").first.wait_for()
    for one in page.locator("#options details > summary").all():
        if one.is_visible() and not one.evaluate("one => one.parentElement.open"):
            one.tap()
        if page.locator("#list-partner details[open]").count() > 2:  # the blocs are all alike
            break
    page.locator("#browse-goods > summary").tap()
    page.locator("#list-goods li").first.wait_for()
    hears(page)
    page.locator("#list-goods summary").first.tap()
    page.locator("#list-goods .below a[data-code]").first.wait_for()
    assert fits(page)
    axe(page)


@pytest.mark.parametrize("path", ["query", "query/tree", "query/tree?kind=partner&node=EU"])
def test_other_views_fit_and_can_be_read_with_ears(visit: Open, path: str) -> None:
    for options in (DESKTOP, PHONE):
        page = visit(f"/en/{path}", options).page
        assert fits(page)
        axe(page)


def test_what_is_not_understood_is_told_and_can_be_mended(browser: Any, counter: Serving) -> None:
    one = Visit(browser, f"{counter.address}/en/query?flow=exports&period=2024", DESKTOP)
    page = one.page
    page.locator("#f-partner").fill("Atlantis")
    page.locator("#options .actions button").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "Atlantis" in alert.inner_text()
    assert page.locator("#f-partner").input_value() == "Atlantis"
    page.locator("#f-partner").fill("USA")
    page.keyboard.press("Enter")
    page.locator("#answer").wait_for()
    # The browser itself notes each answer of 422; nothing else may stand in the console.
    one.troubles = [text for text in one.troubles if "422" not in text]
    one.close()
