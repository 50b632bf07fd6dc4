"""The commands `target`: learn which declarations to inspect, rank them, give them lanes, judge it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from customhouse.cli import shared_options as common
from customhouse.cli import targeting_options as given
from customhouse.cli.exits import CODES, OK
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import form_of
from customhouse.cli.targeting_options import Boosters, FileFormat, ListFormat, ReportFormat
from customhouse.errors import TargetingError

if TYPE_CHECKING:

    from customhouse.desk.targeting_tables import Lanes
    from customhouse.targeting.intake.declarations import Asked
    from customhouse.targeting.intake.notes import Note
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.trusted import Trusted

_BINARY = (ListFormat.parquet,)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    target = typer.Typer(
        help="Choose which declarations to inspect: learn from inspections, rank, give lanes, judge.",
        no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    for command in (fit, score, lanes, evaluate, simulate):
        target.command(epilog=CODES)(command)
    app.add_typer(target, name="target")


def fit(
    declarations: given.Declarations,
    to: given.To,
    outcomes: given.Outcomes = None,
    weight: given.Weight = None,
    booster: given.BoosterOf = Boosters.histogram,
    keys: given.Keys = "",
    delay: given.Delay = 14,
    as_of: given.AsOf = None,
    first: given.First = None,
    last: given.Last = None,
    iterations: given.Iterations = None,
    seed: given.Seed = 1,
    map_: given.Map = None,
    outcomes_map: given.OutcomesMap = None,
    rates: given.Rates = None,
    aside: given.Aside = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Learn which declarations to inspect from those that were inspected, and write the model to a file.

    Outcomes have declaration_id, fraud (1 or 0) and, where there are any, line, inspected, revenue_cny and
    finished (the day). What nobody inspected is not taken as clean.
    """
    from customhouse.cli import targeting_show as shown
    from customhouse.desk import targeting

    named = {"weight": weight, "iterations": iterations, "booster": booster.value, "seed": seed}
    settings: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    with shown.working("fit", lang.value):
        targeting.refuse(to)
        learnt = targeting.fit(
            declarations, outcomes, asked=_asked(map_, rates, first, last, keys), as_of=common.day(as_of),
            delay_days=delay, outcomes_map=outcomes_map, **settings,
        )  # fmt: skip
        learnt.save(to)
    shown.write_aside(aside, learnt.declared, learnt.outcomes)
    shown.tell_fit(learnt, str(to), as_json, lang.value)
    return OK


