"""What a service does not have yet: told, and asked for again; what is too much is remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import service as services
from customhouse.errors import ServiceError
from customhouse.records import sources
from customhouse.records.http import Client, Patience, Refused
from customhouse.records.http import Service as Settings
from customhouse.records.sources.asking import Query
from customhouse.records.table import Batch
from service import Answering, Asked, Reply, service

QUICK = Patience(attempts=3, first_wait=0.001, timeout=5, sleep=lambda seconds: None)
QUERY = Query(("2025-01/2025-03",), ("CHN",), ("USA",))


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)


def fetched(name: str, query: Query, url: str, cache: Path | None = None) -> list[Batch]:
    return list(sources.fetch(name, query, cache, base_url=url, patience=QUICK))


def without(months: list[str]) -> Answering:
    """UN Comtrade before it has published some months; the list may be changed while it runs."""
    whole = services.comtrade(["842"])

    def answer(asked: Asked) -> Reply:
        said = json.loads(str(whole(asked).body))
        said["data"] = [row for row in said["data"] if row["period"] not in months]
        said["count"] = len(said["data"])
        return Reply(json.dumps(said))

    return answer


def missing(batches: list[Batch]) -> list[str]:
    return [row.place for batch in batches for row in batch.set_aside if row.reasons == ("month_missing",)]


def test_a_month_that_is_not_there_is_told_and_asked_for_again(tmp_path: Path) -> None:
    absent = ["202502"]
    with service(without(absent)) as running:
        assert missing(fetched("comtrade", QUERY, running.url, tmp_path)) == ["2025-02"]
        absent.clear()
        assert missing(fetched("comtrade", QUERY, running.url, tmp_path)) == []
        assert missing(fetched("comtrade", QUERY, running.url, tmp_path)) == []
        assert len(running.asked) == 2


def test_an_answer_without_rows_is_told_and_not_kept(tmp_path: Path) -> None:
    absent = ["202501", "202502", "202503"]
    with service(without(absent)) as running:
        with pytest.raises(ServiceError, match="no rows for 2025-01/2025-03: not published yet"):
            fetched("comtrade", QUERY, running.url, tmp_path)
        absent.clear()
        assert len(fetched("comtrade", QUERY, running.url, tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("census", Reply(status=204)),
        ("census", Reply('[["CTY_CODE","I_COMMODITY","GEN_VAL_MO","time"]]')),
        ("comext", Reply(services.NO_RESULTS, 404, "text/xml")),
        ("comext", Reply(f"{services.COMEXT_HEADER}\n", kind="text/csv")),
        ("sdmx-csv", Reply("DATAFLOW,REF_AREA,FLOW,TIME_PERIOD,UNIT,OBS_VALUE\n", kind="text/csv")),
    ],
)
def test_nothing_in_the_words_of_each_service(name: str, nothing: Reply, tmp_path: Path) -> None:
    query = Query(("2025-01",), ("DEU",), ("CHN",), flows=("imports",))
    with service(lambda asked: nothing) as running:
        for times in (1, 2):
            with pytest.raises(ServiceError, match="no rows for 2025-01"):
                fetched(name, query, running.url, tmp_path)
            assert len(running.asked) == times


def test_years_are_not_missing(tmp_path: Path) -> None:
    query = Query(("2023/2024",), ("CHN",), ("USA",), frequency="A")
    with service(services.comtrade(["842"])) as running:
        assert missing(fetched("comtrade", query, running.url)) == []


def test_what_was_too_much_is_not_asked_again(tmp_path: Path) -> None:
    query = Query(("2025-01/2025-02",), ("CHN",), ("USA", "JPN"), extra={"maxRecords": "3"})
    with service(services.comtrade(["842", "392"])) as running:
        first = fetched("comtrade", query, running.url, tmp_path)
        asked = len(running.asked)
        again = fetched("comtrade", query, running.url, tmp_path)
        assert len(running.asked) == asked
        assert sum(b.table.num_rows for b in first) == sum(b.table.num_rows for b in again) == 8


def test_flows_are_split_before_partners(tmp_path: Path) -> None:
    query = Query(("2025-01",), ("CHN",), ("USA", "JPN"), extra={"maxRecords": "3"})
    with service(services.comtrade(["842", "392"])) as running:
        fetched("comtrade", query, running.url)
        assert [asked.query["flowCode"] for asked in running.asked] == ["X,M", "X", "M"]


def test_waits_are_told() -> None:
    told: list[str] = []
    settings = Settings("test", "", per_minute=1e9)
    with service(lambda asked: Reply("", 503)) as running:
        settings = Settings("test", running.url, per_minute=1e9)
        with Client(settings, None, QUICK, tell=told.append) as client, pytest.raises(Refused) as error:
            client.get("a")
    assert len(told) == 2 and told[0].startswith("test: answered 503 Service Unavailable; asked again in")
    assert "the service is down or overloaded: try again later" in str(error.value)


@pytest.mark.parametrize("name", ["comtrade", "comext", "census", "sdmx-csv"])
def test_a_page_is_told_in_its_words(name: str, tmp_path: Path) -> None:
    page = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>down</body></html>"
    with (
        service(lambda asked: Reply(page, kind="text/html")) as running,
        pytest.raises(ServiceError, match="it says: Maintenance"),
    ):
        fetched(name, Query(("2025-01",), ("CHN",)), running.url, tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
