"""A change in value as price, volume, entry and exit: parts that add up to it, for any grouping of items.

Two methods, both symmetric in time and consistent in aggregation. Bennet (1920) values the change of
each price by the mean quantity and of each quantity by the mean price. Montgomery (1929) takes the
logarithmic mean of the two values, times the logarithm of the price (quantity) relative. See
Balk, Price and Quantity Index Numbers (2008), chapter 3. Items of one period alone are entry and exit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customhouse.errors import PriceError
from customhouse.prices.panel import Panel

if TYPE_CHECKING:
    from customhouse.prices.panel import Floats

_NEAR = 1e-6
"""Relatives this close to 1 take the series of the logarithmic mean, which needs no division."""
Method = Literal["bennet", "montgomery"]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The change in value of each item, in money: four arrays, a number an item, which add up to it.

    `base` is the value of all items in the first period.
    """

    price: Floats
    volume: Floats
    entry: Floats
    exit: Floats
    base: float

    @property
    def total(self) -> float:
        """The change in value of all items together."""
        return sum(self.parts().values())

    def parts(self) -> dict[str, float]:
        """Each factor over all items, in money."""
        return {name: float(getattr(self, name).sum()) for name in ("price", "volume", "entry", "exit")}

    def points(self) -> dict[str, float]:
        """Each factor in percentage points of the growth in value. Raises PriceError without a base."""
        if not self.base:
            raise PriceError("there was no value in the first period; a change from nothing has no growth")
        return {name: 100 * part / self.base for name, part in self.parts().items()}


def decompose(panel: Panel, base: int, period: int, method: Method = "bennet") -> Change:
    """What the change in value from one period to another is made of. Raises PriceError."""
    import numpy as np

    if method not in ("bennet", "montgomery"):
        raise PriceError(f"{method!r}: no such method; there are bennet, montgomery")
    both = panel.there(base) & panel.there(period)
    price, volume = np.zeros(panel.items), np.zeros(panel.items)
    split = _bennet if method == "bennet" else _montgomery
    price[both], volume[both] = split(*panel.between(base, period))
    before, after = panel.values(base), panel.values(period)
    entry = np.where(both, 0.0, after)
    gone = np.where(both, 0.0, -before)
    return Change(price, volume, entry, gone, float(before.sum()))


def _bennet(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> tuple[Floats, Floats]:
    return (p1 - p0) * (q0 + q1) / 2, (q1 - q0) * (p0 + p1) / 2


def _montgomery(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> tuple[Floats, Floats]:
    import numpy as np

    mean = logarithmic_mean(p0 * q0, p1 * q1)
    return mean * np.log(p1 / p0), mean * np.log(q1 / q0)


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """(b - a) / log(b / a), and a where both are the same."""
    import numpy as np

    ratio = np.log(b / a)
    near = np.abs(ratio) < _NEAR
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = (b - a) / ratio
    return np.where(near, np.sqrt(a * b) * (1 + ratio**2 / 24), plain)
