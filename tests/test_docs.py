"""The documentation does what it says: commands and Python blocks run, links lead somewhere."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.desk import Loading, open_store
from customhouse.simulate import simulate
from service import comtrade, service
from serving import served

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks" / "README.md"])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)")


def blocks(page: Path, kind: str) -> list[str]:
    return [body for name, body in FENCE.findall(page.read_text(encoding="utf-8")) if name == kind]


ELSEWHERE = {"january-february.md": "test_january_february.py"}
"""Pages whose code needs the data beside the repository, and the tests that run it."""
RUN = [
    page for page in PAGES
    if (blocks(page, "console") or blocks(page, "python")) and page.name not in ELSEWHERE
]  # fmt: skip
"""The pages that are run: their blocks in order, each page in a folder of its own."""
STORE = "statistics"
LINES = 20_000
ADDRESS = "http://127.0.0.1:8000"
"""Where the documentation's servers listen."""
ADDRESSES: dict[Path, str] = {}
"""Where they listen in tests, by the folder of the page."""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of simulated declarations, as the statistics tutorial makes it."""
    folder = tmp_path_factory.mktemp("store")
    simulate(LINES, folder / "declarations")
    with open_store(folder / STORE, create=True) as desk:
        desk.load([folder / "declarations" / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
    return folder


@pytest.fixture
def desk(tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the examples in it, as the documentation supposes; commands run there."""
    shutil.copytree(examples, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with service(comtrade(["842", "392"])) as running:  # where the documentation asks UN Comtrade
        monkeypatch.setenv("CUSTOMHOUSE_COMTRADE_URL", running.url)
        monkeypatch.setenv("COMTRADE_API_KEY", "k3y")
        yield tmp_path


@pytest.mark.parametrize("page", RUN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_blocks_run(page: Path, desk: Path, request: pytest.FixtureRequest) -> None:
    ran = [(kind, body) for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind in RUNNERS]
    first = next((body for _, body in ran if re.search(rf"\b{STORE}\b", body)), "")
    if first and f"--into {STORE}" not in first:  # a page that does not make the store supposes one
        shutil.copytree(request.getfixturevalue("store"), desk, dirs_exist_ok=True, copy_function=os.link)
    with ExitStack() as servers:
        for kind, body in ran:
            RUNNERS[kind](body, desk, servers)


def run_commands(body: str, folder: Path, servers: ExitStack) -> None:
    for command in (line[2:] for line in body.splitlines() if line.startswith("$ ")):
        if command.startswith("customhouse serve "):
            serve(command, folder, servers)
            continue
        command = command.replace(ADDRESS, ADDRESSES.get(folder, ADDRESS))
        code, stdout, stderr = outcome(command)
        said = stderr if "-v" not in command.split() else ""
        assert (command, code, said) == (command, 0, "")
        output = re.search(r"(?:-o|--export) (\S+)", command)
        assert stdout or (output and (folder / output[1]).stat().st_size), command


def outcome(command: str) -> tuple[int, str, str]:
    """Exit code and output of a command; in this process where no shell is needed, to save its start."""
    program, *arguments = shlex.split(command)
    if program == "customhouse" and not {"|", "-v"} & set(arguments):
        result = CliRunner().invoke(app, arguments, prog_name=program)
        return result.exit_code, result.stdout, result.stderr
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def serve(command: str, folder: Path, servers: ExitStack) -> None:
    """Start a server that answers until the page ends; what follows finds it at a port of its own."""
    _, _, store, *options = shlex.split(command)
    found = servers.enter_context(served(folder / store, *options))
    ADDRESSES[folder] = found.address


def run_script(body: str, folder: Path, servers: ExitStack) -> None:
    body = body.replace(ADDRESS, ADDRESSES.get(folder, ADDRESS))
    exec(compile(body, folder.name, "exec"), {"__name__": "__main__"})


RUNNERS = {"console": run_commands, "python": run_script}


def test_the_python_of_the_readme_is_short() -> None:
    lines = [line for line in blocks(ROOT / "README.md", "python")[0].splitlines() if line.strip()]
    assert len(lines) <= 10


def test_reference_is_not_stale() -> None:
    generator: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "generate_reference.py"))
    assert generator["stale"]() == [], "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    missing = [path for path, _ in links if not (page.parent / path).exists()]
    assert not missing


def test_every_module_of_the_layout_exists() -> None:
    layout = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    block = next(b for b in blocks(ROOT / "docs" / "design.md", "text") if b.startswith("src/customhouse/"))
    assert block in layout
    named = re.findall(r"^  (\w+(?:\.py|/))", block, re.MULTILINE)
    real = {
        f"{p.name}/" if p.is_dir() else p.name
        for p in (ROOT / "src" / "customhouse").iterdir()
        if p.suffix == ".py" or (p.is_dir() and p.name != "__pycache__")
    }
    assert set(named) == real


def test_each_demo_text_tells_its_source_and_date(examples: Path) -> None:
    for path in (one for one in examples.iterdir() if one.suffix in (".md", ".txt")):
        last = path.read_text(encoding="utf-8").rstrip().splitlines()[-1]
        assert re.match(r"Source: .*\b20\d\d\.|来源：.*20\d\d年", last), path.name
