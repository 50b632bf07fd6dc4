"""How unsure a probability of fraud is: much for new traders and new goods, little for well-known ones.

The log odds of a declaration are taken as a sum of what its trader and its goods add. With n inspections
known and a prior of strength s, the posterior variance of a key's part is 1 / ((n + s) p (1 - p)) (Gelman
and others, Bayesian Data Analysis, 3rd edition, section 2.4, in its normal approximation); on the scale of
probabilities the parts add up to

    unsure**2 = p (1 - p) (1 / (n_trader + s) + 1 / (n_goods + s))

which is no more than that of a coin, 1/4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customhouse.targeting.features import STRENGTH, Features

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats

TRADERS = ("trader", "declarant")
GOODS = ("hs8", "hs6", "hs4", "hs2")
"""Keys that a declaration is known by; the first that the table has counts."""


def uncertainty(seen: Features, probability: Floats) -> Floats:
    """The standard deviation of each probability, from the features that it was made of."""
    import numpy as np

    parts = [_part(seen, keys) for keys in (TRADERS, GOODS)]
    variance = probability * (1 - probability) * np.sum(parts, axis=0)
    return np.sqrt(np.minimum(variance, 0.25))  # type: ignore[no-any-return]


def _part(seen: Features, keys: tuple[str, ...]) -> Floats:
    import numpy as np

    for key in keys:
        if f"{key}_inspections" in seen.names:
            known = np.expm1(seen.column(f"{key}_inspections").astype(np.float64))
            return np.asarray(1 / (known + STRENGTH))
    return np.full(len(seen.values), 1 / STRENGTH)
