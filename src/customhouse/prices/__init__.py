"""Prices and volumes of trade: index numbers over matched items, and what a change in value is made of.

    panel          prices and quantities of items by period, with what is absent
    formulas       bilateral indices: Laspeyres, Paasche, Fisher, Tornqvist, Walsh; direct and chained
    multilateral   GEKS over a rolling window, which shows how far a chain drifts
    decomposition  a change in value as price, volume, entry and exit that add up to it

Unit values stand in for prices in trade statistics and are biased where the mix of goods behind them
changes (Export and Import Price Index Manual, IMF 2009, chapter 2).
"""

from __future__ import annotations

from customhouse.prices.decomposition import Change, Method, decompose
from customhouse.prices.formulas import FORMULAS, Formula, bilateral, chained, direct
from customhouse.prices.multilateral import Splice, geks
from customhouse.prices.panel import Panel

__all__ = [
    "FORMULAS", "Change", "Formula", "Method", "Panel", "Splice", "bilateral", "chained", "decompose",
    "direct", "geks",
]  # fmt: skip
