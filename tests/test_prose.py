"""Claims written and read back: every measure, passages, groups, and the words of a few by hand."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import choosing
from claiming import MEASURES, ORIGIN, claim_of, group_of, period_of
from customhouse.errors import WordingError
from customhouse.model import Claim, Slice, Span
from customhouse.period import Period
from customhouse.prose import (
    Passage,
    canonical,
    compose,
    differences,
    naming,
    numerals,
    printed,
    reads_back,
    when,
    wording,
    write,
)
from customhouse.prose.reading import scored
from customhouse.vocabulary import rows

LANGUAGES = ("en", "zh")
CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "prose.yaml").read_text("utf-8"))
SEEDS = st.integers(0, 2**32)
QUARTER = Period.of(2025, 1, 3)
EXPORTS = Slice(flow="exports", partner="ASEAN")


def claim(measure: str, value: float, unit: str, part: Slice = EXPORTS, **more: Any) -> Claim:
    return Claim(measure, value, unit, ORIGIN, slice=part, **{"period": QUARTER, **more})


def case_claim(row: dict[str, Any]) -> Claim:
    """A claim of a case; what all cases have goes without saying."""
    given = {"period": "2025-01/2025-03", "unit": "CNY", **row}
    return replace(Claim.from_dict({"doc": "", "start": 0, "end": 0, **given}), step=0.0)


def groups_of(case: dict[str, Any]) -> list[list[Claim]]:
    """The groups of a case of passages."""
    told = case["groups"]
    return [[case_claim({**group.get("all", {}), **row}) for row in group["claims"]] for group in told]


def key(one: Claim) -> tuple[Any, ...]:
    """A claim's scored fields, without its place."""
    fields = {k: v for k, v in scored(one).items() if k != "span"}
    return tuple(tuple(sorted(v.items(), key=str)) if isinstance(v, dict) else v for v in fields.values())


# --- the round trip -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", MEASURES)
@choosing.tries(15)
@given(seed=SEEDS)
def test_a_claim_reads_back(measure: str, language: str, seed: int) -> None:
    written = claim_of(Random(seed), measure)
    passage = write([written], language, "doc")
    assert differences(passage) == ()
    assert key(passage.claims[0]) == key(written)
    span = passage.claims[0].span
    assert span and span.doc == "doc" and passage.text[span.start:span.end] == span.text


@pytest.mark.parametrize("language", LANGUAGES)
@choosing.tries(20)
@given(seed=SEEDS)
def test_claims_of_all_kinds_read_back_beside_each_other(language: str, seed: int) -> None:
    random = Random(seed)
    written = [claim_of(random, random.choice(MEASURES)) for _ in range(8)]
    passage = write(written, language)
    assert differences(passage) == ()
    assert [key(c) for c in passage.claims] == [key(c) for c in written]


@pytest.mark.parametrize("language", LANGUAGES)
@choosing.tries(30)
@given(seed=SEEDS)
def test_groups_read_back(language: str, seed: int) -> None:
    random = Random(seed)
    period = period_of(random)
    periods = [period if random.random() < 0.8 else period_of(random) for _ in range(random.randint(1, 3))]
    groups = [group_of(random, one) for one in periods]
    passage = compose(groups, language)
    assert reads_back(passage)
    assert Counter(map(key, passage.claims)) == Counter(key(c) for group in groups for c in group)


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_are_told_in_few_sentences(language: str) -> None:
    """Of many groups few fall back to a sentence for each claim."""
    sentences = claims = 0
    for seed in range(60):
        random = Random(seed)
        group = group_of(random, period_of(random))
        text = compose([group], language).text
        sentences += text.count(". ") + 1 if language == "en" else text.count("\u3002")
        claims += len(group)
    assert sentences < claims / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_text_does_not_say_is_noticed(language: str) -> None:
    passage = write([claim("growth", 8.1, "%"), claim("value", 9.7e11, "CNY")], language)
    wrong = replace(passage.claims[0], value=8.2)
    assert [d.fields for d in differences(Passage(passage.text, (wrong, passage.claims[1])))] == [("value",)]
    missing = differences(Passage(passage.text, passage.claims[:1]))
    assert [(d.written, d.read and d.read.measure) for d in missing] == [(None, "value")]
    assert not reads_back(Passage("", passage.claims))


