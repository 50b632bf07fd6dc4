"""What is published month by month: totals by flow, and trade by partner; and guesses where nothing is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from customhouse.period import parse_month
from customhouse.simulate.population import FLOWS, Population, partner_values, partners
from customhouse.simulate.tables import rows

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_UNIT = 1e8
"""Totals are printed in CNY 100 million."""
_TREND = {"exports": 1.06, "imports": 1.0}
"""Growth a year that is assumed for months without a published total, before facts rake them."""
_PARTNER_YEAR = 2024
_CLOSE, _LOOSE = 0.01, 0.3
"""How far, relatively, a partner may be from its published trade, and where none is published."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A classification of relations with the yuan that each class should have by month.

    `tolerance` (by month, relative) is how far a class may be from it; None where it is a start only.
    """

    group: Ints
    amounts: Floats
    tolerance: Floats | None


def first_guess(months: range) -> Floats:
    """Totals in yuan by month and flow: published, or the nearest same month of a year with the trend."""
    table = rows("months")
    known = {parse_month(row["month"]): [float(row[flow]) * _UNIT for flow in FLOWS] for row in table}
    guess = np.zeros((len(months), len(FLOWS)))
    for at, month in enumerate(months):
        nearest = min((m for m in known if m % 12 == month % 12), key=lambda m: abs(m - month))
        years = (month - nearest) // 12
        guess[at] = [known[nearest][f] * _TREND[flow] ** years for f, flow in enumerate(FLOWS)]
    return guess


def breakdowns(population: Population, totals: Floats, months: range) -> tuple[Breakdown, ...]:
    """By family, by region (weights) and by partner (published), in the order to rake them."""
    shares, tolerance = _partner_shares(months)
    partner = population.flow * len(partners()) + population.partner
    amounts = (shares * totals[:, :, None]).reshape(len(months), -1)
    return (
        _weighted(population.family, population.flow, "families", totals),
        _weighted(population.region, population.flow, "regions", totals),
        Breakdown(partner, amounts, tolerance),
    )


def _partner_shares(months: range) -> tuple[Floats, Floats]:
    """Shares of partners by month and flow, and how far they may be off.

    They are those of the same month of the published half-year, or its average.
    """
    values = partner_values()
    published = values.shape[2]
    shares = np.stack([values[:, :, m % 12] if m % 12 < published else values.mean(axis=2) for m in months])
    known = [m // 12 == _PARTNER_YEAR and m % 12 < published for m in months]
    tolerance = np.where(known, _CLOSE, _LOOSE)[:, None]
    return np.asarray(shares / shares.sum(axis=2, keepdims=True)), tolerance


def _weighted(codes: Ints, flow: Ints, table: str, totals: Floats) -> Breakdown:
    weights = np.array([[float(row[f]) for row in rows(table)] for f in FLOWS])
    shares = weights / weights.sum(axis=1, keepdims=True)
    amounts = (shares * totals[:, :, None]).reshape(len(totals), -1)
    return Breakdown(flow * weights.shape[1] + codes, amounts, None)
