"""The options of the commands `target`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

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


def _file(flag: str, meaning: str, kind: str = "FILE") -> Any:
    """An option that takes a path, or several."""
    return typer.Option(flag, help=meaning, **_hidden(kind))


def _day(flag: str, meaning: str) -> Any:
    return typer.Option(flag, help=meaning, callback=_a_day, **_hidden("DATE"))


def _form(of: type[StrEnum]) -> Any:
    told = "By default from the output's ending, else terminal."
    return typer.Option("--format", help=told, show_default=False, metavar="|".join(of))


Declarations = Annotated[
    list[str],
    typer.Argument(
        metavar="DECLARATIONS...", show_default=False,
        help="Files, folders or globs of declarations (CSV, Parquet, XLSX, packed or not).",
    ),
]
ModelFile = Annotated[Path, _file("--model", "A model that `target fit` wrote.")]
To = Annotated[Path, _file("--to", "The file to write the model to.")]
Outcomes = Annotated[
    list[str] | None,
    _file("--outcomes", "What inspections found, by declaration_id; else columns of the declarations. "
          "Again for more files."),
]  # fmt: skip
Map = Annotated[
    str | None,
    _file("--map", "A mapping of columns to fields: a YAML file, or the name of one that comes along."),
]
OutcomesMap = Annotated[str | None, _file("--outcomes-map", "The same for the outcomes.")]
Rates = Annotated[
    str | None,
    _file("--rates", "Yuan for one of other currencies: USD=7.12,... or a table with columns currency, "
          "rate_cny and month.", "CODE=N,...|FILE"),
]  # fmt: skip
First = Annotated[str | None, _day("--from", "Declarations from this day on alone.")]
Last = Annotated[str | None, _day("--until", "Declarations up to this day alone.")]
AsOf = Annotated[str | None, _day("--as-of", "Learn from what was known on this day alone.")]
Aside = Annotated[
    Path | None, _file("--aside", "Write the rows that were set aside, with reasons, to this CSV file.")
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
Form = Annotated[ListFormat | None, _form(ListFormat)]
ReportForm = Annotated[ReportFormat | None, _form(ReportFormat)]
PolicyFile = Annotated[
    Path | None,
    _file("--policy", "Shares to inspect and to draw at random (YAML); else 5%, a tenth of it at random."),
]
RulesFile = Annotated[Path | None, _file("--rules", "Rules beside the model (YAML).")]
TrustedFile = Annotated[
    Path | None,
    _file("--trusted", "Accredited traders: trader_id, first_day and, where there are any, last_day, "
          "hs_codes, regimes and offices."),
]  # fmt: skip
BudgetsFile = Annotated[
    Path | None,
    _file("--budgets", "Inspections by office and day: office, day, inspect_count or inspect_share, ..."),
]
LogInto = Annotated[Path | None, _file("--log", "Keep every decision in this folder.", "DIR")]
Again = Annotated[
    bool, typer.Option("--again", help="Decide also what the log has decided before.")
]
LogOf = Annotated[
    Path | None, _file("--log", "The decisions under which the declarations were inspected.", "DIR")
]
LastYear = Annotated[Path | None, _file("--last-year", "A model of the year before, to compare.")]
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
