"""Columns of declarations as numbers: what a past was learnt with, and what is new beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import MissingColumns, TargetingError
from customhouse.targeting.columns import Texts

if TYPE_CHECKING:
    from customhouse.targeting.history import Codes, Flags, Whole

HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
COLUMNS: Mapping[str, str] = {
    "trader": "trader_id", "declarant": "declarant_id", "office": "office", "origin": "partner",
    "consignment": "consignment", "regime": "regime", "transport": "transport", "enterprise": "enterprise",
    **dict.fromkeys(HS, "hs_code"),
}  # fmt: skip
"""What profiles are kept of, and the column of the declaration schema that has it."""
KEYS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in COLUMNS},
    "trader_hs2": ("trader", "hs2"), "trader_hs4": ("trader", "hs4"), "trader_hs8": ("trader", "hs8"),
    "trader_origin": ("trader", "origin"),
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

        return cls(np.unique(values[~_missing(values)]))

    @property
    def new(self) -> int:
        """The code of all values that the past had not."""
        return len(self.values)

    def codes(self, values: Any) -> Codes:
        """The code of each value; -1 where it is missing."""
        import numpy as np

        if not self.new:
            return np.where(_missing(values), -1, 0).astype(np.int32)
        place = np.searchsorted(self.values, values).clip(0, self.new - 1)
        found = np.where(self.values[place] == values, place, self.new)
        return np.where(_missing(values), -1, found).astype(np.int32)

    def codes_of(self, column: Texts) -> Codes:
        """The same of a column of texts, each distinct value looked up once."""
        import numpy as np

        return np.append(self.codes(column.values), np.int32(-1))[column.places]


@dataclass(frozen=True, slots=True, eq=False)
class Coders:
    """The coders of all keys that a table has the columns of. `columns`: that of each single attribute."""

    keys: Mapping[str, Coder]
    columns: Mapping[str, str]

    @classmethod
    def of(cls, frame: Any, more: Sequence[str] = ()) -> Coders:
        """The coders of a past; `more` names further columns to keep profiles of.

        Raises TargetingError for a table with no column of the schema, and for further columns that it lacks
        or that are profiled anyway.
        """
        columns = _columns(frame, more)
        there = {name: texts(frame, name, column) for name, column in columns.items()}
        single = {name: Coder(one.values) for name, one in there.items()}
        codes = {name: single[name].codes_of(one) for name, one in there.items()}
        pairs = {
            name: Coder.of(_paired(parts, codes, single))
            for name, parts in KEYS.items() if len(parts) > 1 and set(parts) <= there.keys()
        }  # fmt: skip
        return cls(single | pairs, columns)

    def codes(self, frame: Any) -> dict[str, Codes]:
        """The codes of a table's rows by key. Raises TargetingError for a table that lacks a column."""
        if lacking := [one for one in self.columns.values() if one not in frame.columns]:
            raise MissingColumns(
                "declarations", f"no column {', '.join(lacking)}, from which the model learnt",
                f"rename columns, or name them in a mapping; there are {', '.join(frame.columns)}",
            )  # fmt: skip
        found = {name: self.keys[name].codes_of(texts(frame, name, column))
                 for name, column in self.columns.items()}  # fmt: skip
        for name, coder in self.keys.items():
            if name not in found:
                found[name] = coder.codes(_paired(KEYS[name], found, self.keys))
        return found


def texts(frame: Any, name: str, column: str) -> Texts:
    """An attribute of each row as text, HS codes cut to their depth; too short ones are missing."""
    found = Texts.of(frame[column])
    depth = HS.get(name)
    return found if depth is None else found.map(lambda code: code[:depth] if len(code) >= depth else "")


def _columns(frame: Any, more: Sequence[str]) -> dict[str, str]:
    """The column of each single attribute that a table has."""
    if isinstance(more, str) or len(set(more)) < len(more):
        raise TargetingError(f"keys: {more!r}; give a list of columns, each once")
    there = {name: column for name, column in COLUMNS.items() if column in frame.columns}
    wrong = [one for one in more if one not in frame.columns or one in KEYS or one in COLUMNS.values()]
    if wrong:
        told = "profiled anyway" if wrong[0] in frame.columns else "no column of the table"
        raise TargetingError(f"keys: {wrong[0]} is {told}; leave it out")
    if not there and not more:
        told = ", ".join(sorted(set(COLUMNS.values())))
        raise TargetingError(f"no column of declarations; name some of them {told}")
    return there | {one: one for one in more}


def _missing(values: Any) -> Flags:
    return values < 0 if values.dtype.kind == "i" else values == ""  # type: ignore[no-any-return]


def _paired(parts: Sequence[str], codes: Mapping[str, Codes], coders: Mapping[str, Coder]) -> Whole:
    """A number for each pair; -1 where one is missing. What is new in one of them is new as a pair."""
    import numpy as np

    first, second = (codes[name] for name in parts)
    width = coders[parts[1]].new + 1
    return np.where((first < 0) | (second < 0), -1, first.astype(np.int64) * width + second)
