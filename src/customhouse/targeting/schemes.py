"""Hidden schemes of simulated fraud: who takes part, from when to when, and what they declare instead.

    undervaluation     part of the value is declared
    misclassification  a code near by with a lower rate of duty is declared, at the true value
    quantity           part of the goods is declared: mass, quantity and value
    origin             an origin with a preference is declared

Schemes appear, change their depth and their goods, and vanish; those who take part do so in some of their
declarations. Kinds as customs describe them: WCO, Compendium of Customs Operational Practices, and World
Bank, Risk-Based Compliance Management Pilot Program (chapters on commercial fraud).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np

    from customhouse.targeting.history import Codes, Flags, Floats, Whole

Kind = Literal["undervaluation", "misclassification", "quantity", "origin"]
YEAR = 365


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme from day `begin` up to day `end` (left out), by `part` of the traders that may take part.

    `rate` of their declarations are fraudulent; `depth` bounds the share of value or goods that is still
    declared; `changes` is the day from which it is `later` instead, on other goods. `fresh`: traders that
    began to trade within the scheme's time, who have no past to be known by. Raises TargetingError.
    """

    name: str
    kind: Kind
    begin: int
    end: int
    part: float
    rate: float
    depth: tuple[float, float] = (0.3, 0.7)
    changes: int | None = None
    later: tuple[float, float] = (0.5, 0.85)
    fresh: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise TargetingError(f"{self.kind!r}: no such scheme; there are {', '.join(get_args(Kind))}")
        if self.begin >= self.end or not 0 < self.part <= 1 or not 0 < self.rate <= 1:
            raise TargetingError(f"{self.name}: a scheme ends after it begins; its parts lie between 0 and 1")
        if any(not 0 < low <= high < 1 for low, high in (self.depth, self.later)):
            raise TargetingError(f"{self.name}: what is still declared lies between 0 and 1, low before high")


USUAL = (
    Scheme("old_undervaluation", "undervaluation", 0, 2 * YEAR, 0.14, 0.45),
    Scheme("old_misclassification", "misclassification", 0, 2 * YEAR, 0.12, 0.4),
    Scheme("quantity", "quantity", 0, 500, 0.1, 0.4),
    Scheme("transshipment", "origin", 120, 2 * YEAR, 0.1, 0.5, changes=420),
    Scheme("new_traders", "undervaluation", 180, 560, 0.5, 0.6, (0.2, 0.5), 400, (0.4, 0.7), fresh=True),
    Scheme("late_quantity", "quantity", 450, 2 * YEAR, 0.12, 0.5, (0.4, 0.7)),
)
"""Two years of schemes: old ones, one that ends, one by new traders from the middle of the first year, and
one that begins when a model that is not trained again has long been fixed."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What schemes do to declarations: the scheme's number, -1 for none, and the share still declared."""

    scheme: Whole
    declared: Floats


def taken(
    schemes: Sequence[Scheme], day: Whole, trader: Codes, chapter: Codes, since: Whole,
    trusted: Flags, random: np.random.Generator,
) -> Taken:  # fmt: skip
    """Which declarations are fraudulent, by which scheme, the earlier of two.

    `day`, `trader` and `chapter` (numbers) of each declaration; `since` the first day of each trader,
    `trusted` whether it is accredited: those take part a tenth as often.
    """
    import numpy as np

    scheme, declared = np.full(len(day), -1), np.ones(len(day))
    for number, one in enumerate(schemes):
        member = random.random(len(since)) < one.part * np.where(trusted, 0.1, 1.0)
        if one.fresh:
            member &= (since >= one.begin) & (since < one.end)
        now = (day >= one.begin) & (day < one.end)
        changed = now & (day >= one.changes) if one.changes is not None else np.zeros(len(day), bool)
        goods = np.where(changed, (chapter + number) % 3 != 0, (chapter + number) % 3 != 1)
        chosen = now & member[trader] & goods & (random.random(len(day)) < one.rate) & (scheme < 0)
        low, high = (np.where(changed, one.later[i], one.depth[i]) for i in (0, 1))
        depth = low + (high - low) * random.random(len(day))
        scheme[chosen], declared[chosen] = number, depth[chosen]
    return Taken(scheme, declared)
