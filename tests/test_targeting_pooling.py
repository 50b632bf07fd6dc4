"""Budgets of several offices or days put together: the best of them all are chosen, draws stay unbiased."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from customhouse.desk import targeting_files as files
from customhouse.errors import TargetingError
from customhouse.targeting.budgets import Budgets, Policy
from customhouse.targeting.cells import below_one
from customhouse.targeting.lanes import assign
from customhouse.targeting.log import read, verify, write
from customhouse.targeting.rates import estimates
from customhouse.targeting.selection import Selection

MONDAY = date(2024, 7, 1)
WEEK = Policy(inspect=0.05, random=0.0, explore=0.0, least=1e-9, pool="offices", every_days=7)


def week(size: int = 60, days: int = 7) -> pd.DataFrame:
    """Declarations of some days from a Monday on at three offices, a few a day at each."""
    random = np.random.default_rng(5)
    return pd.DataFrame({
        "declaration_id": [f"D{n:04d}" for n in range(size)],
        "date": [MONDAY + timedelta(days=n * days // size) for n in range(size)],
        "office": random.choice(["0100", "0200", "0300"], size),
        "trader_id": random.choice(["T1", "T2", "T3", "T4"], size),
    })  # fmt: skip


def numbers(selection: Selection) -> np.ndarray:
    return np.flatnonzero(selection.inspected)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_of_a_week_are_chosen_whatever_the_lot(seed: int) -> None:
    frame = week()
    scores = np.random.default_rng(9).random(60)
    found = assign(frame, scores, WEEK, seed=seed)
    assert set(numbers(found)) == set(np.argsort(-scores)[:3])


def test_without_pooling_the_lot_decides() -> None:
    frame, scores = week(), np.random.default_rng(9).random(60)
    plain = Policy(inspect=0.05, random=0.0, explore=0.0, least=1e-9)
    chosen = [set(numbers(assign(frame, scores, plain, seed=seed))) for seed in range(8)]
    assert any(one != set(np.argsort(-scores)[:3]) for one in chosen)
    assert below_one(frame.office.to_numpy(str), np.arange(60) * 7 // 60, plain)[0] > 10


@pytest.mark.parametrize(("policy", "pools"), [
    (Policy(), 21), (Policy(pool="offices"), 7), (Policy(every_days=7), 3), (WEEK, 1),
])  # fmt: skip
def test_how_many_budgets_are_below_one(policy: Policy, pools: int) -> None:
    frame = week(600)
    day = (pd.to_datetime(frame.date) - pd.Timestamp(1970, 1, 1)).dt.days.to_numpy()
    few, budgets = below_one(frame.office.to_numpy(str), day, policy)
    assert budgets == pools and few <= pools
    assert below_one(frame.office.to_numpy(str), day, Policy(inspect=0.0))[0] == 0


def test_weeks_begin_on_mondays() -> None:
    first = (MONDAY - date(1970, 1, 1)).days
    days = np.arange(first - 1, first + 8)
    assert np.diff(Policy(every_days=7).period(days)).tolist() == [1, 0, 0, 0, 0, 0, 0, 1]
    assert Policy().period(days).tolist() == days.tolist()


def test_budgets_of_offices_and_days_are_added_up() -> None:
    budgets = Budgets.of([{"office": "0100", "inspect_count": 0.5}, {"office": "*", "inspect_count": 0.25}])
    policy = Policy(random=0.0, explore=0.0, least=1e-9, budgets=budgets, pool="offices", every_days=7)
    frame = week(210)
    assert len(frame.groupby(["office", "date"])) == 21
    found = assign(frame, np.arange(210.0), policy, seed=3)
    assert set(numbers(found)) == set(range(203, 210))  # 7 days of 0.5 + 0.25 + 0.25


def test_draws_of_pooled_budgets_are_unbiased() -> None:
    frame = week(140, 14)
    fraud = (np.random.default_rng(2).random(140) < 0.2).astype(float)
    policy = Policy(inspect=0.1, random=0.5, pool="offices", every_days=7)
    drawn, means = np.zeros(140), []
    for seed in range(400):
        found = assign(frame, fraud, policy, seed=seed)
        drawn += found.drawn
        if found.drawn.any():
            means.append(estimates(found, fraud).overall.fraud.mean)
    assert found.strata[0].office == "" and (found.probability > 0).all()
    assert found.probability.sum() == pytest.approx(7.0)
    apart = np.abs(drawn / 400 - found.probability) / np.sqrt(0.05 * 0.95 / 400)
    assert apart.max() < 4.5
    assert np.mean(means) == pytest.approx(fraud.mean(), abs=4 * np.std(means) / 20)


def test_a_week_in_parts_keeps_the_budget_of_the_week() -> None:
    frame, scores = week(), np.random.default_rng(4).random(60)
    policy = Policy(inspect=0.05, documents=0.1, random=0.2, pool="offices", every_days=7)
    parts, spent = [], []
    for _, rows in frame.groupby("date"):
        part = assign(rows, scores[rows.index], policy, before=spent, seed=7)
        spent = [*spent, *part.spent()]
        parts.append(part)
    inspected = sum(int(one.inspected.sum()) for one in parts)
    assert 2 <= inspected <= 4  # three, and one more at the most where parts are decided one by one
    assert sum(int((one.lane == 1).sum()) for one in parts) in (5, 6, 7)
    assert sum(one.probability.sum() for one in parts) == pytest.approx(0.2 * 3.0)


def test_the_log_keeps_what_was_pooled_and_decides_it_again(tmp_path: Path) -> None:
    frame, scores, log = week(), np.arange(60.0), tmp_path / "log"
    policy = Policy(inspect=0.2, random=0.5, pool="offices", every_days=7)
    early, late = frame[:25], frame[25:]
    first = assign(early, scores[:25], policy, seed=1)
    write(log, first, early, model="m")
    before = read(log).selections()
    second = assign(late, scores[25:], policy, before=before, seed=2)
    write(log, second, late, model="m")
    kept = read(log).selections()
    assert [one.policy for one in kept] == [policy, policy] and kept[1].before == first.spent()
    assert kept[0].strata == first.strata and verify(log).repeated


def test_a_policy_file_says_what_is_pooled(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("inspect: 0.05\npool: offices\nevery_days: 7\n", encoding="utf-8")
    assert files.policy(path) == Policy(inspect=0.05, pool="offices", every_days=7)
    path.write_text("pool: null\n", encoding="utf-8")
    assert files.policy(path) == Policy()
    for text, told in (
        ("every_days: 1.5\n", "whole number of days"), ("every_days: 0\n", "whole number of days"),
        ("pool: traders\n", "write offices"), ("every_days: week\n", "no number"),
    ):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        with pytest.raises(TargetingError, match=told):
            files.policy(path)
