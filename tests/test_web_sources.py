"""The pages of sources: loads, coverage, what was set aside and why, revisions; no path and no trader."""

from __future__ import annotations

import csv
import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import serving
from browsing import DESKTOP, PHONE, Visit, axe
from customhouse.compiling import aside, quarantine
from customhouse.desk import Desk, Loading, open_store
from customhouse.model import Slice
from customhouse.period import Period, month, stretches
from customhouse.records import reasons
from customhouse.store import StoredFile, Vintage
from customhouse.web import provenance
from customhouse.web.held import open_held
from customhouse.web.jobs import provenance as jobs
from customhouse.web.words import word

DARK = DESKTOP | {"color_scheme": "dark"}
TRADER, ACME = "TRADER3101234567", "ACME Trading Ltd"
FIELDS = ("declaration_id", "line", "date", "flow", "hs_code", "partner", "trader_id", "value", "importer")
ROWS = (
    ("DECL000123456", "1", "2025-03-14", "exports", "85171300", "USA", TRADER, "1234567.89", ACME),
    ("DECL000123457", "1", "2025-03-15", "exports", "8517", "USA", TRADER, "1234567.89", ACME),
    ("DECL000123458", "1", "2025-03-16", "exports", "85171300", "", TRADER, "99.5", ACME),
    # one field to the left: the trader stands where the partner should
    ("DECL000123459", "1", "2025-03-17", "imports", "85171300", TRADER, "1234567.89", ACME, ""),
    ("DECL000123460", "1", "2025-13-17", "imports", ACME, TRADER, TRADER, TRADER, TRADER),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Desk]:
    with open_store(small_store) as opened:
        yield opened


def got(client: TestClient, address: str) -> Any:
    """A page; what is worked out for it is waited for."""
    for _ in range(30):
        answer = client.get(address)
        if not any(word("sources_later", to) in answer.text for to in ("en", "zh")):
            return answer
    raise AssertionError(f"{address}: still being worked out")


@pytest.fixture(scope="module")
def pages(app_client: TestClient, desk: Desk) -> dict[str, str]:
    """The pages in both languages."""
    paths = ["sources", *(f"sources/{vintage.number}" for vintage in desk.vintages())]
    found = {f"/{to}/{path}": got(app_client, f"/{to}/{path}") for to in ("en", "zh") for path in paths}
    assert {answer.status_code for answer in found.values()} == {200}
    return {path: html.unescape(answer.text) for path, answer in found.items()}


def test_each_load_is_there_with_its_counts(pages: dict[str, str], desk: Desk) -> None:
    for vintage in desk.vintages():
        own = pages[f"/en/sources/{vintage.number}"]
        for count in (vintage.counts.taken_in, vintage.counts.accepted, vintage.counts.quarantined):
            assert f'<p class="big">{count:,}</p>' in own
        row = next(r for r in pages["/en/sources"].split("<tr>") if f'sources/{vintage.number}"' in r)
        assert f">{vintage.counts.taken_in:,}<" in row and str(vintage.known_on) in row
        assert Path(vintage.inputs[0]).name in row


def test_reasons_are_said_in_both_languages(pages: dict[str, str], desk: Desk) -> None:
    broken = {code for vintage in desk.vintages() for code in vintage.reasons}
    assert len(broken) > 8
    for language in ("en", "zh"):
        for code in broken:
            assert reasons.words(code, language) in pages[f"/{language}/sources"], code
        for code in set(desk.vintages()[0].reasons):
            assert reasons.words(code, language) in pages[f"/{language}/sources/1"], code


def test_no_path_and_no_person(pages: dict[str, str], small_store: Path) -> None:
    folder = str(small_store.parent)
    lines = list(_declared(small_store))
    assert len(lines) > 50
    for path, text in pages.items():
        assert folder not in text and "/tmp" not in text and "\\" not in text, path
        for said in lines:
            for name in ("declaration_id", "trader_id"):
                assert not said.get(name) or said[name] not in text, (path, name)
    assert all("declaration_id" not in text and "trader_id" not in text for text in pages.values())


def _declared(store: Path) -> Iterator[dict[str, str]]:
    with open_store(store) as desk:
        lines = quarantine.quarantined(desk.store)
        yield from (dict(line.said) for line in lines if line.kind == "declarations")


def test_misplaced_fields_tell_no_trader(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, *ROWS])
    with open_store(tmp_path / "store", create=True) as desk:
        vintage = desk.load([path], Loading(known_on=date(2025, 4, 14))).vintage
    held = open_held(tmp_path / "store")
    try:
        found = jobs.set_aside(held, 1)
    finally:
        held.close()
    assert vintage.counts.quarantined == len(ROWS) - 1
    assert {one.reason: one.rows for one in found} == {
        code: n for code, n in vintage.reasons.items() if code in reasons.bits("reject")
    }
    told = str(found)
    for secret in (TRADER, "3101234567", "ACME", "Trading", "DECL", "1234567.89", str(tmp_path)):
        assert secret not in told, secret
    assert "aaaaaa9999999999" in told and "'85179999'" in told and "'2025-03-99'" in told


SAID = st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30) | st.just(TRADER))


@given(SAID, st.integers(24250, 24310))
def test_whatever_a_row_says_only_fields_of_lists_are_told(said: dict[str, str], at: int) -> None:
    vintage = Vintage(1, "declarations", "declarations", date(2025, 4, 14), "2025-04-14T00:00:00+00:00")
    for name, value in jobs.shown(said, vintage, at):
        assert name not in ("declaration_id", "trader_id", "line", "importer")
        assert TRADER not in value
        if len(said[name].strip()) > 8:
            assert value != said[name].strip() or not re.search(r"[^\W\d_a]|[0-8]", value) or name in value


