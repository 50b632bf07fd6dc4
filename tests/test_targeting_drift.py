"""Charts alarm as rarely as they say without a change, soon after one, and tell since when, how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import choosing
from customhouse.errors import TargetingError
from customhouse.targeting.drift import Alarm, Chart, Charting, Drift, Sample, Side
from customhouse.targeting.population import shift, shifts

BEGIN = date(2024, 1, 1)
QUICK = Charting(simulated=500, least=100)


def watched(
    values: Sequence[Any], settings: Charting = QUICK, side: Side = "falls", weights: Any = None
) -> Chart:
    """A chart after weeks of values."""
    chart = Chart("precision", side, settings)
    for week, one in enumerate(values):
        heavy = None if weights is None else weights[week]
        chart = chart.after(Sample.of(BEGIN + timedelta(7 * week), one, heavy))
    return chart


def weeks(seed: int, rate: Callable[[int], float], count: int = 60, size: int = 25) -> list[Any]:
    random = np.random.default_rng(seed)
    return [(random.random(size) < rate(week)).astype(float) for week in range(count)]


@pytest.mark.parametrize("side", choosing.some(["falls", "rises"], 2))
def test_without_a_change_alarms_are_as_rare_as_stated(side: Side) -> None:
    """The stated share of years, here a third so that it shows: between its bounds of four in a thousand."""
    stated = Charting(false_alarms=0.33, simulated=400, least=100)
    alarmed = [bool(watched(weeks(seed, lambda _: 0.4), stated, side).alarms) for seed in range(100)]
    assert 0.20 < np.mean(alarmed) < 0.46


@pytest.mark.long
def test_rare_alarms_are_rarer() -> None:
    alarmed = [bool(watched(weeks(seed, lambda _: 0.4), Charting(simulated=400, least=100)).alarms)
               for seed in range(60)]  # fmt: skip
    assert np.mean(alarmed) < 0.16


@pytest.mark.parametrize(("side", "after"), [("falls", 0.2), ("rises", 0.65)])
def test_a_change_is_found_and_told(side: Side, after: float) -> None:
    """A change in week 30 is seen within two months as a rule; since, before and after are near."""
    found = [watched(weeks(seed, lambda week: 0.4 if week < 30 else after), side=side).alarms
             for seed in range(12)]  # fmt: skip
    changed = BEGIN + timedelta(7 * 30)
    first = [next((alarm for alarm in one if alarm.raised > changed), None) for one in found]
    assert all(first)
    for alarm in first:
        assert isinstance(alarm, Alarm)
        assert alarm.raised <= changed + timedelta(7 * 20)
        assert (alarm.change < 0) == (side == "falls")
        assert alarm.change == pytest.approx(alarm.after - alarm.before)
    assert np.median([(alarm.raised - changed).days for alarm in first if alarm]) <= 7 * 8
    assert np.median([abs((alarm.since - changed).days) for alarm in first if alarm]) <= 7
    assert np.median([alarm.before for alarm in first if alarm]) == pytest.approx(0.4, abs=0.08)
    assert np.median([alarm.after for alarm in first if alarm]) == pytest.approx(after, abs=0.12)


def test_the_side_that_is_not_watched_is_silent() -> None:
    for seed in range(6):
        rising = weeks(seed, lambda week: 0.3 if week < 30 else 0.7)
        assert not [one for one in watched(rising).alarms if one.raised > BEGIN + timedelta(7 * 30)]


def test_money_is_cut_so_that_one_find_is_no_trend() -> None:
    random = np.random.default_rng(4)
    steady = [np.exp(random.normal(8, 0.5, 30)) for _ in range(40)]
    steady[25][3] = 1e9
    assert not watched(steady, side="rises").alarms
    assert watched([*steady[:20], *(one / 3 for one in steady[26:])]).alarms


def test_weights_stand_for_declarations() -> None:
    """Draws with unlike probabilities: the weighted rate is steady though the plain one falls."""
    values, weights = [], []
    random = np.random.default_rng(7)
    for week in range(50):
        often = 0.8 if week < 25 else 0.2  # how many of the draws are of the riskier office
        risky = random.random(40) < often
        values.append((random.random(40) < np.where(risky, 0.6, 0.1)).astype(float))
        weights.append(np.where(risky, 0.5 / often, 0.5 / (1 - often)))
    assert watched(values).alarms
    assert not watched(values, weights=weights).alarms


def test_the_same_again_and_in_two_parts() -> None:
    values = weeks(3, lambda week: 0.5 if week < 20 else 0.2)
    whole = watched(values)
    assert whole.alarms == watched(values).alarms
    assert watched(values[:30]).alarms == tuple(
        alarm for alarm in whole.alarms if alarm.raised <= BEGIN + timedelta(7 * 30)
    )


def test_a_reference_waits_for_enough() -> None:
    few = [np.array([1.0, 0.0]) for _ in range(49)]
    assert watched(few).reference is None
    assert watched([*few, np.array([1.0, 0.0])]).reference is not None
    assert watched([[] for _ in range(20)]).periods == 20


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, 5e6]), max_size=12), max_size=14))
def test_whatever_comes_a_chart_goes_on(values: list[list[float]]) -> None:
    chart = watched(values, Charting(simulated=100, least=5, reference_periods=2))
    assert chart.periods == len(values)
    assert all(np.isfinite([one.before, one.after]).all() for one in chart.alarms)
    assert all(one.since < one.raised for one in chart.alarms)


def test_constant_values_never_alarm() -> None:
    for value in (0.0, 1.0):
        assert not watched([np.full(20, value)] * 40).alarms


@pytest.mark.parametrize(
    ("values", "weights"), [([np.nan], None), ([1.0], [0.0]), ([1.0], [1.0, 2.0]), ([np.inf], None)]
)
def test_values_that_are_none(values: Any, weights: Any) -> None:
    with pytest.raises(TargetingError, match="finite value"):
        Sample.of(BEGIN, values, weights)


@pytest.mark.parametrize(
    "wrong", [{"false_alarms": 0}, {"shift": 0}, {"least": 0}, {"simulated": 5}, {"period_days": 0}]
)
def test_charts_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(TargetingError):
        Charting(**wrong)


def test_alarms_of_one_chart() -> None:
    alarm = watched(weeks(1, lambda week: 0.5 if week < 20 else 0.1)).alarms[0]
    assert Drift((alarm,)).of("precision") == (alarm,)
    assert not Drift((alarm,)).of("rate")


def test_the_index_of_populations_by_hand() -> None:
    """Shares 0.5 and 0.5 become 0.8 and 0.2: (0.3) ln 1.6 + (-0.3) ln 0.4 (half a case is added to each)."""
    before, now = np.repeat([0, 1], [5000, 5000]), np.repeat([0, 1], [8000, 2000])
    found = shift("x", before.astype(str), now.astype(str))
    assert found.index == pytest.approx(0.3 * np.log(1.6) + 0.3 * np.log(2.5), rel=1e-3)
    assert found.moved
    assert shift("x", before, now).index == pytest.approx(found.index, rel=1e-3)


def test_without_a_change_the_index_stays_below_its_limit() -> None:
    random = np.random.default_rng(2)
    over = [
        one.index > one.limit
        for one in (shift("x", random.normal(size=400), random.normal(size=300), 0.2) for _ in range(200))
    ]
    assert 0.11 < np.mean(over) < 0.30


def test_missing_and_new_values_are_seen() -> None:
    steady = np.r_[np.arange(500.0)]
    assert shift("x", steady, np.where(np.arange(500) < 250, np.nan, steady)).moved
    assert shift("x", np.full(300, "a"), np.full(300, "b")).moved
    assert not shift("x", np.full(300, 7.0), np.full(300, 7.0)).moved
    with pytest.raises(TargetingError, match="no declarations"):
        shift("x", [], [1.0])


def test_shifts_of_a_table() -> None:
    import narwhals as nw

    table = pd.DataFrame({
        "hs_code": ["84713000", "85171300"] * 200 + ["84713000", "84713001"] * 200,
        "partner": ["VNM", "USA"] * 400, "value_cny": np.tile(np.arange(400.0), 2),
    })  # fmt: skip
    found = {one.name: one.moved for one in shifts(nw.from_native(table), slice(0, 400), slice(400, 800))}
    assert found == {"hs_code": True, "partner": False, "value_cny": False}
