"""Index numbers: equal to R's, with the identities that the theory asks, and errors for what is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import PriceError
from customhouse.prices import FORMULAS, Panel, bilateral, chained, decompose, direct, geks
from customhouse.prices.decomposition import logarithmic_mean

ITEMS, PERIODS = 8, 24
R: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "price_indices.yaml").read_text(encoding="utf-8")
)


def panel(gone: bool) -> Panel:
    i, t = np.meshgrid(np.arange(ITEMS), np.arange(PERIODS), indexing="ij")
    prices = 100.0 + (37 * i + 17 * t + 7 * i * t) % 41
    quantities = 50.0 + (53 * i + 29 * t + 11 * i * t) % 67
    if gone:
        absent = (5 * i + 3 * t) % 13 == 0
        prices[absent] = quantities[absent] = np.nan
    return Panel.of(prices, quantities)


def of(name: str) -> Any:
    """What we have for a row of R's."""
    package, kind, *rest = name.split("_")
    whole = panel(gone=False)
    if package == "gpindex":
        if kind == "direct":
            return direct(whole, rest[0])
        return [1.0, *(bilateral(*whole.between(t - 1, t), rest[0]) for t in range(1, PERIODS))]
    if kind in ("bennet", "montgomery", "quantity"):
        method, factor = (rest[0], "volume") if kind == "quantity" else (kind, "price")
        return [None, *(decompose(whole, t - 1, t, method).parts()[factor] for t in range(1, PERIODS))]
    some = panel(gone=True)
    if kind == "geks":
        return geks(some, rest[1], 13, rest[0])
    return chained(some, rest[0]) if kind == "pop" else direct(some, rest[0])


@pytest.mark.parametrize("name", R)
def test_equal_to_r(name: str) -> None:
    ours, theirs = of(name), R[name]
    assert [one is None for one in ours] == [one is None for one in theirs]
    assert [o for o in ours if o is not None] == pytest.approx([o for o in theirs if o is not None], rel=1e-9)


amounts = st.floats(0.01, 1e6)


@st.composite
def panels(draw: st.DrawFn, periods: int = 2, whole: bool = False) -> Panel:
    items = draw(st.integers(1, 7))
    shape = (items, periods)
    p = np.array(draw(st.lists(amounts, min_size=items * periods, max_size=items * periods))).reshape(shape)
    q = np.array(draw(st.lists(amounts, min_size=items * periods, max_size=items * periods))).reshape(shape)
    if not whole:
        gone = np.array(draw(st.lists(st.booleans(), min_size=p.size, max_size=p.size))).reshape(shape)
        gone[0] = False  # one item is always there
        p[gone] = q[gone] = np.nan
    return Panel.of(p, q)


@given(panels())
def test_identity_and_units(two: Panel) -> None:
    p0, p1, q0, q1 = two.between(0, 1)
    for name in FORMULAS:
        assert bilateral(p0, p0, q0, q1, name) == pytest.approx(1)
        assert bilateral(p0, p0 * 3, q0, q1, name) == pytest.approx(3)
        scaled = np.arange(1.0, len(p0) + 1)
        other = bilateral(p0 * scaled, p1 * scaled, q0 / scaled, q1 / scaled, name)
        assert other == pytest.approx(bilateral(p0, p1, q0, q1, name))


@given(panels())
def test_time_reversal(two: Panel) -> None:
    p0, p1, q0, q1 = two.between(0, 1)
    for name in ("fisher", "tornqvist", "walsh"):
        assert bilateral(p0, p1, q0, q1, name) * bilateral(p1, p0, q1, q0, name) == pytest.approx(1)
    assert bilateral(p0, p1, q0, q1, "laspeyres") * bilateral(p1, p0, q1, q0, "paasche") == pytest.approx(1)


@given(panels())
def test_factor_reversal(two: Panel) -> None:
    p0, p1, q0, q1 = two.between(0, 1)
    value = (p1 @ q1) / (p0 @ q0)
    fisher = bilateral(p0, p1, q0, q1, "fisher") * bilateral(q0, q1, p0, p1, "fisher")
    mixed = bilateral(p0, p1, q0, q1, "laspeyres") * bilateral(q0, q1, p0, p1, "paasche")
    assert fisher == pytest.approx(value)
    assert mixed == pytest.approx(value)


@given(panels(periods=5, whole=True))
def test_geks_is_transitive_inside_its_window(five: Panel) -> None:
    series = geks(five, "fisher", 5)
    backwards = geks(five.window(range(4, -1, -1)), "fisher", 5)
    assert [one / series[-1] for one in reversed(series)] == pytest.approx(backwards)


@given(panels())
def test_the_parts_add_up(two: Panel) -> None:
    change = two.values(1).sum() - two.values(0).sum()
    room = 1e-9 * max(two.values(0).sum(), two.values(1).sum())
    for method in ("bennet", "montgomery"):
        found = decompose(two, 0, 1, method)
        assert found.total == pytest.approx(change, abs=room)
        each = found.price + found.volume + found.entry + found.exit
        assert each == pytest.approx(two.values(1) - two.values(0), abs=room)
        points = sum(found.points().values())
        assert points == pytest.approx(100 * change / found.base, abs=100 * room / found.base)
        back = decompose(two, 1, 0, method)
        assert back.price == pytest.approx(-found.price, abs=room)
        assert back.entry == pytest.approx(-found.exit, abs=room)


@given(amounts, st.floats(-1e-3, 1e-3))
def test_the_logarithmic_mean_near_one(a: float, by: float) -> None:
    b = a * (1 + by)
    found = float(logarithmic_mean(np.array([a]), np.array([b]))[0])
    assert min(a, b) * (1 - 1e-12) <= found <= max(a, b) * (1 + 1e-12)
    assert found == pytest.approx((a + b) / 2, rel=1e-6)


NAN = float("nan")
BAD = [
    ([[1.0, 0.0]], [[1.0, 1.0]], "a price of 0"),
    ([[1.0, 1.0]], [[-2.0, 1.0]], "a quantity of -2"),
    ([[1.0, float("inf")]], [[1.0, 1.0]], "a price of inf"),
    ([[1.0, NAN]], [[1.0, 1.0]], "a price without a quantity"),
    ([[1.0, 2.0]], [[1.0]], "shape"),
    ([1.0], [1.0], "shape"),
    ([["a"]], [[1.0]], "no tables of numbers"),
]


@pytest.mark.parametrize(("prices", "quantities", "words"), BAD)
def test_what_is_no_price(prices: Any, quantities: Any, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        Panel.of(prices, quantities)


def test_nothing_in_common() -> None:
    apart = Panel.of([[1.0, NAN], [NAN, 2.0]], [[1.0, NAN], [NAN, 2.0]])
    with pytest.raises(PriceError, match="no item is in both"):
        direct(apart)
    assert decompose(apart, 0, 1).parts() == {"price": 0, "volume": 0, "entry": 4, "exit": -1}
    empty = Panel.of([[NAN, 2.0]], [[NAN, 2.0]])
    with pytest.raises(PriceError, match="no growth"):
        decompose(empty, 0, 1).points()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda p: direct(p, "lowe"), "no such formula"), (lambda p: geks(p, "laspeyres"), "same backwards"),
        (lambda p: geks(p, window=1), "at least 2"), (lambda p: geks(p, splice="none"), "no such splice"),
        (lambda p: decompose(p, 0, 1, "shapley"), "no such method"),
    ],
)  # fmt: skip
def test_what_there_is_not(ask: Any, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        ask(panel(gone=True))
