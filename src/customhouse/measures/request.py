"""What is asked of statistics, and what stands in the way of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from customhouse.model import Claim, Dims, Slice, changed
from customhouse.period import Period
from customhouse.statistics import Known

Window = Literal["same", "all"]
LENGTHS = (1, 3, 6, 12)
"""Months of the periods that streaks and records step by: month, quarter, half, year."""
ALL_TRADE = Slice(flow="trade")
RATED = frozenset({"%", "pp", "x", "1", "rank", "period"})
"""Units of rates: they say nothing of the unit of the levels behind."""


@dataclass(frozen=True, slots=True)
class Request:
    """A figure that statistics are asked for; the fields of the claim format, and how to compute it.

    `unit` is that of a level (`CNY`, `t`, `enterprise`, `CNY/t`). `known` and `base_known` choose
    between figures as last revised and as first published, for the period and for the base.
    `every` is the months of one period of a streak. A record is sought in the `same` months of
    earlier years or in `all` periods of that length, those that begin in month `since` or later.
    `below` turns a streak or record round: below the threshold, the lowest. `among` has the codes
    to rank among; without it a code is ranked among single codes, a group (and, where `grouped`,
    a single code) beside the groups of official tables.
    """

    measure: str
    slice: Slice = ALL_TRADE
    period: Period | None = None
    of: str | None = None
    unit: str | None = None
    base: Period | None = None
    whole: Dims | None = None
    against: Dims | None = None
    threshold: float | None = None
    terms: str | None = None
    factor: str | None = None
    known: Known = "latest"
    base_known: Known = "latest"
    every: int | None = None
    window: Window = "same"
    since: int | None = None
    below: bool = False
    among: tuple[str, ...] = ()
    grouped: bool = False

    @classmethod
    def of_claim(cls, claim: Claim) -> Request:
        """The request whose answer is the claim's figure, for any claim of the claim format."""
        unit = None if claim.unit in RATED else claim.unit
        return cls(
            claim.measure, claim.slice, claim.period, claim.of, unit, claim.base, claim.whole, claim.against,
            claim.threshold, claim.terms, claim.factor, every=_every(claim),
        )

    @property
    def metric(self) -> str:
        """The measure that this one is about."""
        return self.of or "value"

    def about(
        self, measure: str, period: Period | None = None, slice: Slice | None = None,
        known: Known | None = None,
    ) -> Request:
        """The request for the measure that this one is about, in the same or another period."""
        return Request(  # written out, since each growth asks for two
            measure, slice or self.slice, period or self.period, None, self.unit, None, self.whole,
            self.against, None, self.terms, self.factor, known or self.known, self.base_known, self.every,
            self.window, self.since, self.below, self.among, self.grouped,
        )

    def to_date(self) -> Request:
        """The same from January to the last month of the period."""
        if self.period is None:
            return self
        return changed(self, period=Period(self.period.last // 12 * 12, self.period.last))


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no figure: a code, the reason in words, and the months that the statistics lack.

    Codes: measure, subject, flow, period, months, slice, unit, currency, terms, factor, adjusted, base,
    balance, lengths, whole, against, threshold, every, rank, earlier.
    """

    code: str
    reason: str
    months: tuple[int, ...] = ()


class Lacking(Exception):
    """A figure that cannot be had; the door turns it into the `Missing` that it carries."""

    def __init__(self, code: str, reason: str, months: tuple[int, ...] = ()) -> None:
        self.missing = Missing(code, reason, months)
        super().__init__(reason)


def _every(claim: Claim) -> int | None:
    """The months of one period of a streak, where its stretch and its number tell."""
    if claim.measure != "streak" or claim.period is None or claim.value < 1 or claim.value % 1:
        return None
    months, rest = divmod(claim.period.months, int(claim.value))
    return months if rest == 0 and months in LENGTHS else None
