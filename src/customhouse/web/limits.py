"""What one request and one client may take: size, time, rate, and how many are answered at once.

    413  a body that is larger than is allowed, told before it is read where it says so itself
    414  an address that is too long
    408  a body that comes too slowly
    429  a client that asks too often
    503  more requests than can be answered at once, or one that takes too long

Each refusal is a `Problem`. What happens before a request is complete stands in `listening`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_network
from math import ceil
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customhouse.web.problems import Problem, busy, handle, timed_out
from customhouse.web.settings import Settings

ADDRESS_BYTES = 8_000
"""The longest path and query together."""
BODY_S = 60.0
"""How long a body may take to come, after which there are `Settings.seconds` to answer."""
CLIENTS = 50_000
"""How many clients are remembered; of more, those that were quiet longest are forgotten."""
PROBES = frozenset({"/healthz", "/healthz/live", "/metrics"})
"""What is answered also where much is under way: it tells of that."""
_SMALL = (b"application/json", b"application/x-www-form-urlencoded", b"text/plain")
_NO_BODY = ("GET", "HEAD", "OPTIONS")


class Limits:
    """ASGI middleware that refuses what is too much."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.rate = Rate(settings.per_minute)
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await _tell(refused, scope, receive, send)
            return
        self.in_flight += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self.in_flight -= 1

    def _refused(self, scope: Scope) -> Problem | None:
        """Why a request is refused before anything of it is read; None where it is not."""
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS_BYTES:
            return Problem(414, f"The address is longer than {ADDRESS_BYTES:,} bytes; ask for less.")
        if self.in_flight >= self.settings.in_flight and scope["path"] not in PROBES:
            return busy()
        wait = self.rate.wait(scope["client"][0] if scope.get("client") else "")
        if wait > 0:
            most, pause = self.settings.per_minute, str(ceil(wait))
            detail = f"More than {most:,} requests in a minute; try again in {pause} seconds."
            return Problem(429, detail, headers={"Retry-After": pause})
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered within its time, its body counted while it comes."""
        told = _told(scope)
        body = scope["method"] not in _NO_BODY or b"content-length" in told or b"transfer-encoding" in told
        one = _One(receive, send, self._most(told), self.settings.seconds)
        try:
            if body:
                one.check(told.get(b"content-length"))
            async with asyncio.timeout(BODY_S if body else self.settings.seconds) as one.clock:
                await self.app(scope, one.receive if body else receive, one.send)
        except TimeoutError:
            if one.clock is None or not one.clock.expired():
                raise
            one.problem = one.problem or _late(one, self.settings.seconds)
        except Problem as problem:
            one.problem = one.problem or problem
        if one.problem is not None and not one.started:
            await _tell(one.problem, scope, receive, send)

    def _most(self, told: Mapping[bytes, bytes]) -> int:
        """The largest body, by its kind: files may be larger than forms and JSON."""
        kind = told.get(b"content-type", b"text/plain").partition(b";")[0].strip().lower()
        return self.settings.body_bytes if kind in _SMALL else self.settings.upload_bytes


class _One:
    """One request on its way: how much of its body came, and whether its answer has begun."""

    __slots__ = ("_came", "_most", "_receive", "_seconds", "_send", "clock", "complete", "problem",
                 "reading", "started")  # fmt: skip

    def __init__(self, receive: Receive, send: Send, most: int, seconds: float) -> None:
        self._receive, self._send, self._most, self._seconds = receive, send, most, seconds
        self._came, self.started, self.complete, self.reading = 0, False, False, False
        self.clock: asyncio.Timeout | None = None
        self.problem: Problem | None = None

    def check(self, length: bytes | None) -> None:
        """Raises Problem where a body says itself that it is too large."""
        if length is not None and length.isdigit() and int(length[:20]) > self._most:
            self._refuse()

    async def receive(self) -> Message:
        """The next part of the body. Raises Problem where all of it is too large."""
        self.reading = True
        message = await self._receive()
        self.reading = False
        if message["type"] == "http.request":
            self._came += len(message.get("body", b""))
            if self._came > self._most:
                self._refuse()
            if not message.get("more_body", False) and not self.complete:
                self.complete = True
                self._reschedule(asyncio.get_running_loop().time() + self._seconds)
        return message

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer, unless the request was refused meanwhile."""
        if self.problem is not None and not self.started:
            return
        if not self.started:
            self.started = True
            self._reschedule(None)
        await self._send(message)

    def _reschedule(self, when: float | None) -> None:
        if self.clock is not None and not self.clock.expired():
            self.clock.reschedule(when)

    def _refuse(self) -> None:
        self.problem = Problem(413, f"More than {self._most:,} bytes; send less, or in parts.")
        raise self.problem


def _late(one: _One, seconds: float) -> Problem:
    """The answer, or the body of the request, took too long."""
    if one.reading:
        return Problem(408, f"The body did not come whole within {BODY_S:g} seconds; send less at a time.")
    return timed_out(seconds)


def _told(scope: Scope) -> dict[bytes, bytes]:
    return {name: value for name, value in scope["headers"] if name in _READ}


_READ = frozenset({b"content-length", b"content-type", b"transfer-encoding"})


async def _tell(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what is wrong."""
    response = await handle(Request(scope), problem)
    await response(scope, receive, send)


class Rate:
    """How often each client may ask: `per_minute` at once, and again as time passes (a token bucket).

    Of a client only the moment is kept at which its bucket is full again (the generic cell rate
    algorithm, ITU-T I.371).
    """

    def __init__(self, per_minute: int, clients: int = CLIENTS) -> None:
        self._each = 60 / per_minute if per_minute else 0.0
        self._clients = clients
        self._full: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    def wait(self, client: str, now: float | None = None) -> float:
        """Count a request; 0 where it may pass, else the seconds after which one would."""
        if not self._each:
            return 0.0
        now = monotonic() if now is None else now
        whose = household(client)
        full = max(self._full.get(whose, 0.0), now) + self._each
        if full - now > 60 + self._each / 2:
            return full - now - 60
        self._full[whose] = full
        self._full.move_to_end(whose)
        if len(self._full) > self._clients:
            self._full.popitem(last=False)
        return 0.0


@lru_cache(4096)
def household(client: str) -> str:
    """Whom an address stands for: itself, or of IPv6 the network of 64 bits, which one customer has whole."""
    if ":" not in client:
        return client
    try:
        address = IPv6Address(client.partition("%")[0])
    except ValueError:
        return client
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))
