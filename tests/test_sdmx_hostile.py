"""Whatever is asked over SDMX, the answer is one of the answers that there are; streams end and give back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import serving
from customhouse.web.sdmx import csvs, jsons, xmls
from customhouse.web.sdmx.answering import Observation, Series
from customhouse.web.sdmx.asking import AVAILABLE, DATA, STRUCTURES
from customhouse.web.sdmx.catalogue import Catalogue
from customhouse.web.sdmx.message import DataSet, Message
from customhouse.web.sdmx.model import AGENCY, IDS, Dataflow
from customhouse.web.sdmx.serving import STREAMS

STATUSES = {200, 304, 400, 404, 406, 413, 414, 422, 501}
PIECES = st.one_of(
    st.sampled_from([
        "data", "structure", "availability", "availableconstraint", "schema", "dataflow", "datastructure",
        "codelist", "*", "all", AGENCY, "declarations", "table", "TRADE", "CL_FLOW", "1.0.0", "~", "latest",
        "A.CHN.exports._T._T._T._T._T._T.VALUE_CNY", "A.CHN.trade.EU.85._T._T._T._T.MASS", "PARTNER",
        "M.CHN.exports.*.01._T._T._T._T.*", f"{AGENCY},table,1.0.0", "..%2F..", "%00",
    ]),
    st.text(max_size=20).map(lambda text: quote(text, safe="")),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(sorted({*DATA, *AVAILABLE, *STRUCTURES} - {"c"})),
    st.sampled_from([*IDS, "TIME_PERIOD", "OBS_VALUE", "VINTAGE", "COMMODITY_LEVEL"]).map("c[{}]".format),
    st.text(max_size=10),
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([
        "true", "0", "1", "-1", "9" * 30, "2024-Q1", "ge:2024-01+le:2024-02", "2025-05-01", "9999-12-31",
        "all", "none", "csv", "xml", "json", "AllDimensions", "ne:USA", "HS2", "exact", "available",
        "children", "sw:,", "+", ",", "eq:", "special", "consignment", "zh",
        "0001-01-01", "2024-01-01T99:00:00",
    ]),
    st.text(max_size=15),
)  # fmt: skip


@settings(max_examples=120)
@given(
    st.sampled_from(["v1", "v2"]), st.lists(PIECES, max_size=7),
    st.lists(st.tuples(NAMES, VALUES), max_size=3),
    st.sampled_from(["*/*", "text/csv", "application/xml", "x"]),
)  # fmt: skip
@example("v2", ["data", "dataflow", AGENCY, "declarations", "~", "M", "x"], [], "*/*")
@example("v2", ["data", "dataflow", AGENCY, "table", "1.0.0"], [("asOf", "0001-01-01")], "*/*")
@example("v2", ["data", "dataflow", AGENCY, "table", "1.0.0"], [("updatedAfter", "0001-01-01")], "*/*")
@example("v2", ["availability", "dataflow", AGENCY, "table"], [("c[PARTNER]", "ne:USA")], "application/xml")
def test_nothing_that_is_asked_breaks_it(
    app_client: Any, rest: str, pieces: list[str], told: list[tuple[str, str]], accept: str
) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in told)
    address = f"/sdmx/{rest}/{'/'.join(pieces)}?limit=50&{query}"
    response = app_client.get(address, headers={"Accept": accept})
    assert response.status_code in STATUSES, (address, response.text)
    if response.status_code >= 400:
        assert response.json()["detail"], address


def test_a_query_reads_nothing_but_the_store(app_client: Any, tmp_path: Path) -> None:
    for code in ("../../../etc/passwd", "'; DROP TABLE x; --", "read_csv('/etc/passwd')", "a' OR '1'='1"):
        for place in (f"/M.CHN.exports.{quote(code, safe='')}", f"?c[PARTNER]={quote(code, safe='')}"):
            response = app_client.get(f"/sdmx/v2/data/dataflow/{AGENCY}/declarations/1.0.0{place}")
            assert response.status_code in (400, 422, 404)


def test_streams_that_are_left_give_back_their_place(counter: serving.Serving) -> None:
    import httpx

    address = f"{counter.address}/sdmx/v2/data/dataflow/{AGENCY}/declarations/1.0.0/M?format=csv"
    for _ in range(2 * STREAMS):
        with httpx.stream("GET", address, timeout=60) as response:
            assert response.status_code == 200
            assert next(response.iter_bytes()).startswith(b"STRUCTURE,")
    short = f"{counter.address}/sdmx/v2/data/dataflow/{AGENCY}/table/1.0.0/M?format=csv"
    assert httpx.get(short, timeout=60).text.count("\n") == 2 * 3 * 24 + 1


COUNT = 6_000


@pytest.mark.parametrize("form", ["csv", "json", "xml"])
def test_a_message_is_written_as_its_data_come(form: str) -> None:
    """The first bytes are there before the second series is asked for, and little is held meanwhile."""
    import tracemalloc
    from datetime import UTC, datetime

    asked = 0

    def series() -> Iterator[Series]:
        nonlocal asked
        for number in range(COUNT):
            asked += 1
            partner, goods = f"P{number // 97}", f"{number % 97:02}"
            key = ("M", "CHN", "exports", partner, goods, "_T", "_T", "_T", "_T", "VALUE_CNY")
            told = ("CNY", "A", "1", None)
            yield Series(key, tuple(Observation(f"2024-{m:02}", "1.5", told) for m in range(1, 13)))

    names = {"en": "x", "zh": "x"}
    catalogue = Catalogue("", (), frozenset(), frozenset(), frozenset())
    message = Message("id", datetime.now(UTC), catalogue, Dataflow("x", "x", names, names), "")
    data = iter([DataSet("Information", series())])
    written = {
        "csv": lambda: csvs.write(message, data), "json": lambda: jsons.write(message, data),
        "xml": lambda: xmls.write(message, data, "specific3.0"),
    }[form]()  # fmt: skip
    catalogue.name("CL_FLOW", "exports", "en")  # the code lists are not what is measured
    size = len(next(written))
    assert asked <= 1
    tracemalloc.start()
    size += sum(map(len, written))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert asked == COUNT and size > 1_500_000
    assert peak < size / 2
