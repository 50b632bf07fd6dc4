"""What a code stands for in a month: the single codes of a group, the HS prefixes of a commodity.

Groups are dated. Some are applied by China's customs otherwise than by the day that members joined:
one list of Belt and Road partners is counted back over all years, and totals of blocs that China
is in are of the other members. `bloc_lists.csv` has these, with what they reproduce.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from customhouse.errors import VocabularyError
from customhouse.model import Slice
from customhouse.period import Period, parse_month
from customhouse.vocabulary import blocs, hs
from customhouse.vocabulary.codes import nearest
from customhouse.vocabulary.tables import DIMENSION_LISTS, entries, rows, split

Applied = Literal["as_customs", "as_joined"]
"""A bloc as China's customs count it, or by the months in which its members joined and left."""
WORLD = "WLD"
_TABLES = {dimension: table for table, dimension in DIMENSION_LISTS.items()}
_NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Members:
    """What belongs to a code: `codes` of its dimension, for goods also HS `prefixes` but those `but_not`.

    With `complement` it is all that is not in `codes` or `prefixes`; all empty, it is everything.
    """

    codes: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    complement: bool = False

    def holds(self, code: str) -> bool:
        """Whether a single code, or an HS code of any length, belongs to it."""
        inside = code in self.codes or (code.startswith(self.prefixes) and not code.startswith(self.but_not))
        return inside != self.complement


def steady(dimension: str, code: str) -> bool:
    """Whether a code has the same members in every month. Single codes and HS codes have; blocs have not."""
    if dimension not in ("partner", "commodity"):
        return True
    parts = code.lstrip("!")
    known = _known(dimension)
    singles = (parts,) if parts in known or "+" not in parts else parts.split("+")
    if dimension == "commodity":
        return all(one.isdigit() for one in singles)
    return all(one == WORLD or known.get(one, "") not in ("bloc", "region") for one in singles)


@lru_cache(maxsize=2**16)
def members(dimension: str, code: str, month: int, applied: Applied = "as_customs") -> Members:
    """The members of a code in a month, numbered as by `period.month`.

    `dimension` is partner, commodity, enterprise, region, regime or transport. `code` is a code of
    the vocabulary, for a commodity also 2 to 10 digits of the HS in force; several joined with `+`;
    or all but one with `!` before it (`!USA+JPN` is all but both). A code that is no group has
    itself. Raises VocabularyError for an unknown code, and for a group whose members no list has.
    """
    if dimension not in _TABLES:
        raise VocabularyError(f"{dimension}: no dimension with groups; one of {', '.join(_TABLES.values())}")
    if code.startswith("!"):
        return _complement(members(dimension, code[1:], month, applied))
    if code == WORLD and dimension == "partner":
        return Members(complement=True)
    if code in _known(dimension) or "+" not in code:
        return _members_of(dimension, code, month, applied)
    return _union(code, [members(dimension, part, month, applied) for part in code.split("+")])


def counted_back(part: Slice, base: Period, period: Period) -> Slice:
    """The slice for a base: a bloc with the members that it has in the later period.

    Growth compares like with like, so members that joined or left in between are counted back.
    """
    return part if base.last >= period.last else _with_members_of(part, period.last, base.first)


def counted_through(part: Slice, period: Period) -> Slice:
    """The slice for a period that is compared with a base: a bloc with the members of its last month."""
    return _with_members_of(part, period.last, period.first)


def unfounded(part: Slice, period: Period) -> str | None:
    """The bloc that a slice is of, where it has no member in any month of a period: it was not there yet."""
    bloc = part.partner
    if bloc is None or bloc.startswith("!") or steady("partner", bloc):
        return None
    try:
        met = any(members("partner", bloc, month).codes for month in range(period.first, period.last + 1))
    except VocabularyError:
        return None
    return None if met else bloc


def _with_members_of(part: Slice, month: int, other: int) -> Slice:
    """A bloc as its members of one month, where those of another are not the same."""
    if part.partner is None:
        return part
    try:
        now, then = (members("partner", part.partner, at) for at in (month, other))
    except VocabularyError:
        return part
    if now == then or not now.codes:
        return part
    return replace(part, partner=("!" if now.complement else "") + "+".join(sorted(now.codes)))


