"""Options that the commands about statistics share, and the checks on them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


def day(text: str | None) -> date | None:
    """A day as the options take it, already checked."""
    return None if text is None else date.fromisoformat(text)


def _a_day(text: str | None) -> str | None:
    if text is not None:
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r}: not a day; write it as 2025-03-14") from error
    return text


def _choice(kind: type[StrEnum]) -> dict[str, Any]:
    return {"metavar": "|".join(kind)}


def _hidden(metavar: str) -> dict[str, Any]:
    return {"metavar": metavar, "show_default": False}


StorePath = Annotated[Path, typer.Argument(help="The store.", **_hidden("STORE"))]

Source = Annotated[
    str | None,
    typer.Option(
        help="Whose figures: a reader's name (comtrade, comext, census, gacc, sdmx-csv), declarations, or "
        "one of your own.",
        **_hidden("NAME"),
    ),
]

Currency = Annotated[
    str | None, typer.Option(help="Of values, where not that of the source.", **_hidden("CODE"))
]

EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        help="duckdb, spark, or the address of a Spark master.",
        metavar="ENGINE",
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

