"""The words of explanations, as data: templates by code and language, names of codes from the vocabulary."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

from customhouse.errors import VocabularyError

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
DATA = "customhouse.vocabulary.data"


@cache
def _templates() -> dict[str, dict[str, str]]:
    with (files(DATA) / "explanations.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


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


@cache
def _names() -> dict[str, dict[str, str]]:
    """Names by code from every code list; the first list that has a code names it."""
    found: dict[str, dict[str, str]] = {}
    for entry in sorted(files(DATA).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".csv") and entry.name not in ("explanations.csv", "interface.csv"):
            with entry.open(encoding="utf-8") as stream:
                rows = csv.DictReader(stream)
                if {"code", "en", "zh"} <= set(rows.fieldnames or ()):
                    for row in rows:
                        found.setdefault(row["code"], {"en": row["en"], "zh": row["zh"]})
    return found


def name(code: str, language: Language) -> str:
    """The name of a code; joined codes by their parts; a code of no list as it is, in words."""
    if "+" in code:
        return template("list_join", language).join(name(c, language) for c in code.split("+"))
    found = _names().get(code)
    return found[language] if found and found[language] else code.replace("_", " ")
