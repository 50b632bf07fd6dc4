"""Which statistics a page is about: the source, the day as of which they are known, the currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from customhouse.store import Vintage
from customhouse.web.counter import Counter
from customhouse.web.problems import Problem
from customhouse.web.shell import counter


@dataclass(frozen=True, slots=True)
class Chosen:
    """A source with the vintages of it that are known on a day, in the order in which they revise each other.

    `as_of` is the day that was asked for, None for today.
    """

    source: str
    vintages: tuple[Vintage, ...]
    as_of: date | None = None
    currency: str | None = None

    @property
    def known_on(self) -> date:
        """The day of the last vintage: statistics of any day from then until the next are the same."""
        return self.vintages[-1].known_on

    @property
    def months(self) -> tuple[int, ...]:
        """The months that the vintages have figures for, in order."""
        return tuple(sorted({month for vintage in self.vintages for month in vintage.months()}))

    def query(self) -> str:
        """What an address has of it, as it was asked for."""
        return self._query(self.as_of)

    def pinned(self) -> str:
        """The same, such that it means these vintages however much is loaded later."""
        return self._query(self.known_on)

    def _query(self, day: date | None) -> str:
        told = {"source": self.source, "as_of": day and day.isoformat(), "currency": self.currency}
        return urlencode({name: value for name, value in told.items() if value})


def day(request: Request) -> date | None:
    """The day that is asked for. Raises Problem (422)."""
    told = request.query_params.get("as_of") or None
    try:
        return date.fromisoformat(told) if told else None
    except ValueError as error:
        raise Problem(422, f"as_of: {told!r} is not a day; write it as 2025-03-14.") from error


def sources(counter: Counter, as_of: date | None) -> tuple[str, ...]:
    """The sources with figures that are known on a day."""
    return tuple(dict.fromkeys(v.source for v in counter.desk.vintages(as_of) if v.months()))


def chosen(request: Request) -> Chosen:
    """What a request is about: the source that it names, or the first. Raises Problem (404, 422)."""
    held, as_of = counter(request), day(request)
    there = sources(held, as_of)
    named = request.query_params.get("source") or next(iter(there), None)
    if named is None or named not in there:
        when = f" that was known on {as_of}" if as_of else ""
        detail = f"{named!r}: no such source{when}." if named else f"There is nothing{when} yet."
        raise Problem(404, f"{detail} The sources are: {', '.join(there) or 'none'}.", "no_source")
    mine = tuple(v for v in held.desk.vintages(as_of) if v.source == named)
    return Chosen(named, mine, as_of, request.query_params.get("currency") or None)
