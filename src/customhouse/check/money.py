"""Amounts in one currency beside statistics in another, at average exchange rates.

The rates are yearly averages (exchange_rates.csv has them with their source). Customs convert month
by month, so that an amount at a yearly rate is near the true one, not equal to it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from customhouse.model import Claim, Derivation
from customhouse.period import Period
from customhouse.quantity import Interval

HOME = "CNY"
NEAR = 0.04
"""How far the rate of some months may be from that of their year, as a fraction."""
FAR = 0.1
"""Beyond this a figure is another whatever the rate of its months was."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of one currency for one of another, and whose average it is."""

    value: float
    source: str


def rate(of: str, into: str, period: Period) -> Rate | None:
    """Units of `into` for one of `of` on the average of the period's last year; None where no list has it.

    For a year past the list its last one stands.
    """
    if of == into:
        return Rate(1.0, "")
    one, other = _yuan(of, period.year), _yuan(into, period.year)
    if one is None or other is None:
        return None
    return Rate(one.value / other.value, one.source or other.source)


def converted(computed: Claim, into: str, at: Rate) -> Claim:
    """A computed amount in another currency, with what the rate of single months leaves open."""
    value = computed.value * at.value
    slack = NEAR * abs(value)
    text = f"{computed.value:,.0f} x {at.value:.4f} = {value:,.0f}"
    origin = Derivation("exchange_rate", (computed,), Interval(value - slack, value + slack), text)
    return Claim(computed.measure, value, into, origin, of=computed.of, slice=computed.slice,
                 period=computed.period, base=computed.base, note=at.source)


@cache
def _rates() -> dict[tuple[str, int], Rate]:
    text = (files("customhouse.check") / "exchange_rates.csv").read_text(encoding="utf-8")
    return {(row["currency"], int(row["year"])): Rate(float(row["yuan"]), f"{row['source']} ({row['year']})")
            for row in csv.DictReader(io.StringIO(text))}


def _yuan(currency: str, year: int) -> Rate | None:
    """Yuan for one of a currency in a year, or in the last one that is listed before it."""
    if currency == HOME:
        return Rate(1.0, "")
    years = [y for listed, y in _rates() if listed == currency and y <= year]
    return _rates()[currency, max(years)] if years else None
