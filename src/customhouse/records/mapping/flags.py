"""Marks behind figures and years: provisional, revised, a footnote; and marks that withhold a figure."""

from __future__ import annotations

import re
from functools import cache

from customhouse.records import coding, numerals
from customhouse.records.files import Digits

_RAISED = re.compile(r"[\u00b9\u00b2\u00b3\u2070-\u2079]+\s*$|(?<=\d)\s*[(\[]\d{1,2}[)\]]\s*$")
"""Numbers of footnotes behind a figure."""


def unflagged(text: str) -> str:
    """A figure without the marks behind it that say how it was come by: `1,234 (p)`, `1,234*`."""
    if isinstance(text, Digits) or not text or text[-1].isdecimal():
        return text
    bare = _RAISED.sub("", text)
    bare = _flags().sub("", bare)
    return bare if bare != text and bare[-1:].isdecimal() else text


def is_withheld(text: str) -> bool:
    """Whether a cell without a figure says that there is one that is not published."""
    return numerals.fold(text).lower() in _withheld()


@cache
def _withheld() -> frozenset[str]:
    return frozenset(numerals.fold(form).lower() for form, _ in coding.header_forms("withheld"))


@cache
def _flags() -> re.Pattern[str]:
    forms = sorted((form for form, _ in coding.header_forms("flag")), key=lambda form: -len(form))
    return re.compile(rf"(?<=\d)\s*(?:{'|'.join(map(re.escape, forms))})\s*$", re.I)
