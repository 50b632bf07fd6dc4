"""POST /read, /check, /compare, /reconcile, GET and POST /ask: texts, which nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from customhouse.errors import PeriodError
from customhouse.texts import check_published
from customhouse.web.api.asked import AS_OF, CURRENCY, SOURCE, one_source
from customhouse.web.api.call import Call
from customhouse.web.api.contract import JSON, Body, Operation, Parameter, Schema
from customhouse.web.api.shapes import record, ref, told
from customhouse.web.forms import read_form, whole
from customhouse.web.jobs.reading import Given
from customhouse.web.problems import Problem

_FORM = "multipart/form-data"
_PUBLISHED: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$",
    "description": "The day or month of the text, from which `last month` counts; else as the text shows.",
}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 200_000}
_NAME: Schema = {"type": "string", "maxLength": 200, "description": "What the text is called in the answer."}
_FILE: Schema = {"type": "string", "format": "binary", "description": ".txt .md .html .docx or .pdf"}
_EXAMPLE = "In March exports to ASEAN were 412.3 billion yuan, up 6.9%."
_DIRECTIONS = Parameter(
    "directions", "Also what the text says without a number: that exports fell.", {"type": "boolean"}, None
)
_QUESTION = Parameter(
    "q",
    "Questions in plain words, in English or Chinese.",
    {"type": "string", "minLength": 1, "maxLength": 2000},
    "How did exports to ASEAN do in the first quarter?",
)
_TO = Parameter(
    "lang",
    "Language of the answer; by default that of the question.",
    {"type": "string", "enum": ["en", "zh"]},
)


def _body(*texts: str) -> Body:
    """One text as JSON, or a form with a text or a file; two where there are two names."""
    named = dict.fromkeys(texts, _TEXT)
    needed = {texts[0]: _TEXT}
    others = {**named, "name": _NAME, "published": _PUBLISHED}
    files = {name.replace("text", "file"): _FILE for name in texts}
    form: dict[str, Any] = {
        "type": "object",
        "properties": {**named, **files, "name": _NAME, "published": _PUBLISHED},
    }
    example = {texts[0]: _EXAMPLE, "published": "2025-04-14"} | dict.fromkeys(texts[1:], _EXAMPLE)
    return Body({JSON: record(needed, others), _FORM: form}, example)


async def read(call: Call) -> Response:
    """The claims of a text."""
    given = await _given(call, ("text",))
    return call.json(await call.counter.work("read", given, call.get("directions", False)))


async def check(call: Call) -> Response:
    """Each claim with its verdict."""
    given = await _given(call, ("text",))
    which = await call.counter.quick(_which, call.given)
    return call.json(await call.counter.work("check", given, *which))


async def compare(call: Call) -> Response:
    """Where two versions differ."""
    return call.json(await call.counter.work("compare", await _given(call, ("text", "other_text"))))


async def reconcile(call: Call) -> Response:
    """Whether a text agrees with itself, and what follows from it."""
    return call.json(await call.counter.work("reconcile", await _given(call, ("text",))))


async def ask(call: Call) -> Response:
    """Questions in the address."""
    return await _answered(call, call.get("q"), call.get("lang"))


async def ask_by_body(call: Call) -> Response:
    """Questions in the body."""
    sent = await _object(call.request, ("text", "language"))
    language = sent.get("language")
    if language not in (None, "en", "zh"):
        raise Problem(422, "language: write en or zh", "body")
    return await _answered(call, sent.get("text"), language)


async def _answered(call: Call, text: str | None, language: str | None) -> Response:
    if not text or not text.strip():
        raise Problem(422, "q: write a question, as: How did exports do in March 2025?", "parameter")
    if len(text) > _LONGEST:
        raise Problem(413, f"The question has {len(text):,} characters; {_LONGEST:,} are the most.")
    as_of, source, currency = await call.counter.quick(_which, call.given, True)
    return call.json(await call.counter.work("ask", whole(text), language, as_of, source, currency))


_LONGEST = 4000


def _which(desk: Any, given: Mapping[str, Any], one: bool = False) -> tuple[Any, Any, Any]:
    """Which statistics are meant. Raises Problem (422) where they are not there, or one must be named."""
    source = given.get("source")
    if one or source is not None:
        source = one_source(desk, source, given.get("as_of"))
    return given.get("as_of"), source, given.get("currency")


async def _given(call: Call, names: tuple[str, ...]) -> list[Given]:
    """The texts or files that were sent, in the order of `names`. Raises Problem (400, 413, 422)."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return await _of_form(call, names)
    if kind != JSON:
        raise Problem(422, f"Content-Type {kind[:60] or 'none'!r}: send {JSON} or {_FORM}", "body")
    sent = await _object(call.request, (*names, "name", "published"))
    texts = [sent[name] for name in names if sent.get(name)]
    return _named(texts, sent.get("name"), sent.get("published"), names)


