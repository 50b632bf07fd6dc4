"""Questions in words and options against a table of cases (tests/cases/queries.yaml)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import customhouse.query
from customhouse.errors import QueryError
from customhouse.measures import Missing, measure
from customhouse.model import DIMENSIONS, Claim
from customhouse.period import Period, parse_month
from customhouse.query import COLUMNS, OPTIONS, Query, describe, parse, run
from customhouse.query.assemble import ORDER
from customhouse.query.notes import beside
from customhouse.query.steps import STEPS
from customhouse.query.tokens import STEPLESS, forms
from customhouse.vocabulary import entries, rows, split
from statistics_fake import Cell, FakeStatistics
from test_measures import world

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "queries.yaml").read_text(encoding="utf-8"))
ASKED = [case for case in TABLE["asked"] if "refused" not in case]
DESCRIBED = [case for case in ASKED if "reporter" not in case]
REFUSED = [case for case in TABLE["asked"] if "refused" in case]
LATEST = parse_month("2025-03")
_HAN = re.compile("[\u4e00-\u9fff]")
NAMED = ("of", "unit", "known", "base_known", "threshold", "below", "window")


def ask(case: dict[str, Any], text: str | None = None) -> Query:
    latest = None if case.get("latest") == "none" else LATEST
    options = {name: str(v) if not isinstance(v, bool) else v for name, v in case.get("options", {}).items()}
    return parse(case.get("words", case["q"]) if text is None else text, options, latest)


@pytest.mark.parametrize("case", ASKED, ids=lambda c: c["q"] or str(c["options"]))
def test_asked(case: dict[str, Any]) -> None:
    query = ask(case)
    assert query.ask.measure == case.get("measure", "value")
    expected = {d: str(case[d]) for d in DIMENSIONS if d in case}
    assert query.slice.given() == expected
    assert {d: list(codes) for d, codes in query.each} == case.get("each", {})
    periods = case["periods"] if isinstance(case["periods"], list) else [case["periods"]]
    assert [str(p) for p in query.periods] == [str(p) for p in periods]
    assert list(query.by) == case.get("by", [])
    assert (query.ask.factor, query.ask.terms) == (case.get("factor"), case.get("terms"))
    assert (query.top, query.previous) == (case.get("top"), case.get("previous", False))
    assert query.side == case.get("side")
    assert (query.currency, query.as_of) == (case.get("currency"), case.get("as_of"))
    for name in ("whole", "against"):
        dims = getattr(query.ask, name)
        assert (dims and dict(dims)) == case.get(name)
    assert (query.ask.base and str(query.ask.base)) == case.get("base")
    given = {name: getattr(query.ask, name) for name in NAMED}
    usual = {"of": None, "unit": None, "known": "latest", "base_known": "latest", "threshold": None}
    usual |= {"below": False, "window": "same"}
    assert given == usual | {name: case[name] for name in NAMED if name in case}


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c["q"] + str(c.get("options", "")))
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        ask(case)
    assert str(case["refused"]).lower() in str(caught.value).lower()
    assert "\n" not in str(caught.value)
    assert _HAN.search(caught.value.told("zh")) and caught.value.told("en") == str(caught.value)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", DESCRIBED, ids=lambda c: c["q"] or str(c["options"]))
def test_a_query_described_is_the_query(case: dict[str, Any], language: str) -> None:
    query = ask(case)
    told = describe(query, language)
    assert parse(told, latest=LATEST) == query, told


@pytest.mark.parametrize("case", TABLE["run"], ids=lambda c: c["q"])
def test_run(case: dict[str, Any]) -> None:
    answer = run(ask(case), world())
    for language in ("en", "zh"):
        if language in case:
            headings, cells = answer.table(language)
            assert [list(headings), *map(list, cells)] == case[language]
    for language, name in (("en", "notes"), ("zh", "notes_zh")):
        assert name not in case or list(beside(answer, language)) == case[name]
    assert len(answer) == len(answer.rows()) == len(case["en"]) - 1


def test_every_row_tells_what_it_is() -> None:
    answer = run(parse("exports to ASEAN and USA by month 2024-03/2024-04"), world())
    rows = answer.rows("zh")
    assert [(r["period"], r["partner"], r["value"]) for r in rows] == [
        ("2024-03", "ASEAN", 400), ("2024-04", "ASEAN", None),
        ("2024-03", "USA", 0), ("2024-04", "USA", None),
    ]
    assert rows[0].keys() == COLUMNS.keys()
    assert rows[0]["partner_name"] == "\u4e1c\u76df" and rows[0]["period_end"] == date(2024, 3, 31)
    assert rows[1]["missing"] == "\u7edf\u8ba1\u7f3a2024\u5e744\u6708"
    assert answer.rows()[1]["missing"] == "the statistics lack 2024-04"
    assert len(answer.claims) == 2 and len(answer.missing) == 2


def test_frames_have_one_schema() -> None:
    answer = run(parse("exports by month 2024-Q1"), world())
    empty = replace(answer, figures=())
    for one in (answer, empty):
        assert one.to_arrow().column_names == list(COLUMNS)
        assert list(one.to_pandas().columns) == list(COLUMNS)
        assert one.to_polars().columns == list(COLUMNS)
    assert answer.to_pandas()["growth"].tolist() == [25.0, 20.0, -20.0]
    assert answer.to_polars()["value"].to_list() == [500.0, 360.0, 400.0]


def test_json_leads_back_to_cells() -> None:
    found = json.loads(run(parse("growth of exports 2024-01 and 2024-05"), world()).to_json())
    first, second = found["figures"]
    assert first["arithmetic"] == "500 / 400 - 1 = 25%"
    assert [(c["source"], c["vintages"], c["cells"]) for c in first["from"]] == [("fake", [1], 2)] * 2
    assert second["missing"]["code"] == "months" and second["missing"]["months"] == ["2024-05"]
    assert found["question"]["en"] == "growth of exports Jan 2024 and May 2024"


def test_claims_of_an_answer_recompute() -> None:
    for text in ("share of exports by enterprise 2024-01", "growth of exports by partner 2024-01"):
        for claim in run(parse(text), world()).claims:
            assert measure(claim, world()) == claim


def test_another_currency_is_refused() -> None:
    with pytest.raises(QueryError, match="in CNY, not in USD"):
        run(parse("exports in US dollars 2024-01"), world())


def test_an_axis_without_codes_is_refused() -> None:
    with pytest.raises(QueryError, match="no partner of this"):
        run(parse("exports to ASEAN of HS 27 by partner 2024-01"), world())


def test_parts_come_together() -> None:
    """Partners times months cost a few questions to the statistics, not one each."""
    cells = tuple(Cell(parse_month("2023-01") + n, "exports", 100 * k + n, partner=p)
                  for n in range(24) for k, p in enumerate(("USA", "VNM", "THA", "DEU", "JPN", "KOR"), 1))
    statistics = _Counting(FakeStatistics(cells))
    answer = run(parse("exports by partner by month 2024"), statistics)
    assert len(answer) == 72 and len(answer.claims) == 72
    assert statistics.parts_asked == 24 and statistics.levels_asked == 0


class _Counting:
    def __init__(self, inner: FakeStatistics) -> None:
        self.inner, self.levels_asked, self.parts_asked = inner, 0, 0
        self.currency = inner.currency

    def months(self) -> tuple[int, ...]:
        return self.inner.months()

    def level(self, *args: Any) -> Any:
        self.levels_asked += 1
        return self.inner.level(*args)

    def parts(self, *args: Any) -> Any:
        self.parts_asked += 1
        return self.inner.parts(*args)


# The value in yuan, then as printed in English and in Chinese with the unit of the column.
PRINTED = [
    (11_690_149_999_999, ("11.69", "trillion yuan"), ("116,901.5", "\u4ebf\u5143")),
    (999_949_000_000, ("999.9", "billion yuan"), ("9,999.5", "\u4ebf\u5143")),
    (-350_050_000_000, ("−350.1", "billion yuan"), ("−3,500.5", "\u4ebf\u5143")),
    (-12, ("−12", "yuan"), ("−12", "\u5143")),
]


@pytest.mark.parametrize(("value", "en", "zh"), PRINTED)
def test_values_print_as_in_official_tables(value: int, en: tuple[str, str], zh: tuple[str, str]) -> None:
    flow = "exports" if value > 0 else "imports"
    statistics = FakeStatistics((Cell(LATEST, flow, abs(value)),))
    for language, (text, unit) in (("en", en), ("zh", zh)):
        headings, cells = run(parse("balance 2025-03"), statistics).table(language)
        assert (cells[0][1], headings[1].endswith(unit)) == (text, True)


def test_every_word_of_questions_is_read() -> None:
    """Each form is a token of its own kind and code, alone, unless it is passed to a longer reading."""
    kinds = {row["kind"] for row in rows("query_words")}
    assert kinds <= {*STEPS, *STEPLESS}
    patterns = [(form, form.pattern) for form in forms()]
    for row in rows("query_words"):
        for form in (*split(row["en"]), *split(row["zh"])):
            text = form.replace("{n}", "10")
            found = [f for f, pattern in patterns if pattern.fullmatch(text.lower())]
            assert any((f.kind, f.code) == (row["kind"], row["code"]) for f in found), form


def test_no_flow_hides_a_quantity() -> None:
    """`import volume` is a quantity: a form of a flow that names one must stand among the compounds."""
    compounds = {form.lower() for row in rows("query_words") if row["kind"] == "compound"
                 for form in (*split(row["en"]), *split(row["zh"]))}
    quantities = ("volume", "quantity", "\u6570\u91cf")
    hidden = [form for entry in entries("flows") for form in (*entry.forms("en"), *entry.forms("zh"))
              if any(q in form.lower() for q in quantities) and form.lower() not in compounds]
    assert hidden == []


def test_options_and_measures_are_all_tried() -> None:
    tried = {name for case in TABLE["asked"] for name in case.get("options", {})}
    assert set(OPTIONS) - tried <= {"commodity", "enterprise", "region", "regime", "transport", "reporter",
                                    "currency", "unit", "base_known", "window"}
    assert set(ORDER) >= {case.get("measure", "value") for case in ASKED}


def test_every_reason_is_given_somewhere() -> None:
    """Each row of query_reasons.csv is a code that the package names, and each has a Chinese sentence."""
    package = Path(customhouse.query.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    built = ("missing_", "note_", "none_")  # followed by a code
    for row in rows("query_reasons"):
        assert f'"{row["code"]}"' in source or row["code"].startswith(built), row["code"]
        assert row["en"] and _HAN.search(row["zh"]), row["code"]
        assert set(re.findall(r"\{\w+\}", row["zh"])) <= set(re.findall(r"\{\w+\}", row["en"])), row["code"]


def test_a_long_question_is_refused() -> None:
    with pytest.raises(QueryError, match="at most"):
        parse("exports " * 1000)


def test_latest_may_be_a_period_or_a_day() -> None:
    expected = (Period.parse("2025-03"),)
    assert parse("exports", latest=Period.parse("2025-01/2025-03")).periods == expected
    assert parse("exports", latest=date(2025, 3, 31)).periods == expected


def test_missing_is_no_claim() -> None:
    answer = run(parse("exports 2030"), world())
    assert answer.claims == () and isinstance(answer.figures[0].found, Missing)
    assert not any(isinstance(row.growth, Claim) for row in answer)
