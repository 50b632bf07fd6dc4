"""Statistics from the figures of official tables, at whatever level they have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property


import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.compiling.tables import last_known
from customhouse.cube.membership import member_codes
from customhouse.errors import VocabularyError
from customhouse.model import HOME, CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, What
from customhouse.store import Store, Vintage
from customhouse.vocabulary import codes

_DIMENSIONS = ("partner", "goods", "enterprise", "region", "regime", "transport")
_NAMES = ("partner", "commodity", "enterprise", "region", "regime", "transport")
_AMOUNT = {"value": ("value_cents", 100), "quantity": ("quantity_milli", 1000), "mass": ("net_mass_g", 1000)}
_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_SPLIT: dict[str, tuple[tuple[str, int], ...]] = {
    "trade": (("exports", 1), ("imports", 1)), "balance": (("exports", 1), ("imports", -1)),
}
_Key = tuple[str | None, ...]
_LARGEST_GAP = 36


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of a table (in the smallest units), the unit of its last printed digit, its unit, its vintage."""

    amount: int
    step: int
    unit: str
    vintage: int
    inside: int = 1

    def plus(self, other: Figure, sign: int = 1) -> Figure:
        """Both added up, or the difference; what each was rounded by stays."""
        return Figure(
            self.amount + sign * other.amount, max(self.step, other.step), self.unit,
            max(self.vintage, other.vintage), self.inside + other.inside,
        )


