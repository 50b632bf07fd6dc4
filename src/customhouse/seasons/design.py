"""From a series and its settings to a problem of choice: months, calendars, missing values, logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log10
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons.adjusted import Note
from customhouse.seasons.choice import Problem, choose, independent
from customhouse.seasons.daily import Workdays, workdays
from customhouse.seasons.festivals import festivals
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regarima import LOST, difference, fit
from customhouse.seasons.regressors import leap_year, trading
from customhouse.seasons.settings import Settings
from customhouse.seasons.shares import Shares, shares
from customhouse.seasons.spec import LONGEST, SHORTEST, scale_of
from customhouse.seasons.unusual import column, critical

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BACK, AHEAD = 12, 36
"""Months of regressors before the series and after it; SEATS asks for three years of forecasts."""
_PREFERENCE = 2.0
"""By how much AICc must be lower without logarithms for them to be left out, as in X-13 (`aicdiff`)."""
_EXACT = 1e-9
_CLOSE = 40.0
"""Differences of AICc up to which the windows and outliers of the series may decide."""
_MOST_MISSING = 4
"""One month in so many may be missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """What calendars say over the reach of a series: shares of windows, and regressors of working days.

    `names` are those of the columns of `trading`, `worked` the days that they count; `notes` say what could
    not be had.
    """

    reach: range
    shares: tuple[Shares, ...]
    trading: Floats
    names: tuple[str, ...]
    worked: Workdays | None
    notes: tuple[Note, ...]


def trimmed(series: Monthly) -> Monthly:
    """The series from its first value to its last. Raises SeasonsError where nothing can be made of it."""
    import numpy as np

    name, values = series.name or "series", np.asarray(series.values, dtype=np.float64)
    if np.isinf(values).any():
        raise SeasonsError(f"{name}: it has infinite values; put NaN where a month is missing")
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        raise SeasonsError(f"{name}: no month has a value; there is nothing to adjust")
    found = Monthly(series.first + int(there[0]), values[there[0] : there[-1] + 1], series.name)
    if not SHORTEST <= len(found) <= LONGEST:
        raise SeasonsError(
            f"{name}: {len(found)} months from the first value to the last; X-13ARIMA-SEATS takes {SHORTEST} "
            f"(three years) to {LONGEST}: give more years, or fewer"
        )
    missing = len(found) - len(there)
    if missing * _MOST_MISSING > len(found):
        raise SeasonsError(
            f"{name}: {missing} of {len(found)} months are missing, and at most a quarter may be; fill gaps, "
            "or take a span with fewer"
        )
    _refuse_plain(found, name)
    return found


def _refuse_plain(series: Monthly, name: str) -> None:
    """Raises SeasonsError for a series without change, with the same changes every year, or too large."""
    import numpy as np

    values = series.values[~np.isnan(series.values)]
    if values.min() == values.max():
        raise SeasonsError(f"{name}: all its months are {values[0]:g}; there is nothing to adjust")
    smallest = float(np.abs(values[values != 0]).min())
    if float(np.abs(values).max()) > 1e300 or smallest < 1e-290:
        raise SeasonsError(f"{name}: its values reach beyond 1e300 or below 1e-290; take another unit")
    filled = interpolated(series.values)
    for one in (filled, np.log(filled)) if values.min() > 0 else (filled,):
        if float(np.abs(difference(one)).max()) <= _EXACT * float(np.abs(np.diff(one)).max()):
            raise SeasonsError(
                f"{name}: its changes from month to month are the same every year, with nothing irregular to "
                "estimate a model from; take figures that were observed"
            )


def calendar(series: Monthly, settings: Settings) -> Calendar:
    """Festivals and working days of the reporter. Raises SeasonsError for a festival that there is not."""
    import numpy as np

    reach = range(series.months.start - BACK, series.months.stop + max(AHEAD, settings.forecast))
    notes: list[Note] = []
    found = []
    for festival in _named(settings, notes):
        fixed = settings.windows.get(festival)
        try:
            found.append(shares(festival, reach, (fixed,) if fixed else ()))
        except SeasonsError as error:
            if fixed is not None or settings.festivals is not None:
                raise
            notes.append(Note("festival_unknown", {"festival": festival, "reason": str(error)}))
    columns, worked = np.empty((len(reach), 0)), None
    if settings.trading is not False:
        try:
            columns = np.column_stack([trading(settings.reporter, reach), leap_year(reach)])
            worked = workdays(settings.reporter, reach)
        except SeasonsError as error:
            if settings.trading:
                raise
            notes.append(Note("calendar_unknown", {"reason": str(error)}))
    names = ("trading", "leap_year")[: columns.shape[1]]
    return Calendar(reach, tuple(found), columns, names, worked, tuple(notes))


