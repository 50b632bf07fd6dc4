"""Statistics from the figures of official tables, at whatever level they have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby

import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.compiling.kept import last_known
from customhouse.cube.concepts import as_recorded
from customhouse.cube.membership import member_codes
from customhouse.cube.tableindex import AMOUNTS, FIRST, Figure, Key, between, indexed, rolled_up, year_earlier
from customhouse.errors import VocabularyError
from customhouse.model import CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, What
from customhouse.store import Store, Vintage
from customhouse.vocabulary import codes

_DIMENSIONS = ("partner", "goods", "enterprise", "region", "regime", "transport")
_NAMES = ("partner", "commodity", "enterprise", "region", "regime", "transport")
_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_SPLIT: dict[str, tuple[tuple[str, int], ...]] = {
    "trade": (("exports", 1), ("imports", 1)),
    "balance": (("exports", 1), ("imports", -1)),
}
_LARGEST_GAP = 36
_SHORT = 0.005
"""The share of a total that its parts may lack and still be called a whole breakdown."""


class TableCube:
    """`Statistics` of one source of official tables, from the vintages that are handed in."""

    def __init__(self, store: Store, vintages: Sequence[Vintage], currency: str | None) -> None:
        self._store = store
        self._vintages = [v for v in vintages if v.files]
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        """Whose trade is meant where a slice does not say."""
        self._currency = currency or vintages[-1].currency
        self._levels: dict[tuple[Key, str, Period, What, Known], Level | None] = {}

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    @property
    def revised(self) -> bool:
        """Whether there is more than one load, so that figures may have been revised."""
        return len(self._vintages) > 1

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies that the tables have values in."""
        return frozenset(self._figures("latest")["currency"].to_pylist()) - {None}

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months that some figure is about, in order."""
        return self._months

    @cached_property
    def _months(self) -> tuple[int, ...]:
        index = self._index("latest", "value")
        spans = {span for by_span in index.values() for span in by_span}
        single = {first for first, last in spans if first == last}
        ends = {last for first, last in spans}
        begun = {m for first, last in spans if last - first < _LARGEST_GAP for m in range(first, last + 1)}
        return tuple(sorted(single | ends | begun))

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        """See `Statistics.level`. A printed total is taken before a sum of its parts."""
        recorded = as_recorded(part, self._records)
        if recorded is None or part.subject is not None:
            return None
        part = recorded
        if what == "partners":
            found = self.parts(part, "partner", period, "value", known)
            cells = sum(level.origin.cells for level in found.values())
            origin = CellOrigin(self.source, (), cells)
            return Level(Fraction(len(found)), "country", origin) if found else None
        if what not in AMOUNTS:
            return None
        asked = (self.key_of(part), part.flow or "trade", period, what, known)
        if asked not in self._levels:
            figure = self._flow(*asked)
            self._levels[asked] = None if figure is None else self._made(figure, what)
        return self._levels[asked]

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        recorded = as_recorded(part, self._records)
        if recorded is None or what not in AMOUNTS:
            return {}
        part = recorded
        place = _DIMENSIONS.index("goods" if dimension in _HS else dimension)
        there = self._there(what, known)[place]
        if dimension in _HS:
            digits = _HS[dimension]
            wanted = {code[:digits] for code in there if len(code) >= digits and code.isdigit()}
        else:
            wanted = set(there & codes.single(_NAMES[place]))
        if (within := getattr(part, _NAMES[place])) is not None:
            wanted &= member_codes(_NAMES[place], within, period.last, wanted)
        found = {}
        for code in sorted(wanted):
            key = _put(self.key_of(part), place, code)
            figure = self._flow(key, part.flow or "trade", period, what, known)
            if figure is not None and figure.amount:
                found[code] = self._made(figure, what)
        return found

    def keys(self, what: What) -> Iterable[Key]:
        """What the figures are about, each once, with the flow after the reporter."""
        return self._index("latest", what).keys() if what in AMOUNTS else ()

    def figure(self, key: Key, flow: str, period: Period, what: What) -> Figure | None:
        """The figure of a key without its flow, not remembered; None where there is none."""
        return self._flow(key, flow, period, what, "latest")

    def key_of(self, part: Slice) -> Key:
        """The reporter and the dimensions of a slice."""
        return (part.reporter or self.reporter, *(getattr(part, name) for name in _NAMES))

    def _made(self, figure: Figure, what: What) -> Level:
        scale = AMOUNTS[what][1]
        origin = CellOrigin(self.source, (figure.vintage,), figure.inside)
        unit = {"value": self.currency, "mass": "kg"}.get(what, figure.unit)
        return Level(
            Fraction(figure.amount, scale), unit, origin, Fraction(figure.step, scale), figure.inside
        )

    def _flow(self, key: Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        direct = self._goods(key, flow, period, what, known)
        if direct is not None or flow not in _SPLIT:
            return direct
        total = None
        for side, sign in _SPLIT[flow]:
            figure = self._goods(key, side, period, what, known)
            if figure is None:
                return None
            total = figure if total is None else total.plus(figure, sign)
        return total

    def _goods(self, key: Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """The figure of a period: as printed or put together in time, else the sum of its members."""
        there = self._there(what, known)
        if any(code is not None and not there[place] for place, code in enumerate(key[1:])):
            return None  # the tables do not break trade down by this at all
        printed = self._spanned(_with(key, flow), period, what, known)
        if printed is not None:
            return printed
        runs = self._runs(key, period, what, known)
        total = None
        for run in runs:
            figure = self._summed(key, flow, run, what, known)
            if figure is None or (total is not None and total.unit != figure.unit):
                return None
            total = figure if total is None else total.plus(figure)
        return total

    def _runs(self, key: Key, period: Period, what: What, known: Known) -> list[Period]:
        """The period in stretches of months throughout which its groups have the same members."""
        months = range(period.first, period.last + 1)
        there = self._there(what, known)
        same = groupby(
            months,
            key=lambda month: [
                self._members(place, code, Period(month, month), there[place])
                for place, code in enumerate(key[1:])
                if code is not None
            ],
        )
        stretches = [list(run) for _, run in same]
        return [Period(run[0], run[-1]) for run in stretches]

    def _spanned(self, key: Key, period: Period, what: What, known: Known) -> Figure | None:
        spans = self._index(known, what).get(key)
        if spans is None:
            return None
        found = between(spans, period.first, period.last)
        return found if found is not None else year_earlier(spans, period.first, period.last)

    def _summed(self, key: Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """A group, or a whole without a printed total, as the sum of its members that the table has.

        None where the table does not break its total down whole: then a member may be missing.
        """
        for place, code in enumerate(key[1:]):
            members = self._members(place, code, period, self._there(what, known)[place])
            found = self._added(key, place, members, flow, period, what, known) if members else None
            if found is not None and self._whole(key, place, flow, period, what, known):
                return found
        return None

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
            figure = self._spanned(_with(_put(key, place, member), flow), period, what, known)
            if figure is not None:
                if total is not None and total.unit != figure.unit:
                    return None
                total = figure if total is None else total.plus(figure)
        return total

    def _whole(self, key: Key, place: int, flow: str, period: Period, what: What, known: Known) -> bool:
        """Whether the single codes of a dimension add up to the printed total, as far as there is one."""
        around = _put(key, place, None)
        name = f"whole {place} {around} {flow} {period} {what} {known}"
        if name not in self._cache:
            total = self._spanned(_with(around, flow), period, what, known)
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
        dimension = _NAMES[place]
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
                for place in range(len(_DIMENSIONS))
            ]
        return self._cache[name]  # type: ignore[return-value]

    def _records(self, column: str, code: str) -> bool:
        """Whether any figure has a code in a column."""
        place = 1 if column == "flow" else FIRST + _DIMENSIONS.index(column)
        return any(key[place] == code for key in self._index("latest", "value"))

    @cached_property
    def _cache(self) -> dict[str, object]:
        return {}

    def _index(self, known: Known, what: What) -> Mapping[Key, Mapping[tuple[int, int], Figure]]:
        """Every figure by flow and dimensions, then by its first and last month."""
        name = f"index {what} {known}"
        if name not in self._cache:
            self._cache[name] = rolled_up(indexed(self._figures(known), what, self.currency), _leaves)
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
    single = codes.single(_NAMES[place]) & there
    return single or _finest(there) if _NAMES[place] == "commodity" else single


def _put(key: Key, place: int, code: str | None) -> Key:
    """The key with another code in a dimension."""
    return (*key[: place + 1], code, *key[place + 2 :])


def _with(key: Key, flow: str) -> Key:
    """The key as the index has it: the flow after the reporter."""
    return (key[0], flow, *key[1:])
