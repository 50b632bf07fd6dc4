"""The OpenAPI 3.1 document, made of the operations and the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from customhouse.web.api.call import program
from customhouse.web.api.contract import FORMATS, ROOT, Operation
from customhouse.web.problems import MEDIA, TITLES

_TOLD = (
    "Foreign-trade statistics of one store, texts read into claims, and claims checked against statistics. "
    "Answers have strong ETags; a request with If-None-Match costs nothing while nothing was loaded. Errors "
    "have one shape, application/problem+json. A parameter that there is not is refused."
)
_SUBJECTS = {
    "Statistics": "Figures, the cells behind them, and their revisions.",
    "Store": "What was loaded, when, from where; what was set aside, and why.",
    "Codes": "The code lists with their names, validity and members.",
    "Texts": "Texts read, reconciled, compared, and checked. Nothing sent here is kept.",
    "Releases": "What is worth saying of a period, written in each language.",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "schema": {"type": "string"},
    "description": "ETags of answers that are there already: the answer is then 304 and has no body.",
}  # fmt: skip


def document(operations: Iterable[Operation], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(f"{ROOT}{one.path}", {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "customhouse", "version": program(), "description": _TOLD,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": told} for name, told in _SUBJECTS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(schemas), "responses": _problems(), "parameters": {"IfNoneMatch": _IF_NONE_MATCH},
        },
    }  # fmt: skip


def _operation(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": one.name, "summary": one.summary, "tags": [one.subject]}
    found |= {"description": one.meaning} if one.meaning else {}
    found["parameters"] = [parameter.openapi() for parameter in one.parameters]
    if one.remembered:
        found["parameters"].append({"$ref": "#/components/parameters/IfNoneMatch"})
    if one.body:
        first, *others = ({"schema": schema} for schema in one.body.content.values())
        first |= {} if one.body.example is None else {"example": one.body.example}
        content = dict(zip(one.body.content, [first, *others], strict=True))
        found["requestBody"] = {"required": True, "content": content}
    found["responses"] = _responses(one)
    return found


def _responses(one: Operation) -> dict[str, Any]:
    content = {FORMATS[name].replace("; ", ";"): {"schema": schema} for name, schema in one.formats.items()}
    told = {
        name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in one.headers.items()
    }
    if one.remembered:
        told["ETag"] = {"description": "Changes when a load is committed.", "schema": {"type": "string"}}
    found: dict[str, Any] = {"200": {"description": "The answer.", "content": content, "headers": told}}
    if one.remembered:
        found["304"] = {"description": "Nothing has changed since."}
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in one.statuses}


def _problems() -> dict[str, Any]:
    """An answer for each status of a refusal."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        str(status): {"description": f"{title}.", "content": {MEDIA: {"schema": schema}}}
        for status, title in {**TITLES, 410: "The store has changed since"}.items()
    }
