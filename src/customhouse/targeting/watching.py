"""What is watched while an office works: charts, period by period as outcomes become known.

    precision     the share of fraud among what was targeted; falls
    revenue       what an inspection of those recovered, in yuan; falls
    rate          the share of fraud among all declarations, from the random lane; falls or rises
    lane_revenue  what a declaration hides, in yuan, from the random lane; falls or rises

The first two say that the model has grown old, the others what there is to find, seen by it or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.targeting.drift import Chart, Drift, Sample, Side
from customhouse.targeting.listing import date_of
from customhouse.targeting.ranking import MODEL

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats
    from customhouse.targeting.loop import Loop
    from customhouse.targeting.office import Office, World

CHARTS: tuple[tuple[str, Side], ...] = (
    ("precision", "falls"), ("revenue", "falls"), ("rate", "falls"), ("rate", "rises"),
    ("lane_revenue", "falls"), ("lane_revenue", "rises"),
)  # fmt: skip
_OF_MODEL = ("precision", "revenue")
_MONEY = ("revenue", "lane_revenue")


@dataclass(frozen=True, slots=True, eq=False)
class Inspections:
    """Declarations of a period: which the model chose, which were drawn and how probably, what they held.

    `fraud` (0 or 1) and `revenue` (yuan) are NaN where nobody knows; those do not count.
    """

    begin: date
    targeted: Any
    drawn: Any
    probability: Floats
    fraud: Floats
    revenue: Floats

    def sample(self, what: str) -> Sample:
        """The sample of one of `CHARTS`."""
        truth: Any = self.revenue if what in _MONEY else self.fraud
        mine = (self.targeted if what in _OF_MODEL else self.drawn) & (truth == truth)
        weights = None if what in _OF_MODEL else 1 / self.probability[mine]
        return Sample.of(self.begin, truth[mine], weights)


def drift_of(charts: Iterable[Chart]) -> Drift:
    """All alarms of charts, in the order of the days that they were raised on."""
    found = (alarm for one in charts for alarm in one.alarms)
    return Drift(tuple(sorted(found, key=lambda one: (one.raised, one.what))))


class Watch:
    """The charts of one way of targeting over its periods."""

    def __init__(self, loop: Loop, world: World, office: Office) -> None:
        self._loop, self._world, self._office = loop, world, office
        self._charts = [Chart(what, side, loop.charting) for what, side in CHARTS]
        self._waiting: list[tuple[int, slice]] = []

    def add(self, begin: int, rows: slice) -> None:
        """A period that was selected from, to be looked at when its outcomes are known."""
        self._waiting.append((begin, rows))

    def alarmed(self, today: int) -> bool:
        """Take in what has become known; whether a chart of what was targeted alarms at that."""
        before = self._count()
        last = today - self._loop.delay_days - self._loop.period_days
        while self._waiting and self._waiting[0][0] <= last:
            begin, rows = self._waiting.pop(0)
            found = self._inspections(begin, rows)
            self._charts = [one.after(found.sample(one.what)) for one in self._charts]
        return self._count() > before

    def drift(self) -> Drift:
        """All alarms so far, in the order of the days that they were raised on."""
        return drift_of(self._charts)

    def _count(self) -> int:
        return sum(len(one.alarms) for one in self._charts if one.what in _OF_MODEL)

    def _inspections(self, begin: int, rows: slice) -> Inspections:
        office, world = self._office, self._world
        return Inspections(
            date_of(begin), office.basis[rows] == MODEL, office.drawn[rows], office.probability[rows],
            world.fraud[rows].astype(float), world.revenue[rows],
        )  # fmt: skip