def score(
    declarations: given.Declarations,
    model: given.ModelFile,
    reasons: given.Reasons = False,
    top: given.Top = 20,
    first: given.First = None,
    last: given.Last = None,
    map_: given.Map = None,
    rates: given.Rates = None,
    aside: given.Aside = None,
    form: given.Form = None,
    output: Output = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Rank declarations for inspection by a model, the highest score first.

    With --reasons the first ones (--top) say why they stand there.
    """
    from customhouse.cli import targeting_show as shown
    from customhouse.desk import targeting

    chosen = ListFormat.json if as_json else form_of(form, output, ListFormat, _BINARY, "scores")
    with shown.working("score", lang.value, declarations):
        found = targeting.score(
            declarations, model, asked=_asked(map_, rates, first, last), reasons=top if reasons else 0,
            language=lang.value,
        )  # fmt: skip
    shown.write_aside(aside, found.declared)
    shown.tell_ranked(found, chosen, output, top, lang.value)
    return OK


def lanes(
    declarations: given.Declarations,
    model: given.ModelFile,
    policy: given.PolicyFile = None,
    rules: given.RulesFile = None,
    trusted: given.TrustedFile = None,
    budgets: given.BudgetsFile = None,
    log: given.LogInto = None,
    again: given.Again = False,
    seed: given.Draws = None,
    reasons: given.Reasons = False,
    top: given.Top = 20,
    first: given.First = None,
    last: given.Last = None,
    map_: given.Map = None,
    rates: given.Rates = None,
    aside: given.Aside = None,
    form: given.Form = None,
    output: Output = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Give each declaration its lane: green, yellow (documents) or red (inspection).

    A share of the inspections is drawn at random, so that true rates can be estimated; every declaration
    can be drawn, those of accredited traders less often. With --log every decision is kept, with its score,
    lane, reasons, probability and seed.
    """
    from customhouse.cli import targeting_show as shown
    from customhouse.desk import targeting
    from customhouse.desk import targeting_files as files

    chosen = ListFormat.json if as_json else form_of(form, output, ListFormat, _BINARY, "lanes")
    with shown.working("lanes", lang.value, declarations), files.naming(budgets):
        book, listed = files.rules(rules), files.trusted(trusted)
        found = targeting.lanes(
            declarations, model, files.policy(policy, budgets), seed=files.seed(seed),
            asked=_asked(map_, rates, first, last), rules=book, trusted=listed, log=log, reasons=reasons,
            language=lang.value, again=again,
        )  # fmt: skip
    shown.write_aside(aside, found.declared)
    shown.tell_lanes(found, chosen, output, top, log, lang.value, _idle(found, book, listed))
    return OK


def evaluate(
    declarations: given.Declarations,
    model: given.ModelFile,
    outcomes: given.Outcomes = None,
    last_year: given.LastYear = None,
    trusted: given.TrustedFile = None,
    log: given.LogOf = None,
    samples: given.Samples = 200,
    simulated: given.Simulated = False,
    first: given.First = None,
    last: given.Last = None,
    map_: given.Map = None,
    outcomes_map: given.OutcomesMap = None,
    rates: given.Rates = None,
    aside: given.Aside = None,
    form: given.ReportForm = None,
    output: Output = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Judge a model by what was found of later declarations, beside chance, declared duty and others.

    A check for leakage runs first. Where some declarations alone were inspected, --log has the probabilities
    by which they stand for all; without it figures are of the inspected alone.
    """
    from customhouse.cli import targeting_show as shown
    from customhouse.desk import targeting
    from customhouse.desk import targeting_files as files

    page = (ReportFormat.html,)
    chosen = ReportFormat.json if as_json else form_of(form, output, ReportFormat, page, "report")
    with shown.working("evaluate", lang.value, declarations):
        found = targeting.evaluate(
            declarations, model, outcomes, asked=_asked(map_, rates, first, last), last_year=last_year,
            outcomes_map=outcomes_map, trusted=files.trusted(trusted), log=log, samples=samples,
            simulated=simulated,
        )  # fmt: skip
    shown.write_aside(aside, found.declared, found.outcomes)
    shown.tell_judged(found, chosen, output, lang.value)
    return OK


def simulate(
    number: given.Number,
    out: given.Out,
    seed: given.Seed = 1,
    days: given.Days = 730,
    inspected: given.Inspected = 0.2,
    form: given.FileForm = FileFormat.csv,
    loop: given.LoopOver = False,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Write simulated declarations with hidden fraud, labelled as simulated, to try targeting on.

    Beside them what inspections found of some, what is true of all, accredited traders, and an example of
    a policy and of rules.
    """
    from customhouse.cli import targeting_show as shown
    from customhouse.desk import targeting_made as making

    with shown.working("simulate", lang.value):
        made = making.simulate(number, out, seed=seed, days=days, inspected=inspected, form=form.value)
        table = making.looped(number, seed, days, lang.value) if loop else None
    shown.tell_made(made, table, str(out), as_json, lang.value)
    return OK


def _idle(found: Lanes, rules: Rulebook | None, trusted: Trusted | None) -> list[Note]:
    """What is to be told of rules and accredited traders that no declaration has to do with."""
    from customhouse.targeting import idle

    frame = found.declared.frame()
    told = [] if rules is None else list(idle.rules(rules, found.selection, frame))
    return told if trusted is None else [*told, *idle.trusted(trusted, frame)]


def _asked(
    map_: str | None, rates: str | None, first: str | None, last: str | None, keys: str = ""
) -> Asked:
    from customhouse.targeting.intake.declarations import Asked
    from customhouse.targeting.intake.money import ExchangeRates

    named: dict[str, Any] = {"map": map_, "first": common.day(first), "last": common.day(last)}
    if first and last and named["first"] > named["last"]:
        raise TargetingError(f"--from {first} is after --until {last}; change one of them")
    if rates is not None:
        named["rates"] = ExchangeRates.parse(rates)
    return Asked(**named, keys=tuple(one.strip() for one in keys.split(",") if one.strip()))
