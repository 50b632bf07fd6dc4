"""The command `prices`: price and volume indices of a slice of trade, and what its growth is made of."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import PIPED, form_of, show, write

if TYPE_CHECKING:
    from rich.console import Console

    from customhouse.prices.of_slice import Prices


class PricesFormat(StrEnum):
    """What `prices` can print or write."""

    terminal = "terminal"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    svg = "svg"
    png = "png"
    html = "html"


class Bases(StrEnum):
    """What a month is compared with."""

    year = "year"
    average = "average"
    month = "month"
    chain = "chain"
    chain_year = "chain-year"


class Formulas(StrEnum):
    """The formula of the index."""

    fisher = "fisher"
    laspeyres = "laspeyres"
    paasche = "paasche"
    tornqvist = "tornqvist"
    walsh = "walsh"


class Methods(StrEnum):
    """How a change in value is split."""

    bennet = "bennet"
    montgomery = "montgomery"


class Rules(StrEnum):
    """What outliers are edited out by."""

    hidiroglou_berthelot = "hidiroglou-berthelot"
    tukey = "tukey"
    none = "none"


_BINARY = (PricesFormat.parquet, PricesFormat.svg, PricesFormat.png, PricesFormat.html)
Question = Annotated[
    str,
    typer.Argument(help='In Chinese or English: "imports from Brazil 2025-Q1".', metavar="WORDS",
                   show_default=False),
]  # fmt: skip
By = Annotated[
    Bases,
    typer.Option(
        help="Each month on the same month a year earlier, on last year's average, on the month before; "
        "or linked: by month, or by year over yearly averages.", metavar="|".join(Bases),
    ),
]
Index = Annotated[Formulas, typer.Option("--formula", help="Of the index.", metavar="|".join(Formulas))]
Split = Annotated[
    Methods, typer.Option("--method", help="How growth is split in parts.", metavar="|".join(Methods))
]
Outliers = Annotated[
    Rules,
    typer.Option("--outliers", help="What relatives are edited out by.", metavar="|".join(Rules)),
]
NotImputed = Annotated[
    bool, typer.Option("--no-impute", help="Leave out what has no quantity, in place of an estimate.")
]
Finer = Annotated[
    str | None,
    typer.Option(help="Tell items apart by region, enterprise, or both with a comma.", metavar="NAME,...",
                 show_default=False),
]  # fmt: skip
Edits = Annotated[
    Path | None,
    typer.Option(help="Write the log of edits to this file (CSV).", metavar="FILE", show_default=False),
]
KeepEdits = Annotated[
    Path | None,
    typer.Option(
        "--keep", help="Leave alone what this log lists: rows of --edits that are no mistakes.",
        metavar="FILE", show_default=False,
    ),
]
Drift = Annotated[
    bool, typer.Option("--drift", help="Beside a chain the index that has no chain drift (GEKS, 13 months).")
]
TermsOfTrade = Annotated[bool, typer.Option("--terms", help="Also the terms of trade.")]
Form = Annotated[
    PricesFormat | None,
    typer.Option(
        "--format", help="By default from the output's ending, else terminal.", show_default=False,
        metavar="|".join(PricesFormat),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(prices)


def prices(
    store: common.StorePath,
    words: Question = "",
    flow: given.Flow = None,
    partner: given.Partner = None,
    commodity: given.Commodity = None,
    hs: given.Hs = None,
    enterprise: given.Enterprise = None,
    region: given.Region = None,
    regime: given.Regime = None,
    transport: given.Transport = None,
    reporter: given.Reporter = None,
    period: given.Period = None,
    by: By = Bases.year,
    formula: Index = Formulas.fisher,
    method: Split = Methods.bennet,
    outliers: Outliers = Rules.hidiroglou_berthelot,
    no_impute: NotImputed = False,
    finer: Finer = None,
    edits: Edits = None,
    keep: KeepEdits = None,
    drift: Drift = False,
    terms: TermsOfTrade = False,
    currency: common.Currency = None,
    source: common.Source = None,
    as_of: given.AsOf = None,
    form: Form = None,
    output: Output = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Show how prices and volumes of a slice of trade changed, and how many points of growth each made.

    Unit values stand in for prices: coverage and a grade stand beside each index.
    """
    chosen = PricesFormat.json if as_json else form_of(form, output, PricesFormat, _BINARY, "prices")
    named = {
        "flow": flow, "partner": partner, "commodity": commodity, "hs": hs, "enterprise": enterprise,
        "region": region, "regime": regime, "transport": transport, "reporter": reporter, "period": period,
    }
    options: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    from customhouse.desk import open_store
    from customhouse.desk.pricing import listed, log_csv
    from customhouse.prices.editing import Rule

    with open_store(store, engine) as desk:
        found = desk.prices(
            words, by=_code(by), formula=formula.value, method=method.value, rule=Rule(_code(outliers)),
            impute=not no_impute, finer=listed(finer or ""), keep=keep, drift=drift, terms=terms,
            as_of=common.day(as_of), source=source, currency=currency, **options,
        )  # fmt: skip
    if edits is not None:
        write(log_csv(found), edits)
    _tell(found, chosen, output, lang)
    return OK


def _code(choice: StrEnum) -> Any:
    return choice.value.replace("-", "_")


def _tell(found: Prices, form: PricesFormat, output: Path | None, lang: Lang) -> None:
    from customhouse.export import save, write_table
    from customhouse.prices import frames

    if form is PricesFormat.terminal:
        show(output, lambda console: _show(found, console, lang.value), PIPED)
    elif form is PricesFormat.parquet:
        write_table(frames.to_arrow(found), str(output))
    elif form in _BINARY:
        from customhouse.desk.pricing_chart import drawn

        save(drawn(found, form.value, lang.value), str(output))
    else:
        write(frames.to_json(found) if form is PricesFormat.json else frames.to_csv(found), output)


def _show(found: Prices, console: Console, language: str) -> None:
    """The title, indices, what growth is made of, terms of trade, what to mind."""
    from rich.text import Text

    from customhouse import tabular
    from customhouse.desk import pricing_words as words

    console.print(Text(words.title(found, language), style="bold"))
    for codes, headings, rows in words.tables(found, language):
        tabular.show_table(tabular.Table(codes, headings, rows), console)
    for sentence in words.sentences(found, language):
        console.print(Text(sentence))
    for note in words.notes(found, language):
        console.print(Text(note, style="dim"))
