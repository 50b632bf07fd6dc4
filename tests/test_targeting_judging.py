"""A ranking judged: against counting by hand, known formulas, what is true of a made-up world."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact
from sklearn.metrics import roc_auc_score

import choosing
from customhouse.errors import TargetingError
from customhouse.targeting import at_shares
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.judging import Evaluation, evaluate
from customhouse.targeting.judging.baselines import Earlier, baselines
from customhouse.targeting.judging.calibrating import calibrated
from customhouse.targeting.judging.fairness import adjusted, exact
from customhouse.targeting.judging.groups import Pooled
from customhouse.targeting.judging.model import DECLARED_DUTY, LAST_YEAR, RANDOM, RANKINGS, TRADER_RATE
from customhouse.targeting.judging.ranking import Rank
from customhouse.targeting.judging.resampling import Resampling, area, effective, figure, measured
from customhouse.targeting.judging.truth import Labels, labelled
from customhouse.targeting.simulated import declarations

TRUTH = ["fraud", "scheme", "revenue_cny"]
CUT = date(2024, 1, 10)
ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 9), st.integers(0, 3)),
    min_size=1, max_size=14,
)  # fmt: skip


def labels(fraud: Any, revenue: Any, weight: Any = None) -> Labels:
    """Outcomes of all declarations, or of those with a weight."""
    heavy = np.ones(len(fraud)) if weight is None else np.asarray(weight, dtype=float)
    basis: Any = "all" if weight is None else "known"
    known = heavy > 0
    return Labels(known, np.where(known, fraud, 0.0), np.where(known, revenue, 0.0), heavy, basis)


@dataclass(frozen=True)
class Chosen:
    """What a selection says of declarations."""

    drawn: Any
    targeted: Any
    probability: Any
    basis: Any


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Earlier declarations with outcomes, and what came later than anything known of them."""
    frame = declarations(9000, seed=5, trader_count=500).to_pandas()
    return frame[frame.date < CUT], frame[frame.date >= CUT + timedelta(days=15)].reset_index(drop=True)


@pytest.fixture(scope="module")
def model(parts: Any) -> Targeting:
    early = parts[0]
    return Targeting(iterations=30).fit(early.drop(columns=TRUTH), early.fraud, revenue=early.revenue_cny)


@pytest.fixture(scope="module")
def found(parts: Any, model: Targeting) -> Evaluation:
    early, late = parts
    truth = late[["declaration_id", "fraud", "revenue_cny"]].sample(frac=1, random_state=3)
    return evaluate(late.drop(columns=TRUTH), model, truth, past=early, simulated=True, samples=60)


# ---- tops of rankings


@given(ROWS, st.lists(st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.0]), min_size=1, max_size=3))
def test_tops_are_those_of_the_measures(rows: Any, shares: list[float]) -> None:
    scores, fraud, revenue, _ = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    got = Rank.of(scores, len(rows)).tops(labels(fraud, revenue), shares)
    for one, at in zip(got, at_shares(scores, fraud, revenue, shares, samples=0), strict=True):
        assert one == pytest.approx([at.precision, at.recall, at.revenue_recall], nan_ok=True)


@given(ROWS, st.sampled_from([0.1, 0.3, 0.5, 1.0]))
def test_a_weight_counts_as_so_many_declarations(rows: Any, share: float) -> None:
    """Bootstrap counts, and weights of known outcomes, give what the declarations repeated would give."""
    scores, fraud, revenue, times = (np.array(column) for column in zip(*rows, strict=True))
    if not times.sum():
        return
    rank, told = Rank.of(scores, len(rows)), labels(fraud.astype(float), revenue.astype(float))
    got = rank.tops(told, [share], times.astype(float))[0]
    part = rank.count(share) / len(rows) * times.sum()  # so many of the repeated ones
    again = [np.repeat(one, times).astype(float) for one in (scores, fraud, revenue)]
    chance = top_of(again[0], part)
    assert got[0] == pytest.approx(chance @ again[1] / part)
    if again[1].sum():
        assert got[1] == pytest.approx(chance @ again[1] / again[1].sum())
    if again[2].sum():
        assert got[2] == pytest.approx(chance @ again[2] / again[2].sum())


def top_of(scores: Any, count: float) -> Any:
    """The chance of each to be among the top `count`, one score after the other."""
    chance = np.zeros(len(scores))
    for score in sorted(set(scores), reverse=True):
        tied = scores == score
        chance[tied] = min(1.0, max(0.0, count - chance.sum()) / tied.sum())
    return chance


