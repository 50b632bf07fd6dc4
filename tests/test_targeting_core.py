"""What targeting stands on: profiles in strict time, the measures of a ranking, draws, leaks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.errors import TargetingError
from customhouse.targeting import (
    History,
    Ledger,
    Past,
    PeerLedger,
    at_shares,
    auc,
    calibration,
    draw,
    estimate,
    gains,
    leakage,
    smoothed,
)
from customhouse.targeting.history import NEVER

ROW = st.tuples(
    st.integers(-1, 3), st.integers(0, 9), st.booleans(), st.booleans(), st.integers(0, 50), st.integers(0, 4)
)


def made(rows: list[tuple[int, int, bool, bool, int, int]]) -> tuple[Any, History]:
    """Keys and a history from rows: key, declared, inspected, fraud, revenue, delay."""
    key, declared, inspected, fraud, revenue, delay = (np.array(column) for column in zip(*rows, strict=True))
    return key, History.of(declared, inspected, fraud.astype(int), revenue, declared + delay)


def past(key: Any, history: History, window: int | None = None) -> Past:
    """The past of a history's own rows."""
    return Ledger.of(key, history).past(key, history.declared, window)


def by_hand(key: Any, history: History, row: int, window: int | None) -> tuple[int, int, int, int, int]:
    """The past of one row, counted one by one."""
    now, mine = history.declared[row], [i for i in range(len(key)) if key[i] == key[row] >= 0]
    start = -NEVER if window is None else now - window
    lodged = [i for i in mine if start <= history.declared[i] < now]
    known = [i for i in mine if start <= history.finished[i] < now]
    before = [now - history.declared[i] for i in mine if history.declared[i] < now]
    return (
        len(lodged), len(known), sum(bool(history.fraud[i]) for i in known),
        sum(int(history.revenue_cents[i]) for i in known), min(before, default=-1),
    )  # fmt: skip


@given(st.lists(ROW, min_size=1, max_size=40), st.one_of(st.none(), st.integers(1, 6)))
def test_a_profile_is_what_counting_gives(rows: Any, window: int | None) -> None:
    key, history = made(rows)
    found = past(key, history, window)
    columns = (found.declarations, found.inspections, found.frauds, found.revenue_cents, found.since)
    for row in range(len(key)):
        assert tuple(int(column[row]) for column in columns) == by_hand(key, history, row, window)


@given(st.lists(ROW, min_size=2, max_size=40), st.integers(0, 9), st.randoms(use_true_random=False))
def test_the_future_changes_nothing(rows: Any, now: int, random: Any) -> None:
    """Whatever is permuted among what is declared or finished from a moment on, profiles up to it stay."""
    key, history = made(rows)
    changed = [list(row) for row in rows]
    late = [i for i, row in enumerate(rows) if row[1] + row[5] >= now]
    outcomes = [(rows[i][3], rows[i][4]) for i in late]
    random.shuffle(outcomes)
    for i, (fraud, revenue) in zip(late, outcomes, strict=True):
        changed[i][3:5] = [fraud, revenue]
    other = made([tuple(row) for row in changed])[1]  # type: ignore[misc]
    first, second = (past(key, one) for one in (history, other))
    early = history.declared <= now
    for name in ("declarations", "inspections", "frauds", "revenue_cents", "since"):
        assert (getattr(first, name)[early] == getattr(second, name)[early]).all()


@given(st.lists(ROW, min_size=1, max_size=30), st.lists(ROW, min_size=1, max_size=10))
def test_new_declarations_are_asked_of_the_past_alone(rows: Any, new: Any) -> None:
    """What a ledger says of others than its own rows is what it would say had they been among them."""
    key, history = made(rows)
    codes, declared = (np.array([row[i] for row in new]) for i in (0, 1))
    found = Ledger.of(key, history).past(codes, declared)
    for row, (mine, now, *_) in enumerate(new):
        joined = made([*rows, (mine, now, False, False, 0, 0)])
        assert int(found.frauds[row]) == by_hand(*joined, len(rows), None)[2]
        assert int(found.declarations[row]) == by_hand(*joined, len(rows), None)[0]


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 9), st.one_of(st.just(math.nan), st.floats(-5, 5))),
             min_size=1, max_size=30),
    st.one_of(st.none(), st.integers(1, 6)),
)  # fmt: skip
def test_peers_are_what_was_declared_before(rows: Any, window: int | None) -> None:
    key, declared, values = (np.array(column) for column in zip(*rows, strict=True))
    history = History.of(declared, np.zeros(len(key), bool), np.zeros(len(key)))
    found = PeerLedger.of(key, values.astype(float), history).peers(key, history.declared, window)
    for row, (mine, now, _) in enumerate(rows):
        since = -NEVER if window is None else now - window
        there = [v for k, at, v in rows if k == mine >= 0 and since <= at < now and not math.isnan(v)]
        assert found.count[row] == len(there)
        assert found.mean[row] == pytest.approx(np.mean(there) if there else math.nan, abs=1e-9, nan_ok=True)
        spread = np.std(there, ddof=1) if len(there) > 1 else math.nan
        assert found.spread[row] == pytest.approx(spread, abs=1e-6, nan_ok=True)


