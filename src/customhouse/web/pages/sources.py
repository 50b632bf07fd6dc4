"""The pages of sources: what was loaded and when, what was set aside, what each month has, revisions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse import describe
from customhouse.period import stretches
from customhouse.records import reasons
from customhouse.store import Vintage
from customhouse.web import provenance
from customhouse.web.chosen import day
from customhouse.web.held import HeldDesk
from customhouse.web.jobs.provenance import EXAMPLES, Revised, SetAside
from customhouse.web.making import Makings
from customhouse.web.problems import Problem
from customhouse.web.shell import counter, language, page

WAIT_S = 5.0
"""For so long a page waits for what is worked out of the store; without it, it says where to look again."""
_NAMES = 12
"""Names of files that are listed at once; others are folded."""
_KEPT_BYTES = 2**23


async def _sources(request: Request) -> Response:
    as_of = day(request)
    vintages = counter(request).desk.vintages(as_of)
    about = await counter(request).quick(_about, vintages, as_of)
    several = [source for source in _with_months(vintages) if _loaded_twice(vintages, source)]
    revised = await asyncio.gather(*(_revised(request, source, as_of) for source in several))
    return page(
        request, "sources.html", as_of=as_of, vintages=sorted(vintages, key=lambda v: -v.number),
        coverage=provenance.coverage(vintages, about), broken=_broken(vintages),
        revised=dict(zip(several, revised, strict=True)), put_right=provenance.put_right(vintages),
        **_words(request),
    )  # fmt: skip


async def _load(request: Request) -> Response:
    number = request.path_params["number"]
    vintages = counter(request).desk.vintages(day(request))
    vintage = next((v for v in vintages if v.number == number), None)
    if vintage is None:
        raise Problem(404, f"There is no load {number} that was known on that day.", "no_load")
    set_aside = await _set_aside(request, vintage) if vintage.counts.quarantined else ()
    return page(
        request, "sources_load.html", vintage=vintage, files=provenance.file_names(vintage), names=_NAMES,
        doubts=provenance.doubts(vintage), runs=stretches(vintage.months()), set_aside=set_aside,
        flags=[r for r in provenance.broken_rules([vintage]) if not r.sets_aside],
        put_right=provenance.put_right(vintages).get(number, 0), most=EXAMPLES, **_words(request),
    )  # fmt: skip


def _words(request: Request) -> dict[str, Any]:
    to = language(request)
    return {
        "said": partial(describe.period_words, language=to), "figure": partial(describe.figure, language=to),
        "runs_of": stretches, "why": partial(reasons.words, language=to), "month_of": provenance.month,
        "file_names": provenance.file_names,
    }  # fmt: skip


def _broken(vintages: Sequence[Vintage]) -> list[tuple[str, tuple[provenance.Reason, ...]]]:
    """The rules that rows of each source broke, sources with any."""
    by_source = {v.source: [o for o in vintages if o.source == v.source] for v in vintages}
    found = ((source, provenance.broken_rules(mine)) for source, mine in by_source.items())
    return [(source, rules) for source, rules in found if rules]


def _about(
    desk: HeldDesk, vintages: Sequence[Vintage], as_of: date | None
) -> dict[str, frozenset[int]]:
    """The months that official tables have figures about, also where these are of longer periods."""
    tables = {v.source for v in vintages if v.kind == "table" and v.months()}
    return {source: frozenset(desk.statistics(as_of, source).months()) for source in tables}


def _with_months(vintages: Sequence[Vintage]) -> list[str]:
    return list(dict.fromkeys(v.source for v in vintages if v.months()))


def _loaded_twice(vintages: Sequence[Vintage], source: str) -> bool:
    months = [month for v in vintages if v.source == source for month in v.months()]
    return len(months) > len(set(months))


async def _revised(request: Request, source: str, as_of: date | None) -> tuple[Revised, ...] | None:
    """How figures of a source changed; None where that takes longer to work out. Raises Problem."""
    held = counter(request)
    return await _worked_out(request).made(
        (held.state, "revised", source, as_of), lambda: held.work("revised", source, as_of), WAIT_S
    )


async def _set_aside(request: Request, vintage: Vintage) -> tuple[SetAside, ...] | None:
    held = counter(request)
    return await _worked_out(request).made(
        (held.state, "set_aside", vintage.number), lambda: held.work("set_aside", vintage.number), WAIT_S
    )


def _worked_out(request: Request) -> Makings[Any]:
    state = request.app.state
    if not hasattr(state, "worked_out"):
        state.worked_out = Makings(_KEPT_BYTES, _bytes)
    found: Makings[Any] = state.worked_out
    return found


def _bytes(rows: Sequence[Any]) -> int:
    """About how much memory they take."""
    return 2_000 * (1 + len(rows))


routes = [Route("/sources", _sources), Route("/sources/{number:int}", _load)]
