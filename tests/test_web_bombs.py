"""Files and texts made to take memory or time end in an error, and the next is read as if there were none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

import bombs
import choosing
import running
from customhouse.desk import open_store
from customhouse.period import month
from customhouse.simulate import simulate
from customhouse.web.jobs.reading import Given
from customhouse.web.problems import Problem
from customhouse.web.settings import Settings
from customhouse.web.working import Workers

ALLOWED = Settings(working=1, worker_bytes=900_000_000, seconds=20)
_SECONDS, _PATIENCE_S = 1.5, 100.0
_GROWTH = 60_000_000
"""What the server's own memory may grow by: what was sent, and the making of it."""
GOOD = "In March 2025 exports were 2.2 trillion yuan, up 13.5%."


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("bombs")
    simulate(300, folder / "lines", first=month(2025, 2), last=month(2025, 3))
    with open_store(folder / "store", create=True) as desk:
        desk.load(sorted(map(str, (folder / "lines").glob("*.parquet"))))
    found = Workers(folder / "store", ALLOWED, jobs="reading_jobs")
    yield found
    found.close()


def tried(workers: Workers, job: str, *given: Given) -> dict[str, Any] | Problem:
    """What comes of a job in a short time, once its worker is ready."""
    running.run(workers.run("read", [Given("text", "")], seconds=_PATIENCE_S))
    try:
        found: dict[str, Any] = running.run(workers.run(job, given, seconds=_SECONDS))
        return found
    except Problem as problem:
        return problem


def memory(pid: int | str, what: str) -> int:
    """Bytes: `VmRSS` in use, `VmHWM` the most that were."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


def assert_sound(workers: Workers) -> None:
    """The next text is read, by a worker that keeps within its limits and has no files."""
    found = running.run(workers.run("check", [Given("text", GOOD)], seconds=_PATIENCE_S))
    assert found["read"] == 2
    for pid in workers.pids():
        assert memory(pid, "VmHWM") < ALLOWED.worker_bytes
        here = Path(f"/proc/{pid}/cwd").resolve()
        left = [path for path in here.rglob("*") if not path.name.startswith("customhouse-")]
        assert left == [], left


@pytest.mark.parametrize("name", choosing.some(bombs.FILES, 3))
def test_a_file_made_to_take_memory_or_time_is_an_error(workers: Workers, name: str) -> None:
    file, made = bombs.FILES[name]
    data = made()
    gc.collect()
    before = memory("self", "VmRSS")
    found = tried(workers, "check", Given(file, data))
    assert memory("self", "VmRSS") - before < _GROWTH
    if isinstance(found, Problem):
        assert found.status in (413, 422, 503)
        assert found.code in ("too_large", "not_answerable", "too_complex", "timed_out")
        assert len(found.detail) < 400
    else:  # what is harmless after all is read
        assert "passwd" not in str(found) and "root:" not in str(found)
        assert len(found["documents"][0]["text"]) <= ALLOWED.text_characters
    assert_sound(workers)


@pytest.mark.parametrize("name", choosing.some(bombs.TEXTS, 4))
def test_a_text_made_to_take_time_is_read_or_given_up(workers: Workers, name: str) -> None:
    found = tried(workers, "read", Given("text", bombs.TEXTS[name][:20_000]))
    if isinstance(found, Problem):
        assert (found.status, found.code) == (503, "timed_out")
    else:
        assert len(found["documents"][0]["text"]) == 20_000


def test_texts_beyond_the_limit_are_refused(workers: Workers) -> None:
    long = "x" * (ALLOWED.text_characters + 1)
    page = f"<p>{long}</p>".encode()
    for given in (Given("a", long), Given("a.txt", long.encode()), Given("a.html", page)):
        found = tried(workers, "read", given)
        assert isinstance(found, Problem) and (found.status, found.code) == (413, "too_large")
    many = tried(workers, "read", *[Given("a", "x")] * 11)
    assert isinstance(many, Problem) and many.status == 413


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/passwd", None), ("/etc/passwd.txt", "passwd.txt"), ("..\\x.txt", "x.txt"), ("-", None),
        ("a\0b.txt", "ab.txt"), ("", None), ("." * 300, None), ("~/.ssh/id_rsa", None),
        ("a/b/c.txt", "c.txt"), ("file:///etc/passwd", None),
        ("x" * 5000 + ".txt", "x" * 196 + ".txt"), ("\ud800.txt", "\ufffd.txt"),
        (".txt", None), ("a.txt/", None), ("a.txt\n.exe", None),
    ],
)  # fmt: skip
def test_a_name_of_a_file_is_a_name_and_no_place(workers: Workers, name: str, title: str | None) -> None:
    found = tried(workers, "read", Given(name, GOOD.encode()))
    if title is None:
        assert isinstance(found, Problem) and found.status == 422 and len(found.detail) < 1000
        assert "files are not read" in found.detail or "without an ending" in found.detail
    else:
        assert not isinstance(found, Problem)
        assert found["documents"] == [{"name": title, "published": None, "text": GOOD}]


def test_texts_of_one_name_are_told_apart(workers: Workers) -> None:
    found = running.run(workers.run("read", [Given("a", GOOD), Given("a", GOOD), Given("a (2)", GOOD)]))
    names = [one["name"] for one in found["documents"]]
    assert len(set(names)) == 3 and names[0] == "a"
    assert {claim["doc"] for claim in found["claims"]} == set(names)


def test_markup_in_texts_stays_text(workers: Workers) -> None:
    text = f"<script>alert(1)</script> {GOOD} {{{{7*7}}}} ${{7*7}} <img src=x onerror=alert(1)>"
    found = running.run(workers.run("read", [Given("<b>", text)]))
    assert found["documents"][0] == {"name": "<b>", "published": None, "text": text}
