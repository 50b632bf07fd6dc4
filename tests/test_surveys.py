"""Surveys: figures that others published, identities of indices, how sure they are, and bad input."""

from __future__ import annotations

import json
import math
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.describe import describe, rule_name
from customhouse.errors import CustomhouseError, InputError, SurveyError
from customhouse.period import parse_month
from customhouse.surveys import (
    Indices,
    Line,
    Survey,
    adjusted,
    claims,
    composite,
    diffusion,
    known,
    lead,
    leading,
    leading_claims,
    telling,
    weights,
    words,
)
from customhouse.surveys.cycles import cycle, strength, turns
from customhouse.surveys.leading import SCALES, cumulated, symmetric
from customhouse.vocabulary import rows as vocabulary_rows

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "surveys.yaml").read_text(encoding="utf-8")
)
PMI = "nbs_new_orders=30,nbs_output=25,nbs_employment=20,nbs_delivery=-15,nbs_raw_inventory=10"
ROWS = ["month", "question", "firm", "answer"]


def real(shared: Path) -> Path:
    return shared / "data" / "cn_pmi_yoy_fx" / "exports_yoy_usd_and_pmi_monthly.csv"


def frame(rows: list[list[Any]], columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame([[str(cell) for cell in row] for row in rows], schema=columns, orient="row")


# --- what others published ----------------------------------------------------------------


def test_the_official_pmi_is_the_composite_of_its_parts(shared: Path) -> None:
    found = diffusion(real(shared))
    made = composite(found, PMI)
    official = found.of("nbs_mfg_pmi")
    apart = [abs((p.index or 0) - (official[p.month].index or 0)) for p in made if p.index is not None]
    assert len(apart) >= 97 and max(apart) <= 0.1 + 1e-9  # each of the six is printed to a tenth
    assert {one.reason for one in found.aside} == {"duplicate"}  # two months stand twice in the file


def test_the_weights_of_the_pmi_are_those_of_the_official_one() -> None:
    official = weights(PMI)
    ours = known()["manufacturing_pmi"]
    assert sorted(ours.parts.values()) == sorted(official.parts.values())
    assert [ours.parts[q] for q in ours.reversed] == [official.parts[q] for q in official.reversed] == [0.15]


def test_pmi_leads_exports(shared: Path) -> None:
    found = diffusion(real(shared))
    growth = found.line("exports_yoy_usd_pct")
    made = leading([found.line("nbs_mfg_pmi"), found.line("caixin_mfg_pmi")], growth)
    assert made.lead is not None and made.lead.months == 4 and made.lead.best.value > 0.7
    assert made.lead.best.value > 2 * made.lead.best.standard_error
    assert made.lead.turning is not None and made.lead.turning > 0
    raw = lead(found.line("nbs_mfg_pmi"), growth)
    assert 3 <= raw.months <= 8 and raw.best.value > 3 * raw.best.standard_error
    assert made.flags == ("interpolated",)  # January has no figure of its own in recent years


@pytest.mark.parametrize("case", CASES["export_managers"], ids=lambda case: case["month"])
def test_the_export_managers_index_is_three_two_one(case: dict[str, Any]) -> None:
    chosen = known()["export_managers_index"]
    cells = {"new_export_orders": case["orders"], "exporter_confidence": case["confidence"],
             "exporter_cost": 100 - case["cost"]}
    found = diffusion(pl.DataFrame([{"month": case["month"], **cells}]))
    (made,) = composite(found, chosen)
    assert made.index == pytest.approx(case["index"], abs=0.1)


@pytest.mark.parametrize("case", CASES["shares"], ids=lambda case: case["month"])
def test_published_shares_give_about_the_published_index(case: dict[str, Any]) -> None:
    (point,) = diffusion(pl.DataFrame([{k: v for k, v in case.items() if k != "index"}]))
    assert point.question == "new_export_orders"
    assert point.index == pytest.approx(case["up"] + case["same"] / 2)
    assert 0 < case["index"] - (point.index or 0) < CASES["apart"]  # large firms weigh more and do better


def test_the_example_of_the_conference_board() -> None:
    case = CASES["symmetric"]
    assert round(float(symmetric(np.array([case["before"], case["after"]]))[0]), 2) == case["change"]
    case = CASES["cumulated"]
    made = case["before"] / 100 * cumulated(np.array([case["growth"]]))
    assert round(float(made[1]), 1) == case["after"]


@pytest.mark.parametrize(("months", "penalty"), CASES["strengths"].items())
def test_the_strengths_of_the_filter(months: int, penalty: float) -> None:
    assert strength(months) == pytest.approx(penalty, rel=2e-4)


# --- identities ---------------------------------------------------------------------------

ANSWERS = st.sampled_from(["up", "same", "down", ""])
SAMPLES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("ab"), ANSWERS, st.sampled_from(["large", "small"]),
              st.floats(0.1, 100)),
    min_size=1, max_size=40,
)


