"""A holiday whose effect changes over the years.

People go home for Chinese New Year in other numbers than twenty years ago, and factories close for longer or
shorter. The coefficients of the days before, during and after the holiday are polynomials of time here: the
regressors are the shares of the windows' days times powers of time. The shares are not centred, for where a
holiday grows, its mean does too, and takes part of its month away for good. Bell and Martin, Modeling
Time-Varying Trading-Day Effects in Monthly Time Series (ASA Proceedings, 2004), let trading days change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from customhouse.errors import SeasonsError
from customhouse.seasons.rates import USUAL, Observed
from customhouse.seasons.regressors import Windows, candidates, shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POWERS = (0, 1, 2, 3)
"""Degrees to choose from; with 0 the effect is the same in all years."""


@dataclass(frozen=True, slots=True)
class Changing:
    """A festival's windows, and the degree of the polynomial in time that each coefficient is.

    Time is in decades since `origin` (a running month). `aicc` is the criterion of the choice.
    """

    festival: str
    windows: Windows
    powers: int
    origin: int
    aicc: float = float("nan")

    def regressors(self, months: range) -> Floats:
        """Changes on a year earlier: a row a month; for each power a column a window that has days."""
        import numpy as np

        levels = range(months.start - 12, months.stop)
        keep = [place for place, days in enumerate(self.windows.lengths) if days]
        found = shares(self.festival, self.windows, levels)[:, keep]
        time = (np.arange(levels.start, levels.stop)[:, None] - self.origin) / 120
        grown = np.hstack([found * time**power for power in range(self.powers + 1)])
        return np.asarray(grown[12:] - grown[:-12])

    def sizes(self, month: int, coefficients: Floats) -> dict[str, float]:
        """What each window adds to the logarithm of a month that holds all of it, in a month of some year.

        `coefficients`: those of `regressors`, in their order.
        """
        time = (month - self.origin) / 120
        used = self.windows.used
        return {
            part: float(sum(coefficients[p * len(used) + n] * time**p for p in range(self.powers + 1)))
            for n, part in enumerate(used)
        }


def changing(
    observed: Observed, months: range, festival: str, others: Floats, powers: Iterable[int] = POWERS,
    among: Iterable[Windows] | None = None,
) -> Changing:
    """The windows (of `among`, else the usual candidates) and the degree (of `powers`) that AICc wants.

    `others`: the other regressors, a row a month. Raises SeasonsError where none can be told apart from the
    others, and MissingExtra.
    """
    origin = months[len(months) // 2]
    tried = product(candidates(festival) if among is None else among, powers)
    ranked = [_judged(observed, months, others, Changing(festival, w, p, origin)) for w, p in tried]
    found = min(ranked, key=lambda one: one.aicc, default=None)
    if found is None or found.aicc == float("inf"):
        raise SeasonsError(f"{festival}: none of its windows is told apart from the other regressors")
    return found


def _judged(observed: Observed, months: range, others: Floats, one: Changing) -> Changing:
    """The same with its criterion, infinite where the observations do not tell it apart."""
    import numpy as np

    try:
        aicc = observed.fit(np.column_stack([one.regressors(months), others]), USUAL).aicc
    except SeasonsError:
        aicc = float("inf")
    return Changing(one.festival, one.windows, one.powers, one.origin, aicc)
