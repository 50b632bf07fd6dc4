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
from customhouse.targeting import written
from customhouse.targeting.columns import NO_DAY, Texts, days, numbers
from customhouse.targeting.listing import day_of

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


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *((text, date(2024, 7, 5)) for text in (
            "2024-07-05", "2024/07/05", "2024.07.05", "20240705", "2024-7-5", "2024\u5e747\u67085\u65e5",
            "2024\u5e74 7\u6708 5\u65e5", "\uff12\uff10\uff12\uff14/7/5", "2024/7/5 10:30",
            "2024-07-05T10:30:00+08:00", "20240705 103000", " 2024-07-05 ",
        )),
        *((text, None) for text in (
            "05/07/2024", "7/5/24", "2024-02-30", "7\u67085\u65e5", "2024", "2024-07", "soon", "", "20241301",
        )),
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_written(text: str, read: date | None) -> None:
    assert written.day(text) == read
    if read is None:
        with pytest.raises(TargetingError, match="write days as 2025-03-31"):
            day_of(text, "here")
    else:
        assert day_of(text, "here") == (read - date(1970, 1, 1)).days == days([text], "date")[0]


@pytest.mark.parametrize(("text", "read"), [("05/07/2024", True), ("7.5.24 10:30", True), ("2024/07/05", 0)])
def test_days_that_begin_with_the_day_or_the_month_are_ambiguous(text: str, read: bool) -> None:
    assert written.ambiguous(text) == read


@pytest.mark.parametrize(
    ("text", "read"), [("5%", 0.05), ("7 %", 0.07), ("0.5", 0.5), ("12", 12), ("\uff15\uff05", 0.05)]
)
def test_numbers_may_be_per_cent(text: str, read: float) -> None:
    assert written.number(text) == read
