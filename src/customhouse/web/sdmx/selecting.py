"""Queries for structures: which artefacts are asked for, and which come along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from customhouse.web.problems import Problem
from customhouse.web.sdmx.asking import references, version_fits
from customhouse.web.sdmx.catalogue import Catalogue
from customhouse.web.sdmx.model import AGENCY, COMPONENTS, CONCEPTS, DSD, Artefacts, Scheme

KINDS = ("agencyscheme", "codelist", "conceptscheme", "dataflow", "datastructure")
"""The kinds of artefacts that there are."""
OTHERS = frozenset({
    "metadatastructure", "categoryscheme", "hierarchy", "hierarchyassociation", "valuelist",
    "dataproviderscheme", "metadataproviderscheme", "dataconsumerscheme", "organisationunitscheme",
    "metadataflow", "reportingtaxonomy", "provisionagreement", "metadataprovisionagreement", "structuremap",
    "representationmap", "conceptschememap", "categoryschememap", "organisationschememap",
    "reportingtaxonomymap", "process", "categorisation", "dataconstraint", "metadataconstraint",
    "transformationscheme", "rulesetscheme", "userdefinedoperatorscheme", "customtypescheme",
    "namepersonalisationscheme", "vtlmappingscheme", "hierarchicalcodelist", "organisationscheme",
    "contentconstraint", "attachmentconstraint", "structureset", "actualconstraint", "allowedconstraint",
})  # fmt: skip
"""Kinds that SDMX has and the counter has none of."""
_ANY = ("*", "all", "")
_STEPS = ("parents", "parentsandsiblings", "ancestors", "children", "descendants", "all")
_DETAILS = ("full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs",
            "referencepartial", "raw", "partialraw")  # fmt: skip

Node = tuple[str, str]
"""The kind of an artefact and its identifier."""


@dataclass(frozen=True, slots=True)
class StructureQuery:
    """What is asked for: a kind (None: all), identifiers and items (none: all), and what comes along."""

    kind: str | None
    ids: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    along: tuple[str, ...] = ()
    detail: str = "full"


def structure_query(path: Sequence[str], told: Mapping[str, str]) -> StructureQuery:
    """`{kind}/{agency}/{id}/{version}/{item}`. Raises Problem (400, 404)."""
    parts = [*path, *["*"] * (5 - len(path))]
    if len(parts) > 5:
        raise Problem(400, f"{'/'.join(path)[:80]!r}: {len(parts)} parts of a path, where 5 are known")
    kind, agency, id, version, item = (part or "*" for part in parts)
    kind = kind.lower()
    if kind not in (*KINDS, *_ANY, "structure") and kind not in OTHERS:
        raise Problem(400, f"{kind[:60]!r}: no kind of structure; there are {', '.join(KINDS)}")
    own = "SDMX" if kind == "agencyscheme" else AGENCY
    fits = any(one in (*_ANY, own, AGENCY) for one in agency.split(","))
    if kind in OTHERS or not fits or not version_fits(version):
        raise Problem(404, f"{kind} {agency[:60]}:{id[:60]}({version[:20]}): not here; see /structure")
    along = references(dict(told))
    for one in along:
        if one not in (*_STEPS, *KINDS) and one not in OTHERS:
            raise Problem(400, f"references: {one[:60]!r}; one of none, {', '.join((*_STEPS, *KINDS))}")
    detail = told.get("detail", "full").lower()
    if detail not in _DETAILS:
        raise Problem(400, f"detail: one of {', '.join(_DETAILS)}")
    every = None if kind in (*_ANY, "structure") else kind
    return StructureQuery(every, _named(id), _named(item), along, detail)


def _named(text: str) -> frozenset[str]:
    found = frozenset(text.replace("+", ",").split(","))
    return frozenset() if found & {*_ANY} else found


def select(catalogue: Catalogue, query: StructureQuery) -> Artefacts:
    """The artefacts of a query. Raises Problem (404) where there is none."""
    edges = _edges(catalogue)
    there = [node for node in _nodes(catalogue) if query.kind in (None, node[0])]
    found = [node for node in there if not query.ids or node[1] in query.ids]
    if not found:
        known = ", ".join(id for _, id in there[:40])
        asked = ", ".join(sorted(query.ids))[:80]
        raise Problem(404, f"{query.kind or 'structure'} {asked}: not here; there are {known}")
    nodes = _along(found, query.along, edges)
    stubs = frozenset[str]()
    if query.detail in ("allstubs", "allcompletestubs"):
        stubs = frozenset(KINDS)
    elif query.detail in ("referencestubs", "referencecompletestubs"):
        stubs = frozenset(KINDS) - {kind for kind, _ in found}
    return _artefacts(catalogue, nodes, query.items, frozenset(found), stubs)


def _nodes(catalogue: Catalogue) -> list[Node]:
    return [
        *(("dataflow", one.id) for one in catalogue.dataflows), ("datastructure", DSD),
        *(("codelist", id) for id in catalogue.codelists), ("conceptscheme", CONCEPTS),
        ("agencyscheme", "AGENCIES"),
    ]  # fmt: skip


def _edges(catalogue: Catalogue) -> dict[Node, set[Node]]:
    """What each artefact refers to."""
    lists = {("codelist", one.codelist) for one in COMPONENTS if one.codelist}
    found: dict[Node, set[Node]] = {}
    for one in catalogue.dataflows:
        found["dataflow", one.id] = {("datastructure", DSD)}
    found["datastructure", DSD] = {*lists, ("conceptscheme", CONCEPTS)}
    found["conceptscheme", CONCEPTS] = lists
    return found


def _along(found: Sequence[Node], along: Iterable[str], edges: Mapping[Node, set[Node]]) -> set[Node]:
    """The artefacts, with those that come along."""
    back: dict[Node, set[Node]] = {}
    for node, ends in edges.items():
        for end in ends:
            back.setdefault(end, set()).add(node)
    start = set(found)
    children, parents = _next(start, edges), _next(start, back)
    below, above = _reached(start, edges), _reached(start, back)
    siblings = parents | _next(parents, edges)
    steps = {
        "parents": parents, "children": children, "descendants": below, "ancestors": above,
        "parentsandsiblings": siblings, "all": siblings | below,
    }  # fmt: skip
    every = below | above | siblings
    chosen = [steps[one] if one in steps else {node for node in every if node[0] == one} for one in along]
    return start.union(*chosen)


def _next(nodes: Iterable[Node], edges: Mapping[Node, set[Node]]) -> set[Node]:
    return set[Node]().union(*(edges.get(node, set()) for node in nodes))


def _reached(nodes: set[Node], edges: Mapping[Node, set[Node]]) -> set[Node]:
    found, ahead = set[Node](), set(nodes)
    while ahead:
        ahead = _next(ahead, edges) - found
        found |= ahead
    return found


def _artefacts(
    catalogue: Catalogue,
    nodes: set[Node],
    items: frozenset[str],
    main: frozenset[Node],
    stubs: frozenset[str],
) -> Artefacts:
    every = {("codelist", id): scheme for id, scheme in catalogue.codelists.items()}
    every["conceptscheme", CONCEPTS] = catalogue.concepts
    every["agencyscheme", "AGENCIES"] = catalogue.agencies
    schemes = [
        narrowed(scheme, items) if items and node in main else scheme
        for node, scheme in every.items() if node in nodes
    ]  # fmt: skip
    flows = tuple(one for one in catalogue.dataflows if ("dataflow", one.id) in nodes)
    structures = (catalogue.structure,) if ("datastructure", DSD) in nodes else ()
    return Artefacts(tuple(schemes), structures, flows, stubs=stubs)


def narrowed(scheme: Scheme, items: frozenset[str]) -> Scheme:
    """A list with some of its items alone; what is above them and left out is not named."""
    kept = tuple(item for item in scheme.items if item.id in items)
    told = tuple(item if item.parent in items else replace(item, parent=None) for item in kept)
    return replace(scheme, items=told, partial=len(kept) < len(scheme.items))
