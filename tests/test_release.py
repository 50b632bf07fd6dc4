"""Releases: what is said, in digits that agree, reads back exactly in either language, of any statistics."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import choosing
from customhouse.check.judging import satisfies
from customhouse.check.model import Verdict
from customhouse.errors import BrokenFile, QueryError
from customhouse.model import CellOrigin, Claim, Derivation, Slice
from customhouse.period import Period, month
from customhouse.quantity import Interval, printed_step
from customhouse.reader import read_text
from customhouse.reconcile import reconcile
from customhouse.release import Release, body, compose_release, plan_release, write_releases
from customhouse.release.digits import printed, usual_step
from customhouse.release.figures import FILE, Basis, request_json, request_of
from customhouse.release.proof import key
from customhouse.release.publish import publish
from customhouse.release.tables_scan import Scans
from customhouse.release.verifying import load, verify
from customhouse.release.wording import amount
from release_material import Drawn, Only, draw
from statistics_fake import Cell, FakeStatistics

LANGUAGES = ("zh", "en")
SEEDS = st.integers(0, 10**6)
FEW = choosing.tries(8, suppress_health_check=[HealthCheck.too_slow])


def written(drawn: Drawn) -> dict[str, Release] | None:
    """The releases of what was drawn; None where there is nothing to say."""
    try:
        plan = plan_release(drawn.statistics, drawn.period)
    except QueryError:
        return None
    return dict(write_releases(plan, LANGUAGES, drawn.published))


@FEW
@given(SEEDS)
def test_either_text_reads_back_as_what_it_was_written_from(seed: int) -> None:
    drawn = draw(seed)
    said = []
    for release in (written(drawn) or {}).values():
        passage = body(release)
        read = read_text(passage.text, drawn.published.isoformat(), "release")
        assert [key(c) for c in read] == [key(c) for c in passage.claims]
        assert [c.span for c in read] == [c.span for c in passage.claims]
        said.append(sorted(str(key(c)) for c in read))
    assert not said or said[0] == said[1]


@FEW
@given(SEEDS)
def test_printed_figures_hold_and_agree(seed: int) -> None:
    for release in (written(draw(seed)) or {}).values():
        figures = [f for s in release.sections for p in s.paragraphs for f in p.figures]
        claims = [figure.printed for figure in figures]
        assert [f for f in reconcile(claims).findings if f.kind != "caution"] == []
        assert {satisfies(figure.printed, figure.computed) for figure in figures} == {Verdict.HOLDS}
        assert disagreeing(claims) == []


def disagreeing(claims: list[Claim]) -> list[str]:
    """Flows as printed that do not add up to the coarsest of their digits, and shares of all that do not."""
    levels: dict[object, dict[str, Claim]] = defaultdict(dict)
    for claim in claims:
        if claim.measure == "value" and claim.slice.flow:
            levels[claim.slice.widen((("flow", None),)), claim.period][claim.slice.flow] = claim
    found = []
    for place, flows in levels.items():
        for whole, sign in (("trade", 1), ("balance", -1)):
            if {whole, "exports", "imports"} <= flows.keys():
                three = [flows[flow] for flow in (whole, "exports", "imports")]
                step = Decimal(repr(max(claim.step for claim in three)))
                total, one, other = (Decimal(repr(claim.value)) for claim in three)
                if abs(one + sign * other - total) > step / 2:
                    found.append(f"{place}: {whole}")
    return found


@FEW
@given(SEEDS, st.sampled_from(["partner", "regime", "enterprise", "region", "commodity", ""]))
def test_a_table_with_one_dimension_has_a_release_without_the_others(seed: int, known: str) -> None:
    drawn = draw(seed, Only, known=(known,))
    for release in (written(drawn) or {}).values():
        dims = {d for c in body(release).claims for d in c.slice.narrowing()}
        assert dims <= {known}
        assert release.sections[0].code == "totals"


def test_without_an_earlier_year_there_is_no_growth() -> None:
    cells = tuple(Cell(month(2025, m), flow, 7_310_000_000 * m, partner=partner)
                  for m in (1, 2, 3) for flow in ("exports", "imports") for partner in ("USA", "JPN", "VNM"))
    release = compose_release(FakeStatistics(cells), Period.of(2025, 1, 3), "en")
    claims = body(release).claims
    assert claims
    based = {"growth", "share_change", "contribution", "record", "streak"}
    assert based.isdisjoint(claim.measure for claim in claims)


def test_parts_at_odds_with_what_is_known_lose_their_last() -> None:
    """The three kinds of owners make up all but a hundredth of China's trade; here a tenth is of another."""
    sizes = {"private": 50, "foreign_invested": 25, "state_owned": 15, "other": 10}
    cells = tuple(Cell(month(2025, 3), flow, size * 10**9 + 7, enterprise=kind)
                  for kind, size in sizes.items() for flow in ("exports", "imports"))
    plan = plan_release(FakeStatistics(cells), Period.of(2025, 3, 3))
    planned = {fact.ask.slice.enterprise for fact in plan.facts()}
    claims = body(write_releases(plan, ("en",), date(2025, 4, 14))["en"]).claims
    assert planned - {claim.slice.enterprise for claim in claims} == {"state_owned"}
    assert [f for f in reconcile(claims).findings if f.kind != "caution"] == []


