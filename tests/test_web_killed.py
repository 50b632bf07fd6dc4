"""A whole server under attack, and one that is killed: it goes on answering, and leaves nothing behind."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

import httpx

import bombs
import choosing
from customhouse.desk import Loading, open_store
from customhouse.period import month
from customhouse.simulate import simulate
from serving import Serving, served

_PATIENCE_S = 30.0
_GROWTH = 150_000_000
"""What the memory of a server may grow by while it sends such things away, in bytes."""
GOOD = "In March 2025 exports were 2.2 trillion yuan, up 13.5%."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    simulate(500, folder / "lines", first=month(2025, 1), last=month(2025, 3))
    with open_store(folder / "store", create=True) as desk:
        desk.load(sorted(map(str, (folder / "lines").glob("*.parquet"))), Loading(known_on=date(2025, 4, 1)))
    return folder / "store"


@pytest.fixture(scope="module")
def short(store: Path) -> Iterator[Serving]:
    """A server with one worker and little patience."""
    with served(store, "--seconds", "3", "--working", "1", "--per-minute", "0") as found:
        assert eventually(lambda: reads(found))
        yield found


def eventually(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + _PATIENCE_S
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return what()


def reads(server: Serving) -> bool:
    """Whether a text is read there."""
    return httpx.post(f"{server.address}/api/v1/read", json={"text": GOOD}, timeout=60).status_code == 200


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def below(pid: int) -> set[int]:
    """The processes that a process has started, and those that these have."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found |= {child, *below(child)}
    return found


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def assert_refused(answer: httpx.Response, *statuses: int) -> None:
    """A problem for a script, a page for people."""
    assert answer.status_code in statuses, answer.text[:300]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "/api/" in str(answer.url):
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= {"type", "title", "status", "detail", "code"}
        assert answer.json()["status"] == answer.status_code
    else:
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
    if answer.status_code in (429, 503):
        assert answer.headers["retry-after"].isdigit()


def test_sizes_beyond_the_limits_are_refused_in_the_shape_of_what_was_asked(short: Serving) -> None:
    large = {"text": "x" * 2_100_000}
    assert_refused(httpx.post(f"{short.address}/api/v1/check", json=large), 413)
    assert_refused(httpx.post(f"{short.address}/en/check", data=large), 413)
    upload = {"file": ("a.txt", b"x" * 10_100_000)}
    assert_refused(httpx.post(f"{short.address}/api/v1/check", files=upload), 413)
    assert_refused(httpx.post(f"{short.address}/zh/check", files=upload), 413)
    for path in ("/api/v1/query?q=", "/en/query?q="):
        assert_refused(httpx.get(f"{short.address}{path}{'x' * 9000}"), 414)
    assert_refused(httpx.get(f"{short.address}/api/v1/query?q=exports+to+nowhere"), 422)
    assert_refused(httpx.get(f"{short.address}/en/query?q=exports+to+nowhere"), 422)


def test_a_client_that_asks_too_often_is_told_so_in_either_shape(store: Path) -> None:
    with served(store, "--per-minute", "2", "--working", "1") as found:
        for path in ("/api/v1/openapi.json", "/healthz/live"):
            assert httpx.get(f"{found.address}{path}").status_code == 200
        assert_refused(httpx.get(f"{found.address}/api/v1/openapi.json"), 429)
        assert_refused(httpx.get(f"{found.address}/en/query"), 429)
        # Another client behind the same proxy, whose word is taken because it stands on this machine.
        other = httpx.get(f"{found.address}/healthz/live", headers={"x-forwarded-for": "203.0.113.9"})
        assert other.status_code == 200


@pytest.mark.parametrize(
    "name",
    choosing.some(["docx_elements as docx", "docx_zeros as docx", "html_attributes as html",
                   "pdf_many_pages as pdf", "pdf_packed_thrice as pdf", "docx_laughs as docx"], 3),
)  # fmt: skip
def test_bombs_end_in_an_error_and_the_server_goes_on(short: Serving, name: str) -> None:
    file, made = bombs.FILES[name]
    upload = {"file": (file, made())}
    before = resident(short.process.pid)
    path = "/en/check" if "docx" in name else "/api/v1/check"
    assert_refused(httpx.post(short.address + path, files=upload, timeout=60), 413, 422, 503)
    assert httpx.get(f"{short.address}/healthz").status_code == 200
    assert eventually(lambda: reads(short))
    assert resident(short.process.pid) - before < _GROWTH


