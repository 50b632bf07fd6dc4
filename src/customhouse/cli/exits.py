"""How a run ends: the exit codes, and every expected error as one line on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from glob import glob
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from customhouse.errors import (
    ControlFailure,
    CustomhouseError,
    InputError,
    MissingExtra,
    OutputError,
    PriceError,
    QueryError,
    SeasonsError,
    ServiceError,
    StoreBusy,
    StoreError,
    SurveyError,
    TargetingError,
)

PROGRAM = "customhouse"
OK, CONTRADICTED, USAGE, UNREAD, UNWRITTEN = range(5)
STOPPED = 130
_WRITTEN = ("output", "to", "aside", "export")
"""What commands call the files that they write."""
_WRAPPING = "Value error, "
"""What newer versions of Typer put before the message on a choice that is none."""
CODES = (
    "Exit codes: 0 all went well · 1 contradictions were found and --strict was given, or figures that look "
    "valid and are not stopped a load · 2 wrong usage, or a question that cannot be answered · "
    "3 some inputs could not be read · 4 an output could not be written, or an optional part is missing."
)
_EXTRAS = dict.fromkeys(
    ("duckdb", "httpx", "narwhals", "numpy", "openpyxl", "pyarrow", "python_calamine", "yaml"), "compile"
) | dict.fromkeys(("sklearn", "skops", "threadpoolctl"), "targeting")
"""The extra that brings a package which a command found missing."""
_ENDS = (
    (ControlFailure, CONTRADICTED), (QueryError, USAGE), (InputError, UNREAD), (ServiceError, UNREAD),
    (StoreBusy, UNWRITTEN), (StoreError, UNREAD), (SurveyError, USAGE),
    (SeasonsError, USAGE), (PriceError, USAGE),
    (TargetingError, USAGE),
)
"""How errors end a run; all others as an output that could not be written."""


def tell(message: str, code: int) -> int:
    """Say `message` in one line on standard error; returns `code`."""
    typer.echo(f"{PROGRAM}: {' '.join(message.split())}", err=True)
    return code


def _same(path: Path, other: str | Path) -> bool:
    """Whether a path is another, or one of those that a pattern stands for."""
    try:
        found = glob(str(other)) if set("*?[") & set(str(other)) else [other]
        return any(os.path.samefile(path, one) for one in found)
    except (OSError, ValueError):
        return False


def apart(given: Mapping[str, Any]) -> None:
    """Raises OutputError where a command is to write what it reads, or two things into one file."""
    written = [Path(given[name]) for name in _WRITTEN if isinstance(given.get(name), str | Path)]
    for name, value in given.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            lost = isinstance(one, str | Path) and name not in _WRITTEN and next(
                (path for path in written if _same(path, one)), None
            )  # fmt: skip
            if lost:
                raise OutputError(f"{lost}: one of the inputs, which would be lost; name another file")
    if len({path.resolve() for path in written}) < len(written):
        raise OutputError(f"{written[-1]}: two outputs in one file; name another for one of them")


class OneLineCommand(TyperCommand):
    """A command that never writes what it reads."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command with what was given."""
        apart(ctx.params)
        return super().invoke(ctx)


class OneLineGroup(TyperGroup):
    """Commands whose every error is one line on standard error with an exit code of ours."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run; ends the process unless `standalone_mode` is off."""
        run = partial(super().main, *args, **extra | {"standalone_mode": False})
        if not extra.get("standalone_mode", True):
            return run()
        sys.exit(_guarded(run))


def _hush() -> None:
    """Write no more to standard output, not even what is left at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(run: Callable[[], Any]) -> int:
    """The exit code of `run`, with every expected error told in one line."""
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else OK
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else PROGRAM
        message = error.format_message().replace(_WRAPPING, "").rstrip(".")
        return tell(f"{message}; see '{command} --help'", USAGE)
    except CustomhouseError as error:
        return tell(str(error), next((code for kind, code in _ENDS if isinstance(error, kind)), UNWRITTEN))
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRAS:
            raise
        return tell(str(MissingExtra("This command", _EXTRAS[package])), UNWRITTEN)
    except BrokenPipeError:
        _hush()
        return OK
    except OSError as error:
        if error.filename is not None:
            raise
        _hush()
        return tell(f"standard output cannot be written ({error.strerror or error})", UNWRITTEN)
    except (KeyboardInterrupt, typer.Abort):
        return tell("stopped", STOPPED)
