"""Answers that are kept for those who ask the same, while nothing is loaded.

Only what says of itself that it may be kept is: answers to GET with status 200, an ETag, a public
Cache-Control, and no Vary but Accept. What is kept is bounded in bytes, and the longest unused goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customhouse.errors import CustomhouseError

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]
_PART = 16
"""No answer takes more than this part of the room."""
_ENTRY = 600
"""Bytes that an answer takes besides its body and headers."""
_READ = (b"host", b"accept", b"if-none-match")
_PRIVATE = (b"range", b"authorization", b"cookie")
"""Requests with one of these are not answered from what is kept."""
_OF_BODY = (b"content-length", b"content-type", b"content-disposition")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer: its headers, its body, its tag, and what had made it."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: bytes
    endpoint: object

    @property
    def size(self) -> int:
        """The room that it takes."""
        return len(self.body) + sum(len(name) + len(told) for name, told in self.headers) + _ENTRY


class Answers:
    """Answers by what was asked, in the order of their last use."""

    def __init__(self, most: int) -> None:
        self._most, self._state, self.bytes = most, "", 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, state: str, key: Key) -> Kept | None:
        """The answer, if it was kept and nothing was loaded since."""
        if state != self._state:
            self._kept.clear()
            self._state, self.bytes = state, 0
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, state: str, key: Key, kept: Kept) -> None:
        """Keep an answer; the longest unused go where there is no room."""
        if state != self._state or not self.fits(kept.size):
            return
        before = self._kept.pop(key, None)
        self.bytes += kept.size - (before.size if before else 0)
        self._kept[key] = kept
        while self.bytes > self._most:
            self.bytes -= self._kept.popitem(last=False)[1].size

    def fits(self, size: int) -> bool:
        """Whether an answer of this size is kept."""
        return size <= self._most // _PART


class Remembering:
    """ASGI middleware that answers from what is kept. `state` gives the tag of what the store has."""

    def __init__(self, app: ASGIApp, state: Callable[[], str], most: int) -> None:
        self.app, self._state = app, state
        self.answers = Answers(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass on and keep."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        key, told = asked(scope)
        state = self._now()
        if key is None or state is None:
            await self.app(scope, receive, send)
            return
        kept = self.answers.get(state, key)
        if kept is not None:
            scope["endpoint"] = kept.endpoint  # for those who count
            await _again(kept, told, send)
            return
        taking = _Taking(send, self.answers)
        await self.app(scope, receive, taking)
        made = taking.kept(scope.get("endpoint"))
        if made is not None and self._now() == state:
            self.answers.put(state, key, made)

    def _now(self) -> str | None:
        """What the store has; None where it cannot be read, which those may say who need it."""
        try:
            return self._state()
        except CustomhouseError:
            return None


def asked(scope: Scope) -> tuple[Key | None, bytes | None]:
    """What makes one request the same as another, and its If-None-Match; None for a private one."""
    there: dict[bytes, bytes] = {}
    for name, told in scope["headers"]:
        if name in _READ:
            there[name] = told
        elif name in _PRIVATE:
            return None, None
    query: bytes = scope["query_string"]
    if b"&" in query:  # parameters of one name stay in their order
        parts: list[bytes] = sorted(query.split(b"&"), key=_name)
        query = b"&".join(parts)
    place = (scope.get("scheme"), there.get(b"host"), scope.get("root_path"), scope["path"], query)
    return (*place, there.get(b"accept")), there.get(b"if-none-match")


def _name(part: bytes) -> bytes:
    return part.partition(b"=")[0]


async def _again(kept: Kept, told: bytes | None, send: Send) -> None:
    """Send what was kept, or that nothing has changed."""
    status, headers, body = 200, kept.headers, kept.body
    if told is not None and has(told, kept.tag):
        status, body = 304, b""
        headers = tuple(one for one in headers if one[0] not in _OF_BODY)
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def has(told: bytes, tag: bytes) -> bool:
    """Whether one of the tags of If-None-Match is this one (weak comparison, RFC 9110)."""
    if told.strip() == b"*":
        return True
    bare = tag.removeprefix(b"W/")
    return any(one.strip().removeprefix(b"W/") == bare for one in told.split(b","))


class _Taking:
    """Passes an answer on and takes a copy of it, if it may be kept and is small enough."""

    __slots__ = ("_answers", "_headers", "_parts", "_send", "_size", "_tag", "_whole")

    def __init__(self, send: Send, answers: Answers) -> None:
        self._send, self._answers = send, answers
        self._headers: Headers = []
        self._parts: list[bytes] = []
        self._size, self._tag, self._whole = 0, b"", False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            if message["status"] == 200:
                self._headers = [(name.lower(), told) for name, told in message.get("headers", ())]
                self._tag = may_be_kept(self._headers)
        elif self._tag:
            part = message.get("body", b"")
            self._size += len(part)
            self._parts.append(part)
            if not self._answers.fits(self._size):
                self._tag, self._parts = b"", []
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def kept(self, endpoint: object) -> Kept | None:
        """The answer that was sent, if it can be kept."""
        if not (self._tag and self._whole):
            return None
        return Kept(tuple(self._headers), b"".join(self._parts), self._tag, endpoint)


def may_be_kept(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The tag of an answer that may be kept for others; empty where it may not."""
    tag, public = b"", False
    for name, told in headers:
        if name == b"etag":
            tag = told
        elif name == b"cache-control":
            public = b"public" in told.lower()
        elif name == b"set-cookie" or (name == b"vary" and told.strip().lower() not in (b"", b"accept")):
            return b""
    return tag if public else b""
