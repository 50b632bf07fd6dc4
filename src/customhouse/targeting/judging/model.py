"""What judging a ranking gives: measures with intervals, differences, groups, and what the figures stand on.

Shares and rates go from 0 to 1; NaN where there is nothing to divide by, null in JSON. Amounts are in yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from customhouse.targeting.evaluation import Bin, Curve
    from customhouse.targeting.leakage import Leakage

Basis = Literal["all", "draws", "known", "inspected"]
"""Every declaration was inspected; random draws count, each by one over its probability; all that were
inspected count, each by one over its known probability of inspection; the inspected alone are looked at,
which says nothing of the others."""
OURS, RANDOM, TRADER_RATE, DECLARED_DUTY, LAST_YEAR = RANKINGS = (
    "ours", "random", "trader_rate", "declared_duty", "last_year",
)  # fmt: skip
MEASURES = ("precision", "recall", "revenue_recall")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its interval of 95%."""

    value: float
    low: float
    high: float


NONE = Figure(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Top:
    """What the top `share` of a ranking finds: `inspected` declarations, of `known` of which the outcome is.

    `best_*` is what the best ranking reaches there: that by true fraud for precision and recall, that by
    true revenue for revenue; NaN where outcomes are known in part.
    """

    share: float
    inspected: int
    known: int
    precision: Figure
    recall: Figure
    revenue_recall: Figure
    best_precision: float
    best_recall: float
    best_revenue_recall: float

    def of_best(self, measure: str) -> float:
        """The share of what the best ranking reaches; NaN where that is unknown or nothing."""
        best = float(getattr(self, f"best_{measure}"))
        value: float = getattr(self, measure).value
        return value / best if best > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A ranking: its name (of RANKINGS), the area under its ROC curve, its tops and its gain curve."""

    name: str
    auc: Figure
    tops: tuple[Top, ...]
    curve: Curve


@dataclass(frozen=True, slots=True)
class Difference:
    """Ours less a baseline at a share, both measured over the same bootstrap samples."""

    baseline: str
    share: float
    measure: str
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Amounts:
    """Declarations of like expected revenue: the mean of what was expected and of what inspections found."""

    count: int
    expected: float
    found: Figure


@dataclass(frozen=True, slots=True)
class Calibration:
    """Predicted beside observed, in bins of as many declarations: rates of fraud, and revenue in yuan.

    `error` is the mean distance of observed from predicted rates over the bins; `brier` the mean squared
    distance of probabilities from outcomes, `skill` what of that of the mean rate is saved.
    """

    rates: tuple[Bin, ...]
    revenue: tuple[Amounts, ...]
    error: float
    brier: float
    skill: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group of declarations under the common cut: how many are selected, and what that finds of theirs.

    `by` is office, trusted or seen; `code` its value, OTHERS for small ones, whose codes are `pooled`.
    `own_*` is what the top of the group's own ranking finds, as where each office has its own budget.
    """

    by: str
    code: str
    count: int
    known: int
    rate: float
    selected: float
    precision: Figure
    recall: Figure
    revenue_recall: Figure
    own_precision: float
    own_revenue_recall: float
    auc: Figure
    pooled: tuple[str, ...] = ()


OTHERS = "others"
"""The code of small groups taken together."""


@dataclass(frozen=True, slots=True)
class Fair:
    """A rate of an origin with its interval, its ratio to that of all, and how seldom chance departs so far.

    `adjusted` is the p-value after Benjamini and Hochberg over all origins; NaN where there is no test.
    """

    rate: float
    low: float
    high: float
    ratio: float
    cases: float
    p_value: float
    adjusted: float

    @property
    def departs(self) -> bool:
        """Whether the rate departs from that of all others, at a false discovery rate of 5%."""
        return self.adjusted < 0.05


@dataclass(frozen=True, slots=True)
class Origin:
    """What a selection does to declarations of an origin: see `fairness`."""

    code: str
    count: int
    share: float
    value_share: float
    fraud_rate: float
    selected: Fair
    precision: Fair
    false_positive: Fair
    recall: Fair
    pooled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fairness:
    """A selection across origins: those of all declarations, and of each origin, the largest first."""

    share: float
    whole: Origin
    origins: tuple[Origin, ...]
    fewest: int


@dataclass(frozen=True, slots=True)
class Found:
    """What inspections of one basis (model, rule, random, exploration) found: of the inspected alone."""

    basis: str
    inspected: int
    frauds: int
    rate: Figure
    revenue_cny: float


@dataclass(frozen=True, slots=True)
class Absent:
    """A part that could not be judged, and why (in English, as errors are)."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Data:
    """What was judged: declarations of a period, the known outcomes, and how these stand for the others.

    `rate` and `revenue_cny` are of all declarations, estimated where outcomes are known in part;
    `set_aside` counts declarations left out by reason.
    """

    count: int
    known: int
    first: date
    last: date
    traders: int
    rate: Figure
    revenue_cny: Figure
    value_cny: float
    basis: Basis
    simulated: bool
    resampled: str
    samples: int
    seed: int
    set_aside: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A ranking judged. `leak` is None where it could not be checked, which `absent` then says.

    `rankings` begin with ours; `focus` is the share that groups and fairness are judged at. `best` has the
    gain curves of the rankings by true fraud and by true revenue; None where outcomes are known in part.
    """

    data: Data
    leak: Leakage | None
    rankings: tuple[Judged, ...]
    differences: tuple[Difference, ...]
    calibration: Calibration | None
    groups: tuple[Group, ...]
    fairness: Fairness | None
    found: tuple[Found, ...]
    focus: float
    best: Curve | None = None
    absent: tuple[Absent, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What every figure carries: leakage, simulated, inspected (figures of the inspected only)."""
        told = {
            "leakage": self.leak is not None and self.leak.leaks,
            "inspected": self.data.basis == "inspected", "simulated": self.data.simulated,
        }  # fmt: skip
        return tuple(name for name, holds in told.items() if holds)

    @property
    def ours(self) -> Judged:
        """The ranking that is judged."""
        return self.rankings[0]

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON holds it, every row of figures with the warnings."""
        from customhouse.targeting.judging.telling import told

        return told(self)
