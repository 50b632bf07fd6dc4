"""Whether a text says nothing that an article does not: every figure read from it is one of the article's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from customhouse.model import Claim
from customhouse.prose import canonical
from customhouse.prose.reading import scored
from customhouse.reader import read_text

Stated = Mapping[str, Claim]
"""The claims of an article by what they say."""
_DIRECTION = "direction"


def said(claim: Claim) -> str:
    """What a claim says: its scored fields, without its place."""
    fields = scored(canonical(claim))
    del fields["span"]
    return json.dumps(fields, default=str, sort_keys=True)


def stated(claims: Iterable[Claim]) -> Stated:
    """The claims of an article by what they say, the first of each."""
    found: dict[str, Claim] = {}
    for claim in claims:
        found.setdefault(said(claim), claim)
    return found


def beyond(text: str, published: str | None, article: Stated) -> list[Claim]:
    """The figures of a text that the article does not state.

    Where the article's claims have what it says without a number, so is the text read.
    """
    directions = any(claim.measure == _DIRECTION for claim in article.values())
    read = read_text(text, published, directions=directions)
    return [claim for claim in read if said(claim) not in article]
