"""The Query page: choices, the table and the chart that they become, files, links and calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from customhouse.errors import CustomhouseError, StoreError
from customhouse.query import describe
from customhouse.query.run import Prefetched
from customhouse.web import charts
from customhouse.web.api.asked import Asked, Bounded, open_statistics
from customhouse.web.counter import Counter
from customhouse.web.pages.query_asked import Choices, Question, choices_of, settled, understood, untidy
from customhouse.web.pages.query_basis import Facts, basis
from customhouse.web.pages.query_calls import Call, calls, permanent
from customhouse.web.pages.query_figure import derived
from customhouse.web.pages.query_form import Form, examples, form, shortcuts
from customhouse.web.pages.query_offer import Offer, offer
from customhouse.web.pages.query_result import answered, titled
from customhouse.web.pages.query_rows import Table
from customhouse.web.pages.query_tree import GOODS, PARTNERS, branches
from customhouse.web.problems import Problem, problem_of
from customhouse.web.shell import counter as counter_of
from customhouse.web.shell import fragment, language, page

if TYPE_CHECKING:
    from customhouse.web.charts_model import Chart
    from customhouse.web.held import HeldDesk


@dataclass(frozen=True, slots=True)
class Result:
    """What stands below the form."""

    title: str
    asked: Choices
    table: Table
    charts: tuple[Chart, ...]
    basis: Facts
    calls: tuple[Call, ...]
    permanent: str


@dataclass(frozen=True, slots=True)
class View:
    """The whole page: the form, and the result or what is wrong."""

    form: Form
    shortcuts: list[tuple[str, str, bool]]
    chosen: Choices
    result: Result | None
    problem: Problem | None


async def query(request: Request) -> Response:
    """The page, or the result alone where a script asks for it."""
    if untidy(request.query_params) and not _part(request) and (clean := _tidied(request)):
        return RedirectResponse(clean, 303)
    try:
        view = await counter_of(request).quick(_view, request, language(request))
    except CustomhouseError as error:
        return _wrong(request, error)
    status = view.problem.status if view.problem else 200
    told = {"Vary": "HX-Request, HX-History-Restore-Request"} | (view.problem.headers if view.problem else {})
    if not _part(request):
        return page(request, "query.html", status, told, view=view, examples=examples(language(request)))
    told["HX-Push-Url"] = _tidied(request) or "false"
    return page(request, "query_result.html", status, told, view=view)


async def tree(request: Request) -> Response:
    """Goods or partners to choose from; the list alone where a script asks for it."""
    params = request.query_params
    kind = PARTNERS if params.get("kind") == PARTNERS else GOODS
    node, search = params.get("node", "")[:40], params.get("search", "").strip()[:80]
    try:
        found = await counter_of(request).quick(_tree, request, kind, node, search)
    except CustomhouseError as error:
        return _wrong(request, error)
    template = "query_tree.html" if fragment(request) else "query_browse.html"
    return page(request, template, kind=kind, search=search, **found)


async def figure(request: Request) -> Response:
    """What one figure rests on."""
    try:
        found = await counter_of(request).quick(_figure, request, language(request))
    except CustomhouseError as error:
        return _wrong(request, error)
    return page(request, "query_derived.html" if fragment(request) else "query_figure.html", **found)


def _wrong(request: Request, error: CustomhouseError) -> Response:
    """What is wrong, in the place of what a script asked for. Raises it where a page was asked for."""
    if not _part(request):
        raise error
    problem = problem_of(error)
    return page(request, "query_wrong.html", problem.status, problem.headers, problem=problem)


def _part(request: Request) -> bool:
    return fragment(request) and "hx-history-restore-request" not in request.headers


def _tidied(request: Request) -> str | None:
    """The address without what says nothing; None where it is not understood."""
    try:
        choices = choices_of(request.query_params)
    except CustomhouseError:
        return None
    told = choices.pairs() + ([("page", str(choices.page))] if choices.page > 1 else [])
    return request.url.path + (f"?{urlencode(told)}" if told else "")


def _view(desk: HeldDesk, request: Request, to: str) -> View:
    """Everything on the page, in one visit to the statistics."""
    counter, choices = counter_of(request), Choices()
    try:
        choices = choices_of(request.query_params)
        question = understood(desk, counter, choices)
        chosen = settled(question)
        result = _result(counter, question, chosen, _base(request), to)
        problem, there = None, _offer(counter, question)
    except StoreError:
        raise
    except CustomhouseError as error:
        problem, result, chosen = problem_of(error), None, choices
        there = _offer_of(desk, counter, choices)
    made = form(chosen, there, counter.sources, to)
    return View(made, shortcuts(chosen, there, to), replace(chosen, text=choices.text), result, problem)


def _result(counter: Counter, question: Question, chosen: Choices, base: str, to: str) -> Result:
    settings = counter.settings
    bounded = Prefetched(Bounded(question.statistics, settings.figures_seconds, settings.rows))
    found = answered(question, bounded, to, settings)
    known = [v for v in counter.vintages if v.source == question.source]
    pictures = [charts.of_answer(a, to, f"answer-{n}", titled(a, to)) for n, a in enumerate(found.drawn)]
    return Result(
        describe(question.first, to), chosen, found.table, tuple(c for c in pictures if c),
        basis(question, found.answers, known, to), calls(question, chosen, base, to),
        permanent(base, to, chosen, known),
    )  # fmt: skip


def _offer(counter: Counter, question: Question) -> Offer:
    key = (str(counter.path), counter.state, question.source, question.statistics.currency, question.as_of)
    return offer(question.statistics, key)


def _offer_of(desk: HeldDesk, counter: Counter, choices: Choices) -> Offer:
    """What the source of a question has that was not understood; where there is no such, the first."""
    source = choices.which.get("source")
    source = source if source in counter.sources else counter.source()
    if source is None:
        raise StoreError(f"{counter.path}: no figures in it; load some with: customhouse load")
    statistics = open_statistics(desk, Asked("", {}, source))
    return offer(statistics, (str(counter.path), counter.state, source, statistics.currency, None))


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _tree(desk: HeldDesk, request: Request, kind: str, node: str, search: str) -> dict[str, Any]:
    counter, choices = counter_of(request), choices_of(request.query_params)
    to = language(request)
    there = _offer_of(desk, counter, choices)

    def pick(option: str, code: str) -> str:
        """The page with a code chosen."""
        other = {"hs": "commodity", "commodity": "hs"}.get(option)
        changed: dict[str, object] = {option: code} | ({other: None} if other else {})
        return f"/{to}/query?{urlencode(choices.pairs(**changed))}"

    def below(code: str) -> str:
        """The list of what stands below a code."""
        return f"/{to}/query/tree?{urlencode([('kind', kind), ('node', code), *choices.pairs()])}"

    found = branches(there, kind, node, search, to)
    return {"branches": found, "pick": pick, "below": below, "choices": choices, "node": node}


def _figure(desk: HeldDesk, request: Request, to: str) -> dict[str, Any]:
    counter, choices = counter_of(request), choices_of(request.query_params)
    question = understood(desk, counter, choices)
    chosen = settled(question)
    return {
        "figure": derived(question, counter.vintages, to),
        "question": describe(question.first, to),
        "calls": calls(question, chosen, _base(request), to),
        "back": f"/{to}/query?{urlencode(chosen.pairs())}",
    }


routes = [Route("/query", query), Route("/query/tree", tree), Route("/query/figure", figure)]
