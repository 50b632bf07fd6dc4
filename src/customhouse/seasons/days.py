"""Working days in growth: growth per working day, and the points of growth that days account for.

Two ways are in use. By proportion, a month with a tenth fewer working days is taken to trade a tenth less;
that is simple, needs no series, and says too much, since part of trade does not stop on days off (ports work,
orders are caught up). By regression, the coefficient of a working day is estimated on the growth of a long
series, beside its moving holidays (see `rates`), and comes with a standard error. Eurostat, Handbook on
Seasonal Adjustment (2018), chapter 5; IMF, Quarterly National Accounts Manual (2017), chapter 7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from customhouse.errors import SeasonsError
from customhouse.model import Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.seasons.calendars import working_days
from customhouse.seasons.coefficient import DayCoefficient, day_coefficient
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows

Method = Literal["proportion", "regression"]
_PROPORTION = "in proportion to working days, as though all of trade stopped on days off: an upper bound"
_FACTOR = "working_days"
_SURE = 1.96
"""Standard errors either way of an interval that holds in 95 of 100 cases."""


@dataclass(frozen=True, slots=True)
class DaysEffect:
    """What working days did to the growth of a period.

    `days` and `base_days` are the working days of the period and of its base; `growth` (per cent) is that of
    the value, `per_day` that of the value per working day. `points` is the part of growth due to days, in
    percentage points; `error` its standard error, None by proportion. `coefficient` is what one working day
    more in a month adds, in per cent, with its standard error. `announced`: whether all days are of the
    official calendar. `note` says how it was computed and what to be careful with.
    """

    reporter: str
    period: Period
    base: Period
    days: int
    base_days: int
    growth: float
    per_day: float
    points: float
    method: Method
    error: float | None = None
    coefficient: float | None = None
    coefficient_error: float | None = None
    windows: tuple[tuple[str, Windows], ...] = ()
    announced: bool = True
    note: str = ""

    @property
    def more(self) -> int:
        """Working days more than in the base; fewer where negative."""
        return self.days - self.base_days

    @property
    def interval(self) -> Interval:
        """Where the points lie: by regression in 95 of 100 cases, by proportion from nothing to them."""
        if self.error is None:
            return Interval(min(0.0, self.points), max(0.0, self.points))
        return Interval(self.points - _SURE * self.error, self.points + _SURE * self.error)

    @property
    def arithmetic(self) -> str:
        """How the points come about, in figures."""
        grown = f"{1 + self.growth / 100:.6f}"
        if self.coefficient is None:
            text = f"{grown} x (1 - {self.base_days} / {self.days}) x 100"
        else:
            text = f"{grown} less the same without {self.more:+d} working days at {self.coefficient:.4f}% "
            text += f"a day (standard error {self.coefficient_error:.4f}), x 100"
        return f"{text} = {self.points:.6f} points"


def growth_per_day(
    now: float, before: float, period: Period, reporter: str = "CHN", base: Period | None = None
) -> float:
    """Growth of the value per working day in per cent: (now / days) / (before / days of the base) - 1.

    Raises SeasonsError for a base that is not above 0 or periods of different length.
    """
    base = _base(period, base)
    if not (before > 0 and math.isfinite(now)):
        raise SeasonsError(f"{base}: a base of {before:g} has no growth; it must be above 0")
    days, base_days = (_days(reporter, p)[0] for p in (period, base))
    return 100 * (now / days / (before / base_days) - 1)


def working_day_effect(
    period: Period, *, reporter: str = "CHN", growth: float | None = None, series: Monthly | None = None,
    base: Period | None = None, method: Method | None = None,
) -> DaysEffect:
    """The part of a period's growth on its base (a year earlier) that is due to working days, in points.

    `growth` in per cent, or None to take it from `series`, the values by month. Where the series has at least
    60 months of growth above nothing, the coefficient of a regression is taken, else proportion; `method`
    asks for one of the two. Raises SeasonsError where there is no growth, or where a regression is asked for
    and cannot be had, and MissingExtra.
    """
    base = _base(period, base)
    days, official = _days(reporter, period)
    base_days, base_official = _days(reporter, base)
    if growth is None:
        growth = _growth(series, period, base)
    if not (math.isfinite(growth) and growth > -100):
        raise SeasonsError(f"{period}: growth of {growth:g}% leaves no value that days could be part of")
    known = _regression(reporter, series, method)
    points = (100 + growth) * (days - base_days) / days
    effect = DaysEffect(
        reporter, period, base, days, base_days, growth, growth - points, points, "proportion",
        announced=official and base_official,
    )
    unsure = _by_rule(reporter, period, base)
    if known is None:
        return replace(effect, note="; ".join(filter(None, (_PROPORTION, unsure))))
    return _regressed(effect, known, series)


def contribution(effect: DaysEffect, part: Slice, claims: tuple[Claim, ...] = ()) -> Claim:
    """The points as a claim with `factor` working_days, derived from `claims` (the levels of growth)."""
    origin = Derivation(_FACTOR, claims, effect.interval, effect.arithmetic)
    return Claim(
        "contribution", effect.points, "pp", origin, slice=part, period=effect.period, base=effect.base,
        factor=_FACTOR, note=effect.note or None,
    )


def days_claim(reporter: str, period: Period, base: Period | None = None) -> Claim:
    """The change in the number of working days on the base (a year earlier), as a claim.

    Raises SeasonsError.
    """
    base = _base(period, base)
    (days, _), (base_days, _) = (_days(reporter, p) for p in (period, base))
    value = float(days - base_days)
    arithmetic = f"{days} - {base_days} = {days - base_days} days"
    origin = Derivation(_FACTOR, (), Interval(value, value), arithmetic)
    about = Slice(subject=_FACTOR, reporter=None if reporter == "CHN" else reporter)
    note = _by_rule(reporter, period, base) or None
    return Claim("change", value, "day", origin, of="count", slice=about, period=period, base=base, note=note)


def _base(period: Period, base: Period | None) -> Period:
    """The base, a year earlier unless given. Raises SeasonsError for one of another length."""
    base = base or period.year_earlier()
    if base.months != period.months:
        raise SeasonsError(
            f"{period} has {period.months} months, its base {base} has {base.months}; take as many of both"
        )
    return base


def _months(period: Period) -> range:
    return range(period.first, period.last + 1)


def _days(reporter: str, period: Period) -> tuple[int, bool]:
    """Working days of a period, and whether all of them are of the official calendar."""
    found = working_days(reporter, _months(period))
    return found.of(period), not found.by_rule


def _growth(series: Monthly | None, period: Period, base: Period) -> float:
    """Growth in per cent from the values of a series. Raises SeasonsError."""
    if series is None:
        raise SeasonsError(f"{period}: give its growth, or the series of values by month")
    now, before = (math.fsum(series.at(m) for m in _months(p)) for p in (period, base))
    if math.isnan(now) or math.isnan(before) or before <= 0:
        raise SeasonsError(
            f"{series.name or 'series'}: no value above 0 in every month of {base}, or none in {period}; "
            "growth needs both"
        )
    return 100 * (now / before - 1)


def _regression(reporter: str, series: Monthly | None, method: Method | None) -> DayCoefficient | None:
    """The coefficient of a working day, None where it cannot be had and nothing was asked for."""
    if method == "proportion" or (series is None and method is None):
        return None
    try:
        return day_coefficient(reporter, series or Monthly.of([], 0))
    except SeasonsError:
        if method == "regression":
            raise
        return None


def _regressed(effect: DaysEffect, known: DayCoefficient, series: Monthly | None) -> DaysEffect:
    """The effect by the coefficient: growth less what it would be with the working days of the base.

    Each month's value is divided by exp(coefficient x its working days more); the error is the derivative
    by the coefficient times its standard error.
    """
    values, more = _by_month(effect, series)
    total = math.fsum(values)
    grown = 100 + effect.growth
    without = math.fsum(v * math.exp(-known.value * d) for v, d in zip(values, more, strict=True)) / total
    slope = math.fsum(v * d * math.exp(-known.value * d) for v, d in zip(values, more, strict=True)) / total
    note = (
        f"by regression: one working day more in a month adds {100 * known.value:.2f}% (standard error "
        f"{100 * known.error:.2f}), from {known.observations} months of growth"
    )
    if abs(known.value) < _SURE * known.error:
        note += "; that is not told from nothing"
    return replace(
        effect, points=grown * (1 - without), error=abs(grown * slope * known.error), method="regression",
        coefficient=100 * known.value, coefficient_error=100 * known.error, windows=known.windows,
        note="; ".join(filter(None, (note, _by_rule(effect.reporter, effect.period, effect.base)))),
    )


def _by_month(effect: DaysEffect, series: Monthly | None) -> tuple[list[float], list[float]]:
    """Values of the period's months, alike where the series lacks one, and working days more of each."""
    months, before = (_months(p) for p in (effect.period, effect.base))
    days, base_days = (working_days(effect.reporter, r).counts for r in (months, before))
    values = [series.at(m) if series else math.nan for m in months]
    if not all(v > 0 for v in values):
        values = [1.0] * len(months)
    return values, [float(d) for d in days - base_days]


def _by_rule(reporter: str, *periods: Period) -> str:
    """Which days of the periods are not of the official calendar, nothing where all are."""
    found = [working_days(reporter, _months(p)) for p in sorted(periods)]
    return "; ".join(days.note for days in found if days.by_rule)