@given(ROWS, st.sampled_from([0.1, 0.4, 1.0]))
def test_known_outcomes_stand_for_others_by_their_weights(rows: Any, share: float) -> None:
    scores, fraud, revenue, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    rank = Rank.of(scores, len(rows))
    got = rank.tops(labels(fraud, revenue, weight), [share])[0]
    held = top_of(scores, rank.count(share)) * weight
    expected = [
        held @ fraud / held.sum() if held.sum() else math.nan,
        held @ fraud / (weight @ fraud) if weight @ fraud else math.nan,
        held @ revenue / (weight @ revenue) if weight @ revenue else math.nan,
    ]
    assert got == pytest.approx(expected, nan_ok=True)
    assert rank.chosen(share) == pytest.approx(top_of(scores, rank.count(share)))


def test_a_far_sample_is_looked_at_whole() -> None:
    """Where a bootstrap sample has few of the top, the ranking is followed further down."""
    scores, told = np.arange(3000.0)[::-1], labels(np.arange(3000) % 7 == 0, np.ones(3000))
    counts = np.where(np.arange(3000) < 2000, 0.0, 3.0)
    got = Rank.of(scores, 3000).tops(told, [0.1], counts)[0]
    assert got[0] == pytest.approx((np.arange(2000, 2100) % 7 == 0).mean())


def test_the_curve_goes_from_nothing_to_all() -> None:
    random = np.random.default_rng(1)
    fraud = (random.random(400) < 0.2).astype(float)
    weight = random.integers(0, 3, 400)
    curve = Rank.of(random.random(400) + fraud, 400).curve(labels(fraud, fraud * random.random(400), weight))
    assert (curve.fraud[0], curve.revenue[0]) == (0, 0)
    assert (curve.fraud[-1], curve.revenue[-1]) == pytest.approx((1, 1))
    assert (np.diff(curve.fraud) >= -1e-12).all() and len(curve.inspected) == len(curve.fraud)


@pytest.mark.parametrize(
    ("scores", "told"),
    [([1.0, 2.0], "shape"), ([1.0, 2.0, math.nan], "missing"), ([1.0, 2.0, math.inf], "infinite")],
)
def test_scores_that_rank_nothing(scores: list[float], told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Rank.of(scores, 3)


# ---- intervals


@given(ROWS)
def test_the_area_is_that_of_weighted_pairs(rows: Any) -> None:
    scores, fraud, _, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    got = area(scores, labels(fraud, fraud, weight), np.arange(len(rows)))
    used = weight > 0
    if len(set(fraud[used])) < 2:
        assert math.isnan(got.value)
        return
    assert got.value == pytest.approx(roc_auc_score(fraud[used], scores[used], sample_weight=weight[used]))
    assert math.isnan(got.low) or got.low <= got.value <= got.high


def traded(random: np.random.Generator, traders: int) -> tuple[Any, Any, Any]:
    """Traders with habits of their own: the trader, the outcome and the score of each declaration."""
    trader = np.repeat(np.arange(traders), random.integers(1, 25, traders))
    habit = random.beta(0.4, 4, traders)
    fraud = (random.random(len(trader)) < habit[trader]).astype(float)
    seen = np.clip(habit + 0.1 * random.standard_normal(traders), 0, 1)
    return trader, fraud, seen[trader] + 0.05 * random.random(len(trader))


def test_whole_traders_have_to_be_drawn() -> None:
    """Intervals hold what is true of all traders in about 95 of 100 cases; those of declarations do not."""
    random = np.random.default_rng(4)
    _, fraud, scores = traded(random, 40_000)
    truth = Rank.of(scores, len(scores)).tops(labels(fraud, fraud), [0.1])[0, 1]
    area_of_all = area(scores, labels(fraud, fraud), np.arange(len(scores))).value
    held = {"traders": 0, "declarations": 0, "area": 0}
    for seed in range(100):
        trader, fraud, scores = traded(random, 250)
        told, rank = labels(fraud, fraud), Rank.of(scores, len(scores))
        for kind, cluster in (("traders", trader), ("declarations", np.arange(len(trader)))):
            points, draws = measured([rank], told, [0.1], Resampling(cluster, 80, seed))
            one = figure(points[0, 0, 1], draws[:, 0, 0, 1], effective(fraud))
            held[kind] += one.low <= truth <= one.high
        one = area(scores, told, trader)
        held["area"] += one.low <= area_of_all <= one.high
    assert held["traders"] >= 87 and held["area"] >= 87
    assert held["declarations"] <= held["traders"] - 10


def test_certainty_keeps_an_interval() -> None:
    """A precision of 1 in ten declarations, or of few known ones, is not certain."""
    sure = figure(1.0, np.ones(50), 10)
    assert sure.high == 1 and 0.6 < sure.low < 0.75
    few = figure(0.5, np.linspace(0.4, 0.6, 50), 4)
    assert few.low < 0.2 and few.high > 0.8
    many = figure(0.5, np.linspace(0.4, 0.6, 50), 400)
    assert (many.low, many.high) == pytest.approx((0.405, 0.595))
    assert math.isnan(figure(math.nan, np.ones(5), 10).low)
    assert math.isnan(figure(0.5, np.empty(0), 0).low)


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=20))
def test_effective_cases(weights: list[float]) -> None:
    cases = effective(np.array(weights))
    assert 1 - 1e-9 <= cases <= len(weights) + 1e-9
    assert effective(np.full(7, 2.0)) == pytest.approx(7)


