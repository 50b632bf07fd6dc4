"""Which relations a slice of trade has, month by month."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from customhouse import groups
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.simulate.goods import goods
from customhouse.simulate.population import ENTERPRISES, FLOWS, MODES, Population, partners, regions
from customhouse.simulate.tables import covered, rows
from customhouse.vocabulary import tables

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Cells = tuple[tuple[int, Ints], ...]
"""Positions of months, each with the relations that count in it."""

_WHOLE_FAMILY = 0.9


class Selector:
    """Finds the relations of slices; what was found for a slice in a month is kept."""

    def __init__(self, population: Population, months: range) -> None:
        self._people, self._months = population, months
        self._found: dict[tuple[Slice, frozenset[str]], Ints] = {}

    def cells(self, part: Slice, period: Period) -> Cells:
        """The relations of a slice in each month of a period. The flow balance is not a slice."""
        return tuple(
            (month - self._months.start, self._relations(part, month))
            for month in range(period.first, period.last + 1)
        )

    def _relations(self, part: Slice, month: int) -> Ints:
        members = countries(part.partner, month)
        key = (part, members)
        if key not in self._found:
            self._found[key] = np.flatnonzero(self._mask(part, members))
        return self._found[key]

    def _mask(self, part: Slice, members: frozenset[str]) -> Bools:
        people = self._people
        mask = np.ones(len(people), np.bool_)
        if part.flow in FLOWS:
            mask &= people.flow == FLOWS.index(part.flow)
        if part.partner:
            mask &= _in(partners(), members)[people.partner]
        if part.commodity:
            mask &= families_of(part.commodity)[people.family]
        if part.enterprise:
            mask &= people.enterprise == ENTERPRISES.index(part.enterprise)
        if part.region:
            mask &= _in(regions(), provinces(part.region))[people.region]
        if part.transport:
            mask &= people.transport == MODES.index(part.transport)
        return mask


def _in(names: tuple[str, ...], wanted: frozenset[str]) -> Bools:
    return np.array([name in wanted for name in names])


def countries(code: str | None, month: int) -> frozenset[str]:
    """A country itself, or the members of a bloc in a month; nothing for all partners."""
    if code is None:
        return frozenset()
    return frozenset((code,)) if code in partners() else groups.members("partner", code, month).codes


@cache
def provinces(code: str) -> frozenset[str]:
    """The provinces of a region, or of several joined with `+`."""
    listed = {row["code"]: row["members"] for row in tables.rows("regions")}
    found: frozenset[str] = frozenset()
    for part in code.split("+"):
        found |= frozenset((listed.get(part) or part).split("+"))
    return found


def ranges(commodity: str) -> str:
    """The HS codes of a commodity: of the vocabulary, or where it has none of the simulation's groups."""
    listed = next((row["hs"] for row in tables.rows("commodities") if row["code"] == commodity), "")
    return listed or next((row["hs"] for row in rows("groups") if row["commodity"] == commodity), "")


@cache
def families_of(commodity: str) -> Bools:
    """The families of goods that lie (nearly) within a commodity's HS codes."""
    catalogue, hs = goods(), ranges(commodity)
    inside = covered(hs, np.array(catalogue.codes)) if hs else np.zeros(len(catalogue.codes), np.bool_)
    share = np.array([inside[slots].mean() for slots in catalogue.slots])
    return np.asarray(share >= _WHOLE_FAMILY)
