"""The model as an object: scores in one pass, further keys, fingerprint, boosters, copies, scikit-learn."""

from __future__ import annotations

import pickle
from importlib.util import find_spec
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier
from sklearn.utils.estimator_checks import (
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
)
from sklearn.utils.validation import check_is_fitted

from customhouse.errors import TargetingError
from customhouse.targeting import auc
from customhouse.targeting.boosting import Booster, Settings, boosters
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.features import Features
from customhouse.targeting.simulated import declarations

TRUTH = ["fraud", "scheme", "revenue_cny"]
FEW = {"iterations": 20}


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = declarations(4000, seed=9).to_pandas()
    frame["broker"] = frame["trader_id"].str[-2:]
    return frame[:3000], frame[3000:]


def learnt(parts: Any, **settings: Any) -> Targeting:
    early = parts[0]
    model = Targeting(**(FEW | settings))
    return model.fit(early.drop(columns=TRUTH), early["fraud"], revenue=early["revenue_cny"])


@pytest.fixture(scope="module")
def model(parts: Any) -> Targeting:
    return learnt(parts)


def test_scores_are_what_each_method_says(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    found = model.scores(late)
    np.testing.assert_array_equal(found.probability, model.predict_proba(late)[:, 1])
    np.testing.assert_array_equal(found.recovered, model.recovered(late))
    np.testing.assert_array_equal(found.expected_revenue, model.expected_revenue(late))
    np.testing.assert_allclose(found.score, found.probability * found.recovered**model.weight)
    again = model.scored(model.features(late))
    np.testing.assert_array_equal(found.unsure, again.unsure)
    assert len(found) == len(late)


def test_what_is_new_is_unsure(parts: Any, model: Targeting) -> None:
    """The same declaration by a trader that nobody knows, of goods that nobody knows, of both."""
    one = parts[1].drop(columns=TRUTH)[:1]
    busy = parts[0]["trader_id"].value_counts().index[0]
    goods = parts[0]["hs_code"].value_counts().index[0]
    rows = pd.concat([one] * 4, ignore_index=True)
    rows["trader_id"] = [busy, "nobody", busy, "nobody"]
    rows["hs_code"] = [goods, goods, "99999999", "99999999"]
    found = model.scores(rows)
    doubt = found.unsure**2 / (found.probability * (1 - found.probability))
    assert doubt[0] < doubt[1] < doubt[3]
    assert doubt[0] < doubt[2] < doubt[3]
    assert doubt[3] == pytest.approx(2 / 8)
    assert (found.unsure <= 0.5).all()


def test_further_keys_are_profiled_like_the_others(parts: Any) -> None:
    found = learnt(parts, keys=("broker",))
    names = set(found.feature_names_in_) - set(learnt(parts).feature_names_in_)
    kinds = ("declarations", "inspections", "rate", "unsure", "revenue", "since")
    assert names == {f"broker_{kind}" for kind in kinds}
    with pytest.raises(TargetingError, match="no column broker, from which"):
        found.scores(parts[1].drop(columns=[*TRUTH, "broker"]))


@pytest.mark.parametrize(
    ("keys", "told"),
    [(("colour",), "no column of the table"), (("office",), "profiled anyway"),
     (("hs_code",), "profiled anyway"), (("broker", "broker"), "each once"), ("broker", "a list of columns")],
)  # fmt: skip
def test_keys_that_cannot_be(parts: Any, keys: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        learnt(parts, keys=keys)


def test_the_fingerprint_is_of_what_was_learnt_and_how(parts: Any, model: Targeting) -> None:
    early = parts[0]
    assert learnt(parts).fingerprint == model.fingerprint
    assert len(model.fingerprint) == 16
    other = early.assign(fraud=early["fraud"].to_numpy()[::-1])
    later = early.assign(value_cny=early["value_cny"] * 2)
    tables = (early, other, later, early[:-1])
    seen = {learnt((table, None), iterations=1).fingerprint for table in tables}
    assert len(seen) == 4
    copy = pickle.loads(pickle.dumps(model)).set_params(weight=0.123)
    assert copy.fingerprint != model.fingerprint
    with pytest.raises(TargetingError, match="learnt nothing"):
        _ = Targeting().fingerprint


@pytest.mark.parametrize("booster", get_args(Booster))
def test_every_booster_learns_and_repeats_itself(parts: Any, booster: Booster) -> None:
    if booster != "histogram" and find_spec(booster) is None:
        pytest.skip(f"{booster} is not installed")
    late = parts[1]
    found = learnt(parts, booster=booster).scores(late.drop(columns=TRUTH))
    again = learnt(parts, booster=booster).scores(late.drop(columns=TRUTH))
    assert auc(found.probability, late["fraud"]) > 0.75
    assert np.corrcoef(np.log(found.recovered), np.log(late["value_cny"]))[0, 1] > 0.5
    np.testing.assert_array_equal(found.score, again.score)


def test_a_booster_that_is_not_installed_is_told(monkeypatch: Any) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    with pytest.raises(TargetingError, match="pip install lightgbm"):
        boosters("lightgbm", Settings(1, 0.1, 1, 1, 100, []))


@pytest.mark.parametrize("booster", get_args(Booster))
def test_a_copy_scores_the_same(parts: Any, booster: Booster) -> None:
    if booster != "histogram" and find_spec(booster) is None:
        pytest.skip(f"{booster} is not installed")
    late, found = parts[1].drop(columns=TRUTH), learnt(parts, booster=booster, iterations=5)
    copy = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(copy.scores(late).score, found.scores(late).score)
    assert copy.fingerprint == found.fingerprint


def test_it_is_an_estimator_of_scikit_learn(parts: Any, model: Targeting) -> None:
    """The checks that make sense for one that takes frames: the others feed tables of numbers."""
    check_parameters_default_constructible("Targeting", Targeting())
    check_no_attributes_set_in_init("Targeting", Targeting())
    assert is_classifier(model)
    check_is_fitted(model)
    settings = {"weight": 0.25, "keys": ("broker",), "iterations": 7, "booster": "lightgbm"}
    changed = clone(model).set_params(**settings)
    assert {name: changed.get_params()[name] for name in settings} == settings
    assert not hasattr(changed, "memory_")
    with pytest.raises(ValueError, match="Invalid parameter"):
        changed.set_params(colour=1)
    before = model.get_params()
    late = parts[1]
    assert model.score(late.drop(columns=TRUTH), late["fraud"]) > 0.85
    assert model.get_params() == before


def test_fitting_leaves_the_table_and_settings_alone(parts: Any) -> None:
    early = parts[0].drop(columns=TRUTH).copy()
    before = early.copy()
    settings = {"keys": ["broker"], **FEW}
    found = Targeting(**settings).fit(early, parts[0]["fraud"])
    found.scores(early)
    pd.testing.assert_frame_equal(early, before)
    assert found.get_params()["keys"] is settings["keys"]


def test_the_order_of_rows_does_not_matter(parts: Any, model: Targeting) -> None:
    """Nor does their number: a single row, or none."""
    late = parts[1].drop(columns=TRUTH)
    mixed = np.random.default_rng(1).permutation(len(late))
    np.testing.assert_array_equal(model.scores(late.iloc[mixed]).score, model.scores(late).score[mixed])
    assert len(model.scores(late[:0])) == 0
    np.testing.assert_array_equal(model.scores(late[:1]).score, model.scores(late).score[:1])


def test_twice_the_value_is_more_to_recover(parts: Any, model: Targeting) -> None:
    """Amounts beyond the largest fraud that was ever seen are expected to recover more, not the same."""
    one = parts[1].drop(columns=TRUTH)[:1]
    rows = pd.concat([one] * 2, ignore_index=True)
    rows["value_cny"] = parts[0]["value_cny"].max() * np.array([100, 1000])
    rows["duty_cny"], rows["net_mass_kg"] = rows["value_cny"] * 0.13, rows["value_cny"] / 10
    found = model.recovered(rows)
    assert found[1] == pytest.approx(10 * found[0])


@pytest.mark.parametrize("booster", get_args(Booster))
def test_what_inspections_found_never_lowers_the_probability(parts: Any, booster: Booster) -> None:
    if booster != "histogram" and find_spec(booster) is None:
        pytest.skip(f"{booster} is not installed")
    found = learnt(parts, booster=booster, iterations=100)  # that trees ask every feature
    seen = found.features(parts[1].drop(columns=TRUTH))
    before = found.scored(seen).probability
    for name in ("trader_rate", "hs4_rate", "trader_revenue"):
        values = seen.values.copy()
        values[:, seen.names.index(name)] += 0.3
        after = found.scored(Features(seen.names, values)).probability
        assert (after >= before - 1e-9).all()
        assert (after > before).any() or name != "trader_rate"


def test_boosters_learn_from_the_latest_and_profiles_from_all(parts: Any) -> None:
    """Labels of rows before the latest change profiles, but are no cases to learn from themselves."""
    early, late = parts[0], parts[1].drop(columns=TRUTH)
    few, all_of_it = learnt(parts, most=1000), learnt(parts, most=len(early))
    np.testing.assert_array_equal(few.features(late).values, all_of_it.features(late).values)
    assert not np.array_equal(few.scores(late).score, all_of_it.scores(late).score)
    again = learnt(parts, most=len(early) + 5)
    np.testing.assert_array_equal(again.scores(late).score, all_of_it.scores(late).score)
    with pytest.raises(TargetingError, match="a model needs 20"):
        learnt(parts, most=3)
