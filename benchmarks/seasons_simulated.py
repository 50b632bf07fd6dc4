"""Simulated months of trade whose adjusted figures are known: the truth for seasons.py beside it.

A series is a trend whose slope changes, a seasonal pattern that evolves, an irregular part, outliers and
level shifts, all times what the days of each month are worth. A day off is worth less than a working day
(China's official calendar, with the days that make up for long holidays), and the days around Chinese New
Year, Dragon Boat and Mid-Autumn are worth what a curve says that no method is told: a build-up, a fall, a
slow return, each of another length, depth and shape in every series, and a little deeper or shallower in
every year.

The sizes at Chinese New Year were chosen once, before any method of ours was tried: a curve was fitted to
February over January and March in China's exports of 2011 to 2019 (OFFICIAL below, as the customs published
them), which a build-up of 20 to 25 per cent, a week 40 per cent down and a return of 30 days explain to
within 2 per cent, and series are drawn around it. seasons.py prints both.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LAST = 2025 * 12 + 8
"""September 2025: no series ends later."""
EARLIEST = 2005
"""The first year whose make-up days are all known."""
OFFICIAL = {
    2011: (150.7, 96.7, 152.2), 2012: (149.9, 114.5, 165.7), 2013: (187.4, 139.4, 182.2),
    2014: (207.1, 114.1, 170.1), 2015: (200.3, 169.2, 144.6), 2016: (177.5, 126.1, 160.8),
    2017: (182.8, 120.1, 180.6), 2018: (200.5, 171.6, 174.1), 2019: (217.6, 135.2, 198.7),
}
"""China's exports in January, February and March as first published, billion dollars (General Administration
of Customs)."""
LUNAR = {
    "chinese_new_year": (
        "2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 "
        "2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 "
        "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17"
    ),
    "dragon_boat": (
        "2004-06-22 2005-06-11 2006-05-31 2007-06-19 2008-06-08 2009-05-28 2010-06-16 2011-06-06 2012-06-23 "
        "2013-06-12 2014-06-02 2015-06-20 2016-06-09 2017-05-30 2018-06-18 2019-06-07 2020-06-25 2021-06-14 "
        "2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19"
    ),
    "mid_autumn": (
        "2004-09-28 2005-09-18 2006-10-06 2007-09-25 2008-09-14 2009-10-03 2010-09-22 2011-09-12 2012-09-30 "
        "2013-09-19 2014-09-08 2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 2021-09-21 "
        "2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25"
    ),
}
"""First days, by the Hong Kong Observatory's conversion tables: not ours, so that a slip of ours shows."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A series from month `first` on: what is observed, and the truth: adjusted, and what was taken out."""

    seed: int
    first: int
    observed: Floats
    adjusted: Floats
    seasonal: Floats
    days: Floats
    depth: float
    """The part of a day's trade that the week of Chinese New Year loses."""
    noise: float
    """The standard deviation of the irregular part, as a share."""

    @property
    def months(self) -> range:
        """Its months as running numbers."""
        return range(self.first, self.first + self.observed.size)


@dataclass(frozen=True, slots=True)
class Curve:
    """What days around a festival are worth: `before` days that build up by `up`, `off` days that lose
    `down`, `after` days that return from `left` of that loss, the faster at first the larger `bend` is."""

    before: int
    up: float
    off: int
    down: float
    after: int
    left: float
    bend: float

    def logs(self, year: float) -> tuple[range, Floats]:
        """Days from the festival's first, and the logarithm of what each is worth; `year` scales it."""
        days = range(-self.before, self.off + self.after)
        rise = self.up * np.sin(np.pi * (np.arange(self.before) + 0.5) / max(self.before, 1))
        off = np.full(self.off, np.log1p(-self.down))
        way = (np.arange(self.after) + 0.5) / max(self.after, 1)
        back = np.log1p(-self.down * self.left) * (1 - way) ** self.bend
        return days, year * np.concatenate([rise, off, back])


