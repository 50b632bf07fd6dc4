"""Rows of one key: said again they count once, unlike ones stop; further dimensions are not added over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from customhouse.errors import ControlFailure, MappingError
from customhouse.records.sources import Options, detect, for_load, reader
from customhouse.records.table import Batch

SDMX = "DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,FLOW,{further}UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
COMTRADE = ("typeCode,period,reporterCode,flowCode,partnerCode,classificationCode,isOriginalClassification,"
            "cmdCode,primaryValue\n")


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(name: str, path: Path, **options: Any) -> list[Batch]:
    return list(reader(name).read(path, Options(**options)))


def values(batches: list[Batch]) -> list[int]:
    return [value for batch in batches for value in batch.table["value_cents"].to_pylist()]


def reasons(batches: list[Batch]) -> list[str]:
    return [f"{row.place}: {' '.join(row.reasons)}" for batch in batches for row in batch.set_aside]


def sdmx(further: str, *rows: str) -> str:
    head = SDMX.format(further=f"{further}," if further else "")
    return head + "".join(f"X:T(1.0),M,CHN,{row}\n" for row in rows)


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_an_equal_observation_counts_once(tmp_path: Path, batch_rows: int) -> None:
    rows = ("USA,X,USD,2024-03,100,A", "JPN,X,USD,2024-03,7,A", "USA,X,USD,2024-03,100.0,E")
    found = read("sdmx-csv", written(tmp_path, sdmx("", *rows)), batch_rows=batch_rows)
    assert values(found) == [10000, 700] and reasons(found) == ["line 4: repeated_row"]


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_unlike_observations_stop(tmp_path: Path, batch_rows: int) -> None:
    rows = ("USA,X,USD,2024-03,100,A", "JPN,X,USD,2024-03,7,A", "USA,X,USD,2024-03,120,A")
    path = written(tmp_path, sdmx("", *rows))
    with pytest.raises(ControlFailure, match=r"line 4: the same figure as in .*line 2"):
        read("sdmx-csv", path, batch_rows=batch_rows)


@pytest.mark.parametrize(
    "rows",
    [
        ("USA,X,USD,2024-03,100,A", "USA,M,USD,2024-03,120,A", "USA,X,USD,2024-04,130,A"),
        ("USA,X,USD,2024-03,100,A", "USA,X,EUR,2024-03,92,A", "USA,X,KGM,2024-03,40,A"),
        ("GB,X,USD,2024-03,100,A", "XI,X,USD,2024-03,5,A"),
    ],
    ids=["other flows and months", "other units", "two codes of one partner"],
)
def test_what_differs_in_its_key_stands(tmp_path: Path, rows: tuple[str, ...]) -> None:
    found = read("sdmx-csv", written(tmp_path, sdmx("", *rows)))
    assert len(values(found)) == len(rows) and not reasons(found)


@pytest.mark.parametrize(
    ("further", "rows"),
    [
        ("EDITION", ("USA,X,202404,USD,2024-03,100,A", "USA,X,202405,USD,2024-03,110,A")),
        ("EDITION", ("USA,X,202404,USD,2024-03,100,A", "USA,X,202405,USD,2024-03,100,A")),
        ("PRODUCT_TYPE", ("USA,X,GOODS,USD,2024-03,70,A", "USA,X,SERV,USD,2024-03,30,A")),
        ("SECTOR", ("USA,X,_T,USD,2024-03,9,A", "JPN,X,S1,USD,2024-03,7,A", "JPN,X,S2,USD,2024-03,2,A")),
    ],
)
def test_a_dimension_without_a_total_is_named(tmp_path: Path, further: str, rows: tuple[str, ...]) -> None:
    with pytest.raises(MappingError, match=f"{further} tells rows apart"):
        read("sdmx-csv", written(tmp_path, sdmx(further, *rows)))


@pytest.mark.parametrize(
    ("further", "rows", "left", "aside"),
    [
        ("PRODUCT_TYPE", ("USA,X,_T,USD,2024-03,100,A", "USA,X,GOODS,USD,2024-03,70,A"), [10000], 1),
        ("SEX", ("USA,X,M,USD,2024-03,70,A", "JPN,X,_T,USD,2024-03,7,A", "USA,X,_T,USD,2024-03,100,A"),
         [700, 10000], 1),
        ("PRICES", ("USA,X,V,USD,2024-03,100,A", "USA,X,L,USD,2024-03,95,A"), [10000], 1),
        ("EDITION", ("USA,X,202404,USD,2024-03,100,A", "JPN,X,202405,USD,2024-03,110,A"), [10000, 11000], 0),
        ("COMMENT_OBS", ("USA,X,one,USD,2024-03,100,A", "USA,X,two,USD,2024-03,100,A"), [10000], 1),
        ("UNIT_MULT", ("USA,X,6,USD,2024-03,1,A", "USA,X,3,USD,2024-03,1000,A"), [100_000_000], 1),
    ],
    ids=["total first", "total last", "current prices", "one edition each", "attributes", "multipliers"],
)
def test_totals_of_further_dimensions_are_taken(
    tmp_path: Path, further: str, rows: tuple[str, ...], left: list[int], aside: int
) -> None:
    found = read("sdmx-csv", written(tmp_path, sdmx(further, *rows)), batch_rows=1)
    assert values(found) == left and len(reasons(found)) == aside


def test_revisions_of_the_hs(tmp_path: Path) -> None:
    text = COMTRADE + (
        "C,202403,842,M,156,H5,False,851712,555\n"
        "C,202403,842,M,156,H6,True,851713,777\n"
        "C,202403,842,M,156,H6,True,TOTAL,2000\n"
        "C,202403,842,M,156,H5,False,TOTAL,2000\n"
        "C,202402,842,M,156,H5,False,851712,444\n"
        "C,202402,842,M,156,S4,False,TOTAL,1900\n"
        "C,202401,842,M,156,H4,False,851712,33\n"
        "C,202401,842,M,156,H5,False,851712,34\n"
    )
    for rows in (1, 100):
        found = read("comtrade", written(tmp_path, text), batch_rows=rows)
        assert values(found) == [77700, 200000, 44400, 190000, 3400]
        assert reasons(found) == [f"line {n}: other_revision" for n in (2, 5, 8)]


def test_revisions_across_the_files_of_a_load(tmp_path: Path) -> None:
    bodies = (("a.csv", "H5,False,8517,30"), ("b.csv", "H6,True,8517,31"))
    files = [written(tmp_path, f"{COMTRADE}C,2023,842,M,156,{row}\n", name) for name, row in bodies]
    options = for_load(Options(), files)
    found = [batch for file in files for batch in reader("comtrade").read(file, options)]
    assert values(found) == [3100] and reasons(found) == ["line 2: other_revision"]


@pytest.mark.parametrize(("second", "stops"), [("100", False), ("120", True)])
def test_files_of_a_load_that_say_one_figure(tmp_path: Path, second: str, stops: bool) -> None:
    files = [written(tmp_path, sdmx("", f"USA,X,USD,2024-03,{value},A"), f"{value}-{n}.csv")
             for n, value in enumerate(("100", second))]
    options = for_load(Options(), files)
    if stops:
        with pytest.raises(ControlFailure, match="120-1.csv: line 2: the same figure as in .*100-0"):
            [list(reader("sdmx-csv").read(file, options)) for file in files]
        return
    found = [batch for file in files for batch in reader("sdmx-csv").read(file, options)]
    assert values(found) == [10000] and reasons(found) == ["line 2: repeated_row"]
    assert len(values(read("sdmx-csv", files[0])) + values(read("sdmx-csv", files[1]))) == 2


def test_many_chunks_are_searched_in_full(tmp_path: Path) -> None:
    rows = [f"USA,X,HS_{n:06},USD,2024-03,{n},A" for n in range(1, 900)]
    text = sdmx("COMMODITY", *rows, rows[17], rows[500])
    found = read("sdmx-csv", written(tmp_path, text), batch_rows=13)
    assert len(values(found)) == 899
    assert reasons(found) == ["line 901: repeated_row", "line 902: repeated_row"]


def test_answers_of_the_census_by_two_breakdowns(tmp_path: Path) -> None:
    head = ["CTY_CODE", "E_COMMODITY", "ALL_VAL_MO", "METHOD", "time"]
    table = [head, ["5700", "85", "300", "1", "2024-03"], ["5700", "85", "200", "2", "2024-03"]]
    path = written(tmp_path, json.dumps(table), "a.json")
    with pytest.raises(ControlFailure, match="METHOD '1' and '2'"):
        read("census", path)


def test_comext_by_statistical_procedure(tmp_path: Path) -> None:
    head = ("DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,stat_procedure,indicators,"
            "TIME_PERIOD,OBS_VALUE,OBS_FLAG\n")
    rows = "".join(f"ESTAT:DS-059341(1.0),x,M,DE,CN,85,1,{code},VALUE_EUR,2024-03,{value},\n"
                   for code, value in (("4", 100), ("1", 70), ("2", 20), ("3", 10)))
    path = written(tmp_path, head + rows)
    assert detect(path) == "comext"
    found = read("comext", path)
    assert {row["regime"]: row["value_cents"] for batch in found for row in batch.table.to_pylist()} == {
        None: 10000, "general": 7000, "processing": 2000, "outward_processing": 1000}
