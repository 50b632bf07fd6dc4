"""The routes of the counter, put together around one store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from customhouse.errors import CustomhouseError
from customhouse.model import LANGUAGES
from customhouse.web import api, cache, headers, health, limits, sdmx
from customhouse.web.counter import Counter
from customhouse.web.pages import ROUTES as PAGES
from customhouse.web.problems import Problem, handle
from customhouse.web.settings import DEFAULTS, Settings
from customhouse.web.shell import preferred
from customhouse.web.static_files import ROUTES as STATIC


class _Language(Convertor[str]):
    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("language", _Language())


def make_app(path: str | Path, settings: Settings = DEFAULTS) -> FastAPI:
    """The application over the store at `path`. Raises StoreError, EngineError, MissingExtra."""
    counter = Counter(path, settings)
    app = FastAPI(title="customhouse", openapi_url=None, docs_url=None, redoc_url=None, lifespan=_life)
    app.state.counter = counter
    for kind in (CustomhouseError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)
    app.include_router(api.router)
    app.include_router(sdmx.router)
    app.router.routes += [*health.ROUTES, *STATIC, Route("/", _start), *_in_languages()]
    app.add_middleware(cache.Remembering, state=lambda: counter.state, most=settings.cache_bytes)
    app.add_middleware(limits.Limits, settings=settings)
    app.add_middleware(health.Measured)
    app.add_middleware(headers.SecurityHeaders)  # the outermost, so that refusals have them too
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    app.state.counter.workers.start()
    app.state.counter.indexes.keep(app.state.counter.state)
    try:
        yield
    finally:
        app.state.counter.close()


def _in_languages() -> list[BaseRoute]:
    """The pages under each language; an address of a language alone is its overview."""
    return [Mount("/{lang:language}", routes=[*PAGES, Route("/{rest:path}", _nowhere)])]


async def _start(request: Request) -> Response:
    return RedirectResponse(f"/{preferred(request)}/", 307, {"Vary": "Accept-Language"})


async def _nowhere(request: Request) -> Response:
    raise Problem(404, f"There is no page {request.url.path}.")
