"""What the API answers is what the desk answers and what SQL says; pages walk through exactly the whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import orjson
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from customhouse import open_store
from customhouse.cube.listed import CELL_COLUMNS, TABLE_COLUMNS
from customhouse.desk import Desk

QUESTIONS = (
    ("exports to ASEAN by month 2024", {}),
    ("trade by partner 2025 Q1", {}),
    ("exports to the USA and Japan by quarter 2024", {}),
    ("growth of exports by hs2 2025-03", {}),
    ("", {"flow": "imports", "by": "enterprise,month", "period": "2025-Q1"}),
    ("share of ASEAN in exports 2024", {}),
    ("", {"flow": "exports", "measure": "rank", "partner": "VNM", "period": "2024", "whole": "partner"}),
    ("exports 2025-02", {"as_of": "2025-04-30"}),
    ("exports by month 2025 Q1", {"known": "first"}),
    ("number of enterprises exports 2025-03", {}),
    ("exports by hs4 2025-03", {"hs": "85"}),
)


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with open_store(small_store) as found:
        yield found


@pytest.mark.parametrize(("words", "options"), QUESTIONS, ids=lambda one: str(one) or "options")
def test_figures_are_those_of_the_desk(
    app_client: TestClient, desk: Desk, words: str, options: dict[str, str]
) -> None:
    told = dict(options)
    day = told.pop("as_of", None)
    wanted = desk.query(
        words, source="declarations", as_of=date.fromisoformat(day) if day else None, **told
    ).rows()
    answer = app_client.get(
        "/api/v1/query", params={"q": words, "source": "declarations", "limit": 10_000, **options}
    ).json()
    assert answer["count"] == len(answer["figures"]) == len(wanted) > 0
    for one, row in zip(answer["figures"], wanted, strict=True):
        for name in ("period", "measure", "of", "value", "unit", "low", "high", "growth", "base", "note"):
            assert one.get(name) == row[name], name
        for name in ("flow", "partner", "partner_name", "commodity", "enterprise"):
            assert one.get(name) == row[name], name
        assert (one["period_start"], one["period_end"]) == (str(row["period_start"]), str(row["period_end"]))
        assert (one.get("missing") or {}).get("reason") == row["missing"]


def test_derivations_are_those_of_the_desk(app_client: TestClient, desk: Desk) -> None:
    words = "growth of exports to ASEAN 2025-Q1"
    wanted = orjson.loads(desk.query(words, source="declarations").to_json())
    answer = app_client.get(
        "/api/v1/query", params={"q": words, "source": "declarations", "derivations": "true"}
    ).json()
    assert [one["claim"] for one in answer["figures"]] == wanted["figures"]
    assert answer["question"] == wanted["question"]


def cell_files(store: Path) -> list[str]:
    """The files of the cells that stand for each month: those of the last load."""
    by_month = {path.parent.name: path for path in sorted(store.glob("cells/month=*/*.parquet"))}
    return list(map(str, by_month.values()))


def test_a_figure_is_what_sql_says(app_client: TestClient, small_store: Path) -> None:
    found = duckdb.sql(
        "SELECT partner, sum(value_cents) / 100.0 FROM read_parquet($files, hive_partitioning = false) "
        "WHERE flow IN ('exports', 're_exports') AND month_number BETWEEN 24300 AND 24302 "
        "AND partner IS NOT NULL GROUP BY partner", params={"files": cell_files(small_store)},
    ).fetchall()  # fmt: skip
    query = {
        "source": "declarations",
        "flow": "exports",
        "by": "partner",
        "period": "2025-Q1",
        "limit": 10_000,
    }
    answer = app_client.get("/api/v1/query", params=query).json()
    assert {one["partner"]: one["value"] for one in answer["figures"]} == pytest.approx(
        dict(found), abs=0.005
    )
    (total,) = answer["basis"]["totals"]
    assert total["parts"] == pytest.approx(sum(value for _, value in found), abs=0.01)
    assert total["whole"] == pytest.approx(total["parts"] + total["rest"], abs=0.01)
    assert total["adds_up"] == (abs(total["rest"]) < 0.01)


def pages(client: TestClient, address: str, name: str) -> Iterator[list[Any]]:
    """The rows of each page, by its links."""
    following: str | None = address
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert answer.headers.get("link") == (found["next"] and f'<{found["next"]}>; rel="next"')
        yield found[name]
        following = found["next"]


@pytest.mark.parametrize(
    ("path", "name", "limit"),
    [
        ("/query?source=declarations&flow=exports&by=partner,month&period=2025-Q1", "figures", 37),
        ("/cells?source=declarations&flow=exports&partner=ASEAN,USA&period=2024-11/2025-02", "cells", 41),
        ("/cells?source=declarations&flow=trade&period=2025-03&partner_by=consignment", "cells", 97),
        ("/cells?source=table&period=2024", "cells", 7),
        ("/codes/commodity?search=s", "codes", 50),
        ("/vintages?", "vintages", 1),
        ("/quarantine?", "rows", 13),
    ],
)
def test_pages_are_exactly_the_whole(app_client: TestClient, path: str, name: str, limit: int) -> None:
    most = 1000 if name in ("vintages", "rows") else 2000
    (whole,) = pages(app_client, f"/api/v1{path}&limit={most}", name)
    walked = list(pages(app_client, f"/api/v1{path}&limit={limit}", name))
    assert len(whole) > limit
    assert all(len(page) == limit for page in walked[:-1])
    assert [row for page in walked for row in page] == whole


def test_a_cursor_is_of_its_question_alone(app_client: TestClient) -> None:
    first = app_client.get("/api/v1/cells?source=declarations&flow=exports&period=2025-03&limit=5").json()[
        "next"
    ]
    other = app_client.get(first.replace("flow=exports", "flow=imports"))
    assert (other.status_code, other.json()["code"]) == (410, "stale_cursor")
    assert app_client.get(first.replace("limit=5", "limit=9")).status_code == 200


@pytest.mark.parametrize("source", ["declarations", "table"])
@pytest.mark.parametrize("partner_by", ["origin", "consignment"])
def test_cells_in_every_format_are_the_same(app_client: TestClient, source: str, partner_by: str) -> None:
    if source == "table" and partner_by == "consignment":
        refused = app_client.get(f"/api/v1/cells?source={source}&partner_by={partner_by}&period=2024")
        assert refused.status_code == 422
        return
    at = f"/api/v1/cells?source={source}&partner_by={partner_by}&period=2024-12/2025-02"
    (paged,) = pages(app_client, f"{at}&limit=10000", "cells")
    lines = app_client.get(f"{at}&format=ndjson").content.splitlines()
    assert [orjson.loads(line) for line in lines] == paged
    table = pq.read_table(io.BytesIO(app_client.get(f"{at}&format=parquet").content))
    assert [{k: v for k, v in row.items() if v is not None} for row in table.to_pylist()] == paged
    columns = CELL_COLUMNS if source == "declarations" else TABLE_COLUMNS
    text = app_client.get(f"{at}&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == columns
    told = [
        {
            name: cell if isinstance(paged[at].get(name), str) else float(cell)
            for name, cell in row.items()
            if cell
        }
        for at, row in enumerate(rows)
    ]
    assert told == paged


def test_a_workbook_is_laid_out(app_client: TestClient) -> None:
    at = "/api/v1/query?source=declarations&flow=exports&by=partner&top=3&period=2025-Q1&format=xlsx"
    answer = app_client.get(f"{at}&lang=zh")
    assert answer.content == app_client.get(f"{at}&lang=zh").content
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    figures, data = book.worksheets
    rows = list(figures.iter_rows(values_only=True))
    assert rows[0][0] == "出口 前3大贸易伙伴 2025年一季度"
    assert "declarations" in str(rows[1][0])
    heading = next(at for at, row in enumerate(rows) if row[0] == "时期")
    assert rows[heading][1] and "亿" in str(rows[heading + 1][2])
    assert all(isinstance(row[2], float) for row in rows[heading + 2 : heading + 5])
    assert any("其余" in str(row[0]) for row in rows[heading + 5 :])
    wanted = app_client.get(at.replace("xlsx", "json")).json()["figures"]
    head, *told = data.iter_rows(values_only=True)
    place = head.index("value")
    assert [row[place] for row in told] == [one["value"] for one in wanted]
    assert figures.print_title_rows and figures.freeze_panes


def test_words_in_a_workbook_are_no_formulas(app_client: TestClient) -> None:
    from customhouse.web.jobs.sheets import Sheet, workbook

    rows = (("=1+1", 2.5), ("@x", None))
    sheet = Sheet("=2+2", ("a", "b"), (), ("=h", "n"), ("", "%"), ("", "0.0"), rows, (), (("=d",),), "en")
    book = openpyxl.load_workbook(io.BytesIO(workbook(None, sheet)))  # type: ignore[arg-type]
    for page in book.worksheets:
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_csv_and_parquet_have_all_figures(app_client: TestClient, desk: Desk) -> None:
    at = "/api/v1/query?source=declarations&flow=exports&by=hs4,month&period=2025-Q1"
    wanted = desk.query("exports by hs4 by month 2025 Q1", source="declarations")
    table = pq.read_table(io.BytesIO(app_client.get(f"{at}&format=parquet").content))
    assert table.equals(wanted.to_arrow())
    rows = list(csv.DictReader(io.StringIO(app_client.get(f"{at}&format=csv").text)))
    assert [float(row["value"]) for row in rows] == [one.value for one in wanted.claims]


def test_names_of_traders_are_never_told(app_client: TestClient, small_store: Path) -> None:
    """Neither the cells nor the rows set aside have a number of a trader or of a declaration."""
    files = [str(path) for path in small_store.glob("lines/month=*/*.parquet")]
    lines = "read_parquet($files, hive_partitioning = false)"
    names = duckdb.sql(
        f"SELECT DISTINCT trader_id FROM {lines} WHERE trader_id IS NOT NULL UNION "
        f"SELECT DISTINCT declaration_id FROM {lines} WHERE declaration_id IS NOT NULL",
        params={"files": files},
    ).fetchall()  # fmt: skip
    text = "".join(
        app_client.get(f"/api/v1{path}").text
        for path in ("/quarantine?limit=1000", "/cells?source=declarations&period=2024/2025-03&format=csv")
    )
    found = {piece for piece in text.replace('"', ",").replace(":", ",").split(",") if piece}
    assert names and not found & {name for (name,) in names}


def test_rows_set_aside_are_those_of_the_quarantine(app_client: TestClient, desk: Desk) -> None:
    from customhouse.compiling.quarantine import quarantined

    wanted = {one.id: one for one in quarantined(desk.store)}
    (found,) = pages(app_client, "/api/v1/quarantine?limit=1000", "rows")
    assert [one["id"] for one in found] == list(wanted)
    for one in found:
        assert tuple(reason["reason"] for reason in one["reasons"]) == wanted[one["id"]].reasons
        assert one["said"].items() <= dict(wanted[one["id"]].said).items()
    reason = found[0]["reasons"][0]["reason"]
    (some,) = pages(app_client, f"/api/v1/quarantine?limit=1000&reason={reason}", "rows")
    assert [one["id"] for one in some] == [
        one["id"] for one in found if reason in [told["reason"] for told in one["reasons"]]
    ]
