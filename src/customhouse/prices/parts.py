"""What a change in value is made of, item by item and by any grouping, in money and in points of growth.

Price and volume are those of items that both periods have with a usable quantity; entry and exit are items
of one period alone; what is left has no price: it is `uncovered`. The five add up to the change exactly,
for every item and so for every grouping.

Offices deflate what they have no price of by the prices of what is alike, since the volume index is all
value over the price index of what is covered (Export and Import Price Index Manual, IMF 2009, chapter 2).
`spread` puts what is uncovered to price and volume so, group by group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.errors import PriceError
from customhouse.prices.decomposition import Method, decompose, logarithmic_mean
from customhouse.prices.formulas import bilateral
from customhouse.prices.matched import PARTS
from customhouse.prices.panel import Panel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.panel import Floats
    from customhouse.prices.trade import Column

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The change in value of each item, in money: five arrays, a number an item, which add up to it.

    `base` is the value of all items in the base. Parts of months add up to those of a period.
    """

    price: Floats
    volume: Floats
    entry: Floats
    exit: Floats
    uncovered: Floats
    base: float

    def __add__(self, other: Parts) -> Parts:
        sums: dict[str, Floats] = {name: getattr(self, name) + getattr(other, name) for name in PARTS}
        return Parts(**sums, base=self.base + other.base)

    def totals(self) -> dict[str, float]:
        """Each part over all items, in money."""
        return {name: float(getattr(self, name).sum()) for name in PARTS}

    def points(self) -> dict[str, float]:
        """Each part in percentage points of the growth of all value. Raises PriceError without a base."""
        return {name: self._points(part) for name, part in self.totals().items()}

    def by(self, groups: Sequence[object]) -> dict[object, dict[str, float]]:
        """Each part by group in points of the growth of all value, which add up to `points` over the groups.

        `groups` has the group of each item. Raises PriceError.
        """
        return {
            name: {part: self._points(float(getattr(self, part)[here].sum())) for part in PARTS}
            for name, here in _members(groups, len(self.price))
        }

    def _points(self, part: float) -> float:
        if not self.base > 0:
            raise PriceError("there was no value above 0 in the base; a change from nothing has no growth")
        return 100 * part / self.base


def parts_of(
    then: Column, now: Column, kept: Flags, method: Method = "bennet", spread: Sequence[object] | None = None
) -> Parts:
    """The parts of the change from one column to another; `kept` has the items whose relative counts.

    `spread` has the group of each item: what is uncovered is put to price and volume by the price index
    (Fisher's) of the covered items of its group, or of all items where the group has none; with no item
    covered at all it stays. Raises PriceError.
    """
    import numpy as np

    both = [np.where(kept, one, np.nan) for one in (then.price, now.price, then.quantity, now.quantity)]
    matched = decompose(Panel(np.column_stack(both[:2]), np.column_stack(both[2:])), 0, 1, method)
    new, gone = (then.value == 0) & ~kept, (now.value == 0) & ~kept
    # Volume takes what rounding leaves of price, so that the parts add up to the last digit.
    price, volume = matched.price, np.where(kept, now.priced - then.priced - matched.price, 0.0)
    left = [_left(one, kept, new | gone) for one in (then, now)]
    rest = left[1] - left[0]
    for here, index in _indices(then, now, kept, spread) if spread is not None else ():
        rise = _rise(left[0][here], left[1][here], index, method)
        price[here] += rise
        volume[here] += rest[here] - rise
        rest[here] = 0.0
    entry, exit_ = np.where(new, now.value, 0.0), np.where(gone, -then.value, 0.0)
    return Parts(price, volume, entry, exit_, rest, float(then.value.sum()))


def _left(column: Column, kept: Flags, single: Flags) -> Floats:
    """The value of each item that no price is of, apart from entry and exit."""
    import numpy as np

    return np.where(kept, column.value - column.priced, np.where(single, 0.0, column.value))


def _indices(
    then: Column, now: Column, kept: Flags, groups: Sequence[object]
) -> list[tuple[Flags, float]]:
    """The items of each group and the price index that stands for them; none where nothing is covered."""
    if not kept.any():
        return []

    def index(rows: Flags) -> float:
        return bilateral(then.price[rows], now.price[rows], then.quantity[rows], now.quantity[rows])

    overall = index(kept)
    return [
        (here, index(here & kept) if (here & kept).any() else overall)
        for _, here in _members(groups, len(kept))
    ]


def _rise(v0: Floats, v1: Floats, index: float, method: Method) -> Floats:
    """The part of price in a change from v0 to v1 whose prices change by the index."""
    import numpy as np

    if method == "bennet":
        return np.asarray((index - 1) * (v0 + v1 / index) / 2)
    both, mean = (v0 > 0) & (v1 > 0), np.zeros(len(v0))
    mean[both] = logarithmic_mean(v0[both], v1[both])
    return mean * float(np.log(index))


def _members(groups: Sequence[object], items: int) -> list[tuple[object, Flags]]:
    """Each group with its items, in the order that they come in."""
    import numpy as np

    names = list(groups)
    if len(names) != items:
        raise PriceError(f"{len(names)} groups for {items} items; each item needs one")
    number = {name: at for at, name in enumerate(dict.fromkeys(names))}
    codes = np.array([number[name] for name in names], dtype=np.int64)
    return [(name, codes == at) for name, at in number.items()]
