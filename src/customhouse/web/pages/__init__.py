"""The pages, one module each with its `routes`; their addresses follow the language: `/en/query`."""

from __future__ import annotations

from starlette.routing import Route

from customhouse.web.pages import api, ask, chart, check, compare, growth, overview, query, releases, sources

ROUTES: list[Route] = [
    route
    for page in (overview, query, growth, check, compare, ask, releases, sources, api, chart)
    for route in page.routes
]
