"""The overview of a period: headline figures, months, partners, goods, and what changed most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse.describe import period_words
from customhouse.errors import QueryError
from customhouse.period import Period
from customhouse.query import parse
from customhouse.query.table import unit_words
from customhouse.statistics import Concepts
from customhouse.web.api.asked import CONCEPTS
from customhouse.web.api.reading import value
from customhouse.web.chosen import chosen, sources
from customhouse.web.pages import overview_charts
from customhouse.web.pages import overview_figures as figures
from customhouse.web.pages.overview_words import day, tile
from customhouse.web.pages.query_options import pretty
from customhouse.web.problems import Problem
from customhouse.web.released import years
from customhouse.web.shell import counter, language, page, url
from customhouse.web.words import word

FLOWS = ("trade", "exports", "imports")
_LONGEST = 40


async def overview(request: Request) -> Response:
    """The page. Raises Problem."""
    held, to, wanted = counter(request), language(request), chosen(request)
    offered = await held.quick(figures.offered, wanted.source, wanted.as_of, wanted.currency)
    if not offered:
        raise Problem(404, f"{wanted.source}: no totals of any period; ask for its parts on the page Query.")
    asked = _period(request, offered)
    period = asked if asked in offered else _usual(offered)
    which = figures.Which(wanted.source, wanted.as_of, wanted.currency, _concepts(request), period)
    frame = await held.quick(figures.frame, which)
    flow = _flow(request, frame.flows)
    which = figures.Which(which.source, which.as_of, which.currency, which.concepts, period, flow)
    query = partial(url, request, "query")
    shown = await overview_charts.shown(held, overview_charts.Naming(which, to, query), frame.dimensions)
    return page(
        request, "overview.html", period=period, flow=flow, frame=frame, wanted=wanted, shown=shown,
        pretty=pretty, said=partial(period_words, language=to), years=years(offered),
        passed=None if asked in (None, period) else asked, sources=sources(held, wanted.as_of),
        earlier=_beside(period, offered, -1), later=_beside(period, offered, 1),
        known=day(wanted.known_on, to), money=unit_words(frame.currency, 0, to),
        tiles=[tile(head, to, query) for head in frame.headlines],
        lacking=_lacking(frame.dimensions, to), based=any(head.level.base for head in frame.headlines),
    )  # fmt: skip


def _period(request: Request, offered: Sequence[Period]) -> Period | None:
    """The period that is asked for; None where none is. Raises Problem (422)."""
    text = request.query_params.get("period", "").strip()
    if not text:
        return None
    known = "2025-03, 2025-Q1, 2025-H1, 2025 or 2025-01/2025-02"
    try:
        found = parse("", {"period": text[:_LONGEST]}, max(p.last for p in offered)).periods
    except QueryError as error:
        raise Problem(422, f"period {text[:_LONGEST]!r}: not a period; write one as {known}.") from error
    if len(found) != 1 or len(text) > _LONGEST:
        raise Problem(422, f"period {text[:_LONGEST]!r}: the overview is of one; write it as {known}.")
    return found[0]


def _usual(offered: Sequence[Period]) -> Period:
    """The last month; the last period of another length where no month is offered."""
    return next((period for period in offered if period.months == 1), offered[0])


def _beside(period: Period, offered: Sequence[Period], step: int) -> Period | None:
    """The period of the same length before or after; of those that count from January a year apart."""
    to_date = period.first % 12 == 0 and period.months not in (1, 3, 6, 12)
    beside = period.shift(12 * step if to_date else period.months * step)
    return beside if beside in offered else None


def _flow(request: Request, flows: Sequence[str]) -> str:
    flow = request.query_params.get("flow") or flows[0]
    if flow not in FLOWS:
        raise Problem(422, f"flow {flow[:_LONGEST]!r}: there are {', '.join(FLOWS)}.")
    return flow if flow in flows else flows[0]


def _concepts(request: Request) -> Concepts:
    """The concepts that are asked for. Raises Problem (422)."""
    given = {one.name: request.query_params.get(one.name) for one in CONCEPTS}
    found = {one.name: value(one, text) for one in CONCEPTS if (text := given[one.name])}
    usual = Concepts()
    return Concepts(
        found.get("system", usual.system), found.get("partner_by", usual.partner),
        found.get("returned", usual.returned),
    )  # fmt: skip


def _lacking(there: Sequence[str], to: str) -> str:
    """What the source does not tell apart, in words."""
    names = [word(f"overview_by_{axis}", to) for axis in figures.DIMENSIONS if axis not in there]
    return word("overview_or", to).join(names)


routes = [Route("/", overview)]
