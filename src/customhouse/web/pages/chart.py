"""A chart of a page as a picture, for readers whose browser runs no scripts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse.web.pictures import drawn
from customhouse.web.problems import Problem

_HEADERS = {"Cache-Control": "public, max-age=86400, immutable"}


async def chart(request: Request) -> Response:
    """The picture of a key. Raises Problem (404 where no page has shown it lately)."""
    picture = await drawn(request.query_params.get("key", ""))
    if picture is None:
        raise Problem(404, "There is no such chart; open the page that it is on again.")
    return Response(picture, media_type="image/svg+xml", headers=_HEADERS)


routes = [Route("/chart.svg", chart)]
