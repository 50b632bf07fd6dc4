"""Features of declarations: known by then, the same whatever comes later, and what they say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import pytest

from customhouse.errors import TargetingError
from customhouse.targeting import History
from customhouse.targeting.coding import KEYS, Coder, Coders
from customhouse.targeting.features import Memory
from customhouse.targeting.simulated import declarations

COUNT = 3000


@pytest.fixture(scope="module")
def table() -> Any:
    return declarations(COUNT, seed=2)


def history(table: Any, delay: int = 14, fraud: Any = None) -> History:
    days = table["date"].cast("int32").to_numpy().astype(np.int64)
    found = table["fraud"].to_numpy(zero_copy_only=False) if fraud is None else fraud
    revenue = np.where(found, 100, 0)
    return History.of(days, np.arange(len(days)) % 3 == 0, found.astype(int), revenue, delay=delay)


def frame(table: Any) -> Any:
    return nw.from_native(table, eager_only=True)


def test_the_future_changes_no_feature(table: Any) -> None:
    """Outcomes that are finished from a day on are permuted: what was declared up to that day stays."""
    past = history(table)
    now = int(np.median(past.declared))
    fraud = table["fraud"].to_numpy(zero_copy_only=False).copy()
    late = np.flatnonzero(past.inspected & (past.finished >= now))
    fraud[late] = np.random.default_rng(1).permutation(fraud[late])
    assert (fraud != table["fraud"].to_numpy(zero_copy_only=False)).any()
    early = past.declared <= now
    first, second = (
        Memory.of(frame(table), one).features(frame(table), past.declared).values[early]
        for one in (past, history(table, fraud=fraud))
    )
    np.testing.assert_array_equal(first, second)


def test_later_rows_change_no_feature(table: Any) -> None:
    past = history(table)
    early = past.declared < int(np.median(past.declared))
    columns = (past.declared, past.finished, past.fraud, past.revenue_cents)
    short = History(*(column[early] for column in columns))
    part = frame(table).filter(early.tolist())
    whole = Memory.of(frame(table), past).features(frame(table), past.declared)
    alone = Memory.of(part, short).features(part, short.declared)
    assert whole.names == alone.names
    np.testing.assert_allclose(whole.values[early], alone.values, atol=1e-4)


def test_what_is_new_is_uncertain() -> None:
    """A trader without a past has the overall rate and the largest doubt; a clean one less of both."""
    start = date(2024, 1, 1)
    rows = [("A", 0)] * 30 + [("B", 1)] * 30 + [("new", 0)]
    days = [start + timedelta(i) for i in range(len(rows))]
    columns = {"date": days, "trader_id": [name for name, _ in rows], "value_cny": [1.0] * len(rows)}
    given = nw.from_dict(columns, backend="pandas")
    moments = np.arange(len(rows))
    past = History.of(moments, np.ones(len(rows), bool), [fraud for _, fraud in rows])
    found = Memory.of(given, past).features(given, moments)
    at = {name: found.values[:, found.names.index(f"trader_{name}")] for name in ("rate", "unsure", "since")}
    assert at["rate"][29] < at["rate"][60] < at["rate"][59]
    assert at["unsure"][60] == max(at["unsure"][29:])
    assert np.isnan(at["since"][60])


def test_codes_of_what_was_seen_and_what_was_not() -> None:
    coder = Coder.of(np.array(["b", "", "a", "b"]))
    assert coder.codes(np.array(["a", "b", "c", ""])).tolist() == [0, 1, 2, -1]
    assert Coder.of(np.array(["", ""])).codes(np.array(["x", ""])).tolist() == [0, -1]


def test_pairs_are_missing_where_a_part_is() -> None:
    columns = {"trader_id": ["a", None, "a"], "hs_code": ["84713000", "84713000", "8"]}
    coders = Coders.of(nw.from_dict(columns, backend="pandas"))
    codes = coders.codes(nw.from_dict(columns, backend="pandas"))
    assert codes["trader_hs4"].tolist() == [0, -1, -1]
    assert codes["hs2"].tolist() == [0, 0, -1]
    assert set(codes) <= set(KEYS)
    fresh = coders.codes(nw.from_dict({"trader_id": ["z"], "hs_code": ["84713000"]}, backend="pandas"))
    assert fresh["trader"].tolist() == [1]
    assert fresh["trader_hs4"].tolist() == [coders.keys["trader_hs4"].new]


def test_tables_that_tell_nothing() -> None:
    with pytest.raises(TargetingError, match="no column of declarations"):
        Coders.of(nw.from_dict({"x": [1]}, backend="pandas"))
    coders = Coders.of(nw.from_dict({"trader_id": ["a"]}, backend="pandas"))
    with pytest.raises(TargetingError, match="no column trader_id, from which"):
        coders.codes(nw.from_dict({"office": ["5301"]}, backend="pandas"))
    one = nw.from_dict({"trader_id": ["a"], "value_cny": ["much"]}, backend="pandas")
    with pytest.raises(TargetingError, match="not a number"):
        Memory.of(one, History.of([1], [1], [1]))
    with pytest.raises(TargetingError, match="give one each"):
        Memory.of(one, History.of([1, 2], [1, 1], [1, 0]))


@pytest.mark.parametrize("value", [0.0, -5.0, None, float("nan"), float("inf")])
def test_amounts_that_are_none_are_missing(value: Any) -> None:
    given = nw.from_dict({"trader_id": ["a"], "value_cny": [value], "net_mass_kg": [2.0]}, backend="pandas")
    found = Memory.of(given, History.of([1], [1], [1])).features(given, np.array([1]))
    assert np.isnan(found.values[0, found.names.index("log_unit_value")])
