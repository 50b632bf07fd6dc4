"""Drift: whether what inspections find has changed, since when, and by how much.

What the model chose is inspected whole, so its precision and revenue are counted. What it left is known
from the random draws alone, each weighted by one over its probability. On either runs a chart: the
cumulative sum (Page, Biometrika 41, 1954) of how far each inspection lies below the mean of a reference
period, less an allowance of half the change that matters. Its limits are those probability limits that
Shen, Zou, Jiang and Tsung (Naval Research Logistics 60, 2013) draw for samples of any size: of many sums
simulated without a change, period by period for as many inspections as there were, the highest are an alarm,
and so each period has the false alarms that are stated. Values are simulated by drawing from the reference
period (Chatterjee and Qiu, Annals of Applied Statistics 3, 2009), each time with the mean of another draw of
it, since the true one is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats

Side = Literal["falls", "rises"]
_SIGN = {"falls": 1.0, "rises": -1.0}
_YEAR = 365.25
_DRAWN = 100
"""Inspections in a period up to which sums are drawn one by one; of more the normal distribution is near."""
_CAP = 0.98
"""Amounts are cut at this quantile of the reference: a single large find is no trend."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What inspections find has changed: `what` (of a chart) is not what it was, since the day `since`.

    `raised` is the day on which the chart passed its limit; `before` and `after` are the means of the
    reference and since then. `false_alarms` is the share of years without change that the chart alarms in.
    """

    what: str
    raised: date
    since: date
    before: float
    after: float
    false_alarms: float

    @property
    def change(self) -> float:
        """By how much it changed: below 0 where it fell."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Charting:
    """How a chart works: `false_alarms` in so many years without a change, periods of `period_days`.

    `shift` is the change that matters, a share of the reference's mean. The reference is the first
    `reference_periods`, and as many more as it takes for `least` inspections. `simulated` sums give the
    limits. Raises TargetingError.
    """

    false_alarms: float = 0.05
    period_days: int = 7
    shift: float = 0.3
    reference_periods: int = 8
    least: int = 100
    simulated: int = 4000
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.false_alarms < 1 or not 0 < self.shift <= 1:
            raise TargetingError("false alarms and the shift of a chart lie between 0 and 1")
        if min(self.period_days, self.reference_periods, self.least) < 1 or self.simulated < 100:
            raise TargetingError("a chart needs a day, a period, an inspection, and 100 sums to simulate")

    @property
    def each(self) -> float:
        """The share of false alarms in each period."""
        return float(1 - (1 - self.false_alarms) ** min(1.0, self.period_days / _YEAR))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The inspections of one period: of each a value, 0 or 1 or money, and how much it weighs."""

    begin: date
    values: Floats
    weights: Floats

    @classmethod
    def of(cls, begin: date, values: Any, weights: Any = None) -> Sample:
        """A sample; without weights each counts the same. Raises TargetingError."""
        import numpy as np

        found = np.asarray(values, dtype=np.float64)
        heavy = np.ones(len(found)) if weights is None else np.asarray(weights, dtype=np.float64)
        if found.shape != heavy.shape or not np.isfinite(found).all() or not (heavy > 0).all():
            raise TargetingError("a chart takes a finite value, and a weight above 0, of each inspection")
        return cls(begin, found, heavy)


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """The state of a chart after so many periods; `after` gives the next. Alarms are kept in `alarms`."""

    what: str
    side: Side
    settings: Charting
    reference: _Reference | None = None
    waiting: tuple[Sample, ...] = ()
    since: tuple[Sample, ...] = ()
    total: float = 0.0
    limit: float = float("inf")
    paths: Any = None
    alarms: tuple[Alarm, ...] = ()
    periods: int = 0

    def after(self, sample: Sample) -> Chart:
        """The chart after another period. What comes before a reference is whole starts no alarm."""
        moved = replace(self, periods=self.periods + 1)
        if not len(sample.values):
            return moved
        return moved._learn(sample) if self.reference is None else moved._watch(sample, self.reference)

    def anew(self) -> Chart:
        """The chart with a new reference to come, the alarms kept."""
        return Chart(self.what, self.side, self.settings, alarms=self.alarms, periods=self.periods)

    def _learn(self, sample: Sample) -> Chart:
        import numpy as np

        waiting = (*self.waiting, sample)
        count = sum(len(one.values) for one in waiting)
        if len(waiting) < self.settings.reference_periods or count < self.settings.least:
            return replace(self, waiting=waiting)
        reference = _Reference.of(waiting, self.settings)
        return replace(self, reference=reference, waiting=(), paths=np.zeros(self.settings.simulated))

    def _watch(self, sample: Sample, reference: _Reference) -> Chart:
        """The sum moves on, the simulated ones as well; those of them that alarm are drawn again."""
        import numpy as np

        random = np.random.default_rng((self.settings.seed, self.periods))
        sign, slack = _SIGN[self.side], self.settings.shift / 2
        total = max(0.0, self.total + reference.below(sample, sign, slack))
        paths = np.maximum(0.0, self.paths + reference.simulated(len(sample.values), sign, slack, random))
        limit = float(np.quantile(paths, 1 - self.settings.each, method="higher"))
        kept = random.choice(np.flatnonzero(paths <= limit), len(paths))
        paths, reference = paths[kept], replace(reference, means=reference.means[kept])
        since = (*self.since, sample) if total > 0 else ()
        if total <= limit or total <= 0:
            return replace(self, reference=reference, total=total, limit=limit, paths=paths, since=since)
        return replace(self.anew(), alarms=(*self.alarms, self._alarm(since, reference)))

    def _alarm(self, since: Sequence[Sample], reference: _Reference) -> Alarm:
        """The change from its most likely day on (Hinkley, Biometrika 57, 1970), since the sum was last 0."""
        import numpy as np

        away = np.cumsum([reference.below(one, _SIGN[self.side], 0.0) for one in since[::-1]])
        weight = np.cumsum([one.weights.sum() for one in since[::-1]])
        first = len(since) - 1 - int(np.argmax(np.maximum(away, 0.0) ** 2 / weight))
        values, weights = _together(since[first:])
        raised = since[-1].begin + timedelta(days=self.settings.period_days)
        after = float(np.average(values, weights=weights))
        return Alarm(self.what, raised, since[first].begin, reference.raw, after, self.settings.false_alarms)


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """Inspections before a change: values cut at `cap`, weights of the mean 1, and means as they could be."""

    values: Floats
    weights: Floats
    mean: float
    raw: float
    cap: float
    heavy: float
    means: Floats

    @classmethod
    def of(cls, samples: Sequence[Sample], settings: Charting) -> _Reference:
        import numpy as np

        values, weights = _together(samples)
        heavy = float(weights.mean())
        cap = float("inf") if np.isin(values, (0, 1)).all() else float(np.quantile(values, _CAP))
        cut, even = np.minimum(values, cap), weights / heavy
        random = np.random.default_rng((settings.seed, 0))
        counts = random.multinomial(len(cut), np.full(len(cut), 1 / len(cut)), settings.simulated)
        means = (counts @ (cut * even)) / np.maximum(counts @ even, 1e-300)
        mean, raw = (float(np.average(one, weights=even)) for one in (cut, values))
        return cls(cut, even, mean, raw, cap, heavy, means)

    def below(self, sample: Sample, sign: float, slack: float) -> float:
        """How far a sample lies below the mean in all, or above it, less the allowance."""
        import numpy as np

        even = sample.weights / self.heavy
        away = sign * (self.mean - np.minimum(sample.values, self.cap)) - slack * abs(self.mean)
        return float((even * away).sum())

    def simulated(self, size: int, sign: float, slack: float, random: Any) -> Any:
        """The same of samples drawn from the reference, each beside a mean as it could have been found."""
        import numpy as np

        heavy, money = self.weights, self.weights * self.values
        if size <= _DRAWN:
            drawn = random.integers(0, len(heavy), (len(self.means), size))
            weight, found = heavy[drawn].sum(axis=1), money[drawn].sum(axis=1)
        else:
            spread = np.cov(heavy, money) * size if len(heavy) > 1 else np.zeros((2, 2))
            middle = np.array([heavy.mean(), money.mean()]) * size
            weight, found = random.multivariate_normal(middle, spread, len(self.means), method="eigh").T
        return sign * (weight * self.means - found) - slack * np.abs(self.means) * weight


@dataclass(frozen=True, slots=True)
class Drift:
    """What the charts of one way of targeting tell: all alarms, in the order of their days."""

    alarms: tuple[Alarm, ...]

    def of(self, what: str) -> tuple[Alarm, ...]:
        """The alarms of one chart."""
        return tuple(alarm for alarm in self.alarms if alarm.what == what)


def _together(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    import numpy as np

    return np.concatenate([one.values for one in samples]), np.concatenate([one.weights for one in samples])
