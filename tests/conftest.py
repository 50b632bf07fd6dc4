"""What all tests share: hypothesis profiles, the examples, and the folder beside the repository."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.testing
import yaml
from hypothesis import HealthCheck, settings

import browsing
import choosing
import serving
from customhouse.store.disk import lock

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# Processes of tests have the cores in use: their threads (these are told to what is started from here) need
# not wait for one another awake, nor halve sums of a few numbers.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

yaml.SafeLoader = yaml.CSafeLoader  # the tables of cases are read by every process of tests
# Commands are made of their functions once, not at every start of one: they keep nothing of it.
typer.testing._get_command = functools.cache(typer.testing._get_command)  # type: ignore[attr-defined]

# No deadline: a test never asserts a time. The same examples in each run; `make fuzz` looks for others.
settings.register_profile("default", deadline=None, max_examples=choosing.USUAL, derandomize=True)
settings.register_profile(
    "fuzz", deadline=None, max_examples=choosing.MOST, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


LONGEST = (
    "test_engines", "test_docs", "test_faults", "test_web_killed", "test_web_query_browser", "test_load",
    "test_quarantine", "test_compile_properties", "test_cli_statistics",
)  # fmt: skip
"""Files of tests that take longest. They begin first, so that no process is left with one at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: servers, browsers and disks keep some of them waiting."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


gc.disable()  # of ten thousand tests none is garbage: looking for it is a third of the time to collect them


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays: looking at it again and again is a twentieth of all time
    gc.set_threshold(5_000, 20, 20)  # and the modules that tests import stay as well
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with browsing.chromium() as found:
        yield found


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that nobody may load into: all tests of the counter, in every process of theirs, share it."""
    place = tmp_path_factory.getbasetemp()
    folder = (place.parent if "PYTEST_XDIST_WORKER" in os.environ else place) / "counter"
    with lock(folder.with_name("counter.lock"), 600, None):
        made = folder / "store.made"
        if not made.exists():
            folder.mkdir()
            serving.small_store(folder)
            made.touch()
    return folder / "store"


@pytest.fixture(scope="session")
def counter(small_store: Path) -> Iterator[serving.Serving]:
    with serving.served(small_store, "--per-minute", "0", "--working", "1") as found:
        yield found


@pytest.fixture(scope="session")
def app_client(small_store: Path) -> Iterator[Any]:
    """A client of the application in this process; its errors are answers, as over the network."""
    from starlette.testclient import TestClient

    from customhouse.web.app import make_app
    from customhouse.web.settings import Settings

    settings = Settings(per_minute=0, working=1, seconds=300)  # a slow machine fails no test
    with TestClient(make_app(small_store, settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is not beside the repository")
    return SHARED
