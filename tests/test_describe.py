"""Claims in words: lines, periods, numbers and intervals of both languages."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import report_material as material
from customhouse.describe import (
    LANGUAGES,
    arithmetic,
    bracket,
    describe,
    facts,
    interval_words,
    known,
    number,
    period_words,
    word,
)
from customhouse.errors import VocabularyError
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.quantity import Interval

CASES: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("describe.yaml").read_text("utf-8"))
SCALES = {"million": 1e6, "billion": 1e9, "trillion": 1e12}


def claim(row: dict[str, Any]) -> Claim:
    return Claim.from_dict({"doc": "a", "start": 0, "end": len(row["text"])} | row)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES["lines"], ids=lambda c: c["en"])
def test_line(case: dict[str, Any], language: str) -> None:
    assert describe(claim(case["claim"]), language) == case[language]


@pytest.mark.parametrize(("text", "en", "zh"), CASES["periods"])
def test_period(text: str, en: str, zh: str) -> None:
    assert (period_words(Period.parse(text), "en"), period_words(Period.parse(text), "zh")) == (en, zh)


@pytest.mark.parametrize(("value", "step", "en", "zh"), CASES["numbers"])
def test_number(value: float, step: float, en: str, zh: str) -> None:
    assert (number(float(value), "en", float(step)), number(float(value), "zh", float(step))) == (en, zh)


@pytest.mark.parametrize(("low", "high", "open_high", "unit", "said", "brackets"), CASES["intervals"])
def test_interval(low: float, high: float, open_high: bool, unit: str, said: str, brackets: str) -> None:
    interval = Interval(float(low), float(high), open_high=open_high)
    assert (interval_words(interval, unit, "en"), bracket(interval, unit, "en")) == (said, brackets)


@given(st.floats(-1e15, 1e15), st.floats(0, 1e15))
def test_a_written_interval_holds_the_true_one(low: float, width: float) -> None:
    interval = Interval(low, low + width)
    said = bracket(interval, "%", "en")
    scale = next((s for w, s in SCALES.items() if w in said), 1.0)
    ends = re.fullmatch(r"\[(.*), (.*)\].*", said)
    assert ends
    plain = (e.replace("\N{MINUS SIGN}", "-").replace(",", "") for e in ends.groups())
    low_said, high_said = (float(e) * scale for e in plain)
    slack = 1e-11 * max(abs(interval.low), abs(interval.high)) + 1e-9
    assert low_said <= interval.low + slack and high_said >= interval.high - slack


@given(st.integers(1, 10**15), st.integers(-3, 12), st.sampled_from(LANGUAGES))
def test_a_written_number_reads_back(digits: int, power: int, language: str) -> None:
    step = 10.0**power
    value = float(f"{digits * step:.10g}")
    said = number(value, "en", step)
    scale = next((s for w, s in SCALES.items() if w in said), 1.0)
    read = float(said.split()[0].replace(",", "")) * scale
    assert math.isclose(read, value, rel_tol=1e-9, abs_tol=step / 2)
    assert number(-value, language, step) == "\N{MINUS SIGN}" + number(value, language, step)


@pytest.mark.parametrize("one", [*material.CLAIMS, material.DERIVED], ids=lambda c: describe(c, "en"))
def test_facts_are_labelled_alike_in_both_languages(one: Claim) -> None:
    en, zh = facts(one, "en"), facts(one, "zh")
    assert [label for label, _ in en] == [label for label, _ in zh]
    assert all(known(label) for label, _ in en)
    assert {"measure", "figure"} <= {label for label, _ in en}


def test_facts_tell_every_field() -> None:
    row = {
        "measure": "gap", "of": "growth", "value": 2, "unit": "pp", "text": "2 points", "bound": "over",
        "flow": "exports", "partner": "EU", "commodity": "coal", "enterprise": "private", "region": "west",
        "regime": "general", "transport": "rail", "reporter": "USA", "period": "2025-03", "base": "2024-12",
        "whole": {"region": None}, "against": {"enterprise": None}, "threshold": 1e13, "factor": "price",
        "status": "target", "terms": "USD", "note": "a note",
    }
    labels = {label for label, _ in facts(claim(row), "en")}
    assert set(row) - {"value", "unit", "text"} | {"figure", "interval"} == labels


def test_arithmetic_is_in_words() -> None:
    text = "> 1.02913e+13 \u00f7 1.0135 = 1.01542e+13; < 1.15 - 0.35 = 0.8"
    first = "> 10.2913 trillion \u00f7 1.0135 = 10.1542 trillion"
    assert arithmetic(text, "en") == (first, "< 1.15 - 0.35 = 0.8")


def test_derived_figures_are_said_as_intervals() -> None:
    assert describe(material.DERIVED, "en") == "exports, 2029 Q1: 2.267 to 2.36 trillion yuan"


def test_unknown_word_is_an_error() -> None:
    with pytest.raises(VocabularyError, match="add the row"):
        word("no_such_word", "en")


def test_gold_claims_have_no_code_left(shared: Path) -> None:
    """Every partner and region of the gold claims has words in both languages."""
    files = sorted((shared / "claims/gold").glob("*.jsonl"))
    lines = "".join(p.read_text("utf-8") for p in files).splitlines()
    assert lines
    for line in lines:
        one = Claim.from_dict(yaml.safe_load(line))
        for dimension in ("partner", "region"):
            if code := getattr(one.slice, dimension):
                assert dict(facts(one, "zh"))[dimension] != code, line
