"""The words of the pages, from `vocabulary/data/web.csv`; what it lacks comes from the interface's list."""

from __future__ import annotations

from customhouse import describe
from customhouse.interface import filled


def word(code: str, language: str) -> str:
    """A word of the pages. Raises VocabularyError for a code or language that no list has."""
    row = describe.words("web").get(code)
    return row[language] if row else describe.word(code, language)


def fill(code: str, language: str, **places: object) -> str:
    """A word with its `{places}` filled."""
    return filled(word(code, language), **places)


def known(code: str) -> bool:
    """Whether there is a word of this code."""
    return code in describe.words("web") or describe.known(code)
