"""The addresses of SDMX REST: version 2 under /sdmx/v2, version 1 under /sdmx/v1."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from customhouse.web.problems import Problem
from customhouse.web.sdmx.selecting import KINDS, OTHERS
from customhouse.web.sdmx.serving import Answer, Exchange, availability, data, schema, structure

_LONGEST = 60_000
"""Letters of a path."""
_DEPTH = 12
"""Parts of a path."""
RESOURCES: dict[str, Answer] = {
    "data": data, "structure": structure, "availability": availability, "schema": schema,
}  # fmt: skip
OLD_RESOURCES: dict[str, Answer] = {"data": data, "availableconstraint": availability}


async def new(request: Request) -> Response:
    """REST 2. Raises Problem."""
    parts = _parts(request)
    answer = RESOURCES.get(parts[0])
    if answer is None:
        raise Problem(404, f"{parts[0][:60]!r}: there are {', '.join(RESOURCES)}")
    return _open(request, await answer(Exchange(request, old=False), parts[1:]))


async def old(request: Request) -> Response:
    """REST 1, in which each kind of structure is a resource of its own. Raises Problem."""
    parts = _parts(request)
    answer = OLD_RESOURCES.get(parts[0])
    if answer is not None:
        return _open(request, await answer(Exchange(request, old=True), parts[1:]))
    if parts[0] not in (*KINDS, *OTHERS, "structure"):
        raise Problem(404, f"{parts[0][:60]!r}: there are {', '.join((*OLD_RESOURCES, *KINDS))}")
    return _open(request, await structure(Exchange(request, old=True), parts))


def _parts(request: Request) -> list[str]:
    path = str(request.path_params["path"])
    if len(path) > _LONGEST or path.count("/") > _DEPTH:
        raise Problem(414, f"{len(path)} letters of a path; name fewer codes at a time")
    return path.rstrip("/").split("/")


async def service(request: Request) -> Response:
    """Where the service is. Raises Problem."""
    raise Problem(404, "SDMX REST 2.1 is under /sdmx/v2, 1.5 under /sdmx/v1: /sdmx/v2/structure/dataflow")


def _open(request: Request, response: Response) -> Response:
    """Pages from anywhere may read what is public."""
    origins: str = request.app.state.counter.settings.origins
    if origins:
        response.headers["Access-Control-Allow-Origin"] = origins
        response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Disposition, Content-Language"
    return response


ROUTES: list[BaseRoute] = [
    Route("/sdmx/v2/{path:path}", new, methods=["GET"]),
    Route("/sdmx/v1/{path:path}", old, methods=["GET"]),
    Route("/sdmx/{path:path}", service, methods=["GET"]),
    Route("/sdmx", service, methods=["GET"]),
]
