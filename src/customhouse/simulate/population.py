"""Who trades what with whom: the relations that declarations are drawn from.

A relation is a trader (or a few small ones alike) that exports or imports goods of one family to or
from one country. Its attributes are drawn by a sequence of low discrepancy, so that even a hundred
relations mirror the weights; its size is heavy-tailed, so that few traders make most of the trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from customhouse.simulate.tables import rows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FLOWS = ("exports", "imports")
ENTERPRISES = ("private", "foreign_invested", "state_owned", "other")
MODES = ("water", "air", "rail", "road", "other")
_ENTERPRISE_SHARES = {"exports": (0.64, 0.27, 0.08, 0.01), "imports": (0.44, 0.32, 0.22, 0.02)}
_TRADER_SHARES = (0.860, 0.128, 0.010, 0.002)
"""Of traders by enterprise type: 455,000 private and over 67,000 foreign-invested of 529,000 (2025 Q1)."""
_TAIL = 1.1
"""Exponent of the sizes of traders (Pareto); the smaller, the more the largest have."""
_TEMPER = 0.7
"""Countries are drawn by their trade to this power, so that small ones are there as well."""
_STEPS = (0.5545497331806323, 0.3081695427, 0.8812714616335696, 0.7190673105, 0.4735633107, 0.1892071150)


@dataclass(frozen=True, slots=True)
class Population:
    """Relations, one array entry each. Codes are numbers into the tuples of names.

    `trader` is the number of its first trader and `span` of how many small traders it stands for.
    """

    flow: Ints
    partner: Ints
    family: Ints
    enterprise: Ints
    region: Ints
    regime: Ints
    transport: Ints
    trader: Ints
    span: Ints
    size: Floats

    def __len__(self) -> int:
        return len(self.flow)


@cache
def partners() -> tuple[str, ...]:
    """ISO codes of all partners, the largest first."""
    return tuple(row["partner"] for row in rows("partners_2024"))


@cache
def regions() -> tuple[str, ...]:
    """ISO 3166-2 codes of the provinces."""
    return tuple(row["region"] for row in rows("regions"))


@cache
def regimes() -> tuple[str, ...]:
    """Codes of the customs regimes."""
    return tuple(row["regime"] for row in rows("regimes"))


@cache
def partner_values() -> Floats:
    """Published trade by flow, partner and month, 2024-01 to 2024-06, in CNY 10,000."""
    table = rows("partners_2024")
    names = [[f"{flow}_{m:02}" for m in range(1, 7)] for flow in FLOWS]
    return np.array([[[float(row[name]) for name in flow] for row in table] for flow in names])


def populate(relations: int, seed: int, traders: int) -> Population:
    """So many relations of about so many traders. Equal arguments give equal relations."""
    rng = np.random.default_rng([seed, 0])
    share = 0.5 if relations > 1 else 1.0
    exports = max(1, round(relations * share)) if relations else 0
    halves = [_draw(0, exports, rng), _draw(1, relations - exports, rng)]
    parts = {name: np.concatenate([half[name] for half in halves]) for name in halves[0]}
    trader, size = _traders(parts, rng)
    span = _spans(trader, size, parts["enterprise"], traders)
    first = np.concatenate([[0], np.cumsum(span)[:-1]]) if relations else span
    return Population(**parts, trader=first[trader], span=span[trader], size=size)


def _draw(flow: int, count: int, rng: np.random.Generator) -> dict[str, Ints]:
    u = (rng.random(len(_STEPS)) + np.outer(np.arange(1, count + 1), _STEPS)) % 1.0
    name = FLOWS[flow]
    totals = partner_values()[flow].sum(axis=1)
    partner = _pick(totals**_TEMPER, u[:, 0])
    family = _pick(_affinities(name)[partner], u[:, 1])
    table = rows("families")
    odds = np.array([[float(row.get(e, 1.0)) for e in ENTERPRISES] for row in table])
    enterprise = _pick(odds[family] * np.array(_ENTERPRISE_SHARES[name]), u[:, 2])
    provinces = np.array([float(row[name]) for row in rows("regions")])
    region = _pick(provinces, u[:, 3])
    transport = _pick(_modes()[family, partner], u[:, 4])
    regime = _pick(_regimes(name)[family, enterprise], u[:, 5])
    return {"flow": np.full(count, flow), "partner": partner, "family": family, "enterprise": enterprise,
            "region": region, "regime": regime, "transport": transport}


def _pick(weights: Floats, u: Floats) -> Ints:
    """For each row of weights the column at `u`; one row serves all where there is but one."""
    if not len(u):
        return np.zeros(0, np.int64)
    if weights.ndim == 1:
        edges = np.cumsum(weights)
        return np.asarray(np.minimum(np.searchsorted(edges, u * edges[-1], "right"), len(weights) - 1))
    edges = np.cumsum(weights, axis=1)
    return np.asarray(np.minimum((edges <= u[:, None] * edges[:, -1:]).sum(axis=1), weights.shape[1] - 1))


@cache
def _affinities(flow: str) -> Floats:
    """By partner and family: how much of a family is traded, more where the table of affinities says so."""
    families = [row["family"] for row in rows("families")]
    plain = np.array([float(row[flow]) for row in rows("families")])
    weights = np.tile(plain, (len(partners()), 1))
    totals = partner_values()[FLOWS.index(flow)].sum(axis=1)
    for row in rows("affinity"):
        if row["flow"] == flow:
            factors = dict(item.split("=") for item in row["partners"].split())
            rest = float(factors.pop("*", 1.0))
            column = families.index(row["family"])
            weights[:, column] *= rest
            _concentrate(weights, column, plain[column], totals, factors)
    return weights


def _concentrate(weights: Floats, column: int, plain: float, totals: Floats, factors: dict[str, str]) -> None:
    """Shares of a family by origin (in per cent of it) as weights within each origin's own trade."""
    codes = partners()
    for code, percent in factors.items():
        if code in codes:
            at = codes.index(code)
            weights[at, column] = plain * float(percent) / 100 * totals.sum() / max(totals[at], 1.0)


