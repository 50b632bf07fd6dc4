"""Requests to their operation: methods, parameters, formats, tags, one shape of errors, other origins."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from customhouse.errors import CustomhouseError
from customhouse.web.api.call import Call, tag_of
from customhouse.web.api.contract import Operation
from customhouse.web.api.reading import format_of, read
from customhouse.web.counter import Counter
from customhouse.web.problems import Problem, answer, problem_of

MOVING = "public, no-cache"
"""Of what a load can change: it may be kept, and is to be asked for again with its ETag each time. Days in
the past are no exception, since a load can come in later that was known before."""
NEVER = "no-store"
_DAY = "86400"


class Place:
    """What answers at one path, whatever the method."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        told = [*operations, *(["HEAD"] if "GET" in operations else []), "OPTIONS"]
        self._allowed = ", ".join(sorted(told))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except CustomhouseError as error:
            response = answer(problem_of(error))
            response.headers["cache-control"] = NEVER
        _open_to_all(request, response)
        await response(scope, receive, _without_body(send) if scope["method"] == "HEAD" else send)

    async def _answer(self, request: Request) -> Response:
        method = request.method
        if method == "OPTIONS":
            return self._options(request)
        operation = self._operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            detail = f"{method[:20]}: not done here; {self._allowed} are"
            raise Problem(405, detail, headers={"Allow": self._allowed})
        return await respond(operation, request)

    def _options(self, request: Request) -> Response:
        headers = {"Allow": self._allowed}
        if "access-control-request-method" in request.headers and "GET" in self._operations:
            headers |= {
                "Access-Control-Allow-Methods": "GET, HEAD",
                "Access-Control-Allow-Headers": "Accept, If-None-Match",
                "Access-Control-Max-Age": _DAY,
            }
        return Response(status_code=204, headers=headers)


async def respond(operation: Operation, request: Request) -> Response:
    """The answer to a request; none is worked out for those who have it already. Raises Problem."""
    counter: Counter = request.app.state.counter
    given = read(operation, request.query_params.multi_items(), request.path_params)
    form = format_of(operation, given, request.headers.get("accept"))
    state = counter.state
    tag = tag_of(state, operation, given, form) if operation.remembered else ""
    if tag and _has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=_kept(operation, tag))
    response = await operation.handler(Call(request, operation, counter, given, form, state, tag))
    for name, told in _kept(operation, tag).items():
        response.headers.setdefault(name, told)
    return response


def _kept(operation: Operation, tag: str) -> dict[str, str]:
    """The headers that tell how an answer may be kept."""
    if not tag:
        return {"Cache-Control": NEVER}
    vary = {"Vary": "Accept"} if len(operation.formats) > 1 else {}
    return {"ETag": tag, "Cache-Control": MOVING} | vary


def _has(told: str | None, tag: str) -> bool:
    """Whether one of the tags of If-None-Match is this one (weak comparison, RFC 9110)."""
    if told is None:
        return False
    return told.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in told.split(","))


def _open_to_all(request: Request, response: Response) -> None:
    """Pages from anywhere may read what is public."""
    origins: str = request.app.state.counter.settings.origins
    if origins:
        response.headers["Access-Control-Allow-Origin"] = origins
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition, Retry-After"


def _without_body(send: Send) -> Send:
    """Sends the head of an answer alone."""

    async def head(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            message = {
                "type": "http.response.body",
                "body": b"",
                "more_body": message.get("more_body", False),
            }
        await send(message)

    return head  # type: ignore[return-value]
