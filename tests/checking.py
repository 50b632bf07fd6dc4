"""A small world of exact statistics, for the tests of checking: 30 months by partner, owner and goods."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

from customhouse.period import parse_month
from statistics_fake import Cell, FakeStatistics

FIRST, MONTHS = parse_month("2022-01"), 30
PARTNERS = {"USA": 500, "VNM": 310, "DEU": 170, "KOR": 260}
OWNERS = {"private": 1.0, "foreign_invested": 0.61, "state_owned": 0.23}
FLOWS = {"exports": 1.0, "imports": 0.72}
GOODS = {"85423100": 1.0, "10019900": 0.13}


def _wave(month: int, turn: int) -> float:
    """A movement that repeats in no year, so that no two figures are alike by chance."""
    return 1 + 0.003 * (1 + turn * 5 % 7) * month + 0.09 * ((month * (7 + turn) + turn * turn * 3) % 13) / 13


@cache
def world(revised: float = 1.0, currency: str = "CNY") -> FakeStatistics:
    """Billions of yuan and the odd one; `revised` is by what 2023 was changed since it was published."""
    cells = []
    for n, (flow, part), (partner, size), (owner, share), (good, heft) in product(
        range(MONTHS), FLOWS.items(), PARTNERS.items(), OWNERS.items(), GOODS.items()
    ):
        turn = list(PARTNERS).index(partner) + 4 * list(OWNERS).index(owner) + 12 * list(FLOWS).index(flow)
        value = round(size * 1e8 * part * share * heft * _wave(n, turn + 24 * list(GOODS).index(good)))
        cell = Cell(FIRST + n, flow, value, partner=partner, enterprise=owner, commodity=good)
        if revised != 1.0 and 12 <= n < 24:
            cell = replace(cell, value=round(value * revised), first=value)
        cells.append(cell)
    return FakeStatistics(tuple(cells), currency, groups={"agricultural": ("10",), "semiconductor": ("85",)})
