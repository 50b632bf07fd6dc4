"""Months published only together, split by the model: January and February of China's trade as one sum.

The share of each month is such that the whole series is likeliest: a missing month is free, and the month
that holds the sum is the sum less it. In logarithms that is linear near a first guess: where a missing month
rises by one per cent, the other falls by their ratio. Gauss and Newton's steps are regressions with airline
errors (`regarima`), as for any other missing value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons.choice import Chosen, choose, independent
from customhouse.seasons.design import Calendar, gap_columns, logged, problem
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regarima import at
from customhouse.seasons.settings import Settings
from customhouse.seasons.spec import scale_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS = 6
_CLOSE = 1e-9
_FARTHEST = 0.5
"""A step changes no month by more than this part of itself."""


def held_months(series: Monthly, settings: Settings) -> dict[int, tuple[int, ...]]:
    """The places of months that hold missing ones before them, with the places of those.

    Those of `settings.split`, or all Februaries after a missing January. Raises SeasonsError where they are
    refused, or where a month that is named holds none.
    """
    import numpy as np

    missing = np.isnan(series.values)
    named = [m - series.first for m in settings.split if m in series.months]
    if settings.together == "refuse":
        if named:
            raise SeasonsError(
                f"{series.name or 'series'}: {len(named)} months hold others too; set together to split"
            )
        return {}
    if not settings.split:
        named = [i for i in range(1, len(series)) if (series.first + i) % 12 == 1 and missing[i - 1]]
    found = {place: _before(place, missing) for place in named if not missing[place]}
    return {place: before for place, before in found.items() if before}


def _before(place: int, missing: NDArray[np.bool_]) -> tuple[int, ...]:
    """The missing places in a row that end just before a place."""
    first = place
    while first > 0 and missing[first - 1]:
        first -= 1
    return tuple(range(first, place))


def split(
    series: Monthly, held: dict[int, tuple[int, ...]], about: Calendar, settings: Settings
) -> Monthly:
    """The series with each sum split over its months."""
    import numpy as np

    values = series.values.copy()
    for place, before in held.items():
        values[[*before, place]] = series.values[place] / (len(before) + 1)
    guess = series.with_values(values)
    log = logged(guess, about, settings)
    free = series.with_values(series.values.copy())
    free.values[list(held)] = np.nan
    chosen = choose(problem(free, log, about, settings))
    calendar = _calendar(chosen, about, series)
    for _ in range(_STEPS):
        step = _step(values, series, held, log, calendar, (chosen.fit.theta, chosen.fit.seasonal))
        if step < _CLOSE:
            break
    return series.with_values(values)


def _calendar(chosen: Chosen, about: Calendar, series: Monthly) -> Floats:
    """The columns of festivals and working days over the months of the series."""
    import numpy as np

    start = series.first - about.reach.start
    span = slice(start, start + len(series))
    parts = [chosen.days[span]]
    parts += [one.values[span, None] for one in chosen.effects]
    return np.column_stack(parts)


def _step(
    values: Floats, series: Monthly, held: dict[int, tuple[int, ...]], log: bool, calendar: Floats,
    model: tuple[float, float],
) -> float:  # fmt: skip
    """One step towards the likeliest shares, made in `values`; the largest change as a part of a month."""
    import numpy as np

    pairs = [(place, one) for place, before in held.items() for one in before]
    gaps = [int(i) for i in np.flatnonzero(np.isnan(values))]
    filled = values.copy()
    filled[gaps] = np.interp(gaps, np.flatnonzero(~np.isnan(values)), values[~np.isnan(values)])
    shifts = gap_columns([one for _, one in pairs], len(values))
    for number, (place, one) in enumerate(pairs):
        shifts[place, number] = -values[one] / values[place] if log else -1.0
    others = np.column_stack([gap_columns(gaps, len(values)), calendar])
    columns = np.column_stack([shifts, others[:, independent(others)]])
    unit = scale_of(series)
    y = np.log(filled) if log else filled / unit
    found = at(y, columns, *model).coefficients[: len(pairs)]
    # With y = X b + errors, shifts b are what the guess exceeds the likeliest by.
    largest = 0.0
    for (_, one), change in zip(pairs, found, strict=True):
        move = float(np.clip(-change, -_FARTHEST, _FARTHEST)) if log else -float(change)
        values[one] = values[one] * np.exp(move) if log else values[one] + move * unit
        largest = max(largest, abs(move) if log else abs(move) * unit / (abs(values[one]) + unit))
    for place, before in held.items():
        inside = float(values[list(before)].sum())
        if log and inside >= series.values[place]:
            values[list(before)] *= 0.9 * series.values[place] / inside
            inside = 0.9 * float(series.values[place])
        values[place] = series.values[place] - inside
    return largest
