"""What a working day adds to a month, estimated on the year-on-year growth of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons import rates
from customhouse.seasons.calendars import working_days
from customhouse.seasons.festivals import festivals
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows, candidates, holiday

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONG_ENOUGH = 60
"""Months of year-on-year growth that a regression needs: five years, six of levels."""
Chosen = tuple[tuple[str, Windows], ...]


@dataclass(frozen=True, slots=True)
class DayCoefficient:
    """What one working day more adds to the logarithm of a month, and the regression that says so.

    `windows` are those of the festivals in the regression, `observations` the months of growth in it.
    """

    value: float
    error: float
    windows: Chosen
    observations: int


def day_coefficient(reporter: str, series: Monthly) -> DayCoefficient:
    """The coefficient of working days beside those festivals, with those windows, that AICc wants.

    Raises SeasonsError where fewer than 60 months of growth are above nothing or working days never
    changed, and MissingExtra.
    """
    import numpy as np

    growth = year_on_year(series)
    there = np.isfinite(growth)
    if there.sum() < LONG_ENOUGH:
        raise SeasonsError(
            f"{series.name or 'series'}: {int(there.sum())} months with a value above 0 in both years; a "
            f"working day's coefficient takes {LONG_ENOUGH}, shorter series the proportion"
        )
    counts = working_days(reporter, series.months).counts.astype(np.float64).reshape(-1, 1)
    observed = rates.Observed.of(growth[there], np.eye(len(there))[there])
    regression = _Regression(series.months, observed, (_changed(counts),))
    chosen: Chosen = ()
    for festival in festivals(reporter):
        regression, windows = regression.with_festival(festival)
        chosen += ((festival, windows),) if windows else ()
    found = observed.fit(np.column_stack(regression.columns))
    value, error = float(found.coefficients[0]), float(found.errors[0])
    return DayCoefficient(value, error, chosen, len(observed.growth))


def year_on_year(series: Monthly) -> Floats:
    """Logarithms of growth on a year earlier, from the 13th month on; NaN where a month is not above 0."""
    import numpy as np

    logs = np.log(np.where(series.values > 0, series.values, np.nan))
    return np.asarray(logs[12:] - logs[:-12])


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """Growth in the months that have it, and the regressors of all months."""

    months: range
    observed: rates.Observed
    columns: tuple[Floats, ...]

    def with_festival(self, festival: str) -> tuple[_Regression, Windows | None]:
        """The regression with the festival's best windows, or as it is where none lowers AICc."""
        best, windows, column = self._aicc(), None, None
        for one in candidates(festival):
            block = _used(festival, one, self.months)
            found = self._aicc(block)
            if found < best:
                best, windows, column = found, one, block
        if column is None:
            return self, None
        return _Regression(self.months, self.observed, (*self.columns, column)), windows

    def _aicc(self, *more: Floats) -> float:
        """The criterion with more regressors, infinite where the months do not tell them apart."""
        import numpy as np

        try:
            return self.observed.fit(np.column_stack([*self.columns, *more]), rates.USUAL).aicc
        except SeasonsError:
            return float("inf")


def _used(festival: str, windows: Windows, months: range) -> Floats:
    """The regressors of a festival that have days, as changes on a year earlier."""
    keep = [place for place, days in enumerate(windows.lengths) if days]
    return _changed(holiday(festival, windows, months)[:, keep])


def _changed(levels: Floats) -> Floats:
    """Changes on a year earlier, from the 13th row on."""
    return levels[12:] - levels[:-12]
