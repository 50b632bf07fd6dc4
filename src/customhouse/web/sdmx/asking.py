"""Addresses of SDMX REST, of version 2 and 1, read into what they ask for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote

from customhouse.statistics import Concepts
from customhouse.web.problems import Problem
from customhouse.web.sdmx.answering import Bounds
from customhouse.web.sdmx.keys import Conditions, Key, between, parse_conditions, parse_keys
from customhouse.web.sdmx.message import FLAT, TIME, Shown, known_attribute, shown
from customhouse.web.sdmx.model import AGENCY, DSD, IDS, VERSION

_CONTEXTS = ("dataflow", "datastructure", "provisionagreement", "*")
_ANY = ("*", "~", "+", "all", "latest", "")
_SPECIAL = {"system": ("general", "special"), "partner_by": ("origin", "consignment"),
            "returned": ("included", "apart")}  # fmt: skip
_COMMON = ("c", "updatedAfter", "asOf", "startPeriod", "endPeriod", "format", "lang", *_SPECIAL)
DATA = (*_COMMON, "firstNObservations", "lastNObservations", "dimensionAtObservation", "attributes",
        "measures", "includeHistory", "offset", "limit", "sort", "detail", "reportingYearStartDay")
AVAILABLE = (*_COMMON, "references", "mode", "reportingYearStartDay")
STRUCTURES = ("detail", "references", "asOf", "format", "lang")
_DETAILS = {"full": ("dsd", "all"), "dataonly": ("none", "all"), "nodata": ("dsd", "none"),
            "serieskeysonly": ("none", "none")}  # fmt: skip
_FIRST_YEAR = 1900
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")

_USUAL, _EVERYTHING, _UNBOUNDED = Concepts(), Shown(), Bounds()

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Which:
    """What identifies the data: dataflows (None: all), keys, conditions, the day, and the concepts."""

    dataflows: tuple[str, ...] | None
    keys: tuple[Key, ...]
    conditions: Conditions
    as_of: date | None = None
    updated_after: date | None = None
    concepts: Concepts = _USUAL


@dataclass(frozen=True, slots=True)
class DataQuery:
    """A query for data."""

    which: Which
    at_observation: str = TIME
    shown: Shown = _EVERYTHING
    bounds: Bounds = _UNBOUNDED
    history: bool = False


@dataclass(frozen=True, slots=True)
class AvailabilityQuery:
    """A query for what there is."""

    which: Which
    components: tuple[str, ...] = ()
    lifted: bool = False
    references: tuple[str, ...] = ()


def parameters(query: bytes) -> Parameters:
    """The parameters of an address; a plus in it is a plus, which `c` has between conditions."""
    text = query.decode("ascii", "replace")
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def data_query(path: Sequence[str], given: Parameters) -> DataQuery:
    """`{context}/{agency}/{dataflow}/{version}/{key}` of REST 2. Raises Problem (400, 404, 413)."""
    context, agency, resource, version, key = _filled(path, 5)
    told = _read(given, DATA)
    which = _which(_dataflows(context, agency, resource, version), key, given, told)
    return _data(which, told)


def old_data_query(path: Sequence[str], given: Parameters) -> DataQuery:
    """`{flow}/{key}/{provider}` of REST 1. Raises Problem (400, 404, 413)."""
    flow, key, _ = _filled(path, 3)
    told = _read(given, DATA)
    return _data(_which(_old_flow(flow), key, given, told), told)


def availability_query(path: Sequence[str], given: Parameters) -> AvailabilityQuery:
    """`{context}/{agency}/{dataflow}/{version}/{key}/{component}` of REST 2. Raises Problem (400, 404)."""
    context, agency, resource, version, key, component = _filled(path, 6)
    told = _read(given, AVAILABLE)
    which = _which(_dataflows(context, agency, resource, version), key, given, told)
    return _available(which, component, told)


def old_availability_query(path: Sequence[str], given: Parameters) -> AvailabilityQuery:
    """`{flow}/{key}/{provider}/{component}` of REST 1. Raises Problem (400, 404)."""
    flow, key, _, component = _filled(path, 4)
    told = _read(given, AVAILABLE)
    return _available(_which(_old_flow(flow), key, given, told), component, told)


def read_structure_parameters(given: Parameters) -> dict[str, str]:
    """The parameters of a query for structures. Raises Problem (400)."""
    return _read(given, STRUCTURES)


def _filled(path: Sequence[str], size: int) -> list[str]:
    """The parts of a path, with wildcards for those that are left out. Raises Problem (400)."""
    parts = [part or "*" for part in path]
    while len(parts) > size and parts[-1] == "*":
        parts.pop()
    if len(parts) > size:
        raise Problem(400, f"{'/'.join(path)[:80]!r}: {len(parts)} parts of a path, where {size} are known")
    return parts + ["*"] * (size - len(parts))


def _read(given: Parameters, known: Iterable[str]) -> dict[str, str]:
    """The parameters without the conditions. Raises Problem (400) for one that there is not."""
    found: dict[str, str] = {}
    names = [name for name in known if name != "c"]
    for name, value in given:
        if re.fullmatch(r"c\[.*\]", name):
            continue
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.5)
            there = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise Problem(400, f"{name[:60]!r}: no such parameter; {there}")
        if name in found:
            raise Problem(400, f"{name}: given twice; give it once")
        found[name] = value
    return found


def _dataflows(context: str, agency: str, resource: str, version: str) -> tuple[str, ...] | None:
    """The dataflows that are meant. Raises Problem (400, 404)."""
    if context not in _CONTEXTS:
        raise Problem(400, f"context {context[:60]!r}: there are {', '.join(_CONTEXTS)}")
    if context == "provisionagreement":
        raise Problem(404, "provisionagreement: there are none; ask for a dataflow")
    if not _agency_fits(agency) or not version_fits(version):
        asked = f"{agency[:60]}:{resource[:60]}({version[:20]})"
        raise Problem(404, f"{asked}: not here; everything is of {AGENCY} and of version {VERSION}")
    if context == "datastructure":
        if resource not in (*_ANY, DSD):
            raise Problem(404, f"datastructure {resource[:60]!r}: there is only {DSD}")
        return None
    return None if resource in _ANY else tuple(dict.fromkeys(resource.split(",")))


def _old_flow(flow: str) -> tuple[str, ...] | None:
    """The dataflow of REST 1: `ID`, `AGENCY,ID` or `AGENCY,ID,VERSION`. Raises Problem (404)."""
    parts = flow.split(",")
    agency, id, version = {1: ("all", *parts, "latest"), 2: (*parts, "latest")}.get(
        len(parts), (*parts, *[""] * 3)
    )[:3]
    return _dataflows("dataflow", agency, id.replace("+", ","), version)


def _agency_fits(agency: str) -> bool:
    return any(one in (*_ANY, AGENCY) for one in agency.split(","))


def version_fits(text: str, version: str = VERSION) -> bool:
    """Whether a version query of SDMX (`1.0.0`, `1.0+.0`, `~`, `*`, several with commas) fits a version."""
    return any(_one_fits(part, version) for part in text.split(","))


def _one_fits(text: str, version: str) -> bool:
    if text in _ANY:
        return True
    asked, there = text.split("."), [int(part) for part in version.split(".")]
    if len(asked) > 3 or not all(re.fullmatch(r"[0-9]{0,6}[+~*]?", part) for part in asked):
        return False
    least = [int(part.rstrip("+~*") or 0) for part in asked] + [0] * (3 - len(asked))
    open_at = next((at for at, part in enumerate(asked) if part and not part.isdigit()), None)
    if open_at is None:
        return least[: len(there)] == there
    return least[:open_at] == there[:open_at] and least <= [*there, 0, 0][:3]


def _which(
    dataflows: tuple[str, ...] | None, key: str, given: Parameters, told: dict[str, str]
) -> Which:
    conditions = parse_conditions(given)
    span = between(told.get("startPeriod"), told.get("endPeriod"))
    if span is not None:
        if "TIME_PERIOD" in conditions:
            raise Problem(400, "startPeriod, endPeriod: give them or c[TIME_PERIOD], not both")
        conditions["TIME_PERIOD"] = span
    as_of, after = _day("asOf", told), _day("updatedAfter", told)
    if as_of and after and after > as_of:
        raise Problem(400, "updatedAfter: is later than asOf; give an earlier day")
    return Which(dataflows, parse_keys(key), conditions, as_of, after, _concepts(told))


def _concepts(told: dict[str, str]) -> Concepts:
    for name, choices in _SPECIAL.items():
        if told.get(name, choices[0]) not in choices:
            raise Problem(400, f"{name}: one of {', '.join(choices)}")
    found = {"system": "general", "partner_by": "origin", "returned": "included"} | told
    return Concepts(found["system"], found["partner_by"], found["returned"])  # type: ignore[arg-type]


def _data(which: Which, told: dict[str, str]) -> DataQuery:
    at = told.get("dimensionAtObservation", TIME)
    if at not in (TIME, FLAT):
        known = at in IDS
        raise Problem(501 if known else 400, f"dimensionAtObservation: {TIME} or {FLAT}")
    if told.get("sort", "series_key").removesuffix(":asc") not in ("series_key", "series_key+TIME_PERIOD"):
        raise Problem(501, "sort: series come in the order of their keys, observations in that of time alone")
    if "reportingYearStartDay" in told and told["reportingYearStartDay"] not in ("", "--01-01"):
        raise Problem(501, "reportingYearStartDay: years begin in January here")
    bounds = Bounds(
        _number("firstNObservations", told, 1), _number("lastNObservations", told, 1),
        _number("offset", told, 0) or 0, _number("limit", told, 1),
    )  # fmt: skip
    history = told.get("includeHistory", "false").lower()
    if history not in ("true", "false"):
        raise Problem(400, "includeHistory: true or false")
    if history == "true" and (which.updated_after or bounds != _UNBOUNDED):
        raise Problem(501, "includeHistory: not with updatedAfter, nor with a part of the observations")
    return DataQuery(which, at, _shown(told), bounds, history == "true")


def _shown(told: dict[str, str]) -> Shown:
    detail = told.get("detail", "full")
    if detail not in _DETAILS:
        raise Problem(400, f"detail: one of {', '.join(_DETAILS)}")
    usual = _DETAILS[detail]
    attributes = [name for name in told.get("attributes", usual[0]).split(",") if name]
    measures = [name for name in told.get("measures", usual[1]).split(",") if name]
    for name in attributes:
        if not known_attribute(name):
            levels = "dsd, dataset, series, obs, none, or names of attributes"
            raise Problem(400, f"attributes: {name[:60]!r} is none; there are {levels}")
    for name in measures:
        if name not in ("all", "none", "OBS_VALUE"):
            raise Problem(400, f"measures: {name[:60]!r} is none; all, none or OBS_VALUE")
    return shown(attributes, "none" not in measures, detail)


def _available(which: Which, component: str, told: dict[str, str]) -> AvailabilityQuery:
    components = () if component in _ANY else tuple(component.split(","))
    for one in components:
        if one not in (*IDS, TIME):
            raise Problem(400, f"component {one[:60]!r}: the dimensions are {', '.join((*IDS, TIME))}")
    mode = told.get("mode", "exact")
    if mode not in ("exact", "available"):
        raise Problem(400, "mode: exact or available")
    return AvailabilityQuery(which, components, mode == "available", references(told))


def references(told: dict[str, str]) -> tuple[str, ...]:
    """What is to come along, `none` left out."""
    return tuple(one for one in told.get("references", "none").lower().split(",") if one and one != "none")


def _day(name: str, told: dict[str, str]) -> date | None:
    """A day or a moment as a day: the store knows days. Raises Problem (400)."""
    text = told.get(name)
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        day = datetime.fromisoformat(text.replace(" ", "+")).date()
        if day.year < _FIRST_YEAR:
            raise ValueError(text)
        return day
    except ValueError as error:
        shape = "2025-03-31 or 2025-03-31T00:00:00Z"
        raise Problem(400, f"{name}: {text[:40]!r} is no date; write it as {shape}") from error


def _number(name: str, told: dict[str, str], least: int) -> int | None:
    text = told.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) >= least):
        raise Problem(400, f"{name}: {text[:40]!r} is no whole number from {least} on")
    return int(text)
