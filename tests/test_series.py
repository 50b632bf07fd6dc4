"""Series of texts: small corpora written for the test, and the texts beside the repository."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import customhouse
from customhouse.api import series as series_of
from customhouse.errors import OutputError, QueryError
from customhouse.model import Derivation
from customhouse.period import Period
from customhouse.series import Point, Series, Stated, make, wanted
from customhouse.series.dating import stated
from customhouse.series.frames import COLUMNS, SOURCE_COLUMNS
from customhouse.series.words import notes, source_table, table, title
from customhouse.texts import day_of, known_day

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "series.yaml").read_text(encoding="utf-8"))


def told(texts: dict[Any, str]) -> list[Stated]:
    """The claims of texts, each named and dated by its day."""
    found = []
    for day, text in texts.items():
        claims = customhouse.read(text, str(day), doc=f"text-{day}")
        found += stated(list(claims), claims.documents, str(day))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_corpora(case: dict[str, Any]) -> None:
    series = make(wanted(case["asked"]), told(case["texts"]))
    for expected in case["points"]:
        point = series.at(str(expected["period"]))
        found = seen(point, expected, case["unit"])
        for name, value in expected.items():
            close = pytest.approx(value, rel=2e-5) if isinstance(value, float) else value
            assert (name, found[name]) == (name, close), point
    for period in case.get("none", ()):
        assert period not in {str(p.period) for p in series if p.status != "missing"}


def seen(point: Point, expected: dict[str, Any], unit: float) -> dict[str, Any]:
    """What a point has of that which is expected, in the unit of the case."""
    derived = next((s for s in point.sources if s.kind == "derived"), None)
    origin = derived.claim.origin if derived else None
    known: dict[str, Any] = {
        "period": str(point.period), "status": point.status, "explained": point.explained,
        "rounding": point.rounding, "sources": sum(s.role == "counts" for s in point.sources),
        "rule": origin.rule if isinstance(origin, Derivation) else None,
        "value": point.value and point.value / unit,
    }
    if point.interval:
        known |= {"low": point.interval.low / unit, "high": point.interval.high / unit}
    for name in ("first", "latest"):
        source = getattr(point, name)
        known[name] = source and source.claim.value / unit
    return {name: known.get(name) for name in expected}


@pytest.fixture
def private(shared: Path) -> Series:
    """Trade of private enterprises by quarter, of the texts beside the repository."""
    found = customhouse.read_files(sorted((shared / "seeds").glob("*.txt")))
    return found.series(flow="trade", enterprise="private", by="quarter")


def test_seeds_show_the_conflict_and_the_revision(private: Series) -> None:
    """5.85 trillion stated in 2025; growth of 16.2% to 6.78 a year later implies 5.828 to 5.842."""
    point = private.at("2025-01/2025-03")
    assert (point.status, point.explained) == ("conflict", "revision")
    assert point.first and point.first.claim.value == 5.85e12 and point.first.known_on == date(2025, 4, 14)
    later = [s for s in point.sources if s.kind == "derived"]
    assert [s.known_on for s in later] == [date(2026, 4, 14)]
    assert 5.828e12 <= later[0].interval.low <= later[0].interval.high <= 5.842e12
    assert point.revision and -0.5 < point.revision.low < point.revision.high < 0
    assert point.finding and "5.85 trillion" in point.finding.en and point.finding.kind == "revision"


def test_the_later_figure_is_no_conflict(private: Series) -> None:
    """The base was revised, not the figure that grew from it."""
    point = private.at("2026-01/2026-03")
    assert point.status == "stated" and point.value == 6.78e12
    assert [s.role for s in point.sources if s.kind == "derived"] == ["superseded"]


def test_a_gap_is_filled_and_marked(private: Series) -> None:
    point = private.at("2024-01/2024-03")
    assert point.status == "derived" and point.interval
    origin = point.sources[0].claim.origin
    assert isinstance(origin, Derivation) and origin.rule and "=" in origin.arithmetic and origin.claims
    assert {private.at(f"2025-{m:02}/2025-{m + 2:02}").status for m in (4, 7, 10)} == {"missing"}


def test_every_gold_figure_is_in_its_series(shared: Path) -> None:
    """Each value of the gold claims of trade is among the sources of the series of its slice and period."""
    gold = customhouse.read_files(shared / "claims" / "gold" / "*.jsonl")
    levels = [c for c in gold if c.measure == "value" and c.unit == "CNY" and c.slice.flow and c.period
              and c.slice.subject is None and c.status is None]
    assert len(levels) > 20
    for slice_ in {c.slice for c in levels}:
        mine = [c for c in levels if c.slice == slice_]
        options: dict[str, Any] = dict(slice_.given())
        by = "month"
        for claim in mine:
            period = claim.period or Period.of(2000)
            by = {1: "month", 3: "quarter", 6: "half", 12: "year"}.get(period.months, "")
            if not by or period.first % period.months:
                continue
            series = gold.series(**options, by=by, period=str(period), currency="CNY")
            spans = {s.claim.span for p in series for s in p.sources}
            values = {s.claim.value for p in series for s in p.sources}
            assert claim.span in spans or claim.value in values


def test_tables_of_rows(private: Series) -> None:
    rows = private.rows()
    assert [list(row) for row in rows] == [list(COLUMNS)] * len(private)
    lines = list(csv.DictReader(io.StringIO(private.to_csv())))
    assert [line["period"] for line in lines] == [str(p.period) for p in private]
    assert lines[4]["status"] == "conflict" and lines[4]["first_known_on"] == "2025-04-14"
    arrow = private.to_arrow()
    assert arrow.column_names == list(COLUMNS) and arrow.num_rows == len(private)
    sources = private.to_arrow(sources=True)
    assert sources.column_names == list(SOURCE_COLUMNS)
    assert sources.num_rows == sum(len(p.sources) for p in private)
    found = json.loads(private.to_json())
    assert found["series"] == {"measure": "value", "flow": "trade", "enterprise": "private", "by": "quarter",
                               "unit": "CNY"}
    conflict = found["points"][4]
    assert conflict["finding"]["kind"] == "revision"
    assert {s["kind"] for s in conflict["sources"]} == {"text", "derived"}
    assert conflict["sources"][0]["claim"]["text"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words(private: Series, language: str) -> None:
    codes, headings, rows = table(private, language)
    assert len(codes) == len(headings) and all(len(row) == len(codes) for row in rows)
    assert len(rows) == 5  # three known periods, and two stretches of which nothing is known
    assert any("5.85" in cell for row in rows for cell in row)
    assert len(source_table(private, language)[2]) == sum(len(p.sources) for p in private)
    assert len(notes(private, language)) == 1 and title(private, language)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_saved(private: Series, tmp_path: Path, ending: str) -> None:
    private.save(tmp_path / f"series.{ending}")
    assert (tmp_path / f"series.{ending}").stat().st_size > 100


def test_saved_as_what_nobody_knows(private: Series, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.csv"):
        private.save(tmp_path / "series.doc")


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<")])
def test_drawn(private: Series, tmp_path: Path, ending: str, start: bytes) -> None:
    pytest.importorskip("vl_convert")
    private.save(tmp_path / f"series.{ending}", language="zh")
    drawn = (tmp_path / f"series.{ending}").read_bytes()
    assert drawn.lstrip().startswith(start)


def test_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nothing to draw"):
        make(wanted({"flow": "exports"})).save(tmp_path / "series.svg")


@pytest.mark.parametrize(("options", "said"), [
    ({"by": "week"}, "month, quarter"),
    ({"flow": "export"}, "exports, imports"),
    ({"partner": "USA,JPN"}, "one thing"),
    ({"base": "2019"}, "year before"),
    ({"top": 3}, "top"),
    ({"period": "2024-02/2024-03", "by": "quarter"}, "whole quarters"),
    ({"measure": "values"}, "no such measure"),
])
def test_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(QueryError, match=said):
        wanted(options)


@pytest.mark.parametrize(("text", "day"), [
    ("Beijing, April 14, 2025. Exports rose.", date(2025, 4, 14)),
    ("2025年4月14日，出口增长。", date(2025, 4, 14)),
    ("Exports rose in April 2024. Published on May 9.", date(2024, 5, 9)),
    ("Exports rose in 2024. Published on May 9.", date(2025, 5, 9)),  # a year that is told whole is over
    ("Exports rose.", None),
])
def test_days_of_texts(text: str, day: date | None) -> None:
    assert day_of(customhouse.read(text).documents[0]) == day


def test_a_month_is_known_at_its_end() -> None:
    assert known_day("2024-02") == date(2024, 2, 29)


def test_claims_without_a_text_take_the_day_of_their_latest_figure() -> None:
    claims = customhouse.read("In the first quarter of 2025, China's exports reached 6.13 trillion yuan.")
    assert [one.known_on for one in stated(list(claims))] == [date(2025, 3, 31)]


def test_one_text_that_says_a_thing_twice_is_one_source() -> None:
    text = "In the first quarter of 2025, China's exports reached 6.13 trillion yuan. " * 3
    point = make(wanted({"flow": "exports"}), told({"2025-04-14": text})).points[0]
    assert [source.mentions for source in point.sources] == [3]


def test_files_from_python(examples: Path) -> None:
    found = series_of(examples / "2025-q1-release.en.md", flow="exports", by="quarter")
    assert found.at("2025-01/2025-03").value == 6.13e12


def test_other_units_are_told() -> None:
    text = ("In the first quarter of 2025, China's exports reached 6.13 trillion yuan. "
            "In 2024, China's exports were 3.58 trillion US dollars.")
    series = make(wanted({"flow": "exports", "by": "year"}), told({"2025-04-14": text}))
    assert series.unit == "USD" and series.at("2024-01/2024-12").value == 3.58e12
    series = make(wanted({"flow": "exports", "currency": "CNY", "by": "year"}), told({"2025-04-14": text}))
    assert series.others == {"USD": 1} and notes(series)
