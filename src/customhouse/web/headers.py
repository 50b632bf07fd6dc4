"""Headers that every answer has, and the answer where something broke that nobody foresaw."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customhouse.web.problems import answer, handle, problem_of

NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: it may load nothing, wherever it is shown."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
        "midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of the OWASP secure headers; a route that means another says so itself."""
_log = logging.getLogger("customhouse.web")
_RAW = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_POLICY = (b"content-security-policy", NO_CONTENT_POLICY.encode())
_ORIGIN = re.compile(rb"https?://[^/?#]*")
_NAMES = frozenset({name for name, _ in (*_RAW, _POLICY)})


class BrokenOff(Exception):
    """An answer that cannot be finished."""


class SecurityHeaders:
    """ASGI middleware, the outermost: puts the headers on, and answers for what broke."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                unchanged = message["status"] == 304  # its headers take the place of those that came before
                message = {**message, "headers": dressed(message.get("headers", ()), not unchanged)}
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            _log.error("%s %s broke: %s", scope["method"], _route(scope), told(error))
            if started:  # the server ends the connection, and its log needs no more
                raise BrokenOff("an answer that had begun") from None
            response = await _answered(Request(scope), error)
            await response(scope, receive, sent)


def _here(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header; where it sends on, to an address of this server, whatever name the request gave it."""
    if name != b"location":
        return name, value
    return name, b"/" + _ORIGIN.sub(b"", value).lstrip(b"/\\")


async def _answered(request: Request, error: Exception) -> Response:
    """What is told of an error: a page or JSON; JSON too where the page is what broke."""
    try:
        return await handle(request, error)
    except Exception as another:
        _log.error("telling of it broke: %s", told(another))
        return answer(problem_of(error))


def dressed(given: Any, policy: bool = True) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those that it lacks; without `policy` it has none unless it says so."""
    there = [_here(bytes(name).lower(), bytes(value)) for name, value in given]
    named = {name for name, _ in there if name in _NAMES}
    usual = (*_RAW, _POLICY) if policy else _RAW
    return [*there, *(one for one in usual if one[0] not in named)]


def told(error: BaseException) -> str:
    """An error for the log: its kind and where in the code, without its message, which can have a piece of
    what was sent."""
    where = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__
    return f"{type(error).__name__}\n{where}" + (f"caused by {told(cause)}" if cause else "")


def _route(scope: Scope) -> str:
    """The route without what was asked of it."""
    route = scope.get("route")
    return str(getattr(route, "path", "") or "a request")
