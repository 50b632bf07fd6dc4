"""The options of the commands that ask."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from customhouse.cli.shared_options import (
    _a_day,
    _choice,
    _hidden,
)


def _plain(meaning: str, metavar: str = "CODE") -> Any:
    """An option that is left out or has one value."""
    return typer.Option(help=meaning, **_hidden(metavar))


class AnswerFormat(StrEnum):
    """What `query` can print or write."""

    terminal = "terminal"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class TradeSystem(StrEnum):
    """IMTS 2010, chapter II."""

    general = "general"
    special = "special"


class PartnerConcept(StrEnum):
    """IMTS 2010, chapter VI."""

    origin = "origin"
    consignment = "consignment"


class Returned(StrEnum):
    """Whether re-exports and re-imports are part of exports and imports."""

    included = "included"
    apart = "apart"


class FirstOrLatest(StrEnum):
    """As first published, or as last revised."""

    first = "first"
    latest = "latest"


def answer_format(form: AnswerFormat | None, output: Path | None) -> AnswerFormat:
    """The format that is meant: as said, else by the output's ending."""
    if form is not None:
        return form
    ending = output.suffix.lower().lstrip(".") if output else "txt"
    if ending == "txt":
        return AnswerFormat.terminal
    if ending not in ("csv", "json", "parquet"):
        raise typer.BadParameter(f"{output}: say which --format, or name it .csv, .json, .parquet or .txt")
    return AnswerFormat(ending)


Question = Annotated[
    str,
    typer.Argument(
        help='In Chinese or English: "exports to ASEAN by month 2024".',
        **_hidden("QUESTION"),
    ),
]

History = Annotated[
    str,
    typer.Argument(
        help='A figure whose revisions are wanted: "exports to ASEAN 2025-03".',
        **_hidden("QUESTION"),
    ),
]

By = Annotated[
    str | None,
    typer.Option(
        help="month, quarter, half, year, ytd; partner, hs2, hs4, hs6, hs8, enterprise, region, regime, "
        "transport; two with a comma.",
        **_hidden("AXIS,..."),
    ),
]

Top = Annotated[int | None, typer.Option(help="The largest parts alone.", min=1, **_hidden("N"))]

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="As the statistics were known on that day.",
        callback=_a_day,
        **_hidden("DATE"),
    ),
]

KnownFirst = Annotated[
    FirstOrLatest | None,
    typer.Option(
        "--known",
        help="As first published, or as last revised.",
        metavar="|".join(FirstOrLatest),
        show_default=False,
    ),
]

System = Annotated[TradeSystem, typer.Option(help="General or special trade.", **_choice(TradeSystem))]

PartnerBy = Annotated[
    PartnerConcept,
    typer.Option(
        "--partner-by",
        help="Partner by origin and destination, or by consignment.",
        **_choice(PartnerConcept),
    ),
]

ReturnedGoods = Annotated[
    Returned,
    typer.Option(
        "--returned",
        help="Re-exports and re-imports: part of exports and imports, or apart.",
        **_choice(Returned),
    ),
]

AnswerForm = Annotated[
    AnswerFormat | None,
    typer.Option(
        "--format",
        help="By default from the output's ending, else terminal.",
        show_default=False,
        **_choice(AnswerFormat),
    ),
]

Against = Annotated[Path, _plain("The store whose statistics decide.", "STORE")]

EveryClaim = Annotated[
    bool,
    typer.Option(
        "--all", help="Also the arithmetic of figures that hold, and the figures that the statistics lack."
    ),
]
BaseKnown = Annotated[
    FirstOrLatest | None,
    typer.Option(
        "--base-known",
        help="Growth on the base as first published, or as last revised.",
        metavar="|".join(FirstOrLatest),
        show_default=False,
    ),
]
Measure = Annotated[str | None, _plain("value, quantity, price, growth, share, rank, record ...", "NAME")]
Flow = Annotated[str | None, _plain("exports, imports, trade, balance, re_exports or re_imports.")]
Partner = Annotated[str | None, _plain("A country, a bloc, several with +, or !USA.")]
Commodity = Annotated[str | None, _plain("A group of goods of the vocabulary.")]
Hs = Annotated[str | None, _plain("An HS code of 2 to 8 digits.")]
Enterprise = Annotated[str | None, _plain("private, foreign_invested, state_owned ...")]
Region = Annotated[str | None, _plain("A province (CN-GD) or a macro-region.")]
Regime = Annotated[str | None, _plain("general, processing, bonded ...")]
Transport = Annotated[str | None, _plain("water, air, rail, road ...")]
Period = Annotated[str | None, _plain("2025, 2025-Q1, 2025-03 or 2024-01/2025-03.", "PERIOD")]
Base = Annotated[str | None, _plain("The period to compare with, where not a year earlier.", "PERIOD")]
Reporter = Annotated[str | None, _plain("Whose trade, where the source has several.")]
