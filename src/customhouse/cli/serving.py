"""The command that opens the counter: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from customhouse.cli import shared_options as common
from customhouse.cli.exits import CODES, OK
from customhouse.cli.options import Verbose
from customhouse.errors import MissingExtra

Host = Annotated[
    str, typer.Option(help="The address to listen on; beyond loopback, behind a proxy.", metavar="HOST")
]
Port = Annotated[
    int, typer.Option(help="The port; 0 takes any that is free.", metavar="PORT", min=0, max=65535)
]
Seconds = Annotated[float, typer.Option(help="The time that one request may take.", metavar="SECONDS", min=1)]
Working = Annotated[
    int, typer.Option(help="Processes for heavy work: checks, releases, uploads.", metavar="N", min=1, max=64)
]
PerMinute = Annotated[
    int, typer.Option(help="Requests of one client in a minute; 0 sets no limit.", metavar="N", min=0)
]
Proxies = Annotated[
    str, typer.Option(help="Proxies whose word on a client's address is taken.", metavar="ADDRESS,...")
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=CODES)(serve)


def serve(
    store: common.StorePath,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    seconds: Seconds = 20.0,
    working: Working = 2,
    per_minute: PerMinute = 1200,
    proxies: Proxies = "127.0.0.1",
    verbose: Verbose = False,
) -> int:
    """Open the counter: pages and an API over a store, which it reads and never writes to."""
    try:
        from customhouse.web.serve import serve as run
        from customhouse.web.settings import Settings
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("customhouse"):
            raise
        raise MissingExtra("Serving pages", "web") from error
    settings = Settings(
        host=host, port=port, proxies=proxies, seconds=seconds, working=working, per_minute=per_minute
    )
    run(store, settings, lambda address: typer.echo(f"{store}: {address} (stop with Ctrl+C)"))
    return OK
