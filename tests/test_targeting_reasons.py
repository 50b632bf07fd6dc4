"""Reasons in words: what was known by then, in both languages, and nothing of another trader."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

import choosing
from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting import History
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.features import Memory
from customhouse.targeting.lanes import Policy, assign
from customhouse.targeting.log import write
from customhouse.targeting.rulebook import Rulebook
from customhouse.targeting.selection import EXPLORATION, MODEL, RANDOM, RED, RULE
from customhouse.targeting.simulated import declarations
from customhouse.targeting.why import Comparable, Disclosure, causes, chosen, earlier, logged, reasons
from customhouse.targeting.why.disclosure import Typical, about
from customhouse.targeting.why.facts import Asked, Fact, Scope
from customhouse.targeting.why.reasons import Cause, _most
from customhouse.targeting.why.topics import Topics, coarser
from customhouse.targeting.why.wording import sentence, word
from customhouse.vocabulary import rows as vocabulary_rows

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "targeting_reasons.yaml").read_text("utf-8"))
TRUTH = ["fraud", "scheme", "revenue_cny"]
START = date(2023, 1, 1)
NAMES = ("id", "trader", "hs", "origin", "day", "price", "mass", "inspected", "fraud", "delay")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["fact"])
def test_facts_in_words(case: Any) -> None:
    places = dict(case.get("places", {}))
    if "scope" in places:
        places["scope"] = Scope(tuple((part, value) for part, value in places["scope"]))
    fact = Fact(case["fact"], places, case.get("together", False))
    for language in LANGUAGES:
        assert sentence(fact, language) == case[language]


def test_words_are_whole() -> None:
    """Both languages have all words, with the same places; English has no Chinese in it."""
    table = vocabulary_rows("targeting_reasons")
    assert len({row["code"] for row in table}) == len(table)
    for row in table:
        places = [sorted(re.findall(r"\{(\w+\??)\}", row[language])) for language in LANGUAGES]
        assert places[0] == places[1] or row["code"].startswith(("own_", "shared_", "declarations")), row
        assert set(row["en"]) <= set(map(chr, range(32, 127))), row
        assert row["zh"], row
    with pytest.raises(TargetingError, match="no language"):
        word("random", "fr")
    with pytest.raises(TargetingError, match="no words"):
        word("because", "en")


@given(st.lists(st.integers(0, 8), max_size=80), st.integers(3, 6), st.sampled_from([0.34, 0.5, 0.9]))
def test_no_figure_is_of_few_or_of_one(given: list[int], fewest: int, share: float) -> None:
    """Of a trader with too many declarations the latest count, and both rules hold of what counts."""
    rules, traders = Disclosure(fewest, share, 0.2), np.array(given, dtype=np.int64)
    shown = rules.shown(traders)
    if len(set(given)) < fewest:
        assert shown is None
        return
    assert shown is not None
    kept = traders[shown]
    counts = sorted(np.unique(kept, return_counts=True)[1].tolist(), reverse=True)
    assert len(counts) == len(set(given))
    assert counts[0] <= share * len(kept) or counts[0] == 1
    assert len(kept) - counts[0] - counts[1] >= 0.2 * counts[0]
    for one in set(given):
        mine = shown[traders == one]
        assert list(mine) == sorted(mine)
    if shown.all():
        return
    more = np.minimum(np.unique(traders, return_counts=True)[1], counts[0] + 1)
    total, first, second = more.sum(), *sorted(more, reverse=True)[:2]
    assert first > share * total or total - first - second < 0.2 * first


@pytest.mark.parametrize("rules", [(2,), (5, 0.1), (5, 1.0), (5, 0.5, 0.0), (5, 0.5, 0.1, 0)])
def test_rules_that_protect_nobody(rules: Any) -> None:
    with pytest.raises(TargetingError, match="three traders"):
        Disclosure(*rules)


@pytest.mark.parametrize(
    ("count", "told"), [(5, 5), (7, 5), (8, 10), (98, 100), (104, 100), (1249, 1200), (10_000, 10_000)]
)
def test_counts_are_told_as_about(count: int, told: int) -> None:
    assert about(count) == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Typical(40, 9.8237, 0.0), Typical(40, 9.8, 0.05)),
        (Typical(214, 123.4, 0.011), Typical(210, 120, 0.02)),
        (Typical(214, 0.01234, 1.0), Typical(210, 0.012, 0.99)),
        (Typical(40, 5.0, 0.52), Typical(40, 5.0, 0.5)),
    ],
)
def test_figures_of_others_are_rounded(found: Typical, told: Typical) -> None:
    assert (about(found.count), found.rounded(2)) == (told.count, told)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("hs8_origin", ["hs8_origin", "hs4_origin", "hs8", "hs6", "hs4", "hs2"]),
        ("hs4_origin", ["hs4_origin", "hs4", "hs2"]),
        ("hs6", ["hs6", "hs4", "hs2"]),
        ("declarant_hs4", ["declarant_hs4", "declarant"]),
        ("office_hs4", ["office_hs4", "office"]),
        ("origin_consignment", ["origin_consignment", "consignment"]),
        ("origin", ["origin"]),
        ("warehouse", ["warehouse"]),
    ],
)
def test_coarser_keys(key: str, found: list[str]) -> None:
    there = [
        "trader", "trader_hs8", "hs8_origin", "hs4_origin", "hs8", "hs6", "hs4", "hs2", "origin", "declarant",
        "declarant_hs4", "office", "office_hs4", "origin_consignment", "consignment", "warehouse",
    ]  # fmt: skip
    assert list(coarser(key, there)) == found


def test_features_belong_to_topics() -> None:
    names = [
        "log_value", "log_unit_value_trader_hs8_away", "trader_hs4_rate", "trader_rate", "hs4_origin_unsure",
        "warehouse_rate", "unheard", "duty_rate_hs4_away", "origin_consignment_since", "direct",
    ]  # fmt: skip
    keys = ["trader", "trader_hs4", "trader_hs8", "hs4", "hs4_origin", "origin_consignment", "warehouse"]
    topics = Topics.of(names, keys)
    assert topics.names == (
        "value", "price", "trader_goods", "trader", "goods_origin", "warehouse", "other", "duty", "route",
        "route",
    )  # fmt: skip
    assert topics.keys[1] == "trader_hs8"
    values = np.arange(10.0)[None]
    assert topics.sums(values)[0].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 17]
    assert topics.leading(values)[0][-2:] == ("hs4", "")
    assert topics.leading(-values)[0][-1] == "origin_consignment"


PRICES = [12.34567, 9.87654, 3.14159, 7.77123, 15.55321, 101.2345]
ROW = st.tuples(
    st.integers(0, 7), st.sampled_from(["61091000", "61091000", "61102000", "84713000"]),
    st.sampled_from(["VNM", "USA"]), st.integers(0, 500), st.sampled_from(PRICES), st.booleans(),
    st.booleans(), st.integers(0, 40),
)  # fmt: skip


def past(given: list[Any]) -> tuple[pd.DataFrame, Memory]:
    """A past of rows, trader 0 being the one that reasons are given of, and its memory."""
    rows = [
        (f"DECL-{n}-{trader}", "" if trader == 7 else f"TRADER-{trader}", hs, origin, day, price,
         100.0 * (n + 1), inspected, fraud, delay)
        for n, (trader, hs, origin, day, price, inspected, fraud, delay) in enumerate(given)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(NAMES))
    history = History.of(
        table.day, table.inspected, table.fraud.astype(int), table.inspected * 100, table.day + table.delay
    )
    return table, Memory.of(nw.from_native(framed(table), eager_only=True), history)


def framed(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "declaration_id": table.id, "date": [START + timedelta(int(day)) for day in table.day],
        "trader_id": table.trader, "hs_code": table.hs, "partner": table.origin,
        "value_cny": table.price * table.mass, "net_mass_kg": table.mass, "duty_rate": 0.1, "aeo": False,
    })  # fmt: skip


def asked(memory: Memory, moments: list[int], price: float = 5.0, trader: str = "TRADER-0") -> Asked:
    """Declarations of a trader at moments."""
    size = len(moments)
    table = pd.DataFrame({
        "id": ["MINE"] * size, "trader": trader, "hs": "61091000", "origin": "VNM", "day": moments,
        "price": price, "mass": 10.0,
    })  # fmt: skip
    frame = nw.from_native(framed(table), eager_only=True)
    return Asked.of(Comparable.of(memory), frame, np.array(moments, dtype=np.int64))


def told(some: Asked, sign: float = 1.0) -> list[Fact]:
    """All that can be said of the first declaration asked: every topic, led by every key."""
    keys = list(some.past.memory.ledgers)
    amounts = [(topic, key) for topic in ("price", "weight", "value", "duty") for key in (*keys, "")]
    return [some.fact(0, topic, key, sign) for topic, key in [*amounts, *((key, key) for key in keys)]]


@given(st.lists(ROW, min_size=1, max_size=60), st.integers(0, 520))
@choosing.tries(12, deadline=None)
def test_comparable_declarations_counted_one_by_one(given: list[Any], now: int) -> None:
    table, memory = past(given)
    found, rules = Comparable.of(memory), Disclosure()
    codes = memory.coders.codes(nw.from_native(framed(table), eager_only=True))
    year = table[(table.day >= now - 365) & (table.day < now)]
    done = table.assign(end=table.day + table.delay)
    done = done[done.inspected & (done.end < now) & (done.end >= now - 365)].sort_values("end", kind="stable")
    mine = int(codes["trader"][table.index[table.trader == "TRADER-0"][0]]) if (
        table.trader == "TRADER-0").any() else memory.coders.keys["trader"].new  # fmt: skip
    for hs in set(table.hs):
        code = int(codes["hs8"][table.index[table.hs == hs][0]])
        others = done[(done.hs == hs) & (done.trader != "TRADER-0")]
        rate = found.others("hs8", code, now, mine)
        shown = rules.shown(others.trader.astype("category").cat.codes.to_numpy())
        if shown is None:
            assert rate is None
        else:
            assert rate is not None
            assert (rate.inspected, rate.frauds) == (shown.sum(), others.fraud[shown].sum())
        peers = year[(year.hs == hs) & (year.trader != "TRADER-0")].sort_values("day", kind="stable")
        shown = rules.shown(peers.trader.astype("category").cat.codes.to_numpy())
        typical = found.typical("price", "hs8", code, now, 5.0, mine)
        assert (typical is None) == (shown is None)
        if typical is not None:
            assert typical.median == pytest.approx(float(f"{peers.price[shown].median():.1e}"))
            assert typical.count == about(int(shown.sum()))
    if (table.trader == "TRADER-0").any():
        record = found.record("trader", mine, now)
        own_done = done[done.trader == "TRADER-0"]
        assert (record.inspected, record.frauds) == (len(own_done), own_done.fraud.sum())
        mine_before = table[(table.trader == "TRADER-0") & (table.day < now)]
        assert found.declarations("trader", mine, now) == len(mine_before)
        listed = found.earlier(mine, now, 100, table.id)
        assert sorted(one.declaration_id for one in listed) == sorted(mine_before.id)
        for one in listed:
            row = table[table.id == one.declaration_id].iloc[0]
            known = row.inspected and row.day + row.delay < now
            assert one.fraud == (bool(row.fraud) if known else None)
            assert one.day == str(START.replace(year=1970) + timedelta(int(row.day)))
            assert one.unit_value == pytest.approx(row.price)


@given(st.lists(ROW, min_size=30, max_size=80), st.integers(200, 520), st.sampled_from([1.0, -1.0]))
@choosing.tries(12, deadline=None)
def test_no_reason_tells_of_another_trader(given: list[Any], now: int, sign: float) -> None:
    """No id of another trader or of its declarations, and none of its prices, to the digits that it has."""
    _, memory = past(given)
    for fact in told(asked(memory, [now]), sign):
        for language in LANGUAGES:
            text = sentence(fact, language)
            assert "TRADER" not in text
            assert "DECL-" not in text
            if "_own" in fact.code or fact.code.startswith("own_"):
                continue
            figures = {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*", text)}
            assert not figures & {round(price, digits) for price in PRICES for digits in (2, 3, 4, 5)}


@given(st.lists(ROW, max_size=40), st.lists(ROW, max_size=40), st.integers(0, 520), st.data())
@choosing.tries(12, deadline=None)
def test_what_belongs_to_few_traders_changes_no_reason(mine: Any, others: Any, now: int, data: Any) -> None:
    """With four other traders or less, whatever was declared and found, all reasons are the same."""
    few = [(1 + one[0] % 4, *one[1:]) for one in others]
    new = st.tuples(st.sampled_from(PRICES), st.booleans(), st.booleans())
    changed = [(*one[:4], *data.draw(new), one[7]) for one in few]
    both = [[(0, *one[1:]) for one in mine] + part for part in (few, changed)]
    assume(both[0])
    first, second = (told(asked(past(rows)[1], [now])) for rows in both)
    assert first == second
    assert not [one for one in first if {"overall", "about", "inspections"} & one.places.keys()]


@given(st.lists(ROW, min_size=5, max_size=60), st.integers(1, 500), st.randoms(use_true_random=False))
@choosing.tries(12, deadline=None)
def test_the_future_changes_no_reason(given: list[Any], now: int, random: Any) -> None:
    """What is lodged or finished from a moment on is shuffled: reasons at that moment stay."""
    late = [n for n, one in enumerate(given) if one[3] + one[7] >= now]
    outcomes = [given[n][6] for n in late]
    random.shuffle(outcomes)
    changed = list(given)
    for n, fraud in zip(late, outcomes, strict=True):
        price = random.choice(PRICES) if given[n][3] >= now else given[n][4]
        changed[n] = (*given[n][:4], price, given[n][5], fraud, given[n][7])
    first, second = (told(asked(past(rows)[1], [now])) for rows in (given, changed))
    assert first == second


def test_a_table_without_traders_tells_of_nobody() -> None:
    frame = pd.DataFrame({
        "date": [START + timedelta(n) for n in range(40)], "hs_code": ["61091000"] * 40,
        "value_cny": 100.0, "net_mass_kg": 10.0,
    })  # fmt: skip
    history = History.of(np.arange(40), np.ones(40, bool), np.arange(40) % 2)
    memory = Memory.of(nw.from_native(frame, eager_only=True), history)
    some = Asked.of(Comparable.of(memory), nw.from_native(frame[39:], eager_only=True), np.array([60]))
    assert {one.code for one in told(some)} <= {
        "shared_withheld", "price_alone", "weight_alone", "value_alone", "duty_missing"
    }  # fmt: skip


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = declarations(16_000, seed=5).to_pandas()
    return frame[:12_000], frame[12_000:].reset_index(drop=True)


@pytest.fixture(scope="module")
def model(parts: Any) -> Targeting:
    early = parts[0]
    return Targeting(iterations=40).fit(early.drop(columns=TRUTH), early.fraud, revenue=early.revenue_cny)


def test_reasons_of_the_highest_scores(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    top = np.argsort(-model.decision_function(late), kind="stable")[:150].tolist()
    found = {language: reasons(model, late, top, language) for language in LANGUAGES}
    assert {len(one) for one in found["en"]} <= {1, 2, 3, 4}
    for english, chinese in zip(found["en"], found["zh"], strict=True):
        assert [one.feature for one in english] == [one.feature for one in chinese]
        sizes = [one.contribution for one in english]
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) >= 0.05
        assert len({one.text for one in english}) == len(english)
        assert all("{" not in one.text for one in (*english, *chinese))
    codes = {one.fact.code for row in causes(model, late, top) for one in row}
    assert {"own_record", "shared_record"} <= codes
    again = reasons(model, pl.from_pandas(late), top[:20], "zh")
    assert again == found["zh"][:20]
    less = reasons(model, late, top[:20], "en", most=1)
    assert less == tuple(one[:1] for one in reasons(model, late, top[:20], "en"))


def test_what_lowers_a_score(parts: Any, model: Targeting) -> None:
    late = parts[1].drop(columns=TRUTH)
    low = np.argsort(model.decision_function(late), kind="stable")[:40].tolist()
    found = reasons(model, late, low, "en", lowering=True)
    assert all(found)
    assert all(one.contribution < 0 for row in found for one in row)


def test_the_record_is_that_of_the_trader(parts: Any, model: Targeting) -> None:
    """What is said of a trader is what the table says: its inspections of a year, finished by then."""
    early, late = parts[0], parts[1]
    top = np.argsort(-model.decision_function(late), kind="stable")[:60].tolist()
    seen = 0
    for row, found in zip(top, causes(model, late, top), strict=True):
        for cause in found:
            if cause.fact.code != "own_record" or cause.fact.places["scope"].parts:
                continue
            day = late.date[row]
            done = early[early.trader_id == late.trader_id[row]].date + timedelta(14)
            known = early.loc[done.index[(done < day) & (done >= day - timedelta(365))]]
            assert cause.fact.places["inspected"] == len(known)
            assert cause.fact.places["frauds"] == known.fraud.sum()
            seen += 1
    assert seen >= 3


def test_the_own_past_is_listed(parts: Any, model: Targeting) -> None:
    early, late = parts
    rows = list(range(30))
    found = earlier(model, late, rows, 3, past=early)
    traders = dict(zip(early.declaration_id, early.trader_id, strict=True))
    assert any(len(one) == 3 for one in found)
    for row, listed in zip(rows, found, strict=True):
        assert {traders[one.declaration_id] for one in listed} <= {late.trader_id[row]}
        assert [one.day for one in listed] == sorted((one.day for one in listed), reverse=True)
    assert {one.declaration_id for listed in earlier(model, late, rows) for one in listed} == {""}
    with pytest.raises(TargetingError, match="fitted on"):
        earlier(model, late, rows, past=early[:10])
    with pytest.raises(TargetingError, match="no column declaration_id"):
        earlier(model, late, rows, past=early[["date"]])


@pytest.mark.parametrize(
    ("rows", "settings", "told"),
    [([0], {"lang": "fr"}, "no language"), ([99_999], {}, "the table has"), ([-1], {}, "the table has"),
     ([0], {"most": 0}, "one at least")],
)  # fmt: skip
def test_reasons_that_cannot_be_given(parts: Any, model: Any, rows: Any, settings: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        reasons(model, parts[1], rows, **{"lang": "en", **settings})


RULES = [
    {"name": "cars", "words": {"en": "Cars", "zh": "车辆"}, "when": {"office": ["5301"]}, "share": 0.5},
    {"name": "dear", "words": "Dear goods", "when": {"value_cny": {"above": 1}}, "share": 0.0},
]  # fmt: skip


def test_every_selection_has_its_reasons(parts: Any, model: Targeting, tmp_path: Path) -> None:
    """Chosen by the model, a rule, chance, or to learn from: each says so, and the log keeps it."""
    late = parts[1].drop(columns=TRUTH)[:1500]
    scores, rules = model.scores(late), Rulebook.of(RULES)
    policy = Policy(inspect=0.1, documents=0.05, random=0.2, explore=0.2)
    selection = assign(late, scores.score, policy, rules=rules, unsure=scores.unsure, seed=3)
    found = chosen(model, late, selection, rules)
    assert [bool(one) for one in found] == (selection.lane > 0).tolist()
    first = {MODEL: None, RULE: "rule", RANDOM: "random", EXPLORATION: "exploration"}
    assert set(first) <= set(selection.basis[selection.lane == RED].tolist())
    for row in np.flatnonzero(selection.lane > 0).tolist():
        basis = int(selection.basis[row])
        kinds = [one.feature for one in found[row]]
        if first[basis] is not None:
            assert kinds[0] == first[basis]
        else:
            assert found[row][0].contribution > 0 or kinds[0] == "rank"
        if basis == RANDOM:
            chance = found[row][0].fact.places["chance"]
            assert chance == selection.probability[row]
    sentences = logged(found)
    at = int(np.flatnonzero(selection.basis == RULE)[0])
    assert sentences[at]["en"][0] == "the rule applies: Cars"  # type: ignore[index]
    assert sentences[at]["zh"][:2] == ("命中规则：车辆", "同时命中规则：Dear goods")  # type: ignore[index]
    write(tmp_path / "log", selection, late, sentences)
    unnamed = chosen(None, late, selection, lanes=(RED,))
    assert unnamed[at][0].said("zh").text == "命中规则：cars"
    assert {len(unnamed[row]) for row in np.flatnonzero(selection.lane < RED)} == {0}
    with pytest.raises(TargetingError, match="give its table"):
        chosen(model, late[:5], selection)


def test_what_a_declaration_lacks_is_said() -> None:
    _, memory = past([(one % 5, "61091000", "VNM", one, 3.0, True, False, 1) for one in range(30)])
    nobody = asked(memory, [40], price=0.0, trader="")
    assert nobody.fact(0, "trader", "trader") == Fact("missing", {"attribute": "trader"})
    assert nobody.fact(0, "trader_goods", "trader_hs8") == Fact("missing", {"attribute": "trader"})
    assert nobody.fact(0, "price", "hs8") == Fact("price_missing")
    assert nobody.fact(0, "value", "") == Fact("value_missing")
    assert nobody.fact(0, "duty", "") == Fact("duty_duty", {"duty": 0.1})
    assert nobody.fact(0, "goods", "hs8").code == "shared_few"
    assert nobody.fact(0, "accredited", "") == Fact("accredited_not")
    assert nobody.fact(0, "other", "") == Fact("other")


def test_prices_of_others_are_told_where_they_may_be() -> None:
    """Thirty by six traders: a figure; thirty of which 25 are one trader's: its latest alone count."""
    shared = [(one % 6, "61091000", "VNM", one, 9.0 + one / 10, False, False, 0) for one in range(30)]
    fact = asked(past(shared)[1], [40], price=3.0).fact(0, "price", "hs8_origin")
    assert fact.code == "price_others"
    assert (fact.places["about"], fact.places["typical_price"], fact.places["low"]) == (25, 11.0, 0.05)
    prevailing = [(1 if one < 25 else one - 23, *row[1:]) for one, row in enumerate(shared)]
    fact = asked(past(prevailing)[1], [40], price=3.0).fact(0, "price", "hs8_origin")
    assert fact.places["about"] == 10
    few = [(1 + one % 4, *row[1:]) for one, row in enumerate(shared)]
    assert asked(past(few)[1], [40], price=3.0).fact(0, "price", "hs8_origin").code == "price_alone"


