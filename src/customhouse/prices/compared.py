"""Two periods of trade in memory side by side: items matched, relatives edited, all summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.period import Period
from customhouse.prices.editing import REASONS, Judged, Rule, judge
from customhouse.prices.edits import Edit, Edits
from customhouse.prices.matched import Sums, of_matched
from customhouse.prices.parts import Parts, parts_of
from customhouse.prices.trade import Column, Trade

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.decomposition import Method

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A period and its base: the items `matched`, those of them whose relative counts (`kept`), the sums.

    `judged` has the verdicts on the matched ones, in their order.
    """

    trade: Trade
    period: Period
    base: Period
    now: Column
    then: Column
    matched: Flags
    kept: Flags
    judged: Judged
    rule: Rule
    sums: Sums

    def parts(self, method: Method = "bennet", spread: Sequence[object] | None = None) -> Parts:
        """What the change in value is made of, item by item; `spread` as in `parts_of`."""
        return parts_of(self.then, self.now, self.kept, method, spread)

    @property
    def edits(self) -> Edits:
        """The relatives that do not count, and why."""
        import numpy as np

        rows = np.flatnonzero(self.matched)
        aside = np.flatnonzero(~self.kept[rows])
        relatives = (self.now.price / self.then.price)[rows]
        return Edits([self._edit(int(rows[at]), at, float(relatives[at])) for at in map(int, aside)])

    def _edit(self, row: int, at: int, relative: float) -> Edit:
        judged = self.judged
        return Edit(
            self.trade.items[row], self.period, self.base, "relative", self.rule.method,
            REASONS[judged.reason[at]], self.trade.stratum(int(judged.level[at]), int(judged.stratum[at])),
            float(judged.low[at]), float(judged.high[at]), relative, value=float(self.now.value[row]),
        )  # fmt: skip


def compare(trade: Trade, period: Period, base: Period, rule: Rule | None = None) -> Compared:
    """A period beside its base. Periods of unlike length are taken as averages of a month.

    Relatives are judged against those of their stratum; those with an estimated quantity are judged, but
    none is judged by them. Raises PriceError for periods that the trade has not.
    """
    rule = rule or Rule()
    months = None if period.months == base.months else 1
    now, then = trade.column(period, months), trade.column(base, months)
    matched = (now.price > 0) & (then.price > 0)
    judged = _judged(trade, then, now, matched, rule)
    kept = matched.copy()
    kept[matched] = judged.kept
    kept |= matched & _wanted(trade, period, base)
    sums = _summed(then, now, matched, kept)
    return Compared(trade, period, base, now, then, matched, kept, judged, rule, sums)


def _judged(trade: Trade, then: Column, now: Column, matched: Flags, rule: Rule) -> Judged:
    import numpy as np

    told = ~(_estimated(now, matched) | _estimated(then, matched))
    strata = [codes[matched] for codes in trade.strata]
    weights = np.maximum(then.priced, now.priced)[matched]
    return judge(strata, then.price[matched], now.price[matched], weights, rule, told)


def _estimated(column: Column, rows: Flags) -> Flags:
    """Items whose whole quantity is estimated: their price is that of others."""
    found: Flags = column.imputed[rows] >= column.priced[rows]
    return found


def _wanted(trade: Trade, period: Period, base: Period) -> Flags:
    import numpy as np

    names = {item for item, one, other in trade.kept if (one, other) == (period, base)}
    return np.array([item in names for item in trade.items]) if names else np.zeros(len(trade.items), bool)


def _summed(then: Column, now: Column, matched: Flags, kept: Flags) -> Sums:
    """The sums of all formulas, as `Sums` has them, in money."""
    single0, single1 = (now.value == 0) & (then.value != 0), (then.value == 0) & (now.value != 0)
    sums = [float(one.value.sum()) for one in (then, now)]
    gone, new = float(then.value[single0].sum()), float(now.value[single1].sum())
    priced = [float(one.priced[kept].sum()) for one in (then, now)]
    return Sums(
        sums[0], sums[1], new, gone, sums[0] - gone - priced[0], sums[1] - new - priced[1],
        imputed0=float(then.imputed[kept].sum()), imputed1=float(now.imputed[kept].sum()),
        pairs=int(kept.sum()), aside=int((matched & ~kept).sum()),
        **of_matched(then.priced[kept], now.priced[kept], then.quantity[kept], now.quantity[kept]),
    )  # fmt: skip
