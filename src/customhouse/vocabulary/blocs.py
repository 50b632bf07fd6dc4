"""Who was in a bloc when: official totals of the EU or ASEAN change with membership."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from customhouse.errors import VocabularyError
from customhouse.period import parse_month
from customhouse.vocabulary.tables import rows

_Stay = tuple[str, int | None, int | None]
"""A member with the first and last month of its membership, None where unbounded."""


@cache
def _stays() -> dict[str, tuple[_Stay, ...]]:
    stays: dict[str, tuple[_Stay, ...]] = {}
    for row in rows("bloc_members"):
        stay = (row["member"], _month(row["from"]), _month(row["to"]))
        stays[row["bloc"]] = (*stays.get(row["bloc"], ()), stay)
    return stays


def _month(text: str) -> int | None:
    return parse_month(text) if text else None


@cache
def ever_members() -> Mapping[str, frozenset[str]]:
    """By the code of each bloc the codes of all that ever were a member of it."""
    return {bloc: frozenset(code for code, _, _ in stays) for bloc, stays in _stays().items()}


def members(bloc: str, month: int) -> frozenset[str]:
    """The codes of the members of a bloc in a month, numbered as by `period.month`.

    A month of entry or of exit counts as a month of membership. The set is empty before the bloc
    began. Raises VocabularyError where no members are listed for the code.
    """
    if bloc not in _stays():
        known = ", ".join(sorted(_stays()))
        raise VocabularyError(f"{bloc}: no bloc with listed members; bloc_members.csv has {known}")
    return frozenset(
        code
        for code, first, last in _stays()[bloc]
        if (first is None or first <= month) and (last is None or month <= last)
    )
