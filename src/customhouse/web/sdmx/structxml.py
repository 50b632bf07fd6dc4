"""SDMX-ML structure messages of 3.0 and 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal
from xml.sax.saxutils import escape

from customhouse.web.sdmx.message import chunks
from customhouse.web.sdmx.model import (
    AGENCY,
    CONCEPTS,
    DSD,
    VERSION,
    Artefacts,
    Component,
    Dataflow,
    Item,
    Names,
    Region,
    Scheme,
    Structure,
    part_urn,
    urn,
)
from customhouse.web.sdmx.xmls import attributes, header

Flavour = Literal["3.0", "2.1"]
_ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v{}/"
_PACKAGES = {"Codelist": "codelist", "ConceptScheme": "conceptscheme", "DataStructure": "datastructure",
             "Dataflow": "datastructure"}  # fmt: skip
_KINDS = {"codelist": ("Codelist", "Code"), "conceptscheme": ("ConceptScheme", "Concept"),
          "agencyscheme": ("AgencyScheme", "Agency")}  # fmt: skip


def write(artefacts: Artefacts, flavour: Flavour, id: str, prepared: datetime) -> Iterator[bytes]:
    """The message, a piece at a time."""
    return chunks(_Writer(artefacts, flavour).parts(id, prepared))


class _Writer:
    def __init__(self, artefacts: Artefacts, flavour: Flavour) -> None:
        self._all, self._new = artefacts, flavour == "3.0"

    def parts(self, id: str, prepared: datetime) -> Iterator[str]:
        """The parts of the message, in an order that both versions have."""
        root = _ROOT.format("3_0" if self._new else "2_1")
        spaces = {"mes": "message", "str": "structure", "com": "common"}
        told = "".join(f' xmlns:{prefix}="{root}{name}"' for prefix, name in spaces.items())
        head = header(id, prepared.isoformat(timespec="seconds"))
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<mes:Structure{told}>{head}<mes:Structures>'
        agencies = "AgencySchemes" if self._new else "OrganisationSchemes"
        yield from _within(agencies, self._schemes("agencyscheme"))
        yield from _within("Dataflows", map(self._dataflow, self._all.dataflows))
        yield from _within("Codelists", self._schemes("codelist"))
        yield from _within("ConceptSchemes" if self._new else "Concepts", self._schemes("conceptscheme"))
        yield from _within("DataStructures", map(self._structure, self._all.structures))
        constraints = "DataConstraints" if self._new else "Constraints"
        yield from _within(constraints, map(self._region, self._all.regions))
        yield "</mes:Structures></mes:Structure>"

    def _schemes(self, kind: str) -> Iterator[str]:
        name, inside = _KINDS[kind]
        for one in self._all.schemes:
            if one.kind != kind:
                continue
            stub = kind in self._all.stubs
            partial = [("isPartial", "true")] if one.partial else []
            head = self._head(kind, one.id, one.agency, one.version, stub)
            yield f"<str:{name}{attributes([*head, *partial])}>{_named(one.names)}"
            yield from (self._item(one, item, inside) for item in (() if stub else one.items))
            yield f"</str:{name}>"

    def _head(
        self, kind: str, id: str, agency: str = AGENCY, version: str = VERSION, stub: bool = False
    ) -> list[tuple[str, str]]:
        told = [("id", id), ("agencyID", agency)]
        told += [] if self._new and kind == "agencyscheme" else [("version", version)]
        told += [] if self._new else [("isFinal", "true")]
        reference = urn(kind, id, agency=agency, version=version)
        if kind == "dataconstraint" and not self._new:
            reference = reference.replace("DataConstraint", "ContentConstraint")
        return [*told, ("isExternalReference", str(stub).lower()), ("urn", reference)]

    def _item(self, scheme: Scheme, item: Item, name: str) -> str:
        reference = urn(scheme.kind, scheme.id, item.id, scheme.agency, scheme.version)
        inside = _named(item.names) + (_named(item.about, "Description") if item.about else "")
        if item.parent and not (self._new and item.parent[:1].isdigit()):  # 3.0 has no such parents
            inside += f"<str:Parent>{item.parent if self._new else _ref(item.parent)}</str:Parent>"
        if item.format:
            inside += f"<str:CoreRepresentation>{self._content(item)}</str:CoreRepresentation>"
        return f"<str:{name}{attributes([('id', item.id), ('urn', reference)])}>{inside}</str:{name}>"

    def _enumeration(self, codelist: str) -> str:
        return f"<str:Enumeration>{self._to('Codelist', codelist)}</str:Enumeration>"

    def _to(self, kind: str, id: str) -> str:
        """A reference to an artefact."""
        if self._new:
            return urn(kind.lower(), id)
        told = [("id", id), ("version", VERSION), ("agencyID", AGENCY), ("package", _PACKAGES[kind])]
        return f"<Ref{attributes([*told, ('class', kind)])}/>"

    def _concept(self, id: str) -> str:
        told = [
            ("id", id), ("maintainableParentID", CONCEPTS), ("maintainableParentVersion", VERSION),
            ("agencyID", AGENCY), ("package", "conceptscheme"), ("class", "Concept"),
        ]  # fmt: skip
        inside = urn("conceptscheme", CONCEPTS, id) if self._new else f"<Ref{attributes(told)}/>"
        return f"<str:ConceptIdentity>{inside}</str:ConceptIdentity>"

    def _dataflow(self, one: Dataflow) -> str:
        head = self._head("dataflow", one.id, stub="dataflow" in self._all.stubs)
        names = _named(one.names) + _named(one.about, "Description")
        to = f"<str:Structure>{self._to('DataStructure', DSD)}</str:Structure>"
        return f"<str:Dataflow{attributes(head)}>{names}{to}</str:Dataflow>"

    def _structure(self, one: Structure) -> str:
        stub = "datastructure" in self._all.stubs
        head = attributes(self._head("datastructure", one.id, stub=stub))
        inside = "" if stub else "".join(self._components(one))
        return f"<str:DataStructure{head}>{_named(one.names)}{inside}</str:DataStructure>"

    def _components(self, one: Structure) -> Iterator[str]:
        yield "<str:DataStructureComponents>"
        lists: tuple[tuple[str, tuple[str, ...], Callable[[int, Component], str]], ...] = (
            ("DimensionList", ("dimension", "time"), self._dimension),
            ("AttributeList", ("attribute",), self._attribute),
            ("MeasureList", ("measure",), self._measure),
        )
        for name, roles, written in lists:
            some = [part for part in one.components if part.role in roles]
            descriptor = name.replace("List", "Descriptor")
            told = attributes([("id", descriptor), ("urn", part_urn(descriptor, descriptor))])
            inside = "".join(written(at, part) for at, part in enumerate(some, 1))
            yield f"<str:{name}{told}>{inside}</str:{name}>"
        yield "</str:DataStructureComponents>"

    def _dimension(self, position: int, one: Component) -> str:
        name = "TimeDimension" if one.role == "time" else "Dimension"
        place = None if self._new and one.role == "time" else str(position)
        told = attributes([("id", one.id), ("position", place), ("urn", part_urn(name, one.id))])
        return f"<str:{name}{told}>{self._concept(one.id)}{self._shape(one)}</str:{name}>"

    def _measure(self, position: int, one: Component) -> str:
        name = "Measure" if self._new else "PrimaryMeasure"
        told = attributes([("id", one.id), ("urn", part_urn(name, one.id))])
        return f"<str:{name}{told}>{self._concept(one.id)}{self._shape(one)}</str:{name}>"

    def _attribute(self, position: int, one: Component) -> str:
        usage = "Mandatory" if one.required else "Conditional"
        told = [("id", one.id), ("urn", part_urn("DataAttribute", one.id))]
        if self._new:
            told.append(("usage", "mandatory" if one.required else "optional"))
        else:
            told.append(("assignmentStatus", usage))
        inside = self._concept(one.id) + self._shape(one) + self._relationship(one)
        return f"<str:Attribute{attributes(told)}>{inside}</str:Attribute>"

    def _relationship(self, one: Component) -> str:
        if one.on == "observation":
            measure = f"<str:PrimaryMeasure>{_ref('OBS_VALUE')}</str:PrimaryMeasure>"
            inside = "<str:Observation/>" if self._new else measure
        else:
            told = (id if self._new else _ref(id) for id in one.on)
            inside = "".join(f"<str:Dimension>{one}</str:Dimension>" for one in told)
        return f"<str:AttributeRelationship>{inside}</str:AttributeRelationship>"

    def _shape(self, one: Component) -> str:
        return f"<str:LocalRepresentation>{self._content(one)}</str:LocalRepresentation>"

    def _content(self, one: Component | Item) -> str:
        if one.codelist:
            return self._enumeration(one.codelist)
        return f'<str:TextFormat textType="{one.format}"/>'

    def _region(self, one: Region) -> str:
        name = "DataConstraint" if self._new else "ContentConstraint"
        head = self._head("dataconstraint", f"CR_{one.dataflow.id}")
        to = f"<str:Dataflow>{self._to('Dataflow', one.dataflow.id)}</str:Dataflow>"
        attached = f"<str:ConstraintAttachment>{to}</str:ConstraintAttachment>"
        kind = ("role" if self._new else "type", "Actual")
        told = _named(one.names) + attached + self._cube(one)
        return f"<str:{name}{attributes([*head, kind])}>{told}</str:{name}>"

    def _cube(self, one: Region) -> str:
        prefix = "str" if self._new else "com"
        inside = ""
        for id, codes in one.values.items():
            if codes:
                some = "".join(f"<{prefix}:Value>{escape(code)}</{prefix}:Value>" for code in codes)
                inside += f'<{prefix}:KeyValue id="{id}">{some}</{prefix}:KeyValue>'
        if one.first and one.last:
            ends = (("StartPeriod", one.first), ("EndPeriod", one.last))
            span = "".join(f'<{prefix}:{end} isInclusive="true">{at}</{prefix}:{end}>' for end, at in ends)
            time = f"<{prefix}:TimeRange>{span}</{prefix}:TimeRange>"
            inside += f'<{prefix}:KeyValue id="TIME_PERIOD">{time}</{prefix}:KeyValue>'
        return f'<str:CubeRegion include="true">{inside}</str:CubeRegion>' if inside else ""


def _within(name: str, parts: Iterable[str]) -> Iterator[str]:
    """Parts inside an element; nothing where there are none."""
    begun = False
    for part in parts:
        yield part if begun else f"<str:{name}>{part}"
        begun = True
    if begun:
        yield f"</str:{name}>"


def _named(names: Names, element: str = "Name") -> str:
    start = f"<com:{element} xml:lang="
    told = (f'{start}"{language}">{escape(name)}</com:{element}>' for language, name in names.items())
    return "".join(told)


def _ref(id: str) -> str:
    return f"<Ref{attributes([('id', id)])}/>"
