"""Rankings measured over bootstrap samples, the same samples for all that are compared.

Frauds of one trader come together, so that whole traders are drawn rather than declarations, each with
all that it declared (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8);
intervals are percentiles (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Where
all samples agree, as on a precision of 1, or where few outcomes are known, the interval is Wilson's for
the effective number of cases (Kish, Survey Sampling, 1965; Franco, Little, Louis and Slud, Journal of
Survey Statistics and Methodology 7, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.targeting.intervals import Z, wilson
from customhouse.targeting.judging.model import NONE, Figure

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole
    from customhouse.targeting.judging.ranking import Rank
    from customhouse.targeting.judging.truth import Labels

FEW = 20.0
"""With fewer effective cases percentiles of a bootstrap are too narrow."""
FEWEST = 10.0
"""With fewer effective cases differences are not tested."""
_TAILS = (0.025, 0.975)


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How bootstrap samples are drawn: `cluster` is a number from 0 for each declaration."""

    cluster: Whole
    samples: int
    seed: int

    def counts(self) -> Iterator[Floats]:
        """For each sample, how often it has each declaration; the same each time."""
        import numpy as np

        random = np.random.default_rng(self.seed)
        size = int(self.cluster.max()) + 1
        for _ in range(self.samples):
            drawn = np.bincount(random.integers(0, size, size), minlength=size)
            yield drawn[self.cluster].astype(np.float64)


def measured(
    ranks: Sequence[Rank], labels: Labels, shares: Sequence[float], how: Resampling
) -> tuple[Any, Any]:
    """Precision, recall, revenue recall: rankings x shares x 3, and the same of samples, one axis before."""
    import numpy as np

    points = np.stack([rank.tops(labels, shares) for rank in ranks])
    draws = [np.stack([rank.tops(labels, shares, counts) for rank in ranks]) for counts in how.counts()]
    return points, np.stack(draws) if draws else np.empty((0, *points.shape))


def figure(value: float, draws: Any, cases: float) -> Figure:
    """A rate with its interval; `cases` is the effective number that it was seen in."""
    import numpy as np

    if np.isnan(value):
        return NONE
    told = draws[~np.isnan(draws)]
    if len(told) and cases >= FEW and told.min() < told.max():
        low, high = np.quantile(told, _TAILS)
        return Figure(float(value), float(low), float(high))
    if not cases:
        return Figure(float(value), float("nan"), float("nan"))
    within = min(1.0, max(0.0, float(value)))
    low, high = wilson(within, float(cases))
    return Figure(float(value), min(low, within), max(high, within))


def percentiles(value: float, draws: Any) -> Figure:
    """A figure of any size with the percentiles of its samples; none where there are no samples."""
    import numpy as np

    told = draws[~np.isnan(draws)]
    if np.isnan(value) or not len(told):
        return Figure(float(value), float("nan"), float("nan"))
    low, high = np.quantile(told, _TAILS)
    return Figure(float(value), float(low), float(high))


def effective(weights: Floats) -> float:
    """The number of equally weighted cases that tell as much (Kish 1965)."""
    whole = float(weights.sum())
    return whole * whole / float((weights * weights).sum()) if whole > 0 else 0.0


def area(scores: Floats, labels: Labels, cluster: Whole) -> Figure:
    """The probability that a fraud scores higher than a clean one, half for ties; NaN for one outcome.

    Its interval is by what each trader adds to it (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988;
    Obuchowski, Biometrics 53, 1997), on the scale of log odds.
    """
    import numpy as np

    used = labels.weight > 0
    weight, fraud = labels.weight[used], labels.weight[used] * labels.fraud[used]
    clean = weight - fraud
    frauds, cleans = float(fraud.sum()), float(clean.sum())
    if frauds <= 0 or cleans <= 0:
        return NONE
    _, group = np.unique(scores[used], return_inverse=True)
    clean_at, fraud_at = (np.bincount(group, weights=one) for one in (clean, fraud))
    below = (np.cumsum(clean_at) - clean_at / 2) / cleans
    above = 1 - (np.cumsum(fraud_at) - fraud_at / 2) / frauds
    found = float((fraud_at * below).sum() / frauds)
    added = fraud * (below[group] - found) / frauds + clean * (above[group] - found) / cleans
    return _on_log_odds(found, np.bincount(cluster[used], weights=added))


def _on_log_odds(found: float, added: Any) -> Figure:
    import numpy as np

    number = int((added != 0).sum())
    if not number:  # equal scores
        return Figure(found, found, found)
    if not 0 < found < 1 or number < 2:
        return Figure(found, float("nan"), float("nan"))
    error = float((added**2).sum() * number / (number - 1)) ** 0.5 / (found * (1 - found))
    middle = np.log(found / (1 - found))
    low, high = (1 / (1 + np.exp(-(middle + side * Z * error))) for side in (-1, 1))
    return Figure(found, float(low), float(high))
