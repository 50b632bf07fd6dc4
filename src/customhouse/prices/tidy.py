"""Tidy frames (pandas, Polars, Arrow, anything that narwhals takes) as trade in memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from customhouse.errors import PeriodError, PriceError
from customhouse.period import Period, month, parse_month
from customhouse.prices.edits import Edit, Edits
from customhouse.prices.trade import Trade, numbered

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.prices.panel import Floats

    Whole = NDArray[np.int64]

BETWEEN = "|"
"""Stands between the columns of an item or stratum in its name."""
_DIGITS = re.compile(r"(\d{4})(\d{2})")
_CENTURY = 1200
_LARGEST = 30_000_000
_WRONG = ("missing", "zero", "negative", "infinite")
"""What is wrong with a quantity, the last the worst."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a frame say what. `item`, `strata` (finest first) and `unit` are keys."""

    period: str
    item: tuple[str, ...]
    value: str
    quantity: str
    unit: str | None = None
    strata: tuple[tuple[str, ...], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes an item: its columns, and its unit."""
        return (*self.item, *([self.unit] if self.unit and self.unit not in self.item else []))

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The columns of each strata with the unit: the first column of the item where none are given."""
        unit = (self.unit,) if self.unit else ()
        return tuple(tuple(dict.fromkeys((*one, *unit))) for one in self.strata or (self.item[:1],))

    @property
    def every(self) -> tuple[str, ...]:
        """All columns, each once."""
        strata = (name for level in self.levels for name in level)
        return tuple(dict.fromkeys((self.period, *self.keys, *strata, self.value, self.quantity)))


def trade_of(frame: Any, columns: Columns) -> Trade:
    """The trade of a frame of one row an item and month, or of several, which are added up.

    Rows with a quantity that is missing, zero, negative or infinite count with their value alone; that is
    logged. Raises PriceError for columns that are not there or no numbers, for values that are missing or
    infinite, for months that are none, and for a frame without rows.
    """
    import numpy as np

    data = _checked(frame, columns)
    summed = _summed(data, columns)
    months = _months(summed[columns.period], columns.period)
    rows, items = _coded(summed, columns.keys)
    first, last = int(months.min()), int(months.max())
    if last - first >= _CENTURY:
        raise PriceError(f"months from {Period(first, last)}: more than a century; is one of them mistyped?")
    if len(items) * (last - first + 1) > _LARGEST:
        told = f"{len(items):,} items in {last - first + 1} months"
        raise PriceError(f"{told} are too many for memory; load them into a store and use its prices")
    place, shape = (rows, months - first), (len(items), last - first + 1)
    value, priced, quantity = (
        _spread(summed[name].to_numpy(), place, shape) for name in ("value", "priced", "quantity")
    )
    strata = [_stratum(summed, level, rows, len(items)) for level in columns.levels]
    quantity = np.where(quantity > 0, quantity, np.nan)
    made = Trade.of(value, quantity, first, items, strata, priced)
    return replace(made, edits=_log(made, summed, place))


def _checked(frame: Any, columns: Columns) -> nw.DataFrame[Any]:
    import narwhals as nw

    try:
        data = nw.from_native(frame)
    except TypeError as error:
        kind = type(frame).__name__
        raise PriceError(f"{kind}: no frame; give one of pandas, Polars, Arrow or DuckDB") from error
    there = data.collect_schema()
    lacking = [name for name in columns.every if name not in there.names()]
    if lacking:
        raise PriceError(f"{lacking[0]!r}: no such column; there are {', '.join(there.names())}")
    data = data.select(*columns.every)
    whole = data.collect() if isinstance(data, nw.LazyFrame) else data
    if not len(whole):
        raise PriceError("the frame has no rows; there is nothing to compare")
    for name in (columns.value, columns.quantity):
        if not (there[name].is_numeric() or there[name] == nw.Unknown()):
            raise PriceError(f"{name!r}: {there[name]} and no numbers; convert the column first")
    whole = whole.with_columns(nw.col(columns.value, columns.quantity).cast(nw.Float64))
    _refuse(whole, columns)
    return whole


def _refuse(data: nw.DataFrame[Any], columns: Columns) -> None:
    """Raises PriceError for values and months without which a row says nothing."""
    import numpy as np

    value = data[columns.value].to_numpy()
    wrong = np.flatnonzero(~np.isfinite(value.astype(np.float64)))
    if len(wrong):
        told = f"row {wrong[0]}: the {columns.value} is {value[wrong[0]]}; {len(wrong)} such"
        raise PriceError(f"{told}: leave the rows out, or put 0 where nothing was traded")
    absent = np.flatnonzero(data[columns.period].is_null().to_numpy())
    if len(absent):
        told = f"row {absent[0]}: no {columns.period}; {len(absent)} such"
        raise PriceError(f"{told}: say which month they are of")


def _summed(data: nw.DataFrame[Any], columns: Columns) -> nw.DataFrame[Any]:
    """One row an item and month: value, what of it has a usable quantity, and what is wrong with the rest."""
    import narwhals as nw

    value, quantity = nw.col(columns.value), nw.col(columns.quantity)
    missing = quantity.is_null() | quantity.is_nan()
    amount = nw.when(missing).then(0.0).otherwise(quantity)
    endless = (amount == float("inf")) | (amount == float("-inf"))
    usable = (value > 0) & (amount > 0) & ~endless
    signed = nw.when(amount < 0).then(3).otherwise(2)
    wrong = nw.when(missing).then(1).otherwise(nw.when(endless).then(4).otherwise(signed))
    keys = [name for name in columns.every if name not in (columns.value, columns.quantity)]
    rows = data.select(
        *keys, value=value, priced=nw.when(usable).then(value).otherwise(0.0),
        quantity=nw.when(usable).then(amount).otherwise(0.0),
        told=nw.when(usable).then(0.0).otherwise(amount),
        wrong=nw.when(usable | (value == 0)).then(0).otherwise(wrong),
    )  # fmt: skip
    return rows.group_by(*keys).agg(
        nw.col("value", "priced", "quantity", "told").sum(), nw.col("wrong").max()
    )


def _months(given: nw.Series[Any], name: str) -> Whole:
    """Running numbers of months. Raises PriceError."""
    import narwhals as nw
    import numpy as np

    if given.dtype == nw.Date or given.dtype == nw.Datetime:
        years, numbers = (one.to_numpy().astype(np.int64) for one in (given.dt.year(), given.dt.month()))
        return np.asarray(years * 12 + numbers - 1)
    texts = given.to_list()
    known = {one: _month(one, name) for one in dict.fromkeys(texts)}
    return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))


