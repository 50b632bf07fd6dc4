"""Verdicts and slips: a table of sentences in both languages (cases/checks.yaml), bases, sources, laws."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import choosing
from checking import world
from customhouse import verdicts
from customhouse.api import Claims, read
from customhouse.check import Comparison, Verdict, check, compare, money
from customhouse.check.comparing import Figures, holds
from customhouse.check.context import sentence_starts
from customhouse.check.slips import KINDS, LAST
from customhouse.check.words import slip_words, verdict_words
from customhouse.describe import known
from customhouse.measures import Request, measure
from customhouse.model import Claim, Slice, Span
from customhouse.period import Period

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "checks.yaml").read_text(encoding="utf-8"))
TEXTS = [case["text"] for case in TABLE]
PUBLISHED = "2024-04-15"
QUARTER = Period.parse("2024-01/2024-03")


@cache
def checked(text: str) -> list[Comparison]:
    claims = read(text, PUBLISHED, directions=True)
    return check(claims, [world()], claims.documents)


def about(found: list[Comparison], figure: str, at: int = 0) -> Comparison:
    here = [one for one in found if one.read.span and figure in one.read.span.text]
    assert here, [one.read.span for one in found]
    return here[at]


@pytest.mark.parametrize("case", TABLE, ids=lambda c: f"{c.get('slip', c['verdict'])}: {c['text'][:40]}")
def test_sentence(case: dict[str, Any]) -> None:
    one = about(checked(case["text"]), case["figure"], case.get("at", 0))
    assert one.verdict.value == case["verdict"], verdict_words(one, "en")
    if "slip" in case:
        assert [slip.kind for slip in one.slips][:1] == [case["slip"]], [
            slip_words(one.read, slip, "en") for slip in one.slips]


def test_every_kind_of_slip_has_a_sentence() -> None:
    assert {kind.code for kind in (*KINDS, *LAST)} == {case["slip"] for case in TABLE if "slip" in case}


def test_every_slip_stands_its_test() -> None:
    """What is named holds in the statistics, and the weights are those of a whole."""
    for case in TABLE:
        for one in checked(case["text"]):
            for slip in one.slips:
                assert slip.corrected != one.read and 0 < slip.weight <= 1
                if slip.kind != "currency":
                    assert holds(slip.corrected, Figures(world())) is not None, case
            assert list(one.slips) == sorted(one.slips, key=lambda slip: -slip.weight)
            assert (one.verdict is Verdict.CONTRADICTED) or not one.slips


def test_words_of_every_slip_in_both_languages() -> None:
    for case in TABLE:
        for one in checked(case["text"]):
            for slip in one.slips:
                for language in ("en", "zh"):
                    said = slip_words(one.read, slip, language)
                    assert said and "{" not in said
    assert all(known(f"slip_{kind.code}") for kind in KINDS)


def growth_of(value: float) -> Claim:
    text = f"{value}%"
    return Claim("growth", value, "%", Span("t", 0, len(text), text), slice=Slice("exports"), period=QUARTER,
                 step=0.1)


def test_growth_on_each_base() -> None:
    """2023 was revised up by 3%: growth on the first figures is higher."""
    statistics = world(revised=1.03)
    first = measure(Request("growth", Slice("exports"), QUARTER, base_known="first"), statistics)
    latest = measure(Request("growth", Slice("exports"), QUARTER), statistics)
    assert isinstance(first, Claim) and isinstance(latest, Claim) and first.value - latest.value > 3
    on_first = compare(growth_of(round(first.value, 1)), statistics)
    assert (on_first.verdict, on_first.base) == (Verdict.OTHER_BASE, "first_published")
    assert on_first.on_other is not None and on_first.on_other.value == pytest.approx(latest.value)
    on_latest = compare(growth_of(round(latest.value, 1)), statistics)
    assert (on_latest.verdict, on_latest.base) == (Verdict.HOLDS, "revised")
    assert compare(growth_of(round(latest.value + 1, 1)), statistics).verdict is Verdict.CONTRADICTED
    for language, one in (("en", on_first), ("zh", on_latest)):
        assert "{" not in verdict_words(one, language)


def test_without_a_revision_no_base_is_told() -> None:
    one = about(checked("一季度，我国出口10225.1亿元，同比增长10.8%。"), "10.8%")
    assert (one.verdict, one.base, one.on_other) == (Verdict.HOLDS, None, None)


def test_each_source_is_asked_and_the_best_verdict_stands() -> None:
    claims = read("一季度，我国出口10225.1亿元。", PUBLISHED)
    right = world()
    wrong = replace(right, cells=tuple(replace(cell, value=cell.value * 2) for cell in right.cells))
    for order in ((wrong, right), (right, wrong)):
        one = check(claims, order)[0]
        assert one.verdict is Verdict.HOLDS


def test_growth_in_another_currency_of_the_store() -> None:
    """A growth that holds in dollars, where nothing says which, is not wrong."""
    yuan = world()
    cells = tuple(replace(c, value=c.value // (6 if c.month < 2024 * 12 else 7)) for c in yuan.cells)
    dollars = replace(yuan, cells=cells, currency="USD")
    growth = measure(Request("growth", Slice("exports"), QUARTER), dollars)
    assert isinstance(growth, Claim)
    read_ = growth_of(round(growth.value, 1))
    assert compare(read_, yuan).verdict is Verdict.CONTRADICTED
    one = check([read_], [yuan, dollars])[0]
    assert (one.verdict, one.computed) == (Verdict.HOLDS, growth)


def test_a_dollar_amount_beside_yuan_is_judged_at_the_years_rate() -> None:
    rate = money.rate("CNY", "USD", QUARTER)
    assert rate is not None and 1 / rate.value == pytest.approx(7.1217) and "2024" in rate.source
    later = money.rate("CNY", "USD", Period.parse("2031-01"))
    assert later is not None and later.value == rate.value
    assert money.rate("CNY", "XXX", QUARTER) is None
    one = about(checked("一季度，我国出口10225.1亿美元。"), "亿美元")
    assert one.slip is not None and one.slip.corrected.unit == "CNY"


def test_claims_without_their_text_are_checked_too() -> None:
    claims = read("一季度，我国对美国、越南出口分别为2819.2亿元和4069亿元。", PUBLISHED)
    found = check(list(claims), [world()])
    assert [one.slip and one.slip.kind for one in found] == ["swapped", "swapped"]


def test_a_forecast_is_no_outcome() -> None:
    claim = replace(growth_of(10.8), status="forecast")
    assert compare(claim, world()).verdict is Verdict.NO_STATISTICS


def test_json_has_everything() -> None:
    for case in TABLE:
        for one in checked(case["text"]):
            told = json.loads(json.dumps(verdicts.check_json(one), ensure_ascii=False))
            assert told["verdict"] == one.verdict.value
            assert told["slip"] == (one.slips[0].kind if one.slips else None)
            if one.verdict is not Verdict.NO_STATISTICS:
                assert told["source"] == "fake" and told["cells"] > 0 and told["computed"]["from"]
                assert set(told["words"]) == {"en", "zh"}


@given(st.text(max_size=200))
def test_sentences_cover_any_text(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0 and starts[-1] == len(text) + 1 and starts == sorted(set(starts))


@choosing.tries(6)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3), st.text(max_size=20))
def test_any_text_is_checked(texts: list[str], between: str) -> None:
    claims = read(between.join(texts), PUBLISHED)
    found = check(claims, [world()], claims.documents)
    assert [one.read for one in found] == [c for c in claims if c.slice.subject is None]


@given(st.floats(-1e15, 1e15, allow_nan=False), st.sampled_from(["CNY", "USD", "%", "pp"]),
       st.sampled_from(["value", "growth", "share", "share_change", "change", "gap", "count", "rank"]))
def test_any_figure_is_judged(value: float, unit: str, what: str) -> None:
    claim = Claim(what, value, unit, Span("t", 0, 1, "1"), slice=Slice("exports", partner="USA"),
                  period=QUARTER, step=1.0)
    found = check(Claims([claim]), [world()])
    assert len(found) == 1 and isinstance(found[0].verdict, Verdict)