def test_same_day_labels_are_not_known() -> None:
    history = History.of([5, 5, 6], [True, True, False], [1, 0, None], [100, 0, None])
    assert past(np.array([0, 0, 0]), history).inspections.tolist() == [0, 0, 2]
    later = History.of([5, 5, 6], [True, True, False], [1, 0, None], [100, 0, None], delay=1)
    assert past(np.array([0, 0, 0]), later).inspections.tolist() == [0, 0, 0]


def test_the_uninspected_are_not_clean() -> None:
    history = History.of([1, 2, 3], [False, True, False], [1, 1, 0])
    assert history.inspected.tolist() == [False, True, False]
    assert history.known(3).tolist() == [False, True, False]
    assert history.classes() == {True}
    assert history.finished[0] == NEVER


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (([1, 2], [1, 1], [1]), "shape"),
        (([1, 2], [1, 1], [1, 2]), "2 as the outcome"),
        (([1, 2], [1, 1], [1, None]), "None as the outcome"),
        (([1, math.nan], [1, 1], [1, 0]), "missing or infinite"),
        (([1, 2], [1, 1], [1, 0], [5, -1]), "less than 0"),
        (([1, 2], [1, 1], [1, 0], None, [0, 3]), "before the declaration"),
        (([1, 2], [1, 1], [1, 0], None, None, -1), "before the declaration"),
        ((["a", "b"], [1, 1], [1, 0]), "no column of the kind"),
        (([[1, 2]], [1, 1], [1, 0]), "a table"),
        (([1, 2, 3], [1, 1], [1, 0]), "unlike length"),
    ],
)
def test_histories_that_cannot_be(given: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        History.of(*given)


def test_smoothing() -> None:
    assert smoothed(np.array([0, 3]), np.array([0, 4]), 0.1, 6.0).tolist() == pytest.approx([0.1, 0.36])
    with pytest.raises(TargetingError, match="strength"):
        smoothed(np.array([0]), np.array([0]), 0.1, 0)
    with pytest.raises(TargetingError, match="window"):
        past(np.array([0]), History.of([1], [1], [1]), 0)


RANKED = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 9)), min_size=1, max_size=12
)


@given(RANKED, st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.0]))
def test_ties_count_as_a_random_order_would(rows: Any, share: float) -> None:
    scores, fraud, revenue = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    at = at_shares(scores, fraud, revenue, [share], samples=0)[0]
    inspected = max(1, round(share * len(rows)))
    edge = np.sort(scores)[::-1][inspected - 1]
    chance = np.where(scores > edge, 1.0, 0.0)
    tied = scores == edge
    chance[tied] = (inspected - chance.sum()) / tied.sum()
    assert at.inspected == inspected
    assert at.precision == pytest.approx(float(chance @ fraud) / inspected)
    if revenue.sum():
        assert at.revenue_recall == pytest.approx(float(chance @ revenue) / revenue.sum())
        assert at.revenue_recall <= at.best_revenue_recall + 1e-9
    else:
        assert math.isnan(at.revenue_recall)
    assert at.precision <= at.best_precision + 1e-9


@given(RANKED)
def test_auc_counts_pairs(rows: Any) -> None:
    scores, fraud, _ = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    pairs = [(a > b) + (a == b) / 2 for a in scores[fraud == 1] for b in scores[fraud == 0]]
    found = auc(scores, fraud)
    assert math.isnan(found) if not pairs else found == pytest.approx(sum(pairs) / len(pairs))


def test_gains_go_from_nothing_to_all() -> None:
    random = np.random.default_rng(1)
    fraud = (random.random(500) < 0.1).astype(float)
    curve = gains(random.random(500) + fraud, fraud, fraud * random.random(500))
    assert (curve.fraud[0], curve.revenue[0]) == (0, 0)
    assert (curve.fraud[-1], curve.revenue[-1]) == pytest.approx((1, 1))
    assert (np.diff(curve.fraud) >= -1e-12).all()
    assert (curve.fraud >= curve.inspected - 0.05).all()


