"""What watches over the server is told: that it is ready, and what it does; and nothing of what was asked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

import running
from customhouse.desk import Loading, open_store
from customhouse.period import month
from customhouse.simulate import simulate
from customhouse.web.app import make_app
from customhouse.web.jobs.reading import Given
from customhouse.web.settings import Settings

TEXT = "In March 2025 exports were 2.2 trillion yuan, up 13.5%."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("health")
    simulate(300, folder / "lines", first=month(2025, 2), last=month(2025, 3))
    with open_store(folder / "store", create=True) as desk:
        desk.load(sorted(map(str, (folder / "lines").glob("*.parquet"))))
    return folder / "store"


@pytest.fixture
def client(store: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client over a copy of the store, which a test may spoil."""
    shutil.copytree(store, tmp_path / "store")
    with TestClient(make_app(tmp_path / "store", replace(Settings(), working=1))) as found:
        yield found


def samples(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All samples by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    families = text_string_to_metric_families(answer.text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def test_a_server_with_a_store_is_ready(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok" and answer.json()["vintages"] == 1
    assert client.get("/healthz/live").json() == {"status": "ok"}


@pytest.mark.parametrize("gone", ["manifest", "cells", "manifest/000001.json"])
def test_a_server_whose_store_is_damaged_lives_and_is_not_ready(
    client: TestClient, tmp_path: Path, gone: str
) -> None:
    path = tmp_path / "store" / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
        (tmp_path / "store" / "manifest" / "000002.json").write_text("{}")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "store_unreadable" and "restore" in answer.json()["detail"]
    assert client.get("/healthz/live").status_code == 200
    assert client.get("/metrics").status_code == 200


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    for path in ("/healthz", "/healthz", "/en/nowhere", "/zh/other", "/nowhere/at/all", "/static/app.css"):
        client.get(path)
    client.request("BREW", "/healthz")
    found = samples(client)

    def count(route: str, status: int, method: str = "GET") -> float:
        labels = (("method", method), ("route", route), ("status", str(status)))
        return found.get(("customhouse_requests_total", labels), 0)

    assert count("/healthz", 200) == 2
    assert count("/{lang:language}/{rest:path}", 404) == 2
    assert count("(no route)", 404) == 1
    assert count("/static/{name:path}", 200) == 1
    assert count("/healthz", 405, "other") == 1
    timed = found["customhouse_request_seconds_count", (("route", "/healthz"),)]
    assert timed == 3
    assert found["customhouse_requests_in_flight", ()] == 1  # the one that asks


def test_routes_of_the_api_are_named(client: TestClient) -> None:
    client.get("/api/v1/query?q=exports")
    routes = {dict(labels).get("route", "") for _, labels in samples(client)}
    assert "/api/v1/query" in routes


def test_no_label_comes_from_a_request(client: TestClient) -> None:
    before = len(samples(client))
    for number in range(50):
        client.get(f"/secret{number}", params={"a": f"secret{number}"}, headers={"user-agent": "secret"})
        client.get(f"/en/secret{number}")
        client.request(f"SECRET{number}", "/healthz")
    answer = client.get("/metrics").text
    assert "secret" not in answer.lower()
    assert len(samples(client)) - before < 100


def test_jobs_are_counted_by_name_and_outcome(client: TestClient) -> None:
    counter = client.app.state.counter  # type: ignore[attr-defined]
    client.get("/healthz/live")
    running.run(counter.work("check", [Given("text", TEXT)]))
    with pytest.raises(Exception, match="not a month"):
        running.run(counter.work("check", [Given("text", TEXT, "13.5.2025")]))
    found = samples(client)
    assert found["customhouse_jobs_total", (("job", "check"), ("outcome", "done"))] == 1
    assert found["customhouse_jobs_total", (("job", "check"), ("outcome", "problem"))] == 1
    assert found["customhouse_jobs_waiting", ()] == 0
    assert found["customhouse_workers", ()] == 1


def test_the_store_is_told_and_a_load_is_seen(client: TestClient, tmp_path: Path) -> None:
    source = (("source", "declarations"),)
    found = samples(client)
    assert found["customhouse_store_vintages", source] == 1
    assert found["customhouse_store_months", source] == 2
    assert found["customhouse_store_readable", ()] == 1
    simulate(100, tmp_path / "more", seed=5, first=month(2025, 4), last=month(2025, 4))
    with open_store(tmp_path / "store") as desk:
        desk.load(sorted(map(str, (tmp_path / "more").glob("*.parquet"))), Loading())
    found = samples(client)
    assert found["customhouse_store_vintages", source] == 2
    assert found["customhouse_store_months", source] == 3


def test_names_follow_the_rules_of_prometheus(client: TestClient) -> None:
    client.get("/healthz")
    for name, labels in samples(client):
        assert re.fullmatch(r"customhouse_[a-z_]+", name)
        assert all(re.fullmatch(r"[a-z]+", label) for label, _ in labels)
