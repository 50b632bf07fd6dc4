"""Cases of agreement and conflict, written as tables, and what five real documents must give."""

from __future__ import annotations

import json
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from customhouse.model import Claim, Derivation, Reconciliation
from customhouse.period import Period
from customhouse.reconcile import reconcile
from customhouse.reconcile.words import _templates

CASES = Path(__file__).parent / "cases"


def table(name: str) -> list[Any]:
    rows = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["name"]) for row in rows]


def claims_of(case: dict[str, Any]) -> list[Claim]:
    common = {"doc": "a", "unit": "CNY", "period": "2025-01/2025-03"}
    return [Claim.from_dict({"start": 100 * n, "end": 100 * n + 9, **common, **row})
            for n, row in enumerate(case["claims"])]


@pytest.mark.parametrize("case", table("reconcile_findings.yaml"))
def test_findings(case: dict[str, Any]) -> None:
    found = reconcile(claims_of(case)).findings
    assert sorted((f.kind, sorted(c.value for c in f.claims)) for f in found) == sorted(
        (want["kind"], sorted(float(v) for v in want["values"])) for want in case["finds"])
    for finding, want in zip(found, case["finds"], strict=True):
        assert want.get("en", "") in finding.en
        assert want.get("zh", "") in finding.zh
        assert finding.rounding == tuple(want.get("rounding", ("half_up", "truncate")))
        if "revision" in want:
            assert finding.revision == pytest.approx(want["revision"], abs=1e-5)
        assert (finding.revision is not None) == (finding.kind == "revision")


@pytest.mark.parametrize("case", table("reconcile_derived.yaml"))
def test_derived(case: dict[str, Any]) -> None:
    found = reconcile(claims_of(case))
    assert not found.findings
    for want in case["derives"]:
        hits = [c for c in found.derived if c.measure == want["measure"] and str(c.period) == want["period"]
                and c.slice.flow == want["flow"]]
        assert hits, found.derived
        origin = hits[0].origin
        assert isinstance(origin, Derivation)
        assert float(want["low"]) <= origin.interval.low <= hits[0].value <= origin.interval.high
        assert origin.interval.high <= float(want["high"])
        assert origin.claims and origin.rule and origin.arithmetic


@pytest.mark.parametrize("case", table("reconcile_findings.yaml"))
def test_finding_sets_are_irreducible(case: dict[str, Any]) -> None:
    for finding in reconcile(claims_of(case)).findings:
        for left_out in finding.claims:
            rest = [c for c in finding.claims if c is not left_out]
            if finding.code != "gap_reference":
                assert not reconcile(rest).findings


@pytest.mark.parametrize("case", table("reconcile_findings.yaml"))
def test_order_of_claims_does_not_matter(case: dict[str, Any]) -> None:
    one, other = reconcile(claims_of(case)), reconcile(claims_of(case)[::-1])
    assert sorted(_named(one)) == sorted(_named(other))


@pytest.mark.parametrize("case", table("reconcile_findings.yaml"))
def test_repetition_adds_mentions_only(case: dict[str, Any]) -> None:
    once, twice = reconcile(claims_of(case)), reconcile(claims_of(case) + claims_of(case))
    assert sorted(_named(once)) == sorted(_named(twice))
    assert all(f.mentions for f in twice.findings)


def _named(found: Reconciliation) -> list[tuple[str, list[float]]]:
    return [(f.kind, sorted(c.value for c in f.claims)) for f in found.findings]


@pytest.fixture
def gold(shared: Path) -> list[Claim]:
    files = sorted((shared / "claims" / "gold").glob("*.jsonl"))
    return [Claim.from_dict(json.loads(line)) for f in files for line in f.read_text("utf-8").splitlines()]


def test_the_five_documents(gold: list[Claim]) -> None:
    found = reconcile(gold).findings
    serious = {f.kind + "/" + f.code: f for f in found if f.kind != "caution"}
    assert set(serious) == {
        "revision/revision", "contradiction/level_for_change", "contradiction/gap_reference"}
    named = {code: {c.value for c in f.claims} for code, f in serious.items()}
    assert named["revision/revision"] == {5.85e12, 6.78e12, 16.2}
    assert named["contradiction/level_for_change"] == {4.62e12, 5.1e11}
    assert named["contradiction/gap_reference"] == {8.6, 8.5, 1.6, 5.0, 5.8}
    revision = serious["revision/revision"]
    assert revision.revision == pytest.approx((-0.0046, -0.0006), abs=1e-4)
    assert revision.rounding == ("half_up", "truncate")
    assert "3.4 billion yuan" in revision.en and "57.3%" in revision.en and "57.3%" in revision.zh
    assert "12.4 to 12.7%" in serious["contradiction/level_for_change"].en


def test_each_document_alone(gold: list[Claim]) -> None:
    docs = sorted({c.span.doc for c in gold if c.span})
    alone = [[c for c in gold if c.span and c.span.doc == doc] for doc in docs]
    codes = [{f.code for f in reconcile(claims).findings} for claims in alone]
    assert codes == [set(), {"level_for_change"}, set(), set(), {"gap_reference"}]


@pytest.mark.parametrize(("what", "period", "low", "high"), [
    ({"flow": "trade"}, "2024-01/2024-03", 10.154e12, 10.177e12),
    ({"flow": "exports"}, "2024-01/2024-03", 5.7265e12, 5.736e12),
    ({"flow": "imports"}, "2024-01/2024-03", 4.418e12, 4.450e12),
    ({"flow": "imports"}, "2026-01/2026-02", 16.99, 17.21),
    ({"flow": "exports", "commodity": "mechanical_electrical"}, "2025-01/2025-03", 8.59, 8.81),
    ({"flow": "exports", "commodity": "high_tech"}, "2025-01/2025-03", 1.098e12, 1.1e12),
    ({"flow": "trade", "enterprise": "foreign_invested"}, "2026-01/2026-03", 3.464e12, 3.479e12),
    ({"flow": "trade", "region": "central_west"}, "2026-01/2026-03", 2.207e12, 2.219e12),
])
def test_what_follows_from_the_five_documents(
    gold: list[Claim], what: dict[str, str], period: str, low: float, high: float,
) -> None:
    hits = [c for c in reconcile(gold).derived if c.slice.given() == what and c.period == Period.parse(period)
            and c.measure != "count"]
    assert len(hits) == 1
    origin = hits[0].origin
    assert isinstance(origin, Derivation)
    assert low <= origin.interval.low < hits[0].value < origin.interval.high <= high


def test_derived_claims_state_nothing_that_a_text_states(gold: list[Claim]) -> None:
    stated = {(c.measure, c.of, c.slice, c.period, c.unit) for c in gold if not c.base}
    found = reconcile(gold).derived
    assert not [c for c in found if (c.measure, c.of, c.slice, c.period, c.unit) in stated and not c.base]
    assert len(found) < len(gold) / 4


def test_derived_claims_agree_with_the_claims(gold: list[Claim]) -> None:
    found = reconcile(gold)
    again = reconcile([*gold, *found.derived])
    assert [f.code for f in again.findings] == [f.code for f in found.findings]


def test_templates_have_the_same_fields_in_both_languages() -> None:
    for code, row in _templates().items():
        en, zh = ({part[1] for part in Formatter().parse(row[lang]) if part[1]} for lang in ("en", "zh"))
        assert en == zh, code


def test_nothing_from_nothing() -> None:
    assert reconcile([]) == Reconciliation()
