"""Outliers of a regression with airline errors, so that one strange month does not choose the windows.

Forward addition by the largest t value of an additive outlier or a level shift with a robust scale, as
X-13 does (`outlier`, method addone; Chang, Tiao and Chen, Technometrics 30, 1988). X-13 looks for outliers
again, by itself, once the windows are chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customhouse.seasons.regarima import Fit, Whitener

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from customhouse.seasons.settings import OutlierType

    Floats = NDArray[np.float64]

_LENGTHS = (12, 24, 36, 48, 72, 96, 120, 144, 168, 192, 216, 240, 264, 288, 312, 336, 360)
_CRITICAL = (
    3.0, 3.29, 3.46, 3.63, 3.73, 3.80, 3.85, 3.89, 3.92, 3.95, 3.97, 3.99, 4.01, 4.03, 4.04, 4.05, 4.07,
)  # fmt: skip
"""Critical values by months of the series, about those of the X-13 manual (`outlier`, critical)."""
MOST = 12
_FADE = 0.7
"""What a temporary change keeps from month to month, as in X-13 (`tcrate`)."""


def critical(months: int) -> float:
    """The t value that an outlier must reach in a series of so many months."""
    import numpy as np

    return float(np.interp(months, _LENGTHS, _CRITICAL))


def column(kind: OutlierType, at: int, months: int) -> Floats:
    """The regressor of an outlier: 1 in a month, -1 before a shift, or 1 that fades."""
    import numpy as np

    place = np.arange(months)
    if kind == "ao":
        found: Floats = (place == at).astype(np.float64)
    elif kind == "ls":
        found = -(place < at).astype(np.float64)
    else:
        found = np.where(place >= at, _FADE ** np.maximum(place - at, 0), 0.0)
    return found


def find(
    y: Floats, x: Floats, model: Fit, limit: float, kinds: Sequence[OutlierType]
) -> tuple[list[tuple[OutlierType, int]], Floats]:
    """Outliers of `y` beside regressors `x` with the moving averages of a fit: what and where, columns."""
    import numpy as np

    months = len(y)
    white = Whitener.of(months, model.theta, model.seasonal)
    tried = {k: np.column_stack([column(k, at, months) for at in range(months)]) for k in kinds}
    whitened = {k: white(columns) for k, columns in tried.items()}
    found: list[tuple[OutlierType, int]] = []
    taken = np.empty((months, 0))
    for _ in range(MOST):
        both = white(np.column_stack([x, taken, y]))
        best = _largest(both[:, :-1], both[:, -1], whitened)
        if best is None or best[0] < limit or best[1:] in found:
            break
        found.append(best[1:])
        taken = np.column_stack([taken, tried[best[1]][:, best[2]]])
    return found, taken


def _largest(
    x: Floats, y: Floats, whitened: dict[OutlierType, Floats]
) -> tuple[float, OutlierType, int] | None:
    """The outlier of the largest absolute t value, given whitened columns."""
    import numpy as np

    basis, _ = np.linalg.qr(x)
    residual = y - basis @ (basis.T @ y)
    scale = 1.4826 * float(np.median(np.abs(residual)))
    best: tuple[float, OutlierType, int] | None = None
    for kind, columns in whitened.items():
        left = columns - basis @ (basis.T @ columns)
        length = np.linalg.norm(left, axis=0)
        usable = length > 1e-6 * np.linalg.norm(columns, axis=0).max(initial=1.0)
        t = np.abs(residual @ left) / np.where(usable, length * max(scale, 1e-300), np.inf)
        if kind == "ls":
            t[:2] = t[-1:] = 0
        at = int(np.argmax(t))
        if scale > 0 and (best is None or t[at] > best[0]):
            best = (float(t[at]), kind, at)
    return best
