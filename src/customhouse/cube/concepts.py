"""The concepts that statistics can be compiled by, as in International Merchandise Trade Statistics 2010."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from customhouse.model import Slice, changed
from customhouse.statistics import Concepts
from customhouse.vocabulary.tables import returned_goods, rows


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


def as_recorded(part: Slice, recorded: Callable[[str, str], bool]) -> Slice | None:
    """A slice as it was recorded: claims have returned goods as a regime, most statistics as a flow.

    `recorded` tells whether there is anything of a column's code. None where statistics have returned
    goods neither way: that they are not told apart does not make them 0.
    """
    returned = returned_goods().get(part.regime or "")
    if returned is None or recorded("regime", returned.regime):
        return part
    if part.flow not in (None, "trade", returned.within) or not recorded("flow", returned.flow):
        return None
    return changed(part, flow=returned.flow, regime=None)
