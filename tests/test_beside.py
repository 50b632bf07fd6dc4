"""Months side by side: in order, all of them, the first error ends it, and a load comes out the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest

from customhouse.compiling.beside import each
from customhouse.cube import open_cube
from customhouse.engine import DuckDB, Engine
from customhouse.errors import EngineError
from customhouse.model import Slice
from customhouse.period import Period, parse_month
from customhouse.records.parse import Intake, parse
from customhouse.store import Store
from declaring import counted, declared, load, parquet


def _sum(engine: Engine, number: int) -> int:
    frame = engine.arrow(pa.table({"n": list(range(number))}))
    return int(engine.collect(frame.select(nw.col("n").sum()))["n"][0].as_py() or 0)


@pytest.mark.parametrize(("threads", "memory"), [(1, "800MB"), (2, "800MB"), (4, "1600MB"), (4, "500MB")])
def test_results_come_in_order(threads: int, memory: str) -> None:
    with DuckDB(threads=threads, memory=memory) as engine:
        numbers = list(range(40, 0, -1))
        assert list(each(engine, numbers, _sum)) == [n * (n - 1) // 2 for n in numbers]
        assert _sum(engine, 5) == 10


def test_as_many_at_a_time_as_memory_and_threads_allow() -> None:
    cases = ((4, "1800MB", 9, 4), (4, "1000MB", 9, 2), (2, "4GB", 9, 2), (4, "4GB", 1, 1), (4, "500MB", 9, 1))
    for threads, memory, most, there in cases:
        with DuckDB(threads=threads, memory=memory) as engine, engine.beside(most) as engines:
            assert len(engines) == there


def test_two_are_under_way_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)
    with DuckDB(threads=2, memory="900MB") as engine:
        assert list(each(engine, ["a", "b"], lambda _, item: (both.wait(), item)[1])) == ["a", "b"]


def test_the_first_error_ends_it() -> None:
    begun: list[int] = []

    def fail(engine: Engine, number: int) -> int:
        begun.append(number)
        if number == 1:
            raise EngineError("the first")
        rows = engine.arrow(pa.table({"n": range(200_000)}))
        endless = rows.join(rows.rename({"n": "m"}), how="cross").filter((nw.col("n") * nw.col("m")) % 7 == 3)
        return engine.collect(endless.select(nw.len())).num_rows  # hours, unless it is stopped

    with DuckDB(threads=2, memory="900MB") as engine:
        with pytest.raises(EngineError, match="the first"):
            list(each(engine, list(range(1, 30)), fail))
        assert _sum(engine, 5) == 10
    assert len(begun) < 29


def test_a_load_of_many_months_is_the_same(tmp_path: Path) -> None:
    months = [f"2024-{n:02}" for n in range(1, 13)]
    paths = [
        parquet(
            tmp_path / f"{month}.parquet",
            [declared(f"D{month}{n}", date=_day(month), value=100.0 + n) for n in range(9)],
        )
        for month in months
    ]
    answers: list[list[Any]] = []
    for threads in (1, 2):
        with DuckDB(threads=threads, memory="1GB") as engine:
            store = Store.create(tmp_path / f"store-{threads}")
            counted(load(store, engine, *paths), 9 * len(months))
            cube = open_cube(store, engine)
            found = [cube.level(Slice(flow="exports"), Period(m, m)) for m in map(parse_month, months)]
            answers.append([level and level.amount for level in found])
    assert answers[0] == answers[1] == [Decimal(936)] * 12


def _day(month: str) -> date:
    return date.fromisoformat(f"{month}-15")


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


TYPES = {
    "decimal": pa.decimal128(20, 3),
    "wide decimal": pa.decimal128(38, 10),
    "float": pa.float64(),
    "text": pa.string(),
}


@pytest.mark.parametrize("kind", TYPES)
def test_amounts_of_every_type_come_to_the_same(engine: DuckDB, kind: str) -> None:
    texts = ["1.005", "0.995", None, "-3", "1000000000000", "1000000000001", "0", "12345678.125"]
    made = texts if kind == "text" else [t and (float(t) if kind == "float" else Decimal(t)) for t in texts]
    got = _values(engine, pa.array(made, TYPES[kind]))
    assert got == [101, 100, None, -1, 10**14, -2, 0, 1234567813]


def test_whole_numbers_that_are_too_large_do_not_overflow(engine: DuckDB) -> None:
    assert _values(engine, pa.array([2**63 - 1, -(2**63), 7, None], pa.int64())) == [-2, -1, 700, None]
    assert _values(engine, pa.array([2**64 - 1, 7], pa.uint64())) == [-2, 700]


def _values(engine: DuckDB, column: pa.Array) -> list[int | None]:
    schema = {name: [text] * len(column) for name, text in
              {"declaration_id": "D", "line": 1, "date": "2024-01-05", "flow": "exports", "hs_code": "010121",
               "partner": "USA"}.items()}
    parsed = parse(engine.arrow(pa.table({**schema, "value": column})), Intake(), "table")
    found: list[int | None] = engine.collect(parsed.select("value"))["value"].to_pylist()
    return found
