"""Regression with airline errors beside X-13 and dense algebra; outliers, shares, windows and curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.seasons import choice, curve, output, regarima, regressors, runner, shares, unusual, windows
from customhouse.seasons.design import calendar, problem
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings
from customhouse.seasons.spec import Regressor, Spec
from seasons_material import AIR, CNY, START, airline, trade

PARAMETER = st.floats(-0.95, 0.95)


def test_the_airline_model_of_the_airline_series() -> None:
    found = regarima.fit(np.log(AIR.values), np.empty((144, 0)))
    assert found.theta == pytest.approx(0.4018, abs=5e-5)
    assert found.seasonal == pytest.approx(0.5569, abs=5e-5)
    assert found.loglik == pytest.approx(244.6965, abs=5e-5)
    assert found.variance == pytest.approx(0.0013481, abs=5e-8)


@settings(max_examples=25, deadline=None)
@given(theta=PARAMETER, seasonal=PARAMETER, months=st.integers(30, 90))
def test_the_likelihood_is_that_of_the_dense_covariance(theta: float, seasonal: float, months: int) -> None:
    y, used = airline(1, months), months - 13
    weights = np.convolve([1, -theta], np.eye(13)[0] - seasonal * np.eye(13)[12])
    spread = np.array([[weights[max(0, i - j):] @ weights[: 14 - max(0, i - j)] if abs(i - j) < 14 else 0.0
                        for j in range(used)] for i in range(used)])  # fmt: skip
    spread = np.tril(spread) + np.tril(spread, -1).T
    w = regarima.difference(y)
    rss, (_, logdet) = w @ np.linalg.solve(spread, w), np.linalg.slogdet(spread)
    found = regarima.at(y, np.empty((months, 0)), theta, seasonal)
    assert found.variance * used == pytest.approx(rss, rel=1e-6)
    assert found.loglik == pytest.approx(regarima.profile(rss, logdet, used), rel=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_estimates_likelihood_and_aicc_are_those_of_x13(seed: int) -> None:
    series = trade(seed)
    spec = Spec(series, True, ())
    columns = np.column_stack([
        regressors.holiday("chinese_new_year", CNY, spec.reach), regressors.trading("CHN", spec.reach)
    ])  # fmt: skip
    names = [f"{n}" for n in range(4)]
    made = [Regressor(name, "trading" if name == "3" else "chinese_new_year", columns[:, int(name)])
            for name in names]  # fmt: skip
    entries = output.udg(runner.run(Spec(series, True, tuple(made))).files["udg"])
    called = {f"u{n + 1:02}": name for n, name in enumerate(names)}
    told = {c.name: c for c in output.coefficients(entries, called)}
    ours = regarima.fit(np.log(series.values), columns[12:-12])
    jacobian = np.log(series.values[13:] / spec.scale).sum()
    assert ours.loglik == pytest.approx(float(entries["loglikelihood"]), abs=2e-3)
    assert ours.aicc + 2 * jacobian == pytest.approx(float(entries["aicc"]), abs=4e-3)
    assert ours.theta == pytest.approx(told["MA nonseasonal 1"].value, abs=2e-3)
    assert ours.seasonal == pytest.approx(told["MA seasonal 12"].value, abs=2e-3)
    for n, name in enumerate(names):
        assert ours.coefficients[n] == pytest.approx(told[name].value, abs=1e-4)
        assert ours.errors[n] == pytest.approx(told[name].error, rel=2e-2)


def test_aicc_wants_more_months_than_parameters() -> None:
    assert regarima.aicc(10.0, 5, 9) == float("inf")
    assert regarima.aicc(10.0, 0, 1000) == pytest.approx(-20 + 6 / (1 - 4 / 1000))


@pytest.mark.parametrize(("kind", "size"), [("ao", 0.2), ("ls", -0.2), ("tc", 0.25)])
def test_planted_outliers_are_found(kind: str, size: float) -> None:
    y = airline(3) + size * unusual.column(kind, 100, 180)  # type: ignore[arg-type]
    model = regarima.fit(y, np.empty((180, 0)))
    found, columns = unusual.find(y, np.empty((180, 0)), model, 4.5, ("ao", "ls", "tc"))
    assert found == [(kind, 100)]
    assert columns.shape == (180, 1)
    assert unusual.find(airline(3), np.empty((180, 0)), model, 4.5, ("ao", "ls", "tc"))[0] == []


@settings(max_examples=20, deadline=None)
@given(st.integers(13, 800), st.integers(13, 800))
def test_longer_series_want_larger_t_values(one: int, other: int) -> None:
    assert (unusual.critical(one) <= unusual.critical(other)) == (one <= other) or (
        unusual.critical(one) == unusual.critical(other)
    )


@pytest.mark.parametrize("festival", ["chinese_new_year", "dragon_boat", "ramadan", "easter", "diwali"])
def test_shares_of_many_windows_are_those_of_each(festival: str) -> None:
    reach = range(2003 * 12 + 5, 2017 * 12 + 2)
    found = shares.shares(festival, reach)
    for number in (0, len(found.windows) // 2, len(found.windows) - 1):
        alone = regressors.holiday(festival, found.windows[number], reach)
        for part in range(3):
            assert found.centred(found.values[number, :, part]) == pytest.approx(alone[:, part], abs=1e-12)


def test_the_festival_that_is_there_is_found_and_others_are_not() -> None:
    told = Settings(shape="mean")
    gains: dict[str, list[float]] = {}
    for seed in range(3):
        series = trade(seed)
        chosen = choice.choose(problem(series, True, calendar(series, told), told))
        for one in chosen.effects:
            gains.setdefault(one.festival, []).append(one.gain)
        new_year = chosen.effects[0]
        true = regressors.holiday("chinese_new_year", CNY, calendar(series, told).reach) @ [0.15, -0.25, -0.2]
        assert np.sqrt(np.mean((new_year.values - true) ** 2)) < 0.25 * true.std()
        assert 0 in chosen.trading
    assert min(gains["chinese_new_year"]) > 100
    assert max(gains["dragon_boat"] + gains["mid_autumn"]) < 10


def test_windows_that_are_held_stay_and_have_their_parts() -> None:
    series = Monthly(START, np.exp(airline(8)), "none")
    told = Settings(windows={"chinese_new_year": CNY}, shape="best", trading=False)
    chosen = choice.choose(problem(series, True, calendar(series, told), told))
    assert chosen.effects[0].windows == CNY
    assert chosen.effects[0].parts == ("before", "during", "after")
    assert chosen.trading == ()


def test_columns_that_repeat_others_or_every_year_are_left_out() -> None:
    rng = np.random.default_rng(0)
    one, yearly = rng.normal(size=(60, 2)), np.tile(np.arange(12.0), 5)
    columns = np.column_stack([one, one @ [1, 2], yearly, np.arange(60.0), rng.normal(size=60)])
    assert choice.independent(columns) == [0, 1, 5]


def test_weights_of_a_curve_shrink_to_nothing_where_there_is_nothing() -> None:
    rng = np.random.default_rng(4)
    columns, noise = rng.normal(size=(200, 5)), rng.normal(0, 1.0, 200)
    told = curve.weighed(columns, noise, 3)
    assert np.abs(told).max() < 0.12
    clear = curve.weighed(columns, columns @ [1, -1, 0.5, 0, 0] + noise / 100, 3)
    assert clear == pytest.approx([1, -1, 0.5, 0, 0], abs=0.01)


def test_years_of_an_effect_add_up_to_it() -> None:
    months = range(START + 5, START + 100)
    effect = regressors.holiday("chinese_new_year", CNY, months).sum(axis=1)
    assert curve.by_year(effect, months).sum(axis=1) == pytest.approx(effect)
    assert curve.by_year(np.zeros(95), months).shape == (95, 0)


def test_an_effect_without_logarithms_adds_up() -> None:
    made = trade(1)
    assert isinstance(windows.nothing(shares.shares("easter", made.months)), windows.Effect)
    told = Settings(mode="none", shape="mean")
    chosen = choice.choose(problem(made, False, calendar(made, told), told))
    assert (chosen.effects[0].level == 1).all()
    assert chosen.effects[0].values.std() > 1
