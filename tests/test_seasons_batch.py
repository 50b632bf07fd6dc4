"""Many series adjusted in one run: kept, stopped, begun again, set aside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import OutputError, SeasonsError
from customhouse.seasons import batch, workers
from customhouse.seasons.adjusted import Adjusted, Coefficient, Note, Outlier
from customhouse.seasons.batch import Failure, adjust_many
from customhouse.seasons.keeping import Shelf, fingerprint, from_json, names, to_json
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows
from customhouse.seasons.settings import Settings
from customhouse.seasons.workers import Worker, WorkerDied

FIRST = 2018 * 12
PLAIN = Settings(festivals=(), trading=False, outliers=(), mode="log", forecast=0)
"""Settings with which a series takes little time."""


def series(name: str, months: int = 60, seed: int = 1) -> Monthly:
    rng = np.random.default_rng(seed)
    at = np.arange(months)
    season = 0.1 * np.sin(2 * np.pi * at / 12)
    return Monthly(FIRST, 100 * np.exp(0.005 * at + season + rng.normal(0, 0.01, months)), name)


def several(count: int) -> list[Monthly]:
    return [series(f"no. {n}", seed=n) for n in range(count)]


def same(one: Adjusted, other: Adjusted) -> bool:
    return json.dumps(to_json(one)) == json.dumps(to_json(other))


def test_results_come_by_name_in_the_order_given() -> None:
    found = adjust_many(several(3), PLAIN)
    assert list(found) == ["no. 0", "no. 1", "no. 2"] and len(found) == 3 and found.kept == 0
    assert found["no. 1"].original.name == "no. 1" and not found.failures
    with pytest.raises(KeyError):
        found["no. 3"]


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ([series("a"), series("a")], "a: two series have this name"),
        ([series("a"), series("")], "series 2 has no name"),
    ],
)
def test_series_have_names_of_their_own(given_: list[Monthly], said: str) -> None:
    with pytest.raises(SeasonsError, match=said):
        adjust_many(given_, PLAIN)


def test_processes_and_settings_are_checked() -> None:
    with pytest.raises(SeasonsError, match="processes 0"):
        adjust_many(several(1), PLAIN, processes=0)
    with pytest.raises(SeasonsError, match="no. 1: no settings"):
        adjust_many(several(2), {"no. 0": PLAIN})


def test_what_cannot_be_adjusted_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    flat, short = Monthly(FIRST, np.full(60, 5.0), "flat"), series("short", 10)
    empty = Monthly(FIRST, np.full(60, np.nan), "empty")
    found = adjust_many([flat, series("good"), short, empty], PLAIN, tmp_path)
    assert set(found) | {one.name for one in found.failures} == {"flat", "good", "short", "empty"}
    assert "good" in found and {"short", "empty"} <= {one.name for one in found.failures}
    assert all(len(one.reason) > 10 for one in found.failures)


def test_two_processes_give_what_one_gives() -> None:
    alone, shared = (adjust_many(several(4), PLAIN, processes=n) for n in (1, 2))
    assert list(alone) == list(shared) and all(same(alone[name], shared[name]) for name in alone)


def test_a_finished_run_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = adjust_many(several(3), PLAIN, tmp_path)
    monkeypatch.setattr(batch, "attempt", lambda one, _: pytest.fail(f"{one.name} was done again"))
    again = adjust_many(several(3), PLAIN, tmp_path)
    assert again.kept == 3 and all(same(first[name], again[name]) for name in first)
    assert sorted(names(tmp_path)) == ["no. 0", "no. 1", "no. 2"]


def test_what_changed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adjust_many(several(3), PLAIN, tmp_path)
    done: list[str] = []

    def attempt(one: Monthly, settings: Settings) -> Any:
        done.append(one.name)
        return from_json(to_json(adjusted))

    adjusted = adjust_many([series("x")], PLAIN)["x"]
    monkeypatch.setattr(batch, "attempt", attempt)
    changed = [*several(2), series("no. 2", seed=9)]
    assert adjust_many(changed, PLAIN, tmp_path).kept == 2 and done == ["no. 2"]
    other = Settings(festivals=(), trading=False, outliers=(), mode="none", forecast=0)
    assert adjust_many(changed, other, tmp_path).kept == 0 and done == ["no. 2", "no. 0", "no. 1", "no. 2"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"name": "no. 0"}', b"\xff\xfe\x00"])
def test_a_file_that_is_no_result_counts_as_not_there(tmp_path: Path, content: bytes) -> None:
    shelf, one = Shelf(tmp_path), series("no. 0")
    shelf.put("no. 0", "mark", adjust_many([one], PLAIN)["no. 0"])
    assert shelf.has("no. 0", "mark") and not shelf.has("no. 0", "other") and not shelf.has("no. 1", "mark")
    (path,) = (tmp_path / "series").glob("*.json")
    path.write_bytes(content)
    assert not shelf.has("no. 0", "mark")
    with pytest.raises(KeyError):
        shelf.get("no. 0")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="file"):
        adjust_many(several(1), PLAIN, tmp_path / "file")


def test_progress_counts_every_series(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    given_ = [*several(2), series("short", 5)]
    adjust_many(given_, PLAIN, tmp_path, progress=lambda done, of, name: told.append((done, of, name)))
    assert [one[:2] for one in told] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert {one[2] for one in told[1:]} == {"no. 0", "no. 1", "short"}


def test_a_worker_that_was_killed_is_begun_anew() -> None:
    worker = Worker()
    try:
        assert isinstance(worker.ask(series("a"), PLAIN), Adjusted)
        process = worker._process
        assert process is not None
        process.kill()
        process.wait()
        assert isinstance(worker.ask(series("a"), PLAIN), Adjusted) and worker._process is not process
        assert isinstance(worker.ask(series("short", 3), PLAIN), str)
    finally:
        worker.end()
    with pytest.raises(WorkerDied, match="stopped"):
        worker.ask(series("a"), PLAIN)


def test_a_series_that_kills_its_worker_twice_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Worker.ask

    def ask(self: Worker, one: Monthly, settings: Settings) -> Any:
        if one.name == "no. 1":
            raise WorkerDied("signal 9")
        return real(self, one, settings)

    monkeypatch.setattr(workers.Worker, "ask", ask)
    found = adjust_many(several(3), PLAIN, processes=2)
    assert list(found) == ["no. 0", "no. 2"]
    assert found.failures == (
        Failure("no. 1", "no. 1: the process that adjusted it ended twice (signal 9); set aside"),
    )


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from test_seasons_batch import PLAIN, several
from customhouse.seasons.batch import adjust_many
adjust_many(several(40), PLAIN, {folder!r}, 2)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="the children of a process are looked up in /proc")
def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    run = subprocess.Popen([sys.executable, "-c", code])
    try:
        wait(lambda: len(list(tmp_path.glob("series/*.json"))) >= 3)
        below = children(run.pid)
        assert len(below) >= 2
    finally:
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    wait(lambda: not any(lives(pid) for pid in below))  # no worker outlives the run
    there = set(names(tmp_path))
    assert 3 <= len(there) < 40
    (tmp_path / "series" / "0.999999999.part").write_text("half")
    few = [one for one in several(40) if one.name in there][:3]
    found = adjust_many([*few, series("new")], PLAIN, tmp_path, 1)
    assert found.kept == 3 and not list(tmp_path.glob("series/*.part"))
    whole = adjust_many(few, PLAIN)
    assert all(same(found[one.name], whole[one.name]) for one in few)


def wait(until: Any) -> None:
    """Wait for something; a run that never gets there is stopped by the time that tests may take."""
    for _ in range(3000):
        if until():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen within a minute")


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


NUMBERS = st.floats(allow_infinity=False) | st.just(float("nan"))
FLOATS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)


@given(FLOATS, FLOATS, st.text(max_size=8), st.booleans())
def test_results_are_kept_to_the_last_digit(one: Any, other: Any, name: str, multiplicative: bool) -> None:
    made = Adjusted(
        Monthly(FIRST, one, name), other, one, other, one, other, one, multiplicative, "x13", "(0 1 1)",
        {"easter": Windows(1, (-2, 1), 0)}, (Outlier("ao", FIRST, 5.5, 0.25),),
        (Coefficient("easter before", 0.1, float("nan")),), {"q": 0.5, "m7": float("nan")},
        Monthly(FIRST + 3, other, name), (Note("short", {"months": 3}),),
    )
    back = from_json(json.loads(json.dumps(to_json(made))))
    for field in fields(Adjusted):
        given_, found = getattr(made, field.name), getattr(back, field.name)
        if isinstance(given_, Monthly):
            assert (given_.first, given_.name) == (found.first, found.name)
            given_, found = given_.values, found.values
        assert np.array_equal(given_, found, equal_nan=True) if hasattr(given_, "dtype") else (
            repr(given_) == repr(found)), field.name  # fmt: skip


def test_a_fingerprint_tells_values_and_settings_apart() -> None:
    one = series("a")
    marks = {
        fingerprint(one, PLAIN), fingerprint(series("a", seed=2), PLAIN), fingerprint(one, Settings()),
        fingerprint(Monthly(FIRST + 1, one.values, "a"), PLAIN),
        fingerprint(one, Settings(windows={"easter": Windows(1, (-2, 1), 0)})),
        fingerprint(one, Settings(windows={"easter": Windows(2, (-2, 1), 0)})),
    }
    assert len(marks) == 6 and fingerprint(series("a"), PLAIN) == fingerprint(one, PLAIN)
