"""What a text says of when a table was published, updated or printed, which is no period of its figures."""

from __future__ import annotations

import re
from functools import cache

from customhouse.records.printed_parts import either
from customhouse.vocabulary import pattern

_BRACKETS = re.compile("([(\uff08\\[][^)\uff09\\]]*[)\uff09\\]]|[;\uff1b|])")
_NEAR = re.compile(r"^.{0,40}?\d")
"""The beginning of a date, not far behind the word for it."""


def undated(text: str) -> str:
    """A text without what says when it was published: `Released 18 May 2025`, `2024年5月更新`."""
    if not re.search(r"\d", text):
        return text
    return " ".join(kept for part in _BRACKETS.split(text) if (kept := _unpublished(part).strip()))


def is_published(text: str) -> bool:
    """Whether a text speaks of when a table was published."""
    return any(words.search(text) for words in _published())


def _unpublished(part: str) -> str:
    before, behind = _published()
    if (found := before.search(part)) and _NEAR.search(part[found.end() :]):
        return part[: found.start()]
    if found := behind.search(part):
        return pattern("date_at_end").sub("", part[: found.start()]) + part[found.end() :]
    return part


@cache
def _published() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words before and behind a date of publication."""
    before, behind = either("published", "before"), either("published", "behind")
    return re.compile(rf"{before}(?!\s*by\b)", re.I), re.compile(rf"{behind}(?=\W*$)", re.I)
