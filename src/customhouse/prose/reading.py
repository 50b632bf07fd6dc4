"""Whether a passage says what it was written from: it is read, and what was read is laid beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from customhouse.model import HOME, Claim
from customhouse.prose.passage import Passage
from customhouse.reader import read_text

FIELDS = ("measure", "of", "value", "unit", "bound", "slice", "period", "base", "whole", "against",
          "factor", "terms")
"""The fields of a claim that are scored, besides its place, and what it is in terms of or comes from."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim written, the claim read in its place, and the fields that differ; None where one is missing."""

    written: Claim | None
    read: Claim | None
    fields: tuple[str, ...]


def differences(passage: Passage, published: str | None = None) -> tuple[Difference, ...]:
    """Where reading a passage does not give back the claims that it was written from."""
    doc = next((claim.span.doc for claim in passage.claims if claim.span), "release")
    directions = any(claim.measure == "direction" for claim in passage.claims)
    read = read_text(passage.text, published, doc, directions=directions)
    found = (_beside(one, other) for one, other in _aligned(passage.claims, read))
    return tuple(filter(None, found))


def _aligned(written: Sequence[Claim], read: Sequence[Claim]) -> Iterator[tuple[Claim | None, Claim | None]]:
    """Both in text order, those at the same place beside each other."""
    one, other = list(written), list(read)
    while one and other:
        places = _place(one[0]), _place(other[0])
        yield (one.pop(0) if places[0] <= places[1] else None,
               other.pop(0) if places[1] <= places[0] else None)
    yield from zip_longest(one, other)


def _place(claim: Claim) -> tuple[int, int]:
    return (claim.span.start, claim.span.end) if claim.span else (0, 0)


def reads_back(passage: Passage, published: str | None = None) -> bool:
    """Whether reading a passage gives back exactly the claims that it was written from."""
    return not differences(passage, published)


def scored(claim: Claim) -> dict[str, Any]:
    """What must be read back of a claim: its scored fields and its place."""
    found: dict[str, Any] = {name: getattr(claim, name) for name in FIELDS}
    found["slice"] = {d: c for d, c in claim.slice.given().items() if (d, c) != ("reporter", HOME)}
    found["slice"]["subject"] = claim.slice.subject
    found["span"] = claim.span and (claim.span.start, claim.span.end)
    return found


def _beside(written: Claim | None, read: Claim | None) -> Difference | None:
    if written is None or read is None:
        return Difference(written, read, ())
    one, other = scored(written), scored(read)
    fields = tuple(name for name in one if one[name] != other[name])
    return Difference(written, read, fields) if fields else None
