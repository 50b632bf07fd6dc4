"""Simulated import declarations with hidden fraud, to compare ways of targeting by what is known to be true.

No line is a real declaration and no trader a real one. Goods and their usual unit values are those of
`customhouse.simulate`; duties, traders and schemes are invented. What is found on such data shows a
direction and proves nothing of real trade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.schemes import USUAL, YEAR, Scheme, Taken, taken

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from customhouse.targeting.history import Flags, Floats, Whole

START = date(2023, 1, 1)
VAT = 0.13
"""Tax on the value with duty, China's rate since 2019."""
PREFERENCE = ("VNM", "THA", "MYS", "IDN", "AUS", "CHL")
"""Origins whose goods pay no duty here."""
ORIGINS = (*PREFERENCE, "USA", "DEU", "JPN", "KOR", "GBR", "FRA", "ITA", "BRA", "IND", "RUS", "ZAF", "TUR")
OFFICES = ("5301", "5201", "2201", "2225", "3101", "0201", "4201", "5141", "7901", "9001")
_DUTIES = (0.0, 0.03, 0.05, 0.065, 0.08, 0.1, 0.14, 0.2, 0.25)
_NEARBY = 12
"""How many codes on either side a trader's goods, or a false code, are from."""


@dataclass(frozen=True, slots=True, eq=False)
class Traders:
    """Traders, an array entry each: their first day, how much they trade, what, from where, and by whom."""

    since: Whole
    size: Floats
    goods: Whole
    origin: Whole
    office: Whole
    declarant: Whole
    level: Floats
    trusted: Flags


