"""The options that commands share, and the checks on them."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from customhouse.cli.exits import PROGRAM
from customhouse.errors import PeriodError
from customhouse.texts import check_published


class Lang(StrEnum):
    """Languages of what is shown."""

    en = "en"
    zh = "zh"


class ReadFormat(StrEnum):
    """What `read` can print or write."""

    terminal = "terminal"
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


class ReconcileFormat(StrEnum):
    """What `reconcile` can print or write."""

    terminal = "terminal"
    json = "json"


def _published(text: str | None) -> str | None:
    if text is not None:
        try:
            check_published(text)
        except PeriodError as error:
            raise typer.BadParameter(str(error)) from error
    return text


def _verbose(on: bool) -> None:
    if on:
        logging.basicConfig(stream=sys.stderr, format="%(message)s")
        logging.getLogger(PROGRAM).setLevel(logging.INFO)


def _version(on: bool) -> None:
    if on:
        from importlib.metadata import version

        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files (.txt .md .html .pdf .docx), folders, globs, or - for standard input.",
        show_default=False,
    ),
]
Published = Annotated[
    str | None,
    typer.Option(
        help="When the texts were published, a day or month (2025-04-14, 2025-04), in place of "
        "the date found in each.",
        metavar="DATE",
        callback=_published,
        show_default=False,
    ),
]
Directions = Annotated[
    bool,
    typer.Option(
        "--directions", help="Also what is said without a number, such as a deficit or exports that fell."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write to this file, whole or not at all.", metavar="FILE", show_default=False
    ),
]
Language = Annotated[
    Lang, typer.Option("--lang", help="Language of what is shown.", metavar="|".join(Lang))
]
Strict = Annotated[bool, typer.Option("--strict", help="End with exit code 1 on contradictions.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Show every figure that follows, not the first ten alone.")
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Log what is done and how long it takes.", callback=_verbose),
]
Version = Annotated[
    bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
]
ReadForm = Annotated[
    ReadFormat | None,
    typer.Option(
        "--format",
        help="By default from the output's ending, else terminal.",
        metavar="|".join(ReadFormat),
        show_default=False,
    ),
]
ReconcileForm = Annotated[
    ReconcileFormat, typer.Option("--format", help="How to write it.", metavar="|".join(ReconcileFormat))
]
Page = Annotated[
    str, typer.Option("--output", "-o", help="The page to write; - for standard output.", metavar="FILE")
]
