"""A series by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.errors import PeriodError, SeasonsError
from customhouse.period import Period, month, parse_month

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_EXPECTED = "give {month: value}, a Series with months as its index, or values and their first month"


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """Values of consecutive months from `first` on (a running month number); NaN where one is missing."""

    first: int
    values: Floats
    name: str = ""

    @classmethod
    def of(cls, values: Any, first: Any = None, name: str | None = None) -> Monthly:
        """A series from what people have at hand.

        `values`: a mapping of months to numbers, a pandas Series with dates or monthly periods as its
        index, or any sequence of numbers (a Polars Series, a list, an array) together with `first`. A
        month is a running number, a text such as `2025-03`, or a date. Months in between that are not
        given are missing, and so is None. Raises SeasonsError.
        """
        called = str(getattr(values, "name", None) or "") if name is None else name
        if isinstance(values, Monthly):
            return cls(values.first, values.values, values.name if name is None else name)
        if isinstance(values, Mapping):
            return _gathered(values.keys(), values.values(), called)
        if hasattr(values, "index") and hasattr(values, "to_numpy") and first is None:
            return _gathered(values.index, values.to_numpy(), called)
        if first is None:
            raise SeasonsError(f"{called or 'series'}: values without months; {_EXPECTED}")
        return cls(_month(first), _floats(values, called), called)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def months(self) -> range:
        """The running numbers of its months."""
        return range(self.first, self.first + len(self.values))

    @property
    def period(self) -> Period:
        """From its first month to its last. Raises SeasonsError where it has none."""
        if not len(self.values):
            raise SeasonsError(f"{self.name or 'series'}: it has no month; give at least one")
        return Period(self.first, self.first + len(self.values) - 1)

    @property
    def observed(self) -> int:
        """How many months have a value."""
        import numpy as np

        return int(np.count_nonzero(~np.isnan(self.values)))

    def at(self, month: int) -> float:
        """The value of a month, NaN where the series has none."""
        here = month - self.first
        return float(self.values[here]) if 0 <= here < len(self.values) else float("nan")

    def window(self, period: Period) -> Monthly:
        """The part of it that lies in a period, missing where it has none."""
        import numpy as np

        values = np.array([self.at(m) for m in range(period.first, period.last + 1)], dtype=np.float64)
        return Monthly(period.first, values, self.name)

    def with_values(self, values: Floats) -> Monthly:
        """The same months with other values."""
        return Monthly(self.first, values, self.name)


def _gathered(months: Iterable[Any], values: Iterable[Any], name: str) -> Monthly:
    """A series of what was given by month, in any order."""
    import numpy as np

    numbers = [_month(m) for m in months]
    array = _floats(list(values), name)
    if not numbers:
        raise SeasonsError(f"{name or 'series'}: it has no month; give at least one")
    if len(set(numbers)) < len(numbers):
        twice = next(m for m in numbers if numbers.count(m) > 1)
        raise SeasonsError(f"{name or 'series'}: {Period(twice, twice)} is there twice; keep one of the two")
    if max(numbers) - min(numbers) > 9999 * 12:
        raise SeasonsError(f"{name or 'series'}: its months are no calendar's; {_EXPECTED}")
    whole = np.full(max(numbers) - min(numbers) + 1, np.nan)
    whole[np.array(numbers) - min(numbers)] = array
    return Monthly(min(numbers), whole, name)


def _floats(values: Any, name: str) -> Floats:
    """A row of numbers, None as NaN. Raises SeasonsError."""
    import numpy as np

    try:
        items = list(values)
        array = np.array([np.nan if v is None else float(v) for v in items], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SeasonsError(f"{name or 'series'}: not a row of numbers ({error}); {_EXPECTED}") from error
    if np.isinf(array).any():
        place = int(np.flatnonzero(np.isinf(array))[0])
        raise SeasonsError(
            f"{name or 'series'}: value {place + 1} is infinite; put NaN where a month is missing"
        )
    return array


def _month(given: Any) -> int:
    """A running month number from a number, a text, a date, or a pandas timestamp or period."""
    try:
        if isinstance(given, str):
            return parse_month(given[:10])
        if isinstance(given, Period):
            return given.first
        if isinstance(given, date) or (hasattr(given, "year") and hasattr(given, "month")):
            return month(int(given.year), int(given.month))
        return int(given.__index__())
    except (AttributeError, PeriodError, TypeError, ValueError) as error:
        raise SeasonsError(f"{given!r}: not a month; write it as 2025-03") from error
