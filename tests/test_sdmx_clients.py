"""pysdmx and sdmx1 against a running server: structures, data, what there is."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import customhouse
import serving
from customhouse.model import Slice
from customhouse.web.sdmx.model import COMPONENTS, IDS
from customhouse.web.sdmx.times import parse_period

KEY = "Q.CHN.exports.USA+ASEAN._T._T._T._T._T.VALUE_CNY"
XML = "application/vnd.sdmx.{}+xml;version=3.0.0"


@pytest.fixture(scope="module")
def figures(counter: serving.Serving) -> Iterator[dict[tuple[str, str], float]]:
    """Exports by partner and quarter, from the cube."""
    with customhouse.open_store(counter.store) as desk:
        statistics = desk.statistics(source="declarations")
        found = {}
        for partner in ("USA", "ASEAN"):
            for quarter in ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"):
                level = statistics.level(Slice("exports", partner), parse_period(quarter))
                assert level is not None
                found[partner, quarter] = float(level.amount)
        yield found


def test_pysdmx_reads_structures(counter: serving.Serving) -> None:
    fmr = pytest.importorskip("pysdmx.api.fmr")
    client = fmr.RegistryClient(f"{counter.address}/sdmx/v2", timeout=60)
    assert {flow.id for flow in client.get_dataflows("CUSTOMHOUSE")} == {"declarations", "table"}
    schema = client.get_schema("dataflow", "CUSTOMHOUSE", "declarations", "1.0.0")
    assert [one.id for one in schema.components] == [one.id for one in COMPONENTS]
    partners = client.get_codes("CUSTOMHOUSE", "CL_PARTNER", "1.0.0")
    names = {code.id: code.name for code in partners}
    assert names["USA"] == "United States" and "ASEAN" in names
    assert "VNM (1995-07" in next(code.description for code in partners if code.id == "ASEAN")


def test_pysdmx_reads_data(counter: serving.Serving, figures: dict[tuple[str, str], float]) -> None:
    rest, reader = pytest.importorskip("pysdmx.api.dc.rest"), pytest.importorskip("pysdmx.io")
    connector = rest.SdmxConnector(f"{counter.address}/sdmx/v2", timeout=60)
    described = connector.dataflow("CUSTOMHOUSE:declarations(1.0.0)")
    enumerated = {one.id: one.enumeration for one in described.components if one.enumeration}
    assert {"_T", "USA", "ASEAN"} <= {code.id for code in enumerated["PARTNER"]}
    totals = " AND ".join(f"{id} = '_T'" for id in IDS[4:9])
    where = f"{totals} AND FREQ = 'Q' AND FLOW = 'exports' AND MEASURE = 'VALUE_CNY' "
    where += "AND PARTNER IN ('USA', 'ASEAN')"
    rows = list(connector.data("CUSTOMHOUSE:declarations(1.0.0)", where))
    assert {(row["PARTNER"], row["TIME_PERIOD"]): float(row["OBS_VALUE"]) for row in rows} == figures
    for form in ("csv", "xml", "structurespecific", "generic"):
        flow = f"{counter.address}/sdmx/v2/data/dataflow/CUSTOMHOUSE/declarations/1.0.0"
        address = f"{flow}/{KEY}?format={form}"
        frame = reader.read_sdmx(address).data[0].data
        told = zip(frame["PARTNER"], frame["TIME_PERIOD"], frame["OBS_VALUE"], strict=True)
        assert {(partner, period): float(value) for partner, period, value in told} == figures


def test_pysdmx_reads_what_there_is(counter: serving.Serving) -> None:
    reader = pytest.importorskip("pysdmx.io")
    for form in ("json", "xml", "xml2.1"):
        address = f"{counter.address}/sdmx/v2/availability/dataflow/CUSTOMHOUSE/table?format={form}"
        [found] = reader.read_sdmx(address).structures
        values = {one.id: {value.value for value in one.values} for one in found.cube_region.key_values}
        assert {"USA", "JPN", "DEU", "_T", "EU"} <= values["PARTNER"]
        assert values["COMMODITY"] == {"_T"} and values["MEASURE"] == {"VALUE_USD"}


@pytest.mark.parametrize("rest", ["v1", "v2"])
def test_sdmx1_reads_structures_and_data(
    counter: serving.Serving, figures: dict[tuple[str, str], float], rest: str
) -> None:
    sdmx = pytest.importorskip("sdmx")
    url = f"{counter.address}/sdmx/{rest}"
    told: dict[str, Any] = {"id": f"CH_{rest}", "name": "customhouse", "url": url}
    if rest == "v2":
        structures = {"Accept": XML.format("structure")}
        headers = {"datastructure": structures, "data": {"Accept": XML.format("data")}}
        told |= {"versions": ["3.0.0"], "headers": headers}
    sdmx.add_source(told, override=True)
    client, of = sdmx.Client(told["id"]), {"agency_id": "CUSTOMHOUSE"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        message = client.get("datastructure", "TRADE", params={"references": "descendants"}, **of)
        structure = message.structure["TRADE"]
        assert [one.id for one in structure.dimensions] == [*IDS, "TIME_PERIOD"]
        cars = message.codelist["CL_COMMODITY"]["8703"]
        assert cars.name["zh"] == "乘用车"
        assert rest == "v2" or cars.parent.id == "87"
        of = {"agency_id": "CUSTOMHOUSE", "context": "dataflow"} if rest == "v2" else {}
        data = client.data("declarations", key=KEY, **of)
    found = {}
    for one in data.data[0].obs:
        key = one.key if one.series_key is None else one.series_key + one.dimension
        found[str(key["PARTNER"].value), str(key["TIME_PERIOD"].value)] = float(one.value)
    assert found == figures


def test_sdmx1_reads_csv(counter: serving.Serving, figures: dict[tuple[str, str], float]) -> None:
    sdmx, requests = pytest.importorskip("sdmx"), pytest.importorskip("requests")
    base = f"{counter.address}/sdmx/v2"
    structures = requests.get(
        f"{base}/structure/dataflow/CUSTOMHOUSE/declarations?references=descendants&format=xml", timeout=60
    )
    flow = sdmx.read_sdmx(io.BytesIO(structures.content)).dataflow["declarations"]
    data = requests.get(f"{base}/data/dataflow/CUSTOMHOUSE/declarations/1.0.0/{KEY}?format=csv", timeout=60)
    from sdmx.reader.csv import Reader

    message = Reader().convert(io.BytesIO(data.content), structure=flow)
    found = {
        (one.dimension["PARTNER"].value, one.dimension["TIME_PERIOD"].value): float(one.value)
        for one in message.data[0].obs
    }
    assert found == figures
    assert all(Fraction(value) for value in found.values())
