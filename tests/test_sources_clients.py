"""The clients against a service that answers as each service does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

import service as services
from customhouse.errors import CustomhouseError, ServiceError
from customhouse.records import sources
from customhouse.records.http import Patience
from customhouse.records.sources import fetching
from customhouse.records.sources.asking import Axis, Query, Request
from customhouse.records.table import Batch
from service import Reply, service

QUICK = Patience(attempts=3, first_wait=0.001, timeout=5, sleep=lambda seconds: None)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)


def fetched(name: str, query: Query, url: str, **settings: Any) -> list[Batch]:
    return list(sources.fetch(name, query, base_url=url, patience=QUICK, **settings))


def rows(batches: list[Batch]) -> int:
    return sum(batch.table.num_rows for batch in batches)


def total(batches: list[Batch]) -> int:
    return sum(pc.sum(batch.table["value_cents"]).as_py() or 0 for batch in batches)


def test_comtrade_in_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMTRADE_API_KEY", "k3y")
    told: list[tuple[int, int | None, str]] = []
    query = Query(("2025-01/2025-03",), ("CHN",), ("USA", "JPN", "WLD"))
    with service(services.comtrade(["0", "392", "842"])) as running:
        batches = fetched("comtrade", query, running.url, progress=lambda *said: told.append(said))
        assert running.asked[0].path == "/data/v1/get/C/M/HS"
        assert running.asked[0].query["partnerCode"] == "842,392,0"
        assert running.asked[0].query["reporterCode"] == "156"
    assert rows(batches) == 3 * 3 * 2 and total(batches) == 18 * 150
    assert set(batches[0].table["partner"].to_pylist()) == {"USA", "JPN", None}
    assert batches[0].table["file"][0].as_py().startswith(running.url) and told[-1][:2] == (1, 1)


@pytest.mark.parametrize("limit", [1, 5, 6, 7, 100])
def test_comtrade_is_asked_in_pieces_until_under_the_limit(limit: int) -> None:
    query = Query(
        ("2024-11/2025-02",), ("CHN",), ("USA", "JPN", "KOR"), ("01", "02"), extra={"maxRecords": str(limit)}
    )
    with service(services.comtrade(["842", "392", "410"])) as running:
        if limit == 1:
            with pytest.raises(ServiceError, match="as many as it gives at once; ask for less"):
                fetched("comtrade", query, running.url)
            return
        batches = fetched("comtrade", query, running.url)
        assert all("/public/v1/preview/" in asked.path for asked in running.asked)
    assert rows(batches) == 4 * 3 * 2 * 2
    keys = [
        tuple(row[n] for n in ("first_month", "partner", "hs", "flow"))
        for batch in batches
        for row in batch.table.to_pylist()
    ]
    assert len(set(keys)) == len(keys)


def test_comtrade_all_partners_are_split_by_name() -> None:
    known = ["842", "392", "410", "276", "490", "899"]
    query = Query(("2025-01",), ("CHN",), extra={"maxRecords": "4"})
    with service(services.comtrade(known)) as running:
        batches = fetched("comtrade", query, running.url)
        assert all(len(asked.path) + sum(map(len, asked.query.values())) < 4096 for asked in running.asked)
    assert rows(batches) == len(known) * 2


def test_comtrade_more_than_twelve_months_are_several_requests() -> None:
    with service(services.comtrade(["842"])) as running:
        batches = fetched(
            "comtrade", Query(("2023/2025",), ("CHN",), ("USA",), flows=("exports",)), running.url
        )
        assert all(len(asked.query["period"].split(",")) <= 12 for asked in running.asked)
    assert rows(batches) == 36


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            Reply(json.dumps({"elapsedTime": "1", "count": 0, "data": [], "error": "Calculation failed"})),
            "Calculation failed",
        ),
        (Reply(json.dumps({"statusCode": 401, "message": "Access denied"}), 401), "Access denied"),
        (Reply('{"elapsedTime": "1", "count": 3, "data": [{"a": 1}, {"a"'), "cut short"),
        (Reply('{"elapsedTime": "1", "count": 3, "data": [], "error": ""}'), "counts 3"),
        (Reply("<html><title>Maintenance</title></html>", kind="text/html"), "no JSON"),
    ],
)
def test_comtrade_says_what_is_wrong(reply: Reply, said: str, tmp_path: Path) -> None:
    with service(lambda asked: reply) as running, pytest.raises(ServiceError, match=said):
        fetched("comtrade", Query(("2025-01",), ("CHN",), ("USA",)), running.url, cache=tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_comtrade_recovers_and_keeps_what_it_got(tmp_path: Path) -> None:
    query = Query(("2025-01",), ("CHN",), ("USA",))
    plan = [Reply("", 429, headers=(("Retry-After", "1"),)), Reply("", 500)]
    with service(services.comtrade(["842"]), plan) as running:
        assert rows(fetched("comtrade", query, running.url, cache=tmp_path)) == 2
        assert rows(fetched("comtrade", query, running.url, cache=tmp_path)) == 2
        assert len(running.asked) == 3


def test_comtrade_bulk_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMTRADE_API_KEY", "k3y")
    names = [
        "typeCode",
        "period",
        "reporterCode",
        "flowCode",
        "partnerCode",
        "partner2Code",
        "classificationCode",
        "cmdCode",
        "customsCode",
        "mosCode",
        "motCode",
        "primaryValue",
    ]
    lines = ["C 2022 156 X 842 0 H6 0101 C00 0 0 12.25", "C 2022 156 X 842 0 H6 0101 C00 0 1000 12.25"]
    import gzip

    table = gzip.compress("\n".join("\t".join(row.split(" ")) for row in (" ".join(names), *lines)).encode())
    listing = {
        "elapsedTime": "1",
        "count": 1,
        "error": "",
        "data": [{"rowKey": "abc", "reporterCode": 156, "period": 2022, "classificationCode": "H6"}],
    }

    def answer(asked: services.Asked) -> Reply:
        return Reply(table, kind="application/gzip") if "/file/" in asked.path else Reply(json.dumps(listing))

    with service(answer) as running:
        (batch,) = fetched("comtrade-bulk", Query(("2022",), ("CHN",), frequency="A"), running.url)
        assert [asked.path for asked in running.asked] == ["/bulk/v1/get/C/A/HS", "/bulk/v1/file/156/abc"]
    assert (batch.rows_in, batch.rows_used) == (2, 1) and batch.set_aside[0].reasons == ("breakdown_row",)
    assert batch.table["value_cents"].to_pylist() == [1225]


@pytest.mark.parametrize("status", [413, 200])
@pytest.mark.parametrize("most", [1, 2, 5, 100])
def test_comext_is_asked_in_pieces(most: int, status: int) -> None:
    query = Query(("2024-11/2025-03",), ("DEU", "GRC"), ("CHN",), ("01012100", "TOTAL"))
    with service(services.comext(most, status=status)) as running:
        batches = fetched("comext", query, running.url)
        assert "/sdmx/2.1/data/DS-045409/M.DE+GR.CN." in running.asked[0].path
    assert rows(batches) == 5 * 2 * 2 * 2 * 3
    assert {row["reporter"] for batch in batches for row in batch.table.to_pylist()} == {"DEU", "GRC"}


def test_comext_that_cannot_be_split_any_further() -> None:
    with service(services.comext(0)) as running, pytest.raises(ServiceError, match="EXTRACTION_TOO_BIG"):
        fetched("comext", Query(("2025-01",), ("DEU",), ("CHN",)), running.url)


def test_comext_queued_answers_are_waited_for(tmp_path: Path) -> None:
    query = Query(("2025-01",), ("DEU",), ("CHN",))
    with service(services.comext(9, queued=True)) as running:
        assert rows(fetched("comext", query, running.url, cache=tmp_path)) == 2 * 3
        assert sum("/async/status/" in asked.path for asked in running.asked) == 3


def test_comext_months_without_results() -> None:
    with service(services.comext(2, nothing=("2025-02", "2025-03"))) as running:
        batches = fetched("comext", Query(("2025-01/2025-04",), ("DEU",), ("CHN",)), running.url)
    assert {m for b in batches for m in b.table["first_month"].to_pylist()} == {24300, 24303}


def test_comext_page_instead_of_a_table() -> None:
    with (
        service(lambda asked: Reply("<html>maintenance</html>", kind="text/html")) as running,
        pytest.raises(ServiceError, match="page or message"),
    ):
        fetched("comext", Query(("2025-01",)), running.url)


@pytest.mark.parametrize(("heavy", "count"), [(False, 1), (True, 2)])
def test_census_by_month_and_by_chapter_where_it_must(heavy: bool, count: int) -> None:
    query = Query(("2025-01/2025-03",), partners=("5700",), commodities=("AG6",), flows=("imports",))
    with service(services.census(heavy, empty=("2025-02",))) as running:
        batches = fetched("census", query, running.url)
        assert all(asked.query["COMM_LVL"] == "HS6" for asked in running.asked)
    # A value, and values by air and by vessel, of each month that has rows.
    assert rows(batches) == 2 * count * 3
    assert {row["partner"] for batch in batches for row in batch.table.to_pylist()} == {"CHN"}


def test_census_variables() -> None:
    query = Query(("2025-01",), extra={"get": ",".join(f"V{n}" for n in range(51))})
    with service(services.census()) as running, pytest.raises(ServiceError, match="51 variables"):
        fetched("census", query, running.url)


def test_census_key_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "c3nsus")
    with service(services.census()) as running:
        batches = fetched("census", Query(("2025-01",), flows=("exports",)), running.url)
        assert running.asked[0].query["key"] == "c3nsus"
    assert all("c3nsus" not in row["file"] for batch in batches for row in batch.table.to_pylist())
    assert batches[0].table["flow"].to_pylist() == ["exports"] * 3


def test_sdmx_by_dataflow_and_key() -> None:
    table = (
        "DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,TRADE_FLOW,COMMODITY,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\n"
        "X:Y(1.0),M,CN,US,X,_T,2025-01,1.5,USD,6\n"
    )
    with service(lambda asked: Reply(table, kind="text/csv")) as running:
        (batch,) = fetched(
            "sdmx-csv", Query(("2025-01",), dataset="X,Y,1.0", extra={"key": "M.CN.US"}), running.url
        )
        assert running.asked[0].path == "/data/X,Y,1.0/M.CN.US"
        assert "sdmx.data+csv" in running.asked[0].headers["accept"]
    assert batch.table["value_cents"].to_pylist() == [150_000_000]


def test_gacc_page_from_an_address(tmp_path: Path) -> None:
    page = (Path(__file__).parent / "sources" / "regimes_en.html").read_text(encoding="utf-8")
    with service(lambda asked: Reply(page, kind="text/html")) as running:
        address = f"{running.url}/Statics/a.html"
        for _ in range(2):
            batches = fetched("gacc", Query(("2025-03",), dataset=address), running.url, cache=tmp_path)
        assert len(running.asked) == 1
    assert rows(batches) > 0
    with pytest.raises(ServiceError, match="no address"):
        fetched("gacc", Query(("2025-03",)), running.url)


def test_names_of_services() -> None:
    assert tuple(fetching._CLIENTS) == sources.SERVICES
    with pytest.raises(CustomhouseError, match="no service of that name"):
        list(sources.fetch("nowhere", Query(("2025",))))


def test_pieces_are_the_whole() -> None:
    request = Request((Axis("a", ("1", "2", "3")), Axis("b", (), ("x", "y")), Axis("c", ("z",))))
    waiting, leaves = [request], []
    while waiting:
        piece = waiting.pop()
        parts = piece.pieces()
        waiting += parts
        leaves += [] if parts else [(piece["a"], piece["b"])]
    assert sorted(leaves) == [((a,), (b,)) for a in "123" for b in "xy"]


@pytest.mark.parametrize(
    ("periods", "frequency", "count"),
    [
        (("2025",), "M", 12),
        (("2024-11/2025-02",), "M", 4),
        (("2020/2022", "2022"), "A", 3),
        (("2025-03",), "A", 1),
    ],
)
def test_periods_of_a_query(periods: tuple[str, ...], frequency: str, count: int) -> None:
    assert len(Query(periods, frequency=frequency).months()) == count
