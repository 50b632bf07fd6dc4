"""Goods that a table does not list in a month: 0 where its list stands without them, else unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import control_tables as real
from customhouse.compiling import tables
from customhouse.compiling.tables import Tables, load_tables
from customhouse.cube import TableCube, open_cube
from customhouse.engine import DuckDB
from customhouse.measures import Missing, Request, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.query import parse, run
from customhouse.query.notes import beside
from customhouse.records.table import Batch
from customhouse.store import Store

Lines = list[dict[str, Any]]
Cube = Callable[[Lines], TableCube]


@pytest.fixture
def cube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cube:
    def made(lines: Lines) -> TableCube:
        monkeypatch.setattr(tables.controls, "check", lambda *given, **named: ())
        store = Store.create(tmp_path / "store")
        batch = Batch(real.table(lines), (), len(lines), len(lines))
        load_tables(store, Tables([batch], "t", date(2026, 1, 5)))
        with DuckDB(threads=1) as engine:
            found = open_cube(store, engine)
        assert isinstance(found, TableCube)
        return found

    return made


def goods(rows: dict[tuple[str, str], float | None], flow: str = "exports", **more: Any) -> Lines:
    """Figures by month and HS code."""
    return [real.line(flow, month, None, value, hs=hs, **more) for (month, hs), value in rows.items()]


def amount(cube: TableCube, period: str, flow: str = "exports", **part: Any) -> Fraction | None:
    level = cube.level(Slice(flow=flow, **part), Period.parse(period))
    return None if level is None else level.amount


LISTED: dict[tuple[str, str], float | None] = {
    ("2024-01", "030211"): 5, ("2024-01", "030213"): 7, ("2024-01", "030341"): 1,
    ("2024-02", "030211"): 6, ("2024-02", "030342"): 2,
    ("2024-03", "030213"): 8, ("2024-03", "030341"): 4, ("2024-03", "030342"): 3, ("2024-03", "030343"): 9,
}


def test_sums_take_in_goods_that_were_not_traded_in_every_month(cube: Cube) -> None:
    made = cube(goods(LISTED))
    assert amount(made, "2024-01/2024-03", commodity="03") == 45
    assert amount(made, "2024-01/2024-03", commodity="0302") == 26
    assert [amount(made, f"2024-0{n}", commodity="030213") for n in (1, 2, 3)] == [7, 0, 8]
    by_heading = made.parts(Slice(flow="exports"), "hs4", Period.parse("2024-01/2024-03"))
    assert {code: level.amount for code, level in by_heading.items()} == {"0302": 26, "0303": 19}
    months = [amount(made, f"2024-0{n}", commodity="03") for n in (1, 2, 3)]
    assert sum(months) == 45  # type: ignore[arg-type]


def test_what_a_table_does_not_have_stays_unknown(cube: Cube) -> None:
    made = cube(goods(LISTED | {("2024-02", "030341"): None, ("2024-05", "847130"): 3}))
    assert amount(made, "2024-02", commodity="030341") is None  # its row tells no amount
    assert amount(made, "2024-01/2024-03", commodity="0303") is None
    assert amount(made, "2024-01/2024-03", commodity="0302") == 26
    assert amount(made, "2024-05", commodity="03") is None  # chapter 03 is not in the list of May
    assert amount(made, "2024-05", commodity="030211") is None
    assert amount(made, "2024-01", commodity="85") is None
    assert amount(made, "2024-01", "imports", commodity="03") is None


def test_lists_of_one_partner_say_nothing_of_another(cube: Cube) -> None:
    lines = goods({("2024-01", "030211"): 5, ("2024-01", "030213"): 4}, partner="USA")
    lines += goods({("2024-02", "030211"): 6}, partner="JPN")
    assert amount(cube(lines), "2024-02", partner="USA", commodity="030211") is None


def test_a_partner_that_the_others_leave_no_room_for_has_nothing(cube: Cube) -> None:
    lines = goods({("2024-01", "030211"): 5, ("2024-02", "030211"): 6, ("2024-02", "030213"): 1})
    japan = {("2024-01", "030211"): 2.0, ("2024-02", "030211"): 6.0, ("2024-02", "030213"): 1.0}
    lines += goods(dict(japan), partner="JPN")
    lines += goods({("2024-01", "030211"): 3}, partner="USA")
    made = cube(lines)
    assert amount(made, "2024-02", partner="USA", commodity="030211") == 0
    assert amount(made, "2024-01/2024-02", partner="JPN+USA", commodity="03") == 12


def test_the_largest_alone_are_no_list_of_all(cube: Cube) -> None:
    top = {("2024-01", "030211"): 5.0, ("2024-01", "030213"): 4.0}
    top |= {("2024-02", "030211"): 6.0, ("2024-02", "030341"): 5.0}
    assert amount(cube(goods(dict(top))), "2024-02", commodity="030213") is None


def test_codes_that_do_not_add_up_to_the_total_are_not_all(cube: Cube) -> None:
    totals = ((1, 13), (2, 80), (3, 24))
    lines = goods(LISTED) + [real.line("exports", f"2024-0{n}", None, v) for n, v in totals]
    made = cube(lines)
    assert amount(made, "2024-02", commodity="030213") is None
    assert amount(made, "2024-03", commodity="030211") == 0


def test_a_sum_of_what_is_listed_says_so(cube: Cube) -> None:
    made = cube(goods(LISTED))
    answer = run(parse("exports 2024-01", latest=2024 * 12 + 2), made)
    assert "HS codes of 6 digits (5) in chapter 03" in beside(answer, "en")[0]
    assert "03" in beside(answer, "zh")[0] and answer.rows()[0]["note"] in answer.to_json()


def test_a_printed_total_is_told_without_a_word(cube: Cube) -> None:
    made = cube([*goods(LISTED), real.line("exports", "2024-01", None, 13)])
    assert beside(run(parse("exports 2024-01", latest=2024 * 12 + 2), made), "en") == ()


def test_growth_that_is_printed_alone(cube: Cube) -> None:
    made = cube([real.line("exports", "2019-05", None, None, growth_percent=1.1)])
    may = Period.parse("2019-05")
    grown = measure(Request("growth", Slice(flow="exports"), may), made)
    assert isinstance(grown, Claim) and (grown.value, grown.unit) == (1.1, "%")
    for name, flow in (("growth", "imports"), ("value", "exports")):
        assert isinstance(measure(Request(name, Slice(flow=flow), may), made), Missing)
