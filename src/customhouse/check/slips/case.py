"""A contradicted figure with what a slip can be tested on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from customhouse.check.comparing import Figures
from customhouse.check.model import Comparison
from customhouse.model import Claim


@dataclass(frozen=True, slots=True)
class Try:
    """A claim as it would be right, and how large a part of its kind of slip this one is.

    `computed` is given where it was already tested otherwise than by the statistics alone; `rate` and
    `rate_source` where an exchange rate comes in.
    """

    corrected: Claim
    share: float
    computed: Claim | None = None
    rate: float | None = None
    rate_source: str | None = None


Tries = Iterator[Try]


@dataclass(frozen=True, slots=True)
class Case:
    """A contradicted figure: `figures` are the statistics that contradict it, `worlds` all that there are.

    `near` are the claims of its sentence, `around` those of the sentences about it, with their verdicts.
    `named` has the codes that the claims before and after it name, by dimension.
    """

    found: Comparison
    computed: Claim
    figures: Figures
    worlds: Sequence[Figures]
    sentence: str
    near: tuple[Comparison, ...]
    around: tuple[Comparison, ...]
    named: dict[str, tuple[str, ...]]

    @property
    def read(self) -> Claim:
        """The claim as the text has it."""
        return self.found.read