async def _of_form(call: Call, names: tuple[str, ...]) -> list[Given]:
    form = await read_form(call.request, call.counter.settings, files=len(names))
    published, title = form.get("published") or None, form.get("name") or None
    known = {*names, "name", "published", *(name.replace("text", "file") for name in names)}
    for name in (*form.fields, *form.files):
        if name not in known:
            raise Problem(422, f"{name[:60]!r}: no such field; there are {', '.join(sorted(known))}", "body")
    texts: list[Any] = []
    for name in names:
        file = form.files.get(name.replace("text", "file")) or form.files.get(name)
        if file or form.get(name):
            texts.append(file or form.text(name))
    return _named(texts, title, published, names)


def _named(texts: list[Any], title: str | None, published: str | None, names: tuple[str, ...]) -> list[Given]:
    if not texts:
        raise Problem(422, f"{names[0]}: nothing was sent; send a text or a file", "body")
    if published is not None:
        try:
            check_published(published)
        except PeriodError as error:
            raise Problem(422, f"published: {error}", "body") from error
    found = []
    for text in texts:
        name, content = text if isinstance(text, tuple) else (title or "text", whole(text))
        found.append(Given(whole(name), content, published))
    return found


async def _object(request: Request, names: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object of a body, with text in some fields alone. Raises Problem (400, 422)."""
    try:
        found = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"The body is no JSON: {error}", "body") from error
    if not isinstance(found, dict):
        raise Problem(422, "The body is no JSON object", "body")
    for name, one in found.items():
        if name not in names:
            raise Problem(422, f"{name[:60]!r}: no such field; there are {', '.join(names)}", "body")
        if not isinstance(one, str):
            raise Problem(422, f"{name}: no text", "body")
        if not one:
            raise Problem(422, f"{name}: empty; leave it out", "body")
    return found


_ASKED = Body(
    {
        JSON: record(
            {"text": {"type": "string", "minLength": 1, "maxLength": _LONGEST}},
            {"language": told({"type": "string", "enum": ["en", "zh"]}, "Of the answer.")},
        )
    },
    {"text": "How did exports to ASEAN do in the first quarter?", "language": "en"},
)
_KEPT = "Nothing that is sent is kept."
_ERRORS = (501,)


def _post(
    path: str,
    summary: str,
    handler: Any,
    answer: str,
    meaning: str,
    body: Body,
    parameters: tuple[Parameter, ...] = (),
) -> Operation:
    return Operation(
        path,
        path.strip("/"),
        summary,
        "Texts",
        handler,
        {"json": ref(answer)},
        f"{meaning} {_KEPT}".strip(),
        parameters,
        "POST",
        body,
        _ERRORS,
        remembered=False,
    )


OPERATIONS = (
    _post(
        "/read",
        "The figures of a text as claims, each with its place",
        read,
        "Reading",
        "",
        _body("text"),
        (_DIRECTIONS,),
    ),
    _post(
        "/check",
        "Each claim of a text with a verdict of the statistics",
        check,
        "Checking",
        "What does not hold is told with the figure of the statistics, its arithmetic, and the likeliest "
        "slip.",
        _body("text"),
        (SOURCE, AS_OF, CURRENCY),
    ),
    _post(
        "/compare",
        "Where two versions of a text differ in what they claim",
        compare,
        "Comparing",
        "In one language or two; a single text is taken to hold both languages.",
        _body("text", "other_text"),
    ),
    _post(
        "/reconcile",
        "Whether a text agrees with itself, and what follows from it",
        reconcile,
        "Reconciling",
        "",
        _body("text"),
    ),
    Operation(
        "/ask",
        "ask",
        "Questions in plain words, answered in prose",
        "Texts",
        ask,
        {"json": ref("Reply")},
        "With the claims of the answer, its table, and the query that the question became.",
        (_QUESTION, _TO, SOURCE, AS_OF, CURRENCY),
        errors=(413, 501),
        example="q=How+did+exports+to+ASEAN+do+in+the+first+quarter%3F",
    ),
    Operation(
        "/ask",
        "ask_by_body",
        "The same with the question in the body",
        "Texts",
        ask_by_body,
        {"json": ref("Reply")},
        _KEPT,
        (SOURCE, AS_OF, CURRENCY),
        "POST",
        _ASKED,
        _ERRORS,
        remembered=False,
    ),
)
