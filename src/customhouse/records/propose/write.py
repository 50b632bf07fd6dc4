"""A mapping written as YAML that is pleasant to go on with: short, in order, its remarks as comments."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\[\]{},#:?\n'\"]*(?<!\s)")
_WIDTH = 100
# YAML 1.1 (5.1) allows no other characters in a stream than these: the rest stand as escapes.
_NOT_ALLOWED = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def yaml_of(raw: dict[str, Any], remarks: list[str]) -> str:
    """The YAML of a mapping; guesses stand first among the remarks."""
    lines = ["# Proposed; what begins with CHECK is a guess."]
    for remark in sorted(dict.fromkeys(remarks), key=lambda text: not text.startswith("CHECK")):
        clean = " ".join(_allowed(remark).split())
        lines += textwrap.wrap(
            clean, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False
        )
    return "\n".join([*lines, *_block(raw, 0)]) + "\n"


def _block(raw: dict[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, value in raw.items():
        short = f"{pad}{text(key)}: {_flow(value)}"
        if isinstance(value, dict) and (key in ("figures", "fields") or len(short) > _WIDTH):
            yield f"{pad}{text(key)}:"
            yield from _block(value, depth + 1)
        elif key == "tables":
            yield f"{pad}tables:"
            for table in value:
                first, *rest = _block(table, depth + 2)
                yield f"{pad}  - {first.strip()}"
                yield from rest
        else:
            yield short


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return text(str(value))


def text(value: str) -> str:
    """A text as YAML reads it back: bare where it can be, else quoted."""
    bare = _PLAIN.fullmatch(value) and not re.search(r"\s#|:\s", value) and not _NOT_ALLOWED.search(value)
    return value if bare else _allowed(json.dumps(value, ensure_ascii=False))


def _allowed(value: str) -> str:
    return _NOT_ALLOWED.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
