"""Codes of partners beside their names: where the two do not agree, one of them is wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from customhouse.records import coding
from customhouse.records.mapping.model import Source
from customhouse.records.noticed import NAMED, Reading, reading
from customhouse.vocabulary import codes
from customhouse.vocabulary.tables import rows, split


def noticed(source: Source, text: str, name: str, when: tuple[int, int]) -> Reading | None:
    """What wants saying of a partner code and the name beside it (empty: none); None where nothing does."""
    found = reading(source.codes, text, *when)
    if not (name and text):
        return found
    if odd := _contradicted(source.codes, text, name, *when):
        return odd
    return replace(found, beside=name) if found and found.code is None else found


@lru_cache(maxsize=100_000)
def _contradicted(systems: tuple[str, ...], text: str, name: str, first: int, last: int) -> Reading | None:
    code = coding.resolve("partner", systems, text, last).code
    code = code or coding.resolve("partner", systems, text, first).code
    if code is None or not differ(code, name):
        return None
    return Reading(systems[0], text.upper(), code, NAMED, beside=name)


def differ(code: str, name: str) -> bool:
    """Whether a name is that of another single partner than a code.

    A word that the names of two have (`Congo`) contradicts neither, nor does the name of a state that came
    apart the codes of its parts, nor anything a code of all that a list has no codes for.
    """
    other = coding.by_name("partner", name)
    known = codes.single("partner") - {row["code"] for row in rows("remainders")}
    if other is None or other == code or not {other, code} <= known:
        return False
    if _came_of(code, other) or _came_of(other, code):
        return False
    words = frozenset(coding.key(name))
    return len(words) > 1 or not any(words <= form for form in _forms().get(code, ()))


def _came_of(former: str, now: str) -> bool:
    """Whether a state is one that a former one came apart into."""
    return any(row["iso3"] == former and now in split(row["now"]) for row in rows("code_states"))


@cache
def _forms() -> dict[str, list[frozenset[str]]]:
    """The words of each name of each partner."""
    found: dict[str, list[frozenset[str]]] = {}
    for form, code in coding.written("partner"):
        found.setdefault(code, []).append(frozenset(coding.key(form)))
    return found
