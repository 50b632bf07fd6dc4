"""The commands that ask statistics: query, vintages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK, USAGE
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import PIPED, show, tell_table, write
from customhouse.desk import open_store
from customhouse.errors import QueryError
from customhouse.statistics import Concepts

if TYPE_CHECKING:
    from customhouse.query import Answer


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (query, vintages):
        app.command(epilog=CODES)(command)


def query(
    store: common.StorePath,
    question: given.Question = "",
    measure: given.Measure = None,
    flow: given.Flow = None,
    partner: given.Partner = None,
    commodity: given.Commodity = None,
    hs: given.Hs = None,
    enterprise: given.Enterprise = None,
    region: given.Region = None,
    regime: given.Regime = None,
    transport: given.Transport = None,
    period: given.Period = None,
    by: given.By = None,
    top: given.Top = None,
    base: given.Base = None,
    base_known: given.BaseKnown = None,
    reporter: given.Reporter = None,
    currency: common.Currency = None,
    source: common.Source = None,
    as_of: given.AsOf = None,
    known: given.KnownFirst = None,
    system: given.System = given.TradeSystem.general,
    partner_by: given.PartnerBy = given.PartnerConcept.origin,
    returned: given.ReturnedGoods = given.Returned.included,
    form: given.AnswerForm = None,
    output: Output = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Ask the statistics in words or by options, such as "exports to ASEAN by month 2024".

    Exit code 2 where none of the figures is in the statistics; what is missing is told.
    """
    named = {
        "measure": measure,
        "flow": flow,
        "partner": partner,
        "commodity": commodity,
        "hs": hs,
        "enterprise": enterprise,
        "region": region,
        "regime": regime,
        "transport": transport,
        "period": period,
        "by": by,
        "top": top,
        "base": base,
        "base_known": base_known,
        "reporter": reporter,
        "known": known,
    }
    concepts = Concepts(system.value, partner_by.value, returned.value)
    with open_store(store, engine) as desk, in_language(lang.value):
        answer = desk.query(
            question,
            as_of=common.day(as_of),
            source=source,
            currency=currency,
            concepts=concepts,
            **{name: value for name, value in named.items() if value is not None},
        )
    if as_json and form not in (None, given.AnswerFormat.json):
        raise typer.BadParameter(f"--json and --format {form.value}: choose one of them")
    chosen = given.AnswerFormat.json if as_json else given.answer_format(form, output)
    return _tell_answer(answer, chosen, output, lang, concepts)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Why a question is refused, told in a language."""
    try:
        yield
    except QueryError as error:
        raise QueryError(error.told(language)) from error


def vintages(
    store: common.StorePath,
    question: given.History = "",
    as_of: given.AsOf = None,
    source: common.Source = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """List the loads of a store; with a question, the revisions of the figure that it asks for."""
    from customhouse import tabular

    with open_store(store) as desk, in_language(lang.value):
        if question:
            table = tabular.revisions(desk.revisions(question, source, common.day(as_of)), lang.value)
        else:
            table = tabular.vintages(desk.vintages(common.day(as_of)), lang.value)
    return tell_table(table, as_json)


def _tell_answer(
    answer: Answer, form: given.AnswerFormat, output: Path | None, lang: Lang, concepts: Concepts
) -> int:
    from customhouse import export, tabular

    if form is given.AnswerFormat.parquet:
        if output is None:
            raise typer.BadParameter("parquet is not for the screen; name a file with -o figures.parquet")
        export.write_table(answer.to_arrow(lang.value), str(output))
    elif form is given.AnswerFormat.terminal:
        show(output, lambda console: tabular.show_answer(answer, console, lang.value, concepts), PIPED)
    else:
        text = answer.to_json() if form is given.AnswerFormat.json else tabular.answer_csv(answer, lang.value)
        write(text, output)
    return OK if answer.claims else USAGE  # a figure that there is none of is told in what was shown
