"""Why: contributions are exact, reasons say what was known by then, and nothing of another trader."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

import choosing
from customhouse.errors import TargetingError
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.simulated import declarations
from customhouse.targeting.why import contributions, dependence, importance, reasons
from customhouse.targeting.why.contributions import head
from customhouse.targeting.why.disclosure import Disclosure
from customhouse.targeting.why.shapley import shapley
from customhouse.targeting.why.trees import Tree, histogram

TRUTH = ["fraud", "scheme", "revenue_cny"]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Any:
    with threadpool_limits(1, user_api="openmp"):
        yield


def expected(tree: Tree, row: Any, known: frozenset[int], node: int = 0) -> float:
    """What a tree predicts where only some features are known: by shares of its rows elsewhere."""
    feature = int(tree.feature[node])
    if feature < 0:
        return float(tree.value[node])
    left, right = int(tree.left[node]), int(tree.right[node])
    if feature in known:
        value = row[feature]
        goes = bool(tree.missing_left[node]) if math.isnan(value) else value <= tree.threshold[node]
        return expected(tree, row, known, left if goes else right)
    parts = [(float(tree.cover[one]), expected(tree, row, known, one)) for one in (left, right)]
    return sum(cover * value for cover, value in parts) / float(tree.cover[node])


def by_hand(tree: Tree, row: Any, features: int) -> list[float]:
    """The Shapley values of a tree by their definition: over all coalitions."""
    found = []
    for mine in range(features):
        others = [one for one in range(features) if one != mine]
        total = 0.0
        for size in range(features):
            weight = math.factorial(size) * math.factorial(features - size - 1) / math.factorial(features)
            for one in combinations(others, size):
                with_me, without = frozenset((*one, mine)), frozenset(one)
                total += weight * (expected(tree, row, with_me) - expected(tree, row, without))
        found.append(total)
    return found


@st.composite
def trees(draw: Any, features: int = 4) -> Tree:
    """A tree of up to four questions on the way, which asks features again."""
    nodes: list[list[float]] = []

    def grow(depth: int, cover: int) -> int:
        place = len(nodes)
        nodes.append([-1, 0.0, 0, 0, 0, 0.0, cover])
        if depth == 0 or cover < 2 or draw(st.integers(0, 4)) == 0:
            nodes[place][5] = draw(st.integers(-9, 9))
            return place
        part = draw(st.integers(1, cover - 1))
        nodes[place][:3] = [draw(st.integers(0, end)) for end in (features - 1, 3, 1)]
        nodes[place][3], nodes[place][4] = grow(depth - 1, part), grow(depth - 1, cover - part)
        return place

    grow(4, 50)
    columns = np.array(nodes, dtype=float).T
    feature, threshold, missing, left, right, value, cover = columns
    whole = [one.astype(np.int64) for one in (feature, left, right)]
    return Tree(whole[0], threshold, missing.astype(bool), whole[1], whole[2], value, cover)


@given(trees(), st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, math.nan]), min_size=4, max_size=4))
@choosing.tries(30)
def test_shapley_values_are_those_of_their_definition(tree: Tree, row: list[float]) -> None:
    base, found = shapley([tree], np.array([row]))
    assert base == pytest.approx(expected(tree, row, frozenset()), abs=1e-9)
    np.testing.assert_allclose(found[0], by_hand(tree, row, 4), atol=1e-9)


def made(rows: int, features: int, seed: int = 1) -> tuple[Any, Any]:
    """Values, some of them missing, and an amount that hangs on several together."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, features))
    values[random.random(values.shape) < 0.15] = np.nan
    full = np.nan_to_num(values)
    amount = full[:, 0] * full[:, 1] + full[:, 2] - np.isnan(values[:, 3])
    return values, amount + 0.3 * random.normal(size=rows)


