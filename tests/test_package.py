"""What holds for the package as a whole: imports on demand, words as data, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import customhouse

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FOLDERS = ("src", "tests", "docs", "examples", "scripts", "benchmarks", ".ci")
KINDS = {".py", ".md", ".toml", ".yaml", ".yml", ".csv", ".sh", ".txt", ".html", ".js", ".css", ""}
TEXTS = sorted(
    path
    for path in [*ROOT.iterdir(), *(p for folder in FOLDERS for p in (ROOT / folder).rglob("*"))]
    if path.is_file() and path.suffix in KINDS and "__pycache__" not in path.parts
)
# U+9FFF only marks the end of the block.
HAN = re.compile(r"[\u3400-\u9ffe\uf900-\ufaff]")
# The span of a script in a pattern; no word.
HAN_RANGE = re.compile(f"{HAN.pattern}-.")
# Written in pieces so that this file does not contain what it looks for.
MACHINE = re.compile("|".join([r"/(?:" + "home|Users" + r")/\w", "/wo" + "rk/", "/tm" + "p/", "/ro" + "ot/"]))
INDEX = re.compile("|".join(["--(?:extra-)?" + "index-url", "--find" + "-links", "files.python" + "hosted"]))


def printed(code: str) -> str:
    """What a fresh interpreter prints."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return result.stdout.strip()


def test_import_loads_nothing_heavy() -> None:
    code = (
        "import sys, customhouse; "
        "print([m for m in sys.modules if m.split('.')[0] in ('typer', 'rich', 'jinja2', 'opencc', 'pandas', "
        "'polars', 'pyarrow', 'ahocorasick_rs') or m.startswith('customhouse.')])"
    )
    assert printed(code) == "[]"


def test_a_command_loads_what_it_needs() -> None:
    """Pages and frames, and what tells the version, are not loaded to tell what the commands are."""
    code = (
        "import sys, customhouse.cli; "
        "print([m for m in ('jinja2', 'duckdb', 'pandas', 'polars', 'pyarrow', 'numpy', 'rich.progress', "
        "'importlib.metadata') if m in sys.modules])"
    )
    assert printed(code) == "[]"


def test_readers_of_sources_load_no_frames() -> None:
    """Arrow imports pandas for the first array that is made of a list: not where a module is imported."""
    code = (
        "import sys; from importlib import import_module; from pkgutil import iter_modules; "
        "import customhouse.records.sources as readers; "
        "[import_module(f'{readers.__name__}.{m.name}') for m in iter_modules(readers.__path__)]; "
        "print([m for m in sys.modules if m in ('pandas', 'polars')])"
    )
    assert printed(code) == "[]"


def test_public_names_load_on_use() -> None:
    assert all(hasattr(customhouse, name) for name in customhouse.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = customhouse.nothing


def test_version_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert f"## [{customhouse.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_chinese_literal_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    literals = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    docstrings = {id(node) for node in _docstrings(tree)}
    words = [node for node in literals if id(node) not in docstrings]
    bad = [f"line {n.lineno}: {n.value!r}" for n in words if HAN.search(HAN_RANGE.sub("", n.value))]
    assert not bad, "words belong into vocabulary/data"


def _docstrings(tree: ast.Module) -> list[ast.Constant]:
    """Strings that stand alone as statements: they explain, and no program reads them."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_stay_easy_to_enter(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320


def test_no_file_names_a_machine_or_a_package_host() -> None:
    bad = []
    for path in TEXTS:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if MACHINE.search(line) or INDEX.search(line):
                bad.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not bad


def test_every_extra_that_a_message_names_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set()
    for path in SOURCES:
        named |= set(re.findall(r"MissingExtra\([^)]*?\"(\w+)\"\)", path.read_text(encoding="utf-8")))
    assert named <= set(extras["optional-dependencies"])
