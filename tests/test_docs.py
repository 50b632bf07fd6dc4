"""The documentation does what it says: commands and Python blocks run, links lead somewhere."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks" / "README.md"])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)")


def blocks(page: Path, kind: str) -> list[str]:
    return [body for name, body in FENCE.findall(page.read_text(encoding="utf-8")) if name == kind]


CONSOLES = [
    pytest.param(commands, id=f"{page.name}: {commands[0]}")
    for page in PAGES
    for block in blocks(page, "console")
    if (commands := [line[2:] for line in block.splitlines() if line.startswith("$ ")])
]
SCRIPTS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page, "python"), 1)
]


@pytest.fixture
def desk(tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples in it, as the documentation supposes; commands run there."""
    shutil.copytree(examples, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("commands", CONSOLES)
def test_commands_run(commands: list[str], desk: Path) -> None:
    for command in commands:
        result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr if "-v" not in command else "") == (0, "")
        output = re.search(r"-o (\S+)", command)
        assert result.stdout or (output and (desk / output[1]).stat().st_size)


@pytest.mark.parametrize("script", SCRIPTS)
def test_python_runs(script: str, desk: Path) -> None:
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


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
    for path in examples.iterdir():
        last = path.read_text(encoding="utf-8").rstrip().splitlines()[-1]
        assert re.match(r"Source: .*\b20\d\d\.|来源：.*20\d\d年", last), path.name
