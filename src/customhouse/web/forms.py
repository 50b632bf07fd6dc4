"""Forms with texts and files, read into memory and never onto the disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from customhouse.web.problems import Problem
from customhouse.web.settings import Settings

_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FIELDS = 20
_BYTES_OF_CHARACTER = 4
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and the files by the field that they came in: name and bytes."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field without the blanks around it; empty where it was not sent."""
        return self.fields.get(name, "").strip()

    def text(self, name: str) -> str:
        """A field as it was sent, with the line ends of texts."""
        return self.fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")

    def day(self, name: str) -> date | None:
        """A day, if one was given. Raises Problem (422)."""
        return day(name, self.get(name))


def day(name: str, text: str) -> date | None:
    """A parameter that is a day; None where it is empty. Raises Problem (422)."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(422, f"{name} {text[:60]!r}: not a day; write it as 2025-04-30", "parameter") from error


class _InMemory(MultiPartParser):
    """A parser whose files stay in memory; how much that can be, the limits of the request say."""

    def __init__(self, request: Request, settings: Settings, files: int) -> None:
        self.spool_max_size = settings.upload_bytes + 1
        most = settings.text_characters * _BYTES_OF_CHARACTER
        super().__init__(
            request.headers, request.stream(), max_files=files, max_fields=_FIELDS, max_part_size=most
        )


async def read_form(request: Request, settings: Settings, files: int = 1) -> Form:
    """The form that a request sends. Raises Problem (400, 413, 422)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_URLENCODED, _MULTIPART):
        raise Problem(422, f"{kind[:60] or 'a body without a type'!r}: send a form, as {_MULTIPART}")
    parser = _InMemory(request, settings, files) if kind == _MULTIPART else \
        FormParser(request.headers, request.stream())
    try:
        found = (await parser.parse()).multi_items()
    except MultiPartException as error:
        large = "exceeded" in error.message
        most = f"a text may have {settings.text_characters:,} characters"
        raise Problem(413, f"The text is too long: {most}.") if large else \
            Problem(400, f"The form cannot be read: {error.message}") from error
    fields: dict[str, str] = {}
    taken: dict[str, tuple[str, bytes]] = {}
    for name, sent in found:
        if isinstance(sent, UploadFile):
            data = await sent.read()
            await sent.close()
            if sent.filename and data:
                taken.setdefault(name, (whole(sent.filename), data))
        elif isinstance(sent, str):
            fields.setdefault(name, whole(sent))
    return Form(fields, taken)


def whole(text: str) -> str:
    """The text with halves of characters (lone surrogates), which no page could hold, replaced one by one."""
    return _SURROGATE.sub("\ufffd", text)
