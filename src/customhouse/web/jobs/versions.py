"""Two versions of a text side by side, in the words of one language, for the page Compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.describe import describe
from customhouse.errors import QueryError
from customhouse.model import Claim, Document
from customhouse.web.jobs.reading import Given, gather

if TYPE_CHECKING:
    from customhouse.versions import Pair
    from customhouse.web.held import HeldDesk


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two texts: its name, its characters, and the part of them that is this version."""

    name: str
    text: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a claim stands: which version (0 or 1), characters `start` to `end`, those, and its words."""

    side: int
    start: int
    end: int
    text: str
    claim: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Two claims side by side, or one alone: the kind of pair, and what differs in words."""

    kind: str
    said: str
    first: Spot | None
    second: Spot | None
    aspects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions with all their claims. Of one text in two languages both versions are that text."""

    versions: tuple[Version, ...]
    pairs: tuple[Beside, ...]
    differences: int

    def kinds(self) -> dict[str, int]:
        """How many pairs there are of each kind."""
        counts: dict[str, int] = {}
        for pair in self.pairs:
            counts[pair.kind] = counts.get(pair.kind, 0) + 1
        return counts


def warm(desk: HeldDesk) -> None:
    """Load what comparing needs."""
    from customhouse.versions import compare

    compare((), ())


def compare(desk: HeldDesk, given: Sequence[Given], language: str) -> Compared:
    """Which claims the second version lacks, adds, or says otherwise.

    One text alone is compared with itself where it is in two languages. Raises InputError, PeriodError,
    QueryError, Problem (413).
    """
    from customhouse.versions import compare as compared
    from customhouse.versions.halves import two_versions

    if not 1 <= len(given) <= 2:
        raise QueryError(f"{len(given)} texts to compare; give two, or one that holds both languages")
    documents, claims = gather(given, directions=True)
    of = {one.name: [c for c in claims if c.span and c.span.doc == one.name] for one in documents}
    found = compared(*two_versions([(of[one.name], [one]) for one in documents]))
    pairs = tuple(_beside(pair, len(documents) - 1, language) for pair in found.pairs)
    return Compared(tuple(map(_version, documents)), pairs, len(found.differences))


def _version(document: Document) -> Version:
    return Version(document.name, document.text, document.published)


def _beside(pair: Pair, second: int, language: str) -> Beside:
    from customhouse.versions.telling import aspect_words, kind_words

    return Beside(
        pair.kind.value, kind_words(pair, language), _spot(pair.first, 0, language),
        _spot(pair.second, second, language),
        tuple(aspect_words(pair, aspect, language) for aspect in pair.aspects),
    )  # fmt: skip


def _spot(claim: Claim | None, side: int, language: str) -> Spot | None:
    if claim is None or claim.span is None:
        return None
    span = claim.span
    return Spot(side, span.start, span.end, span.text, describe(claim, language))
