"""The page about growth: prices, volumes, working days and seasons that it is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from customhouse.errors import CustomhouseError
from customhouse.query import describe
from customhouse.web.growing import growths
from customhouse.web.pages.growth_asked import Asking, asking
from customhouse.web.pages.growth_calls import calls
from customhouse.web.pages.growth_shown import PricesShown, SeasonShown, prices_shown, season_shown
from customhouse.web.pages.query_asked import USUAL, Question, untidy
from customhouse.web.pages.query_basis import basis
from customhouse.web.pages.query_calls import Call
from customhouse.web.problems import Problem, problem_of
from customhouse.web.shell import counter, fragment, language, page
from customhouse.web.words import fill, word

if TYPE_CHECKING:
    from customhouse.store import Vintage
    from customhouse.web.pages.query_basis import Facts

S = TypeVar("S")
T = TypeVar("T")
WAIT_S = 1.5
"""For so long a page waits for its parts; those that take longer are asked for again by themselves."""
PARTS = ("prices", "season")
_VARY = {"Vary": "HX-Request, HX-History-Restore-Request"}
_LATER = {"Retry-After": "2", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of the page: what it shows, or the problem that it has; neither while it is being worked out."""

    shown: T | None = None
    problem: Problem | None = None

    @property
    def waiting(self) -> bool:
        """Whether it is being worked out."""
        return self.shown is None and self.problem is None


@dataclass(frozen=True, slots=True)
class Result:
    """What stands below the form."""

    title: str
    prices: Part[PricesShown]
    season: Part[SeasonShown]
    basis: Facts
    calls: tuple[Call, ...]
    permanent: str
    again: str
    query: str

    @property
    def waiting(self) -> bool:
        """Whether a part is being worked out."""
        return self.prices.waiting or self.season.waiting


async def growth(request: Request) -> Response:
    """The page; the result alone, or one part of it, where a script asks for it."""
    part = _part(request)
    if part is None and untidy(request.query_params):
        return RedirectResponse(_tidied(request), 303)
    try:
        held, params = counter(request), request.query_params
        asked = await held.quick(asking, held, params, language(request))
        result = await _result(request, asked)
    except CustomhouseError as error:
        if part is None:
            raise
        problem = problem_of(error)
        return page(request, "query_wrong.html", problem.status, problem.headers, problem=problem)
    return _answer(request, asked, result, part)


def _answer(request: Request, asked: Asking, result: Result | None, part: str | None) -> Response:
    """The page or a part of it, with the status that says how it went."""
    problem = asked.problem or (result and result.prices.problem)
    headers = dict(_VARY) | (problem.headers if problem else {})
    status = problem.status if problem else 200
    if result is not None and result.waiting:
        status, headers = 202, headers | _LATER
    if part in PARTS and result is not None:
        told = headers | {"HX-Push-Url": "false"}
        return page(request, f"growth_{part}.html", 200, told, asked=asked, result=result)
    if part is None:
        return page(request, "growth.html", status, headers, asked=asked, result=result)
    headers["HX-Push-Url"] = f"{request.url.path}?{urlencode(asked.pairs())}"
    return page(request, "growth_result.html", status, headers, asked=asked, result=result)


async def _result(request: Request, asked: Asking) -> Result | None:
    """Both parts, as far as they are there within `WAIT_S`; None where nothing is understood."""
    wanted, question, to = asked.wanted, asked.question, language(request)
    if wanted is None or question is None:
        return None
    made = growths(request)
    prices, season = await asyncio.gather(
        _tried(made.prices(wanted, WAIT_S)), _tried(made.season(wanted, WAIT_S))
    )
    base, known = str(request.base_url).rstrip("/"), counter(request).vintages
    pinned = asked.pairs(as_of=wanted.as_of.isoformat())
    return Result(
        fill("growth_of", to, what=describe(question.first, to)),
        _shown(prices, partial(prices_shown, language=to)),
        _shown(season, partial(season_shown, language=to)),
        _basis(question, known, to), calls(asked, wanted, base, to),
        f"{base}/{to}/growth?{urlencode(pinned)}", f"/{to}/growth?{urlencode(asked.pairs())}",
        f"/{to}/query?{urlencode([('measure', 'growth'), *asked.choices.pairs()])}",
    )  # fmt: skip


def _basis(question: Question, known: Sequence[Vintage], to: str) -> Facts:
    """What the figures rest on; which loads those are, the query of the growth says."""
    mine = [vintage for vintage in known if vintage.source == question.source]
    return [fact for fact in basis(question, (), mine, to) if fact[0] != word("query_loads", to)]


async def _tried(making: Awaitable[T | None]) -> Part[T]:
    try:
        return Part(await making)
    except CustomhouseError as error:
        return Part(problem=problem_of(error))


def _shown(part: Part[T], show: Callable[[T], S]) -> Part[S]:
    return Part(None if part.shown is None else show(part.shown), part.problem)


def _part(request: Request) -> str | None:
    """What a script asks for: `result`, or one part of it; None where a page is asked for."""
    if not fragment(request) or "hx-history-restore-request" in request.headers:
        return None
    part = request.query_params.get("part", "")
    return part if part in PARTS else "result"


def _tidied(request: Request) -> str:
    """The address without what says nothing."""
    told: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        if text.strip() and text != USUAL.get(name):
            told[name] = text
    return request.url.path + (f"?{urlencode(told)}" if told else "")


routes = [Route("/growth", growth)]
