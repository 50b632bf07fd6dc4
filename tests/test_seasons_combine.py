"""Sums of series adjusted directly and by their parts, January and February as one, claims of growth."""

from __future__ import annotations

from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.adjusting.files import read
from customhouse.errors import SeasonsError
from customhouse.measures import Missing, Request
from customhouse.model import CellOrigin, Claim, Derivation, Slice
from customhouse.period import Period
from customhouse.seasons.adjusted import Adjusted
from customhouse.seasons.claims import Drawn, adjusted_growth, drawn, growth_claim
from customhouse.seasons.combine import Composed, added, compose, growth, henderson, indirect_result, trade
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings
from customhouse.seasons.together import january_february
from statistics_fake import Cell, FakeStatistics

QUICK = Settings(festivals=(), trading=False, outliers=(), mode="log", forecast=0)
FIRST = 2018 * 12
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "monthly-trade.csv"
EXPORTS = Slice(flow="exports")


def plain(first: int, values: list[float], adjusted: list[float] | None = None) -> Adjusted:
    """An adjusted series without any effect but a season."""
    original, after = np.array(values), np.array(adjusted or values)
    one = np.ones(len(original))
    season = original / after
    return Adjusted(Monthly(first, original), after, after, season, one, one, one, True, "x13", "model")


@pytest.fixture(scope="module")
def sums() -> tuple[Composed, Composed]:
    exports, imports = (column.series for column in read(EXAMPLE).columns)
    last = 2024 * 12 - 1
    return trade(exports.window(Period(last - 59, last)), imports.window(Period(last - 71, last)), QUICK, 2)


def test_the_adjusted_sum_is_the_sum_of_adjusted_parts(sums: tuple[Composed, Composed]) -> None:
    total, balance = sums
    assert total.months == balance.months == range(2019 * 12, 2024 * 12)
    parts = {name: one.series.window(total.original.period).values for name, one in total.parts.items()}
    np.testing.assert_allclose(total.indirect, parts["exports"] + parts["imports"], rtol=1e-12)
    np.testing.assert_allclose(balance.indirect, parts["exports"] - parts["imports"], rtol=1e-12)


def test_direct_and_indirect_stand_beside_each_other(sums: tuple[Composed, Composed]) -> None:
    total, balance = sums
    assert total.direct is not None and balance.direct is None
    assert total.quality.keys() == {"direct", "indirect"} and balance.quality.keys() == {"indirect"}
    np.testing.assert_allclose(total.difference, 100 * (total.indirect / total.direct.adjusted - 1))
    assert np.abs(total.difference).max() < 3 and np.isnan(balance.difference).all()
    for quality in (*total.quality.values(), *balance.quality.values()):
        found = [getattr(quality, name) for name in quality.__dataclass_fields__]
        assert np.isfinite(found).all() and min(found) > 0
    assert total.quality["direct"].revision < 5


@pytest.mark.parametrize("which", [0, 1])
def test_the_parts_of_a_sum_add_up(sums: tuple[Composed, Composed], which: int) -> None:
    one = indirect_result(sums[which])
    whole = one.adjusted + one.seasonal + one.holiday + one.trading
    np.testing.assert_allclose(whole, one.original.values, rtol=1e-12)
    np.testing.assert_allclose(one.trend + one.irregular, one.adjusted, rtol=1e-12)
    assert not one.multiplicative


def test_sums_are_over_the_months_that_all_have() -> None:
    one, other = Monthly(FIRST, np.arange(4.0)), Monthly(FIRST + 2, np.arange(10.0, 15))
    found = added({"a": one, "b": other}, {"a": 1, "b": -1}, "difference")
    assert (found.first, found.name, found.values.tolist()) == (FIRST + 2, "difference", [-8.0, -8.0])
    with pytest.raises(SeasonsError, match="a, b: no month in common"):
        added({"a": one, "b": Monthly(FIRST + 4, np.arange(3.0))}, {"a": 1, "b": 1})


@pytest.mark.parametrize(
    ("parts", "signs", "said"),
    [(["a"], None, "a: a sum has at least two parts"), ([], None, "no part"),
     (["a", "b"], {"a": 1}, "signs of a"), (["a", "b"], {"a": 1, "b": 2}, "1 or -1")],
)  # fmt: skip
def test_a_sum_needs_parts_and_signs(parts: list[str], signs: dict[str, int] | None, said: str) -> None:
    with pytest.raises(SeasonsError, match=said):
        compose({name: Monthly(FIRST, np.ones(60)) for name in parts}, signs, QUICK)


def test_growth_is_not_told_from_or_to_below_nothing() -> None:
    found = growth(np.array([10.0, 11.0, -1.0, 4.0, 0.0, 5.0, nan]))
    assert np.isnan(found[[0, 2, 3, 5, 6]]).all() and found[1] == pytest.approx(10) and found[4] == -100


def test_the_henderson_trend_keeps_cubics_and_has_the_published_weights() -> None:
    """Weights of 13 terms as printed in the X-13ARIMA-SEATS manual and by Kenny and Durbin (1982)."""
    pulse = np.zeros(25)
    pulse[12] = 1
    weights = [-0.01935, -0.02786, 0.0, 0.06549, 0.14736, 0.21434, 0.24006]
    np.testing.assert_allclose(henderson(pulse)[6:13], weights, atol=5e-6)
    cubic = np.arange(20.0) ** 3 - 7 * np.arange(20.0)
    np.testing.assert_allclose(henderson(cubic)[6:14], cubic[6:14], atol=1e-9)
    assert np.isnan(henderson(cubic)[[5, 14]]).all() and np.isnan(henderson(np.ones(12))).all()


