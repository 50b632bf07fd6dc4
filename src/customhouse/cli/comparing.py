"""The command that compares two versions of a text."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, CONTRADICTED
from customhouse.cli.options import Lang, Language, Published, Verbose
from customhouse.cli.output import PIPED, collect_claims, exit_code, show, write

First = Annotated[str, typer.Argument(
    metavar="A", help="The first version: a file, or - for standard input.", show_default=False)]
Second = Annotated[str | None, typer.Argument(
    metavar="B", help="The second version; without it, A holds both, in two languages.", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="Also the claims that are the same or said again.")]
Strict = Annotated[bool, typer.Option("--strict", help="End with exit code 1 on differences.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(compare)


def compare(
    first: First,
    second: Second = None,
    published: Published = None,
    as_json: common.Json = False,
    lang: Language = Lang.en,
    everything: Everything = False,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Tell where two versions of a text, in one language or two, differ in what they claim.

    Claims are aligned over what they measure, of what, when, and their figures; what the second version
    leaves out, adds or says otherwise is listed with both places. Units are converted, and a figure
    that is only rounded more is no difference. Claims read before, as .jsonl files, can stand for a text.
    """
    from customhouse.versions import compare as compared
    from customhouse.versions.halves import two_versions
    from customhouse.versions.places import Places
    from customhouse.versions.telling import rows

    given = [path for path in (first, second) if path is not None]
    sides = [collect_claims([path], published, directions=True) for path in given]
    unread = next((code for side in sides if (code := exit_code(side))), 0)
    if unread:
        return unread
    one, other = two_versions([(side, side.documents) for side in sides])
    found = compared(one, other)
    places = Places(sides[0].documents), Places(sides[-1].documents)
    if as_json:
        shown = found.pairs if everything else found.told
        write(json.dumps(rows(shown, *places), ensure_ascii=False, indent=2) + "\n", None)
    else:
        from customhouse.cli.sides import show_versions

        show(None, lambda console: show_versions(found, *places, console, lang.value, everything), PIPED)
    return CONTRADICTED if strict and found.differences else 0
