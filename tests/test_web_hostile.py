"""Whatever is asked of the counter, nothing outside the store is read and nobody is called."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("fastapi")

import pyarrow as pa
import pyarrow.parquet as pq
from starlette.testclient import TestClient

import choosing
from customhouse.errors import CustomhouseError
from customhouse.web.held import open_held
from serving import Serving

TOKEN = "canary4711"
PAGES = ("", "query", "query/tree", "query/figure", "check", "compare", "ask", "releases", "releases/2025-Q1",
         "releases/2025-Q1/claim", "sources", "api", "chart.svg", "nothing")  # fmt: skip
OF_PAGES = (
    "q", "period", "source", "as_of", "currency", "system", "partner_by", "returned", "flow", "partner",
    "commodity", "hs", "by", "measure", "frequency", "format", "lang", "example", "text", "texts", "file",
    "path", "paths", "map", "store", "engine", "template", "key", "key[]", "__class__",
)  # fmt: skip


@dataclass
class Canary:
    """Files that nobody may read, and a port that nobody may call."""

    folder: Path
    port: int
    calls: list[Any] = field(default_factory=list)

    def values(self) -> list[str]:
        """What a parameter may try."""
        file, up = str(self.folder / "canary"), "../" * 12
        return [
            f"{file}.csv", f"{file}.parquet", f"{file}.txt", f"file://{file}.csv", f"{up}{file[1:]}.csv",
            f"read_csv('{file}.csv')", f"exports' UNION SELECT * FROM read_csv('{file}.csv') --",
            f"x'); COPY (SELECT 1) TO '{file}.out'; --", f"; ATTACH '{file}.db' AS a; --",
            f"http://127.0.0.1:{self.port}/x.csv", f"//127.0.0.1:{self.port}/", f"s3://127.0.0.1:{self.port}/x",
            "{{7*7}}{% include '/etc/passwd' %}", "${jndi:ldap://127.0.0.1}", "<script>alert(1)</script>",
            "\0", "%00", "..", "-", "~", "*", "'", '"', "\\", "a" * 3000, "\u202e\ufeff", "\U0010ffff",
            "9" * 400, "1e999", "NaN", "-1", "2025-13", "0000-00", "9999-12-31", "(" * 500,
            "or " * 300, "\r\nX-Own: 1",
        ]  # fmt: skip

    def seen(self, name: str) -> int:
        """When a file was last read."""
        return (self.folder / name).stat().st_atime_ns


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    folder = tmp_path_factory.mktemp("canary")
    for ending in (".csv", ".txt", ".json", ".md"):
        (folder / f"canary{ending}").write_text(f"{TOKEN},{TOKEN}\n{TOKEN},1\n")
    pq.write_table(pa.table({TOKEN: [TOKEN]}), folder / "canary.parquet")
    for path in folder.iterdir():
        os.utime(path, ns=(0, path.stat().st_mtime_ns))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Canary(folder, listening.getsockname()[1])
        threading.Thread(target=_listen, args=(listening, found), daemon=True).start()
        yield found


def _listen(listening: socket.socket, canary: Canary) -> None:
    with suppress(OSError):
        while True:
            line, who = listening.accept()
            canary.calls.append(who)
            line.close()


def assert_untouched(canary: Canary) -> None:
    assert canary.calls == []
    assert sorted(p.suffix for p in canary.folder.iterdir()) == [".csv", ".json", ".md", ".parquet", ".txt"]
    assert all(canary.seen(path.name) == 0 for path in canary.folder.iterdir())


def test_the_canary_notices(tmp_path: Path) -> None:
    """The test of the tests: a file that is read is seen to be, on a disk that notes it."""
    path = tmp_path / "a"
    path.write_text("x")
    os.utime(path, ns=(0, path.stat().st_mtime_ns))
    path.read_text()
    if path.stat().st_atime_ns == 0:
        pytest.skip("this disk does not note when files are read")


def asked(client: TestClient, path: str, params: dict[str, str]) -> None:
    """Ask, and see that the answer is one, and tells nothing that it should not."""
    answer = client.get(path, params=params, follow_redirects=False)
    told = f"{path} {params}"
    assert answer.status_code < 500 or answer.json()["code"] in ("busy", "timed_out", "not_installed"), told
    assert "root:" not in answer.text, told
    if all(TOKEN not in value and "canary" not in value for value in params.values()):
        assert TOKEN not in answer.text, told
    assert f"{TOKEN},1" not in answer.text, told
    assert "<script>alert" not in answer.text or "html" not in answer.headers["content-type"], told
    assert "x-own" not in answer.headers, told
    place = answer.headers.get("location", "/")
    assert place.startswith("/") and not place.startswith("//"), told


def test_no_parameter_of_the_api_leads_outside(app_client: TestClient, canary: Canary) -> None:
    document = app_client.get("/api/v1/openapi.json").json()
    values = cycle(canary.values())
    for path, operations in document["paths"].items():
        names = [one["name"] for one in operations.get("get", {}).get("parameters", []) if "name" in one]
        for name in names:
            for value in [next(values) for _ in range(4)]:
                held = "{" + name + "}"
                if held in path:
                    asked(app_client, path.replace(held, quote(value, safe="/:.*~()'")), {})
                else:
                    asked(app_client, path.replace("{", "").replace("}", ""), {name: value})
    assert_untouched(canary)


def test_no_parameter_of_a_page_leads_outside(app_client: TestClient, canary: Canary) -> None:
    values = cycle(canary.values())
    ways = cycle([("en", {}), ("zh", {"q": "exports by partner", "period": "2025-03"}), ("zh", {})])
    for page in PAGES:
        for name in OF_PAGES:
            to, more = next(ways)
            asked(app_client, f"/{to}/{page}", more | {name: next(values)})
    assert_untouched(canary)


def test_every_value_as_a_question(app_client: TestClient, canary: Canary) -> None:
    for value in canary.values():
        for path in ("/api/v1/query", "/api/v1/ask", "/en/ask", "/en/query", "/api/v1/revisions"):
            asked(app_client, path, {"q": value})
    assert_untouched(canary)


def test_texts_that_name_files_are_texts(app_client: TestClient, canary: Canary) -> None:
    for value in canary.values():
        text = value.replace("\0", "")
        for path in ("/api/v1/read", "/api/v1/check", "/api/v1/reconcile"):
            answer = app_client.post(path, json={"text": text})
            assert answer.status_code < 500, (path, value, answer.text)
        upload = {"file": (value.replace("\r\n", "")[:200] + ".txt", b"Exports rose 6.9%.")}
        assert app_client.post("/api/v1/read", files=upload).status_code in (200, 422)
    assert_untouched(canary)


def test_the_engine_sees_nothing_but_the_store(counter: Serving, canary: Canary, tmp_path: Path) -> None:
    desk = open_held(counter.store)
    engine: Any = desk.engine
    try:
        for place in (canary.folder / "canary.csv", Path(f"{counter.store}/../../../canary0/canary.csv")):
            with pytest.raises(CustomhouseError):
                engine.collect(engine.csv(place))
        with pytest.raises(CustomhouseError):
            engine.collect(engine.parquet([canary.folder / "canary.parquet"]))
        with pytest.raises(CustomhouseError):
            engine.csv(Path(f"http://127.0.0.1:{canary.port}/x.csv"))
        with pytest.raises(CustomhouseError):
            engine.write(engine.arrow(pa.table({"a": [1]})), tmp_path / "out", "x")
        with pytest.raises(CustomhouseError):
            desk.load([canary.folder / "canary.csv"])
        files = sorted((counter.store / "cells").rglob("*.parquet"))
        assert engine.collect(engine.parquet(files[:1])).num_rows > 0
    finally:
        desk.close()
    assert not list(tmp_path.rglob("*.parquet"))
    assert_untouched_but_by_hand(canary)


def assert_untouched_but_by_hand(canary: Canary) -> None:
    assert canary.calls == []


_PATHS = (
    "/static/../../app.py", "/static/..%2f..%2fapp.py", "/static/%2e%2e/%2e%2e/app.py", "/static//etc/passwd",
    "/static/....//....//etc/passwd", "/static/%252e%252e/app.py", "/static/..\\..\\app.py", "/static/.",
    "/static/vendor", "/static/%00", "/static/app.css%00.txt", "/static/app.css/", "/../../etc/passwd",
    "/en/../../../etc/passwd", "/en/releases/../../../../etc/passwd",
    "/en/releases/%2e%2e%2f%2e%2e/store.json", "/en/releases/2025-Q1/../../../store.json",
    "/en/releases/2025-Q1/%2e%2e%2f%2e%2e%2fstore.json",
    "/en/releases/2025-Q1//etc/passwd", "/en/releases/2025-Q1/..", "/en/releases/2025-Q1/%00",
    "/zh/releases/2025-Q1/..\\..\\store.json", "/api/v1/releases/../../store.json", "/api/v1/%2e%2e/%2e%2e/x",
    "/api/v1/codes/..%2f..%2fweb", "/api/v1/codes/%2fetc%2fpasswd", "/api/v1/groups/..%2f", "//etc/passwd",
    "/sdmx/v2/data/..%2f..%2f..%2fetc%2fpasswd", "/sdmx/v1/data/%2fetc%2fpasswd/all", "/sdmx/../store.json",
    "/./store.json", "/store.json", "/manifest/000001.json", "/.git/config", "/web/app.py", "http://127.0.0.1/x",
)  # fmt: skip


@pytest.mark.parametrize("path", choosing.some(_PATHS, 2))
def test_no_path_leads_outside(counter: Serving, path: str) -> None:
    """As bytes on the line, so that no client tidies the path up."""
    host, port = counter.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert status in (307, 308, 400, 404, 406, 414, 422, 501, 503), said[:300]
    assert b"root:" not in body and b'"customhouse": "store"' not in body and b"def make_app" not in body
    if status in (307, 308):
        place = next(one for one in head.split(b"\r\n") if one.lower().startswith(b"location:"))
        assert not place.split(b":", 1)[1].strip().startswith((b"//", b"http"))


_BODIES: dict[str, tuple[bytes, str]] = {
    "deep": (b"[" * 900_000, "application/json"),
    "deep_objects": (b'{"text":' * 200_000, "application/json"),
    "deep_text": (b'{"text":' + b"[" * 400_000 + b"]" * 400_000 + b"}", "application/json"),
    "large_number": (b'{"text":' + b"9" * 900_000 + b"}", "application/json"),
    "exponent": (b'{"text":1e999999999}', "application/json"),
    "not_a_number": (b'{"text":NaN}', "application/json"),
    "twice": (b'{"text":"a","text":["b"]}', "application/json"),
    "surrogate": (b'{"text":"\\ud800 exports rose 6.9%"}', "application/json"),
    "no_utf8": (b'{"text":"\xff\xfe"}', "application/json"),
    "null": (b"null", "application/json"),
    "list": (b'["text"]', "application/json"),
    "empty": (b"", "application/json"),
    "no_boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "long_boundary": (b"--x\r\n", "multipart/form-data; boundary=" + "x" * 5000),
    "no_end": (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
               "multipart/form-data; boundary=x"),
    "many_parts": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 20_000 + b"--x--",
                   "multipart/form-data; boundary=x"),
    "long_head": (b"--x\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\nb\r\n--x--",
                  "multipart/form-data; boundary=x"),
    "many_fields": (b"&" * 1_900_000, "application/x-www-form-urlencoded"),
    "named_fields": (b"a=b&" * 450_000, "application/x-www-form-urlencoded"),
    "percent": (b"text=" + b"%" * 600_000, "application/x-www-form-urlencoded"),
    "other": (b"<a/>", "application/xml"),
    "no_kind": (b"{}", ""),
    "odd_kind": (b"{}", "\u00e9\u00e9/;;=,"),
    "packed": (b"\x1f\x8b" + b"\0" * 100, "application/json"),
}  # fmt: skip


@pytest.mark.parametrize("name", _BODIES)
def test_a_body_that_is_odd_is_refused_in_one_shape(app_client: TestClient, name: str) -> None:
    body, kind = _BODIES[name]
    for path in ("/api/v1/check", "/api/v1/read", "/en/check", "/zh/compare", "/api/v1/ask"):
        head = {"content-type": kind.encode()} | ({"content-encoding": b"gzip"} if name == "packed" else {})
        answer = app_client.post(path, content=body, headers=head)
        assert answer.status_code < 500, (path, answer.text)
        if answer.status_code >= 400 and path.startswith("/api"):
            assert answer.headers["content-type"] == "application/problem+json"
            told = json.loads(answer.content)
            assert set(told) >= {"type", "title", "status", "detail", "code"} and len(answer.content) < 5000
        elif answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("text/html")
