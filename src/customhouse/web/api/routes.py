"""All operations, and the routes to them."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from customhouse.web.api import cells, codes, growth, history, loads, openapi, query, releases, texts
from customhouse.web.api.call import Call, packed
from customhouse.web.api.contract import ROOT, Operation
from customhouse.web.api.schemas import SCHEMAS
from customhouse.web.api.serving import Place
from customhouse.web.problems import Problem, answer


async def _document(call: Call) -> Response:
    return Response(described(), media_type="application/json")


_ITSELF = Operation(
    "/openapi.json", "openapi", "This document", "Store", _document, {"json": {"type": "object"}}
)
OPERATIONS: tuple[Operation, ...] = (
    *query.OPERATIONS, *cells.OPERATIONS, *growth.OPERATIONS, *history.OPERATIONS, *loads.OPERATIONS,
    *codes.OPERATIONS, *texts.OPERATIONS, *releases.OPERATIONS, _ITSELF,
)  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi.document(OPERATIONS, SCHEMAS)


@cache
def described() -> bytes:
    """The same as JSON."""
    return packed(document())


class _Nowhere:
    """What answers where there is nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = Request(scope).url.path
        near = difflib.get_close_matches(path, [f"{ROOT}{one.path}" for one in OPERATIONS], 1)
        meant = f"did you mean {near[0]}?" if near else f"what there is stands in {ROOT}/openapi.json"
        await answer(Problem(404, f"{path[:200]}: no such address; {meant}"))(scope, receive, send)


def _routes() -> list[BaseRoute]:
    places: dict[str, dict[str, Operation]] = {}
    for one in OPERATIONS:
        places.setdefault(one.path, {})[one.method] = one
    found: list[BaseRoute] = [Route(f"{ROOT}{path}", Place(there)) for path, there in places.items()]
    return [*found, Route(f"{ROOT}/{{rest:path}}", _Nowhere())]


ROUTES = _routes()
