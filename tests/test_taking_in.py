"""Files of declarations as they come: what is wrong with one is told, and no line is lost without a word."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import choosing
from customhouse.cli import app
from customhouse.engine import DuckDB
from customhouse.errors import BrokenFile, MappingError, RaggedFile
from customhouse.records import delimited, files
from customhouse.records.propose import propose, to_yaml
from customhouse.records.schema import BEYOND
from customhouse.store import Store
from declaring import BASE, declared, lines_of, load

NAMES = [*BASE, "goods"]


def row(number: int, **more: object) -> list[str]:
    return [str(value) for value in ({**declared(f"D{number}"), "goods": "x"} | more).values()]


def write(path: Path, rows: list[list[str]], names: list[str] | None = None) -> Path:
    lines = [",".join(cells) for cells in (names or NAMES, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="customhouse")


def taken(path: Path, *more: str | Path) -> dict[str, int]:
    """The counts of a load by the command."""
    result = run("load", path, "--into", path.with_name("store"), "--json", *more)
    assert result.exit_code == 0, result.output
    counts: dict[str, int] = json.loads(result.stdout)["counts"]
    return counts


def value_of(folder: Path, question: str) -> float:
    found = json.loads(run("query", folder / "store", question, "--json").stdout)
    value: float = found["figures"][0]["value"]
    return value


@pytest.mark.parametrize("at", [3, 40, 49])
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(at: int, tmp_path: Path) -> None:
    rows = [row(number) for number in range(50)]
    rows[at][-1] = '"12 inch'
    result = run("load", write(tmp_path / "d.csv", rows), "--into", tmp_path / "store")
    told = " ".join(result.stderr.split())
    assert result.exit_code == 3 and f"line {at + 2}" in told and "not closed" in told


def test_marks_that_end_on_their_line_are_part_of_a_cell(tmp_path: Path) -> None:
    rows = [row(number) for number in range(5)]
    rows[2][-1] = '"12" screen"'
    assert taken(write(tmp_path / "d.csv", rows))["accepted"] == 5


def test_two_marks_on_different_lines_do_not_hide_what_lies_between(tmp_path: Path) -> None:
    rows = [row(number) for number in range(50)]
    rows[5][-1], rows[30][-1] = '"12 inch', '14 inch"'
    result = run("load", write(tmp_path / "d.csv", rows), "--into", tmp_path / "store")
    assert result.exit_code == 3 and "line 7" in result.stderr


def test_a_cell_of_several_lines_is_a_cell(tmp_path: Path) -> None:
    rows = [row(number) for number in range(5)]
    rows[2][-1] = '"screens, of glass\nand frames, ""12 inch"", of steel"'
    assert taken(write(tmp_path / "d.csv", rows))["accepted"] == 5


@pytest.mark.parametrize(
    ("text", "count"),
    [("a\nb", 2), ("a\nb\n", 2), ("a\nb\n\n\n", 2), ("a\r\nb\r\n\r\n", 2), ("a\n\nb\n", 3), ("a", 1)],
)
def test_lines_are_counted_up_to_the_last_that_is_not_empty(text: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert delimited.lines(path) == count


def test_text_that_ends_within_a_quotation_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for text, line in (('a,b\n1,"2', 2), ('a,b\n"1,2\n3,4\n', 2), ('a,b\n1,2\n"\n', 3)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BrokenFile, match=f"line {line}: .*not closed"):
            list(delimited.rows(path))


def test_cells_beyond_the_names_are_set_aside_and_come_back(tmp_path: Path) -> None:
    rows = [row(0), [*row(1), "567.50"], row(2)]
    path = write(tmp_path / "d.csv", rows)
    counts = taken(path)
    assert (counts["accepted"], counts["quarantined"]) == (2, 1)
    out = tmp_path / "aside.csv"
    assert run("quarantine", tmp_path / "store", "--export", out).exit_code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert f'"{BEYOND}"' in text and '"567.50"' in text
    out.write_text(text.replace('"567.50"', '""'), encoding="utf-8")
    assert run("quarantine", tmp_path / "store", "--resubmit", out).exit_code == 0
    assert value_of(tmp_path, "exports 2025-03") == 3000


@pytest.mark.parametrize("kind", ["csv", "xlsx", "gb18030"])
def test_an_export_tells_where_each_line_stands(kind: str, tmp_path: Path) -> None:
    wrong = (3, 7, 8)
    rows = [row(n, partner="XYZ" if n in wrong else "USA", goods="电视" if n % 2 else "x") for n in range(9)]
    rows.append(rows[3])
    path = tmp_path / ("d.xlsx" if kind == "xlsx" else "d.csv")
    if kind == "xlsx":
        book(path, {"notes": [["x"]], "lines": [NAMES, *rows]})
    else:
        write(path, rows)
        path.write_bytes(path.read_text(encoding="utf-8").encode("utf-8" if kind == "csv" else kind))
    taken(path)
    assert run("quarantine", tmp_path / "store", "--export", tmp_path / "aside.csv").exit_code == 0
    with open(tmp_path / "aside.csv", encoding="utf-8-sig", newline="") as handle:
        found = sorted(line["quarantine_place"] for line in csv.DictReader(handle))
    before = "sheet lines, row" if kind == "xlsx" else "line"
    assert found == sorted(f"{before} {number}" for number in (5, 9, 10, 11))
    path.unlink()
    assert run("quarantine", tmp_path / "store", "--export", tmp_path / "again.csv").exit_code == 0


def test_a_delimiter_at_the_end_of_rows_is_no_cell(tmp_path: Path) -> None:
    rows = [[*row(number), ""] for number in range(3)]
    assert taken(write(tmp_path / "d.csv", rows))["accepted"] == 3


def test_rows_with_more_cells_can_be_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "d.csv", [row(0), [*row(1), "", "7"]])
    with pytest.raises(RaggedFile, match="line 3: a row of 20 cells below 18 names"):
        list(files.arrow_batches(path, beyond="refused"))
    assert next(files.arrow_batches(path, beyond="kept"))[BEYOND].to_pylist() == [None, ",7"]
    assert BEYOND not in next(files.arrow_batches(path)).schema.names


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_two_columns_of_one_name_are_told(kind: str, tmp_path: Path) -> None:
    names = ["value" if name == "goods" else name for name in NAMES]
    path = tmp_path / f"d.{kind}"
    if kind == "csv":
        write(path, [row(0)], names)
    else:
        book(path, {"a": [names, row(0)]})
    result = run("load", path, "--into", tmp_path / "store")
    assert result.exit_code == 3 and "2 columns are called 'value'" in result.stderr
    twice = ["goods" if name == "trader_id" else name for name in NAMES]  # one that no field is read from
    assert taken(write(tmp_path / "e.csv", [row(0)], twice))["accepted"] == 1


def book(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    made.save(path)
    return path


def test_all_sheets_with_lines_are_read_and_others_named(tmp_path: Path) -> None:
    more = [*NAMES, "office"]
    path = book(
        tmp_path / "d.xlsx",
        {
            "notes": [["what this is"]],
            "January": [NAMES, row(0), row(1)],
            "empty": [],
            "February": [more, [*row(2), "5301"]],
        },
    )
    result = run("load", path, "--into", tmp_path / "store", "--json")
    told = json.loads(result.stdout)
    assert told["counts"]["accepted"] == 3
    (doubt,) = told["doubts"]
    assert doubt["code"] == "sheets_unread" and "(notes)" in doubt["en"]
    with DuckDB() as engine:
        store = Store.create(tmp_path / "again")
        kept = lines_of(store, load(store, engine, path))
    assert sorted(str(line["office"]) for line in kept) == ["5301", "None", "None"]


def test_the_day_of_a_time_is_that_of_its_clock(tmp_path: Path) -> None:
    east = timezone(timedelta(hours=8))
    rows = [declared("D1", date=datetime(2025, 3, 1, 0, 30, tzinfo=east))]
    table = pa.Table.from_pylist(rows).set_column(
        2, "date", pa.array([rows[0]["date"]], pa.timestamp("us", "+08:00"))
    )
    pq.write_table(table, tmp_path / "d.parquet")
    with DuckDB() as engine:
        store = Store.create(tmp_path / "store")
        (line,) = lines_of(store, load(store, engine, tmp_path / "d.parquet"))
    assert str(line["date"]) == "2025-03-01"


def test_codes_kept_as_binary_numbers_have_no_fraction(tmp_path: Path) -> None:
    rows = [declared("x") | {"declaration_id": 5.0, "hs_code": 85171300.0}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "d.parquet")
    with DuckDB() as engine:
        store = Store.create(tmp_path / "store")
        (line,) = lines_of(store, load(store, engine, tmp_path / "d.parquet"))
    assert (line["declaration_id"], line["hs_code"], line["reasons"]) == ("5", "85171300", set())


def test_names_in_capitals_are_names(tmp_path: Path) -> None:
    names = [name.upper() for name in NAMES]
    assert taken(write(tmp_path / "d.csv", [row(0)], names))["accepted"] == 1


def test_a_missing_column_is_told_as_such(tmp_path: Path) -> None:
    names = ["worth" if name == "value" else name for name in NAMES]
    result = run("load", write(tmp_path / "d.csv", [row(0)], names), "--into", tmp_path / "store")
    assert result.exit_code == 3 and "no column for value" in result.stderr


def test_a_flow_that_no_column_has_can_be_said(tmp_path: Path) -> None:
    names = ["what" if name == "flow" else name for name in NAMES]
    path = write(tmp_path / "d.csv", [row(0)], names)
    assert "no column for flow" in run("load", path, "--into", tmp_path / "store").stderr
    assert taken(path, "--flow", "imports")["accepted"] == 1
    assert value_of(tmp_path, "imports 2025-03") == 1000


def test_the_file_that_is_none_of_declarations_is_named(tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", [row(0)])
    (tmp_path / "b.csv").write_text("who,what\nme,this\n", encoding="utf-8")
    result = run("load", good, tmp_path / "b.csv", "--into", tmp_path / "store")
    assert result.exit_code == 3 and "b.csv: no columns of declarations" in result.stderr
    assert "a.csv" not in result.stderr


def test_an_archive_of_several_files_is_told_as_such(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "d.zip", "w") as packed:
        for name in ("a.csv", "b.csv"):
            packed.write(write(tmp_path / name, [row(0)]), name)
    result = run("load", tmp_path / "d.zip", "--into", tmp_path / "store")
    assert result.exit_code == 3 and "2 files in the archive" in result.stderr


HEADS = {
    "报关单号": "D1", "商品项号": "1", "申报日期": "2025-03-14", "进出口类型": "出口", "HS编码": "85171300",
    "最终目的国": "越南", "企业性质": "民营企业", "监管方式": "一般贸易", "运输方式": "水路运输",
    "统计人民币值": "1000.50",
    "法定数量": "10", "法定计量单位": "台", "净重": "5", "备注": "x",
}  # fmt: skip


def test_a_proposal_for_declarations_loads_and_says_what_is_left(tmp_path: Path) -> None:
    path = write(tmp_path / "zh.csv", [["2025年3月报关数据"], [*HEADS], [*HEADS.values()]], ["sep=,"])
    text = to_yaml(propose(path))
    assert "nothing was made of '备注'" in text
    assert "partner: {column: 最终目的国, codes: names}" in text
    assert "flow: {column: 进出口类型, values: {出口: exports}}" in text
    (tmp_path / "zh.yaml").write_text(text, encoding="utf-8")
    assert taken(path, "--map", tmp_path / "zh.yaml")["accepted"] == 1


def test_a_proposal_says_what_no_column_has(tmp_path: Path) -> None:
    names = ["worth" if name == "value" else name for name in NAMES]
    text = to_yaml(propose(write(tmp_path / "d.csv", [row(0)], names)))
    assert "CHECK value: no column has it" in text and "nothing was made of 'worth', 'goods'" in text


def test_a_proposal_has_all_fields_of_the_schema(tmp_path: Path) -> None:
    more = ["value_cif", "value_fob", "function", "supplementary_quantity", "supplementary_unit"]
    names = [name.upper() for name in dict.fromkeys((*BASE, *more))]
    (tmp_path / "d.csv").write_text(",".join(names) + "\n" + ",".join("1" for _ in names), encoding="utf-8")
    text = to_yaml(propose(tmp_path / "d.csv"))
    assert all(f"\n  {name}:" in text for name in more)


def test_names_of_one_country_and_of_none(tmp_path: Path) -> None:
    rows = [row(0, partner="Viet Nam"), row(1, partner="VIETNAM"), row(2, partner="Atlantis")]
    path = write(tmp_path / "d.csv", rows)
    fields = "\n".join(f"  {name}: {name}" for name in BASE if name != "partner")
    mapped = f"source: t\nkind: declarations\nfields:\n{fields}\n  partner: {{column: partner, codes: names}}"
    (tmp_path / "m.yaml").write_text(mapped, encoding="utf-8")
    counts = taken(path, "--map", tmp_path / "m.yaml")
    assert (counts["accepted"], counts["quarantined"]) == (2, 1)


def test_a_list_of_codes_that_is_none_is_refused() -> None:
    from customhouse.records.mapping.loading import parse

    with pytest.raises(MappingError, match="has 'nams'"):
        parse("source: t\nkind: declarations\nfields: {partner: {column: p, codes: nams}}")


@given(st.lists(st.decimals("0", "999999999999.999", places=3), min_size=30, max_size=30))
@choosing.tries(5)
def test_amounts_of_text_are_exact_to_the_last_unit(amounts: list[Decimal]) -> None:
    with tempfile.TemporaryDirectory() as folder, DuckDB() as engine:
        rows = [row(n, quantity=amount, net_mass_kg=amount) for n, amount in enumerate(amounts)]
        store = Store.create(Path(folder) / "store")
        found = lines_of(store, load(store, engine, write(Path(folder) / "d.csv", rows)))
    read = {line["declaration_id"]: (line["quantity_milli"], line["net_mass_g"]) for line in found}
    wanted = {f"D{n}": int(amount * 1000) for n, amount in enumerate(amounts)}
    assert read == {name: (whole, whole) for name, whole in wanted.items()}


def test_a_line_that_is_declared_again_is_no_longer_open(tmp_path: Path) -> None:
    def aside() -> list[str]:
        run("quarantine", tmp_path / "store", "--export", tmp_path / "aside.csv")
        with open(tmp_path / "aside.csv", encoding="utf-8-sig", newline="") as handle:
            return sorted(line["declaration_id"] for line in csv.DictReader(handle))

    taken(write(tmp_path / "d.csv", [row(n, partner="XYZ") for n in range(4)] + [row(9)]))
    assert aside() == ["D0", "D1", "D2", "D3"]
    right, wrong, other = row(0), row(1, partner="ZZZ"), row(2, date="2025-02-14")
    taken(write(tmp_path / "e.csv", [right, wrong, other]))
    assert aside() == ["D1", "D2", "D3"]  # the first still wrong, once; one of another month


def test_a_number_of_a_declaration_that_is_kept_as_a_number_may_be_too_long(tmp_path: Path) -> None:
    rows = [declared("x") | {"declaration_id": 5.3012e17}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "d.parquet")
    with DuckDB() as engine:
        store = Store.create(tmp_path / "store")
        (line,) = lines_of(store, load(store, engine, tmp_path / "d.parquet"))
    assert line["reasons"] == {"declaration_garbled"}