# ---- all of it


def test_it_beats_chance_and_says_what_holds(found: Evaluation) -> None:
    assert tuple(one.name for one in found.rankings) == RANKINGS
    assert found.absent == () and found.leak is not None and not found.leak.leaks
    by_name = {one.name: one for one in found.rankings}
    for share, top in zip((0.01, 0.02, 0.05, 0.1), by_name[RANDOM].tops, strict=True):
        assert top.recall.value == pytest.approx(top.inspected / found.data.count)
        assert top.precision.value == pytest.approx(found.data.rate.value)
        assert top.share == share
    ours = found.ours.tops[2]
    assert ours.precision.value > 2 * found.data.rate.value
    for one in (ours.precision, ours.recall, ours.revenue_recall):
        assert one.low <= one.value + 0.05 and one.low < one.high
    assert ours.precision.value <= ours.best_precision and 0 < ours.of_best("revenue_recall") <= 1
    chance = [one for one in found.differences if (one.baseline, one.share) == (RANDOM, 0.05)]
    assert {one.measure: one.holds for one in chance}["revenue_recall"]
    for one in found.differences:
        mine, other = (
            next(getattr(top, one.measure).value for top in by_name[name].tops if top.share == one.share)
            for name in ("ours", one.baseline)
        )
        assert one.value == pytest.approx(mine - other)
        assert one.holds == (one.low > 0 or one.high < 0)


def test_a_paired_difference_is_narrower_than_two_intervals(parts: Any) -> None:
    """A ranking that is a little better everywhere is told apart though the intervals overlap."""
    late = parts[1]
    random = np.random.default_rng(2)
    base = 0.3 * late.fraud + random.random(len(late))
    better = base + 0.06 * late.fraud
    one = evaluate(late, better, late, last_year=base, samples=80)
    apart = next(d for d in one.differences if (d.baseline, d.share, d.measure) == (LAST_YEAR, 0.1, "recall"))
    ours, then = one.ours.tops[3].recall, one.rankings[3].tops[3].recall
    assert one.rankings[3].name == LAST_YEAR
    assert ours.low < then.high and apart.holds and apart.value > 0


def test_groups_make_up_the_whole(found: Evaluation) -> None:
    size, ours = found.data.count, found.ours.tops[2]
    for by in ("office", "trusted", "seen"):
        mine = [one for one in found.groups if one.by == by]
        assert sum(one.count for one in mine) == size
        assert sum(one.selected * one.count for one in mine) == pytest.approx(ours.inspected)
        frauds = sum(one.rate * one.count for one in mine)
        hits = sum(one.recall.value * one.rate * one.count for one in mine if one.rate)
        assert hits / frauds == pytest.approx(ours.recall.value)
        assert [one.count for one in mine] == sorted((one.count for one in mine), reverse=True)
    assert {one.code for one in found.groups if one.by == "trusted"} == {"trusted", "other"}


def test_origins_make_up_the_whole(found: Evaluation) -> None:
    fair = found.fairness
    assert fair is not None
    assert fair.whole.selected.rate == pytest.approx(found.ours.tops[2].inspected / found.data.count)
    assert sum(one.share for one in fair.origins) == pytest.approx(1)
    assert sum(one.value_share for one in fair.origins) == pytest.approx(1)
    for name in ("selected", "precision", "false_positive", "recall"):
        p_values = [getattr(one, name).p_value for one in fair.origins]
        told = [p for p in p_values if not math.isnan(p)]
        expected = iter(false_discovery_control(told))
        for one, p in zip(fair.origins, p_values, strict=True):
            rate = getattr(one, name)
            assert math.isnan(p) or rate.adjusted == pytest.approx(next(expected))
            assert math.isnan(rate.rate) or rate.low - 1e-9 <= rate.rate <= rate.high + 1e-9
    whole = fair.whole
    clean = whole.selected.rate * (1 - whole.precision.rate) / (1 - whole.fraud_rate)
    assert whole.false_positive.rate == pytest.approx(clean)


