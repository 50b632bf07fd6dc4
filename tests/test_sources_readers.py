"""The readers on the real files beside the repository, and on the small files of tests/sources."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

from customhouse import errors
from customhouse.period import Period
from customhouse.records import sources
from customhouse.records.sources import NAMES, Options, detect, reader
from customhouse.records.table import TABLE_SCHEMA, Batch

FILES = Path(__file__).parent / "sources"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FILES.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def zipped(path: Path, body: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", body)


PACKED = {"gz": lambda path, body: path.write_bytes(gzip.compress(body)), "zip": zipped}


def batches(name: str, path: Path, **options: Any) -> list[Batch]:
    found = list(reader(name).read(path, Options(**options)))
    for batch in found:
        assert batch.table.schema.equals(TABLE_SCHEMA)
        assert batch.rows_in == batch.rows_used + len(batch.set_aside)
        for column in ("reporter", "first_month", "last_month", "flow", "file", "place"):
            assert batch.table[column].null_count == 0
    return found


def table(found: list[Batch]) -> pa.Table:
    return pa.concat_tables(batch.table for batch in found)


def aside(found: list[Batch]) -> Counter[tuple[str, ...]]:
    return Counter(row.reasons for batch in found for row in batch.set_aside)


def money(rows: pa.Table) -> int:
    return pc.sum(rows["value_cents"]).as_py() or 0


# --- the files beside the repository --------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("api_uncomtrade/comtrade_rows/data_eu_imports.csv.gz", "comtrade"),
        ("api_uncomtrade/comtrade_rows/example_1.csv", "comtrade"),
        ("api_uncomtrade/data_json/v1_get_C_A_HS.json", "comtrade"),
        ("api_uncomtrade/data_json/get_S_A_EB-b31ccb.json", "comtrade"),
        ("us_census_hs6_seafood/hs6_imports_2018.csv", "census"),
        ("us_census_hs6_seafood/countryCodes.txt", None),
        ("cn_gacc_regime/regime_month_usd.csv", None),
        ("cn_gacc_by_partner_2024h1/partner_month_2024h1.csv", None),
        ("np_customs_annual/2075-076.xlsx", None),
        ("mirror_jp_kr_with_china/korea-china-trade-data.csv", None),
        ("codes_country/country-codes.csv", None),
        ("api_eurostat_comext/prodcom_2013to2025_29+30.csv", None),
        ("api_uncomtrade/reference/partner.csv", None),
    ],
)
def test_detection(shared: Path, path: str, name: str | None) -> None:
    assert detect(shared / "data" / path) == name


def test_comtrade_partners_sum_to_the_world(shared: Path) -> None:
    folder = shared / "data" / "api_uncomtrade" / "comtrade_rows"
    partners = batches("comtrade", folder / "data_eu_imports.csv.gz", batch_rows=50_000)
    world = batches("comtrade", folder / "data_eu_imports_world.csv")
    assert len(partners) > 2 and not aside(partners) and not aside(world)
    assert round(money(table(world)) / 100) == 969_725_754_789
    # Every cell was rounded to cents, half to even.
    assert abs(money(table(partners)) - money(table(world))) < 10_000
    assert None not in table(partners)["partner"].to_pylist() and set(
        table(world)["partner"].to_pylist()
    ) == {None}
    assert set(table(world)["basis"].to_pylist()) == {"CIF"}
    by_cell: dict[tuple[Any, ...], int] = defaultdict(int)
    for sign, found in ((1, partners), (-1, world)):
        rows = table(found).select(["reporter", "first_month", "hs", "value_cents"]).to_pylist()
        for row in rows:
            by_cell[row["reporter"], row["first_month"], row["hs"]] += sign * row["value_cents"]
    assert max(map(abs, by_cell.values())) <= 200


def test_comtrade_years_flows_and_quantities(shared: Path) -> None:
    rows = table(batches("comtrade", shared / "data/api_uncomtrade/comtrade_rows/example_3.csv"))
    assert Counter(rows["flow"].to_pylist()) == {"exports": 1183, "imports": 388, "re_imports": 15}
    assert {
        (f, last - f)
        for f, last in zip(rows["first_month"].to_pylist(), rows["last_month"].to_pylist(), strict=True)
    } == {(year * 12, 11) for year in range(2007, 2012)}
    assert set(rows["quantity_unit"].to_pylist()) <= {"kg", None}
    basis = set(zip(rows["flow"].to_pylist(), rows["basis"].to_pylist(), strict=True))
    assert ("exports", "FOB") in basis and ("imports", "CIF") in basis


def test_comtrade_recorded_answers(shared: Path) -> None:
    folder = shared / "data" / "api_uncomtrade" / "data_json"
    for name in ("v1_get_C_A_HS.json", "get_C_A_HS-5e2730.json"):
        rows = table(batches("comtrade", folder / name)).to_pylist()
        assert [r["reporter"] for r in rows] == ["CHN"] * 4 and {r["hs"] for r in rows} == {None}
        first = next(r for r in rows if (r["partner"], r["flow"]) == ("ARG", "imports"))
        assert first["value_cents"] == 680_412_814_300 and first["net_mass_g"] is None
        assert (first["first_month"], first["place"]) == (Period.parse("2010-01").first, "item 1")
    assert table(batches("comtrade", folder / "get_S_A_EB-b31ccb.json")).num_rows == 0
    assert table(batches("comtrade", folder / "bulk_error.json")).num_rows == 0


@pytest.mark.parametrize("year", [2018, 2019])
def test_census_totals_are_the_sums_of_countries(shared: Path, year: int) -> None:
    found = batches("census", shared / f"data/us_census_hs6_seafood/hs6_imports_{year}.csv")
    rows = table(found)
    assert set(aside(found)) == {("group_row",)}
    countries = {"EU", "OPEC", "USMCA", "EA", "APEC", "ASEAN", "SOUTH_AMERICA", "OCEANIA", "AFRICA"}
    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows.select(["partner", "hs", "first_month", "transport", "value_cents"]).to_pylist():
        if row["partner"] not in countries:
            cells[row["hs"], row["first_month"], row["transport"]][row["partner"] is None] += row[
                "value_cents"
            ]
    assert len(cells) > 5000 and all(parts == whole for parts, whole in cells.values())
    assert set(rows["transport"].to_pylist()) == {None, "air", "water", "other"}
    # Air and vessel are parts of the whole; containers are a part of vessel and not counted beside it.
    modes = {
        mode: money(rows.filter(pc.equal(pc.fill_null(rows["transport"], "all"), mode)))
        for mode in ("all", "air", "water")
    }
    assert modes["air"] + modes["water"] <= modes["all"]


def test_census_groups_are_sums_of_their_members(shared: Path) -> None:
    from customhouse.vocabulary.blocs import members

    rows = table(batches("census", shared / "data/us_census_hs6_seafood/hs6_imports_2018.csv"))
    rows = rows.filter(pc.is_null(rows["transport"]))
    sums: Counter[str | None] = Counter()
    for partner, value in zip(rows["partner"].to_pylist(), rows["value_cents"].to_pylist(), strict=True):
        sums[partner] += value
    for group in ("EU", "OPEC", "USMCA", "EA", "APEC", "ASEAN", "SOUTH_AMERICA", "OCEANIA", "AFRICA"):
        assert sums[group] == sum(sums[code] for code in members(group, 2018 * 12)), group


# --- small files --------------------


@pytest.mark.parametrize("packed", ["", "gz", "zip"])
@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], packed: str, tmp_path: Path) -> None:
    path = tmp_path / case.get("file", "table.csv")
    text = case["text"] if "text" in case else (FILES / case["from"]).read_text(encoding="utf-8")
    body = text.encode(case.get("encoding", "utf-8"))
    path.write_bytes(body) if not packed else PACKED[packed](path, body)
    if "error" in case:
        with pytest.raises(getattr(errors, case["error"]), match=case.get("says")):
            batches(case["source"], path, **options(case))
        return
    assert case.get("undetected") or detect(path) == case["source"]
    found = batches(case["source"], path, **options(case))
    assert sum(batch.rows_in for batch in found) == case["rows_in"]
    reasons = [f"{row.place}: {' '.join(row.reasons)}" for batch in found for row in batch.set_aside]
    assert reasons == case.get("set_aside", [])
    got = [shown(row) for row in table(found).to_pylist()]
    assert got == case["figures"]


def options(case: dict[str, Any]) -> dict[str, Any]:
    settings = dict(case.get("options", {}))
    if "breakdowns" in settings:
        settings["breakdowns"] = frozenset(settings["breakdowns"])
    return settings


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A figure without what is null, its months as a period, its file left out."""
    period = str(Period(row["first_month"], row["last_month"]))
    left_out = ("first_month", "last_month", "file", "printed", "step_cents", "place")
    return {"period": period} | {
        name: value for name, value in row.items() if value is not None and name not in left_out
    }


