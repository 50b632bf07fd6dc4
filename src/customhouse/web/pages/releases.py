"""The pages of releases: which there can be, each of them with its figures opened, and its files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from customhouse import describe
from customhouse.period import Period
from customhouse.release.layout import period_of, stem
from customhouse.web.bundle import Bundle
from customhouse.web.cells import claim_in
from customhouse.web.chosen import Chosen, chosen, sources
from customhouse.web.problems import Problem
from customhouse.web.released import releases, years
from customhouse.web.shell import counter, language, page, url

WAIT_S = 1.0
"""For so long a page waits for its release before it says that one is being made."""
_OFFERED = ("docx", "md", "xlsx", "html")
_MEDIA = {
    "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json",
    "csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_CELL = ("measure", "flow", "dimension", "code", "period", "row")
_SHOWN = frozenset({"svg", "png"})
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox"
"""For a picture by itself: it has its letters and styles inside."""


async def _list(request: Request) -> Response:
    which = chosen(request)
    found = await releases(request).periods(which)
    return page(
        request, "releases.html", which=which, years=years(found), latest=_latest(found), stem=stem,
        sources=sources(counter(request), which.as_of), **_words(request),
    )  # fmt: skip


def _latest(found: Sequence[Period]) -> list[Period]:
    """The last period of each length."""
    by_length: dict[int, Period] = {}
    for period in found:
        by_length.setdefault(period.months, period)
    return sorted(by_length.values(), key=lambda period: (-period.last, period.months))


async def _release(request: Request) -> Response:
    which, period = chosen(request), _period(request)
    tag = _tag(request, which)
    if _had(request, tag):
        return Response(status_code=304, headers=_kept(tag))
    bundle = await releases(request).bundle(which, period, WAIT_S)
    if bundle is None:
        waiting = {"Retry-After": "2", "Cache-Control": "no-store"}
        return page(request, "release_waiting.html", 202, waiting, period=period, **_words(request))
    there = await releases(request).periods(which)
    told = bundle.pages[language(request)]
    return page(
        request, "release.html", headers=_kept(tag), which=which, period=period, bundle=bundle, told=told,
        parts=told.parts(which.query()), files=_files(bundle, language(request)), stem=stem,
        near=[(way, one) for way, one in _near(period) if one in there], weight=weight, **_words(request),
    )  # fmt: skip


def _words(request: Request) -> dict[str, Any]:
    return {"said": partial(describe.period_words, language=language(request))}


def weight(size: int) -> str:
    """A number of bytes as people say it."""
    thousands = size / 1000
    return f"{thousands:,.0f} kB" if thousands < 1000 else f"{thousands / 1000:,.1f} MB"


def _near(period: Period) -> list[tuple[str, Period]]:
    return [("previous", period.previous()), ("next", period.shift(period.months))]


def _files(bundle: Bundle, language: str) -> list[tuple[str, str, int]]:
    """The files that are offered: a word for each, its name and its size."""
    sizes = dict(bundle.names)
    names = {ending: f"{bundle.stem}.{language}.{ending}" for ending in _OFFERED}
    names["claims"] = "figures.json"
    found = [(code, name, sizes[name]) for code, name in names.items() if name in sizes]
    return [*found, ("all", f"{bundle.stem}.zip", len(bundle.files))]


async def _file(request: Request) -> Response:
    which, period, name = chosen(request), _period(request), request.path_params["name"]
    if (spanned := period_of(f"{stem(period)}_{name}")) is not None:  # 2025-01/2025-05
        return RedirectResponse(url(request, f"releases/{stem(spanned)}"), 308)
    tag = _tag(request, which)
    if _had(request, tag):
        return Response(status_code=304, headers=_kept(tag))
    bundle = await releases(request).bundle(which, period)
    data = bundle and (bundle.files if name == f"{bundle.stem}.zip" else bundle.file(name))
    if data is None:
        raise Problem(404, f"The release of {stem(period)} has no file {name!r}.", "no_file")
    ending = PurePosixPath(name).suffix[1:]
    how = "inline" if ending in _SHOWN else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{PurePosixPath(name).name}"'}
    if ending == "svg":
        headers["Content-Security-Policy"] = _PICTURE
    return Response(data, headers=_kept(tag) | headers, media_type=_MEDIA[ending])


async def _claim(request: Request) -> Response:
    """What one figure of a table says, for a script that shows it."""
    which = chosen(request)
    told = {name: request.query_params.get(name, "") for name in _CELL}
    card = await counter(request).quick(claim_in, which, told, language(request))
    if card is None:
        raise Problem(404, "The statistics have no such figure.", "no_figure")
    return HTMLResponse(card, headers={"Cache-Control": "no-cache"})


def _period(request: Request) -> Period:
    name = request.path_params["period"]
    if (period := period_of(name)) is None:
        detail = f"{name!r}: no period; name one as 2025, 2025-H1, 2025-Q1, 2025-03 or 2025-01_2025-05."
        raise Problem(404, detail, "no_period")
    return period


def _tag(request: Request, which: Chosen) -> str:
    """What changes when the answer does: the store, what is asked of it, and the program."""
    asked = (version("customhouse"), counter(request).state, which.pinned(), str(request.url))
    return f'W/"{hashlib.sha256(repr(asked).encode()).hexdigest()[:20]}"'


def _had(request: Request, tag: str) -> bool:
    """Whether who asks has it already (weak comparison, RFC 9110)."""
    told = request.headers.get("if-none-match", "").split(",")
    return tag.removeprefix("W/") in (one.strip().removeprefix("W/") for one in told)


def _kept(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache"}


routes = [
    Route("/releases", _list),
    Route("/releases/{period}", _release),
    Route("/releases/{period}/claim", _claim),
    Route("/releases/{period}/{name:path}", _file),
]
