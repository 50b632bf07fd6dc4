"""Worker processes: what they may take, how they are ended, and that nothing of them is left."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from hypothesis import given, settings
from hypothesis import strategies as st

import running
from customhouse.desk import Loading, open_store
from customhouse.period import month
from customhouse.quantity import Interval
from customhouse.simulate import simulate
from customhouse.store import Store
from customhouse.web.jobs import JOBS
from customhouse.web.packets import NotPlain, Reply, pack, unpack
from customhouse.web.problems import Problem
from customhouse.web.settings import Settings
from customhouse.web.working import Workers

SMALL = Settings(working=2, waiting=16, seconds=20, worker_bytes=700_000_000)
_PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("working")
    simulate(300, folder / "lines", first=month(2025, 2), last=month(2025, 3))
    with open_store(folder / "store", create=True) as desk:
        desk.load(sorted(map(str, (folder / "lines").glob("*.parquet"))))
    return folder / "store"


@pytest.fixture(scope="module")
def workers(store: Path) -> Iterator[Workers]:
    found = Workers(store, SMALL, jobs="hostile_jobs")
    yield found
    found.close()


def done(workers: Workers, name: str, *args: Any, seconds: float | None = None) -> Any:
    return running.run(workers.run(name, *args, seconds=seconds))


def refused(workers: Workers, name: str, *args: Any, seconds: float | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        done(workers, name, *args, seconds=seconds)
    return caught.value


def eventually(what: Callable[[], bool]) -> bool:
    """Whether something comes true within a generous time."""
    until = time.monotonic() + _PATIENCE_S
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    return what()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def resident(pid: int) -> int:
    """Bytes of memory in use."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_job_gets_its_arguments_and_gives_back_its_result(workers: Workers) -> None:
    value = {"a": [1, 2.5, None, "\ud800", b"\0"]}
    assert done(workers, "echo", value) == value
    assert done(workers, "months") == 2


def test_many_jobs_at_once_each_get_their_own_result(workers: Workers) -> None:
    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(workers.run("echo", n) for n in range(SMALL.waiting)))

    assert running.run(all_of_them()) == list(range(SMALL.waiting))


@pytest.mark.parametrize("name", ["spin", "spin_in_c", "sleep"])
def test_a_job_over_its_time_is_killed_and_the_next_is_done(workers: Workers, name: str) -> None:
    assert eventually(lambda: len(workers.pids()) == 2)  # also where the test before has ended one
    before = set(workers.pids())
    problem = refused(workers, name, *([1000] if name == "sleep" else []), seconds=0.5)
    assert (problem.status, problem.code) == (503, "timed_out")
    assert problem.headers["Retry-After"].isdigit()
    assert done(workers, "echo", name) == name
    assert eventually(lambda: len(workers.pids()) == 2)
    gone = before - set(workers.pids())
    assert len(gone) == 1 and eventually(lambda: not any(map(alive, gone)))


@pytest.mark.parametrize("name", ["eat", "crash", "leave", "kill_self", "recurse"])
def test_what_needs_too_much_or_crashes_is_an_error_of_what_was_sent(workers: Workers, name: str) -> None:
    gc.collect()
    before = resident(os.getpid())
    problem = refused(workers, name)
    assert (problem.status, problem.code) == (422, "too_complex")
    assert resident(os.getpid()) - before < 50_000_000
    assert done(workers, "echo", name) == name


def test_errors_of_customhouse_keep_their_words_and_problems_their_shape(workers: Workers) -> None:
    problem = refused(workers, "refuse")
    assert (problem.status, problem.detail) == (422, "exports to nowhere: no such partner")
    problem = refused(workers, "refuse_so")
    assert (problem.status, problem.code, problem.headers) == (413, "own_code", {"X-Own": "1"})


