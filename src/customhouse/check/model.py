"""What checking a claim gives: a verdict, the figure of the statistics, and the likeliest slip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from customhouse.measures import Missing, Request
from customhouse.model import CellOrigin, Claim, Derivation
from customhouse.quantity import Rounding

Base = Literal["revised", "first_published"]
"""The bases that a growth can be computed on."""


class Verdict(Enum):
    """What statistics say of a figure; the first that fits holds."""

    HOLDS = "holds"
    """The computed figure prints as the text has it."""
    OTHER_BASE = "holds_on_other_base"
    """It does on the base as first published, and not on the base as revised since."""
    OFF_BY_ROUNDING = "off_by_rounding"
    """Cut off in place of rounded, within one unit of the last digit, or a little beyond the next round
    step of a bound such as `over`."""
    CONTRADICTED = "contradicted"
    """The computed figure is another."""
    NO_STATISTICS = "no_statistics"
    """The statistics lack it, or the text leaves open what is meant."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What may have gone wrong with a contradicted figure, tested: with it undone the claim holds.

    `kind` is a code of `slips.KINDS`. `corrected` is the claim as it would be right, `computed` its
    figure in the statistics. `weight` is how likely the slip is beside the others that were tested
    (of 1 for all together). `rate` is the exchange rate that it supposes, in units of the one
    currency for one of the other, and `rate_source` where that comes from.
    """

    kind: str
    corrected: Claim
    computed: Claim
    weight: float
    rate: float | None = None
    rate_source: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict with the claim read, the claim computed (or why there is none) and how it was computed.

    `roundings` are the modes of rounding in which the printed figure has the computed one. `base` says
    on which base alone a growth holds, where that makes a difference, and `on_other` has its figure on
    the other. `without` names dimensions that its sentence does not name and without which the figure
    holds. `slips` has what may have gone wrong with a contradicted figure, the likeliest first. `others`
    are the comparisons with further sources that have the figure.
    """

    verdict: Verdict
    read: Claim
    computed: Claim | Missing
    request: Request
    roundings: tuple[Rounding, ...] = ()
    base: Base | None = None
    on_other: Claim | None = None
    without: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    others: tuple[Comparison, ...] = ()

    @property
    def slip(self) -> Slip | None:
        """The likeliest slip, where one was found."""
        return self.slips[0] if self.slips else None

    @property
    def origins(self) -> tuple[CellOrigin, ...]:
        """The cells behind the computed figure: sources, vintages, and how many there are."""
        return () if isinstance(self.computed, Missing) else origins(self.computed)

    @property
    def source(self) -> str | None:
        """Whose statistics the computed figure is of."""
        found = self.origins
        return found[0].source if found else None

    @property
    def vintages(self) -> tuple[int, ...]:
        """The vintages that the cells of the computed figure stand in."""
        return tuple(sorted({number for origin in self.origins for number in origin.vintages}))

    @property
    def cells(self) -> int:
        """How many cells were added up for it."""
        return sum(origin.cells for origin in self.origins)


def origins(claim: Claim) -> tuple[CellOrigin, ...]:
    """The cells under a claim, however it was derived."""
    if isinstance(claim.origin, CellOrigin):
        return (claim.origin,)
    if isinstance(claim.origin, Derivation):
        return tuple(origin for level in claim.origin.claims for origin in origins(level))
    return ()