def test_chunks_change_nothing(shared: Path) -> None:
    path = shared / "data/api_uncomtrade/comtrade_rows/example_3.csv"
    whole, parts = batches("comtrade", path), batches("comtrade", path, batch_rows=100)
    assert len(parts) > 10 and table(whole).equals(table(parts))


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    head = "reporterISO,partnerISO,flowCode,cmdCode,period,primaryValue"
    rows = [
        head,
        "CHN,USA,X,01,2024,1",
        "CHN,USA,X",
        "CHN,JPN,X,01,2024,2",
        "",
        "CHN,KOR,X,01,2024,x",
        "a,b,c,d,e,f,g",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (batch,) = batches("comtrade", path)
    assert batch.table["place"].to_pylist() == ["line 2", "line 4"] and batch.rows_in == 5
    assert sorted((row.place, row.reasons) for row in batch.set_aside) == [
        ("line 3", ("row_shape",)),
        ("line 6", ("value_invalid",)),
        ("line 7", ("row_shape",)),
    ]


def test_seven_zip(tmp_path: Path) -> None:
    py7zr = pytest.importorskip("py7zr")
    path = tmp_path / "full_v2_202501.7z"
    inner = tmp_path / "full_v2_202501.dat"
    inner.write_text(
        "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,"
        "VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT\nDE,CN,E,01012100,1,1,,202501,10,10,5,\n"
    )
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(inner, inner.name)
    assert detect(path) == "comext" and table(batches("comext", path)).num_rows == 1
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(errors.BrokenFile):
        batches("comext", path)


def test_seven_zip_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "py7zr", None)
    path = tmp_path / "a.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c rest")
    assert detect(path) is None
    with pytest.raises(errors.MissingExtra, match="archives"):
        batches("comext", path)


