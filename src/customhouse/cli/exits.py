"""How a run ends: the exit codes, and every expected error as one line on standard error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from customhouse.errors import (
    ControlFailure,
    CustomhouseError,
    InputError,
    MissingExtra,
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
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of what takes no more."""
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
        if error.filename is not None or error.errno not in _FULL:
            raise
        _hush()
        return tell(f"standard output cannot be written ({error.strerror or error})", UNWRITTEN)
    except (KeyboardInterrupt, typer.Abort):
        return tell("stopped", STOPPED)