def _named(settings: Settings, notes: list[Note]) -> tuple[str, ...]:
    """The festivals to try: those set, or those of the reporter, and those whose windows are fixed."""
    named = settings.festivals
    if named is None:
        try:
            named = festivals(settings.reporter)
        except SeasonsError as error:
            notes.append(Note("festivals_unknown", {"reason": str(error)}))
            named = ()
    return tuple(dict.fromkeys((*named, *settings.windows)))


def problem(series: Monthly, logs: bool, about: Calendar, settings: Settings) -> Problem:
    """The problem of choice for a series as it is used (trimmed; missing months NaN).

    Without logarithms it is in units of `spec.scale_of(series)`, as X-13 is given it.
    """
    import numpy as np

    span = slice(series.first - about.reach.start, series.first - about.reach.start + len(series))
    filled = interpolated(series.values)
    y = np.log(filled) if logs else filled / scale_of(series)
    gaps = np.flatnonzero(np.isnan(series.values))
    fixed = np.zeros((len(about.reach), len(gaps)))
    fixed[span.start + gaps, np.arange(len(gaps))] = 1.0
    limit = critical(len(series)) if settings.critical is None else settings.critical
    return Problem(
        y, logs, about.reach, span, fixed, about.trading, _sets(about, settings), about.worked, about.shares,
        frozenset(settings.windows), tuple(k for k in settings.outliers if k != "tc"), limit, settings.shape,
    )  # fmt: skip


def _sets(about: Calendar, settings: Settings) -> tuple[tuple[int, ...], ...]:
    """The regressors of working days and leap years to choose from."""
    if not about.names:
        return ((),)
    return ((0,), (0, 1)) if settings.trading else ((), (0,), (1,), (0, 1))


def interpolated(values: Floats) -> Floats:
    """The values with straight lines through missing months; a value there has no weight, any will do."""
    import numpy as np

    there = np.flatnonzero(~np.isnan(values))
    filled: Floats = np.interp(np.arange(len(values)), there, values[there])
    return filled


def logged(series: Monthly, about: Calendar, settings: Settings) -> bool:
    """Whether logarithms are taken: as set, never where a value is 0 or below, else by AICc as X-13 does.

    Raises SeasonsError where they are set and cannot be.
    """
    import numpy as np

    there = series.values[~np.isnan(series.values)]
    if settings.mode == "none" or there.min() <= 0:
        if settings.mode == "log":
            raise SeasonsError(
                f"{series.name or 'series'}: {np.count_nonzero(there <= 0)} values of 0 or below have no "
                "logarithm; set mode to none or auto"
            )
        return False
    if settings.mode == "log":
        return True
    return _logs_fit_better(series, about, settings)


def _logs_fit_better(series: Monthly, about: Calendar, settings: Settings) -> bool:
    """By AICc, first with middling windows; where that is not clear, with windows and outliers as chosen.

    An outlier that was searched for counts as what it had to reach: the square of the critical t value, which
    the largest of so many reaches by chance; else the scale that finds more of them would win by that.
    """
    import numpy as np

    values = series.values[LOST:]
    there = values[~np.isnan(values)]
    jacobian = {True: float(np.log(there).sum()), False: len(there) * log10(scale_of(series)) * log(10)}
    problems = {logs: problem(series, logs, about, settings) for logs in (True, False)}
    costs = {logs: _plain(one) + 2 * jacobian[logs] for logs, one in problems.items()}
    if abs(costs[True] - costs[False]) < _CLOSE:
        for logs, one in problems.items():
            chosen = choose(one)
            searched = len(chosen.outliers) * (one.critical**2 - 2)
            costs[logs] = chosen.fit.aicc + searched + 2 * jacobian[logs]
    return costs[True] <= costs[False] + _PREFERENCE


def _plain(one: Problem) -> float:
    """AICc, without the Jacobian, of a model with middling windows of each festival and working days."""
    import numpy as np

    middling = [s.values[len(s.windows) // 2, s.reach][one.span] for s in one.shares]
    columns = np.column_stack([one.fixed[one.span], one.trading[one.span], *middling])
    columns = columns[:, independent(columns)]
    return fit(one.y, columns).aicc


def gap_columns(places: list[int], months: int) -> Floats:
    """A column for each of some places: 1 there."""
    import numpy as np

    if not places:
        return np.empty((months, 0))
    return np.column_stack([column("ao", at, months) for at in places])
