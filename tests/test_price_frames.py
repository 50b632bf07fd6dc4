"""Prices of tidy frames: the same from every kind of frame, and clear words for what is no good."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse import prices
from customhouse.errors import PriceError
from customhouse.model import Slice
from customhouse.prices.editing import Rule
from customhouse.prices.frames import COLUMNS

NAN = float("nan")


def frame(months: int = 14, items: int = 30) -> pd.DataFrame:
    """Goods of three HS codes from ten partners, all rising by 1% a month; a few quantities are no good."""
    rows = []
    for t in range(months):
        for i in range(items):
            quantity = 10.0 + (7 * i + 3 * t) % 5
            rows.append({
                "month": f"{2023 + t // 12}-{t % 12 + 1:02}", "hs8": f"2709000{i % 3}",
                "partner": f"P{i // 3}", "unit": "kg", "value_cny": 1.01**t * quantity * (2 + i % 3),
                "net_mass_kg": quantity,
            })  # fmt: skip
    made = pd.DataFrame(rows)
    made.loc[[5, 50, 100, 150], "net_mass_kg"] = [NAN, 0.0, -3.0, np.inf]
    return made


WANTED: dict[str, Any] = {"unit": "unit", "strata": ["hs8"]}


def arrow_dates(given: pd.DataFrame) -> Any:
    months = [datetime.date.fromisoformat(f"{one}-15") for one in given["month"]]
    return pa.Table.from_pandas(given.assign(month=months))


def duck(given: pd.DataFrame) -> Any:
    return duckdb.connect().from_df(given)


@pytest.mark.parametrize(
    "kind",
    [
        pl.from_pandas, pa.Table.from_pandas, arrow_dates, duck, lambda f: pl.from_pandas(f).lazy(),
        lambda f: f.assign(month=pd.to_datetime(f["month"])),
        lambda f: f.assign(month=pd.PeriodIndex(f["month"], freq="M")),
        lambda f: f.assign(month=f["month"].str.replace("-", "").astype(int)),
        lambda f: f.sample(frac=1, random_state=1),
        lambda f: f.assign(partner=f["partner"].astype("category")),
        lambda f: pd.concat([f.assign(value_cny=f["value_cny"] / 2, net_mass_kg=f["net_mass_kg"] / 2)] * 2),
        lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    ],
)  # fmt: skip
def test_every_kind_of_frame_says_the_same(kind: Any) -> None:
    expected = prices.of_frame(frame(), **WANTED)
    found = prices.of_frame(kind(frame()), **WANTED)
    for ours, theirs in zip(found.rows, expected.rows, strict=True):
        assert (ours.period, ours.pairs, ours.grade) == (theirs.period, theirs.pairs, theirs.grade)
        for name in ("price", "volume", "value"):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name))
    assert found.edits.counts() == expected.edits.counts()


def test_what_a_result_has() -> None:
    found = prices.of_frame(frame(), **WANTED)
    assert [row.price for row in found.rows] == pytest.approx([100 * 1.01**12] * 2)
    for row in found.rows:
        assert row.price * row.volume / 100 == pytest.approx(row.value)
    assert found.edits.counts() == {
        "quantity_missing": 1, "quantity_zero": 1, "quantity_negative": 1, "quantity_infinite": 1,
        "median": 4,
    }  # fmt: skip
    old = [edit.old for edit in found.edits.where(rule="checks")]
    assert old == pytest.approx([NAN, 0, -3, np.inf], nan_ok=True)
    assert found.currency == "CNY"
    table = found.to_pandas()
    assert list(table.columns) == list(COLUMNS) and len(table) == 2
    assert found.to_polars().shape == table.shape
    page = found._repr_html_()
    assert "<td>112.68</td>" in page and f"<td>{found.rows[0].grade}</td>" in page
    assert len(found.edits.to_pandas()) == len(found.edits) and "112.7" in repr(found)
    assert found.quality("2024-01").grade == found.rows[0].grade
    with pytest.raises(AttributeError):
        found.rows = ()  # type: ignore[misc]


def test_parts_claims_and_the_way_back() -> None:
    far = frame()
    here = far["month"].eq("2024-01") & far["partner"].eq("P1") & far["hs8"].eq("27090000")
    far.loc[here, "value_cny"] *= 50
    found = prices.of_frame(far, **WANTED)
    (aside,) = found.edits.where(field="relative")
    assert (aside.item, str(aside.period), aside.reason) == ("27090000|P1|kg", "2024-01", "high")
    assert aside.old == pytest.approx(50 * 1.01**12) and aside.high < aside.old
    assert aside.stratum == "27090000|kg"
    parts = found.parts("2024-01/2024-02")
    assert sum(parts.points().values()) == pytest.approx(sum(
        claim.value for claim in found.claims("2024-01/2024-02", Slice(flow="imports"))
    ))  # fmt: skip
    goods = [item.partition("|")[0] for item in found.trade.items]
    assert found.parts("2024-01", spread=goods).totals()["uncovered"] == 0
    factors = {claim.factor for claim in found.claims("2024-01", Slice(flow="imports"))}
    assert {"price", "volume", "uncovered"} == factors
    back = found.undo([aside])
    assert not back.edits.where(field="relative") and back.rows[0].pairs == found.rows[0].pairs + 1
    assert back.edits.counts()["median"] == 4
    bare = found.undo()
    assert {edit.rule for edit in bare.edits} == {"checks"} and len(bare.edits) == 4
    plain = prices.of_frame(far, **WANTED, rule=Rule(method="none"), impute=False)
    assert [row.price for row in bare.rows] == [row.price for row in plain.rows]


def test_terms_of_trade_of_two_frames() -> None:
    out = prices.of_frame(frame(), **WANTED)
    back = prices.of_frame(frame().assign(value_cny=frame()["value_cny"] * 3), **WANTED)
    assert [one.terms for one in prices.terms_of_trade(out, back)] == pytest.approx([100, 100])


def test_units_are_apart() -> None:
    two = pd.concat([frame(), frame().assign(unit="piece", net_mass_kg=frame()["net_mass_kg"] / 1000)])
    found = prices.of_frame(two, **WANTED, impute=False)
    assert found.rows[1].price == pytest.approx(100 * 1.01**12) and found.rows[0].pairs == 58


def test_gaps_are_told() -> None:
    there = frame()
    gap = there[there["month"] != "2023-02"]
    found = prices.of_frame(gap, **WANTED)
    assert [row.lacking for row in found.rows] == ["", "nothing was traded in 2023-02, on balance"]
    chain = prices.of_frame(gap, **WANTED, by="chain")
    assert [bool(row.lacking) for row in chain.rows] == [False] + [True] * 13
    assert all(np.isnan(row.price) for row in chain.rows[1:]) and "lacking" in chain._repr_html_()


def test_constant_series_and_partial_quantities() -> None:
    same = frame().assign(value_cny=20.0, net_mass_kg=4.0)
    found = prices.of_frame(same, **WANTED)
    assert [(row.price, row.volume, row.aside) for row in found.rows] == [(100, 100, 0)] * 2
    half = same.copy()
    half.loc[half["month"].eq("2024-02"), "net_mass_kg"] = NAN
    both = prices.of_frame(pd.concat([same, half]), **WANTED)
    assert both.rows[1].imputed == 0.25 and both.rows[1].price == pytest.approx(100)
    assert both.edits.counts()["own"] == 30
    none = prices.of_frame(pd.concat([same, half]), **WANTED, impute=False)
    assert none.rows[1].coverage == 0.75


def test_negative_values_count_but_have_no_price() -> None:
    there = frame()
    there.loc[there.index[-1], "value_cny"] = -5.0
    found = prices.of_frame(there, **WANTED)
    assert found.edits.where(reason="value_negative")[0].value == -5
    assert sum(found.parts("2024-02").points().values()) == pytest.approx(found.rows[1].growth)


BASE = frame()


@pytest.mark.parametrize(
    ("given", "options", "words"),
    [
        (7, {}, "no frame"), (BASE.drop(columns="hs8"), {}, "'hs8': no such column; there are month"),
        (BASE, {"quantity": "litres"}, "'litres': no such column"), (BASE.head(0), {}, "no rows"),
        (BASE.assign(value_cny="x"), {}, "no numbers"), (BASE.assign(net_mass_kg=True), {}, "no numbers"),
        (BASE.assign(value_cny=NAN), {}, "row 0: the value_cny is nan; 420 such"),
        (BASE.assign(value_cny=np.inf), {}, "the value_cny is inf"),
        (BASE.assign(month=None), {}, "no month"),
        (BASE.assign(month="soon"), {}, "'soon' in the column 'month': no month"),
        (BASE.assign(month=202313), {}, "202313"), (BASE.assign(month="2024-01"), {}, "needs 13 months"),
        (BASE.head(1), {}, "needs 13 months"), (BASE.head(1), {"by": "chain"}, "needs 2 months"),
        (BASE.assign(net_mass_kg=NAN), {}, "usable quantity"),
        (BASE.assign(net_mass_kg=0), {}, "usable quantity"),
        (BASE.assign(net_mass_kg=-1.0), {}, "usable quantity"),
        (BASE.assign(value_cny=0), {}, "nothing was traded"),
        (BASE, {"by": "week"}, "'week': there is no such"), (BASE, {"formula": "lowe"}, "'lowe'"),
        (BASE, {"drift": True}, "ask for it by chain"), (BASE, {"strata": ["month"]}, "in two strata"),
        (BASE.assign(month=["0001-01", "9999-12"] * 210), {}, "more than a century"),
    ],
)  # fmt: skip
def test_what_is_no_good(given: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(PriceError, match=words):
        prices.of_frame(given, **{"item": ["hs8", "partner"], **options})


odd = st.sampled_from([0.0, -1.0, NAN, np.inf, -np.inf, 1e-300, 1e300, 1.0, 2.5, 7.0])


@given(st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 4), st.sampled_from([0.0, -2.0, 1e-9, 1e12, 3.0, 5.0]), odd),
    min_size=1, max_size=60,
), st.sampled_from(["year", "month", "chain", "average"]), st.booleans())  # fmt: skip
def test_no_silent_numbers(rows: Any, by: Any, estimate: bool) -> None:
    columns = list(zip(*rows, strict=True))
    given = pl.DataFrame({
        "month": [f"{2023 + t // 12}-{t % 12 + 1:02}" for t in columns[0]],
        "good": [f"g{i}" for i in columns[1]], "value": columns[2], "quantity": columns[3],
    })  # fmt: skip
    try:
        found = prices.of_frame(
            given, item="good", value="value", quantity="quantity", by=by, impute=estimate
        )
    except PriceError as error:
        assert str(error)
        return
    for row in found.rows:
        assert row.lacking or (0 < row.price < np.inf and row.grade or row.base == row.period)
    bad = given.filter(~((pl.col("quantity") > 0) & pl.col("quantity").is_finite()) & (pl.col("value") != 0))
    told = {(edit.item, str(edit.period)) for edit in found.edits.where(rule="checks")}
    assert {(row["good"], row["month"]) for row in bad.to_dicts()} <= told