def _month(given: Any, name: str) -> int:
    """A date, `2025-03`, `202503` or a monthly period of pandas as a running number."""
    try:
        if hasattr(given, "year") and hasattr(given, "month"):
            return month(given.year, given.month)
        text = str(int(given)) if isinstance(given, float) and given == int(given) else str(given)
        if match := _DIGITS.fullmatch(text):
            return month(int(match[1]), int(match[2]))
        return parse_month(text)
    except (PeriodError, ValueError) as error:
        told = f"{given!r} in the column {name!r}: no month"
        raise PriceError(f"{told}; write 2025-03 or 202503, or give dates") from error


def _coded(data: nw.DataFrame[Any], keys: Sequence[str]) -> tuple[Whole, tuple[str, ...]]:
    """The number of each row's name, and the names: the columns one after the other."""
    import numpy as np

    codes, names = numbered(_texts(data, keys[0]))
    for key in keys[1:]:
        more, others = numbered(_texts(data, key))
        joined, codes = np.unique(codes * len(others) + more, return_inverse=True)
        names = tuple(names[at // len(others)] + BETWEEN + others[at % len(others)] for at in joined.tolist())
    return codes.astype(np.int64), names


def _texts(data: nw.DataFrame[Any], key: str) -> list[str]:
    return ["" if one is None or one != one else str(one) for one in data[key].to_list()]


def _stratum(data: nw.DataFrame[Any], level: Sequence[str], rows: Whole, items: int) -> list[str]:
    """The stratum of each item. Raises PriceError where an item is in several."""
    import numpy as np

    codes, names = _coded(data, level)
    of_item = np.full(items, -1, dtype=np.int64)
    of_item[rows] = codes
    if (of_item[rows] != codes).any():
        row = int(np.flatnonzero(of_item[rows] != codes)[0])
        told = f"{names[codes[row]]} and {names[of_item[rows[row]]]}"
        raise PriceError(f"one item is in two strata, {told}: make {', '.join(level)} part of the item")
    return [names[code] for code in of_item]


def _spread(values: Floats, place: tuple[Whole, Whole], shape: tuple[int, int]) -> Floats:
    import numpy as np

    table = np.zeros(shape)
    np.add.at(table, place, values)
    return table


def _log(trade: Trade, data: nw.DataFrame[Any], place: tuple[Whole, Whole]) -> Edits:
    """The quantities that no price could be had of, one edit an item and month."""
    import numpy as np

    told = _spread(data["told"].to_numpy(), place, trade.value.shape)
    wrong = np.zeros(trade.value.shape, dtype=np.int64)
    np.maximum.at(wrong, place, data["wrong"].to_numpy().astype(np.int64))
    edits = []
    for column, row in np.argwhere(wrong.T > 0):
        month, kind = trade.first + int(column), _WRONG[wrong[row, column] - 1]
        value = float(trade.value[row, column])
        edits.append(Edit(
            trade.items[row], Period(month, month), None, "quantity", "checks",
            "value_negative" if value < 0 else f"quantity_{kind}",
            old=float("nan") if kind == "missing" else float(told[row, column]),
            value=value - float(trade.priced[row, column]),
        ))  # fmt: skip
    return Edits(edits)
