"""What commands do alike: collect claims, print or write what came of them."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.console import Console

from customhouse.api import Claims, collect
from customhouse.cli.exits import CONTRADICTED, OK, PROGRAM, UNREAD, tell
from customhouse.export import save
from customhouse.model import Reconciliation

if TYPE_CHECKING:
    from customhouse.tabular import Table

Form = TypeVar("Form", bound=StrEnum)
PIPED = 160
"""The width of tables where nobody watches."""


class PipeConsole(Console):
    """A console that leaves a closed pipe to the caller (rich's own ends the process with code 1)."""

    def on_broken_pipe(self) -> None:
        """Pass the error on."""
        raise BrokenPipeError


@contextmanager
def bar() -> Iterator[Callable[..., object] | None]:
    """What tells progress (done, of how many, doing what): a bar where someone watches, else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda done, of, what="reading": shown.update(
            task, completed=done, total=of or None, description=what
        )


def collect_claims(paths: list[str], published: str | None, directions: bool = False) -> Claims:
    """The claims of all paths, with a progress bar where someone watches; problems are told.

    With `directions`, also what the texts say without a number. Where files are logged one by one (`-v`)
    a bar would be in the way.
    """
    logged = logging.getLogger(PROGRAM).isEnabledFor(logging.INFO)
    with nullcontext() if logged else bar() as progress:
        claims = collect(paths, published, progress, directions=directions)
    for problem in claims.problems:
        tell(str(problem), UNREAD)
    return claims


def exit_code(claims: Claims, result: Reconciliation | None = None) -> int:
    """What a run that got this far ends with; `result` where contradictions count."""
    if claims.problems:
        return UNREAD
    contradicted = result is not None and any(f.kind == "contradiction" for f in result.findings)
    return CONTRADICTED if contradicted else OK


def write(text: str, output: Path | None) -> None:
    """To a file, whole or not at all, or to standard output."""
    if output is None:
        sys.stdout.write(text)
    else:
        save(text, str(output))


def show(
    output: Path | None, draw: Callable[[Console], None], piped: int | None = None, paper: int = 110
) -> None:
    """Draw on the terminal, or into a file as plain text.

    `piped` is the width where nobody watches, `paper` that of a file.
    """
    if output is None:
        draw(PipeConsole(width=None if sys.stdout.isatty() else piped))
        return
    page = io.StringIO()
    draw(Console(file=page, width=paper))
    write(page.getvalue(), output)


def tell_table(table: Table, as_json: bool) -> int:
    """Print a table, or the same as JSON."""
    from customhouse import tabular

    if as_json:
        write(json.dumps(table.records(), ensure_ascii=False, indent=2, default=str) + "\n", None)
    else:
        show(None, lambda console: tabular.show_table(table, console), PIPED)
    return OK


def form_of(
    form: Form | None, output: Path | None, forms: type[Form], binary: Collection[Form], stem: str
) -> Form:
    """The format that is meant: as said, else by the output's ending; text for the terminal without one.

    `binary` are not for the screen; `stem` names a file in the advice. Raises BadParameter.
    """
    ending = output.suffix.lower().lstrip(".") if output else "txt"
    if form is None and ending not in ("txt", *forms):
        endings = ", ".join(f".{one}" for one in forms if one != "terminal")
        raise typer.BadParameter(f"{output}: say which --format, or name it .txt, {endings}")
    chosen = form or forms("terminal" if ending == "txt" else ending)
    if chosen in binary and output is None:
        raise typer.BadParameter(f"{chosen} is not for the screen; name a file with -o {stem}.{chosen}")
    return chosen
