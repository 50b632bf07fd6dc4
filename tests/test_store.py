"""Vintages: every load stands, nothing is overwritten, and any day's knowledge can be had again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

from customhouse.compiling.tables import Tables, load_tables
from customhouse.cube import history, open_cube, sources
from customhouse.engine import DuckDB
from customhouse.errors import InputError, OutputError, QueryError, StoreBusy, StoreError
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.records.table import TABLE_SCHEMA, Batch
from customhouse.store import Counts, Store, StoredFile, Vintage
from declaring import BASE, TODAY, declared, load, parquet

MARCH = Period.parse("2025-03")
EXPORTS = Slice(flow="exports")


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def value(
    store: Store, engine: DuckDB, as_of: date | None = None, known: str = "latest", source: str | None = None
) -> int:
    level = open_cube(store, engine, as_of, source).level(EXPORTS, MARCH, "value", known)  # type: ignore[arg-type]
    assert level is not None
    return int(level.amount)


def take(
    store: Store, engine: DuckDB, folder: Path, *lines: tuple[str, int], day: int = 10, **more: object
) -> Vintage:
    """Load lines (declaration, value) of March 2025, known on a day of April."""
    path = parquet(folder / "a.parquet", [declared(name, value=amount) for name, amount in lines])
    return load(store, engine, path, known_on=date(2025, 4, day), **more)


def hashes(store: Store) -> dict[str, str]:
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in store.path.rglob("*")
        if p.is_file() and p.name != "lock"
    }


def test_nothing_that_was_written_changes(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    before: dict[str, str] = {}
    for n, more in enumerate(({}, {}, {"replaces": True}, {"source": "other"}, {"day": 2})):
        take(store, engine, tmp_path, ("A", n + 1), ("B", 5), **more)  # type: ignore[arg-type]
        now = hashes(store)
        assert before.items() <= now.items() and len(now) > len(before)
        before = now


def test_each_day_answers_as_it_did_then(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    take(store, engine, tmp_path, ("A", 100), ("B", 10), day=10)
    take(store, engine, tmp_path, ("B", 20), day=12)
    take(store, engine, tmp_path, ("C", 3), day=14)
    assert [value(store, engine, date(2025, 4, day)) for day in (10, 11, 12, 13, 14, 30)] == [
        110,
        110,
        120,
        120,
        123,
        123,
    ]
    assert value(store, engine) == 123 and value(store, engine, known="first") == 110
    with pytest.raises(QueryError, match="2025-04-09: nothing was known yet; the first figures"):
        open_cube(store, engine, date(2025, 4, 9))
    told = history(store, engine, EXPORTS, MARCH)
    assert [(r.vintage.number, int(r.level.amount)) for r in told if r.level] == [
        (1, 110),
        (2, 120),
        (3, 123),
    ]


def test_a_load_that_changes_nothing_is_no_revision(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    take(store, engine, tmp_path, ("A", 100))
    again = take(store, engine, tmp_path, ("A", 100))
    assert again.reasons == {"duplicate": 1} and again.counts == Counts(1, 0, 0, 1)
    assert value(store, engine) == 100 and len(history(store, engine, EXPORTS, MARCH)) == 1


def test_what_is_known_earlier_stands_earlier_though_it_is_loaded_later(
    store: Store, engine: DuckDB, tmp_path: Path
) -> None:
    take(store, engine, tmp_path, ("A", 100), day=10)
    take(store, engine, tmp_path, ("B", 20), ("A", 101), day=20)
    take(store, engine, tmp_path, ("A", 99), ("B", 1), ("C", 7), day=15)
    assert value(store, engine, date(2025, 4, 10)) == 100
    assert value(store, engine, date(2025, 4, 15)) == 99 + 1 + 7, "nothing of what became known on the 20th"
    assert value(store, engine) == 101 + 20 + 7, "nothing of the later day is lost"
    assert [int(r.level.amount) for r in history(store, engine, EXPORTS, MARCH) if r.level] == [100, 107, 128]
    take(store, engine, tmp_path, ("D", 1000), day=1)
    assert value(store, engine, known="first") == 1000 and value(store, engine, date(2025, 4, 5)) == 1000
    assert value(store, engine) == 1128
    level = open_cube(store, engine).level(EXPORTS, MARCH, "traders")
    assert level is not None and level.amount == 1


def test_loads_of_one_day_stand_in_their_order(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    for amount in (1, 2, 3):
        take(store, engine, tmp_path, ("A", amount))
    assert value(store, engine) == 3 and value(store, engine, known="first") == 1


def test_amended_lines_are_flagged_and_replace_the_earlier(
    store: Store, engine: DuckDB, tmp_path: Path
) -> None:
    take(store, engine, tmp_path, ("A", 100), ("B", 10))
    amended = take(store, engine, tmp_path, ("A", 90), ("C", 1))
    assert amended.reasons == {"amended": 1} and amended.counts == Counts(2, 2, 1, 0)
    assert value(store, engine) == 101
    lines = open_cube(store, engine).level(EXPORTS, MARCH, "lines")
    assert lines is not None and lines.amount == 3


def test_a_load_that_replaces_stands_alone_in_its_months(
    store: Store, engine: DuckDB, tmp_path: Path
) -> None:
    take(store, engine, tmp_path, ("A", 100), ("B", 10), day=10)
    path = parquet(tmp_path / "feb.parquet", [declared("F", date=date(2025, 2, 1), value=50)])
    load(store, engine, path, known_on=TODAY)
    take(store, engine, tmp_path, ("A", 70), day=12, replaces=True)
    take(store, engine, tmp_path, ("C", 1), day=14)
    assert [value(store, engine, date(2025, 4, day)) for day in (10, 12, 14)] == [110, 70, 71]
    february = open_cube(store, engine).level(EXPORTS, Period.parse("2025-02"))
    assert february is not None and february.amount == 50
    broken = parquet(tmp_path / "b.parquet", [declared("A", flow="x")])
    with pytest.raises(InputError, match="it would be empty"):  # its one line is set aside
        load(store, engine, broken, known_on=date(2025, 4, 20), replaces=True)
    assert value(store, engine) == value(store, engine, date(2025, 4, 19)) == 71


def test_sources_stand_beside_one_another(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    take(store, engine, tmp_path, ("A", 100), source="one")
    take(store, engine, tmp_path, ("A", 7), source="two")
    assert sources(store) == ("one", "two")
    assert [value(store, engine, source=name) for name in ("one", "two")] == [100, 7]
    with pytest.raises(QueryError, match="figures of one, two; name one"):
        open_cube(store, engine)
    with pytest.raises(QueryError, match="three: no figures of this source"):
        open_cube(store, engine, source="three")


def table_of(amount: int, **more: object) -> Batch:
    row = (
        dict.fromkeys(TABLE_SCHEMA.names)
        | {
            "reporter": "CHN",
            "first_month": MARCH.first,
            "last_month": MARCH.first,
            "flow": "exports",
            "currency": "CNY",
            "value_cents": amount * 100,
            "step_cents": 100,
            "file": "t.csv",
            "place": "line 2",
        }
        | more
    )
    return Batch(pa.Table.from_pylist([row], TABLE_SCHEMA), (), 1, 1)


def test_a_source_keeps_its_kind(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    take(store, engine, tmp_path, ("A", 100), source="one")
    load_tables(store, Tables([table_of(5)], "gacc", TODAY))
    before = hashes(store)
    with pytest.raises(StoreError, match="one is a source of kind declarations, not table"):
        load_tables(store, Tables([table_of(5)], "one", TODAY))
    with pytest.raises(StoreError, match="gacc is a source of kind table, not declarations"):
        take(store, engine, tmp_path, ("A", 100), source="gacc")
    assert hashes(store) == before


def test_tables_are_revised_figure_by_figure(store: Store, engine: DuckDB) -> None:
    for day, amount in ((10, 5), (20, 6), (15, 9)):
        load_tables(store, Tables([table_of(amount)], "gacc", date(2025, 4, day)))
    load_tables(store, Tables([table_of(1, partner="USA")], "gacc", date(2025, 4, 25)))
    assert [value(store, engine, date(2025, 4, day)) for day in (10, 14, 15, 19, 20, 30)] == [
        5,
        5,
        9,
        9,
        6,
        6,
    ]
    assert value(store, engine, known="first") == 5
    assert [int(r.level.amount) for r in history(store, engine, EXPORTS, MARCH) if r.level] == [5, 9, 6]


def test_two_threads_load_in_order(store: Store, tmp_path: Path) -> None:
    told: list[int] = []

    def one(name: str) -> None:
        path = parquet(tmp_path / f"{name}.parquet", [declared(name)])
        with DuckDB(threads=1) as engine:
            told.append(load(store, engine, path).number)

    threads = [threading.Thread(target=one, args=(name,)) for name in "AB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [1, 2]


def test_many_make_one_store(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def make() -> None:
        try:
            Store.create(tmp_path / "store")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and Store.open(tmp_path / "store").vintages() == ()


def test_a_store_half_made_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / "store" / "manifest").mkdir(parents=True)
    (tmp_path / "store" / ".store.json-123").write_text("{", encoding="utf-8")
    store = Store.create(tmp_path / "store")
    with store.loading():
        pass
    assert not list(store.path.glob(".store.json-*"))


def test_places_that_are_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store there"):
        Store.open(tmp_path / "none")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_text("x", encoding="utf-8")
    for name in ("file", "other"):
        with pytest.raises(StoreError, match="exists and is no store"):
            Store.create(tmp_path / name)
    with pytest.raises((StoreError, OutputError)):
        Store.create(tmp_path / "file" / "store")
    store = Store.create(tmp_path / "store")
    for text, words in (
        ('{"format": 99}', "a store of format 99"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
    ):
        (store.path / "store.json").write_text(text, encoding="utf-8")
        with pytest.raises(StoreError, match=words):
            Store.open(store.path)


def test_a_number_that_is_taken_is_refused(store: Store) -> None:
    with store.loading() as one:
        blank = Vintage(1, "s", "table", TODAY, "")
        one.commit(blank)
        with pytest.raises(StoreBusy, match="another load took this number"):
            one.commit(blank)
    assert len(store.vintages()) == 1


def test_vintages_survive_their_manifest(store: Store) -> None:
    vintage = Vintage(
        1,
        "s",
        "declarations",
        TODAY,
        "",
        (StoredFile("lines", None, "lines/a", 3), StoredFile("cells", 24302, "c", 1)),
        Counts(3, 2, 1, 1),
        {"duplicate": 1},
        ("a.csv", "b.csv"),
        ("a\tb", ""),
        "USD",
        "USA",
        True,
        ("1:0:1",),
        ("doubt",),
        {"columns": {"value": "v"}},
    )
    again = Vintage.from_dict(json.loads(json.dumps(vintage.to_dict())))
    assert again == vintage and again.months() == (24302,)
    assert Counts(1, 1, 0, 0) + Counts(2, 1, 1, 1) == Counts(3, 2, 1, 1)


def test_the_manifest_says_all_of_a_load(store: Store, engine: DuckDB, tmp_path: Path) -> None:
    vintage = take(store, engine, tmp_path, ("A", 1))
    assert store.vintages() == (vintage,)
    assert {f.part for f in vintage.files} == {"lines", "cells", "flags"}
    assert vintage.columns[0].split("\t")[:2] == ["declaration_id", "line"] and vintage.inputs == (
        str(tmp_path / "a.parquet"),
    )
    assert (vintage.currency, vintage.reporter, vintage.known_on) == ("CNY", "CHN", TODAY)
    month_folder = store.path / "cells" / "month=2025-03"
    assert [p.suffix for p in month_folder.iterdir()] == [".parquet"] and BASE and Fraction(1)
