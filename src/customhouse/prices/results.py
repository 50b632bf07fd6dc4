"""What the door gives back: indices of a frame with their grades, edits and decomposition; frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.prices.claiming import contribution_claims, level_claims
from customhouse.prices.decomposition import Method
from customhouse.prices.editing import Rule
from customhouse.prices.edits import Edit, Edits
from customhouse.prices.formulas import Formula
from customhouse.prices.grading import Quality, quality
from customhouse.prices.indices import Maker
from customhouse.prices.linking import By, Row, Terms
from customhouse.prices.parts import Parts
from customhouse.prices.trade import Trade

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_SHOWN = (
    "period", "base", "price", "volume", "value", "coverage", "imputed", "dispersion", "items", "set_aside",
    "grade", "lacking",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How indices are made; `value` is the column of money, whose name ends in the currency."""

    by: By = "year"
    formula: Formula = "fisher"
    method: Method = "bennet"
    rule: Rule = field(default_factory=Rule)
    drift: bool = False
    value: str = ""

    @property
    def currency(self) -> str:
        """`CNY` of `value_cny`; "" where the name does not end in three letters."""
        end = self.value.rpartition("_")[2]
        return end.upper() if len(end) == 3 and end.isalpha() else ""


@dataclass(frozen=True, slots=True, eq=False)
class FramePrices:
    """Prices and volumes of a frame: a row a month, bases as 100, and the log of edits.

    `trade` is what the indices are of, missing quantities estimated.
    """

    trade: Trade
    asked: Asked
    rows: tuple[Row, ...]
    edits: Edits

    @property
    def terms(self) -> tuple[Terms, ...]:
        """None: they are of two results, see `terms_of_trade`."""
        return ()

    @property
    def whole(self) -> None:
        """None: ask `parts` and `quality` of any period."""
        return None

    @property
    def currency(self) -> str:
        """The currency of the money, "" where it is not told."""
        return self.asked.currency

    @property
    def drift(self) -> float:
        """How far the chain has come from GEKS by the last month, in per cent; NaN where not asked for."""
        last = self.rows[-1]
        return 100 * (last.price / last.geks - 1) if last.geks else nan

    def quality(self, period: str | Period, base: str | Period | None = None) -> Quality:
        """The grade of the index of a period, with what keeps it from a better one."""
        when, before = _periods(period, base)
        return quality(self._maker().sums(when, before))

    def parts(
        self, period: str | Period, base: str | Period | None = None, spread: Sequence[object] | None = None
    ) -> Parts:
        """What the change in value of a period is made of, item by item: see `Parts`.

        The base is the same months a year earlier; months are compared with months and the parts added
        up. `spread` has the group of each item of `trade`: what is uncovered is then put to price and
        volume by the prices of its group. Raises PriceError.
        """
        when, before = _periods(period, base)
        maker = self._maker()
        if when.months != before.months or when.months == 1:
            return maker.compared(when, before).parts(self.asked.method, spread)
        pairs = [(Period(when.first + at, when.first + at), Period(before.first + at, before.first + at))
                 for at in range(when.months)]  # fmt: skip
        every = [maker.compared(*pair).parts(self.asked.method, spread) for pair in pairs]
        return sum(every[1:], every[0])

    def claims(
        self, period: str | Period, part: Slice | None = None, base: str | Period | None = None
    ) -> tuple[Claim, ...]:
        """Claims of the contribution of price, volume, entry, exit and what is uncovered to growth.

        `part` says which slice of trade the frame is of. Raises PriceError.
        """
        when, before = _periods(period, base)
        money = self.parts(when, before).totals()
        values = [float(self.trade.column(one).value.sum()) for one in (before, when)]
        then, now = level_claims(
            part or Slice(), when, before, (values[0], values[1]), self.currency, len(self.trade.items)
        )
        return contribution_claims(money, then, now, self.quality(when, before).grade)

    def undo(self, edits: Sequence[Edit] | None = None) -> FramePrices:
        """The same without some edits, or without any: what was estimated is missing again, what was set
        aside counts. Quantities that are no quantities stay out.
        """
        return make(self.trade.undo(self.edits if edits is None else edits), self.asked)

    def to_arrow(self) -> pyarrow.Table:
        """One row a month, columns as those of `customhouse prices`."""
        from customhouse.prices.frames import to_arrow

        table: pyarrow.Table = to_arrow(self)
        return table

    def to_pandas(self) -> pandas.DataFrame:
        """One row a month, columns as those of `customhouse prices`. Raises MissingExtra without pandas."""
        from customhouse.optional import to_pandas

        return to_pandas(self.to_arrow())

    def to_polars(self) -> polars.DataFrame:
        """One row a month, columns as those of `customhouse prices`. Raises MissingExtra without Polars."""
        from customhouse.optional import to_polars

        return to_polars(self.to_arrow())

    def __repr__(self) -> str:
        told = ", ".join(f"{row.period}: {row.price:.1f} ({row.grade or '-'})" for row in self.rows[-3:])
        return f"<FramePrices: {len(self.trade.items)} items, by {self.asked.by}; {told}>"

    def _repr_html_(self) -> str:
        """A table for notebooks: indices with coverage and grade beside them."""
        rows = self.to_arrow().to_pylist()
        head = "".join(f"<th>{name}</th>" for name in _SHOWN)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(row[name]))}</td>" for name in _SHOWN) + "</tr>"
            for row in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _maker(self) -> Maker:
        return Maker(self.trade, self.asked.formula, self.asked.method, self.asked.rule)


def make(trade: Trade, asked: Asked) -> FramePrices:
    """The indices of trade. Raises PriceError."""
    maker = Maker(trade, asked.formula, asked.method, asked.rule)
    rows = maker.rows(asked.by, asked.drift)
    return FramePrices(trade, asked, rows, maker.edits)


def _periods(period: str | Period, base: str | Period | None) -> tuple[Period, Period]:
    when = Period.parse(period) if isinstance(period, str) else period
    if base is None:
        return when, when.year_earlier()
    return when, Period.parse(base) if isinstance(base, str) else base


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if isfinite(value) else ""
    return "" if value is None else str(value)
