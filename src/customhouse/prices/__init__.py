"""Prices and volumes of trade: index numbers over matched items, and what a change in value is made of.

    panel          prices and quantities of items by period, with what is absent
    formulas       bilateral indices: Laspeyres, Paasche, Fisher, Tornqvist, Walsh; direct and chained
    multilateral   GEKS over a rolling window, which shows how far a chain drifts
    decomposition  a change in value as price, volume, entry and exit that add up to it
    editing        outliers among unit value relatives, by strata
    grading        how far an index can be trusted
    doors          prices of frames in memory (trade, imputing, compared, indices, parts, results)
    contributions  the same as points of growth of a slice, out of statistics

Out of a store, month by month: `itemrows` (items of cells), `staging` (within bounds of memory), `sources`
(which items a slice has), `pairing` (two periods side by side), `comparing` and `of_slice` (indices).

Unit values stand in for prices in trade statistics and are biased where the mix of goods behind them
changes (Export and Import Price Index Manual, IMF 2009, chapter 2).
"""

from __future__ import annotations

from customhouse.prices.contributions import FACTORS, Contributions, contributions
from customhouse.prices.decomposition import Change, Method, decompose
from customhouse.prices.doors import of_frame, terms_of_trade
from customhouse.prices.editing import Rule, judge
from customhouse.prices.formulas import FORMULAS, Formula, bilateral, chained, direct
from customhouse.prices.multilateral import Splice, geks
from customhouse.prices.panel import Panel

__all__ = [
    "FACTORS", "FORMULAS", "Change", "Contributions", "Formula", "Method", "Panel", "Rule", "Splice",
    "bilateral", "chained", "contributions", "decompose", "direct", "geks", "judge", "of_frame",
    "terms_of_trade",
]  # fmt: skip
