"""The goods of simulated trade: HS codes in families, with a unit, a usual unit value and a weight.

Unit values are round orders of magnitude, not published prices. A family is traded by the same
kinds of enterprise; within it a few codes make most of the trade (Zipf).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from customhouse.simulate.tables import covered, rows
from customhouse.vocabulary import hs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FIXED = 20250414
"""Seed of what is the same in every simulation: which codes lead, what their unit values are."""
EDITION = 2022
"""The edition of the HS that all goods are of."""
SLOTS = 4096
"""How finely the weights of the codes in a family are resolved."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Codes by number, and for each family `SLOTS` equally likely codes (`slots[family, slot]`).

    `unit_value` is in yuan per unit, `kg_per_unit` in kilograms; `unit` indexes `units`.
    """

    codes: tuple[str, ...]
    families: tuple[str, ...]
    family: Ints
    units: tuple[str, ...]
    unit: Ints
    unit_value: Floats
    kg_per_unit: Floats
    slots: npt.NDArray[np.int32]


@cache
def goods() -> Goods:
    """All goods, built once. Where the unit of a family does not fit a code, it is measured in kilograms."""
    families = rows("families")
    rng = np.random.default_rng(_FIXED)
    codes: list[str] = []
    family: list[int] = []
    weights: list[float] = []
    for number, heading in _headings(families):
        tariff = _tariff_codes(heading, rng)
        codes += tariff
        family += [number] * len(tariff)
        weights += list(_weight(rng) / np.arange(1, len(tariff) + 1))
    numbers = np.array(family)
    units = tuple(sorted({row["unit"] for row in families}))
    unit, value, mass = _measured(codes, numbers, units, rng)
    slots = np.stack([_slots(numbers == f, np.array(weights)) for f in range(len(families))])
    names = tuple(row["family"] for row in families)
    return Goods(tuple(codes), names, numbers, units, unit, value, mass, slots)


def _headings(families: tuple[dict[str, str], ...]) -> list[tuple[int, str]]:
    """Each HS heading with the first family that takes it; headings of no family are not traded."""
    headings = np.array(sorted(hs.edition_codes(EDITION)))
    first = np.full(len(headings), -1)
    for number in reversed(range(len(families))):
        first[covered(families[number]["hs"], headings)] = number
    return [(int(first[n]), str(headings[n])) for n in np.flatnonzero(first >= 0)]


def _tariff_codes(heading: str, rng: np.random.Generator) -> list[str]:
    """One to three codes of 8 digits under a heading, a third of them with two more digits."""
    ends = ("00",) if rng.random() < 0.6 else ("10", "90", "20")[: int(rng.integers(2, 4))]
    more = ("10",) if rng.random() < 1 / 3 else ("",)
    return [heading + end + tail for end in ends for tail in more]


def _weight(rng: np.random.Generator) -> float:
    return float(rng.pareto(1.1) + 0.02)


def _measured(
    codes: list[str], family: Ints, units: tuple[str, ...], rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    table = rows("families")
    spread = np.array([float(row["spread"]) for row in table])[family]
    value = np.array([float(row["unit_value"]) for row in table])[family]
    value = value * np.exp(spread * np.clip(rng.standard_normal(len(codes)), -2, 2))
    mass = np.array([float(row["kg_per_unit"]) for row in table])[family]
    unit = np.array([units.index(row["unit"]) for row in table])[family]
    fits = np.array([hs.compatible(code, units[n]) for code, n in zip(codes, unit, strict=True)])
    value = np.where(fits, value, value / mass)
    return np.where(fits, unit, units.index("kg")), value, np.where(fits, mass, 1.0)


def _slots(inside: npt.NDArray[np.bool_], weights: Floats) -> npt.NDArray[np.int32]:
    members = np.flatnonzero(inside)
    shares = weights[members] / weights[members].sum()
    at = (np.arange(SLOTS) + 0.5) / SLOTS
    found = np.searchsorted(np.cumsum(shares), at)
    return members[np.minimum(found, len(members) - 1)].astype(np.int32)
