"""The keys of a mapping, asked one by one; and those of them that say how a file is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from customhouse.errors import MappingError
from customhouse.records.mapping.model import Layout
from customhouse.records.numerals import fold

LAYOUT_KEYS = ("sheet", "header", "first", "until", "encoding", "delimiter", "items", "empty")


class Keys:
    """A mapping of YAML with the place that it stands in, asked key by key."""

    def __init__(self, raw: Any, place: str) -> None:
        self.place = place
        if not isinstance(raw, dict):
            raise MappingError(place, f"keys with values are wanted, not {_said(raw)}", "write `key: value`")
        self.raw: dict[str, Any] = raw

    def wrong(self, key: str, wrong: str, remedy: str) -> MappingError:
        """The error that a key is wrong."""
        return MappingError(self.place, f"`{key}` {wrong}", remedy)

    def only(self, *known: str) -> None:
        """Refuses keys that are not among those known."""
        for key in self.raw:
            if key not in known:
                raise MappingError(self.place, f"unknown key `{key}`", near(key, known))

    def absent(self, key: str, why: str) -> None:
        """Refuses a key."""
        if key in self.raw:
            raise self.wrong(key, why, "leave it out")

    def text(self, key: str) -> str | None:
        """A text, None where the key is left out or empty."""
        value = self.raw.get(key)
        if value is None or isinstance(value, str):
            return value or None
        raise self.wrong(key, f"is {_said(value)}", "give one text")

    def texts(self, key: str) -> list[str]:
        """One text or a list of them."""
        value = self.raw.get(key, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self.wrong(key, f"is {_said(value)}", "give one text, or a list [a, b]")
        return found

    def choice(self, key: str, known: Iterable[str], default: Any = None) -> Any:
        """One of some words."""
        value = self.text(key)
        if value is not None and value not in known:
            raise self.wrong(key, f"is {value!r}", near(value, known))
        return value or default

    def number(self, key: str, least: int = 0, most: int = 1_000_000) -> int | None:
        """A whole number."""
        value = self.text(key)
        if value is None:
            return None
        if not re.fullmatch(r"\d{1,7}", value) or not least <= int(value) <= most:
            raise self.wrong(key, f"is {value!r}", f"give a whole number from {least} to {most}")
        return int(value)

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        value = self.text(key)
        try:
            return None if value is None else re.compile(value)
        except re.error as error:
            raise self.wrong(key, f"is no pattern ({error})", "correct the regular expression") from error

    def inside(self, key: str) -> Keys:
        """The keys under a key."""
        return Keys(self.raw[key], f"{self.place}, {key}")


def _said(value: Any) -> str:
    known = (("keys with values", dict), ("a list", list), ("a text", str))
    return next((name for name, kind in known if isinstance(value, kind)), "nothing")


def near(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest of some words, else all of them."""
    known = list(known)
    close = difflib.get_close_matches(word.lower(), known, 1, 0.6)
    return f"did you mean `{close[0]}`?" if close else f"it is one of {', '.join(known)}"


def layout(keys: Keys) -> Layout:
    """How the file is read."""
    header = keys.texts("header") or ["1"]
    if header == ["none"]:
        header = ["0"]
    if not all(re.fullmatch(r"\d{1,5}", row) for row in header):
        raise keys.wrong("header", f"is {', '.join(header)}", "give the number of a row, several, or none")
    delimiter = {"tab": "\t", "\\t": "\t"}.get(keys.text("delimiter") or "", keys.text("delimiter"))
    if delimiter and len(delimiter) > 1:
        raise keys.wrong("delimiter", f"is {delimiter!r}", "give one character, or tab")
    return Layout(
        sheet=keys.text("sheet"),
        header=tuple(map(int, header)),
        first=keys.number("first", 1),
        until=keys.pattern("until"),
        encoding=keys.text("encoding"),
        delimiter=delimiter,
        items=keys.text("items"),
        empty=empty(keys),
    )


def empty(keys: Keys) -> frozenset[str]:
    """Marks for no figure, as they are compared."""
    return frozenset(fold(mark).lower() for mark in keys.texts("empty"))


def name_of(text: str) -> str:
    """A column's name as names are compared: without space around or doubled."""
    return " ".join(text.split())
