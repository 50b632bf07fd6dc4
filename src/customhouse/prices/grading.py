"""How far a unit value index can be trusted: a grade with its reasons, printed beside each index.

Unit values are prices only where goods are alike: a change of the mix inside an item counts as a change
of price, and what has no quantity has no price at all (Export and Import Price Index Manual, IMF 2009,
chapter 2). The manual asks for coverage and homogeneity to be shown and sets no limits; those below are
this project's:

    grade   coverage   imputed   dispersion   items
    A       >= 0.80    <= 0.05   <= 0.25      >= 30
    B       >= 0.60    <= 0.10   <= 0.50      >= 10
    C       >= 0.40    <= 0.25   <= 1.00      >= 3
    D       what is below

An index has the worst grade of the four. Coverage is the share of both periods' value that the index
rests on, imputed quantities included; imputed the share whose quantities are estimated; dispersion the
standard deviation of the logarithms of the relatives, weighted by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Literal, Protocol

Grade = Literal["A", "B", "C", "D"]
Aspect = Literal["coverage", "imputed", "dispersion", "items"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")

LIMITS: dict[Aspect, tuple[float, float, float]] = {
    "coverage": (0.80, 0.60, 0.40), "imputed": (0.05, 0.10, 0.25), "dispersion": (0.25, 0.50, 1.00),
    "items": (30, 10, 3),
}  # fmt: skip
"""What the grades A, B and C need: at least (coverage, items) or at most (imputed, dispersion)."""
_AT_LEAST = ("coverage", "items")


class Graded(Protocol):
    """What a grade is given for: shares from 0 to 1, and how many items are matched."""

    @property
    def coverage(self) -> float:
        """The share of value that the index rests on."""
        ...

    @property
    def imputed(self) -> float:
        """The share of value whose quantities are estimated."""
        ...

    @property
    def dispersion(self) -> float:
        """The standard deviation of the logarithms of the relatives."""
        ...

    @property
    def pairs(self) -> int:
        """How many items are matched."""
        ...


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps an index from a better grade: the aspect, what it is, and what the better grade needs."""

    aspect: Aspect
    found: float
    needed: float
    grade: Grade

    def __str__(self) -> str:
        word = "at least" if self.aspect in _AT_LEAST else "at most"
        if self.aspect == "items":
            return f"{self.found:.0f} items; {word} {self.needed:.0f} are needed"
        found = "unknown" if isnan(self.found) else f"{self.found:.2f}"
        return f"{self.aspect} of {found}; {word} {self.needed:.2f} is needed"


@dataclass(frozen=True, slots=True)
class Quality:
    """A grade from A to D, and what keeps it from being better: none for A."""

    grade: Grade
    reasons: tuple[Reason, ...]


def quality(of: Graded) -> Quality:
    """The grade of an index with its reasons. What is unknown (NaN) has the worst grade."""
    aspects: tuple[tuple[Aspect, float], ...] = (
        ("coverage", of.coverage), ("imputed", of.imputed), ("dispersion", of.dispersion),
        ("items", of.pairs),
    )  # fmt: skip
    found = tuple(reason for aspect, value in aspects if (reason := _reason(aspect, value)))
    grades: list[Grade] = ["A", *(reason.grade for reason in found)]
    return Quality(max(grades), found)


def grade(of: Graded) -> Grade:
    """The grade of an index alone."""
    return quality(of).grade


def _reason(aspect: Aspect, value: float) -> Reason | None:
    """Why an aspect is not of grade A; None where it is."""
    sign = 1 if aspect in _AT_LEAST else -1
    missed = [limit for limit in LIMITS[aspect] if not sign * value >= sign * limit]
    if not missed:
        return None
    return Reason(aspect, value, missed[-1], GRADES[len(missed)])
