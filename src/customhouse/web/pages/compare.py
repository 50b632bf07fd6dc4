"""The page Compare: two versions of a text side by side, in one language or two. Nothing of them is kept."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse.errors import CustomhouseError
from customhouse.model import LANGUAGES
from customhouse.report.mark import Figure
from customhouse.versions import Kind
from customhouse.web.forms import Form, read_form
from customhouse.web.jobs.reading import Given
from customhouse.web.jobs.versions import Compared, Spot
from customhouse.web.marking import linked
from customhouse.web.pages.check import UNKEPT, given_in, refused
from customhouse.web.shell import counter, fragment, language, page

ORDER = (Kind.DIFFERENT, Kind.MISSING, Kind.ADDED, Kind.LESS_PRECISE, Kind.REPEATED, Kind.SAME)
"""The kinds of pairs as the list has them: first what wants to be looked at."""
_QUIET = (Kind.REPEATED, Kind.SAME)
SIDES = ("first", "second")


async def _form(request: Request) -> Response:
    """The empty form; with `example` a text in one language and, with some slips, in the other."""
    told: dict[str, str] = {}
    if "example" in request.query_params:
        source = request.query_params.get("source") or None
        own, other = sorted(LANGUAGES, key=lambda to: to != language(request))
        for side, to, slips in ((SIDES[0], own, False), (SIDES[1], other, True)):
            told[side] = await counter(request).work("page_example", to, source, slips)
    return page(request, "compare.html", form=Form(told), result=None, problem=None)


async def _compare(request: Request) -> Response:
    """Two texts that were sent, side by side; or what is wrong with them, above the form as it was sent."""
    form = Form()
    try:
        form = await read_form(request, counter(request).settings, files=len(SIDES))
        given = _given(form)
        compared: Compared = await counter(request).work("page_compare", given, language(request))
    except CustomhouseError as error:
        return refused(request, "compare", error, form=form, result=None)
    return await asyncio.to_thread(_answer, request, form, compared)


def _answer(request: Request, form: Form, compared: Compared) -> Response:
    """The page, or for a script what differs alone. Of long texts it takes a while."""
    template = "compare_result.html" if fragment(request) else "compare.html"
    return page(request, template, headers=UNKEPT, form=form, problem=None, **_shown(compared))


def _given(form: Form) -> tuple[Given, ...]:
    """The versions that were sent: two, or one that holds both. Raises Problem (422)."""
    sent = [s for s in SIDES if f"{s}_file" in form.files or form.text(s).strip()]
    return tuple(given_in(form, side, f"{side}_file") for side in sent or SIDES)


def _shown(compared: Compared) -> dict[str, Any]:
    """What the template needs: the marked texts, and the pairs by their kinds."""
    counts = compared.kinds()
    groups = {
        kind.value: [(n, pair) for n, pair in enumerate(compared.pairs) if pair.kind == kind.value]
        for kind in ORDER
    }
    return {
        "result": compared, "bodies": [_body(compared, side) for side in range(len(compared.versions))],
        "counts": {kind.value: counts[kind.value] for kind in ORDER if kind.value in counts},
        "groups": {kind: found for kind, found in groups.items() if found},
        "quiet": [kind.value for kind in _QUIET],
    }  # fmt: skip


def _body(compared: Compared, side: int) -> Any:
    """One of the texts with the figures that stand in it; those of pair n are named n and a letter."""
    figures = [
        Figure(2 * number + second, spot.start, spot.end, pair.kind)
        for number, pair in enumerate(compared.pairs)
        for second, spot in enumerate((pair.first, pair.second))
        if isinstance(spot, Spot) and spot.side == side
    ]
    return linked(compared.versions[side].text, figures, lambda n: (f"{n // 2}{'ab'[n % 2]}", str(n // 2)))


routes = [Route("/compare", _form, methods=["GET"]), Route("/compare", _compare, methods=["POST"])]