def test_a_fitted_booster_by_definition_and_added_up() -> None:
    values, amount = made(400, 5)
    for booster, outcome in (
        (HistGradientBoostingClassifier(max_iter=3, max_leaf_nodes=6), amount > 0),
        (HistGradientBoostingRegressor(max_iter=3, max_leaf_nodes=6), amount),
    ):
        booster.fit(values, outcome)
        base, grown = histogram(booster)
        asked = np.vstack([values[:6], np.full((1, 5), np.nan)])
        mean, found = shapley(grown, asked)
        for place, row in enumerate(asked):
            np.testing.assert_allclose(
                found[place], np.sum([by_hand(tree, row, 5) for tree in grown], axis=0), atol=1e-9
            )
        raw = booster._raw_predict(asked).ravel()
        np.testing.assert_allclose(base + mean + found.sum(axis=1), raw, atol=1e-9)


def test_many_rows_are_as_one_and_add_up() -> None:
    """Deep trees: patterns of few rows and of many are found in two ways."""
    values, amount = made(3000, 12)
    booster = HistGradientBoostingRegressor(max_iter=30, max_leaf_nodes=31, min_samples_leaf=5)
    booster.fit(values, amount)
    base, grown = histogram(booster)
    mean, found = shapley(grown, values)
    np.testing.assert_allclose(base + mean + found.sum(axis=1), booster.predict(values), atol=1e-9)
    for place in (0, 7):
        np.testing.assert_allclose(shapley(grown, values[place : place + 1])[1][0], found[place], atol=1e-12)
    assert max(len(path.steps) for tree in grown for path in tree.paths()) > 6


def test_boosters_that_cannot_be_explained() -> None:
    values, amount = made(300, 4)
    several = HistGradientBoostingClassifier(max_iter=1).fit(values, np.digitize(amount, [-0.5, 0.5]))
    with pytest.raises(TargetingError, match="not for several"):
        histogram(several)
    by_kind = HistGradientBoostingRegressor(max_iter=1, categorical_features=[0])
    by_kind.fit(np.column_stack([np.arange(300) % 5, values]), np.arange(300) % 5 % 2 + 0.0)
    with pytest.raises(TargetingError, match="categories"):
        histogram(by_kind)
    with pytest.raises(TargetingError, match="no contributions are known for this booster"):
        head(object(), type("Seen", (), {"values": values})())


