"""The page about the API: operations, parameters, answers and examples, as the OpenAPI document has them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from customhouse import describe
from customhouse.web.api.contract import ROOT
from customhouse.web.api.routes import OPERATIONS, document
from customhouse.web.problems import TITLES
from customhouse.web.shell import language, page
from customhouse.web.words import fill, known, word

_MANY = 24
"""Values that a parameter is listed with; codes of longer lists are looked up."""
Fields = tuple[tuple[str, str, bool, str], ...]
"""Of a schema: name, type, whether it is always there, meaning."""


@dataclass(frozen=True, slots=True)
class Told:
    """A parameter in words."""

    name: str
    meaning: str
    values: str
    example: str
    in_path: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the page shows it; `link` is an example to open, empty where there is none."""

    name: str
    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Told, ...]
    body: tuple[tuple[str, Fields], ...]
    formats: tuple[tuple[str, str], ...]
    errors: tuple[tuple[int, str], ...]
    curl: str
    python: str
    link: str


async def _api(request: Request) -> Response:
    to, base = language(request), str(request.base_url).rstrip("/")
    return page(
        request, "api.html", subjects=_subjects(base, to), schemas=_schemas(to), base=base,
        described=f"{ROOT}/openapi.json", examples=_examples(base),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _subjects(base: str, to: str) -> tuple[tuple[str, str, tuple[Shown, ...]], ...]:
    """The subjects with their operations."""
    found = []
    for tag in document()["tags"]:
        code = tag["name"].lower()
        mine = tuple(
            _shown(path, method, one, base, to)
            for path, item in document()["paths"].items()
            for method, one in item.items()
            if tag["name"] in one["tags"]
        )
        found.append((code, word(f"api_subject_{code}", to), mine))
    return tuple(found)


def _shown(path: str, method: str, one: Mapping[str, Any], base: str, to: str) -> Shown:
    name = one["operationId"]
    query = next(made.example for made in OPERATIONS if made.name == name)
    address = _example(path, one) + (f"?{query}" if query else "")
    sent = one.get("requestBody", {}).get("content", {})
    example = next((content.get("example") for content in sent.values()), None)
    return Shown(
        name, method.upper(), path, word(f"api_op_{name}", to),
        word(f"api_about_{name}", to) if known(f"api_about_{name}") else "",
        tuple(_told(resolved(parameter), to) for parameter in one["parameters"] if "name" in parameter),
        tuple((media, _fields(content["schema"], to)) for media, content in sent.items()),
        tuple(_formats(one, to)), tuple(_errors(one)), _curl(base + address, example),
        _python(base + address, example), "" if example else address,
    )  # fmt: skip


def _example(path: str, one: Mapping[str, Any]) -> str:
    """The path with examples of its parameters."""
    for parameter in one["parameters"]:
        if parameter.get("in") == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return path


def _told(parameter: Mapping[str, Any], to: str) -> Told:
    meaning = in_words(parameter["description"], to)
    example = parameter.get("example", "")
    shown = ",".join(map(str, example)) if isinstance(example, list) else str(example)
    values = _values(parameter["schema"], to)
    bare = bool(shown) and values == parameter["schema"].get("type")
    return Told(parameter["name"], meaning, "" if bare else values, shown, parameter["in"] == "path")


def in_words(english: str, to: str) -> str:
    """What the document says of a parameter, in a language; as it stands where no word says the same."""
    row = _parameters().get(english)
    return row[to] if row else english


@cache
def _parameters() -> dict[str, dict[str, str]]:
    """The words for parameters by what they say in English."""
    every, head = describe.words("web"), _code("")
    return {row["en"]: row for code, row in every.items() if code.startswith(head)}


def _code(name: str) -> str:
    """The code of the word for a parameter."""
    return f"api_param_{name}"


def _values(schema: Mapping[str, Any], to: str) -> str:
    """What a parameter may be."""
    inner = schema.get("items", schema)
    parts = []
    if choices := inner.get("enum"):
        parts.append(", ".join(map(str, choices[:_MANY])))
    elif "minimum" in inner and "maximum" in inner:
        parts.append(fill("api_from_to", to, least=f"{inner['minimum']:,}", most=f"{inner['maximum']:,}"))
    else:
        parts.append(inner.get("format") or inner.get("type", ""))
    if schema.get("type") == "array":
        parts.append(word("api_list", to))
    if "default" in schema:
        parts.append(fill("api_default", to, value=str(schema["default"]).lower()))
    return word("separator", to).join(parts)


def _formats(one: Mapping[str, Any], to: str) -> Iterator[tuple[str, str]]:
    """The media types of an answer, each with the name of its schema."""
    for media, content in one["responses"]["200"]["content"].items():
        yield media, _name_of(content["schema"])


def _name_of(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _errors(one: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for status in one["responses"]:
        if int(status) >= 400:
            told = resolved(one["responses"][status])["description"].rstrip(".")
            yield int(status), TITLES.get(int(status), told)


def _curl(address: str, body: Any) -> str:
    if body is None:
        return f"curl {shlex.quote(address)}"
    sent = shlex.quote(json.dumps(body, ensure_ascii=False))
    return f"curl {shlex.quote(address)} -H 'Content-Type: application/json' \\\n  -d {sent}"


def _python(address: str, body: Any) -> str:
    if body is None:
        return f"import httpx\n\nfound = httpx.get({address!r}).raise_for_status()"
    return f"import httpx\n\nfound = httpx.post(\n    {address!r},\n    json={body!r},\n).raise_for_status()"


def _examples(base: str) -> tuple[tuple[str, str], ...]:
    """What most come for: figures, a whole table, a text checked."""
    asked = f"{base}{ROOT}/query?flow=exports&partner=ASEAN&by=month&period=2024"
    curl = "\n".join([
        f"curl {shlex.quote(asked)}", f"curl {shlex.quote(f'{asked}&format=csv')} -o exports.csv",
        f"curl {shlex.quote(f'{base}{ROOT}/check')} -F file=@note.docx -F published=2025-04-14",
    ])  # fmt: skip
    python = "\n".join([
        "import httpx", "",
        f"with httpx.Client(base_url={f'{base}{ROOT}'!r}) as api:",
        '    asked = {"q": "exports to ASEAN by month 2024"}',
        '    for figure in api.get("query", params=asked).json()["figures"]:',
        '        print(figure["period"], figure["value"], figure["unit"])',
    ])  # fmt: skip
    return ("curl", curl), ("Python", python)


@lru_cache(maxsize=2)
def _schemas(to: str) -> tuple[tuple[str, str, Fields], ...]:
    """The schemas with names: what each is, and its fields."""
    return tuple(
        (name, schema.get("description", ""), _fields(schema, to))
        for name, schema in document()["components"]["schemas"].items()
        if schema.get("properties")
    )


def _fields(schema: Mapping[str, Any], to: str) -> Fields:
    needed = set(schema.get("required", ()))
    return tuple(
        (name, _type(one, to), name in needed, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    )


def _type(schema: Mapping[str, Any], to: str) -> str:
    """The type of a field in words."""
    if name := _name_of(schema):
        return name
    if choices := schema.get("enum"):
        return fill("api_each", to, list=", ".join(map(str, choices)))
    if either := schema.get("anyOf"):
        return _either(either, to)
    kind = schema.get("type", "object")
    if kind == "array":
        return fill("api_many", to, of=_type(schema["items"], to))
    if isinstance(kind, list):
        return word("separator", to).join((kind[0], word("api_or_none", to)))
    if kind == "object":
        return word("api_any_name" if schema.get("additionalProperties") else "api_object", to)
    return str(schema.get("format") or kind)


def _either(either: list[Mapping[str, Any]], to: str) -> str:
    told = [_type(one, to) for one in either if one.get("type") != "null"]
    none = [word("api_or_none", to)] if len(told) < len(either) else []
    return word("separator", to).join(dict.fromkeys([*told, *none]))


def resolved(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands where a reference leads."""
    while "$ref" in one:
        place: Any = document()
        for part in one["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        one = place
    return one


routes = [Route("/api", _api)]
