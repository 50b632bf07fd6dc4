"""The page Ask: a question in plain words, its answer with the figures behind it, and the query it became."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse.describe import period_words
from customhouse.errors import CustomhouseError
from customhouse.period import Period
from customhouse.report.mark import Figure
from customhouse.web.chosen import chosen
from customhouse.web.forms import Form, whole
from customhouse.web.jobs.asking import Answered
from customhouse.web.marking import linked
from customhouse.web.pages.check import refused
from customhouse.web.shell import counter, fragment, language, page, url
from customhouse.web.words import fill, known

MOST = 800
"""Characters of a question that the form takes: in an address each may become nine."""
_WHICH = ("source", "as_of", "currency")


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply as the template has it: the marked text, the question in pieces with those that were not
    understood told apart, and the same query as a command."""

    part: Answered
    body: Markup
    question: tuple[tuple[str, bool], ...]
    command: str


async def _ask(request: Request) -> Response:
    """The questions of `?q=` with their answers; without any, the form and examples."""
    told = {name: whole(request.query_params.get(name, "")).strip() for name in ("q", *_WHICH)}
    form = Form(told)
    context: dict[str, Any] = {
        "form": form, "most": MOST, "sources": counter(request).sources, "problem": None, "result": None,
        "examples": list(_examples(request, told["source"] or None)),
    }  # fmt: skip
    if not told["q"]:
        return page(request, "ask.html", **context)
    try:
        one = chosen(request)
        which = (one.as_of, one.source, one.currency)
        parts = await counter(request).work("page_ask", told["q"], language(request), *which)
    except CustomhouseError as error:
        return refused(request, "ask", error, **context)
    context["result"] = [_shown(part, number, told) for number, part in enumerate(parts)]
    template = "ask_result.html" if fragment(request) else "ask.html"
    pushed = {"HX-Push-Url": url(request, "ask", q=told["q"])} if fragment(request) else {}
    return page(request, template, headers={"Cache-Control": "no-cache"} | pushed, **context)


def _shown(part: Answered, number: int, told: Mapping[str, str]) -> Shown:
    figures = [Figure(n, one.start, one.end) for n, one in enumerate(part.figures)]
    body = linked(part.text, figures, lambda n: (f"{number}-{n}", f"{number}-{n}"))
    options = (f" --{n.replace('_', '-')} {shlex.quote(told[n])}" for n in _WHICH if told[n])
    command = part.command and part.command + "".join(options)
    return Shown(part, body, tuple(_pieces(part.question, part.words)), command)


def _pieces(question: str, words: str) -> Iterator[tuple[str, bool]]:
    """The question cut where words that were not understood begin and end."""
    lost = "|".join(re.escape(one) for one in sorted(words.split(", "), key=len, reverse=True) if one)
    for number, piece in enumerate(re.split(f"({lost})", question) if lost else [question]):
        if piece:
            yield piece, number % 2 == 1


def _examples(request: Request, source: str | None) -> Iterator[str]:
    """Questions to try, about the latest period that there is."""
    months = counter(request).months(source)
    if not months:
        return
    to, last = language(request), (months[-1] + 1) // 3 * 3 - 1
    there = set(months).issuperset(range(last - 2, last + 1))
    period = Period(last - 2, last) if there else Period(months[-1], months[-1])
    number = 1
    while known(f"question_example_{number}"):
        year = str(months[-1] // 12)
        yield fill(f"question_example_{number}", to, period=period_words(period, to), year=year)
        number += 1


routes = [Route("/ask", _ask)]
