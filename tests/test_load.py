"""Loads of declarations: every line is counted, whatever the file, its form, its order and what is in it."""

from __future__ import annotations

import bz2
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customhouse.engine import DuckDB
from customhouse.errors import CustomhouseError, EmptyFile, MappingError, StoreError
from customhouse.records.schema import DECLARATION, REQUIRED
from customhouse.store import Store, Vintage
from customhouse.vocabulary import codes
from declaring import (
    BASE,
    EVERY,
    TODAY,
    TYPED,
    Line,
    counted,
    declared,
    delimited,
    intake,
    lines_of,
    load,
    parquet,
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def cells_of(store: Store, vintage: Vintage) -> Counter[tuple[Any, ...]]:
    """The cells of a load as a multiset, without what tells the load."""
    found: Counter[tuple[Any, ...]] = Counter()
    for stored in vintage.files:
        if stored.part == "cells":
            table = pq.read_table(store.file(stored), partitioning=None).drop_columns(["vintage", "source"])
            found.update(tuple(sorted(row.items(), key=lambda pair: pair[0])) for row in table.to_pylist())
    return found


def some(number: int, seed: int = 7) -> list[Line]:
    """Lines of two months over a few slices, some of them flagged."""
    draw = random.Random(seed)
    return [
        declared(
            f"D{n // 3}",
            n % 3 + 1,
            date=date(2025, draw.choice((2, 3)), draw.randint(1, 28)),
            flow=draw.choice(("exports", "imports")),
            partner=draw.choice(("USA", "DEU", "CHN")),
            hs_code=draw.choice(("85171300", "84713000")),
            value=draw.randint(1, 10**6) / 100,
            trader_id=draw.choice(("T1", "T2", None)),
            region=draw.choice(("CN-GD", None)),
            quantity=draw.randint(1, 99),
            net_mass_kg=draw.choice((None, 1.5)),
        )
        for n in range(number)
    ]


WORDS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "1e400",
            "9" * 400,
            "NaN",
            "inf",
            "2025-02-30",
            "2025-13-01",
            "20250230",
            "0000-00-00",
            "2025-03-14",
            "１２３",
            "#",
            "#N/A",
            "=1+1",
            "'",
            '"',
            "a,b",
            "a\nb",
            "a\r\nb",
            "\\",
            "\x1f",
            "\u202e",
            "é漢🏴",
            "null",
            "None",
            "true",
            "1,000",
            "1.000,5",
            "-0",
            "0x10",
            "٣",
            "9999-12-31",
            "1900-01-01",
            "2099-12-31",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
)
TYPED_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "date": st.sampled_from(
        [date(1, 1, 1), date(1899, 12, 31), date(2024, 2, 29), date(2025, 12, 31), date.max]
    ),
    "amount": st.floats(width=64),
}


@st.composite
def garbage(draw: st.DrawFn, values: dict[str, st.SearchStrategy[Any]]) -> tuple[list[Line], list[str]]:
    """Lines with garbage in some fields, and the columns that the file has."""
    lacking = draw(st.sets(st.sampled_from([f.name for f in DECLARATION if f.name not in REQUIRED])))
    empty = draw(st.sets(st.sampled_from([f.name for f in DECLARATION]), max_size=3))
    lines = []
    for n in range(draw(st.integers(1, 25))):
        bad = draw(st.sets(st.sampled_from([f.name for f in DECLARATION]), max_size=4))
        line = declared(f"D{n // 2}", n % 2 + draw(st.sampled_from((0, 1))))
        line |= {f.name: draw(st.none() | values[f.kind]) for f in DECLARATION if f.name in bad}
        lines.append(line | dict.fromkeys(empty))
    return lines, [f.name for f in DECLARATION if f.name not in lacking]


def reconciles(store: Store, engine: DuckDB, path: Path, rows_in: int) -> None:
    vintage = load(store, engine, path)
    counted(vintage, rows_in)
    rows = lines_of(store, vintage)
    assert sum(bool(row["reasons"]) for row in rows) == vintage.counts.quarantined
    assert sum(bool(row["flagged"]) and not row["reasons"] for row in rows) == vintage.counts.flagged
    assert Counter(code for row in rows for code in (row["reasons"] or row["flagged"])) == vintage.reasons
    for row in rows:
        assert (row["raw"] is None) == (not row["reasons"])


