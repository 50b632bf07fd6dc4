"""Files of every kind as rows of text: encodings, workbooks, JSON, Parquet, packed, broken, oversized."""

from __future__ import annotations

import bz2
import datetime
import gzip
import json
import lzma
import os
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import (
    BrokenFile,
    EmptyFile,
    InputError,
    MappingError,
    UnreadableFile,
    UnsupportedFile,
)
from customhouse.records import delimited, files, jsonrows, unpacking, workbooks
from customhouse.records.files import Digits

TABLE = "国家,出口\n德国,12\n法国,3.5\n"
ROWS = [["国家", "出口"], ["德国", "12"], ["法国", "3.5"]]


def cells(path: Path, **options: Any) -> list[list[str]]:
    return [row.cells for row in files.rows(path, **options)]


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = TABLE if encoding not in ("utf-16-le", "utf-16-be") else "partner,exports\n德国,12\nFrance,3.5\n"
    path = write(tmp_path / "t.csv", text.encode(encoding))
    assert cells(path)[1] == ["德国", "12"]
    assert cells(path)[0][0].isprintable()


ENCODED = yaml.safe_load((Path(__file__).parent / "cases" / "encodings.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "encoding"), [(case["text"], name) for case in ENCODED for name in case["encodings"]]
)
def test_encodings_of_one_language(text: str, encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", text.encode(encoding))
    assert "".join(delimited.sample_of(path, delimited.encoding_of(path))) == text


def test_an_encoding_in_doubt_is_told(tmp_path: Path) -> None:
    found = delimited.guess(write(tmp_path / "t.csv", "x;y\nNuñez;1\n".encode("cp1252")))
    assert "may be meant, which reads" in found.doubt
    damaged = "国家,出口\n德国,1\n法国,2\n意大利,3\n".encode() + b"\xff,4\n"
    found = delimited.guess(write(tmp_path / "u.csv", damaged))
    assert (found.name, found.doubt) == ("utf-8", "it is damaged")
    with pytest.raises(BrokenFile, match="not utf-8"):
        cells(tmp_path / "u.csv")


def test_western_text_is_cp1252(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "pays;valeur\nCôte d’Ivoire;1\nPérou;2\n".encode("cp1252"))
    assert cells(path) == [["pays", "valeur"], ["Côte d’Ivoire", "1"], ["Pérou", "2"]]


def test_an_encoding_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", TABLE.encode("gb18030"))
    with pytest.raises(BrokenFile, match="not utf-8.*name its encoding"):
        cells(path, encoding="utf-8")
    with pytest.raises(MappingError, match="latin-99: no such encoding"):
        cells(path, encoding="latin-99")


@pytest.mark.parametrize("mark", list(",;\t|"))
def test_delimiters_and_quotes(mark: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.txt",
        mark.join(["a", "b", "c"]) + "\r\n" + mark.join(['"x, ""y"";"', '"1\n2"', ""]) + "\n",
    )
    assert cells(path) == [["a", "b", "c"], ['x, "y";', "1\n2", ""]]


def test_places(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", 'a,b\n"1\n2",3\n\n4,5\n')
    assert [row.place for row in files.rows(path)] == ["line 1", "line 2", "line 4", "line 5"]


def packed(kind: str, content: bytes) -> bytes:
    if kind == "zst":
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, "zstd") as out:
            out.write(content)
        return bytes(sink.getvalue())
    return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[kind](content)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst", "zip"])
def test_packed(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.csv.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inner/t.csv", TABLE)
            archive.writestr("__MACOSX/t.csv", "x")
    else:
        path.write_bytes(packed(kind, TABLE.encode()))
    assert cells(path) == ROWS and files.kind(path) == "delimited"


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_packed_and_cut_off(kind: str, tmp_path: Path) -> None:
    whole = packed(kind, os.urandom(50_000).hex().encode())
    path = write(tmp_path / f"t.csv.{kind}", whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"t\.csv"):
        cells(path)


def test_several_files_in_an_archive_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("b.csv", TABLE)
    with pytest.raises(UnsupportedFile, match="2 files in the archive; unpack it"):
        cells(path)
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(EmptyFile, match="no file in the archive"):
        cells(path)


def test_what_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "RATIO_FROM", 1 << 16)
    path = write(tmp_path / "t.csv.gz", gzip.compress(b"a,b\n" * 2_000_000))
    with pytest.raises(BrokenFile, match="more than 250 times its size"):
        cells(path)


@pytest.mark.parametrize("lie", [False, True])
def test_a_workbook_that_unpacks_without_end_is_refused(
    lie: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_WORKBOOK", 1 << 20)
    path = workbook(tmp_path / "t.xlsx", [["a"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * (1 << 22))
    if lie:  # the sizes that the archive states, in its directory, are made small
        raw = path.read_bytes()
        path.write_bytes(raw.replace((1 << 22).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(BrokenFile, match="unpack"):
        cells(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('a,b\n"1,2\n' + "3,4\n" * 100_000, "line 2: no row can be read .*quotation mark"),
        ("a,b\n" + "1" * 200_000 + ",2\n", "line 2: no row can be read"),
        ("x" * (1 << 22) + "y", "a line of more than 4 million characters"),
    ],
)
def test_cells_and_lines_without_end(content: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=says):
        cells(write(tmp_path / "t.csv", content))


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("t.csv", b"", EmptyFile, "the file is empty"),
        ("t.csv", b"\n\n", EmptyFile, "no row in the file"),
        ("t.csv", bytes(range(256)) * 9, BrokenFile, "neither text nor a kind of table"),
        ("t.xls", b"<html><table><tr><td>1</td></tr></table></html>", UnsupportedFile, "web page or XML"),
        ("t.xlsx", b"PK\x03\x04 and then nothing", BrokenFile, "cannot be unpacked"),
        (
            "t.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900,
            BrokenFile,
            "no workbook that can be read",
        ),
        ("t.parquet", b"PAR1 and then nothing PAR1", BrokenFile, "no Parquet file"),
        ("t.json", b"[{}, ", BrokenFile, "item 2: the array does not end"),
        ("t.json", b'[{"a": 1}, {"a": ', BrokenFile, "item 2: no whole value"),
        ("t.json", b'"text"', BrokenFile, "neither an array nor an object"),
        ("t.json", b"[]", EmptyFile, "no item in the array"),
    ],
)
def test_files_that_cannot_be_used(
    name: str, content: bytes, error: type[InputError], says: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=says):
        cells(write(tmp_path / name, content))


def workbook(path: Path, rows: list[list[Any]], title: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    other = book.create_sheet("Notes")
    other.append(["nothing"])
    book.save(path)
    return path


def test_workbooks_keep_what_is_a_number(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        [
            ["hs", "month", "value"],
            [],
            [1012900, datetime.date(2024, 1, 1), 0.1 + 0.2],
            ["01012900", "2024-02", 1e16],
        ],
    )
    rows = list(files.rows(path))
    assert [row.place for row in rows][2:] == ["sheet Sheet1, row 3", "sheet Sheet1, row 4"]
    assert rows[2].cells == ["1012900", "2024-01-01", "0.3"]
    assert [isinstance(cell, Digits) for cell in rows[2].cells] == [True, False, True]
    assert rows[3].cells == ["01012900", "2024-02", "1e+16"]
    assert not isinstance(rows[3].cells[0], Digits)


def test_sheets_by_name_or_pattern(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [["a"]], "Imports 2024")
    assert files.sheets(path) == ["Imports 2024", "Notes"]
    assert cells(path) == cells(path, sheet="/Imp/") == cells(path, sheet="Imports 2024") == [["a"]]
    with pytest.raises(MappingError, match=r"no sheet 'Exports'; it has Imports 2024, Notes"):
        cells(path, sheet="Exports")
    with pytest.raises(MappingError, match="no workbook"):
        cells(write(tmp_path / "t.csv", TABLE), sheet="a")


def test_a_workbook_under_another_name_and_packed(tmp_path: Path) -> None:
    raw = workbook(tmp_path / "t.xlsx", [["a", 1]]).read_bytes()
    assert cells(write(tmp_path / "t.csv", raw)) == [["a", "1"]]
    assert cells(write(tmp_path / "t.xlsx.gz", gzip.compress(raw))) == [["a", "1"]]
    assert cells(write(tmp_path / "u.xls", "a\tb\n1\t2\n")) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            '[{"a": 1.50, "b": {"c": null}}, {"a": "x", "d": true}]',
            [["a", "b.c", "d"], ["1.50", "", ""], ["x", "", "true"]],
        ),
        (
            '{"count": 2, "more": {"x": [1]}, "data": [{"a": 1}, {"a": 2}], "error": ""}',
            [["a"], ["1"], ["2"]],
        ),
        ('[["h", "v"], ["x", 10]]', [["h", "v"], ["x", "10"]]),
        ('{"a": 1}\n{"a": 2}\n', [["a"], ["1"], ["2"]]),
        ('\ufeff[{"a": "德国"}]', [["a"], ["德国"]]),
    ],
)
def test_json(text: str, rows: list[list[str]], tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", text)
    assert cells(path) == rows
    assert files.kind(path) == "json"


def test_json_by_member(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", '{"first": [{"a": 1}], "second": [{"b": 2}]}')
    assert cells(path) == [["a"], ["1"]]
    assert cells(path, items="second") == [["b"], ["2"]]
    with pytest.raises(BrokenFile, match="no array 'third' in the object; it has first, second"):
        cells(path, items="third")


def test_json_over_many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonrows, "_PIECE", 7)
    items = [{"a": n, "b": "x" * (n % 13)} for n in range(600)]
    path = write(tmp_path / "t.json", json.dumps({"data": items}))
    assert cells(path)[1:] == [[str(item["a"]), item["b"]] for item in items]
    assert isinstance(cells(path)[1][0], Digits)


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "hs": ["010121", None],
            "n": [1, 2],
            "d": [Decimal("1.20"), None],
            "day": [datetime.date(2024, 1, 2), None],
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(table, path)
    rows = list(files.rows(path))
    assert [row.cells for row in rows] == [
        ["hs", "n", "d", "day"],
        ["010121", "1", "1.20", "2024-01-02"],
        ["", "2", "", ""],
    ]
    assert [row.place for row in rows][1:] == ["item 1", "item 2"]
    assert cells(write(tmp_path / "t.parquet.gz", gzip.compress(path.read_bytes())))[1][0] == "010121"


def test_find(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.csv", "a.xlsx", "deep/c.json.gz", "~$a.xlsx", ".d.csv", "notes.md"):
        write(tmp_path / name, "x")
    names = [path.name for path in files.find([str(tmp_path)])]
    assert names == ["a.xlsx", "b.csv", "c.json.gz"]
    assert [p.name for p in files.find([str(tmp_path / "*.csv"), str(tmp_path / "b.csv")])] == ["b.csv"]
    assert [p.name for p in files.find([str(tmp_path / "**" / "*.gz")])] == ["c.json.gz"]
    with pytest.raises(UnreadableFile, match="no such file"):
        files.find([str(tmp_path / "nothing.csv")])
    with pytest.raises(UnreadableFile, match="no file matches"):
        files.find([str(tmp_path / "*.ods")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableFile, match="no table in the folder"):
        files.find([str(tmp_path / "empty")])


def test_a_folder_or_nothing_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="a folder"):
        cells(tmp_path)
    with pytest.raises(UnreadableFile, match="no such file"):
        cells(tmp_path / "t.csv")


def test_arrow_batches_of_a_workbook(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx", [["title"], ["id ", "hs", "v"], ["x", 1012900, 1.5], [], ["y", "02", None]]
    )
    (batch,) = files.arrow_batches(path, header=2)
    assert batch.schema == pa.schema([("id", pa.string()), ("hs", pa.string()), ("v", pa.string())])
    assert batch.to_pylist() == [{"id": "x", "hs": "1012900", "v": "1.5"}, {"id": "y", "hs": "02", "v": None}]
    (batch,) = files.arrow_batches(path, ["v"], header=2)
    assert batch.schema.names == ["v"]
    with pytest.raises(MappingError, match="no column 'w'; it has id, hs, v"):
        list(files.arrow_batches(path, ["w"], header=2))


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8), min_size=2, max_size=2),
        min_size=3,
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
)
def test_text_that_was_written_is_read_back(table: list[list[str]], encoding: str) -> None:
    import csv
    import io
    import tempfile

    made = io.StringIO()
    csv.writer(made).writerows(table)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "t.csv", made.getvalue().encode(encoding))
        read = [row for _, row in delimited.rows(path, encoding, ",")]
    assert read == table


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_an_input_error(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("t.csv", "t.json", "t.xlsx", "t.parquet", "t.gz"):
            try:
                cells(write(Path(folder) / name, content))
            except InputError as error:
                assert name in str(error)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_digits_of_a_number_are_the_number(value: float) -> None:
    assert float(workbooks.digits(value)) == pytest.approx(value, rel=1e-14)
