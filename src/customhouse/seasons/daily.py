"""A month as the sum of its days: what working days and festivals make of its trade.

A day that is worked counts 1 and a day off a part of that; near a festival each is multiplied by 1 + c, c
being a smooth curve over the days before and after it (`curve`), larger or smaller by a factor 1 + a in each
of its years. A month's effect is the logarithm of the sum over its days, so that an additional working
day matters more in a month that the holiday shortens, a day off that falls into a holiday matters less, and
the 29th of February is worth a day: none of it a parameter of its own. Calendar effects have been modelled by
their days since Young, Estimating Trading-Day Variation in Monthly Economic Time Series (Bureau of the
Census, Technical Paper 12, 1965), and Bell and Hillmer, Modeling Time Series with Calendar Variation (Journal
of the American Statistical Association 78, 1983); X-13 takes length of month and working days apart, which is
the same to first order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from customhouse.seasons import curve
from customhouse.seasons.calendars import days_of, is_working_day
from customhouse.seasons.festivals import dates
from customhouse.seasons.shares import Shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_RUN = range(1999 * 12, 2027 * 12)
"""Months of the long-run means of working days, as in `regressors`."""
_QUIETEST, _BUSIEST = 0.02, 10.0
"""A festival leaves a day between these parts of its trade."""
_LEAST = 1e-4
"""What a working day is at least worth where its column is scaled by that (in logarithms)."""


@dataclass(frozen=True, slots=True, eq=False)
class Workdays:
    """Which days of some months are worked (1, else 0), and how many are and are not in months of the long
    run (months x 2, from a January on)."""

    flags: Floats
    usual: Floats


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is thought of each festival's curve and years, and of a day off as a part of a working day."""

    curves: tuple[Floats, ...]
    years: tuple[Floats, ...]
    off: float


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A month's effect at a state, and what it changes with: for each festival directions of its curve and
    its years (months x any number), and for a day off (months)."""

    total: Floats
    curves: tuple[Floats, ...]
    years: tuple[Floats, ...]
    off: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The days of consecutive months: where each month begins, the month of each, which are off.

    `bases` has the directions of each festival's curve on each day, `turns` which of its turns a day is
    near (-1: none). `lengths` divides a month's sum: by 1 where working days matter, else by its days.
    """

    starts: NDArray[np.int64]
    month: NDArray[np.int64]
    off: Floats
    lengths: Floats
    bases: tuple[Floats, ...]
    turns: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, reach: range, festivals: Sequence[Shares], worked: Workdays | None) -> Days:
        """The days of `reach`; without `worked` all are alike, and so are long and short months."""
        import numpy as np

        count = np.array([len(days_of(m)) for m in reach], dtype=np.int64)
        off = np.zeros(int(count.sum())) if worked is None else 1 - worked.flags
        placed = [_placed(one, reach, len(off)) for one in festivals]
        return cls(
            np.concatenate([[0], np.cumsum(count)[:-1]]), np.repeat(np.arange(len(reach)), count), off,
            count.astype(np.float64) if worked is None else np.ones(len(reach)),
            tuple(basis for basis, _ in placed), tuple(turn for _, turn in placed),
        )  # fmt: skip

    def start(self, off: float) -> State:
        """Festivals that change nothing, and days off that are worth so much."""
        import numpy as np

        turns = [int(turn.max(initial=-1)) + 1 for turn in self.turns]
        return State(
            tuple(np.zeros(basis.shape[1]) for basis in self.bases), tuple(map(np.zeros, turns)), off
        )

    def linear(self, state: State) -> Linear:
        """The effect of each month, and its derivatives."""
        import numpy as np

        added, scales, plain = self._at(state)
        near = self._near(added, scales)
        sums = self._sum(plain * near)
        curves = [
            self._sum((plain * scale)[:, None] * basis) / sums[:, None]
            for basis, scale in zip(self.bases, scales, strict=True)
        ]
        years = []
        for one, turn, of in zip(added, self.turns, state.years, strict=True):
            by_turn, there = np.zeros((len(sums), len(of))), turn >= 0
            np.add.at(by_turn, (self.month[there], turn[there]), (plain * one)[there])
            years.append(by_turn / sums[:, None])
        return Linear(
            np.log(sums / self.lengths), tuple(curves), tuple(years), self._sum(self.off * near) / sums
        )

    def parts(self, state: State) -> tuple[Floats, tuple[Floats, ...]]:
        """What working days are worth to each month, and what each festival adds to that and to those before
        it; they add up to the whole."""
        import numpy as np

        added, scales, plain = self._at(state)
        totals = [
            np.log(self._sum(plain * self._near(added[:n], scales[:n])) / self.lengths)
            for n in range(len(added) + 1)
        ]
        return totals[0], tuple(later - before for before, later in pairwise(totals))

    def _at(self, state: State) -> tuple[list[Floats], list[Floats], Floats]:
        """What each festival adds to each day, by how much it weighs there, and days without festivals."""
        added = [basis @ b for basis, b in zip(self.bases, state.curves, strict=True)]
        scales = [self._scale(turn, years) for turn, years in zip(self.turns, state.years, strict=True)]
        return added, scales, 1 - self.off + state.off * self.off

    def _near(self, added: Sequence[Floats], scales: Sequence[Floats]) -> Floats:
        """By what festivals multiply each day."""
        import numpy as np

        together = np.ones(len(self.off))
        for one, scale in zip(added, scales, strict=True):
            together += one * scale
        near: Floats = np.clip(together, _QUIETEST, _BUSIEST)
        return near

    def _scale(self, turn: NDArray[np.int64], years: Floats) -> Floats:
        """By how much a festival weighs on each day of each of its years."""
        import numpy as np

        return 1 + np.append(years, 0.0)[turn]

    def _sum(self, values: Floats) -> Floats:
        """Values by day added up by month."""
        import numpy as np

        added: Floats = np.add.reduceat(values, self.starts, axis=0)
        return added


