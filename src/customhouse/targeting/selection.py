"""What was decided of each declaration: its lane, why it has it, and how likely it was to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.history import Flags, Floats, Whole

    Texts = NDArray[np.str_]

LANES = ("green", "yellow", "red")
"""Lanes by number: released, documents looked at, goods inspected."""
GREEN, YELLOW, RED = range(3)
BASES = ("none", "model", "rule", "random", "exploration")
"""By number, what put a declaration in its lane."""
NONE, MODEL, RULE, RANDOM, EXPLORATION = range(5)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Declarations of an office (empty: of all, where a policy pools them) by trusted or not and by whether
    the trader is new; drawn from day by day, or from one period of a policy to the next.
    """

    office: str
    trusted: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Chooser:
    """What a selection keeps of a rule: enough to draw its share again."""

    name: str
    share: float
    lane: str
    precedence: int
    trusted: bool = False
    beyond_budget: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """What an office did on a day (since 1970): of so many declarations, the draws that were expected."""

    office: str
    day: int
    declarations: int
    draws: float
    inspections: int
    documents: int


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Arrays with an entry for each declaration (row), in the order of the frame that was given.

    `declaration_id`, `line`, `day` (days since 1970), `office` say which it is. `lane` is a number of
    LANES, `basis` one of BASES; a declaration that was drawn at random has the basis random, whatever
    else would have chosen it. `rule` is the place in `rules` of the rule that chose it, -1 for none;
    `holds` has for each rule of which rows it holds, chosen by it or not.
    `trusted`: an accredited holder within its dates and scope and not suspended; `suspended`: one that
    would be but for a find; `new`: a trader without a past. `score` is what the ranking was by,
    `unsure` what exploration was by (NaN without). `probability` is that of being drawn at random, above
    0 for every declaration, `drawn` whether it was, `stratum` the place in `strata`. `targeted`: it is
    inspected whatever was drawn, so that its outcome stands for itself alone in estimates. `otherwise`:
    the lane it would have had, had nothing been drawn; it does not depend on the draws. `before`: what
    selections that were made earlier of the same days had spent.
    """

    declaration_id: Texts
    line: Texts
    day: Whole
    office: Texts
    lane: Whole
    basis: Whole
    rule: Whole
    trusted: Flags
    suspended: Flags
    new: Flags
    score: Floats
    unsure: Floats
    probability: Floats
    drawn: Flags
    stratum: Whole
    targeted: Flags
    otherwise: Whole
    holds: tuple[Flags, ...]
    strata: tuple[Stratum, ...]
    rules: tuple[Chooser, ...]
    policy: Policy
    seed: int
    before: tuple[Spent, ...] = ()

    def __len__(self) -> int:
        return len(self.lane)

    @property
    def inspected(self) -> Flags:
        """Which declarations are inspected: those in the red lane."""
        found: Flags = self.lane == RED
        return found

    def spent(self) -> tuple[Spent, ...]:
        """What this selection alone spent, by office and day."""
        import numpy as np

        offices, office = np.unique(self.office, return_inverse=True)
        first = int(self.day.min())
        span = int(self.day.max()) - first + 1
        cells, of = np.unique(office.astype(np.int64) * span + self.day - first, return_inverse=True)
        order = np.lexsort((self.probability, of))  # sums in one order, whatever that of the rows
        draws = np.bincount(of[order], weights=self.probability[order])
        counts = (np.bincount(of, weights=one) for one in (self.inspected, self.lane == YELLOW))
        columns = (cells, np.bincount(of), draws, *counts)
        return tuple(
            Spent(str(offices[cell // span]), cell % span + first, size, drawn, *map(int, done))
            for cell, size, drawn, *done in zip(*(one.tolist() for one in columns), strict=True)
        )

    def matched(self, row: int) -> tuple[int, ...]:
        """The places of all rules that hold of a row."""
        return tuple(place for place, holds in enumerate(self.holds) if holds[row])
