"""Items of two periods side by side, beside a naive account of each item in plain Python."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.engine import DuckDB
from customhouse.errors import PriceError
from customhouse.prices import FORMULAS, Panel, bilateral, decompose
from customhouse.prices.editing import Rule
from customhouse.prices.itemrows import items
from customhouse.prices.matched import Sums
from customhouse.prices.pairing import How, Spared, pair
from customhouse.prices.staging import SCHEMA

Rows = dict[tuple[str, str], tuple[int, int]]
"""Value in hundredths and quantity in thousandths by item and unit; the unit "" has the quantity 0."""
FREE = How(Rule("none"), impute=False)
IMPUTING = How(Rule("none"))
FEWEST = 3


def table(rows: Rows) -> pa.Table:
    names = [(item, *item.split("|")[:3], unit) for item, unit in rows]
    columns = [
        [24000] * len(rows), [one[0] for one in names], [one[1] for one in names],
        [one[3] for one in names], [one[4] for one in names],
        [value for value, _ in rows.values()], [quantity for _, quantity in rows.values()],
    ]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def item(partner: str, hs8: str, flow: str = "exports") -> str:
    return f"{flow}|{partner}|{hs8}|general|water"


def folded(rows: Rows) -> dict[tuple[str, str], tuple[float, float]]:
    """What an item has without a quantity put to its priced row; the rest stays."""
    found: dict[tuple[str, str], tuple[float, float]] = dict(rows)
    for name, unit in rows:
        own = next(((i, u) for i, u in rows if i == name and u), None)
        value = rows[name, unit][0]
        if unit == "" and own and value > 0:
            before, quantity = found[own]
            found[own] = before + value, quantity * (before + value) / before
            del found[name, unit]
    return found


def estimated(one: Any, pairs: list[Any], name: str, unit: str) -> float | None:
    """The price of an item in the other period: its own times the median relative of what is like it."""
    for digits in (8, 6, 4, 2):
        stratum = (name.split("|")[0], name.split("|")[2][:digits], unit)
        like = [
            p1 / p0 for other, u, p0, p1 in pairs
            if (other.split("|")[0], other.split("|")[2][:digits], u) == stratum
        ]
        if len(like) >= FEWEST:
            value, quantity = one[name, unit]
            return float(value / quantity * median(like))
    return None


def naive(base: Rows, now: Rows, impute: bool) -> tuple[list[tuple[float, ...]], dict[str, float]]:
    """The matched items (v0, q0, v1, q1), and what is not matched."""
    one, two = (folded(rows) if impute else dict(rows) for rows in (base, now))
    both = [key for key in one if key[1] and key in two]
    pairs = [(*one[key], *two[key]) for key in both]
    prices = [(*key, v0 / q0, v1 / q1) for key, (v0, q0, v1, q1) in zip(both, pairs, strict=True)]
    for key in both:
        del one[key], two[key]
    if impute:
        for name in [name for name, unit in two if unit == "" and two[name, ""][0] > 0]:
            unit = next((u for i, u in one if i == name and u), None)
            price = unit and estimated(one, prices, name, unit)
            if unit and price:
                value = two.pop((name, ""))[0]
                pairs.append((*one.pop((name, unit)), value, value / price))
        turned = [(i, u, p1, p0) for i, u, p0, p1 in prices]
        for name in [name for name, unit in one if unit == "" and one[name, ""][0] > 0]:
            unit = next((u for i, u in two if i == name and u), None)
            price = unit and estimated(two, turned, name, unit)
            if unit and price:
                value = one.pop((name, ""))[0]
                pairs.append((value, value / price, *two.pop((name, unit))))
    rest: Counter[str] = Counter()
    for side, other, alone, left in ((one, now, "exit", "left0"), (two, base, "entry", "left1")):
        for (name, _), (value, _) in side.items():
            rest[left if any(i == name for i, _ in other) else alone] += value
    return pairs, dict(rest)


def checked(base: Rows, now: Rows, impute: bool) -> Sums:
    sums = pair(table(base), table(now), IMPUTING if impute else FREE).sums
    pairs, rest = naive(base, now, impute)
    assert sums.pairs == len(pairs)
    assert (sums.value0, sums.value1) == (sum(v for v, _ in base.values()), sum(v for v, _ in now.values()))
    for name in ("entry", "exit", "left0", "left1"):
        assert getattr(sums, name) == rest.get(name, 0), name
    if pairs:
        v0, q0, v1, q1 = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
        for formula in FORMULAS:
            wanted = bilateral(v0 / q0, v1 / q1, q0, q1, formula)
            assert sums.price(formula) == pytest.approx(wanted, rel=1e-9)
        logs = np.log(v1 / q1 * q0 / v0)
        spread = np.sqrt(np.cov(logs, aweights=v0 + v1, ddof=0)) if len(pairs) > 1 else 0.0
        assert sums.dispersion == pytest.approx(spread, rel=1e-6, abs=1e-6)
        panel = Panel.from_values(np.stack([v0, v1], 1), np.stack([q0, q1], 1))
        for method in ("bennet", "montgomery"):
            split, parts = decompose(panel, 0, 1, method).parts(), sums.parts(method)
            scale = float(v0.sum() + v1.sum())
            assert parts["price"] == pytest.approx(split["price"], abs=1e-9 * scale)
            assert parts["volume"] == pytest.approx(split["volume"], abs=1e-9 * scale)
            assert sum(parts.values()) == pytest.approx(sums.value1 - sums.value0, abs=1e-9 * scale)
    return sums


amount = st.integers(1, 10**9)
quantity = st.integers(1, 10**6)
GOODS = ("01011010", "01011020", "8471")


WAYS = ("priced", "priced", "priced", "lone", "both", "gone", "negative")


@st.composite
def rows(draw: st.DrawFn, units: tuple[str, ...]) -> Rows:
    """Each item with a quantity, without, partly, or not at all."""
    found: Rows = {}
    for name in (item(code, good) for code in "ABCD" for good in GOODS):
        way = draw(st.sampled_from(WAYS))
        if way in ("priced", "both", "negative"):
            found[name, draw(st.sampled_from(units))] = draw(st.tuples(amount, quantity))
        if way in ("lone", "both", "negative"):
            found[name, ""] = -5 if way == "negative" else draw(amount), 0
    return found


@given(rows(("kg", "unit")), rows(("kg", "unit")))
def test_every_item_is_matched_new_gone_or_left(base: Rows, now: Rows) -> None:
    checked(base, now, impute=False)


@given(rows(("kg",)), rows(("kg",)))
def test_what_has_no_quantity_is_estimated_from_its_item_or_stratum(base: Rows, now: Rows) -> None:
    checked(base, now, impute=True)


def test_a_relative_is_carried_over() -> None:
    doubled = {item(code, "01011010"): (100, 10, 200, 10) for code in "ABC"}
    base: Rows = {(name, "kg"): one[:2] for name, one in doubled.items()}
    now: Rows = {(name, "kg"): one[2:] for name, one in doubled.items()}
    base[item("D", "01011010"), "kg"] = (300, 10)
    now[item("D", "01011010"), ""] = (600, 0)
    found = pair(table(base), table(now), IMPUTING)
    assert checked(base, now, impute=True).price() == pytest.approx(2)
    assert (found.sums.imputed, found.sums.coverage) == (pytest.approx(600 / 1800), 1)
    (edit,) = found.edits.to_pylist()
    assert (edit["item"], edit["reason"]) == (item("D", "01011010"), "imputed_relative")
    assert (edit["relative"], edit["value_base"], edit["value"]) == (pytest.approx(2), 3, 6)
    bare = How(Rule("none"), spared=Spared(bare=frozenset({item("D", "01011010")})))
    for left in (pair(table(base), table(now), how) for how in (FREE, bare)):
        assert left.sums.parts()["uncovered"] == 300 and left.edits.num_rows == 0


def test_a_part_without_a_quantity_has_the_unit_value_of_the_rest() -> None:
    name = item("A", "01011010")
    base: Rows = {(name, "kg"): (100, 10)}
    now: Rows = {(name, "kg"): (150, 10), (name, ""): (75, 0)}
    found = pair(table(base), table(now), IMPUTING)
    assert found.sums.parts() == {"price": 62.5, "volume": 62.5, "entry": 0, "exit": 0, "uncovered": 0}
    assert [row["reason"] for row in found.edits.to_pylist()] == ["imputed_own"]
    bare = pair(table(base), table(now), How(Rule("none"), spared=Spared(bare=frozenset({name}))))
    assert bare.sums.parts() == {"price": 50, "volume": 0, "entry": 0, "exit": 0, "uncovered": 75}


def test_an_item_in_another_unit_than_before_is_neither_new_nor_gone() -> None:
    name = item("A", "01011010")
    sums = checked({(name, "kg"): (100, 5)}, {(name, "unit"): (140, 5)}, False)
    assert sums.parts() == {"price": 0, "volume": 0, "entry": 0, "exit": 0, "uncovered": 40}
    assert np.isnan(sums.price()) and np.isnan(sums.dispersion) and sums.coverage == 0


def test_outliers_are_set_aside_logged_and_taken_back() -> None:
    base: Rows = {(item(f"P{n:02}", "01011010"), "kg"): (1000 + n, 100) for n in range(20)}
    now: Rows = {key: (1010 + n * 3, 100) for n, key in enumerate(base)}
    wild = item("P07", "01011010")
    now[wild, "kg"] = (1000 * 50, 100)
    found = pair(table(base), table(now))
    (edit,) = found.edits.to_pylist()
    assert (edit["item"], edit["unit"], edit["reason"]) == (wild, "kg", "high")
    assert edit["low"] < 1 < edit["high"] < edit["relative"] == pytest.approx(50000 / 1007)
    assert (found.sums.pairs, found.sums.aside, found.sums.left0, found.sums.left1) == (19, 1, 1007, 50000)
    spared = pair(table(base), table(now), How(spared=Spared(frozenset({f"{wild}|kg"}))))
    assert spared.edits.num_rows == 0 and spared.sums == pair(table(base), table(now), How(Rule("none"))).sums


def test_a_longer_base_is_taken_as_its_average() -> None:
    base: Rows = {(item("A", "01011010"), "kg"): (1200, 120), (item("B", "01011010"), "kg"): (2400, 12)}
    now: Rows = {(item("A", "01011010"), "kg"): (150, 10)}
    sums = pair(table(base), table(now), FREE, 12).sums
    assert (sums.value0, sums.value1, sums.exit, sums.price()) == (300, 150, 200, 1.5)
    assert sums.parts() == {"price": 50, "volume": 0, "entry": 0, "exit": -200, "uncovered": 0}


@pytest.mark.parametrize("impute", [False, True])
def test_nothing_in_a_period(impute: bool) -> None:
    some: Rows = {(item("A", "01011010"), "kg"): (100, 5), (item("B", "01011010"), ""): (-7, 0)}
    how = IMPUTING if impute else FREE
    assert pair(table({}), table(some), how).sums == Sums(value1=93, entry=93)
    assert pair(table(some), table({}), how).sums == Sums(value0=93, exit=93)
    nothing = pair(table({}), table({}), how).sums
    assert nothing == Sums()
    shares = (nothing.value, nothing.coverage, nothing.imputed)
    for figure in (nothing.price(), *shares, *nothing.points().values()):
        assert np.isnan(figure)


def test_sums_of_months_are_those_of_all_items() -> None:
    base: Rows = {(item(code, "01011010"), "kg"): (100 + n, 10 + n) for n, code in enumerate("ABC")}
    now: Rows = {(item(code, "01011010"), "kg"): (130 + n * n, 12) for n, code in enumerate("BCD")}
    one, two = pair(table(base), table(now), FREE).sums, pair(table(now), table(base), FREE).sums
    apart = {(f"{name}2", unit): row for (name, unit), row in base.items()}
    later = {(f"{name}2", unit): row for (name, unit), row in now.items()}
    together = pair(table(base | later), table(now | apart), FREE).sums
    total = one + two
    for name in Sums.__dataclass_fields__:
        assert getattr(total, name) == pytest.approx(getattr(together, name), rel=1e-12, abs=1e-9), name


def test_wrong_names() -> None:
    sums = Sums(1, 1, pairs=1)
    with pytest.raises(PriceError, match="no such formula; there are laspeyres"):
        sums.price("median")  # type: ignore[arg-type]
    with pytest.raises(PriceError, match="no such method; there are bennet, montgomery"):
        sums.parts("shapley")  # type: ignore[arg-type]


CELL: dict[str, Any] = {
    "month_number": 24000, "flow": "exports", "partner": "USA", "hs8": "01011010", "regime": "general",
    "transport": "water", "region": "CN-GD", "enterprise": "private", "value_cents": 100,
    "quantity_milli": None, "quantity_unit": None, "supplementary_milli": None, "supplementary_unit": None,
    "net_mass_g": None,
}  # fmt: skip
WHOLE = ("month_number", "value_cents", "quantity_milli", "supplementary_milli", "net_mass_g")


@pytest.mark.parametrize(
    ("cell", "unit", "milli"),
    [
        ({"quantity_milli": 5, "quantity_unit": "unit", "net_mass_g": 9}, "unit", 5),
        ({"quantity_milli": 0, "quantity_unit": "unit", "supplementary_milli": 7,
          "supplementary_unit": "pair", "net_mass_g": 9}, "pair", 7),
        ({"quantity_milli": 5, "net_mass_g": 9}, "kg", 9),
        ({"quantity_milli": -5, "quantity_unit": "unit", "net_mass_g": 9}, "kg", 9),
        ({"quantity_milli": 5, "quantity_unit": "unit", "value_cents": 0}, "", 0),
        ({"quantity_milli": 5, "quantity_unit": "unit", "value_cents": -3}, "", 0),
        ({"net_mass_g": 0}, "", 0),
        ({}, "", 0),
    ],
)  # fmt: skip
def test_the_quantity_of_a_cell(cell: dict[str, Any], unit: str, milli: int) -> None:
    (row,) = items_of([CELL | cell])
    assert (row["unit"], row["quantity_milli"]) == (unit, milli)
    assert row["value_cents"] == cell.get("value_cents", 100)


def test_items_are_cells_added_up_and_finer_where_asked() -> None:
    kilos = {"quantity_milli": 2, "quantity_unit": "kg"}
    cells = [CELL | kilos, CELL | kilos | {"region": "CN-ZJ"}, CELL | {"transport": None, "net_mass_g": 4}]
    coarse = {row["item"]: row["quantity_milli"] for row in items_of(cells)}
    assert coarse == {"exports|USA|01011010|general|water": 4, "exports|USA|01011010|general|": 4}
    assert len(items_of(cells, ("region", "enterprise"))) == 3
    with pytest.raises(PriceError, match=r"'colour': items cannot be told apart by this; there are region"):
        items_of(cells, ("colour",))


def items_of(cells: list[dict[str, Any]], finer: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    schema = pa.schema([(name, pa.int64() if name in WHOLE else pa.string()) for name in CELL])
    with DuckDB(threads=1) as engine:
        frame = items(engine.arrow(pa.Table.from_pylist(cells, schema=schema)), finer)
        found: list[dict[str, Any]] = engine.collect(frame).to_pylist()
    return found


def test_a_wild_relative_stands_out_from_all_goods_where_its_own_are_few() -> None:
    """Twelve goods of as many chapters: none has its like to be judged by, one is a hundred times as dear."""
    chapters = ("01", "02", "07", "08", "10", "27", "39", "61", "72", "84", "85", "87")
    names = [item("A", f"{chapter}010000") for chapter in chapters]
    base = {(name, "kg"): (1000, 1000) for name in names}
    now = {(name, "kg"): (1000 + 10 * number, 1000) for number, name in enumerate(names)}
    now[names[3], "kg"] = (100_000, 1000)
    found = pair(table(base), table(now))
    assert found.edits.column("item").to_pylist() == [names[3]]
    assert found.sums.pairs == 11
    assert pair(table(base), table(now), How(strata=(8, 6, 4, 2))).sums.pairs == 12
