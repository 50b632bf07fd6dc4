"""The command that checks texts against statistics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, CONTRADICTED
from customhouse.cli.options import Lang, Language, Paths, Published, Strict, Verbose
from customhouse.cli.output import PIPED, collect_claims, exit_code, show, write
from customhouse.desk import open_store

Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Also write a self-contained page with each text, its figures marked by verdict.",
        metavar="FILE",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(check)


def check(
    paths: Paths,
    against: given.Against,
    published: Published = None,
    source: common.Source = None,
    currency: common.Currency = None,
    as_of: given.AsOf = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    everything: given.EveryClaim = False,
    report: Report = None,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Tell which figures of the texts hold in the statistics, what the statistics have instead, and why.

    Each figure that does not hold is tried for slips (a unit, a sign, a month, exports for imports, two
    figures exchanged ...); what is named was tested. Claims read before, as .jsonl files, can stand
    among the texts. Without --source every source of the store that has a figure is asked.
    """
    from customhouse import verdicts

    claims = collect_claims(paths, published, directions=True)
    with open_store(against) as desk:
        found = desk.check(claims, common.day(as_of), source, currency)
    if report is not None:
        from customhouse.report import write_report

        about = [one.read for one in found if one.read.span in {c.span for c in claims}]
        named = {document.name for document in claims.documents}
        shown = [claim for claim in about if claim.span and claim.span.doc in named]
        write(write_report(claims.documents, shown, verdicts.as_findings(found), lang.value), report)
    if as_json:
        told = [verdicts.check_json(one) for one in found]
        write(json.dumps(told, ensure_ascii=False, indent=2) + "\n", None)
    else:
        show(None, lambda console: verdicts.show_checks(
            found, console, lang.value, everything, claims.documents), PIPED)
    contradicted = any(one.verdict.value == "contradicted" for one in found)
    return CONTRADICTED if strict and contradicted else exit_code(claims)
