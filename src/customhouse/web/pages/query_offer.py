"""What a source has, so that the form offers nothing else: codes of each dimension, HS codes, currencies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from customhouse import describe as words
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.vocabulary import codes, entries, hs, rows
from customhouse.vocabulary.tables import DIMENSION_LISTS

if TYPE_CHECKING:
    from customhouse.cube import CellCube, TableCube

DIMENSIONS = ("partner", "enterprise", "region", "regime", "transport")
_LISTS = {dimension: table for table, dimension in DIMENSION_LISTS.items()}
_DIGITS = (2, 4, 6, 8)
_FLOWS = ("trade", "exports", "imports")
_MOST = 24
_lock = Lock()
_kept: OrderedDict[tuple[Any, ...], Offer] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Offer:
    """What one source has: the codes with trade by dimension, HS codes of its finest level, its months."""

    codes: Mapping[str, frozenset[str]]
    goods: frozenset[str]
    commodities: frozenset[str]
    months: tuple[int, ...]
    currencies: tuple[str, ...]
    currency: str
    compiled: bool
    """Whether it is compiled here of declarations, so that concepts can be chosen."""

    def has(self, axis: str) -> bool:
        """Whether the source tells trade apart by an axis of parts."""
        if axis.startswith("hs"):
            return any(len(code) >= int(axis[2:]) for code in self.goods)
        return bool(self.commodities) if axis == "commodity" else bool(self.codes.get(axis))


def offer(statistics: CellCube | TableCube, key: tuple[Any, ...]) -> Offer:
    """What the statistics have; worked out once for a `key` (the store, its state, the source)."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _made(statistics)
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return made


def groups_of(dimension: str, there: frozenset[str]) -> list[tuple[str, str]]:
    """The codes of a dimension in the order of its list with their kind: those there, and groups of them."""
    single = codes.single(dimension)
    found = []
    for entry in entries(_LISTS[dimension]):
        kind = entry.row.get("kind") or ""
        if entry.code in there or (
            there and entry.code not in single and _members(dimension, entry.code, there)
        ):
            found.append((entry.code, kind))
    return found


def _members(dimension: str, code: str, there: frozenset[str]) -> bool:
    from customhouse.errors import VocabularyError
    from customhouse.groups import members

    try:
        return bool(members(dimension, code, hs.EDITIONS[-1] * 12 + 24).codes & there)
    except VocabularyError:
        return False


def names(code: str, dimension: str) -> tuple[str, str]:
    """What a code is called in English and Chinese."""
    return words.name(code, "en", dimension), words.name(code, "zh", dimension)


def _made(statistics: CellCube | TableCube) -> Offer:
    compiled = hasattr(statistics, "goods")
    months = statistics.months()
    found = {d: frozenset(_codes(statistics, d, months)) for d in DIMENSIONS}
    goods = frozenset(statistics.goods) if compiled else _table_goods(statistics, months)  # type: ignore[union-attr]
    there = frozenset(_commodities(statistics, months, goods, compiled))
    money = tuple(sorted(statistics.currencies))
    return Offer(found, goods, there, months, money, statistics.currency, compiled)


def _codes(statistics: CellCube | TableCube, axis: str, months: tuple[int, ...]) -> set[str]:
    """The codes along an axis with trade in the latest months that there are."""
    found: set[str] = set()
    for period in _recent(months):
        for flow in _FLOWS:
            found |= set(statistics.parts(Slice(flow=flow), axis, period))
        if found:
            break
    return found


def _recent(months: tuple[int, ...]) -> list[Period]:
    """The stretch of months up to the last, its last month, its last year so far."""
    if not months:
        return []
    first = last = months[-1]
    while first - 1 in months:
        first -= 1
    return [Period(first, last), Period(last, last), Period(last // 12 * 12, last)]


def _table_goods(statistics: CellCube | TableCube, months: tuple[int, ...]) -> frozenset[str]:
    levels = [_codes(statistics, f"hs{digits}", months) for digits in reversed(_DIGITS)]
    return next((frozenset(level) for level in levels if level), frozenset())


def _commodities(
    statistics: CellCube | TableCube, months: tuple[int, ...], goods: frozenset[str], compiled: bool
) -> set[str]:
    """The groups of goods that have figures: by their HS codes, or as a table prints them."""
    coded = {row["code"] for row in rows("commodities") if row["hs"]}
    if compiled or goods:
        return coded
    recent = _recent(months)
    return {
        row["code"]
        for row in rows("commodities")
        if any(
            statistics.level(Slice(flow=flow, commodity=row["code"]), period, what) is not None
            for period in recent
            for flow in _FLOWS
            for what in ("value", "quantity")
        )
    }
