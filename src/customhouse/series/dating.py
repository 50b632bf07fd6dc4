"""Claims of documents with the day from which they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from customhouse.model import Claim, Document
from customhouse.series.model import Stated
from customhouse.texts import day_of, known_day, last_day


def stated(
    claims: Sequence[Claim], documents: Iterable[Document] = (), published: str | None = None
) -> list[Stated]:
    """Claims with the day of their document: as given, as the document says, else as late as its figures.

    Claims without a document (from a claims file) take the last day of the latest period that the claims
    of the same document are of.
    """
    days = {d.name: day for d in documents if (day := day_of(d, published)) is not None}
    if published is not None:
        given = known_day(published)
        days |= {c.span.doc: given for c in claims if c.span}
    latest = _latest(claims)
    return [Stated(c, days.get(c.span.doc) or latest.get(c.span.doc) if c.span else None) for c in claims]


def _latest(claims: Iterable[Claim]) -> dict[str, date]:
    """By document the last day of the latest period that it gives outcomes of."""
    months: dict[str, int] = {}
    for claim in claims:
        if claim.span and claim.period is not None and claim.status is None:
            months[claim.span.doc] = max(months.get(claim.span.doc, 0), claim.period.last)
    return {doc: last_day(month) for doc, month in months.items()}