def test_a_period_that_the_statistics_lack_is_refused() -> None:
    drawn = draw(1)
    with pytest.raises(QueryError, match="1999-01: the statistics have no trade of all its months"):
        plan_release(drawn.statistics, Period.of(1999, 1, 1))


def test_a_deficit_a_turn_a_record_and_streaks_are_said() -> None:
    values = {2021: 100, 2022: 90, 2023: 105, 2024: 110, 2025: 120}
    cells = []
    for year, m in product(values, range(1, 13)):
        if (year, m) <= (2025, 6):
            low = 80 if (year, m) == (2025, 5) else values[year]
            cells.append(Cell(month(year, m), "exports", low * 10**9))
            cells.append(Cell(month(year, m), "imports", (values[year] + 30) * 10**9))
    statistics, day = FakeStatistics(tuple(cells)), date(2025, 7, 14)
    half = body(compose_release(statistics, Period.of(2025, 1, 6), "en", day)).text
    assert "The trade deficit was 220.0 billion yuan." in half
    assert "Exports, which had fallen by 27.3% in May, returned to growth in June, rising by 9.1%." in half
    assert "Trade hit a record high for the same period, and exports also hit a record high" in half
    assert "By quarter, trade grew by 8% in the first quarter and grew by 2.7% in the second quarter." in half
    june = body(compose_release(statistics, Period.of(2025, 6, 6), "en", day)).text
    assert "Imports have grown for 30 consecutive months." in june
    assert "In the first half of the year, trade was 1.58 trillion yuan, up 5.3%." in june


def test_there_is_no_record_where_few_years_can_tell() -> None:
    cells = tuple(Cell(month(y, m), flow, 10**10 * (y - 2020)) for y in (2023, 2024, 2025)
                  for m in (1, 2, 3) for flow in ("exports", "imports"))
    claims = body(compose_release(FakeStatistics(cells), Period.of(2025, 1, 3), "zh")).claims
    assert {"record", "streak"}.isdisjoint(claim.measure for claim in claims)


AMOUNTS = st.tuples(st.floats(0.01, 1e14), st.sampled_from(["CNY", "USD", "t", "%", "pp"]))


@settings(max_examples=300)
@given(AMOUNTS, st.integers(-3, 1))
def test_both_languages_show_the_same_digits(drawn: tuple[float, str], power: int) -> None:
    value, unit = drawn
    if unit in ("%", "pp") and value > 1000:
        return
    claim = Claim("value", value, unit, CellOrigin("x", (1,), 1))
    made = printed(claim, float(f"{usual_step(claim) * 10.0**power:.12g}"))
    if made is None or made[1].step < 0.1:
        return
    for language in LANGUAGES:
        text = amount(made[1], language)
        assert printed_step(text, made[1].value) == made[1].step, text


