"""Clauses that differ in one code, told in one list: `with A, B and C stood at x, y and z respectively`."""

from __future__ import annotations

from collections.abc import Sequence

from customhouse.model import Claim
from customhouse.prose.naming import PARTS, named, topic
from customhouse.prose.sentences import form, places
from customhouse.prose.strands import Strand, alike
from customhouse.prose.wording import fill, has, listed

_MOST = 4
_SEPARATORS = {"en": (",", " and "), "zh": ("\u3001",)}
"""What stands in a name that a list would tear apart."""


def varying(clauses: Sequence[Strand]) -> str | None:
    """The one dimension in which clauses of one period differ, each by one code; None if they do not."""
    first = clauses[0]
    given = first.slice.given()
    if any(not alike(c.head, first.head) or c.slice.given().keys() != given.keys() for c in clauses):
        return None
    dims = [d for d in given if len({c.slice.given()[d] for c in clauses}) > 1]
    if len(dims) != 1 or dims[0] not in PARTS:
        return None
    codes = [c.slice.given()[dims[0]] for c in clauses]
    return dims[0] if len(set(codes)) == len(codes) and not any("+" in c for c in codes) else None


def in_one_list(clauses: Sequence[Strand], language: str) -> str | None:
    """The clauses in one list; None where they are not alike, or a list would be hard to read."""
    dim = varying(clauses)
    first = clauses[0]
    if dim is None or len(clauses) > _MOST or len({c.pattern() for c in clauses}) > 1:
        return None
    names = [named(c.slice.given()[dim], dim, language) for c in clauses]
    if any(mark in name for name in names for mark in _SEPARATORS[language]):
        return None
    what = topic(first.slice, language, names={dim: listed(names, language)})
    text = _listed([c.head for c in clauses], form(first.head), language, what)
    for index, code in enumerate(first.tail_forms(), 1):
        more = _listed([c.claims[index] for c in clauses], code, language)
        text = None if text is None or more is None else text + more
    return text


def _listed(claims: Sequence[Claim], code: str | None, language: str, what: str = "") -> str | None:
    """One form for a list of claims that are alike but for their figures."""
    code = f"list_{(code or '').removeprefix('say_')}"
    found = [places(claim, language, again=True) for claim in claims]
    figures = [place.pop("f") for place in found]
    alike = all(place == found[0] for place in found) and all(claim.bound == "exact" for claim in claims)
    if not alike or not has(code) or claims[0].slice.flow == "balance":
        return None
    return fill(code, language, what=what, f=listed(figures, language), **found[0])
