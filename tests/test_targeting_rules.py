"""Rules, what they find, and the accredited list (cases/targeting_rules.yaml, targeting_rules_wrong.yaml)."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import CustomhouseError, TargetingError, UnreadableFile
from customhouse.targeting.budgets import Policy
from customhouse.targeting.hits import HitRate, difference, hits, retire
from customhouse.targeting.intervals import wilson
from customhouse.targeting.lanes import assign
from customhouse.targeting.rates import Rate, estimates
from customhouse.targeting.rulebook import Rulebook
from customhouse.targeting.selection import RED
from customhouse.targeting.trusted import Trusted

CASES = Path(__file__).parent / "cases"
TABLE: dict[str, list[Any]] = {
    "declaration_id": ["d0", "d1", "d2", "d3"],
    "date": [date(2025, 1, 1), date(2025, 3, 1), date(2025, 3, 31), date(2025, 12, 31)],
    "office": ["5301", "0201", None, "5301"],
    "hs_code": ["8703239010", "87112000", "0201300000", None],
    "partner": ["VNM", "CHN", "VNM", None],
    "consignment": ["HKG", "CHN", "VNM", "HKG"],
    "value_cny": [1000.0, 5000.0, 0.0, None],
    "net_mass_kg": [50.0, 10.0, 0.0, 20.0],
    "aeo": [True, False, None, False],
    "note": ["a", "b", "", "a"],
}


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(one, id=one["id"]) for one in found]


def rule(name: str, when: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "words": name, "when": when, **more}


@pytest.mark.parametrize("case", cases("targeting_rules"))
def test_what_a_rule_holds_of(case: dict[str, Any]) -> None:
    book = Rulebook.of({"lists": case["lists"], "rules": [rule("a", case["when"], **case.get("rule", {}))]}
                       if "lists" in case else [rule("a", case["when"], **case.get("rule", {}))])  # fmt: skip
    for table in (pa.table(TABLE), pandas.DataFrame(TABLE)):
        assert np.flatnonzero(book.matches(table).holds[0]).tolist() == case["rows"]


@pytest.mark.parametrize("case", cases("targeting_rules_wrong"))
def test_rules_that_are_refused(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(case["yaml"], encoding="utf-8")
    with pytest.raises(TargetingError) as error:
        Rulebook.of(path)
    told = str(error.value).replace(str(path), "FILE")
    assert told.startswith(f"FILE, line {case['line']}")
    assert case["says"] in told


def test_a_file_and_plain_data_say_the_same(tmp_path: Path) -> None:
    rules = [
        rule("late", {"partner": ["VNM"], "value_cny": {"below": 5000}}, share=0.25, precedence=7),
        rule("first", {"any": [{"hs_code": ["87"]}, {"aeo": True}]}, lane="release", precedence=1),
        rule("same rank", {"office": {"missing": True}}, precedence=7, last_day=date(2025, 5, 1)),
    ]
    rules[0]["words"] = {"en": "late", "zh": "\u665a"}
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"rules": rules}, allow_unicode=True), encoding="utf-8")
    one, other = Rulebook.of(path), Rulebook.of(rules)
    assert [r.name for r in one.rules] == ["first", "late", "same rank"]
    for first, second in zip(one.rules, other.rules, strict=True):
        assert (first.when, first.share, first.lane, first.words) == (
            second.when, second.share, second.lane, second.words)  # fmt: skip
        assert first.place != second.place
    assert one.rules[1].words["zh"] == "\u665a"


def test_what_lacks_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump([rule("a", {"colour": ["red"]}, last_day="2025-02-01")]), encoding="utf-8")
    book = Rulebook.of(path)
    for ask in (lambda: book.matches(pa.table(TABLE)), lambda: Rulebook.of(path, columns=["office"])):
        with pytest.raises(TargetingError, match=r"line 1: the rule a looks at the column colour"):
            ask()
    with pytest.raises(TargetingError, match=r"line 1: the rule a has expired on 2025-02-01"):
        Rulebook.of(path, day="2025-02-02")
    assert len(Rulebook.of(path, day="2025-02-01")) == 1
    assert [one.name for one in book.expired("2025-02-02")] == ["a"]
    with pytest.raises(UnreadableFile):
        Rulebook.of(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes("rules: [\xe9]".encode("latin-1"))
    with pytest.raises(TargetingError, match="UTF-8"):
        Rulebook.of(tmp_path / "latin.yaml")
    with pytest.raises(TargetingError, match="not a number"):
        Rulebook.of([rule("a", {"note": {"below": 5}})]).matches(pa.table(TABLE))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4),
              st.sampled_from(["VNM", "2025-01-01", "8703"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["any", "all", "not", "below", "from", "is", "in_list", "missing",
                                         "partner", "hs_code", "value_cny"]), inner, max_size=3),
    ), max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_any_criteria_are_taken_or_refused(when: Any) -> None:
    """Whatever stands in a rule, it is taken, or refused by an error that names its place."""
    try:
        book = Rulebook.of([rule("a", when)])
    except TargetingError as error:
        assert str(error).startswith("rules, item 1")
        return
    try:
        holds = book.matches(pa.table(TABLE)).holds[0]
    except TargetingError:
        return
    assert holds.dtype == bool
    assert holds.shape == (4,)


@given(st.text(max_size=60), st.binary(max_size=40))
def test_any_file_is_taken_or_refused(tmp_path_factory: Any, text: str, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "rules.yaml"
    for content in (text.encode("utf-8", "surrogatepass"), raw, b"rules:\n- name: " + raw):
        path.write_bytes(content)
        try:
            Rulebook.of(path)
        except CustomhouseError as error:
            assert str(error)


def many(size: int = 2000, rate: float = 0.3, seed: int = 3) -> tuple[pa.Table, Any]:
    random = np.random.default_rng(seed)
    partner = random.choice(["VNM", "CHN", "USA"], size)
    fraud = (random.random(size) < np.where(partner == "VNM", rate, 0.05)).astype(float)
    table = pa.table({
        "declaration_id": [f"d{n}" for n in range(size)], "office": ["5301"] * size,
        "date": [date(2025, 1, 1 + n % 20) for n in range(size)], "partner": partner,
    })  # fmt: skip
    return table, fraud


def test_the_hit_rate_of_each_rule() -> None:
    table, fraud = many()
    book = Rulebook.of([
        rule("vietnam", {"partner": ["VNM"]}, share=0.2, precedence=1),
        rule("america", {"partner": ["USA"]}, share=0.1, precedence=2),
        rule("nobody", {"partner": ["ATA"]}),
        rule("trusted", {"partner": ["CHN"]}, lane="release"),
    ])  # fmt: skip
    policy = Policy(inspect=0.3, random=0.3, explore=0.0)
    chosen = assign(table, np.zeros(len(fraud)), policy, rules=book, seed=4)
    known = np.where(chosen.inspected, fraud, np.nan)
    known[np.flatnonzero(chosen.inspected)[:5]] = np.nan
    found = hits(chosen, known, known * 100)
    for place, name in enumerate(("vietnam", "america")):
        mine = (chosen.rule == place) & (chosen.lane == RED)
        hit = found[name]
        assert (hit.held, hit.chosen) == (int(chosen.holds[place].sum()), int(mine.sum()))
        assert hit.inspections == int((mine & ~np.isnan(known)).sum())
        assert hit.finds == int(np.nansum(known[mine]))
        assert hit.revenue_cny == hit.finds * 100
        assert hit.interval[0] < hit.rate < hit.interval[1]
    assert found["vietnam"].rate > found["america"].rate
    assert found["nobody"].inspections == 0
    assert math.isnan(found["nobody"].rate)
    twice = hits([chosen, chosen], np.concatenate([known, known]))
    assert twice["vietnam"].finds == 2 * found["vietnam"].finds
    random = estimates(chosen, known).overall.fraud
    assert [(one.rule, one.why) for one in retire(book, found, random, "2025-02-01")] == [
        ("america", "below_random"), ("nobody", "never_held")]  # fmt: skip
    with pytest.raises(TargetingError, match="give one each"):
        hits(chosen, known[:-1])


@pytest.mark.parametrize(
    ("finds", "inspections", "last_day", "why"),
    [
        (1, 200, None, "below_random"),
        (1, 20, None, None),
        (30, 200, None, None),
        (0, 0, None, None),
        (30, 200, "2025-01-31", "expired"),
    ],
)
def test_which_rules_to_retire(finds: int, inspections: int, last_day: Any, why: str | None) -> None:
    more = {"last_day": last_day} if last_day else {}
    book = Rulebook.of([rule("a", {"partner": ["VNM"]}, **more)])
    rate = finds / inspections if inspections else math.nan
    ends = wilson(rate, inspections) if inspections else (0.0, 1.0)
    hit = HitRate("a", 900, inspections, inspections, finds, 0.0, rate, ends)
    random = Rate(0.1, 0.015, (0.075, 0.133), 400, 0, 9000)
    found = retire(book, {"a": hit}, random, "2025-02-01")
    assert [one.why for one in found] == ([why] if why else [])
    apart, (low, high) = difference(hit, random)
    if inspections:
        assert low < apart < high
        assert apart == pytest.approx(rate - 0.1)


def test_newcombes_example() -> None:
    """56 of 70 against 48 of 80, with his interval of method 10 (table II of his paper)."""
    hit = HitRate("a", 70, 70, 70, 56, 0.0, 0.8, wilson(0.8, 70))
    random = Rate(0.6, 0.0548, wilson(0.6, 80), 80, 0, 80)
    apart, (low, high) = difference(hit, random)
    assert (apart, low, high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


LISTED = [
    {"trader_id": "T1", "first_day": "2025-01-01", "last_day": "2025-06-30"},
    {"trader_id": "T2", "first_day": date(2025, 1, 1), "hs_codes": ["87", "8501"], "offices": "5301 5201"},
    {"trader_id": "T3", "first_day": "2025-03-01", "regimes": ["10"]},
    {"trader_id": "T3", "first_day": "2025-01-01", "last_day": "2025-01-31"},
]


@pytest.mark.parametrize(
    ("trader", "day", "scope", "trusted"),
    [
        ("T1", "2025-01-01", {}, True),
        ("T1", "2025-06-30", {}, True),
        ("T1", "2025-07-01", {}, False),
        ("T1", "2024-12-31", {}, False),
        ("T2", "2026-01-01", {"hs_code": "87032390", "office": "5301"}, True),
        ("T2", "2026-01-01", {"hs_code": "87032390", "office": "0201"}, False),
        ("T2", "2026-01-01", {"hs_code": "88032390", "office": "5301"}, False),
        ("T2", "2026-01-01", {"hs_code": None, "office": "5301"}, False),
        ("T2", "2026-01-01", {"office": "5301"}, False),
        ("T3", "2025-01-15", {}, True),
        ("T3", "2025-02-15", {"regime": "10"}, False),
        ("T3", "2025-03-15", {"regime": "10"}, True),
        ("T3", "2025-03-15", {"regime": "11"}, False),
        ("T9", "2025-01-15", {}, False),
        ("", "2025-01-15", {}, False),
        (None, "2025-01-15", {}, False),
        ("t1", "2025-01-15", {}, False),
    ],
)
def test_who_is_trusted(trader: Any, day: str, scope: dict[str, Any], trusted: bool) -> None:
    listed = Trusted.of(LISTED)
    found = listed.holds([trader], day, **{name: [one] for name, one in scope.items()})
    assert found.tolist() == [trusted]
    assert Trusted.of(pandas.DataFrame(LISTED[:1])).holders == listed.holders[:1]


def test_a_find_suspends_from_the_day_after_it_is_known() -> None:
    listed = Trusted.of(LISTED)
    finds = pandas.DataFrame({"trader_id": ["T1", "T9", None], "finished": [date(2025, 2, 1)] * 3})
    days = ["2025-01-31", "2025-02-01", "2025-02-02", "2025-03-03", "2025-03-04"]
    found = listed.suspended(finds, days=30)
    assert found.holds(["T1"] * 5, days).tolist() == [True, True, False, False, True]
    assert found.state(["T1"] * 5, days)[0].tolist() == [True] * 5
    assert [str(one) for one in found.suspensions] == ["T1: suspended from 2025-02-02 until 2025-03-03"]
    assert [one.trader_id for one in found.resting("2025-03-03")] == ["T1"]
    assert not found.resting("2025-03-04")
    for_good = listed.suspended(finds, days=None)
    assert for_good.holds(["T1"] * 5, days).tolist() == [True, True, False, False, False]
    assert "until it is lifted" in str(for_good.suspensions[0])
    lifted = for_good.lifted("T1", "2025-03-03")
    assert lifted.holds(["T1"] * 5, days).tolist() == [True, True, False, True, True]
    assert not for_good.lifted("T1", "2025-02-02").suspensions
    assert listed.holds(["T1"] * 5, days).all()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"first_day": "2025-01-01"}, "row 1: no trader_id"),
        ({"trader_id": None, "first_day": "2025-01-01"}, "row 1: no trader_id"),
        ({"trader_id": "T"}, "row 1: no first_day"),
        ({"trader_id": "T", "first_day": "soon"}, "row 1, first_day: 'soon' is no day"),
        ({"trader_id": "T", "first_day": "2025-02-01", "last_day": "2025-01-01"}, "ends before it begins"),
        ({"trader_id": "T", "first_day": "2025-02-01", "hs_codes": "cars"}, "begins no HS code"),
        ({"trader_id": "T", "first_day": "2025-02-01", "scope": "all"}, "no column scope"),
        ("T", "no mapping"),
    ],
)
def test_lists_that_cannot_be(row: Any, told: str) -> None:
    with pytest.raises(TargetingError, match=told):
        Trusted.of([row])


def test_finds_and_columns_that_cannot_be() -> None:
    listed = Trusted.of(LISTED)
    for ask, told in (
        (lambda: listed.suspended([{"trader_id": "T1"}]), "no day on which it was finished"),
        (lambda: listed.suspended([], days=0), "give 1 at least"),
        (lambda: listed.holds(["T1", "T2"], ["2025-01-01"]), "as many days"),
        (lambda: listed.holds(["T1"], "2025-01-01", office=["a", "b"]), "unlike length"),
        (lambda: Trusted.of(5), "no list of rows"),
    ):
        with pytest.raises(TargetingError, match=told):
            ask()
