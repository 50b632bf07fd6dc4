"""Declarations and outcomes taken in for targeting: every row used, set aside or outside, whatever comes."""

from __future__ import annotations

import gzip
import io
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import choosing
from customhouse.errors import CustomhouseError, EmptyFile, InputError, MappingError, TargetingError
from customhouse.targeting.intake import declarations as taking
from customhouse.targeting.intake import kinds, matching
from customhouse.targeting.intake import outcomes as told
from customhouse.targeting.intake.declarations import Asked, Declared
from customhouse.targeting.intake.money import ExchangeRates
from customhouse.targeting.intake.notes import Note

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "targeting_intake.yaml").read_text(encoding="utf-8")
)
HEAD = "declaration_id,line,date,hs_code,partner,value,currency,trader_id,net_mass_kg,aeo,fraud,finished"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def reconciles(found: Declared) -> None:
    assert found.rows == len(found) + found.aside.num_rows + found.outside


def reconciled(found: told.Outcomes) -> None:
    """Every row of outcomes is in one count, and every one that is set aside in one row."""
    counts = dict(found.counts)
    assert counts.pop("outcome_rows") == sum(counts.values())
    assert counts["outcomes_aside"] == found.aside.num_rows == len(set(found.aside["row"].to_pylist()))


def noted(note: Note) -> str:
    """A note as tables of cases have it: its code, how many, where the first stands, and what it says."""
    place = note.said.get("row") or f"line {note.said['line']}"
    return f"{note.code} {note.count} {place} {note.said.get('text', '')}".strip()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any], tmp_path: Path) -> None:
    rates = ExchangeRates.parse(case["rates"]) if "rates" in case else ExchangeRates()
    found = taking.declarations([written(tmp_path, "d.csv", case["rows"])], Asked(rates=rates))
    reconciles(found)
    assert found.table["declaration_id"].to_pylist() == case["used"]
    assert found.reasons() == case.get("aside", {})
    assert found.flags == case.get("flags", {})
    assert list(map(noted, found.notes)) == case.get("notes", list(map(noted, found.notes)))
    for name, value in case.get("values", {}).items():
        assert dict(zip(case["used"], found.table["value_cny"].to_pylist(), strict=True))[name] == value
    if not {"outcomes", "revenue", "list"} & case.keys():
        return
    as_of = case.get("as_of")
    if "told" in case:
        outcomes = told.of_files(found, [written(tmp_path, "o.csv", case["told"])], as_of=as_of)
    else:
        outcomes = told.of_columns(found, as_of=as_of)
    fraud = [None if np.isnan(one) else int(one) for one in outcomes.fraud]
    assert fraud == case.get("list", fraud)
    assert dict(zip(case["used"], fraud, strict=True)).items() >= case.get("outcomes", {}).items()
    money = dict(zip(case["used"], outcomes.revenue_cny.tolist(), strict=True))
    assert {name: money[name] for name in case.get("revenue", {})} == case.get("revenue", {})
    assert outcomes.reasons() == case.get("outcomes_aside", {})
    assert outcomes.counts.items() >= case.get("counts", {}).items()
    reconciled(outcomes)
    assert list(map(noted, outcomes.notes)) == case.get("outcome_notes", list(map(noted, outcomes.notes)))


def test_every_reason_has_a_case_and_words_in_both_languages() -> None:
    from customhouse import describe

    words = describe.words("targeting_words")
    reasons = {one for case in CASES for key in ("aside", "outcomes_aside") for one in case.get(key, {})}
    known = {code.removeprefix("reason_") for code in words if code.startswith("reason_")}
    assert reasons == known - {"separator"}
    assert all(row["en"].strip() and row["zh"].strip() for code, row in words.items() if code != "basis_none")


SAME = "declaration_id,date,hs_code,partner,value_cny,trader_id,net_mass_kg,fraud\n" + "".join(
    f"D{n},2025-01-{n % 28 + 1:02d},0101{code},USA,{100 + n}.25,T{n % 4},{n + 1}.5,{n % 5 == 0:d}\n"
    for n in range(40) for code in [(21, 29, 30)[n % 3]]
)


def as_files(folder: Path) -> list[Path]:
    """The same declarations in formats of every kind."""
    table = pacsv.read_csv(io.BytesIO(SAME.encode()), convert_options=pacsv.ConvertOptions(
        column_types={"hs_code": pa.string()}))  # fmt: skip
    (folder / "d.csv.gz").write_bytes(gzip.compress(SAME.encode()))
    written(folder, "d.txt", SAME.replace(",", ";"))
    (folder / "utf16.csv").write_text(SAME, encoding="utf-16")
    pq.write_table(table, folder / "d.parquet")
    coded = table.set_column(3, "partner", table["partner"].dictionary_encode())
    pq.write_table(coded, folder / "coded.parquet")
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [table.column_names, *(list(one.values()) for one in table.to_pylist())]:
        book.active.append(row)
    book.save(folder / "d.xlsx")
    return sorted(folder.iterdir())


