"""Figures of official tables: printed ones first, then what follows from them, and nothing that does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import control_tables as real
from customhouse.compiling import tables
from customhouse.compiling.kept import last_known
from customhouse.compiling.tables import Tables, load_tables
from customhouse.cube import TableCube, open_cube
from customhouse.engine import DuckDB
from customhouse.errors import ControlFailure
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.records.table import TABLE_SCHEMA, Batch
from customhouse.store import Store
from customhouse.vocabulary import members

Line = dict[str, Any]
Cube = Callable[..., TableCube]


@pytest.fixture
def cube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cube:
    """A cube of some lines, without control totals unless asked for."""

    def made(lines: list[Line], currency: str | None = None, checked: bool = False) -> TableCube:
        if not checked:
            monkeypatch.setattr(tables.controls, "check", lambda *given, **named: ())
        store = Store.create(tmp_path / "store")
        batch = Batch(real.table(lines), (), len(lines), len(lines))
        load_tables(store, Tables([batch], "t", date(2026, 1, 5)))
        with DuckDB(threads=1) as engine:
            found = open_cube(store, engine, currency=currency)
        assert isinstance(found, TableCube)
        return found

    return made


def month(text: str, value: float, flow: str = "exports", **more: Any) -> Line:
    return real.line(flow, text, None, value, **more)


def span(first: str, last: str, value: float, flow: str = "exports", **more: Any) -> Line:
    return real.line(flow, first, last, value, **more)


def value(cube: TableCube, period: str, flow: str = "exports", **part: Any) -> Fraction | None:
    level = cube.level(Slice(flow=flow, **part), Period.parse(period))
    return None if level is None else level.amount


def test_a_printed_total_goes_before_the_sum_of_its_parts(cube: Cube) -> None:
    found = cube(
        [month("2025-03", 100), month("2025-03", 60, partner="USA"), month("2025-03", 39, partner="DEU")]
    )
    assert value(found, "2025-03") == 100 and value(found, "2025-03", partner="USA") == 60
    assert value(found, "2025-03", partner="USA+DEU") == 99


def test_months_come_from_figures_to_date_and_periods_from_months(cube: Cube) -> None:
    lines = [
        span("2025-01", "2025-02", 30),
        span("2025-01", "2025-03", 45),
        span("2025-01", "2025-04", 65),
        month("2025-05", 7),
        month("2025-06", 8),
        span("2024-01", "2024-12", 500),
        span("2024-01", "2024-11", 440),
    ]
    found = cube(lines)
    wanted = {
        "2025-03": 15,
        "2025-04": 20,
        "2025-03/2025-04": 35,
        "2025-01/2025-03": 45,
        "2025-01/2025-06": 80,
        "2025-05/2025-06": 15,
        "2024-12": 60,
        "2024-12/2025-04": 125,
        "2024-01/2025-03": 545,
    }
    assert {text: value(found, text) for text in wanted} == wanted
    for text in ("2025-01", "2025-02", "2024-11", "2025-07", "2025-06/2025-07", "2024-05"):
        assert value(found, text) is None, text
    level = found.level(Slice(flow="exports"), Period.parse("2025-03"))
    assert level is not None and (level.inside, level.step) == (2, 1)


def test_years_alone_and_quarters_alone(cube: Cube) -> None:
    lines = [span(f"{year}-01", f"{year}-12", year) for year in (2021, 2022, 2023)]
    quarters = [span(f"2024-{q:02}", f"2024-{q + 2:02}", q) for q in (1, 4, 7, 10)]
    found = cube(lines + quarters)
    assert value(found, "2022-01/2022-12") == 2022 and value(found, "2021-01/2023-12") == 6066
    assert value(found, "2024-01/2024-12") == 22 and value(found, "2024-04/2024-09") == 11
    assert value(found, "2022-03") is None and value(found, "2024-02/2024-05") is None


def test_trade_and_balance_from_exports_and_imports(cube: Cube) -> None:
    lines = [
        month("2025-03", 60),
        month("2025-03", 25, "imports"),
        month("2025-04", 200, "trade"),
        month("2025-05", 9),
    ]
    found = cube(lines)
    assert (value(found, "2025-03", "trade"), value(found, "2025-03", "balance")) == (85, 35)
    assert value(found, "2025-04", "trade") == 200 and value(found, "2025-04", "exports") is None
    assert value(found, "2025-05", "trade") is None
    assert value(found, "2025-03", flow=None) == 85  # type: ignore[arg-type]


def test_groups_follow_their_members_by_date(cube: Cube) -> None:
    codes = ("VNM", "THA", "TLS", "DEU", "FRA", "USA")
    amounts = {
        (text, code): 100 * n + len(text) + ord(code[0])
        for n, text in enumerate(("2025-08", "2025-09", "2025-10", "2025-11"))
        for code in codes
    }
    found = cube([month(text, amount, partner=code) for (text, code), amount in amounts.items()])

    def naive(group: str, *months: str) -> int:
        return sum(
            amount
            for (text, code), amount in amounts.items()
            if text in months and code in members(group, Period.parse(text).first)
        )

    for text in ("2025-09", "2025-10"):
        assert value(found, text, partner="ASEAN") == naive("ASEAN", text)
        assert value(found, text, partner="EU") == naive("EU", text)
    assert value(found, "2025-09/2025-11", partner="ASEAN") == naive("ASEAN", "2025-09", "2025-10", "2025-11")
    assert value(found, "2025-09", partner="ASEAN") != value(found, "2025-09", partner="ASEAN+TLS")
    assert value(found, "2025-10", partner="!USA") == sum(
        amount for (text, code), amount in amounts.items() if text == "2025-10" and code != "USA"
    )
    assert value(found, "2025-10", partner="BRA") is None, (
        "not in the table, which is not the same as nothing"
    )


def test_goods_by_digits(cube: Cube) -> None:
    lines = [
        month("2025-03", n + 1, partner=code, hs=hs, quantity_milli=1000, quantity_unit=unit)
        for n, (code, hs, unit) in enumerate(
            [
                ("USA", "851713", "unit"),
                ("USA", "851762", "kg"),
                ("USA", "847130", "unit"),
                ("DEU", "851713", "unit"),
                ("DEU", "270900", "kg"),
            ]
        )
    ]
    found = cube(lines)
    assert value(found, "2025-03", partner="USA", commodity="851713") == 1
    assert value(found, "2025-03", partner="USA", commodity="85") == 3
    assert value(found, "2025-03", partner="USA", commodity="8517") == 3
    assert value(found, "2025-03", partner="USA") == 6
    assert value(found, "2025-03", commodity="851713") == 5
    assert value(found, "2025-03") == 15, "neither countries nor goods have a total in the table"
    parts = found.parts(Slice(flow="exports"), "hs2", Period.parse("2025-03"))
    assert {code: level.amount for code, level in parts.items()} == {"84": 3, "85": 7, "27": 5}
    mine = found.parts(Slice(flow="exports", partner="USA"), "hs4", Period.parse("2025-03"))
    assert {code: level.amount for code, level in mine.items()} == {"8471": 3, "8517": 3}
    within = found.parts(Slice(flow="exports", commodity="85"), "hs6", Period.parse("2025-03"))
    assert {code: level.amount for code, level in within.items()} == {"851713": 5, "851762": 2}
    pieces = found.level(Slice(flow="exports", commodity="851713"), Period.parse("2025-03"), "quantity")
    assert pieces is not None and (pieces.amount, pieces.unit) == (2, "unit")
    assert found.level(Slice(flow="exports", partner="USA"), Period.parse("2025-03"), "quantity") is None


def test_parts_by_country(cube: Cube) -> None:
    lines = [
        month("2025-03", amount, partner=code)
        for code, amount in {"USA": 60, "DEU": 30, "FRA": 10, "EU": 40, "ASIA": 5, "JPN": 5}.items()
    ] + [month("2025-03", 105)]
    found = cube(lines)
    march = Period.parse("2025-03")
    parts = found.parts(Slice(flow="exports"), "partner", march)
    assert {code: level.amount for code, level in parts.items()} == {
        "USA": 60,
        "DEU": 30,
        "FRA": 10,
        "JPN": 5,
    }
    assert sum(level.amount for level in parts.values()) == value(found, "2025-03")
    european = found.parts(Slice(flow="exports", partner="EU"), "partner", march)
    assert set(european) == {"DEU", "FRA"}
    assert value(found, "2025-03", partner="EU") == 40
    counted = found.level(Slice(flow="exports"), march, "partners")
    assert counted is not None and (counted.amount, counted.unit) == (4, "country")
    assert found.level(Slice(flow="exports"), march, "traders") is None
    assert found.parts(Slice(flow="exports"), "partner", Period.parse("2025-04")) == {}


def test_each_reporter_has_figures_of_its_own(cube: Cube) -> None:
    lines = [
        month("2025-03", n * 10 + 1, reporter=reporter, partner=partner)
        for n, (reporter, partner) in enumerate(
            [("CHN", "USA"), ("CHN", None), ("USA", None), ("DEU", "USA")]
        )
    ]
    found = cube(lines)
    assert value(found, "2025-03") == 11 and value(found, "2025-03", reporter="CHN", partner="USA") == 1
    assert value(found, "2025-03", reporter="USA") == 21 and value(found, "2025-03", reporter="JPN") is None
    assert value(found, "2025-03", reporter="DEU", partner="USA") == 31
    assert value(found, "2025-03", reporter="USA", partner="USA") is None
    assert set(found.parts(Slice(flow="exports", reporter="DEU"), "partner", Period.parse("2025-03"))) == {
        "USA"
    }


def test_each_currency_stands_for_itself(cube: Cube, tmp_path: Path) -> None:
    lines = [
        month("2025-03", 70),
        month("2025-03", 10, currency="USD"),
        month("2025-04", 11, currency="USD"),
        month("2025-04", 72),
    ]
    found = cube(lines, currency="USD")
    assert value(found, "2025-03/2025-04") == 21 and found.currency == "USD"
    with DuckDB(threads=1) as engine:
        yuan = open_cube(Store.open(tmp_path / "store"), engine, currency="CNY")
        assert value(yuan, "2025-03/2025-04") == 142  # type: ignore[arg-type]


def test_amounts_and_steps(cube: Cube) -> None:
    lines = [
        month(
            "2025-03",
            5,
            unit=10_000,
            partner=code,
            net_mass_g=1500,
            quantity_milli=2500,
            quantity_unit="unit",
        )
        for code in ("DEU", "FRA", "USA")
    ]
    found = cube(lines)
    level = found.level(Slice(flow="exports", partner="EU"), Period.parse("2025-03"))
    assert level is not None and (level.amount, level.step, level.inside, level.unit) == (
        100_000,
        10_000,
        2,
        "CNY",
    )
    mass = found.level(Slice(flow="exports"), Period.parse("2025-03"), "mass")
    assert mass is not None and (mass.amount, mass.unit) == (Fraction(9, 2), "kg")
    quantity = found.level(Slice(flow="exports", partner="EU"), Period.parse("2025-03"), "quantity")
    assert quantity is not None and (quantity.amount, quantity.unit) == (5, "unit")


def test_any_order_of_rows_gives_the_same(cube: Cube) -> None:
    draw = random.Random(2)
    lines = [
        month(f"2025-{m:02}", draw.randint(1, 999), flow, partner=code)
        for m in range(1, 13)
        for flow in ("exports", "imports")
        for code in ("USA", "DEU", "FRA", "VNM")
    ]
    draw.shuffle(lines)
    found = cube(lines)
    for text in ("2025-02", "2025-01/2025-06", "2025-01/2025-12"):
        period = Period.parse(text)
        for flow, signs in {"exports": (1, 0), "balance": (1, -1), "trade": (1, 1)}.items():
            naive = sum(
                row["value_cents"] * signs[row["flow"] == "imports"]
                for row in lines
                if period.first <= row["first_month"] <= period.last
            )
            assert value(found, text, flow) == Fraction(naive, 100)


def test_the_last_word_on_each_figure(cube: Cube) -> None:
    figures = pa.Table.from_pylist(
        [
            month("2025-03", n, partner=code) | {"vintage": v}
            for n, (code, v) in enumerate([("USA", 1), ("DEU", 1), ("USA", 2), ("USA", 3), (None, 3)])
        ],
        TABLE_SCHEMA.append(pa.field("vintage", pa.int32())),
    )

    def told(order: list[int], first: bool = False) -> dict[str, int]:
        return {
            row["partner"]: row["value_cents"] // 100 for row in last_known(figures, order, first).to_pylist()
        }

    assert told([1, 2, 3]) == {"USA": 3, "DEU": 1, None: 4} and told([1, 3, 2])["USA"] == 2
    assert told([1, 2, 3], first=True) == {"USA": 0, "DEU": 1, None: 4}
    assert last_known(figures.slice(0, 0), []).num_rows == 0


def test_china_by_partner_in_place(cube: Cube, shared: Path) -> None:
    found = cube(real.partners(shared), checked=True)
    months = [Period.parse(f"2024-{m}") for m in ("01", "02", "04", "05", "06")]
    for flow in ("exports", "imports", "trade"):
        for period in months:
            total = found.level(Slice(flow=flow), period)
            parts = found.parts(Slice(flow=flow), "partner", period)
            assert total is not None and len(parts) > 190
            off = abs(total.amount - sum(level.amount for level in parts.values()))
            assert off <= (len(parts) + 1) * total.step, (flow, period, off)
            members_sum = sum(
                level.amount for code, level in parts.items() if code in members("EU", period.first)
            )
            printed = found.level(Slice(flow=flow, partner="EU"), period)
            assert printed is not None and abs(printed.amount - members_sum) <= 30 * total.step
    half = found.level(Slice(flow="trade"), Period.parse("2024-01/2024-06"))
    assert half is not None and half.inside == 1, "printed to date"
    spring = found.level(Slice(flow="exports", partner="USA"), Period.parse("2024-03"))
    to_date = [
        found.level(Slice(flow="exports", partner="USA"), Period.parse(text))
        for text in ("2024-01/2024-04", "2024-04", "2024-01/2024-02")
    ]
    assert spring is not None and all(to_date)
    upto, april, before = (level.amount for level in to_date if level)
    assert spring.amount == upto - april - before, "March is not in the table, and follows from what is"


def test_figures_that_look_valid_and_are_not_stop_the_load(cube: Cube, shared: Path) -> None:
    lines = real.changed(
        real.partners(shared),
        lambda row: row["partner"] == "JPN",
        lambda row: row | {"value_cents": (row["value_cents"] or 0) * 10},
    )
    with pytest.raises(ControlFailure) as caught:
        cube(lines, checked=True)
    assert "sum to" in str(caught.value) and "Asia" in str(caught.value)


def test_re_exports_of_a_table_are_asked_for_as_the_regime_of_claims(cube: Cube) -> None:
    """As printed: whether they are part of exports is the table's own affair."""
    one = cube([
        month("2024-03", 900), month("2024-03", 100, "re_exports"), month("2024-03", 500, "imports"),
        month("2024-03", 60, "re_exports", partner="USA"), month("2024-03", 700, partner="USA"),
    ])
    for partner in (None, "USA"):
        printed = value(one, "2024-03", "re_exports", partner=partner)
        assert value(one, "2024-03", "exports", partner=partner, regime="re_export") == printed is not None
    assert value(one, "2024-03", "imports", regime="re_export") is None
    assert value(one, "2024-03", "imports", regime="re_import") is None
    part = Slice(flow="exports", regime="re_export")
    assert list(one.parts(part, "partner", Period.parse("2024-03"))) == ["USA"]


def test_a_regime_that_a_table_prints_is_taken_before_a_flow(cube: Cube) -> None:
    one = cube([month("2024-03", 100, "re_exports"), month("2024-03", 70, regime="re_export")])
    assert value(one, "2024-03", "exports", regime="re_export") == value(one, "2024-03", regime="re_export")
    assert value(one, "2024-03", "exports", regime="re_export") != value(one, "2024-03", "re_exports")
