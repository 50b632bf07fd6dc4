"""The command that answers questions in plain words: ask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK, USAGE
from customhouse.cli.options import Lang, Output, Verbose
from customhouse.cli.output import show, write

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from customhouse.ask import Part, Reply

_WIDTH = 100
"""Of prose: longer lines are hard to read."""

Asked = Annotated[
    str,
    typer.Argument(
        metavar="QUESTION",
        help='In Chinese or English, one or several: "How did exports to ASEAN do in the first quarter?"; '
        "- for standard input.",
        show_default=False,
    ),
]
Of = Annotated[Path, typer.Option("--of", help="The store to ask.", metavar="STORE", show_default=False)]
AnswerLanguage = Annotated[
    Lang | None,
    typer.Option(
        "--lang",
        help="Language of the answer; by default that of the question.",
        metavar="|".join(Lang),
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(ask)


def ask(
    question: Asked,
    of: Of,
    source: common.Source = None,
    currency: common.Currency = None,
    as_of: given.AsOf = None,
    output: Output = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    lang: AnswerLanguage = None,
    verbose: Verbose = False,
) -> int:
    """Answer questions in plain words: prose with its figures, a table, and the query behind it.

    What cannot be answered is refused with the words that were not understood, and the nearest
    question that can be asked; exit code 2 where nothing could be answered.
    """
    from customhouse.ask import showing
    from customhouse.desk import open_store

    with open_store(of, engine) as desk:
        reply = desk.ask(
            _text(question),
            language=None if lang is None else lang.value,
            as_of=common.day(as_of),
            source=source,
            currency=currency,
        )
    if as_json:
        write(showing.to_json(reply, str(of)), output)
    else:
        show(output, lambda console: _draw(reply, console, str(of)), _WIDTH)
    return OK if reply.answered else USAGE


def _text(question: str) -> str:
    return typer.get_text_stream("stdin").read() if question == "-" else question


def _draw(reply: Reply, console: Console, store: str) -> None:
    """Each part under its question, where there are several."""
    from rich.text import Text

    for number, part in enumerate(reply.parts):
        if number:
            console.print()
        if len(reply.parts) > 1:
            console.print(Text(part.question, style="bold cyan"), width=_WIDTH)
        _draw_part(part, reply.language, console, store)


def _draw_part(part: Part, language: str, console: Console, store: str) -> None:
    from rich.text import Text

    from customhouse import tabular
    from customhouse.ask import showing

    if part.refusal is not None:
        first, *rest = showing.refused(part, language)
        console.print(Text(first, style="yellow"), width=_WIDTH)
        for line in rest:
            console.print(Text(line), width=_WIDTH)
    else:
        console.print(_prose(part, showing.gap(language)), width=_WIDTH)
    for note in part.notes:
        console.print(Text(note, style="dim"), width=_WIDTH)
    if part.table is not None:
        console.print()
        tabular.show_answer(part.table, console, language)
        for line in (showing.command(part.query, store), showing.python(part.query)):
            console.print(Text(line, style="dim"), soft_wrap=True)


def _prose(part: Part, gap: str) -> Text:
    """The answer, yes or no and the figures set off."""
    from rich.text import Text

    text = Text()
    if part.lead:
        text.append(f"{part.lead}{gap}", style="bold")
    if part.passage is not None:
        start = len(text)
        text.append(part.passage.text)
        for claim in part.passage.claims:
            if claim.span is not None:
                text.stylize("bold", start + claim.span.start, start + claim.span.end)
    return text