def test_all_formats_and_frames_are_one(tmp_path: Path) -> None:
    wanted = taking.declarations([written(tmp_path, "d.csv", SAME)])
    assert len(wanted) == 40 and not wanted.flags
    for path in as_files(tmp_path):
        found = taking.declarations([path])
        assert matching.alike(found.frame(), wanted.frame()).all(), path.name
        assert found.frame().schema == wanted.frame().schema, path.name
    frames = (pd.read_csv(io.StringIO(SAME), dtype={"hs_code": str}), wanted.table,
              pl.read_csv(io.StringIO(SAME), schema_overrides={"hs_code": pl.String}))  # fmt: skip
    for frame in frames:
        assert matching.alike(taking.of_frame(frame).frame(), wanted.frame()).all(), type(frame)


def test_codes_that_a_missing_value_made_floats_of_are_whole() -> None:
    frame = pd.DataFrame({
        "declaration_id": [1.0, 2.0, None], "date": ["2025-01-01"] * 3, "hs_code": [880330, None, 10121.0],
        "partner": ["USA"] * 3, "value_cny": [1.5, 2, None], "trader_id": [7, None, 8.0],
    })  # fmt: skip
    found = taking.of_frame(frame)
    reconciles(found)
    assert found.table.select(["declaration_id", "hs_code", "trader_id"]).to_pylist() == [
        {"declaration_id": "1", "hs_code": "880330", "trader_id": "7"},
        {"declaration_id": "2", "hs_code": None, "trader_id": None},
    ]
    outcomes = told.of_frame(found, pd.DataFrame({"declaration_id": [2.0, None], "fraud": [1, 0]}))
    assert outcomes.fraud[1] == 1 and outcomes.reasons() == {"outcome_unmatched": 1}


def test_globs_and_folders_keep_the_order_of_rows_and_tell_the_place(tmp_path: Path) -> None:
    lines = SAME.splitlines(keepends=True)
    written(tmp_path, "a.csv", "".join(lines[:20]))
    written(tmp_path, "b.csv", lines[0] + "".join(lines[20:]) + lines[-1])
    for paths in ([tmp_path], [tmp_path / "*.csv"], [tmp_path / "a.csv", tmp_path / "b.csv"]):
        found = taking.declarations(paths)
        assert found.table["declaration_id"].to_pylist() == [f"D{n}" for n in range(40)]
        (aside,) = found.aside.to_pylist()
        assert (Path(aside["file"]).name, aside["row"], aside["declaration_id"], aside["reason"]) == (
            "b.csv", 22, "D39", "duplicate")  # fmt: skip


def test_files_with_values_in_yuan_and_in_others_go_together(tmp_path: Path) -> None:
    head = "declaration_id,date,hs_code,partner,trader_id,net_mass_kg"
    row = "2025-01-01,010121,USA,T1,5"
    one = written(tmp_path, "a.csv", f"{head},value_cny\nA,{row},100\n")
    other = written(tmp_path, "b.csv", f"{head},value,currency\nB,{row},100,USD\n")
    found = taking.declarations([one, other], Asked(rates=ExchangeRates.parse("USD=7")))
    assert found.table["value_cny"].to_pylist() == [100, 700] and not found.flags


def test_days_asked_for_bound_what_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, "d.csv", SAME)
    found = taking.declarations([path], Asked(first=date(2025, 1, 3), last=date(2025, 1, 5)))
    reconciles(found)
    assert found.span() == (date(2025, 1, 3), date(2025, 1, 5)) and found.outside == 40 - len(found)
    days = "40 outside of the days asked for; there are declarations of 2025-01-01 to 2025-01-28"
    with pytest.raises(TargetingError, match=days):
        taking.declarations([path], Asked(first=date(2026, 1, 1)))


