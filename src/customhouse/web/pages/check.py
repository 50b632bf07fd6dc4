"""The page Check: a text that was pasted or uploaded, its figures marked with verdicts from the store.

A text is read from the body of a request, answered, and forgotten: it stands in no address, no file and
no log, and the answer may not be kept.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse.check import Verdict
from customhouse.errors import CustomhouseError
from customhouse.report.mark import Figure
from customhouse.web.chosen import sources
from customhouse.web.forms import Form, read_form
from customhouse.web.jobs.reading import Given
from customhouse.web.jobs.verdicts import WITHIN, Checked, Place
from customhouse.web.marking import linked
from customhouse.web.problems import Problem, problem_of
from customhouse.web.shell import counter, fragment, language, page
from customhouse.web.words import fill

UNKEPT = {"Cache-Control": "no-store"}
ORDER = (
    Verdict.CONTRADICTED, Verdict.OFF_BY_ROUNDING, Verdict.OTHER_BASE, Verdict.NO_STATISTICS, Verdict.HOLDS,
)  # fmt: skip
"""The verdicts as the list below a text has them: first what wants to be looked at."""
_PASTED = "text"
"""The name of a text that was pasted."""
_PLACES = {verdict.value: place for place, verdict in enumerate(ORDER)}


async def _form(request: Request) -> Response:
    """The empty form; with `example` a text to try it on."""
    told = {name: request.query_params.get(name, "") for name in ("source", "as_of")}
    if "example" in request.query_params:
        told["text"] = await counter(request).work("page_example", language(request), told["source"] or None)
    return page(request, "check.html", form=Form(told), **_common(request))


async def _check(request: Request) -> Response:
    """A text that was sent, with its verdicts; or what is wrong with it, above the form as it was sent."""
    form = Form()
    try:
        form = await read_form(request, counter(request).settings)
        given = given_in(form, "text", "file")
        which = _which(request, form)
        checked: Checked = await counter(request).work("page_check", given, language(request), *which)
    except CustomhouseError as error:
        return refused(request, "check", error, form=form, **_common(request))
    return await asyncio.to_thread(_answer, request, form, checked)


def _answer(request: Request, form: Form, checked: Checked) -> Response:
    """The page, or for a script the verdicts alone. Of a long text it takes a while."""
    template = "check_result.html" if fragment(request) else "check.html"
    shown = _common(request) | _shown(checked, language(request))
    return page(request, template, headers=UNKEPT, form=form, **shown)


def _which(request: Request, form: Form) -> tuple[date | None, str | None]:
    """The day and the source whose statistics are asked. Raises Problem (422)."""
    as_of, named = form.day("as_of"), form.get("source") or None
    there = sources(counter(request), as_of)
    if not there:
        raise Problem(422, f"There are no statistics{f' that were known on {as_of}' if as_of else ' yet'}.")
    if named and named not in there:
        raise Problem(422, f"source {named[:60]!r}: no such source; there are {', '.join(there)}")
    return as_of, named


def _common(request: Request) -> dict[str, Any]:
    return {"result": None, "problem": None, "sources": counter(request).sources}


def _shown(checked: Checked, to: str) -> dict[str, Any]:
    """What the template needs: the marked text, and the figures by their verdicts."""
    groups: dict[str, list[tuple[int, Place]]] = {verdict.value: [] for verdict in ORDER}
    for number, place in enumerate(checked.places):
        groups.setdefault(worst(place), []).append((number, place))
    figures = [Figure(n, one.start, one.end, _classes(one)) for n, one in enumerate(checked.places)]
    counts = checked.verdicts()
    about = [checked.name if checked.name != _PASTED else "", checked.published or ""]
    elsewhere = checked.read - sum(counts.values())
    about += [fill("check_elsewhere", to, n=elsewhere)] if elsewhere else []
    body = linked(checked.text, figures, lambda n: (str(n), str(n)))
    return {
        "result": checked, "body": body, "counts": counts,
        "groups": {verdict: found for verdict, found in groups.items() if found},
        "about": [*filter(None, about)], "verdicts": [verdict.value for verdict in ORDER],
    }  # fmt: skip


def worst(place: Place) -> str:
    """The verdict that a figure is shown by: the gravest of its claims."""
    return min((told.verdict for told in place.told), key=lambda verdict: _PLACES.get(verdict, len(ORDER)))


def _classes(place: Place) -> str:
    return worst(place) + (f" {WITHIN}" if place.findings and worst(place) != WITHIN else "")


def given_in(form: Form, field: str, file: str) -> Given:
    """The text or file of a form; the file, where there are both. Raises Problem (422)."""
    published = form.get("published") or None
    if file in form.files:
        name, data = form.files[file]
        return Given(name, data, published)
    text = form.text(field)
    if not text.strip():
        raise Problem(422, "There is no text; paste one, or choose a file.", "no_text")
    return Given(_PASTED, text, published)


def refused(request: Request, name: str, error: Exception, **context: Any) -> Response:
    """What is wrong with a form, above the form; for a script what is wrong alone."""
    problem, template = problem_of(error), "refused.html" if fragment(request) else f"{name}.html"
    context["problem"] = problem
    return page(request, template, problem.status, UNKEPT | problem.headers, **context)


routes = [Route("/check", _form, methods=["GET"]), Route("/check", _check, methods=["POST"])]
