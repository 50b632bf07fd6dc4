"""Outliers of unit value relatives: as univOutl finds them, as plain Python does, and for odd data."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from customhouse.errors import PriceError
from customhouse.prices.editing import REASONS, Rule, judge

R: Any = yaml.safe_load((Path(__file__).parent / "cases" / "price_series.yaml").read_text(encoding="utf-8"))


def of_r() -> tuple[Any, Any]:
    k = np.arange(40)
    relative = (90 + (53 * k) % 23) / 100
    relative[[3, 10, 17, 26, 32]] = [3.5, 0.21, 1.9, 0.55, 40]
    base = 20.0 + (37 * k) % 41
    return base, base * relative


@pytest.mark.parametrize("case", R["outliers"])
def test_equal_to_univoutl(case: dict[str, Any]) -> None:
    base, current = of_r()
    rule = Rule(exponent=case["exponent"], least=case["least"], width=case["width"], widest=1e9,
                quantile="linear")  # fmt: skip
    found = judge(np.zeros(40, dtype=int), base, current, rule=rule)
    assert np.flatnonzero(~found.kept).tolist() == case["outliers"]
    size, middle = np.maximum(base, current) ** case["exponent"], case["median"]
    for ours, theirs in ((found.low, case["bounds"][0]), (found.high, case["bounds"][1])):
        s = theirs / size
        expected = np.where(s < 0, middle / (1 - np.minimum(s, 0)), middle * (1 + s))
        assert ours == pytest.approx(expected, rel=1e-9)


def plain(strata: list[list[int]], base: Any, current: Any, sizes: Any, rule: Rule) -> list[str]:
    """The same, item by item, with the quantiles of the standard library."""
    verdicts = ["unjudged"] * len(base)
    for codes in strata:
        groups = defaultdict(list)
        for at, code in enumerate(codes):
            groups[code].append(at)
        for group in groups.values():
            if len(group) < rule.minimum:
                continue
            r = {at: current[at] / base[at] for at in group}
            first, middle, third = statistics.quantiles(r.values(), n=4, method="exclusive")
            s = {at: 1 - middle / one if one < middle else one / middle - 1 for at, one in r.items()}
            effect = {at: one * sizes[at] ** rule.exponent for at, one in s.items()}
            lower, centre, upper = statistics.quantiles(effect.values(), n=4, method="exclusive")
            least = abs(rule.least * centre)
            below, above = (rule.width * max(one, least) for one in (centre - lower, upper - centre))
            fence = rule.fence * max(math.log(third / first), rule.least)
            for at in group:
                if verdicts[at] != "unjudged":
                    continue
                if third > rule.widest * first:
                    verdicts[at] = "dispersed"
                elif rule.method == "tukey":
                    verdicts[at] = told(math.log(r[at]), math.log(first) - fence, math.log(third) + fence)
                else:
                    verdicts[at] = told(effect[at], centre - below, centre + above)
    return verdicts


def told(one: float, low: float, high: float) -> str:
    near = 1e-9 * max(abs(low), abs(high), 1e-9)
    if min(abs(one - low), abs(one - high)) <= near:
        return "either"  # on the bound itself, where rounding decides
    return "low" if one < low else "high" if one > high else "kept"


@st.composite
def markets(draw: st.DrawFn) -> tuple[Any, Any, Any, Any, Any]:
    items = draw(st.integers(12, 60))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    fine = rng.integers(0, draw(st.integers(1, 9)), items)
    base = np.exp(rng.normal(2, 1, items))
    current = base * np.exp(rng.standard_t(2, items) * draw(st.sampled_from([0.05, 0.2, 0.6])))
    return fine, fine // 3, base, current, np.exp(rng.normal(3, 2, items))


rules = st.builds(
    Rule, method=st.sampled_from(["hidiroglou_berthelot", "tukey"]),
    exponent=st.sampled_from([0.0, 0.3, 1.0]), least=st.sampled_from([0.05, 100.0]),
    width=st.sampled_from([2.0, 4.0, 7.0]), fence=st.sampled_from([1.5, 3.0]),
    minimum=st.integers(4, 12), widest=st.sampled_from([1.5, 3.0]),
)  # fmt: skip


@given(markets(), rules)
def test_equal_to_plain_python(market: Any, rule: Rule) -> None:
    fine, coarse, base, current, sizes = market
    found = judge([fine, coarse], base, current, sizes, rule)
    expected = plain([fine.tolist(), coarse.tolist()], base, current, sizes, rule)
    ours = [REASONS[reason] for reason in found.reason]
    assert [o for o, e in zip(ours, expected, strict=True) if e != "either"] == [
        e for e in expected if e != "either"
    ]


@given(markets(), rules, st.randoms())
def test_neither_order_nor_units_nor_codes_matter(market: Any, rule: Rule, random: Any) -> None:
    fine, coarse, base, current, sizes = market
    found = judge([fine, coarse], base, current, sizes, rule)
    order = np.array(random.sample(range(len(base)), len(base)))
    other = judge([fine[order] * 1000 + 7, coarse[order] - 50], base[order] * 64, current[order] * 64,
                  sizes[order], rule)  # fmt: skip
    assert (other.reason == found.reason[order]).all()
    assert other.low == pytest.approx(found.low[order], nan_ok=True)
    assert (other.level == found.level[order]).all()


@given(markets(), rules)
def test_bounds_say_what_the_verdict_says(market: Any, rule: Rule) -> None:
    fine, coarse, base, current, sizes = market
    found = judge([fine, coarse], base, current, sizes, rule)
    relative = current / base
    for reason, wrong in (("kept", (relative < found.low) | (relative > found.high)),
                          ("low", relative >= found.low), ("high", relative <= found.high)):  # fmt: skip
        assert not wrong[found.reason == REASONS.index(reason)].any()
    assert (np.isnan(found.low) == (found.level < 0)).all()
    assert sum(found.counts().values()) == len(base)
    assert not found.extreme[found.kept].any()


def test_what_no_relative_can_be_had_of() -> None:
    base = np.array([1.0, 0.0, -1.0, math.nan, math.inf, 1.0, *[2.0] * 12])
    current = np.array([math.nan, 1.0, 1.0, 1.0, 1.0, math.inf, *[2.2] * 12])
    found = judge(np.zeros(18, dtype=int), base, current)
    assert [REASONS[one] for one in found.reason] == ["absent"] * 6 + ["kept"] * 12


@pytest.mark.parametrize("method", ["hidiroglou_berthelot", "tukey"])
def test_without_any_spread_small_differences_are_kept(method: Any) -> None:
    current = np.array([1.1] * 20 + [1.1 * (1 + 1e-12), 1.12, 1.02, 110.0, 0.011])
    found = judge(np.zeros(25, dtype=int), np.ones(25), current, rule=Rule(method=method))
    assert [REASONS[one] for one in found.reason] == ["kept"] * 23 + ["high", "low"]
    assert found.extreme.tolist() == [False] * 23 + [True] * 2


def test_few_are_not_judged_and_the_unlike_are_set_aside() -> None:
    few = judge(np.zeros(9, dtype=int), np.ones(9), np.array([1.0] * 8 + [1e6]))
    assert few.kept.all() and set(few.reason) == {REASONS.index("unjudged")}
    unlike = judge(np.zeros(20, dtype=int), np.ones(20), np.geomspace(0.01, 100, 20))
    assert not unlike.kept.any() and set(unlike.reason) == {REASONS.index("dispersed")}
    assert judge(np.zeros(0, dtype=int), np.zeros(0), np.zeros(0)).counts()["kept"] == 0
    assert judge(np.zeros(9, dtype=int), np.ones(9), np.ones(9), rule=Rule(method="none")).kept.all()


def test_finer_strata_come_first() -> None:
    fine = np.repeat([0, 1, 2], [12, 12, 3])
    current = np.concatenate([np.linspace(1, 1.1, 12), np.linspace(4, 4.4, 12), [1.05, 4.2, 900.0]])
    found = judge([fine, np.zeros(27, dtype=int)], np.ones(27), current, rule=Rule(widest=10))
    assert found.level.tolist() == [0] * 24 + [1] * 3
    assert [REASONS[one] for one in found.reason] == ["kept"] * 26 + ["high"]
    assert found.stratum.tolist() == [0] * 12 + [1] * 12 + [0] * 3


def test_nobody_is_judged_by_estimates() -> None:
    current = np.concatenate([np.linspace(1, 1.1, 12), [50.0] * 20])
    basis = np.arange(32) < 12
    found = judge(np.zeros(32, dtype=int), np.ones(32), current, basis=basis)
    assert [REASONS[one] for one in found.reason] == ["kept"] * 12 + ["high"] * 20
    alone = judge(np.zeros(12, dtype=int), np.ones(12), current[:12])
    assert found.high[:12] == pytest.approx(alone.high)


def test_more_strata_than_two_bytes_number() -> None:
    rng = np.random.default_rng(7)
    codes = rng.permutation(np.repeat(np.arange(70_000), 5))
    base = np.ones(len(codes))
    current = np.exp(rng.standard_t(2, len(codes)) * 0.2)
    rule = Rule(minimum=5)
    whole = judge(codes, base, current, rule=rule)
    for here in (codes < 35_000, codes >= 35_000):
        part = judge(codes[here] % 35_000, base[here], current[here], rule=rule)
        assert (part.reason == whole.reason[here]).all()
        assert (part.low == whole.low[here]).all() and (part.high == whole.high[here]).all()


@pytest.mark.parametrize("rule", [Rule(), Rule(method="tukey"), Rule(exponent=0.3)])
def test_planted_errors_are_found(rule: Rule) -> None:
    """One quantity in a hundred is wrong by a factor of 10 or more: the index comes back to what it was."""
    rng = np.random.default_rng(11)
    items, strata = 20_000, 800
    codes = rng.integers(0, strata, items)
    true = np.exp(rng.normal(0, 0.1, strata)[codes] + rng.normal(0, 0.1, items))
    wrong = rng.random(items) < 0.01
    current = true * np.where(wrong, rng.choice([0.001, 0.1, 10.0, 100.0, 1000.0], items), 1.0)
    value = np.exp(rng.normal(8, 1, items))
    found = judge([codes, codes // 8], np.ones(items), current, value, rule)
    assert not found.kept[wrong].any()
    assert found.kept[~wrong].mean() > 0.9

    def index(relatives: Any, rows: Any) -> float:
        return math.exp(float(np.average(np.log(relatives[rows]), weights=value[rows])))

    every = np.ones(items, dtype=bool)
    assert index(current, found.kept) == pytest.approx(index(true, every), abs=0.005)
    assert abs(index(current, every) - index(true, every)) > 0.01


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"method": "mad"}, "no such method"), ({"quantile": "hazen"}, "no such quantile"),
        ({"exponent": 2}, "between 0 and 1"), ({"exponent": math.nan}, "between 0 and 1"),
        ({"width": 0}, "width is 0"), ({"least": math.inf}, "least is inf"), ({"minimum": 2}, "minimum of 2"),
        ({"widest": 1}, "widest is 1"), ({"fence": -1}, "fence is -1"),
    ],
)  # fmt: skip
def test_what_is_no_rule(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(PriceError, match=words):
        Rule(**wrong)


ONES = np.ones(12)
CODES = np.zeros(12, dtype=int)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([CODES[:3]], ONES, ONES), "lengths"), (([], ONES, ONES), "lengths"),
        ((ONES, ONES, ONES), "no whole numbers"), ((CODES, ONES, ONES, ONES[:2]), "lengths"),
        ((CODES, ONES, ONES, 0 * ONES, Rule(exponent=0.5)), "no number above 0"),
        ((CODES, ONES, ONES, np.nan * ONES, Rule(exponent=0.5)), "no number above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged(given: Any, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        judge(*given)