def sample(drawn: list[Any]) -> pl.DataFrame:
    rows = [
        {"month": f"2025-0{month + 1}", "question": question, "firm": str(at % 7) + stratum, "answer": answer,
         "stratum": stratum, "weight": weight}
        for at, (month, question, answer, stratum, weight) in enumerate(drawn)
    ]
    return pl.DataFrame(rows)


@given(SAMPLES)
def test_nothing_is_lost_and_indices_lie_between_their_ends(drawn: list[Any]) -> None:
    found = diffusion(sample(drawn))
    assert found.rows_in == len(drawn) == found.rows_used + len(found.aside)
    for point in found:
        if point.index is None:
            assert point.answers == 0 and "no_answers" in point.flags
            continue
        assert point.up is not None and point.same is not None and point.down is not None
        assert point.up + point.same + point.down == pytest.approx(100)
        assert -1e-9 <= point.index <= 100 + 1e-9
        assert point.standard_error is None or 0 <= point.standard_error <= 50 * math.sqrt(2) + 1e-9


@given(SAMPLES)
def test_to_turn_answers_round_turns_the_index_round(drawn: list[Any]) -> None:
    found = diffusion(sample(drawn))
    turned = diffusion(sample(drawn), answers={"up": "down", "down": "up"})
    balance = diffusion(sample(drawn), statistic="balance")
    for one, other, third in zip(found, turned, balance, strict=True):
        if one.index is not None and other.index is not None:
            assert one.index + other.index == pytest.approx(100)
            assert third.index == pytest.approx(2 * one.index - 100)
        for error, times in ((other.standard_error, 1), (third.standard_error, 2)):
            assert error == (one.standard_error and pytest.approx(times * one.standard_error, abs=1e-9))
        if one.change is not None and third.change is not None:
            assert third.change == pytest.approx(2 * one.change, abs=1e-9)
            assert third.change_error == (one.change_error and pytest.approx(2 * one.change_error, abs=1e-9))


@given(SAMPLES, st.randoms())
def test_the_order_of_rows_does_not_matter(drawn: list[Any], dice: Any) -> None:
    rows = sample(drawn).iter_rows(named=True)
    one = {(row["month"], row["question"], row["firm"]): row for row in rows}  # no firm speaks twice
    weight = {row["firm"]: row["weight"] for row in one.values()}
    kept = [row | {"weight": weight[row["firm"]]} for row in one.values()]
    mixed = dice.sample(kept, len(kept))
    first = {(p.question, p.month): p for p in diffusion(pl.DataFrame(kept))}
    for point in diffusion(pl.DataFrame(mixed)):
        same = first[point.question, point.month]
        assert point.index == (same.index and pytest.approx(same.index))
        assert (point.answers, point.missing, point.flags) == (same.answers, same.missing, same.flags)


