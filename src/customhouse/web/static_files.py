"""Style sheets, scripts and vendored libraries, under addresses that change when they do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from customhouse.look import base
from customhouse.web.problems import Problem

FOLDER = Path(__file__).parent / "static"
MADE: Mapping[str, Callable[[], str]] = {"base.css": base, "release.css": lambda: _release_style()}
"""Style sheets that stand elsewhere, since pages in one file have them too."""
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json",
          ".woff2": "font/woff2", ".txt": "text/plain", ".png": "image/png"}  # fmt: skip


@cache
def address(name: str) -> str:
    """Where a file of `static/` is had: with a mark of what is in it, so that it may be kept for ever."""
    inside = MADE[name]().encode() if name in MADE else (FOLDER / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(inside).hexdigest()[:12]}"


def _release_style() -> str:
    from customhouse.release.layout.body import style

    return style()


@cache
def _names() -> frozenset[str]:
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in MADE and name not in _names():
        raise Problem(404, f"There is no file /static/{name}.")
    kind = _KINDS.get(Path(name).suffix, "application/octet-stream")
    forever = "v" in request.query_params
    kept = {"Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache"}
    if name in MADE:
        return Response(MADE[name](), media_type=kind, headers=kept)
    return FileResponse(FOLDER / name, media_type=kind, headers=kept)


ROUTES = [Route("/static/{name:path}", _file)]
