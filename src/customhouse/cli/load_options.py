"""The options of the commands that take in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from customhouse.cli.shared_options import (
    _a_day,
    _choice,
    _hidden,
)
from customhouse.errors import PeriodError
from customhouse.period import parse_month


class Frequencies(StrEnum):
    """Months or years."""

    M = "M"
    A = "A"


def listed(text: str) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def names(text: str) -> frozenset[str]:
    """The parts of a list with commas, each once."""
    return frozenset(listed(text))


def _a_month(text: str) -> str:
    try:
        parse_month(text)
    except PeriodError as error:
        raise typer.BadParameter(str(error)) from error
    return text


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders or globs: CSV, Parquet, XLSX, XLS, ODS, JSON, packed or not; or texts: "
        ".txt .md .html .docx .pdf, claims in .jsonl.",
        show_default=False,
    ),
]

Into = Annotated[Path, typer.Option(help="The store; made where there is none.", **_hidden("STORE"))]

Map = Annotated[
    str | None,
    typer.Option(
        "--map",
        help="A mapping: a YAML file, or the name of one that comes along.",
        **_hidden("FILE"),
    ),
]

KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on",
        help="The day from which the figures are known; today by default.",
        callback=_a_day,
        **_hidden("DATE"),
    ),
]

Replace = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="The declared months stand alone: lines loaded earlier no longer count in them.",
    ),
]

Accept = Annotated[
    str,
    typer.Option(
        help="Doubts, by their codes, that shall not stop the load.",
        **_hidden("CODE,..."),
    ),
]

Reporter = Annotated[
    str | None,
    typer.Option(
        help="Whose trade, where the file does not say.",
        **_hidden("CODE"),
    ),
]

LoadFlow = Annotated[
    str | None,
    typer.Option(
        "--flow",
        help="exports or imports, where the file does not say.",
        **_hidden("FLOW"),
    ),
]

LoadPeriod = Annotated[
    str | None,
    typer.Option(
        "--period",
        help="2025-03 or 2025-01/2025-03, where the file does not say.",
        **_hidden("PERIOD"),
    ),
]

LoadUnit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        help="As 'CNY 10,000', where the file does not say.",
        **_hidden("UNIT"),
    ),
]

Service = Annotated[
    str,
    typer.Argument(
        help="comtrade, comtrade-bulk, comext, comext-bulk, census, gacc or sdmx-csv.",
        **_hidden("SERVICE"),
    ),
]

Periods = Annotated[
    str,
    typer.Option(
        help="Months, years or ranges of them: 2025-03, 2024, 2024-01/2025-03.",
        **_hidden("PERIOD,..."),
    ),
]

Reporters = Annotated[str, typer.Option(help="Whose trade; all by default.", **_hidden("CODE,..."))]

Partners = Annotated[str, typer.Option(help="With whom; all by default.", **_hidden("CODE,..."))]

Commodities = Annotated[str, typer.Option(help="HS codes, or TOTAL.", metavar="CODE,...")]

Flows = Annotated[str, typer.Option(help="exports, imports or both.", metavar="FLOW,...")]

Frequency = Annotated[Frequencies, typer.Option(help="Months or years.", **_choice(Frequencies))]

Dataset = Annotated[
    str | None,
    typer.Option(
        help="A data set of the service, or the address of a table.",
        **_hidden("NAME"),
    ),
]

Cache = Annotated[Path | None, typer.Option(help="A folder that keeps the answers.", **_hidden("DIR"))]

Url = Annotated[str | None, typer.Option(help="Another address of the service.", **_hidden("URL"))]

AsTexts = Annotated[
    bool,
    typer.Option("--texts", help="The files are texts, whatever they look like."),
]

Export = Annotated[
    Path | None,
    typer.Option(
        "--export",
        help="Write the rows set aside to a .csv, .xlsx or .parquet file.",
        **_hidden("FILE"),
    ),
]

Resubmit = Annotated[
    Path | None,
    typer.Option(
        "--resubmit",
        help="Take in such a file after correction.",
        **_hidden("FILE"),
    ),
]

Lines = Annotated[int, typer.Argument(help="How many lines.", min=1, **_hidden("N"))]

Out = Annotated[Path, typer.Option(help="The folder to write into.", **_hidden("DIR"))]

Seed = Annotated[int, typer.Option(help="The same seed draws the same lines.", metavar="N")]

First = Annotated[str, typer.Option("--from", help="The first month.", metavar="MONTH", callback=_a_month)]

Last = Annotated[str, typer.Option("--to", help="The last month.", metavar="MONTH", callback=_a_month)]

Defects = Annotated[
    float,
    typer.Option(
        help="The share of lines with a planted defect.",
        metavar="SHARE",
        min=0.0,
        max=1.0,
    ),
]

MapFile = Annotated[Path, typer.Argument(help="The table.", **_hidden("FILE"))]
