"""The frame of the pages: language, addresses, templates, and what a page may load."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from customhouse import describe
from customhouse.look import LANGUAGE_TAGS
from customhouse.model import LANGUAGES
from customhouse.web.static_files import address
from customhouse.web.words import fill, known

if TYPE_CHECKING:
    from customhouse.web.counter import Counter
    from customhouse.web.problems import Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECTIONS = ("", "query", "growth", "check", "ask", "releases", "sources", "api")
"""The pages that the navigation names, by the first part of their address."""
COMMON = ("source", "as_of", "currency", "system", "partner_by", "returned")
"""Parameters that stay when one goes from page to page."""


def language(request: Request) -> str:
    """The language of a page, from its address; elsewhere the one that the browser prefers."""
    first = request.url.path.split("/")[1]
    return first if first in LANGUAGES else preferred(request)


def preferred(request: Request) -> str:
    """The language that a browser asks for."""
    told = request.headers.get("accept-language", "")
    ranked = sorted(map(_ranked, told.split(",")), key=lambda one: -one[1])
    return next((tag for tag, _ in ranked if tag in LANGUAGES), "en")


def counter(request: Request) -> Counter:
    """The counter that the request came to."""
    found: Counter = request.app.state.counter
    return found


def url(request: Request, path: str, to: str | None = None, **params: object) -> str:
    """The address of a page in the language of the request (or `to`), empty parameters left out.

    What is common to all pages (source, day, currency, concepts) is carried along unless told.
    """
    kept = {name: request.query_params.get(name) for name in COMMON}
    told = [(k, v) for k, v in (kept | params).items() if v not in (None, "")]
    query = urlencode(told, doseq=True)
    return f"/{to or language(request)}/{path.lstrip('/')}" + (f"?{query}" if query else "")


def in_language(request: Request, to: str) -> str:
    """The address of the same page in another language."""
    _, _, rest = request.url.path.lstrip("/").partition("/")
    return f"/{to}/{rest}" + (f"?{request.url.query}" if request.url.query else "")


def fragment(request: Request) -> bool:
    """Whether a script asks for a part of the page to put in place."""
    return request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers


def page(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A template of `templates/` filled in. `w(code, **places)` gives words, `url(path, **params)` addresses,
    `name(code, kind)` what a code is called."""
    to = language(request)
    text = environment().get_template(template).render(
        request=request, lang=to, tag=LANGUAGE_TAGS[to], others=[o for o in LANGUAGES if o != to],
        w=partial(_word, to), url=partial(url, request), in_language=partial(in_language, request),
        name=lambda code, kind=None: describe.name(code, to, kind), sections=SECTIONS, tags=LANGUAGE_TAGS,
        here=request.url.path.split("/")[2:3], counter=counter(request), **context,
    )  # fmt: skip
    told = {"Content-Security-Policy": POLICY, "Vary": "HX-Request", "Content-Language": LANGUAGE_TAGS[to]}
    return HTMLResponse(text, status, headers=told | dict(headers or {}))


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """A page that says what is wrong, in the place of the one that was asked for."""
    title = f"problem_{problem.status}"
    return page(
        request, "problem.html", problem.status, problem.headers, problem=problem,
        title=title if known(title) else "problem_422",
    )  # fmt: skip


@cache
def environment() -> Environment:
    """The templates; what is put into them is escaped."""
    loader = PackageLoader("customhouse.web")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["static"] = address
    return made


def _word(to: str, code: str, **places: object) -> str:
    return fill(code, to, **places)


def _ranked(told: str) -> tuple[str, float]:
    tag, _, weight = told.strip().partition(";q=")
    try:
        return tag.split("-")[0].lower(), float(weight or 1)
    except ValueError:
        return tag, 0.0
