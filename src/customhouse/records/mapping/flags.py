"""Marks behind figures and years: provisional, revised, a footnote; and marks that withhold a figure."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

from customhouse.records import coding, numerals
from customhouse.records.files import Digits

_NOTE = re.compile(r"(?<=\d)\s*[(\[]\d{1,2}[)\]]\s*$")
"""A number of a footnote behind a figure."""
_LETTERS = ("Lm", "Lo", "No", "Ps", "Pe")


def unflagged(text: str) -> str:
    """A figure without the marks behind it that say how it was come by: `1,234 (p)`, `1,234*`."""
    if isinstance(text, Digits) or not text or text[-1].isdecimal():
        return text
    bare, before = text, ""
    while bare != before:  # one mark may stand behind another
        before = bare
        bare = _flags().sub("", _NOTE.sub("", unraised(bare)))
    return bare if bare != text and bare[-1:].isdecimal() else text


def unraised(text: str) -> str:
    """A text without the small raised letters, digits and brackets at its end: `520,741ᵖ`, `1,234¹`."""
    return _raised().sub("", text)


def unmarked(text: str) -> str:
    """A text without such marks behind it: `May (p)`, `June*`, `2024 (r)`; its last letter is none."""
    bare = unraised(text)
    return _text_flags().sub("", bare)


def is_withheld(text: str) -> bool:
    """Whether a cell without a figure says that there is one that is not published."""
    return numerals.fold(text).lower() in _withheld()


@cache
def _withheld() -> frozenset[str]:
    return frozenset(numerals.fold(form).lower() for form, _ in coding.header_forms("withheld"))


@cache
def _raised() -> re.Pattern[str]:
    """All that Unicode raises but signs, whose minus is one."""
    raised = "".join(
        char
        for char in map(chr, range(0xAA, sys.maxunicode))
        if unicodedata.decomposition(char).startswith("<super>") and unicodedata.category(char) in _LETTERS
    )
    return re.compile(rf"\s*[{raised}][{raised}\s,;]*$")


@cache
def _text_flags() -> re.Pattern[str]:
    forms = sorted((f for f, _ in coding.header_forms("flag") if not f[0].isalpha()), key=lambda f: -len(f))
    return re.compile(rf"(?<=\S)(?:\s*(?:{'|'.join(map(re.escape, forms))}))+\s*$", re.I)


@cache
def _flags() -> re.Pattern[str]:
    forms = sorted((form for form, _ in coding.header_forms("flag")), key=lambda form: -len(form))
    return re.compile(rf"(?<=\d)\s*(?:{'|'.join(map(re.escape, forms))})\s*$", re.I)