def test_an_error_nobody_foresaw_is_logged_without_the_text(
    workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    problem = refused(workers, "fail", "what somebody pasted")
    assert (problem.status, problem.code) == (500, "broken")
    assert "ValueError" in caplog.text and "hostile_jobs" in caplog.text
    assert "pasted" not in caplog.text and "pasted" not in problem.detail


@pytest.mark.parametrize("name", ["smuggle", "smuggle_class", "unsendable"])
def test_a_result_that_is_no_plain_data_is_refused(workers: Workers, name: str) -> None:
    assert refused(workers, name).status == 500
    assert not Path("pwned").exists()
    assert done(workers, "echo", name) == name


def test_arguments_that_cannot_be_sent_spoil_nothing(workers: Workers) -> None:
    assert refused(workers, "echo", lambda: 1).status == 500
    assert done(workers, "echo", 1) == 1


def test_a_job_by_another_name_is_not_looked_for(workers: Workers) -> None:
    for name in ("os:system", "hostile_jobs:echo", "", "nothing", "../echo"):
        with pytest.raises(LookupError):
            done(workers, name)


def test_what_a_job_prints_goes_nowhere(workers: Workers) -> None:
    assert done(workers, "print_much") == "done"


def test_a_worker_has_limits_nothing_open_and_knows_little(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = done(workers, "limits")
    assert limits["RLIMIT_DATA"] == SMALL.worker_bytes and limits["RLIMIT_CORE"] == 0
    assert 0 < limits["RLIMIT_CPU"] < 10_000 and 0 < limits["RLIMIT_FSIZE"] <= 2**26
    with open("/dev/null"):  # an open file of the server is not the worker's
        found = done(workers, "opened")
    assert found["stdin"] == "/dev/null" and found["read"] == ""
    assert "SECRET" not in found["environment"] and found["environment"]["HOME"] != os.environ.get("HOME")


def test_secrets_of_the_server_are_not_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMHOUSE_SECRET", "x")
    monkeypatch.setenv("DATABASE_PASSWORD", "x")
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")
    try:
        assert not {"CUSTOMHOUSE_SECRET", "DATABASE_PASSWORD"} & set(done(workers, "opened")["environment"])
    finally:
        workers.close()


def test_the_disk_is_not_filled(workers: Workers) -> None:
    assert refused(workers, "fill_disk").status == 500
    assert done(workers, "echo", 1) == 1


def test_files_of_a_worker_are_its_own_and_go_with_it(store: Path) -> None:
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")
    kept = [Path(done(workers, "keep", "text"))]
    assert kept[0].exists() and oct(kept[0].parents[1].stat().st_mode)[-3:] == "700"
    refused(workers, "sleep", 1000, seconds=0.3)
    assert eventually(lambda: not kept[0].exists())
    kept.append(Path(done(workers, "keep", "text")))
    folder = kept[1].parents[1]
    workers.close()
    assert not kept[1].exists() and not folder.exists()


def test_what_a_killed_worker_had_started_goes_with_it(store: Path, tmp_path: Path) -> None:
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")
    try:
        done(workers, "echo", 1)
        (pid,) = workers.pids()
        folder = Path(f"/proc/{pid}/cwd").resolve()

        async def see() -> int:
            running = asyncio.ensure_future(workers.run("children", seconds=1000))
            note = folder / "child"
            while not (note.exists() and note.read_text()):
                await asyncio.sleep(0.02)
            child = int(note.read_text())
            assert alive(child)
            running.cancel()
            return child

        child = running.run(see())
        assert eventually(lambda: not alive(child) and not alive(pid))
        assert done(workers, "echo", 1) == 1
    finally:
        workers.close()


def test_more_than_may_wait_are_sent_away_at_once(store: Path) -> None:
    workers = Workers(store, replace(SMALL, working=1, waiting=3), jobs="hostile_jobs")

    async def crowd() -> list[Any]:
        asked = [asyncio.ensure_future(workers.run("sleep", 0.2)) for _ in range(10)]
        return await asyncio.gather(*asked, return_exceptions=True)

    try:
        found = running.run(crowd())
    finally:
        workers.close()
    away = [one for one in found if isinstance(one, Problem)]
    assert 6 <= len(away) <= 7 and {(p.status, p.code) for p in away} == {(503, "busy")}
    assert all(p.headers["Retry-After"].isdigit() for p in away)
    assert workers.waiting == 0


def test_who_gives_up_frees_the_worker_and_hurts_nobody_else(workers: Workers) -> None:
    async def some_give_up() -> list[Any]:
        asked = [asyncio.ensure_future(workers.run("sleep", 100 if n % 2 else 0.01)) for n in range(8)]
        await asyncio.sleep(0.3)
        for one in asked[1::2]:
            one.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = running.run(some_give_up())
    assert all(isinstance(one, int) for one in found[::2])
    assert all(isinstance(one, asyncio.CancelledError) for one in found[1::2])
    assert done(workers, "echo", 1) == 1


def test_a_worker_killed_from_outside_is_replaced(workers: Workers) -> None:
    done(workers, "echo", 1)
    for _ in range(3):
        for pid in workers.pids():
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: running.run(_answers(workers)))


async def _answers(workers: Workers) -> bool:
    try:
        return await workers.run("echo", 1) == 1
    except Problem:
        return False


@pytest.mark.parametrize("working", [1, 3])
def test_closing_ends_what_runs_and_what_waits(store: Path, working: int) -> None:
    workers = Workers(store, replace(SMALL, working=working), jobs="hostile_jobs")

    async def close_under_way() -> list[Any]:
        asked = [asyncio.ensure_future(workers.run("sleep", 1000, seconds=1000)) for _ in range(4)]
        await asyncio.sleep(0.5)
        await asyncio.get_running_loop().run_in_executor(None, workers.close)
        return await asyncio.gather(*asked, return_exceptions=True)

    pids = []
    workers.start()
    assert eventually(lambda: len(workers.pids()) == working)
    pids += workers.pids()
    found = running.run(close_under_way())
    assert {(p.status, p.code) for p in found} == {(503, "busy")}
    assert not any(map(alive, pids)) and workers.pids() == []
    assert not [thread for thread in threading.enumerate() if thread in workers._threads]
    assert refused(workers, "echo", 1).code == "busy"
    workers.close()


def test_a_load_is_seen_by_the_next_job(store: Path, tmp_path: Path) -> None:
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")
    try:
        before = done(workers, "months")
        simulate(100, tmp_path / "more", seed=5, first=month(2025, 3), last=month(2025, 3))
        with open_store(store) as desk:
            desk.load(sorted(map(str, (tmp_path / "more").glob("*.parquet"))), Loading(source="other"))
        assert done(workers, "months") == before + 1
    finally:
        workers.close()


def test_a_store_that_is_gone_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    workers = Workers(tmp_path / "nowhere", replace(SMALL, working=1), jobs="hostile_jobs")
    try:
        problem = refused(workers, "months")
        assert problem.status == 503 and str(tmp_path) not in problem.detail
        assert "no store there" in caplog.text
    finally:
        workers.close()


def test_workers_that_cannot_start_are_told_and_tried_again(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")
    try:
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        problem = refused(workers, "echo", 1)
        assert (problem.status, problem.headers["Retry-After"].isdigit()) == (503, True)
        assert "did not become ready" in caplog.text
        monkeypatch.undo()
        assert eventually(lambda: running.run(_answers(workers)))
    finally:
        workers.close()


def test_who_gives_up_does_not_end_a_worker_that_is_not_ready_yet(store: Path) -> None:
    workers = Workers(store, replace(SMALL, working=1), jobs="hostile_jobs")

    async def impatient() -> None:
        for _ in range(5):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(workers.run("sleep", 0), 0.001)

    try:
        workers.start()
        assert eventually(lambda: len(workers.pids()) == 1)
        before = workers.pids()
        running.run(impatient())
        assert done(workers, "echo", 1) == 1
        assert workers.pids() == before
    finally:
        workers.close()


_SERVER = textwrap.dedent("""
    import asyncio, sys
    sys.path.insert(0, sys.argv[2])
    from customhouse.web.settings import Settings
    from customhouse.web.working import Workers

    async def main():
        workers = Workers(sys.argv[1], Settings(working=2), jobs="hostile_jobs")
        paths = await asyncio.gather(workers.run("keep", "a"), workers.run("keep", "b"))
        running = [asyncio.ensure_future(workers.run(sys.argv[3], *eval(sys.argv[4]))) for _ in range(2)]
        await asyncio.sleep(0.3)
        print(*workers.pids(), paths[0], flush=True)
        await asyncio.gather(*running)

    asyncio.run(main())
""")


@pytest.mark.parametrize(("job", "args"), [("spin_in_c", ()), ("children", ()), ("sleep", (99,))])
def test_no_worker_and_no_file_outlives_a_server_that_is_killed(store: Path, job: str, args: Any) -> None:
    command = [sys.executable, "-c", _SERVER, str(store), str(Path(__file__).parent), job, repr(args)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        *pids, kept = server.stdout.readline().split()
        if job == "children":
            notes = [Path(f"/proc/{pid}/cwd").resolve() / "child" for pid in pids]
            assert eventually(lambda: all(note.exists() and note.read_text() for note in notes))
            pids += [note.read_text() for note in notes]
        assert all(alive(int(pid)) for pid in pids) and Path(kept).exists()
        server.kill()
    assert eventually(lambda: not any(alive(int(pid)) for pid in pids))
    assert eventually(lambda: not Path(kept).parents[1].exists())
    assert Store.open(store).vintages()


def test_the_table_of_jobs_names_functions_that_there_are() -> None:
    from importlib import import_module

    for place in JOBS.values():
        module, _, function = place.partition(":")
        assert module.startswith("customhouse.web.jobs.")
        assert callable(getattr(import_module(module), function))


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.dates(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_PLAIN)
def test_plain_data_comes_through_as_it_is(value: Any) -> None:
    reply = Reply("done", (value, Interval(1.0, 2.0)))
    assert unpack(pack(reply)) == reply


@given(st.binary(max_size=300) | st.builds(lambda b: b"\x80\x05" + b, st.binary(max_size=300)))
@settings(max_examples=300)
def test_bytes_that_are_no_message_do_no_harm(data: bytes) -> None:
    with suppress(NotPlain):
        unpack(data)
