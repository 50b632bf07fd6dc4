"""A small application behind the limits, and how it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

import running
from customhouse.errors import CustomhouseError
from customhouse.web.headers import SecurityHeaders
from customhouse.web.limits import Limits
from customhouse.web.problems import handle
from customhouse.web.settings import Settings

SMALL = Settings(body_bytes=1000, upload_bytes=5000, in_flight=3, per_minute=0, seconds=0.5)


async def size(request: Request) -> Response:
    return JSONResponse({"size": len(await request.body())})


async def as_json(one: dict[str, Any]) -> dict[str, Any]:
    return one


async def form(request: Request) -> Response:
    return JSONResponse({"fields": len(await request.form())})


async def slow(seconds: float = 60) -> Response:
    await asyncio.sleep(seconds)
    return JSONResponse({})


async def stream() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(8):
            await asyncio.sleep(0.1)
            yield b"x" * 10

    return StreamingResponse(parts())


async def broken(what: str = "") -> Response:
    raise ValueError(what)


async def policy() -> Response:
    return Response(headers={"Content-Security-Policy": "default-src 'self'"})


async def elsewhere(to: str) -> Response:
    return RedirectResponse(to)


def made(settings: Settings = SMALL) -> FastAPI:
    """A small application behind the limits."""
    app = FastAPI(openapi_url=None)
    for kind in (CustomhouseError, Exception):
        app.add_exception_handler(kind, handle)
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(SecurityHeaders)
    for path, endpoint in (("/size", size), ("/json", as_json), ("/form", form)):
        app.post(path)(endpoint)
    for path, answering in (("/slow", slow), ("/stream", stream), ("/break", broken), ("/policy", policy),
                            ("/elsewhere", elsewhere)):  # fmt: skip
        app.get(path)(answering)
    return app


def client(app: FastAPI | None = None, address: str = "10.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app or made(), raise_app_exceptions=True, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://counter")


def asked(how: Callable[[httpx.AsyncClient], Any], app: FastAPI | None = None) -> Any:
    async def ask() -> Any:
        async with client(app) as one:
            return await how(one)

    return running.run(ask())


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) >= {"type", "title", "status", "detail", "code"}
    assert (told["status"], told["code"]) == (status, code)
    assert answer.headers["x-content-type-options"] == "nosniff"
