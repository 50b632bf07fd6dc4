"""Plans that an engine keeps: the same rows as if they were made anew, of every file and in every thread."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customhouse.compiling.beside import each
from customhouse.engine import DuckDB, embedded, plans
from customhouse.errors import EngineError

NAMES = pa.table({"code": [1, 2, 3], "name": ["one", "two", "three"]})


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    plans.PLANS.clear()  # of tests before, whose keys are the same
    with DuckDB(threads=2) as opened:
        yield opened


def written(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


class Plan:
    """Names the codes of rows by a list, and counts how often it was made."""

    def __init__(self, engine: DuckDB) -> None:
        self.engine, self.made = engine, 0

    def __call__(self, rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        self.made += 1
        named = rows.join(self.engine.arrow(NAMES), on="code", how="left")
        return named.with_columns(twice=nw.col("code") * 2)


def named(engine: DuckDB, path: Path, plan: Plan, key: object = "named") -> list[tuple[Any, ...]]:
    found = engine.collect(engine.again(engine.parquet([path]), key, plan))
    return sorted(tuple(row.values()) for row in found.select(["code", "name", "twice"]).to_pylist())


def test_other_rows_are_put_into_a_plan_that_was_made_once(engine: DuckDB, tmp_path: Path) -> None:
    plan = Plan(engine)
    paths = [written(tmp_path / f"{n}.parquet", code=[n, n + 1]) for n in range(4)]
    names = {1: "one", 2: "two", 3: "three"}
    for n, path in enumerate(paths):
        gc.collect()  # the list stays though nothing but the plan holds it
        assert named(engine, path, plan) == [(code, names.get(code), 2 * code) for code in (n, n + 1)]
    assert plan.made == 1


def test_other_columns_types_and_keys_have_plans_of_their_own(engine: DuckDB, tmp_path: Path) -> None:
    plan = Plan(engine)
    whole = written(tmp_path / "whole.parquet", code=[1])
    short = written(tmp_path / "short.parquet", code=pa.array([1], pa.int16()))
    more = written(tmp_path / "more.parquet", code=[1], other=["x"])
    for _ in range(2):
        assert named(engine, whole, plan) == named(engine, short, plan) == named(engine, more, plan)
    assert plan.made == 3
    assert named(engine, whole, plan, key="other") == [(1, "one", 2)]
    assert plan.made == 4


@pytest.mark.parametrize("more", [{}, {"sql_of_the_rows_of_a_plan": ["x"]}])
def test_columns_of_any_name_and_type_are_kept(engine: DuckDB, tmp_path: Path, more: dict[str, Any]) -> None:
    columns: dict[str, Any] = {
        "select": [1], 'a "quoted" name': ["x"], "total; 'it': 合计": [date(2025, 3, 1)],
        "exact": pa.array([Decimal("1.25")], pa.decimal128(18, 2)),
        "list": [[1, 2]], "parts": [{"in side": 1, "b": "y"}], "kind": pa.array(["k"]).dictionary_encode(),
        "bytes": [b"\x00\xff"], "rows_of_a_plan": [True],
        **more,
    }  # fmt: skip
    path = written(tmp_path / "odd 'file'.parquet", **columns)
    for _ in range(2):
        kept = engine.again(engine.parquet([path]), "odd", lambda rows: rows.filter(nw.col("select") == 1))
        assert engine.collect(kept).to_pylist() == pq.read_table(path).to_pylist()


def test_more_plans_than_are_kept_are_made_anew(
    engine: DuckDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_PLANS", 2)
    plan, path = Plan(engine), written(tmp_path / "a.parquet", code=[3])
    for key in (*range(4), *range(4)):
        assert named(engine, path, plan, key) == [(3, "three", 6)]
    assert plan.made == 2 + 2 * 2


def test_threads_share_plans(engine: DuckDB, tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{n}.parquet", code=[n % 4, n]) for n in range(12)]
    made: list[Plan] = []

    def work(one: Any, path: Path) -> list[tuple[Any, ...]]:
        made.append(Plan(one))
        return named(one, path, made[-1])

    alone = Plan(engine)
    assert list(each(engine, paths, work)) == [named(engine, path, alone, key="alone") for path in paths]
    assert sum(plan.made for plan in made) == 1


def test_what_is_opened_later_shares_plans_also_when_the_first_is_closed(
    engine: DuckDB, tmp_path: Path
) -> None:
    path, first = written(tmp_path / "a.parquet", code=[1, 2]), Plan(engine)
    expected = [(1, "one", 2), (2, "two", 4)]
    with DuckDB(threads=1) as other:
        second = Plan(other)
        assert named(engine, path, first) == named(other, path, second) == expected
        engine.close()
        gc.collect()
        assert named(other, path, second) == expected
    with DuckDB(threads=1) as third:
        assert named(third, path, second) == expected
        assert named(third, path, Plan(third), key="other") == expected
    assert (first.made, second.made) == (1, 0)


def test_a_plan_that_reads_what_is_not_its_own_is_not_shared(engine: DuckDB, tmp_path: Path) -> None:
    path, names = written(tmp_path / "a.parquet", code=[1, 2]), engine.arrow(NAMES)

    def joined(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        return rows.join(names, on="code").with_columns(twice=nw.col("code") * 2)

    found = engine.collect(engine.again(engine.parquet([path]), "foreign", joined))
    assert found.num_rows == 2
    with DuckDB(threads=1) as other:
        plan = Plan(other)
        assert named(other, path, plan, key="foreign") and plan.made == 1


def test_of_too_many_plans_the_latest_are_shared(
    engine: DuckDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST", 2)
    path, plan = written(tmp_path / "a.parquet", code=[3]), Plan(engine)
    for key in range(3):
        named(engine, path, plan, key)
    with DuckDB(threads=1) as other:
        again = Plan(other)
        for key in (1, 2, 0):
            assert named(other, path, again, key) == [(3, "three", 6)]
    assert (plan.made, again.made) == (3, 1)


def test_a_file_that_is_gone_ends_in_an_error_of_ours(engine: DuckDB, tmp_path: Path) -> None:
    plan, path = Plan(engine), written(tmp_path / "a.parquet", code=[3])
    rows = engine.parquet([path])
    assert named(engine, path, plan) == [(3, "three", 6)]
    path.unlink()
    with pytest.raises(EngineError, match="DuckDB stopped"):
        engine.collect(engine.again(rows, "named", plan))


def test_an_error_in_a_plan_is_told_each_time(engine: DuckDB, tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", code=[3])
    for _ in range(2):
        with pytest.raises(Exception, match="missing"):
            engine.again(engine.parquet([path]), "wrong", lambda rows: rows.select("missing"))