def test_counting_is_the_same_with_and_without_reading(desk: Desk) -> None:
    for vintage in desk.vintages():
        slow = [(line.month, r) for line in aside.of_vintage(desk.store, vintage) for r in line.reasons]
        fast = aside.counted(desk.store, vintage)
        assert fast == {key: slow.count(key) for key in set(slow)}
        assert sum(fast.values()) >= vintage.counts.quarantined


def test_coverage_is_what_the_cube_has(desk: Desk) -> None:
    for one in provenance.coverage(desk.vintages()):
        cells = [m for _, months in one.years for m in months]
        there = {m.month for m in cells if m.figures}
        assert there == set(desk.statistics(source=one.source).months())
        assert all(bool(m.shade) == bool(m.figures) for m in cells)
        assert one.gaps == () and all(len(months) == 12 for _, months in one.years)


@given(st.sets(st.integers(month(2022, 3), month(2025, 9)), min_size=1))
def test_gaps_and_stretches(months: set[int]) -> None:
    files = tuple(StoredFile("tables", m, f"{m}", 1) for m in months)
    vintage = Vintage(1, "a", "table", date(2025, 4, 14), "", files)
    (one,) = provenance.coverage([vintage])
    everything = set(range(min(months), max(months) + 1))
    assert {m for gap in one.gaps for m in range(gap.first, gap.last + 1)} == everything - months
    assert {m.month for _, row in one.years for m in row if m.gap} == everything - months
    (about,) = provenance.coverage([vintage], {"a": range(month(2000, 1), month(2030, 1))})
    assert about.gaps == ()
    assert {m.month for _, row in about.years for m in row if m.within} >= everything - months
    runs = stretches(months)
    assert {m for run in runs for m in range(run.first, run.last + 1)} == months
    assert all(a.last + 1 < b.first for a, b in itertools.pairwise(runs))


@pytest.mark.parametrize(
    ("told", "name"),
    [("/a/b/c.csv", "c.csv"), ("C:\\data\\c.csv", "c.csv"), ("c.csv", "c.csv"), ("../x/y.tar.gz", "y.tar.gz"),
     ("comtrade 2024", "comtrade 2024")],
)  # fmt: skip
def test_files_are_told_by_name_alone(told: str, name: str) -> None:
    vintage = Vintage(1, "a", "table", date(2025, 4, 14), "", inputs=(told,), doubts=(f"{told}: odd",))
    assert provenance.file_names(vintage) == (name,)
    assert provenance.doubts(vintage) == (f"{name}: odd",)


def test_revisions_are_those_of_the_store(desk: Desk, small_store: Path, pages: dict[str, str]) -> None:
    held = open_held(small_store)
    try:
        found = jobs.revised(held, "declarations", None)
        assert jobs.revised(held, "declarations", date(2025, 5, 1)) == ()
        assert jobs.revised(held, serving.TABLE, None) == ()
    finally:
        held.close()
    assert len(found) == 2
    for row in found:
        part, period = row.steps[0][2].slice, row.steps[0][2].period
        assert period is not None
        history = desk.history(Slice(flow=part.flow), period, source="declarations")
        assert [step[2].value for step in row.steps] == [float(h.level.amount) for h in history if h.level]
        assert [step[0] for step in row.steps] == [h.vintage.number for h in history]
        assert row.change == pytest.approx((row.steps[-1][2].value / row.steps[0][2].value - 1) * 100)
        assert f"{row.change:+,.2f}" in pages["/en/sources"]
    assert Period(month(2025, 2), month(2025, 2)) == found[0].steps[0][2].period


def test_as_of_a_day(app_client: TestClient) -> None:
    before = app_client.get("/en/sources?as_of=2025-04-30").text
    assert 'href="/en/sources/3?as_of=2025-04-30"' in before and "sources/2?" not in before
    assert app_client.get("/en/sources/2?as_of=2025-04-30").status_code == 404
    assert app_client.get("/en/sources?as_of=2001-01-01").status_code == 200
    assert app_client.get("/en/sources?as_of=soon").status_code == 422
    assert app_client.get("/en/sources/99").status_code == 404


def test_lines_put_right_are_told() -> None:
    first = Vintage(1, "a", "declarations", date(2025, 4, 14), "")
    later = replace(first, number=2, resolves=("1:0:1", "1:0:2"))
    assert provenance.put_right([first, later]) == {1: 2}


@pytest.fixture
def visit(browser: object, counter: serving.Serving, request: pytest.FixtureRequest) -> Iterator[Visit]:
    path, options = request.param
    made = Visit(browser, counter.address + path, options)
    yield made
    made.close()


@pytest.mark.parametrize(
    "visit",
    [("/en/sources", DESKTOP), ("/zh/sources", PHONE), ("/en/sources", DARK), ("/zh/sources/1", DESKTOP),
     ("/en/sources/1", PHONE)],
    indirect=True,
)  # fmt: skip
def test_nothing_keeps_anybody_out(visit: Visit) -> None:
    axe(visit.page)
    wide = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= wide


@pytest.mark.parametrize("visit", [("/en/sources", DESKTOP | {"java_script_enabled": False})], indirect=True)
def test_the_way_to_a_load_without_scripts(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("As known on").fill("2025-04-30")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Vintage 1").click()
    assert "as_of=2025-04-30" in page.url
    assert page.get_by_role("heading", level=1).inner_text() == "Vintage 1"
    page.evaluate = lambda *_: None
