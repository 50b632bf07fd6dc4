"""Rows of a year's total among its months: TOTAL 2023, 2023年合计."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from customhouse.records import coding
from customhouse.records.files import Digits
from customhouse.records.mapping.fiscal import FiscalStyle, Pairs
from customhouse.records.mapping.values import months_of

_YEAR = 12


def read_as(text: str, pairs: Pairs, style: FiscalStyle) -> tuple[str, FiscalStyle | None]:
    """A text of a column of periods and its style; of a year and a word for a total the year alone.

    Only where the column has all twelve months of the year is it known that the total is of all of them.
    """
    if isinstance(text, Digits) or (bare := _without(text)) is None:
        return text, pairs.style(text, style)
    year = months_of(bare, False, style)
    if year is None or year[1] - year[0] != _YEAR - 1:
        return text, pairs.style(text, style)
    found = {months_of(one, isinstance(one, Digits), style) for one in pairs.seen}
    complete = all((month, month) in found for month in range(year[0], year[1] + 1))
    return (bare, style) if complete else (text, pairs.style(text, style))


@lru_cache(maxsize=10_000)
def _without(text: str) -> str | None:
    """A text with digits less the word for a total at either end, None where there is none."""
    match = _total().fullmatch(" ".join(text.split())) if re.search(r"\d", text) else None
    return (match["behind"] or match["before"]).strip() if match else None


@cache
def _total() -> re.Pattern[str]:
    forms = sorted((form for form, _ in coding.header_forms("total")), key=lambda form: -len(form))
    word = "|".join(map(re.escape, forms))
    front, end = rf"(?:{word})[\s:,.-]*(?P<behind>\d.*)", rf"(?:[\s:,.-]+|(?<=[^a-z\s\d]))(?:{word})"
    return re.compile(rf"{front}|(?P<before>.*\d\D?){end}", re.I)
