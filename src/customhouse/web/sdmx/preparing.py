"""What a query needs of the store before anything is sent: worked out in the thread of the statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta

from customhouse.cube import CellCube
from customhouse.cube import sources as sources_of
from customhouse.desk import Desk
from customhouse.engine import Engine
from customhouse.store import Vintage
from customhouse.web.problems import Problem
from customhouse.web.sdmx.answering import Series, Statistics, answer
from customhouse.web.sdmx.asking import AvailabilityQuery, DataQuery, Which
from customhouse.web.sdmx.availability import Availability, only_used
from customhouse.web.sdmx.catalogue import Catalogue, catalogue
from customhouse.web.sdmx.changes import Side, changed
from customhouse.web.sdmx.message import DataSet
from customhouse.web.sdmx.model import Artefacts, Dataflow
from customhouse.web.sdmx.planning import Cube, Plan, plan
from customhouse.web.sdmx.selecting import StructureQuery, narrowed, select

MOST_VERSIONS = 24
"""Versions of the statistics that one answer compares."""
_DAY = timedelta(days=1)
_ALONG = ("codelist", "conceptscheme", "datastructure", "dataflow")


class Known:
    """The catalogue of the store, made anew when a load has come in."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None

    def of(self, desk: Desk, state: str) -> Catalogue:
        """The catalogue of a state of the store."""
        if self._catalogue is None or self._catalogue.state != state:
            self._catalogue = catalogue(desk, state)
        return self._catalogue


