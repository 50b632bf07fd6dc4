"""Columns of declarations as numbers: what a past was learnt with, and what is new beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Whole

    Texts = NDArray[np.str_]

HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
COLUMNS: Mapping[str, str] = {
    "trader": "trader_id", "declarant": "declarant_id", "office": "office", "origin": "partner",
    "consignment": "consignment", "regime": "regime", "transport": "transport", "enterprise": "enterprise",
    **dict.fromkeys(HS, "hs_code"),
}  # fmt: skip
"""What profiles are kept of, and the column of the declaration schema that has it."""
KEYS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in COLUMNS},
    "trader_hs4": ("trader", "hs4"), "trader_hs8": ("trader", "hs8"), "trader_origin": ("trader", "origin"),
    "hs4_origin": ("hs4", "origin"), "hs8_origin": ("hs8", "origin"), "declarant_hs4": ("declarant", "hs4"),
    "office_hs4": ("office", "hs4"), "origin_consignment": ("origin", "consignment"),
    "trader_consignment": ("trader", "consignment"),
}  # fmt: skip
"""The keys of profiles: single attributes and pairs of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Coder:
    """The values that a key had in the past, in order; a value's code is its place, any other's is `new`."""

    values: Any

    @classmethod
    def of(cls, values: Any) -> Coder:
        """The distinct values of a column, missing ones ("" or below 0) left out."""
        import numpy as np

        missing = values < 0 if values.dtype.kind == "i" else values == ""
        return cls(np.unique(values[~missing]))

    @property
    def new(self) -> int:
        """The code of all values that the past had not."""
        return len(self.values)

    def codes(self, values: Any) -> Whole:
        """The code of each value; -1 where it is missing."""
        import numpy as np

        missing = values < 0 if values.dtype.kind == "i" else values == ""
        if not self.new:
            return np.where(missing, -1, 0)
        place = np.searchsorted(self.values, values).clip(0, self.new - 1)
        found = np.where(self.values[place] == values, place, self.new)
        return np.where(missing, -1, found)


@dataclass(frozen=True, slots=True, eq=False)
class Coders:
    """The coders of all keys that a table has the columns of."""

    keys: Mapping[str, Coder]

    @classmethod
    def of(cls, frame: Any) -> Coders:
        """The coders of a past. Raises TargetingError for a table with no column of the schema."""
        there = {name: one for name in COLUMNS if (one := texts(frame, name)) is not None}
        if not there:
            told = ", ".join(sorted(set(COLUMNS.values())))
            raise TargetingError(f"no column of declarations; name some of them {told}")
        single = {name: Coder.of(values) for name, values in there.items()}
        codes = {name: single[name].codes(values) for name, values in there.items()}
        pairs = {
            name: Coder.of(_paired(parts, codes, single))
            for name, parts in KEYS.items() if len(parts) > 1 and set(parts) <= there.keys()
        }  # fmt: skip
        return cls(single | pairs)

    def codes(self, frame: Any) -> dict[str, Whole]:
        """The codes of a table's rows by key. Raises TargetingError for a table that lacks a column."""
        found: dict[str, Whole] = {}
        for name, coder in self.keys.items():
            if len(KEYS[name]) == 1:
                values = texts(frame, name)
                if values is None:
                    raise TargetingError(f"the column {COLUMNS[name]} is lacking; it was there to learn from")
                found[name] = coder.codes(values)
        for name, coder in self.keys.items():
            if len(KEYS[name]) > 1:
                found[name] = coder.codes(_paired(KEYS[name], found, self.keys))
        return found


def texts(frame: Any, name: str) -> Texts | None:
    """An attribute of each row as text, "" where it is missing; None where the table has no such column."""
    import numpy as np

    column = COLUMNS[name]
    if column not in frame.columns:
        return None
    given = frame[column].to_list()
    found = np.array(["" if one is None or one != one else str(one).strip() for one in given], dtype=np.str_)
    if name in HS:
        cut = found.astype(f"U{HS[name]}")
        return np.where(np.char.str_len(found) >= HS[name], cut, "")
    return found


def _paired(parts: Sequence[str], codes: Mapping[str, Whole], coders: Mapping[str, Coder]) -> Whole:
    """A number for each pair; -1 where one is missing. What is new in one of them is new as a pair."""
    import numpy as np

    first, second = (codes[name] for name in parts)
    width = coders[parts[1]].new + 1
    return np.where((first < 0) | (second < 0), -1, first * width + second)
