"""The nouns of SDMX: code lists, concepts, the data structure, dataflows, and their URNs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

AGENCY = "CUSTOMHOUSE"
VERSION = "1.0.0"
DSD = "TRADE"
CONCEPTS = "CS_TRADE"
TOTAL = "_T"
"""The code of a dimension that is not cut."""
Names = Mapping[str, str]
"""A name by language."""
Kind = Literal["codelist", "conceptscheme", "agencyscheme"]
_URN = "urn:sdmx:org.sdmx.infomodel"
_CLASSES = {
    "codelist": "codelist.Codelist", "conceptscheme": "conceptscheme.ConceptScheme",
    "agencyscheme": "base.AgencyScheme", "datastructure": "datastructure.DataStructure",
    "dataflow": "datastructure.Dataflow", "dataconstraint": "registry.DataConstraint",
}  # fmt: skip
_ITEMS = {
    "codelist": "codelist.Code", "conceptscheme": "conceptscheme.Concept", "agencyscheme": "base.Agency",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A code, concept or agency; `about` describes it; a concept has a `codelist` or a `format`."""

    id: str
    names: Names
    parent: str | None = None
    about: Names | None = None
    codelist: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list of items; `partial` where some of them are left out."""

    kind: Kind
    id: str
    names: Names
    items: tuple[Item, ...]
    partial: bool = False

    @property
    def agency(self) -> str:
        """Who keeps it: agencies are listed by SDMX."""
        return "SDMX" if self.kind == "agencyscheme" else AGENCY

    @property
    def version(self) -> str:
        """Its version."""
        return "1.0" if self.kind == "agencyscheme" else VERSION


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the data structure. An attribute is `on` some dimensions or the observation."""

    id: str
    role: Literal["dimension", "time", "measure", "attribute"]
    codelist: str | None = None
    format: str = "String"
    on: str | tuple[str, ...] = "observation"
    required: bool = True


DIMENSIONS = (
    Component("FREQ", "dimension", "CL_FREQ"),
    Component("REPORTER", "dimension", "CL_REPORTER"),
    Component("FLOW", "dimension", "CL_FLOW"),
    Component("PARTNER", "dimension", "CL_PARTNER"),
    Component("COMMODITY", "dimension", "CL_COMMODITY"),
    Component("ENTERPRISE", "dimension", "CL_ENTERPRISE"),
    Component("REGION", "dimension", "CL_REGION"),
    Component("REGIME", "dimension", "CL_REGIME"),
    Component("TRANSPORT", "dimension", "CL_TRANSPORT"),
    Component("MEASURE", "dimension", "CL_MEASURE"),
)
TIME = Component("TIME_PERIOD", "time", format="ObservationalTimePeriod")
VALUE = Component("OBS_VALUE", "measure", format="Decimal")
OF_SERIES = (
    Component("COMMODITY_LEVEL", "attribute", "CL_COMMODITY_LEVEL", on=("COMMODITY",)),
    Component("UNIT_MULT", "attribute", format="Integer", on=("MEASURE",)),
)
OF_OBSERVATION = (
    Component("UNIT_MEASURE", "attribute", "CL_UNIT"),
    Component("OBS_STATUS", "attribute", "CL_OBS_STATUS"),
    Component("VINTAGE", "attribute", required=False),
    Component("STEP", "attribute", format="Decimal", required=False),
)
ATTRIBUTES = (*OF_SERIES, *OF_OBSERVATION)
COMPONENTS = (*DIMENSIONS, TIME, VALUE, *ATTRIBUTES)
IDS = tuple(one.id for one in DIMENSIONS)
"""The dimensions of a series key, in its order."""
PARTS = ("PARTNER", "COMMODITY", "ENTERPRISE", "REGION", "REGIME", "TRANSPORT")
"""The dimensions that trade is cut by."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The data structure definition, one for all dataflows."""

    names: Names
    id: str = DSD
    components: tuple[Component, ...] = COMPONENTS


@dataclass(frozen=True, slots=True)
class Dataflow:
    """What one source of the store has."""

    id: str
    source: str
    names: Names
    about: Names

    @property
    def reference(self) -> str:
        """As messages name it."""
        return f"{AGENCY}:{self.id}({VERSION})"


@dataclass(frozen=True, slots=True)
class Region:
    """What a dataflow has: the values of dimensions, and the first and last period."""

    dataflow: Dataflow
    names: Names
    values: Mapping[str, tuple[str, ...]]
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Structures that go into one message."""

    schemes: tuple[Scheme, ...] = ()
    structures: tuple[Structure, ...] = ()
    dataflows: tuple[Dataflow, ...] = ()
    regions: tuple[Region, ...] = ()
    stubs: frozenset[str] = field(default_factory=frozenset)
    """The kinds of which only identification and names are told."""

    def __bool__(self) -> bool:
        return bool(self.schemes or self.structures or self.dataflows or self.regions)


def urn(kind: str, id: str, item: str | None = None, agency: str = AGENCY, version: str = VERSION) -> str:
    """The URN of an artefact, or of an item of a list of codes or concepts."""
    if item is None:
        return f"{_URN}.{_CLASSES[kind]}={agency}:{id}({version})"
    return f"{_URN}.{_ITEMS[kind]}={agency}:{id}({version}).{item}"


def part_urn(kind: str, id: str) -> str:
    """The URN of a part of the data structure, such as `Dimension` FREQ."""
    return f"{_URN}.datastructure.{kind}={AGENCY}:{DSD}({VERSION}).{id}"
