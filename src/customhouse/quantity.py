"""A printed number: its value, the unit of its last digit, its bound, the interval that they allow.

`10.3 trillion` lies in [10.25, 10.35) trillion when half-up rounding printed it and in
[10.3, 10.4) when truncation did. A bound reaches to the next round step: `over 510` is
[510, 520), `more than 170` is [170, 180), `nearly 80` is (70, 80]. `about 30` is one such
step wide, [25, 35]; a word such as a third allows 5% of itself either way at least.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Bound = Literal["exact", "over", "under", "about"]
Rounding = Literal["half_up", "truncate"]

_LITERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ABOUT = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`; `open_low` and `open_high` say which end is left out."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def meet(self, other: Interval) -> Interval:
        """The numbers in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        open_low = (self.low == low and self.open_low) or (other.low == low and other.open_low)
        open_high = (self.high == high and self.open_high) or (other.high == high and other.open_high)
        return Interval(low, high, open_low, open_high)

    def __contains__(self, value: float) -> bool:
        above = value > self.low or (value == self.low and not self.open_low)
        return above and (value < self.high or (value == self.high and not self.open_high))


def round_step(value: float) -> float:
    """The size of the last non-zero decimal place: 10 for 510, 1 for 6, 0.1 for 0.3, 1e11 for 6.1e12."""
    if not value or not math.isfinite(value):
        return 1.0
    exponent = Decimal(repr(abs(value))).normalize().as_tuple().exponent
    return float(10 ** Decimal(exponent)) if isinstance(exponent, int) else 1.0


def printed_step(text: str, value: float) -> float:
    """The unit of the last printed digit, in the units of `value`: 1e11 for `10.3 trillion`.

    Where `text` has no digits (`half`, a Chinese numeral) it is the round step of the value.
    """
    match = _LITERAL.search(text)
    if not match:
        return round_step(value)
    literal = Decimal(match[0].replace(",", ""))
    decimals = len(match[0].partition(".")[2])
    size = float(literal)
    scale = abs(value) / size if size else 1.0
    return float(f"{scale * 10.0**-decimals:.12g}")


def interval(value: float, step: float, bound: Bound = "exact", rounding: Rounding = "half_up") -> Interval:
    """What the true number may be, given how it was printed. All in the units of `value`."""
    size = _magnitude(abs(value), step, bound, rounding)
    if value >= 0:
        return size
    return Interval(-size.high, -size.low, size.open_high, size.open_low)


def _magnitude(size: float, step: float, bound: Bound, rounding: Rounding) -> Interval:
    if bound == "over":
        return Interval(size, size + max(step, round_step(size)), open_high=True)
    if bound == "under":
        return Interval(max(0.0, size - max(step, round_step(size))), size, open_low=True)
    if bound == "about":
        slack = max(max(step, round_step(size)) / 2, _ABOUT * size)
        return Interval(size - slack, size + slack)
    if rounding == "truncate":
        return Interval(size, size + step, open_high=True)
    return Interval(size - step / 2, size + step / 2, open_high=True)
