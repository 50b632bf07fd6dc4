"""The command `digest`: a short text in each language, written from the figures of an article."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, CONTRADICTED, OK, UNREAD, tell
from customhouse.cli.options import Paths, Published, Strict, Verbose
from customhouse.cli.output import collect_claims, exit_code, write
from customhouse.errors import EmptyFile, OutputError
from customhouse.texts import CLAIMS_FILE

if TYPE_CHECKING:
    from customhouse.api import Claims
    from customhouse.check import Comparison
    from customhouse.digest import Digest
    from customhouse.model import Language

_UNSAFE = re.compile(r"[^\w.-]+")


def _languages(text: str) -> str:
    from customhouse.digest.make import LANGUAGES

    wanted = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in wanted if part not in LANGUAGES]
    if wrong or not wanted:
        raise typer.BadParameter(f"{text!r}: write one or more of {', '.join(LANGUAGES)}, with commas")
    return ",".join(dict.fromkeys(wanted))


Languages = Annotated[
    str,
    typer.Option("--lang", help="The languages to write, in their order.", metavar="zh,en",
                 callback=_languages),
]
AgainstStore = Annotated[
    Path | None,
    typer.Option(help="A store: each figure carries the verdict of its statistics.", metavar="STORE",
                 show_default=False),
]
Folder = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write one .md a text into this folder, made where there is none.",
                 metavar="DIR", show_default=False),
]
Address = Annotated[
    str | None,
    typer.Option("--url", help="The address of the article, where it does not say its own.", metavar="URL",
                 show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(digest)


def digest(
    paths: Paths,
    lang: Languages = "zh,en",
    against: AgainstStore = None,
    source: common.Source = None,
    output: Folder = None,
    url: Address = None,
    published: Published = None,
    as_json: common.Json = False,
    strict: Strict = False,
    verbose: Verbose = False,
) -> int:
    """Write a short digest of each article from its figures, in Chinese and English.

    No figure is in it that the article does not state: what is written is read again before it is
    handed out.
    """
    for path in paths:
        if path.endswith(CLAIMS_FILE):
            raise typer.BadParameter(f"{path}: a claims file has no text to digest; give the text itself")
    claims = collect_claims(paths, published, directions=True)
    verdicts = _verdicts(claims, against, source)
    found, code = _digests(claims, lang.split(","), published, url, verdicts)
    if as_json:
        rows = [one.to_dict() for one in found]
        write(json.dumps(rows, ensure_ascii=False, indent=2, default=str) + "\n", None)
    else:
        _write(found, output)
    contradicted = any(one.verdict.value == "contradicted" for one in verdicts)
    return CONTRADICTED if strict and contradicted and code == OK else code


def _verdicts(claims: Claims, against: Path | None, source: str | None) -> list[Comparison]:
    if against is None:
        return []
    from customhouse.desk import open_store

    with open_store(against) as desk:
        return desk.check(claims, source=source)


def _digests(
    claims: Claims, languages: Sequence[str], published: str | None, url: str | None,
    verdicts: Sequence[Comparison],
) -> tuple[list[Digest], int]:
    """The digests of all texts that have one; what is wrong with the others is told."""
    from customhouse.digest import digest as made

    found: list[Digest] = []
    code = exit_code(claims)
    wanted: list[Language] = ["zh" if language == "zh" else "en" for language in languages]
    for document in claims.documents:
        mine = [claim for claim in claims if claim.span and claim.span.doc == document.name]
        judged = [one for one in verdicts if one.read.span and one.read.span.doc == document.name]
        try:
            found.append(made(document, mine, wanted, published, url, judged))
        except EmptyFile as error:
            code = tell(str(error), UNREAD)
    return found, code


def _write(found: Sequence[Digest], output: Path | None) -> None:
    """To the screen, or one file each into a folder, under names of their own."""
    from customhouse.digest import to_markdown

    if output is not None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{output}: cannot be made ({error.strerror or error})") from error
    for number, one in enumerate(found):
        page = to_markdown(one)
        if output is None:
            write(page if number == 0 else f"\n{page}", None)
            continue
        path = output / f"{_UNSAFE.sub('-', one.name).strip('-.') or 'digest'}.md"
        write(page, path)
        typer.echo(str(path))