def test_json_has_no_number_that_is_none(found: Evaluation) -> None:
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["warnings"] == ["simulated"]
    assert told["rankings"][0]["tops"][2]["precision"]["value"] == found.ours.tops[2].precision.value
    assert told["data"]["first"] == found.data.first.isoformat()
    assert told["leakage"]["leaks"] is False
    assert all(row["warnings"] == ["simulated"] for row in (*told["differences"], *told["groups"]))
    assert all("holds" in row for row in told["differences"])


def test_the_same_twice_and_in_any_frame(parts: Any) -> None:
    early, late = parts
    late = late[:1200]
    score = late.duty_cny.to_numpy()
    asked = {"samples": 15, "seed": 4}
    first = evaluate(late, score, late, past=early, **asked).to_dict()
    other = pl.from_pandas(late), score, pl.from_pandas(late)
    assert json.dumps(first) == json.dumps(evaluate(*other, past=pl.from_pandas(early), **asked).to_dict())
    order = np.random.default_rng(1).permutation(len(late))
    mixed = late.iloc[order]
    again = evaluate(mixed, score[order], late[["declaration_id", *TRUTH]], past=early, samples=0)
    assert [t.precision.value for t in again.ours.tops] == pytest.approx(
        [t["precision"]["value"] for t in first["rankings"][0]["tops"]]
    )


def test_our_own_duty_is_not_told_apart_from_declared_duty(parts: Any) -> None:
    late = parts[1]
    one = evaluate(late, late.duty_cny.to_numpy(), late, samples=20)
    mine = [d for d in one.differences if d.baseline == DECLARED_DUTY]
    assert mine and not any(d.holds or d.value for d in mine)


# ---- baselines, by hand


def small() -> tuple[pd.DataFrame, pd.DataFrame]:
    day = [date(2024, 1, 1) + timedelta(days=n) for n in range(4)]
    early = pd.DataFrame({
        "date": day, "trader_id": ["A", "A", "B", "C"], "hs_code": ["01012100"] * 3 + ["85171300"],
        "fraud": [1, 0, 0, None], "revenue_cny": [800.0, 0, 0, None], "finished": [date(2024, 1, 9)] * 4,
    })  # fmt: skip
    late = pd.DataFrame({
        "date": [date(2024, 2, 1)] * 4, "trader_id": ["A", "B", "C", "D"], "hs_code": ["01019000"] * 4,
        "duty_rate": [0.1, 0.2, None, 0.1], "value_cny": [100.0, 100.0, 100.0, 300.0], "aeo": [0, 1, 0, 0],
    })  # fmt: skip
    return early, late


def test_baselines_by_hand() -> None:
    early, late = small()
    import narwhals as nw

    found = baselines(nw.from_native(late), np.full(4, 19754), None, Earlier.of(early, "past"))
    assert found.seen is not None and found.seen.tolist() == [True, True, True, False]
    overall = 1 / 3
    rates = [(1 + 8 * overall) / (2 + 8), (0 + 8 * overall) / (1 + 8), overall, overall]
    assert found.scores[TRADER_RATE] == pytest.approx(rates)
    assert found.scores[DECLARED_DUTY] == pytest.approx([10, 20, 0, 30])
    mean = 80_000 / 3
    of_a = (80_000 + 8 * mean) / 10
    listed = [(80_000 + 8 * of_a) / 10, (0 + 8 * (8 * mean / 9)) / 9, mean, mean]
    assert found.scores[LAST_YEAR] == pytest.approx(listed)
    assert found.absent == ()


def test_what_cannot_be_judged_is_said() -> None:
    late = small()[1].drop(columns=["duty_rate", "aeo"])
    one = evaluate(late, [3, 2, 1, 0], {"fraud": [1, 0, 0, 1]}, samples=5)
    assert [a.what for a in one.absent] == [
        "leakage", TRADER_RATE, DECLARED_DUTY, LAST_YEAR, "seen", "office", "trusted", "fairness", "revenue",
        "calibration",
    ]  # fmt: skip
    assert [r.name for r in one.rankings] == ["ours", RANDOM]
    assert math.isnan(one.data.revenue_cny.value) and math.isnan(one.ours.tops[0].revenue_recall.value)
    assert json.dumps(one.to_dict(), allow_nan=False)


def test_the_accredited_are_those_of_the_list(parts: Any) -> None:
    from customhouse.targeting.trusted import Trusted

    late = parts[1][:900]
    traders = sorted(set(late.trader_id[late.aeo]))[:8]
    listed = Trusted.of([{"trader_id": one, "first_day": "2022-01-01"} for one in traders])
    one = evaluate(late, late.duty_cny.to_numpy(), late, trusted=listed, samples=2)
    by_code = {group.code: group.count for group in one.groups if group.by == "trusted"}
    assert by_code["trusted"] == late.trader_id.isin(traders).sum()
    flags = evaluate(late, late.duty_cny.to_numpy(), late, trusted=late.trader_id.isin(traders), samples=2)
    assert {group.code: group.count for group in flags.groups if group.by == "trusted"} == by_code
    with pytest.raises(TargetingError, match="no column trader_id"):
        evaluate(FRAME, [3, 2, 1], trusted=listed)


