"""SDMX-JSON 2.0 structure messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from customhouse.web.sdmx.jsons import meta
from customhouse.web.sdmx.model import (
    AGENCY,
    CONCEPTS,
    VERSION,
    Artefacts,
    Component,
    Dataflow,
    Item,
    Names,
    Region,
    Scheme,
    Structure,
    urn,
)

_SCHEMA = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
_PLACES = {"codelist": "codelists", "conceptscheme": "conceptSchemes", "agencyscheme": "agencySchemes"}
_ITEMS = {"codelist": "codes", "conceptscheme": "concepts", "agencyscheme": "agencies"}


def write(artefacts: Artefacts, id: str, prepared: datetime, language: str) -> bytes:
    """The message; names of one language stand beside those of all."""
    found: dict[str, list[Any]] = {}
    for one in artefacts.schemes:
        found.setdefault(_PLACES[one.kind], []).append(_scheme(one, language, one.kind in artefacts.stubs))
    for structure in artefacts.structures:
        told = _structure(structure, language, "datastructure" in artefacts.stubs)
        found.setdefault("dataStructures", []).append(told)
    for flow in artefacts.dataflows:
        found.setdefault("dataflows", []).append(_dataflow(flow, language, "dataflow" in artefacts.stubs))
    for region in artefacts.regions:
        found.setdefault("dataConstraints", []).append(_region(region, language))
    head = meta(id, prepared.isoformat(timespec="seconds"), f"{_SCHEMA}sdmx-json-structure-schema.json")
    return json.dumps({"meta": head, "data": found}, ensure_ascii=False, separators=(",", ":")).encode()


def _maintained(
    kind: str, id: str, names: Names, language: str, agency: str = AGENCY, version: str = VERSION
) -> dict[str, Any]:
    links = [{"rel": "self", "type": kind, "urn": urn(kind, id, agency=agency, version=version)}]
    told = {"id": id, "agencyID": agency, "version": version, "links": links}
    return told | _names("name", names, language)


def _names(name: str, names: Names, language: str) -> dict[str, Any]:
    return {name: names[language], f"{name}s": dict(names)}


def _scheme(one: Scheme, language: str, stub: bool) -> dict[str, Any]:
    told = _maintained(one.kind, one.id, one.names, language, one.agency, one.version)
    if one.kind == "agencyscheme":
        del told["version"]
    if stub:
        return told | {"isExternalReference": True}
    told |= {"isPartial": True} if one.partial else {}
    return told | {_ITEMS[one.kind]: [_item(item, one, language) for item in one.items]}


def _item(item: Item, scheme: Scheme, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"id": item.id, **_names("name", item.names, language)}
    told |= _names("description", item.about, language) if item.about else {}
    told |= {"parent": item.parent} if item.parent else {}
    if item.codelist:
        told["coreRepresentation"] = {"enumeration": urn("codelist", item.codelist)}
    elif item.format:
        told["coreRepresentation"] = {"format": {"dataType": item.format}}
    if scheme.kind == "conceptscheme":
        told["links"] = [{"rel": "self", "type": "concept", "urn": urn(scheme.kind, scheme.id, item.id)}]
    return told


def _structure(one: Structure, language: str, stub: bool) -> dict[str, Any]:
    told = _maintained("datastructure", one.id, one.names, language)
    if stub:
        return told | {"isExternalReference": True}
    by_role: dict[str, list[Component]] = {}
    for component in one.components:
        by_role.setdefault(component.role, []).append(component)
    dimensions = [
        {**_component(component), "position": at} for at, component in enumerate(by_role["dimension"])
    ]
    time = {**_component(by_role["time"][0])}
    told["dataStructureComponents"] = {
        "dimensionList": {
            "id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time,
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{**_component(one), "usage": "optional"} for one in by_role["measure"]],
        },
        "attributeList": {
            "id": "AttributeDescriptor", "attributes": [_attribute(one) for one in by_role["attribute"]],
        },
    }  # fmt: skip
    return told


def _component(one: Component) -> dict[str, Any]:
    shape = {"enumeration": urn("codelist", one.codelist)} if one.codelist else {}
    if not shape:
        return _identity(one) | {"localRepresentation": {"format": {"dataType": one.format}}}
    return _identity(one) | {"localRepresentation": shape}


def _identity(one: Component) -> dict[str, Any]:
    return {"id": one.id, "conceptIdentity": urn("conceptscheme", CONCEPTS, one.id)}


def _attribute(one: Component) -> dict[str, Any]:
    on: Mapping[str, Any] = {"observation": {}}
    if one.on != "observation":
        on = {"dimensions": list(one.on)}
    usage = "mandatory" if one.required else "optional"
    return _component(one) | {"usage": usage, "attributeRelationship": on}


def _dataflow(one: Dataflow, language: str, stub: bool) -> dict[str, Any]:
    told = _maintained("dataflow", one.id, one.names, language) | _names("description", one.about, language)
    told |= {"isExternalReference": True} if stub else {}
    return told | {"structure": urn("datastructure", "TRADE")}


def _region(one: Region, language: str) -> dict[str, Any]:
    told = _maintained("dataconstraint", f"CR_{one.dataflow.id}", one.names, language)
    values: list[dict[str, Any]] = [
        {"id": id, "values": [{"value": code} for code in some]} for id, some in one.values.items() if some
    ]
    if one.first and one.last:
        span = {"startPeriod": {"period": one.first, "isInclusive": True},
                "endPeriod": {"period": one.last, "isInclusive": True}}
        values.append({"id": "TIME_PERIOD", "timeRange": span})
    region = [{"include": True, "keyValues": values}] if values else []
    told |= {"role": "Actual", "constraintAttachment": {"dataflows": [urn("dataflow", one.dataflow.id)]}}
    return told | ({"cubeRegions": region} if region else {})
