"""Statistics from the figures of official tables, at whatever level they have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from customhouse.cube.concepts import as_recorded
from customhouse.cube.membership import member_codes
from customhouse.cube.tableindex import AMOUNTS, GROWTH_STEP, Figure, Key
from customhouse.cube.tablesums import DIMENSIONS, NAMES, TableSums, put, with_flow
from customhouse.model import CellOrigin, Slice
from customhouse.period import Period
from customhouse.statistics import Known, Level, What
from customhouse.store import Store, Vintage
from customhouse.vocabulary import codes

_HS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
_SPLIT: dict[str, tuple[tuple[str, int], ...]] = {
    "trade": (("exports", 1), ("imports", 1)),
    "balance": (("exports", 1), ("imports", -1)),
}
_LARGEST_GAP = 36


class TableCube(TableSums):
    """`Statistics` of one source of official tables, from the vintages that are handed in."""

    def __init__(self, store: Store, vintages: Sequence[Vintage], currency: str | None) -> None:
        super().__init__(store, vintages, currency)
        self.source = vintages[-1].source
        self.reporter = vintages[-1].reporter
        """Whose trade is meant where a slice does not say."""
        self._levels: dict[tuple[Key, str, Period, What, Known], Level | None] = {}

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
        spans = {span for by_span in (*index.values(), *self._growths("latest").values()) for span in by_span}
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

    def printed_growth(self, part: Slice, period: Period, known: Known = "latest") -> Level | None:
        """Growth on a year earlier that is printed without an amount, in per cent."""
        recorded = as_recorded(part, self._records)
        if recorded is None or part.subject is not None:
            return None
        key = with_flow(self.key_of(recorded), recorded.flow or "trade")
        found = self._growths(known).get(key, {}).get((period.first, period.last))
        if found is None:
            return None
        percent, vintage = found
        return Level(Fraction(str(percent)), "%", CellOrigin(self.source, (vintage,), 1), GROWTH_STEP)

    def _growths(self, known: Known) -> Mapping[Key, Mapping[tuple[int, int], tuple[float, int]]]:
        self._read(known, "value")
        return self._cache[f"growth {known}"]  # type: ignore[return-value]

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> Mapping[str, Level]:
        """See `Statistics.parts`."""
        recorded = as_recorded(part, self._records)
        if recorded is None or what not in AMOUNTS:
            return {}
        part = recorded
        place = DIMENSIONS.index("goods" if dimension in _HS else dimension)
        there = self._there(what, known)[place]
        if dimension in _HS:
            digits = _HS[dimension]
            wanted = {code[:digits] for code in there if len(code) >= digits and code.isdigit()}
        else:
            wanted = set(there & codes.single(NAMES[place]))
        if (within := getattr(part, NAMES[place])) is not None:
            wanted &= member_codes(NAMES[place], within, period.last, wanted)
        found = {}
        for code in sorted(wanted):
            key = put(self.key_of(part), place, code)
            figure = self._flow(key, part.flow or "trade", period, what, known)
            if figure is not None and figure.amount:
                found[code] = self._made(figure, what)
        return found

    def keys(self, what: What) -> Iterable[Key]:
        """What the figures are about, each once, with the flow after the reporter."""
        return self._index("latest", what).keys() if what in AMOUNTS else ()

    def figure(self, key: Key, flow: str, period: Period, what: What) -> Figure | None:
        """The figure of a key without its flow, not remembered; None where no row of the table has one."""
        found = self._flow(key, flow, period, what, "latest")
        return found if found is not None and found.inside else None

    def key_of(self, part: Slice) -> Key:
        """The reporter and the dimensions of a slice."""
        return (part.reporter or self.reporter, *(getattr(part, name) for name in NAMES))

    def _made(self, figure: Figure, what: What) -> Level:
        scale = AMOUNTS[what][1]
        origin = CellOrigin(self.source, (figure.vintage,), figure.inside, figure.listed)
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
        printed = self._spanned(with_flow(key, flow), period, what, known)
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