def test_january_and_february_as_one() -> None:
    values = [float(n) for n in range(1, 27)]  # November 2018 to December 2020
    found = january_february(plain(2018 * 12 + 10, values, [2 * v for v in values]))
    assert [two.year for two in found] == [2019, 2020] and str(found[0].period) == "2019-01/2019-02"
    assert (found[0].original, found[0].adjusted) == (7.0, 14.0) and isnan(found[0].growth)
    assert found[0].adjusted_growth == pytest.approx(100 * (7 / 3 - 1))
    assert found[1].growth == pytest.approx(100 * (31 / 7 - 1))
    assert january_february(plain(2019 * 12 + 1, [1.0] * 12)) == ()
    gap = january_february(plain(2019 * 12, [nan, 1.0, 1.0]))
    assert len(gap) == 1 and isnan(gap[0].original) and isnan(gap[0].adjusted_growth)


@given(st.integers(0, 12 * 60), st.integers(1, 40))
def test_years_have_both_months(first: int, months: int) -> None:
    found = january_february(plain(FIRST + first, [1.0] * months))
    there = range(FIRST + first, FIRST + first + months)
    assert [two.year for two in found] == [m // 12 for m in there if m % 12 == 0 and m + 1 in there]


def test_growth_becomes_a_claim_that_leads_back() -> None:
    result = plain(FIRST, [10.0, 8.0, 12.0], [10.0, 11.0, 9.9])
    level = Claim("value", 12.0, "CNY", CellOrigin("declarations", (1,), 1), slice=EXPORTS)
    found = growth_claim(result, EXPORTS, Period(FIRST + 2, FIRST + 2), {FIRST + 2: level})
    assert isinstance(found, Claim) and isinstance(found.origin, Derivation)
    assert (found.measure, found.unit, found.terms) == ("growth", "%", "seasonally_adjusted")
    assert found.value == pytest.approx(-10) and found.base == Period(FIRST + 1, FIRST + 1)
    assert found.origin.claims == (level,) and "9.9" in found.origin.arithmetic
    for month in (FIRST, FIRST + 3, FIRST - 1):
        assert isinstance(growth_claim(result, EXPORTS, Period(month, month)), Missing)


def statistics(months: int = 60) -> FakeStatistics:
    """Exports by month."""
    rng = np.random.default_rng(5)
    cells = []
    for n in range(months):
        month, value = FIRST + n, int(1e6 * (1 + 0.1 * np.sin(n * np.pi / 6) + rng.normal(0, 0.01)))
        cells.append(Cell(month, "exports", value))
    return FakeStatistics(tuple(cells))


def test_a_slice_is_drawn_month_by_month() -> None:
    found = drawn(Request("value", EXPORTS), statistics(), "exports")
    assert isinstance(found, Drawn) and len(found.series) == 60
    assert found.claims.keys() == set(found.series.months)
    assert found.series.at(FIRST) == found.claims[FIRST].value and found.joined == ()
    part = drawn(Request("value", EXPORTS), statistics(), span=Period(FIRST + 12, FIRST + 20))
    assert isinstance(part, Drawn) and part.series.period == Period(FIRST + 12, FIRST + 20)
    assert isinstance(drawn(Request("value", Slice(flow="exports", reporter="DEU")), statistics()), Missing)


class Joined(FakeStatistics):
    """Statistics of which January and February 2020 were published together alone."""

    def level(self, part, period, what="value", known="latest"):  # type: ignore[no-untyped-def, override]
        two = Period.of(2020, 1, 2)
        alone = period.overlaps(two) and not period.contains(two)
        return None if alone else super().level(part, period, what, known)


def test_january_and_february_published_together_stand_in_february() -> None:
    found = drawn(Request("value", EXPORTS), Joined(statistics().cells))
    assert isinstance(found, Drawn) and found.joined == (2020 * 12 + 1,)
    assert isnan(found.series.at(2020 * 12)) and found.series.at(2020 * 12 + 1) > 1.8e6


def test_adjusted_growth_is_asked_of_statistics_as_other_measures_are() -> None:
    month = Period(FIRST + 59, FIRST + 59)
    found = adjusted_growth(Request("growth", EXPORTS, month), statistics(), QUICK)
    assert isinstance(found, Claim) and abs(found.value) < 5 and found.base == month.previous()
    assert isinstance(found.origin, Derivation) and len(found.origin.claims) == 60


@pytest.mark.parametrize(
    ("period", "base", "code"),
    [
        (Period(FIRST + 59, FIRST + 59), Period(FIRST + 47, FIRST + 47), "base"),
        (Period(FIRST + 57, FIRST + 59), None, "period"), (Period(FIRST + 58, FIRST + 59), None, "period"),
        (Period(FIRST + 60, FIRST + 60), None, "months"), (None, None, "base"),
    ],
)  # fmt: skip
def test_other_growth_is_missing_with_the_reason(
    period: Period | None, base: Period | None, code: str
) -> None:
    found = adjusted_growth(Request("growth", EXPORTS, period, base=base), statistics(), QUICK)
    assert isinstance(found, Missing) and found.code == code