@cache
def _modes() -> Floats:
    """By family, partner and mode of transport: weights."""
    land, often = np.zeros((3, len(partners()))), np.ones(len(partners()))
    for row in rows("transport"):
        at = partners().index(row["partner"])
        land[:, at] = [float(row[mode]) for mode in ("rail", "road", "other")]
        often[at] = float(row["air"])
    air = np.array([float(row["air"]) for row in rows("families")])[:, None] * often
    left = 1 - land.sum(axis=0)
    near = land * (1 - 0.5 * air)[:, None, :]
    by_air = air * left + 0.5 * air * land.sum(axis=0)
    stack = np.stack([np.maximum(left - air * left, 0), by_air, *near.transpose(1, 0, 2)], axis=-1)
    return np.asarray(np.maximum(stack, 0))


@cache
def _regimes(flow: str) -> Floats:
    """By family, enterprise and regime: weights; processing follows the family and foreign investors."""
    base = np.array([float(row[flow]) for row in rows("regimes")])
    processing = np.array([row["class"] == "processing" for row in rows("regimes")])
    family = np.array([float(row["processing"]) for row in rows("families")])[:, None, None]
    kind = np.array([0.7, 1.8, 0.5, 0.7])[None, :, None]
    return np.asarray(base * np.where(processing, family * kind, 1.0))


def _traders(parts: dict[str, Ints], rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Relations of one enterprise type, region and family fall to traders, each with one to several."""
    count = len(parts["flow"])
    if not count:
        return np.zeros(0, np.int64), np.zeros(0)
    keys = (rng.random(count), parts["family"], parts["region"], parts["enterprise"])
    order = np.lexsort(keys)
    joined = np.stack([key[order] for key in keys[1:]])
    new = np.concatenate([[True], (joined[:, 1:] != joined[:, :-1]).any(axis=0)]) | (rng.random(count) < 0.4)
    trader = np.empty(count, np.int64)
    trader[order] = np.cumsum(new) - 1
    scale = (1 - rng.random(int(new.sum()))) ** (-1 / _TAIL)
    own = np.exp(0.8 * rng.standard_normal(count))
    return trader, np.minimum(scale, 3e4)[trader] * own


def _spans(trader: Ints, size: Floats, enterprise: Ints, traders: int) -> Ints:
    """How many traders each number stands for: the largest fifth are single, the small share the rest."""
    groups = int(trader.max()) + 1 if len(trader) else 0
    span, largest, kind = np.ones(groups, np.int64), np.zeros(groups), np.zeros(groups, np.int64)
    np.maximum.at(largest, trader, size)
    kind[trader] = enterprise
    for number, share in enumerate(_TRADER_SHARES):
        of_kind = kind == number
        extra = max(0, round(traders * share) - int(of_kind.sum()))
        if extra and of_kind.any():
            small = np.flatnonzero(of_kind & (largest <= np.quantile(largest[of_kind], 0.8)))
            span[small] += extra // len(small)
            span[small[: extra % len(small)]] += 1
    return span
