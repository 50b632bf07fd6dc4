"""The report in a browser: pointer, keyboard, filters, languages, phone, and that no text acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import report_material as material
from browsing import DESKTOP, PHONE, Visit
from customhouse.describe import describe, word


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = material.write_page(tmp_path_factory.mktemp("report"))
    return path.as_uri()


@pytest.fixture
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    made = Visit(browser, address, getattr(request, "param", DESKTOP))
    yield made
    made.close()


def test_hover_shows_the_claim_and_leaving_hides_it(visit: Visit) -> None:
    visit.figure("8.1%").hover()
    visit.card.get_by_text(describe(material.GROWTH, "en")).first.wait_for()
    visit.page.mouse.move(2, 2)
    visit.card.wait_for(state="hidden")


def test_click_keeps_the_claim_until_a_click_elsewhere(visit: Visit) -> None:
    visit.figure("2.5 trillion yuan").click()
    visit.page.mouse.move(2, 2)
    visit.page.wait_for_timeout(400)
    text = visit.card.inner_text()
    assert "[2.45, 2.55) trillion yuan" in text and "2.7 trillion yuan" in text
    assert "2.5 is not 2.7" in text and "Only under half-up rounding" in text
    visit.page.locator("h1").click()
    assert visit.card.is_hidden()


def test_claims_that_share_a_span_are_all_told(visit: Visit) -> None:
    visit.figure("4.2%").click()
    assert [describe(c, "en") for c in material.BOTH] == visit.card.locator(".line").all_inner_texts()


def test_nested_spans_tell_both_claims(visit: Visit) -> None:
    visit.page.locator(".fig[id]", has_text="four").first.click()
    assert {describe(material.STREAK, "en"), describe(material.NESTED, "en")} == set(
        visit.card.locator(".line").all_inner_texts()
    )


def test_the_card_does_not_cover_its_figure(visit: Visit) -> None:
    for text in ("2.5 trillion yuan", "3%"):
        visit.figure(text).click()
        figure, card = visit.figure(text).bounding_box(), visit.card.bounding_box()
        below = card["y"] >= figure["y"] + figure["height"] - 1
        assert below or card["y"] + card["height"] <= figure["y"] + 1


def test_keyboard_moves_opens_and_closes(visit: Visit) -> None:
    keys = visit.page.keyboard
    visit.figure("2.5 trillion yuan").focus()
    keys.press("ArrowRight")
    assert visit.page.evaluate("document.activeElement.textContent") == "8.1%"
    keys.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "4.2%"
    assert visit.figure("4.2%").get_attribute("aria-expanded") == "true"
    keys.press("ArrowLeft")
    keys.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "card"
    assert describe(material.GROWTH, "en") in visit.card.inner_text()
    keys.press("Escape")
    assert visit.card.is_hidden()
    assert visit.page.evaluate("document.activeElement.textContent") == "8.1%"
    assert visit.figure("8.1%").get_attribute("aria-expanded") == "false"


def test_home_and_end_go_to_the_first_and_last_figure(visit: Visit) -> None:
    visit.figure("8.1%").focus()
    visit.page.keyboard.press("End")
    assert visit.page.evaluate("document.activeElement.textContent") == "5%"
    visit.page.keyboard.press("Home")
    assert visit.page.evaluate("document.activeElement.textContent") == "2.5 trillion yuan"


def test_focus_is_visible(visit: Visit) -> None:
    visit.figure("2.5 trillion yuan").focus()
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def shown(visit: Visit) -> int:
    return int(visit.page.locator("#shown").inner_text().split()[0])


def test_filters_count_and_quieten(visit: Visit) -> None:
    total = len(material.CLAIMS)
    assert shown(visit) == total
    visit.page.locator(".chip", has_text="Goods trade only").click()
    assert shown(visit) == total - 1
    assert "off" in str(visit.figure("3%").get_attribute("class"))
    visit.page.locator(".chip", has_text="In findings only").click()
    assert shown(visit) == 5
    visit.page.locator(".chip", has_text="Value").click()
    assert shown(visit) == 2
    visit.page.locator(".chip", has_text="In findings only").click()
    visit.page.locator("select").select_option("2")
    assert shown(visit) == 1
    assert visit.page.locator("section.text:visible").count() == 1


def test_filtered_figures_do_not_answer(visit: Visit) -> None:
    visit.page.locator(".chip", has_text="Growth").click()
    visit.figure("8.1%").click()
    assert visit.card.is_hidden()
    visit.figure("2.5 trillion yuan").focus()
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate("document.activeElement.textContent") == "55.5%"


def test_finding_links_lead_to_their_figures(visit: Visit) -> None:
    visit.page.locator("#findings a", has_text="2.7 trillion").first.click()
    assert visit.page.evaluate("document.activeElement.textContent") == "2.7 trillion yuan"
    assert describe(material.OTHER_VALUE, "en") in visit.card.inner_text()


def test_language_is_switched_and_remembered(visit: Visit) -> None:
    visit.figure("8.1%").click()
    visit.page.locator("[data-language=zh]").click()
    assert visit.page.evaluate("location.hash").startswith("#lang=zh")
    assert visit.page.locator("h1").inner_text() == word("title", "zh")
    assert visit.page.title() == word("title", "zh")
    assert describe(material.GROWTH, "zh") in visit.card.inner_text()
    visit.page.reload()
    assert visit.page.locator("h1").inner_text() == word("title", "zh")
    assert describe(material.GROWTH, "zh") in visit.card.inner_text()
    visit.page.locator("[data-language=en]").click()
    assert visit.page.locator("h1").inner_text() == word("title", "en")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_phone_has_no_sideways_scroll_and_a_sheet_at_the_bottom(visit: Visit, language: str) -> None:
    visit.page.locator(f"[data-language={language}]").click()
    visit.figure("2.7 trillion yuan").tap()
    box = visit.card.bounding_box()
    assert (box["x"], box["width"]) == (0, 360)
    assert box["y"] + box["height"] == pytest.approx(740, abs=1)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.page.wait_for_timeout(100)
    assert visit.figure("2.7 trillion yuan").bounding_box()["y"] < box["y"]
    visit.card.locator(".close").click()
    assert visit.card.is_hidden()


def test_texts_are_shown_and_not_run(visit: Visit) -> None:
    body = visit.page.locator("#text-2 .body")
    assert "<script>window.hacked = 1</script></script><img src=x" in str(body.text_content())
    assert body.locator("img, script, i").count() == 0
    visit.figure("2.5 trillion yuan").click()
    assert "<script>" in visit.card.inner_text()


def test_policy_stops_whatever_might_slip_in(visit: Visit) -> None:
    """Even a script or an image that got into the page could do nothing."""
    ran = visit.page.evaluate("""async () => {
        const script = document.createElement("script");
        let refused = false;
        try { script.textContent = "window.hacked = 4"; document.body.append(script); }
        catch { refused = true; }
        const sent = await fetch("https://example.invalid/").then(() => true, () => false);
        return [refused || window.hacked === undefined, sent];
    }""")
    assert ran == [True, False]
    visit.troubles.clear()
    visit.requests.clear()


@pytest.mark.parametrize("visit", [DESKTOP | {"color_scheme": "dark"}], indirect=True)
def test_dark_scheme_is_dark(visit: Visit) -> None:
    colour = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(map(int, colour[4:-1].split(","))) < 60


def test_print_leaves_out_the_controls(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    assert visit.page.locator("#filters").is_hidden()
    assert visit.page.locator("#findings").is_visible()


def test_many_figures_have_few_listeners(browser: Any, tmp_path: Path) -> None:
    """A large text opens, filters and answers."""
    from customhouse.model import Document, Reconciliation
    from customhouse.report import write_report

    text = "".join(f"Exports of good {n:05} were {n}.5% up, " + "and so on " * 15 + "\n" for n in range(5000))
    document = Document("large", text)
    claims, at = [], 0
    for n in range(5000):
        at = text.index(f"{n}.5%", at)
        claims.append(material.claim_at(document, at, f"{n}.5%", n + 0.5))
    path = tmp_path / "large.html"
    path.write_text(write_report([document], claims, Reconciliation()), "utf-8")
    made = Visit(browser, path.as_uri(), DESKTOP)
    made.page.locator(".chip", has_text="Growth").click()
    assert shown(made) == 0
    made.page.locator(".chip", has_text="Growth").click()
    made.page.locator(".fig").nth(4999).click()
    assert "+4999.5%" in made.card.inner_text()
    assert made.troubles == []
    made.context.close()
