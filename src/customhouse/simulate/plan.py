"""The plan of a simulation: how much each relation trades in each month, in fen, and on how many lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from customhouse.simulate.anchors import anchored
from customhouse.simulate.fit import fit_totals, fit_values
from customhouse.simulate.population import Population, populate
from customhouse.simulate.prices import price_movements
from customhouse.simulate.rake import Margin

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_RELATIONS, _ANCHORED = 40_000, 300
"""The most relations, and how many there must be before some are added for what releases state."""
_LINES_A_TRADER = 25
_TRADERS = 529_000
_LEAST = 1_000_00
"""The least that a relation trades in a month, in fen."""
_AVERAGE = 1e9
"""What a line of a relation is worth at most on average, in yuan, where there are lines enough."""
_CONCAVITY = 0.7
"""Lines grow with the value of a relation to this power: large traders have larger lines."""


@dataclass(frozen=True, slots=True)
class Plan:
    """By month and relation: fen and lines; by month and family: multiples of the usual unit values.

    `margins` has what is published beside what is simulated.

    A relation without lines in a month has no fen in it.
    """

    months: range
    population: Population
    fen: Ints
    lines: Ints
    prices: Floats
    margins: tuple[Margin, ...]


def draw_plan(lines: int, months: range, seed: int) -> Plan:
    """The plan for so many lines in running months."""
    totals = fit_totals(months)
    by_month = _apportion(lines, totals.sum(axis=1))
    relations = int(np.clip(lines / len(months) / 2, 2, _RELATIONS))
    population = populate(relations, seed, min(_TRADERS, lines // _LINES_A_TRADER))
    if relations >= _ANCHORED:
        population = anchored(population, months, seed)
    there = _support(population, by_month)
    values, judge = fit_values(_start(population, months, seed) * there, totals, population, months)
    fen = _whole(values, totals, population, there)
    counts = np.stack([_lines(fen[m], int(by_month[m])) for m in range(len(months))])
    prices, moved = price_movements(fen, population, months)
    return Plan(months, population, fen, counts, prices, (*judge(fen / 100), *moved))


def _apportion(total: int, weights: Floats) -> Ints:
    """Whole numbers that add up to `total`, by largest remainders."""
    if not weights.sum():
        return np.zeros(len(weights), np.int64)
    exact = total * (weights / weights.sum())
    floor = np.floor(exact).astype(np.int64)
    short = total - int(floor.sum())
    floor[np.argsort(floor - exact, kind="stable")[:short]] += 1
    return np.asarray(floor)


def _support(population: Population, by_month: Ints) -> Bools:
    """Which relations trade in which month: all, or where lines are too few the first of either flow."""
    rank = np.empty(len(population), np.int64)
    for flow in (0, 1):
        inside = population.flow == flow
        rank[inside] = 2 * np.arange(int(inside.sum())) + flow
    return np.asarray(rank[None, :] < by_month[:, None])


def _start(population: Population, months: range, seed: int) -> Floats:
    rng = np.random.default_rng([seed, 1])
    rows = [
        population.size * np.exp(0.25 * rng.standard_normal(len(population), np.float32)) for _ in months
    ]
    return np.stack(rows).astype(np.float64)


def _whole(values: Floats, totals: Floats, population: Population, there: Bools) -> Ints:
    """Values in fen whose sums by month and flow are the totals to the last fen."""
    fen = np.where(there, np.maximum(np.rint(values * 100), _LEAST), 0).astype(np.int64)
    wanted = np.rint(totals * 100).astype(np.int64)
    for month, flow in np.ndindex(*totals.shape):
        inside = np.flatnonzero(there[month] & (population.flow == flow))
        if len(inside):
            largest = inside[np.argmax(fen[month, inside])]
            fen[month, largest] += wanted[month, flow] - fen[month, inside].sum()
    return fen


def _lines(fen: Ints, count: int) -> Ints:
    """Lines by relation: at least one each, and more the more it trades."""
    there = fen > 0
    average = max(_AVERAGE * 100, 2.0 * float(fen.sum()) / max(count, 1))
    least = np.ceil(fen / average).astype(np.int64)
    if least.sum() > count:
        least = there.astype(np.int64)
    weights = np.where(there, fen.astype(np.float64) ** _CONCAVITY, 0)
    more = count - int(least.sum())
    wanted = np.maximum(weights / max(weights.sum(), 1.0) * count - least, 0)
    return least + _apportion(more, wanted if wanted.sum() else weights)
