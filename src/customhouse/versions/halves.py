"""Which claims are those of the one version and of the other, where one document may hold both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from customhouse.errors import QueryError
from customhouse.model import Claim, Document
from customhouse.versions.places import languages


def two_versions(
    given: Sequence[tuple[Sequence[Claim], Sequence[Document]]]
) -> tuple[list[Claim], list[Claim]]:
    """The claims of two texts, or of the two languages of one. Raises QueryError for one in one language."""
    if len(given) > 1:
        return list(given[0][0]), list(given[1][0])
    claims, documents = given[0]
    first, second = halves(documents, claims)
    if not second:
        names = ", ".join(document.name for document in documents) or "the claims"
        raise QueryError(f"{names}: all claims are in one language; give the other version as a second text")
    return first, second


def halves(documents: Sequence[Document], claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The claims by the language of the block that they stand in, the language that comes first first.

    The second list is empty where all of them are in one language.
    """
    blocks = {document.name: languages(document) for document in documents}
    starts = {doc: [start for start, _ in found] for doc, found in blocks.items()}
    by_language: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.span and blocks.get(claim.span.doc):
            at = max(0, bisect_right(starts[claim.span.doc], claim.span.start) - 1)
            by_language.setdefault(blocks[claim.span.doc][at][1], []).append(claim)
    sides = list(by_language.values())
    return sides[0] if sides else [], sides[1] if len(sides) > 1 else []
