"""Fiscal years in running texts: FY2024, 2023-24 (April-March), July-March 2023-24."""

from __future__ import annotations

import re
from functools import cache

from customhouse.records import coding
from customhouse.records.mapping.fiscal import label

_YEARS = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*[-/\u2010-\u2014]\s*\d{2,4}(?!\d)(?:\s*[(\uff08][^)\uff09]*[)\uff09])?"
)
_FRONT = 3
"""Words at most that name months before a fiscal year."""


def label_in(text: str) -> str | None:
    """The fiscal year that a title has in it, with the months that it says behind in brackets."""
    for match in (*_marked().finditer(text), *_YEARS.finditer(text)):
        whole = " ".join(match[0].split())
        if front := _with_months_before(text[: match.start()], whole):
            return front
        for piece in (whole, re.split(r"\s*[(\uff08]", whole)[0]):
            found = label(piece)
            if found and (found.pair or found.marked):
                return piece
    return None


def _with_months_before(before: str, year: str) -> str | None:
    """A fiscal year with the months of it that stand before it: `July-March 2023-24`."""
    words = before.split()
    for count in range(min(_FRONT, len(words)), 0, -1):
        piece = " ".join([*words[-count:], year])
        if (found := label(piece)) and found.span and (found.pair or found.marked):
            return piece
    return None


@cache
def _marked() -> re.Pattern[str]:
    forms = sorted(
        (form for form, code in coding.header_forms("year_mark") if code == "fiscal"), key=lambda f: -len(f)
    )
    return re.compile(
        rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, forms))})[\s-]*'?\d{{2,4}}"
        r"(?:\s*[-/\u2010-\u2014]\s*\d{2,4})?(?!\d)(?:\s*[(\uff08][^)\uff09]*[)\uff09])?",
        re.I,
    )
