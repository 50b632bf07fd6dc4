"""What the API promises: its operations, each with parameters, body and answers. One description serves the
routes, the reading of requests, the OpenAPI document and the page about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from starlette.responses import Response

    from customhouse.web.api.call import Call

Schema = Mapping[str, Any]
"""A JSON Schema (draft 2020-12), as OpenAPI 3.1 has them."""
Method = Literal["GET", "POST"]
Handler = Callable[["Call"], "Awaitable[Response]"]
ROOT = "/api/v1"
TEXT: Schema = {"type": "string", "maxLength": 2000}
JSON = "application/json"
CSV, NDJSON, PARQUET = "text/csv", "application/x-ndjson", "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SDMX_CSV = "application/vnd.sdmx.data+csv; version=2.0.0"
FORMATS = {
    "json": JSON, "csv": CSV, "ndjson": NDJSON, "parquet": PARQUET, "xlsx": XLSX, "sdmx-csv": SDMX_CSV,
    "html": "text/html", "md": "text/markdown", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
"""Names of formats and their media types."""
BINARY: Schema = {"type": "string", "format": "binary"}
PLAIN: Schema = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the address. A schema of type `array` is written with commas."""

    name: str
    meaning: str
    schema: Schema = field(default_factory=lambda: TEXT)
    example: Any = None
    place: Literal["query", "path"] = "query"

    def openapi(self) -> dict[str, Any]:
        """Itself as a Parameter Object."""
        found: dict[str, Any] = {"name": self.name, "in": self.place, "description": self.meaning}
        found |= {"required": True} if self.place == "path" else {}
        found |= {"style": "form", "explode": False} if self.schema.get("type") == "array" else {}
        found["schema"] = dict(self.schema)
        return found if self.example is None else found | {"example": self.example}


@dataclass(frozen=True, slots=True)
class Body:
    """What a request may bring along: a schema for each media type, with an example of the first."""

    content: Mapping[str, Schema]
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does, at a path (below ROOT) by a method.

    `formats` are the names of the formats that it answers in, the first unless another is asked for, each
    with the schema of its answer. `errors` are the statuses besides 200 that it can end in. `remembered`:
    the answer depends on the address and the store alone, so that it has an ETag.
    """

    path: str
    name: str
    summary: str
    subject: str
    handler: Handler
    formats: Mapping[str, Schema]
    meaning: str = ""
    parameters: tuple[Parameter, ...] = ()
    method: Method = "GET"
    body: Body | None = None
    errors: tuple[int, ...] = ()
    remembered: bool = True
    example: str = ""
    """The query string of an example."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further headers of its answer, with their meaning."""

    @property
    def statuses(self) -> tuple[int, ...]:
        """All statuses that it can end in besides 200."""
        usual = [414, 422, 429, 500, 503]
        usual += [406] if len(self.formats) > 1 else []
        usual += [400, 413] if self.body else []
        return tuple(sorted({*usual, *self.errors}))
