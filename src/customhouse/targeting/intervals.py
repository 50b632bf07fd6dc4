"""Intervals of 95% for rates that were seen in so many cases."""

from __future__ import annotations

import math
from statistics import NormalDist

Interval = tuple[float, float]
Z = NormalDist().inv_cdf(0.975)
"""So many standard errors on either side hold the truth in 95% of draws, by the normal distribution."""


def wilson(rate: float, count: float) -> Interval:
    """Wilson's interval of a rate (Journal of the American Statistical Association 22, 1927).

    `count` may be an effective number of cases; of none nothing is known, and the interval is (0, 1).
    """
    if count <= 0:
        return 0.0, 1.0
    middle = (rate + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * math.sqrt(rate * (1 - rate) / count + Z**2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)
