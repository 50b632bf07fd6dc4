"""The command `adjust`: series free of seasons, moving holidays and working days."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.adjust_options import (
    AdjustFormat,
    By,
    Chart,
    Festivals,
    Form,
    Joined,
    Last,
    ManyInto,
    Method,
    MethodOf,
    Mode,
    ModeOf,
    Picture,
    Processes,
    Revisions,
    Stability,
    StoreOrFile,
    Together,
    Way,
    Words,
)
from customhouse.cli.exits import CODES, OK, UNREAD, tell
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import PIPED, bar, form_of, show, write

if TYPE_CHECKING:
    from rich.console import Console

    from customhouse.adjusting import Adjustment
    from customhouse.adjusting.many import Run
    from customhouse.adjusting.words import Table
    from customhouse.seasons.settings import Settings


_BINARY = (AdjustFormat.parquet, AdjustFormat.svg, AdjustFormat.png, AdjustFormat.html)
_CHARTS = (AdjustFormat.svg, AdjustFormat.png, AdjustFormat.html)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(adjust)


def adjust(
    path: StoreOrFile,
    words: Words = "",
    flow: given.Flow = None,
    partner: given.Partner = None,
    commodity: given.Commodity = None,
    hs: given.Hs = None,
    enterprise: given.Enterprise = None,
    region: given.Region = None,
    regime: given.Regime = None,
    transport: given.Transport = None,
    measure: given.Measure = None,
    period: given.Period = None,
    reporter: given.Reporter = None,
    festivals: Festivals = None,
    mode: ModeOf = Mode.auto,
    method: MethodOf = Method.seats,
    by: By = Way.direct,
    revisions: Revisions = 0,
    stability: Stability = False,
    together: Together = Joined.parted,
    many: ManyInto = None,
    processes: Processes = None,
    last: Last = 13,
    chart: Chart = Picture.adjusted,
    form: Form = None,
    output: Output = None,
    currency: common.Currency = None,
    source: common.Source = None,
    as_of: given.AsOf = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Adjust series for seasons, moving holidays and working days, with January and February also as one.

    The ARIMA model has working days of the reporter's official calendar and moving holidays, whose windows
    are weighed by AICc; X-13ARIMA-SEATS takes the seasons out. Many series are adjusted in one run.
    """
    chosen = AdjustFormat.json if as_json else form_of(form, output, AdjustFormat, _BINARY, "adjusted")
    named = {
        "flow": flow, "partner": partner, "commodity": commodity, "hs": hs, "enterprise": enterprise,
        "region": region, "regime": regime, "transport": transport, "measure": measure, "period": period,
        "reporter": reporter, "currency": currency,
    }
    options: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    settings = _settings(reporter, festivals, mode, method, stability, together)
    if (path / "store.json").exists():
        found = _of_store(path, words, options, settings, (by, revisions, many, processes),
                          (as_of, source, engine))  # fmt: skip
    else:
        _refuse(options, (as_of, source))
        found = _of_file(path, words, settings, by, revisions, many, processes)
    return _tell(found, chosen, output, chart, last, lang)


def _settings(
    reporter: str | None, festivals: str | None, mode: Mode, method: Method, stability: bool, together: Joined
) -> Settings:
    from customhouse.seasons.settings import Settings

    names = None if festivals is None else tuple(
        name for part in festivals.split(",") if (name := part.strip()) and name != "none")  # fmt: skip
    known: dict[str, Any] = {} if reporter is None else {"reporter": reporter}
    known |= {"mode": mode.value, "method": method.value, "together": together.value}
    return Settings(festivals=names, stability=stability, **known)


def _refuse(options: dict[str, Any], others: tuple[str | None, ...]) -> None:
    """Options that are about a store."""
    wrong = [name for name in options if name != "reporter"]
    if wrong or any(others):
        named = f"--{wrong[0]}" if wrong else "--as-of or --source"
        raise typer.BadParameter(f"{named}: a table has no slices; name its columns instead")


def _of_store(
    path: Path, words: str, options: dict[str, Any], settings: Settings,
    how: tuple[Way, int, Path | None, int | None], which: tuple[str | None, str | None, str],
) -> Adjustment | Run:
    from customhouse.desk import open_store

    (by, revisions, many, processes), (as_of, source, engine) = how, which
    known: dict[str, Any] = {"as_of": common.day(as_of), "source": source, "settings": settings, **options}
    with open_store(path, engine) as desk, bar() as progress:
        if many is None:
            return desk.adjust(words, by=by.value, revisions=revisions, **known)
        return desk.adjust_many(words, folder=many, progress=progress, processes=processes, **known)


def _of_file(
    path: Path, words: str, settings: Settings, by: Way, revisions: int, many: Path | None,
    processes: int | None,
) -> Adjustment | Run:
    from customhouse.adjusting import columns

    chosen = tuple(name.strip() for name in words.split(",") if name.strip())
    with bar() as progress:
        return columns.adjusted(path, chosen, settings, by.value, revisions, many, processes, progress)


def _tell(
    found: Adjustment | Run, form: AdjustFormat, output: Path | None, chart: Picture, last: int, lang: Lang
) -> int:
    from customhouse.adjusting import Adjustment

    if isinstance(found, Adjustment):
        _tell_one(found, form, output, chart, last, lang.value)
        return OK
    return _tell_many(found, form, output, lang.value)


def _tell_one(
    found: Adjustment, form: AdjustFormat, output: Path | None, chart: Picture, last: int, language: str
) -> None:
    from customhouse.adjusting import saving

    if form is AdjustFormat.terminal:
        show(output, lambda console: _show(found, console, last, language), PIPED)
    elif form in _BINARY:
        saving.write(found, form.value, str(output), language, chart.value)
    else:
        write(saving.text(found, form.value, language), output)


def _tell_many(found: Run, form: AdjustFormat, output: Path | None, language: str) -> int:
    from customhouse.adjusting import many, words

    if form in _CHARTS:
        raise typer.BadParameter(f"{form}: {len(found.results)} series; a chart is of one, name it")
    if form is AdjustFormat.terminal:
        show(output, lambda console: _show_many(found, console, language), PIPED)
    elif output is None:
        write(many.write(found, form.value), None)
    else:
        many.write(found, form.value, str(output))
        typer.echo(many.told(found, language))
    for failure in found.failures:
        tell(words.word("aside", "en", name=failure.name, why=failure.reason), UNREAD)
    return UNREAD if found.failures else OK


def _show(found: Adjustment, console: Console, last: int, language: str) -> None:
    """The months, January and February, diagnostics, notes."""
    from rich.text import Text

    from customhouse.adjusting import words

    for one in (found, *found.derived):
        console.print(Text(words.title(one, language), style="bold"))
        _draw(words.table(one, language, last), console)
    for composed in found.composed:
        console.print(Text(words.composed_title(found, composed, language), style="bold"))
        _draw(words.quality(composed, language), console)
    told = words.diagnostics(found, language)
    if told[2]:
        console.print(Text(words.word("title_diagnostics", language), style="bold"))
        _draw(told, console)
    for note in words.notes(found, language):
        console.print(Text(note, style="dim"))


def _show_many(found: Run, console: Console, language: str) -> None:
    from rich.text import Text

    from customhouse.adjusting import many, words

    console.print(Text(many.told(found, language), style="bold"))
    _draw(many.table(found, language), console, words.word("nothing_adjusted", language))


def _draw(table: Table, console: Console, empty: str = "") -> None:
    from customhouse import tabular

    tabular.show_table(tabular.Table(*table, empty), console)
