"""Index series over trade in memory: equal to R's and to the manual's, parts that add up, edits undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import PriceError
from customhouse.model import Derivation, Slice
from customhouse.period import Period
from customhouse.prices import FORMULAS, Panel, direct, geks
from customhouse.prices.claiming import contribution_claims, level_claims
from customhouse.prices.compared import compare
from customhouse.prices.editing import Rule
from customhouse.prices.edits import Edit
from customhouse.prices.grading import GRADES, quality
from customhouse.prices.imputing import WAYS, impute
from customhouse.prices.indices import Maker
from customhouse.prices.linking import terms_of_trade
from customhouse.prices.matched import PARTS, Sums
from customhouse.prices.trade import Trade

R: Any = yaml.safe_load((Path(__file__).parent / "cases" / "price_series.yaml").read_text(encoding="utf-8"))
NONE = Rule(method="none")
NAN = float("nan")
OTHER = Edit("oil", Period.parse("2020-01"), None, "quantity", "imputing", "own")


def of_r(months: int) -> tuple[Any, Any]:
    i, t = np.meshgrid(np.arange(8), np.arange(months), indexing="ij")
    prices = 100.0 + (37 * i + 17 * t + 7 * i * t) % 41
    quantities = 50.0 + (53 * i + 29 * t + 11 * i * t) % 67
    gone = (5 * i + 3 * t) % 13 == 0
    prices[gone] = quantities[gone] = NAN
    return prices, quantities


def maker(months: int, formula: Any) -> Maker:
    prices, quantities = of_r(months)
    return Maker(Trade.of(prices * quantities, quantities, "2020-01"), formula, rule=NONE)


@pytest.mark.parametrize("formula", R["chain"])
def test_equal_to_priceindices_and_gpindex(formula: Any) -> None:
    two, three = maker(24, formula), maker(36, formula)
    series = {
        "chain": (two.chain(), R["chain"][formula]), "year": (two.year(), R["year"][formula]),
        "average": (three.average(), R["annual"][f"average_{formula}"]),
        "overlap": (three.chain_year(), R["annual"][f"overlap_{formula}"]),
    }  # fmt: skip
    for rows, expected in series.values():
        assert [row.price / 100 for row in rows] == pytest.approx(expected, rel=1e-9)
    values = np.nan_to_num(three.trade.value).sum(axis=0)
    assert [row.value / 100 for row in series["average"][0][:12]] == pytest.approx(
        values[12:24] / values[:12].mean()
    )
    assert direct(Panel.of(*of_r(24)), formula) == pytest.approx(R["direct"][formula], rel=1e-9)


@pytest.mark.parametrize("name", R["window"])
def test_splices_equal_to_priceindices(name: str) -> None:
    *splice, formula = name.split("_")
    on: Any = "published" if "published" in splice else "window"
    kind: Any = splice[0]
    found = geks(Panel.of(*of_r(12)), formula, 5, kind, on)  # type: ignore[arg-type]
    assert found == pytest.approx(R["window"][name], rel=1e-9)


def test_no_such_splice() -> None:
    wrong: Any = "nothing"
    with pytest.raises(PriceError, match="joined to what is published"):
        geks(Panel.of(*of_r(12)), window=5, on=wrong)


@pytest.mark.parametrize("formula", R["manual"]["indices"])
def test_the_example_of_the_manual(formula: Any) -> None:
    found = direct(Panel.of(R["manual"]["prices"], R["manual"]["quantities"]), formula)
    assert [round(one, 4) for one in found] == pytest.approx(R["manual"]["indices"][formula], abs=1e-9)


def test_drift_is_told_beside_the_chain() -> None:
    two = maker(24, "fisher")
    rows = two.rows("chain", drift=True)
    assert [row.geks / 100 for row in rows] == pytest.approx(geks(Panel.of(*of_r(24))), rel=1e-12)
    with pytest.raises(PriceError, match="same backwards"):
        maker(24, "paasche").rows("chain", drift=True)
    with pytest.raises(PriceError, match="ask for it by chain"):
        two.rows("year", drift=True)


@st.composite
def trades(draw: st.DrawFn, months: int = 16) -> Trade:
    """Items that come and go, with quantities of every kind of badness, and some prices far out."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    items = draw(st.integers(1, 24))
    shape = (items, months)
    price = np.exp(rng.normal(2, 1, (items, 1)) + rng.normal(0, 0.1, shape).cumsum(axis=1))
    price *= np.where(rng.random(shape) < draw(st.sampled_from([0, 0.05])), 100.0, 1.0)
    quantity = np.exp(rng.normal(3, 1, shape))
    value = price * quantity
    value[rng.random(shape) < draw(st.sampled_from([0, 0.3]))] = 0
    bad = rng.random(shape) < draw(st.sampled_from([0, 0.2]))
    quantity[bad] = rng.choice([NAN, 0, -1, np.inf], bad.sum())
    part = value * np.where(rng.random(shape) < draw(st.sampled_from([0, 0.1])), 0.5, 1.0)
    goods = [f"{at % 3}" for at in range(items)]
    return Trade.of(value, quantity, "2023-01", strata=[goods, ["all"] * items], priced=part)


