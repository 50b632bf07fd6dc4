"""What an adjustment gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from customhouse.seasons.monthly import Monthly

if TYPE_CHECKING:
    from customhouse.seasons.monthly import Floats
    from customhouse.seasons.regressors import Windows


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of the regression or the ARIMA model; `t` is it over its standard error."""

    name: str
    value: float
    error: float

    @property
    def t(self) -> float:
        """The t value, NaN where the standard error is 0."""
        return self.value / self.error if self.error else float("nan")


@dataclass(frozen=True, slots=True)
class Outlier:
    """An outlier: `ao` one month, `ls` a shift of the level up to it, `tc` a change that fades.

    `value` is its coefficient: in logarithms where the adjustment is multiplicative.
    """

    kind: Literal["ao", "ls", "tc"]
    month: int
    t: float
    value: float


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the result should know, by its code and the values to say in it."""

    code: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """A series and its parts. All arrays run over the months of `original`, NaN where there is none.

    Where `multiplicative`, parts are factors around 1 and original = adjusted * seasonal * holiday *
    trading; otherwise they are effects around 0 in the units of the series and add up. `adjusted` is free
    of seasonality, holidays and working days; outliers stay in it (trend * irregular, or their sum).
    `diagnostics` has numbers by code, see `diagnostics.rows`.
    """

    original: Monthly
    adjusted: Floats
    trend: Floats
    seasonal: Floats
    irregular: Floats
    holiday: Floats
    trading: Floats
    multiplicative: bool
    method: Literal["x13", "stl"]
    model: str = ""
    windows: Mapping[str, Windows] = field(default_factory=dict)
    outliers: tuple[Outlier, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    diagnostics: Mapping[str, float] = field(default_factory=dict)
    forecast: Monthly | None = None
    notes: tuple[Note, ...] = ()

    @property
    def months(self) -> range:
        """The running numbers of its months."""
        return self.original.months

    @property
    def series(self) -> Monthly:
        """The adjusted series."""
        return self.original.with_values(self.adjusted)

    def growth(self) -> Floats:
        """Month-on-month growth of the adjusted series in percent, NaN where the base is 0 or below."""
        import numpy as np

        base = np.concatenate([[np.nan], self.adjusted[:-1]])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(base > 0, (self.adjusted / base - 1) * 100, np.nan)
