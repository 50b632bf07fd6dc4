"""Requests made up from the OpenAPI document, right ones and wrong ones: no server error, no broken promise.

`make fuzz` makes up many more, and other ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.testclient import TestClient

import api_contract
from customhouse.web.app import make_app
from customhouse.web.settings import Settings

MUCH = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" or settings().max_examples > 100
EXAMPLES = 400 if MUCH else 5
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip


CONFIG = {
    "request-timeout": 300,
    "checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 406, 413, 414, 422]}},
}  # fmt: skip


@pytest.fixture(scope="module")
def made_up(small_store: Path) -> Iterator[Any]:
    app = make_app(small_store, Settings(per_minute=0, working=1, seconds=60))

    async def living(scope: Any, receive: Any, send: Any) -> None:
        """The application, which each request of schemathesis would end."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                told = (await receive())["type"]
                await send({"type": f"{told}.complete"})
        else:
            await app(scope, receive, send)

    yield schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", living, config=schemathesis.Config.from_dict(CONFIG)
    )
    app.state.counter.close()


OPERATIONS = [(path, method) for path, item in api_contract.document()["paths"].items() for method in item]


@pytest.mark.hypothesis
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_document_is_kept(made_up: Any, path: str, method: str, mode: Any) -> None:
    operation = made_up[path][method]
    if mode.is_negative and not (operation.query or operation.path_parameters or operation.body):
        return  # there is nothing to be wrong in
    sources = {"source": "declarations"} if any(one.name == "source" for one in operation.query) else None

    @seed(5)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode, query=None if mode.is_negative else sources))
    def tried(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    tried()


CHOICES = {
    "q": ["exports", "trade by month 2024", "growth of imports", "share of ASEAN in exports"],
    "flow": ["exports", "imports", "trade", "balance", "exports,imports"],
    "partner": ["ASEAN", "USA,JPN", "!USA", "EU"], "hs": ["85", "8542"],
    "commodity": ["integrated_circuit", "85"],
    "enterprise": ["private"], "region": ["CN-GD"], "regime": ["general"], "transport": ["water"],
    "period": ["2024", "2025-Q1", "2025-03", "2024-01/2024-06", "2019"],
    "measure": ["value", "quantity", "growth", "share", "rank", "price", "contribution", "streak", "record"],
    "by": ["month", "quarter", "ytd", "partner", "hs2", "enterprise", "region,month"], "top": ["1", "3"],
    "base": ["previous", "2024-03"], "known": ["first"], "base_known": ["first"], "whole": ["partner"],
    "as_of": ["2025-04-30"], "currency": ["CNY"], "system": ["special"], "partner_by": ["consignment"],
    "returned": ["apart"], "lang": ["zh"], "derivations": ["true"], "limit": ["5"],
    "format": ["csv", "parquet", "sdmx-csv", "json"],
}  # fmt: skip


@pytest.mark.hypothesis
@given(data=st.data())
@settings(max_examples=1500 if MUCH else 15, suppress_health_check=list(HealthCheck))
def test_right_choices_together(app_client: TestClient, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(CHOICES)), max_size=6, unique=True))
    told = {name: data.draw(st.sampled_from(CHOICES[name])) for name in names}
    answer = app_client.get("/api/v1/query", params={"source": "declarations", **told})
    media = answer.headers["content-type"]
    api_contract.hold("get", "/api/v1/query", answer.status_code, media, answer.content)
    assert answer.status_code in (200, 422), answer.text


PIECES = [
    "exports", "imports", "of", "to", "ASEAN", "USA", "8542", "by", "month", "partner", "2024", "2025-Q1",
    "growth", "share", "top", "10", "rank", "+", "!", ",", "/", "出口", "对", "东盟", "2025年3月",
    "按", "前5", "同比", "since", "2020", "in", "and", "trade", "999999999999", "\0", "\ud800",
    "%00", "'", ";", "--",
]  # fmt: skip
WORDS = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)


@pytest.mark.hypothesis
@given(
    words=WORDS,
    name=st.sampled_from(["q", "partner", "hs", "commodity", "period", "by", "whole", "base", "unit"]),
)
@settings(max_examples=300 if MUCH else 25, suppress_health_check=list(HealthCheck))
def test_any_words_have_an_answer(app_client: TestClient, words: str, name: str) -> None:
    given = {"source": "declarations", "flow": "exports", name: words.encode("utf-8", "replace").decode()}
    for path in ("query", "cells"):
        told = given if path == "query" or name not in ("by", "whole", "base", "unit") else {}
        answer = app_client.get(f"/api/v1/{path}", params={**told, "limit": "3"})
        media = answer.headers["content-type"]
        api_contract.hold("get", f"/api/v1/{path}", answer.status_code, media, answer.content)
        assert answer.status_code in (200, 422), answer.text


@pytest.mark.hypothesis
@given(
    content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    name=st.sampled_from(
        ["a.txt", "a.md", "a.html", "a.docx", "a.pdf", "a", "../a.txt", "\u00e9.txt", "x" * 300]
    ),
    path=st.sampled_from(["read", "check", "reconcile", "compare"]),
)
@settings(max_examples=200 if MUCH else 20, suppress_health_check=list(HealthCheck))
def test_any_file_has_an_answer(app_client: TestClient, content: bytes, name: str, path: str) -> None:
    answer = app_client.post(f"/api/v1/{path}", files={"file": (name, content)})
    media = answer.headers["content-type"]
    api_contract.hold("post", f"/api/v1/{path}", answer.status_code, media, answer.content)
    assert answer.status_code in (200, 413, 422), answer.text


@pytest.mark.hypothesis
@given(
    body=st.binary(max_size=100),
    media=st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain", ""]),
)
@settings(max_examples=200 if MUCH else 30, suppress_health_check=list(HealthCheck))
def test_any_body_has_an_answer(app_client: TestClient, body: bytes, media: str) -> None:
    for path in ("read", "ask"):
        answer = app_client.post(
            f"/api/v1/{path}?source=declarations", content=body, headers={"content-type": media}
        )
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["status"] == answer.status_code
