"""The command line: `read`, `reconcile` and `report`, each a thin door to the library.

    exits    exit codes, and errors in one line
    apart    no command writes over what it reads
    options  what commands share of options
    output   what commands share of doing
"""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from customhouse import export, terminal
from customhouse.api import Claims
from customhouse.cli import (
    adjusting,
    apart,
    asking,
    checking,
    comparing,
    digesting,
    loading,
    prices,
    questions,
    releasing,
    series,
    serving,
    surveying,
    targeting,
)
from customhouse.cli.exits import CODES, PROGRAM, OneLineGroup
from customhouse.cli.options import (
    Directions,
    Everything,
    Lang,
    Language,
    Output,
    Page,
    Paths,
    Published,
    ReadForm,
    ReadFormat,
    ReconcileForm,
    ReconcileFormat,
    Strict,
    Verbose,
    Version,
)
from customhouse.cli.output import collect_claims, exit_code, show, write
from customhouse.jsonio import reconciliation_json
from customhouse.model import Claim, Reconciliation
from customhouse.texts import CLAIMS_FILE

FIRST_DERIVED = 10

app = typer.Typer(
    cls=OneLineGroup,
    help="Read foreign-trade texts into claims, reconcile them, and show it.",
    epilog=CODES,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


loading.register(app)
asking.register(app)
releasing.register(app)
checking.register(app)
comparing.register(app)
questions.register(app)
series.register(app)
digesting.register(app)
prices.register(app)
adjusting.register(app)
surveying.register(app)
targeting.register(app)
serving.register(app)


@app.callback()
def _root(version: Version = False) -> None:
    pass


@app.command(epilog=CODES)
def read(
    paths: Paths,
    published: Published = None,
    directions: Directions = False,
    form: ReadForm = None,
    output: Output = None,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Print every figure in the texts as a claim."""
    chosen = form or _format_of(output)
    if chosen is ReadFormat.parquet and output is None:
        raise typer.BadParameter("parquet is not for the screen; name a file with -o claims.parquet")
    if chosen is ReadFormat.terminal:
        _refuse_claims_files(paths)
    claims = collect_claims(paths, published, directions)
    if chosen is ReadFormat.terminal:
        show(output, lambda console: _show_claims(claims, console, lang))
    elif chosen is ReadFormat.parquet:
        export.write_parquet(tuple(claims), str(output))
    else:
        write(_text(claims, chosen), output)
    return exit_code(claims)


@app.command(epilog=CODES)
def reconcile(
    paths: Paths,
    published: Published = None,
    form: ReconcileForm = ReconcileFormat.terminal,
    output: Output = None,
    lang: Language = Lang.en,
    everything: Everything = False,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Tell where the texts contradict themselves and one another, and what follows from them.

    Claims read before, as .jsonl files, can stand among the paths.
    """
    claims = collect_claims(paths, published)
    result = claims.reconcile()
    if form is ReconcileFormat.json:
        write(reconciliation_json(result), output)
    else:
        show(output, lambda console: _show_reconciliation(result, console, lang, everything))
    return exit_code(claims, result if strict else None)


@app.command(epilog=CODES)
def report(
    paths: Paths,
    output: Page = "report.html",
    published: Published = None,
    lang: Language = Lang.en,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Write one self-contained page with each text, its claims and what was found on them."""
    from customhouse.report import write_report

    _refuse_claims_files(paths)
    claims = collect_claims(paths, published)
    result = claims.reconcile()
    page = write_report(claims.documents, tuple(claims), result, lang.value)
    write(page, None if output == "-" else Path(output))
    if output != "-":
        sizes = f"{len(claims.documents)} texts, {len(claims)} claims, {len(result.findings)} findings"
        typer.echo(f"{output}: {sizes}")
    return exit_code(claims, result if strict else None)


def _format_of(output: Path | None) -> ReadFormat:
    if output is None:
        return ReadFormat.terminal
    ending = output.suffix.lower().lstrip(".")
    if ending not in ("jsonl", "csv", "parquet"):
        raise typer.BadParameter(f"{output}: say which --format, or name it .jsonl, .csv or .parquet")
    return ReadFormat(ending)


def _refuse_claims_files(paths: list[str]) -> None:
    for path in paths:
        if path.endswith(CLAIMS_FILE):
            raise typer.BadParameter(f"{path}: a claims file has no text to show; give the text itself")


def _text(claims: Claims, form: ReadFormat) -> str:
    return claims.to_jsonl() if form is ReadFormat.jsonl else export.to_csv(tuple(claims))


def _show_claims(claims: Claims, console: Console, lang: Lang) -> None:
    by_document: dict[str, list[Claim]] = {document.name: [] for document in claims.documents}
    for claim in claims:
        if claim.span and claim.span.doc in by_document:
            by_document[claim.span.doc].append(claim)
    for document in claims.documents:
        terminal.show_claims(document, by_document[document.name], console, lang.value)


def _show_reconciliation(result: Reconciliation, console: Console, lang: Lang, everything: bool) -> None:
    terminal.show_findings(result, console, lang.value)
    terminal.show_derived(result, console, lang.value, None if everything else FIRST_DERIVED)


apart.register(app)  # when all commands are there


def main() -> None:
    """Run the command line."""
    app(prog_name=PROGRAM)
