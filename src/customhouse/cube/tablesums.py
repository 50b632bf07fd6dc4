"""Figures of official tables as they are printed, put together in time, and added up over codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.compiling.kept import last_known
from customhouse.cube.breadth import short_of, short_of_all
from customhouse.cube.membership import member_codes
from customhouse.cube.tableindex import (
    FIRST,
    Figure,
    Key,
    Spans,
    between,
    growth_alone,
    indexed,
    rolled_up,
    year_earlier,
)
from customhouse.cube.unlisted import Unlisted
from customhouse.errors import VocabularyError
from customhouse.period import Period
from customhouse.statistics import Known, What
from customhouse.store import Store, Vintage
from customhouse.vocabulary import codes

DIMENSIONS = ("partner", "goods", "enterprise", "region", "regime", "transport")
NAMES = ("partner", "commodity", "enterprise", "region", "regime", "transport")
_SHORT = 0.005
"""The share of a total that its parts may lack and still be called a whole breakdown."""


class TableSums:
    """The figures of one source of official tables, and the sums of their codes."""

    def __init__(self, store: Store, vintages: Sequence[Vintage], currency: str | None) -> None:
        self._store = store
        self._vintages = [v for v in vintages if v.files]
        self._currency = currency or vintages[-1].currency

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    def _spanned(self, key: Key, period: Period, what: What, known: Known) -> Figure | None:
        index, unlisted = self._read(known, what)
        spans = index.get(key)
        if spans is None:
            return None
        found = between(spans, period.first, period.last)
        found = found if found is not None else year_earlier(spans, period.first, period.last)
        filled = unlisted.filled(key) if found is None else None
        return found if not filled else between(filled, period.first, period.last)

    def _summed(
        self, key: Key, flow: str, period: Period, what: What, known: Known, start: int = 0
    ) -> Figure | None:
        """A group, or a whole without a printed total, as the sum of its members that the table has.

        None where the table does not break its total down whole, or tells no amount of a member.
        """
        for place, code in list(enumerate(key[1:]))[start:]:
            if start and code is None:
                continue
            there = self._there(what, known)[place]
            members = self._members(place, code, period, there)
            found = self._added(key, place, members, flow, period, what, known) if members else None
            if found is None or not self._whole(key, place, flow, period, what, known):
                continue
            above = with_flow(put(key, place, None), flow)
            printed = self._read(known, what)[1].printed(above)
            if printed and self._spanned(above, period, what, known) is not None:
                return found
            if not self._withheld(key, place, members, flow, period, what, known):
                return replace(found, listed=found.listed or short_of(place, code, period, members, there))
        return None if start else self._crossed(key, flow, period, what, known)

    def _withheld(
        self,
        key: Key,
        place: int,
        members: Iterable[str],
        flow: str,
        period: Period,
        what: What,
        known: Known,
    ) -> bool:
        """Whether the table has rows of a member in the period that tell no amount."""
        silent = self._read(known, what)[1].silent
        for member in members:
            one = with_flow(put(key, place, member), flow)
            met = any(first <= period.last and period.first <= last for first, last in silent.get(one, ()))
            if met and self._spanned(one, period, what, known) is None:
                return True
        return False

    def _crossed(self, key: Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """A group by another one (ASEAN's chapter 03): each member's own sum, where all of them have one."""
        place = next((at for at, code in enumerate(key[1:]) if code is not None), len(key))
        if not any(code is not None for code in key[place + 2 :]):
            return None
        members = self._members(place, key[place + 1], period, self._there(what, known)[place])
        total: Figure | None = None
        for member in sorted(members):
            one = put(key, place, member)
            figure = self._spanned(with_flow(one, flow), period, what, known)
            figure = figure or self._summed(one, flow, period, what, known, place + 1)
            if figure is None and _shape(place, with_flow(one, flow)) not in self._shapes(what, known):
                continue
            if figure is None or (total is not None and total.unit != figure.unit):
                return None
            total = figure if total is None else total.plus(figure)
        lacking = short_of(place, key[place + 1], period, members, self._there(what, known)[place])
        return total and replace(total, listed=total.listed or lacking)

    def _shapes(self, what: What, known: Known) -> frozenset[Key]:
        """The codes that the table has in each dimension, with which other dimensions beside them."""
        name = f"shapes {what} {known}"
        if name not in self._cache:
            keys = self._index(known, what)
            found = (_shape(p, key) for key in keys for p in range(len(DIMENSIONS)) if key[p + FIRST])
            self._cache[name] = frozenset(found)
        return self._cache[name]  # type: ignore[return-value]

    def _added(
        self,
        key: Key,
        place: int,
        members: Iterable[str],
        flow: str,
        period: Period,
        what: What,
        known: Known,
    ) -> Figure | None:
        """The members of one dimension, added up; None where there is none, or their units differ."""
        total = None
        for member in sorted(members):
            figure = self._spanned(with_flow(put(key, place, member), flow), period, what, known)
            if figure is not None:
                if total is not None and total.unit != figure.unit:
                    return None
                total = figure if total is None else total.plus(figure)
        return total

    def _whole(self, key: Key, place: int, flow: str, period: Period, what: What, known: Known) -> bool:
        """Whether the single codes of a dimension add up to the printed total, as far as there is one."""
        around = put(key, place, None)
        name = f"whole {place} {around} {flow} {period} {what} {known}"
        if name not in self._cache:
            total = self._spanned(with_flow(around, flow), period, what, known)
            singles = self._members(place, None, period, self._there(what, known)[place])
            summed = self._added(around, place, singles, flow, period, what, known)
            self._cache[name] = (
                total is None
                or summed is None
                or (
                    abs(total.amount - summed.amount)
                    <= max(_SHORT * abs(total.amount), summed.inside * summed.step)
                )
            )
        return bool(self._cache[name])

    def _members(self, place: int, code: str | None, period: Period, there: frozenset[str]) -> frozenset[str]:
        """The codes of the table that make up a code; of the whole, all single codes."""
        dimension = NAMES[place]
        if code is None:
            return _leaves(place, there)
        try:
            first = member_codes(dimension, code, period.first, there)
            if period.months > 1 and first != member_codes(dimension, code, period.last, there):
                return frozenset()
        except VocabularyError:
            return frozenset()
        single = first & codes.single(dimension) if dimension != "commodity" else _finest(first)
        return single - {code}

    def _there(self, what: What, known: Known) -> list[frozenset[str]]:
        """The codes that the table has in each dimension."""
        name = f"there {what} {known}"
        if name not in self._cache:
            keys = list(self._index(known, what))
            self._cache[name] = [
                frozenset(code for key in keys if (code := key[place + FIRST]) is not None)
                for place in range(len(DIMENSIONS))
            ]
        return self._cache[name]  # type: ignore[return-value]

    def _records(self, column: str, code: str) -> bool:
        """Whether any figure has a code in a column."""
        place = 1 if column == "flow" else FIRST + DIMENSIONS.index(column)
        return any(key[place] == code for key in self._index("latest", "value"))

    @cached_property
    def _cache(self) -> dict[str, object]:
        return {}

    def _index(self, known: Known, what: What) -> Mapping[Key, Mapping[tuple[int, int], Figure]]:
        """Every figure by flow and dimensions, then by its first and last month."""
        return self._read(known, what)[0]

    def _read(self, known: Known, what: What) -> tuple[Mapping[Key, Spans], Unlisted]:
        """The index, and the goods that are left out of it as they had no trade."""
        name = f"index {what} {known}"
        if name not in self._cache:
            figures = self._figures(known)
            index, silent = indexed(figures, what, self.currency)
            if what == "value":
                self._cache[f"growth {known}"] = growth_alone(figures, self.currency)
            unlisted = Unlisted({key: dict(spans) for key, spans in index.items()}, silent)
            self._cache[name] = rolled_up(index, _leaves, short_of_all), unlisted
        return self._cache[name]  # type: ignore[return-value]

    def _figures(self, known: Known) -> pa.Table:
        paths = [self._store.file(f) for v in self._vintages for f in v.files if f.part == "tables"]
        everything = pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths])
        return last_known(everything, [v.number for v in self._vintages], first=known == "first")


def _finest(codes_there: frozenset[str]) -> frozenset[str]:
    """The HS codes of the most digits, so that no good counts twice."""
    digits = [code for code in codes_there if code.isdigit()]
    longest = max(map(len, digits), default=0)
    return frozenset(code for code in digits if len(code) == longest)


def _leaves(place: int, there: frozenset[str]) -> frozenset[str]:
    """Of the codes of a dimension those that add up to the whole: single ones, the finest of goods."""
    single = codes.single(NAMES[place]) & there
    return single or _finest(there) if NAMES[place] == "commodity" else single


def _shape(place: int, key: Key) -> Key:
    """A code of a dimension, with the reporter, the flow and which other dimensions a key has codes in."""
    others = ("-" if code is None else "+" for code in key[FIRST:])
    return (*key[:FIRST], str(place), key[place + FIRST], *others)


def put(key: Key, place: int, code: str | None) -> Key:
    """The key with another code in a dimension."""
    return (*key[: place + 1], code, *key[place + 2 :])


def with_flow(key: Key, flow: str) -> Key:
    """The key as the index has it: the flow after the reporter."""
    return (key[0], flow, *key[1:])