@given(trades(), st.sampled_from(["bennet", "montgomery"]), st.booleans(), st.booleans())
def test_parts_add_up_for_any_grouping(trade: Trade, method: Any, estimate: bool, spread: bool) -> None:
    trade = impute(trade) if estimate else trade
    period = Period(trade.first + 12, trade.first + 12)
    both = compare(trade, period, period.year_earlier(), Rule(minimum=4))
    groups = [f"{at % 4}" for at in range(len(trade.items))]
    parts = both.parts(method, groups if spread else None)
    change = both.now.value - both.then.value
    room = 1e-9 * max(both.now.value.max(), both.then.value.max(), 1e-300)
    assert sum(getattr(parts, name) for name in PARTS) == pytest.approx(change, abs=room)
    assert sum(both.sums.parts(method).values()) == pytest.approx(change.sum(), abs=10 * room)
    if not spread:
        for name, total in parts.totals().items():
            assert total == pytest.approx(both.sums.parts(method)[name], abs=10 * room)
    elif both.kept.any():
        assert parts.totals()["uncovered"] == 0
    if parts.base > 0:
        growth = 100 * change.sum() / parts.base
        assert sum(parts.points().values()) == pytest.approx(growth, abs=1e-9 * max(1, abs(growth)))
        by = parts.by(groups)
        for name, points in parts.points().items():
            together = sum(one[name] for one in by.values())
            assert together == pytest.approx(points, abs=1e-9 * max(1, abs(growth)))


def test_what_is_uncovered_is_spread_by_the_prices_of_its_group() -> None:
    """Two groups: prices doubled in one, rose by a half in the other; each has an item without quantity."""
    value = [[100, 220], [50, 90], [100, 150], [80, 60], [10, 30]]
    quantity = [[10, 11], [NAN, 3], [10, 10], [NAN, NAN], [NAN, NAN]]
    trade = Trade.of(value, quantity, "2024-12")
    both = compare(trade, Period.parse("2025-01"), Period.parse("2024-12"))
    groups = ["a", "a", "b", "b", "c"]
    bare, bennet = both.parts(), both.parts("bennet", groups)
    assert bare.uncovered.tolist() == [0, 40, 0, -20, 20]
    # a: (2 - 1) (50 + 90 / 2) / 2; b: (1.5 - 1) (80 + 60 / 1.5) / 2; c: all together, Fisher's index
    overall = both.sums.price("fisher")
    rises = [47.5, 30.0, (overall - 1) * (10 + 30 / overall) / 2]
    assert (bennet.price - bare.price)[[1, 3, 4]] == pytest.approx(rises)
    assert (bennet.volume - bare.volume)[[1, 3, 4]] == pytest.approx(np.array([40, -20, 20]) - rises)
    plain, logarithmic = both.parts("montgomery"), both.parts("montgomery", groups)
    rise = (90 - 50) / np.log(90 / 50) * np.log(2)
    assert (logarithmic.price - plain.price)[1] == pytest.approx(rise)


@given(trades(), st.sampled_from(["bennet", "montgomery"]))
def test_months_add_up_to_the_period(trade: Trade, method: Any) -> None:
    made = Maker(trade, method=method)
    quarter = Period(trade.first + 12, trade.first + 14)
    months = [Period(month, month) for month in range(quarter.first, quarter.last + 1)]
    sums = [made.sums(month, month.year_earlier()) for month in months]
    whole = made.sums(quarter, quarter.year_earlier())
    assert whole.value1 == pytest.approx(sum(one.value1 for one in sums))
    for name in PARTS:
        parts = [one.parts(method)[name] for one in (whole, *sums)]
        assert parts[0] == pytest.approx(sum(parts[1:]), abs=1e-9 * (whole.value0 + whole.value1))


