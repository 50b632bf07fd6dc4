"""A query to the steps that answer it: each is one stream of the cube.

A wildcard takes each single code with trade; totals (`_T`), groups and shorter HS codes are asked for by
their code. So `*` never counts anything twice. Frequencies follow the same rule: a wildcard is the
finest that the source has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from customhouse.cube import CellCube, TableCube
from customhouse.cube.streamed import ADDED, Cut
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.statistics import What
from customhouse.vocabulary import codes
from customhouse.vocabulary.codes import nearest
from customhouse.vocabulary.tables import rows
from customhouse.web.problems import Problem
from customhouse.web.sdmx.catalogue import AMOUNTS, Catalogue, goods_of, reporters_of
from customhouse.web.sdmx.codelists import FLOWS, FREQUENCIES, identifier, level_of, own_codes
from customhouse.web.sdmx.keys import Condition, Conditions, Key, Place
from customhouse.web.sdmx.model import DIMENSIONS, IDS, PARTS, TOTAL
from customhouse.web.sdmx.times import periods

MOST_STEPS = 2000
_TABLE_FLOWS = ("exports", "imports")
_SAMPLE = 300
_LISTS = {one.id: one.codelist or "" for one in DIMENSIONS}
WHATS: Mapping[str, What] = {"QUANTITY": "quantity", "MASS": "mass", "LINES": "lines", "TRADERS": "traders"}
Cube = CellCube | TableCube


@dataclass(frozen=True, slots=True)
class Way:
    """One way of taking a dimension: the total, a code of groups, or a cut by single codes."""

    code: str | None = None
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stream: the key that its series share, with nothing at the `places` of what is cut."""

    template: tuple[str, ...]
    places: tuple[int, ...]
    part: Slice
    cuts: tuple[Cut, ...]
    periods: tuple[Period, ...]
    what: What
    currency: str | None

    def key(self, found: Sequence[str | None]) -> tuple[str, ...]:
        """The key of a series, from the codes of its cuts."""
        told = list(self.template)
        for at, code in zip(self.places, found, strict=True):
            told[at] = TOTAL if code is None else identifier(code)
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a query; `overlapping`: several of them can have the same series."""

    steps: tuple[Step, ...]
    overlapping: bool


def plan(
    catalogue: Catalogue, cubes: Mapping[str, Cube], keys: Sequence[Key], conditions: Conditions
) -> Plan:
    """The steps of a query; `cubes` has the statistics of one source by their currency.

    Raises Problem (413, 422) for codes of no list, and for too many steps.
    """
    planner = Planner(catalogue, cubes, conditions)
    steps: list[Step] = []
    overlapping = len(keys) > 1 or any(one.open and one.named() for one in conditions.values())
    for key in keys:
        overlapping |= any(place.every and place.codes for place in key)
        for step in planner.steps(key):
            steps.append(step)
            if len(steps) > MOST_STEPS:
                raise Problem(413, f"key: more than {MOST_STEPS} groups in combination; name fewer at a time")
    return Plan(tuple(steps), overlapping)


@cache
def _groups(dimension: str) -> frozenset[str]:
    """Codes that stand for others besides themselves."""
    return frozenset(row["group"] for row in rows("group_members") if row["dimension"] == dimension)


class Planner:
    """Turns keys into steps, and knows what a source has."""

    def __init__(self, catalogue: Catalogue, cubes: Mapping[str, Cube], conditions: Conditions) -> None:
        self._catalogue, self._cubes, self._conditions = catalogue, cubes, conditions
        self._cube = next(iter(cubes.values()))
        for id, condition in conditions.items():
            if id in _LISTS:
                self._check(id, condition.named())

    def steps(self, key: Key) -> Iterator[Step]:
        """The steps of one key."""
        self.check(key)
        places = dict(zip(IDS, key, strict=True))
        ways = [list(self._ways(id, places[id])) for id in PARTS]
        outer = [
            self._chosen("FREQ", places, FREQUENCIES, self.frequencies()[:1]),
            self._chosen("REPORTER", places, self.reporters(), self.reporters()),
            self._chosen("MEASURE", places, self.all_measures(), self.measures()),
            self._chosen("FLOW", places, FLOWS, self.flows()),
        ]
        for frequency, reporter, measure, flow in product(*outer):
            spans = self.periods(frequency)
            shared = {"FREQ": frequency, "REPORTER": reporter, "FLOW": flow, "MEASURE": measure}
            for combination in product(*ways) if spans else ():
                yield self._step(shared, combination, spans)

    def _step(self, shared: dict[str, str], ways: Sequence[Way], spans: tuple[Period, ...]) -> Step:
        measure = shared["MEASURE"]
        currency = measure.removeprefix("VALUE_") if measure.startswith("VALUE_") else None
        given = {id.lower(): way.code for id, way in zip(PARTS, ways, strict=True) if way.code is not None}
        told = {id: TOTAL if way.code is None else identifier(way.code)
                for id, way in zip(PARTS, ways, strict=True) if way.cut is None}
        reporter = own_codes("partner").get(shared["REPORTER"], shared["REPORTER"])
        part = Slice(flow=shared["FLOW"], reporter=reporter, **given)
        cuts = tuple(way.cut for way in ways if way.cut is not None)
        what: What = "value" if currency else WHATS[measure]
        template = tuple((shared | told).get(id, "") for id in IDS)
        places = tuple(IDS.index(cut.dimension.upper()) for cut in cuts)
        return Step(template, places, part, cuts, spans, what, currency)

    def _chosen(
        self, id: str, places: Mapping[str, Place], there: Sequence[str], every: Sequence[str]
    ) -> list[str]:
        """The codes, of those that there are, that a wildcard takes or that are named."""
        place, condition = places[id], self._conditions.get(id)
        named = place.codes
        if place.every and condition is not None:
            named = (*named, *condition.named())
            every = every if condition.open else ()
        found = {*(every if place.every else ()), *named}
        found = {code for code in found if condition is None or condition.holds(code)}
        return [code for code in there if code in found]

    def _ways(self, id: str, place: Place) -> Iterator[Way]:
        dimension, condition = id.lower(), self._conditions.get(id)
        own = own_codes(dimension)
        named = dict.fromkeys(place.codes)
        if place.every:
            named |= dict.fromkeys(condition.named() if condition else ())
            if condition is None or condition.open:
                yield from self._every(dimension, condition)
        digits = self._digits() if id == "COMMODITY" else None
        single: dict[int | None, set[str]] = {}
        for code in named:
            if (condition and not condition.holds(code)) or (digits and not digits.holds(level_of(code))):
                continue
            if code == TOTAL:
                yield Way()
            elif id == "COMMODITY" and code.isdigit():
                single.setdefault(len(code), set()).add(code)
            elif self._alone(dimension, own[code]):
                single.setdefault(None, set()).add(own[code])
            else:
                yield Way(own[code])
        for size, some in single.items():
            yield Way(cut=Cut(dimension, frozenset(some), size))

    def _every(self, dimension: str, condition: Condition | None) -> Iterator[Way]:
        """The ways of a wildcard: each single code, goods by as many digits as are asked for."""
        digits = self._digits() if dimension == "commodity" else None
        if digits is not None and digits.holds("TOTAL") and (condition is None or condition.holds(TOTAL)):
            yield Way()
        if digits is not None and digits.holds("GROUP") and isinstance(self._cube, TableCube):
            groups = own_codes(dimension).items()
            some = frozenset(code for id, code in groups if condition is None or condition.holds(id))
            yield Way(cut=Cut(dimension, some))
        for size in self._sizes(digits):
            if condition is None:
                if self._broken_down(dimension):
                    yield Way(cut=Cut(dimension, None, size))
                elif size is None:
                    yield Way()
                continue
            there = self._there(dimension, size)
            some = frozenset(code for code in there if condition.holds(identifier(code)))
            if some:
                yield Way(cut=Cut(dimension, some, size))

    def _digits(self) -> Condition | None:
        return self._conditions.get("COMMODITY_LEVEL")

    @staticmethod
    def _sizes(digits: Condition | None) -> list[int | None]:
        return [None] if digits is None else [size for size in (2, 4, 6, 8) if digits.holds(f"HS{size}")]

    @staticmethod
    def _alone(dimension: str, code: str) -> bool:
        """Whether a code stands for itself alone."""
        return dimension != "commodity" and code in codes.single(dimension) and code not in _groups(dimension)

    def _broken_down(self, dimension: str) -> bool:
        return not isinstance(self._cube, CellCube) or self._cube.broken_down(dimension)

    def _there(self, dimension: str, digits: int | None) -> frozenset[str]:
        """The codes that a condition is tried on: those of goods that are there, else those of the list."""
        if dimension != "commodity":
            return codes.single(dimension)
        table = isinstance(self._cube, TableCube)
        goods = goods_of(self._cube)
        if digits is None:
            return goods | frozenset(own_codes(dimension).values()) if table else goods
        return frozenset(code[:digits] for code in goods if len(code) >= digits)

    def listed(self, id: str) -> frozenset[str]:
        """The codes that a condition on a dimension is tried on."""
        if id in PARTS:
            return frozenset(identifier(code) for code in self._there(id.lower(), None))
        fixed = {"FREQ": self.frequencies, "REPORTER": self.reporters, "FLOW": self.flows}
        return frozenset(fixed.get(id, self.measures)())

    def check(self, key: Key) -> None:
        """Raises Problem (422) for a code of no list."""
        for id, place in zip(IDS, key, strict=True):
            self._check(id, place.codes)

    def _check(self, id: str, named: Sequence[str]) -> None:
        """Raises Problem (422) for a code of no list."""
        known = self._catalogue.codes[_LISTS[id]]
        for code in named:
            if code not in known:
                dimension = {"REPORTER": "partner"}.get(id, id.lower())
                near = nearest(dimension, code) if id in (*PARTS, "REPORTER") else None
                meant = f"; did you mean {identifier(near)}?" if near else ""
                raise Problem(422, f"{id}: {code[:60]!r} is no code of the code list {_LISTS[id]}{meant}")

    def frequencies(self) -> tuple[str, ...]:
        """The frequencies that the source has, the finest first."""
        if isinstance(self._cube, CellCube):
            return tuple(one for one in FREQUENCIES if self.periods(one))
        return tuple(one for one in FREQUENCIES if self._any(one))

    def _any(self, frequency: str) -> bool:
        """Whether a table has any figure of a frequency, among its first keys."""
        assert isinstance(self._cube, TableCube)
        spans = self.periods(frequency)
        for measure in self.measures():
            cube, what = self.statistics(measure)
            assert isinstance(cube, TableCube)
            for key in list(cube.keys(what))[:_SAMPLE]:
                rest = (key[0], *key[2:])
                if any(cube.figure(rest, key[1] or "trade", span, what) for span in spans):
                    return True
        return False

    def statistics(self, measure: str) -> tuple[Cube, What]:
        """The statistics that a measure is asked of, and as what."""
        if measure.startswith("VALUE_"):
            return self._cubes[measure.removeprefix("VALUE_")], "value"
        return self._cube, WHATS[measure]

    def periods(self, frequency: str) -> tuple[Period, ...]:
        """The periods of a frequency that are wanted and can be there."""
        cells = isinstance(self._cube, CellCube)
        found = periods(frequency, self._cube.months(), whole=cells)
        condition = self._conditions.get("TIME_PERIOD")
        return found if condition is None else tuple(one for one in found if condition.holds_of(one))

    def reporters(self) -> tuple[str, ...]:
        """Whose trade it is."""
        return tuple(sorted(map(identifier, reporters_of(self._cube))))

    def flows(self) -> tuple[str, ...]:
        """The flows of a wildcard: exports and imports, or whatever a table has."""
        if isinstance(self._cube, CellCube):
            return _TABLE_FLOWS
        there = {key[1] for what in AMOUNTS for key in self._cube.keys(what)}
        sides = tuple(flow for flow in _TABLE_FLOWS if flow in there)
        return sides or tuple(flow for flow in FLOWS if flow in there)

    def measures(self) -> tuple[str, ...]:
        """The measures of a wildcard: what can be added up."""
        values = tuple(f"VALUE_{currency}" for currency in sorted(self._cubes))
        if isinstance(self._cube, CellCube):
            return (*values, *(code for code, what in WHATS.items() if what in ADDED))
        there = (code for code, what in WHATS.items() if next(iter(self._cube.keys(what)), None))
        return (*values, *there)

    def all_measures(self) -> tuple[str, ...]:
        """The same, and those that only can be asked for by their code."""
        apart = tuple(code for code in WHATS if isinstance(self._cube, CellCube) and WHATS[code] not in ADDED)
        return (*self.measures(), *apart)
