"""The options of the commands `target`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from customhouse.cli.shared_options import _a_day, _hidden


class ListFormat(StrEnum):
    """What rankings and lanes can be printed or written as."""

    terminal = "terminal"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class ReportFormat(StrEnum):
    """What an evaluation can be printed or written as."""

    terminal = "terminal"
    html = "html"
    json = "json"


class FileFormat(StrEnum):
    """What simulated declarations are written as."""

    csv = "csv"
    parquet = "parquet"


class Boosters(StrEnum):
    """The booster under the model."""

    histogram = "histogram"
    lightgbm = "lightgbm"
    catboost = "catboost"


Declarations = Annotated[
    list[str],
    typer.Argument(
        metavar="DECLARATIONS...", show_default=False,
        help="Files, folders or globs of declarations (CSV, Parquet, XLSX, packed or not).",
    ),
]
ModelFile = Annotated[
    Path, typer.Option("--model", help="A model that `target fit` wrote.", **_hidden("FILE"))
]
To = Annotated[Path, typer.Option("--to", help="The file to write the model to.", **_hidden("FILE"))]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcomes", help="What inspections found, by declaration_id; else columns of the declarations. "
        "Again for more files.", **_hidden("FILE"),
    ),
]
Map = Annotated[
    str | None,
    typer.Option("--map", help="A mapping of columns to fields: a YAML file, or the name of one that comes "
                 "along.", **_hidden("FILE")),
]
OutcomesMap = Annotated[
    str | None, typer.Option("--outcomes-map", help="The same for the outcomes.", **_hidden("FILE"))
]
Rates = Annotated[
    str | None,
    typer.Option(
        "--rates", help="Yuan for one of other currencies: USD=7.12,... or a table with columns currency, "
        "rate_cny and month.", **_hidden("CODE=N,...|FILE"),
    ),
]
First = Annotated[
    str | None,
    typer.Option("--from", help="Declarations from this day on alone.", callback=_a_day, **_hidden("DATE")),
]
Last = Annotated[
    str | None,
    typer.Option("--until", help="Declarations up to this day alone.", callback=_a_day, **_hidden("DATE")),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Learn from what was known on this day alone.", callback=_a_day,
                 **_hidden("DATE")),
]
Aside = Annotated[
    Path | None,
    typer.Option("--aside", help="Write the rows that were set aside, with reasons, to this CSV file.",
                 **_hidden("FILE")),
]
Keys = Annotated[
    str, typer.Option(help="Further columns to keep profiles of, with commas.", **_hidden("COLUMN,..."))
]
Weight = Annotated[
    float | None,
    typer.Option(
        help="Rank by fraud (0), by revenue (1), or between; else as the model does by itself.", min=0.0,
        max=1.0, **_hidden("0-1"),
    ),
]
BoosterOf = Annotated[
    Boosters, typer.Option("--booster", help="Under the model.", metavar="|".join(Boosters))
]
Delay = Annotated[
    int,
    typer.Option(help="Days after which an outcome is known that does not say when.", metavar="DAYS", min=0),
]
Iterations = Annotated[
    int | None,
    typer.Option(help="Trees of each head; else as many as usual.", min=1, **_hidden("N")),
]
Seed = Annotated[int, typer.Option(help="The same seed and data give the same.", metavar="N", min=0)]
Draws = Annotated[
    int | None,
    typer.Option(
        "--seed", help="Of the random draws; made up and told where left out. Take another each day.", min=0,
        **_hidden("N"),
    ),
]
Top = Annotated[int, typer.Option(help="How many to show in the terminal.", metavar="N", min=1)]
Reasons = Annotated[bool, typer.Option("--reasons", help="Say why each was chosen.")]
Form = Annotated[
    ListFormat | None,
    typer.Option("--format", help="By default from the output's ending, else terminal.", show_default=False,
                 metavar="|".join(ListFormat)),
]
ReportForm = Annotated[
    ReportFormat | None,
    typer.Option("--format", help="By default from the output's ending, else terminal.", show_default=False,
                 metavar="|".join(ReportFormat)),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", help="Shares to inspect and to draw at random (YAML); else 5%, a tenth of it "
                 "at random.", **_hidden("FILE")),
]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", help="Rules beside the model (YAML).", **_hidden("FILE"))
]
TrustedFile = Annotated[
    Path | None,
    typer.Option("--trusted", help="Accredited traders: trader_id, first_day and, where there are any, "
                 "last_day and scope.", **_hidden("FILE")),
]
BudgetsFile = Annotated[
    Path | None,
    typer.Option("--budgets", help="Inspections by office and day: office, day, inspect_count or "
                 "inspect_share, ...", **_hidden("FILE")),
]
LogInto = Annotated[
    Path | None, typer.Option("--log", help="Keep every decision in this folder.", **_hidden("DIR"))
]
Again = Annotated[
    bool, typer.Option("--again", help="Decide also what the log has decided before.")
]
LogOf = Annotated[
    Path | None,
    typer.Option("--log", help="The decisions under which the declarations were inspected.",
                 **_hidden("DIR")),
]
LastYear = Annotated[
    Path | None,
    typer.Option("--last-year", help="A model of the year before, to compare.", **_hidden("FILE")),
]
Samples = Annotated[int, typer.Option(help="Bootstrap samples behind the intervals.", metavar="N", min=0)]
Simulated = Annotated[
    bool, typer.Option("--simulated", help="Say in the report that the declarations are simulated.")
]
Number = Annotated[int, typer.Argument(help="How many declarations.", min=1, **_hidden("N"))]
Out = Annotated[Path, typer.Option(help="The folder to write into.", **_hidden("DIR"))]
Days = Annotated[int, typer.Option(help="How many days they are of.", metavar="N", min=1)]
Inspected = Annotated[
    float,
    typer.Option(help="The share whose inspection is in the outcomes.", metavar="SHARE", min=0.0, max=1.0),
]
FileForm = Annotated[FileFormat, typer.Option("--format", help="Of the files.", metavar="|".join(FileFormat))]
LoopOver = Annotated[
    bool,
    typer.Option("--loop", help="Also let an office work on them, week by week, by several ways of "
                 "targeting; minutes for 100,000."),
]  # fmt: skip
