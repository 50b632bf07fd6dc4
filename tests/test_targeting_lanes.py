"""Lanes under budgets, the draws before them, and the true rates that these estimate."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import TargetingError
from customhouse.targeting.budgets import Budgets, Policy
from customhouse.targeting.chance import Chance, rounded, turns
from customhouse.targeting.intervals import wilson
from customhouse.targeting.lanes import assign
from customhouse.targeting.rates import estimates
from customhouse.targeting.rulebook import Rulebook
from customhouse.targeting.selection import (
    BASES,
    EXPLORATION,
    GREEN,
    LANES,
    MODEL,
    RANDOM,
    RED,
    RULE,
    YELLOW,
    Selection,
    Spent,
)
from customhouse.targeting.trusted import Trusted

FIRST = date(2025, 1, 1)
DECISIONS = ("lane", "basis", "rule", "probability", "drawn", "targeted", "otherwise")


def table(size: int, offices: int = 1, days: int = 1, seed: int = 1) -> pa.Table:
    random = np.random.default_rng(seed)
    return pa.table({
        "declaration_id": [f"d{n}" for n in range(size)],
        "date": [FIRST + timedelta(int(one)) for one in random.integers(0, days, size)],
        "office": [f"{one}" for one in random.integers(5300, 5300 + offices, size)],
        "trader_id": [f"T{one}" for one in random.integers(0, max(2, size // 20), size)],
        "partner": random.choice(["VNM", "CHN"], size),
    })  # fmt: skip


def budget_of(chosen: Selection, policy: Policy) -> Any:
    """Of each office and day the inspections, the budget, and the draws that are expected."""
    cells: dict[tuple[str, int], list[float]] = {}
    for row, red in enumerate(chosen.inspected):
        mine = cells.setdefault((str(chosen.office[row]), int(chosen.day[row])), [0, 0, 0])
        mine[0] += red
        mine[1] += policy.inspect
        mine[2] += chosen.probability[row]
    return np.array(list(cells.values()))


SETTINGS = st.builds(
    Policy, inspect=st.sampled_from([0.0, 0.01, 0.05, 0.3, 1.0]), documents=st.sampled_from([0.0, 0.1, 1.0]),
    random=st.sampled_from([0.0, 0.1, 0.5, 0.9]), trusted=st.sampled_from([0.05, 0.2, 1.0]),
    explore=st.sampled_from([0.0, 0.05, 0.1]), least=st.sampled_from([1e-6, 0.0005]),
    newcomers=st.sampled_from([1.0, 3.0]), trusted_above=st.sampled_from([None, 0.9]),
)  # fmt: skip


@given(SETTINGS, st.integers(1, 80), st.integers(1, 3), st.integers(1, 3), st.integers(0, 9), st.booleans())
def test_what_holds_of_any_selection(
    policy: Policy, size: int, offices: int, days: int, seed: int, unsure: bool
) -> None:
    frame = table(size, offices, days, seed)
    random = np.random.default_rng(seed)
    score, trusted = random.integers(0, 5, size) / 4, random.random(size) < 0.3
    known = random.random(size) < 0.7
    book = Rulebook.of([
        {"name": "in", "words": "x", "when": {"partner": ["VNM"]}, "share": 0.4, "precedence": 2},
        {"name": "out", "words": "x", "when": {"office": ["5301"]}, "lane": "release", "precedence": 1},
        {"name": "look", "words": "x", "when": {"partner": ["CHN"]}, "share": 0.3, "lane": "documents"},
    ])  # fmt: skip
    given = {"rules": book, "trusted": trusted, "known": known, "seed": seed}
    chosen = assign(frame, score, policy, unsure=random.random(size) if unsure else None, **given)
    assert (chosen.probability >= min(policy.least, 1)).all()
    assert (chosen.probability <= 1).all()
    assert ((chosen.basis == RANDOM) == chosen.drawn).all()
    assert (chosen.lane[chosen.drawn] == RED).all()
    assert (chosen.lane[chosen.targeted] == RED).all()
    assert (chosen.otherwise[chosen.targeted] == RED).all()
    assert ((chosen.lane == GREEN) == (chosen.basis == 0)).all()
    assert (chosen.rule[chosen.basis == RULE] >= 0).all()
    for row in np.flatnonzero(chosen.rule >= 0):
        assert chosen.rule[row] in chosen.matched(int(row))
    released = chosen.holds[0]
    assert not released[np.isin(chosen.basis, (MODEL, EXPLORATION, RULE))].any()
    targeted = np.isin(chosen.basis, (MODEL, EXPLORATION, RULE))
    least = math.inf if policy.trusted_above is None else policy.trusted_above
    assert (score[targeted & chosen.trusted] >= least).all()
    assert not unsure or policy.explore or not (chosen.basis == EXPLORATION).any()
    counts, budgets, expected = budget_of(chosen, policy).T
    assert (counts <= np.ceil(np.maximum(budgets, expected) - 1e-6)).all()
    if policy.trusted_above is None and not released.any() and not chosen.trusted.any():
        assert (counts >= np.floor(budgets + 1e-6)).all()


@given(st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, random: Any) -> None:
    """Nor do other offices and days that are decided in the same call, nor the kind of table."""
    frame = table(120, 2, 3, seed)
    order = list(range(120))
    random.shuffle(order)
    score = np.random.default_rng(seed).integers(0, 4, 120) / 4
    policy = Policy(inspect=0.17, documents=0.2, random=0.3)
    trusted, unsure = score > 0.6, score[::-1].copy()
    known = {f"T{n}" for n in range(3)}
    one = assign(frame, score, policy, trusted=trusted, unsure=unsure, known=known, seed=seed)
    taken = frame.take(order)
    for kind in (taken, taken.to_pandas(), polars.from_arrow(taken)):
        other = assign(kind, score[order], policy, trusted=trusted[order], unsure=unsure[order], known=known,
                       seed=seed)  # fmt: skip
        for name in DECISIONS:
            assert (getattr(one, name)[order] == getattr(other, name)).all()
    day = one.day == one.day[0]
    alone = assign(frame.filter(pa.array(day)), score[day], policy, trusted=trusted[day], unsure=unsure[day],
                   known=known, seed=seed)  # fmt: skip
    for name in DECISIONS:
        assert (getattr(one, name)[day] == getattr(alone, name)).all()


def test_another_seed_draws_others() -> None:
    frame = table(2000)
    one, other = (assign(frame, np.zeros(2000), Policy(random=1.0, explore=0.0), seed=n) for n in (1, 2))
    assert one.drawn.sum() == other.drawn.sum() == 100
    assert (one.drawn & other.drawn).sum() < 20


def test_ties_are_broken_by_the_seed_alone() -> None:
    frame = table(400)
    policy = Policy(inspect=0.1, random=0.1, explore=0.0)
    counts = np.zeros(400)
    for seed in range(200):
        counts += assign(frame, np.zeros(400), policy, seed=seed).lane == RED
    assert counts.sum() == 200 * 40
    assert np.abs(counts - 20).max() < 4.5 * math.sqrt(18)
    assert counts.std() == pytest.approx(math.sqrt(18), rel=0.15)


def test_the_model_takes_the_highest_scores() -> None:
    frame, score = table(1000), np.random.default_rng(1).random(1000)
    chosen = assign(frame, score, Policy(inspect=0.1, documents=0.2, explore=0.0), seed=1)
    assert chosen.inspected.sum() == 100
    assert chosen.drawn.sum() == 10
    order = np.argsort(-score)
    red = [row for row in order if chosen.basis[row] == MODEL and chosen.lane[row] == RED]
    assert red == [row for row in order if not chosen.drawn[row]][:90]
    yellow = [row for row in order if chosen.lane[row] == YELLOW]
    assert yellow == [row for row in order if chosen.lane[row] != RED][:200]
    assert (chosen.otherwise[order[:90]] == RED).all()
    assert (chosen.otherwise[order[90:290]] == YELLOW).all()
    assert (chosen.otherwise[order[290:]] == GREEN).all()
    assert chosen.targeted[order[:90]].all()


def test_exploration_goes_to_the_uncertain() -> None:
    frame, random = table(1000), np.random.default_rng(2)
    score, unsure = random.random(1000), random.random(1000)
    trusted = random.random(1000) < 0.2
    policy = Policy(inspect=0.1, random=0.1, explore=0.2)
    chosen = assign(frame, score, policy, unsure=unsure, trusted=trusted, seed=1)
    tried = np.flatnonzero(chosen.basis == EXPLORATION)
    assert 18 <= len(tried) <= 21
    others = ~chosen.inspected & ~trusted
    assert unsure[tried].min() >= unsure[others].max()
    assert not trusted[tried].any()
    without = assign(frame, score, policy, trusted=trusted, seed=1)
    assert not (without.basis == EXPLORATION).any()
    assert without.inspected.sum() == chosen.inspected.sum() == 100


def test_rules_go_by_precedence_within_the_budget() -> None:
    frame = table(600)
    vietnam = np.array(frame["partner"].to_pylist()) == "VNM"
    book = Rulebook.of([
        {"name": "late", "words": "x", "when": {"office": ["5300"]}, "precedence": 9},
        {"name": "early", "words": "x", "when": {"partner": ["VNM"]}, "precedence": 1, "share": 0.05},
        {"name": "papers", "words": "x", "when": {"partner": ["CHN"]}, "lane": "documents", "share": 0.1},
    ])  # fmt: skip
    chosen = assign(frame, np.zeros(600), Policy(inspect=0.1, documents=0.1), rules=book, seed=3)
    assert [rule.name for rule in chosen.rules] == ["early", "late", "papers"]
    assert chosen.inspected.sum() == 60
    early = (chosen.rule == 0) & (chosen.basis == RULE)
    assert vietnam[early].all()
    assert early.sum() == pytest.approx(0.05 * vietnam.sum(), abs=4 * math.sqrt(0.05 * vietnam.sum()))
    assert ((chosen.rule == 1) & (chosen.lane == RED)).sum() > 20
    assert (chosen.lane == YELLOW).sum() == 60
    assert (chosen.basis[chosen.lane == YELLOW] == RULE).all()
    assert chosen.matched(int(np.flatnonzero(vietnam)[0])) == (0, 1)


def test_a_share_of_a_rule_is_drawn_at_random() -> None:
    frame = table(500)
    book = Rulebook.of([{"name": "a", "words": "x", "when": {"partner": ["VNM"]}, "share": 0.3}])
    policy = Policy(inspect=1.0, documents=0.0, random=0.0, explore=0.0, least=1e-9)
    counts = sum((assign(frame, np.zeros(500), policy, rules=book, seed=seed).basis == RULE).astype(int)
                 for seed in range(200))  # fmt: skip
    holds = np.array(frame["partner"].to_pylist()) == "VNM"
    spread = math.sqrt(200 * 0.3 * 0.7)
    assert not counts[~holds].any()
    assert np.abs(counts[holds] - 60).max() < 4.5 * spread
    assert counts[holds].mean() == pytest.approx(60, abs=4 * spread / math.sqrt(holds.sum()))


def test_what_is_released_can_still_be_drawn() -> None:
    frame = table(400)
    book = Rulebook.of([
        {"name": "release", "words": "x", "when": {"partner": ["VNM"]}, "lane": "release", "precedence": 5},
        {"name": "before", "words": "x", "when": {"trader_id": ["T0"]}, "precedence": 1},
        {"name": "after", "words": "x", "when": {"office": ["5300"]}, "precedence": 9},
    ])  # fmt: skip
    released = np.array(frame["partner"].to_pylist()) == "VNM"
    before = np.array(frame["trader_id"].to_pylist()) == "T0"
    drawn = np.zeros(400, bool)
    for seed in range(60):
        chosen = assign(frame, np.ones(400), Policy(inspect=0.5, documents=0.5), rules=book, seed=seed)
        assert (chosen.probability == 0.05).all()
        others = released & ~before
        assert (chosen.lane[others & ~chosen.drawn] == GREEN).all()
        assert (chosen.lane[before & released] == RED).all()
        drawn |= chosen.drawn
    assert drawn[released].mean() > 0.9


def test_a_rule_may_go_beyond_the_budget() -> None:
    frame = table(200)
    book = Rulebook.of([
        {"name": "banned", "words": "x", "when": {"partner": ["VNM"]}, "beyond_budget": True},
        {"name": "papers", "words": "x", "when": {"partner": ["CHN"]}, "lane": "documents",
         "beyond_budget": True},
    ])  # fmt: skip
    chosen = assign(frame, np.zeros(200), Policy(inspect=0.01, documents=0.01), rules=book, seed=3)
    vietnam = np.array(frame["partner"].to_pylist()) == "VNM"
    assert chosen.inspected[vietnam].all()
    assert chosen.targeted[vietnam].all()
    assert (chosen.lane[~vietnam & ~chosen.drawn] == YELLOW).all()


def test_trusted_holders_have_a_lane_of_their_own() -> None:
    frame, random = table(4000), np.random.default_rng(3)
    trusted, score = random.random(4000) < 0.25, random.random(4000)
    book = Rulebook.of([
        {"name": "all", "words": "x", "when": {"trader_id": ["T1", "T2"]}, "trusted": True, "precedence": 1},
        {"name": "others", "words": "x", "when": {"trader_id": ["T3", "T4"]}, "precedence": 2},
    ])  # fmt: skip
    policy = Policy(inspect=0.1, trusted=0.2, trusted_above=0.99)
    chosen = assign(frame, score, policy, rules=book, trusted=trusted, seed=1)
    assert chosen.probability[trusted] == pytest.approx(chosen.probability[~trusted][0] / 5)
    assert chosen.probability.sum() == pytest.approx(40)
    assert (chosen.drawn & trusted).any()
    asked = np.isin(frame["trader_id"].to_pylist(), ["T1", "T2"])
    targeted = trusted & np.isin(chosen.basis, (MODEL, RULE)) & (chosen.lane == RED)
    assert (asked | (score >= 0.99))[targeted].all()
    assert chosen.inspected[trusted & asked].all()
    assert chosen.inspected[trusted & (score >= 0.99)].all()
    assert not np.isin(chosen.rule[trusted], (1,)).any()
    never = assign(frame, score, Policy(inspect=0.1), trusted=trusted, seed=1)
    assert (never.basis[trusted & never.inspected] == RANDOM).all()
    assert not (never.lane[trusted] == YELLOW).any()


def test_who_is_on_the_list_and_suspended_is_shown() -> None:
    frame = pa.table({
        "declaration_id": ["a", "b", "c", "d", "e"], "office": ["5301"] * 5,
        "trader_id": ["T1", "T1", None, "T2", "T9"], "aeo": [True] * 5,
        "date": [date(2025, 1, 5), date(2025, 1, 6), date(2025, 1, 6), date(2025, 1, 6), date(2025, 1, 6)],
    })  # fmt: skip
    listed = Trusted.of([{"trader_id": one, "first_day": "2025-01-01"} for one in ("T1", "T2")])
    found = listed.suspended([{"trader_id": "T1", "finished": "2025-01-05"}])
    chosen = assign(frame, np.zeros(5), Policy(), trusted=found, known={"T1", "T2", ""}, seed=1)
    assert chosen.trusted.tolist() == [True, False, False, True, False]
    assert chosen.suspended.tolist() == [False, True, False, False, False]
    assert chosen.new.tolist() == [False, False, True, False, True]
    assert {(one.trusted, one.new) for one in chosen.strata} == {(True, False), (False, False), (False, True)}


@pytest.mark.parametrize("everyone", [True, False])
def test_all_trusted_and_none(everyone: bool) -> None:
    frame = table(1000)
    flags = np.full(1000, everyone)
    chosen = assign(frame, np.random.default_rng(1).random(1000), Policy(inspect=0.1), trusted=flags, seed=1)
    assert chosen.probability == pytest.approx(0.01)
    assert chosen.drawn.sum() == 10
    assert chosen.inspected.sum() == (10 if everyone else 100)
    rates = estimates(chosen, np.zeros(1000))
    assert set(rates.by_trusted) == {everyone}


def test_no_budget_still_draws() -> None:
    """Of what is never looked at nothing is known: the least probability holds, and is over the budget."""
    frame = table(20_000)
    chosen = assign(frame, np.ones(20_000), Policy(inspect=0.0, documents=0.0, least=0.001), seed=1)
    assert (chosen.probability == 0.001).all()
    assert chosen.inspected.sum() == chosen.drawn.sum() == 20
    assert not (chosen.lane == YELLOW).any()
    empty = Policy(budgets=Budgets.of([{"office": "*", "inspect_count": 0, "documents_count": 0}]))
    assert assign(frame, np.ones(20_000), empty, seed=1).inspected.sum() == 10


def test_an_office_with_one_declaration() -> None:
    frame = pa.table({"declaration_id": ["a"], "office": ["5301"], "date": [FIRST]})
    red = [assign(frame, [0.0], Policy(inspect=0.25, random=0.4), seed=seed) for seed in range(600)]
    assert red[0].probability.tolist() == [0.1]
    assert sum(int(one.inspected[0]) for one in red) == pytest.approx(150, abs=4 * math.sqrt(112))
    assert sum(int(one.drawn[0]) for one in red) == pytest.approx(60, abs=4 * math.sqrt(54))


@pytest.mark.parametrize("count", [0.3, 0.05, 1.7])
def test_tiny_budgets_keep_their_share_in_the_long_run(count: float) -> None:
    """Fractions of an inspection a day, each day decided by itself, add up over a year."""
    year = 364
    frame = table(20 * year, 1, year)
    policy = Policy(budgets=Budgets.of([{"office": "5300", "inspect_count": count}]), random=0.5)
    chosen = assign(frame, np.random.default_rng(1).random(20 * year), policy, seed=11)
    days = np.bincount(chosen.day - chosen.day.min(), weights=chosen.inspected, minlength=year)
    assert set(days.tolist()) <= {math.floor(count), math.ceil(count)}
    spread = math.sqrt(year / 8 * (count * 8 % 1) * (1 - count * 8 % 1))
    assert chosen.inspected.sum() == pytest.approx(count * year, abs=4 * spread + 1)
    drawn = chosen.probability.sum()
    assert chosen.drawn.sum() == pytest.approx(drawn, abs=4 * math.sqrt(drawn))


def test_turns_are_even_and_each_day_has_its_own() -> None:
    days = np.arange(20_000, 24_000)
    found = turns(5, "x", ["5301"] * 4000, days)
    assert found.mean() == pytest.approx(0.5, abs=0.005)
    assert (np.sort((found * 8).astype(int).reshape(-1, 8), axis=1) == np.arange(8)).all()
    first = np.array([turns(seed, "x", ["5301"], days[:1])[0] for seed in range(2000)])
    assert np.histogram(first, 10, (0, 1))[0] == pytest.approx(np.full(10, 200), abs=5 * math.sqrt(180))
    assert abs(np.corrcoef(found, turns(5, "y", ["5301"] * 4000, days))[0, 1]) < 0.07
    assert abs(np.corrcoef(found, turns(6, "x", ["5301"] * 4000, days))[0, 1]) < 0.07
    whole = rounded(np.array([0.0, 1.0, 0.5, 0.5]), np.array([0.99, 0.99, 0.49, 0.51]))
    assert whole.tolist() == [0, 1, 0, 1]


def test_numbers_of_a_seed_are_uniform() -> None:
    names = [f"d{n}" for n in range(20_000)]
    chance = Chance.of(9, names)
    one, other = chance.uniform("draw"), chance.uniform("tie")
    for found in (one, other):
        assert 0 <= found.min() < found.max() < 1
        assert np.histogram(found, 20, (0, 1))[0] == pytest.approx(np.full(20, 1000), abs=5 * math.sqrt(950))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03
    assert (Chance.of(9, names[::-1]).uniform("draw")[::-1] == one).all()
    assert (Chance.of(10, names).uniform("draw") != one).all()


def test_budgets_by_office_and_day() -> None:
    budgets = Budgets.of(pandas.DataFrame({
        "office": ["5300", "5300", "*"], "day": [None, FIRST, None],
        "inspect_count": [4.0, 9.0, None], "inspect_share": [None, None, 0.5],
        "documents_count": [None, 2.0, None],
    }))  # fmt: skip
    frame = table(600, 2, 2)
    chosen = assign(frame, np.zeros(600), Policy(documents=0.1, budgets=budgets), seed=1)
    first = chosen.day == chosen.day.min()
    here = chosen.office == "5300"
    assert chosen.inspected[here & first].sum() == 9
    assert chosen.inspected[here & ~first].sum() == 4
    assert (chosen.lane == YELLOW)[here & first].sum() == 2
    for part in (~here & first, ~here & ~first):
        assert chosen.inspected[part].sum() == pytest.approx(part.sum() / 2, abs=0.5)
        assert (chosen.lane == YELLOW)[part].sum() == pytest.approx(part.sum() / 10, abs=1)
    again = Policy.of(Policy(documents=0.1, budgets=budgets).settings())
    assert again.budgets == budgets
    assert Policy.of({"budgets": [{"office": 5300.0, "inspect_count": 4}]}).budgets == Budgets.of(
        [{"office": "5300", "inspect_count": "4"}])  # fmt: skip
    assert again.fingerprint == Policy(documents=0.1, budgets=budgets).fingerprint != Policy().fingerprint


def parts(frame: pa.Table, score: Any, policy: Policy, seed: int, edges: list[int]) -> list[Selection]:
    """A day that is decided in parts, each after those before it."""
    made: list[Selection] = []
    for first, last in zip([0, *edges], [*edges, len(frame)], strict=True):
        made.append(assign(frame.slice(first, last - first), score[first:last], policy, before=made,
                           trusted=score[first:last] > 0.9, seed=seed))  # fmt: skip
    return made


@given(st.lists(st.integers(0, 200), max_size=12, unique=True), st.integers(0, 9),
       st.sampled_from([0.3, 0.02]))  # fmt: skip
def test_a_day_decided_in_parts_has_one_budget(edges: list[int], seed: int, share: float) -> None:
    frame, score = table(200), np.random.default_rng(seed).random(200)
    policy = Policy(inspect=share, documents=0.1, random=0.3, trusted=1.0, least=1e-6)
    made = parts(frame, score, policy, seed, sorted(one for one in edges if 0 < one < 200))
    assert sum(one.inspected.sum() for one in made) == pytest.approx(share * 200, abs=1)
    assert sum((one.lane == YELLOW).sum() for one in made) <= 20
    assert sum(one.drawn.sum() for one in made) == pytest.approx(share * 60, abs=1)
    for one in made:
        assert one.probability == pytest.approx(share * 0.3)


def test_counts_are_spread_over_the_parts_of_a_day() -> None:
    frame, score = table(200), np.zeros(200)
    row = {"office": "*", "inspect_count": 20, "documents_count": 10}
    cases = ((200, [5, 5, 5, 5]), (400, [2.5] * 4), (100, [10, 10, 0, 0]), (None, [20, 0, 0, 0]))
    for expected, counts in cases:
        policy = Policy(budgets=Budgets.of([row | {"declarations_count": expected}]), least=1e-6)
        made = parts(frame, score, policy, 4, [50, 100, 150])
        assert [one.inspected.sum() for one in made] == pytest.approx(counts, abs=1)
        assert sum(one.inspected.sum() for one in made) <= 20


def test_declarations_one_by_one() -> None:
    """With a score to begin at, the budget waits for the declarations that deserve it."""
    frame, score = table(200), np.random.default_rng(1).random(200)
    policy = Policy(inspect=0.1, documents=0.0, random=0.1, explore=0.0, model_above=0.9)
    spent: list[Spent] = []
    red = []
    for row in range(200):
        one = assign(frame.slice(row, 1), score[row : row + 1], policy, before=spent, seed=2)
        assert one.probability.tolist() == pytest.approx([0.01])
        spent = [merged([*spent, *one.spent()])]
        red.append(one)
    chosen = np.array([one.basis[0] == MODEL for one in red])
    assert (score[chosen] >= 0.9).all()
    assert chosen.sum() >= 0.75 * (score >= 0.9).sum()
    assert spent[0].inspections <= 21
    assert spent[0].declarations == 200


def merged(spent: list[Spent]) -> Spent:
    columns = list(zip(*((one.declarations, one.draws, one.inspections, one.documents) for one in spent),
                       strict=True))  # fmt: skip
    return Spent(spent[0].office, spent[0].day, *map(sum, columns))


@pytest.mark.long
def test_draws_of_parts_are_unbiased() -> None:
    """Each declaration of each part is drawn as often as is logged, whatever the fractions left before."""
    frame, score, seeds = table(90), np.random.default_rng(1).random(90), 200
    policy = Policy(inspect=0.07, random=0.4)
    counts = np.zeros(90)
    for seed in range(seeds):
        made = parts(frame, score, policy, seed, [7, 40, 41, 66])
        counts += np.concatenate([one.drawn for one in made])
    expected = np.concatenate([one.probability for one in made])
    z = (counts / seeds - expected) / np.sqrt(expected * (1 - expected) / seeds)
    assert np.abs(z).max() < 4.2
    assert z.std() == pytest.approx(1, abs=0.25)
    assert counts.sum() == pytest.approx(seeds * expected.sum(), abs=4 * math.sqrt(seeds * 0.25))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"office": "5300"}, {"office": "5300", "inspect_count": 1}], "a second budget"),
        ([{"inspect_count": 1}], "no office"),
        ([{"office": "*", "inspect_count": "many"}], "'many' is no number"),
        ([{"office": "*", "inspect_count": -1}], "0 or more"),
        ([{"office": "*", "inspect_share": 2}], "inspect_share above 1"),
        ([{"office": "*", "inspect_share": 0.1, "inspect_count": 2}], "both inspect_share and inspect_count"),
        ([{"office": "*", "day": "today"}], "is no day"),
        ([{"office": "*", "inspections": 1}], "no column inspections"),
        ([], "no rows"),
    ],
)
def test_budgets_that_cannot_be(rows: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Budgets.of(rows)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"inspect": 1.5}, "inspect=1.5"),
        ({"documents": -0.1}, "documents"),
        ({"random": math.nan}, "random"),
        ({"trusted": 0}, "above 0"),
        ({"trusted": 2}, "1 at the most"),
        ({"least": 0}, "above 0"),
        ({"newcomers": math.inf}, "above 0"),
        ({"random": 0.6, "explore": 0.6}, "at most 1"),
        ({"trusted_above": math.nan}, "trusted_above"),
        ({"model_above": math.inf}, "model_above"),
    ],
)
def test_policies_that_cannot_be(settings: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Policy(**settings)
    with pytest.raises(TargetingError):
        Policy.of(settings | {"lanes": 3})


def test_what_cannot_be_assigned() -> None:
    frame, scores = table(10), np.zeros(10)
    one_office = Policy(budgets=Budgets.of([{"office": "9999", "inspect_count": 1}]))
    without = frame.drop_columns("office")
    unnamed = frame.set_column(0, "declaration_id", [[None, *(f"d{n}" for n in range(9))]])
    twice = frame.set_column(0, "declaration_id", [["d1", *(f"d{n}" for n in range(9))]])
    late = frame.set_column(1, "date", [[None, *[FIRST] * 9]])
    for ask, told in (
        (lambda: assign(frame, scores, one_office, seed=1), "none for the office 5300 on 2025-01-01"),
        (lambda: assign(without, scores, Policy(), seed=1), "the column office is lacking"),
        (lambda: assign(unnamed, scores, Policy(), seed=1), "declaration_id: 1 are missing"),
        (lambda: assign(twice, scores, Policy(), seed=1), "d1 stands twice"),
        (lambda: assign(late, scores, Policy(), seed=1), "a day is missing"),
        (lambda: assign(frame, scores[:9], Policy(), seed=1), "9 for 10"),
        (lambda: assign(frame, np.full(10, np.nan), Policy(), seed=1), "10 missing or infinite"),
        (lambda: assign(frame, np.full(10, np.inf), Policy(), seed=1), "missing or infinite"),
        (lambda: assign(frame, scores, Policy(), unsure=[None] * 10, seed=1), "unsure: 10 missing"),
        (lambda: assign(frame.slice(0, 0), [], Policy(), seed=1), "no declarations"),
        (lambda: assign(frame, scores, Policy(), seed=-1), "no seed"),
        (lambda: assign(frame, scores, Policy(), seed=True), "no seed"),
        (lambda: assign(frame, scores, Policy(), trusted=[True], seed=1), "trusted: give the list"),
        (lambda: assign(frame, scores, Policy(), known=np.array([True]), seed=1), "known: give the list"),
        (lambda: assign("declarations", scores, Policy(), seed=1), "no table"),
    ):
        with pytest.raises(TargetingError, match=told):
            ask()


def test_a_missing_office_and_lines() -> None:
    frame = pa.table({
        "declaration_id": ["a", "a", "b", "b"], "line": [1, 2, 1, 2], "office": ["5301", None, None, ""],
        "date": ["2025-01-01"] * 4,
    })  # fmt: skip
    chosen = assign(frame, [1, 2, 3, 4], Policy(inspect=1.0, documents=0.0), seed=1)
    assert chosen.inspected.all()
    assert chosen.office.tolist() == ["5301", "", "", ""]
    budgets = Budgets.of([{"office": "5301", "inspect_count": 1}])
    with pytest.raises(TargetingError, match=r"none for the office \(missing\)"):
        assign(frame, [1, 2, 3, 4], Policy(budgets=budgets), seed=1)


def test_a_hundred_thousand_declarations() -> None:
    """Every budget is met to the last inspection, over forty offices and thirty days."""
    size = 100_000
    frame = table(size, 40, 30)
    score = np.random.default_rng(5).random(size)
    chosen = assign(frame, score, Policy(), trusted=score > 0.9, unsure=1 - score, seed=1)
    counts, budgets, _ = budget_of(chosen, Policy()).T
    assert (np.abs(counts - budgets) < 1).all()
    assert counts.sum() == pytest.approx(5000, abs=80)
    assert set(np.unique(chosen.basis).tolist()) == {BASES.index(one) for one in BASES if one != "rule"}
    assert LANES[int(chosen.lane.max())] == "red"


def world(size: int = 500, seed: int = 2) -> tuple[pa.Table, dict[str, Any]]:
    """Declarations with fraud that scores find, that trusted commit less and new traders more."""
    random = np.random.default_rng(seed)
    frame = table(size, 2, 10, seed)
    trusted, new = random.random(size) < 0.2, random.random(size) < 0.2
    fraud = (random.random(size) < np.where(trusted, 0.04, 0.15) + 0.1 * new).astype(float)
    revenue = np.round(fraud * random.lognormal(4, 0.7, size), 2)
    score = 0.6 * fraud + random.random(size)
    return frame, {"trusted": trusted, "new": new, "fraud": fraud, "revenue": revenue, "score": score}


def test_estimates_are_unbiased_and_know_their_error() -> None:
    """Over many seeds, with a model that targets fraud, an explorer and a rule: every estimate, by z."""
    frame, of = world()
    fraud, revenue, trusted = of["fraud"], of["revenue"], of["trusted"]
    book = Rulebook.of([{"name": "a", "words": "x", "when": {"partner": ["VNM"]}, "share": 0.1},
                        {"name": "b", "words": "x", "when": {"trader_id": ["T1"]}, "lane": "release",
                         "precedence": 1}])  # fmt: skip
    policy = Policy(inspect=0.2, random=0.5, explore=0.1, trusted=0.5)
    found: list[list[float]] = []
    errors: list[list[float]] = []
    covered = 0
    seeds = 300
    for seed in range(seeds):
        chosen = assign(frame, of["score"], policy, rules=book, trusted=trusted, known=~of["new"],
                        unsure=of["score"][::-1].copy(), seed=seed)  # fmt: skip
        seen = np.where(chosen.inspected, fraud, np.nan)
        rates = estimates(chosen, seen, np.where(chosen.inspected, revenue, np.nan))
        assert rates.overall.revenue is not None
        green = chosen.otherwise == GREEN
        here = chosen.office == "5300"
        six = [rates.overall.fraud, rates.overall.revenue, rates.combined.fraud,
               rates.by_lane["green"].fraud, rates.by_trusted[True].fraud, rates.by_office["5300"].fraud]
        truth = [fraud.mean(), revenue.mean(), fraud.mean(), fraud[green].mean(), fraud[trusted].mean(),
                 fraud[here].mean()]  # fmt: skip
        found.append([one.mean - true for one, true in zip(six, truth, strict=True)])
        errors.append([one.error for one in six])
        covered += rates.overall.fraud.interval[0] <= fraud.mean() <= rates.overall.fraud.interval[1]
    apart, spread = np.nanmean(found, axis=0), np.nanstd(found, axis=0)
    assert (np.abs(apart) < 3.3 * spread / math.sqrt(seeds)).all()
    assert np.sqrt(np.nanmean(np.square(errors), axis=0)) == pytest.approx(spread, rel=0.25)
    assert spread[2] < 0.9 * spread[0]
    assert 0.91 * seeds <= covered <= 0.99 * seeds


def test_each_declaration_is_drawn_as_often_as_is_logged() -> None:
    frame, of = world(300)
    counts, seeds = np.zeros(300), 400
    policy = Policy(inspect=0.15, random=0.6, newcomers=2.0)
    for seed in range(seeds):
        chosen = assign(frame, of["score"], policy, trusted=of["trusted"], known=~of["new"], seed=seed)
        counts += chosen.drawn
    expected = chosen.probability
    assert len(np.unique(expected.round(6))) > 3
    z = (counts / seeds - expected) / np.sqrt(expected * (1 - expected) / seeds)
    assert np.abs(z).max() < 4.5
    assert z.std() == pytest.approx(1, abs=0.2)


def test_draws_from_what_targeting_left_over_are_biased() -> None:
    """What others do: target first, draw from the rest, and take the share of fraud among the drawn."""
    frame, of = world(1000)
    fraud, score = of["fraud"], of["score"]
    naive, honest = [], []
    for seed in range(60):
        chosen = assign(frame, score, Policy(inspect=0.2, random=0.25, explore=0.0), seed=seed)
        honest.append(estimates(chosen, np.where(chosen.inspected, fraud, np.nan)).overall.fraud.mean)
        left = np.argsort(-score)[150:]
        after = np.random.default_rng(seed).choice(left, 50, replace=False)
        naive.append(fraud[after].mean())
    truth = fraud.mean()
    assert abs(np.mean(honest) - truth) < 3.3 * np.std(honest) / math.sqrt(60)
    assert np.mean(naive) < truth - 10 * np.std(naive) / math.sqrt(60)


def test_hajeks_form_and_several_selections() -> None:
    frame, of = world(1000)
    chosen = [assign(frame, of["score"], Policy(inspect=0.3, random=0.5), trusted=of["trusted"], seed=seed)
              for seed in (1, 2)]  # fmt: skip
    fraud = np.concatenate([np.where(one.inspected, of["fraud"], np.nan) for one in chosen])
    for method in ("horvitz_thompson", "hajek"):
        both = estimates(chosen, fraud, method=method)
        alone = [estimates(one, part, method=method)
                 for one, part in zip(chosen, np.split(fraud, 2), strict=True)]  # fmt: skip
        assert both.overall.fraud.declarations == 2000
        assert both.overall.fraud.drawn == sum(one.overall.fraud.drawn for one in alone)
        middle = np.mean([one.overall.fraud.mean for one in alone])
        assert both.overall.fraud.mean == pytest.approx(middle, rel=0.02)
        assert set(both.by_stratum) == set(alone[0].by_stratum) | set(alone[1].by_stratum)
    every = estimates(chosen[0], np.ones(1000), method="hajek").overall.fraud
    assert every.mean == pytest.approx(1)


def test_outcomes_that_wait_and_rates_of_nothing() -> None:
    frame = table(2000)
    chosen = assign(frame, np.zeros(2000), Policy(inspect=0.1, random=0.5), seed=1)
    fraud = np.where(chosen.inspected, 0.0, np.nan)
    fraud[np.flatnonzero(chosen.drawn)[:30]] = np.nan
    rates = estimates(chosen, fraud, np.zeros(2000))
    one = rates.overall.fraud
    assert (one.mean, one.error, one.drawn, one.waiting) == (0, 0, 70, 30)
    assert one.interval == pytest.approx(wilson(0, 70))
    assert rates.overall.revenue is not None
    assert rates.overall.revenue.interval == (0, math.inf)
    whole = assign(frame, np.zeros(2000), Policy(inspect=1.0, random=1.0, explore=0.0), seed=1)
    known = (np.arange(2000) % 10 == 0).astype(float)
    assert estimates(whole, known).overall.fraud.interval == pytest.approx((0.1, 0.1))
    for outcomes, told in (
        ((np.full(2000, np.nan),), "nothing can be estimated"),
        ((np.full(2000, 0.5),), "0 or 1"),
        ((np.zeros(5),), "5 outcomes for 2000"),
        ((np.zeros(2000), np.full(2000, -1.0)), "below 0"),
    ):
        with pytest.raises(TargetingError, match=told):
            estimates(chosen, *outcomes)
    with pytest.raises(TargetingError, match="no such method"):
        estimates(chosen, np.zeros(2000), method="guess")  # type: ignore[arg-type]
    with pytest.raises(TargetingError, match="no selection"):
        estimates([], [])
