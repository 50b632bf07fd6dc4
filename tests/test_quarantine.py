"""What was set aside comes out with its reasons, and in again when it is corrected."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.compiling.corrections import ACTION, ID, OURS, guarded, read, unguarded, write
from customhouse.compiling.quarantine import Summary, export, quarantined, resubmit, summary
from customhouse.compiling.tables import Tables, load_tables
from customhouse.cube import open_cube
from customhouse.engine import DuckDB
from customhouse.errors import CustomhouseError, InputError, MappingError, OutputError, StoreError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.records.files import arrow_batches
from customhouse.records.reasons import words
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside
from customhouse.store import Store
from declaring import TODAY, TYPED, Line, counted, declared, delimited, intake, load, parquet

MARCH = Period.parse("2025-03")


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture(scope="module")
def made(engine: DuckDB, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with lines set aside, and the files that they came in."""
    folder = tmp_path_factory.mktemp("made")
    lines = [
        declared("A", value=100),
        declared("B", partner="XYZ"),
        declared("C", value=None, flow="up"),
        declared("D", date=None),
        declared("E", trader_id="=HYPERLINK(1)", region="nowhere"),
    ]
    files = delimited(folder / "a.csv", lines[:3]), parquet(folder / "b.parquet", lines[3:])
    load(Store.create(folder / "store"), engine, *files)
    return folder


