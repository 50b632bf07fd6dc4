"""The words of surveys in both languages: of columns, answers and questions, and what tables say."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from customhouse import vocabulary
from customhouse.interface import filled
from customhouse.vocabulary.tables import rows, split


def fold(text: str) -> str:
    """A word as it is compared: full-width and half-width alike, without case, `_` and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").casefold().split())


@cache
def forms(kind: str) -> Mapping[str, str]:
    """Every folded form of a kind of word, in either language, with its code."""
    found: dict[str, str] = {}
    for row in rows("survey_words"):
        if row["kind"] == kind:
            spoken = (row["code"], row["en"], row["zh"], *split(row["en_forms"]), *split(row["zh_forms"]))
            for form in spoken:
                found.setdefault(fold(form), row["code"])
    return found


def code(kind: str, text: str) -> str | None:
    """The code that a word stands for, None where it stands for none."""
    return forms(kind).get(fold(text))


def question(text: str) -> str:
    """The code of a question or composite; one that is in no list is its words joined by `_`."""
    known = code("question", text) or code("composite", text)
    return known or fold(text).replace(" ", "_")


@cache
def _spoken() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return {(row["kind"], row["code"]): row for row in rows("survey_words")}


def word(kind: str, code: str, language: str) -> str:
    """The word to write for a code; one that is in no list is written with spaces for `_`."""
    row = _spoken().get((kind, code))
    return row[language] if row else code.replace("_", " ")


def name(question: str, language: str) -> str:
    """What a question or composite is called."""
    kind = "question" if ("question", question) in _spoken() else "composite"
    return word(kind, question, language)


def fill(code: str, language: str, **places: object) -> str:
    """A sentence of the list `say` with its `{places}` filled."""
    return filled(word("say", code, language), **places)


def listed(parts: list[str], language: str) -> str:
    """Words after one another, with the language's comma."""
    return vocabulary.phrase("list_separator", language).join(parts)
