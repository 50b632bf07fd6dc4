"""Connections that are no request yet, or that are never done: each is ended."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest

pytest.importorskip("fastapi")

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response, StreamingResponse

import running
from customhouse.web import limits, listening
from limited import made


def served(how: Callable[[int], Any], app: FastAPI | None = None) -> Any:
    """What a function gives that is run beside a listening server, with the server's port."""

    async def run() -> Any:
        config = uvicorn.Config(app or made(), http=listening.Patient, ws="none", log_level="critical")
        server = uvicorn.Server(config)
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            running = asyncio.ensure_future(server.serve(sockets=[sock]))
            while not server.started:
                await asyncio.sleep(0.01)
            try:
                return await asyncio.to_thread(how, sock.getsockname()[1])
            finally:
                server.should_exit = True
                await running

    return running.run(run())


def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What the server says to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        said = b""
        with suppress(OSError):
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
        with suppress(OSError):
            while piece := line.recv(65536):
                said += piece
        return said


def test_headers_that_come_drop_by_drop_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEAD_S", 0.4)
    assert served(lambda port: talk(port, b"GET / HT")).startswith(b"HTTP/1.1 408 ")
    drops = [b"GET / HTTP/1.1\r\n", *[b"x-a: b\r\n"] * 30]
    assert served(lambda port: talk(port, *drops, pause=0.05)).startswith(b"HTTP/1.1 408 ")
    assert served(lambda port: talk(port)) == b""


def test_headers_without_end_end_the_connection() -> None:
    endless = [b"GET / HTTP/1.1\r\nhost: a\r\n", *[b"x-a: " + b"y" * 60_000 + b"\r\n"] * 100]
    assert served(lambda port: talk(port, *endless))[:12] in (b"HTTP/1.1 431", b"")
    assert served(lambda port: talk(port, b"GET /" + b"x" * 200_000))[:12] in (b"HTTP/1.1 431", b"")


def test_a_body_that_stalls_is_told_so_and_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.3)
    monkeypatch.setattr(listening, "BODY_S", 0.6)
    head = b"POST /size HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf"
    said = served(lambda port: talk(port, head))
    assert said.startswith(b"HTTP/1.1 408 ") and said.count(b"HTTP/1.1") == 1
    assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "too_slow"


def test_requests_on_one_connection_one_after_the_other_are_no_long_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "HEAD_S", 0.4)
    monkeypatch.setattr(listening, "BODY_S", 0.4)

    def some(port: int) -> list[int]:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as one:
            return [one.get("/slow?seconds=0.15").status_code for _ in range(6)]

    assert served(some) == [200] * 6


def test_a_client_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "STALL_S", 0.3)
    app = made()
    ended = []

    @app.get("/endless")
    async def endless() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 100_000
                    await asyncio.sleep(0)
            finally:
                ended.append(1)

        return StreamingResponse(parts())

    def take_nothing(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /endless HTTP/1.1\r\nhost: a\r\n\r\n")
            until = time.monotonic() + 20
            while not ended and time.monotonic() < until:
                time.sleep(0.05)

    served(take_nothing, app)
    assert ended


def test_what_is_no_request_gets_a_plain_refusal() -> None:
    hello = b"\x16\x03\x01\x02\x00\x01\x00"  # of TLS
    for noise in (b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", hello, b"GET / HTTP/9.9\r\n\r\n"):
        assert served(lambda port, n=noise: talk(port, n)).startswith(b"HTTP/1.1 400 ")


def test_line_ends_between_requests_do_not_hold_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEAD_S", 0.4)
    whole = b"GET /slow?seconds=0 HTTP/1.1\r\nhost: a\r\n\r\n"
    said = served(lambda port: talk(port, whole, b"\r\n", pause=0.1))
    assert said.startswith(b"HTTP/1.1 200 ") and said.count(b"HTTP/1.1") == 1
    said = served(lambda port: talk(port, whole, b"\r\n", whole, b"\r\n", pause=0.1))
    assert said.count(b"HTTP/1.1 200 ") == 2


def test_requests_sent_without_waiting_are_answered_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEAD_S", 0.4)
    some = [b"GET /slow?seconds=%s HTTP/1.1\r\nhost: a\r\n\r\n" % n for n in (b"0.3", b"0", b"0.3", b"0")]
    said = served(lambda port: talk(port, b"".join(some), b"\r\n"))
    assert said.count(b"HTTP/1.1 200 ") == 4