@pytest.fixture
def loaded(made: Path, tmp_path: Path) -> Store:
    """The same for one test alone."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Store.open(tmp_path / "store")


def total(store: Store, engine: DuckDB) -> int:
    level = open_cube(store, engine).level(Slice(flow="exports"), MARCH)
    return int(level.amount) if level else 0


def test_open_lines_tell_what_they_said_and_why(loaded: Store) -> None:
    found = {line.said["declaration_id"]: line for line in quarantined(loaded)}
    assert {name: line.reasons for name, line in found.items()} == {
        "B": ("partner_unknown",),
        "C": ("flow_unknown", "value_invalid"),
        "D": ("date_invalid",),
        "E": ("region_unknown",),
    }
    assert found["B"].said["partner"] == "XYZ" and list(found["B"].said) == TYPED.names
    assert Path(found["B"].file).name == "a.csv" and Path(found["E"].file).name == "b.parquet"
    assert found["D"].month is None and found["E"].month == MARCH.first
    assert {line.id for line in found.values()} == {"1:0:1", "1:0:2", "1:1:1", "1:1:2"}
    assert [line.id for line in quarantined(loaded)] == [line.id for line in quarantined(loaded)]


def test_summary_counts_by_load_month_and_reason(loaded: Store) -> None:
    month = MARCH.first
    assert summary(loaded) == (
        Summary(1, "declarations", None, "date_invalid", 1),
        *(
            Summary(1, "declarations", month, code, 1)
            for code in ("flow_unknown", "partner_unknown", "region_unknown", "value_invalid")
        ),
    )


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [row for batch in arrow_batches(path) for row in batch.to_pylist()]


def rewrite(path: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Path:
    """A file as someone saves it who corrects its lines; None leaves one out."""
    rows = [changed for row in rows_of(path) if (changed := change(dict(row))) is not None]
    names = list(rows_of(path)[0])
    out = path.with_name(f"corrected{path.suffix}")
    if path.suffix == ".csv":
        with open(out, "w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for values in (names, *([row.get(name) for name in names] for row in rows)):
            book.active.append(values)  # type: ignore[union-attr]
        book.save(out)
    else:
        pq.write_table(pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names])), out)
    return out


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_corrected_lines_are_loaded_and_closed(
    loaded: Store, engine: DuckDB, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"out{suffix}"
    assert export(loaded, engine, path) == 4
    row = next(row for row in rows_of(path) if row["declaration_id"] == "B")
    assert row["quarantine_reasons"] == words("partner_unknown", "en")
    right: dict[str, Line] = {
        "B": {"partner": "USA", "value": "20.25"},
        "C": {"value": "7"},
        "E": {"region": "CN-GD", "value": "1"},
    }
    corrected = rewrite(
        path, lambda row: row | right[row["declaration_id"]] if row["declaration_id"] in right else None
    )
    vintage = resubmit(loaded, engine, corrected, known_on=TODAY)
    counted(vintage, 3)
    assert vintage.source == "declarations" and vintage.counts.accepted == 2
    assert vintage.inputs == (str(corrected),) and set(vintage.resolves) == {"1:0:1", "1:0:2", "1:1:2"}
    still = {line.id: (line.said["declaration_id"], line.reasons) for line in quarantined(loaded)}
    assert still == {"1:1:1": ("D", ("date_invalid",)), "2:0:1": ("C", ("flow_unknown",))}
    level = open_cube(loaded, engine).level(Slice(flow="exports", region="CN-GD"), MARCH)
    assert level is not None and float(level.amount) == 121.25


def test_formulas_are_guarded_on_the_way_out_and_come_back_bare(
    loaded: Store, engine: DuckDB, tmp_path: Path
) -> None:
    export(loaded, engine, tmp_path / "out.csv")
    assert '"\'=HYPERLINK(1)"' in (tmp_path / "out.csv").read_text(encoding="utf-8")
    export(loaded, engine, tmp_path / "out.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows() for cell in row]
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells} and {cell.data_type for cell in cells} <= {
        "s",
        "inlineStr",
        "n",
    }
    assert all(cell.value is None for cell in cells if cell.data_type == "n")
    _, rows = read(tmp_path / "out.xlsx")
    assert "=HYPERLINK(1)" in {row["trader_id"] for row in rows}


@given(st.text(max_size=8) | st.from_regex(r"'*[=+\-@\t\r].{0,3}", fullmatch=True))
def test_guarding_is_undone_exactly(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "@", "\t", "\r"))


def test_lines_are_given_up(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    export(loaded, engine, tmp_path / "out.csv", "zh")
    dropped = rewrite(
        tmp_path / "out.csv", lambda row: row | {ACTION: "drop"} if row["declaration_id"] != "D" else None
    )
    vintage = resubmit(loaded, engine, dropped, known_on=TODAY)
    assert vintage.counts.taken_in == 0 and not vintage.files and len(vintage.resolves) == 3
    assert [line.said["declaration_id"] for line in quarantined(loaded)] == ["D"]
    assert total(loaded, engine) == 100
    assert (
        load(loaded, engine, parquet(tmp_path / "c.parquet", [declared("Z", value=5)])).counts.accepted == 1
    )
    assert total(loaded, engine) == 105


def test_conflicting_lines_are_settled_by_keeping_one(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    load(store, engine, parquet(tmp_path / "a.parquet", [declared("A", value=1), declared("A", value=2)]))
    export(store, engine, tmp_path / "out.csv")
    settled = rewrite(
        tmp_path / "out.csv", lambda row: row | ({} if float(row["value"]) == 2 else {ACTION: "Drop"})
    )
    assert resubmit(store, engine, settled, known_on=TODAY).counts.accepted == 1
    assert not list(quarantined(store)) and total(store, engine) == 2


def test_the_intake_of_the_source_is_used_again(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    line = {
        "No": "1",
        "item": "1",
        "day": "2025-03-14",
        "io": "Q",
        "hs": "851713",
        "land": "USA",
        "fob": "10",
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
        values={"flow": {"E": "exports"}},
    )
    load(store, engine, delimited(tmp_path / "a.csv", [line], list(line)), intake=ours, source="port")
    export(store, engine, tmp_path / "out.csv")
    vintage = resubmit(
        store, engine, rewrite(tmp_path / "out.csv", lambda row: row | {"io": "E"}), known_on=TODAY
    )
    assert (vintage.source, vintage.counts.accepted, vintage.intake["columns"]["value"]) == ("port", 1, "fob")


def refused(
    store: Store, engine: DuckDB, path: Path, words: str, kind: type[CustomhouseError] = InputError
) -> None:
    before = store.vintages()
    with pytest.raises(kind) as caught:
        resubmit(store, engine, path, known_on=TODAY)
    assert words in str(caught.value) and str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert store.vintages() == before


def test_ids_that_are_not_open_are_refused(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    export(loaded, engine, tmp_path / "out.csv")
    first = rewrite(tmp_path / "out.csv", lambda row: row if row[ID] == "1:0:1" else None)
    again = first.rename(tmp_path / "again.csv")
    refused(
        loaded, engine, rewrite(tmp_path / "out.csv", lambda row: row | {ID: "9:9:9"}), "9:9:9 stands twice"
    )
    refused(loaded, engine, rewrite(again, lambda row: row | {ID: "9:9:9"}), "9:9:9 is no open line")
    refused(
        loaded, engine, rewrite(again, lambda row: row | {ID: ""}), "a line without an id is no open line"
    )
    refused(
        loaded,
        engine,
        rewrite(again, lambda row: row | {ACTION: "burn"}),
        "'burn' is no action",
        MappingError,
    )
    refused(loaded, engine, delimited(tmp_path / "x.csv", [declared("A")]), f"no column {ID}", MappingError)
    (tmp_path / "empty.csv").write_text(",".join(OURS) + "\n", encoding="utf-8")
    refused(loaded, engine, tmp_path / "empty.csv", "no")
    resubmit(loaded, engine, again, known_on=TODAY)
    refused(loaded, engine, again, "1:0:1 was put right by load 2")


def test_two_corrections_of_a_line_at_once_are_refused_at_the_lock(loaded: Store) -> None:
    with loaded.loading() as load_, pytest.raises(StoreError, match="was put right by load 7"):
        load_._vintages = tuple(_resolving(v, "1:0:1", 7) for v in load_._vintages)
        load_.unresolved(["1:0:2", "1:0:1"])


def _resolving(vintage: Any, line: str, number: int) -> Any:
    from dataclasses import replace

    return replace(vintage, number=number, resolves=(line,))


def test_lines_of_several_sources_are_refused_together(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    load(loaded, engine, parquet(tmp_path / "c.parquet", [declared("F", flow="x")]), source="other")
    export(loaded, engine, tmp_path / "out.csv")
    refused(
        loaded,
        engine,
        tmp_path / "out.csv",
        "lines of 2 sources or mappings are among them (declarations, other)",
    )
    one = rewrite(
        tmp_path / "out.csv", lambda row: row | {"flow": "exports"} if row["declaration_id"] == "F" else None
    )
    assert resubmit(loaded, engine, one, known_on=TODAY).source == "other"


def test_a_load_that_replaces_a_month_closes_its_lines(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    load(loaded, engine, parquet(tmp_path / "c.parquet", [declared("A")]), replaces=True)
    assert [line.said["declaration_id"] for line in quarantined(loaded)] == ["D"]


def test_a_month_is_not_replaced_by_nothing(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    before = loaded.vintages(), total(loaded, engine)
    nothing = [declared("A", partner="QQQ"), declared("B", partner="QQQ")]
    with pytest.raises(InputError, match="none of the 2 lines .* .partner_unknown.: it would be empty"):
        load(loaded, engine, parquet(tmp_path / "c.parquet", nothing), replaces=True)
    assert (loaded.vintages(), total(loaded, engine)) == before


def test_corrections_are_known_from_the_day_that_is_said(
    loaded: Store, engine: DuckDB, tmp_path: Path
) -> None:
    export(loaded, engine, tmp_path / "out.csv")
    right = {"partner": "USA", "value": "20.25"}
    fixed = rewrite(tmp_path / "out.csv", lambda row: row | right if row[ID] == "1:0:1" else None)
    known = loaded.vintages()[0].known_on
    again = ["quarantine", str(loaded.path), "--resubmit", str(fixed), "--known-on"]
    early = CliRunner().invoke(app, [*again, "2001-01-01"])
    assert early.exit_code == 3 and f"known since {known}" in early.output
    with pytest.raises(InputError, match=f"known since {known}, not since .* --known-on {known} or later"):
        resubmit(loaded, engine, fixed, known_on=known - timedelta(days=1))
    assert resubmit(loaded, engine, fixed, known_on=known).known_on == known


def test_rows_of_tables_are_listed_until_their_file_is_loaded_again(
    store: Store, engine: DuckDB, tmp_path: Path
) -> None:
    row: Line = dict.fromkeys(TABLE_SCHEMA.names) | {
        "reporter": "CHN",
        "first_month": MARCH.first,
        "last_month": MARCH.first,
        "flow": "exports",
        "currency": "CNY",
        "value_cents": 10_000,
        "step_cents": 100,
        "file": "t.csv",
        "place": "line 2",
    }
    figures = pa.Table.from_pylist([row], TABLE_SCHEMA)
    aside = SetAside("t.csv", "line 3", ("row_shape",), {"Country": "Utopia", "Value": "=1"})
    load_tables(store, Tables([Batch(figures, (aside,), 2, 1)], "gacc", TODAY, (str(tmp_path / "t.csv"),)))
    (line,) = quarantined(store)
    assert (line.id, line.place, line.reasons, line.said["Country"]) == (
        "1:0:1",
        "line 3",
        ("row_shape",),
        "Utopia",
    )
    assert summary(store) == (Summary(1, "gacc", None, "row_shape", 1),)
    assert export(store, engine, tmp_path / "out.csv") == 1
    refused(store, engine, tmp_path / "out.csv", "rows of an official table (gacc)")
    load_tables(store, Tables([Batch(figures, (), 1, 1)], "gacc", TODAY, ("/elsewhere/t.csv",)))
    assert not list(quarantined(store))


def test_exports_that_cannot_be_written(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    for name in ("out.doc", "none/out.csv", "none/out.xlsx", "none/out.parquet"):
        with pytest.raises(OutputError) as caught:
            export(loaded, engine, tmp_path / name)
        assert name in str(caught.value)
    assert not list(tmp_path.glob(".out*"))


def test_exports_without_lines(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx", "parquet"):
        assert export(store, engine, tmp_path / f"out.{suffix}") == 0
        with pytest.raises(InputError):
            resubmit(store, engine, tmp_path / f"out.{suffix}")


def test_what_a_sheet_cannot_hold_as_it_is_comes_back(tmp_path: Path) -> None:
    odd = ["a\x1fb", "_x001F_", "007", "12345678901234567890", "2025-03-14", "é漢", "-5", "''=1"]
    for suffix in (".csv", ".parquet", ".xlsx"):
        write(tmp_path / f"o{suffix}", (ID, "a"), [(str(n), cell) for n, cell in enumerate(odd)])
        _, rows = read(tmp_path / f"o{suffix}")
        assert [row["a"] for row in rows] == odd, suffix


def test_ids_last_when_more_is_loaded(loaded: Store, engine: DuckDB, tmp_path: Path) -> None:
    before = {line.id: line for line in quarantined(loaded)}
    load(loaded, engine, parquet(tmp_path / "c.parquet", [declared("Q", flow="x", date=date(2025, 2, 1))]))
    after = {line.id: line for line in quarantined(loaded)}
    assert before.items() <= after.items() and after.keys() - before.keys() == {"2:0:1"}