def test_frames_of_all_kinds_and_files_give_the_same(tmp_path: Path, examples: Path) -> None:
    file = examples / "survey" / "simulated-answers.csv"
    texts = pl.read_csv(file, infer_schema=False)
    texts.write_parquet(tmp_path / "answers.parquet")
    long = texts.unpivot(index=["month", "firm", "size"], variable_name="question", value_name="answer")
    found = [diffusion(one).points for one in (
        file, texts, pd.read_csv(file), texts.to_arrow(), tmp_path / "answers.parquet", long,
        [texts.head(1000), texts.tail(-1000)],
    )]
    assert all(one == found[0] for one in found)


def test_cells_may_be_of_any_type() -> None:
    table = pd.DataFrame({
        "month": pd.to_datetime(["2025-01-01", "2025-01-15", "2025-02-01"]), "firm": [1, 2, 1],
        "question": pd.Categorical(["new orders"] * 3), "weight": [1.5, 2, 1],
        "answer": pd.Series(["up", None, "down"], dtype="string"),
    })
    first, second = diffusion(table)
    assert (first.index, first.answers, first.missing) == (100, 1, 1)
    assert (second.index, second.answers, second.missing) == (0, 1, 1)
    months = pd.PeriodIndex(["2025-01", "2025-02"], freq="M")
    (point,) = diffusion(pd.DataFrame({"month": months, "a": [50.1, pd.NA]}))
    assert point.index == 50.1
    numbers = pl.DataFrame({"month": [date(2025, 1, 31)] * 2, "question": ["a"] * 2, "answer": [1.0, 2.0]})
    assert diffusion(numbers, answers={"1": "up", "2": "same"}).points[0].index == 75
    signs = pl.DataFrame({"month": ["2025-01"] * 4, "a": ["+", "=", "-", "-"]})
    assert diffusion(signs, answers={"+": "up", "=": "same", "-": "down"}).points[0].index == 37.5


def test_strata_weigh_what_they_are_given() -> None:
    rows = [["2025-01", "a", "F1", "up", "大型"], ["2025-01", "a", "F2", "down", "small"],
            ["2025-01", "a", "F3", "same", "small"]]
    columns = [*ROWS, "size"]
    found = {
        given: next(iter(diffusion(frame(rows, columns), strata=dict(given))))
        for given in ((("large", 3), ("small", 1)), (("Large", 1), ("小型", 1)))
    }
    assert [point.index for point in found.values()] == [pytest.approx(81.25), pytest.approx(62.5)]
    assert diffusion(frame(rows, columns), strata={"large": 1}).aside[0].reason == "unknown_stratum"


def test_firms_that_do_not_answer_are_stood_for_by_their_stratum() -> None:
    rows = [["2025-01", "a", f"L{n}", "up" if n < 2 else "", "large"] for n in range(4)]
    rows += [["2025-01", "a", f"S{n}", "down", "small"] for n in range(4)]
    (point,) = diffusion(frame(rows, [*ROWS, "size"]))
    assert point.index == pytest.approx(50) and (point.answers, point.missing) == (6, 2)
    (whole,) = diffusion(frame(rows, [*ROWS, "beside"]).drop("beside"))
    assert whole.index == pytest.approx(100 * 2 / 6)


def test_a_firm_that_leaves_is_missing_once() -> None:
    rows = [[f"2025-0{month}", "a", firm, "up"] for month in (1, 2, 3) for firm in ("F1", "F2", "F3")
            if firm != "F3" or month == 1]
    assert [point.missing for point in diffusion(frame(rows, ROWS))] == [0, 1, 0]


