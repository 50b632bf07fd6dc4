"""`customhouse check`: what it shows, writes and ends with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from customhouse.api import read
from customhouse.cli import app
from customhouse.desk import Loading, open_store
from customhouse.period import parse_month
from customhouse.simulate import simulate

FIGURE = "一季度，我国出口{}万亿元，同比增长{}%。\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated declarations whose totals are those that were published for the first quarter of 2025."""
    folder = tmp_path_factory.mktemp("check")
    simulate(8_000, folder / "lines", 1, parse_month("2024-01"), parse_month("2025-03"))
    with open_store(folder / "store", create=True) as desk:
        desk.load([folder / "lines" / "*.parquet"], Loading(known_on=date(2025, 4, 14)))
    return folder / "store"


def run(*arguments: str | Path) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["check", *map(str, arguments)])
    return found.exit_code, found.output


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.txt"
    path.write_text("2025年4月14日\n\n" + FIGURE.format("6.13", "9.6"), encoding="utf-8")
    return path


def test_what_is_wrong_is_shown_with_the_slip(store: Path, wrong: Path) -> None:
    code, shown = run(wrong, "--against", store)
    assert code == 0
    for words in ("wrong, line 3", "contradicted", "9.6%", "two digits have changed places", "+6.9%",
                  "Source: declarations, vintage 1", "1 contradicted", "6.13万亿元"):
        assert words in shown, words
    code, shown = run(wrong, "--against", store, "--lang", "zh")
    assert "不符" in shown and "两位数字颠倒" in shown and "来源：declarations" in shown


def test_strict_ends_with_one_where_something_is_contradicted(store: Path, wrong: Path) -> None:
    assert run(wrong, "--against", store, "--strict")[0] == 1
    right = wrong.with_name("right.txt")
    right.write_text("2025年4月14日\n\n" + FIGURE.format("6.13", "6.9"), encoding="utf-8")
    code, shown = run(right, "--against", store, "--strict")
    assert code == 0 and "2 hold" in shown and "line 3" not in shown
    assert "line 3" in run(right, "--against", store, "--all")[1]


def test_json_and_claims_files(store: Path, wrong: Path, tmp_path: Path) -> None:
    code, shown = run(wrong, "--against", store, "--json")
    told = json.loads(shown)
    assert code == 0 and [one["verdict"] for one in told] == ["holds", "contradicted"]
    assert told[1]["slip"] == "digits_swapped" and told[1]["source"] == "declarations"
    claims = tmp_path / "claims.jsonl"
    read(wrong.read_text(encoding="utf-8")).save(claims)
    again = json.loads(run(claims, wrong, "--against", store, "--json")[1])
    assert [one["verdict"] for one in again] == ["holds", "contradicted"] * 2
    assert "9.6%" in run(claims, "--against", store)[1]


def test_the_page_marks_what_does_not_hold(store: Path, wrong: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code, _ = run(wrong, "--against", store, "--report", page)
    html = page.read_text(encoding="utf-8")
    assert code == 0 and "contradiction" in html and "two digits have changed places" in html
    assert html.count('class="fig ') == 2


def test_wrong_arguments_are_told_in_a_line(store: Path, wrong: Path, tmp_path: Path) -> None:
    for arguments in ((tmp_path / "nowhere",), (store, "--source", "comtrade")):
        code, shown = run(wrong, "--against", *arguments)
        assert code != 0 and "Traceback" not in shown


def test_the_source_of_a_verdict_is_told(store: Path, wrong: Path) -> None:
    with open_store(store) as desk:
        found = desk.check(read(wrong.read_text(encoding="utf-8")))
        assert {one.source for one in found} == {"declarations"}
        assert found[0].vintages == (1,) and found[0].cells > 0
        assert desk.check(read(wrong.read_text(encoding="utf-8")), source="declarations") == found


def test_every_source_of_a_store_is_asked(shared: Path, tmp_path: Path) -> None:
    """Trade by partner is in one table, exports of March in the other alone."""
    folder = shared / "data" / "cn_gacc_by_partner_2024h1"
    for name in ("partner_month_2024h1.csv", "headline_monthly_cny.csv"):
        with open_store(tmp_path / "store", create=True) as desk:
            desk.load([folder / name])
    text = "2024年上半年，我国对东盟进出口3.36万亿元，增长10.5%。2023年5月份，我国出口1.93万亿元。"
    with open_store(tmp_path / "store") as desk:
        found = desk.check(read(text, "2024-07-12"))
    assert [one.verdict.value for one in found] == ["holds"] * 3
    assert [one.source for one in found] == ["gacc_partner_month", "gacc_partner_month", "gacc_headline"]