def _complement(found: Members) -> Members:
    return Members(found.codes, found.prefixes, found.but_not, not found.complement)


def _union(code: str, parts: list[Members]) -> Members:
    if any(part.complement for part in parts):
        raise VocabularyError(f"{code}: no part of a list can be `!` or the world; put one `!` before it all")
    prefixes = tuple(dict.fromkeys(prefix for part in parts for prefix in part.prefixes))
    return Members(_NOTHING.union(*(part.codes for part in parts)), prefixes)


def _members_of(dimension: str, code: str, month: int, applied: Applied) -> Members:
    if dimension == "commodity":
        return _goods(code, month)
    if code not in _known(dimension):
        raise _unknown(dimension, code)
    kind = _known(dimension)[code]
    if dimension == "partner":
        return Members(_partners(code, month, applied) if kind in ("bloc", "region") else frozenset({code}))
    if dimension == "region" and kind in ("macro", "cluster"):
        return Members(_regions(code))
    return Members(frozenset({code, *_listed(dimension).get(code, ())}))


def _partners(bloc: str, month: int, applied: Applied) -> frozenset[str]:
    rest = frozenset(row["code"] for row in rows("remainders") if row["group"] == bloc)
    if applied == "as_joined":
        return blocs.members(bloc, month) | rest
    row = _list_in(bloc, month)
    when = parse_month(row["list_of"]) if row.get("list_of") else month
    found = blocs.members(bloc, when) | rest
    return (found | {*split(row.get("with"))}) - {*split(row.get("without"))}


def _list_in(bloc: str, month: int) -> Mapping[str, str]:
    """The row of `bloc_lists.csv` that tells how customs count a bloc in a month."""
    for row in rows("bloc_lists"):
        first = parse_month(row["from"]) if row["from"] else month
        last = parse_month(row["to"]) if row["to"] else month
        if row["bloc"] == bloc and first <= month <= last:
            return row
    return {}


def _regions(code: str) -> frozenset[str]:
    entry = next(entry for entry in entries("regions") if entry.code == code)
    parts = [part for part in entry.row["members"].split("+") if part]
    if not parts:
        raise VocabularyError(f"{code}: no list has the places in it; only tables that state it have figures")
    return frozenset(parts)


def _goods(code: str, month: int) -> Members:
    if code.isdigit():
        if not any(hs.listed(code, year * 12) for year in (month // 12, *hs.EDITIONS)):
            raise VocabularyError(f"{code}: no HS code of any edition; give 2 to 10 digits such as 8703")
        return Members(prefixes=(code,))
    if code not in _known("commodity"):
        raise _unknown("commodity", code)
    entry = next(entry for entry in entries("commodities") if entry.code == code)
    prefixes = hs.spread(entry.row["hs"])
    year = int(entry.row["hs_edition"].removeprefix("HS") or 0)
    return Members(frozenset({code}), hs.translate(prefixes, year, month) if year else prefixes)


def _unknown(dimension: str, code: str) -> VocabularyError:
    near = nearest(dimension, code)
    remedy = f"did you mean {near}?" if near else "see docs/reference/vocabulary.md"
    return VocabularyError(f"{code}: no such {dimension}; {remedy}")


@cache
def _known(dimension: str) -> Mapping[str, str]:
    """The codes of a dimension with their kind, empty where the list has no kinds."""
    return dict(_codes(dimension))


def _codes(dimension: str) -> Iterator[tuple[str, str]]:
    for entry in entries(_TABLES[dimension]):
        yield entry.code, entry.row.get("kind") or ""
    if dimension == "partner":
        yield from ((row["code"], "") for row in rows("remainders"))


@cache
def _listed(dimension: str) -> Mapping[str, frozenset[str]]:
    """The members that `group_members.csv` lists for the groups of a dimension."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("group_members"):
        if row["dimension"] == dimension:
            found[row["group"]].add(row["member"])
    return {group: frozenset(listed) for group, listed in found.items()}