def test_the_sampling_error_is_that_of_drawn_samples() -> None:
    """A thousand samples of one population spread as each of them says, the change in a panel too."""
    dice = np.random.default_rng(7)
    indices, changes, errors, change_errors = [], [], [], []
    for _ in range(300):
        base = dice.normal(size=60)
        rows = [
            [f"2025-0{month}", "a", f"F{firm}", word(base[firm] + dice.normal(scale=0.7)),
             "large" if firm < 20 else "small"]
            for month in (1, 2) for firm in range(60)
        ]
        one, other = diffusion(frame(rows, [*ROWS, "size"]), strata={"large": 2, "small": 1})
        indices.append(one.index)
        errors.append(one.standard_error)
        changes.append(other.change)
        change_errors.append(other.change_error)
    assert np.mean(errors) == pytest.approx(np.std(indices), rel=0.1)
    assert np.mean(change_errors) == pytest.approx(np.std(changes), rel=0.1)
    assert np.mean(change_errors) < 0.9 * math.sqrt(2) * np.mean(errors)  # firms agree with themselves


def word(felt: float) -> str:
    return "up" if felt > 0.5 else "down" if felt < -0.5 else "same"


def test_the_error_of_a_composite_counts_a_firm_once() -> None:
    rows = [["2025-01", question, f"F{n}", "up" if n % 3 else "down"] for question in "ab" for n in range(30)]
    found = diffusion(frame(rows, ROWS))
    (made,) = composite(found, {"a": 1, "b": 1})
    assert made.standard_error == pytest.approx(found.points[0].standard_error)
    (against,) = composite(found, {"a": 1, "b": -1})
    assert against.index == pytest.approx(50) and against.standard_error == pytest.approx(0)


def test_a_composite_without_a_component_is_none_and_says_so() -> None:
    rows = [["2025-01", "a", "F1", "up"], ["2025-01", "b", "F1", "up"], ["2025-02", "a", "F1", "up"]]
    found = diffusion(frame(rows, ROWS))
    first, second = composite(found, {"a": 1, "b": 1})
    assert first.index == 100 and second.index is None and second.flags == ("component_missing",)
    with pytest.raises(SurveyError, match="no such question"):
        composite(found, {"a": 1, "c": 1})


# --- adjusting and leading ----------------------------------------------------------------


def line(name: str, values: Any, first: int = 24_000) -> Line:
    return Line(name, first, np.asarray(values, dtype=np.float64))


def test_adjustment_is_handed_in() -> None:
    found = diffusion(pl.DataFrame({"month": [f"2025-{m:02}" for m in range(1, 13)], "a": range(12)}))
    made = adjusted(found, lambda first, values: values - first % 12)
    assert [point.index for point in made] == pytest.approx(range(12))
    assert {point.flags for point in made} == {("adjusted",)}
    with pytest.raises(SurveyError, match="no number for each"):
        adjusted(found, lambda first, values: values[1:])
    gap = diffusion(pl.DataFrame({"month": ["2025-01", "2025-03"], "a": [1, 2]}))
    assert adjusted(gap, lambda first, values: values * 0).points == gap.points


@pytest.mark.parametrize("method", ["oecd", "conference_board"])
@pytest.mark.parametrize("shift", [0, 3, 6])
def test_a_lead_that_was_put_in_is_found(method: Any, shift: int) -> None:
    """A rate that follows a cycle `shift` months later, behind noise, one component turned round."""
    dice = np.random.default_rng(shift)
    t = np.arange(180)
    wave = np.sin(2 * np.pi * t / 40) + 0.4 * np.sin(2 * np.pi * t / 23)
    later = np.concatenate([np.full(shift, wave[0]), wave[:len(wave) - shift]])
    noise = dice.normal(size=(2, 180))
    parts = [line("a", 50 + 5 * wave + noise[0]), line("b", 50 - 3 * wave + noise[1])]
    growth = line("growth", 5 + 6 * later + dice.normal(size=180))
    made = leading(parts, growth, weights=weights({"a": 1, "b": -1}), method=method)
    assert made.lead is not None
    # Growth over a year of a cumulated index comes some months after the levels that it is made of.
    delay = 0 if method == "oecd" else 6
    assert made.lead.months == pytest.approx(shift - delay, abs=1)
    assert made.parts["a"] > 0 > made.parts["b"]
    assert sum(abs(part) for part in made.parts.values()) == pytest.approx(1)
    if method == "oecd":
        assert made.lead.turning == pytest.approx(shift, abs=1) and not made.lead.missed
        spread = np.abs(made.index.values - made.index.values.mean()).mean()
        assert made.reference is not None
        assert spread == pytest.approx(np.abs(made.reference.values - made.reference.values.mean()).mean())


