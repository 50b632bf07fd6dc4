"""Cells against sums that are written out: whatever is asked of the cube is what its lines add up to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from customhouse.cube import CellCube, Concepts, open_cube
from customhouse.cube.concepts import flows, outside_special_trade
from customhouse.engine import DuckDB
from customhouse.errors import QueryError
from customhouse.measures import Missing, Request, measure
from customhouse.model import Slice
from customhouse.period import Period
from customhouse.store import Store
from customhouse.vocabulary import members
from declaring import Line, declared, load, parquet

KNOWN_ON = date(2025, 12, 20)
MONTHS = ("2024-11", "2025-01", "2025-02", "2025-03", "2025-09", "2025-10", "2025-11")
CHOICES: dict[str, tuple[Any, ...]] = {
    "flow": ("exports", "imports", "re_exports", "re_imports"),
    "partner": ("USA", "DEU", "FRA", "VNM", "TLS", "JPN", "GBR", "CHN"),
    "consignment": ("HKG", "DEU", "SGP", None),
    "hs_code": ("85171300", "85423100", "851762", "84713000", "8703801000"),
    "region": ("CN-GD", "CN-JS", "CN-XJ", None),
    "enterprise": ("private", "foreign_invested", "state_owned", None),
    "regime": ("general", "processing", "customs_warehousing", "bonded", None),
    "transport": ("water", "air", "rail", None),
    "trader_id": ("T1", "T2", "T3", "T4", None),
    "currency": ("CNY", "CNY", "CNY", "USD"),
}


@cache
def drawn() -> tuple[Line, ...]:
    draw = random.Random(11)
    lines = []
    for n in range(900):
        line = declared(f"D{n}", **{name: draw.choice(choice) for name, choice in CHOICES.items()})
        year, month = map(int, draw.choice(MONTHS).split("-"))
        line |= {
            "date": date(year, month, draw.randint(1, 28)),
            "value": draw.randint(1, 10**7) / 100,
            "basis": None,
            "quantity": draw.randint(1, 500),
            "net_mass_kg": draw.choice((None, draw.randint(1, 10**6) / 1000)),
        }
        if line["flow"] == "imports" and line["partner"] == "CHN":
            line["flow"] = "re_imports"
        lines.append(line)
    return tuple(lines)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, engine: DuckDB) -> Store:
    folder = tmp_path_factory.mktemp("cube")
    made = Store.create(folder / "store")
    vintage = load(made, engine, parquet(folder / "a.parquet", drawn()), known_on=KNOWN_ON)
    assert vintage.counts.quarantined == 0
    return made


@pytest.fixture(scope="module")
def cube(store: Store, engine: DuckDB) -> CellCube:
    found = open_cube(store, engine)
    assert isinstance(found, CellCube)
    return found


Test = Callable[[Line, int], bool]
SLICES: dict[str, tuple[Slice, Test]] = {
    "all": (Slice(), lambda line, month: True),
    "one country": (Slice(partner="USA"), lambda line, month: line["partner"] == "USA"),
    "no country": (Slice(partner="BRA"), lambda line, month: False),
    "all but one": (Slice(partner="!USA"), lambda line, month: line["partner"] != "USA"),
    "all but two": (Slice(partner="!USA+JPN"), lambda line, month: line["partner"] not in ("USA", "JPN")),
    "two": (Slice(partner="USA+JPN"), lambda line, month: line["partner"] in ("USA", "JPN")),
    "EU": (Slice(partner="EU"), lambda line, month: line["partner"] in ("DEU", "FRA")),
    "all but the EU": (Slice(partner="!EU"), lambda line, month: line["partner"] not in ("DEU", "FRA")),
    "ASEAN by date": (Slice(partner="ASEAN"), lambda line, month: line["partner"] in members("ASEAN", month)),
    "chapter": (Slice(commodity="85"), lambda line, month: line["hs_code"].startswith("85")),
    "heading": (Slice(commodity="8517"), lambda line, month: line["hs_code"].startswith("8517")),
    "eight digits": (Slice(commodity="85171300"), lambda line, month: line["hs_code"] == "85171300"),
    "all but a chapter": (Slice(commodity="!85"), lambda line, month: not line["hs_code"].startswith("85")),
    "province": (Slice(region="CN-GD"), lambda line, month: line["region"] == "CN-GD"),
    "region of provinces": (Slice(region="east"), lambda line, month: line["region"] in ("CN-GD", "CN-JS")),
    "all but a province": (Slice(region="!CN-GD"), lambda line, month: line["region"] != "CN-GD"),
    "enterprise": (Slice(enterprise="private"), lambda line, month: line["enterprise"] == "private"),
    "all but an enterprise": (
        Slice(enterprise="!private"),
        lambda line, month: line["enterprise"] != "private",
    ),
    "regime": (Slice(regime="processing"), lambda line, month: line["regime"] == "processing"),
    "transport": (Slice(transport="air"), lambda line, month: line["transport"] == "air"),
    "several": (
        Slice(partner="EU", commodity="85", region="CN-GD"),
        lambda line, month: (
            line["partner"] in ("DEU", "FRA")
            and line["hs_code"].startswith("85")
            and line["region"] == "CN-GD"
        ),
    ),
}
PERIODS = ("2025-01", "2025-01/2025-03", "2025-09/2025-11", "2025-10")
AS_DEFAULT = Concepts()


def month_of(line: Line) -> int:
    return int(line["date"].year * 12 + line["date"].month - 1)


def chosen(test: Test, period: Period, flow: str, concepts: Concepts = AS_DEFAULT) -> list[tuple[int, Line]]:
    """The lines of a slice in a period, each with the sign of its flow."""
    signs = flows(flow, concepts)
    return [
        (signs[line["flow"]], line)
        for line in drawn()
        if period.first <= month_of(line) <= period.last
        and line["flow"] in signs
        and test(line, month_of(line))
    ]


def exactly(lines: list[tuple[int, Line]], field: str) -> Fraction:
    return sum(
        (sign * Fraction(str(line[field])) for sign, line in lines if line[field] is not None), Fraction()
    )


@pytest.mark.parametrize("name", SLICES)
def test_levels_are_the_sums_of_their_lines(cube: CellCube, name: str) -> None:
    part, test = SLICES[name]
    for text in PERIODS:
        period = Period.parse(text)
        for flow in ("exports", "imports", "trade", "balance", "re_exports", "re_imports"):
            lines = chosen(test, period, flow)
            about = Slice(**part.given() | {"flow": flow})
            value = cube.level(about, period)
            yuan = [(sign, line) for sign, line in lines if line["currency"] == "CNY"]
            assert value is not None and value.amount == exactly(yuan, "value"), (text, flow)
            assert (value.unit, value.step, value.origin.vintages) == ("CNY", 0, (1,))
        lines = chosen(test, period, "trade")
        about = Slice(**part.given())
        traders = cube.level(about, period, "traders")
        assert traders is not None and traders.amount == len(
            {line["trader_id"] for _, line in lines} - {None}
        )
        partners = cube.level(about, period, "partners")
        assert partners is not None
        assert partners.amount == len({line["partner"] for _, line in lines if line["currency"] == "CNY"})
        counted = cube.level(about, period, "lines")
        assert counted is not None and counted.amount == len(lines)


@pytest.mark.parametrize("name", ["all", "ASEAN by date", "chapter", "no country"])
def test_quantities_and_masses(cube: CellCube, name: str) -> None:
    part, test = SLICES[name]
    for text in PERIODS:
        lines = chosen(test, Period.parse(text), "exports")
        about = Slice(**part.given() | {"flow": "exports"})
        quantity = cube.level(about, Period.parse(text), "quantity")
        assert quantity is not None and quantity.amount == exactly(lines, "quantity")
        assert quantity.unit == ("unit" if lines else "")
        mass = cube.level(about, Period.parse(text), "mass")
        known = [line for _, line in lines if line["net_mass_kg"] is not None]
        assert mass is not None and mass.unit == "kg" and mass.amount == exactly(lines, "net_mass_kg")
        assert known or not lines


@pytest.mark.parametrize(
    ("concepts", "keeps"),
    [
        (Concepts(system="special"), lambda line: line["regime"] not in outside_special_trade()),
        (Concepts(partner="consignment"), lambda line: True),
        (Concepts(returned="apart"), lambda line: True),
        (
            Concepts("special", "consignment", "apart"),
            lambda line: line["regime"] not in outside_special_trade(),
        ),
    ],
)
def test_concepts(store: Store, engine: DuckDB, concepts: Concepts, keeps: Callable[[Line], bool]) -> None:
    cube = open_cube(store, engine, concepts=concepts)
    by = "consignment" if concepts.partner == "consignment" else "partner"
    inside: dict[str | None, Callable[[str | None], bool]] = {
        None: lambda code: True,
        "DEU": lambda code: code == "DEU",
        "HKG": lambda code: code == "HKG",
        "EU": lambda code: code in ("DEU", "FRA"),
        "!EU": lambda code: code not in ("DEU", "FRA"),
    }
    for code, holds in inside.items():
        for flow in ("exports", "trade", "balance", "re_imports"):
            lines = chosen(
                lambda line, month, holds=holds: keeps(line) and holds(line[by]),  # type: ignore[misc]
                Period.parse("2025-01/2025-03"),
                flow,
                concepts,
            )
            part = Slice(flow=flow, partner=code)
            level = cube.level(part, Period.parse("2025-01/2025-03"))
            assert level is not None
            assert level.amount == exactly(
                [(s, line) for s, line in lines if line["currency"] == "CNY"], "value"
            )
            traders = cube.level(part, Period.parse("2025-01/2025-03"), "traders")
            assert traders is not None and traders.amount == len(
                {line["trader_id"] for _, line in lines} - {None}
            )


@pytest.mark.parametrize(
    "dimension", ["partner", "region", "enterprise", "regime", "transport", "hs2", "hs4", "hs6"]
)
def test_parts_are_the_levels_of_their_codes(cube: CellCube, dimension: str) -> None:
    period = Period.parse("2025-01/2025-03")
    for part, test in (SLICES["all"], SLICES["EU"], SLICES["chapter"]):
        lines = [(s, line) for s, line in chosen(test, period, "balance") if line["currency"] == "CNY"]
        sums: dict[str, Fraction] = {}
        for sign, line in lines:
            code = line["hs_code"][: int(dimension[2:])] if dimension.startswith("hs") else line[dimension]
            if code is not None:
                sums[code] = sums.get(code, Fraction()) + sign * Fraction(str(line["value"]))
        found = cube.parts(Slice(**part.given() | {"flow": "balance"}), dimension, period)
        assert {code: level.amount for code, level in found.items()} == {c: v for c, v in sums.items() if v}
        counted = cube.parts(Slice(**part.given() | {"flow": "exports"}), dimension, period, "traders")
        assert all(level.unit == "enterprise" and level.amount > 0 for level in counted.values())


def test_a_currency_of_its_own(store: Store, engine: DuckDB) -> None:
    dollars = open_cube(store, engine, currency="USD")
    lines = [
        (s, line)
        for s, line in chosen(SLICES["all"][1], Period.parse("2025-01"), "exports")
        if line["currency"] == "USD"
    ]
    level = dollars.level(Slice(flow="exports"), Period.parse("2025-01"))
    assert level is not None and (level.amount, level.unit) == (exactly(lines, "value"), "USD")


def test_what_is_missing_is_none_and_what_is_nothing_is_zero(cube: CellCube) -> None:
    exports = Slice(flow="exports")
    for text in ("2024-12", "2024-11/2025-01", "2025-03/2025-09", "2026-01"):
        for what in ("value", "traders", "partners", "lines"):
            assert cube.level(exports, Period.parse(text), what) is None  # type: ignore[arg-type]
        assert cube.parts(exports, "partner", Period.parse(text)) == {}
    january = Period.parse("2025-01")
    nothing = cube.level(Slice(flow="exports", partner="BRA"), january)
    assert nothing is not None and (nothing.amount, nothing.origin.cells) == (0, 0)
    for part in (
        Slice(partner="NOWHERE"),
        Slice(commodity="00"),
        Slice(reporter="USA"),
        Slice(subject="ports"),
    ):
        assert cube.level(part, january) is None and cube.parts(part, "partner", january) == {}
    assert cube.months() == tuple(Period.parse(text).first for text in MONTHS)


def test_unlike_units_do_not_add_up_and_the_unknown_is_not_zero(tmp_path: Path, engine: DuckDB) -> None:
    store = Store.create(tmp_path / "store")
    lines = [
        declared("A", quantity=5, quantity_unit="unit"),
        declared("B", quantity=5, quantity_unit="kg", partner="DEU"),
        declared("C", quantity=None, quantity_unit=None, net_mass_kg=None, partner="FRA"),
        declared("D", quantity=None, quantity_unit="unit", partner="DEU"),
        declared("E", date=date(2025, 2, 3), quantity=7),
    ]
    load(store, engine, parquet(tmp_path / "a.parquet", lines))
    cube = open_cube(store, engine)
    march, both = Period.parse("2025-03"), Period.parse("2025-02/2025-03")

    def quantity(period: Period, **part: str) -> Any:
        level = cube.level(Slice(flow="exports", **part), period, "quantity")
        return level and (level.amount, level.unit)

    assert quantity(march) is None and quantity(march, partner="FRA") is None
    assert quantity(march, partner="USA") == (5, "unit") and quantity(march, partner="DEU") == (5, "kg")
    assert quantity(both, partner="USA") == (12, "unit") and quantity(both, partner="BRA") == (0, "")
    assert quantity(Period.parse("2025-02")) == (7, "unit")
    assert cube.level(Slice(flow="exports", partner="FRA"), march, "mass") is None
    assert set(cube.parts(Slice(flow="exports"), "partner", march, "quantity")) == {"USA", "DEU"}


@pytest.mark.parametrize("concepts", [Concepts(), Concepts(returned="apart")])
@pytest.mark.parametrize("part", [{}, {"partner": "EU"}, {"commodity": "85", "region": "CN-GD"}])
def test_returned_goods_asked_for_as_the_regime_of_claims(
    store: Store, engine: DuckDB, concepts: Concepts, part: dict[str, str]
) -> None:
    cube, period = open_cube(store, engine, concepts=concepts), Period.parse("2025-01/2025-03")
    for regime, within in (("re_export", "exports"), ("re_import", "imports")):
        flow = f"{regime}s"
        for what in ("value", "traders", "lines", "partners"):
            recorded = cube.level(Slice(flow=flow, **part), period, what)  # type: ignore[arg-type]
            assert recorded is not None and recorded.amount > 0
            for asked in (within, "trade", None):
                claimed = cube.level(Slice(flow=asked, regime=regime, **part), period, what)  # type: ignore[arg-type]
                assert claimed == recorded
        by_code = cube.parts(Slice(flow=within, regime=regime, **part), "partner", period)
        assert dict(by_code) == dict(cube.parts(Slice(flow=flow, **part), "partner", period)) != {}
        wrong = "imports" if within == "exports" else "exports"
        assert cube.level(Slice(flow=wrong, regime=regime), period) is None


def test_returned_goods_that_are_not_told_apart_are_not_nothing(tmp_path: Path, engine: DuckDB) -> None:
    store = Store.create(tmp_path / "store")
    load(store, engine, parquet(tmp_path / "a.parquet", [declared("D1")]))
    cube, march = open_cube(store, engine), Period.parse("2025-03")
    assert cube.level(Slice(flow="exports", regime="re_export"), march) is None
    assert cube.parts(Slice(flow="exports", regime="re_export"), "partner", march) == {}


def test_a_bloc_has_no_trade_before_it_has_members(tmp_path: Path, engine: DuckDB) -> None:
    store, days = Store.create(tmp_path / "store"), (date(2021, 6, 1), date(2022, 6, 1))
    lines = [declared(f"D{day:%Y}", date=day, partner="JPN", hs_code="84713000") for day in days]
    load(store, engine, parquet(tmp_path / "a.parquet", lines))
    cube = open_cube(store, engine)
    for partner, month, amount in (
        ("RCEP", "2021-06", None), ("!RCEP", "2021-06", 1000), ("RCEP", "2022-06", 1000),
    ):
        level = cube.level(Slice(flow="exports", partner=partner), Period.parse(month))
        assert (level and level.amount) == amount
    asked = Request("value", Slice(flow="exports", partner="RCEP"), Period.parse("2021-06"))
    missing = measure(asked, cube)
    assert isinstance(missing, Missing) and missing.reason == "RCEP has no members in 2021-06"


def test_sums_that_no_number_of_the_store_can_hold_are_told(tmp_path: Path, engine: DuckDB) -> None:
    store = Store.create(tmp_path / "store")
    lines = [declared(f"D{n}", value=10_000_000_000) for n in range(40)]
    load(store, engine, parquet(tmp_path / "a.parquet", lines))
    level = open_cube(store, engine).level(Slice(flow="exports"), Period.parse("2025-03"))
    assert level is not None and level.amount == 400_000_000_000


def test_a_table_has_no_other_concepts(tmp_path: Path, engine: DuckDB) -> None:
    from customhouse.compiling.tables import Tables, load_tables
    from test_store import table_of

    store = Store.create(tmp_path / "store")
    load_tables(store, Tables([table_of(5)], "gacc", KNOWN_ON))
    with pytest.raises(QueryError, match="cannot be compiled by another concept"):
        open_cube(store, engine, concepts=Concepts(system="special"))
    assert open_cube(store, engine, concepts=Concepts()).currency == "CNY"
