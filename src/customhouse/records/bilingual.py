"""Texts that say one thing in two languages: `Deutschland / Allemagne`, `中国 China`, `Chine (China)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_BETWEEN = re.compile(r"\s*[/|\u2022\u00b7;\uff0f]\s*|\s+[-\u2013\u2014]\s+")
"""Marks between two languages, of which `-` wants spaces around it."""
_INSIDE = re.compile(r"^([^()\uff08\uff09]+)[(\uff08]([^()\uff08\uff09]+)[)\uff09]\s*$")
_SCRIPTS = (
    "\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af",
    "\u0400-\u052f",
    "\u0370-\u03ff",
    "\u0590-\u05ff",
    "\u0600-\u06ff",
    "\u0900-\u097f",
    "\u0e00-\u0e7f",
)
_LETTERS = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=20_000)
def sides(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a text may be one thing said several times, each with its parts."""
    found = [[part for part in _BETWEEN.split(text) if part]]
    if inside := _INSIDE.match(text):
        found.append([inside[1], inside[2]])
    found.append(_by_script(text))
    kept = ([part.strip() for part in parts] for parts in found)
    return tuple(tuple(parts) for parts in kept if len(parts) > 1 and all(map(_LETTERS.search, parts)))


def _by_script(text: str) -> list[str]:
    """The runs of a text in another script and in Latin letters, where it has both."""
    for signs in _SCRIPTS:
        if re.search(f"[{signs}]", text) and re.search("[A-Za-z]", text):
            other = " ".join(re.findall(f"[{signs}][{signs}\\W\\d_]*", text))
            latin = " ".join(re.sub(f"[{signs}]+", " ", text).split())
            return [other.strip(" (),./-"), latin.strip(" (),./-")]
    return []


def agreed(text: str, read: Callable[[str], str | None]) -> str | None:
    """What all parts of a text are read as alike, None where they are not or it has one part alone."""
    for parts in sides(text):
        found = {read(part) for part in parts}
        if len(found) == 1 and (one := found.pop()) is not None:
            return one
    return None