def test_last_year_is_a_model_scores_or_a_table(parts: Any, model: Targeting) -> None:
    early, late = parts
    late = late[:800]
    for given_ in (model, model.scores(late.drop(columns=TRUTH)), early, late.duty_cny.to_numpy()):
        one = evaluate(late, late.value_cny.to_numpy(), late, last_year=given_, samples=2)
        assert LAST_YEAR in [r.name for r in one.rankings]


def test_calibration_is_seen() -> None:
    random = np.random.default_rng(3)
    probability = random.random(20_000) ** 3
    fraud = (random.random(20_000) < probability).astype(float)
    how = Resampling(np.arange(20_000), 30, 1)
    good = calibrated(probability, 1000 * probability, labels(fraud, 1000 * fraud), how)
    assert good.error < 0.02 and 0 < good.skill < 1
    assert sum(one.interval[0] <= one.predicted <= one.interval[1] for one in good.rates) >= 7
    assert sum(one.found.low <= one.expected <= one.found.high for one in good.revenue) >= 7
    assert sum(one.count for one in good.rates) == sum(one.count for one in good.revenue) == 20_000
    bad = calibrated(probability / 4, None, labels(fraud, fraud), how)
    assert bad.error > 0.1 and bad.brier > good.brier and bad.revenue == ()
    half = calibrated(np.full(10, 0.5), None, labels(np.arange(10) % 2, np.zeros(10)), how)
    assert len(half.rates) == 1 and half.error == pytest.approx(0)
    with pytest.raises(TargetingError, match="outside"):
        calibrated(np.array([0.5, 1.5]), None, labels([0, 1], [0, 0]), how)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_exact_test_is_fishers(hits: int, misses: int, others: int, rest: int) -> None:
    if hits + misses and others + rest:
        expected = fisher_exact([[hits, misses], [others, rest]])[1]
        assert exact(hits, hits + misses, others, others + rest) == pytest.approx(expected)


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=12))
def test_p_values_are_adjusted(p_values: list[float]) -> None:
    there = [p for p in p_values if not math.isnan(p)]
    expected = iter(false_discovery_control(there) if there else [])
    for before, after in zip(p_values, adjusted(p_values), strict=True):
        assert math.isnan(after) if math.isnan(before) else after == pytest.approx(next(expected))


def test_fair_selections_are_seldom_called_unfair() -> None:
    """Where origin has nothing to do with selection, origins depart about as seldom as is stated."""
    random = np.random.default_rng(6)
    departing = 0
    for _ in range(20):
        trader, fraud, scores = traded(random, 300)
        frame = pd.DataFrame({
            "date": [date(2024, 1, 1)] * len(trader), "trader_id": trader, "fraud": fraud,
            "partner": np.array(["USA", "JPN", "DEU", "KOR", "VNM"])[random.integers(0, 5, 300)][trader],
        })  # fmt: skip
        fair = evaluate(frame, scores, frame, samples=0).fairness
        assert fair is not None
        departing += any(one.selected.departs or one.false_positive.departs for one in fair.origins)
    assert departing <= 4


def test_an_origin_that_is_picked_on_is_seen() -> None:
    random = np.random.default_rng(7)
    trader, fraud, scores = traded(random, 600)
    origin = np.array(["USA", "JPN", "DEU"])[random.integers(0, 3, 600)][trader]
    frame = pd.DataFrame({"date": [date(2024, 1, 1)] * len(trader), "trader_id": trader, "partner": origin})
    fair = evaluate(frame, scores + (origin == "JPN"), {"fraud": fraud}, samples=0).fairness
    assert fair is not None
    told = {one.code: one for one in fair.origins}
    assert told["JPN"].selected.departs and told["JPN"].selected.ratio > 2
    assert told["JPN"].false_positive.departs


def test_small_groups_are_taken_together() -> None:
    found = Pooled.of(np.array(["a"] * 9 + ["b"] * 2 + ["c"] + [""] * 5), 4)
    assert found.codes == ("a", "unknown", "others") and found.others == ("b", "c")
    assert np.bincount(found.number).tolist() == [9, 5, 3]
    alone = Pooled.of(np.array(["a"] * 9 + ["b"] * 2), 4)
    assert alone.codes == ("a", "b") and alone.others == ()


# ---- outcomes known in part


