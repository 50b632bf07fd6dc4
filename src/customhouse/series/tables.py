"""What the tables of a store say of a figure, period by period and vintage by vintage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from customhouse.cube import CellCube, Concepts, TableCube, of_vintages
from customhouse.engine import Engine
from customhouse.measures import Missing, measure
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.series.model import Computed
from customhouse.series.wanted import RATES, TERMED, Wanted, steps
from customhouse.store import Store, Vintage


@dataclass(frozen=True, slots=True)
class Shelf:
    """The vintages of one source of figures in a store, oldest first, and how they are opened."""

    store: Store
    engine: Engine
    source: str
    vintages: tuple[Vintage, ...]
    currency: str | None = None
    concepts: Concepts | None = None

    @property
    def reporter(self) -> str:
        """Whose trade its figures are."""
        return self.open(len(self.vintages)).reporter

    def open(self, upto: int) -> CellCube | TableCube:
        """The statistics as the first `upto` vintages have them."""
        return of_vintages(self.store, self.engine, self.vintages[:upto], self.currency, self.concepts)


def shelves(
    store: Store, engine: Engine, as_of: date | None = None, source: str | None = None,
    currency: str | None = None, concepts: Concepts | None = None,
) -> list[Shelf]:
    """One shelf for each source of figures known on a day, or for the one that is named."""
    by_source: dict[str, list[Vintage]] = {}
    for vintage in store.vintages(as_of):
        if vintage.months() and source in (None, vintage.source):
            by_source.setdefault(vintage.source, []).append(vintage)
    return [
        Shelf(store, engine, name, tuple(found), currency,
              concepts if found[-1].kind == "declarations" else None)
        for name, found in by_source.items()
    ]


def periods_of(shelf: Shelf, axis: str) -> list[Period]:
    """The whole periods of a frequency that the months of a source span."""
    months = shelf.open(len(shelf.vintages)).months()
    return steps(months[0], months[-1], axis) if months else []


def computed(shelf: Shelf, wanted: Wanted, unit: str | None, periods: Sequence[Period]) -> list[Computed]:
    """The figure of each period from the vintage on that has it first, and from each that changed it.

    A cube is opened for the vintages that revise months and for the last one, not for each load.
    """
    kept: dict[Period, list[Computed]] = {period: [] for period in periods}
    for upto, touched in _moments(shelf.vintages):
        cube = shelf.open(upto)
        if unit and wanted.ask.measure == "value" and unit != cube.currency:
            return []
        for period in periods:
            if touched is None or not touched.isdisjoint(_months(wanted, period)):
                _note(kept[period], _found(cube, wanted, unit, period), shelf, upto, wanted)
    return [
        one if one is found[-1] else _earlier(one)
        for found in kept.values() for one in found
    ]


def _moments(vintages: Sequence[Vintage]) -> Iterator[tuple[int, frozenset[int] | None]]:
    """After how many vintages to look, and at which months (None: at all): round each that revises."""
    seen: set[int] = set()
    for n, vintage in enumerate(vintages):
        again = frozenset(vintage.months()) & seen
        if again:
            yield n, again
            if n + 1 < len(vintages):
                yield n + 1, again
        seen.update(vintage.months())
    yield len(vintages), None


def _months(wanted: Wanted, period: Period) -> range | set[int]:
    """The months that a figure of a period comes from, its base included."""
    months = set(range(period.first, period.last + 1))
    if wanted.ask.measure in RATES:
        base = period.previous() if wanted.previous else period.year_earlier()
        months.update(range(base.first, base.last + 1))
    return months


def _found(cube: CellCube | TableCube, wanted: Wanted, unit: str | None, period: Period) -> Claim | None:
    level = unit if wanted.ask.measure not in RATES else None
    found = measure(wanted.request(period, level), cube)
    if isinstance(found, Missing):
        return None
    return replace(found, terms=cube.currency) if wanted.ask.measure in TERMED else found


def _note(found: list[Computed], claim: Claim | None, shelf: Shelf, upto: int, wanted: Wanted) -> None:
    """Keep a figure where it differs from the one before."""
    if claim is None or claim.period is None or (found and _same(found[-1].claim, claim)):
        return
    months = _months(wanted, claim.period)
    touching = [v for v in shelf.vintages[:upto] if not months_of(v).isdisjoint(months)]
    vintage = touching[-1] if touching else shelf.vintages[upto - 1]
    found.append(Computed(claim, shelf.source, vintage.number, vintage.known_on))


def months_of(vintage: Vintage) -> frozenset[int]:
    """The months that a vintage has figures of."""
    return frozenset(vintage.months())


def _same(one: Claim, other: Claim) -> bool:
    return (one.value, one.unit, one.interval()) == (other.value, other.unit, other.interval())


def _earlier(one: Computed) -> Computed:
    return Computed(one.claim, one.source, one.vintage, one.known_on, latest=False)
