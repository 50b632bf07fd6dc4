"""What there is to ask for: the dataflows of a store and the structures that describe them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from customhouse.cube import CellCube, TableCube, sources
from customhouse.desk import Desk
from customhouse.statistics import What
from customhouse.web.problems import Problem
from customhouse.web.sdmx.codelists import codelists, identifier, named
from customhouse.web.sdmx.model import (
    AGENCY,
    COMPONENTS,
    CONCEPTS,
    Artefacts,
    Dataflow,
    Item,
    Scheme,
    Structure,
)

AMOUNTS: tuple[What, ...] = ("value", "quantity", "mass")
"""What tables have."""
_GOODS = 3
"""Where in the key of a table its goods are."""


@dataclass(frozen=True)
class Catalogue:
    """The dataflows and structures of a store in one state."""

    state: str
    dataflows: tuple[Dataflow, ...]
    goods: frozenset[str]
    currencies: frozenset[str]
    reporters: frozenset[str]

    def dataflow(self, id: str) -> Dataflow:
        """A dataflow by its identifier. Raises Problem (404)."""
        for one in self.dataflows:
            if one.id == id:
                return one
        known = ", ".join(one.id for one in self.dataflows) or "none"
        raise Problem(404, f"dataflow {id[:60]!r}: there is no such dataflow; there are: {known}")

    @cached_property
    def codelists(self) -> dict[str, Scheme]:
        """The code lists by their identifier."""
        return codelists(self.goods, self.currencies, self.reporters)

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        """The codes of each list."""
        return {id: frozenset(item.id for item in one.items) for id, one in self.codelists.items()}

    @cached_property
    def concepts(self) -> Scheme:
        """The concept scheme."""
        items = tuple(
            Item(one.id, named(f"sdmx_concept_{one.id}"), codelist=one.codelist, format=one.format)
            for one in COMPONENTS
        )
        return Scheme("conceptscheme", CONCEPTS, named("sdmx_concepts"), items)

    @property
    def agencies(self) -> Scheme:
        """The one agency."""
        items = (Item(AGENCY, named("sdmx_agency")),)
        return Scheme("agencyscheme", "AGENCIES", named("sdmx_agencies"), items)

    @property
    def structure(self) -> Structure:
        """The data structure definition."""
        return Structure(named("sdmx_dsd"))

    def everything(self) -> Artefacts:
        """All structures."""
        schemes = (*self.codelists.values(), self.concepts, self.agencies)
        return Artefacts(schemes, (self.structure,), self.dataflows)

    def name(self, codelist: str, code: str, language: str) -> str:
        """The name of a code."""
        item = self._items[codelist].get(code)
        return item.names[language] if item else code

    @cached_property
    def _items(self) -> dict[str, dict[str, Item]]:
        return {id: {item.id: item for item in one.items} for id, one in self.codelists.items()}


def catalogue(desk: Desk, state: str) -> Catalogue:
    """What the store of a desk has."""
    goods, currencies, reporters, flows = set[str](), set[str](), set[str](), list[Dataflow]()
    for source in sources(desk.store):
        cube = desk.statistics(source=source)
        goods |= goods_of(cube)
        currencies |= cube.currencies | {cube.currency}
        reporters |= reporters_of(cube)
        flows.append(_dataflow(source, isinstance(cube, CellCube)))
    there = frozenset(goods), frozenset(currencies), frozenset(reporters)
    return Catalogue(state, tuple(_apart(flows)), *there)


def goods_of(cube: CellCube | TableCube) -> frozenset[str]:
    """The HS codes that statistics have."""
    if isinstance(cube, CellCube):
        return cube.goods
    found = (key[_GOODS] for what in AMOUNTS for key in cube.keys(what))
    return frozenset(code for code in found if code and code.isdigit())


def reporters_of(cube: CellCube | TableCube) -> frozenset[str]:
    """Whose trade statistics are of."""
    if isinstance(cube, CellCube):
        return frozenset({cube.reporter})
    found = (key[0] for what in AMOUNTS for key in cube.keys(what))
    return frozenset(code for code in found if code)


def _dataflow(source: str, cells: bool) -> Dataflow:
    id = identifier(source)
    id = (id if id[:1].isalpha() else f"S_{id}").replace("@", "_").replace("$", "_")
    about = named("sdmx_dataflow_cells" if cells else "sdmx_dataflow_table")
    return Dataflow(id, source, named("sdmx_dataflow", source=source), about)


def _apart(flows: list[Dataflow]) -> list[Dataflow]:
    """Sources whose names would be one identifier get numbers."""
    seen: dict[str, int] = {}
    told = []
    for one in flows:
        seen[one.id] = count = seen.get(one.id, 0) + 1
        told.append(one if count == 1 else replace(one, id=f"{one.id}_{count}"))
    return told
