"""What growth is made of, worked out in the worker processes, each question once while nothing is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request

from customhouse.period import Period
from customhouse.web.counter import Counter
from customhouse.web.growth_model import Prices, Season, Wanted
from customhouse.web.making import Makings

Given = tuple[tuple[str, Any], ...]
"""Parameters of a request with their values, in order."""
PATIENCE = 3
"""It may take so many times the time of a request: nobody's request waits for all of it."""
WAITING = 16
"""Questions that are worked out or wait for it, before others are sent away."""
_KEPT = 512
"""Answers of each kind that are kept; one has some kilobytes."""


class Growths:
    """What growth of slices is made of, for all who ask one counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._prices: Makings[Prices] = Makings(_KEPT, lambda _: 1, WAITING)
        self._rows: Makings[dict[str, Any]] = Makings(_KEPT, lambda _: 1, WAITING)
        self._seasons: Makings[Season] = Makings(_KEPT, lambda _: 1, WAITING)

    async def prices(self, wanted: Wanted, wait: float | None = None) -> Prices | None:
        """Prices and volumes; None where that takes longer than `wait` seconds. Raises Problem."""
        return await self._prices.made(
            (self._counter.state, wanted), lambda: self._work("growth_prices", wanted), wait
        )

    async def season(self, wanted: Wanted, wait: float | None = None) -> Season | None:
        """The whole series adjusted, whatever the period; None as `prices`. Raises Problem."""
        every = replace(wanted, period=Period(0, 0), by="year")
        return await self._seasons.made(
            (self._counter.state, every), lambda: self._work("growth_season", every), wait
        )

    async def rows(self, asked: Given, wait: float | None = None) -> dict[str, Any] | None:
        """Rows of prices as the API has them, of the parameters that were given; None as `prices`."""
        return await self._rows.made(
            (self._counter.state, asked), lambda: self._work("prices", dict(asked)), wait
        )

    async def _work(self, job: str, wanted: object) -> Any:
        seconds = PATIENCE * self._counter.settings.seconds
        async with self._counter.long:
            return await self._counter.work(job, wanted, seconds=seconds)


def growths(request: Request) -> Growths:
    """Those of the counter that a request came to."""
    state = request.app.state
    if not hasattr(state, "growths"):
        state.growths = Growths(state.counter)
    found: Growths = state.growths
    return found
