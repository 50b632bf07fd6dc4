"""The command `series`: one figure period by period, from texts and tables."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, CONTRADICTED, OK
from customhouse.cli.options import Lang, Language, Output, Published, Strict, Verbose
from customhouse.cli.output import PIPED, bar, collect_claims, exit_code, form_of, show, write

if TYPE_CHECKING:
    from rich.console import Console

    from customhouse.series import Series


class SeriesFormat(StrEnum):
    """What `series` can print or write."""

    terminal = "terminal"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    svg = "svg"
    png = "png"
    html = "html"


_BINARY = (SeriesFormat.parquet, SeriesFormat.svg, SeriesFormat.png, SeriesFormat.html)
StoreAndTexts = Annotated[
    list[str],
    typer.Argument(
        metavar="[STORE] [TEXT...]",
        help="A store, texts (.txt .md .html .pdf .docx, claims in .jsonl), or a store and texts.",
        show_default=False,
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        help="month, quarter, half, year or ytd; by default what most figures are by.",
        metavar="FREQUENCY", show_default=False,
    ),
]
Of = Annotated[
    str | None,
    typer.Option(
        help="What the measure is of: quantity, price, count ...", metavar="NAME", show_default=False
    ),
]
Whole = Annotated[
    str | None,
    typer.Option(
        help="The whole of a share, as dimensions that change: enterprise, or partner=EU.",
        metavar="DIMENSION,...", show_default=False,
    ),
]
BaseOf = Annotated[
    str | None,
    typer.Option(
        help="What growth compares with: year (the same months a year earlier) or previous.",
        metavar="year|previous", show_default=False,
    ),
]
EverySource = Annotated[bool, typer.Option("--sources", help="Each source of each period.")]
Form = Annotated[
    SeriesFormat | None,
    typer.Option(
        "--format", help="By default from the output's ending, else terminal.", show_default=False,
        metavar="|".join(SeriesFormat),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(series)


def series(
    paths: StoreAndTexts,
    measure: given.Measure = None,
    of: Of = None,
    flow: given.Flow = None,
    partner: given.Partner = None,
    commodity: given.Commodity = None,
    hs: given.Hs = None,
    enterprise: given.Enterprise = None,
    region: given.Region = None,
    regime: given.Regime = None,
    transport: given.Transport = None,
    whole: Whole = None,
    reporter: given.Reporter = None,
    period: given.Period = None,
    by: By = None,
    base: BaseOf = None,
    currency: common.Currency = None,
    source: common.Source = None,
    as_of: given.AsOf = None,
    published: Published = None,
    every_source: EverySource = False,
    form: Form = None,
    output: Output = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: Language = Lang.en,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Show all that texts and tables say of one thing, period by period, and what follows in between.

    Each period has the interval that its sources agree on, who gave it first, and how it was revised.
    """
    chosen = SeriesFormat.json if as_json else form_of(form, output, SeriesFormat, _BINARY, "series")
    named = {
        "measure": measure, "of": of, "flow": flow, "partner": partner, "commodity": commodity, "hs": hs,
        "enterprise": enterprise, "region": region, "regime": regime, "transport": transport, "whole": whole,
        "reporter": reporter, "period": period, "by": by, "base": base, "currency": currency,
    }
    options: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    store = paths[0] if (Path(paths[0]) / "store.json").exists() else None
    code = OK
    if store is None:
        claims = collect_claims(paths, published)
        code = exit_code(claims)
        found = claims.series(published, **options)
    else:
        from customhouse.desk import open_store

        with open_store(store, engine) as desk, bar() as progress:
            found = desk.series(paths[1:], published=published, as_of=common.day(as_of), source=source,
                                progress=progress, **options)
    _tell(found, chosen, output, every_source, lang)
    conflicts = any(point.status == "conflict" and point.explained is None for point in found)
    return CONTRADICTED if strict and conflicts and code == OK else code


def _tell(found: Series, form: SeriesFormat, output: Path | None, sources: bool, lang: Lang) -> None:
    from customhouse.series import saving

    if form is SeriesFormat.terminal:
        show(output, lambda console: _show(found, console, sources, lang.value), PIPED)
    elif form in _BINARY:
        saving.write(found, form.value, str(output), sources, lang.value)
    else:
        write(saving.text(found, form.value, sources, lang.value), output)


def _show(found: Series, console: Console, sources: bool, language: str) -> None:
    """The title, the table, the sources where they are asked for, and what conflicts are about."""
    from rich.text import Text

    from customhouse import tabular
    from customhouse.describe import word
    from customhouse.series import words

    console.print(Text(words.title(found, language), style="bold"))
    tables = [words.table(found, language), *([words.source_table(found, language)] if sources else [])]
    for codes, headings, rows in tables:
        tabular.show_table(tabular.Table(codes, headings, rows, word("series_empty", language)), console)
    for note in words.notes(found, language):
        console.print(Text(note, style="dim"))
