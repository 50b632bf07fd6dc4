"""The frame of the counter: languages, errors in one shape, static files, the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.web.problems import MEDIA
from customhouse.web.shell import POLICY
from serving import Serving


@pytest.mark.parametrize(
    ("told", "to"),
    [
        ("zh-CN,en;q=0.5", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en"), ("en;q=0.2,zh;q=0.9", "zh"),
        (";;q=x,zh;q=a", "zh"),
    ],
)  # fmt: skip
def test_the_start_goes_to_the_language_of_the_browser(app_client: TestClient, told: str, to: str) -> None:
    answer = app_client.get("/", headers={"Accept-Language": told}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/{to}/")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_that_is_not_there(app_client: TestClient, language: str) -> None:
    answer = app_client.get(f"/{language}/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in answer.text


def test_errors_of_scripts_have_one_shape(app_client: TestClient) -> None:
    answer = app_client.get("/api/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA)
    assert set(answer.json()) >= {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize("name", ["base.css", "app.css", "icon.svg"])
def test_static_files_may_be_kept_for_ever_by_their_mark(app_client: TestClient, name: str) -> None:
    page = app_client.get("/en/nothing").text
    address = next(part for part in page.split('"') if part.startswith(f"/static/{name}?v="))
    answer = app_client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "vendor/../../app.py", "x%00y"]
)
def test_nothing_outside_the_static_folder(app_client: TestClient, path: str) -> None:
    assert app_client.get(f"/static/{path}").status_code == 404


def test_a_server_of_its_own(counter: Serving) -> None:
    import httpx

    answer = httpx.get(f"{counter.address}/en/nothing")
    assert answer.status_code == 404
    assert "server" not in answer.headers


def test_a_port_that_is_taken(counter: Serving, small_store: Path) -> None:
    found = CliRunner().invoke(app, ["serve", str(small_store), "--port", counter.address.rsplit(":", 1)[1]])
    assert found.exit_code == 4
    assert "cannot listen" in found.output
