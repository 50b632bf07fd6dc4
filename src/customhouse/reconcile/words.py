"""The words of explanations, as data: templates by code and language, names of codes from the vocabulary."""

from __future__ import annotations

from functools import cache

from customhouse import vocabulary
from customhouse.errors import VocabularyError
from customhouse.model import Language


@cache
def _templates() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in vocabulary.rows("explanations")}


def template(code: str, language: Language) -> str:
    """The template of a code. Raises VocabularyError where there is none."""
    try:
        return _templates()[code][language]
    except KeyError:
        raise VocabularyError(f"explanations.csv: no row {code!r} with {language}; add it") from None


def known(code: str) -> bool:
    """Whether there is a template of this code."""
    return code in _templates()


def say(code: str, language: Language, **fields: object) -> str:
    """The template of a code with its fields filled in."""
    return template(code, language).format(**fields)


def name(code: str, language: Language) -> str:
    """The name of a code; joined codes by their parts; a code of no list as it is, in words."""
    return vocabulary.name(code, language)
