"""Predicted beside observed: rates of fraud, and what an inspection recovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.evaluation import Bin
from customhouse.targeting.intervals import wilson
from customhouse.targeting.judging.model import Amounts, Calibration
from customhouse.targeting.judging.resampling import Resampling, effective, percentiles

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats, Whole
    from customhouse.targeting.judging.truth import Labels

EDGES = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Where bins end, as shares of the declarations from the lowest prediction up: fine where it matters."""


def calibrated(
    probability: Floats, expected: Floats | None, labels: Labels, how: Resampling
) -> Calibration:
    """The calibration of probabilities and of expected revenue (yuan). Raises TargetingError."""
    import numpy as np

    if not ((probability >= 0) & (probability <= 1)).all():
        raise TargetingError("a probability is missing, or lies outside of 0 to 1; calibrate no other scores")
    used = labels.weight > 0
    told, weight = labels.only(used), labels.weight[used]
    predicted = probability[used]
    rates = tuple(_bins(predicted, told))
    total, overall = float(weight.sum()), float(np.average(told.fraud, weights=weight))
    brier = float(np.average((predicted - told.fraud) ** 2, weights=weight))
    parts = binned(predicted)
    apart = [
        float(weight[parts == n].sum()) / total * abs(one.observed - one.predicted)
        for n, one in zip(np.unique(parts), rates, strict=True)
    ]
    skill = 1 - brier / (overall * (1 - overall)) if 0 < overall < 1 else float("nan")
    revenue = () if expected is None or not labels.has_revenue else _amounts(expected, labels, how)
    return Calibration(rates, revenue, sum(apart), brier, skill)


def binned(predicted: Floats) -> Whole:
    """The number of the bin of each prediction; equal ones stay together."""
    import numpy as np

    edges = np.unique(np.quantile(predicted, EDGES))
    return np.searchsorted(edges, predicted, side="left")


def _bins(predicted: Floats, labels: Labels) -> Any:
    import numpy as np

    parts = binned(predicted)
    for number in np.unique(parts):
        mine = parts == number
        weight = labels.weight[mine]
        observed = float(np.average(labels.fraud[mine], weights=weight))
        mean = float(np.average(predicted[mine], weights=weight))
        yield Bin(int(mine.sum()), mean, observed, wilson(observed, effective(weight)))


def _amounts(expected: Floats, labels: Labels, how: Resampling) -> tuple[Amounts, ...]:
    """Bins of expected revenue with what was found, and percentiles over bootstrap samples."""
    import numpy as np

    used = labels.weight > 0
    parts, told = binned(expected[used]), labels.only(used)
    size = int(parts.max()) + 1
    known, _, money = told.weighted

    def means(counts: Any) -> Any:
        with np.errstate(invalid="ignore", divide="ignore"):
            whole = np.bincount(parts, weights=counts * known, minlength=size)
            return np.bincount(parts, weights=counts * money, minlength=size) / whole

    points, draws = means(1.0), np.array([means(counts[used]) for counts in how.counts()]).reshape(-1, size)
    return tuple(
        Amounts(int((parts == n).sum()), _mean(expected[used], known, parts == n),
                percentiles(points[n], draws[:, n]))
        for n in np.unique(parts)
    )  # fmt: skip


def _mean(values: Floats, weights: Floats, rows: Any) -> float:
    import numpy as np

    return float(np.average(values[rows], weights=weights[rows]))
