"""Measures against a table of cases worked by hand (tests/cases/measures.yaml), and the gold claims."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from customhouse.check import Verdict, compare, satisfies
from customhouse.measures import MEASURES, Missing, Request, measure, revised, year_to_date
from customhouse.model import DIMENSIONS, CellOrigin, Claim, Derivation, Slice
from customhouse.period import Period, parse_month
from statistics_fake import Cell, FakeStatistics

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "measures.yaml").read_text(encoding="utf-8"))
DAYLESS = ("period", "base")


def world(step: int = 0) -> FakeStatistics:
    cells = []
    for line in TABLE["world"]:
        row = TABLE["defaults"] | line
        traders = frozenset(row.pop("traders", ()))
        cells.append(Cell(**row | {"month": parse_month(str(row["month"])), "traders": traders}))
    return FakeStatistics(tuple(cells), step=step, groups={"chips": ("8542",)})


def request_of(row: dict[str, Any]) -> Request:
    row = dict(row)
    part = Slice(**{d: row.pop(d, None) for d in (*DIMENSIONS, "subject")})
    for name in DAYLESS:
        if name in row:
            row[name] = Period.parse(str(row[name]))
    for name in ("whole", "against"):
        if name in row:
            row[name] = tuple(row[name].items())
    if "since" in row:
        row["since"] = parse_month(str(row["since"]))
    return Request(slice=part, **row | {"among": tuple(row.get("among", ()))})


def claim_of(row: dict[str, Any]) -> Claim:
    dated = {name: str(row[name]) for name in DAYLESS if name in row}
    return Claim.from_dict({"doc": "d", "start": 0, "end": 1} | row | dated)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda c: c["id"])
def test_case(case: dict[str, Any]) -> None:
    got = measure(request_of(case["ask"]), world())
    if "missing" in case:
        assert isinstance(got, Missing) and got.code == case["missing"] and got.reason
        assert got.months == tuple(parse_month(str(m)) for m in case.get("months", ()))
        return
    assert isinstance(got, Claim) and isinstance(got.origin, Derivation), got
    assert math.isclose(got.value, case["value"], rel_tol=1e-12, abs_tol=1e-12)
    assert got.unit == case["unit"]
    assert got.origin.interval.low == pytest.approx(case["value"])
    assert got.origin.interval.high == pytest.approx(float(case.get("high", case["value"])))
    assert got.origin.arithmetic == case.get("text", got.origin.arithmetic)
    assert got.note == case.get("note", got.note)
    for name in DAYLESS:
        if name in case:
            assert str(getattr(got, name)) == str(case[name])
    assert got.origin.claims and all(isinstance(c.origin, CellOrigin) for c in got.origin.claims)


@pytest.mark.parametrize("case", TABLE["verdicts"], ids=lambda c: f"{c['read']['measure']} {c['verdict']}")
def test_verdict(case: dict[str, Any]) -> None:
    found = compare(claim_of(case["read"]), world())
    assert found.verdict.value == case["verdict"], found
    if "base_known" in case:
        assert found.request.base_known == case["base_known"]
    if "roundings" in case:
        assert list(found.roundings) == case["roundings"]


def test_every_measure_of_the_claim_format_has_a_case() -> None:
    assert set(MEASURES) <= {case["ask"]["measure"] for case in TABLE["cases"]}


def test_a_computed_claim_is_a_claim_of_the_format() -> None:
    got = measure(request_of({"measure": "growth", "flow": "exports", "period": "2024-01"}), world())
    assert isinstance(got, Claim)
    row = got.to_dict()
    assert (row["measure"], row["value"], row["unit"], row["flow"]) == ("growth", 25, "%", "exports")
    assert measure(got, world()) == got


def test_year_to_date_is_from_january() -> None:
    ask = Request("value", Slice("exports"), Period.parse("2024-03"))
    got = year_to_date(ask, world())
    assert isinstance(got, Claim) and got.value == 1260 and str(got.period) == "2024-01/2024-03"


def test_revised_gives_both_bases() -> None:
    first, latest = revised(Request("growth", Slice("exports"), Period.parse("2025-01")), world())
    assert isinstance(first, Claim) and isinstance(latest, Claim)
    assert first.value == pytest.approx(200 / 9) and latest.value == 10
    assert first.note == "on the base as first published"


def test_rounded_cells_widen_the_interval() -> None:
    """Two cells rounded to tens leave 5 each: [490, 510] against [390, 410]."""
    got = measure(Request("growth", Slice("exports"), Period.parse("2024-01")), world(step=10))
    assert isinstance(got, Claim) and got.value == 25
    assert got.interval().low == pytest.approx(100 * (490 / 410 - 1))
    assert got.interval().high == pytest.approx(100 * (510 / 390 - 1))


def test_a_base_that_may_be_nothing_has_no_growth() -> None:
    got = measure(Request("growth", Slice("exports"), Period.parse("2024-01")), world(step=400))
    assert isinstance(got, Missing) and got.code == "base"


def test_rounding_leaves_ranks_and_streaks_open() -> None:
    ask = Request("rank", Slice("trade", partner="USA"), Period.parse("2024-01"))
    rank = measure(ask, world(step=200))
    assert isinstance(rank, Claim) and (rank.interval().low, rank.interval().high) == (1, 3)
    streak = measure(Request("streak", Slice("exports"), Period.parse("2023-03"), threshold=450), world(200))
    assert isinstance(streak, Claim) and (streak.value, streak.interval().low) == (1, 0)
    record = measure(Request("record", Slice("exports"), Period.parse("2025-01")), world(200))
    assert isinstance(record, Claim) and (record.interval().low, record.interval().high) == (0, 1)


def test_rounded_tables_contradict_only_what_they_can() -> None:
    read = claim_of({"measure": "growth", "value": 23.0, "text": "23.0%", "unit": "%", "flow": "exports",
                     "period": "2024-01"})
    assert compare(read, world()).verdict is Verdict.CONTRADICTED
    assert compare(read, world(step=10)).verdict is Verdict.HOLDS


def test_units_that_do_not_meet_are_no_contradiction() -> None:
    read = claim_of({"measure": "value", "value": 5, "text": "5", "unit": "CNY", "flow": "exports",
                     "period": "2024-01"})
    computed = measure(request_of({"measure": "quantity", "flow": "exports", "period": "2024-01"}), world())
    assert satisfies(read, computed) is Verdict.NO_STATISTICS


def gold(shared: Path) -> list[Claim]:
    lines = [line for path in sorted((shared / "claims" / "gold").glob("*.jsonl"))
             for line in path.read_text(encoding="utf-8").splitlines()]
    return [Claim.from_dict(json.loads(line)) for line in lines]


def test_all_claims_of_the_gold_become_requests(shared: Path) -> None:
    for claim in gold(shared):
        ask = Request.of_claim(claim)
        assert (ask.measure, ask.slice, ask.period) == (claim.measure, claim.slice, claim.period)
        for known in ("latest", "first"):
            assert isinstance(measure(replace(ask, base_known=known), world()), Claim | Missing)
        assert isinstance(compare(claim, world()).verdict, Verdict)


def test_what_the_gold_says_is_computed_where_the_months_are_there(shared: Path) -> None:
    """With all months present, the only claims without a figure are those that cells cannot have."""
    cells = [Cell(parse_month("2014-01") + n, flow, 1000 + n, 10 + n, 1000 + n, frozenset("ab"), None, p)
             for n in range(12 * 13) for flow in ("exports", "imports") for p in ("USA", "VNM", "DEU")]
    names = {c.slice.commodity for c in gold(shared) if c.slice.commodity}
    codes = {part: ("8",) for name in names for part in name.split("+")}
    codes |= {c.slice.enterprise: ("private",) for c in gold(shared) if c.slice.enterprise}
    statistics = FakeStatistics(tuple(cells), groups=codes)
    allowed = {"subject", "period", "flow", "unit", "threshold", "base", "slice", "currency", "rank",
               "months"}
    lacking = [(got.code, got.reason) for c in gold(shared)
               if isinstance(got := measure(c, statistics), Missing)]
    assert {code for code, _ in lacking} <= allowed
    assert len([c for c in gold(shared) if not c.slice.subject]) - len(lacking) > 100
