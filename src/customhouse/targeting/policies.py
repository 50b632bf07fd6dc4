"""Ways of targeting that are compared over time: who ranks, when it learns again, and how it explores.

Tries of what is not known are ranked by the scale of what is at stake, `recovered ** weight`, times

    unseen       the standard deviation of the probability of fraud: most for new traders and new goods
    optimism     the probability and twice its standard deviation, an upper confidence bound (Auer,
                 Cesa-Bianchi and Fischer, Machine Learning 47, 2002)
    thompson     a probability drawn from its posterior (Thompson, Biometrika 25, 1933)
    margin       p (1 - p), near to where the model cannot decide (Lewis and Gale, SIGIR 1994)
    random       nothing: they are drawn by chance

and of each trader only the highest declaration of a period is tried, so that a batch asks different
questions. Kim and others (Active Learning for Human-in-the-Loop Customs Inspection, arXiv:2010.14282) set
such tries beside what is likely fraud, and found a share of them to pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from customhouse.errors import TargetingError
from customhouse.targeting.features import PRIOR, STRENGTH
from customhouse.targeting.profiles import smoothed

if TYPE_CHECKING:
    import numpy as np

    from customhouse.targeting.estimator import Scores
    from customhouse.targeting.history import Flags, Floats, Whole

Rank = Literal["random", "trader", "duty", "model"]
Retrain = Literal["never", "profiles", "calendar", "alarm"]
Tries = Literal["unseen", "optimism", "thompson", "margin", "random"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of targeting.

    `rank` is by whom: chance, the trader's smoothed rate of fraud, the declared duty, or the model with
    `weight` from 0 (most fraud) to 1 (most revenue). `retrain` is when the model learns again: by the
    calendar, at an alarm, not at all but for its profiles, which take in what becomes known, or never: it
    stays as it was learnt, with all that it knew of declarations and outcomes. `random` is the share of the
    budget drawn at random before anything is targeted, `explore` that of `tries`. `trusted` is the random
    rate of accredited traders (column `aeo`) over that of others, who are then never targeted; None: they are
    treated like all others. Raises TargetingError.
    """

    name: str
    rank: Rank = "model"
    retrain: Retrain = "calendar"
    weight: float = 0.5
    random: float = 0.1
    explore: float = 0.0
    tries: Tries = "thompson"
    trusted: float | None = None

    def __post_init__(self) -> None:
        for told, kinds in ((self.rank, Rank), (self.retrain, Retrain), (self.tries, Tries)):
            if told not in get_args(kinds):
                raise TargetingError(f"{self.name}: {told!r} is none of {', '.join(get_args(kinds))}")
        if not 0 <= self.weight <= 1 or self.random < 0 or self.explore < 0 or self.random + self.explore > 1:
            raise TargetingError(
                f"{self.name}: weight, and random and explore together, lie between 0 and 1"
            )


def by_trader(trader: Whole, inspected: Flags, fraud: Flags, asked: Whole) -> Floats:
    """The smoothed rate of fraud of traders (numbers from 0) from what is known, as officers keep in mind."""
    import numpy as np

    size = int(max(trader.max(initial=0), asked.max(initial=0))) + 1
    count, found = (np.bincount(trader[one], minlength=size) for one in (inspected, inspected & fraud))
    return smoothed(found, count, PRIOR, STRENGTH)[asked]


def tried(
    way: Way, scores: Scores | None, trader: Whole, random: np.random.Generator
) -> Floats:
    """What tries are ranked by, a number a declaration; below 0 for further ones of a trader.

    Without a model yet all are tried alike.
    """
    import numpy as np

    size = len(trader)
    if scores is None or way.tries == "random":
        return random.random(size)
    worth = np.maximum(_doubt(way, scores, random), 1e-12) * scores.recovered**way.weight
    order = np.argsort(-worth, kind="stable")
    _, first = np.unique(trader[order], return_index=True)
    further = np.ones(size, bool)
    further[order[first]] = False
    found: Floats = np.where(further, -1 / worth, worth)
    return found


def _doubt(way: Way, scores: Scores, random: np.random.Generator) -> Any:
    import numpy as np

    p, unsure = scores.probability, scores.unsure
    if way.tries == "unseen":
        return unsure
    if way.tries == "optimism":
        return np.minimum(1.0, p + 2 * unsure)
    if way.tries == "margin":
        return p * (1 - p)
    cases = np.maximum(p * (1 - p) / np.maximum(unsure, 1e-6) ** 2 - 1, 0.1)  # of the beta of that spread
    return random.beta(np.maximum(p * cases, 1e-3), np.maximum((1 - p) * cases, 1e-3))