def test_intervals_cover_what_they_should() -> None:
    """Of 95% intervals of the precision of a known ranking, about 95 in 100 hold it."""
    random = np.random.default_rng(7)
    held = 0
    for seed in range(100):
        scores = random.random(2000)
        fraud = (random.random(2000) < scores**3).astype(float)
        at = at_shares(scores, fraud, fraud, [0.1], samples=100, seed=seed)[0]
        truth = (1 - 0.9**4) / 4 / 0.1
        held += at.precision_interval[0] <= truth <= at.precision_interval[1]
    assert 88 <= held <= 100


def test_calibration_of_what_is_calibrated() -> None:
    random = np.random.default_rng(3)
    probability = random.random(20_000)
    bins = calibration(probability, (random.random(20_000) < probability).astype(int))
    assert sum(one.count for one in bins) == 20_000
    assert len(bins) == 10
    assert sum(one.interval[0] <= one.predicted <= one.interval[1] for one in bins) >= 8
    assert len(calibration([0.5] * 10, [0, 1] * 5)) == 1
    with pytest.raises(TargetingError, match="outside"):
        calibration([1.5], [1])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (([], [], []), "shapes"),
        (([1, 2], [1], [0]), "shapes"),
        (([1, math.nan], [1, 0], [0, 0]), "missing"),
        (([1, 2], [1, 3], [0, 0]), "fraud is 0 or 1"),
        (([1, 2], [1, 0], [0, -2]), "at least 0"),
        (([1, 2], [1, 0], [0, 1], [0.0]), "above 0"),
        (([1, 2], [1, 0], [0, 1], [0.1], -1), "less than 0"),
    ],
)
def test_rankings_that_cannot_be(given: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        at_shares(*given)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 3))
def test_draws_keep_to_the_budget(strata: list[int], budget: int, least: int) -> None:
    codes = np.array(strata)
    found = draw(codes, budget, seed=1, least=least)
    again = draw(codes, budget, seed=1, least=least)
    assert (found.chosen == again.chosen).all()
    sizes, counts = np.bincount(codes), np.bincount(codes[found.chosen], minlength=codes.max() + 1)
    assert (counts >= np.minimum(least, sizes)).all()
    if not least:
        assert abs(int(counts.sum()) - min(budget, len(strata))) <= 1


@settings(max_examples=5)
@given(st.integers(0, 3))
def test_estimates_are_unbiased_and_know_their_error(least: int) -> None:
    random = np.random.default_rng(5)
    strata = np.repeat([0, 1, 2, 3], [600, 300, 90, 10])
    fraud = (random.random(1000) < np.array([0.02, 0.1, 0.4, 0.9])[strata]).astype(float)
    drawn = [draw(strata, 100, seed, least) for seed in range(400)]
    found = [estimate(np.where(one.chosen, fraud, np.nan), one, strata) for one in drawn]
    means = np.array([one.mean for one in found])
    spread = means.std()
    assert means.mean() == pytest.approx(fraud.mean(), abs=4 * spread / 20)
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.2)
    probability = np.mean([one.chosen for one in drawn], axis=0)
    assert np.abs(probability - drawn[0].probability).max() < 0.12


def test_draws_by_stratum() -> None:
    strata = np.array([0] * 10 + [1] * 5)
    found = draw(strata, {0: 3, 1: 9}, seed=2)
    assert np.bincount(strata[found.chosen]).tolist() == [3, 5]
    assert found.probability[0] == pytest.approx(0.3)
    assert found.probability[-1] == 1
    for budget, told in (({0: 3}, "stratum"), (-1, "less than 0")):
        with pytest.raises(TargetingError, match=told):
            draw(strata, budget, seed=2)  # type: ignore[arg-type]
    with pytest.raises(TargetingError, match="could not be drawn"):
        estimate(np.ones(15), draw(strata, {0: 3, 1: 0}, seed=2), strata)


def test_a_leak_is_told_and_habits_are_none() -> None:
    random = np.random.default_rng(4)
    trader, goods, tax = (random.integers(0, n, 6000) for n in (300, 40, 6))
    habit = (random.random(6000) < random.beta(0.3, 2, 300)[trader]).astype(bool)
    order = np.arange(6000)
    found = leakage({"trader": trader, "goods": goods, "tax": tax}, order, habit)
    assert not found.leaks
    carried = random.random(40 * 6)[goods * 6 + tax] < 0.2
    told = leakage({"trader": trader, "goods": goods, "tax": tax}, order, carried)
    assert told.leaks
    assert set(told.columns) >= {"goods", "tax"}
    with pytest.raises(TargetingError, match="too few"):
        leakage({"trader": trader[:50]}, order[:50], habit[:50])
