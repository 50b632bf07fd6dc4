"""How the API speaks HTTP: tags, methods, origins, errors in one shape, and a store that changes under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import api_contract
from customhouse import open_store
from customhouse.desk import Loading
from customhouse.period import month
from customhouse.simulate import simulate
from customhouse.web.app import make_app
from customhouse.web.settings import Settings

QUERY = "/api/v1/query?source=declarations&q=exports+2025-03"
REMEMBERED = (
    QUERY, "/api/v1/cells?source=declarations&period=2025-03&format=csv", "/api/v1/sources",
    "/api/v1/vintages/1",
    "/api/v1/codes/partner?search=viet", "/api/v1/groups/ASEAN", "/api/v1/openapi.json", "/api/v1/quarantine",
    "/api/v1/releases?source=declarations", f"{QUERY}&format=xlsx", f"{QUERY}&format=parquet",
)  # fmt: skip


@pytest.mark.parametrize("address", REMEMBERED)
def test_what_one_has_is_not_sent_again(app_client: TestClient, address: str) -> None:
    first = app_client.get(address)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert "no-cache" in first.headers["cache-control"]
    again = app_client.get(address)
    assert (again.headers["etag"], again.content) == (tag, first.content)
    for told in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        kept = app_client.get(address, headers={"If-None-Match": told})
        assert (kept.status_code, kept.content, kept.headers["etag"]) == (304, b"", tag)
    assert app_client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_tag_is_of_one_question_and_format(app_client: TestClient) -> None:
    addresses = [
        QUERY,
        f"{QUERY}&lang=zh",
        f"{QUERY}&format=csv",
        QUERY.replace("03", "02"),
        f"{QUERY}&top=3&by=partner",
    ]
    tags = [app_client.get(address).headers["etag"] for address in addresses]
    assert len(set(tags)) == len(tags)
    same = app_client.get("/api/v1/query?q=exports+2025-03&source=declarations")
    assert same.headers["etag"] == tags[0]
    by_header = app_client.get(QUERY, headers={"Accept": "text/csv"})
    assert by_header.headers["etag"] == tags[2]


def test_nothing_is_worked_out_for_who_has_it(
    app_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customhouse.web.counter import Counter

    tag = app_client.get(QUERY).headers["etag"]

    async def never(*_: Any, **__: Any) -> None:
        raise AssertionError("asked the statistics")

    monkeypatch.setattr(Counter, "quick", never)
    assert app_client.get(QUERY, headers={"If-None-Match": tag}).status_code == 304


def test_a_load_changes_the_tag_and_ends_pages(tmp_path: Path) -> None:
    def load(seed: int, first: int) -> None:
        simulate(300, tmp_path / str(seed), seed=seed, first=first, last=first)
        with open_store(tmp_path / "store", create=True) as desk:
            desk.load([str(tmp_path / str(seed) / "*.parquet")], Loading(known_on=date(2025, 4, seed)))

    load(1, month(2025, 1))
    with TestClient(make_app(tmp_path / "store", Settings(per_minute=0, working=1))) as client:
        address = "/api/v1/query?flow=exports&by=partner&limit=3"
        first = client.get(address)
        load(2, month(2025, 2))
        later = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert later.status_code == 200
        assert later.json()["figures"][0]["period"] == "2025-02"
        stale = client.get(first.json()["next"])
        assert (stale.status_code, stale.json()["code"]) == (410, "stale_cursor")
        pinned = client.get(f"{address}&as_of=2025-04-01")
        assert pinned.json()["figures"] == first.json()["figures"]


@pytest.mark.parametrize("address", [*REMEMBERED[:3], "/api/v1/query?nonsense=1"])
def test_head_is_get_without_a_body(app_client: TestClient, address: str) -> None:
    whole, head = app_client.get(address), app_client.head(address)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("etag", "content-type", "cache-control"):
        assert head.headers.get(name) == whole.headers.get(name)


def test_options_tell_what_is_done(app_client: TestClient) -> None:
    told = app_client.options("/api/v1/query")
    assert (told.status_code, told.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    before = app_client.options("/api/v1/query", headers=asked)
    assert before.headers["access-control-allow-methods"] == "GET, HEAD"
    assert "access-control-allow-methods" not in app_client.options("/api/v1/read", headers=asked).headers


@pytest.mark.parametrize("address", [QUERY, "/api/v1/query?nonsense=1", "/api/v1/sources"])
def test_pages_of_others_may_read(app_client: TestClient, address: str) -> None:
    answer = app_client.get(address, headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_the_origins_are_a_setting(small_store: Path) -> None:
    with TestClient(make_app(small_store, Settings(per_minute=0, working=1, origins=""))) as client:
        assert "access-control-allow-origin" not in client.get("/api/v1/codes").headers


def test_names_of_downloads_are_plain() -> None:
    from customhouse.web.api.call import disposition

    assert disposition('cells-a"\r\nX: 海关/../b.csv') == 'attachment; filename="cells-a-X-..-b.csv"'


@pytest.fixture(scope="module")
def tight(small_store: Path) -> Iterator[TestClient]:
    """A server that allows next to nothing."""
    few = Settings(per_minute=0, working=1, rows=20)
    settings = replace(few, text_characters=200, body_bytes=400, upload_bytes=400)
    with TestClient(make_app(small_store, settings), raise_server_exceptions=False) as client:
        yield client


TOO_MUCH = (
    ("get", "/query?source=declarations&flow=exports&by=hs8&period=2024", {}, 422, "too_many_figures"),
    ("post", "/read", {"json": {"text": "x" * 300}}, 413, "too_large"),
    ("post", "/read", {"json": {"text": "x" * 3000}}, 413, "too_large"),
    ("post", "/read", {"files": {"file": ("a.txt", b"x" * 3000)}}, 413, "too_large"),
    ("get", f"/query?q={'x' * 20_000}", {}, 414, "address_too_long"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"), TOO_MUCH, ids=lambda one: str(one)[:40]
)
def test_too_much_is_a_problem(
    tight: TestClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = tight.request(method, f"/api/v1{path}", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    problem = api_contract.document()["components"]["schemas"]["Problem"]
    api_contract.validator(problem).validate(answer.json())


def test_a_slow_question_is_given_up(small_store: Path) -> None:
    with TestClient(make_app(small_store, Settings(per_minute=0, working=1, seconds=1e-6))) as client:
        answer = client.get("/api/v1/query?source=declarations&flow=exports&by=hs8&period=2024")
        assert (answer.status_code, answer.json()["code"]) == (503, "timed_out")
        assert int(answer.headers["retry-after"]) > 0


UPLOADS = (
    ("text", ("note.txt", b"Exports were 6.13 trillion yuan in March 2025."), "note.txt"),
    ("file", ("note.md", b"# Note\n\nExports were 6.13 trillion yuan in March 2025."), "note.md"),
    ("file", ("note.txt", "2025年3月出口6.13万亿元".encode("gb18030")), "note.txt"),
    ("file", ("note.html", b"<p>Exports were 6.13 trillion yuan in March 2025.</p>"), "note.html"),
)  # fmt: skip


@pytest.mark.parametrize(("field", "file", "name"), UPLOADS, ids=str)
def test_files_are_read(app_client: TestClient, field: str, file: Any, name: str) -> None:
    answer = app_client.post("/api/v1/read", files={field: file})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["documents"][0]["name"] == name
    assert [(one["value"], one["period"]) for one in found["claims"]] == [(6.13e12, "2025-03")]
    assert (
        found["documents"][0]["text"][found["claims"][0]["start"] : found["claims"][0]["end"]]
        == found["claims"][0]["text"]
    )


def test_two_files_are_compared(app_client: TestClient) -> None:
    files = {
        "file": ("a.txt", b"Exports rose 6.9% in March 2025."),
        "other_file": ("b.txt", b"Exports rose 9.6% in March 2025."),
    }
    answer = app_client.post("/api/v1/compare", files=files)
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == {"different": 1}
    refused = app_client.post("/api/v1/compare", files={"fil": ("a.txt", b"x")})
    assert (refused.status_code, refused.json()["code"]) == (422, "body")


def test_markup_and_questions_are_only_text(app_client: TestClient) -> None:
    text = (
        "<script>alert(1)</script> Exports rose 6.9% in March 2025. ../../etc/passwd read_csv('/etc/passwd')"
    )
    answer = app_client.post("/api/v1/read", json={"text": text})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["documents"][0]["text"] == text
    for words in (
        "read_csv('/etc/passwd')",
        "'; DROP TABLE x; --",
        "../../etc/passwd",
        "exports to {partner}",
    ):
        assert (
            app_client.get("/api/v1/query", params={"source": "declarations", "q": words}).status_code == 422
        )