@given(trades(), st.sampled_from(list(FORMULAS)))
def test_value_is_price_times_volume_and_every_row_says_what_it_lacks(trade: Trade, formula: Any) -> None:
    for by in ("year", "month", "chain", "average", "chain_year"):
        made = Maker(trade, formula)
        try:
            rows = made.rows(by)
        except PriceError as error:
            assert "usable quantity" in str(error) or "nothing was traded" in str(error)
            continue
        for row in rows:
            if row.lacking:
                assert np.isnan(row.price) or row.pairs == 0
            else:
                assert row.price * row.volume / 100 == pytest.approx(row.value, rel=1e-9)
                assert 0 < row.price < np.inf


@given(trades())
def test_undoing_gives_back_what_was(trade: Trade) -> None:
    estimated = impute(trade)
    made = Maker(estimated, rule=Rule(minimum=4))
    rows = made.year()
    assert sum(row.aside for row in rows) == len(made.edits.where(field="relative"))
    imputed = made.edits.where(rule="imputing")
    assert len(imputed) == int((estimated.imputed > 0).sum())
    back = estimated.undo(made.edits)
    for ours, was in zip(back.estimates, trade.estimates, strict=True):
        assert ours.tobytes() == was.tobytes()
    plain, undone = Maker(trade, rule=NONE).year(), Maker(back, rule=Rule(minimum=4)).year()
    assert [row.price for row in undone] == pytest.approx([row.price for row in plain], nan_ok=True)
    assert list(back.edits) == list(trade.edits)


@given(trades())
def test_a_single_edit_can_be_undone(trade: Trade) -> None:
    estimated = impute(trade)
    for edit in estimated.edits.where(rule="imputing")[:3]:
        back = estimated.undo([edit])
        place = estimated.items.index(edit.item), edit.period.first - estimated.first
        assert back.quantity[place] == pytest.approx(edit.old, nan_ok=True)
        changed = back.quantity != estimated.quantity
        changed &= ~(np.isnan(back.quantity) & np.isnan(estimated.quantity))
        assert np.argwhere(changed).tolist() == [list(place)]
        assert edit not in back.edits


def test_how_a_quantity_is_estimated() -> None:
    value = np.array([[20.0] * 13, [30.0] * 13, [40.0] * 13, [50.0] * 12 + [100.0], [7.0] * 12 + [14.0]])
    quantity = np.array([[10.0] * 12 + [5.0]] * 3 + [[10.0] * 12 + [NAN], [NAN] * 13])
    part = value.copy()
    part[0, 12] = 10  # half of it has the quantity
    found = impute(Trade.of(value, quantity, "2024-01", priced=part))
    last = found.edits.where(rule="imputing", period=Period.parse("2025-01"))
    assert [(edit.item, edit.reason, edit.new) for edit in last] == [
        ("0", "own", 10.0), ("3", "relative", 10.0), ("4", "median", pytest.approx(14 / 6)),
    ]  # fmt: skip
    assert {edit.reason for edit in found.edits} <= {*WAYS, "quantity_missing"}
    few = Trade.of(value[3:], quantity[3:], "2024-01")
    assert not impute(few).edits.where(rule="imputing")  # one price is not enough to go by


def test_estimates_are_counted_in_the_coverage() -> None:
    value = np.full((12, 13), 10.0)
    quantity = np.full((12, 13), 2.0)
    quantity[:3, 12] = NAN
    base, now = Period.parse("2024-01"), Period.parse("2025-01")
    trade = Trade.of(value, quantity, "2024-01")
    without = compare(trade, now, base).sums
    assert (without.coverage, without.imputed, without.pairs) == (0.75, 0, 9)
    having = compare(impute(trade), now, base).sums
    assert (having.coverage, having.imputed, having.pairs) == (1, 0.125, 12)
    assert without.parts()["uncovered"] == 0 and without.left1 == 30


@pytest.mark.parametrize(
    ("coverage", "imputed", "dispersion", "items", "grade", "aspects"),
    [
        (0.9, 0.0, 0.1, 100, "A", ()), (0.8, 0.05, 0.25, 30, "A", ()),
        (0.79, 0, 0.1, 100, "B", ("coverage",)),
        (0.9, 0.2, 0.1, 100, "C", ("imputed",)), (0.9, 0, 0.6, 9, "C", ("dispersion", "items")),
        (0.39, 0, 0.3, 100, "D", ("coverage", "dispersion")), (NAN, 0, 0.1, 100, "D", ("coverage",)),
        (0.9, 0, 0.1, 2, "D", ("items",)),
    ],
)  # fmt: skip
def test_grades(
    coverage: float, imputed: float, dispersion: float, items: int, grade: str, aspects: Any
) -> None:  # fmt: skip
    class One:
        pairs = items

    one: Any = One()
    one.coverage, one.imputed, one.dispersion = coverage, imputed, dispersion
    found = quality(one)
    assert found.grade == grade
    assert tuple(reason.aspect for reason in found.reasons) == aspects
    for reason in found.reasons:
        assert GRADES.index(reason.grade) <= GRADES.index(found.grade)
        assert str(reason)


