"""Columns of Parquet files without blank text."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.records.filled import filled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("filled")


@given(st.lists(st.sampled_from(["", "a", "b" * 200, None]), max_size=12), st.integers(1, 5), st.booleans())
def test_a_column_is_filled_where_no_value_is_blank(
    folder: Path, values: list[str | None], rows: int, statistics: bool
) -> None:
    path = folder / "some.parquet"
    table = pa.table({"text": pa.array(values, pa.string()), "number": pa.array(range(len(values)))})
    pq.write_table(table, path, row_group_size=rows, write_statistics=statistics)
    if "" in values or (values and not statistics):
        assert filled(path) == frozenset()
    else:
        assert filled(path) >= {"text"} or not values


def test_no_parquet_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("a,b\n,1\n", encoding="utf-8")
    assert filled(path) == frozenset()