def test_the_conference_boards_index_takes_the_trend_of_its_reference() -> None:
    t = np.arange(120)
    amounts = line("exports", 100 * 1.01**t * (1 + 0.1 * np.sin(t / 6)))
    parts = [line("orders", 50 * 1.002**t * (1 + 0.1 * np.sin((t + 2) / 6))), line("rate", np.cos(t / 6))]
    scales = {"orders": "level", "rate": "rate", "exports": "level"}
    made = leading(parts, amounts, method="conference_board", scales=scales)  # type: ignore[arg-type]
    assert symmetric(made.index.values).mean() == pytest.approx(symmetric(amounts.values).mean())
    assert made.index.values[0] == 100


def test_series_that_have_nothing_in_common_do_not_lead() -> None:
    """Smooth noise agrees by chance, and the standard error says so."""
    sure = 0
    for seed in range(40):
        dice = np.random.default_rng(seed)
        one, other = (cycle(line(name, dice.normal(size=120).cumsum())) for name in "ab")
        at_once = next(c for c in lead(one, other).correlations if c.lag == 0)
        sure += abs(at_once.value) > 2 * at_once.standard_error
    assert sure <= 8  # of 40; with 1 / sqrt(n) it would be most of them


def test_turning_points_alternate_and_are_apart() -> None:
    for seed in range(20):
        walk = cycle(line("walk", np.random.default_rng(seed).normal(size=240).cumsum()))
        found = turns(walk)
        assert all(a.kind != b.kind and b.month - a.month >= 9 for a, b in pairwise(found))
        assert all(b.month - a.month >= 24 for a, b in zip(found, found[2:], strict=False))
    wave = line("wave", np.sin(2 * np.pi * np.arange(120) / 40))
    assert [(turn.month - wave.first, turn.kind) for turn in turns(wave)] == [
        (10, "peak"), (30, "trough"), (50, "peak"), (70, "trough"), (90, "peak"), (110, "trough"),
    ]


# --- bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["wrong"], ids=lambda case: case["says"])
def test_wrong_tables_and_settings_are_refused(case: dict[str, Any]) -> None:
    options = case.get("options", {})
    options = {name: {str(k): v for k, v in value.items()} if isinstance(value, dict) else value
               for name, value in options.items()}
    with pytest.raises((InputError, SurveyError), match=case["says"]):
        diffusion(pl.DataFrame(case["columns"]), **options)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(InputError, match="no data frame"):
        diffusion(42)
    with pytest.raises(InputError, match="no tables"):
        diffusion([])
    with pytest.raises(InputError, match="one kind"):
        diffusion([pl.DataFrame({"month": ["2025-01"], "a": [answer]}) for answer in ("up", "1")])


@pytest.mark.parametrize("case", CASES["rows"], ids=str)
def test_rows_are_used_or_set_aside(case: dict[str, Any]) -> None:
    found = diffusion(frame(case["rows"], ROWS))
    assert [one.reason for one in found.aside] == case["aside"]
    (point,) = found
    assert point.index == (case["index"] if case["index"] is None else pytest.approx(case["index"]))
    assert point.missing == case.get("missing", point.missing)
    assert point.month == parse_month("2025-01")


@pytest.mark.parametrize("case", CASES["share_rows"], ids=str)
def test_shares_are_used_or_set_aside(case: dict[str, Any]) -> None:
    found = diffusion(frame(case["rows"], ["month", "question", "up", "same", "down", "answers"]))
    assert [one.reason for one in found.aside] == case["aside"]
    expected = [] if case["index"] is None else [pytest.approx(case["index"])]
    assert [point.index for point in found] == expected
    for point in found if "error" in case else ():
        assert point.standard_error == (case["error"] and pytest.approx(case["error"], abs=1e-3))