class TableCube:
    """`Statistics` of one source of official tables, from the vintages that are handed in."""

    def __init__(self, store: Store, vintages: Sequence[Vintage], currency: str | None) -> None:
        self._store = store
        self._vintages = [v for v in vintages if v.files]
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        self._currency = currency or vintages[-1].currency

    @property
    def currency(self) -> str:
        """The currency of values; values in another are never added to them."""
        return self._currency

    def months(self) -> tuple[int, ...]:
        """The running numbers of all months that some figure is about, in order."""
        index = self._index("latest", "value")
        spans = {span for by_span in index.values() for span in by_span}
        single = {first for first, last in spans if first == last}
        ends = {last for first, last in spans}
        begun = {m for first, last in spans if last - first < _LARGEST_GAP for m in range(first, last + 1)}
        return tuple(sorted(single | ends | begun))

    def level(self, part: Slice, period: Period, what: What = "value", known: Known = "latest") -> Level | None:
        """See `Statistics.level`. A printed total is taken before a sum of its parts."""
        if (part.reporter or HOME) != self.reporter or part.subject is not None:
            return None
        if what == "partners":
            found = self.parts(part, "partner", period, "value", known)
            cells = sum(level.origin.cells for level in found.values())
            return Level(Fraction(len(found)), "country", CellOrigin(self.source, (), cells)) if found else None
        if what not in _AMOUNT:
            return None
        figure = self._flow(_key(part), part.flow or "trade", period, what, known)
        return None if figure is None else self._made(figure, what)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        if what not in _AMOUNT:
            return {}
        place = _DIMENSIONS.index("goods" if dimension in _HS else dimension)
        there = self._there(what, known)[place]
        if dimension in _HS:
            wanted = sorted({code[:_HS[dimension]] for code in there if len(code) >= _HS[dimension] and code.isdigit()})
        else:
            wanted = sorted(there & codes.single(_NAMES[place]))
        found = {}
        for code in wanted:
            key = _key(part)
            figure = self._flow((*key[:place], code, *key[place + 1:]), part.flow or "trade", period, what, known)
            if figure is not None and figure.amount:
                found[code] = self._made(figure, what)
        return found

    def _made(self, figure: Figure, what: What) -> Level:
        scale = _AMOUNT[what][1]
        origin = CellOrigin(self.source, (figure.vintage,), figure.inside)
        unit = {"value": self.currency, "mass": "kg"}.get(what, figure.unit)
        return Level(Fraction(figure.amount, scale), unit, origin, Fraction(figure.step, scale), figure.inside)

    def _flow(self, key: _Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
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

    def _goods(self, key: _Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """The figure of a period: printed for it, or put together from others that the table prints."""
        printed = self._spanned((flow, *key), period.first, period.last, what, known)
        if printed is not None:
            return printed
        if self._there_in_period(flow, period, what, known):
            summed = self._summed(key, flow, period, what, known)
            if summed is not None:
                return summed
        if period.months > 1:
            return self._added(key, flow, period, what, known)
        return None

    def _spanned(self, key: _Key, first: int, last: int, what: What, known: Known) -> Figure | None:
        """Printed for these months, or the difference of two figures to date."""
        spans = self._index(known, what).get(key, {})
        if (first, last) in spans:
            return spans[first, last]
        start = first // 12 * 12
        upto, before = spans.get((start, last)), spans.get((start, first - 1))
        return upto.plus(before, -1) if upto is not None and before is not None and first > start else None

    def _added(self, key: _Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """The months of a period, added up."""
        total = None
        for month in range(period.first, period.last + 1):
            figure = self._goods(key, flow, Period(month, month), what, known)
            if figure is None:
                return None
            total = figure if total is None else total.plus(figure)
        return total

    def _summed(self, key: _Key, flow: str, period: Period, what: What, known: Known) -> Figure | None:
        """A group, or a whole without a printed total, as the sum of its members that the table has."""
        for place, code in enumerate(key):
            there = self._there(what, known)[place]
            members = self._members(place, code, period, there)
            if not members:
                continue
            found = [
                figure for member in sorted(members)
                if (figure := self._spanned(
                    (flow, *key[:place], member, *key[place + 1:]), period.first, period.last, what, known
                )) is not None
            ]
            if found and len({figure.unit for figure in found}) == 1:
                total = found[0]
                for figure in found[1:]:
                    total = total.plus(figure)
                return total
        return None

    def _members(self, place: int, code: str | None, period: Period, there: frozenset[str]) -> frozenset[str]:
        """The codes of the table that make up a code; of the whole, all single codes."""
        dimension = _NAMES[place]
        if code is None:
            single = codes.single(dimension) & there
            return single or _finest(there) if dimension == "commodity" else single
        try:
            first = member_codes(dimension, code, period.first, there)
            if period.months > 1 and first != member_codes(dimension, code, period.last, there):
                return frozenset()
        except VocabularyError:
            return frozenset()
        single = first & codes.single(dimension) if dimension != "commodity" else _finest(first)
        return single - {code}

    def _there_in_period(self, flow: str, period: Period, what: What, known: Known) -> bool:
        return (flow, period.first, period.last) in self._covered(what, known)

    def _covered(self, what: What, known: Known) -> frozenset[tuple[str, int, int]]:
        name = f"covered {what} {known}"
        if name not in self._cache:
            self._cache[name] = frozenset(
                (key[0] or "", *span)
                for key, spans in self._index(known, what).items()
                for span in _differences(spans)
            )
        return self._cache[name]  # type: ignore[return-value]

    def _there(self, what: What, known: Known) -> list[frozenset[str]]:
        """The codes that the table has in each dimension."""
        name = f"there {what} {known}"
        if name not in self._cache:
            keys = list(self._index(known, what))
            self._cache[name] = [
                frozenset(code for key in keys if (code := key[place + 1]) is not None)
                for place in range(len(_DIMENSIONS))
            ]
        return self._cache[name]  # type: ignore[return-value]

    @cached_property
    def _cache(self) -> dict[str, object]:
        return {}

    def _index(self, known: Known, what: What) -> Mapping[_Key, Mapping[tuple[int, int], Figure]]:
        """Every figure by flow and dimensions, then by its first and last month."""
        name = f"index {what} {known}"
        if name not in self._cache:
            self._cache[name] = _indexed(self._figures(known), what, self.currency)
        return self._cache[name]  # type: ignore[return-value]

    def _figures(self, known: Known) -> pa.Table:
        paths = [self._store.file(f) for v in self._vintages for f in v.files if f.part == "tables"]
        everything = pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths])
        return last_known(everything, [v.number for v in self._vintages], first=known == "first")


def _indexed(
    figures: pa.Table, what: What, currency: str
) -> dict[_Key, dict[tuple[int, int], Figure]]:
    column, _ = _AMOUNT[what]
    index: dict[_Key, dict[tuple[int, int], Figure]] = {}
    goods = [hs or commodity for hs, commodity in zip(
        figures["hs"].to_pylist(), figures["commodity"].to_pylist(), strict=True
    )]
    names = ("flow", "partner", "enterprise", "region", "regime", "transport", "first_month", "last_month",
             "currency", "step_cents", "quantity_unit", "vintage", column)
    columns = [figures[name].to_pylist() for name in names]
    for good, row in zip(goods, zip(*columns, strict=True), strict=True):
        flow, partner, enterprise, region, regime, transport, first, last, money, step, unit, vintage, amount = row
        if amount is None or (what == "value" and money != currency):
            continue
        key = (flow, partner, good, enterprise, region, regime, transport)
        figure = Figure(amount, (step or 0) if what == "value" else 0, unit or "", vintage)
        index.setdefault(key, {})[first, last] = figure
    return index


def _differences(spans: Mapping[tuple[int, int], Figure]) -> Iterable[tuple[int, int]]:
    """The spans, and the months that two figures to date leave between them."""
    yield from spans
    for first, last in spans:
        if first % 12 == 0 and last > first and (first, last - 1) in spans:
            yield last, last


def _finest(codes_there: frozenset[str]) -> frozenset[str]:
    """The HS codes of the most digits, so that no good counts twice."""
    digits = [code for code in codes_there if code.isdigit()]
    longest = max(map(len, digits), default=0)
    return frozenset(code for code in digits if len(code) == longest)


def _key(part: Slice) -> _Key:
    return (part.partner, part.commodity, part.enterprise, part.region, part.regime, part.transport)


