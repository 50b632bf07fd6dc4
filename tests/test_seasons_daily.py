"""A month as the sum of its days, and regression with random coefficients beside dense algebra."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from customhouse.seasons import choice, daily, mixed, regarima, shares, worth
from customhouse.seasons.adjust import adjust
from customhouse.seasons.calendars import days_of, working_days
from customhouse.seasons.design import calendar, logged, problem
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.settings import Settings
from seasons_material import START, Floats, airline, trade

REACH = range(START, START + 72)
FESTIVALS = tuple(shares.shares(name, REACH) for name in ("chinese_new_year", "dragon_boat"))
WORKED = daily.workdays("CHN", REACH)
DAYS = daily.Days.of(REACH, FESTIVALS, WORKED)


def _state(seed: int, size: float = 0.3) -> daily.State:
    rng, start = np.random.default_rng(seed), DAYS.start(0.5)
    curves = tuple(rng.normal(0, size, len(one)) for one in start.curves)
    years = tuple(rng.normal(0, 0.1, len(one)) for one in start.years)
    return daily.State(curves, years, rng.uniform(0.2, 0.9))


def test_without_festivals_a_month_is_worth_its_days() -> None:
    counts = working_days("CHN", REACH).counts
    free = np.array([len(days_of(m)) for m in REACH]) - counts
    assert np.exp(DAYS.linear(DAYS.start(0.4)).total) == pytest.approx(counts + 0.4 * free)
    alike = daily.Days.of(REACH, FESTIVALS, None)
    assert alike.linear(alike.start(0.4)).total == pytest.approx(0, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_derivatives_are_those_of_differences(seed: int) -> None:
    state, step = _state(seed, 0.2), 1e-6
    linear = DAYS.linear(state)
    flat = np.concatenate([*state.curves, *state.years, [state.off]])
    columns = np.column_stack([*linear.curves, *linear.years, linear.off])
    moved = np.random.default_rng(seed).normal(size=len(flat))
    ahead, behind = (DAYS.linear(worth._shaped(flat + sign * step * moved, state)).total for sign in (1, -1))
    assert (ahead - behind) / (2 * step) == pytest.approx(columns @ moved, abs=1e-6, rel=1e-5)


def test_parts_add_up_to_the_whole() -> None:
    state = _state(3)
    plain, added = DAYS.parts(state)
    assert plain + sum(added) == pytest.approx(DAYS.linear(state).total)
    assert len(added) == 2
    summer = [i for i, m in enumerate(REACH) if m % 12 in (7, 9, 10)]  # no day of either festival
    assert np.array(added)[:, summer] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("off", [0.0, 0.45, 1.0, 1.6])
def test_the_column_of_working_days_has_what_one_is_worth_as_coefficient(off: float) -> None:
    days = daily.Days.of(REACH, (), WORKED)
    plain = days.linear(days.start(off)).total
    made = daily.column(plain, REACH.start, WORKED, off)
    number, free = WORKED.usual.mean(axis=0)
    each = (1 - off) / (number + off * free) if off != 1 else daily._LEAST
    # The same calendar month of other years: what usual months are worth drops out.
    assert each * (made[12:] - made[:-12]) == pytest.approx(plain[12:] - plain[:-12], abs=1e-12)
    assert np.abs(each * made).max() < 0.2


def _dense(given_: mixed.Mixed, point: Floats) -> Floats:
    """The covariance of the differenced response, by matrices."""
    months, (theta, seasonal) = len(given_.response), np.tanh(point[:2])
    weights = np.convolve([1, -theta], np.eye(13)[0] - seasonal * np.eye(13)[12])
    errors = np.zeros((months - 13, months))
    for i in range(months - 13):
        errors[i, i : i + 14] = weights[::-1]
    random = regarima.difference(given_.random) * given_._deviations(point)
    return np.asarray(np.exp(2 * point[2]) * errors @ errors.T + random @ random.T)


def _mixed() -> tuple[mixed.Mixed, Floats]:
    rng = np.random.default_rng(5)
    group = np.array([0, 0, 0, 1, 1, -1])
    made = mixed.Mixed(rng.normal(size=(60, 2)), rng.normal(size=(60, 6)), rng.normal(size=60), group, 2, 0.4)
    return made, np.array([0.3, 0.6, -0.2, -0.5, -2.0])


def test_the_restricted_likelihood_is_that_of_the_dense_covariance() -> None:
    made, point = _mixed()
    spread, fixed = _dense(made, point), regarima.difference(made.fixed)
    basis = np.linalg.svd(fixed)[0][:, 2:]  # contrasts that no fixed column changes
    left = basis.T @ regarima.difference(made.response[:, None])[:, 0]
    dense = multivariate_normal(np.zeros(len(left)), basis.T @ spread @ basis).logpdf(left)
    prior = sum(((v - m) / s) ** 2 for v, (m, s) in zip(point[3:], (mixed.SIZE, mixed.YEAR), strict=True)) / 2
    changes = regarima.difference(np.column_stack([made.fixed, made.random, made.response]))
    constant = 0.5 * (np.linalg.slogdet(fixed.T @ fixed)[1] - len(left) * np.log(2 * np.pi))
    assert made._cost(point, changes) == pytest.approx(-dense + prior + constant, rel=1e-9)


def test_predictions_are_those_of_the_dense_covariance() -> None:
    made, point = _mixed()
    spread, fixed = _dense(made, point), regarima.difference(made.fixed)
    response = regarima.difference(made.response[:, None])[:, 0]
    inverse = np.linalg.inv(spread)
    left = response - fixed @ np.linalg.solve(fixed.T @ inverse @ fixed, fixed.T @ inverse @ response)
    random = regarima.difference(made.random)
    best = made._deviations(point) ** 2 * (random.T @ inverse @ left)
    assert made.predicted(point) == pytest.approx(best, rel=1e-7, abs=1e-10)
    assert made._cost(made.likeliest(point), np.column_stack([fixed, random, response])) < made._cost(
        point, np.column_stack([fixed, random, response])
    )


def test_what_days_are_worth_is_found() -> None:
    reach = range(START, START + 180)
    days = daily.Days.of(reach, (shares.shares("chinese_new_year", reach),), daily.workdays("CHN", reach))
    start = days.start(0.7)
    true = daily.State((np.full(len(start.curves[0]), -0.4),), start.years, 0.7)
    y = airline(11, 180) + days.linear(true).total
    model = regarima.fit(y, np.empty((180, 0)))
    found = worth.estimated(y, slice(0, 180), days, np.empty((180, 0)), model)
    assert found.off == pytest.approx(0.7, abs=0.1)
    effect, wanted = (days.parts(one)[1][0] for one in (found, true))
    changes = regarima.difference(np.column_stack([effect - wanted, wanted]))
    assert changes[:, 0].std() < 0.25 * changes[:, 1].std()


def test_leap_years_are_part_of_what_days_are_worth() -> None:
    series = trade(2, 144)
    told = Settings(mode="log")
    chosen = choice.choose(problem(series, True, calendar(series, told), told))
    assert chosen.trading == (0,)
    reach = calendar(series, told).reach
    february = {m // 12: value for m, value in zip(reach, chosen.days[:, 0], strict=True) if m % 12 == 1}
    # A day more is worth more than a day off that is worked: the column counts days of work.
    assert february[2012] - february[2011] > 1
    without = Settings(trading=False)
    held = choice.choose(problem(series, True, calendar(series, without), without))
    assert held.trading == ()
    assert held.days.shape[1] == 0


def test_outliers_that_were_searched_for_do_not_choose_against_logarithms() -> None:
    values = np.exp(airline(21, 144) + 0.02 * np.arange(144))
    for at in (30, 75, 110):
        values[at] *= 1.3
    series, told = Monthly(START, values, "growing"), Settings(festivals=(), trading=False)
    assert logged(series, calendar(series, told), told)


def test_calendars_without_festivals_or_working_days_are_adjusted() -> None:
    series = trade(4, 96)
    for told in (Settings(festivals=()), Settings(trading=False), Settings(reporter="DEU")):
        found = adjust(series, replace(told, mode="log"))
        product = found.adjusted * found.seasonal * found.holiday * found.trading
        assert product == pytest.approx(series.values, rel=1e-9)
