"""A table of declarations, its columns read once and only where they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import DATE, NO_DAY, Texts, days, frame_of, numbers

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole

UNIT_VALUE = "unit_value_cny"
"""Value over net mass, in yuan a kilogram, where the table has no column of that name."""
_PARTS = ("value_cny", "net_mass_kg")


class Fields:
    """The columns of a DataFrame of any kind. Raises TargetingError for what is no table."""

    def __init__(self, table: Any) -> None:
        self.frame = frame_of(table)
        self._read: dict[tuple[str, str], Any] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __contains__(self, column: str) -> bool:
        derived = column == UNIT_VALUE and all(one in self.frame.columns for one in _PARTS)
        return derived or column in self.frame.columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that there are."""
        there = tuple(self.frame.columns)
        return there if UNIT_VALUE in there or UNIT_VALUE not in self else (*there, UNIT_VALUE)

    def texts(self, column: str) -> Texts:
        """A column of texts; yes and no are true and false."""

        def read() -> Texts:
            found = Texts.of(self._column(column))
            return found.map(str.lower) if set(found.values.tolist()) <= {"True", "False"} else found

        return self._once("text", column, read)  # type: ignore[no-any-return]

    def numbers(self, column: str) -> Floats:
        """A column of numbers, NaN where there is none; the unit value is worked out where it is lacking."""
        if column == UNIT_VALUE and column not in self.frame.columns and column in self:
            return self._once("number", column, self._unit_value)  # type: ignore[no-any-return]
        read = lambda: numbers(self._column(column), column)  # noqa: E731
        return self._once("number", column, read)  # type: ignore[no-any-return]

    def days(self, column: str = DATE) -> Whole:
        """A column of days since 1970, NO_DAY where there is none."""
        return self._once("day", column, lambda: days(self._column(column), column))  # type: ignore[no-any-return]

    def lodged(self) -> Whole:
        """The day of each declaration. Raises TargetingError where one is missing."""
        found = self.days()
        if (found == NO_DAY).any():
            raise TargetingError(f"{DATE}: a day is missing; leave those declarations out")
        return found

    def _column(self, column: str) -> Any:
        if column not in self.frame.columns:
            raise TargetingError(f"the column {column} is lacking; there are {', '.join(self.frame.columns)}")
        return self.frame[column]

    def _once(self, kind: str, column: str, read: Callable[[], Any]) -> Any:
        if (kind, column) not in self._read:
            self._read[kind, column] = read()
        return self._read[kind, column]

    def _unit_value(self) -> Floats:
        import numpy as np

        value, mass = (self.numbers(one) for one in _PARTS)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((mass > 0) & np.isfinite(value), value / mass, np.nan)
