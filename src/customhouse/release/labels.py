"""The words of tables, charts and layouts, from `vocabulary/data/release_labels.csv`."""

from __future__ import annotations

import re

from customhouse import describe
from customhouse.interface import say

_BREAK = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
DASH = "\N{EN DASH}"
"""Nothing: there was no such trade."""
ABSENT = "\N{HORIZONTAL ELLIPSIS}"
"""Not available, or not to be computed."""
MINUS = "\N{MINUS SIGN}"


def label(code: str, language: str, **places: str) -> str:
    """A label with its `{places}` filled. Raises VocabularyError for a code or language that it lacks."""
    return say("release_labels", code, language, **places)


def labelled(code: str) -> bool:
    """Whether there is a label of this code."""
    return code in describe.words("release_labels")


def clean(words: str) -> str:
    """Words on one line, without the characters that XML and cells cannot hold."""
    return _CONTROL.sub("", _BREAK.sub(" ", words))


def row_label(code: str, language: str, kind: str) -> str:
    """What a row is about, as the first word of a line is written."""
    text = describe.name(code, language, kind)
    return text[:1].upper() + text[1:] if language == "en" else text


def money(currency: str, power: int, language: str) -> str:
    """A currency in units of ten to the `power`: `billion yuan`."""
    code = f"money_{currency}"
    name = label(code, language) if labelled(code) else currency
    return label(f"scaled_{power}", language, unit=name)