def test_further_columns_are_kept_as_text_where_asked(tmp_path: Path) -> None:
    rows = SAME.replace("fraud\n", "fraud,Seller\n").replace(",1\n", ",1, x\n").replace(",0\n", ",0,\n")
    path = written(tmp_path, "d.csv", rows)
    found = taking.declarations([path], Asked(keys=("Seller",)))
    assert set(found.table["Seller"].to_pylist()) == {"x", None}
    with pytest.raises(MappingError, match="no column 'Buyer'"):
        taking.declarations([path], Asked(keys=("Buyer",)))


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda d: [d / "none.csv"], InputError, "no such file"),
        (lambda d: [written(d, "e.csv", "")], EmptyFile, "empty"),
        (lambda d: [written(d, "h.csv", HEAD + "\n")], EmptyFile, "no lines"),
        (lambda d: [written(d, "v.csv", "declaration_id,date\nA,2025-01-01\n")], MappingError,
         r"v\.csv: no column hs_code, partner, value \(or value_cny\); "),
        (lambda d: [written(d, "p.csv", "value,declaration_id,date,hs_code\n1,A,2025-01-01,010121\n")],
         MappingError, "partner"),
        (lambda d: [written(d, "store.json", "{}").parent], InputError, "a store of statistics"),
    ],
    ids=["missing", "empty", "heading", "no value", "no partner", "store"],
)  # fmt: skip
def test_files_that_are_none_are_refused(tmp_path: Path, make: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        taking.declarations(make(tmp_path))


def test_outcomes_that_are_none_are_refused(tmp_path: Path) -> None:
    found = taking.declarations([written(tmp_path, "d.csv", SAME.replace("fraud", "else"))])
    with pytest.raises(TargetingError, match="no outcomes"):
        told.of_columns(found)
    with pytest.raises(MappingError, match="declaration_id"):
        told.of_files(found, [written(tmp_path, "o.csv", "id,fraud\nD1,1\n")])
    with pytest.raises(MappingError, match="no column fraud"):
        told.of_frame(found, pd.DataFrame({"declaration_id": ["D1"]}))
    with pytest.raises(TargetingError, match="no table"):
        told.of_frame(found, object())


def test_rates_by_month_go_before_those_that_always_hold(tmp_path: Path) -> None:
    table = "currency,rate_cny,month\nUSD,7,\nUSD,7.2,2025-02\nEUR,8,2025-02\n"
    rates = ExchangeRates.parse(str(written(tmp_path, "r.csv", table)))
    days = pa.array([date(2025, month, 5) for month in (1, 2, 1, 2, 2)])
    found = rates.of(pa.array(["USD", "USD", "EUR", "EUR", "CNY"]), days)
    assert np.array_equal(found, [7, 7.2, np.nan, 8, 1], equal_nan=True)
    for wrong in ("USD=0", "USD=x", "USD=inf", "USD=-1"):
        with pytest.raises(TargetingError, match="no rate"):
            ExchangeRates.parse(wrong)
    with pytest.raises(MappingError, match="rate_cny"):
        ExchangeRates.parse(str(written(tmp_path, "w.csv", "currency,rate\nUSD,7\n")))


TEXT = st.sampled_from(
    ["", " ", "A", "1", "0", "-1", "1e3", "nan", "inf", "x" * 50, "é", '"', "2025-01-02", "TRUE"]
)
CELL = st.one_of(TEXT, st.text(st.characters(blacklist_categories=("Cs",)), max_size=8))


@given(st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=6))
@choosing.tries(6)
def test_no_row_is_lost_whatever_it_says(rows: list[list[str]]) -> None:
    frame = pl.DataFrame(rows, schema=HEAD.split(","), orient="row")
    try:
        found = taking.of_frame(frame)
    except CustomhouseError as error:
        assert isinstance(error, EmptyFile)
        return
    reconciles(found)
    outcomes = told.of_columns(found)
    assert set(np.unique(outcomes.fraud[outcomes.inspected])) <= {0, 1}
    assert outcomes.counts["outcomes_used"] == int(outcomes.inspected.sum())
    values = found.table["value_cny"].to_numpy()
    assert np.isnan(values[~(values > 0)]).all() and not np.isinf(values).any()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=20))
@choosing.tries(15)
def test_numbers_are_read_as_python_reads_them(values: list[float]) -> None:
    found, wrong = kinds.numbers(pa.array([repr(one) for one in values]).cast(pa.string()))
    assert found.tolist() == values and not wrong.any()


def test_flags_in_words_of_both_languages() -> None:
    words = ["Yes", "no", "1", "0", "TRUE", "false", None, "", "perhaps", "\u662f", "\u5426"]
    found, wrong = kinds.flags(pa.array(words))
    assert np.array_equal(found, [1, 0, 1, 0, 1, 0, *[np.nan] * 3, 1, 0], equal_nan=True)
    assert wrong.tolist() == [False] * 8 + [True, False, False]


def test_koreas_declarations_come_in_by_the_mapping_that_comes_along(shared: Path) -> None:
    path = shared / "data" / "cd_kcs_synthetic" / "df_syn_valid_eng.csv"
    asked = Asked("korea_declarations", ("Seller ID",), ExchangeRates.parse("KRW=0.0052"))
    found = taking.declarations([path], asked)
    reconciles(found)
    assert found.rows == 8134 == len(found)
    assert {"declarant_id", "duty_rate", "transport", "Seller ID"} <= set(found.table.column_names)
    assert found.flags["partner_unknown"] < 20 and "rate_missing" not in found.flags
    outcomes = told.of_columns(found)
    assert outcomes.counts["outcomes_used"] == 8134 and not outcomes.has_revenue
    assert 0.15 < outcomes.fraud.mean() < 0.3
