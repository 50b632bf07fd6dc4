"""The fallback where X-13 is not installed: STL on a series freed of calendar effects by our own regression.

Cleveland, Cleveland, McRae and Terpenning, STL: A Seasonal-Trend Decomposition Procedure Based on Loess
(Journal of Official Statistics 6, 1990), with robust weights, as statsmodels has it. It has no model of its
own: forecasts, M and Q and tests are left out, and the result says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from customhouse import optional
from customhouse.seasons.adjusted import Adjusted, Coefficient, Note, Outlier
from customhouse.seasons.choice import Chosen, Problem, independent
from customhouse.seasons.design import Calendar
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regarima import at
from customhouse.seasons.spec import scale_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SEASONAL = 13
"""Years that the seasonal loess spans (odd, at least 7, as its authors advise)."""


def adjusted(series: Monthly, of: Problem, about: Calendar, chosen: Chosen) -> Adjusted:
    """The series adjusted by STL. Raises MissingExtra where statsmodels is not installed either."""
    import numpy as np

    seasonal = optional.module("statsmodels.tsa.seasonal", "seasonal adjustment", "seasons")
    holiday, trading, gaps, coefficients, outliers = _effects(of, about, chosen, series)
    clean = of.y - holiday - trading - gaps
    parts = seasonal.STL(clean, period=12, seasonal=_SEASONAL, robust=True).fit()
    level = parts.seasonal.mean()
    unit = 1.0 if of.log else scale_of(series)

    def back(values: Floats) -> Floats:
        return np.exp(values) if of.log else values * unit

    adjusted_y = of.y - holiday - trading - (parts.seasonal - level)
    values = np.where(np.isnan(series.values), np.nan, back(adjusted_y))
    return Adjusted(
        series, values, back(parts.trend + level), back(parts.seasonal - level), back(parts.resid),
        back(holiday), back(trading), of.log, "stl", "STL",
        {one.festival: one.windows for one in chosen.effects if one.windows},
        tuple(replace(one, value=one.value * unit) for one in outliers),
        tuple(replace(one, value=one.value * unit, error=one.error * unit) for one in coefficients),
        notes=(Note("stl", {}),),
    )  # fmt: skip


def _effects(
    of: Problem, about: Calendar, chosen: Chosen, series: Monthly
) -> tuple[Floats, Floats, Floats, tuple[Coefficient, ...], tuple[Outlier, ...]]:
    """What festivals, working days and missing values change over the months of the series."""
    import numpy as np

    span, months = of.span, len(of.y)
    holiday = sum((one.values[span] for one in chosen.effects), np.zeros(months))
    days, gaps = chosen.days[span], of.fixed[span]
    whole = np.column_stack([days, gaps, chosen.taken])
    kept = independent(whole)
    found = at(of.y - holiday, whole[:, kept], chosen.fit.theta, chosen.fit.seasonal)
    value, error = np.zeros(whole.shape[1]), np.zeros(whole.shape[1])
    value[kept], error[kept] = found.coefficients, found.errors
    n, m = days.shape[1], gaps.shape[1]
    coefficients = [
        Coefficient(f"{one.festival} {part}", b, e)
        for one in chosen.effects
        for part, b, e in zip(one.parts, one.coefficients, one.errors, strict=True)
    ]
    coefficients += [
        Coefficient(about.names[column], float(value[i]), float(error[i]))
        for i, column in enumerate(chosen.trading)
    ]
    outliers = tuple(
        Outlier(kind, series.first + place, float(value[n + m + i] / (error[n + m + i] or 1.0)),
                float(value[n + m + i]))
        for i, (kind, place) in enumerate(chosen.outliers)
    )  # fmt: skip
    return holiday, days @ value[:n], gaps @ value[n : n + m], tuple(coefficients), outliers