def test_few_answers_and_lonely_strata_are_flagged() -> None:
    rows = [["2025-01", "a", "F1", "up", "large"], ["2025-01", "a", "F2", "up", "small"],
            ["2025-01", "a", "F3", "", "medium"]]
    (point,) = diffusion(frame(rows, [*ROWS, "size"]))
    assert point.flags == ("few_answers", "empty_stratum", "one_answer") and point.standard_error is None
    (point,) = diffusion(frame(rows, [*ROWS, "size"]), fewest=1)
    assert point.flags == ("empty_stratum", "one_answer")


@pytest.mark.parametrize("case", CASES["not_leading"], ids=lambda case: case["says"])
def test_series_that_lead_nothing_are_refused(case: dict[str, Any]) -> None:
    values = np.sin(np.arange(60.0))
    made = {"constant": np.full(60, 50.0), "gap": values.copy(), "infinite": values.copy()}
    made["gap"][20:24], made["infinite"][20] = np.nan, np.inf
    with pytest.raises(SurveyError, match=case["says"]):
        leading([line("a", made.get(case["values"], case["values"]) if isinstance(case["values"], str)
                      else case["values"])])


def test_leading_settings_are_refused() -> None:
    good = line("a", np.sin(np.arange(60.0)))
    with pytest.raises(SurveyError, match="no such method"):
        leading([good], method="pca")  # type: ignore[arg-type]
    with pytest.raises(SurveyError, match="each once"):
        leading([good, good])
    with pytest.raises(SurveyError, match="0 months in common"):
        leading([good, line("b", good.values, 30_000)])
    with pytest.raises(SurveyError, match="the components are a"):
        leading([good], weights=weights({"b": 1}))
    with pytest.raises(SurveyError, match="is one of"):
        leading([good], scales={"a": "log"})  # type: ignore[dict-item]
    with pytest.raises(SurveyError, match="amounts are above 0"):
        leading([good], scales={"a": "level"})
    with pytest.raises(SurveyError, match="months in common that change"):
        leading([good], line("b", good.values, 30_000))
    assert "level" in SCALES


@pytest.mark.parametrize("case", CASES["not_weights"], ids=lambda case: case["text"])
def test_weights_that_are_none_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(SurveyError, match=case["says"]):
        weights(case["text"])


KNOWN = st.sampled_from(["up", "2025-01", "1", "nan", "上升", "50%"])
CELLS = st.one_of(st.text(max_size=6), st.none(), KNOWN)
HEADERS = st.sampled_from(
    ["month", "question", "answer", "firm", "weight", "stratum", "up", "same", "down", "index", "答案", "x"]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(HEADERS, min_size=1, max_size=6, unique=True),
    st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8),
)
def test_any_table_gives_indices_or_a_clear_error(header: list[str], cells: list[list[Any]]) -> None:
    table = pl.DataFrame({name: [row[at] for row in cells] for at, name in enumerate(header)},
                         schema=dict.fromkeys(header, pl.String))
    try:
        found = diffusion(table)
    except CustomhouseError as error:
        assert "\n" not in str(error)
        return
    assert found.rows_in == found.rows_used + len(found.aside)
    survey = Survey(found)
    for language in ("en", "zh"):
        assert len(telling.table(survey, language)[2]) == len(found.points)
        assert telling.notes(survey, language)
    assert len(json.loads(telling.to_json(survey))["indices"]) == len(found.points)


# --- claims, words, the command -----------------------------------------------------------


def simulated(examples: Path) -> Indices:
    return diffusion(examples / "survey" / "simulated-answers.csv")


