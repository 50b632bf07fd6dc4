"""What went wrong, in one shape: `application/problem+json` (RFC 9457) for scripts, a page for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from customhouse.errors import (
    CustomhouseError,
    EngineError,
    MissingExtra,
    OutputError,
    RequestError,
    StoreError,
)

_log = logging.getLogger("customhouse.web")
MEDIA = "application/problem+json"
TITLES = {
    400: "The request is not understood", 404: "There is no such thing here", 405: "This is not done here",
    406: "No such format", 408: "The request came too slowly", 413: "Too large",
    414: "The address is too long", 422: "The request cannot be answered", 429: "Too many requests",
    500: "Something broke here", 501: "Not installed here", 503: "Not now",
}  # fmt: skip
CODES = {
    400: "bad_request", 404: "not_found", 405: "not_allowed", 406: "not_acceptable", 408: "too_slow",
    413: "too_large", 414: "address_too_long", 422: "not_answerable", 429: "too_many", 500: "broken",
    501: "not_installed", 503: "unavailable",
}  # fmt: skip


class Problem(RequestError):
    """A request that is refused: an HTTP status, a code for programs, and what is wrong and what to do.

    The detail is English; pages tell it in Chinese where it is known so.
    """

    def __init__(
        self, status: int, detail: str, code: str | None = None, headers: Mapping[str, str] | None = None,
        in_chinese: str | None = None,
    ) -> None:
        super().__init__(detail, in_chinese)
        self.status, self.detail = status, detail
        self.code = code or CODES.get(status, "bad_request")
        self.title = TITLES.get(status, TITLES[400])
        self.headers = dict(headers or {})

    def to_dict(self) -> dict[str, Any]:
        """The members of the JSON object."""
        return {
            "type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail,
            "code": self.code,
        }  # fmt: skip

    def language(self, wanted: str) -> str:
        """The language that the detail is told in where a page is in `wanted`."""
        return wanted if self.told(wanted) != self.detail else "en"

    def parts(self) -> tuple[Any, ...]:
        """What it is made of, to be made again in another process."""
        return self.status, self.detail, self.code, self.headers, self.in_chinese

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.parts()


def busy(seconds: int = 5) -> Problem:
    """Too much is waiting already."""
    detail = f"Too many requests are waiting; try again in {seconds} seconds."
    return Problem(503, detail, "busy", {"Retry-After": str(seconds)})


def timed_out(seconds: float) -> Problem:
    """The work took longer than one request may."""
    detail = f"This took longer than the {seconds:g} seconds that one request may; ask for less at a time."
    return Problem(503, detail, "timed_out", {"Retry-After": "30"})


_STATUS: tuple[tuple[type[CustomhouseError], int], ...] = (
    (MissingExtra, 501), (EngineError, 503), (OutputError, 503), (CustomhouseError, 422),
)  # fmt: skip


def problem_of(error: Exception) -> Problem:
    """Any error as a problem; what was not foreseen is told without its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, str(error.detail), headers=error.headers)
    if isinstance(error, StoreError):
        _log.error("the store: %s", error)  # its message names places of the machine
        return Problem(503, "The statistics cannot be read now; why stands in the server's log.")
    if isinstance(error, CustomhouseError):
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return Problem(status, str(error), in_chinese=error.in_chinese)
    return Problem(500, "An error that was not foreseen; it stands in the server's log.")


def answer(problem: Problem) -> Response:
    """The problem as JSON."""
    body = json.dumps(problem.to_dict(), ensure_ascii=False).encode()
    return Response(body, problem.status, media_type=MEDIA, headers=problem.headers)


async def handle(request: Request, error: Exception) -> Response:
    """Starlette's handler of every error: a page where a page was asked for, else JSON."""
    problem = problem_of(error)
    if wants_page(request):
        from customhouse.web.shell import problem_page

        return problem_page(request, problem)
    return answer(problem)


def wants_page(request: Request) -> bool:
    """Whether the address is that of a page."""
    return request.url.path.split("/")[1:2] in (["en"], ["zh"], [""])
