"""What a command writes is none of what it reads: an input that is written over is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from glob import glob
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand
from typer.models import CommandInfo

from customhouse.errors import OutputError

_WRITTEN = ("output", "to", "aside", "export")
"""What commands call the files that they write."""


def register(app: typer.Typer) -> None:
    """Have every command of the command line look before it writes."""
    for command in _commands(app):
        command.cls = ApartCommand


class ApartCommand(TyperCommand):
    """A command that never writes over what it reads, nor two things into one file."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command with what was given. Raises OutputError."""
        refuse(ctx.params)
        return super().invoke(ctx)


def refuse(given: Mapping[str, Any]) -> None:
    """Raises OutputError where a command is to write what it reads, or two things into one file."""
    written = [Path(given[name]) for name in _WRITTEN if isinstance(given.get(name), str | Path)]
    for other in _read(given):
        for path in written:
            if path.is_file() and _same(path, other):
                raise OutputError(f"{path}: one of the inputs, which would be lost; name another file")
    if len({path.resolve() for path in written}) < len(written):
        raise OutputError(f"{written[-1]}: two outputs in one file; name another for one of them")


def _read(given: Mapping[str, Any]) -> Iterator[str | Path]:
    """Everything given that may name files, but for what is written."""
    for name, value in given.items():
        if name not in _WRITTEN:
            found = value if isinstance(value, list | tuple) else [value]
            yield from (one for one in found if isinstance(one, str | Path))


def _same(path: Path, other: str | Path) -> bool:
    """Whether a path is another, or one of those that a pattern stands for."""
    try:
        found = glob(str(other)) if set("*?[") & set(str(other)) else [other]
        return any(os.path.samefile(path, one) for one in found)
    except (OSError, ValueError):
        return False


def _commands(of: typer.Typer) -> Iterator[CommandInfo]:
    """All commands, those of groups too."""
    yield from of.registered_commands
    for group in of.registered_groups:
        if group.typer_instance is not None:
            yield from _commands(group.typer_instance)
