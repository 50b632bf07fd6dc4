"""The command `release`: a period of a store as a release in each language, or one verified."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customhouse.cli import query_options as given
from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, CONTRADICTED, OK
from customhouse.cli.options import Lang, Verbose
from customhouse.desk import open_store

if TYPE_CHECKING:
    from customhouse.release.verifying import Failure

Languages = Annotated[str, typer.Option("--lang", help="Languages of the release.", metavar="zh,en")]
Folder = Annotated[
    Path | None,
    typer.Option("--to", help="The folder to write it into.", metavar="DIR", show_default=False),
]
Formats = Annotated[
    str | None,
    typer.Option(
        "--formats", help="Of html, docx, md, xlsx, csv, svg, png; all unless told.", metavar="NAME,...",
        show_default=False,
    ),
]
GoesOut = Annotated[
    str | None,
    typer.Option(
        "--published", help="The day that it goes out, where not that of the last load.", metavar="DATE",
        callback=common._a_day, show_default=False,
    ),
]
Verified = Annotated[
    Path | None,
    typer.Option(
        "--verify", help="Compute the figures of the release in this folder again.", metavar="DIR",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(release)


def release(
    store: common.StorePath,
    period: given.Period = None,
    lang: Languages = "zh,en",
    to: Folder = None,
    formats: Formats = None,
    published: GoesOut = None,
    as_of: given.AsOf = None,
    source: common.Source = None,
    reporter: given.Reporter = None,
    currency: common.Currency = None,
    verify: Verified = None,
    engine: common.EngineName = "duckdb",
    as_json: common.Json = False,
    verbose: Verbose = False,
) -> int:
    """Write what is worth saying of a period as a release in each language, or verify one.

    The figures of the texts, tables and charts come from the store; each printed figure can be computed
    again from the file beside them.
    """
    if verify is not None:
        with open_store(store, engine) as desk:
            return _tell(desk.verify(verify), as_json)
    if period is None or to is None:
        raise typer.BadParameter("name the --period and the folder to write --to, or a release to --verify")
    with open_store(store, engine) as desk:
        made = desk.release(
            period, _languages(lang), as_of=common.day(as_of), source=source, reporter=reporter,
            currency=currency, published=date.fromisoformat(published) if published else None,
        )
    paths = made.save(to, [name.strip() for name in formats.split(",")] if formats else None)
    names = [str(path) for path in paths]
    typer.echo(json.dumps(names, ensure_ascii=False, indent=2) if as_json else "\n".join(names))
    return OK


def _languages(text: str) -> list[str]:
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in set(Lang)]
    if unknown or not chosen:
        raise typer.BadParameter(f"--lang {text!r}: choose from {', '.join(Lang)}, with commas between")
    return chosen


def _tell(found: list[Failure], as_json: bool) -> int:
    """Each figure that does not hold in a line; an exit code of its own where there are any."""
    if as_json:
        rows = [{"id": f.number, "text": f.text, "code": f.code, "reason": f.reason} for f in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        lines = [f"figure {f.number} ({f.text}): {f.reason}" for f in found]
        typer.echo("\n".join(lines) if lines else "all figures hold")
    return CONTRADICTED if found else OK
