"""The observations that answer a query, series by series, as a stream out of the cube."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from customhouse.cube import CellCube, TableCube
from customhouse.cube.streamed import SCALE, Found, Wanted, streamed
from customhouse.engine import Engine
from customhouse.period import Period
from customhouse.web.sdmx.codelists import level_of
from customhouse.web.sdmx.keys import Conditions
from customhouse.web.sdmx.model import IDS, OF_OBSERVATION
from customhouse.web.sdmx.planning import Cube, Plan, Step
from customhouse.web.sdmx.times import print_period, whole_months

_UNITS = {"mass": "kg", "lines": "line", "traders": "enterprise"}
_COMMODITY = IDS.index("COMMODITY")


class Observation(NamedTuple):
    """A figure: its period, its value as text, and the attributes of `OF_OBSERVATION` in their order."""

    period: str
    value: str
    attributes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Observations in the order of their periods, under the codes of `IDS`."""

    key: tuple[str, ...]
    observations: tuple[Observation, ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of `OF_SERIES` in their order: amounts are in whole units."""
        return level_of(self.key[_COMMODITY]), "0"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of each series, and of all, is wanted."""

    first: int | None = None
    last: int | None = None
    offset: int = 0
    limit: int | None = None


class Statistics(NamedTuple):
    """The statistics of one source as known on one day, by their currency."""

    cubes: Mapping[str, Cube]

    def of(self, step: Step) -> Cube | None:
        """Those that a step is asked of."""
        return self.cubes.get(step.currency) if step.currency else next(iter(self.cubes.values()), None)


def answer(
    plan: Plan, statistics: Statistics, engine: Engine, conditions: Conditions, bounds: Bounds = Bounds()
) -> Iterator[Series]:
    """The series of a plan, one after the other. `engine` stands aside for them alone."""

    def found() -> Iterator[tuple[tuple[str, ...], Iterable[Observation]]]:
        for step in plan.steps:
            cube = statistics.of(step)
            if cube is not None:
                yield from _of_step(step, cube, engine)

    return limited(_kept(_once(found(), plan.overlapping), conditions), bounds)


def rows_of(step: Step, cube: Cube, engine: Engine) -> tuple[tuple[Period, ...], Iterator[Found]]:
    """The periods of a step that the statistics have whole, and the rows of the step over them."""
    spans = step.periods
    if isinstance(cube, CellCube):
        spans = whole_months(spans, cube.months())
    wanted = Wanted(step.part, step.cuts, spans, step.what)
    return spans, streamed(cube, wanted, engine) if spans else iter(())


def _of_step(
    step: Step, cube: Cube, engine: Engine
) -> Iterator[tuple[tuple[str, ...], Iterable[Observation]]]:
    spans, rows = rows_of(step, cube, engine)
    teller = Teller(step, cube, spans)
    for codes, some in groupby(rows, key=_codes):
        yield step.key(codes), map(teller.observation, some)


_codes = itemgetter(0)


class Teller:
    """Figures of the cube as observations of a step; what many of them share is worked out once."""

    def __init__(self, step: Step, cube: Cube, spans: Sequence[Period]) -> None:
        self._cube, self._spans = cube, spans
        self._scale = SCALE[step.what]
        self._unit = step.currency if step.what == "value" else _UNITS.get(step.what)
        self._texts = [print_period(span) for span in spans]
        self._attributes: dict[tuple[object, ...], tuple[str | None, ...]] = {}

    def observation(self, row: Found) -> Observation:
        """A figure as an observation."""
        _, period, amount, unit, _, step, vintage, implied = row
        alike = (period, unit, step, vintage, implied)
        attributes = self._attributes.get(alike)
        if attributes is None:
            attributes = self._attributes[alike] = self._told(row)
        return Observation(self._texts[period], decimal(amount, self._scale), attributes)

    def _told(self, row: Found) -> tuple[str | None, ...]:
        """The attributes of `OF_OBSERVATION`."""
        if isinstance(self._cube, TableCube):
            vintages = str(row.vintage)
        else:
            vintages = "+".join(map(str, self._cube.vintages_of(self._spans[row.period])))
        step = decimal(row.step, self._scale) if row.step else None
        return self._unit or row.unit or None, "E" if row.implied else "A", vintages, step


def decimal(amount: int, scale: int) -> str:
    """An amount in the smallest units as a decimal number, exact."""
    if scale == 1:
        return str(amount)
    whole, rest = divmod(abs(amount), scale)
    sign = "-" if amount < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    places = 2 if scale == 100 else 3
    return f"{sign}{whole}.{rest:0{places}}".rstrip("0")


def _once(
    found: Iterator[tuple[tuple[str, ...], Iterable[Observation]]], overlapping: bool
) -> Iterator[tuple[tuple[str, ...], Iterable[Observation]]]:
    """Each series once, where steps overlap."""
    if not overlapping:
        yield from found
        return
    seen: set[int] = set()
    for key, observations in found:
        mark = hash(key)
        if mark not in seen:
            seen.add(mark)
            yield key, observations


def _kept(
    found: Iterable[tuple[tuple[str, ...], Iterable[Observation]]], conditions: Conditions
) -> Iterator[Series]:
    """The series with the observations for which the conditions on values and attributes hold."""
    value = conditions.get("OBS_VALUE")
    attributes = [(at, conditions[one.id]) for at, one in enumerate(OF_OBSERVATION) if one.id in conditions]
    for key, observations in found:
        if value is not None or attributes:
            observations = (
                one for one in observations
                if (value is None or value.holds(one.value))
                and all(condition.holds(one.attributes[at]) for at, condition in attributes)
            )  # fmt: skip
        told = tuple(observations)
        if told:
            yield Series(key, told)


def limited(found: Iterator[Series], bounds: Bounds) -> Iterator[Series]:
    """The first or last observations of each series, then a page of all observations."""
    if bounds.first is not None or bounds.last is not None:
        found = (replace(one, observations=_ends(one.observations, bounds)) for one in found)
    if not bounds.offset and bounds.limit is None:
        yield from found
        return
    skipped, left = bounds.offset, bounds.limit
    for one in found:
        told = one.observations[skipped:]
        skipped = max(0, skipped - len(one.observations))
        told = told if left is None else told[:left]
        if told:
            yield replace(one, observations=told)
        if left is not None:
            left -= len(told)
            if left <= 0:
                return


def _ends(told: tuple[Observation, ...], bounds: Bounds) -> tuple[Observation, ...]:
    """The first and the last so many, each once."""
    first = range(min(bounds.first, len(told))) if bounds.first is not None else ()
    last = range(max(0, len(told) - bounds.last), len(told)) if bounds.last is not None else ()
    return tuple(told[at] for at in sorted({*first, *last}))