def test_the_grade_stands_beside_the_index() -> None:
    assert [row.grade for row in maker(24, "fisher").year()] == ["C"] * 12
    assert Sums().coverage != Sums().coverage and quality(Sums()).grade == "D"


def test_terms_of_trade() -> None:
    out, back = maker(24, "fisher").year(), maker(24, "paasche").year()
    found = terms_of_trade(out, back)
    assert [one.terms for one in found] == pytest.approx(
        [100 * a.price / b.price for a, b in zip(out, back, strict=True)]
    )


def test_claims_of_what_growth_is_made_of() -> None:
    part, period = Slice(flow="imports"), Period.parse("2025-01/2025-03")
    before, after = level_claims(part, period, period.year_earlier(), (200.0, 210.0), "CNY", 7)
    money = {"price": -5.2, "volume": 14.2, "entry": 2.0, "exit": -1.0, "uncovered": 0.0}
    found = contribution_claims(money, before, after, "B")
    assert [(one.factor, one.value, one.unit, one.base) for one in found] == [
        ("price", pytest.approx(-2.6), "pp", None), ("volume", pytest.approx(7.1), "pp", None),
        ("entry", 1.0, "pp", None), ("exit", -0.5, "pp", None),
    ]  # fmt: skip
    origin = found[0].origin
    assert isinstance(origin, Derivation) and origin.arithmetic == "-5.2 / 200 = -2.6 pp"
    assert origin.claims == (after, before) and found[0].value in origin.interval
    assert found[0].note and "grade B" in found[0].note
    assert sum(one.value for one in found) == pytest.approx(100 * (210 / 200 - 1))
    assert contribution_claims(money, before, after)[0].note is None
    other = level_claims(part, period, period.shift(-3), (200.0, 210.0), "CNY", 7)
    assert contribution_claims(money, *other)[0].base == period.shift(-3)
    with pytest.raises(PriceError, match="add up to"):
        contribution_claims(money | {"price": 0.0}, before, after)
    with pytest.raises(PriceError, match="not above 0"):
        contribution_claims(money, *level_claims(part, period, period.shift(-3), (0.0, 10.0), "CNY", 7))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Trade.of([1.0], [1.0], "2024-01"), "shape"), (lambda: Trade.of([], [], "2024-01"), "shape"),
        (lambda: Trade.of([[1.0]], [[1.0, 2.0]], "2024-01"), "the same"),
        (lambda: Trade.of([[]], [[]], "2024-01"), "nothing to compare"),
        (lambda: Trade.of([["a"]], [[1.0]], "2024-01"), "no table of numbers"),
        (lambda: Trade.of([[np.inf]], [[1.0]], "2024-01"), "an infinite value"),
        (lambda: Trade.of([[1.0]], [[1.0]], "2024-01", items=["a", "b"]), "2 names for 1 items"),
        (lambda: Trade.of([[1.0], [2.0]], [[1.0], [2.0]], "2024-01", items=["a", "a"]), "there twice"),
        (lambda: Maker(Trade.of([[1.0] * 12], [[1.0] * 12], "2024-01")).rows("year"), "needs 13 months"),
        (lambda: Maker(Trade.of([[1.0]], [[1.0]], "2024-01")).rows("chain"), "needs 2 months"),
        (lambda: Maker(Trade.of([[1.0] * 12], [[1.0] * 12], "2024-01")).average(), "whole calendar year"),
        (lambda: maker(24, "lowe").rows("year"), "there is no such"),
        (lambda: maker(24, "fisher").rows("decade"), "there is no such"),  # type: ignore[arg-type]
        (lambda: maker(24, "fisher").whole(Period.parse("2019-01/2019-03")), "ask for a period inside"),
        (lambda: Maker(Trade.of([[1.0] * 13], [[NAN] * 13], "2024-01")).rows("year"), "usable quantity"),
        (lambda: maker(24, "fisher").trade.undo([OTHER]), "undo their own"),
        (lambda: compare(maker(24, "fisher").trade, Period.parse("2021-01"),
                         Period.parse("2020-01")).parts().by(["a"]), "groups for"),
    ],
)  # fmt: skip
def test_what_no_index_can_be_made_of(make: Any, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        make()