FEW = settings(
    max_examples=max(6, settings().max_examples // 12),
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a load takes too long to shrink what fails
)


@FEW
@given(garbage(dict.fromkeys(TYPED_VALUES, WORDS)))
def test_garbage_in_text_is_counted_and_never_stops_a_load(
    tmp_path_factory: pytest.TempPathFactory, engine: DuckDB, file: tuple[list[Line], list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    lines, columns = file
    path = delimited(folder / "a.csv", lines, columns, quoted=True)
    reconciles(Store.create(folder / "store"), engine, path, len(lines))


@FEW
@given(garbage(TYPED_VALUES))
def test_garbage_in_typed_columns_is_counted_and_never_stops_a_load(
    tmp_path_factory: pytest.TempPathFactory, engine: DuckDB, file: tuple[list[Line], list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    lines, columns = file
    path = parquet(folder / "a.parquet", lines, pa.schema([EVERY.field(name) for name in columns]))
    reconciles(Store.create(folder / "store"), engine, path, len(lines))


@pytest.mark.parametrize("seed", range(3))
def test_bytes_of_any_kind_end_in_an_error_of_ours_or_are_counted(
    tmp_path: Path, engine: DuckDB, store: Store, seed: int
) -> None:
    draw = random.Random(seed)
    whole = [
        delimited(tmp_path / "a.csv", some(40)).read_bytes(),
        parquet(tmp_path / "a.parquet", some(40)).read_bytes(),
    ]
    for n in range(6):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.randint(1, 8)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        name = f"b{n}.{draw.choice(('csv', 'parquet', 'csv.gz', 'xlsx', 'json', 'txt'))}"
        (tmp_path / name).write_bytes(data[: draw.choice((len(data), draw.randrange(len(data))))])
        try:
            vintage = load(store, engine, tmp_path / name, source=name)
        except CustomhouseError as error:
            assert "\n" not in str(error)
        else:
            assert vintage.counts.taken_in == vintage.counts.accepted + vintage.counts.quarantined


def test_order_and_splitting_change_nothing(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    lines = some(60)
    whole = load(store, engine, parquet(tmp_path / "a.parquet", lines), source="whole")
    random.Random(1).shuffle(lines)
    parts = [
        parquet(tmp_path / "1.parquet", lines[:13]),
        delimited(tmp_path / "2.csv", lines[13:40]),
        parquet(tmp_path / "3.parquet", lines[40:]),
    ]
    split = load(store, engine, *parts, source="split")
    by_turns = [load(store, engine, part, source="turns") for part in parts]
    assert cells_of(store, whole) == cells_of(store, split)
    assert whole.counts == split.counts and whole.reasons == split.reasons
    cells = {f.month: f for v in by_turns for f in v.files if f.part == "cells"}
    last = Vintage(0, "", "declarations", TODAY, "", tuple(cells.values()))
    assert cells_of(store, last) == cells_of(store, whole)


def forms(folder: Path, lines: list[Line]) -> Iterator[Path]:
    """The same lines in every form that is taken in."""
    text = delimited(folder / "a.csv", lines).read_bytes()
    yield folder / "a.csv"
    yield delimited(folder / "crlf.csv", lines, end="\r\n")
    for name, data in {
        "a.csv.gz": gzip.compress(text),
        "a.csv.bz2": bz2.compress(text),
        "bom.csv": b"\xef\xbb\xbf" + text,
        "a.csv.zst": pa.compress(text, "zstd", asbytes=True),
        "semicolon.csv": text.replace(b",", b";"),
        "a.tsv": text.replace(b",", b"\t"),
        "utf16.csv": text.decode().encode("utf-16"),
        "packed.parquet.gz": gzip.compress(parquet(folder / "p.parquet", lines).read_bytes()),
        "a.jsonl": "\n".join(json.dumps(line, default=str) for line in lines).encode(),
    }.items():
        (folder / name).write_bytes(data)
        yield folder / name
    book = openpyxl.Workbook()
    book.active.append(TYPED.names)  # type: ignore[union-attr]
    for line in lines:
        book.active.append([line.get(name) for name in TYPED.names])  # type: ignore[union-attr]
    book.save(folder / "a.xlsx")
    yield folder / "a.xlsx"


def test_every_form_of_a_file_gives_the_same_cells(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    lines = [line for line in some(30) if line["date"].month == 3]
    wanted = load(store, engine, parquet(tmp_path / "a.parquet", lines))
    for path in forms(tmp_path, lines):
        found = load(store, engine, path, source=path.name)
        counted(found, len(lines))
        assert (cells_of(store, found), found.counts) == (cells_of(store, wanted), wanted.counts), path.name


def test_lines_that_look_like_comments_or_blanks_are_lines(
    tmp_path: Path, engine: DuckDB, store: Store
) -> None:
    names = ["declaration_id", *(n for n in BASE if n != "declaration_id")]
    lines = [declared("#1"), declared("# 2"), declared("'3", trader_id='o\'clock "x", y'), declared("4")]
    vintage = load(store, engine, delimited(tmp_path / "a.csv", lines, names))
    counted(vintage, 4)
    assert {row["declaration_id"] for row in lines_of(store, vintage)} == {"#1", "# 2", "'3", "4"}
    assert 'o\'clock "x", y' in {row["trader_id"] for row in lines_of(store, vintage)}


def test_columns_of_other_types_are_read_as_what_they_hold(
    tmp_path: Path, engine: DuckDB, store: Store
) -> None:
    def column(values: list[Any], kind: pa.DataType | None = None) -> pa.Array:
        return pa.array(values, kind)

    table = pa.table(
        {
            "declaration_id": column(["a", "b", "c"]).dictionary_encode(),
            "line": column([1.0, None, 2.5]),
            "date": column([20250314, 20250230, None], pa.int64()),
            "flow": column(["exports"] * 3),
            "hs_code": column([85171300] * 3),
            "partner": column([b"USA"] * 3, pa.binary()),
            "value": column([Decimal("1000.00"), Decimal("0.01"), None], pa.decimal128(18, 2)),
            "quantity": column([True, None, False]),
            "net_mass_kg": column([1.5, float("nan"), -1.0], pa.float32()),
            "region": pa.nulls(3),
            "note": column([[1], [], None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    vintage = load(store, engine, tmp_path / "a.parquet")
    counted(vintage, 3)
    found = {row["declaration_id"]: row["reasons"] for row in lines_of(store, vintage)}
    never = {"quantity_invalid", "unit_unknown"}
    assert found["a"] == never
    assert found["b"] == {"line_invalid", "date_invalid"}
    assert found["c"] == never | {"line_invalid", "date_invalid", "value_invalid", "mass_invalid"}


@pytest.mark.parametrize("kind", [pa.timestamp("us"), pa.timestamp("ns", "UTC"), pa.date64(), pa.string()])
def test_days_come_in_many_types(tmp_path: Path, engine: DuckDB, store: Store, kind: pa.DataType) -> None:
    day: Any = "2025-03-14 23:59" if kind == pa.string() else datetime(2025, 3, 14, 23, 59)
    schema = pa.schema([field.with_type(kind) if field.name == "date" else field for field in TYPED])
    line = declared("D", date=date(2025, 3, 14) if kind == pa.date64() else day)
    vintage = load(store, engine, parquet(tmp_path / "a.parquet", [line], schema))
    assert [row["date"] for row in lines_of(store, vintage)] == [date(2025, 3, 14)]


def test_amounts_are_rounded_as_they_are_written(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    draw = random.Random(3)
    written = [
        "1.005",
        "2.675",
        "0.285",
        "1000000.125",
        "0.005",
        "9999999999.99",
        "123456.785",
        "99999999999.99",
    ]
    written += [f"{draw.randint(1, 10 ** draw.randint(1, 9))}.{draw.randint(0, 999):03}" for _ in range(200)]
    lines = [declared(f"D{n}", value=text, quantity=text + "5") for n, text in enumerate(written)]
    vintage = load(store, engine, delimited(tmp_path / "a.csv", lines))
    exact = {
        f"D{n}": tuple(
            int((Decimal(one) * scale).to_integral_value(ROUND_HALF_UP))
            for one, scale in ((text, 100), (text + "5", 1000))
        )
        for n, text in enumerate(written)
    }
    found = {
        row["declaration_id"]: (row["value_cents"], row["quantity_milli"]) for row in lines_of(store, vintage)
    }
    assert found == exact


def test_columns_constants_words_and_codes_of_a_source(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    line = {
        "No": "1",
        "item": "1",
        "day": "2025-03-14",
        "io": "E",
        "hs": "851713",
        "land": "502",
        "fob": "10.50",
    }
    ours = intake(
        columns={
            "declaration_id": "No",
            "line": "item",
            "date": "day",
            "flow": "io",
            "hs_code": "hs",
            "partner": "land",
            "value": "fob",
        },
        constants={"basis": "FOB", "quantity": "2.5", "quantity_unit": "unit", "net_mass_kg": "1"},
        values={"flow": {"E": "exports", "I": "imports"}},
        systems={"partner": "gacc"},
    )
    outside = next(
        code for code, name in codes.table("gacc", "partner", 2025 * 12 + 2).items() if name == "USA"
    )
    rows = [line | {"land": outside}, line | {"No": "2", "land": "XX"}, line | {"No": "3", "io": "Q"}]
    vintage = load(store, engine, delimited(tmp_path / "a.csv", rows, list(line)), intake=ours)
    found = {row["declaration_id"]: row for row in lines_of(store, vintage)}
    assert found["1"]["reasons"] == set() and found["1"]["partner"] == "USA"
    assert (found["1"]["value_cents"], found["1"]["quantity_milli"], found["1"]["basis"]) == (
        1050,
        2500,
        "FOB",
    )
    assert found["2"]["reasons"] == {"partner_unknown"} and found["3"]["reasons"] >= {"flow_unknown"}
    assert found["2"]["raw"].split("\x1f") == list(rows[1].values())
    assert vintage.intake["values"] == {"flow": {"E": "exports", "I": "imports"}}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"columns": {"value": "amount"}}, "no column for value (looked for 'amount')"),
        ({"columns": {"price": "value"}}, "price: no field"),
        ({"constants": {"colour": "red"}}, "colour: no field"),
        ({"constants": {"date": "yesterday"}, "columns": {"date": "day"}}, "'yesterday' is no date for date"),
        (
            {"constants": {"net_mass_kg": "x"}, "columns": {"net_mass_kg": "none"}},
            "'x' is no amount for net_mass_kg",
        ),
        ({"values": {"value": {"1": "2"}}}, "value: holds no words"),
    ],
)
def test_an_intake_that_does_not_fit_its_file_is_refused(
    tmp_path: Path, engine: DuckDB, store: Store, more: dict[str, Any], words: str
) -> None:
    path = delimited(tmp_path / "a.csv", [declared("D")])
    with pytest.raises(MappingError) as caught:
        load(store, engine, path, intake=intake(**more))
    assert words in str(caught.value) and str(path) in str(caught.value)
    assert store.vintages() == ()


def test_many_words_of_a_source(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    words = {f"w{n}": "exports" for n in range(400)}
    path = delimited(tmp_path / "a.csv", [declared("D", flow="w399")])
    assert load(store, engine, path, intake=intake(values={"flow": words})).counts.accepted == 1


def test_files_without_lines(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    for path in (delimited(tmp_path / "a.csv", []), parquet(tmp_path / "a.parquet", [])):
        with pytest.raises(EmptyFile):
            load(store, engine, path)
    (tmp_path / "none.csv").write_bytes(b"")
    with pytest.raises(EmptyFile):
        load(store, engine, tmp_path / "none.csv")
    with pytest.raises(EmptyFile):
        load(store, engine)
    found = load(store, engine, tmp_path / "a.parquet", parquet(tmp_path / "b.parquet", [declared("D")]))
    counted(found, 1)


def test_a_month_whose_lines_are_all_set_aside_has_no_cells(
    tmp_path: Path, engine: DuckDB, store: Store
) -> None:
    lines = [declared("D1", flow="up"), declared("D2", date=date(2025, 2, 1)), declared("D3", date=None)]
    vintage = load(store, engine, parquet(tmp_path / "a.parquet", lines))
    counted(vintage, 3)
    assert vintage.months() == (2025 * 12 + 1,)
    parts = Counter((f.part, f.month) for f in vintage.files)
    assert parts["lines", 2025 * 12 + 2] == parts["lines", None] == 1 and not parts["cells", 2025 * 12 + 2]


def test_returned_goods_are_told_by_their_origin(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    lines = [declared("D1", flow="imports", partner="CHN", basis="CIF"), declared("D2", partner="CHN")]
    vintage = load(store, engine, parquet(tmp_path / "a.parquet", lines))
    assert {row["declaration_id"]: row["flow"] for row in lines_of(store, vintage)} == {
        "D1": "re_imports",
        "D2": "exports",
    }
    other = load(store, engine, tmp_path / "a.parquet", source="usa", intake=intake(reporter="USA"))
    assert {row["flow"] for row in lines_of(store, other)} == {"imports", "exports"}


def test_a_source_keeps_its_reporter(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    path = parquet(tmp_path / "a.parquet", [declared("D1")])
    load(store, engine, path)
    with pytest.raises(StoreError, match="declarations of CHN, not USA"):
        load(store, engine, path, intake=intake(reporter="USA"))


def test_units_come_to_the_base_of_what_they_measure(tmp_path: Path, engine: DuckDB, store: Store) -> None:
    lines = [
        declared("D1", quantity=2, quantity_unit="dozen"),
        declared("D2", quantity=1.5, quantity_unit="t"),
        declared("D3", quantity=3, quantity_unit="unit", supplementary_quantity=500, supplementary_unit="g"),
    ]
    vintage = load(store, engine, parquet(tmp_path / "a.parquet", lines))
    found = {row["declaration_id"]: row for row in lines_of(store, vintage)}
    assert (found["D1"]["quantity_milli"], found["D1"]["quantity_unit"]) == (24_000, "unit")
    assert (found["D2"]["quantity_milli"], found["D2"]["quantity_unit"]) == (1_500_000, "kg")
    assert (found["D3"]["supplementary_milli"], found["D3"]["supplementary_unit"]) == (500, "kg")
