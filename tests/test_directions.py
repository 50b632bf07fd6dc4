"""What texts say without a number: beside the figures, in words, against statistics, by command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import customhouse
from customhouse.check import Verdict, compare
from customhouse.cli import app
from customhouse.describe import describe, facts
from customhouse.measures import Request, measure
from customhouse.model import Claim, Derivation, Slice, Span
from customhouse.period import Period
from customhouse.quantity import Interval
from customhouse.reader import read_text
from statistics_fake import Cell, FakeStatistics
from test_reader_linear import steps

CASES = Path(__file__).parent / "cases"
TEXTS = [
    case["text"]
    for name in ("en", "zh")
    for case in yaml.safe_load((CASES / f"{name}_directions.yaml").read_text(encoding="utf-8"))
]
MARCH = Period.parse("2024-03")
STORY = "China recorded a trade deficit in March 2024. Exports rose."


def said(value: float, of: str | None = None, flow: str = "balance") -> Claim:
    return Claim("direction", value, "1", Span("d", 0, 4, "fell"), of=of, slice=Slice(flow), period=MARCH)


def trade(exports: int, imports: int, step: int = 0) -> FakeStatistics:
    cells = (
        Cell(month=MARCH.first, flow="exports", value=exports, partner="USA"),
        Cell(month=MARCH.first, flow="imports", value=imports, partner="USA"),
    )
    return FakeStatistics(cells, step=step)


@pytest.mark.parametrize("text", TEXTS)
def test_figures_are_read_as_without_directions(text: str) -> None:
    assert [c for c in read_text(text, directions=True) if c.measure != "direction"] == list(read_text(text))


@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=5), st.sampled_from([" ", "\n", "\n\n"]))
def test_figures_stay_as_they_are_in_longer_texts(texts: list[str], glue: str) -> None:
    text = glue.join(texts)
    everything = read_text(text, directions=True)
    assert [c for c in everything if c.measure != "direction"] == list(read_text(text))
    for claim in everything:
        assert claim.span and text[claim.span.start : claim.span.end] == claim.span.text


WORDS = (
    "exports",
    "imports",
    "trade",
    "surplus",
    "deficit",
    "fell",
    "kept growing",
    "in March 2024",
    "if",
    "not",
    "5%",
    ",",
    ".",
    "with ASEAN",
    "出口",
    "逆差",
    "下降",
    "转为",
    "由",
    "3月",
    "，",
    "。",
    "的",
)


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_words_are_read(text: str) -> None:
    for claim in read_text(text, directions=True):
        if claim.measure == "direction":
            assert claim.value in (1.0, -1.0) and claim.unit == "1" and claim.bound == "exact"
            assert claim.of in (None, "growth") and (claim.of or claim.slice.flow == "balance")


def test_they_are_not_read_unless_asked_for() -> None:
    assert [c.measure for c in read_text(STORY)] == []
    assert [c.measure for c in customhouse.read(STORY)] == []
    assert [c.measure for c in customhouse.read(STORY, directions=True)] == ["direction", "direction"]


def test_a_headline_is_dated_by_the_body() -> None:
    text = "# Exports return to growth\n\nExports rose in April 2024 and imports fell."
    claims = read_text(text, directions=True)
    assert [str(c.period) for c in claims] == ["2024-04"] * 3


def test_a_claim_goes_out_and_comes_in_again() -> None:
    for claim in read_text(STORY, directions=True):
        assert replace(Claim.from_dict(claim.to_dict()), step=0.0) == claim


@pytest.mark.parametrize(
    ("claim", "english", "chinese"),
    [
        (said(-1.0), "trade balance, Mar 2024: deficit", "贸易差额，2024年3月：逆差"),
        (said(1.0), "trade balance, Mar 2024: surplus", "贸易差额，2024年3月：顺差"),
        (said(-1.0, "growth", "exports"), "exports, Mar 2024: down", "出口，2024年3月：下降"),
        (said(1.0, "growth", "exports"), "exports, Mar 2024: up", "出口，2024年3月：上升"),
        (said(0.0, "growth", "exports"), "exports, Mar 2024: unchanged", "出口，2024年3月：持平"),
    ],
)
def test_a_direction_is_told_in_words(claim: Claim, english: str, chinese: str) -> None:
    assert describe(claim, "en") == english
    assert describe(claim, "zh") == chinese
    assert "interval" not in dict(facts(claim, "en"))


@pytest.mark.parametrize(
    ("exports", "imports", "step", "surplus", "deficit"),
    [
        (500, 300, 0, "holds", "contradicted"),
        (300, 500, 0, "contradicted", "holds"),
        (500, 500, 100, "holds", "holds"),
        (510, 500, 100, "holds", "holds"),
        (900, 500, 100, "holds", "contradicted"),
    ],
)
def test_a_sign_within_rounding_holds_either_way(
    exports: int, imports: int, step: int, surplus: str, deficit: str
) -> None:
    statistics = trade(exports, imports, step)
    assert compare(said(1.0), statistics).verdict.value == surplus
    assert compare(said(-1.0), statistics).verdict.value == deficit


def test_an_open_sign_says_so() -> None:
    found = measure(Request("direction", Slice("balance"), MARCH), trade(510, 500, 100))
    assert isinstance(found, Claim) and isinstance(found.origin, Derivation)
    assert found.origin.interval == Interval(-1.0, 1.0)
    assert describe(found, "en").endswith("surplus or deficit within the rounding of the statistics")


def test_a_forecast_is_no_outcome() -> None:
    (claim,) = read_text("Exports are expected to fall in March 2024.", directions=True)
    assert claim.status == "forecast"
    assert compare(claim, trade(500, 300)).verdict is Verdict.NO_STATISTICS


def test_the_command_reads_them_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    plain = CliRunner().invoke(app, ["read", str(path), "--format", "jsonl"])
    more = CliRunner().invoke(app, ["read", str(path), "--format", "jsonl", "--directions"])
    assert (plain.exit_code, plain.stdout) == (0, "")
    assert more.exit_code == 0 and more.stdout.count('"direction"') == 2
    shown = CliRunner().invoke(app, ["read", str(path), "--directions", "--lang", "zh"])
    assert "贸易差额，2024年3月：逆差" in shown.stdout


SEEDS = {
    "000": [
        "+growth exports 2024-04",
        "+growth exports 2024-04",
        "-value balance 2024-03",
        "+value balance 2024-04",
        "+growth exports 2024-04",
        "+value balance 2024-04",
        "-value balance 2024-03",
    ],
    "001": ["+growth exports high_tech 2018-01/2018-12"],
    "002": [],
    "003": [
        "+growth trade 2026-01/2026-03",
        "-growth trade USA 2026-01/2026-03",
        "+growth trade 2026-01/2026-03",
    ],
    "004": [
        "+growth trade mechanical_electrical 2025-01/2025-03",
        "+growth imports adp_equipment+parts_and_components+ship_and_marine_engineering_equipment "
        "2025-01/2025-03",
        "+growth trade 2025-01/2025-03",
        "+growth trade 2025-01/2025-03",
        "+growth trade DEU+ESP+GBR 2025-01/2025-03",
        "+growth imports ASEAN adp_parts+printed_circuit+textile_raw_material 2025-01/2025-03",
        "+growth trade foreign_invested 2025-01/2025-03",
        "+growth trade 2025-01/2025-03",
        "+growth trade private 2025-01/2025-03",
        "-growth imports 2025-01/2025-03",
        "+growth imports consumer_goods 2025-01/2025-03",
    ],
}
"""What the documents say without a number, each judged by hand."""


@pytest.mark.parametrize("seed", SEEDS)
def test_what_documents_say_without_a_number(seed: str, shared: Path) -> None:
    (path,) = (shared / "seeds").glob(f"{seed}_*.txt")
    claims = read_text(path.read_text(encoding="utf-8"), directions=True)
    found = [c for c in claims if c.measure == "direction"]
    assert [_short(claim) for claim in found] == SEEDS[seed]
    assert all(c.base is None and c.status is None and c.slice.reporter is None for c in found)


def _short(claim: Claim) -> str:
    sign = "+" if claim.value > 0 else "-"
    return " ".join([f"{sign}{claim.of or 'value'}", *claim.slice.given().values(), str(claim.period)])


@pytest.mark.parametrize(
    "unit", ["Exports fell in March 2024, imports rose. ", "出口下降，进口增长。", "由3月的逆差转为"]
)
def test_four_times_the_text_is_four_times_the_work(unit: str) -> None:
    few, many = (
        steps(lambda size=size: read_text((unit * size)[:size], directions=True)) for size in (2_000, 8_000)
    )
    assert many <= 4 * 1.3 * few + 2_000
