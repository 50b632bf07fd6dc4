"""JSON as rows: an array of objects or of arrays, alone or inside an envelope, or one object a line.

One item at a time is decoded, so that memory does not grow with the file. Numbers keep the
characters that they are written in.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from customhouse.errors import BrokenFile, EmptyFile
from customhouse.records import unpacking
from customhouse.records.delimited import encoding_of

_PIECE = 1 << 18
_LARGEST_ITEM = 1 << 24
_PEEK = 500
_SPACE = re.compile(r"[\s,]*")


class Digits(str):
    """A number as JSON writes it."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=Digits, parse_int=Digits, parse_constant=Digits)


class _Text:
    """A window on the text of a file that moves on as items are taken from it."""

    def __init__(self, source: io.TextIOWrapper, place: str) -> None:
        self._source, self._place, self._text, self._at, self.items = source, place, "", 0, 0

    def _more(self) -> bool:
        piece = self._source.read(_PIECE)
        self._text, self._at = self._text[self._at :] + piece, 0
        if len(self._text) > _LARGEST_ITEM:
            raise self.broken("an item of more than 16 million characters, or no end to it")
        return bool(piece)

    def broken(self, wrong: str) -> BrokenFile:
        return BrokenFile(f"{self._place}, item {self.items + 1}", wrong, "look whether it is whole and JSON")

    def peek(self) -> str:
        """The next character that is neither space nor comma; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Passes over one character."""
        self._at += 1

    def take(self) -> Any:
        """The next whole value."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if not self._more():
                    raise self.broken("no whole value") from error
                continue
            # A number may go on in the next piece.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value


def rows(path: Path, member: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """The names of the columns as item 0, then every item as a row of cells. Raises InputError.

    `member` names the member of an envelope that has the array, where it is not the first array in it.
    """
    encoding = encoding_of(path)
    with unpacking.stream(path) as stream:
        text = _Text(io.TextIOWrapper(stream, encoding), str(path))
        try:
            yield from _table(_items(text, member, path), path)
        except UnicodeError as error:
            raise text.broken(f"not {encoding}") from error


def _items(text: _Text, member: str | None, path: Path) -> Iterator[Any]:
    """The items of the array; where a file is objects one after the other, those."""
    first = text.peek()
    if first == "{":
        yield from _enveloped(text, member, path)
        return
    if first != "[":
        raise BrokenFile(
            str(path), "neither an array nor an object", "a table in JSON is an array of objects"
        )
    text.skip()
    yield from _array(text)


def _array(text: _Text) -> Iterator[Any]:
    while (char := text.peek()) != "]":
        if not char:
            raise text.broken("the array does not end")
        item = text.take()
        text.items += 1
        yield item
    text.skip()


def _enveloped(text: _Text, member: str | None, path: Path) -> Iterator[Any]:
    """The array in an object; else the object itself and those that follow it."""
    text.skip()
    whole: dict[str, Any] = {}
    while (char := text.peek()) != "}":
        if not char:
            raise text.broken("the object does not end")
        key = text.take()
        if text.peek() != ":":
            raise text.broken(f"no value for {key!r}")
        text.skip()
        if text.peek() == "[" and (member is None or key == member):
            text.skip()
            yield from _array(text)
            return
        whole[str(key)] = text.take()
    text.skip()
    if member is not None:
        raise BrokenFile(
            str(path), f"no array {member!r} in the object", f"it has {', '.join(whole) or 'nothing'}"
        )
    yield whole
    while text.peek():
        item = text.take()
        text.items += 1
        yield item


def _table(items: Iterator[Any], path: Path) -> Iterator[tuple[int, list[str]]]:
    first: list[Any] = []
    for item in items:
        first.append(item)
        if len(first) == _PEEK:
            break
    if not first:
        raise EmptyFile(str(path), "there is no item in the array", "leave it out, or fetch it again")
    if isinstance(first[0], list):
        lists = (item for group in (first, items) for item in group)
        yield from ((n, [_cell(c) for c in item]) for n, item in enumerate(lists) if isinstance(item, list))
        return
    flat = [_flat(item) for item in first]
    names = list(dict.fromkeys(name for item in flat for name in item))
    yield 0, names
    for number, item in enumerate((*flat,), 1):
        yield number, [_cell(item.get(name)) for name in names]
    for number, raw in enumerate(items, len(flat) + 1):
        found = _flat(raw)
        yield number, [_cell(found.get(name)) for name in names]


def _flat(item: Any, prefix: str = "") -> dict[str, Any]:
    """An object with the members of the objects in it as `outer.inner`."""
    if not isinstance(item, dict):
        return {prefix.rstrip(".") or "value": item}
    found: dict[str, Any] = {}
    for key, value in item.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
