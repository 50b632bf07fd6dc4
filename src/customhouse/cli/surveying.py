"""The command `survey`: indices from the answers of a survey, and whether they lead trade."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK
from customhouse.cli.options import Lang, Language, Output, Verbose
from customhouse.cli.output import PIPED, show, write

if TYPE_CHECKING:
    from rich.console import Console

    from customhouse.surveys import Indices, Leading, Line, Survey, Weights
    from customhouse.surveys.model import Floats


class SurveyFormat(StrEnum):
    """What `survey` can print or write."""

    terminal = "terminal"
    csv = "csv"
    json = "json"


class Method(StrEnum):
    """How a leading index is made."""

    oecd = "oecd"
    conference_board = "conference_board"


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="Tables of answers, of shares or of indices (CSV, XLSX, Parquet ...), in both languages.",
        show_default=False,
    ),
]
Questions = Annotated[
    list[str] | None,
    typer.Option("--question", help="Show this question alone; again for more.", metavar="QUESTION",
                 show_default=False),
]
OfComposite = Annotated[
    str | None,
    typer.Option(
        "--weights", metavar="NAME|QUESTION=N,...", show_default=False,
        help="A composite: pmi, export_managers_index, or weights of questions, below 0 where reversed.",
    ),
]
Strata = Annotated[
    str | None,
    typer.Option(help="The weight of each stratum; else what its firms weigh.", metavar="STRATUM=N,...",
                 show_default=False),
]
Answers = Annotated[
    str | None,
    typer.Option(help="The survey's own answers: 1=up,2=same,3=down,9=none.", metavar="ANSWER=MEANING,...",
                 show_default=False),
]
Balance = Annotated[bool, typer.Option("--balance", help="The share up less the share down.")]
Fewest = Annotated[int, typer.Option(help="Fewer answers are flagged.", metavar="N")]
Reference = Annotated[
    str | None,
    typer.Option(
        "--lead", metavar="FILE[:COLUMN]", show_default=False,
        help="Make a leading index of the questions, and tell by how many months it leads this series.",
    ),
]
Levels = Annotated[bool, typer.Option("--levels", help="The series to lead has amounts, not rates.")]
How = Annotated[Method, typer.Option(help="How the leading index is made.", metavar="|".join(Method))]
Adjust = Annotated[bool, typer.Option("--adjust", help="Adjust indices seasonally before all else.")]
Form = Annotated[
    SurveyFormat | None,
    typer.Option("--format", help="By default from the output's ending, else terminal.", show_default=False,
                 metavar="|".join(SurveyFormat)),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(survey)


def survey(
    paths: Files,
    question: Questions = None,
    weights: OfComposite = None,
    strata: Strata = None,
    answers: Answers = None,
    balance: Balance = False,
    fewest: Fewest = 30,
    adjust: Adjust = False,
    lead: Reference = None,
    levels: Levels = False,
    method: How = Method.oecd,
    form: Form = None,
    output: Output = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    verbose: Verbose = False,
) -> int:
    """Show diffusion indices of a survey by question and month, composites, and what leads trade.

    An index is the share of firms that answer up plus half the share that answer unchanged.
    """
    from customhouse import surveys
    from customhouse.surveys import composite
    from customhouse.surveys.composite import parsed

    chosen = SurveyFormat.json if as_json else _format(form, output)
    found = surveys.diffusion(
        _files(paths), statistic="balance" if balance else "diffusion", fewest=fewest,
        strata=None if strata is None else parsed(strata), answers=_meanings(answers),
    )
    if adjust:
        found = surveys.adjusted(found, _adjust)
    made = surveys.weights(weights) if weights else None
    whole = found.plus(composite(found, made)) if made else found
    leading = _leading(found, made, question, lead, levels, method) if lead else None
    if question:
        whole = whole.only([*_asked(question), *([made.name] if made else [])])
    _tell(surveys.Survey(whole, {made.name: made} if made else {}, leading), chosen, output, lang)
    return OK


def _asked(questions: list[str]) -> list[str]:
    from customhouse.surveys import words

    return list(dict.fromkeys(words.question(one) for one in questions))


def _files(paths: list[str]) -> list[Path]:
    from customhouse.records import files

    return files.find(paths)


def _meanings(text: str | None) -> dict[str, str] | None:
    """The survey's own answers, as `1=up,2=same`."""
    if text is None:
        return None
    pairs = [part.rpartition("=") for part in text.split(",")]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise typer.BadParameter(f"{text}: write --answers 1=up,2=same,3=down")
    return {name.strip(): meaning.strip() for name, _, meaning in pairs}


def _adjust(first: int, values: Floats) -> Floats:
    """Seasonal adjustment of an index: additive, for it lies between fixed ends."""
    from customhouse.seasons.adjust import adjust
    from customhouse.seasons.monthly import Monthly
    from customhouse.seasons.settings import Settings

    return adjust(Monthly(first, values), Settings(mode="none")).adjusted


def _leading(
    found: Indices, made: Weights | None, asked: list[str] | None, reference: str, levels: bool,
    method: Method,
) -> Leading:
    """The leading index of the composite's questions, weighed as there; else of those asked for, else of all.

    The series to lead is none of its own components.
    """
    from customhouse.surveys import leading

    names = list(made.weights) if made else _asked(asked) if asked else found.questions
    target = _reference(reference)
    return leading(
        [found.line(name) for name in names if name != target.name or made], target, weights=made,
        method=method.value, scales={target.name: "level" if levels else "rate"},
    )


def _reference(text: str) -> Line:
    """The series of a file, `file.csv` or `file.csv:column`."""
    from customhouse import surveys
    from customhouse.surveys import words

    path, _, column = (text, "", "") if Path(text).exists() else text.rpartition(":")
    path, column = (path, column) if path else (text, "")
    found = surveys.diffusion(_files([path]))
    names = found.questions
    if not column and len(names) != 1:
        raise typer.BadParameter(f"{path}: say which series, as {path}:{names[0]}; it has {', '.join(names)}")
    return found.line(words.question(column) if column else names[0])


def _format(form: SurveyFormat | None, output: Path | None) -> SurveyFormat:
    """The format that is meant: as said, else by the output's ending."""
    ending = output.suffix.lower().lstrip(".") if output else "txt"
    if form is None and ending not in ("txt", *SurveyFormat):
        raise typer.BadParameter(f"{output}: say which --format, or name it .txt, .csv or .json")
    return form or (SurveyFormat.terminal if ending == "txt" else SurveyFormat(ending))


def _tell(found: Survey, form: SurveyFormat, output: Path | None, lang: Lang) -> None:
    from customhouse.surveys import telling

    if form is SurveyFormat.terminal:
        show(output, lambda console: _show(found, console, lang.value), PIPED)
    else:
        make = telling.to_csv if form is SurveyFormat.csv else telling.to_json
        write(make(found, lang.value), output)


def _show(found: Survey, console: Console, language: str) -> None:
    """The table, and below it what it is made of."""
    from rich.text import Text

    from customhouse import tabular
    from customhouse.surveys import telling, words

    codes, headings, rows = telling.table(found, language)
    tabular.show_table(tabular.Table(codes, headings, rows, words.word("say", "empty", language)), console)
    for note in telling.notes(found, language):
        console.print(Text(note, style="dim"))
