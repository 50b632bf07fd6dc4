"""Which codes a slice takes in, month by month, since groups have members from a month to a month."""

from __future__ import annotations

from bisect import bisect_left
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
_DIGITS = 8
"""Of an HS code in cells."""
_AFTER = chr(0x10FFFF)
"""After every character of a code."""


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
        if dimension == "commodity" and too_fine(code):
            return None
        if code is not None:
            try:
                runs = _runs(dimension, column, code, tuple(months), there(column))
            except VocabularyError:
                return None
            if dimension not in _OPEN and not occurs(dimension, code, months[0], there(column)):
                return None  # the cells do not tell such trade apart
            found.append(runs)
    return found


def too_fine(code: str | None) -> bool:
    """Whether an HS code, or one of several, has more digits than cells keep."""
    parts = (code or "").removeprefix("!").split("+")
    return any(one.isdigit() and len(one) > _DIGITS for one in parts)


def untold(part: Slice, month: int, codes_of: Callable[[str], frozenset[str]]) -> str | None:
    """The dimension of a slice whose code is not there and has none in it that is; None where all are."""
    if too_fine(part.commodity):
        return "commodity"
    for dimension in (name for name in COLUMNS if name not in _OPEN):
        code = getattr(part, dimension)
        if code is not None and not occurs(dimension, code, month, codes_of(dimension)):
            return dimension
    return None


def occurs(dimension: str, code: str, month: int, there: frozenset[str]) -> bool:
    """Whether a code, of all but some the code left out, is there or has codes in it that are.

    Raises VocabularyError.
    """
    return bool(member_codes(dimension, code.removeprefix("!"), month, there))


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
    ordered = _ordered(there)
    inside = (found.codes & there) | (_under(found.prefixes, ordered) - _under(found.but_not, ordered))
    return there - inside if found.complement else inside


@lru_cache(maxsize=64)
def _ordered(there: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(there))


def _under(prefixes: Iterable[str], ordered: Sequence[str]) -> frozenset[str]:
    """The codes that begin with one of the prefixes: of each prefix a stretch of them."""
    return frozenset().union(*(
        ordered[bisect_left(ordered, prefix) : bisect_left(ordered, prefix + _AFTER)] for prefix in prefixes
    ))


@lru_cache(maxsize=4096)
def _runs(
    dimension: str, column: str, code: str, months: tuple[int, ...], there: frozenset[str]
) -> tuple[Restriction, ...]:
    asked = months[:1] if groups.steady(dimension, code) else months
    by_month = [(month, member_codes(dimension, code, month, there)) for month in asked]
    blank = code.startswith("!")  # all but some: what has no code is none of them
    runs = []
    for codes, group in groupby(by_month, key=lambda pair: pair[1]):
        stretch = [month for month, _ in group]
        last = stretch[-1] if len(asked) > 1 else months[-1]
        runs.append(Restriction(column, stretch[0], last, codes, blank))
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
