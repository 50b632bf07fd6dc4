"""What is asked and what is answered: a claim with holes, and the reply that fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from customhouse.model import Claim
from customhouse.prose import Passage
from customhouse.query import Answer, Query

Hole = Literal[
    "overview", "figure", "truth", "rank", "which", "why", "streak", "record", "compare", "series", "count"
]
"""What of a claim is asked for: its number, whether it holds, of which slice or since when it does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim with holes. `query` has the slice, measure and periods that were said, the rest is the hole's.

    `axis` is what the slice is sought along (partner, country, region, goods, month ...), `order`
    which end of it, `place` how many from that end, `top` how many of them; `direction` (up, down, flat),
    `relation` (exceed, below) and `balance` (surplus, deficit) are what a yes or no is about.
    """

    hole: Hole
    query: Query
    axis: str | None = None
    order: str | None = None
    place: int = 1
    top: int | None = None
    share: bool = False
    direction: str | None = None
    relation: str | None = None
    balance: str | None = None


class Refused(Exception):
    """A question that is refused with a reason in words; the door turns it into a `Refusal`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered: the words that were not understood (may be empty), and the reason.

    `nearest` is a question in the query language that can be answered, or None.
    """

    words: str
    reason: str
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The reply to one question.

    `truth` is the answer to a yes or no (None where it is none, or rounding leaves it open), with
    `lead` as its words. `passage` is the answer with the claims that it states, `computed` the claims
    behind them, exact and with their arithmetic, in the same order. `query` is the same question in the
    query language, whose figures are `table`. `notes` say what was supposed.
    """

    question: str
    lead: str = ""
    truth: bool | None = None
    passage: Passage | None = None
    computed: tuple[Claim, ...] = ()
    query: str = ""
    table: Answer | None = None
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def answered(self) -> bool:
        """Whether it was answered at all."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a text: one part for each question in it, in order, in one language."""

    text: str
    language: str
    parts: tuple[Part, ...]

    @property
    def answered(self) -> bool:
        """Whether any question was answered."""
        return any(part.answered for part in self.parts)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims that the answers state."""
        return tuple(claim for part in self.parts if part.passage for claim in part.passage.claims)

    def __str__(self) -> str:
        from customhouse.ask.showing import plain

        return plain(self)
