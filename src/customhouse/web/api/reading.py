"""The parameters of a request, read by their description; what is not described is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from customhouse.web.api.contract import FORMATS, Operation, Parameter, Schema
from customhouse.web.problems import Problem

_TELLING = {"enum", "minLength", "format", "pattern"}
"""What a text is held to that may not be empty."""
_FLAGS = {"true": True, "false": False}
_WHOLE = re.compile(r"-?[0-9]{1,15}")


def read(operation: Operation, query: Iterable[tuple[str, str]], path: Mapping[str, str]) -> dict[str, Any]:
    """The values of the parameters that were given, checked. Raises Problem (422), which names the place."""
    known = {one.name: one for one in operation.parameters}
    found: dict[str, Any] = {}
    for name, text in [*query, *path.items()]:
        if name not in known:
            raise unknown(name, known)
        if name in found:
            raise Problem(422, f"{name}: given twice; give it once, several values with commas", "parameter")
        found[name] = value(known[name], text)
    return {name: one for name, one in found.items() if one is not None}


def unknown(name: str, known: Iterable[str]) -> Problem:
    """A parameter that there is not, with the nearest that there is."""
    names = list(known)
    near = difflib.get_close_matches(name, names, 1, 0.5)
    there = (
        f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}" if names else "there is none"
    )
    return Problem(422, f"{name[:60]!r}: no such parameter; {there}", "unknown_parameter")


def value(parameter: Parameter, text: str) -> Any:
    """A value by the schema of its parameter; an empty text says nothing. Raises Problem (422)."""
    schema = parameter.schema
    kind = schema.get("type", "string")
    if kind == "array":
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > schema.get("maxItems", len(parts)):
            raise _wrong(parameter.name, text, f"give {schema['maxItems']} at the most")
        return tuple(_one(parameter.name, schema.get("items", {}), part) for part in parts) or None
    silent = not text and kind == "string" and not _TELLING & schema.keys()
    return None if silent else _one(parameter.name, schema, text)


def _one(name: str, schema: Schema, text: str) -> Any:
    kind = schema.get("type", "string")
    if kind == "integer":
        return _number(name, schema, text)
    if kind == "number":
        return _real(name, text)
    if kind == "boolean":
        if text not in _FLAGS:
            raise _wrong(name, text, "write true or false")
        return _FLAGS[text]
    _check_text(name, schema, text)
    return _day(name, text) if schema.get("format") == "date" else text


def _check_text(name: str, schema: Schema, text: str) -> None:
    choices: Sequence[str] = schema.get("enum", ())
    if choices and text not in choices:
        near = difflib.get_close_matches(text, choices, 1, 0.5)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(choices)}"
        raise _wrong(name, text, meant)
    if len(text) > schema.get("maxLength", len(text)):
        raise _wrong(name, text, f"{schema['maxLength']} characters are the most")
    if len(text) < schema.get("minLength", 0):
        raise _wrong(name, text, "write something")
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, text):
        raise _wrong(name, text, f"write it as {pattern}")


def _number(name: str, schema: Schema, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _wrong(name, text, "write a whole number")
    number = int(text)
    least, most = schema.get("minimum", number), schema.get("maximum", number)
    if not least <= number <= most:
        raise _wrong(name, text, f"write a whole number from {least} to {most}")
    return number


def _real(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise _wrong(name, text, "write a number") from error
    if not abs(number) < 1e300:
        raise _wrong(name, text, "write a number")
    return number


def _day(name: str, text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise _wrong(name, text, "write the day as 2025-04-30")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(name, text, "no such day; write it as 2025-04-30") from error


def _wrong(name: str, text: str, remedy: str) -> Problem:
    shown = text if len(text) <= 60 else f"{text[:60]}..."
    return Problem(422, f"{name} {shown!r}: {remedy}", "parameter")


def format_of(operation: Operation, given: Mapping[str, Any], accept: str | None) -> str:
    """The name of the format that is asked for: by the parameter, else by Accept. Raises Problem (406)."""
    if told := given.get("format"):
        return str(told)
    if not accept or len(operation.formats) == 1:
        return next(iter(operation.formats))
    for media in _ranked(accept):
        for name in operation.formats:
            if _matches(media, FORMATS[name]):
                return name
    offered = ", ".join(FORMATS[name] for name in operation.formats)
    raise Problem(406, f"Accept {accept[:80]!r}: this is had as {offered}", "not_acceptable")


def _ranked(accept: str) -> list[str]:
    """The media types of an Accept header, those wanted most first."""
    found: list[tuple[float, str]] = []
    for part in accept.split(",")[:40]:
        media, *others = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in others if piece.startswith("q=")), "1")
        try:
            found.append((float(weight), media))
        except ValueError:
            found.append((1.0, media))
    return [media for weight, media in sorted(found, key=lambda one: -one[0]) if weight > 0]


def _matches(media: str, offered: str) -> bool:
    kind = offered.partition(";")[0]
    return media in ("*/*", kind, f"{kind.partition('/')[0]}/*")
