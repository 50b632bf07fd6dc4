"""The one door to the forms of sentences (`sentences.csv`): templates with `{places}`, and lists of names.

A figure in a text under way stands between two marks, so that its place is known once all is put together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from customhouse import vocabulary
from customhouse.errors import WordingError

OPEN, CLOSE = "\x02", "\x03"
_PLACE = re.compile(r"\{(\w+)\}")


@cache
def _forms() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in vocabulary.rows("sentences")}


def has(code: str) -> bool:
    """Whether there is a form of this code."""
    return code in _forms()


@cache
def _parsed(code: str, language: str) -> tuple[str, ...]:
    """A form cut at its places: texts and names of places in turn."""
    try:
        return tuple(_PLACE.split(_forms()[code][language]))
    except KeyError as error:
        raise WordingError(f"sentences.csv has no {code!r} in {language!r}; add the row") from error


def fill(code: str, language: str, **places: str) -> str:
    """A form with its places filled; a place that is not given stays empty."""
    parts = _parsed(code, language)
    if len(parts) == 1:
        return parts[0]
    return "".join([places.get(part, "") if index % 2 else part for index, part in enumerate(parts)])


def marked(text: str) -> str:
    """A figure as it stands in a text under way."""
    return f"{OPEN}{text}{CLOSE}"


def unmarked(text: str) -> str:
    """A text without the marks of its figures."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def joined(sentences: Sequence[str], language: str) -> str:
    """Sentences as one text: English has a space between them."""
    return (" " if language == "en" else "").join(sentences)


def listed(names: Sequence[str], language: str, form: str = "list") -> str:
    """Names in a list: `A`, `A and B`, `A, B and C`; of `form` are the joints."""
    text, *rest = names
    for index, name in enumerate(rest):
        code = "last" if index == len(rest) - 1 else "more"
        text = fill(f"{form}_{code}", language, a=text, b=name)
    return text


def counted(number: int, language: str) -> str:
    """A whole number as it stands in running text: in words up to ten in English."""
    return fill(f"number_{number}", language) if has(f"number_{number}") else str(number)


def opened(text: str) -> str:
    """A sentence with a capital at its beginning; Chinese has none."""
    return text[:1].upper() + text[1:]