def test_a_text_that_takes_too_long_is_told_so_in_either_shape(short: Serving) -> None:
    text = bombs.TEXTS["sentences"]
    for path, how in (("/api/v1/check", {"json": {"text": text}}), ("/en/check", {"data": {"text": text}})):
        answer = httpx.post(short.address + path, timeout=60, **how)  # type: ignore[arg-type]
        assert_refused(answer, 503)


def test_while_all_workers_are_busy_what_is_quick_is_answered(short: Serving) -> None:
    text = {"text": bombs.TEXTS["sentences"]}
    busy = threading.Thread(
        target=lambda: [httpx.post(f"{short.address}/api/v1/check", json=text, timeout=60) for _ in range(2)]
    )
    busy.start()
    try:
        for _ in range(10):
            assert httpx.get(f"{short.address}/healthz", timeout=60).status_code == 200
            assert httpx.get(f"{short.address}/api/v1/sources", timeout=60).status_code == 200
    finally:
        busy.join()


def _asking(address: str, stop: threading.Event) -> None:
    """Ask all kinds of things until the server is gone."""
    pdf = {"file": ("a.pdf", bombs.pdf_many_pages())}
    with httpx.Client(base_url=address, timeout=30) as client:
        while not stop.is_set():
            with suppress(httpx.HTTPError):
                client.get("/api/v1/query", params={"q": "exports by partner by month 2025"})
                client.post("/api/v1/check", files=pdf)
            stop.wait(0.02)


@pytest.mark.parametrize("seed", choosing.some(range(4), 4))
def test_a_server_killed_while_it_works_and_a_load_goes_on_leaves_nothing_behind(
    store: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    mine, temporary = tmp_path / "store", tmp_path / "temporary"
    shutil.copytree(store, mine)
    temporary.mkdir()
    more = simulate_more(tmp_path / "more", seed)
    monkeypatch.setenv("TMPDIR", str(temporary))
    stop = threading.Event()
    with served(mine, "--per-minute", "0") as found:
        askers = [threading.Thread(target=_asking, args=(found.address, stop)) for _ in range(3)]
        for one in askers:
            one.start()
        load = subprocess.Popen(
            [sys.executable, "-m", "customhouse.cli", "load", *more, "--into", str(mine),
             "--known-on", "2025-05-01"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        time.sleep(chance.uniform(0.5, 3.0))
        started = below(found.process.pid)
        assert started
        found.process.send_signal(signal.SIGKILL)
        found.process.wait()
        stop.set()
        for one in askers:
            one.join()
        assert load.wait(120) == 0, load.stderr and load.stderr.read()
    assert eventually(lambda: not any(map(alive, started)))
    assert eventually(lambda: list(temporary.iterdir()) == []), list(temporary.rglob("*"))
    with open_store(mine) as desk:
        assert len(desk.vintages()) == 2
        assert len(desk.query("exports by partner by month 2025").rows()) > 10
    with served(mine, "--working", "1") as again:
        assert httpx.get(f"{again.address}/healthz").json()["vintages"] == 2


def simulate_more(folder: Path, seed: int) -> list[str]:
    simulate(400, folder, seed=seed + 7, first=month(2025, 2), last=month(2025, 4))
    return sorted(map(str, folder.glob("*.parquet")))


def test_a_server_told_to_end_ends_with_its_workers_and_files(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for how in (signal.SIGTERM, signal.SIGINT):
        with served(store) as found:
            assert eventually(lambda server=found: reads(server))  # type: ignore[misc]
            started = below(found.process.pid)
            assert len(started) >= 2
            found.process.send_signal(how)
            found.process.wait(_PATIENCE_S)
        assert eventually(lambda gone=started: not any(map(alive, gone)))  # type: ignore[misc]
        assert list(tmp_path.iterdir()) == []
