"""Days and shares as people write them: 2025/3/31 beside 2025-03-31, 5% beside 0.05."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from re import Pattern

from customhouse import vocabulary

_TIME = re.compile(r"[T ]\s*(?:\d{1,2}:.*|\d{4,6}Z?)$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})")


def day(text: str) -> date | None:
    """The day of a text such as 2025-03-31, 2025/3/31, 2025.3.31 or 20250331, also in Chinese, with a time
    or without; None where it is none.

    Days that begin with the day or the month are none: nobody knows which of the two it is.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    time = _TIME.search(said)
    said = (said[: time.start()] if time else said).replace(" ", "")
    if match := _COMPACT.fullmatch(said):
        parts = match.groups()
    elif match := _pattern().fullmatch(said):
        named = match.groupdict()
        parts = tuple(named[f"i{one}"] or named[f"d{one}"] for one in "ymd")
    else:
        return None
    try:
        return date(*(int(one) for one in parts))
    except (TypeError, ValueError):  # a year is lacking, or no such day
        return None


def ambiguous(text: str) -> bool:
    """Whether a text is a day that begins with the day or the month, such as 02/07/2024."""
    return _SLASHED.fullmatch(text.strip().split(" ")[0]) is not None


def number(text: str) -> float:
    """A number as Python reads it, or with a sign for per cent: 5% is 0.05. Raises ValueError."""
    said = unicodedata.normalize("NFKC", text).strip()
    if not said.endswith("%"):
        return float(text)
    return float(Decimal(str(float(said[:-1]))) / 100)  # 7% is 0.07, not 0.07000000000000001


@cache
def _pattern() -> Pattern[str]:
    return vocabulary.pattern("DATEZH")
