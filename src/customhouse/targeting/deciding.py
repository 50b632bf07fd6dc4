"""From what is known of declarations to their lanes: arrays in, arrays out, the same for the same seed.

For each office and day (or what a policy pools of them), in this order:

 1. Draws. Of all declarations, before anything else is looked at, stratum by stratum.
 2. Targets, whatever was drawn: rules by precedence, the most uncertain, the model's highest scores, as many
    as the budget has room for beside the draws that are expected. What they find stands for itself, and
    what the draws find stands for all others.
 3. The rest. Inspections that are left over, fractions rounded by chance, go on in the order of 2 among what
    is not inspected yet.
 4. Documents. Rules by precedence (also those whose choice had no room among the inspections), then scores.

A budget is never passed, but by rules that may do so, by draws that the least probability asks for, and by
one inspection where a day is decided in parts. Each part then has its share of the day's, and carries on with
the fractions that the parts before it left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting.cells import Case, Cells
from customhouse.targeting.chance import Chance, rounded, turns
from customhouse.targeting.drawing import draw
from customhouse.targeting.selection import (
    EXPLORATION,
    GREEN,
    MODEL,
    NONE,
    RANDOM,
    RED,
    RULE,
    YELLOW,
    Selection,
    Stratum,
)

if TYPE_CHECKING:
    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.history import Flags, Floats, Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """What each declaration would be chosen for, were there room: by which rule (-1), model, exploration.

    `beyond` and `looked`: a rule has it inspected, or its documents looked at, whatever the budget.
    """

    inspect: Whole
    documents: Whole
    beyond: Flags
    looked: Flags
    model: Flags
    explore: Flags


def decide(case: Case, policy: Policy, seed: int) -> Selection:
    """The lanes of declarations, at least one. Raises TargetingError for an office without a budget."""
    import numpy as np

    cells = Cells.build(case, policy)
    chance = Chance.of(seed, _names(case))
    draws = _drawn(case, cells, policy, chance)
    drawn, strata = draws.chosen, draws.strata
    begun, room = (
        np.maximum(amount - drawn, 0.0)
        for amount, drawn in ((cells.inspect_before, cells.draws_before),
                              (cells.inspect, cells.draws_before + draws.expected))
    )  # fmt: skip
    desk = _Desk.build(case, cells, policy, chance)
    none = np.zeros(len(case.day), np.int64)
    target = desk.inspect(none, rounded(room, 0.0) - rounded(begun, 0.0), "target")
    turn = desk.turn("otherwise")
    otherwise = desk.lanes(target, rounded(room, turn) - rounded(begun, turn))
    # Rounded by the same turn as the draws were, so that draws and targets never exceed it together.
    left = rounded(cells.inspect, desk.turn("inspect")) - cells.inspections_before
    basis = desk.inspect(np.where(drawn, RANDOM, target), left, "rest")
    papers = desk.look(basis)
    lane = np.where(basis != NONE, RED, np.where(papers != NONE, YELLOW, GREEN))
    by = np.where(drawn, target, basis)
    rule = np.where(by == RULE, desk.chosen.inspect, np.where(papers == RULE, desk.papered, -1))
    return Selection(
        case.declaration_id, case.line, case.day, case.office, lane, np.where(basis != NONE, basis, papers),
        rule, case.trusted, case.suspended, case.new, case.score, case.unsure, draws.probability, drawn,
        strata.of, target != NONE, otherwise, case.holds, strata.named, case.rules, policy, seed,
        case.before,
    )  # fmt: skip


def _names(case: Case) -> Any:
    pairs = zip(case.declaration_id.tolist(), case.line.tolist(), strict=True)
    return (f"{declaration}\0{line}" for declaration, line in pairs)


@dataclass(frozen=True, slots=True, eq=False)
class _Strata:
    of: Whole
    named: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    """Which are drawn, with what probability, how many are expected of each cell, and the strata."""

    chosen: Flags
    probability: Floats
    expected: Floats
    strata: _Strata


def _drawn(case: Case, cells: Cells, policy: Policy, chance: Chance) -> _Draws:
    """The draws, made of all declarations. Sums are over strata, so that no order of rows shows in them."""
    import numpy as np

    group = case.trusted * 2 + case.new
    stratum = cells.of * 4 + group
    sizes = np.bincount(stratum, minlength=4 * len(cells.size)).reshape(-1, 4)
    relative = np.array([1.0, policy.newcomers, policy.trusted, policy.trusted * policy.newcomers])
    mine = np.maximum(cells.inspect - cells.inspect_before, 0.0)
    base = policy.random * mine / (sizes * relative).sum(axis=1)
    each = np.clip(base[:, None] * relative, policy.least, 1.0)
    expected = each * sizes
    running: Any = np.cumsum(np.hstack([cells.draws_before[:, None], expected]), axis=1)
    turn = turns(chance.seed, "inspect", cells.office, cells.period)
    whole = rounded(running, turn[:, None])
    counts = dict(enumerate((whole[:, 1:] - whole[:, :-1]).ravel().tolist()))
    found = draw(stratum, counts, chance.seed % 2**63, keys=chance.uniform("draw"))
    offices, office = np.unique(np.array(cells.office), return_inverse=True)
    numbers, of = np.unique(office[cells.of] * 4 + group, return_inverse=True)
    named = (Stratum(str(offices[one // 4]), one % 4 >= 2, one % 2 == 1) for one in numbers.tolist())
    strata = _Strata(of.astype(np.int64), tuple(named))
    return _Draws(found.chosen, each.ravel()[stratum], expected.sum(axis=1), strata)


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """What inspections are given out by; `papered` is the rule by which documents are looked at."""

    cells: Cells
    chosen: _Chosen
    papered: Whole
    explored: float
    seed: int
    by_rule: Whole
    by_paper: Whole
    by_score: Whole
    by_unsure: Whole

    @classmethod
    def build(cls, case: Case, cells: Cells, policy: Policy, chance: Chance) -> _Desk:
        import numpy as np

        chosen = _choices(case, policy, chance)
        ranks = np.stack([chosen.inspect, chosen.documents])
        papered = np.where(ranks < 0, len(case.rules), ranks).min(axis=0)
        papered = np.where(papered == len(case.rules), -1, papered)
        tie, score = chance.uniform("tie"), -case.score
        unsure = bool(np.isfinite(case.unsure).all())
        part = policy.explore / (1 - policy.random) if unsure and policy.random < 1 else 0.0
        by_score = np.lexsort((tie, score, cells.of))
        return cls(
            cells, chosen, papered, min(part, 1.0), chance.seed,
            np.lexsort((tie, score, chosen.inspect, cells.of)) if case.rules else by_score,
            np.lexsort((tie, score, papered, cells.of)) if case.rules else by_score,
            by_score, np.lexsort((tie, -case.unsure, cells.of)) if unsure else by_score,
        )  # fmt: skip

    def turn(self, purpose: str) -> Floats:
        """The number by which the fractions of each office and day are rounded."""
        return turns(self.seed, purpose, self.cells.office, self.cells.period)

    def inspect(self, basis: Whole, budget: Whole, purpose: str) -> Whole:
        """The basis of each inspection, begun with some and carried on up to the budgets."""
        import numpy as np

        found = basis.copy()
        found[self.chosen.beyond & (found == NONE)] = RULE
        self._take(found, RULE, self.by_rule, self.chosen.inspect >= 0, self._left(found, budget))
        left = self._left(found, budget)
        if self.explored:
            share = np.asarray(left * self.explored, dtype=np.float64)
            tries = np.minimum(rounded(share, self.turn(f"explore {purpose}")), left)
            self._take(found, EXPLORATION, self.by_unsure, self.chosen.explore, tries)
            left = self._left(found, budget)
        self._take(found, MODEL, self.by_score, self.chosen.model, left)
        return found

    def look(self, inspected: Whole) -> Whole:
        """The basis on which documents are looked at, of what is not inspected."""
        import numpy as np

        found = inspected.copy()
        whole = rounded(self.cells.documents, self.turn("documents")) - self.cells.documents_before
        budget = np.maximum(whole, 0) + self._count(inspected)
        found[self.chosen.looked & (found == NONE)] = RULE
        self._take(found, RULE, self.by_paper, self.papered >= 0, self._left(found, budget))
        self._take(found, MODEL, self.by_score, self.chosen.model, self._left(found, budget))
        return np.where(inspected != NONE, NONE, found)

    def lanes(self, target: Whole, budget: Whole) -> Whole:
        """The lanes as they would be, had nothing been drawn."""
        import numpy as np

        red = self.inspect(target, budget, "otherwise")
        return np.where(red != NONE, RED, np.where(self.look(red) != NONE, YELLOW, GREEN))

    def _count(self, found: Whole) -> Whole:
        import numpy as np

        counts: Any = np.bincount(self.cells.of[found != NONE], minlength=len(self.cells.size))
        return np.asarray(counts)

    def _left(self, found: Whole, budget: Whole) -> Whole:
        import numpy as np

        left: Whole = np.maximum(budget - self._count(found), 0)
        return left

    def _take(self, found: Whole, basis: int, order: Whole, may: Flags, wanted: Whole) -> None:
        """Give a basis to the first so many of each office and day, in an order, that may have it."""
        import numpy as np

        rows = order[(may & (found == NONE))[order]]
        cell = self.cells.of[rows]
        counts = np.bincount(cell, minlength=len(wanted))
        place = np.arange(len(rows)) - (np.cumsum(counts) - counts)[cell]
        found[rows[place < wanted[cell]]] = basis


def _choices(case: Case, policy: Policy, chance: Chance) -> _Chosen:
    """What rules choose, each its share by chance, and what they and trust leave open to the model."""
    import numpy as np

    size = len(case.day)
    open_ = np.ones(size, bool)
    inspect, documents = np.full(size, -1), np.full(size, -1)
    beyond, looked = np.zeros(size, bool), np.zeros(size, bool)
    for place, (rule, holds) in enumerate(zip(case.rules, case.holds, strict=True)):
        may = holds & open_ & (rule.trusted | (rule.lane == "release") | ~case.trusted)
        may &= chance.uniform(f"rule {rule.name}") < rule.share if rule.share < 1 else True
        if rule.lane == "release":
            open_ &= ~may
            continue
        chosen, always = (inspect, beyond) if rule.lane == "inspection" else (documents, looked)
        chosen[may & (chosen < 0)] = place
        always |= may & rule.beyond_budget
    least = np.inf if policy.trusted_above is None else policy.trusted_above
    model = open_ & (~case.trusted | (case.score >= least))
    if policy.model_above is not None:
        model &= case.score >= policy.model_above
    return _Chosen(inspect, documents, beyond, looked, model, open_ & ~case.trusted)
