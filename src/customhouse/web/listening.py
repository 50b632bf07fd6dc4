"""How the server listens: uvicorn's protocol with the limits that it lacks for what is no request yet.

Of uvicorn's two parsers, httptools is fast and sets no limit to the size of headers, and neither sets
one to the time that they take. Here a connection is closed that sends its headers or its body drop by
drop (slow loris), sends headers without end, or does not take its answer.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
"""Request line and headers together, in steps of what comes at once."""
HEAD_S = 10.0
"""For request line and headers, from the connection or from their first byte."""
BODY_S = 90.0
"""For the body, also one that is not wanted any more; `limits` answers earlier."""
STALL_S = 60.0
"""For a client that takes nothing of its answer."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Patient(HttpToolsProtocol):
    """One connection, with limits of time and size."""

    _clock: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _in_head, _in_message, _head = True, False, 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected; it has `HEAD_S` to ask for something."""
        super().connection_made(transport)
        self._wind(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._wind(None)
        self._unstall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: those of headers are counted."""
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head > HEAD_BYTES:
            self._close(_TOO_LARGE)
        elif not self._in_message and self._clock is None and self._answered():
            self._wind(HEAD_S)  # line ends before a request, which stopped uvicorn's own clock

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_message = True
        if not self._in_head:
            self._in_head, self._head = True, 0
            self._wind(HEAD_S)

    def on_headers_complete(self) -> None:
        """Its headers are complete."""
        self._in_head = False
        self._wind(BODY_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is complete."""
        self._in_message = False
        self._wind(None)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client takes no more for now."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_S, self._abort)

    def resume_writing(self) -> None:
        """The client takes more."""
        self._unstall()
        super().resume_writing()

    def _wind(self, seconds: float | None) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = None if seconds is None else self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._clock = None
        if not self.transport.is_closing():
            self._close(_TOO_SLOW if self._in_head and self._head else b"")

    def _close(self, words: bytes) -> None:
        """End the connection, with an answer where none is under way."""
        if words and self._answered():
            self.transport.write(words)
        self.transport.close()

    def _answered(self) -> bool:
        """Whether no answer is under way."""
        return self.cycle is None or self.cycle.response_complete

    def _abort(self) -> None:
        self._stalled = None
        self.transport.abort()

    def _unstall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