def test_what_rounding_of_cells_leaves_open_is_not_printed() -> None:
    def computed(low: float, high: float) -> Claim:
        origin = Derivation("growth", (), Interval(low, high))
        return Claim("growth", (low + high) / 2, "%", origin)

    assert printed(computed(5.31, 5.33))[1].step == 0.1  # type: ignore[index]
    assert (printed(computed(5.1, 5.4)) or (None, claim_of(0)))[1].value == 5.0
    assert printed(computed(4.0, 9.0)) is None


def claim_of(value: float) -> Claim:
    return Claim("growth", value, "%", CellOrigin("x", (1,), 1))


@FEW
@given(SEEDS)
def test_every_figure_is_in_the_file_and_its_request_gives_it_again(seed: int) -> None:
    drawn = draw(seed)
    basis = Basis("fake", drawn.statistics.currency, drawn.published)
    try:
        made = publish(drawn.statistics, drawn.period, basis, LANGUAGES, charts=False)
    except QueryError:
        return
    found = json.loads(made.figures)
    assert len(found["figures"]) == len(body(made.releases[0]).claims)
    for row in found["figures"]:
        assert row["texts"].keys() == set(LANGUAGES)
        assert request_json(request_of(row["request"])) == row["request"]
    assert verify(found, Scans(drawn.statistics), {}) == []


@pytest.fixture(scope="module")
def figures() -> tuple[dict, FakeStatistics]:  # type: ignore[type-arg]
    drawn = draw(7)
    basis = Basis("fake", drawn.statistics.currency, drawn.published)
    made = publish(drawn.statistics, drawn.period, basis, LANGUAGES, charts=False)
    return json.loads(made.figures), drawn.statistics


def spoilt(found: dict, **changes: object) -> dict:  # type: ignore[type-arg]
    """The file with the second figure changed."""
    rows = [dict(row) for row in found["figures"]]
    rows[1] |= changes
    return found | {"figures": rows}


def test_what_does_not_hold_is_told(figures: tuple[dict, FakeStatistics]) -> None:  # type: ignore[type-arg]
    found, statistics = figures
    row = found["figures"][1]
    cell = row["cells"][0] | {"vintages": [2]}
    changes = {
        "contradicted": {"value": row["value"] + 5 * row["step"]},
        "changed": {"computed": row["computed"] | {"value": 1.0}},
        "vintages": {"cells": [cell, *row["cells"][1:]]},
        "missing": {"request": row["request"] | {"period": "1999-01"}},
    }
    for code, change in changes.items():
        assert [(f.number, f.code) for f in verify(spoilt(found, **change), statistics, {})] == [(2, code)]
    place = row["texts"]["en"]
    text = found["texts"]["en"]["text"]
    other = f"{text[:place['start']]}{'9' * len(place['text'])}{text[place['end']:]}"
    assert [(f.number, f.code) for f in verify(found, statistics, {"en": other})] == [(2, "text")]


@pytest.mark.parametrize("change", [{"request": {}}, {"texts": {"en": 1}}, {"cells": 3}, {"request": "x"}])
def test_a_damaged_file_ends_in_one_line(figures: tuple[dict, FakeStatistics], change: object) -> None:  # type: ignore[type-arg]
    found, statistics = figures
    with pytest.raises(BrokenFile, match="figure 2 is damaged"):
        verify(spoilt(found, **change), statistics, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"format": "else"}', "\x00"])
def test_a_folder_that_is_no_release_is_refused(tmp_path: object, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(BrokenFile):
        load(tmp_path)  # type: ignore[arg-type]


def test_slices_of_another_reporter_are_said_as_its_own() -> None:
    cells = tuple(Cell(month(y, m), flow, 10**10 + 10**8 * m) for y in (2024, 2025)
                  for m in (1, 2, 3) for flow in ("exports", "imports"))

    class Reported(FakeStatistics):
        def level(self, part: Slice, *rest: object, **more: object):  # type: ignore[no-untyped-def, override]
            return super().level(part.widen((("reporter", None),)), *rest, **more)  # type: ignore[arg-type]

    plan = plan_release(Reported(cells), Period.of(2025, 1, 3), "KOR")
    for release in write_releases(plan, LANGUAGES).values():
        claims = body(release).claims
        assert len(claims) > 4
        assert {claim.slice.reporter for claim in claims} == {"KOR"}