def test_claims_lead_back_to_what_they_are_made_of(examples: Path) -> None:
    found, chosen = simulated(examples), known()["export_managers_index"]
    whole = found.plus(composite(found, chosen))
    told = claims(whole, {chosen.name: chosen})
    levels = [claim for claim in told if claim.measure == "index"]
    assert len(levels) == len(whole.points) and {claim.unit for claim in told} == {"index"}
    last = next(claim for claim in reversed(levels) if claim.slice.subject == chosen.name)
    assert [claim.slice.subject for claim in last.origin.claims] == list(chosen.weights)  # type: ignore[union-attr]
    change = next(claim for claim in told if claim.measure == "change")
    assert change.of == "index" and change.base and change.period and change.base == change.period.shift(-1)
    made = leading_claims(leading([found.line("new_export_orders")]))
    for claim in (*told, *made):
        assert rule_name(claim.origin.rule, "en") != claim.origin.rule.replace("_", " ")  # type: ignore[union-attr]
    assert describe(levels[0], "en").startswith("index of new export orders, Jan 2022: ")
    assert describe(last, "zh").startswith("出口经理人指数，2025年12月：")


def test_every_word_of_surveys_has_both_languages_and_one_code() -> None:
    seen: dict[tuple[str, str], str] = {}
    for row in vocabulary_rows("survey_words"):
        assert row["en"] and row["zh"], row
        forms = f"{row['code']}|{row['en']}|{row['zh']}|{row['en_forms']}|{row['zh_forms']}"
        for form in forms.split("|"):
            if form and row["kind"] in ("column", "answer", "question", "composite", "stratum"):
                key = (row["kind"], words.fold(form))
                assert seen.setdefault(key, row["code"]) == row["code"], key
    weighed = {row["question"] for row in vocabulary_rows("survey_weights")}
    assert weighed <= {row["code"] for row in vocabulary_rows("survey_words") if row["kind"] == "question"}
    package = Path(words.__file__).parents[1]
    files = [*(package / "surveys").glob("*.py"), package / "cli" / "surveying.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    for row in vocabulary_rows("survey_words"):
        if row["kind"] in ("flag", "aside", "say"):
            assert f'"{row["code"]}"' in source, row["code"]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["survey", *arguments])


def test_the_command_tells_in_every_format_and_language(examples: Path, tmp_path: Path) -> None:
    file, exports = (str(examples / "survey" / f"simulated-{name}.csv") for name in ("answers", "exports"))
    english = run(file, "--weights", "export_managers_index", "--lead", exports)
    assert english.exit_code == 0, english.output
    assert "It leads the reference by 3 months" in english.output and "33.33% confidence" in english.output
    assert "领先参照序列3个月" in run(file, "--weights", "emi", "--lead", exports, "--lang", "zh").output
    told = json.loads(run(file, "--json", "--question", "new export orders", "--lead", exports).output)
    assert {row["question"] for row in told["indices"]} == {"new_export_orders", "export_leading_index"}
    assert told["leading"]["lead_months"] == 3
    assert told["rows_read"] == told["rows_used"] + len(told["set_aside"])
    out = tmp_path / "survey.csv"
    assert run(file, "--balance", "-o", str(out), "--strata", "large=2,medium=1,small=1").exit_code == 0
    table = pl.read_csv(out)
    assert table.columns[:4] == ["month", "question", "name", "up"] and len(table) == 3 * 48
    assert (table["up"] - table["down"] - table["index"]).abs().max() < 1e-6  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.csv"], 3, "no such file"),
        (["FILE", "--weights", "gdp"], 2, "no such composite"),
        (["FILE", "--question", "gdp"], 2, "no such question"),
        (["FILE", "--answers", "1"], 2, "write --answers"),
        (["FILE", "-o", "x.pdf"], 2, "say which --format"),
        (["FILE", "--lead", "FILE"], 2, "say which series"),
    ],
)
def test_the_command_refuses_in_one_line(arguments: list[str], code: int, says: str, examples: Path) -> None:
    file = str(examples / "survey" / "simulated-answers.csv")
    result = run(*(file if one == "FILE" else one for one in arguments))
    assert result.exit_code == code and says in result.stderr and len(result.stderr.splitlines()) == 1
