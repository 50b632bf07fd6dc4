"""What comparing two versions of a text gives: claims side by side, and in what they differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from customhouse.model import Claim


class Kind(Enum):
    """How a claim of one version stands to the other version."""

    SAME = "same"
    """Both state it."""
    DIFFERENT = "different"
    """Both state it, and they differ in what `aspects` name."""
    LESS_PRECISE = "less_precise"
    """Both state it and agree, but one rounds more, or leaves the number out."""
    MISSING = "missing"
    """Only the first version states it."""
    ADDED = "added"
    """Only the second version states it."""
    REPEATED = "repeated"
    """Both state it, one of them more often; this is one of the times that the other does not have."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing in which two claims differ: a field of the claim, and what kind of difference it is.

    `slip` is `sign`, `magnitude` (with `power`: the second is the first times ten to it), `dropped` or
    `gained` (one of them says nothing of it), `rounded` (one has fewer digits; `coarser` tells which),
    `unnumbered` (one says only which way), or empty where they simply differ.
    """

    field: str
    slip: str = ""
    power: int = 0
    coarser: int = 0
    """1 where the first version is the less precise, 2 where the second is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim of the first version, of the second, or of both, and how they stand to one another."""

    kind: Kind
    first: Claim | None
    second: Claim | None
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """All claims of two versions, each once, in the order of the first with additions where they stand."""

    pairs: tuple[Pair, ...]

    def of(self, *kinds: Kind) -> tuple[Pair, ...]:
        """The pairs of some kinds."""
        return tuple(pair for pair in self.pairs if pair.kind in kinds)

    @property
    def told(self) -> tuple[Pair, ...]:
        """What is worth telling: the differences, and what is less precise."""
        return self.of(Kind.MISSING, Kind.ADDED, Kind.DIFFERENT, Kind.LESS_PRECISE)

    @property
    def differences(self) -> tuple[Pair, ...]:
        """What is missing, added or different."""
        return self.of(Kind.MISSING, Kind.ADDED, Kind.DIFFERENT)
