"""Lines spelled out as declarations: codes, dates, numbers, quantities."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from customhouse.simulate.columns import decimals, digits, pick
from customhouse.simulate.goods import SLOTS, goods
from customhouse.simulate.lines import BLOCK, Draft, draft_block
from customhouse.simulate.plan import Plan
from customhouse.simulate.population import ENTERPRISES, FLOWS, MODES, partners, regimes, regions
from customhouse.simulate.prices import country_levels, steady_families
from customhouse.simulate.tables import rows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MONEY, _AMOUNT, _TEXT = pa.decimal128(18, 2), pa.decimal128(18, 3), pa.string()
SCHEMA = pa.schema([
    ("declaration_id", _TEXT), ("line", pa.int32()), ("date", pa.date32()), ("flow", _TEXT),
    ("hs_code", _TEXT), ("partner", _TEXT), ("consignment", _TEXT), ("region", _TEXT), ("enterprise", _TEXT),
    ("trader_id", _TEXT), ("regime", _TEXT), ("transport", _TEXT), ("office", _TEXT), ("value", _MONEY),
    ("currency", _TEXT), ("basis", _TEXT), ("quantity", _AMOUNT), ("quantity_unit", _TEXT),
    ("supplementary_quantity", _AMOUNT), ("supplementary_unit", _TEXT), ("net_mass_kg", _AMOUNT),
])
"""The columns of simulated declarations, named as the declaration schema names them."""
MOST_IN_MONTH = 10**8
"""The declaration numbers of a month run out beyond so many lines."""

_PRICE_SPREAD = 0.2
_PIECES = ("unit", "pair")
_GOLDEN = 0.6180339887498949
_STEP = 0.2548776662466927
_HUBS = ("HKG", "SGP", "ARE", "NLD", "KOR")
_BY_HUB = 0.12
_WEEKEND = 0.35
_HOLIDAY = 0.1


def draw_block(plan: Plan, at: int, block: int, seed: int) -> Any:
    """Block number `block` of the month at position `at` of the plan: a table with the columns of `SCHEMA`.

    Text columns are dictionaries in memory.
    """
    month = plan.months[at]
    rng = np.random.default_rng([seed, 2, month, block])
    draft = draft_block(plan, at, block, seed, rng)
    columns = _of_headers(plan, draft, month, block, rng) | _of_items(plan, draft, at, rng)
    return pa.table({name: columns[name] for name in SCHEMA.names})


def _of_headers(plan: Plan, draft: Draft, month: int, block: int, rng: np.random.Generator) -> dict[str, Any]:
    """What all lines of a declaration share."""
    people, on = plan.population, draft.declaration
    head = draft.relation[draft.line == 1]
    office = _office(people.region[head], rng)
    day = _day(month, len(head), rng)
    serial = block * BLOCK + np.arange(len(head))
    year, number = divmod(month, 12)
    prefix = _offices()[1][office] * 10**14 + (year * 100 + number + 1) * 10**8
    traders, which = np.unique(draft.trader, return_inverse=True)
    relation = draft.relation
    return {
        "declaration_id": pick(digits(prefix + serial, 18), on),
        "date": pa.array(day[on], pa.date32()),
        "flow": pick(FLOWS, people.flow[relation]),
        "partner": pick(partners(), people.partner[relation]),
        "consignment": pick(partners(), _consignment(people.partner[head], rng)[on]),
        "region": pick(regions(), people.region[relation]),
        "enterprise": pick(ENTERPRISES, people.enterprise[relation]),
        "trader_id": pick(digits(traders, 7, "SIM"), which[on]),
        "regime": pick(regimes(), people.regime[relation]),
        "transport": pick(MODES, people.transport[relation]),
        "office": pick(_offices()[0], office[on]),
        "basis": pick(("FOB", "CIF"), people.flow[relation]),
        "currency": pick(("CNY",), np.zeros(len(relation), np.int64)),
    }


def _of_items(plan: Plan, draft: Draft, at: int, rng: np.random.Generator) -> dict[str, Any]:
    """What each line has of its own: goods, value, quantities."""
    people, relation, catalogue = plan.population, draft.relation, goods()
    family, flow = people.family[relation], people.flow[relation]
    good = _goods(family, draft.trader[draft.declaration], rng)
    unit = catalogue.unit[good]
    price = catalogue.unit_value[good] * country_levels()[flow, people.partner[relation]]
    amount = _amounts(draft.fen / (100 * price * plan.prices[at, family]), 2 * family + flow, rng)
    pieces = np.isin(np.array(catalogue.units), _PIECES)[unit]
    amount = np.where(pieces, np.maximum(np.rint(amount), 1), np.maximum(amount, 0.001))
    quantity = np.rint(amount * 1000).astype(np.int64)
    mass = np.maximum(np.rint(quantity * catalogue.kg_per_unit[good]), 1).astype(np.int64)
    twice = unit != catalogue.units.index("kg")
    kilograms = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(good), np.int32), mask=~twice), ["kg"])
    return {
        "line": pa.array(draft.line.astype(np.int32)),
        "hs_code": pick(catalogue.codes, good),
        "value": decimals(draft.fen, 2),
        "quantity": decimals(quantity, 3),
        "quantity_unit": pick(catalogue.units, unit),
        "supplementary_quantity": decimals(mass, 3, twice),
        "supplementary_unit": kilograms,
        "net_mass_kg": decimals(mass, 3),
    }


def _amounts(usual: Floats, group: Ints, rng: np.random.Generator) -> Floats:
    """Quantities around the usual ones; those of bulk goods still add up to the usual.

    `group` is twice the family, and one more for imports.
    """
    amount = usual * np.exp(_PRICE_SPREAD * rng.standard_normal(len(usual), np.float32))
    steady = np.flatnonzero(steady_families()[group // 2])
    if len(steady):
        groups = group[steady]
        wanted, found = np.bincount(groups, usual[steady]), np.bincount(groups, amount[steady])
        amount[steady] *= (wanted / np.where(found > 0, found, 1))[groups]
    return np.asarray(amount)


def _goods(family: Ints, trader: Ints, rng: np.random.Generator) -> Ints:
    """A few codes of the family, the same few for a trader, the first of them most often."""
    which = _turns()[rng.integers(0, len(_turns()), len(family))]
    slot = ((trader * _GOLDEN + which * _STEP) % 1.0 * SLOTS).astype(np.int64)
    return goods().slots[family, slot].astype(np.int64)


@cache
def _turns() -> Ints:
    """256 draws of which of a trader's goods: half the first, a quarter the second and so on."""
    return np.repeat(np.arange(8), [128, 64, 32, 16, 8, 4, 2, 2])


