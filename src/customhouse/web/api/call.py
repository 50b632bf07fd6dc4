"""One request to the API, read: its parameters, format and tag."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from customhouse.web.api.contract import CSV, FORMATS, Operation
from customhouse.web.counter import Counter

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_OPTIONS = orjson.OPT_NON_STR_KEYS
_WORDS = frozenset({CSV, "text/html", "text/markdown", "application/x-ndjson"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request: what it is for, what was given, the format of its answer and its tag."""

    request: Request
    operation: Operation
    counter: Counter
    given: Mapping[str, Any]
    form: str
    state: str
    tag: str

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default where it was not given."""
        return self.given.get(name, default)

    @property
    def language(self) -> str:
        """The language of names in the answer."""
        return str(self.given.get("lang", "en"))

    @property
    def media(self) -> str:
        """The media type of the answer."""
        return FORMATS[self.form]

    def json(self, found: object, headers: Mapping[str, str] | None = None) -> Response:
        """An answer in JSON."""
        return Response(packed(found), media_type="application/json", headers=headers)

    def file(self, content: bytes | str, name: str, form: str | None = None) -> Response:
        """An answer to be kept as a file."""
        kind = FORMATS[form or self.form]
        told = {"Content-Disposition": disposition(name)}
        return Response(content, headers=told | {"Content-Type": content_type(kind)})

    def address(self, **changed: Any) -> str:
        """The address of the same with some parameters changed, from the root of the host."""
        told = {name: text for name, text in self.request.query_params.items() if name not in changed}
        return f"{self.request.scope['path']}?{urlencode(told | changed)}"

    def fingerprint(self) -> str:
        """What a cursor is bound to: the store's state and all that was asked but the page."""
        return _hashed(self.operation.path, self.state, _canonical(self.given, but=("cursor", "limit")))


def packed(found: object) -> bytes:
    """A value as JSON."""
    return orjson.dumps(found, option=_OPTIONS)


def disposition(name: str) -> str:
    """The header that names a download, in letters that every header and system takes."""
    return f'attachment; filename="{_UNFIT.sub("-", name)}"'


def content_type(media: str) -> str:
    """A media type as a header has it."""
    return f"{media}; charset=utf-8" if media in _WORDS else media


def tag_of(state: str, operation: Operation, given: Mapping[str, Any], form: str) -> str:
    """A strong ETag: the same store, program, request and format have the same bytes."""
    return f'"{_hashed(state, program(), operation.path, form, _canonical(given, but=("format",)))}"'


def _canonical(given: Mapping[str, Any], but: tuple[str, ...]) -> str:
    return repr(sorted((name, one) for name, one in given.items() if name not in but))


def _hashed(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@cache
def program() -> str:
    """The version of the program, part of what an answer depends on."""
    try:
        return version("customhouse")
    except PackageNotFoundError:
        return ""
