"""Prices and volumes of a slice of trade, month by month, and what its growth is made of.

    year        each month on the same month a year earlier
    average     each month on the average of last year
    month       each month on the month before
    chain       months on months before, linked: the first month is 100
    chain_year  months on last year's average, years linked by their averages (annual overlap): the average
                of the year before the first month is 100
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from customhouse.errors import PriceError, QueryError
from customhouse.measures import Missing, Request, measure
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.prices.comparing import Comparing, Keep
from customhouse.prices.decomposition import Method
from customhouse.prices.formulas import FORMULAS, Formula
from customhouse.prices.grading import grade
from customhouse.prices.linking import (
    YEAR,
    By,
    Row,
    Terms,
    by_years,
    chained,
    geks,
    months_of,
    terms_of_trade,
    windowed,
    year_before,
)
from customhouse.prices.matched import Sums
from customhouse.prices.pairing import How
from customhouse.prices.sources import Source, source_of
from customhouse.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: see the top of the file for `by`. `drift` has the chain compared with GEKS."""

    part: Slice
    period: Period
    by: By = "year"
    formula: Formula = "fisher"
    method: Method = "bennet"
    how: How = field(default_factory=How)
    keep: Keep = field(default_factory=dict)
    finer: tuple[str, ...] = ()
    drift: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices and volumes of a slice: a row a month, the `whole` period where months make one up, the log of
    edits (columns as in `LOG_SCHEMA`), and terms of trade where they were asked for.
    """

    asked: Asked
    currency: str
    rows: tuple[Row, ...]
    whole: Row | None
    edits: pa.Table
    terms: tuple[Terms, ...] = ()

    @property
    def main(self) -> Row:
        """What a sentence or a picture is about: the whole period, else the last month that has parts."""
        told = [row for row in (*self.rows, self.whole) if row is not None and row.points]
        return told[-1] if told else self.rows[-1]

    @property
    def drift(self) -> float:
        """How far the chain has come from GEKS by the last month, in per cent; NaN where not asked for."""
        last = self.rows[-1]
        return 100 * (last.price / last.geks - 1)


def prices(statistics: Statistics, asked: Asked) -> Prices:
    """Price, volume and value indices of a slice. Raises QueryError where the statistics have none."""
    _check(asked)
    source = source_of(statistics, asked.finer)
    if source is None:
        raise QueryError("these statistics have no items to have prices of; open those of a store")
    comparing = Comparing(source, asked.part, asked.how, asked.keep)
    making = _Making(statistics, source, asked, comparing)
    rows = {"chain": making.chain, "chain_year": making.by_years}.get(asked.by, making.single)()
    if not any(row.pairs for row in rows):
        raise QueryError(next((row.lacking for row in rows if row.lacking), _NOTHING))
    return Prices(asked, statistics.currency, rows, making.whole(), comparing.edits)


def with_terms(statistics: Statistics, asked: Asked) -> Prices:
    """The same with terms of trade: prices of exports and of imports on the same bases."""
    flows = {
        flow: prices(statistics, replace(asked, part=replace(asked.part, flow=flow), drift=False))
        for flow in ("exports", "imports")
    }
    flow = asked.part.flow or "exports"
    found = flows[flow] if flow in flows and not asked.drift else prices(statistics, asked)
    return replace(found, terms=terms_of_trade(flows["exports"].rows, flows["imports"].rows))


_NOTHING = "no goods by HS code have a quantity in both periods; there is no price to compare"


def _check(asked: Asked) -> None:
    for name, given, there in (
        ("by", asked.by, get_args(By)), ("formula", asked.formula, tuple(FORMULAS)),
        ("method", asked.method, get_args(Method)),
    ):  # fmt: skip
        if given not in there:
            raise PriceError(f"{name} {given!r}: there is no such; there are {', '.join(there)}")
    if asked.part.flow not in ("exports", "imports", "trade", "re_exports", "re_imports"):
        raise QueryError("prices are of exports, imports or trade; name one of them as the flow")
    if asked.drift and asked.by != "chain":
        raise QueryError("drift is that of a chain of months; ask for it by chain")
    if asked.drift and asked.formula in ("laspeyres", "paasche"):
        raise PriceError(f"{asked.formula}: drift is told by a formula that is the same backwards: fisher")


@dataclass(slots=True)
class _Making:
    """Rows in the making."""

    statistics: Statistics
    source: Source
    asked: Asked
    comparing: Comparing

    def single(self) -> tuple[Row, ...]:
        """Each month on its own base."""
        pairs = [(month, self._base(month)) for month in self._months()]
        self._ahead(pairs)
        return tuple(self._row(month, base) for month, base in pairs)

    def whole(self) -> Row | None:
        """The whole period on the same months a year earlier."""
        period = self.asked.period
        if self.asked.by != "year" or not 1 < period.months <= YEAR:
            return None
        return self._row(period, period.year_earlier())

    def chain(self) -> tuple[Row, ...]:
        """Months linked with months before."""
        months = self._months()
        self._ahead([(month, before) for before, month in pairwise(months)])
        rows = chained(months, self._level(months[0]), self._row)
        if not self.asked.drift:
            return rows
        return tuple(replace(row, geks=geks) for row, geks in zip(rows, self._geks(months), strict=True))

    def by_years(self) -> tuple[Row, ...]:
        """Months on last year's average, linked by averages of years."""
        return by_years(self._months(), self._row)

    def _ahead(self, pairs: list[tuple[Period, Period]]) -> None:
        """Work out at once what the statistics have of pairs of periods."""
        there = set(self.statistics.months())
        self.comparing.ahead([
            pair for pair in pairs
            if all(month in there for one in pair for month in range(one.first, one.last + 1))
        ])  # fmt: skip

    def _months(self) -> list[Period]:
        return months_of(self.asked.period)

    def _base(self, month: Period) -> Period:
        if self.asked.by == "average":
            return year_before(month.first)
        return month.year_earlier() if self.asked.by == "year" else month.previous()

    def _row(self, period: Period, base: Period, averages: bool = False) -> Row:
        """A period on a base, or why there is none."""
        part = self.asked.part
        for one in (period, base):
            found = measure(Request("value", part, one), self.statistics)
            if isinstance(found, Missing):
                return Row(period, base, lacking=found.reason)
        sums = self.comparing.compare(period, base, averages)
        if not sums.pairs:
            return Row(period, base, value=100 * sums.value, level=sums.value1 / 100,
                       coverage=sums.coverage, aside=sums.aside, lacking=_NOTHING)  # fmt: skip
        return _row_of(period, base, sums, self.asked)

    def _level(self, month: Period) -> float:
        found = measure(Request("value", self.asked.part, month), self.statistics)
        if isinstance(found, Missing):
            raise QueryError(found.reason)
        return found.value

    def _geks(self, months: list[Period]) -> list[float]:
        """The index of each month on the first by GEKS over a rolling window."""
        beside = self.comparing.beside()
        beside.ahead(windowed(months))
        return geks(months, self.asked.formula, beside.compare)


def _row_of(period: Period, base: Period, sums: Sums, asked: Asked) -> Row:
    price = sums.price(asked.formula)
    points = sums.points(asked.method)
    return Row(
        period, base, 100 * price, 100 * sums.value / price, 100 * sums.value, sums.value1 / 100,
        sums.coverage, sums.imputed, sums.dispersion, grade(sums), sums.pairs, sums.aside, points,
    )  # fmt: skip
