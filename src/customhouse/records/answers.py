"""Answers of services on disk, and a folder of them as a cache."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customhouse.errors import OutputError

TOO_MUCH = 413
"""The status under which the cache notes that a request is more than the service gives at once."""
_MESSAGE_KEYS = ("errorMessage", "message", "error", "detail", "title")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on disk: its file, status, kind of content, what was asked; `cached`: now or long ago."""

    path: Path
    status: int
    content_type: str
    cached: bool = False
    asked: str = ""

    @property
    def empty(self) -> bool:
        """Whether the service says that there is nothing."""
        return self.status == 204 or self.path.stat().st_size == 0


@dataclass(slots=True)
class Cache:
    """Answers in a folder by what was asked. `max_age` in seconds; None keeps them for ever."""

    folder: Path
    max_age: float | None = None

    def find(self, key: str) -> Answer | None:
        """The answer to a question that was asked before, None where it is not there or too old."""
        body, note = self.folder / f"{key}.body", self.folder / f"{key}.json"
        try:
            said = json.loads(note.read_text(encoding="utf-8"))
            whole = body.stat().st_size == said["bytes"]
            young = self.max_age is None or time.time() - float(said["at"]) <= self.max_age
            found = Answer(body, int(said["status"]), str(said["type"]), True, str(said["asked"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if whole and young else None

    def too_much(self, key: str, asked: str, said: str) -> None:
        """Note that a request is more than the service gives at once, so that it is not asked again."""
        with writing(self.folder):
            body = self.folder / f"{key}.{os.getpid()}.part"
            body.write_text(said, encoding="utf-8")
        self.keep(key, Answer(body, TOO_MUCH, "text/plain", asked=asked), asked)

    def keep(self, key: str, answer: Answer, asked: str) -> Answer:
        """Move an answer into the cache: first the body, then its note; both whole or not there."""
        body, note = self.folder / f"{key}.body", self.folder / f"{key}.json"
        said = {"asked": asked, "status": answer.status, "type": answer.content_type, "at": time.time(),
                "bytes": answer.path.stat().st_size}
        with writing(self.folder):
            os.replace(answer.path, body)
            part = self.folder / f"{key}.{os.getpid()}.part"
            part.write_text(json.dumps(said), encoding="utf-8")
            os.replace(part, note)
        return Answer(body, answer.status, answer.content_type, asked=asked)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """A folder that is there to be written into; raises OutputError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        wrong = f"{folder}: cannot be written ({error.strerror or error}); name another folder"
        raise OutputError(wrong) from error


def said_in(body: bytes) -> str:
    """A service's own words about an error (JSON, XML, a page or plain text); at most 300 characters."""
    text = body.decode("utf-8", "replace").strip()
    try:
        found = _message(json.loads(text))
    except ValueError:
        found = _marked(text)
    return " ".join((found or "").split())[:300]


def _message(value: Any) -> str | None:
    """The first message in a JSON value."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((found for item in value if (found := _message(item))), None)
    if isinstance(value, dict):
        for key in _MESSAGE_KEYS:
            if value.get(key) and (found := _message(value[key])):
                return found
        return next((found for item in value.values() if isinstance(item, dict | list)
                     and (found := _message(item))), None)
    return None


def _marked(text: str) -> str:
    """What stands in the first of the elements that error messages use; the text itself where it has none."""
    lower = text.lower()
    for tag in ("faultstring", "com:text", "common:text", "message", "title", "h1"):
        start = lower.find(f"<{tag}")
        inside = lower.find(">", start) + 1
        end = lower.find(f"</{tag}", inside)
        if start >= 0 and inside > 0 and end >= 0:
            return text[inside:end]
    return text if not text.startswith("<") else ""
