"""The options of the command `adjust`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class AdjustFormat(StrEnum):
    """What `adjust` can print or write."""

    terminal = "terminal"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    svg = "svg"
    png = "png"
    html = "html"


class Mode(StrEnum):
    """Whether parts are factors or effects."""

    auto = "auto"
    log = "log"
    none = "none"


class Method(StrEnum):
    """How the seasons are taken out."""

    seats = "seats"
    x11 = "x11"
    stl = "stl"


class Way(StrEnum):
    """As one series, or by its parts."""

    direct = "direct"
    indirect = "indirect"


class Joined(StrEnum):
    """What is done with January and February published together alone."""

    parted = "split"
    refused = "refuse"


class Picture(StrEnum):
    """Which chart is drawn."""

    adjusted = "adjusted"
    monthly = "monthly"
    si = "si"


StoreOrFile = Annotated[
    Path,
    typer.Argument(
        help="A store, or a table (CSV, XLSX, Parquet, JSON): a column of months and one for each series, "
        "or columns month, series and value.", metavar="STORE|FILE", show_default=False,
    ),
]
Words = Annotated[
    str,
    typer.Argument(
        help='Of a store what to adjust: "exports to ASEAN", "exports by partner"; of a table the names of '
        "columns, with commas (all of them).", metavar="[WORDS]", show_default=False,
    ),
]
Festivals = Annotated[
    str | None,
    typer.Option(
        help="That may matter, or none: chinese_new_year, dragon_boat, mid_autumn, ramadan, easter, tet, "
        "diwali; by default those of the reporter.", metavar="NAME,...", show_default=False,
    ),
]
ModeOf = Annotated[Mode, typer.Option("--mode", help="Logarithms or not.", metavar="|".join(Mode))]
MethodOf = Annotated[
    Method,
    typer.Option("--method", help="SEATS or X-11 of X-13ARIMA-SEATS, or STL.", metavar="|".join(Method)),
]
By = Annotated[
    Way,
    typer.Option(help="As one series, or by its parts: trade by exports and imports, the codes of an axis, "
                 "the columns of a table.", metavar="|".join(Way)),
]  # fmt: skip
Revisions = Annotated[
    int,
    typer.Option(help="With --by indirect: over so many last months, how growth was revised.", min=0, max=60,
                 metavar="N"),
]  # fmt: skip
Stability = Annotated[
    bool, typer.Option("--stability", help="Also sliding spans and the history of revisions; some seconds.")
]
Together = Annotated[
    Joined,
    typer.Option(help="January and February published together alone: split by the model, or refused.",
                 metavar="|".join(Joined)),
]  # fmt: skip
Last = Annotated[int, typer.Option(help="Months to show in the terminal.", min=1, metavar="N")]
ManyInto = Annotated[
    Path | None,
    typer.Option(
        "--many", help="Adjust many series; the results are kept in this folder, so that a run that was "
        "stopped goes on.", metavar="FOLDER", show_default=False,
    ),
]
Processes = Annotated[int | None, typer.Option(help="Of a run of many.", min=1, max=64, metavar="N",
                                               show_default="2")]  # fmt: skip
Chart = Annotated[
    Picture,
    typer.Option(
        help="Before and after adjustment, growth by month, or the SI plot.", metavar="|".join(Picture)
    ),
]
Form = Annotated[
    AdjustFormat | None,
    typer.Option(
        "--format", help="By default from the output's ending, else terminal.", show_default=False,
        metavar="|".join(AdjustFormat),
    ),
]
