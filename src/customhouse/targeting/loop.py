"""The learning loop: an office over months and years, with several ways of targeting side by side.

In the first days a share of declarations is inspected by chance; when those outcomes are known, the loop
begins. In each period declarations arrive, each way selects among them under the budget, and the outcome of
what it inspected is known after the delay: to that way alone, and of the rest nothing ever. The same
declarations, first inspections and chance meet every way, so that differences are between ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.drawing import Draw, Estimate, draw, estimate
from customhouse.targeting.drift import Charting, Drift
from customhouse.targeting.listing import date_of
from customhouse.targeting.office import Office, World
from customhouse.targeting.policies import Way
from customhouse.targeting.ranking import RANDOM, Chosen, Ranker
from customhouse.targeting.watching import Watch

if TYPE_CHECKING:
    from customhouse.targeting.rates import Rates

_DRAWN = 1e-6
"""Less than this is the probability of no draw that was meant."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Settings of a loop.

    `inspect` is the share of declarations inspected, selections are made every `period_days`, outcomes are
    known `delay_days` after the declaration. A share `labels` of the declarations of the first `start_days`
    is inspected by chance; when that is known the loop begins. Ways that learn again by calendar do so
    every `retrain_days`. With `by_office` each office has the budget of its own declarations, else there is
    one for all. `model` has settings of Targeting (its weight is the way's). Raises TargetingError.
    """

    ways: tuple[Way, ...]
    inspect: float = 0.05
    period_days: int = 7
    delay_days: int = 14
    start_days: int = 28
    labels: float = 1.0
    retrain_days: int = 28
    by_office: bool = False
    model: Mapping[str, Any] = field(default_factory=dict)
    charting: Charting = field(default_factory=Charting)
    seed: int = 1

    def __post_init__(self) -> None:
        names = [way.name for way in self.ways]
        if not names or len(set(names)) < len(names):
            raise TargetingError("a loop compares one way at least, each of a name of its own")
        if not 0 < self.inspect < 1 or not 0 < self.labels <= 1:
            raise TargetingError("the shares inspected, and inspected at the start, lie above 0, up to 1")
        if min(self.period_days, self.start_days, self.retrain_days) < 1 or self.delay_days < 0:
            raise TargetingError("periods, start and retraining take a day at least, a delay 0")


@dataclass(frozen=True, slots=True)
class Week:
    """What one way found in one period, and what there was to find.

    `rate` and `revenue` are the rate of fraud and the mean revenue in yuan of all declarations, as the
    random lane estimates them; None where nothing is drawn.
    """

    way: str
    begin: date
    declarations: int
    inspected: int
    frauds: int
    revenue_cny: float
    rate: Estimate | None
    revenue: Estimate | None
    true_frauds: int
    true_revenue_cny: float

    @property
    def precision(self) -> float:
        """The share of fraud among the inspected; NaN where none was."""
        return self.frauds / self.inspected if self.inspected else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The weeks of each way, its drift, and its figures. The loop has the rows from `begun` up to `ended`."""

    loop: Loop
    world: World
    offices: Mapping[str, Office]
    weeks: tuple[Week, ...]
    drift: Mapping[str, Drift]
    learnt: Mapping[str, tuple[date, ...]]
    begun: int
    ended: int

    def of(self, way: str) -> tuple[Week, ...]:
        """The weeks of a way. Raises TargetingError for one that did not run."""
        if way not in self.offices:
            raise TargetingError(f"{way}: no such way; there are {', '.join(self.offices)}")
        return tuple(week for week in self.weeks if week.way == way)

    def precision(self, way: str) -> float:
        """The share of fraud among all that a way inspected."""
        mine = self.of(way)
        return sum(week.frauds for week in mine) / max(1, sum(week.inspected for week in mine))

    def revenue_recall(self, way: str, schemes: Sequence[str] = ()) -> float:
        """The share of all revenue, or of that of some schemes, that a way's inspections recovered."""
        import numpy as np

        self.of(way)
        row = np.arange(len(self.world))
        wanted = (row >= self.begun) & (row < self.ended)
        if schemes:
            wanted &= np.isin(self.world.scheme, list(schemes))
        there = float(self.world.revenue[wanted].sum())
        found = self.world.revenue[wanted & self.offices[way].inspected].sum()
        return float(found) / there if there else float("nan")

    def estimates(self, way: str) -> tuple[Estimate, Estimate]:
        """The rate of fraud and the mean revenue of all declarations of the loop, from the random lane.

        Raises TargetingError for a way that draws nothing at random.
        """
        self.of(way)
        found = _estimates(self.offices[way], slice(self.begun, self.ended), self.world, self.loop.seed)
        if found[0] is None or found[1] is None:
            raise TargetingError(f"{way}: nothing is drawn at random, and so no rate can be estimated")
        return found[0], found[1]

    def rates(self, way: str) -> Rates:
        """The rates of fraud and revenue of all declarations of the loop, by stratum, office and lane too.

        `overall` is from the random lane alone, `combined` has what was targeted beside it, with a smaller
        error. Raises TargetingError as `estimates`.
        """
        import numpy as np

        from customhouse.targeting.rates import estimates

        self.estimates(way)
        office, rows = self.offices[way], slice(self.begun, self.ended)
        known = office.inspected[rows]
        truth = (self.world.fraud[rows], self.world.revenue[rows])
        return estimates(office.selections, *(np.where(known, one, np.nan) for one in truth))

    def truth(self) -> tuple[float, float]:
        """The true rate of fraud and mean revenue of the declarations of the loop."""
        fraud, revenue = (one[self.begun : self.ended] for one in (self.world.fraud, self.world.revenue))
        return float(fraud.mean()), float(revenue.mean())

    def new_schemes(self) -> tuple[str, ...]:
        """The schemes of which nothing was there when the loop began."""
        import numpy as np

        told = np.split(self.world.scheme[: self.ended], [self.begun])
        before, after = (np.unique(part).tolist() for part in told)
        return tuple(name for name in after if name and name not in before)


def run(declarations: Any, loop: Loop) -> Run:
    """Let an office work over declarations with each way of the loop.

    `declarations`: any DataFrame in the schema, in the order of time, with the truth of every row
    (`fraud`, `revenue_cny`, and `scheme` where it is known), which a way is told of what it inspected
    alone. Raises TargetingError.
    """
    world = World.of(declarations)
    periods = _periods(world, loop)
    offices, weeks, drifts, learnt = {}, [], {}, {}
    for way in loop.ways:
        office = Office(world, loop.delay_days)
        _start(world, loop, office)
        ranker, watch = Ranker(way, loop, world, office), Watch(loop, world, office)
        for number, (today, rows) in enumerate(periods):
            ranker.learn(today, rows.start, watch.alarmed(today))
            office.record(rows, ranker.choose(today, rows, number))
            watch.add(today, rows)
            weeks.append(_week(way, world, office, today, rows, loop.seed))
        offices[way.name], drifts[way.name] = office, watch.drift()
        learnt[way.name] = tuple(map(date_of, ranker.learnt))
    return Run(loop, world, offices, tuple(weeks), drifts, learnt, periods[0][1].start, periods[-1][1].stop)


def _periods(world: World, loop: Loop) -> list[tuple[int, slice]]:
    """The first day of each period of the loop, and its rows; a last one that is cut short is left out."""
    import numpy as np

    if not len(world):
        raise TargetingError("no declarations; a loop needs some")
    first = int(world.day[0]) + loop.start_days + loop.delay_days + 1
    days = range(first, int(world.day[-1]) + 2 - loop.period_days, loop.period_days)
    ends = np.searchsorted(world.day, [*days, days.stop if not days else days[-1] + loop.period_days])
    found = [(day, slice(*map(int, ends[i : i + 2]))) for i, day in enumerate(days) if ends[i] < ends[i + 1]]
    if not found:
        raise TargetingError(f"declarations end before the loop begins, {first - int(world.day[0])} days on")
    return found


def _start(world: World, loop: Loop, office: Office) -> None:
    """The first days, of which a share is inspected by chance."""
    import numpy as np

    upto = int(np.searchsorted(world.day, int(world.day[0]) + loop.start_days))
    wanted = max(1, round(upto * loop.labels))
    drawn = draw(np.zeros(upto, np.int64), wanted, loop.seed)
    basis = np.where(drawn.chosen, RANDOM, 0)
    office.record(slice(0, upto), Chosen(drawn.chosen, basis, drawn.probability, drawn.chosen))


def _week(way: Way, world: World, office: Office, today: int, rows: slice, seed: int) -> Week:
    """A period as it is known in the end."""
    there, money, mine = world.fraud[rows], world.revenue[rows], office.inspected[rows]
    rates = _estimates(office, rows, world, seed)
    return Week(
        way.name, date_of(today), len(there), int(mine.sum()), int(there[mine].sum()),
        float(money[mine].sum()), *rates, int(there.sum()), float(money.sum()),
    )  # fmt: skip


def _estimates(
    office: Office, rows: slice, world: World, seed: int
) -> tuple[Estimate | None, Estimate | None]:
    """Rates from the random lane, all strata together; None where nothing is drawn."""
    import numpy as np

    drawn = Draw(office.drawn[rows], office.probability[rows], seed)
    if drawn.probability.min() < _DRAWN or not drawn.chosen.any():
        return None, None
    one = np.zeros(len(drawn.chosen), np.int64)
    return estimate(world.fraud[rows], drawn, one), estimate(world.revenue[rows], drawn, one)