def test_every_form_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written for all kinds of claims, alone and together, needs each form of the list."""
    used: set[str] = set()
    parsed = wording._parsed

    def noted(code: str, language: str) -> tuple[str, ...]:
        used.add(code)
        return parsed(code, language)

    monkeypatch.setattr(wording, "_parsed", noted)
    for cached in (when.dated, when.spanned, naming.named, numerals._unit):
        cached.cache_clear()
    for seed in range(3000):
        write([claim_of(Random(seed), MEASURES[seed % len(MEASURES)])], "en")
    for seed in range(400):
        compose([group_of(Random(seed), period_of(Random(seed)))], "en")
    for language in LANGUAGES:
        for case in CASES["sentences"]:
            write([case_claim(case["claim"])], language)
        for case in CASES["passages"]:
            compose(groups_of(case), language)
    forms = {row["code"] for row in rows("sentences")}
    assert sorted(code for code in forms - used if not code.startswith(("unit_", "listed_", "per_"))) == []


def test_forms_have_the_same_places_in_both_languages() -> None:
    found = rows("sentences")
    assert len({row["code"] for row in found}) == len(found)
    places = [(row["code"], {x: set(re.findall(r"\{(\w+)\}", row[x])) for x in LANGUAGES}) for row in found]
    odd = [code for code, both in places if both["en"] != both["zh"] and not code.startswith("scale_")]
    assert odd == ["again"]


def test_gold_claims_can_be_said_in_both_languages(shared: Path) -> None:
    """All that a careful analyst reads out of five documents, but what the vocabulary has no name for."""
    files = sorted((shared / "claims" / "gold").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    gold = [one for line in lines if not (one := Claim.from_dict(json.loads(line))).slice.subject]
    assert len(gold) > 250
    for language in LANGUAGES:
        unsaid = []
        for one in gold:
            try:
                assert reads_back(write([one], language))
            except WordingError as error:
                unsaid.append(str(error))
        assert len(unsaid) <= 1 and all("no name" in message for message in unsaid)


# --- the words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["sentences"], ids=lambda case: case["id"])
def test_sentences(case: dict[str, Any]) -> None:
    for language in LANGUAGES:
        passage = write([case_claim(case["claim"])], language)
        assert passage.text == case[language]
        assert reads_back(passage)


@pytest.mark.parametrize("case", CASES["passages"], ids=lambda case: case["id"])
def test_passages(case: dict[str, Any]) -> None:
    for language in LANGUAGES:
        passage = compose(groups_of(case), language)
        assert passage.text == case[language].strip()
        assert reads_back(passage)


@pytest.mark.parametrize("row", CASES["printed"], ids=str)
def test_printed(row: dict[str, Any]) -> None:
    one = replace(case_claim(row["claim"]), base=QUARTER.year_earlier() if row.get("year_earlier") else None)
    for language in LANGUAGES:
        shown = printed(one, language, row.get("figures"))
        assert (shown.value, shown.step) == (row["value"], row["step"])
        assert shown.base is None
        span = write([shown], language).claims[0].span
        assert span and span.text == row[language]


def test_printing_is_idempotent() -> None:
    for seed in range(200):
        random = Random(seed)
        one = printed(claim_of(random, random.choice(MEASURES)), "en")
        assert printed(one, "en") == one


def test_what_the_format_leaves_out_is_left_out() -> None:
    full = claim("gap", 1.2, "pp", replace(EXPORTS, reporter="CHN"), base=QUARTER.year_earlier(), of="value")
    found = canonical(full)
    assert (found.slice.reporter, found.base, found.of) == (None, None, None)
    assert found.against == (("partner", None),)
    assert canonical(claim("gap", 1.2, "pp", Slice(flow="exports"))).against == (("flow", "trade"),)


# --- what cannot be said ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unsaid", "message"),
    [
        (claim("value", 1e9, "CNY", Slice(flow="exports", partner="XXX")), "no name for this partner"),
        (claim("value", 1e9, "CNY", Slice(flow="exports", region="CN-HK")), "partner"),
        (claim("value", 1e9, "CNY", Slice(partner="ASEAN")), "without a flow"),
        (claim("value", 1e9, "CNY", Slice(flow="exports", reporter="JPN+KOR")), "several reporters"),
        (claim("value", 1e9, "CNY", Slice(subject="gdp")), "gdp"),
        (claim("value", 1e9, "XYZ"), "no words for this unit"),
        (claim("value", float("nan"), "CNY"), "not a number"),
        (claim("value", 1.23456789012345e-7, "CNY"), "too many digits"),
        (claim("gap", 1.2, "pp", Slice(flow="trade")), "against"),
        (claim("rank", 2.5, "rank"), "whole number"),
        (claim("growth", 2.5, "%", base=QUARTER), "against itself"),
        (claim("streak", 8.0, "period", of="growth"), "not that many months"),
        (claim("streak", 3.0, "period", of="quantity"), "threshold"),
        (claim("streak", 1.0, "period"), "two or more"),
        (claim("count", 3.0, "enterprise", Slice(region="CN-GD")), "without a flow"),
        (claim("count", 3.0, "ship"), "pieces of traded goods"),
        (claim("direction", 1.0, "1", of="growth", period=Period.parse("2020-01/2021-12")), "a year at most"),
        (claim("value", 1e9, "CNY", Slice(flow="exports", partner="CHN")), "partner of its own"),
        (claim("multiple", 2.0, "x", period=None), "multiple of"),
        (claim("contribution", 2.0, "pp", factor="weather"), "factor"),
        (claim("contribution", -2.0, "pp", factor="entry"), "factor"),
        (claim("growth", 2.0, "%", factor="price"), "factor"),
        (claim("rank", 2.0, "rank", of="share_change"), "no sentence for this measure"),
        (claim("wonder", 2.0, "%"), "no sentence for this measure"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.measure,
)
def test_what_cannot_be_said_raises(unsaid: Claim, message: str) -> None:
    for language in LANGUAGES:
        for say in (write, lambda claims, lang: compose([claims], lang)):
            with pytest.raises(WordingError, match=message):
                say([unsaid], language)


def test_another_language_raises() -> None:
    with pytest.raises(WordingError, match="'fr'"):
        write([claim("growth", 8.1, "%")], "fr")


def test_an_empty_passage() -> None:
    for language in LANGUAGES:
        assert write([], language) == compose([], language) == compose([[]], language) == Passage("", ())


@pytest.mark.parametrize("unit", ["t", "kg", "barrel", "unit", "vehicle", "liter"])
def test_prices_say_what_they_are_for(unit: str) -> None:
    """The claim format has the money alone as the unit of a price."""
    for language in LANGUAGES:
        passage = write([claim("price", 3900.0, f"CNY/{unit}", Slice("imports", commodity="coal"))], language)
        assert [c.unit for c in passage.claims] == ["CNY"]
        assert reads_back(passage)
        assert ("per" if language == "en" else "/") in passage.text


def test_spans_of_several_sentences() -> None:
    passage = write([claim("value", 9.7e11, "CNY"), claim("growth", 8.1, "%")], "zh", "d")
    spans = [c.span for c in passage.claims]
    assert spans == [Span("d", s.start, s.end, passage.text[s.start:s.end]) for s in spans if s]
