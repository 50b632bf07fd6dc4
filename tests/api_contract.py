"""Answers of the API held to what its OpenAPI document promises."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from customhouse.web.api.routes import described

URI = "urn:openapi"


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(described())
    return found


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The operation that a path is of."""
    method = "get" if method.lower() == "head" else method.lower()
    for template, item in document()["paths"].items():
        pattern = "[^/]+".join(map(re.escape, re.split(r"\{\w+\}", template)))
        if re.fullmatch(pattern, path):
            found: dict[str, Any] | None = item.get(method)
            return found
    return None


@cache
def _registry() -> Any:
    return Registry().with_resource(URI, Resource(contents=document(), specification=DRAFT202012))


def resolved(one: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in one:
        place: Any = document()
        for part in one["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        one = place
    return one


def _absolute(one: Any) -> Any:
    if isinstance(one, dict):
        return {k: f"{URI}{v}" if k == "$ref" else _absolute(v) for k, v in one.items()}
    return [_absolute(item) for item in one] if isinstance(one, list) else one


def hold(method: str, path: str, status: int, media: str, body: bytes) -> None:
    """Raises AssertionError where an answer is not one that its operation promises."""
    one = operation(method, path)
    if one is None:
        assert status in (404, 405), (method, path, status)
        return
    assert str(status) in one["responses"] or status == 405, (method, path, status)
    if status in (304, 405) or method.lower() == "head":
        return
    content = resolved(one["responses"][str(status)])["content"]
    kind = media.partition(";")[0]
    offered = {name.partition(";")[0]: told for name, told in content.items()}
    assert kind in offered, (path, media)
    if kind.endswith("json") and "ndjson" not in kind:
        validator(offered[kind]["schema"]).validate(orjson.loads(body))


def validator(schema: dict[str, Any]) -> Any:
    return Draft202012Validator(_absolute(schema), registry=_registry(), format_checker=FormatChecker())
