"""The learning loop: budgets kept, nothing seen that was not inspected, no bias, what learns finds more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from customhouse.errors import TargetingError
from customhouse.targeting.drift import Charting
from customhouse.targeting.features import Memory
from customhouse.targeting.history import History
from customhouse.targeting.listing import EPOCH
from customhouse.targeting.loop import Loop, Run, run
from customhouse.targeting.office import World
from customhouse.targeting.policies import Way, by_trader, tried
from customhouse.targeting.schemes import Scheme
from customhouse.targeting.selection import EXPLORATION, MODEL, RANDOM
from customhouse.targeting.simulated import declarations

FEW = {"iterations": 8, "learning_rate": 0.2}
CHANCE, DUTY, TRADER = Way("chance", rank="random"), Way("duty", rank="duty"), Way("trader", rank="trader")
FROZEN = Way("frozen", retrain="never", random=0.0)
LEARNS = Way("learns", weight=1.0, random=0.1, explore=0.1)
SCHEMES = (
    Scheme("old", "undervaluation", 0, 140, 0.3, 0.6, (0.2, 0.4)),
    Scheme("new", "misclassification", 120, 300, 0.4, 0.7),
)


def months(*ways: Way, **more: Any) -> Loop:
    settings = {"inspect": 0.1, "period_days": 14, "start_days": 30, "delay_days": 7, "retrain_days": 28,
                "model": FEW}  # fmt: skip
    return Loop(ways, **{**settings, **more})


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return declarations(4000, seed=2, days=300, schemes=SCHEMES).to_pandas()


@pytest.fixture(scope="module")
def done(frame: pd.DataFrame) -> Run:
    return run(frame, months(CHANCE, DUTY, TRADER, FROZEN, LEARNS))


def test_budgets_and_shares_are_kept(done: Run) -> None:
    for way in done.loop.ways:
        office, rows = done.offices[way.name], slice(done.begun, done.ended)
        basis, inspected = office.basis[rows], office.inspected[rows]
        budget = 0.1 * len(basis)
        assert inspected.sum() == pytest.approx(budget, abs=len(done.of(way.name)))
        random = 1.0 if way.rank == "random" else way.random
        assert office.drawn[rows].sum() == pytest.approx(random * budget, abs=6)
        assert (basis == EXPLORATION).sum() == pytest.approx(way.explore * budget, abs=8)
        assert (inspected == np.isin(basis, (MODEL, RANDOM, EXPLORATION))).all()
        assert not office.inspected[done.ended :].any()


def test_weeks_add_up_to_the_run(done: Run) -> None:
    for way in done.loop.ways:
        weeks, office = done.of(way.name), done.offices[way.name]
        rows = slice(done.begun, done.ended)
        mine = office.inspected[rows]
        assert sum(week.declarations for week in weeks) == len(mine)
        assert sum(week.frauds for week in weeks) == (done.world.fraud[rows] & mine).sum()
        assert sum(week.revenue_cny for week in weeks) == pytest.approx(done.world.revenue[rows][mine].sum())
        assert [week.begin for week in weeks] == sorted(week.begin for week in weeks)
        share = sum(week.revenue_cny for week in weeks) / sum(week.true_revenue_cny for week in weeks)
        assert done.revenue_recall(way.name) == pytest.approx(share)
        assert all(0 <= week.precision <= 1 for week in weeks)


def test_a_model_that_learns_finds_more_of_what_is_new(done: Run) -> None:
    found = {way.name: done.revenue_recall(way.name) for way in done.loop.ways}
    assert found["learns"] > 1.5 * found["chance"]
    assert done.precision("learns") > 1.5 * done.precision("chance")
    assert done.new_schemes() == ("new",)
    assert done.revenue_recall("learns", ["new"]) > 1.2 * done.revenue_recall("frozen", ["new"])


def test_who_learns_when(done: Run) -> None:
    assert len(done.learnt["frozen"]) == 1
    assert len(done.learnt["chance"]) == len(done.learnt["duty"]) == 0
    days = done.learnt["learns"]
    assert len(days) > 5
    assert {(later - day).days for day, later in pairwise(days)} == {28}


def test_nothing_is_seen_of_what_was_not_inspected(frame: pd.DataFrame, done: Run) -> None:
    """Whatever the truth of the uninspected is, the same declarations are selected."""
    for way in (TRADER, LEARNS):
        office = done.offices[way.name]
        hidden = ~office.inspected
        changed = frame.copy()
        changed.loc[hidden, "fraud"] = ~changed.loc[hidden, "fraud"]
        changed.loc[hidden, "revenue_cny"] = changed.loc[hidden, "revenue_cny"].to_numpy()[::-1] * 7
        changed.loc[hidden, "scheme"] = "other"
        again = run(changed, months(way))
        np.testing.assert_array_equal(again.offices[way.name].basis, office.basis)
        assert again.drift[way.name] == done.drift[way.name]
        assert again.revenue_recall(way.name) != done.revenue_recall(way.name)


def test_nothing_is_seen_of_the_future(frame: pd.DataFrame, done: Run) -> None:
    """Selections are the same when later declarations are not there yet, or are others."""
    half = int(np.searchsorted(done.world.day, done.world.day[0] + 170))
    other = pd.concat([frame[:half], frame[half:].assign(value_cny=1.0, net_mass_kg=9.0, trader_id="T9")])
    for table in (frame[:half], other):
        again = run(table, months(LEARNS))
        upto = min(again.ended, half)
        upto = int(np.searchsorted(done.world.day, done.world.day[upto - 1] - 14))
        np.testing.assert_array_equal(
            again.offices["learns"].basis[:upto], done.offices["learns"].basis[:upto]
        )


def test_outcomes_are_known_after_the_delay_and_not_before(frame: pd.DataFrame) -> None:
    slow = run(frame, months(LEARNS, delay_days=60))
    office, day = slow.offices["learns"], slow.world.day
    today = int(day[0]) + 150
    upto = int(np.searchsorted(day, today))
    known = office.known(today, upto)
    assert known.any()
    assert (day[:upto][known] + 60 < today).all()
    assert (known == (office.inspected[:upto] & (day[:upto] + 60 < today))).all()
    assert slow.of("learns")[0].begin == EPOCH + timedelta(int(day[0]) + 30 + 60 + 1)


def test_the_same_again_from_any_frame(frame: pd.DataFrame, done: Run) -> None:
    again = run(pl.from_pandas(frame), months(LEARNS))
    np.testing.assert_array_equal(again.offices["learns"].basis, done.offices["learns"].basis)
    first, other = (run(frame[:800], months(CHANCE, seed=seed)).offices["chance"] for seed in (1, 5))
    assert (first.basis != other.basis).any()


def test_ways_do_not_disturb_each_other(frame: pd.DataFrame, done: Run) -> None:
    alone = run(frame, months(DUTY))
    np.testing.assert_array_equal(alone.offices["duty"].basis, done.offices["duty"].basis)


def test_rates_from_the_random_lane_have_no_bias(frame: pd.DataFrame) -> None:
    """Over seeds means are the truth within three standard errors; intervals hold it as they say."""
    inside, away = [], []
    for seed in range(25):
        found = run(frame[:1500], months(replace(DUTY, random=0.5), seed=seed, period_days=28))
        (rate, revenue), truth, rates = found.estimates("duty"), found.truth(), found.rates("duty")
        assert rates.overall.fraud.mean == pytest.approx(rate.mean)
        away.append([rate.mean - truth[0], rates.combined.fraud.mean - truth[0], revenue.mean - truth[1]])
        inside.append(rates.overall.fraud.interval[0] <= truth[0] <= rates.overall.fraud.interval[1])
    bias, spread = np.mean(away, axis=0), np.std(away, axis=0)
    assert (np.abs(bias) < 3 * spread / len(away) ** 0.5).all()
    assert 0 < spread[1] < 1.05 * spread[0]
    assert np.mean(inside) > 0.8


def test_accredited_traders_are_drawn_at_their_own_rate(frame: pd.DataFrame) -> None:
    found = run(frame, months(replace(LEARNS, random=0.5, trusted=0.2)))
    office, rows = found.offices["learns"], slice(found.begun, found.ended)
    trusted = found.world.accredited[rows]
    assert not np.isin(office.basis[rows][trusted], (MODEL, EXPLORATION)).any()
    assert (office.probability[rows][trusted] > 0).all()
    ratio = office.probability[rows][trusted].mean() / office.probability[rows][~trusted].mean()
    assert ratio == pytest.approx(0.2, abs=0.02)


def test_each_office_has_its_own_budget(frame: pd.DataFrame) -> None:
    found = run(frame, months(DUTY, by_office=True))
    rows = slice(found.begun, found.ended)
    table = pd.DataFrame({"office": frame.office[rows], "mine": found.offices["duty"].inspected[rows]})
    shares = table.groupby("office").mine.mean()
    assert shares.min() > 0.05
    assert shares.max() < 0.15


def test_an_alarm_makes_the_model_learn_again() -> None:
    """A scheme that all took part in ends: precision falls, the chart says so, the model learns again."""
    one = Scheme("one", "undervaluation", 0, 250, 0.9, 0.9, (0.2, 0.3))
    table = declarations(6000, seed=3, days=420, schemes=[one]).to_pandas()
    charts = Charting(period_days=14, least=60, reference_periods=3, simulated=500)
    way = Way("alarm", retrain="alarm", weight=0.0)
    found = run(table, months(way, charting=charts))
    alarms = found.drift["alarm"].of("precision")
    end = EPOCH + timedelta(int(found.world.day[0]) + 250)
    assert alarms
    assert alarms[-1].change < 0
    assert end <= alarms[-1].raised <= end + timedelta(80)
    assert len(found.learnt["alarm"]) >= 2
    assert any(day >= alarms[0].raised for day in found.learnt["alarm"])


def test_as_long_as_too_little_is_known_chance_selects(frame: pd.DataFrame) -> None:
    clean = frame.assign(fraud=False, revenue_cny=0.0, scheme="")
    found = run(clean, months(LEARNS))
    assert not found.learnt["learns"]
    assert found.offices["learns"].inspected[found.begun :].any()
    assert np.isnan(found.revenue_recall("learns"))


def test_features_of_a_stream_are_those_of_a_memory(frame: pd.DataFrame) -> None:
    """An oracle: what is worked out once and piece by piece is what a memory of all declarations gives."""
    world, upto = World.of(frame), 2000
    inspected = np.random.default_rng(1).random(upto) < 0.2
    fraud = np.where(inspected, world.fraud[:upto], np.nan)
    past = world.stream.past(fraud, world.revenue[:upto], 7)
    cents = np.round(world.revenue[:upto] * 100).astype(np.int64)
    history = History.of(world.day[:upto], inspected, world.fraud[:upto], cents, delay=7)
    memory, rows = Memory.of(world.frame[:upto], history), np.flatnonzero(inspected)
    expected = memory.features(world.frame[rows.tolist()], world.day[rows])
    found = past.known()
    assert found.names == expected.names
    np.testing.assert_allclose(found.values, expected.values, atol=1e-4)
    first = int(np.searchsorted(world.day, world.day[upto] + 1, side="left"))
    now = slice(upto, min(first, upto + 20))
    late = memory.features(world.frame[now], world.day[now])
    same = world.day[now] == world.day[upto - 1] + 1
    np.testing.assert_allclose(past.features(now).values[same], late.values[same], atol=1e-4)


def test_tries_take_one_declaration_of_each_trader(done: Run) -> None:
    from customhouse.targeting.estimator import Scores

    random, size = np.random.default_rng(1), 60
    p, money = random.random(size) * 0.5, np.exp(random.normal(8, 1, size))
    scores = Scores(p, money, p * money, 0.3 * np.sqrt(p))
    trader = random.integers(0, 12, size)
    for tries in ("unseen", "optimism", "thompson", "margin"):
        by = tried(Way("x", tries=tries, weight=1.0), scores, trader, np.random.default_rng(2))
        top = np.argsort(-by)[:12]
        assert len(set(trader[top])) == 12
        assert np.isfinite(by).all()
    sure = replace(Way("x", tries="unseen"), weight=0.0)
    np.testing.assert_allclose(tried(sure, scores, np.arange(size), random), scores.unsure)
    assert len(set(tried(sure, None, trader, random).tolist())) == size


def test_the_traders_rule_by_hand() -> None:
    trader = np.array([0, 0, 0, 1, 1])
    inspected = np.array([True, True, False, True, False])
    fraud = np.array([True, False, True, False, False])
    found = by_trader(trader, inspected, fraud, np.array([0, 1, 2]))
    np.testing.assert_allclose(found, [1.4 / 10, 0.4 / 9, 0.05])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ways": ()}, "one way"), ({"ways": (DUTY, DUTY)}, "name of its own"), ({"inspect": 1.5}, "shares"),
        ({"labels": 0}, "shares"), ({"period_days": 0}, "a day at least"),
        ({"delay_days": -1}, "a day at least"),
    ],
)  # fmt: skip
def test_loops_that_cannot_be(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Loop(**{"ways": (DUTY,), **settings})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"rank": "luck"}, "none of"), ({"retrain": "daily"}, "none of"), ({"tries": "x"}, "none of"),
        ({"weight": 2}, "between 0 and 1"), ({"random": 0.8, "explore": 0.3}, "between 0 and 1"),
    ],
)  # fmt: skip
def test_ways_that_cannot_be(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Way("x", **settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x.drop(columns="fraud"), "column fraud"),
        (lambda x: x[::-1], "order of their dates"),
        (lambda x: x.assign(fraud=np.nan), "truth of every row"),
        (lambda x: x.assign(revenue_cny=-1.0), "truth of every row"),
        (lambda x: x[:50], "before the loop begins"),
        (lambda x: x[:0], "no declarations"),
    ],
)  # fmt: skip
def test_declarations_that_no_loop_can_use(frame: pd.DataFrame, change: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        run(change(frame), months(DUTY))


def test_what_did_not_run_has_no_figures(done: Run) -> None:
    with pytest.raises(TargetingError, match="no such way"):
        done.precision("other")
    with pytest.raises(TargetingError, match="nothing is drawn"):
        done.estimates("frozen")