@dataclass(frozen=True, slots=True)
class Version:
    """The statistics as they were from one day on, until another; none before the first."""

    statistics: Statistics
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query for data, ready to be answered out of the engine."""

    catalogue: Catalogue
    dataflow: Dataflow
    query: DataQuery
    plan: Plan
    versions: tuple[Version, ...]
    engine: Engine

    def datasets(self) -> Iterator[DataSet]:
        """The data sets of the answer, each a stream of series that is to be read before the next."""
        if not self.query.history and self.query.which.updated_after is None:
            yield DataSet("Information", self._all(self.versions[-1]))
            return
        for before, now in zip(self.versions, self.versions[1:], strict=False):
            told = now.valid_from if self.query.history else None
            yield DataSet("Replace", self._between(before, now, "Replace"), valid_from=told)
            gone = self._between(before, now, "Delete")
            first = next(gone, None)
            if first is not None:
                yield DataSet("Delete", _after(first, gone), valid_to=told)

    def _all(self, version: Version) -> Iterator[Series]:
        which = self.query.which
        with self.engine.aside() as engine:
            yield from answer(self.plan, version.statistics, engine, which.conditions, self.query.bounds)

    def _between(self, before: Version, now: Version, side: Side) -> Iterator[Series]:
        with ExitStack() as stack:
            engines = (stack.enter_context(self.engine.aside()), stack.enter_context(self.engine.aside()))
            yield from changed(self.plan, before.statistics, now.statistics, engines, side)


def _after(first: Series, rest: Iterator[Series]) -> Iterator[Series]:
    yield first
    yield from rest


def prepare(desk: Desk, known: Known, state: str, query: DataQuery) -> Prepared:
    """Everything but the figures. Raises Problem (404, 413, 422), QueryError."""
    found, which = known.of(desk, state), query.which
    flow = _one(found, which)
    if which.as_of is None and which.updated_after is None and not query.history:
        versions = [Version(_opened(desk, flow, None, which))]
    else:
        versions = _versions(desk, flow, query)
    cubes = versions[-1].statistics.cubes
    planned = plan(found, cubes, which.keys, which.conditions)
    if which.updated_after is not None:
        planned = _touched(desk, flow, which, planned)
    return Prepared(found, flow, query, planned, tuple(versions), desk.engine)


def _one(found: Catalogue, which: Which) -> Dataflow:
    """The dataflow of a query. Raises Problem (404, 501)."""
    ids = which.dataflows or tuple(flow.id for flow in found.dataflows)
    if not ids:
        raise Problem(404, "There are no figures in the store yet.")
    flows = [found.dataflow(id) for id in ids]
    if len(flows) > 1:
        raise Problem(501, f"dataflow: name one of {', '.join(ids)}; several at once are not answered here")
    return flows[0]


def _vintages(desk: Desk, flow: Dataflow, as_of: date | None) -> list[Vintage]:
    return [v for v in desk.vintages(as_of) if v.source == flow.source and v.months()]


def _versions(desk: Desk, flow: Dataflow, query: DataQuery) -> list[Version]:
    """The statistics as of the days that are compared, the earliest first."""
    which = query.which
    there = _vintages(desk, flow, which.as_of)
    if not there:
        first = _vintages(desk, flow, None)[0].known_on
        raise Problem(404, f"asOf: nothing of {flow.id} was known then; its first figures are of {first}")
    nothing = Version(Statistics({}))
    if query.history:
        days = sorted({v.known_on for v in there})
        if len(days) > MOST_VERSIONS:
            raise Problem(413, f"includeHistory: {len(days)} versions; ask for days with asOf instead")
        return [nothing, *(Version(_opened(desk, flow, day, which), day) for day in days)]
    now = Version(_opened(desk, flow, which.as_of, which))
    if which.updated_after is None:
        return [now]
    day = which.updated_after - _DAY
    before = Version(_opened(desk, flow, day, which)) if _vintages(desk, flow, day) else nothing
    return [before, now]


def _opened(desk: Desk, flow: Dataflow, as_of: date | None, which: Which) -> Statistics:
    """The statistics of a source in each of its currencies, the usual one first."""
    concepts = which.concepts if which.concepts != type(which.concepts)() else None
    usual = desk.statistics(as_of, flow.source, None, concepts)
    if isinstance(usual, CellCube):
        usual.goods  # noqa: B018 - looked up here once, by the thread whose engine it is
    cubes: dict[str, Cube] = {usual.currency: usual}
    for currency in sorted(usual.currencies - {usual.currency}):
        cubes[currency] = desk.statistics(as_of, flow.source, currency, concepts)
    return Statistics(cubes)


def _touched(desk: Desk, flow: Dataflow, which: Which, planned: Plan) -> Plan:
    """The steps with the periods alone that a later load had anything of."""
    assert which.updated_after is not None
    later = [v for v in _vintages(desk, flow, which.as_of) if v.known_on >= which.updated_after]
    months = frozenset(month for vintage in later for month in vintage.months())
    steps = (
        replace(step, periods=tuple(
            span for span in step.periods if not months.isdisjoint(range(span.first, span.last + 1))
        ))
        for step in planned.steps
    )  # fmt: skip
    return replace(planned, steps=tuple(step for step in steps if step.periods))


def structures(desk: Desk, known: Known, state: str, query: StructureQuery) -> Artefacts:
    """The structures of a query. Raises Problem (404)."""
    return select(known.of(desk, state), query)


def available(desk: Desk, known: Known, state: str, query: AvailabilityQuery) -> Artefacts:
    """What there is under a query, with the structures that come along. Raises Problem (404, 422)."""
    found, which = known.of(desk, state), query.which
    flow = _one(found, which)
    if which.as_of is not None and flow.source not in sources_of(desk.store, which.as_of):
        raise Problem(404, f"asOf: {flow.id} has nothing that was known then")
    statistics = _opened(desk, flow, which.as_of, which)
    searched = Availability(found, statistics.cubes, which.conditions)
    region = searched.region(flow, which.keys, query.components, query.lifted)
    kinds = set(_ALONG) if "all" in query.references else set(query.references)
    used = only_used(found, region)
    schemes = [
        narrowed(one, used[id]) if id in used else one for id, one in found.codelists.items()
    ] if "codelist" in kinds else []
    schemes += [found.concepts] if "conceptscheme" in kinds else []
    shapes = (found.structure,) if "datastructure" in kinds else ()
    return Artefacts(tuple(schemes), shapes, (flow,) if "dataflow" in kinds else (), (region,))
