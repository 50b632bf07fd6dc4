"""GET /releases: which periods can be written about, and the releases themselves."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from customhouse.model import LANGUAGES
from customhouse.period import Period
from customhouse.query import parse
from customhouse.release.figures import FILE
from customhouse.release.layout import stem
from customhouse.web.api.asked import AS_OF, CURRENCY, SOURCE, one_source
from customhouse.web.api.call import Call
from customhouse.web.api.contract import BINARY, PLAIN, ROOT, Operation, Parameter
from customhouse.web.api.shapes import ref
from customhouse.web.chosen import Chosen
from customhouse.web.problems import Problem, timed_out
from customhouse.web.released import releases as made

_FORMATS = {"json": ref("ReleaseClaims"), "html": PLAIN, "md": PLAIN, "docx": BINARY, "zip": BINARY}
_PERIOD = Parameter(
    "period",
    "2025-Q1, 2025-03, 2025-H1, 2025, or the months 2025-01_2025-05.",
    {"type": "string", "maxLength": 40, "minLength": 1},
    "2025-Q1",
    "path",
)
_LANGUAGE = Parameter("language", "Of the release.", {"type": "string", "enum": ["en", "zh"]}, "en", "path")
_FORM = Parameter(
    "format",
    "json: the claims with their arithmetic and cells; html, md, docx: the release; zip: all its files.",
    {"type": "string", "enum": list(_FORMATS)},
    "md",
)
_WHICH = (SOURCE, AS_OF, CURRENCY)


async def releases(call: Call) -> Response:
    """The periods that the statistics have whole, the latest first."""
    which = _which(call)
    told = [
        {"period": stem(period), "months": str(period)} | _links(call, stem(period))
        for period in await made(call.request).periods(which)
    ]
    return call.json({"source": which.source, "releases": told})


def _which(call: Call) -> Chosen:
    """The statistics that are meant. Raises Problem (422)."""
    as_of = call.get("as_of")
    source = one_source(call.counter.desk, call.get("source"), as_of)
    mine = tuple(v for v in call.counter.desk.vintages(as_of) if v.source == source and v.months())
    return Chosen(source, mine, as_of, call.get("currency"))


async def release(call: Call) -> Response:
    """Where a release of a period is had."""
    which = _which(call)
    period = _period(call.given["period"], which)
    if period not in await made(call.request).periods(which):
        raise _none(period, which)
    return call.json({"period": stem(period), "months": str(period)} | _links(call, stem(period)))


def _links(call: Call, name: str) -> dict[str, Any]:
    """The addresses of a release in each language and format."""
    kept = "".join(
        f"&{key}={call.request.query_params[key]}"
        for key in ("source", "as_of", "currency")
        if key in call.request.query_params
    )
    return {
        "languages": {
            to: {form: f"{ROOT}/releases/{name}/{to}?format={form}{kept}" for form in _FORMATS}
            for to in LANGUAGES
        }
    }


async def text(call: Call) -> Response:
    """A release in a language and a format."""
    which = _which(call)
    period = _period(call.given["period"], which)
    bundle = await made(call.request).bundle(which, period)
    if bundle is None:
        raise timed_out(call.counter.settings.seconds)
    language = call.given["language"]
    if call.form == "zip":
        return call.file(bundle.files, f"{bundle.stem}.zip")
    if call.form == "json":
        found = json.loads(bundle.file(FILE) or b"{}")
        return call.json(found | {"language": language})
    name = f"{bundle.stem}.{language}.{call.form}"
    content = bundle.file(name)
    if content is None:
        raise Problem(404, f"{name}: the release has no such file", "no_release")
    return call.file(content, name)


def _period(text: str, which: Chosen) -> Period:
    """The one period that is named. Raises QueryError, Problem (422)."""
    latest = max(month for v in which.vintages for month in v.months())
    found = parse("", {"period": text.replace("_", "/")}, latest).periods
    if len(found) != 1:
        raise Problem(422, f"period {text!r}: a release is of one period, such as 2025-Q1", "parameter")
    return found[0]


def _none(period: Period, which: Chosen) -> Problem:
    detail = f"{period}: {which.source} has not all of its months; {ROOT}/releases has what there is"
    return Problem(404, detail, "no_release")


OPERATIONS = (
    Operation(
        "/releases",
        "releases",
        "The periods that can be written about, latest first",
        "Releases",
        releases,
        {"json": ref("Releases")},
        parameters=(SOURCE, AS_OF),
    ),
    Operation(
        "/releases/{period}",
        "release",
        "Where the release of a period is had",
        "Releases",
        release,
        {"json": ref("Release")},
        parameters=(_PERIOD, *_WHICH),
        errors=(404,),
    ),
    Operation(
        "/releases/{period}/{language}",
        "release_text",
        "A release in a language",
        "Releases",
        text,
        _FORMATS,
        "Written from the statistics when it is asked for, which takes some seconds.",
        (_PERIOD, _LANGUAGE, _FORM, *_WHICH),
        errors=(404, 501),
        example="format=md",
    ),
)
