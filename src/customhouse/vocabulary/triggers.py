"""Which finders a stretch of text can concern at all: a cheap look for the words that each of them needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick

from customhouse.vocabulary.tables import rows, split


@cache
def _machine() -> tuple[AhoCorasick, list[frozenset[str]]]:
    names: dict[str, set[str]] = {}
    for row in rows("triggers"):
        for word in split(row["words"]):
            names.setdefault(word, set()).add(row["name"])
    return AhoCorasick(list(names)), [frozenset(found) for found in names.values()]


def triggers(lower: str) -> Iterator[tuple[int, frozenset[str]]]:
    """The places of trigger words in a folded, lower-case text, in order, with the finders that they call."""
    machine, names = _machine()
    for index, start, _ in machine.find_matches_as_indexes(lower, overlapping=True):
        yield start, names[index]
