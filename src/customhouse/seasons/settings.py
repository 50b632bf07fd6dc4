"""What an adjustment is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from customhouse.errors import SeasonsError

if TYPE_CHECKING:
    from customhouse.seasons.regressors import Windows

Mode = Literal["auto", "log", "none"]
Method = Literal["x11", "seats", "stl"]
OutlierType = Literal["ao", "ls", "tc"]
Shape = Literal["curve", "mean", "best"]
Together = Literal["refuse", "split"]

FILTERS = ("msr", "s3x1", "s3x3", "s3x5", "s3x9", "s3x15", "stable", "x11default")
"""Seasonal filters of X-11, as X-13 names them."""
MOST_FORECASTS = 120
AIRLINE = "(0 1 1)(0 1 1)"
"""The ARIMA model of Box and Jenkins (1976, chapter 9), which suits most monthly trade series."""
_MODEL = re.compile(r"\(\d[ ,][012][ ,]\d\)(\(\d[ ,][01][ ,]\d\)(12)?)?")
_CHOICES = {
    "mode": ("auto", "log", "none"), "method": ("x11", "seats", "stl"), "together": ("refuse", "split"),
    "seasonal": ("model", *FILTERS), "shape": ("curve", "mean", "best"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """How to adjust a series. The defaults suit a series of China's trade.

    `festivals`: those that may matter; None takes the reporter's. Which belong in the model is decided
    by AICc, unless `windows` names them: windows there are fixed, and their festival stays.
    `shape`: the effect of a festival is that of the `best` windows, the `mean` over windows by their Akaike
    weights, or a smooth `curve` over days that may weigh more in one year than in another (`curve`).
    `trading`: whether working days are in the model; None lets AICc decide.
    `mode`: logarithms or not; `auto` by AICc, never where a value is 0 or below.
    `method`: SEATS, by the model, X-11, by moving averages, or STL, without X-13 and its tests.
    `seasonal`: X-11's seasonal filter as X-13 names it, `msr` by the moving seasonality ratio, or `model`,
    by the seasonal moving average of the model.
    `model`: the ARIMA model as X-13 writes it, or `auto` for automatic identification.
    `outliers`: types to look for; `critical`: the t value from which on, None by the series' length.
    `forecast`: months of forecasts to return. `stability`: sliding spans and revision history too, which
    take up to some seconds.
    `together`: what is done with the months in `split` (all Februaries after a missing January where that
    is empty), which hold their own and the missing months before them: split by the model, or refused.
    `fallback`: STL where X-13 is not installed. `seconds`: the longest that a run of X-13 may take.
    """

    reporter: str = "CHN"
    festivals: tuple[str, ...] | None = None
    windows: Mapping[str, Windows] = field(default_factory=dict)
    shape: Shape = "curve"
    trading: bool | None = None
    mode: Mode = "auto"
    method: Method = "seats"
    model: str = AIRLINE
    outliers: tuple[OutlierType, ...] = ("ao", "ls", "tc")
    critical: float | None = None
    seasonal: str = "model"
    forecast: int = 12
    stability: bool = False
    together: Together = "refuse"
    split: tuple[int, ...] = ()
    fallback: bool = True
    seconds: float = 60.0

    def __post_init__(self) -> None:
        """Raises SeasonsError for a value that is none of those named."""
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise SeasonsError(f"{name}={getattr(self, name)!r}: take one of {', '.join(known)}")
        if set(self.outliers) - {"ao", "ls", "tc"}:
            raise SeasonsError(f"outliers={self.outliers!r}: take some of ao, ls, tc, or none")
        if self.critical is not None and not self.critical >= 2:
            raise SeasonsError(f"critical={self.critical!r}: take a t value of at least 2, or None")
        if not 0 <= self.forecast <= MOST_FORECASTS:
            raise SeasonsError(f"forecast={self.forecast!r}: take 0 to {MOST_FORECASTS} months")
        if not self.seconds > 0:
            raise SeasonsError(f"seconds={self.seconds!r}: a run needs some time; take more than 0")
        if self.model != "auto" and not _MODEL.fullmatch(self.model.strip()):
            raise SeasonsError(f"model={self.model!r}: write it as {AIRLINE}, or auto")
