"""Rows that are in no list: groups, subtotals, the rest; told with what is near and what to write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.records import coding
from customhouse.records.mapping import parse
from customhouse.records.mapping.applying import apply
from customhouse.records.mapping.flags import unflagged
from customhouse.records.propose import propose, to_yaml
from customhouse.records.table import Batch

TABLE = """period,country,exports usd
2024-01,Total,1000
2024-01,Germny,100
2024-01,Japan,200
2024-01,France,300
2024-01,Of which: Viet Nam,150
2024-01,Other countries,250
2024-01,Subtotal,300
"""


def read_as_proposed(path: Path) -> Batch:
    proposal = propose(path)
    assert proposal.mapping is not None, proposal.remarks
    (batch,) = apply(path, proposal.mapping)
    return batch


def told(folder: Path, text: str) -> list[dict[str, str]]:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    (folder / "m.yaml").write_text(
        "source: t\nreporter: CHN\nunit: USD\nperiod: {column: period}\n"
        "partner: {column: country, values: {Total: all}}\nfigures: {exports usd: {flow: exports}}\n",
        encoding="utf-8",
    )
    wanted = ["load", str(path), "--map", str(folder / "m.yaml"), "--into", str(folder / "s"), "--json"]
    done = CliRunner().invoke(app, wanted, prog_name="customhouse")
    assert done.exit_code in (0, 3), done.output
    found: list[dict[str, str]] = json.loads(done.stdout)["doubts"]
    return [doubt for doubt in found if doubt["code"].startswith("code_unknown")]


def test_texts_in_no_list_are_told_with_what_to_write(tmp_path: Path) -> None:
    found = {doubt["en"].split('"')[1]: doubt for doubt in told(tmp_path, TABLE)}
    assert found.keys() == {"Germny", "Other countries", "Subtotal"}
    assert "Germany (DEU)" in found["Germny"]["en"] and 'values: {"Germny": DEU}' in found["Germny"]["en"]
    assert 'values: {"Other countries": AREAS_NES}' in found["Other countries"]["en"]
    assert 'is: "Subtotal"' in found["Subtotal"]["en"] and "count twice" in found["Subtotal"]["en"]
    assert all("{" not in doubt["zh"].split("values")[0].split("groups")[0] for doubt in found.values())


def test_many_texts_are_told_together_after_the_first(tmp_path: Path) -> None:
    text = "period,country,exports usd\n" + "".join(f"2024-01,Xyzzy {n},5\n" for n in range(30))
    found = told(tmp_path, text)
    assert len(found) == 6 and "25 more texts" in found[-1]["en"] and "25 rows" in found[-1]["en"]


def test_what_is_told_mends_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    proposal = propose(path)
    assert any("'Germny' (DEU?), 'Other countries' (AREAS_NES?)" in remark for remark in proposal.checks)
    assert "groups: [{column: country, is: [Subtotal]}]" in to_yaml(proposal)
    mended = to_yaml(proposal).replace(
        "{Total: all}", '{Total: all, Germny: DEU, "Other countries": AREAS_NES}'
    )
    (batch,) = apply(path, parse(mended))
    assert [row.reasons for row in batch.set_aside] == [("group_unknown",)]
    assert batch.table["partner"].to_pylist() == [None, "DEU", "JPN", "FRA", "VNM", "AREAS_NES"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rest of the world", None),
        ("\u5176\u4ed6\u56fd\u5bb6", None),
        ("other BRICS countries", None),
        ("BRICS countries", "BRICS"),
        ("\u5176\u4e2d\uff1a\u7f8e\u56fd", "USA"),
        ("of which Germany", "DEU"),
        ("Germany (1)", "DEU"),
        ("Germany*", "DEU"),
        ("Germany\u00b9", "DEU"),
        ("Guinea (a)", "GIN"),
        ("Congo (Republic)", "COG"),
        ("other Asian countries and regions", "ASIA_NES"),
    ],
)
def test_names_with_marks_and_words_for_the_rest(text: str, code: str | None) -> None:
    assert coding.by_name("partner", text) == code


MARKS = """Month,Country,Exports (USD million),Imports (USD million)
2024-01,Germany,1\u202f234.5,n/a
2024-01,Japan,2\u202f345.6,(c)
2024-01,Spain,\uff08456.7\uff09,S
2024-01,"Korea, Rep.",4\u2009567.8,12
2024-01,Viet Nam,5 678.9 (p),13e
2024-01,India,6 789.0*,14 r
2024-01,Peru,7 890.1\u00b2,15 (2)
2024-01,Italy,-,\u4fdd\u5bc6
2024-01,Chile,\u2026,--
"""


def test_marks_behind_figures_and_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(MARKS + "Source: customs,,,\n1/ Provisional,,,\n", encoding="utf-8")
    batch = read_as_proposed(path)
    found = {(row["partner"], row["flow"]): row["value_cents"] / 10**7 for row in batch.table.to_pylist()}
    assert found == {
        ("DEU", "exports"): 12345, ("JPN", "exports"): 23456, ("ESP", "exports"): -4567,
        ("KOR", "exports"): 45678, ("KOR", "imports"): 120, ("VNM", "exports"): 56789,
        ("VNM", "imports"): 130, ("IND", "exports"): 67890, ("IND", "imports"): 140,
        ("PER", "exports"): 78901, ("PER", "imports"): 150,
    }  # fmt: skip
    assert {row.reasons for row in batch.set_aside} == {("no_figures",)} and len(batch.set_aside) == 4
    marks = {one.reading.text: one.rows for one in batch.notices if one.reading.note == "withheld"}
    assert marks == {"(c)": 1, "S": 1}


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("520,741\u1d56", "520,741"), ("7 \u02b3", "7"), ("-5\u1d49", "-5"), ("3\u00aa", "3"),
        ("1.5\u00b9,\u00b2", "1.5"), ("5\u207d\u00b9\u207e", "5"), ("12 (r)\u00b9", "12"),
        ("1,234*\u1d56", "1,234"), ("9\u1d56\u02b3", "9"),
    ],
)  # fmt: skip
def test_marks_behind_figures_are_passed_over(text: str, figure: str) -> None:
    assert unflagged(text) == figure


@pytest.mark.parametrize(
    "text", ["12m", "1.5bn", "c12", "p", "(5)", "12 345", "12\u207b", "12\u2122", "m\u00b2"]
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert unflagged(text) == text


def test_withheld_figures_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "period,country,exports usd,imports usd\n"
        "2024-01,Japan,5,(c)\n2024-01,Spain,6,(c)\n2024-01,Peru,7,8\n",
        encoding="utf-8",
    )
    (tmp_path / "m.yaml").write_text(to_yaml(propose(path)), encoding="utf-8")
    wanted = ["load", str(path), "--map", str(tmp_path / "m.yaml"), "--into", str(tmp_path / "s")]
    done = CliRunner().invoke(app, wanted, prog_name="customhouse")
    assert 'marked "(c)" are withheld, and are not 0: 2 figures of 2024-01' in " ".join(done.output.split())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_notes_below_a_table_do_not_hide_its_columns(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    text = (
        "\u6708\u4efd,\u56fd\u5bb6\uff08\u5730\u533a\uff09,\u51fa\u53e3\u91d1\u989d\uff08\u4e07\u5143\uff09\n"
        '2024\u5e741\u6708,\u5fb7\u56fd,"1,234.5"\n2024\u5e741\u6708,\u65e5\u672c,"\uff12\uff0c\uff13\uff14\uff15\uff0e\uff16"\n'
        "\u6ce8\uff1a1.\u6570\u636e\u6765\u6e90\uff1a\u6d77\u5173\u603b\u7f72\u3002,,\n"
    )
    path.write_bytes(text.encode(encoding))
    batch = read_as_proposed(path)
    assert batch.table["value_cents"].to_pylist() == [1_234_500_000, 2_345_600_000]


def test_one_period_in_all_names_is_that_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "Country,Jan 2024,\n,Exports USD,Imports USD\nGermany,100,80\nJapan,90,95\n", encoding="utf-8"
    )
    batch = read_as_proposed(path)
    assert {*batch.table["first_month"].to_pylist()} == {*batch.table["last_month"].to_pylist()} == {24288}


def test_a_basis_is_that_of_the_flow_and_keeps_quantities_with_values(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "Year,HS,Imports CIF (USD),Quantity (kg)\n2023,0101,500,100\n2023,0102,600,90\n", encoding="utf-8"
    )
    batch = read_as_proposed(path)
    rows = batch.table.select(["basis", "value_cents", "quantity_milli"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("CIF", 50_000, 100_000), ("CIF", 60_000, 90_000)]


def test_a_subtotal_of_all_rows_is_the_total(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "period,country,exports usd\n2024-01,Japan,5\n2024-01,Spain,6\n2024-01,Subtotal,11\n",
        encoding="utf-8",
    )
    proposed = to_yaml(propose(path))
    assert "values: {Subtotal: all}" in proposed and "groups" not in proposed


def test_names_of_columns_that_are_repeated_are_no_data(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    head = "Period,Partner,Exports (CNY 10 000),Imports (CNY 10 000)\n"
    body = "2024-01,Japan,11,12\n2024-01,France,13,14\n"
    path.write_text(head + body + head.replace("\n", ", \n") + body.replace("2024-01", "2024-02"), "utf-8")
    batch = read_as_proposed(path)
    assert batch.rows_in == 5 and batch.rows_used == 4
    assert [aside.reasons for aside in batch.set_aside] == [("repeated_header",)]
    values = batch.table.column("value_cents").to_pylist()
    assert sorted(values) == sorted(2 * [n * 1_000_000 for n in (11, 12, 13, 14)])