def test_truncated_and_missing_files(tmp_path: Path, shared: Path) -> None:
    whole = (shared / "data/api_uncomtrade/comtrade_rows/data_eu_imports.csv.gz").read_bytes()
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(errors.BrokenFile):
        batches("comtrade", cut)
    for name in NAMES:
        with pytest.raises(errors.UnreadableFile):
            batches(name, tmp_path / "nothing")
        with pytest.raises(errors.UnreadableFile):
            batches(name, tmp_path)


def test_readers_by_name() -> None:
    assert [reader(name).name for name in NAMES] == list(NAMES)
    with pytest.raises(errors.UnsupportedFile, match="no reader"):
        sources.reader("nowhere")


def test_workbooks_with_merged_cells(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("2025.3")
    for row in (
        ["(2)Imports and Exports by Country (Region) of Origin/Destination,3.2025"],
        ["Unit:CNY 10,000"],
        ["Country (Region)", "Exports", None, "Imports", None],
        [None, "3", "1to3", "3", "1to3"],
        ["TOTAL", 1500.5, 4500, "900", 2700],
        ["Viet Nam", 10, 30, "-", None],
        ["European Union", 20, 60, 5, 15],
    ):
        sheet.append(row)
    for cells in ("A1:E1", "A3:A4", "B3:C3", "D3:E3"):
        sheet.merge_cells(cells)
    path = tmp_path / "t.xlsx"
    book.save(path)
    assert detect(path) == "gacc"
    (batch,) = batches("gacc", path)
    got = [shown(row) for row in batch.table.to_pylist()]
    assert [(r.get("partner"), r["flow"], r["period"], r["value_cents"]) for r in got] == [
        (None, "exports", "2025-03", 1_500_500_000), (None, "exports", "2025-01/2025-03", 4_500_000_000),
        (None, "imports", "2025-03", 900_000_000), (None, "imports", "2025-01/2025-03", 2_700_000_000),
        ("VNM", "exports", "2025-03", 10_000_000), ("VNM", "exports", "2025-01/2025-03", 30_000_000),
        ("VNM", "imports", "2025-03", 0),
        ("EU", "exports", "2025-03", 20_000_000), ("EU", "exports", "2025-01/2025-03", 60_000_000),
        ("EU", "imports", "2025-03", 5_000_000), ("EU", "imports", "2025-01/2025-03", 15_000_000),
    ]
    assert batch.table["place"][0].as_py() == "sheet 2025.3, row 5"
    assert batch.table["step_cents"][0].as_py() == 100_000
