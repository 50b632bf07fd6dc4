"""Index series over trade in memory: price, volume and value of each month on its base, with their grades.

    year        each month on the same month a year earlier
    average     each month on the average of last year
    month       each month on the month before
    chain       months on months before, linked: the first month is 100
    chain_year  months on last year's average, years linked by their averages (annual overlap): the average
                of the first year is 100

The value index is of all value, the price index of the items that both periods have with a usable
quantity; volume is value over price, so that what has no price is taken to have had the same prices
(Export and Import Price Index Manual, IMF 2009, chapters 2, 10 and 16). Grades say how much that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from customhouse.errors import PriceError
from customhouse.period import Period
from customhouse.prices.compared import Compared, compare
from customhouse.prices.editing import Rule
from customhouse.prices.edits import Edits
from customhouse.prices.formulas import FORMULAS, Formula
from customhouse.prices.grading import grade
from customhouse.prices.linking import WINDOW, YEAR, By, Row, by_years, chained, geks, year_before
from customhouse.prices.matched import Sums

if TYPE_CHECKING:
    from customhouse.prices.decomposition import Method
    from customhouse.prices.trade import Trade

_NOTHING = "no item has a usable quantity in both periods; there is no price to compare"


@dataclass(slots=True)
class Maker:
    """Makes rows out of trade; remembers what it compared, so that the edits can be told."""

    trade: Trade
    formula: Formula = "fisher"
    method: Method = "bennet"
    rule: Rule = field(default_factory=Rule)
    window: int = WINDOW
    _known: dict[tuple[Period, Period], Compared] = field(default_factory=dict)

    def rows(self, by: By = "year", drift: bool = False) -> tuple[Row, ...]:
        """The rows of a series; with `drift` a chain of months has GEKS beside it. Raises PriceError."""
        makers: Mapping[str, Callable[[], tuple[Row, ...]]] = {
            "year": self.year, "average": self.average, "month": self.month, "chain": self.chain,
            "chain_year": self.chain_year,
        }  # fmt: skip
        if by not in makers or self.formula not in FORMULAS:
            wrong, there = (self.formula, FORMULAS) if by in makers else (by, makers)
            raise PriceError(f"{wrong!r}: there is no such; there are {', '.join(there)}")
        if drift and by != "chain":
            raise PriceError("drift is that of a chain of months; ask for it by chain")
        rows = makers[by]()
        if not any(row.pairs for row in rows):
            raise PriceError(next((row.lacking for row in rows if row.lacking), _NOTHING))
        if not drift:
            return rows
        return tuple(replace(row, geks=index) for row, index in zip(rows, self.geks(), strict=True))

    def year(self) -> tuple[Row, ...]:
        """Each month on the same month a year earlier."""
        self._reaches(YEAR + 1, "a month on the same month a year earlier")
        return tuple(self.row(month, month.year_earlier()) for month in self._months(YEAR))

    def month(self) -> tuple[Row, ...]:
        """Each month on the month before."""
        self._reaches(2, "a month on the month before")
        return tuple(self.row(month, month.previous()) for month in self._months(1))

    def average(self) -> tuple[Row, ...]:
        """Each month on the average of the year before."""
        return tuple(self.row(month, year_before(month.first)) for month in self._after_a_year())

    def chain(self) -> tuple[Row, ...]:
        """Months linked with months before; a link that is lacking breaks the chain."""
        self._reaches(2, "a chain of months")
        return chained(self._months(0), float(self.trade.value[:, 0].sum()), self.row)

    def chain_year(self) -> tuple[Row, ...]:
        """Months on last year's average, linked by averages of years."""
        return by_years(self._after_a_year(), self.row)

    def geks(self) -> list[float]:
        """The index of each month on the first by GEKS over a rolling window, 100 in the first month.

        Raises PriceError for formulas that are not the same backwards.
        """
        if self.formula not in ("fisher", "tornqvist", "walsh"):
            told = "GEKS takes what is the same backwards: fisher, tornqvist, walsh"
            raise PriceError(f"{self.formula}: {told}")
        quiet = replace(self, _known={})
        return geks(self._months(0), self.formula, quiet.sums, self.window)

    def whole(self, period: Period) -> Row:
        """A period of several months on the same months a year earlier, month by month."""
        return self.row(period, period.year_earlier())

    def row(self, period: Period, base: Period, averages: bool = False) -> Row:
        """A period on a base: indices with the base as 100, or why there are none."""
        sums = self.sums(period, base, averages)
        told = Row(period, base, value=100 * sums.value, level=sums.value1, coverage=sums.coverage,
                   imputed=sums.imputed, pairs=sums.pairs, aside=sums.aside)  # fmt: skip
        if not (sums.value0 > 0 and sums.value1 > 0):
            empty = base if not sums.value0 > 0 else period
            return replace(told, pairs=0, lacking=f"nothing was traded in {empty}, on balance")
        if not sums.pairs:
            return replace(told, lacking=_NOTHING)
        price = 100 * sums.price(self.formula)
        volume = 100 * sums.volume(self.formula)
        return replace(told, price=price, volume=volume, dispersion=sums.dispersion, grade=grade(sums),
                       points=sums.points(self.method))  # fmt: skip

    def sums(self, period: Period, base: Period, averages: bool = False) -> Sums:
        """The sums of a period on a base of as many months, month by month; of a longer base on its average.

        With `averages` both periods are averages.
        """
        if period.months != base.months or period.months == 1 or averages:
            return self.compared(period, base).sums
        total = Sums()
        for at in range(period.months):
            total += self.compared(*(Period(one.first + at, one.first + at) for one in (period, base))).sums
        return total

    def compared(self, period: Period, base: Period) -> Compared:
        """A period beside its base, remembered."""
        if (period, base) not in self._known:
            self._known[period, base] = compare(self.trade, period, base, self.rule)
        return self._known[period, base]

    @property
    def edits(self) -> Edits:
        """What was done to quantities, then the relatives set aside in all that was compared."""
        aside = [edit for key in sorted(self._known) for edit in self._known[key].edits]
        return self.trade.edits + aside

    def _months(self, start: int) -> list[Period]:
        return [Period(month, month) for month in self.trade.months[start:]]

    def _reaches(self, months: int, what: str) -> None:
        if len(self.trade.months) < months:
            told = f"{what} needs {months} months"
            raise PriceError(f"{told}; the data have {len(self.trade.months)}: {self.trade.period}")

    def _after_a_year(self) -> list[Period]:
        months = [m for m in self._months(0) if self.trade.first <= year_before(m.first).first]
        if not months:
            told = "last year's average needs a whole calendar year and a month after it"
            raise PriceError(f"{told}; the data have {self.trade.period}")
        return months
