"""Items of a JSON array, one at a time, out of a stream: an envelope of any size in bounded memory.

Numbers stay as the text that the file has, so that no digit is lost.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, Any

_READ = 262_144
_SPACE = " \t\n\r\ufeff"
_LONGEST_ITEM = 16 * 1024 * 1024
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class JsonBroken(ValueError):
    """The text is no JSON, or ends before it should."""


class JsonStream:
    """Values out of a JSON text that is read piece by piece."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict")
        self._buffer, self._at, self._ended = "", 0, False

    def _more(self) -> bool:
        if self._ended or len(self._buffer) - self._at > _LONGEST_ITEM:
            return False
        piece = self._text.read(_READ)
        self._ended = not piece
        self._buffer, self._at = self._buffer[self._at:] + piece, 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Go past one character; raises JsonBroken where another stands."""
        found = self.peek()
        if found != wanted:
            raise JsonBroken(f"{found or 'the end'} where {wanted} should be")
        self._at += 1

    def value(self) -> Any:
        """The next whole value; raises JsonBroken where there is none."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if not self._more():
                    raise JsonBroken("the text ends or breaks inside a value") from error
                continue
            # A bare number may go on in the next piece.
            if end < len(self._buffer) or not self._more():
                self._at = end
                return value

    def items(self) -> Iterator[Any]:
        """The items of the array that begins here."""
        self.take("[")
        if self.peek() == "]":
            return self.take("]")
        while True:
            yield self.value()
            if self.peek() == "]":
                return self.take("]")
            self.take(",")

    def fields(self) -> Iterator[str]:
        """The keys of the object that begins here; the caller takes each value before the next key."""
        self.take("{")
        if self.peek() == "}":
            return self.take("}")
        while True:
            yield str(self.value())
            if self.peek() == "}":
                return self.take("}")
            self.take(",")

    def colon(self) -> str:
        """Go past the colon after a key; gives the first character of its value."""
        self.take(":")
        return self.peek()


def of_text(text: str) -> JsonStream:
    """A stream over a text that is in memory already."""
    return JsonStream(io.BytesIO(text.encode("utf-8", "replace")))