def simulate(seed: int) -> Simulated:
    """One series of 10 to 20 years, drawn from its seed."""
    rng = np.random.default_rng(seed)
    years = int(rng.integers(10, 21))
    last = LAST - int(rng.integers(0, 24))
    first = max(last - 12 * years + 1, EARLIEST * 12)
    months = range(first, last + 1)
    noise, depth = float(rng.uniform(0.008, 0.025)), float(rng.uniform(0.3, 0.5))
    irregular = rng.normal(0, noise, len(months))
    adjusted = np.exp(_trend(rng, len(months)) + irregular + _breaks(rng, len(months)))
    seasonal = np.exp(_seasons(rng, months))
    worth = _worth(rng, months, depth)
    return Simulated(seed, first, adjusted * seasonal * worth, adjusted, seasonal, worth, depth, noise)


def _trend(rng: np.random.Generator, n: int) -> Floats:
    """A logarithm whose monthly slope wanders about a long-run one."""
    mean, slope, slopes = rng.uniform(0.0, 0.009), 0.0, np.empty(n)
    for at in range(n):
        slope = 0.95 * slope + rng.normal(0, 0.0015)
        slopes[at] = mean + slope
    return np.log(rng.uniform(50, 5000)) + np.cumsum(slopes)


def _breaks(rng: np.random.Generator, n: int) -> Floats:
    """Months out of line (one in a hundred, by 6 to 20 per cent) and up to two lasting shifts."""
    out = np.where(rng.random(n) < 0.01, _signed(rng, 0.06, 0.20, n), 0.0)
    for _ in range(int(rng.integers(0, 3))):
        out[int(rng.integers(6, n - 6)):] += _signed(rng, 0.06, 0.15, 1)[0]
    return out


def _signed(rng: np.random.Generator, low: float, high: float, n: int) -> Floats:
    return rng.uniform(low, high, n) * rng.choice([-1.0, 1.0], n)


def _seasons(rng: np.random.Generator, months: range) -> Floats:
    """A logarithm by month that takes a step each year, and sums to nothing over any of them."""
    pattern = rng.normal(0, rng.uniform(0.03, 0.08), 12)
    step = rng.uniform(0.002, 0.008)
    by_year = []
    for _ in range(months[0] // 12, months[-1] // 12 + 1):
        pattern = pattern + rng.normal(0, step, 12)
        by_year.append(pattern - pattern.mean())
    flat = np.concatenate(by_year)
    return flat[months[0] % 12:][: len(months)]


def _worth(rng: np.random.Generator, months: range, depth: float) -> Floats:
    """What the days of each month are worth, 30.4 full ones being 1."""
    first, end = _day(months[0]), _day(months[-1] + 1)
    worth = np.where(_working(first, (end - first).days), 1.0, rng.uniform(0.45, 0.9))
    logs = np.zeros(worth.size)
    curves = {
        "chinese_new_year": Curve(
            int(rng.integers(13, 27)), rng.uniform(0.12, 0.32), int(rng.integers(7, 12)), depth,
            int(rng.integers(22, 39)), rng.uniform(0.7, 1.0), rng.uniform(0.5, 1.0)),
        "dragon_boat": _small(rng),
        "mid_autumn": _small(rng),
    }
    for name, curve in curves.items():
        for text in LUNAR[name].split():
            start = (date.fromisoformat(text) - first).days
            days, effect = curve.logs(float(np.exp(rng.normal(0, 0.05))))
            at = np.arange(start + days[0], start + days[-1] + 1)
            kept = (at >= 0) & (at < worth.size)
            logs[at[kept]] += effect[kept]
    worth = worth * np.exp(logs)
    edges = [(_day(m) - first).days for m in months]
    return np.add.reduceat(worth, edges) / 30.4


def _small(rng: np.random.Generator) -> Curve:
    """A festival of three days."""
    return Curve(int(rng.integers(0, 7)), rng.uniform(0.0, 0.08), 3, rng.uniform(0.1, 0.35),
                 int(rng.integers(0, 5)), 0.5, 1.0)


@cache
def _working(first: date, days: int) -> NDArray[np.bool_]:
    import chinese_calendar

    return np.array([chinese_calendar.is_workday(first + timedelta(d)) for d in range(days)])


def _day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def february(observed: Floats, first: int) -> Floats:
    """February over the mean of January and March, per day, by year."""
    found = []
    for at in range(observed.size - 2):
        if (first + at) % 12 == 0:
            days = [calendar.monthrange((first + at) // 12, m)[1] for m in (1, 2, 3)]
            january, february, march = observed[at : at + 3] / days
            found.append(february / np.sqrt(january * march))
    return np.array(found)
