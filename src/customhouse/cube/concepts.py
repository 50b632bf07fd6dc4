"""The concepts that statistics can be compiled by, as in International Merchandise Trade Statistics 2010."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from customhouse.vocabulary.tables import rows


@dataclass(frozen=True, slots=True)
class Concepts:
    """Which trade counts, whose partner is meant, and whether returned goods are among it.

    `system`: general trade counts all goods that enter or leave the territory, special trade not
    those in warehouses and free zones (IMTS 2010, chapter II). `partner`: origin and last known
    destination, or consignment (chapter VI). `returned`: re-exports and re-imports are part of
    exports and imports, or left out of them to be asked for alone (chapter I).
    """

    system: Literal["general", "special"] = "general"
    partner: Literal["origin", "consignment"] = "origin"
    returned: Literal["included", "apart"] = "included"


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
