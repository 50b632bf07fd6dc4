"""What a multiple may be: a power of ten, an exchange rate, or an exchange rate with a change of unit.

`rates.csv` has for each currency the range of its units per US dollar since 2000.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

RARE = 0.1
"""By so much nearer an exchange rate must be than a power of ten."""
POWERS = tuple(k for k in range(-9, 10) if k)


class Reading(NamedTuple):
    """What a factor is read as: the cause, the power of ten in it, how far off it is (log)."""

    cause: str
    power: int
    off: float


def read(factor: float, currency: str | None, reporter: str | None, *, slack: float) -> Reading:
    """The likeliest reading of a factor that is known to within `slack` (natural logarithm).

    A factor without any reading is `unknown_factor`.
    """
    size = math.log(factor)
    found = [Reading("power_of_ten", k, abs(size - k * math.log(10))) for k in POWERS]
    for low, high in _spans(currency, reporter):
        for k in (0, *POWERS):
            at = size - k * math.log(10)
            for sign in (1, -1):
                ends = sorted((sign * math.log(low), sign * math.log(high)))
                off = max(ends[0] - at, at - ends[1], 0.0)
                found.append(Reading("currency_and_unit" if k else "currency", k, off))
    rare = min(RARE, slack)
    best = min(found, key=lambda one: (one.off + rare * (one.cause != "power_of_ten"), abs(one.power)))
    near = slack if best.cause == "power_of_ten" else max(slack - rare, slack / 2)
    return best if best.off <= near else Reading("unknown_factor", 0, best.off)


def dearest(currency: str) -> float:
    """The most units of a currency that a US dollar has cost, NaN where no rate is known."""
    if currency == "USD":
        return 1.0
    return max((high for code, _, high, _ in _rates() if code == currency), default=math.nan)


def _spans(currency: str | None, reporter: str | None) -> list[tuple[float, float]]:
    """The ranges of the rates that could have come between: of the currency, or of the reporter's own."""
    return [
        (low, high)
        for code, low, high, who in _rates()
        if code == currency or (currency == "USD" and who == reporter)
    ]


@cache
def _rates() -> tuple[tuple[str, float, float, str], ...]:
    with (files("customhouse.records.controls") / "rates.csv").open(encoding="utf-8") as stream:
        return tuple(
            (r["currency"], float(r["low"]), float(r["high"]), r["reporters"]) for r in csv.DictReader(stream)
        )