def test_a_path_of_too_many_features() -> None:
    depth = 63
    feature = np.array([n // 2 if n % 2 == 0 and n < 2 * depth else -1 for n in range(2 * depth + 1)])
    asks = feature >= 0
    left, right = (np.where(asks, np.arange(len(feature)) + by, 0) for by in (2, 1))
    cover = np.array([float(2 * depth + 2 - n) for n in range(len(feature))])
    tree = Tree(feature, np.zeros(len(feature)), asks, left, right, np.ones(len(feature)), cover)
    with pytest.raises(TargetingError, match="a path of 63 features"):
        shapley([tree], np.zeros((1, depth)))
    with pytest.raises(TargetingError, match="no row went through"):
        Tree(feature, np.zeros(len(feature)), asks, left, right, cover, cover * 0)


@pytest.fixture(scope="module")
def parts() -> tuple[Any, Any]:
    """Declarations to learn from, and later ones."""
    frame = declarations(9000, seed=5).to_pandas()
    return frame[:7000], frame[7000:]


def fitted(parts: Any, **settings: Any) -> Targeting:
    early = parts[0]
    money = settings.pop("revenue", early.revenue_cny)
    model = Targeting(**{"iterations": 25, **settings})
    return model.fit(early.drop(columns=TRUTH), early.fraud, revenue=money)


@pytest.fixture(scope="module")
def model(parts: Any) -> Targeting:
    return fitted(parts)


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_contributions_add_up_to_the_score(parts: Any, model: Targeting, weight: float) -> None:
    late = parts[1].drop(columns=TRUTH)[:300]
    again = Targeting(**{**model.get_params(), "weight": weight})
    again.__dict__ |= {name: value for name, value in vars(model).items() if name.endswith("_")}
    found = contributions(again, again.features(late))
    scores = again.scores(late)
    np.testing.assert_allclose(found.log_score, np.log(scores.score), atol=1e-9)
    odds = np.log(scores.probability / (1 - scores.probability))
    np.testing.assert_allclose(found.probability.raw, odds, atol=1e-9)
    assert found.revenue is not None
    money = found.revenue.raw - np.log(scores.recovered)
    np.testing.assert_allclose(money, money[0], atol=1e-9)


@pytest.mark.parametrize("booster", ["lightgbm", "catboost"])
def test_other_boosters_tell_their_own(parts: Any, booster: Any) -> None:
    pytest.importorskip(booster)
    one = fitted(parts, booster=booster, iterations=8)
    late = parts[1].drop(columns=TRUTH)[:50]
    found = contributions(one, one.features(late))
    np.testing.assert_allclose(found.log_score, np.log(one.decision_function(late)), atol=1e-6)
    assert all(reasons(one, late, range(3), "en"))


def test_a_model_that_learnt_no_revenue(parts: Any) -> None:
    one = fitted(parts, revenue=None, weight=1.0, iterations=5)
    late = parts[1].drop(columns=TRUTH)[:20]
    found = contributions(one, one.features(late))
    assert found.revenue is None
    np.testing.assert_allclose(found.log_score, np.log(one.decision_function(late)), atol=1e-9)
    assert importance(found)[0].revenue is None


def test_nothing_to_explain(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    with pytest.raises(TargetingError, match="learnt nothing"):
        contributions(Targeting(), model.features(late[:1]))
    with pytest.raises(TargetingError, match="no declarations"):
        importance(contributions(model, model.features(late[:0])))
    assert reasons(model, late, [], "en") == ()


def test_what_matters_over_all(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    found = contributions(model, model.features(late))
    by_feature = {one.name: one for one in importance(found, by="feature")}
    assert len(by_feature) == len(found.names)
    for place in (0, 5):
        told = by_feature[found.names[place]]
        assert told.score == pytest.approx(float(np.abs(found.values[:, place]).mean()))
        assert told.probability == pytest.approx(float(np.abs(found.probability.values[:, place]).mean()))
    topics = importance(found, model.memory_.ledgers)
    assert [one.score for one in topics] == sorted((one.score for one in topics), reverse=True)
    assert {"trader", "price", "duty", "goods"} <= {one.name for one in topics}
    assert "other" not in {one.name for one in topics}
    with pytest.raises(TargetingError, match="by topic or feature"):
        importance(found, by="trader")  # type: ignore[arg-type]


def test_a_feature_against_its_values(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    seen = model.features(late)
    found, name = contributions(model, seen), "trader_rate"
    traders, rules = late.trader_id.to_numpy(), Disclosure()
    bins = dependence(found, seen, traders, name, bins=8)
    assert 3 <= len(bins) <= 9
    values, added = seen.column(name).astype(float), found.values[:, found.names.index(name)]
    for one in bins:
        low, high = (-np.inf if one.low is None else one.low, np.inf if one.high is None else one.high)
        rows = np.isnan(values) if one.missing else (values >= low) & (values < high)
        assert rows.sum() == one.rows
        assert one.mean == pytest.approx(float(added[rows].mean()))
        assert one.lower <= np.median(added[rows]) <= one.upper
        shown = rules.shown(np.unique(traders[rows], return_inverse=True)[1])
        assert shown is not None
        assert shown.all()
    assert dependence(found, seen, ["one"] * len(late), name) == ()
    with pytest.raises(TargetingError, match="no feature"):
        dependence(found, seen, traders, "colour")
    with pytest.raises(TargetingError, match="trader of each row"):
        dependence(found, seen, traders[:3], name)
