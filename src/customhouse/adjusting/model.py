"""What an adjustment of a slice or of a column gives: the parts of the series, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

from customhouse.errors import SeasonsError
from customhouse.measures import Missing
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query.model import Query
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.claims import growth_claim
from customhouse.seasons.combine import Composed, indirect_result
from customhouse.seasons.days import growth_per_day
from customhouse.seasons.frames import calendar_adjusted
from customhouse.seasons.settings import Settings
from customhouse.seasons.together import TwoMonths, january_february, percent, summed

_ALL = Slice()


@dataclass(frozen=True, slots=True, eq=False)
class Adjustment:
    """A series and its adjusted form.

    `query` is the question to a store that it answers (None: a series of a file, by its `name`); `unit` a
    currency or another unit; `claims` the levels by month that it was made from; `composed` sums that were
    adjusted by their parts too; `joined` the months that hold January and February together.
    """

    result: Adjusted
    settings: Settings
    name: str = ""
    query: Query | None = None
    slice: Slice = _ALL
    unit: str = ""
    claims: Mapping[int, Claim] = field(default_factory=dict)
    composed: tuple[Composed, ...] = ()
    joined: tuple[int, ...] = ()

    @property
    def split(self) -> frozenset[int]:
        """The months that were published with another and told apart by the model."""
        return frozenset(month for last in self.joined for month in (last - 1, last))

    @property
    def period(self) -> Period:
        """From its first month to its last."""
        return self.result.original.period

    @property
    def two_months(self) -> tuple[TwoMonths, ...]:
        """January and February as one, year by year."""
        return january_february(self.result)

    @property
    def calendar_adjusted(self) -> Any:
        """The series without moving holidays and working days, its seasonality kept."""
        return calendar_adjusted(self.result)

    def months(self, period: Period) -> tuple[float, float]:
        """The original and the adjusted figure of a period, NaN where a month is missing."""
        first = self.result.original.first
        both = (self.result.original.values, self.result.adjusted)
        original, adjusted = (summed(values, first, period) for values in both)
        return original, adjusted

    def on_year(self, period: Period) -> float:
        """Growth of the original figures of a period on a year earlier in per cent, NaN without a base."""
        return percent(self.months(period)[0], self.months(period.year_earlier())[0])

    def per_day(self, period: Period) -> float:
        """The same per working day of the reporter; NaN where its calendar is not known."""
        now, before = self.months(period)[0], self.months(period.year_earlier())[0]
        if not (now >= 0 and before > 0):
            return nan
        try:
            return growth_per_day(now, before, period, self.settings.reporter)
        except SeasonsError:
            return nan

    def on_previous(self, period: Period) -> float:
        """Growth of adjusted figures of a period on the one just before in per cent."""
        return percent(self.months(period)[1], self.months(period.previous())[1])

    @property
    def derived(self) -> tuple[Adjustment, ...]:
        """Further sums of the same parts: the balance beside trade."""
        return tuple(
            replace(self, result=indirect_result(one), name=one.name, query=None, composed=())
            for one in self.composed[1:]
        )

    @property
    def results(self) -> dict[str, Adjusted]:
        """Every adjusted series by its name: this one, sums of its parts, and the parts."""
        more = {one.name: one.result for one in self.derived}
        return {self.name: self.result} | more | (dict(self.composed[0].parts) if self.composed else {})

    def growth(self, period: Period) -> Claim | Missing:
        """The same as a claim that is derived from the levels of all months."""
        return growth_claim(self.result, self.slice, period, self.claims)

    def growths(self) -> tuple[Claim, ...]:
        """Month-on-month growth of adjusted figures as claims: every month, and each January and February."""
        months = [Period(m, m) for m in self.result.months]
        found = [self.growth(p) for p in (*months, *(two.period for two in self.two_months))]
        return tuple(one for one in found if isinstance(one, Claim))

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`, one row a month. Raises MissingExtra."""
        from customhouse.adjusting.frames import to_pandas

        return to_pandas(self.results)

    def to_polars(self) -> Any:
        """A `polars.DataFrame`, one row a month. Raises MissingExtra."""
        from customhouse.adjusting.frames import to_polars

        return to_polars(self.results)

    def save(self, path: Any, language: str = "en") -> None:
        """Write it as .csv, .json, .parquet, or as a chart .svg, .png, .html. Raises OutputError."""
        from customhouse.adjusting.saving import save

        save(self, path, language)
