"""What a series is asked to be of: the options of a query, and the periods that a frequency cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from customhouse.errors import QueryError
from customhouse.measures import Request
from customhouse.model import CellOrigin, Claim, Slice
from customhouse.period import Period
from customhouse.query import parse
from customhouse.query.model import TIMES, pieces

RATES: Mapping[str, str] = {
    "growth": "%", "share": "%", "share_change": "pp", "gap": "pp", "contribution": "pp", "multiple": "x",
    "rank": "rank", "streak": "period", "record": "1",
}
"""The units of measures that are no amounts."""
TERMED = frozenset({"growth", "multiple", "gap", "contribution"})
"""Rates that are in yuan, in dollars or in volume."""
_ANY = Period.of(2000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure without its period, the frequency (None: as most figures have it), the periods (none: all).

    `previous` compares each period with the one before; `currency` is that of values, where one is named.
    """

    ask: Request
    by: str | None = None
    periods: tuple[Period, ...] = ()
    previous: bool = False
    currency: str | None = None

    def request(self, period: Period, unit: str | None = None) -> Request:
        """The request for one period."""
        base = period.previous() if self.previous else None
        return replace(self.ask, period=period, base=base, unit=unit)

    def claim(self, period: Period, unit: str | None = None, terms: str | None = None) -> Claim:
        """A claim that states the figure in one period, without a number: what other claims are held to."""
        ask = self.request(period)
        measured = RATES.get(ask.measure) or unit or ""
        return Claim(
            ask.measure, 0.0, measured, CellOrigin("", (), 0), of=ask.of, slice=ask.slice, period=period,
            base=ask.base, whole=ask.whole, against=ask.against, terms=terms,
        )

    def of(self, part: Slice) -> Wanted:
        """The same figure of another slice."""
        return replace(self, ask=replace(self.ask, slice=part))


def wanted(options: Mapping[str, object]) -> Wanted:
    """A series by the options of a query (measure, flow, partner, ..., period, by). Raises QueryError."""
    given = {name: value for name, value in options.items() if value not in (None, "", ())}
    by = given.pop("by", None)
    if by is not None and by not in TIMES:
        raise QueryError(f"by {by!r}: a series is by one of {', '.join(TIMES)}")
    if isinstance(given.get("base"), Period) or given.get("base") not in (None, "year", "previous"):
        raise QueryError("base: a series compares each period with the year before (base year) or with the "
                         "period before (base previous)")
    unused = [name for name in ("top", "as_of", "known", "base_known") if name in given]
    if unused:
        raise QueryError(f"{unused[0]}: a series has all that was known, oldest first; leave the option out")
    query = parse("", {"period": _ANY} | given)
    if query.each:
        dimension, codes = query.each[0]
        raise QueryError(f"{dimension} {', '.join(codes)}: a series is of one thing; join them with + or ask "
                         "one by one")
    periods = query.periods if "period" in given else ()
    found = Wanted(query.ask, by if isinstance(by, str) else None, periods, query.previous, query.currency)
    for period in found.periods if found.by else ():
        pieces(period, found.by or "month")
    return found


def fits(period: Period, axis: str) -> bool:
    """Whether a period is one of those that a frequency has."""
    if axis == "ytd":
        return period.first % 12 == 0 and period.months <= 12
    step = TIMES[axis]
    return period.months == step and period.first % step == 0


def steps(first: int, last: int, axis: str) -> list[Period]:
    """All whole periods of a frequency within months, in order."""
    step = TIMES[axis]
    if axis != "ytd":
        first, last = -(-first // step) * step, (last + 1) // step * step - 1
    return list(pieces(Period(first, last), axis)) if first <= last else []


def level_of(wanted: Wanted) -> Wanted:
    """The level that a rate is of."""
    measure = wanted.ask.of or "value"
    return replace(wanted, ask=replace(wanted.ask, measure=measure, of=None, whole=None), previous=False)