def _placed(shares: Shares, reach: range, days: int) -> tuple[Floats, NDArray[np.int64]]:
    """The directions of a festival's curve on each day, and the number of its turn."""
    import numpy as np

    basis = curve.basis(shares.windows)
    placed, turns = np.zeros((days, basis.shape[1])), np.full(days, -1, dtype=np.int64)
    first = days_of(reach.start)[0]
    years = range(reach.start // 12 - 1, (reach.stop - 1) // 12 + 2)
    found = sorted(day for several in dates(shares.festival, years).values() for day in several)
    for number, day in enumerate(found):
        at = (day - first).days + shares.low + np.arange(len(basis))
        there = (at >= 0) & (at < days)
        placed[at[there]], turns[at[there]] = basis[there], number
    return placed, turns


def workdays(reporter: str, reach: range) -> Workdays:
    """The working days of a reporter over some months. Raises SeasonsError and MissingExtra."""
    import numpy as np

    usual = [_flags(reporter, m) for m in _RUN]
    counts = np.array([[flags.sum(), len(flags) - flags.sum()] for flags in usual])
    return Workdays(np.concatenate([_flags(reporter, m) for m in reach]), counts)


@cache
def _flags(reporter: str, month: int) -> Floats:
    import numpy as np

    return np.array([is_working_day(reporter, day) for day in days_of(month)], dtype=np.float64)


def column(worth: Floats, first: int, worked: Workdays, off: float) -> Floats:
    """The worth of working days in months from `first` on, less its long-run mean for the calendar month, as
    a regressor whose coefficient is what one more working day adds to the logarithm of a month."""
    import numpy as np

    usual = np.log(worked.usual @ [1.0, off]).reshape(-1, 12).mean(axis=0)
    number, free = worked.usual.mean(axis=0)
    each = (1 - off) / (number + off * free)
    scale = each if abs(each) >= _LEAST else _LEAST
    made: Floats = (worth - usual[(first + np.arange(len(worth))) % 12]) / scale
    return made
