"""The concepts that statistics can be compiled by, as in International Merchandise Trade Statistics 2010."""

from __future__ import annotations

from functools import cache

from customhouse.statistics import Concepts
from customhouse.vocabulary.tables import rows


@cache
def outside_special_trade() -> frozenset[str]:
    """The regimes whose goods special trade leaves out."""
    return frozenset(row["regime"] for row in rows("trade_systems") if row["special"] == "out")


def flows(flow: str, concepts: Concepts) -> dict[str, int]:
    """The recorded flows that make up one that is asked for, each with its sign."""
    returned = concepts.returned == "included"
    out = {"exports": 1} | ({"re_exports": 1} if returned else {})
    back = {"imports": 1} | ({"re_imports": 1} if returned else {})
    made = {
        "exports": out,
        "imports": back,
        "trade": out | back,
        "balance": out | dict.fromkeys(back, -1),
    }
    return made.get(flow, {flow: 1})
