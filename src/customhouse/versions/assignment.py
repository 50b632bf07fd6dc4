"""Optimal assignment on sparse costs: every row gets a column of its own or stays alone.

Method: shortest augmenting paths with dual prices (R. Jonker and A. Volgenant, "A shortest augmenting
path algorithm for dense and sparse linear assignment problems", Computing 38, 1987), with a heap over
the edges that there are. Time grows with edges, not with rows times columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush


def assign(costs: Sequence[Mapping[int, float]], alone: float) -> dict[int, int]:
    """Row -> column such that the costs, with `alone` for each row left over, are least.

    `costs` has for each row the columns that it may get, with costs from 0 up.
    """
    prices: dict[int, float] = {}
    owner: dict[int, int] = {}
    held: dict[int, int] = {}
    for row in range(len(costs)):
        path = _shortest(row, costs, alone, prices, owner, held)
        _augment(path, owner, held)
    return {row: column for row, column in held.items() if column >= 0}


def _shortest(row: int, costs: Sequence[Mapping[int, float]], alone: float, prices: dict[int, float],
              owner: dict[int, int], held: dict[int, int]) -> list[tuple[int, int]]:
    """The cheapest way to give a row a column: (row, column) steps; raises the prices on its way.

    Column -1 - r is row r left alone.
    """
    distance: dict[int, float] = {}
    came: dict[int, int] = {}
    done: set[int] = set()
    heap: list[tuple[float, int]] = []
    current, base = row, 0.0
    while True:
        paid = _paid(current, costs, alone, prices, held)
        edges = {**costs[current], -1 - current: alone}
        for column, cost in edges.items():
            if column in done:
                continue
            total = base + cost - prices.get(column, 0.0) - paid
            if total < distance.get(column, float("inf")) - 1e-12:
                distance[column], came[column] = total, current
                heappush(heap, (total, column))
        base, column = heappop(heap)
        while column in done:
            base, column = heappop(heap)
        done.add(column)
        if column not in owner:
            for seen in done:
                prices[seen] = prices.get(seen, 0.0) + distance[seen] - base
            return _steps(row, column, came, held)
        current = owner[column]


def _paid(row: int, costs: Sequence[Mapping[int, float]], alone: float, prices: dict[int, float],
          held: dict[int, int]) -> float:
    """The reduced cost of the column that a row holds, 0 where it holds none yet."""
    column = held.get(row)
    if column is None:
        return 0.0
    cost = alone if column < 0 else costs[row][column]
    return cost - prices.get(column, 0.0)


def _steps(row: int, column: int, came: dict[int, int], held: dict[int, int]) -> list[tuple[int, int]]:
    steps = []
    while True:
        taker = came[column]
        steps.append((taker, column))
        if taker == row:
            return steps
        column = held[taker]


def _augment(steps: list[tuple[int, int]], owner: dict[int, int], held: dict[int, int]) -> None:
    for row, column in steps:
        held[row], owner[column] = column, row
