"""Whether the codes of a table that are added up are all that there are, as far as one can tell."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from customhouse import groups
from customhouse.errors import VocabularyError
from customhouse.model import Listed
from customhouse.period import Period
from customhouse.vocabulary import codes, hs

_NAMES = ("partner", "commodity", "enterprise", "region", "regime", "transport")
_MOST_CHAPTERS = 90
"""A table with so many of the 96 chapters has all goods: small countries do not trade in each."""
_MOST_PARTNERS = 100
"""A table with so many partners has all of them."""
_FEW = 6
"""Chapters that are told by name."""


def short_of_all(place: int, there: frozenset[str]) -> Listed | None:
    """What a whole is added up of, where a table seems not to have all codes of a dimension."""
    name = _NAMES[place]
    if name == "commodity":
        full = len({code[:2] for code in there if code.isdigit()}) >= _MOST_CHAPTERS
    elif name == "partner":
        full = len(there) >= _MOST_PARTNERS
    else:
        full = codes.single(name) <= there
    return None if full else _listed(name, there)


def short_of(
    place: int, code: str | None, period: Period, members: frozenset[str], there: frozenset[str]
) -> Listed | None:
    """The same of the members of a code: of a bloc its countries, of an HS code those one step below it."""
    if code is None or code.startswith("!"):
        return short_of_all(place, members)
    if _NAMES[place] == "partner":
        lacking = not _countries(code, period.last) <= there
    elif _NAMES[place] == "commodity" and code.isdigit():
        digits = min([len(code) + 2, *map(len, members)])
        lacking = not _below(code, digits, period.last) <= {one[:digits] for one in there}
    else:
        return None
    return _listed(_NAMES[place], members) if lacking else None


@lru_cache(maxsize=1024)
def _countries(code: str, month: int) -> frozenset[str]:
    try:
        return groups.members("partner", code, month).codes
    except VocabularyError:
        return frozenset()


@lru_cache(maxsize=1024)
def _below(code: str, digits: int, month: int) -> frozenset[str]:
    """The HS codes of some digits that a code has inside it; none where they are no longer than listed."""
    return frozenset(one[:digits] for one in hs.codes(month) if one.startswith(code) and digits <= len(one))


def _listed(name: str, members: Iterable[str]) -> Listed:
    found = sorted(members)
    if name != "commodity" or not found[0].isdigit():
        return Listed(name, len(found))
    chapters = tuple(dict.fromkeys(code[:2] for code in found))
    return Listed(f"hs{len(found[0])}", len(found), chapters if len(chapters) <= _FEW else ())
