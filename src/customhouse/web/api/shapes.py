"""What the schemas of answers are made of (JSON Schema 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customhouse.web.api.contract import Parameter, Schema

Made = dict[str, Any]
STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MONTH: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2025-03"}
PERIOD: Schema = {
    "type": "string", "pattern": r"^\d{4}-\d{2}(/\d{4}-\d{2})?$", "example": "2025-01/2025-03",
    "description": "Months from the first to the last, both included; one month alone.",
}  # fmt: skip
LANG = Parameter(
    "lang", "Language of names and words.", {"type": "string", "enum": ["en", "zh"], "default": "en"}
)


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_none(schema: Schema) -> Schema:
    """A schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def record(
    needed: Mapping[str, Schema], others: Mapping[str, Schema] | None = None, meaning: str = ""
) -> Made:
    """An object with fields that are always there, and others that may be; there are no further ones."""
    found: Made = {"type": "object", "properties": {**needed, **(others or {})}, "required": list(needed)}
    found["additionalProperties"] = False
    return found | ({"description": meaning} if meaning else {})


def told(schema: Schema, meaning: str) -> Made:
    """A schema with what it means."""
    return {**schema, "description": meaning}


def by_language(schema: Schema = STRING) -> Made:
    """One for each language."""
    return record({"en": schema, "zh": schema})


PAGED_NEXT = told(or_none({"type": "string", "format": "uri-reference"}), "The address of the next page.")
PAGED: dict[str, Schema] = {"count": told(WHOLE, "On all pages."), "next": PAGED_NEXT}