def world() -> tuple[pd.DataFrame, Any]:
    """Declarations with outcomes, scores that tell something, and a targeted set by other scores."""
    random = np.random.default_rng(9)
    trader, fraud, scores = traded(random, 400)
    frame = pd.DataFrame({
        "date": [date(2024, 1, 1)] * len(trader), "trader_id": trader, "fraud": fraud,
        "revenue_cny": fraud * np.exp(random.normal(8, 0.7, len(trader))),
    })  # fmt: skip
    targeted = Rank.of(scores + 0.2 * random.random(len(trader)), len(trader)).chosen(0.05) > 0.5
    return frame.assign(scores=scores), targeted


@pytest.mark.parametrize("by", ["known", "draws"])
def test_estimates_from_draws_are_unbiased(by: Any) -> None:
    """Over many draws estimates centre on what all outcomes give; counting the inspected does not."""
    frame, targeted = world()
    rank = Rank.of(frame.scores, len(frame))
    whole = rank.tops(labels(frame.fraud, frame.revenue_cny), [0.1])[0]
    random, got, naive = np.random.default_rng(1), [], []
    probability = np.where(frame.trader_id % 2, 0.08, 0.16)
    for _ in range(150):
        drawn = random.random(len(frame)) < probability
        seen = drawn | targeted
        outcome = frame.fraud.where(seen, np.nan)
        chosen = Chosen(drawn, targeted, probability, np.where(drawn, 3, np.where(targeted, 1, 0)))
        import narwhals as nw

        told = labelled(nw.from_native(frame.assign(fraud=outcome)), None, chosen, by)
        got.append(rank.tops(told, [0.1])[0])
        naive.append(rank.tops(labels(frame.fraud, frame.revenue_cny, seen), [0.1])[0])
    error = np.std(got, axis=0) / 150**0.5
    assert (np.abs(np.mean(got, axis=0) - whole) <= 4 * error + 0.01).all()
    assert abs(np.mean(naive, axis=0) - whole)[1] > 0.1


def test_targeted_outcomes_make_intervals_narrower() -> None:
    frame, targeted = world()
    drawn = np.random.default_rng(3).random(len(frame)) < 0.1
    seen = frame.assign(fraud=frame.fraud.where(drawn | targeted, np.nan))
    chosen = Chosen(drawn, targeted, np.full(len(frame), 0.1), np.where(drawn, 3, np.where(targeted, 1, 0)))
    one, other = (
        evaluate(seen, frame.scores.to_numpy(), selection=chosen, by=by, samples=60)
        for by in ("known", "draws")
    )
    widths = [e.ours.tops[2].precision.high - e.ours.tops[2].precision.low for e in (one, other)]
    assert widths[0] < widths[1]
    assert (one.data.basis, other.data.basis) == ("known", "draws")
    truth = frame.fraud.mean()
    assert one.data.rate.low <= truth <= one.data.rate.high
    assert math.isnan(one.ours.tops[0].best_precision) and one.best is None
    assert {row.basis for row in one.found} == {"model", "random"}
    assert sum(row.inspected for row in one.found) == int((drawn | targeted).sum())
    assert one.warnings == ()


def test_a_selection_of_lanes_is_judged_by_its_draws(parts: Any) -> None:
    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.lanes import assign

    late = parts[1]
    policy = Policy(inspect=0.2, random=0.5)
    chosen = assign(late.drop(columns=TRUTH), late.duty_cny.to_numpy(), policy, seed=3)
    seen = chosen.inspected
    truth = late[["declaration_id", "revenue_cny"]].assign(fraud=late.fraud.where(seen, None))
    one = evaluate(late.drop(columns=TRUTH), late.value_cny.to_numpy(), truth, selection=chosen, samples=60)
    assert one.data.basis == "known" and one.data.known <= seen.sum()
    assert one.data.rate.low <= late.fraud.mean() <= one.data.rate.high
    aside = dict(one.data.set_aside)
    assert one.data.known + aside.get("not_counted", 0) == seen.sum()


def test_inspected_without_probability_stand_for_themselves(parts: Any) -> None:
    late = parts[1]
    few = late.duty_cny > late.duty_cny.quantile(0.8)
    one = evaluate(late, late.duty_cny.to_numpy(), late.assign(inspected=few.astype(int)), samples=5)
    assert one.warnings == ("inspected",) and one.data.basis == "inspected"
    assert one.data.known == few.sum() == one.found[0].inspected
    assert one.data.rate.value == pytest.approx(late.fraud[few].mean())
    logged = late.assign(inspected=few.astype(int), probability=np.where(few, 0.2, np.nan))
    told = evaluate(late, late.duty_cny.to_numpy(), logged, samples=5)
    assert told.data.basis == "known" and told.warnings == () and told.data.set_aside == ()
    half = logged.assign(probability=logged.probability.where(np.arange(len(late)) % 2 == 0))
    less = evaluate(late, late.duty_cny.to_numpy(), half, samples=5)
    uncounted = int((few & (np.arange(len(late)) % 2 == 1)).sum())
    assert dict(less.data.set_aside) == {"not_counted": uncounted}
    assert less.data.known == few.sum() - uncounted