def traders(count: int, days: int, goods: int, random: np.random.Generator) -> Traders:
    """Most trade from the first day on, three in ten from later; half of the old and large are accredited."""
    import numpy as np

    since = np.where(random.random(count) < 0.3, random.integers(0, days, count), 0)
    size = random.pareto(1.3, count) + 0.2
    large = size > np.quantile(size, 0.8)
    return Traders(
        since, size, random.integers(_NEARBY, goods - _NEARBY, count),
        random.integers(0, len(ORIGINS), count), random.integers(0, len(OFFICES), count),
        random.integers(0, max(2, count // 12), count),
        np.exp(0.12 * random.standard_normal(count)),
        large & (since == 0) & (random.random(count) < 0.5),
    )  # fmt: skip


def declarations(
    number: int, seed: int = 1, days: int = 2 * YEAR, schemes: Sequence[Scheme] = USUAL,
    trader_count: int | None = None,
) -> pa.Table:  # fmt: skip
    """So many declarations of one item each, in the order of time: what is declared, and what is true.

    Columns of the declaration schema (`value_cny`, `net_mass_kg`), `declarant_id`, `aeo`, `duty_rate`,
    `duty_cny` (duty and tax as declared) and the truth that targeting may not see: `fraud`, `scheme`,
    `revenue_cny` (duty and tax evaded). Raises TargetingError.
    """
    import numpy as np

    if number < 1 or days < 1:
        raise TargetingError(f"{number} declarations over {days} days: ask for one of each at least")
    from customhouse.simulate.goods import goods

    random, catalogue = np.random.default_rng(seed), goods()
    people = traders(trader_count or max(20, number // 50), days, len(catalogue.codes), random)
    lines = _lines(number, days, people, len(catalogue.codes), random)
    chapter = np.array([int(code[:2]) for code in catalogue.codes])
    goods_of = chapter[lines.goods]
    fraud = taken(schemes, lines.day, lines.trader, goods_of, people.since, people.trusted, random)
    usual = (catalogue.unit_value / catalogue.kg_per_unit)[lines.goods]
    return _table(lines, people, fraud, usual * lines.price, _duties(catalogue.codes), schemes, random)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """What is truly imported: `value` in yuan, `price` a multiple of the goods' usual one."""

    day: Whole
    trader: Whole
    goods: Whole
    origin: Whole
    value: Floats
    price: Floats


def _lines(number: int, days: int, people: Traders, goods: int, random: np.random.Generator) -> _Lines:
    import numpy as np

    day = np.sort(random.integers(0, days, number))
    trader = _drawn(people.size, number, random)
    early = people.since[trader] > day
    while early.any():  # a trader that is not there yet gives way to another
        trader[early] = _drawn(people.size, int(early.sum()), random)
        early = people.since[trader] > day
    near = np.rint(random.triangular(-_NEARBY, 0, _NEARBY, number) / 3).astype(np.int64)
    own = random.random(number) < 0.75
    origin = np.where(own, people.origin[trader], random.integers(0, len(ORIGINS), number))
    country = np.exp(0.15 * np.random.default_rng(11).standard_normal(len(ORIGINS)))
    drift = np.exp(0.05 * np.sin(day / 58.0))
    noise = np.exp(0.22 * random.standard_normal(number))
    value = np.exp(random.normal(10.5, 1.3, number)) * np.sqrt(people.size[trader])
    price = people.level[trader] * country[origin] * drift * noise
    return _Lines(day, trader, np.clip(people.goods[trader] + near, 0, goods - 1), origin, value, price)


def _drawn(size: Floats, number: int, random: np.random.Generator) -> Any:
    """Numbers drawn in proportion to sizes."""
    import numpy as np

    edges = np.cumsum(size)
    return np.searchsorted(edges, random.random(number) * edges[-1], side="right").clip(0, len(size) - 1)


def _duties(codes: Sequence[str]) -> Floats:
    """A rate of duty for each code, the same in every simulation; codes near one another differ."""
    import numpy as np

    random = np.random.default_rng(12)
    return np.array(_DUTIES)[random.integers(0, len(_DUTIES), len(codes))]


def _table(
    lines: _Lines, people: Traders, fraud: Taken, price: Floats, duties: Floats, schemes: Sequence[Scheme],
    random: np.random.Generator,
) -> pa.Table:  # fmt: skip
    """What is declared of the lines, `price` the true one in yuan a kilogram, and the truth behind it."""
    import numpy as np
    import pyarrow as pa

    from customhouse.simulate.goods import goods

    scheme, share = fraud.scheme, fraud.declared
    kinds = np.array([one.kind for one in schemes] + ["none"])[scheme]
    codes, origins = np.array(goods().codes), np.array(ORIGINS)
    false_code = np.where(kinds == "misclassification", _lower(lines.goods, duties), lines.goods)
    false_origin = np.where(
        kinds == "origin", random.integers(0, len(PREFERENCE), len(scheme)), lines.origin
    )
    true_mass = np.round(lines.value / price, 3)
    mass = np.round(np.where(kinds == "quantity", true_mass * share, true_mass), 3)
    value = np.round(price * mass * np.where(kinds == "undervaluation", share, 1.0), 2)
    rate, true_rate = _rate(duties, false_code, false_origin), _rate(duties, lines.goods, lines.origin)
    declared, due = _due(value, rate), _due(np.round(price * true_mass, 2), true_rate)
    revenue = np.round(np.maximum(due - declared, 0.0), 2)
    evaded = (scheme >= 0) & (revenue > 0)
    through = np.where(random.random(len(scheme)) < 0.5, lines.origin, false_origin)
    names = np.array([*(one.name for one in schemes), ""])
    return pa.table({
        "declaration_id": [f"SIM{n:09d}" for n in range(len(scheme))],
        "date": [START + timedelta(days=int(day)) for day in lines.day],
        "trader_id": [f"T{n:06d}" for n in lines.trader],
        "declarant_id": [f"D{n:05d}" for n in people.declarant[lines.trader]],
        "office": np.array(OFFICES)[people.office[lines.trader]],
        "hs_code": codes[false_code], "partner": origins[false_origin], "consignment": origins[through],
        "value_cny": value, "net_mass_kg": mass, "duty_rate": rate, "duty_cny": declared,
        "aeo": people.trusted[lines.trader], "fraud": evaded, "scheme": np.where(evaded, names[scheme], ""),
        "revenue_cny": np.where(evaded, revenue, 0.0),
    })  # fmt: skip


def _rate(duties: Floats, goods: Whole, origin: Whole) -> Any:
    """The rate of duty of goods from an origin: none with a preference."""
    import numpy as np

    return np.where(origin < len(PREFERENCE), 0.0, duties[goods])


def _due(value: Floats, rate: Floats) -> Any:
    """Duty, and tax on value with duty, to the fen."""
    import numpy as np

    duty = np.round(value * rate, 2)
    return np.round(duty + VAT * (value + duty), 2)


def _lower(goods: Whole, duties: Floats) -> Any:
    """The code near each code that has the lowest duty, the nearest of them."""
    import numpy as np

    found = np.arange(len(duties))
    for away in range(1, _NEARBY):
        for sign in (-1, 1):
            other = np.clip(np.arange(len(duties)) + sign * away, 0, len(duties) - 1)
            found = np.where(duties[other] < duties[found], other, found)
    return found[goods]
