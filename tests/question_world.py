"""The world of the questions (cases/questions_world.yaml) as statistics, and an oracle of its sums."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from customhouse import groups
from customhouse.errors import VocabularyError
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.vocabulary import entries
from statistics_fake import DIMS, Cell, FakeStatistics

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "questions_world.yaml").read_text(encoding="utf-8"))
SPAN = Period.parse(TABLE["months"])
SIGNS = {"exports": {"exports": 1}, "imports": {"imports": 1}, "trade": {"exports": 1, "imports": 1},
         "balance": {"exports": 1, "imports": -1}}


def cells() -> tuple[Cell, ...]:
    found = []
    for line in TABLE["lines"]:
        row = dict(line)
        base, growth, price = (row.pop(name) for name in ("base", "growth", "price"))
        traders = frozenset(row.pop("traders"))
        for month in range(SPAN.first, SPAN.last + 1):
            value = base * 10**9 * TABLE["seasons"][month % 12] // 100
            if month // 12 == 2025:
                value = value * (100 + growth) // 100
            found.append(Cell(month=month, value=value, mass=value // price, traders=traders, **row))
    return tuple(found)


@cache
def held() -> dict[str, tuple[str, ...]]:
    """Groups of goods and regions with what is in them."""
    regions = ("central_west", "east")
    found = {code: tuple(groups.members("region", code, SPAN.last).codes) for code in regions}
    for entry in entries("commodities"):
        try:
            prefixes = groups.members("commodity", entry.code, SPAN.last).prefixes
        except VocabularyError:
            continue
        if prefixes:
            found[entry.code] = prefixes
    return found


@cache
def statistics() -> FakeStatistics:
    return FakeStatistics(cells(), quantity_unit="", groups=held())


def amount(part: Slice, period: Period) -> Fraction:
    """The value of a slice, added up in plain Python by the members of its codes."""
    signs = SIGNS[part.flow or "trade"]
    total = Fraction(0)
    for cell in statistics().cells:
        inside = all(_holds(d, code, getattr(cell, d), period.last) for d in DIMS
                     if (code := getattr(part, d)) is not None)
        if inside and cell.flow in signs and period.first <= cell.month <= period.last:
            total += cell.value * signs[cell.flow]
    return total


@cache
def _holds(dimension: str, code: str, value: str, month: int) -> bool:
    return groups.members(dimension, code, month).holds(value)


def oracle(claim: Claim) -> Fraction | None:
    """The figure of a claim about values, computed anew; None for measures that it does not know."""
    part, period = claim.slice, claim.period
    assert period is not None
    before = claim.base or period.year_earlier()
    whole = part.widen(claim.whole or _default(claim))
    of: dict[str, Any] = {
        "value": lambda: amount(part, period),
        "growth": lambda: 100 * (amount(part, period) / amount(part, before) - 1),
        "change": lambda: amount(part, period) - amount(part, before),
        "share": lambda: 100 * amount(part, period) / amount(whole, period),
        "share_change": lambda: 100 * (amount(part, period) / amount(whole, period)
                                       - amount(part, before) / amount(whole, before)),
        "contribution": lambda: 100 * (amount(part, period) - amount(part, before)) / amount(whole, before),
    }
    return None if claim.of or claim.measure not in of else of[claim.measure]()


def _default(claim: Claim) -> tuple[tuple[str, None], ...]:
    return tuple((d, None) for d in claim.slice.narrowing()[:1])
