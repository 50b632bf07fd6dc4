"""Columns of any frame are read alike: texts, numbers, days, and what is missing in each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import TargetingError
from customhouse.targeting.columns import NO_DAY, Texts, days, numbers

SERIES = {
    "list": list, "array": lambda v: np.array(v, dtype=object),
    "pandas": lambda v: pd.Series(v, dtype=object), "text of pandas": lambda v: pd.Series(v, dtype="string"),
    "polars": lambda v: pl.Series(v, dtype=pl.String),
    "arrow": lambda v: pa.chunked_array([pa.array(v, pa.string())]),
    "categories of pandas": lambda v: pd.Series(v).astype("category"),
    "categories of polars": lambda v: pl.Series(v, dtype=pl.Categorical),
    "dictionary of arrow": lambda v: pa.chunked_array([pa.array(v, pa.string()).dictionary_encode()]),
}  # fmt: skip
TEXT = st.one_of(st.none(), st.text("ab 1", max_size=3))


@given(st.lists(TEXT, min_size=1, max_size=12), st.sampled_from(sorted(SERIES)))
def test_texts_are_the_same_from_any_column(given_texts: list[str | None], kind: str) -> None:
    found = Texts.of(SERIES[kind](given_texts))
    assert found.rows().tolist() == [(one or "").strip() for one in given_texts]
    assert found.values.tolist() == sorted({one.strip() for one in given_texts if one and one.strip()})
    assert ((found.places < 0) == [not (one or "").strip() for one in given_texts]).all()


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ([5301, None, 5302.0], ["5301", "", "5302"]),
        (pd.Series([5301, None, 5302]), ["5301", "", "5302"]),
        (["x", 7, float("nan"), pd.NA, pd.NaT], ["x", "7", "", "", ""]),
        (pl.Series([1.5, float("nan"), None]), ["1.5", "", ""]),
        ([True, False, None], ["True", "False", ""]),
        ([], []),
    ],
)
def test_codes_that_are_numbers_are_texts(column: Any, told: list[str]) -> None:
    assert Texts.of(column).rows().tolist() == told


@pytest.mark.parametrize(
    "column",
    [
        [1, 2.5, None, 0], ["1", " 2.5 ".strip(), None, "0"], pd.Series([1, 2.5, None, 0]),
        pd.Series([1, 2.5, None, 0], dtype="Float64"), pl.Series([1.0, 2.5, None, 0.0]),
        pa.chunked_array([[1.0, 2.5], [None, 0.0]]), np.array([1, 2.5, np.nan, 0]),
        np.array([1, 2.5, None, False], dtype=object),
    ],
)  # fmt: skip
def test_numbers_from_any_column(column: Any) -> None:
    np.testing.assert_array_equal(numbers(column, "x"), [1, 2.5, np.nan, 0])


@pytest.mark.parametrize(
    "column",
    [
        ["2025-03-31", None], [date(2025, 3, 31), None], [datetime(2025, 3, 31, 23, 59), None],
        pd.Series([pd.Timestamp("2025-03-31 08:00"), pd.NaT]), pl.Series([date(2025, 3, 31), None]),
        pd.Series([pd.Timestamp("2025-03-31 07:00", tz="Asia/Shanghai"), pd.NaT]),
        pa.chunked_array([pa.array(["2025-03-31T10:00:00", None])]),
        np.array(["2025-03-31", "NaT"], dtype="datetime64[D]"),
    ],
)  # fmt: skip
def test_days_from_any_column(column: Any) -> None:
    """The local day of a moment: seven in the morning of Shanghai is still the day before in Greenwich."""
    expected = (date(2025, 3, 31) - date(1970, 1, 1)).days
    assert days(column, "date").tolist() == [expected, NO_DAY]


def test_what_is_no_number_and_no_day() -> None:
    for column in (["much"], [object()], [[1]]):
        with pytest.raises(TargetingError, match="x: not a number"):
            numbers(column, "x")
    for column in (["soon"], ["31.03.2025"], [True]):
        with pytest.raises(TargetingError, match="date: not a day"):
            days(column, "date")
