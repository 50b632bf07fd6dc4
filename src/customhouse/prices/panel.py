"""Prices and quantities of items by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import PriceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Prices (money a unit) and quantities (units): a row an item, a column a period, NaN where absent.

    An item that is there in a period has a price and a quantity, both above 0 and finite.
    """

    prices: Floats
    quantities: Floats

    @classmethod
    def of(cls, prices: Any, quantities: Any) -> Panel:
        """A panel from anything that numpy takes for two tables of numbers. Raises PriceError."""
        import numpy as np

        try:
            p, q = (np.array(one, dtype=np.float64) for one in (prices, quantities))
        except (TypeError, ValueError) as error:
            raise PriceError(f"prices and quantities: no tables of numbers ({error})") from error
        if p.ndim != 2 or p.shape != q.shape:
            raise PriceError(
                f"prices have the shape {p.shape}, quantities {q.shape}; both need a row an item and a "
                "column a period"
            )
        for name, one in (("price", p), ("quantity", q)):
            _refuse(name, one)
        if (np.isnan(p) != np.isnan(q)).any():
            row, column = np.argwhere(np.isnan(p) != np.isnan(q))[0]
            raise PriceError(
                f"item {row}, period {column}: a price without a quantity, or a quantity without a price; "
                "leave out both"
            )
        return cls(p, q)

    @classmethod
    def from_values(cls, values: Any, quantities: Any) -> Panel:
        """A panel of unit values: value over quantity. Raises PriceError."""
        import numpy as np

        v, q = (np.array(one, dtype=np.float64) for one in (values, quantities))
        if v.shape != q.shape:
            raise PriceError(f"values have the shape {v.shape}, quantities {q.shape}; both need the same")
        _refuse("value", v)
        _refuse("quantity", q)
        return cls.of(v / q, np.where(np.isnan(v), np.nan, q))

    @property
    def items(self) -> int:
        """How many items there are."""
        return int(self.prices.shape[0])

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.prices.shape[1])

    def there(self, period: int) -> NDArray[np.bool_]:
        """Which items are there in a period."""
        import numpy as np

        return ~np.isnan(self.prices[:, period])

    def values(self, period: int) -> Floats:
        """The value of each item in a period, 0 where absent."""
        import numpy as np

        return np.nan_to_num(self.prices[:, period] * self.quantities[:, period])

    def between(self, base: int, period: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Prices and quantities of the items that both periods have: p0, p1, q0, q1."""
        both = self.there(base) & self.there(period)
        p, q = self.prices[both], self.quantities[both]
        return p[:, base], p[:, period], q[:, base], q[:, period]

    def window(self, periods: Sequence[int]) -> Panel:
        """Some of the periods."""
        return Panel(self.prices[:, list(periods)], self.quantities[:, list(periods)])


def _refuse(name: str, table: Floats) -> None:
    """Raises PriceError for numbers that no price, quantity or value can be."""
    import numpy as np

    wrong = np.argwhere((table <= 0) | np.isinf(table))
    if len(wrong):
        place, found = tuple(map(int, wrong[0])), table[tuple(wrong[0])]
        where = f"item {place[0]}" + (f", period {place[1]}" if len(place) > 1 else "")
        raise PriceError(
            f"{where}: a {name} of {found:g}; {len(wrong)} such: set them aside or leave them out (NaN), an "
            "index takes numbers above 0 alone"
        )
