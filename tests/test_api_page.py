"""The page about the API: all of the OpenAPI document in both languages, and its examples."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import api_contract
import choosing
from browsing import DESKTOP, PHONE, Visit, axe
from customhouse.describe import words
from customhouse.web.app import make_app
from customhouse.web.pages.api import in_words, resolved
from customhouse.web.settings import Settings
from serving import Serving

OPERATIONS = [
    (path, method, one)
    for path, item in api_contract.document()["paths"].items()
    for method, one in item.items()
]


def test_the_words_say_what_the_document_says() -> None:
    """English stands in the document, Chinese beside the same English among the words."""
    told = words("web")
    for _, _, one in OPERATIONS:
        name = one["operationId"]
        assert told[f"api_op_{name}"]["en"] == one["summary"]
        assert told.get(f"api_about_{name}", {"en": ""})["en"] == one.get("description", "")
        for parameter in map(resolved, one["parameters"]):
            if parameter["in"] != "header":
                zh = in_words(parameter["description"], "zh")
                assert re.search(r"[\u4e00-\u9fff]", zh), (name, parameter["name"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_operation_stands_on_the_page(app_client: TestClient, language: str) -> None:
    answer = app_client.get(f"/{language}/api")
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    for path, method, one in OPERATIONS:
        part = text.split(f'id="{one["operationId"]}"', 1)[1].split("</article>")[0]
        assert path in part and f">{method.upper()}<" in part
        for parameter in map(resolved, one["parameters"]):
            assert parameter["in"] == "header" or f"<code>{parameter['name']}</code>" in part
    for name, schema in api_contract.document()["components"]["schemas"].items():
        assert not schema.get("properties") or f'id="schema-{name}"' in text


@pytest.fixture(scope="module")
def patient(small_store: Path) -> Iterator[TestClient]:
    """A server that gives a release the time that it takes on a machine with much else to do."""
    settings = Settings(per_minute=0, working=1, seconds=300)
    with TestClient(make_app(small_store, settings), raise_server_exceptions=False) as client:
        yield client


def test_examples_work(patient: TestClient) -> None:
    """What the page has one open or send is answered; the small store has two sources, so one is named."""
    text = html.unescape(patient.get("/en/api").text)
    links = re.findall(r'<p class="open"><a href="([^"]+)"', text)
    assert len(links) == sum(method == "get" for _, method, _ in OPERATIONS)
    for link in links:
        operation = api_contract.operation("get", link.partition("?")[0])
        assert operation is not None
        named = any(resolved(one)["name"] == "source" for one in operation["parameters"])
        joint = "&" if "?" in link else "?"
        answer = patient.get(f"{link}{joint}source=declarations" if named else link)
        assert answer.status_code == 200, (link, answer.text[:300])
    for path, method, one in OPERATIONS:
        if method == "post":
            sent = one["requestBody"]["content"]["application/json"]["example"]
            which = "?source=declarations" if path.endswith("/ask") else ""
            assert patient.post(f"{path}{which}", json=sent).status_code == 200, path


BESIDE = {
    "top": {"by": "partner"}, "whole": {"measure": "share", "partner": "USA"},
    "threshold": {"measure": "streak"}, "factor": {"measure": "contribution"},
    "against": {"measure": "gap", "partner": "ASEAN"}, "unit": {"measure": "quantity"},
}  # fmt: skip
"""What an example needs beside it."""


def test_parameters_have_examples_that_work(app_client: TestClient) -> None:
    operation = api_contract.operation("get", "/api/v1/query")
    assert operation is not None
    for parameter in map(resolved, operation["parameters"]):
        if "example" in parameter:
            example = parameter["example"]
            text = ",".join(example) if isinstance(example, list) else str(example)
            told = {"source": "declarations", parameter["name"]: text} | BESIDE.get(parameter["name"], {})
            answer = app_client.get("/api/v1/query", params=told)
            assert answer.status_code == 200, (parameter["name"], answer.text[:300])


def test_the_host_of_a_request_is_only_text(app_client: TestClient) -> None:
    page = app_client.get("/en/api", headers={"host": 'x"><script>alert(1)</script>'})
    assert page.status_code >= 400 or "<script>alert" not in page.text


@pytest.mark.parametrize(("language", "screen"), choosing.mixed(["en", "zh"], [PHONE, DESKTOP]))
def test_in_a_browser(browser: Any, counter: Serving, language: str, screen: dict[str, Any]) -> None:
    visit = Visit(browser, f"{counter.address}/{language}/api", screen)
    page = visit.page
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)
    summary = page.locator("#query summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#query th code", has_text="partner_by").is_visible()
    page.locator("#query a[href='#schema-Answer']").click()
    page.locator("#schema-Answer summary").click()
    assert page.locator("#schema-Answer th code", has_text="vintages").is_visible()
    assert page.evaluate(wide)
    axe(page)
    assert visit.troubles == []
    assert all(one.startswith(visit.origin) for one in visit.requests)
    visit.context.close()
