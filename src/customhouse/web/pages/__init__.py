"""The pages, one module each with its `routes`; their addresses follow the language: `/en/query`."""

from __future__ import annotations

from importlib import import_module, util

from starlette.routing import Route

NAMES = ("overview", "query", "check", "compare", "ask", "releases", "sources", "api", "chart")

ROUTES: list[Route] = [
    route
    for name in NAMES
    if util.find_spec(f"{__name__}.{name}")
    for route in import_module(f"{__name__}.{name}").routes
]
