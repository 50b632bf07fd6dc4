"""Sums over the items that two periods have in common, and over those that they have not.

The sums of a pair of periods add to those of another: the index of a quarter on the same quarter a year
earlier takes an item in another month for another item (Mudgett 1955, Stone 1956; Export and Import Price
Index Manual, IMF 2009, chapter 23), so that each formula has one definition for periods of any length,
and the parts of a change add up over months as over items.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import exp, log, nan, sqrt
from typing import TYPE_CHECKING, Any

from customhouse.errors import PriceError
from customhouse.prices.decomposition import Method, logarithmic_mean
from customhouse.prices.formulas import FORMULAS, Formula

if TYPE_CHECKING:
    from customhouse.prices.panel import Floats

PARTS = ("price", "volume", "entry", "exit", "uncovered")
"""What a change in value is made of."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What all indices and parts of a change are worked out from; money in hundredths, whole numbers where
    no average is taken.

    `value0`, `value1`: all that was traded. `entry`, `exit`: of items of one period alone. `left0`,
    `left1`: of items that no relative could be had of. The rest is matched: p is a price, q a quantity,
    0 the base, 1 the period, `mean_p0` and `mean_p1` the prices at the geometric mean of the quantities,
    `log_v0` and `log_v1` the logarithms of the relatives weighted by either value, `log_mean` by their
    logarithmic mean, `log_square` the squares by their plain mean. `imputed0`, `imputed1` are parts of
    the matched values whose quantity is estimated; `pairs` and `aside` count items matched and edited out.
    """

    value0: float = 0
    value1: float = 0
    entry: float = 0
    exit: float = 0
    left0: float = 0
    left1: float = 0
    p0q1: float = 0.0
    p1q0: float = 0.0
    mean_p0: float = 0.0
    mean_p1: float = 0.0
    log_v0: float = 0.0
    log_v1: float = 0.0
    log_mean: float = 0.0
    log_square: float = 0.0
    imputed0: float = 0.0
    imputed1: float = 0.0
    pairs: int = 0
    aside: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))

    @property
    def p0q0(self) -> float:
        """The matched value of the base."""
        return self.value0 - self.exit - self.left0

    @property
    def p1q1(self) -> float:
        """The matched value of the period."""
        return self.value1 - self.entry - self.left1

    def price(self, formula: Formula = "fisher") -> float:
        """The price index, 1 where no price changed; NaN where nothing is matched. Raises PriceError."""
        if formula not in FORMULAS:
            raise PriceError(f"{formula!r}: no such formula; there are {', '.join(FORMULAS)}")
        if not self.pairs:
            return nan
        if formula == "laspeyres":
            return self.p1q0 / self.p0q0
        if formula == "paasche":
            return self.p1q1 / self.p0q1
        if formula == "fisher":
            return sqrt(self.p1q0 / self.p0q0 * (self.p1q1 / self.p0q1))
        if formula == "tornqvist":
            return exp((self.log_v0 / self.p0q0 + self.log_v1 / self.p1q1) / 2)
        return self.mean_p1 / self.mean_p0

    @property
    def value(self) -> float:
        """The value index of all that was traded; NaN without a base."""
        return self.value1 / self.value0 if self.value0 > 0 else nan

    def volume(self, formula: Formula = "fisher") -> float:
        """All value over the price index: what is not matched is taken to have had the same prices."""
        return self.value / self.price(formula)

    @property
    def coverage(self) -> float:
        """The share of both periods' value that the price index rests on, imputed quantities included."""
        total = self.value0 + self.value1
        return (self.p0q0 + self.p1q1) / total if total > 0 else nan

    @property
    def imputed(self) -> float:
        """The share of both periods' value whose quantity is estimated."""
        total = self.value0 + self.value1
        return (self.imputed0 + self.imputed1) / total if total > 0 else nan

    @property
    def dispersion(self) -> float:
        """The standard deviation of the logarithms of the relatives, weighted by mean value."""
        weight = (self.p0q0 + self.p1q1) / 2
        if not self.pairs or weight <= 0:
            return nan
        mean = (self.log_v0 + self.log_v1) / 2 / weight
        return sqrt(max(0.0, self.log_square / weight - mean**2))

    def parts(self, method: Method = "bennet") -> dict[str, float]:
        """What the change in value is made of, in hundredths of money; the parts add up to it.

        Price and volume by Bennet (1920) or by Montgomery (1929), as `decompose` has them.
        """
        if method not in ("bennet", "montgomery"):
            raise PriceError(f"{method!r}: no such method; there are bennet, montgomery")
        matched = self.p1q1 - self.p0q0
        price = self.log_mean if method == "montgomery" else (self.p1q0 - self.p0q1 + matched) / 2
        return {
            "price": price, "volume": matched - price, "entry": float(self.entry),
            "exit": float(-self.exit), "uncovered": float(self.left1 - self.left0),
        }

    def points(self, method: Method = "bennet") -> dict[str, float]:
        """The same in percentage points of the growth in value; NaN without a base above 0."""
        base = self.value0 if self.value0 > 0 else nan
        return {name: 100 * part / base for name, part in self.parts(method).items()}


def logs(index: float) -> float:
    """The logarithm of an index; NaN where there is none."""
    return log(index) if index > 0 else nan


def of_matched(v0: Floats, v1: Floats, q0: Floats, q1: Floats) -> dict[str, Any]:
    """The sums over matched items, by the names of `Sums`; arrays of one length, above 0.

    Added up in the order of their sizes, so that the order of items does not change the last digit.
    """
    import numpy as np

    relative = np.log(v1 / q1 * (q0 / v0))
    root = np.sqrt(q1 / q0)
    found = {
        "p0q1": v0 * (q1 / q0), "p1q0": v1 * (q0 / q1), "mean_p0": v0 * root, "mean_p1": v1 / root,
        "log_v0": v0 * relative, "log_v1": v1 * relative,
        "log_mean": logarithmic_mean(v0, v1) * relative, "log_square": (v0 + v1) / 2 * relative**2,
    }
    return {name: float(np.sort(values).sum()) for name, values in found.items()}