def test_nothing_is_lost(parts: Any) -> None:
    late = parts[1]
    truth = late[["declaration_id", "fraud", "revenue_cny"]].copy()
    truth["fraud"] = truth.fraud.astype(object)
    truth.loc[:4, "fraud"] = None
    truth["inspected"] = 1
    more = pd.concat([truth, truth[-2:].assign(declaration_id=["X1", "X2"])])
    begin = late.date.iloc[600]
    one = evaluate(late.drop(columns=TRUTH), late.duty_cny.to_numpy(), more, begin=begin, samples=2)
    before = int((late.date < begin).sum())
    assert dict(one.data.set_aside) == {"before_begin": before, "pending": 5, "other_outcomes": 2}
    assert one.data.count == len(late) - before and one.data.first == begin


# ---- the order of time, and what cannot be judged


def test_labels_from_the_future_are_refused(parts: Any, model: Targeting) -> None:
    early, late = parts
    later = Targeting(iterations=2).fit(late.drop(columns=TRUTH), late.fraud, revenue=late.revenue_cny)
    score = late.duty_cny.to_numpy()
    day = late.date.min()
    for asked in (
        {"scores": later}, {"scores": score, "known_by": day}, {"scores": score, "past": late},
        {"scores": score, "last_year": later}, {"scores": score, "last_year": late},
        {"scores": score, "past": early.assign(finished=[date(2024, 6, 1)] * len(early))},
    ):  # fmt: skip
        with pytest.raises(TargetingError, match="labels from the future.*from 20"):
            evaluate(late, truth=late, samples=2, **asked)
    evaluate(late, score, late, known_by=day - timedelta(days=1), samples=2)
    begin = date(2024, 6, 2)
    told = evaluate(
        late, score, late, past=early.assign(finished=[date(2024, 6, 1)] * len(early)), begin=begin, samples=2
    )
    assert told.data.first >= begin


FRAME = pd.DataFrame({
    "declaration_id": ["a", "b", "c"], "date": [date(2024, 1, 1)] * 3, "fraud": [1, 0, 0],
    "revenue_cny": [5.0, 0, 0],
})  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"frame": 3}, "no table"),
        ({"frame": FRAME.drop(columns="date")}, "no column date"),
        ({"frame": FRAME[:0]}, "no declarations"),
        ({"frame": FRAME.assign(date=[None, "2024-01-01", "2024-01-01"])}, "without a day"),
        ({"frame": FRAME.assign(date=["soon"] * 3)}, "not a day"),
        ({"frame": FRAME.drop(columns="fraud")}, "no column fraud"),
        ({"frame": FRAME.assign(fraud=[1, 0, 2])}, "2 as the outcome"),
        ({"frame": FRAME.assign(fraud=[None] * 3)}, "no outcome is known"),
        ({"frame": FRAME.assign(revenue_cny=[-1.0, 0, 0])}, "0 or more"),
        ({"frame": FRAME.assign(revenue_cny=[math.inf, 0, 0])}, "0 or more"),
        ({"frame": FRAME.assign(fraud=[1, 0, None], probability=[0.1, 0.0, 0.1])}, "does not lie above 0"),
        ({"scores": [1, 2]}, "shape"),
        ({"scores": [1, 2, math.nan]}, "missing or infinite"),
        ({"shares": [0]}, "a share of 0"),
        ({"shares": []}, "no share"),
        ({"focus": 2}, "a share of 2"),
        ({"samples": -1}, "less than 0"),
        ({"resample": "weeks"}, "'weeks'"),
        ({"begin": "soon"}, "is no day"),
        ({"begin": "2025-01-01"}, "the last is of 2024-01-01"),
        ({"truth": FRAME.assign(declaration_id=["a", "a", "b"])}, "a has two outcomes"),
        ({"frame": FRAME.assign(declaration_id=["a", "a", "b"]), "truth": FRAME}, "occur twice"),
        ({"truth": FRAME[:2].drop(columns="declaration_id")}, "2 outcomes for 3"),
        ({"truth": 5}, "no table"),
        ({"truth": FRAME.assign(declaration_id=["x", "y", "z"])}, "no outcome of these"),
        ({"trusted": [True]}, "trusted has the shape"),
        ({"last_year": [1.0]}, "last_year has the shape"),
        ({"selection": Chosen(*[np.ones(2)] * 4), "frame": FRAME.assign(fraud=[1, 0, None])}, "of 2 declar"),
    ],
)
def test_what_cannot_be_judged(change: dict[str, Any], told: str) -> None:
    asked: dict[str, Any] = {"frame": FRAME, "scores": [3, 2, 1], "samples": 2} | change
    with pytest.raises(TargetingError, match=told):
        evaluate(**asked)


