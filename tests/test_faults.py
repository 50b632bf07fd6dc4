"""Loads that die, find no room, no file or no right: the store keeps its last whole state."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from customhouse.cube import open_cube
from customhouse.engine import DuckDB
from customhouse.errors import CustomhouseError, InputError, OutputError, StoreBusy, StoreError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.store import PARTS, Store
from declaring import TODAY, declared, delimited, load, parquet

MORE = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
NOBODY = 65534
Ask = Callable[..., list[str]]
CENTS = (1_000_00, 2_000_00)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """A process that loads in children of its own (loading_worker)."""
    worker = Path(__file__).with_name("loading_worker.py")
    with subprocess.Popen(
        [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout

        def asked(**task: Any) -> list[str]:
            print(
                json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in task.items()}),
                file=process.stdin,
                flush=True,
            )
            return json.loads(process.stdout.readline())  # type: ignore[no-any-return,union-attr]

        yield asked
        process.stdin.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    path = Path(tempfile.mkdtemp(prefix="faults-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def store(folder: Path) -> Store:
    return Store.create(folder / "store")


def input_file(folder: Path, kind: str) -> Path:
    """Two months with 1000 and 2000 yuan of exports."""
    if kind == "table":
        path = folder / "table.json"
        path.write_text(json.dumps(CENTS), encoding="utf-8")
        return path
    lines = [
        declared("A", date=day, value=cents / 100)
        for day, cents in zip((_day(24300), _day(24301)), CENTS, strict=True)
    ]
    return parquet(folder / "lines.parquet", lines)


def _day(month: int) -> Any:
    from datetime import date

    return date(month // 12, month % 12 + 1, 14)


def hashes(store: Store) -> dict[str, str]:
    """Every file that counts, by its content."""
    paths = [store.file(f) for v in store.vintages() for f in v.files] + sorted(
        (store.path / "manifest").glob("[0-9]*")
    )
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def holds(store: Store, engine: DuckDB, before: dict[str, str]) -> None:
    """All that counted still does, unchanged, and every load that counts is whole."""
    now = hashes(store)
    assert before.items() <= now.items()
    for vintage in store.vintages():
        assert vintage.counts.taken_in == vintage.counts.accepted == 2
        cube = open_cube(store, engine, source=vintage.source)
        assert [cube.level(Slice(flow="exports"), Period(m, m)).amount for m in (24300, 24301)] == [
            1000,
            2000,
        ]  # type: ignore[union-attr]


def swept(store: Store) -> None:
    """No file is left that no manifest names."""
    named = {f.path for v in store.vintages() for f in v.files}
    there = {
        str(p.relative_to(store.path))
        for part in PARTS
        for p in (store.path / part).rglob("*")
        if p.is_file()
    }
    assert there == named
    assert not (store.path / "staging").exists() or not list((store.path / "staging").iterdir())
    assert not list((store.path / "manifest").glob(".*"))


@pytest.mark.parametrize("kind", ["declarations", "table"])
def test_a_load_killed_at_any_step_leaves_the_last_whole_state(
    ask: Ask, engine: DuckDB, store: Store, folder: Path, kind: str
) -> None:
    file = input_file(folder, kind)
    assert ask(store=store.path, file=file, source="first", kind=kind) == ["loaded 1"]
    before = hashes(store)
    steps = range(200) if MORE else [*range(0, 24, 6), *range(24, 200, 20)]
    died = 0
    for step in steps:
        (said,) = ask(store=store.path, file=file, source=f"step-{step}", kind=kind, step=step)
        if said != "killed":
            assert said.startswith("loaded")
            break
        died += 1
        holds(store, engine, before)
        before = hashes(store)
    assert died >= 5
    assert ask(store=store.path, file=file, source="last", kind=kind)[0].startswith("loaded")
    holds(store, engine, before)
    swept(store)


@pytest.mark.parametrize("kind", ["declarations", "table"])
def test_a_load_killed_at_any_moment_leaves_the_last_whole_state(
    ask: Ask, engine: DuckDB, store: Store, folder: Path, kind: str
) -> None:
    import time

    file = input_file(folder, kind)
    began = time.monotonic()
    assert ask(store=store.path, file=file, source="first", kind=kind) == ["loaded 1"]
    whole_s, draw, before = time.monotonic() - began, random.Random(), hashes(store)
    for n in range(400 if MORE else 6):
        ask(store=store.path, file=file, source=f"moment-{n}", kind=kind, seconds=draw.uniform(0, whole_s))
        holds(store, engine, before)
        before = hashes(store)
    assert ask(store=store.path, file=file, source="last", kind=kind)[0].startswith("loaded")
    swept(store)


def test_loads_at_once_end_in_order(ask: Ask, engine: DuckDB, store: Store, folder: Path) -> None:
    file = input_file(folder, "declarations")
    said = ask(store=store.path, file=file, source="s", kind="declarations", together=3)
    assert sorted(said) == ["loaded 1", "loaded 2", "loaded 3"]
    assert [v.counts.accepted for v in store.vintages()] == [2, 0, 0]
    swept(store)


def test_a_load_beside_another_is_refused_once_it_has_no_more_patience(
    ask: Ask, store: Store, folder: Path, tmp_path: Path
) -> None:
    file = input_file(folder, "declarations")
    waits: list[None] = []
    with store.loading():
        (said,) = ask(store=store.path, file=file, source="s", kind="declarations", patience=0.1)
        assert said == f"StoreBusy: {store.path}: another load is under way; try again when it has ended"
        with pytest.raises(StoreBusy), store.loading(patience_s=0.3, told=lambda: waits.append(None)):
            pass
    assert waits and not store.vintages()
    assert ask(store=store.path, file=file, source="s", kind="declarations") == ["loaded 1"]


@pytest.mark.parametrize("kind", ["declarations", "table"])
def test_a_disk_without_room_leaves_the_last_whole_state(
    ask: Ask, engine: DuckDB, store: Store, folder: Path, kind: str
) -> None:
    file = input_file(folder, kind)
    ask(store=store.path, file=file, source="first", kind=kind)
    before = hashes(store)
    for room in (0, 100, 2_000, 5_000):
        (said,) = ask(store=store.path, file=file, source="next", kind=kind, room=room)
        if said.startswith("loaded"):
            break
        assert said.startswith("EngineError: no room") or (
            said.startswith("OutputError: ") and str(store.path) in said
        )
        assert "\n" not in said
        holds(store, engine, before)
        assert hashes(store) == before
    assert ask(store=store.path, file=file, source="last", kind=kind)[0].startswith("loaded")
    swept(store)


def test_a_small_disk_that_fills_up(engine: DuckDB, folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        store = Store.create(disk / "store")
        loaded = 0
        with pytest.raises(OutputError) as caught:
            for n in range(60):
                lines = [declared(f"{n}-{m}", value=m + 1, trader_id=f"{n * m:x}") for m in range(300)]
                load(store, engine, parquet(folder / "a.parquet", lines))
                loaded += 1
        assert str(disk) in str(caught.value) and "\n" not in str(caught.value)
        assert loaded == len(store.vintages()) > 0
        swept_counts = {v.counts.accepted for v in store.vintages()}
        assert swept_counts == {300}
        level = open_cube(store, engine).level(Slice(flow="exports"), Period(24302, 24302), "lines")
        assert level is not None and level.amount == 300 * loaded
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("call", ["link", "replace", "fsync", "mkdir"])
def test_errors_of_the_disk_are_told_with_their_place(
    engine: DuckDB, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = input_file(folder, "declarations")
    load(store, engine, file, source="first")
    before = hashes(store)

    def full(path: Any, *more: Any, **named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        with pytest.raises(OutputError) as caught:
            load(store, engine, file, source="next")
    assert "No space left on device" in str(caught.value) and "\n" not in str(caught.value)
    assert hashes(store) == before
    load(store, engine, file, source="next")
    swept(store)


def test_disks_without_links_are_served(
    engine: DuckDB, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*given: Any, **named: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    load(store, engine, input_file(folder, "declarations"))
    holds(store, engine, {})
    swept(store)


def broken_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files that cannot be used, with words that must be told of each."""
    whole = parquet(
        folder / "whole.parquet", [declared(f"D{n}", value=n + 1) for n in range(3000)]
    ).read_bytes()
    text = delimited(folder / "whole.csv", [declared(f"D{n}") for n in range(500)]).read_bytes()
    yield folder / "none.parquet", "no such file"
    (folder / "folder.csv").mkdir()
    yield folder / "folder.csv", "folder"
    packed = gzip.compress(text)
    made = {
        "cut.parquet": whole[: len(whole) // 2],
        "headless.parquet": b"PAR1" + whole[4 + len(whole) // 3 :],
        "cut.csv.gz": packed[: len(packed) // 2],
        "no.csv.gz": packed[:10] + b"\0" * 200 + packed[210:],
        "empty.csv": b"",
        "cut.xlsx": b"PK\x03\x04" + b"\0" * 50,
        "page.csv": b"<!DOCTYPE html><html></html>",
        "none.bin": bytes(range(256)) * 20,
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
        yield folder / name, ""
    damaged = bytearray(whole)
    damaged[200:260] = b"\xff" * 60
    (folder / "damaged.parquet").write_bytes(damaged)
    yield folder / "damaged.parquet", ""


def test_files_that_cannot_be_used_are_named_and_nothing_is_loaded(
    engine: DuckDB, store: Store, folder: Path
) -> None:
    good = input_file(folder, "declarations")
    load(store, engine, good, source="first")
    before = hashes(store)
    for path, words in broken_files(folder):
        with pytest.raises(InputError) as caught:
            load(store, engine, good, path, source="next")
        told = str(caught.value)
        assert str(path) in told and words in told and "\n" not in told, told
        assert hashes(store) == before
        swept(store)


def test_files_and_stores_without_the_right_to_them(
    ask: Ask, engine: DuckDB, folder: Path, store: Store
) -> None:
    file = input_file(folder, "declarations")
    for path in folder, file:
        path.chmod(0o755)
    as_user = {"user": NOBODY} if os.getuid() == 0 else {}
    load(store, engine, file, source="first")
    before = hashes(store)
    for path in (store.path, *store.path.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (said,) = ask(store=store.path, file=file, source="next", kind="declarations", **as_user)
    assert said.startswith(f"OutputError: {store.path}") and "Permission denied" in said
    for path in (store.path, *store.path.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    file.chmod(0)
    (said,) = ask(store=store.path, file=file, source="next", kind="declarations", **as_user)
    assert said.startswith(f"UnreadableFile: {file}")
    assert hashes(store) == before
    holds(store, engine, before)


def spoilt(text: str) -> Iterator[str]:
    row = json.loads(text)
    yield text[: len(text) // 2]
    yield ""
    yield "[]"
    yield "7"
    yield "\udcff"
    for key in row:
        if key in ("files", "counts", "known_on", "number", "kind", "source"):
            yield json.dumps({k: v for k, v in row.items() if k != key})
    yield json.dumps(row | {"number": 9})
    yield json.dumps(row | {"known_on": "yesterday"})
    yield json.dumps(row | {"files": [{"part": "cells", "month": "2025-15", "path": "x", "rows": 1}]})
    yield json.dumps(row | {"surprise": 1})


def test_a_damaged_manifest_stops_everything_and_loses_nothing(
    engine: DuckDB, store: Store, folder: Path
) -> None:
    file = input_file(folder, "declarations")
    for source in ("a", "b", "c"):
        load(store, engine, file, source=source)
    manifest = store.path / "manifest" / "000002.json"
    text = manifest.read_text(encoding="utf-8")
    data = {p: p.read_bytes() for part in PARTS for p in (store.path / part).rglob("*.parquet")}

    def refused() -> str:
        with pytest.raises(StoreError) as caught:
            store.vintages()
        with pytest.raises(StoreError):
            load(store, engine, file, source="d")
        assert {p: p.read_bytes() for part in PARTS for p in (store.path / part).rglob("*.parquet")} == data
        assert "\n" not in str(caught.value)
        return str(caught.value)

    for bad in spoilt(text):
        manifest.write_text(bad, encoding="utf-8", errors="surrogateescape")
        assert str(manifest) in refused()
    manifest.unlink()
    assert "000003.json" in refused()
    (store.path / "manifest").rename(folder / "away")
    assert str(store.path / "manifest") in refused()
    (folder / "away").rename(store.path / "manifest")
    manifest.write_text(text, encoding="utf-8")
    holds(store, engine, {})
    load(store, engine, file, source="d")


def test_manifests_lost_at_the_end_are_noticed_by_their_files(
    engine: DuckDB, store: Store, folder: Path
) -> None:
    file = input_file(folder, "declarations")
    for source in ("a", "b", "c"):
        load(store, engine, file, source=source)
    for number in (2, 3):
        (store.path / "manifest" / f"00000{number}.json").unlink()
    data = sorted(p for part in PARTS for p in (store.path / part).rglob("*.parquet"))
    with pytest.raises(StoreError, match="no manifest names it"):
        load(store, engine, file, source="d")
    assert sorted(p for part in PARTS for p in (store.path / part).rglob("*.parquet")) == data


def test_data_that_are_gone_or_damaged_are_told(engine: DuckDB, store: Store, folder: Path) -> None:
    vintage = load(store, engine, input_file(folder, "declarations"))
    gone = store.file(next(f for f in vintage.files if f.part == "cells"))
    gone.write_bytes(gone.read_bytes()[:40])
    with pytest.raises(CustomhouseError) as caught:
        open_cube(store, engine).level(Slice(flow="exports"), Period(24300, 24300))
    assert gone.name in str(caught.value)
    gone.unlink()
    with pytest.raises(StoreError, match="named by a manifest but gone"):
        open_cube(store, engine).level(Slice(flow="exports"), Period(24300, 24300))


def test_files_of_others_in_a_store_are_left_alone(engine: DuckDB, store: Store, folder: Path) -> None:
    notes = [store.path / "cells" / "README.txt", store.path / "notes.md"]
    for note in notes:
        note.write_text("mine", encoding="utf-8")
    load(store, engine, input_file(folder, "declarations"))
    assert [note.read_text(encoding="utf-8") for note in notes] == ["mine", "mine"]


def test_a_command_that_ends_well_or_badly_leaves_no_noise(store: Store, folder: Path) -> None:
    file = input_file(folder, "declarations")
    script = """
import sys
from datetime import date
from pathlib import Path
from customhouse.compiling.load import Declarations, load_declarations
from customhouse.cube import open_cube
from customhouse.engine import open_engine
from customhouse.errors import CustomhouseError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.store import Store
store = Store.open(sys.argv[1])
try:
    with open_engine() as engine:
        load_declarations(store, Declarations([Path(sys.argv[2])], known_on=date(2025, 4, 10)), engine)
        print(open_cube(store, engine).level(Slice(flow="exports"), Period(24300, 24300)).amount)
except CustomhouseError as error:
    print(error)
"""
    for path, words in (
        (file, "1000"),
        (folder / "none.csv", f"{folder}/none.csv: no such file; check the name"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, str(store.path), str(path)], capture_output=True, text=True
        )
        assert (done.stdout.strip(), done.stderr) == (words, "")
    assert not [p for p in Path(tempfile.gettempdir()).glob("customhouse-*") if p.stat().st_uid == -1]
    assert TODAY and pq
