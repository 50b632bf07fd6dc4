"""SDMX answers as plain rows, read by hand from each format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from lxml import etree

from customhouse.web.sdmx.model import IDS, OF_OBSERVATION, OF_SERIES

KEYS = (*IDS, "TIME_PERIOD")
COMPONENTS = (*KEYS, "OBS_VALUE", *(one.id for one in (*OF_SERIES, *OF_OBSERVATION)))
Rows = dict[tuple[str, ...], dict[str, str]]


def ask(client: Any, address: str, **told: str) -> Rows:
    """The rows of an answer in SDMX-CSV."""
    response = client.get(address, params={"format": "csv"} | told)
    assert response.status_code == 200, response.text
    return rows_of_csv(response.text)


def rows_of_csv(text: str) -> Rows:
    return _keyed(csv.DictReader(io.StringIO(text)))


def rows_of_json(text: str) -> Rows:
    message = json.loads(text, parse_float=str, parse_int=str)["data"]
    if not message["structures"]:
        return {}
    [structure] = message["structures"]
    found = []
    for one in message["dataSets"]:
        for key, series in one.get("series", {}).items():
            of_series = _told(structure["dimensions"]["series"], key.split(":"))
            of_series |= _told(structure["attributes"]["series"], series["attributes"])
            for at, observation in series["observations"].items():
                found.append(of_series | _observed(structure, at, observation))
        for at, observation in one.get("observations", {}).items():
            found.append(_observed(structure, at, observation))
    return _keyed(found)


def _observed(structure: Any, at: str, observation: list[Any]) -> dict[str, str]:
    value, *attributes = observation
    told = _told(structure["dimensions"]["observation"], at.split(":"))
    return told | {"OBS_VALUE": value} | _told(structure["attributes"]["observation"], attributes)


def _told(components: list[Any], numbers: list[Any]) -> dict[str, str]:
    told = {}
    for component, number in zip(components, numbers, strict=True):
        if number is not None:
            value = component["values"][int(number)]
            told[component["id"]] = value.get("id", value.get("value"))
    return told


def rows_of_xml(body: bytes) -> Rows:
    """Of structure-specific and generic data, in series or flat."""
    found = []
    for observation in etree.fromstring(body).iter("{*}Obs"):
        series = observation.getparent()
        told = dict(series.attrib) if series.tag == "Series" else {}
        for part in (series if etree.QName(series).localname == "Series" else [], observation):
            for child in part:
                told |= _generic(child)
        found.append(told | dict(observation.attrib))
    return _keyed(found)


def _generic(child: Any) -> dict[str, str]:
    name = etree.QName(child).localname
    if name in ("SeriesKey", "ObsKey", "Attributes"):
        return {value.get("id"): value.get("value") for value in child}
    one = {"ObsDimension": "TIME_PERIOD", "ObsValue": "OBS_VALUE"}.get(name)
    return {one: child.get("value")} if one else {}


def _keyed(found: Any) -> Rows:
    rows: Rows = {}
    for told in found:
        key = tuple(told[id] for id in KEYS)
        assert key not in rows, f"{key} stands there twice"
        rows[key] = {id: told[id] for id in COMPONENTS if told.get(id)}
    return rows


READERS = {
    "csv": lambda response: rows_of_csv(response.text),
    "csv1": lambda response: rows_of_csv(response.text),
    "json": lambda response: rows_of_json(response.text),
    "xml": lambda response: rows_of_xml(response.content),
    "structurespecific": lambda response: rows_of_xml(response.content),
    "generic": lambda response: rows_of_xml(response.content),
}
