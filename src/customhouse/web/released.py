"""The releases of the counter: for which periods there can be one, and each of them made once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.web.bundle import Bundle
from customhouse.web.chosen import Chosen
from customhouse.web.counter import Counter
from customhouse.web.making import Makings
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

LENGTHS = (12, 6, 3, 1)
"""Months of the periods that have releases, the longest first."""
PATIENCE = 3
"""A release may take so many times the time of a request: nobody's request waits for all of it."""
WAITING = 16
"""Releases that are being made or wait for it, before others are sent away."""
_FLOWS = ("exports", "imports", "trade")


@dataclass(frozen=True, slots=True)
class Year:
    """The periods of a year that there can be a release of, the last first, by their length in months."""

    number: int
    periods: tuple[tuple[int, tuple[Period, ...]], ...]


def periods(months: Sequence[int]) -> Iterator[Period]:
    """The periods all of whose months are there, the last first, of those the longest first; and the months
    from January to the last one."""
    there = set(months)
    for last in sorted(there, reverse=True):
        for length in LENGTHS:
            period = Period(last - length + 1, last)
            if (last + 1) % length == 0 and there.issuperset(range(period.first, last + 1)):
                yield period
        to_date = Period(last // 12 * 12, last)
        usual = to_date.months in LENGTHS
        if last == max(there) and not usual and there.issuperset(range(to_date.first, last + 1)):
            yield to_date


def years(found: Sequence[Period]) -> tuple[Year, ...]:
    """Periods by year, the last first."""
    numbers = sorted({period.year for period in found}, reverse=True)
    return tuple(Year(number, tuple(_by_length(number, found))) for number in numbers)


def _by_length(number: int, found: Sequence[Period]) -> Iterator[tuple[int, tuple[Period, ...]]]:
    mine = [period for period in found if period.year == number]
    for length in LENGTHS:
        if alike := tuple(p for p in mine if p.months == length):
            yield length, alike
    if others := tuple(p for p in mine if p.months not in LENGTHS):
        yield 0, others


def releasable(desk: HeldDesk, which: Chosen) -> tuple[Period, ...]:
    """The periods that the statistics have all of: tables may have a year and none of its months."""
    statistics = desk.statistics(which.known_on, which.source, which.currency)
    if which.currency and which.currency not in statistics.currencies:
        return ()
    found = tuple(periods(statistics.months()))
    if which.vintages[-1].kind == "declarations":
        return found
    return tuple(
        period for period in found
        if any(statistics.level(Slice(flow=flow), period) is not None for flow in _FLOWS)
    )  # fmt: skip


class Releases:
    """The releases of one counter, made in its worker processes."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        settings = counter.settings
        self._made: Makings[Bundle] = Makings(settings.cache_bytes, lambda bundle: bundle.size, WAITING)
        self._listed: Makings[tuple[Period, ...]] = Makings(64, lambda _: 1)

    async def periods(self, which: Chosen) -> tuple[Period, ...]:
        """The periods that can be released. Raises Problem."""
        key = (self._counter.state, which.pinned())
        found = await self._listed.made(key, lambda: self._counter.quick(releasable, which))
        return found or ()

    async def bundle(self, which: Chosen, period: Period, wait: float | None = None) -> Bundle | None:
        """The release of a period; None where that takes longer than `wait` seconds. Raises Problem."""
        key = (self._counter.state, which.pinned(), period)
        if (found := self._made.get(key)) is not None:
            return found
        if period not in await self.periods(which):
            detail = f"{which.source}: not all months of {period} are there, so that it has no release."
            raise Problem(404, detail, "no_release")
        return await self._made.made(key, lambda: self._make(which, period), wait)

    async def _make(self, which: Chosen, period: Period) -> Bundle:
        seconds = PATIENCE * self._counter.settings.seconds
        told = (period, which.source, which.known_on, which.currency)
        async with self._counter.long:
            made: Bundle = await self._counter.work("release", *told, seconds=seconds)
        return made


def releases(request: Request) -> Releases:
    """The releases of the counter that a request came to."""
    state = request.app.state
    if not hasattr(state, "releases"):
        state.releases = Releases(state.counter)
    found: Releases = state.releases
    return found