def test_columns_of_the_user_are_topics(parts: Any) -> None:
    early = parts[0][:3000].assign(warehouse=lambda frame: "W" + frame.office.str[-1])
    model = Targeting(iterations=10, keys=("warehouse",))
    model.fit(early.drop(columns=TRUTH), early.fraud, revenue=early.revenue_cny)
    topics = Topics.of(list(model.feature_names_in_), model.memory_.ledgers)
    assert "warehouse" in topics.distinct
    some = Asked.of(
        Comparable.of(model.memory_), nw.from_native(early[2900:2901], eager_only=True), np.array([20_000])
    )
    assert "warehouse W" in sentence(some.fact(0, "warehouse", "warehouse"), "en")


def test_what_is_unusual_in_itself_is_said_before_the_rest() -> None:
    def cause(weight: float, plain: bool) -> Cause:
        return Cause(f"topic {weight}", weight, Fact("weight_alone", {"weight": 1.0}, plain))

    ranked = [cause(0.9, True), cause(0.8, False), cause(0.7, True), cause(0.6, False), cause(0.5, True)]
    assert [one.contribution for one in _most(ranked, 3)] == [0.9, 0.8, 0.6]
    assert [one.contribution for one in _most(ranked, 4)] == [0.9, 0.8, 0.7, 0.6]
    assert _most(ranked, 9) == tuple(ranked) and _most(ranked, 1) == (ranked[0],) and _most([], 4) == ()
    assert Fact("shared_withheld").plain and not Fact("own_new").plain