def _consignment(partner: Ints, rng: np.random.Generator) -> Ints:
    """The country of consignment: the partner itself, or for some a hub of trade."""
    hubs = np.array([partners().index(hub) for hub in _HUBS])
    draw = rng.random(len(partner), np.float32)
    hub = hubs[np.minimum((draw / _BY_HUB * len(hubs)).astype(np.int64), len(hubs) - 1)]
    return np.where(draw < _BY_HUB, hub, partner)


@cache
def _offices() -> tuple[tuple[str, ...], Ints, Ints, Ints]:
    """Office codes, the same as numbers, and for each region where its offices begin and how many it has."""
    lists = [row["offices"].split("|") for row in rows("regions")]
    codes = tuple(code for offices in lists for code in offices)
    counts = np.array([len(offices) for offices in lists])
    return codes, np.array([int(code) for code in codes]), np.cumsum(counts) - counts, counts


def _office(region: Ints, rng: np.random.Generator) -> Ints:
    _, _, first, counts = _offices()
    share = rng.random(len(region)) ** 2
    return np.asarray(first[region] + (share * counts[region]).astype(np.int64))


def _day(month: int, count: int, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """Days since 1970: fewer at weekends and in the week from the eve of the Spring Festival."""
    year, number = divmod(month, 12)
    first = date(year, number + 1, 1).toordinal()
    days = [date.fromordinal(first + n) for n in range(monthrange(year, number + 1)[1])]
    weights = np.array([_HOLIDAY if _festive(d) else _WEEKEND if d.weekday() > 4 else 1.0 for d in days])
    edges = np.cumsum(weights)
    at = np.searchsorted(edges, rng.random(count) * edges[-1], "right")
    return np.asarray(np.minimum(at, len(days) - 1) + first - date(1970, 1, 1).toordinal(), np.int32)


def _festive(day: date) -> bool:
    starts = (date.fromisoformat(row["date"]) for row in rows("spring_festivals"))
    return any(-1 <= (day - start).days < 7 for start in starts)
