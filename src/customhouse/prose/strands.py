"""Claims of one slice and period told in one breath: a level, its growth, its share of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.prose.sentences import clause, form, places, said_period
from customhouse.prose.wording import fill

BASED = ("growth", "change", "share_change")
"""Measures that say what they are compared with."""
TAILS = ("streak", "record", "growth", "gap", "change", "multiple", "share", "share_change", "contribution",
         "rank")
"""Measures that follow a level, in the order of telling; what went before tells what the next is about."""
LEVELS = ("value", "quantity", "price", "count", "index")


@dataclass(frozen=True, slots=True)
class Strand:
    """The claims of one clause: the first in full, the others as its tails."""

    claims: tuple[Claim, ...]

    @property
    def head(self) -> Claim:
        """The claim that the clause begins with."""
        return self.claims[0]

    @property
    def slice(self) -> Slice:
        """What the clause is about."""
        return self.head.slice

    @property
    def period(self) -> Period | None:
        """The period that the clause is of."""
        return said_period(self.head)

    def pattern(self) -> tuple[str | None, ...]:
        """The forms of its claims, by which clauses are told to be alike."""
        return (form(self.head), *self.tail_forms())

    def tail_forms(self) -> list[str | None]:
        """The forms of the claims after the first."""
        return [tail_form(self.claims[:index], claim) for index, claim in enumerate(self.claims) if index]

    def said(self, language: str, what: str | None = None, brief: bool = False, terse: bool = False) -> str:
        """The clause; `what` names the slice, in full unless given.

        With `brief` it goes without saying that the year before is compared with, and what the total is;
        with `terse` it does once the clause has said it.
        """
        said = [clause(self.head, language, what, brief)]
        compared = self.head.base is None if self.head.measure in BASED and terse else brief
        for code, claim in zip(self.tail_forms(), self.claims[1:], strict=True):
            said.append(fill(code or "", language, **places(claim, language, True, compared, brief)))
            if terse and claim.measure in BASED:
                compared = claim.base is None
        return "".join(said)


def strands(claims: Sequence[Claim], levels: bool = True) -> list[Strand]:
    """The claims of a group in clauses, in order: each goes on with the clause before where it can.

    With `levels` a quantity, its price and its value share a clause.
    """
    found: list[Strand] = []
    for claim in _in_order(claims):
        if found and _goes_on(found[-1], claim, levels):
            found[-1] = Strand((*found[-1].claims, claim))
        else:
            found.append(Strand((claim,)))
    return found


def _in_order(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, those that follow a level of the same slice and period in the order of `TAILS`."""
    found: list[Claim] = []
    for key, run in groupby(claims, lambda c: (c.slice, said_period(c), c.measure in LEVELS)):
        told = list(run)
        found += told if key[-1] else sorted(told, key=_place)
    return found


def _place(claim: Claim) -> float:
    """Where a claim stands among those that follow a level; a record of growth stands after growth."""
    about = claim.of if claim.measure == "record" and claim.of in TAILS else claim.measure
    return TAILS.index(about) + (about != claim.measure) / 2 if about in TAILS else -1


def tail_form(before: Sequence[Claim], claim: Claim) -> str | None:
    """The form of a claim that goes on with others: what it is of goes without saying after its level."""
    found = form(claim, "tail")
    if found is None and claim.of and claim.of == _last_level(before).measure:
        found = form(replace(claim, of=None), "tail")
    return found


def alike(one: Claim, other: Claim) -> bool:
    """Whether two claims can stand in one sentence: of one period, in the same terms, of one status."""
    same = (one.terms, one.status) == (other.terms, other.status)
    return same and said_period(one) == said_period(other) and not one.factor and not other.factor


def _goes_on(strand: Strand, claim: Claim, levels: bool) -> bool:
    """Whether a claim is a tail of a clause: the same slice and period, about the level last told."""
    if claim.slice != strand.slice or not alike(strand.head, claim):
        return False
    if strand.head.measure == "gap" or claim.measure == "gap" and strand.claims[-1].measure != "growth":
        return False
    if claim.measure in ("streak", "rank") and any(one.measure == "streak" for one in strand.claims):
        return False  # the stretch of one run of periods would be read as that of both
    if claim.measure in LEVELS:
        return levels and _follows(strand, claim) and form(claim, "tail") is not None
    return _about(claim) == _about(_last_level(strand.claims)) and tail_form(strand.claims, claim) is not None


def _follows(strand: Strand, level: Claim) -> bool:
    """Whether a level goes on with a clause: a price after its quantity, a value after their changes."""
    told = [one.measure for one in strand.claims]
    if strand.head.measure != "quantity" or level.measure in told:
        return False
    return level.measure != "value" or told[-1] != "price"


def _last_level(claims: Sequence[Claim]) -> Claim:
    """The level told last, else the first claim."""
    return next((one for one in reversed(claims) if one.measure in LEVELS), claims[0])


def _about(claim: Claim) -> str | None:
    """The level that a claim is about: value (None), quantity, price or count."""
    if claim.measure in LEVELS:
        return None if claim.measure == "value" else claim.measure
    return claim.of if claim.of in LEVELS else None
