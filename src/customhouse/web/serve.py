"""Serve the application: one process that listens, with its workers beside it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from customhouse.errors import OutputError
from customhouse.web.app import make_app
from customhouse.web.listening import Patient
from customhouse.web.settings import Settings


def serve(path: str | Path, settings: Settings, told: Callable[[str], None] | None = None) -> None:
    """Answer requests until the process is told to end; `told` is given the address once it listens.

    Port 0 takes any that is free. Raises OutputError where the address cannot be had, and as `make_app`.
    """
    listening = _listen(settings.host, settings.port)
    with listening:
        app = make_app(path, settings)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, proxy_headers=True,
            forwarded_allow_ips=settings.proxies, timeout_keep_alive=30, server_header=False,
            http=Patient, ws="none", timeout_graceful_shutdown=5,
        )  # fmt: skip
        if told:
            host, port = listening.getsockname()[:2]
            told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, before anything is loaded. Raises OutputError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(2048)
    except (OSError, OverflowError) as error:
        raise OutputError(f"{host}:{port}: cannot listen there ({error}); choose another --port") from error
    return found
