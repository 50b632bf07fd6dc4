"""The estimator: it learns from what was inspected, ranks better than duty, refuses what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone

from customhouse.errors import TargetingError
from customhouse.targeting import at_shares, auc
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.simulated import declarations

TRUTH = ["fraud", "scheme", "revenue_cny"]
TOPS = (0.02, 0.05, 0.1)


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A year and a half to learn from, and what came after."""
    frame = declarations(12_000, seed=5).to_pandas()
    return frame[:9000], frame[9000:]


@pytest.fixture(scope="module")
def model(parts: Any) -> Targeting:
    early, _ = parts
    return Targeting(iterations=100).fit(early.drop(columns=TRUTH), early.fraud, revenue=early.revenue_cny)


def test_it_finds_more_than_chance_and_duty(parts: Any, model: Targeting) -> None:
    late = parts[1]
    seen = late.drop(columns=TRUTH)
    assert auc(model.predict_proba(seen)[:, 1], late.fraud) > 0.75
    ours, duty = (
        [top.revenue_recall for top in at_shares(by, late.fraud, late.revenue_cny, TOPS, samples=0)]
        for by in (model.decision_function(seen), late.duty_cny)
    )
    assert all(mine > 2 * theirs and mine > 0.6 for mine, theirs in zip(ours, duty, strict=True))


def test_weight_trades_fraud_for_revenue(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    by_fraud, by_revenue = (clone(model).set_params(weight=weight) for weight in (0, 1))
    for one in (by_fraud, by_revenue):
        one.__dict__ |= {name: value for name, value in vars(model).items() if name.endswith("_")}
    np.testing.assert_allclose(by_fraud.decision_function(late), model.predict_proba(late)[:, 1])
    np.testing.assert_allclose(by_revenue.decision_function(late), model.expected_revenue(late))


def test_the_same_again_from_any_frame(parts: Any, model: Targeting) -> None:
    early, late = (one.drop(columns=TRUTH) for one in parts)
    truth = parts[0]
    again = clone(model).fit(
        pl.from_pandas(early), truth.fraud.to_numpy(), revenue=truth.revenue_cny.to_numpy()
    )
    np.testing.assert_array_equal(
        again.decision_function(pl.from_pandas(late)), model.decision_function(late)
    )


def test_a_score_does_not_depend_on_the_rest_of_the_batch(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    np.testing.assert_allclose(model.decision_function(late[100:120]), model.decision_function(late)[100:120])


def test_the_uninspected_teach_nothing(parts: Any) -> None:
    """Whatever is written of declarations that nobody inspected, the model is the same."""
    early, late = parts
    inspected = np.arange(len(early)) % 2 == 0
    outcomes = [np.where(inspected, early.fraud.astype(float), np.nan) for _ in range(2)]
    models = [
        Targeting(iterations=10).fit(
            early.drop(columns=TRUTH), outcome, revenue=np.where(inspected, early.revenue_cny, other)
        )
        for outcome, other in zip(outcomes, (0.0, 1e9), strict=True)
    ]
    seen = late.drop(columns=TRUTH)
    np.testing.assert_array_equal(models[0].decision_function(seen), models[1].decision_function(seen))


def test_without_revenue_it_ranks_by_probability(parts: Any) -> None:
    early, late = parts
    found = Targeting(iterations=10, weight=1.0).fit(early.drop(columns=TRUTH), early.fraud)
    seen = late.drop(columns=TRUTH)
    np.testing.assert_allclose(found.decision_function(seen), found.predict_proba(seen)[:, 1])
    assert set(found.predict(seen)) <= {0, 1}


def test_what_is_unknown_or_missing_is_ranked_all_the_same(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)[:5].copy()
    late["trader_id"] = ["nobody", None, "", "T000001", "T000001"]
    late["hs_code"] = ["00000000", "8", None, "x", "84713000"]
    late["net_mass_kg"] = [0, -1, None, np.inf, 5]
    assert np.isfinite(model.decision_function(late)).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x, y: (x.drop(columns=["date"]), y, {}), "column date is lacking"),
        (lambda x, y: (x.assign(date="soon"), y, {}), "not a day"),
        (lambda x, y: (x, np.zeros(len(x)), {}), "no fraud"),
        (lambda x, y: (x, np.ones(len(x)), {}), "both outcomes"),
        (lambda x, y: (x, np.where(np.arange(len(x)) < 5, y, np.nan), {}), "5 inspections"),
        (lambda x, y: (x, np.where(y, 2, 0), {}), "outcome of an inspection"),
        (lambda x, y: (x, y, {"finished": ["2020-01-01"] * len(x)}), "before the declaration"),
        (lambda x, y: (x, y, {"revenue": [-1.0] * len(x)}), "less than 0"),
        (lambda x, y: (x, y, {"revenue": [np.nan] * len(x)}), "revenue"),
        (lambda x, y: ([1, 2, 3], y, {}), "no table"),
    ],
)
def test_what_nothing_can_be_learnt_from(parts: Any, change: Any, told: str) -> None:
    early = parts[0][:200]
    table, outcome, others = change(early.drop(columns=TRUTH), early.fraud.astype(float).to_numpy())
    with pytest.raises(TargetingError, match=told):
        Targeting(iterations=2).fit(table, outcome, **others)


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"weight": 2}, "weight"), ({"booster": "forest"}, "no such"), ({"iterations": 0}, "at least 1")],
)
def test_settings_that_cannot_be(parts: Any, settings: Any, told: str) -> None:
    early = parts[0][:500]
    with pytest.raises(TargetingError, match=told):
        Targeting(**settings).fit(early.drop(columns=TRUTH), early.fraud)
    with pytest.raises(TargetingError, match="learnt nothing"):
        Targeting().decision_function(early)
