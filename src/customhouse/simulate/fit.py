"""Totals and the values of relations fitted to what is published, in that order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from customhouse.model import Slice
from customhouse.period import Period
from customhouse.simulate.facts import Fact, facts, monthly
from customhouse.simulate.margins import Breakdown, breakdowns, first_guess
from customhouse.simulate.population import FLOWS, Population
from customhouse.simulate.rake import Margin, Target, margin, pooled, rake, sweep_once, target
from customhouse.simulate.select import Cells, Selector

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Judge = Callable[[Floats], tuple[Margin, ...]]

_BASE_MOVES = 0.15
_START_SWEEPS = 6
_SWEEPS_HELD = 15


@cache
def fit_totals(months: range) -> Floats:
    """Totals in yuan by month and flow: as published, but where releases state otherwise as they state."""
    totals = first_guess(months)
    span = Period(months.start, months.stop - 1)

    def find(part: Slice, period: Period) -> Cells:
        inside = np.arange(2) if part.flow == "trade" else np.array([FLOWS.index(part.flow or "")])
        return tuple((month - months.start, inside) for month in range(period.first, period.last + 1))

    plain = [fact for fact in facts() if not fact.part.narrowing()]
    held = [target(fact, find) for fact in (*_held(monthly(), span), *_held(plain, span))]
    rake(totals, held, _nothing, _BASE_MOVES)
    totals.setflags(write=False)
    return totals


def fit_values(
    values: Floats, totals: Floats, population: Population, months: range
) -> tuple[Floats, Judge]:
    """Values by month and relation that add up to the totals and meet what releases state of parts.

    Also what judges values (in yuan) against every figure that is stated of these months.
    """
    parts = breakdowns(population, totals, months)
    for _ in range(_START_SWEEPS):
        for part in parts:
            _scale(values, part, 0.0)
        _to_totals(values, population.flow, totals)
    span = Period(months.start, months.stop - 1)
    find = Selector(population, months).cells
    held = [target(fact, find) for fact in (*_held(monthly(), span), *_held(facts(), span))]
    narrow = [aim for aim in held if aim.fact.part.narrowing() and aim.fact.measure != "price_growth"]

    def hold(raked: Floats) -> None:
        for part in parts:
            if part.tolerance is not None:
                _scale(raked, part, part.tolerance)
        _to_totals(raked, population.flow, totals)

    for _ in range(_SWEEPS_HELD):
        sweep_once(values, narrow, hold)
    _rake_pools(values, narrow, population, totals)
    return values, lambda yuan: _judged(yuan, held)


def _judged(values: Floats, held: list[Target]) -> tuple[Margin, ...]:
    return tuple(margin(values, aim) for aim in held if aim.fact.measure != "price_growth")


def _held(stated: tuple[Fact, ...] | list[Fact], span: Period) -> list[Fact]:
    return [fact for fact in stated if fact.within(span)]


def _nothing(_: Floats) -> None:
    """Between sweeps over totals there is nothing to restore."""


def _rake_pools(values: Floats, aims: list[Target], population: Population, totals: Floats) -> None:
    """Rake what the aims tell apart to the end; the relations of a pool are scaled alike."""
    pool, joint = pooled(len(population), aims, population.flow)
    flow = np.zeros(int(pool.max()) + 1, np.int64)
    flow[pool] = population.flow
    sums: Floats = np.stack([np.bincount(pool, row, len(flow)) for row in values]).astype(np.float64)
    before = sums.copy()
    rake(sums, joint, lambda raked: _to_totals(raked, flow, totals))
    factor = np.divide(sums, before, out=np.ones_like(sums), where=before > 0)
    values *= factor[:, pool]


def _to_totals(values: Floats, flow: Ints, totals: Floats) -> None:
    _scale(values, Breakdown(flow, totals, None), 0.0)


def _scale(values: Floats, part: Breakdown, tolerance: float | Floats) -> None:
    """Scale each class to its amount, or to within a tolerance of it (relative)."""
    sums = np.stack([np.bincount(part.group, row, part.amounts.shape[1]) for row in values])
    ratio = np.divide(sums, part.amounts, out=np.ones_like(sums), where=part.amounts > 0)
    wanted = np.clip(ratio, 1 - tolerance, 1 + tolerance)
    factor = np.divide(wanted, ratio, out=np.ones_like(ratio), where=ratio > 0)
    values *= factor[:, part.group]
