"""Unit values: how they differ between countries, and how they move where a release states it."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from customhouse.period import Period
from customhouse.simulate.facts import Fact, facts
from customhouse.simulate.goods import goods
from customhouse.simulate.population import Population, partners
from customhouse.simulate.rake import Margin
from customhouse.simulate.select import Cells, Selector, families_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FIXED = 20250714
_SPREAD = 0.15


@cache
def country_levels() -> Floats:
    """Unit values by flow and partner as multiples of the usual, the same in every simulation."""
    rng = np.random.default_rng(_FIXED)
    return np.asarray(np.exp(_SPREAD * rng.standard_normal((2, len(partners())))))


@cache
def steady_families() -> Bools:
    """Families whose codes all have one unit value: only these can be held to stated prices."""
    catalogue = goods()
    return np.array([np.ptp(catalogue.unit_value[slots]) == 0 for slots in catalogue.slots])


def price_movements(fen: Ints, people: Population, months: range) -> tuple[Floats, tuple[Margin, ...]]:
    """Multiples of the usual unit values by month and family, so that stated changes of prices hold.

    A change holds from the first month that it is stated for. Also the stated beside the simulated.
    """
    levels = np.ones((len(months), len(goods().families)))
    find = Selector(people, months)
    span = Period(months.start, months.stop - 1)
    held = [fact for fact in facts() if fact.measure == "price_growth" and fact.within(span)]
    margins = []
    for fact in held:
        if fact.part.commodity and fact.base and families_of(fact.part.commodity)[steady_families()].any():
            margins.append(_move(levels, fact, fact.base, find, fen, people))
    return levels, tuple(margins)


def _move(levels: Floats, fact: Fact, base: Period, find: Selector, fen: Ints, people: Population) -> Margin:
    later, earlier = find.cells(fact.part, fact.period), find.cells(fact.part, base)
    now, then = _unit_value(later, levels, fen, people), _unit_value(earlier, levels, fen, people)
    allowed = fact.interval()
    wanted = (allowed.low + allowed.high) / 2
    if not now or not then:
        return Margin(fact.name, fact.value, float("nan"), False)
    members = families_of(fact.part.commodity or "") & steady_families()
    levels[later[0][0]:, members] *= (1 + wanted / 100) * then / now
    found = (_unit_value(later, levels, fen, people) / then - 1) * 100
    return Margin(fact.name, fact.value, found, found in allowed)


def _unit_value(cells: Cells, levels: Floats, fen: Ints, people: Population) -> float:
    """Value by quantity of some relations, as a multiple of the usual; 0 where they trade nothing."""
    value = quantity = 0.0
    for at, inside in cells:
        flow, partner, family = people.flow[inside], people.partner[inside], people.family[inside]
        value += float(fen[at, inside].sum())
        quantity += float((fen[at, inside] / (country_levels()[flow, partner] * levels[at, family])).sum())
    return value / quantity if quantity else 0.0
