"""Trade in memory: values and quantities of items by month, with what is estimated and what was edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from customhouse.errors import PriceError
from customhouse.period import Period, parse_month
from customhouse.prices.edits import Edit, Edits
from customhouse.prices.panel import Panel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.editing import Codes
    from customhouse.prices.panel import Floats

Kept = frozenset[tuple[str, Period, Period]]
"""Relatives that are never set aside: item, period, base."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The items of one period, or of one month on average: arrays of one length, money and units.

    `value` is all money, `priced` the part of it that `quantity` is of (0 and NaN where there is no usable
    quantity), `imputed` the part of `priced` whose quantity is estimated.
    """

    value: Floats
    priced: Floats
    quantity: Floats
    imputed: Floats

    @property
    def price(self) -> Floats:
        """Unit values, NaN where there is none."""
        import numpy as np

        with np.errstate(over="ignore"):  # what is infinite then is no price, and nobody takes it for one
            return self.priced / self.quantity


@dataclass(frozen=True, slots=True, eq=False)
class Trade:
    """Items by month: a row an item, a column a month from `first` (a running month number) on.

    `value`, `priced`, `quantity`, `imputed` as in `Column`, 0 where nothing was traded. `strata` are codes
    an item, finest first, and `names` what they stand for: goods of one stratum have one unit and prices
    that move alike. `edits` has what was done to quantities; `kept` what is never set aside.
    """

    items: tuple[str, ...]
    first: int
    value: Floats
    priced: Floats
    quantity: Floats
    imputed: Floats
    strata: tuple[Codes, ...]
    names: tuple[tuple[str, ...], ...]
    edits: Edits = field(default_factory=Edits)
    kept: Kept = frozenset()
    before: Trade | None = None

    @classmethod
    def of(
        cls, value: Any, quantity: Any, first: int | str, items: Sequence[str] | None = None,
        strata: Sequence[Sequence[str]] = (), priced: Any = None,
    ) -> Trade:  # fmt: skip
        """Trade from two tables of numbers, a row an item, a column a month.

        A value that is missing is no trade. A quantity that is missing, zero, negative or infinite is none:
        the value counts, the edit is logged. `strata`: names an item, finest first; without them all items
        are one stratum, so they need one unit. `priced`: the part of the value that the quantity is of,
        where that is not all. Raises PriceError.
        """
        import numpy as np

        values, quantities = _table("values", value), _table("quantities", quantity)
        part = values.copy() if priced is None else _table("priced values", priced)
        labels = tuple(map(str, range(len(values)) if items is None else items))
        _fitting(values, quantities, part, labels, strata)
        month = parse_month(first) if isinstance(first, str) else first
        values, part = np.nan_to_num(values), np.nan_to_num(part)
        usable = (part > 0) & (quantities > 0) & np.isfinite(quantities)
        edits = _unusable(values, quantities, usable, labels, month)
        levels = [numbered(one) for one in strata] or [(np.zeros(len(labels), dtype=np.int64), ("all",))]
        return cls(
            labels, month, values, np.where(usable, part, 0.0), np.where(usable, quantities, np.nan),
            np.zeros_like(values), tuple(codes for codes, _ in levels),
            tuple(names for _, names in levels), edits,
        )  # fmt: skip

    @property
    def months(self) -> range:
        """The running numbers of its months."""
        return range(self.first, self.first + self.value.shape[1])

    @property
    def period(self) -> Period:
        """From its first month to its last."""
        return Period(self.first, self.months[-1])

    def panel(self) -> Panel:
        """Unit values and quantities by month, estimated ones included; nothing set aside."""
        return Panel(self.priced / self.quantity, self.quantity)

    def column(self, period: Period, months: int | None = None) -> Column:
        """The items of a period, or as many months of it on average. Raises PriceError."""
        import numpy as np

        if not self.period.contains(period):
            raise PriceError(f"{period}: the data have {self.period}; ask for a period inside it")
        here = slice(period.first - self.first, period.last + 1 - self.first)
        share = 1.0 if months is None else months / period.months
        if period.months == 1 and share == 1:
            at = here.start
            return Column(*(one[:, at] for one in (self.value, self.priced, self.quantity, self.imputed)))
        value, priced, imputed = (one[:, here].sum(axis=1) for one in (self.value, self.priced, self.imputed))
        quantity = np.nansum(self.quantity[:, here], axis=1)
        quantity = np.where(quantity > 0, quantity, np.nan)
        return Column(value * share, priced * share, quantity * share, imputed * share)

    def stratum(self, level: int, code: int) -> str:
        """What a stratum is called; "" for none."""
        return self.names[level][code] if level >= 0 else ""

    def undo(self, edits: Sequence[Edit]) -> Trade:
        """The trade without these edits: quantities are exactly what they were, relatives are kept.

        Raises PriceError for edits of other data.
        """
        row = {item: at for at, item in enumerate(self.items)}
        tables = [one.copy() for one in (self.priced, self.quantity, self.imputed)]
        kept = set(self.kept)
        for edit in edits:
            if edit.item not in row or not self.period.contains(edit.period):
                raise PriceError(f"{edit.item}, {edit.period}: not of these data; undo their own edits")
            place = row[edit.item], edit.period.first - self.first
            if edit.field == "relative" and edit.base is not None:
                kept.add((edit.item, edit.period, edit.base))
            elif edit.rule == "imputing" and self.before is not None:
                for table, was in zip(tables, self.before.estimates, strict=True):
                    table[place] = was[place]
        gone = {edit.key for edit in edits if edit.rule != "checks"}
        rest = Edits([edit for edit in self.edits if edit.key not in gone])
        return replace(self, priced=tables[0], quantity=tables[1], imputed=tables[2], edits=rest,
                       kept=frozenset(kept))  # fmt: skip

    @property
    def estimates(self) -> tuple[Floats, Floats, Floats]:
        """What imputing changes: `priced`, `quantity` and `imputed`."""
        return self.priced, self.quantity, self.imputed


def _table(name: str, given: Any) -> Floats:
    import numpy as np

    try:
        table = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PriceError(f"{name}: no table of numbers ({error})") from error
    if table.ndim != 2:
        raise PriceError(f"{name} have the shape {table.shape}; they need a row an item and a column a month")
    return table


def _fitting(
    values: Floats, quantities: Floats, priced: Floats, items: Sequence[str], strata: Sequence[Sequence[str]]
) -> None:
    import numpy as np

    shapes = {one.shape for one in (values, quantities, priced)}
    if len(shapes) > 1:
        raise PriceError(f"values and quantities have the shapes {sorted(shapes)}; they need the same")
    if not values.size:
        raise PriceError("no items, or no months: there is nothing to compare")
    wrong = sorted({len(one) for one in (items, *strata)} - {len(values)})
    if wrong:
        raise PriceError(f"{wrong[0]} names for {len(values)} items; each needs one")
    if len(set(items)) < len(items):
        twice = next(item for item in items if list(items).count(item) > 1)
        raise PriceError(f"item {twice!r} is there twice; add its values and quantities up first")
    if np.isinf(values).any() or np.isinf(priced).any():
        row, column = np.argwhere(np.isinf(values) | np.isinf(priced))[0]
        raise PriceError(f"item {items[row]!r}, month {column + 1}: an infinite value; correct it")


def _unusable(
    values: Floats, quantities: Floats, usable: NDArray[np.bool_], items: Sequence[str], first: int
) -> Edits:
    """What was traded with a quantity that is none, or a value that no price can be had of."""
    import numpy as np

    edits = []
    for row, column in np.argwhere(~usable & ((values != 0) | (quantities == quantities))):
        value, quantity = float(values[row, column]), float(quantities[row, column])
        if value == 0 and quantity == 0:
            continue
        month = Period(first + int(column), first + int(column))
        edits.append(Edit(items[row], month, None, "quantity", "checks", _why(value, quantity),
                          old=quantity, value=value))  # fmt: skip
    return Edits(edits)


def _why(value: float, quantity: float) -> str:
    if value <= 0:
        return "value_negative" if value < 0 else "value_missing"
    if quantity != quantity:
        return "quantity_missing"
    return "quantity_infinite" if quantity > 0 else "quantity_negative" if quantity < 0 else "quantity_zero"


def numbered(names: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Names as whole numbers from 0 on, and which name each number stands for, in alphabetical order."""
    import numpy as np

    texts = list(map(str, names))
    there = tuple(sorted(set(texts)))
    number = {name: at for at, name in enumerate(there)}
    return np.fromiter(map(number.__getitem__, texts), np.int64, len(texts)), there
