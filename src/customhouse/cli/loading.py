"""The commands that take in: load, fetch, quarantine, simulate, map."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer

from customhouse.cli import load_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK, UNREAD
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import PIPED, bar, show, tell_table, write
from customhouse.desk import Loading, Taken, open_store

SDMX = "sdmx-csv"
"""The source whose files may leave their currency to be said."""


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (load, fetch, quarantine, simulate):
        app.command(epilog=CODES)(command)
    app.command("map", epilog=CODES)(map_file)


def load(
    paths: given.Inputs,
    into: given.Into,
    source: common.Source = None,
    mapping: given.Map = None,
    known_on: given.KnownOn = None,
    replace: given.Replace = False,
    accept: given.Accept = "",
    currency: common.Currency = None,
    reporter: given.Reporter = None,
    flow: given.LoadFlow = None,
    period: given.LoadPeriod = None,
    unit: given.LoadUnit = None,
    texts: given.AsTexts = False,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Take in declarations or official tables, validate them, and compile the months they touch.

    Figures of texts are kept beside those of tables, for `series`. The store is made where there is
    none. Every row is accepted, accepted with flags, or set aside
    with every reason; what looks valid and is not stops the load.
    """
    from customhouse.records.sources import Options

    spoken = currency if source == SDMX else None
    options = Options(reporter=reporter, flow=flow, period=period, unit=unit or spoken)
    how = Loading(
        source,
        mapping,
        common.day(known_on),
        replace,
        given.names(accept),
        currency,
        reporter,
        options,
        lang.value,
        texts,
    )
    with open_store(into, engine, create=True) as desk, bar() as progress:
        taken = desk.load(paths, how, progress)
    return _tell_load(taken, as_json, lang)


def fetch(
    service: given.Service,
    into: given.Into,
    periods: given.Periods,
    reporters: given.Reporters = "",
    partners: given.Partners = "",
    commodities: given.Commodities = "TOTAL",
    flows: given.Flows = "exports,imports",
    frequency: given.Frequency = given.Frequencies.M,
    dataset: given.Dataset = None,
    source: common.Source = None,
    known_on: given.KnownOn = None,
    accept: given.Accept = "",
    cache: given.Cache = None,
    url: given.Url = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Ask a statistics service, and load what it answers.

    Keys come from the environment: COMTRADE_API_KEY, CENSUS_API_KEY. Requests are split to keep
    within the service's limits, tried again with patience, and kept in a cache.
    """
    from customhouse.records.sources.asking import Query

    asked = Query(
        tuple(given.listed(periods)),
        tuple(given.listed(reporters)),
        tuple(given.listed(partners)),
        tuple(given.listed(commodities)),
        tuple(given.listed(flows)),
        frequency,
        dataset,
    )
    how = Loading(source, known_on=common.day(known_on), accept=given.names(accept), language=lang.value)
    with open_store(into, create=True) as desk, bar() as progress:
        taken = desk.fetch(service, asked, how, cache, progress, base_url=url)
    return _tell_load(taken, as_json, lang)


def quarantine(
    store: common.StorePath,
    export: given.Export = None,
    resubmit: given.Resubmit = None,
    known_on: given.KnownOn = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Show what was set aside and why; write it to a file to correct; take the corrected file in again.

    --known-on is the day from which the corrected lines are known.
    """
    from customhouse import tabular
    from customhouse.compiling import quarantine as aside

    if resubmit is None and known_on:
        raise typer.BadParameter("--known-on is for --resubmit; nothing is taken in without it")
    if resubmit is not None and export is not None:
        raise typer.BadParameter("--export writes, --resubmit takes in: one after the other")
    with open_store(store) as desk:
        if resubmit is not None:
            day = common.day(known_on) if known_on else None
            return _tell_load(Taken(aside.resubmit(desk.store, desk.engine, resubmit, day)), as_json, lang)
        if export is not None:
            rows = aside.export(desk.store, desk.engine, export, lang.value)
            return _tell({"written": str(export), "rows": rows}, f"{export}: {rows} rows", as_json)
        table = tabular.quarantine(aside.summary(desk.store, desk.engine), lang.value)
    return tell_table(table, as_json)


def simulate(
    lines: given.Lines,
    out: given.Out,
    seed: given.Seed = 1,
    first: given.First = "2024-01",
    last: given.Last = "2025-03",
    defects: given.Defects = 0.0,
    as_json: common.Json = False,
    verbose: Verbose = False,
) -> int:
    """Draw declarations with the skew of real trade and its published totals, labelled as simulated."""
    from customhouse.period import parse_month
    from customhouse.simulate import simulate as draw

    drawn = draw(lines, out, seed=seed, first=parse_month(first), last=parse_month(last), defects=defects)
    words = f"{out}: {drawn.lines} simulated lines of {first} to {last} in {len(drawn.files)} files"
    return _tell({"files": [str(f) for f in drawn.files], "lines": drawn.lines, "seed": seed}, words, as_json)


def map_file(
    path: given.MapFile,
    output: Output = None,
    verbose: Verbose = False,
) -> int:
    """Look at a table and propose the mapping that it can be loaded by, with reasons and doubts."""
    from customhouse.records.propose import propose, to_yaml

    write(to_yaml(propose(path)), output)
    return OK


def _tell_load(taken: Taken, as_json: bool, lang: Lang) -> int:
    from customhouse import tabular

    vintage = taken.vintage
    if as_json:
        row = vintage.to_dict() | {"doubts": [asdict(doubt) for doubt in taken.doubts]}
        write(json.dumps(row, ensure_ascii=False, indent=2, default=str) + "\n", None)
    else:
        show(None, lambda console: tabular.show_load(vintage, taken.doubts, console, lang.value), PIPED)
    return UNREAD if vintage.counts.quarantined and not vintage.counts.accepted else OK


def _tell(row: dict[str, Any], words: str, as_json: bool) -> int:
    typer.echo(json.dumps(row, ensure_ascii=False) if as_json else words)
    return OK