@pytest.mark.parametrize(
    "frame",
    [
        FRAME[:1],
        FRAME.assign(fraud=[0, 0, 0], revenue_cny=[0.0, 0, 0]),
        FRAME.assign(fraud=[1, 1, 1]),
        FRAME.assign(trader_id=[None, None, "T"], partner=[None, "USA", None], office=["1", None, ""],
                     aeo=[None, True, False], duty_cny=[None, math.inf, -3.0], value_cny=[None, -1.0, 0.0]),
    ],
)  # fmt: skip
def test_thin_data_give_figures_that_say_so(frame: pd.DataFrame) -> None:
    one = evaluate(frame, np.zeros(len(frame)), samples=4)
    assert one.leak is None and "leakage" in [absent.what for absent in one.absent]
    assert json.dumps(one.to_dict(), allow_nan=False)


ODD = st.one_of(st.none(), st.sampled_from([0.0, -1.0, 5.0, math.inf, math.nan]))
WILD = st.lists(
    st.tuples(st.sampled_from([None, "A", "B", " "]), st.sampled_from([None, "USA", "?", "\u4e2d"]), ODD, ODD,
              st.sampled_from([0, 1, None]), st.floats(-5, 5)),
    min_size=1, max_size=12,
)  # fmt: skip


@choosing.tries(20)
@given(WILD, st.booleans())
def test_whatever_comes_in_gives_figures_or_an_error(rows: Any, partly: bool) -> None:
    trader, origin, value, duty, fraud, score = (list(column) for column in zip(*rows, strict=True))
    frame = pl.DataFrame({
        "date": [date(2024, 1, 1)] * len(rows), "trader_id": trader, "partner": origin, "office": origin,
        "value_cny": value, "duty_cny": duty, "fraud": fraud if partly else [one or 0 for one in fraud],
        "revenue_cny": [abs(one) if one is not None and math.isfinite(one) else 0.0 for one in value],
    }, schema_overrides={"trader_id": pl.String, "partner": pl.String, "office": pl.String, "fraud": pl.Int8,
                         "value_cny": pl.Float64, "duty_cny": pl.Float64})  # fmt: skip
    try:
        one = evaluate(frame, np.array(score), samples=3, last_year=np.array(score))
    except TargetingError:
        return
    assert json.dumps(one.to_dict(), allow_nan=False)
    assert one.data.basis == ("inspected" if None in frame["fraud"] else "all")


def test_lines_of_a_declaration_are_told_apart() -> None:
    frame = pd.DataFrame({"declaration_id": ["a", "a", "b"], "line": [1, 2, 1], "date": ["2024-01-01"] * 3})
    truth = pd.DataFrame({"declaration_id": ["b", "a", "a"], "line": [1, 2, 1], "fraud": [0, 1, 0]})
    one = evaluate(frame, [1, 3, 2], truth, shares=[0.34], focus=0.34, samples=2)
    assert one.ours.tops[0].precision.value == 1


# ---- leaks


def test_koreas_data_carry_the_warning(shared: Path) -> None:
    """The labels of Korea's made-up set are answered by a look-up: every figure from it says so."""
    folder = shared / "data" / "cd_kcs_synthetic"
    if not folder.is_dir():
        pytest.skip("the data are not there")
    names = {
        "Declaration ID": "declaration_id", "Date": "date", "Office ID": "office", "Importer ID": "trader_id",
        "Declarant ID": "declarant_id", "HS6 Code": "hs_code", "Country of Departure": "consignment",
        "Country of Origin": "partner", "Tax Rate": "duty_rate", "Net Mass": "net_mass_kg", "Fraud": "fraud",
        "Item Price": "value_cny",
    }  # fmt: skip
    early, late = (
        pl.read_csv(folder / f"df_syn_{part}_eng.csv", schema_overrides={"HS6 Code": pl.String})
        .select(list(names)).rename(names) for part in ("train", "valid")
    )  # fmt: skip
    late = late.filter(pl.col("date") > early["date"].max())
    amount = (late["value_cny"] * late["duty_rate"]).fill_null(0).to_numpy()
    one = evaluate(late, amount, late, past=early, samples=5)
    assert one.leak is not None and one.leak.leaks and one.leak.auc > 0.95
    assert one.warnings == ("leakage",)
    told = one.to_dict()
    rows = (told["data"], told["fairness"], *told["rankings"], *told["rankings"][0]["tops"], *told["groups"])
    assert all(row["warnings"] == ["leakage"] for row in (*rows, *told["fairness"]["origins"]))
