"""Which codes a slice takes in, month by month, since groups have members from a month to a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import groupby
from operator import or_

import narwhals as nw

from customhouse import groups
from customhouse.errors import VocabularyError
from customhouse.model import Slice

COLUMNS = {
    "partner": "partner",
    "commodity": "hs8",
    "enterprise": "enterprise",
    "region": "region",
    "regime": "regime",
    "transport": "transport",
}
"""The column of the cells behind each dimension."""
_OPEN = ("partner", "commodity")
"""Dimensions of which no list is short: what does not occur had no trade."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The codes of a column that count from month `first` to month `last`; `blank`: so does no code."""

    column: str
    first: int
    last: int
    codes: frozenset[str]
    blank: bool = False


def restrictions(
    part: Slice, months: Sequence[int], there: Callable[[str], frozenset[str]]
) -> list[Sequence[Restriction]] | None:
    """For each dimension that a slice narrows, its codes over runs of months with the same members.

    `there` gives the codes that a column can have, which prefixes and complements are spelt out by.
    None where a code of the slice is in no list.
    """
    found: list[Sequence[Restriction]] = []
    for dimension, column in COLUMNS.items():
        code = getattr(part, dimension)
        if code is not None:
            try:
                runs = _runs(dimension, column, code, tuple(months), there(column))
            except VocabularyError:
                return None
            if dimension not in _OPEN and not any(run.codes for run in runs):
                return None  # the cells do not tell such trade apart
            found.append(runs)
    return found


def member_codes(dimension: str, code: str, month: int, there: Iterable[str]) -> frozenset[str]:
    """The codes among `there` that a code takes in, in a month. Raises VocabularyError."""
    found = groups.members(dimension, code, month)
    if dimension == "commodity" and not found.prefixes and code not in there:
        raise VocabularyError(f"{code}: no HS codes are listed for these goods")
    return _held(found, frozenset(there))


@lru_cache(maxsize=4096)
def _held(found: groups.Members, there: frozenset[str]) -> frozenset[str]:
    """The codes that belong to a group: the same in most months, so worked out once."""
    if not found.prefixes:
        return there - found.codes if found.complement else there & found.codes
    return frozenset(one for one in there if found.holds(one))


@lru_cache(maxsize=4096)
def _runs(
    dimension: str, column: str, code: str, months: tuple[int, ...], there: frozenset[str]
) -> tuple[Restriction, ...]:
    by_month = [(month, member_codes(dimension, code, month, there)) for month in months]
    blank = code.startswith("!")  # all but some: what has no code is none of them
    runs = []
    for codes, group in groupby(by_month, key=lambda pair: pair[1]):
        stretch = [month for month, _ in group]
        runs.append(Restriction(column, stretch[0], stretch[-1], codes, blank))
    return tuple(runs)


def any_of(runs: Sequence[Restriction]) -> nw.Expr:
    """Within one of the runs of months, one of its codes."""
    if len(runs) == 1:
        return _one_of(runs[0])
    month = nw.col("month_number")
    return reduce(or_, ((month >= run.first) & (month <= run.last) & _one_of(run) for run in runs))


def _one_of(run: Restriction) -> nw.Expr:
    one = nw.col(run.column).is_in(sorted(run.codes))
    return one | nw.col(run.column).is_null() if run.blank else one
