"""How one way of targeting ranks declarations as it learns, and what it inspects of a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting.labels import FEWEST
from customhouse.targeting.listing import date_of
from customhouse.targeting.policies import by_trader, tried
from customhouse.targeting.selection import EXPLORATION, MODEL, RANDOM

if TYPE_CHECKING:
    import numpy as np

    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.estimator import Scores, Targeting
    from customhouse.targeting.history import Flags, Floats, Whole
    from customhouse.targeting.loop import Loop
    from customhouse.targeting.office import Office, World
    from customhouse.targeting.policies import Way
    from customhouse.targeting.selection import Selection
    from customhouse.targeting.stream import Outcomes

__all__ = ["EXPLORATION", "MODEL", "RANDOM", "Chosen", "Ranker"]
_ALL = "all"
_NEVER = 1e-9
"""The least probability of a draw for a way that draws nothing at random."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is inspected of a period, and why: arrays with an entry for each of its declarations."""

    inspected: Flags
    basis: Whole
    probability: Floats
    drawn: Flags
    selection: Selection | None = None


class Ranker:
    """One way of targeting at work: its model where it has one, and the days on which that was learnt."""

    def __init__(self, way: Way, loop: Loop, world: World, office: Office) -> None:
        self._way, self._loop, self._world, self._office = way, loop, world, office
        self._model: Targeting | None = None
        self._past: Outcomes | None = None
        self.learnt: list[int] = []

    def learn(self, today: int, upto: int, alarmed: bool) -> None:
        """Learn from what is known of the first `upto` declarations, where it is time to."""
        if self._way.rank != "model" or self._model is not None and self._way.retrain == "never":
            return
        fraud, revenue = self._office.outcomes(today, upto)
        frauds, count = int((fraud == 1).sum()), int((fraud >= 0).sum())
        if count < FEWEST or not 0 < frauds < count:
            return
        if self._way.retrain == "never":
            delay = self._loop.delay_days
            self._model = self._new(delay_days=delay).fit(self._world.frame[:upto], fraud, revenue=revenue)
            self.learnt.append(today)
            return
        self._past = self._world.stream.past(fraud, revenue, self._loop.delay_days)
        if self._model is None or self._due(today, alarmed):
            self._model = self._new().learn(self._past.known(), self._past.fraud, self._past.revenue)
            self.learnt.append(today)

    def choose(self, today: int, rows: slice, number: int) -> Chosen:
        """What to inspect of a period. Chance is of the loop's seed and the period's number."""
        import numpy as np

        from customhouse.targeting.lanes import assign

        random = np.random.default_rng((self._loop.seed, number))
        scores = self._scores(rows)
        ranked = self._ranked(today, rows, scores, random)
        unsure = tried(self._way, scores, self._world.trader[rows], random)
        found = assign(
            self._cell(today, rows), ranked, self._policy(), trusted=self._trusted(rows), unsure=unsure,
            seed=int(np.random.default_rng(self._loop.seed).integers(2**63)),
        )  # fmt: skip
        return Chosen(found.inspected, found.basis, found.probability, found.drawn, found)

    def _policy(self) -> Policy:
        from customhouse.targeting.budgets import Policy

        way, least = self._way, self._loop.inspect / 1000
        random, explore = (1.0, 0.0) if way.rank == "random" else (way.random, way.explore)
        return Policy(
            inspect=self._loop.inspect, documents=0.0, random=random, explore=explore,
            trusted=1.0 if way.trusted is None else way.trusted, least=least if random else _NEVER,
        )  # fmt: skip

    def _trusted(self, rows: slice) -> Flags | None:
        return None if self._way.trusted is None else self._world.accredited[rows]

    def _cell(self, today: int, rows: slice) -> Any:
        """The declarations of a period as those of one day, and of one office unless each decides alone."""
        import narwhals as nw

        names = [name for name in ("declaration_id", "line", "office", "trader_id")
                 if name in self._world.frame.columns]  # fmt: skip
        found = self._world.frame[rows].select(names)
        found = found.with_columns(nw.lit(date_of(today)).alias("date"))
        return found if self._loop.by_office else found.with_columns(nw.lit(_ALL).alias("office"))

    def _ranked(self, today: int, rows: slice, scores: Scores | None, random: np.random.Generator) -> Any:
        """What to rank by; chance where a model is not there yet."""
        if self._way.rank == "duty":
            return self._world.duty[rows]
        if self._way.rank == "trader":
            fraud = self._office.outcomes(today, rows.start)[0]
            trader = self._world.trader
            return by_trader(trader[: rows.start], fraud >= 0, fraud == 1, trader[rows])
        return random.random(rows.stop - rows.start) if scores is None else scores.score

    def _due(self, today: int, alarmed: bool) -> bool:
        if self._way.retrain == "alarm":
            return alarmed
        return self._way.retrain == "calendar" and today >= self.learnt[-1] + self._loop.retrain_days

    def _scores(self, rows: slice) -> Scores | None:
        """What the model says of rows; None as long as too little is known for one."""
        if self._model is None:
            return None
        if self._past is None:
            return self._model.scores(self._world.frame[rows])
        return self._model.scored(self._past.features(rows))

    def _new(self, **more: Any) -> Targeting:
        from customhouse.targeting.estimator import Targeting

        return Targeting(**{**self._loop.model, "weight": self._way.weight, **more})
