"""Shares of many windows of a festival at once, over a series and over the long run.

`regressors.holiday` makes one set of windows; here the days around a festival are counted by month once,
and the share of any window is the difference of two running sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from customhouse.seasons.festivals import dates
from customhouse.seasons.regressors import LONG_RUN, Windows, candidates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SLOWER = {"chinese_new_year": (30, 35), "tet": (30, 35)}
"""Days after a holiday over which work may come back that `regressors.candidates` does not have: some plants
and their workers return weeks after the Lantern Festival."""
BEYOND = 8
"""Days counted before the earliest window and after the last."""
_RUN = range(1985, 2061)
"""Four cycles of 19 years, as in `regressors`."""


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of windows in months, not centred: `values` is windows x months x 3 (before, during, after).

    Months begin with whole years; `run` are those of the long run, `reach` those asked for,
    which begin with month `first`. `days` has how many of the days at each offset from the festival, from
    `low` on, fall into a month: offsets x months.
    """

    festival: str
    windows: tuple[Windows, ...]
    values: Floats
    days: Floats
    low: int
    first: int
    run: slice
    reach: slice

    def centred(self, effect: Floats) -> Floats:
        """An effect over all months, less its long-run mean for the calendar month, over those asked for."""
        import numpy as np

        means = self.usual(effect)
        centred: Floats = (effect - means[np.arange(len(effect)) % 12])[self.reach]
        return centred

    def usual(self, effect: Floats) -> Floats:
        """The long-run mean of an effect over all months, by calendar month."""
        means: Floats = effect[self.run].reshape(-1, 12).mean(axis=0)
        return means


def shares(festival: str, months: range, windows: tuple[Windows, ...] = ()) -> Shares:
    """The shares of some windows of a festival, or all its candidates. Raises SeasonsError, MissingExtra."""
    return _shares(festival, months.start, months.stop, windows or _tried(festival))


@lru_cache(maxsize=32)
def _tried(festival: str) -> tuple[Windows, ...]:
    """The candidates and, of long holidays, windows that return more slowly."""
    found = candidates(festival)
    longest = max(one.after for one in found)
    slower = [
        Windows(one.before, one.during, after)
        for one in found
        for after in _SLOWER.get(festival, ())
        if one.after == longest
    ]
    return tuple(sorted((*found, *slower)))


@lru_cache(maxsize=64)
def _shares(festival: str, start: int, stop: int, windows: tuple[Windows, ...]) -> Shares:
    import numpy as np

    run = LONG_RUN.get(festival, _RUN)
    first, last = min(run.start, start // 12), max(run.stop, -(-stop // 12))
    months = range(first * 12, last * 12)
    low = min(w.spans[0][0] for w in windows) - BEYOND
    high = max(w.spans[2][1] for w in windows) + BEYOND
    running = _running(festival, months, low, high)
    values = np.stack(
        [np.stack([_share(running, low, span) for span in w.spans], axis=-1) for w in windows]
    )
    return Shares(
        festival, windows, values, np.diff(running, axis=0), low, start,
        slice(run.start * 12 - months.start, run.stop * 12 - months.start),
        slice(start - months.start, stop - months.start),
    )  # fmt: skip


def _running(festival: str, months: range, low: int, high: int) -> Floats:
    """How many of the days from `low` to each offset fall into each month: (offsets + 1) x months."""
    import numpy as np

    years = range(months.start // 12 - 1, months.stop // 12 + 1)
    days = np.array([d for found in dates(festival, years).values() for d in found], dtype="datetime64[D]")
    around = days[None, :] + np.arange(low, high + 1)[:, None]
    place = around.astype("datetime64[M]").astype(np.int64) + 1970 * 12 - months.start
    counts = np.zeros((high - low + 2, len(months)))
    offsets = np.broadcast_to(np.arange(1, high - low + 2)[:, None], place.shape)
    inside = (place >= 0) & (place < len(months))
    np.add.at(counts, (offsets[inside], place[inside]), 1.0)
    running: Floats = counts.cumsum(axis=0)
    return running


def _share(running: Floats, low: int, span: tuple[int, int]) -> Floats:
    """The share of a window in each month; a window of no days has none."""
    first, last = span
    if last < first:
        nothing: Floats = running[0] * 0
        return nothing
    share: Floats = (running[last - low + 1] - running[first - low]) / (last - first + 1)
    return share
